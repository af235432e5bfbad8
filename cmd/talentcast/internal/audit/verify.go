package audit

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"talentcast/analytics/fault"
)

// Verified is what a chain that holds comes to.
type Verified struct {
	Files       int
	Entries     int64
	First, Last int64 // numbers
	From, To    time.Time
	Head        string // hash of the last entry
	Expired     int64  // entries before First that were let go of by age; 0 for none
	Open        bool   // the last line is being written, or was cut off
	Headless    bool   // no head is kept: of a program that kept none, or taken away
}

// Anchor is a head noted at another time: the chain must still hold that entry.
type Anchor struct {
	N    int64
	Hash string
}

// Check is a verification of the log in a folder.
type Check struct {
	Dir     string
	Key     []byte // that lies beside the database
	Anchors []Anchor
	Heads   []Keeper // beside the file next to the folder
	Known   []int64  // entries that tell of a shortened log, and were looked into
	Told    bool     // what any entry tells of is no fault
}

// Verify walks the whole chain, while it may be written, and holds its end against
// the head that is kept beside it. Fault: Conflict, which names the first file and
// line that does not hold and why, or what is missing.
func Verify(dir string, dataKey []byte, anchors ...Anchor) (Verified, error) {
	return Check{Dir: dir, Key: dataKey, Anchors: anchors}.Verify()
}

// Verify verifies as [Verify] does.
func (c Check) Verify() (Verified, error) {
	key, err := auditKey(c.Key)
	if err != nil {
		return Verified{}, err
	}
	return c.verify(key)
}

// Verify verifies what the log has written so far.
func (l *Log) Verify() (Verified, error) {
	c := Check{Dir: l.dir, Heads: l.keepers[1:]}
	if n, hash := l.Head(); n > 0 {
		c.Anchors = []Anchor{{n, hash}}
	}
	return c.verify(l.key)
}

func (c Check) verify(key []byte) (Verified, error) {
	// The heads first: what is written meanwhile comes after them.
	head, odd, err := newest(key, append([]Keeper{headFile(HeadFile(c.Dir))}, c.Heads...))
	if err != nil {
		return Verified{}, err
	}
	files, err := Files(c.Dir)
	if err != nil {
		return Verified{}, err
	}
	v := &verifier{key: key, anchors: map[int64]string{}, expired: map[int64]string{}, head: head}
	for _, a := range c.Anchors {
		v.anchors[a.N] = a.Hash
	}
	for i, f := range files {
		if err := v.file(f, i == len(files)-1); err != nil {
			return v.Verified, err
		}
		v.Files++
	}
	v.Headless = head == nil && v.Entries > 0
	if c.Told {
		for _, g := range v.gaps {
			c.Known = append(c.Known, g.entry)
		}
	}
	return v.Verified, v.whole(head, odd, c.Known)
}

// whole says what is missing of a chain whose entries hold.
func (v *verifier) whole(head *Head, odd bool, known []int64) error {
	for n := range v.anchors {
		return fault.Newf(fault.Conflict, "第 %[1]d 条曾有记录，现在没有了：最新的记录被截去，或整个文件被删除。",
			"Entry %[1]d was noted and is no longer there: the newest entries were cut off, or a file was deleted.", n)
	}
	// A chain that does not begin with the first entry must say what became of
	// those before.
	if v.First > 1 && !v.begins() {
		return fault.Newf(fault.Conflict, "第 %[1]d 条以前的记录不见了，而没有按期限清理的记载。",
			"The entries before %[1]d are gone, and no entry says that they were let go of by age.", v.First)
	}
	if v.First > 1 && len(v.expired) > 0 {
		v.Expired = v.First - 1
	}
	switch {
	case head == nil && odd, v.otherHead:
		return gap{}.sentence()
	case head != nil && head.N > v.Last:
		return gap{first: v.Last + 1, last: head.N}.sentence()
	}
	for _, g := range v.gaps {
		if !slices.Contains(known, g.entry) {
			return g.sentence()
		}
	}
	return nil
}

// begins reports whether an entry says what became of those before the first.
func (v *verifier) begins() bool {
	if v.expired[v.First-1] == v.before {
		return true
	}
	if len(v.gaps) == 0 || v.gaps[0].entry != v.First || v.gaps[0].last != v.First-1 {
		return false
	}
	_, expired := v.expired[v.gaps[0].first-1]
	return expired || v.gaps[0].first == 1
}

type verifier struct {
	Verified
	key     []byte
	before  string // what the first entry follows
	anchors map[int64]string
	expired map[int64]string // number of the last entry of a deleted file → its hash
	gaps    []gap

	head      *Head
	otherHead bool // the entry of the head is another one
}

func (v *verifier) file(path string, newest bool) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, 1<<16)
	for n := 1; ; n++ {
		line, err := r.ReadString('\n')
		if errors.Is(err, io.EOF) {
			if line == "" {
				return nil
			}
			if newest {
				v.Open = true
				return nil
			}
			return broken(path, n, "这一行不完整", "the line is not whole")
		}
		if err != nil {
			return fmt.Errorf("audit: %w", err)
		}
		if err := v.line(path, n, line); err != nil {
			return err
		}
	}
}

func broken(path string, n int, zh, en string) error {
	return fault.New(fault.Conflict,
		fmt.Sprintf("审计链断于 %s 第 %d 行：%s。此前的记录可信，此后的请与备份核对。", filepath.Base(path), n, zh),
		fmt.Sprintf("The audit chain breaks at %s, line %d: %s. What is before it holds; compare what follows with a backup.", filepath.Base(path), n, en))
}

func (v *verifier) line(path string, n int, text string) error {
	var e Entry
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&e); err != nil {
		return broken(path, n, "这一行不是审计记录", "the line is no entry")
	}
	// The bytes themselves must be those that were written, not only their meaning.
	if again, err := json.Marshal(e); err != nil || string(again) != strings.TrimSuffix(text, "\n") {
		return broken(path, n, "这一行被改写过", "the line was written otherwise")
	}
	want, err := e.sum(v.key)
	if err != nil {
		return err
	}
	var found *gap
	if e.Action == shortened {
		g := gapOf(e)
		found = &g
	}
	switch {
	case e.Hash != want:
		return broken(path, n, "内容被改动，或密钥不是当时的那一把", "the entry was changed, or the key is another than then")
	case v.Entries == 0:
		v.First, v.From, v.before = e.N, e.At, e.Prev
	case found != nil && found.first == v.Last+1 && found.last == e.N-1: // it goes on after the head
	case e.N != v.Last+1 || e.Prev != v.Head:
		return broken(path, n, fmt.Sprintf("它不接在第 %d 条之后：有记录被删除、插入或调换", v.Last), fmt.Sprintf("it does not follow entry %d: entries were taken out, put in or moved", v.Last))
	}
	if found != nil {
		v.gaps = append(v.gaps, *found)
	}
	if v.head != nil && v.head.N == e.N && v.head.Hash != e.Hash {
		v.otherHead = true
	}
	if noted, ok := v.anchors[e.N]; ok {
		if noted != e.Hash {
			return broken(path, n, "与先前抄下的链头不同", "it differs from the head that was noted")
		}
		delete(v.anchors, e.N)
	}
	if e.Action == "audit_expired" {
		var last int64
		if _, err := fmt.Sscan(e.Object["last"], &last); err == nil {
			v.expired[last] = e.Object["head"]
		}
	}
	v.Entries++
	v.Last, v.To, v.Head = e.N, e.At, e.Hash
	return nil
}

func containsFold(s, part string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(part))
}
