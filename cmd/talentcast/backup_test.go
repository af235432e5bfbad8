package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// talk runs a command and returns what it printed.
func talk(t *testing.T, data string, args ...string) (out string, code int) {
	t.Helper()
	var b, errs bytes.Buffer
	code = run(context.Background(), append([]string{"--data", data, "--paths", "300"}, args...), strings.NewReader(""), &b, &errs, nil)
	return b.String() + errs.String(), code
}

// TestBackupBesideAService: a backup taken while a service runs and loads comes
// back with every outlook as it was, and the audit log goes on.
func TestBackupBesideAService(t *testing.T) {
	dir := t.TempDir()
	data, back, kept := filepath.Join(dir, "data"), filepath.Join(dir, "back"), filepath.Join(dir, "kept")
	if out, code := talk(t, data, "samples"); code != exitOK {
		t.Fatal(out)
	}
	outlooks := func(data string) map[string]string {
		all := map[string]string{}
		for _, policy := range []string{"liwan-555", "gz-rd", "cn-rd", "en-health-visitors"} {
			out, code := talk(t, data, "forecast", "--policy", policy, "--json")
			if code != exitOK {
				t.Fatal(out)
			}
			all[policy] = out
		}
		return all
	}
	before := outlooks(data)
	if out, code := talk(t, data, "backup", "-o", kept, "--without-key"); code != exitOK {
		t.Fatalf("without a service: %s", out)
	}
	s := startServer(t, data, io.Discard)
	out, code := talk(t, data, "backup", "-o", kept+" 2")
	if code != exitOK {
		t.Fatalf("beside a service: %s", out)
	}
	if out, code := talk(t, data, "backup", "-o", filepath.Join(data, "reports", "b")); code != exitFault {
		t.Errorf("into the reports: %d %s", code, out)
	}
	// Another process: a database is locked against those.
	if said, err := itself(data, "restore", "--replace", strings.TrimSpace(strings.Split(out, "\n")[0])).CombinedOutput(); err == nil || !strings.Contains(string(said), "PID") {
		t.Errorf("restored under a running service: %v %s", err, said)
	}
	s.get(t, "/p/liwan-555")
	s.stop()
	if _, err := os.Stat(filepath.Join(data, "talentcast.sock")); err == nil {
		t.Error("the socket is left behind")
	}

	made := strings.TrimSpace(strings.Split(out, "\n")[0])
	if out, code := talk(t, data, "backup", "verify", made); code != exitOK {
		t.Fatal(out)
	}
	if out, code := talk(t, back, "restore", made); code != exitOK {
		t.Fatal(out)
	}
	after := outlooks(back)
	for policy, want := range before {
		if after[policy] != want {
			t.Errorf("the outlook of %s is another one after the restore", policy)
		}
	}
	if out, code := talk(t, back, "audit", "verify"); code != exitOK {
		t.Errorf("the audit log of the restored: %s", out)
	}
	if out, code := talk(t, back, "restore", made); code != exitFault {
		t.Errorf("over what is there: %d %s", code, out)
	}
	if out, code := talk(t, back, "restore", "--replace", made); code != exitOK {
		t.Errorf("in place of what is there: %s", out)
	}
	aside, _ := filepath.Glob(filepath.Join(back, "replaced-*", "talentcast.duckdb"))
	if len(aside) != 1 {
		t.Errorf("what was there is in %v", aside)
	}
	bare, _ := filepath.Glob(filepath.Join(kept, "*"))
	keyless := filepath.Join(dir, "keyless")
	if out, code := talk(t, keyless, "restore", bare[0]); code != exitOK || !strings.Contains(out, "talentcast.key") {
		t.Errorf("without a key: %d %s", code, out)
	}
	if _, err := os.Stat(filepath.Join(keyless, "talentcast.key")); err == nil {
		t.Error("a new key was made: nobody stored can be matched by it")
	}
	if out, code := talk(t, filepath.Join(dir, "nothing"), "backup", "-o", kept); code != exitFault {
		t.Errorf("of nothing: %d %s", code, out)
	}
}
