package audit

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"
)

// Filter says which entries are wanted; empty fields want all.
type Filter struct {
	From, To    time.Time // days, both included
	Who, Action string    // parts of them
	Policy      string
	Place       string // entries of the place and those of no place
	Result      string
	Limit       int // newest so many; 0 for all
}

func (f Filter) wants(e Entry) bool {
	switch {
	case !f.From.IsZero() && e.At.Before(f.From), !f.To.IsZero() && !e.At.Before(f.To.AddDate(0, 0, 1)):
		return false
	case f.Who != "" && !containsFold(e.Who, f.Who), f.Action != "" && e.Action != f.Action, f.Result != "" && e.Result != f.Result:
		return false
	case f.Policy != "" && e.Object["policy"] != f.Policy:
		return false
	case f.Place != "" && e.Place != "" && e.Place != f.Place:
		return false
	}
	return true
}

// Read is [Read] of what the log has written so far.
func (l *Log) Read(f Filter) (out []Entry, more int, err error) { return Read(l.dir, f) }

// Read returns the entries that are wanted, the newest first, and how many more
// there are. Lines that are none are passed over: they are for Verify.
func Read(dir string, f Filter) (out []Entry, more int, err error) {
	files, err := Files(dir)
	if err != nil {
		return nil, 0, err
	}
	for _, path := range files {
		month, err := time.Parse("2006-01", monthOf(path))
		if err == nil && (!f.To.IsZero() && month.After(f.To) || !f.From.IsZero() && month.AddDate(0, 2, 0).Before(f.From)) {
			continue
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return nil, 0, fmt.Errorf("audit: %w", err)
		}
		for line := range bytes.Lines(b) {
			var e Entry
			if json.Unmarshal(line, &e) == nil && f.wants(e) {
				out = append(out, e)
			}
		}
		if f.Limit > 0 && len(out) > 4*f.Limit {
			more += len(out) - f.Limit
			out = slices.Clone(out[len(out)-f.Limit:])
		}
	}
	slices.SortFunc(out, func(a, b Entry) int { return cmp.Compare(b.N, a.N) })
	if f.Limit > 0 && len(out) > f.Limit {
		more += len(out) - f.Limit
		out = out[:f.Limit]
	}
	return out, more, nil
}
