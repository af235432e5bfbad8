package outlook

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"time"

	"talentcast/analytics"
	"talentcast/analytics/fault"
	"talentcast/analytics/flight"
	"talentcast/analytics/phrase"
	"talentcast/analytics/scenario"
	"talentcast/analytics/target"
	"talentcast/datasets"
)

// Store is what an outlook reads; [datasets.Store] is one.
type Store interface {
	Policy(ctx context.Context, id string) (datasets.Policy, error)
	State(ctx context.Context, policy string) (datasets.State, error)
	Flows(ctx context.Context, policy string, known, events time.Time) ([]datasets.Flow, error)
	Figures(ctx context.Context, policy string, known, events time.Time) ([]datasets.Figure, error)
	Excesses(ctx context.Context, policy string, known, events time.Time) ([]datasets.Excess, map[string]int, error)
	Delays(ctx context.Context, policy string, known, events time.Time) ([]datasets.Delay, error)
	Revisions(ctx context.Context, policy string, since, asOf time.Time) ([]datasets.Revision, error)
	Money(ctx context.Context, policy string, known, events time.Time) ([]datasets.Money, error)
	Deliveries(ctx context.Context, policy string, known time.Time) ([]datasets.Delivery, []datasets.RefusedFor, error)
}

// Config sets how outlooks are computed; the zero Config is usable.
type Config struct {
	Seed       uint64            // 0 stands for 555
	Paths      int               // 0 stands for 10,000
	Now        func() time.Time  // nil stands for time.Now
	Thresholds target.Thresholds // zero stands for target.DefaultThresholds
	Workers    int               // 0 stands for all processors
	Kept       int               // outlooks kept in memory; 0 stands for 64
	// Computed is told how long all outlooks of a policy took; nil for nobody.
	Computed func(took time.Duration)
}

// MaxPaths bounds Config.Paths: beyond it the Monte-Carlo error no longer
// shows in any figure printed, and memory does.
const MaxPaths = 200_000

// Service computes outlooks and keeps the latest. It is safe for concurrent
// use; equal queries at one time are computed once.
type Service struct {
	store Store
	cfg   Config
	group flight.Group

	spare sync.Pool // of *matrix

	mu        sync.Mutex
	kept      cache[string, *Outlook]
	fits      cache[string, *prepared]
	diff      cache[string, *Changes]
	labs      cache[string, *lab]
	tries     cache[string, *Outlook]
	histories cache[string, *History]
	yearEnds  cache[string, *YearEnds]
	healths   cache[string, *Health]

	outlooks     latest[*Outlook]
	latestHealth latest[*Health]
}

