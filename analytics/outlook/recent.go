package outlook

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"talentcast/analytics/scenario"
)

// Recent is [Service.Of] as of the newest data, for readers who would rather have
// the outlook before the latest data than wait long: once a newer one has been
// wanted for longer than the patience, it answers with the one before, says that it
// is older, and lets the work go on. Where there is none before, and for a day that
// is asked for, it waits as Of does; so it does with no patience (zero). Faults are
// those of Of.
func (s *Service) Recent(ctx context.Context, q Query, patience time.Duration) (o *Outlook, older bool, err error) {
	if !q.AsOf.IsZero() || !q.Scenario.Baseline() || patience <= 0 {
		o, err = s.Of(ctx, q)
		return o, false, err
	}
	policy, state, asOf, err := s.settle(ctx, q)
	if err != nil {
		return nil, false, err
	}
	_, _ = s.keptOutlook(policy, state, asOf) // it is in use: others go before it
	o, older, err = s.outlooks.get(ctx, policy.ID, baseKey(policy, state, asOf), patience, func(ctx context.Context, first bool) (*Outlook, error) {
		o, err := s.at(ctx, policy, state, asOf, scenario.Scenario{})
		if err == nil && !first { // pages turn to the new one once all of it is there
			_, err = s.YearEnds(ctx, q)
		}
		return o, err
	})
	if err != nil {
		return nil, false, fmt.Errorf("outlook of %s: %w", q.Policy, err)
	}
	return o, older, nil
}

// RecentHealth is to [Service.Health] what Recent is to Of.
func (s *Service) RecentHealth(ctx context.Context, q HealthQuery, patience time.Duration) (h *Health, older bool, err error) {
	if !q.AsOf.IsZero() || patience <= 0 {
		h, err = s.Health(ctx, q)
		return h, false, err
	}
	state, err := s.store.State(ctx, q.Policy)
	if err != nil {
		return nil, false, fmt.Errorf("health of %s: %w", q.Policy, err)
	}
	return s.latestHealth.get(ctx, fmt.Sprintf("%s|%d", q.Policy, q.Grace), state.Version+s.cfg.Now().Format(time.DateOnly), patience, func(ctx context.Context, _ bool) (*Health, error) {
		return s.Health(ctx, q)
	})
}

// Warm computes what pages about a policy ask first after its data changed: the
// outlook, the ends of the years, the changes since the month before. Faults are
// those of [Service.Of].
func (s *Service) Warm(ctx context.Context, policy string) error {
	q := Query{Policy: policy}
	if _, _, err := s.Recent(ctx, q, time.Hour); err != nil {
		return err
	}
	if _, err := s.YearEnds(ctx, q); err != nil {
		return err
	}
	_, err := s.Change(ctx, q, time.Time{})
	return err
}

// latest keeps, of each thing asked for, the newest answer there is, and since when
// a newer one is wanted.
type latest[V any] struct {
	mu sync.Mutex
	of map[string]*answered[V]
}

type answered[V any] struct {
	v      V
	key    string    // which answer it is; "" for none yet
	wanted string    // which one is the newest
	since  time.Time // it is wanted
}

// get waits for the answer to a thing under its newest key, or returns the one
// before once the patience is over. work must go on when its context ends; it is told
// whether there is no answer yet.
func (l *latest[V]) get(ctx context.Context, thing, key string, patience time.Duration, work func(ctx context.Context, first bool) (V, error)) (v V, older bool, err error) {
	a := l.ask(thing, key)
	brief := ctx
	switch a.key {
	case key:
		return a.v, false, nil
	case "":
	default:
		var cancel context.CancelFunc
		brief, cancel = context.WithTimeout(ctx, max(0, patience-time.Since(a.since)))
		defer cancel()
	}
	v, err = work(brief, a.key == "")
	switch {
	case err == nil:
		l.keep(thing, key, v)
	case a.key != "" && ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded):
		return a.v, true, nil
	}
	return v, false, err
}

// ask notes that the answer is wanted, and returns what there is.
func (l *latest[V]) ask(thing, key string) answered[V] {
	l.mu.Lock()
	defer l.mu.Unlock()
	a := l.of[thing]
	if a == nil {
		if l.of == nil {
			l.of = map[string]*answered[V]{}
		}
		a = &answered[V]{}
		l.of[thing] = a
	}
	if a.wanted != key {
		a.wanted, a.since = key, time.Now()
	}
	return *a
}

// keep keeps an answer, unless a newer one has been wanted meanwhile and there is
// one to show.
func (l *latest[V]) keep(thing, key string, v V) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if a := l.of[thing]; a.wanted == key || a.key == "" {
		a.v, a.key = v, key
	}
}
