// Command licences lists the licence of every module that goes into the program
// and of every package that its pages and tests take from npm, and fails where
// one is not among those that may be passed on with it. With -texts the
// licences and notices of what is passed on follow, word for word. It reads what is
// downloaded already and asks nobody.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// allowed are the licences that may be passed on with the program.
var allowed = []string{"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MPL-2.0", "OFL-1.1", "Unlicense", "CC0-1.0"}

// part is something of somebody else's, with its licence; "" for one that is
// not recognised.
type part struct {
	Name, Version, Licence string

	dir  string // it is in
	here bool   // used in the making only, not passed on
}

func main() {
	words := flag.Bool("texts", false, "the licences and notices word for word, too")
	flag.Parse()
	parts, err := all(".")
	if err == nil {
		err = check(parts, os.Stdout)
	}
	if err == nil && *words {
		parts = slices.DeleteFunc(parts, func(p part) bool { return p.here })
		err = texts(append(parts, part{Name: "Go", Version: runtime.Version(), dir: goroot()}), os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "licences:", err)
		os.Exit(1)
	}
}

// check lists the parts and says which may not be passed on.
func check(parts []part, w io.Writer) error {
	var bad []string
	for _, p := range parts {
		fmt.Fprintf(w, "%-14s %s %s\n", p.Licence, p.Name, p.Version)
		if !slices.Contains(allowed, p.Licence) {
			bad = append(bad, fmt.Sprintf("%s (%s)", p.Name, p.Licence))
		}
	}
	if len(bad) > 0 {
		return fmt.Errorf("not among %s: %s", strings.Join(allowed, ", "), strings.Join(bad, ", "))
	}
	return nil
}

// all are the modules that packages under dir are built from, and the npm
// packages of its lockfile.
func all(dir string) ([]part, error) {
	cmd := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}", "./cmd/...", "./charts/...", "./ingest/...", "./datasets/...", "./analytics/...")
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	slices.Sort(lines)
	var parts []part
	for _, l := range slices.Compact(lines) {
		f := strings.Split(l, "\t")
		if len(f) != 3 {
			continue // of the standard library, or ours
		}
		licence, err := licenceIn(f[2])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f[0], err)
		}
		parts = append(parts, part{Name: f[0], Version: f[1], Licence: licence, dir: f[2]})
	}
	npm, err := ofNPM(filepath.Join(dir, "package-lock.json"))
	return append(parts, npm...), err
}

// goroot is where Go is, whose library is in the program.
func goroot() string {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return runtime.GOROOT() //nolint:staticcheck // what is left to try
	}
	return strings.TrimSpace(string(out))
}

// licenceIn recognises the licence in a module's folder.
func licenceIn(dir string) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	for _, e := range entries {
		name := strings.ToUpper(e.Name())
		if e.IsDir() || !strings.HasPrefix(name, "LICEN") && !strings.HasPrefix(name, "COPYING") && !strings.HasPrefix(name, "UNLICENSE") {
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			return "", err
		}
		return recognise(string(b)), nil
	}
	return "", errors.New("it has no licence file")
}

// recognise tells a licence by what only it says; those that ask for more than
// we give come first, so that a file with two is not taken for the milder.
func recognise(text string) string {
	t := strings.ToLower(strings.Join(strings.Fields(text), " "))
	for _, l := range []struct {
		id   string
		says []string
	}{
		{"AGPL", []string{"gnu affero general public license version"}},
		{"LGPL", []string{"gnu lesser general public license version"}},
		{"GPL", []string{"gnu general public license version"}},
		{"MPL-2.0", []string{"mozilla public license version 2.0"}},
		{"Apache-2.0", []string{"apache license", "version 2.0"}},
		{"OFL-1.1", []string{"sil open font license version 1.1"}},
		{"BSD-3-Clause", []string{"redistributions in binary form must reproduce", "neither the name"}},
		{"BSD-3-Clause", []string{"redistributions in binary form must reproduce", "may not be used to endorse"}},
		{"BSD-2-Clause", []string{"redistributions in binary form must reproduce"}},
		{"ISC", []string{"permission to use, copy, modify, and/or distribute this software"}},
		{"ISC", []string{"permission to use, copy, modify, and distribute this software for any purpose with or without fee"}},
		{"MIT", []string{"permission is hereby granted, free of charge"}},
		{"Unlicense", []string{"this is free and unencumbered software released into the public domain"}},
		{"CC0-1.0", []string{"cc0 1.0 universal"}},
	} {
		if !slices.ContainsFunc(l.says, func(s string) bool { return !strings.Contains(t, s) }) {
			return l.id
		}
	}
	return ""
}

func ofNPM(lockfile string) ([]part, error) {
	b, err := os.ReadFile(lockfile)
	if err != nil {
		return nil, err
	}
	var lock struct {
		Packages map[string]struct {
			Version string `json:"version"`
			License string `json:"license"`
			Dev     bool   `json:"dev"`
		} `json:"packages"`
	}
	if err := json.Unmarshal(b, &lock); err != nil {
		return nil, fmt.Errorf("%s: %w", lockfile, err)
	}
	var parts []part
	for name, p := range lock.Packages {
		if name == "" {
			continue
		}
		licence := p.License
		if strings.HasPrefix(licence, "MIT AND OFL") {
			licence = "OFL-1.1" // the code around the font MIT, the font itself OFL
		}
		parts = append(parts, part{
			Name: strings.TrimPrefix(name, "node_modules/") + " (npm)", Version: p.Version, Licence: licence,
			dir: filepath.Join(filepath.Dir(lockfile), name), here: p.Dev,
		})
	}
	slices.SortFunc(parts, func(a, b part) int { return strings.Compare(a.Name, b.Name) })
	return parts, nil
}
