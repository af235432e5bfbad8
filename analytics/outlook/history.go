package outlook

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"talentcast/analytics"
	"talentcast/analytics/fault"
	"talentcast/datasets"
)

// HistoryOptions sets how earlier forecasts are remade; the zero value is
// usable.
type HistoryOptions struct {
	// Every is how far apart the origins are. 0 stands for a quarter where the
	// policy is forecast by the month or quarter, and a year otherwise.
	Every analytics.Frequency
	Paths int // of each earlier forecast; 0 stands for 1,000
	// Most bounds the number of origins, the latest ones kept; 0 for all.
	Most int
	// Workers is how many origins are worked at together; 0 stands for the
	// service's own number.
	Workers int
}

// historyPaths make the Monte-Carlo error of a probability at most 1.6 points,
// which a hundred events can't tell from none.
const historyPaths = 1000

// History is how a policy's earlier forecasts have done: every outlook remade
// from what was known on a past date, the origin, and held against what is
// known on AsOf to have come.
//
// Events, Intervals, Dates and Given are ordered by origin, then by target as
// the policy lists them.
type History struct {
	Policy  datasets.Policy
	AsOf    Day
	State   datasets.State
	Every   analytics.Frequency
	Seed    uint64
	Paths   int
	Origins []Day // those from which something was forecast

	Events    []Event
	Intervals []Interval
	Dates     []DateTrial
	Given     []Given

	Overall   Score
	Goals     Score   // of the policy's own numbers and deadlines alone
	ByHorizon []Score // of the heights set at the origins, shortest horizon first
	ByTarget  []Score // in the policy's order, targets without a score left out
	// Silent are targets with a number that could not be scored, and why.
	Silent []Silence
	// Failed are origins that could not be forecast from, and why.
	Failed []FailedOrigin
}

// Event is something forecast at an origin that has come or not come since.
type Event struct {
	Target  string
	Origin  Day
	Date    Day // on or by which it was to come
	Horizon int // months from origin to date, as grouped
	// Goal: the target's own number reached by its own deadline. Otherwise the
	// figure is at or above a height on the date, the height being a quantile of
	// the forecast itself.
	Goal  bool
	Level float64 // in the target's unit
	P     float64 // share of the paths
	// Line is what the straight line at the recent pace says: 0 or 1, NaN where
	// there is no pace yet.
	Line float64
	Came bool
}

// Interval is a forecast distribution of the figure on a date, and what came.
type Interval struct {
	Target         string
	Origin, Date   Day
	Horizon        int
	Median, Actual float64
	// Of the central intervals of [IntervalLevels]: whether they hold what came,
	// and the share of paths they hold, which for small counts is more than the
	// nominal one.
	Within [len(IntervalLevels)]bool
	Mass   [len(IntervalLevels)]float64
}

// IntervalLevels are the nominal levels of the intervals scored.
var IntervalLevels = [...]float64{0.50, 0.80, 0.95}

// DateTrial is a forecast of the date on which a level is first reached. What is
// not reached by the as-of date is a value of its own, later than all others:
// to leave such trials out would favour forecasts that are too early.
type DateTrial struct {
	Target  string
	Origin  Day
	Horizon int // of the height; 0 for the target's own number
	Goal    bool
	Level   float64
	// Zero days stand for "not by the as-of date".
	Lo80, Median, Hi80, Came Day
	Within80                 bool
	Mass80                   float64 // share of the paths within the interval
	CRPS                     float64 // months, of dates up to the as-of date
	Error                    float64 // months from median to what came; NaN unless both are dates
}

// Given is the probability of a target's own number that stood at an origin.
type Given struct {
	Target      string
	Origin      Day
	Early, Late float64 // P(reached by …); NaN where there is no such deadline
	Actual      float64 // as known at the origin
	// Since is the figure of the same date as it is known on the as-of date: rows
	// that were handed in late, and corrections, are in it. NaN where none is.
	Since float64
}

// Silence is a target that could not be scored.
type Silence struct {
	Target string
	Reason Text
}

// FailedOrigin is an origin that could not be forecast from.
type FailedOrigin struct {
	Origin Day
	Reason Text
}

// History remakes the baseline outlooks of a policy from every earlier origin,
// by the reads and models of [Service.Of], and scores them against what is known
// on q.AsOf. q.Scenario is not looked at. progress, which may be nil, is told
// after each origin how many are done; it is never called twice at a time.
//
// No more than Workers origins are in memory at once, and of each only what is
// scored is kept. The result is shared: treat it as read-only.
//
// Faults: NotFound for an unknown policy, Invalid for an as-of date as in
// [Service.Of] and for a number of paths out of bounds. An origin that fails is
// listed in Failed; only where all fail is the first error returned.
func (s *Service) History(ctx context.Context, q Query, opt HistoryOptions, progress func(done, total int)) (*History, error) {
	h, key, err := s.history(ctx, q, &opt)
	if err != nil {
		return nil, err
	}
	if kept, ok := s.keptHistory(key); ok {
		return kept, nil
	}
	if err := s.replay(ctx, h, opt, progress); err != nil {
		return nil, fmt.Errorf("history of %s: %w", q.Policy, err)
	}
	h.score()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.histories.put(key, h)
	return h, nil
}

