package backup

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	"talentcast/cmd/talentcast/internal/audit"
)

const auditFolder = "audit"

// journal is what becomes of the audit log that is in the data folder.
type journal struct {
	keep      bool   // it goes on from the backup's, and stays
	old       string // number:hash of its end, where it is put aside
	headAside bool   // and what says where it stood is too
}

// journal decides that.
func (r Restoring) journal(m Manifest) (j journal, err error) {
	here, there := filepath.Join(r.Data, auditFolder), filepath.Join(r.Dir, filesFolder, auditFolder)
	n, hash, err := audit.End(here)
	if err != nil {
		return j, err
	}
	upTo, end, err := audit.End(there)
	if err != nil {
		return j, err
	}
	key := r.commonKey(m)
	if n > 0 && key != nil && goesOn(here, key, upTo, end) {
		return journal{keep: true}, nil
	}
	var head *audit.Head
	if key != nil {
		if head, err = audit.KeptHead(here, key); err != nil {
			return j, err
		}
	}
	if head != nil && head.N > n { // its end was cut off
		n, hash = head.N, head.Hash
	}
	if n > 0 {
		j.old = fmt.Sprintf("%d:%s", n, hash)
	}
	// Of entries under the same key that the backup's log has not, the head stays, so
	// that they are missed and their numbers are not used again.
	j.headAside = head == nil || head.N <= upTo
	return j, nil
}

// commonKey is the key of both the data folder and the backup; nil where they have
// not the same.
func (r Restoring) commonKey(m Manifest) []byte {
	here := keyIn(r.Data)
	if m.Key && !bytes.Equal(here, keyIn(filepath.Join(r.Dir, filesFolder))) {
		return nil
	}
	return here
}

func keyIn(dir string) []byte {
	b, err := os.ReadFile(filepath.Join(dir, keyName))
	if err != nil {
		return nil
	}
	key, err := hex.DecodeString(string(bytes.TrimSpace(b)))
	if err != nil || len(key) < 16 {
		return nil
	}
	return key
}

// goesOn reports whether the log holds, and holds the entry with which another ends.
func goesOn(dir string, key []byte, upTo int64, end string) bool {
	v, err := audit.Check{Dir: dir, Key: key, Told: true}.Verify()
	if err != nil {
		return false
	}
	if upTo == 0 || upTo < v.First { // let go of by age, which the log tells
		return true
	}
	_, err = audit.Check{Dir: dir, Key: key, Told: true, Anchors: []audit.Anchor{{N: upTo, Hash: end}}}.Verify()
	return err == nil
}
