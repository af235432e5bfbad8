package audit

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"time"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/disk"
)

// LeastKeep is the shortest time for which entries may be kept.
const LeastKeep = 180 * 24 * time.Hour

// Config says where the log is.
type Config struct {
	Dir  string           // made where it is missing
	Key  []byte           // that lies beside the database
	Now  func() time.Time // nil stands for time.Now
	Keep time.Duration    // 0 for ever; else LeastKeep at least
	// Heads keep where the chain stands, beside the file next to the folder. Trouble
	// is told when one can't; nil tells nobody.
	Heads   []Keeper
	Trouble func(error)
}

// Log is the open log. One process writes it; others may read and verify it
// meanwhile. It is safe for concurrent use.
type Log struct {
	dir  string
	key  []byte
	now  func() time.Time
	keep time.Duration
	lock *os.File

	keepers []Keeper
	trouble func(error)
	heading sync.Mutex // one head is kept at a time; before mu
	short   *fault.Error

	mu     sync.Mutex
	file   *os.File
	month  string
	size   int64 // bytes of the file that are whole entries
	n      int64
	head   string
	broken error // why the last entry could not be written

	synced   sync.Cond // of mu
	done     int64     // entries that are on the disk
	doneHead string    // hash of the last of them
	syncing  bool
	later    bool // the head is kept, and what is not flushed is, within the second
	lastTidy string
}

var fileName = regexp.MustCompile(`^\d{4}-\d{2}\.jsonl$`)

// Files lists the files of a log, the oldest first.
func Files(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	var out []string
	for _, e := range entries {
		if fileName.MatchString(e.Name()) {
			out = append(out, filepath.Join(dir, e.Name()))
		}
	}
	slices.Sort(out)
	return out, nil
}

// Open opens the log for writing and mends a tail that was cut off in the middle
// of a line: what is left of it is kept aside and an entry says so. A log that is
// shorter than its head says is gone on with after the head, and an entry says
// what is missing: see [Log.Shortened]. Faults:
// Conflict when another process writes it, Unavailable when it can't be written.
func Open(cfg Config) (*Log, error) {
	key, err := auditKey(cfg.Key)
	if err != nil {
		return nil, err
	}
	if cfg.Keep > 0 && cfg.Keep < LeastKeep {
		return nil, fault.Newf(fault.Invalid, "审计记录至少保留 %[1]d 天；请把 --audit-keep 设为 %[1]d 或更长，0 为永久。",
			"Audit entries are kept for at least %[1]d days; set --audit-keep to %[1]d or more, 0 for ever.", int(LeastKeep/(24*time.Hour)))
	}
	l := &Log{dir: cfg.Dir, key: key, now: cfg.Now, keep: cfg.Keep, trouble: cfg.Trouble}
	l.keepers = append([]Keeper{headFile(HeadFile(cfg.Dir))}, cfg.Heads...)
	if l.now == nil {
		l.now = time.Now
	}
	if l.trouble == nil {
		l.trouble = func(error) {}
	}
	l.synced.L = &l.mu
	if err := os.MkdirAll(l.dir, 0o700); err != nil {
		return nil, unwritable(err)
	}
	if err := l.hold(); err != nil {
		return nil, err
	}
	if err := l.resume(); err != nil {
		return nil, errors.Join(err, l.lock.Close())
	}
	return l, nil
}

func unwritable(err error) error {
	return fault.New(fault.Unavailable,
		"审计记录无法写入，因此不能更改、导出数据或查看人员明细；请管理员检查磁盘空间和 audit 目录的权限。",
		"The audit log can't be written, so nothing can be changed or exported and no rows about persons be shown; the administrator should check the disk and the folder audit.").Because(err)
}