// HistoryKept returns a history that has been computed already, if it is still
// kept, and a key that is the same for the same answer.
func (s *Service) HistoryKept(ctx context.Context, q Query, opt HistoryOptions) (h *History, key string, err error) {
	if _, key, err = s.history(ctx, q, &opt); err != nil {
		return nil, "", err
	}
	h, _ = s.keptHistory(key)
	return h, key, nil
}

func (s *Service) keptHistory(key string) (*History, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.histories.get(key)
}

// history settles what is asked for.
func (s *Service) history(ctx context.Context, q Query, opt *HistoryOptions) (*History, string, error) {
	policy, err := s.store.Policy(ctx, q.Policy)
	if err != nil {
		return nil, "", fmt.Errorf("history of %s: %w", q.Policy, err)
	}
	state, err := s.store.State(ctx, policy.ID)
	if err != nil {
		return nil, "", fmt.Errorf("history of %s: %w", q.Policy, err)
	}
	asOf, err := s.asOf(q.AsOf, state)
	if err != nil {
		return nil, "", err
	}
	if opt.Paths == 0 {
		opt.Paths = historyPaths
	}
	if opt.Paths < 100 || opt.Paths > MaxPaths {
		return nil, "", badPaths(opt.Paths)
	}
	if opt.Workers <= 0 {
		opt.Workers = s.cfg.Workers
	}
	if opt.Every == 0 {
		opt.Every = analytics.Quarterly
		if policy.Frequency == analytics.Yearly {
			opt.Every = analytics.Yearly
		}
	}
	h := &History{Policy: policy, AsOf: Day{asOf}, State: state, Every: opt.Every, Seed: s.cfg.Seed, Paths: opt.Paths}
	h.Origins = origins(state.First, asOf, opt.Every, opt.Most)
	key := fmt.Sprintf("%s|%s|%s|%d|%d|%d", policy.ID, state.Version, asOf.Format(time.DateOnly), opt.Every, opt.Paths, opt.Most)
	return h, key, nil
}

// origins are the ends of the periods from the first event on that lie before
// the as-of date, oldest first; of more than most, if that is not 0, the latest.
func origins(first, asOf time.Time, every analytics.Frequency, most int) []Day {
	if first.IsZero() {
		return nil
	}
	var out []Day
	for p := analytics.PeriodOf(first, every); p.End().Before(asOf); p = p.Add(1) {
		out = append(out, Day{p.End()})
	}
	if most > 0 && len(out) > most {
		out = out[len(out)-most:]
	}
	return out
}

// replay forecasts from every origin, several at a time, and keeps of each what
// is scored.
func (s *Service) replay(ctx context.Context, h *History, opt HistoryOptions, progress func(done, total int)) error {
	came, err := s.outcomes(ctx, h.Policy, h.AsOf.Time)
	if err != nil {
		return err
	}
	h.Origins = slices.DeleteFunc(h.Origins, beforeAll(h.Policy, came))
	// A service of its own: other paths, and one worker to an origin. It keeps
	// nothing, so that what pages want stays in the caches.
	past := &Service{store: s.store, cfg: s.cfg}
	past.cfg.Paths, past.cfg.Workers = opt.Paths, 1
	parts := make([]replayed, len(h.Origins))
	errs := make([]error, len(h.Origins))
	var mu sync.Mutex
	done := 0
	var g errgroup.Group
	g.SetLimit(opt.Workers)
	for i, origin := range h.Origins {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			parts[i], errs[i] = past.replayFrom(ctx, h.Policy, origin.Time, h.AsOf.Time, came)
			mu.Lock()
			defer mu.Unlock()
			if done++; progress != nil {
				progress(done, len(h.Origins))
			}
			return ctx.Err() // an origin cut short is no result
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return h.gather(parts, errs)
}

// beforeAll reports whether an origin lies before the first figure of anything
// that is forecast: policies have rows of other sorts from long before.
func beforeAll(policy datasets.Policy, came map[string]outcome) func(Day) bool {
	var first time.Time
	for _, x := range policy.Targets {
		if o := came[x.ID]; forecastMeasure(x.Measure) && len(o.points) > 0 && (first.IsZero() || o.points[0].Date.Before(first)) {
			first = o.points[0].Date.Time
		}
	}
	return func(origin Day) bool { return first.IsZero() || origin.Before(first) }
}

// gather joins what the origins have given, in their order.
func (h *History) gather(parts []replayed, errs []error) error {
	failed := 0
	var used []Day // some policies have rows from long before there was anything to forecast
	for i, part := range parts {
		if errs[i] != nil {
			failed++
			h.Failed = append(h.Failed, FailedOrigin{h.Origins[i], failure(errs[i])})
			continue
		}
		h.Events = append(h.Events, part.events...)
		h.Intervals = append(h.Intervals, part.intervals...)
		h.Dates = append(h.Dates, part.dates...)
		h.Given = append(h.Given, part.given...)
		if len(part.events)+len(part.intervals)+len(part.dates)+len(part.given) > 0 {
			used = append(used, h.Origins[i])
		}
	}
	h.Origins = used
	if failed > 0 && failed == len(parts) {
		return errs[0]
	}
	return nil
}

func failure(err error) Text {
	if f := fault.As(err); f != nil {
		return Text{f.Zh, f.En}
	}
	return Text{"该时点的数据未能读出，未参与检验；请稍后重试。", "The data of this date could not be read, so it is left out; try again later."}
}
