// Package audit keeps who did what: a chain of entries in files that only grow,
// one JSON object a line, one file a month.
//
// Each entry carries a keyed hash (HMAC-SHA-256) of itself and of the entry
// before it, and the chain goes on from one file to the next. Verify finds any
// entry that was changed, taken out, put in or moved by whoever lacks the key
// that lies beside the database. Where the chain stands is kept beside the log, so
// that entries cut off its end are missed too. It can't find a forgery by whoever
// has that key, nor that log and heads were all put back to an earlier day: for
// that, heads printed at other times (the log of the service, a verification on
// paper) are compared.
package audit

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// Entry is one thing that was done. None of its fields holds anything about the
// persons in the data.
type Entry struct {
	N    int64     `json:"n"` // from 1, without a gap
	At   time.Time `json:"at"`
	Who  string    `json:"who"`            // account, or Nobody
	Role string    `json:"role,omitempty"` // its roles, separated by ','
	// Place is the jurisdiction of the account; an auditor reads its own.
	Place   string            `json:"place,omitempty"`
	Via     string            `json:"via,omitempty"`  // page, token, cli
	From    string            `json:"from,omitempty"` // address
	Request string            `json:"request,omitempty"`
	Action  string            `json:"action"`
	Object  map[string]string `json:"object,omitempty"`
	Result  string            `json:"result"` // begun, ok, refused, failed
	Status  int               `json:"status,omitempty"`
	Prev    string            `json:"prev"`
	Hash    string            `json:"hash"`
}

// Nobody is who did what nobody was signed in for.
const Nobody = "未登录"

// The results.
const (
	Begun   = "begun"   // a change is about to be made; another entry says how it went
	OK      = "ok"      //
	Refused = "refused" // by rights, rules or a limit
	Failed  = "failed"
)

// auditKey derives the key of the chain from the one beside the database.
func auditKey(key []byte) ([]byte, error) {
	if len(key) < 16 {
		return nil, errors.New("audit: the key is shorter than 16 bytes")
	}
	k, err := hkdf.Key(sha256.New, key, nil, "talentcast audit chain", 32)
	if err != nil {
		return nil, fmt.Errorf("audit: derive the key: %w", err)
	}
	return k, nil
}

// sum is the hash of the entry, Prev included and Hash not.
func (e Entry) sum(key []byte) (string, error) {
	e.Hash = ""
	b, err := json.Marshal(e)
	if err != nil {
		return "", fmt.Errorf("audit: %w", err)
	}
	h := hmac.New(sha256.New, key)
	h.Write(b)
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Clean makes a value fit to be kept: without control characters, of one line
// and not too long.
func Clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	if r := []rune(s); len(r) > 160 {
		return string(r[:160]) + "…"
	}
	return s
}

// clean is the entry with every text fit to be kept.
func (e Entry) clean() Entry {
	for _, p := range []*string{&e.Who, &e.Role, &e.Place, &e.Via, &e.From, &e.Request, &e.Action, &e.Result} {
		*p = Clean(*p)
	}
	object := map[string]string{}
	for k, v := range e.Object {
		if v != "" && len(object) < 16 {
			object[Clean(k)] = Clean(v)
		}
	}
	if e.Object = object; len(object) == 0 {
		e.Object = nil
	}
	return e
}