// New returns a Service on the store.
func New(store Store, cfg Config) (*Service, error) {
	if cfg.Seed == 0 {
		cfg.Seed = 555
	}
	if cfg.Paths == 0 {
		cfg.Paths = 10_000
	}
	if cfg.Paths < 100 || cfg.Paths > MaxPaths {
		return nil, badPaths(cfg.Paths)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Thresholds == (target.Thresholds{}) {
		cfg.Thresholds = target.DefaultThresholds()
	}
	if cfg.Workers == 0 {
		cfg.Workers = runtime.GOMAXPROCS(0)
	}
	if cfg.Kept == 0 {
		cfg.Kept = 64
	}
	return &Service{
		store: store, cfg: cfg,
		kept: cache[string, *Outlook]{max: cfg.Kept},
		fits: cache[string, *prepared]{max: 8}, labs: cache[string, *lab]{max: 1}, tries: cache[string, *Outlook]{max: 64},
		diff: cache[string, *Changes]{max: 64}, histories: cache[string, *History]{max: 8}, yearEnds: cache[string, *YearEnds]{max: 4}, healths: cache[string, *Health]{max: 16},
	}, nil
}

func badPaths(n int) error {
	return fault.Newf(fault.Invalid,
		"模拟路径数 %[1]d 超出范围，请设为 100 到 %[2]d 之间。",
		"%[1]d sample paths are out of bounds; set a number from 100 to %[2]d.", n, MaxPaths)
}

// Of answers the query. The result is shared: treat it as read-only.
//
// Faults: NotFound for an unknown policy, Invalid for an as-of date in the
// future or before any data, and for levers out of bounds.
func (s *Service) Of(ctx context.Context, q Query) (*Outlook, error) {
	policy, state, asOf, err := s.settle(ctx, q)
	if err != nil {
		return nil, err
	}
	o, err := s.at(ctx, policy, state, asOf, q.Scenario.Moved())
	if err != nil {
		return nil, fmt.Errorf("outlook of %s: %w", q.Policy, err)
	}
	return o, nil
}

// settle finds what a query is about, and checks its levers.
func (s *Service) settle(ctx context.Context, q Query) (policy datasets.Policy, state datasets.State, asOf time.Time, err error) {
	if policy, err = s.store.Policy(ctx, q.Policy); err != nil {
		return policy, state, asOf, fmt.Errorf("outlook of %s: %w", q.Policy, err)
	}
	if err = q.Scenario.Validate(scopesOf{&policy}); err != nil {
		return policy, state, asOf, err
	}
	if state, err = s.store.State(ctx, policy.ID); err != nil {
		return policy, state, asOf, fmt.Errorf("outlook of %s: %w", q.Policy, err)
	}
	asOf, err = s.asOf(q.AsOf, state)
	return policy, state, asOf, err
}

// at is the outlook as of a date that is settled. Levers must be moved ones.
func (s *Service) at(ctx context.Context, policy datasets.Policy, state datasets.State, asOf time.Time, sc scenario.Scenario) (*Outlook, error) {
	base := baseKey(policy, state, asOf)
	return once(ctx, s, &s.kept, outlookKey(base, sc), func(ctx context.Context) (*Outlook, error) {
		if !sc.Baseline() {
			o, err := s.at(ctx, policy, state, asOf, scenario.Scenario{})
			if err != nil {
				return nil, err
			}
			b, err := s.lab(ctx, policy, state, o)
			if err != nil {
				return nil, err
			}
			return s.try(ctx, b, sc, func(string) bool { return true })
		}
		began := time.Now()
		p, err := s.prepared(ctx, base, policy, asOf)
		if err != nil {
			return nil, err
		}
		o := s.assemble(p, state)
		if s.cfg.Computed != nil {
			s.cfg.Computed(time.Since(began))
		}
		return o, nil
	})
}

// baseKey names what is known of a policy as of a date.
func baseKey(policy datasets.Policy, state datasets.State, asOf time.Time) string {
	return strings.Join([]string{policy.ID, state.Version, asOf.Format(time.DateOnly)}, "|")
}

func outlookKey(base string, sc scenario.Scenario) string {
	return base + "|" + sc.Key()
}

// keptOutlook is the baseline as of a date, if it has been computed.
func (s *Service) keptOutlook(policy datasets.Policy, state datasets.State, asOf time.Time) (*Outlook, bool) {
	return kept(s, &s.kept, outlookKey(baseKey(policy, state, asOf), scenario.Scenario{}))
}

// kept returns what a cache of the service holds.
func kept[V any](s *Service, c *cache[string, V], key string) (V, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return c.get(key)
}

// once returns what is kept under the key, or makes and keeps it. The work
// outlives a reader who leaves: the next one wants the same answer.
func once[V any](ctx context.Context, s *Service, c *cache[string, V], key string, work func(context.Context) (V, error)) (V, error) {
	if v, ok := kept(s, c, key); ok {
		return v, nil
	}
	return flight.Do(ctx, &s.group, key, func(ctx context.Context) (V, error) {
		v, err := work(ctx)
		if err == nil {
			s.mu.Lock()
			defer s.mu.Unlock()
			c.put(key, v)
		}
		return v, err
	})
}

// prepared reads the data and fits the models, once for all scenarios.
func (s *Service) prepared(ctx context.Context, key string, p datasets.Policy, asOf time.Time) (*prepared, error) {
	if p, ok := kept(s, &s.fits, key); ok {
		return p, nil
	}
	return flight.Do(ctx, &s.group, "fit|"+key, func(ctx context.Context) (*prepared, error) {
		made, err := s.prepare(ctx, p, asOf)
		if err == nil {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.fits.put(key, made)
		}
		return made, err
	})
}

// asOf settles the as-of date: what was asked for, or the last day of the month
// of the latest event, or the latest day on which something became known.
func (s *Service) asOf(want time.Time, state datasets.State) (time.Time, error) {
	y, m, d := s.cfg.Now().Date()
	today := analytics.Date(y, m, d)
	if want.IsZero() {
		return state.Latest(today), nil
	}
	want = analytics.Date(want.Year(), want.Month(), want.Day())
	if want.After(today) {
		return time.Time{}, fault.New(fault.Invalid,
			fmt.Sprintf("截至日期%s在今天（%s）之后；请选择今天或以前的日期。", phrase.Date(want, phrase.Zh), phrase.Date(today, phrase.Zh)),
			fmt.Sprintf("The as-of date %s is after today (%s); choose today or an earlier date.", phrase.Date(want, phrase.En), phrase.Date(today, phrase.En)))
	}
	if !state.First.IsZero() && want.Before(state.First) {
		return time.Time{}, fault.New(fault.Invalid,
			fmt.Sprintf("截至日期%s早于最早的数据（%s）；请选择%s或以后的日期。", phrase.Date(want, phrase.Zh), phrase.Date(state.First, phrase.Zh), phrase.Date(state.First, phrase.Zh)),
			fmt.Sprintf("The as-of date %s is before any data (the earliest are of %s); choose that day or a later one.", phrase.Date(want, phrase.En), phrase.Date(state.First, phrase.En)))
	}
	return want, nil
}

// cache keeps the max latest-used values.
type cache[K comparable, V any] struct {
	max  int
	tick int
	m    map[K]*entry[V]
}

type entry[V any] struct {
	v    V
	used int
}

func (c *cache[K, V]) get(k K) (V, bool) {
	e, ok := c.m[k]
	if !ok {
		var zero V
		return zero, false
	}
	c.tick++
	e.used = c.tick
	return e.v, true
}

func (c *cache[K, V]) put(k K, v V) {
	if c.m == nil {
		c.m = map[K]*entry[V]{}
	}
	c.tick++
	c.m[k] = &entry[V]{v, c.tick}
	for len(c.m) > c.max {
		var oldest K
		least := c.tick + 1
		for k, e := range c.m {
			if e.used < least {
				oldest, least = k, e.used
			}
		}
		delete(c.m, oldest)
	}
}
