// Package settings reads the configuration file: a flat YAML mapping from the
// names of flags to values.
package settings

import (
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

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
	var t *Trouble
	if out, t = read(b); t != nil {
		return nil, fault.New(fault.Invalid,
			"配置文件无法读取："+t.Text("zh")+"。每行写成“名称: 值”，名称见 talentcast config example。",
			"The configuration can't be read: "+t.Text("en")+". Every line is \"name: value\"; talentcast config example has the names.")
	}
	for _, k := range slices.Sorted(maps.Keys(out)) {
		if out[k] == nil {
			return nil, fault.Newf(fault.Invalid, "配置项 %[1]q 的值须是一个值或一列值。", "The value of %[1]q must be one value or a list of them.", k)
		}
	}
	return out, nil
}

// read reads names and values; those are nil that are neither one value nor a list.
func read(b []byte) (out map[string][]string, t *Trouble) {
	defer caught(&t)
	body, t := document(b)
	if t != nil {
		return nil, t
	}
	all, t := pairs(body)
	if t != nil {
		return nil, t
	}
	out = map[string][]string{}
	for _, p := range all {
		name, ok := written(p.Key)
		_, twice := out[name]
		switch {
		case !ok:
			return nil, at(p.Key, "a name must be a word")
		case twice:
			return nil, at(p.Key, "the name is there twice")
		}
		out[name] = values(p.Value)
	}
	return out, nil
}

// values are one value or those of a list, as they are written.
func values(n ast.Node) []string {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		list = &ast.SequenceNode{Values: []ast.Node{n}}
	}
	out := []string{}
	for _, x := range list.Values {
		text, ok := written(x)
		if !ok {
			return nil
		}
		out = append(out, text)
	}
	return out
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
