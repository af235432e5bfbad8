package outlook

import (
	"context"
	"math"
	"time"

	"talentcast/analytics"
	"talentcast/analytics/backtest"
	"talentcast/analytics/target"
	"talentcast/datasets"
)

// outcome is what is known on the as-of date of one target's figure.
type outcome struct {
	points  []Point
	asOf    time.Time
	records bool // a sum of dated rows: a period counts once it is over
}

// outcomes reads what came, once for all origins.
func (s *Service) outcomes(ctx context.Context, policy datasets.Policy, asOf time.Time) (map[string]outcome, error) {
	p, err := s.happened(ctx, policy, asOf, asOf)
	if err != nil {
		return nil, err
	}
	out := map[string]outcome{}
	for _, x := range policy.Targets {
		if x.SameAs != "" {
			continue
		}
		t := Target{Target: x}
		p.observe(&t)
		out[x.ID] = outcome{points: t.History, asOf: asOf, records: t.Source == "records"}
	}
	return out, nil
}

// at is the figure of a period: the last one in it.
func (o outcome) at(p analytics.Period) (float64, bool) {
	if o.records && p.End().After(o.asOf) {
		return 0, false
	}
	for i := len(o.points) - 1; i >= 0; i-- {
		if analytics.PeriodOf(o.points[i].Date.Time, p.Freq) == p {
			return o.points[i].Value, true
		}
	}
	return 0, false
}

// replayed is what is kept of one origin.
type replayed struct {
	events    []Event
	intervals []Interval
	dates     []DateTrial
	given     []Given
}

// replayFrom forecasts from one origin and holds the paths of every target
// against what came, while they are at hand.
func (s *Service) replayFrom(ctx context.Context, policy datasets.Policy, origin, asOf time.Time, came map[string]outcome) (replayed, error) {
	p, err := s.prepare(ctx, policy, origin)
	if err != nil {
		return replayed{}, err
	}
	sources := seriesOf(policy)
	found := map[string]replayed{}
	least := func(l *leaf) int {
		first := l.first()
		return min(analytics.PeriodOf(asOf, first.Freq).Sub(first)+1, 50*int(first.Freq))
	}
	// One worker: the map is written by one goroutine at a time.
	s.eachTree(p, func(string) bool { return true }, least, func(_ string, sim simulation) {
		for id, paths := range sim.paths {
			x, _ := policy.Target(id)
			r := replay{p: p, t: &Target{Target: x}, first: sim.first, paths: paths, came: came[id]}
			p.observe(r.t)
			if r.t.Actual == nil || len(paths) == 0 {
				continue
			}
			r.obs = observations(r.t.History)
			r.goals()
			if sources[id] == id {
				r.heights()
			}
			found[id] = r.out
		}
	})
	var all replayed
	for _, x := range policy.Targets {
		r := found[x.ID]
		all.events = append(all.events, r.events...)
		all.intervals = append(all.intervals, r.intervals...)
		all.dates = append(all.dates, r.dates...)
		all.given = append(all.given, r.given...)
	}
	return all, nil
}

// seriesOf names for every target the one whose heights stand for it: goals held
// against one reported series are one forecast, and counted once.
func seriesOf(policy datasets.Policy) map[string]string {
	firstOf, out := map[string]string{}, map[string]string{}
	for _, x := range policy.Targets {
		if x.SameAs != "" {
			continue
		}
		out[x.ID] = x.ID
		if x.Measure == datasets.Cumulative {
			continue // a total has a window of its own
		}
		k := x.ID
		if x.Series != "" {
			k = policy.Canonical(x.Series)
		}
		k += "|" + string(x.Measure)
		if _, ok := firstOf[k]; !ok {
			firstOf[k] = x.ID
		}
		out[x.ID] = firstOf[k]
	}
	return out
}

// replay is one target's forecast from one origin, about to be scored.
type replay struct {
	p     *prepared
	t     *Target
	obs   []target.Observation // known at the origin
	first analytics.Period
	paths matrix
	came  outcome
	out   replayed
}

