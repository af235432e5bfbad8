package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestEveryLicenceMayBePassedOn(t *testing.T) {
	parts, err := all("../../../..")
	if err != nil {
		t.Fatal(err)
	}
	if len(parts) < 40 {
		t.Errorf("only %d parts found", len(parts))
	}
	if err := check(parts, io.Discard); err != nil {
		t.Error(err)
	}
}

func TestRecognise(t *testing.T) {
	for text, want := range map[string]string{
		"GNU GENERAL PUBLIC LICENSE\n Version 3":                             "GPL",
		"Permission is hereby granted, free of charge, to any":               "MIT",
		"Apache License\n  Version 2.0, January 2004":                        "Apache-2.0",
		"Redistributions in binary form must reproduce … Neither the name":   "BSD-3-Clause",
		"GNU AFFERO GENERAL PUBLIC LICENSE Version 3 … GNU General Public …": "AGPL",
		"All rights reserved.":                                               "",
	} {
		if got := recognise(text); got != want {
			t.Errorf("%q is taken for %q, want %q", text, got, want)
		}
	}
	if check([]part{{Name: "x", Version: "v1", Licence: "GPL"}}, io.Discard) == nil || check([]part{{Name: "x", Version: "v1"}}, io.Discard) == nil {
		t.Error("what may not be passed on passes")
	}
}

// Each text stands there once, word for word, with all parts that it is of; a part
// without one is told.
func TestTexts(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"a/LICENSE": "Copyright A\nMIT\n", "a/NOTICE.txt": "A was made by A.", "a/license.go": "package a",
		"b/COPYING": "Copyright A\r\nMIT", "b/licenses/LICENSE-d3": "Copyright D3", "c/README": "none",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	in := func(name string) part { return part{Name: name, Version: "v1", dir: filepath.Join(dir, name)} }
	var b bytes.Buffer
	if err := texts([]part{in("a"), in("b")}, &b); err != nil {
		t.Fatal(err)
	}
	for text, times := range map[string]int{"a v1\nb v1\n": 1, "Copyright A\nMIT": 1, "A was made by A.": 1, "Copyright D3": 1, "package a": 0} {
		if n := strings.Count(b.String(), text); n != times {
			t.Errorf("%q is there %d times, want %d", text, n, times)
		}
	}
	for _, name := range []string{"c", "missing"} {
		if texts([]part{in(name)}, io.Discard) == nil {
			t.Errorf("%s passes without a licence", name)
		}
	}
}
