package audit

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"talentcast/analytics/fault"
)

// memory keeps a head as the database does.
type memory struct{ h *Head }

func (m *memory) Kept() (*Head, error) { return m.h, nil }

func (m *memory) Keep(h Head) error {
	m.h = &h
	return nil
}

// twoMonths writes five entries of January and five of February.
func twoMonths(t *testing.T, base string, db *memory) (dir string, c *clock) {
	t.Helper()
	dir, c = filepath.Join(base, "audit"), &clock{}
	for _, m := range []time.Month{1, 2} {
		c.set(2026, m)
		l := headed(t, dir, c, db)
		written(t, l, 5)
		shut(t, l)
	}
	return dir, c
}

func headed(t *testing.T, dir string, c *clock, db *memory) *Log {
	t.Helper()
	l, err := Open(Config{Dir: dir, Key: testKey, Now: c.now, Heads: []Keeper{db}})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// cut takes the last lines of a file away.
func cut(t *testing.T, path string, lines int) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	all := bytes.SplitAfter(b, []byte("\n"))
	all = all[:len(all)-1] // what is after the last end of a line
	if err := os.WriteFile(path, bytes.Join(all[:len(all)-lines], nil), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestTheEndIsMissed takes the end of the log away in every way: Verify misses it,
// a log opened then goes on after it and says so, and Verify says so ever after,
// until somebody has looked into it.
func TestTheEndIsMissed(t *testing.T) {
	newest := func(dir string) string { return filepath.Join(dir, "2026-02.jsonl") }
	for name, tt := range map[string]struct {
		take   func(t *testing.T, dir string)
		gone   string
		noHead bool // beside the log: the one in the database is left
	}{
		"the last line":  {func(t *testing.T, dir string) { cut(t, newest(dir), 1) }, "Entries 10 to 10", false},
		"a few lines":    {func(t *testing.T, dir string) { cut(t, newest(dir), 3) }, "Entries 8 to 10", false},
		"a file emptied": {func(t *testing.T, dir string) { cut(t, newest(dir), 5) }, "Entries 6 to 10", false},
		"a file":         {func(t *testing.T, dir string) { must(t, os.Remove(newest(dir))) }, "Entries 6 to 10", false},
		"the folder":     {func(t *testing.T, dir string) { must(t, os.RemoveAll(dir)) }, "Entries 1 to 10", false},
		"its head too": {func(t *testing.T, dir string) {
			must(t, os.RemoveAll(dir))
			must(t, os.Remove(HeadFile(dir)))
		}, "Entries 1 to 10", true},
		"within a line": {func(t *testing.T, dir string) {
			cut(t, newest(dir), 1)
			info, err := os.Stat(newest(dir))
			must(t, err)
			must(t, os.Truncate(newest(dir), info.Size()-20))
		}, "Entries 9 to 10", false},
	} {
		t.Run(name, func(t *testing.T) {
			db := &memory{}
			dir, c := twoMonths(t, t.TempDir(), db)
			if _, err := Verify(dir, testKey); err != nil {
				t.Fatal(err)
			}
			tt.take(t, dir)
			check := Check{Dir: dir, Key: testKey, Heads: []Keeper{db}}
			if _, err := check.Verify(); !says(err, tt.gone) {
				t.Fatalf("%v, want %s", err, tt.gone)
			}
			if _, err := Verify(dir, testKey); !tt.noHead && !says(err, tt.gone) {
				t.Errorf("by the file alone: %v", err)
			}

			l := headed(t, dir, c, db)
			if f := l.Shortened(); f == nil || !strings.Contains(f.En, tt.gone) {
				t.Errorf("opened: %v", f)
			}
			written(t, l, 2)
			if _, err := l.Verify(); !says(err, tt.gone) {
				t.Errorf("while it is open: %v", err)
			}
			shut(t, l)
			v, err := check.Verify()
			if !says(err, tt.gone) || !says(err, "entry 11") {
				t.Errorf("later: %v", err)
			}
			if v.Last < 13 {
				t.Errorf("numbers are used twice: the last is %d", v.Last)
			}
			if check.Known = []int64{11}; !works(check) {
				t.Error("what was looked into is still complained of")
			}
			l = headed(t, dir, c, db)
			if f := l.Shortened(); f != nil {
				t.Errorf("said again: %v", f)
			}
			shut(t, l)
		})
	}
}

// TestHeadsAreNotForged: a head that was changed, of another key, or of another log
// is told.
func TestHeadsAreNotForged(t *testing.T) {
	for name, change := range map[string]func(t *testing.T, dir string){
		"an earlier end": func(t *testing.T, dir string) {
			b, err := os.ReadFile(HeadFile(dir))
			must(t, err)
			must(t, os.WriteFile(HeadFile(dir), bytes.Replace(b, []byte(`"n":10`), []byte(`"n":8`), 1), 0o600))
			cut(t, filepath.Join(dir, "2026-02.jsonl"), 2)
		},
		"no head": func(t *testing.T, dir string) { must(t, os.WriteFile(HeadFile(dir), []byte("{"), 0o600)) },
		"another log": func(t *testing.T, dir string) {
			other, _ := twoMonths(t, t.TempDir(), &memory{})
			b, err := os.ReadFile(HeadFile(other)) // same numbers, same key, other hours
			must(t, err)
			must(t, os.WriteFile(HeadFile(dir), b, 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			base, db := t.TempDir(), &memory{}
			dir, c := twoMonths(t, base, db)
			if name == "another log" { // which began at another hour
				must(t, os.RemoveAll(dir))
				must(t, os.Remove(HeadFile(dir)))
				c.set(2026, 2)
				l := headed(t, dir, c, &memory{})
				written(t, l, 12)
				shut(t, l)
			}
			change(t, dir)
			if _, err := Verify(dir, testKey); !says(err, "not what its head says") {
				t.Errorf("%v", err)
			}
			l, err := Open(Config{Dir: dir, Key: testKey, Now: c.now})
			must(t, err)
			if f := l.Shortened(); f == nil {
				t.Error("opened as if nothing were")
			}
			shut(t, l)
			if _, err := Verify(dir, testKey); !says(err, "entry ") {
				t.Errorf("later: %v", err)
			}
		})
	}
}

// TestAGapIsNoDoor: the entry that tells of missing entries covers no others.
func TestAGapIsNoDoor(t *testing.T) {
	db := &memory{}
	dir, c := twoMonths(t, t.TempDir(), db)
	path := filepath.Join(dir, "2026-02.jsonl")
	cut(t, path, 2)
	l := headed(t, dir, c, db)
	written(t, l, 1)
	shut(t, l)
	b, err := os.ReadFile(path)
	must(t, err)
	lines := bytes.SplitAfter(b, []byte("\n"))
	must(t, os.WriteFile(path, bytes.Join(append(lines[:2:2], lines[3:]...), nil), 0o600)) // entry 8
	if _, err := (Check{Dir: dir, Key: testKey, Known: []int64{11}}).Verify(); !says(err, "line 3") {
		t.Errorf("%v", err)
	}
	must(t, os.Remove(filepath.Join(dir, "2026-01.jsonl")))
	must(t, os.WriteFile(path, bytes.Join(lines[3:], nil), 0o600))
	if _, err := (Check{Dir: dir, Key: testKey, Known: []int64{11}}).Verify(); !says(err, "before 11") {
		t.Errorf("all before it: %v", err)
	}
}

// TestHeadAfterAKill: entries after the head are fine, and the head follows within
// a second while the log is open.
func TestHeadAfterAKill(t *testing.T) {
	db := &memory{}
	dir, c := twoMonths(t, t.TempDir(), db)
	l := headed(t, dir, c, db)
	written(t, l, 3)
	must(t, l.file.Close()) // as a kill: nothing is kept
	must(t, l.lock.Close())
	l.file, l.lock = nil, nil
	if v, err := Verify(dir, testKey); err != nil || v.Last != 13 {
		t.Errorf("%+v, %v", v, err)
	}
	l = headed(t, dir, c, db)
	if f := l.Shortened(); f != nil {
		t.Error(f)
	}
	written(t, l, 1)
	for range 50 {
		if h, err := headFile(HeadFile(dir)).Kept(); err == nil && h != nil && h.N == 14 {
			shut(t, l)
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Error("the head does not follow")
}

// TestALogWithoutAHead: of a program that kept none.
func TestALogWithoutAHead(t *testing.T) {
	dir, c := twoMonths(t, t.TempDir(), &memory{})
	must(t, os.Remove(HeadFile(dir)))
	if v, err := Verify(dir, testKey); err != nil || !v.Headless {
		t.Errorf("%+v, %v", v, err)
	}
	shut(t, open(t, dir, c, 0))
	if v, err := Verify(dir, testKey); err != nil || v.Headless {
		t.Errorf("opened once: %+v, %v", v, err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func says(err error, want string) bool {
	f := fault.As(err)
	return f != nil && strings.Contains(f.En, want)
}

func works(c Check) bool {
	_, err := c.Verify()
	return err == nil
}
