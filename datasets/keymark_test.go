package datasets

import (
	"os"
	"path/filepath"
	"testing"
)

func TestKeyMarkIsKeptOnce(t *testing.T) {
	s := openTest(t)
	if mark, used, err := s.KeyMark(t.Context()); err != nil || mark != "" || used {
		t.Errorf("of a new store: %q %t %v", mark, used, err)
	}
	for _, mark := range []string{"a", "b"} { // the second changes nothing
		if err := s.KeepKeyMark(t.Context(), mark); err != nil {
			t.Fatal(err)
		}
	}
	mustLoad(t, s, batch("a", person("k1", "p1", "甲类", "A", "2013-03-05", "2013-03-06")))
	if mark, used, err := s.KeyMark(t.Context()); err != nil || mark != "a" || !used {
		t.Errorf("with a batch: %q %t %v", mark, used, err)
	}
}

// TestEmptyFileIsNoDatabase: what a full disk left of a database that was to be made
// does not stand in the way of the next start.
func TestEmptyFileIsNoDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.duckdb")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
