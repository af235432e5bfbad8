package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// texts writes the licences and notices of the parts word for word, as they ask to
// be passed on, each text once with all parts that it stands for.
func texts(parts []part, w io.Writer) error {
	of := map[string][]string{} // names of parts by text
	var order []string
	for _, p := range parts {
		found, err := textsIn(p.dir, isLegal)
		if err != nil {
			return fmt.Errorf("%s: %w", p.Name, err)
		}
		for _, text := range found {
			if of[text] == nil {
				order = append(order, text)
			}
			of[text] = append(of[text], p.Name+" "+p.Version)
		}
	}
	for _, text := range order {
		line := strings.Repeat("=", 78)
		if _, err := fmt.Fprintf(w, "\n%s\n%s\n%s\n\n%s\n", line, strings.Join(of[text], "\n"), line, text); err != nil {
			return err
		}
	}
	return nil
}

// textsIn reads the licences and notices in a folder, at least one.
func textsIn(dir string, wanted func(name string) bool) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("it is not downloaded: make assets (%w)", err)
	}
	if err != nil {
		return nil, err
	}
	var out []string
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		switch {
		case !wanted(e.Name()):
			continue
		case e.IsDir(): // a folder of licences, or those of what the part itself has taken in
			more, err := textsIn(path, func(string) bool { return true })
			if err != nil {
				return nil, err
			}
			out = append(out, more...)
			continue
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		text := strings.TrimSpace(strings.ReplaceAll(string(b), "\r\n", "\n"))
		if text != "" && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	if len(out) == 0 {
		return nil, errors.New("it has no licence file")
	}
	return out, nil
}

// isLegal reports whether a file of that name is a licence or a notice.
func isLegal(name string) bool {
	name = strings.ToUpper(name)
	return slices.ContainsFunc([]string{"LICEN", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE", "PATENTS"}, func(begin string) bool {
		return strings.HasPrefix(name, begin)
	}) && !strings.HasSuffix(name, ".GO")
}