// goals scores the target's own numbers. The window must be open, or open the
// day after: before that there was no such target.
func (r *replay) goals() {
	t, asOf := r.t, r.p.asOf
	if t.Low == nil || !t.Start.IsZero() && asOf.AddDate(0, 0, 1).Before(t.Start) {
		return
	}
	goal := target.Goal{Low: *t.Low, High: *t.Low, Start: t.Start, Early: t.Early, Late: t.Late, Flow: t.Measure == datasets.Cumulative}
	if t.High != nil {
		goal.High = max(goal.High, *t.High)
	}
	a := target.Attain(goal, r.obs, asOf, target.Paths{First: r.first, At: r.paths})
	if t.Late.After(asOf) {
		r.out.given = append(r.out.given, Given{t.ID, Day{asOf}, a.EarlyLow.P, a.LateLow.P, *t.Actual, target.At(t.ActualDate.Time, observations(r.came.points))})
	}
	r.goal(goal.Low, t.Early, a.EarlyLow.P)
	if !t.Late.Equal(t.Early) {
		r.goal(goal.Low, t.Late, a.LateLow.P)
	}
	if goal.High > goal.Low {
		r.goal(goal.High, t.Early, a.EarlyHigh.P)
		if !t.Late.Equal(t.Early) {
			r.goal(goal.High, t.Late, a.LateHigh.P)
		}
	}
	r.date(goal.Low, 0)
}

// goal is one deadline's event, where it was open at the origin and its outcome
// is known.
func (r *replay) goal(level float64, deadline time.Time, p float64) {
	if deadline.IsZero() || !deadline.After(r.p.asOf) || deadline.After(r.came.asOf) || math.IsNaN(p) ||
		!target.ReachedOn(level, r.obs).IsZero() {
		return
	}
	k := analytics.PeriodOf(deadline, r.first.Freq)
	if _, ok := r.came.at(k); !ok {
		return
	}
	on := target.ReachedOn(level, observations(r.came.points))
	r.out.events = append(r.out.events, Event{
		Target: r.t.ID, Origin: Day{r.p.asOf}, Date: Day{deadline}, Goal: true, Level: level, P: p, Line: r.line(level, k),
		Horizon: analytics.PeriodOf(deadline, analytics.Monthly).Sub(analytics.PeriodOf(r.p.asOf, analytics.Monthly)),
		Came:    !on.IsZero() && !on.After(deadline),
	})
}

// line is what going on at the recent pace says of a level in a period.
func (r *replay) line(level float64, k analytics.Period) float64 {
	pace, _ := r.p.recent(r.t, r.first)
	if math.IsNaN(pace) {
		return math.NaN()
	}
	then := *r.t.Actual + pace*float64(k.Sub(analytics.PeriodOf(r.t.ActualDate.Time, r.first.Freq)))
	if then >= level-1e-9*math.Abs(level) {
		return 1
	}
	return 0
}

// quantiles that heights and intervals are made of.
var (
	heightQuantiles   = [...]float64{0.1, 0.3, 0.5, 0.7, 0.9}
	intervalQuantiles = [...]float64{0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975}
)

// horizons are the months ahead at which heights are set.
func horizons(f analytics.Frequency) []int {
	if f == analytics.Yearly {
		return []int{12, 24, 36}
	}
	return []int{3, 6, 12, 24}
}

// heights scores the forecast at several horizons. A horizon that ends inside a
// period is scored at the end of the period before, the last that is known then.
func (r *replay) heights() {
	now := analytics.PeriodOf(r.p.asOf, analytics.Monthly)
	scored := map[int]bool{}
	for _, months := range horizons(r.first.Freq) {
		end := now.Add(months).End()
		k := analytics.PeriodOf(end, r.first.Freq)
		if k.End().After(end) {
			k = k.Add(-1)
		}
		step := k.Sub(r.first)
		actual, known := r.came.at(k)
		if step < 0 || step >= len(r.paths) || !known || !k.End().After(r.p.asOf) || scored[step] {
			continue
		}
		scored[step] = true
		r.interval(step, k, months, actual)
		var levels [len(heightQuantiles)]float64
		target.Quantiles(levels[:], r.paths[step], heightQuantiles[:])
		for i, level := range levels {
			if i > 0 && level == levels[i-1] || r.t.Measure == datasets.Cumulative && level <= *r.t.Actual {
				continue // the same once more, or there already
			}
			above := 0
			for _, v := range r.paths[step] {
				if v >= level {
					above++
				}
			}
			r.out.events = append(r.out.events, Event{
				Target: r.t.ID, Origin: Day{r.p.asOf}, Date: Day{k.End()}, Horizon: months, Level: level,
				P: float64(above) / float64(len(r.paths[step])), Line: r.line(level, k), Came: actual >= level,
			})
		}
		r.date(levels[len(levels)/2], months)
	}
}

