package web

import (
	"context"
	"errors"
	"sync"

	"talentcast/analytics/fault"
)

// warming computes ahead what pages will ask for after the data of a policy changed,
// one policy at a time: readers are shown what was before only as long as they must.
type warming struct {
	ctx  context.Context // ends with the server
	stop context.CancelFunc
	done sync.WaitGroup

	mu    sync.Mutex
	due   map[string]bool
	under bool // way
}

func newWarming() *warming {
	ctx, stop := context.WithCancel(context.Background())
	return &warming{ctx: ctx, stop: stop, due: map[string]bool{}}
}

func (w *warming) close() {
	w.stop()
	w.done.Wait()
}

// Warm computes ahead what pages about the policy ask first, in the background. It
// does nothing where pages wait for their figures anyway.
func (s *Server) Warm(policy string) {
	if s.cfg.Patience <= 0 {
		return
	}
	w := s.warming
	w.mu.Lock()
	defer w.mu.Unlock()
	w.due[policy] = true
	if w.under || w.ctx.Err() != nil {
		return
	}
	w.under = true
	w.done.Go(func() {
		for policy, more := w.next(); more; policy, more = w.next() {
			err := s.cfg.Outlooks.Warm(w.ctx, policy)
			// A policy that is not there yet, or no longer, has no pages.
			if err != nil && !errors.Is(err, context.Canceled) && !fault.Is(err, fault.NotFound) {
				s.cfg.Log.ErrorContext(w.ctx, "compute ahead", "policy", policy, "error", err)
			}
		}
	})
}

// next takes a policy that is due.
func (w *warming) next() (policy string, more bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for policy = range w.due {
		delete(w.due, policy)
		if w.ctx.Err() == nil {
			return policy, true
		}
	}
	w.under = false
	return "", false
}
