package datasets

import (
	"context"
	"fmt"
	"sync"

	"talentcast/analytics/flight"
)

// remembered are answers to what pages ask again and again, until the next write.
// Only the store writes to its file, so it knows when they are out of date.
type remembered struct {
	mu    sync.Mutex
	turn  uint64 // writes so far
	of    map[string]any
	group flight.Group
}

// mostRemembered bounds how many answers are kept; beyond it all are dropped, and
// those still asked for come back by themselves.
const mostRemembered = 1024

// shortAnswer is how many rows an answer may have to be remembered: a page's, not
// an export's.
const shortAnswer = 200

// Turn counts the writes so far: what was read in one turn is as true in all of
// it. A write that has returned has begun the next.
func (s *Store) Turn() uint64 {
	s.remembered.mu.Lock()
	defer s.remembered.mu.Unlock()
	return s.remembered.turn
}

func (r *remembered) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turn++
	r.of = nil
}

// remember answers from what is remembered under the key, or reads and remembers.
// The answer is shared: treat it as read-only. Those who ask at one time are
// answered by one reading, which outlives the one that began it.
func remember[T any](ctx context.Context, s *Store, key string, read func(context.Context) (T, error)) (T, error) {
	r := &s.remembered
	r.mu.Lock()
	turn, got := r.turn, r.of[key]
	r.mu.Unlock()
	if v, ok := got.(T); ok {
		return v, nil
	}
	return flight.Do(ctx, &r.group, fmt.Sprintf("%d|%s", turn, key), func(ctx context.Context) (T, error) {
		v, err := read(ctx)
		if err != nil {
			return v, err
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.turn != turn { // a write came between: the answer may be the older one
			return v, nil
		}
		if r.of == nil || len(r.of) >= mostRemembered {
			r.of = map[string]any{}
		}
		r.of[key] = v
		return v, nil
	})
}

// somePage are rows of one page, and how many there are in all.
type somePage struct {
	rows  []Row
	total int
}

// rememberRows is remember for a page of rows; longer answers are read each time.
func (s *Store) rememberRows(ctx context.Context, key string, limit int, read func(context.Context) ([]Row, int, error)) ([]Row, int, error) {
	if limit > shortAnswer {
		return read(ctx)
	}
	p, err := remember(ctx, s, key, func(ctx context.Context) (somePage, error) {
		rows, total, err := read(ctx)
		return somePage{rows, total}, err
	})
	return p.rows, p.total, err
}
