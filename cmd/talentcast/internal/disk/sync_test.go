package disk

import (
	"os"
	"path/filepath"
	"testing"
)

// TestPut: a file is replaced whole and is its owner's; where that fails, what was
// there stays and nothing is left beside it.
func TestPut(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "key")
	for _, text := range []string{"one", "two"} {
		if err := Put(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if b, _ := os.ReadFile(path); err != nil || string(b) != text || info.Mode().Perm() != 0o600 {
			t.Errorf("%q, %v, %v", b, info.Mode(), err)
		}
	}
	if err := SyncFolder(dir); err != nil {
		t.Error(err)
	}
	full := filepath.Join(dir, "full")
	if err := os.MkdirAll(filepath.Join(full, "in"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := Put(full, []byte("x")); err == nil {
		t.Error("a folder was replaced")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*.part")); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}
