package audit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"talentcast/analytics/fault"
)

var testKey = []byte("a key for tests only")

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(time.Second)
	return c.at
}

func (c *clock) set(y int, m time.Month) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = time.Date(y, m, 3, 8, 0, 0, 0, time.UTC)
}

func open(t *testing.T, dir string, c *clock, keep time.Duration) *Log {
	t.Helper()
	l, err := Open(Config{Dir: dir, Key: testKey, Now: c.now, Keep: keep})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func written(t *testing.T, l *Log, n int) {
	t.Helper()
	for i := range n {
		if err := l.Write(Entry{Who: "wang", Action: "view", Object: map[string]string{"i": fmt.Sprint(i)}, Result: OK}); err != nil {
			t.Fatal(err)
		}
	}
}

func shut(t *testing.T, l *Log) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestChainGoesOnOverMonthsAndRestarts(t *testing.T) {
	dir, c := t.TempDir(), &clock{}
	var anchor Anchor
	for i, m := range []time.Month{1, 1, 2, 4} {
		c.set(2026, m)
		l := open(t, dir, c, 0)
		written(t, l, 5)
		if i == 1 {
			anchor.N, anchor.Hash = l.Head()
		}
		shut(t, l)
	}
	v, err := Verify(dir, testKey, anchor)
	if err != nil || v.Files != 3 || v.Entries != 20 || v.Last != 20 || v.Open {
		t.Errorf("%+v, %v", v, err)
	}
	got, more, err := Read(dir, Filter{From: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), Limit: 7})
	if err != nil || len(got) != 7 || more != 3 || got[0].N != 20 {
		t.Errorf("%d entries, %d more, %v", len(got), more, err)
	}
	if _, err := Verify(dir, []byte("another key for tests")); err == nil {
		t.Error("a chain made with another key holds")
	}
}

