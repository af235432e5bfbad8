package datasets

import (
	"os"
	"path/filepath"
	"testing"

	"talentcast/analytics/fault"
)

// TestOddPaths: a folder's name is never read as options of the engine or as a place
// elsewhere, and one that can't be used is refused before anything is made.
func TestOddPaths(t *testing.T) {
	for name, refused := range map[string]bool{
		"q?x": true, "q?threads=0": true, "a#b": true, "100%": true, "a%20b": true, "a\nb": true, "\xb2\xe2\xca\xd4": true,
		"md:x": false, "file:x": false, "sqlite:x": false, "s3:": false, "测试 目录": false, "it's here": false, "a&b=c": false, `a"b`: false,
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			if err := os.Mkdir(name, 0o755); err != nil {
				t.Skip(err) // a file system that has no such names
			}
			path := filepath.Join(name, "a.duckdb")
			s, err := Open(t.Context(), Config{Path: path})
			if err == nil {
				err = s.Close()
			}
			if got := fault.Is(err, fault.Invalid); got != refused || !refused && err != nil {
				t.Errorf("refused: %v, want %v: %v", got, refused, err)
			}
			if got := fault.Is(CheckFolder(name), fault.Invalid); got != refused {
				t.Errorf("the folder is refused: %v, want %v", got, refused)
			}
			if exists(path) == refused {
				t.Errorf("the file is there: %v", !refused)
			}
			for _, dir := range []string{".", name} {
				all, err := os.ReadDir(dir)
				if err != nil {
					t.Fatal(err)
				}
				for _, f := range all {
					if f.Name() != name && f.Name() != "a.duckdb" {
						t.Errorf("made %q in %q", f.Name(), dir)
					}
				}
			}
		})
	}
}