func (r *replay) interval(step int, k analytics.Period, months int, actual float64) {
	var q [len(intervalQuantiles)]float64
	target.Quantiles(q[:], r.paths[step], intervalQuantiles[:])
	v := Interval{Target: r.t.ID, Origin: Day{r.p.asOf}, Date: Day{k.End()}, Horizon: months, Median: q[3], Actual: actual}
	for i := range IntervalLevels {
		lo, hi := q[2-i], q[4+i]
		v.Within[i] = lo <= actual && actual <= hi
		n := 0
		for _, x := range r.paths[step] {
			if lo <= x && x <= hi {
				n++
			}
		}
		v.Mass[i] = float64(n) / float64(len(r.paths[step]))
	}
	r.out.intervals = append(r.out.intervals, v)
}

// date scores the first-passage date of a level that was open at the origin.
// months is the horizon of a height, 0 for the target's own number.
func (r *replay) date(level float64, months int) {
	if !target.ReachedOn(level, r.obs).IsZero() {
		return
	}
	n, came := 0, -1 // periods with a known figure, up to the last
	for k := range r.paths {
		if v, ok := r.came.at(r.first.Add(k)); ok {
			n = k + 1
			if came < 0 && v >= level {
				came = k
			}
		}
	}
	if n == 0 {
		return
	}
	if came < 0 {
		came = n
	}
	counts := passages(r.paths[:n], level)
	lo, mid, hi := countQuantile(counts, 0.1), countQuantile(counts, 0.5), countQuantile(counts, 0.9)
	on := func(k int) Day {
		if k == n {
			return Day{}
		}
		return Day{r.first.Add(k).End()}
	}
	per := 12 / float64(r.first.Freq)
	d := DateTrial{
		Target: r.t.ID, Origin: Day{r.p.asOf}, Horizon: months, Goal: months == 0, Level: level,
		Lo80: on(lo), Median: on(mid), Hi80: on(hi), Came: on(came), Within80: lo <= came && came <= hi,
		CRPS: per * backtest.CountCRPS(counts, came), Error: math.NaN(),
	}
	held := 0
	for _, c := range counts[lo : hi+1] {
		held += c
	}
	d.Mass80 = float64(held) / float64(len(r.paths[0]))
	if mid < n && came < n {
		d.Error = per * float64(came-mid)
	}
	r.out.dates = append(r.out.dates, d)
}

// passages counts the paths by the step at which they first reach level; the
// last count is of those that never do.
func passages(paths matrix, level float64) []int {
	counts := make([]int, len(paths)+1)
	there := make([]bool, len(paths[0]))
	for k, row := range paths { // row by row, as they lie in memory
		for i, v := range row {
			if v >= level && !there[i] {
				there[i] = true
				counts[k]++
			}
		}
	}
	counts[len(paths)] = len(there)
	for _, n := range counts[:len(paths)] {
		counts[len(paths)] -= n
	}
	return counts
}

// countQuantile is the value of rank ⌈p·n⌉ of a distribution given by counts.
func countQuantile(counts []int, p float64) int {
	n := 0
	for _, c := range counts {
		n += c
	}
	need, below := int(math.Ceil(p*float64(n)-1e-9)), 0
	for k, c := range counts {
		if below += c; below >= max(1, need) {
			return k
		}
	}
	return len(counts) - 1
}