// TestTamperingIsFound changes a chain in every way and wants the first broken
// line named.
func TestTamperingIsFound(t *testing.T) {
	lines := func(t *testing.T) (string, [][]byte) {
		dir, c := t.TempDir(), &clock{}
		c.set(2026, 1)
		l := open(t, dir, c, 0)
		written(t, l, 10)
		shut(t, l)
		path := filepath.Join(dir, "2026-01.jsonl")
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return path, bytes.SplitAfter(b, []byte("\n"))[:10]
	}
	for name, tt := range map[string]struct {
		change func(l [][]byte) [][]byte
		want   string
	}{
		"a word": {func(l [][]byte) [][]byte { l[3] = bytes.Replace(l[3], []byte("wang"), []byte("zhao"), 1); return l }, "line 4"},
		"a space": {func(l [][]byte) [][]byte {
			l[3] = bytes.Replace(l[3], []byte(`,"who"`), []byte(`, "who"`), 1)
			return l
		}, "line 4"},
		"a field": {func(l [][]byte) [][]byte {
			l[3] = bytes.Replace(l[3], []byte(`{"n"`), []byte(`{"x":1,"n"`), 1)
			return l
		}, "line 4"},
		"taken out": {func(l [][]byte) [][]byte { return append(l[:3:3], l[4:]...) }, "line 4"},
		"the first": {func(l [][]byte) [][]byte { return l[1:] }, "before 2"},
		"twice":     {func(l [][]byte) [][]byte { return append(l[:4:4], l[3:]...) }, "line 5"},
		"moved":     {func(l [][]byte) [][]byte { l[3], l[4] = l[4], l[3]; return l }, "line 4"},
		"no entry":  {func(l [][]byte) [][]byte { l[5] = []byte("hello\n"); return l }, "line 6"},
		"forged end": {func(l [][]byte) [][]byte {
			return append(l, bytes.Replace(l[9], []byte(`"n":10`), []byte(`"n":11`), 1))
		}, "line 11"},
		"cut off": {func(l [][]byte) [][]byte { return l[:8] }, "Entry 10 was noted"},
	} {
		t.Run(name, func(t *testing.T) {
			path, l := lines(t)
			var last Entry
			if err := json.Unmarshal(l[9], &last); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, bytes.Join(tt.change(l), nil), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Verify(filepath.Dir(path), testKey, Anchor{last.N, last.Hash})
			if f := fault.As(err); f == nil || !strings.Contains(f.En, tt.want) {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
}

// TestDamagedTailIsMended: what a kill leaves of a line is kept aside, and the
// chain goes on.
func TestDamagedTailIsMended(t *testing.T) {
	for _, rest := range []string{`{"n":4,"at":"2026-01-0`, "{\"n\":4}\n", "\x00\x00\x00\x00"} {
		dir, c := t.TempDir(), &clock{}
		c.set(2026, 1)
		l := open(t, dir, c, 0)
		written(t, l, 3)
		shut(t, l)
		f, err := os.OpenFile(filepath.Join(dir, "2026-01.jsonl"), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString(rest); err != nil || f.Close() != nil {
			t.Fatal(err)
		}
		l = open(t, dir, c, 0)
		written(t, l, 2)
		shut(t, l)
		v, err := Verify(dir, testKey)
		if err != nil || v.Entries != 6 {
			t.Errorf("%q: %+v, %v", rest, v, err)
		}
		got, _, err := Read(dir, Filter{Action: "audit_mended"})
		if err != nil || len(got) != 1 || got[0].Object["bytes"] != fmt.Sprint(len(rest)) {
			t.Errorf("%q: %v, %v", rest, got, err)
		}
		if kept, _ := filepath.Glob(filepath.Join(dir, "*.tail")); len(kept) != 1 {
			t.Errorf("%q: kept aside %v", rest, kept)
		}
	}
}

func TestOldMonthsAreLetGoWhole(t *testing.T) {
	dir, c := t.TempDir(), &clock{}
	for m := time.January; m <= time.October; m++ {
		c.set(2026, m)
		l := open(t, dir, c, LeastKeep)
		written(t, l, 3)
		shut(t, l)
	}
	files, err := Files(dir)
	if err != nil || len(files) != 7 || filepath.Base(files[0]) != "2026-04.jsonl" {
		t.Fatalf("%v, %v", files, err)
	}
	v, err := Verify(dir, testKey)
	if err != nil || v.Expired != 9 {
		t.Errorf("%+v, %v", v, err)
	}
	if err := os.Remove(files[0]); err != nil { // by hand, without an entry
		t.Fatal(err)
	}
	if _, err := Verify(dir, testKey); err == nil {
		t.Error("a month that was taken away by hand is not missed")
	}
	if _, err := Open(Config{Dir: t.TempDir(), Key: testKey, Keep: 100 * 24 * time.Hour}); !fault.Is(err, fault.Invalid) {
		t.Errorf("100 days are kept: %v", err)
	}
}

func TestSecondWriterIsKeptOut(t *testing.T) {
	dir, c := t.TempDir(), &clock{}
	c.set(2026, 1)
	l := open(t, dir, c, 0)
	if _, err := Open(Config{Dir: dir, Key: testKey}); !fault.Is(err, fault.Conflict) {
		t.Errorf("a second writer: %v", err)
	}
	shut(t, l)
	shut(t, open(t, dir, c, 0))
}

// TestManyWriters share flushes and make one chain.
func TestManyWriters(t *testing.T) {
	dir, c := t.TempDir(), &clock{}
	c.set(2026, 1)
	l := open(t, dir, c, 0)
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			for k := range 25 {
				write := l.Write
				if k%2 == 0 {
					write = l.Note
				}
				if err := write(Entry{Who: fmt.Sprint(i), Action: "view", Result: OK}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if _, err := Verify(dir, testKey); err != nil { // while it is open
		t.Error(err)
	}
	shut(t, l)
	if v, err := Verify(dir, testKey); err != nil || v.Entries != 400 {
		t.Errorf("%+v, %v", v, err)
	}
}

// TestUnwritable: a log that can't be written says so, and recovers.
func TestUnwritable(t *testing.T) {
	dir, c := t.TempDir(), &clock{}
	c.set(2026, 1)
	l := open(t, dir, c, 0)
	written(t, l, 2)
	if err := l.file.Close(); err != nil { // as a disk that is gone
		t.Fatal(err)
	}
	if err := l.Write(Entry{Who: "wang", Action: "load", Result: Begun}); !fault.Is(err, fault.Unavailable) {
		t.Fatalf("written on a closed file: %v", err)
	}
	if l.Ready() == nil {
		t.Error("ready on a closed file")
	}
	f, err := os.OpenFile(filepath.Join(dir, "2026-01.jsonl"), os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Seek(0, 2); err != nil {
		t.Fatal(err)
	}
	l.file = f
	if err := l.Ready(); err != nil {
		t.Errorf("the disk is back: %v", err)
	}
	shut(t, l)
	if v, err := Verify(dir, testKey); err != nil || v.Entries != 3 {
		t.Errorf("%+v, %v", v, err)
	}
}

func TestEntriesAreOneCleanLine(t *testing.T) {
	dir, c := t.TempDir(), &clock{}
	c.set(2026, 1)
	l := open(t, dir, c, 0)
	if err := l.Write(Entry{Who: "a\nb\x00", Action: strings.Repeat("x", 500), Object: map[string]string{"file": "a\r\n{\"n\":99}\u2028", "\xff": "1"}, Result: OK}); err != nil {
		t.Fatal(err)
	}
	shut(t, l)
	if v, err := Verify(dir, testKey); err != nil || v.Entries != 1 {
		t.Errorf("%+v, %v", v, err)
	}
	got, _, err := Read(dir, Filter{})
	if err != nil || got[0].Who != "ab" || len([]rune(got[0].Action)) != 161 || got[0].Object["file"] != `a{"n":99}` {
		t.Errorf("%+v, %v", got, err)
	}
	tab := Table(got, "en")
	if len(tab.Rows) != 1 || len(tab.Rows[0]) != len(tab.Columns) {
		t.Errorf("%+v", tab)
	}
}
