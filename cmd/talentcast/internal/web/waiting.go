package web

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"sync"
	"time"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/audit"
	"talentcast/cmd/talentcast/internal/spool"
	"talentcast/datasets"
	"talentcast/ingest"
)

const (
	// waitingHold is how long a file waits to be confirmed, and how long its
	// refused rows can be fetched after that.
	waitingHold = 30 * time.Minute
	// waitingFiles bounds how many files wait at one time.
	waitingFiles = 64
	// waitingSizes bounds their bytes, as a multiple of the largest file.
	waitingSizes = 4
)

// fileState is how far an uploaded file has come.
type fileState string

const (
	fileChecking fileState = "checking"
	fileChecked  fileState = "checked"
	fileLoading  fileState = "loading"
	fileLoaded   fileState = "loaded"
)

func (f fileState) busy() bool { return f == fileChecking || f == fileLoading }

// waiting keeps uploaded files until they are confirmed, so that nobody else reads
// them: what an office hands in holds ID numbers, and is in memory or sealed. A file
// is dropped when it has been loaded, when its time is over and with the server.
type waiting struct {
	ctx    context.Context // ends with the server, not with a request
	stop   context.CancelFunc
	active sync.WaitGroup
	turn   chan struct{} // one file is read at a time
	most   int64         // bytes
	hold   time.Duration

	mu    sync.Mutex
	files map[string]*heldFile
	bytes int64
}

// settings are how a file is to be read, as its clerk said.
type settings struct {
	kind, encoding, by, office string
	demo, remember             bool
	columns                    map[string]string // nil to go by names and profiles
	actor                      audit.Entry       // who said so, for the log
	from                       string            // and from where
	department                 string            // whose rows alone are taken; "" for anybody's
	sight                      datasets.Sight    // of what others handed in
}

// heldFile is a file that waits. What it points to is never changed, so that a
// copy can be read without the lock.
type heldFile struct {
	token, policy, name string
	owner               string      // who handed it in: nobody else sees it
	file                *spool.File // nil once it is loaded
	settings            settings
	state               fileState
	done, total         int64
	preview             *ingest.Preview
	err                 error // of the last step
	batch               int64
	already             bool
	mend                []byte        // the refused rows, once it is loaded
	ready               chan struct{} // closed when the step under way ends
	timer               *time.Timer
}

func newWaiting(largest int64) *waiting {
	ctx, stop := context.WithCancel(context.Background())
	return &waiting{
		ctx: ctx, stop: stop, turn: make(chan struct{}, 1), most: waitingSizes * largest, hold: waitingHold, files: map[string]*heldFile{},
	}
}

// close stops what is under way, waits for it and drops everything.
func (w *waiting) close() {
	w.stop()
	w.active.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	for t := range w.files {
		w.remove(t)
	}
}

// finish waits for the loads under way until ctx ends. Files that are only being
// looked at are not waited for: nobody was told that they are loaded.
func (w *waiting) finish(ctx context.Context) error {
	w.mu.Lock()
	var under []chan struct{}
	for _, f := range w.files {
		if f.state == fileLoading {
			under = append(under, f.ready)
		}
	}
	w.mu.Unlock()
	for _, ready := range under {
		select {
		case <-ready:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// add takes a file of the owner's in and returns the name under which it waits, which
// can't be guessed.
func (w *waiting) add(policy, owner string, up uploaded, s settings) (string, error) {
	var b [18]byte
	_, _ = rand.Read(b[:]) // never fails
	token := base64.RawURLEncoding.EncodeToString(b[:])
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.files) >= waitingFiles || w.bytes+up.file.Size() > w.most {
		return "", fault.Newf(fault.Unavailable,
			"等待确认的文件太多，暂时收不下；请先确认或取消已上传的文件，或过%[1]d分钟再试。",
			"Too many files wait to be confirmed; confirm or cancel those uploaded, or try again in %[1]d minutes.", int(w.hold.Minutes()))
	}
	f := &heldFile{token: token, policy: policy, owner: owner, name: up.name, file: up.file, settings: s, state: fileChecked, ready: make(chan struct{})}
	close(f.ready)
	f.timer = time.AfterFunc(w.hold, func() { w.drop(token) })
	w.files[token] = f
	w.bytes += up.file.Size()
	return token, nil
}

// get returns a copy of what is known of a file. Addresses of files stay in histories
// and in logs of proxies: to all but its owner there is no such file.
func (w *waiting) get(policy, token, owner string) (heldFile, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f := w.files[token]
	if f == nil || f.policy != policy || f.owner != owner {
		return heldFile{}, fault.Newf(fault.NotFound,
			"这个文件已经载入、取消，或等待超过%[1]d分钟已清除；请在数据页查看，或重新上传。",
			"This file was loaded or cancelled, or waited for more than %[1]d minutes and was dropped; see the data page, or upload it again.", int(w.hold.Minutes()))
	}
	return *f, nil
}

func (w *waiting) drop(token string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if f := w.files[token]; f != nil && f.state.busy() { // a load under way is finished first
		f.timer.Reset(time.Minute)
		return
	}
	w.remove(token)
}

// remove forgets a file. The lock is held.
func (w *waiting) remove(token string) {
	if f := w.files[token]; f != nil {
		f.timer.Stop()
		w.bytes -= f.size()
		if f.file != nil {
			_ = f.file.Close() // it has no name
		}
		delete(w.files, token)
	}
}

// size is how much is held of it.
func (f *heldFile) size() int64 {
	n := int64(len(f.mend))
	if f.file != nil {
		n += f.file.Size()
	}
	return n
}

// step is one thing done with a file; it returns what the file becomes.
type step func(ctx context.Context, f heldFile, progress func(done, total int64)) (heldFile, error)

// start does a step in the background, with the settings. One step is under way
// at a time; a second call meanwhile is a fault.
func (w *waiting) start(token string, s settings, as fileState, do step) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	f := w.files[token]
	if f == nil || f.state.busy() || f.state == fileLoaded {
		return fault.New(fault.Conflict, "这个文件正在处理，或已经载入；请刷新页面查看。", "This file is being worked on or was loaded already; reload the page.")
	}
	f.settings, f.state, f.done, f.total, f.err = s, as, 0, f.size(), nil
	f.ready = make(chan struct{})
	w.active.Go(func() { w.work(f, *f, do) })
	return nil
}

func (w *waiting) work(f *heldFile, was heldFile, do step) {
	var is heldFile
	var err error
	select {
	case <-w.ctx.Done():
		err = w.ctx.Err()
	case w.turn <- struct{}{}:
		is, err = do(w.ctx, was, func(done, total int64) {
			w.mu.Lock()
			defer w.mu.Unlock()
			f.done, f.total = done, total
		})
		<-w.turn
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	defer close(f.ready)
	f.err, f.state = err, fileChecked
	if err != nil {
		if errors.Is(err, context.Canceled) {
			w.remove(f.token)
		}
		return
	}
	w.bytes += is.size() - f.size()
	if is.file == nil {
		_ = f.file.Close()
	}
	f.file, f.preview, f.state, f.batch, f.already, f.mend = is.file, is.preview, is.state, is.batch, is.already, is.mend
}

// wait gives a step a moment, so that small files need no second page.
func (f heldFile) wait(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-f.ready:
	case <-t.C:
	case <-ctx.Done():
	}
}
