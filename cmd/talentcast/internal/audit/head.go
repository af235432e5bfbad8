package audit

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"talentcast/cmd/talentcast/internal/disk"
)

// Head is where the chain stood: the number and hash of an entry on the disk. It
// is kept beside the log, so that a log that was cut off, emptied or deleted can
// be told from one that is whole. Its MAC keeps whoever lacks the key from making
// an earlier end look right.
type Head struct {
	N    int64  `json:"n"`
	Hash string `json:"hash"`
	MAC  string `json:"mac"`
}

// Keeper keeps the newest head where it is not lost with the log. Kept is nil
// where none was kept yet.
type Keeper interface {
	Kept() (*Head, error)
	Keep(h Head) error
}

// sealed is the head with its MAC. What it is made of begins unlike any entry, so
// that neither can stand for the other.
func (h Head) sealed(key []byte) Head {
	m := hmac.New(sha256.New, key)
	fmt.Fprintf(m, "talentcast audit head\n%d\n%s", h.N, h.Hash)
	h.MAC = hex.EncodeToString(m.Sum(nil))
	return h
}

func (h Head) genuine(key []byte) bool {
	return hmac.Equal([]byte(h.sealed(key).MAC), []byte(h.MAC))
}

// headFile keeps the head in a file beside the folder of the log, not in it: who
// deletes the folder leaves the file.
type headFile string

// HeadFile is the name of the file that keeps the head of the log in dir.
func HeadFile(dir string) string { return filepath.Clean(dir) + ".head" }

func (f headFile) Kept() (*Head, error) {
	b, err := os.ReadFile(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("audit: head: %w", err)
	}
	var h Head
	if json.Unmarshal(b, &h) != nil {
		h = Head{} // no genuine one, which is for the caller to say
	}
	return &h, nil
}

// Keep replaces the file whole: a fall of the machine leaves the one or the other.
func (f headFile) Keep(h Head) error {
	b, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("audit: head: %w", err)
	}
	if err := disk.Put(string(f), append(b, '\n')); err != nil {
		return fmt.Errorf("audit: head: %w", err)
	}
	return nil
}

// End is the last whole entry of the log in dir, and zero for none. It is for who
// has to tell one log from another; whether it is genuine is for Verify to say.
func End(dir string) (n int64, hash string, err error) {
	files, err := Files(dir)
	if err != nil {
		return 0, "", err
	}
	for i := len(files) - 1; i >= 0; i-- {
		last, _, err := tail(files[i])
		if err != nil {
			return 0, "", err
		}
		if last != nil {
			return last.N, last.Hash, nil
		}
	}
	return 0, "", nil
}

// KeptHead is the head beside the log in dir; nil where none is kept that was made
// with the key.
func KeptHead(dir string, dataKey []byte) (*Head, error) {
	key, err := auditKey(dataKey)
	if err != nil {
		return nil, err
	}
	h, _, err := newest(key, []Keeper{headFile(HeadFile(dir))})
	return h, err
}

// newest is the genuine head with the highest number; odd is whether one was kept
// that is not genuine.
func newest(key []byte, keepers []Keeper) (h *Head, odd bool, err error) {
	for _, k := range keepers {
		got, err := k.Kept()
		if err != nil {
			return nil, false, err
		}
		switch {
		case got == nil:
		case !got.genuine(key):
			odd = true
		case h == nil || got.N > h.N:
			h = got
		}
	}
	return h, odd, nil
}

// keepHead keeps where the chain stands on the disk. It waits for nobody who
// writes or reads.
func (l *Log) keepHead() error {
	l.heading.Lock()
	defer l.heading.Unlock()
	l.mu.Lock()
	h, open := Head{N: l.done, Hash: l.doneHead}, l.file != nil
	l.mu.Unlock()
	if !open || h.N == 0 {
		return nil
	}
	h = h.sealed(l.key)
	var errs []error
	for _, k := range l.keepers {
		errs = append(errs, k.Keep(h))
	}
	return errors.Join(errs...)
}