// hold takes the lock that keeps a second writer out.
func (l *Log) hold() error {
	f, err := os.OpenFile(filepath.Join(l.dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return unwritable(err)
	}
	if err := lockFile(f); err != nil {
		_ = f.Close()
		return fault.New(fault.Conflict, "审计记录正被另一个程序写入；请先停止它，再重试。", "Another process writes the audit log; stop that one, then try again.").Because(err)
	}
	l.lock = f
	return nil
}

// resume finds where the chain ends, and writes down what is wrong with its end.
func (l *Log) resume() error {
	files, err := Files(l.dir)
	if err != nil {
		return err
	}
	for _, f := range append(files, HeadFile(l.dir)) {
		_ = os.Chmod(f, 0o600) // of another owner it stays as it is
	}
	for i := len(files) - 1; i >= 0; i-- { // a file may be empty: the service was killed while it began
		last, whole, err := tail(files[i])
		if err != nil {
			return err
		}
		if i == len(files)-1 {
			l.size = whole
			l.month = monthOf(files[i])
		}
		if last != nil {
			l.n, l.head = last.N, last.Hash
			break
		}
	}
	short, err := l.compare(files)
	if err != nil {
		return unwritable(err)
	}
	l.done, l.doneHead = l.n, l.head
	var mended *Entry
	if l.month != "" {
		if mended, err = l.reopen(); err != nil {
			return err
		}
	}
	for _, e := range []*Entry{short, mended} { // Verify wants the gap told before anything else
		if e == nil {
			continue
		}
		if err := l.Write(*e); err != nil {
			return err
		}
	}
	return nil
}

// reopen opens the month's file and mends its tail; the entry says so.
func (l *Log) reopen() (*Entry, error) {
	path := filepath.Join(l.dir, l.month+".jsonl")
	f, err := os.OpenFile(path, os.O_RDWR, 0o600)
	if err != nil {
		return nil, unwritable(err)
	}
	l.file = f
	info, err := f.Stat()
	if err != nil {
		return nil, unwritable(err)
	}
	if info.Size() == l.size {
		return nil, seek(f, l.size)
	}
	rest := make([]byte, info.Size()-l.size)
	if _, err := f.ReadAt(rest, l.size); err != nil {
		return nil, unwritable(err)
	}
	if err := os.WriteFile(path+"."+l.now().UTC().Format("20060102T150405")+".tail", rest, 0o600); err != nil {
		return nil, unwritable(err)
	}
	if err := errors.Join(f.Truncate(l.size), seek(f, l.size)); err != nil {
		return nil, unwritable(err)
	}
	return &Entry{Who: Nobody, Via: "service", Action: "audit_mended", Object: map[string]string{"file": filepath.Base(path), "bytes": fmt.Sprint(len(rest))}, Result: OK}, nil
}

// tail finds the last whole entry of a file and where it ends.
func tail(path string) (last *Entry, whole int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, unwritable(err)
	}
	defer f.Close()
	var before, newest []byte
	r := bufio.NewReaderSize(f, 1<<16)
	for {
		line, err := r.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			break // a line without its end is none
		}
		if err != nil {
			return nil, 0, unwritable(err)
		}
		before, newest = newest, line
		whole += int64(len(line))
	}
	// A damaged line at the end is mended; one with others after it is for Verify
	// to find.
	for _, line := range [][]byte{newest, before} {
		if e := entryOf(line); e.Hash != "" {
			return &e, whole, nil
		}
		whole -= int64(len(newest))
		newest = nil
	}
	return nil, whole, nil
}

// entryOf reads a line; one that is no entry has no hash.
func entryOf(line []byte) (e Entry) {
	if json.Unmarshal(line, &e) != nil {
		return Entry{}
	}
	return e
}

func monthOf(path string) string { return filepath.Base(path)[:7] }

// Write appends an entry and returns when it is on the disk; entries that come
// together share one flush. Where that fails nothing of the entry counts, and
// Ready says so until one succeeds.
func (l *Log) Write(e Entry) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	n, err := l.append(e)
	if err == nil {
		err = l.flush(n)
	}
	if err != nil {
		l.broken = err
		return unwritable(err)
	}
	l.broken = nil
	l.soon()
	return nil
}

// Note appends an entry and leaves the flush to the next second: for what is only
// seen. A kill of the service loses nothing of it, a fall of the machine may.
func (l *Log) Note(e Entry) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, err := l.append(e); err != nil {
		l.broken = err
		return unwritable(err)
	}
	l.soon()
	return nil
}

// soon flushes and keeps the head within the second. The lock is held.
func (l *Log) soon() {
	if l.later {
		return
	}
	l.later = true
	time.AfterFunc(time.Second, func() {
		l.mu.Lock()
		l.later = false
		if l.file != nil {
			if err := l.flush(l.n); err != nil {
				l.broken = err
			}
		}
		l.mu.Unlock()
		if err := l.keepHead(); err != nil {
			l.trouble(err)
		}
	})
}

// append writes the entry without flushing it. The lock is held.
func (l *Log) append(e Entry) (int64, error) {
	e = e.clean()
	e.At = l.now().UTC().Truncate(time.Millisecond)
	if err := l.turn(e.At.Format("2006-01")); err != nil {
		return 0, err
	}
	if err := l.chain(e); err != nil {
		return 0, err
	}
	return l.n, nil
}

