// Package settings reads the configuration file: a flat YAML mapping from the
// names of flags to values.
package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"talentcast/analytics/fault"
)

// mostFile is how large the file may be.
const mostFile = 64 << 10

// Source is where a value comes from.
type Source string

// The sources, the strongest first.
const (
	Flag        Source = "flag"
	Environment Source = "environment"
	File        Source = "file"
	Default     Source = "default"
)

// Read reads a file: every key with its values, several where it is a list.
// Faults are Invalid and name the key.
func Read(r io.Reader) (out map[string][]string, err error) {
	b, err := io.ReadAll(io.LimitReader(r, mostFile+1))
	if err != nil {
		return nil, fmt.Errorf("read settings: %w", err)
	}
	if len(b) > mostFile {
		return nil, fault.Newf(fault.TooLarge, "配置文件超过 %[1]d KB；请缩短。", "The configuration is over %[1]d kB; shorten it.", mostFile>>10)
	}
	defer func() { // the library has panicked on malformed input
		if p := recover(); p != nil {
			out, err = nil, unreadable(fmt.Errorf("%v", p))
		}
	}()
	var raw map[string]any
	if err := yaml.NewDecoder(bytes.NewReader(b), yaml.Strict()).Decode(&raw); err != nil && !errors.Is(err, io.EOF) {
		return nil, unreadable(err)
	}
	out = map[string][]string{}
	for _, k := range slices.Sorted(maps.Keys(raw)) {
		values, ok := scalars(raw[k])
		if !ok {
			return nil, fault.Newf(fault.Invalid, "配置项 %[1]q 的值须是一个值或一列值。", "The value of %[1]q must be one value or a list of them.", k)
		}
		out[k] = values
	}
	return out, nil
}

func unreadable(err error) error {
	said, _, _ := strings.Cut(err.Error(), "\n")
	return fault.Newf(fault.Invalid, "配置文件无法读取：%[1]s。每行写成“名称: 值”，名称见 talentcast config example。", "The configuration can't be read: %[1]s. Every line is \"name: value\"; talentcast config example has the names.", said).Because(err)
}

func scalars(v any) ([]string, bool) {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	var out []string
	for _, x := range list {
		switch x := x.(type) {
		case nil:
			out = append(out, "")
		case string, bool, int, int64, uint64, float64:
			out = append(out, fmt.Sprint(x))
		default:
			return nil, false
		}
	}
	return out, true
}

// Secret reports whether a setting's value is shown to nobody.
func Secret(name string) bool {
	return (strings.Contains(name, "secret") || strings.Contains(name, "password")) && !strings.HasSuffix(name, "-file")
}

// mask stands for what is shown to nobody.
const mask = "••••••"

var (
	// What stands between the scheme and the last @ is a name and a password, also
	// one with characters that it should not have; of a list of addresses that may
	// hide some more.
	userinfo = regexp.MustCompile(`://\S*@`)
	// Keys that are sent in an address, as chat rooms want them.
	queryKey = regexp.MustCompile(`(?i)([?&][^=&\s]*(?:token|key|secret|password|sign)[^=&\s]*=)[^&\s,\]]+`)
)

// Shown is a value as it may be shown: of a secret nothing, of an address neither
// name and password nor keys.
func Shown(name, value string) string {
	if Secret(name) && value != "" {
		return mask
	}
	return queryKey.ReplaceAllString(userinfo.ReplaceAllString(value, "://"+mask+"@"), "${1}"+mask)
}
