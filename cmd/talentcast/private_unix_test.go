//go:build unix

package main

import (
	"bufio"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestDataArePrivate: nobody else on the machine can read what the data folder has,
// nor what an older program left open there.
func TestDataArePrivate(t *testing.T) {
	data := filepath.Join(t.TempDir(), "made", "data")
	policy := filepath.Join("..", "..", "datasets", "policies", "gz-rd")
	made := func(args ...string) {
		t.Helper()
		if out, err := itself(data, args...).CombinedOutput(); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
	}
	closed := func(when string) {
		t.Helper()
		n := 0
		err := filepath.WalkDir(data, func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := d.Info()
			if n++; err == nil && info.Mode().Perm()&0o077 != 0 {
				t.Errorf("%s: %s is %v", when, filepath.Base(path), info.Mode())
			}
			return err
		})
		if err != nil || n < 5 {
			t.Errorf("%s: %d files, %v", when, n, err)
		}
	}
	made("policy", "add", policy)
	closed("made")
	for _, name := range []string{"talentcast.duckdb", "talentcast.key", "audit.head", filepath.Join("audit", "*.jsonl")} {
		found, err := filepath.Glob(filepath.Join(data, name))
		if err != nil || len(found) != 1 {
			t.Fatal(name, found, err)
		}
		if err := os.Chmod(found[0], 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := itself(data, "serve", "--addr", "127.0.0.1:0")
	said, err := cmd.StdoutPipe()
	if err != nil || cmd.Start() != nil {
		t.Fatal("the service does not start", err)
	}
	if _, err := bufio.NewReader(said).ReadString('\n'); err != nil { // it listens
		t.Fatal(err)
	}
	time.Sleep(1500 * time.Millisecond) // and has kept where the audit log stands
	if _, err := os.Stat(filepath.Join(data, "talentcast.duckdb.wal")); err != nil {
		t.Error(err)
	}
	closed("opened")
	if err := cmd.Process.Signal(os.Interrupt); err != nil || cmd.Wait() != nil {
		t.Error("the service does not end", err)
	}
	out := filepath.Join(t.TempDir(), "template.csv")
	made("template", "talent", out, "--policy", "gz-rd")
	if info, err := os.Stat(out); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("what is written for others: %v, %v", info.Mode(), err)
	}
}
