package office

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"talentcast/analytics/fault"
)

func TestTry(t *testing.T) {
	if err := converter(t, Config{}).Try(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestBrokenOfficeIsNotTheFilesFault: a LibreOffice that ends by a signal, refuses,
// writes nothing or writes something else is told apart from a file that is bad.
func TestBrokenOfficeIsNotTheFilesFault(t *testing.T) {
	for name, script := range map[string]string{
		"killed":  "kill -SYS $$",
		"refused": "echo 'no export filter for out.xlsx found' >&2; exit 1",
		"nothing": "exit 0",
	} {
		t.Run(name, func(t *testing.T) {
			c := converter(t, Config{Program: fake(t, script)})
			if err := c.Try(t.Context()); !fault.Is(err, fault.Unavailable) || fault.As(err).Err == nil {
				t.Errorf("tried: %v", err)
			}
			if _, err := c.Convert(t.Context(), "fund.xls", sample(t)); !fault.Is(err, fault.Unavailable) || strings.Contains(err.Error(), "password") {
				t.Errorf("converted: %v", err)
			}
		})
	}
	// One that converts others finds the file bad.
	c := converter(t, Config{Program: fake(t, `for f; do :; done; grep -q talentcast "$f" && mkdir out && printf PK > out/in.xlsx`)})
	if _, err := c.Convert(t.Context(), "fund.xls", sample(t)); !fault.Is(err, fault.Unreadable) {
		t.Errorf("a bad file: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Try(ctx); err == nil || fault.As(err) != nil {
		t.Errorf("after a cancel: %v", err)
	}
}

// fake is a program that runs a script in the place of LibreOffice.
func fake(t *testing.T, script string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "soffice")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil { //nolint:gosec // a program
		t.Fatal(err)
	}
	return path
}