// chain links the entry and writes it. The lock is held.
func (l *Log) chain(e Entry) (err error) {
	e.N, e.Prev = l.n+1, l.head
	if e.Hash, err = e.sum(l.key); err != nil {
		return err
	}
	b, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	b = append(b, '\n')
	if _, err := l.file.Write(b); err != nil { // half a line must not stay before the next
		return errors.Join(err, l.file.Truncate(l.size), seek(l.file, l.size))
	}
	l.size += int64(len(b))
	l.n, l.head = e.N, e.Hash
	return nil
}

func seek(f *os.File, at int64) error {
	_, err := f.Seek(at, io.SeekStart)
	return err
}

// turn begins the file of the month, and once a month lets go of what is old. A
// clock that was set back goes on in the newer file. The lock is held.
func (l *Log) turn(month string) error {
	if l.file == nil || month > l.month {
		if l.file != nil {
			if err := l.file.Sync(); err != nil {
				return err
			}
		}
		f, err := os.OpenFile(filepath.Join(l.dir, month+".jsonl"), os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
		if err != nil {
			return err
		}
		if l.file != nil {
			_ = l.file.Close() // it is flushed
		}
		l.file, l.month, l.size = f, month, 0
		if err := disk.SyncFolder(l.dir); err != nil {
			return err
		}
	}
	if l.keep > 0 && l.lastTidy != l.month {
		l.lastTidy = l.month
		return l.tidy()
	}
	return nil
}

// tidy deletes the months that are wholly older than what is kept. What their
// chain came to is in an entry, so that the rest can still be verified. The lock
// is held.
func (l *Log) tidy() error {
	files, err := Files(l.dir)
	if err != nil {
		return err
	}
	limit := l.now().UTC().Add(-l.keep)
	for _, f := range files {
		if monthOf(f) >= l.month || monthOf(f) >= limit.Format("2006-01") { // of a month that is wholly older
			break
		}
		last, _, err := tail(f)
		if err != nil {
			return err
		}
		object := map[string]string{"file": filepath.Base(f)}
		if last != nil {
			object["last"], object["head"] = fmt.Sprint(last.N), last.Hash
		}
		e := Entry{At: l.now().UTC().Truncate(time.Millisecond), Who: Nobody, Via: "service", Action: "audit_expired", Object: object, Result: OK}
		if err := l.chain(e); err != nil {
			return err
		}
		if err := l.file.Sync(); err != nil {
			return err
		}
		if err := os.Remove(f); err != nil {
			return err
		}
	}
	return nil
}

// flush waits until the n-th entry is on the disk. Whoever comes while another
// flushes waits for the next one, which does for all. The lock is held.
func (l *Log) flush(n int64) error {
	for l.done < n {
		if l.syncing {
			l.synced.Wait()
			continue
		}
		l.syncing = true
		f, upTo, hash := l.file, l.n, l.head
		l.mu.Unlock()
		err := f.Sync()
		if errors.Is(err, os.ErrClosed) { // the month turned, and flushed it
			err = nil
		}
		l.mu.Lock()
		l.syncing = false
		if err == nil && upTo > l.done {
			l.done, l.doneHead = upTo, hash
		}
		l.synced.Broadcast()
		if err != nil {
			return err
		}
	}
	return nil
}

// Ready is nil while entries can be written, else the fault that says what to
// do. When the last one failed it tries again with an entry of its own.
func (l *Log) Ready() error {
	l.mu.Lock()
	broken := l.broken
	l.mu.Unlock()
	if broken == nil {
		return nil
	}
	return l.Write(Entry{Who: Nobody, Via: "service", Action: "audit_resumed", Result: OK})
}

// Head is the number and hash of the newest entry.
func (l *Log) Head() (n int64, hash string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.n, l.head
}

// Close keeps the head and lets go of the log. Closing it again does nothing.
func (l *Log) Close() error {
	l.mu.Lock()
	var errs []error
	if l.file != nil {
		errs = append(errs, l.flush(l.n))
	}
	l.mu.Unlock()
	errs = append(errs, l.keepHead())
	l.heading.Lock() // nothing is kept after this: the database may be gone
	defer l.heading.Unlock()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.file != nil {
		errs = append(errs, l.file.Close())
		l.file = nil
	}
	if l.lock != nil {
		errs = append(errs, l.lock.Close())
		l.lock = nil
	}
	return errors.Join(errs...)
}
