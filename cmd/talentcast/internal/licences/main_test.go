package main

import (
	"io"
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
	if check([]part{{"x", "v1", "GPL"}}, io.Discard) == nil || check([]part{{"x", "v1", ""}}, io.Discard) == nil {
		t.Error("what may not be passed on passes")
	}
}
