package spool

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
)

func TestTake(t *testing.T) {
	for name, size := range map[string]int{"empty": 0, "small": 1000, "just in memory": InMemory, "just on disk": InMemory + 1, "large": 3*InMemory + 7} {
		t.Run(name, func(t *testing.T) {
			want := []byte(strings.Repeat("440103198001010011,李明,优才\n", size/30+1))[:size]
			dir := filepath.Join(t.TempDir(), "incoming")
			f, err := Take(bytes.NewReader(want), dir)
			if err != nil {
				t.Fatal(err)
			}
			if f.Size() != int64(size) || (f.large != nil) != (size > InMemory) {
				t.Errorf("size %d, on disk %v", f.Size(), f.large != nil)
			}
			got, err := f.Bytes()
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("other bytes came back: %v", err)
			}
			if err := iotest.TestReader(io.NewSectionReader(f, 0, min(f.Size(), 5000)), want[:min(size, 5000)]); err != nil {
				t.Error(err)
			}
			r := rand.New(rand.NewPCG(1, 2))
			for range 200 {
				at, n := r.Int64N(int64(size)+1), r.IntN(100)
				b := make([]byte, n)
				read, err := f.ReadAt(b, at)
				if err != nil && !errors.Is(err, io.EOF) || !bytes.Equal(b[:read], want[at:at+int64(read)]) {
					t.Fatalf("%d bytes at %d: %v", n, at, err)
				}
			}
			if err := f.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// Nobody finds what is held: the file has no name, and its bytes on disk are sealed.
func TestNobodyElseReadsIt(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a file that is open keeps its name on Windows")
	}
	dir := t.TempDir()
	f, err := Take(strings.NewReader(strings.Repeat("440103198001010011", InMemory/10)), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if names, err := os.ReadDir(dir); err != nil || len(names) > 0 {
		t.Errorf("the folder holds %v (%v)", names, err)
	}
	raw := make([]byte, 1<<16)
	if _, err := f.large.ReadAt(raw, 0); err != nil || bytes.Contains(raw, []byte("440103")) {
		t.Errorf("the number is on disk (%v)", err)
	}
	again, err := Take(strings.NewReader(strings.Repeat("440103198001010011", InMemory/10)), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	other := make([]byte, 1<<16)
	if _, err := again.large.ReadAt(other, 0); err != nil || bytes.Equal(raw, other) {
		t.Errorf("the same key twice (%v)", err)
	}
}

func TestTakeFails(t *testing.T) {
	broken := errors.New("broken off")
	for name, r := range map[string]io.Reader{
		"at once":     iotest.ErrReader(broken),
		"on the disk": io.MultiReader(bytes.NewReader(make([]byte, InMemory+5)), iotest.ErrReader(broken)),
	} {
		dir := t.TempDir()
		if _, err := Take(r, dir); !errors.Is(err, broken) {
			t.Errorf("%s: %v", name, err)
		}
		if names, _ := os.ReadDir(dir); len(names) > 0 {
			t.Errorf("%s: left %v", name, names)
		}
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Take(bytes.NewReader(make([]byte, InMemory+5)), file); err == nil {
		t.Error("a file was taken for a folder")
	}
}
