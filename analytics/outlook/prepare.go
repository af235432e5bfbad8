package outlook

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"talentcast/analytics"
	"talentcast/datasets"
)

// prepared is all of an outlook that no scenario changes: what is known, and
// the fitted models.
type prepared struct {
	policy   datasets.Policy
	asOf     time.Time
	known    time.Time                    // the day by whose knowledge it is; asOf but for what looks back
	flows    map[string][]datasets.Flow   // by canonical target, oldest first
	figures  map[string][]datasets.Figure // by canonical target, oldest first
	excess   map[string][]datasets.Excess
	checked  map[string]int
	money    []datasets.Money
	delays   []datasets.Delay // how late rows were handed in
	leaves   map[string]*leaf // by canonical target: its own rows, without its children's
	common   float64          // correlation of the leaves' chance, in [0, 1)
	momentum float64          // yearly sd of what all intakes have in common
	children map[string][]string
	totals   map[string]*leaf // totals of parts that are reported as such too
	picks    *picks
	bare     bool // only figures and attainment are wanted of it
}

// leaf is one series to forecast: the rows of a target that belong to none of
// its children.
type leaf struct {
	id     string
	space  analytics.Space
	kind   leafKind
	series analytics.Series // whole periods up to the as-of date; what a model is fitted to
	scale  float64          // series value × scale = value in the target's unit
	actual float64          // total or level on the as-of date, in the target's unit
	// partial is the share of the first forecast period that has passed and is
	// in actual already.
	partial float64
	hazard  hazard // of a stock of joins: how members leave
	late    late   // what happened and is not registered yet
	fit     fit
}

type leafKind int

const (
	flowLeaf  leafKind = iota // increments that add up
	levelLeaf                 // a level reported at dates
	stockLeaf                 // a level made of joins and leaves
)

// hazard is the evidence on leaving: members seen leaving, and member-months
// in which they could have.
type hazard struct{ leaves, exposure float64 }

func (s *Service) prepare(ctx context.Context, policy datasets.Policy, asOf time.Time) (*prepared, error) {
	p, err := s.grow(ctx, policy, asOf, asOf, fitLeaf)
	if err != nil {
		return nil, err
	}
	p.common = commonCorrelation(sortedKeys(p.leaves), p.leaves)
	p.momentum = p.estimateMomentum()
	p.findTotals(fitLeaf)
	return p, nil
}

// grow reads what had happened by asOf as known on the day known, and fits every
// leaf; what the leaves share is left out.
func (s *Service) grow(ctx context.Context, policy datasets.Policy, asOf, known time.Time, fitted func(*leaf) fit) (*prepared, error) {
	p, err := s.happened(ctx, policy, asOf, known)
	if err != nil {
		return nil, err
	}
	for _, t := range policy.Targets {
		if t.SameAs != "" {
			continue
		}
		if l := p.leaf(t); l != nil {
			p.complete(l)
			p.leaves[t.ID] = l
		}
	}
	ids := sortedKeys(p.leaves)
	g, _ := errgroup.WithContext(ctx)
	g.SetLimit(s.cfg.Workers)
	for _, id := range ids {
		l := p.leaves[id]
		g.Go(func() error {
			l.fit = fitted(l)
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return p, nil
}

// happened is what had happened by asOf as known on the day known, with nothing
// fitted to it.
func (s *Service) happened(ctx context.Context, policy datasets.Policy, asOf, known time.Time) (*prepared, error) {
	p := &prepared{policy: policy, asOf: asOf, known: known, leaves: map[string]*leaf{}, children: map[string][]string{}, picks: &picks{}}
	if err := p.read(ctx, s.store); err != nil {
		return nil, err
	}
	for _, t := range policy.Targets {
		if t.SameAs != "" {
			continue
		}
		for _, c := range policy.Children(t.ID) {
			p.children[t.ID] = append(p.children[t.ID], c.ID)
		}
	}
	return p, nil
}

func (p *prepared) read(ctx context.Context, store Store) error {
	flows, err := store.Flows(ctx, p.policy.ID, p.known, p.asOf)
	if err != nil {
		return fmt.Errorf("flows: %w", err)
	}
	figures, err := store.Figures(ctx, p.policy.ID, p.known, p.asOf)
	if err != nil {
		return fmt.Errorf("figures: %w", err)
	}
	excess, checked, err := store.Excesses(ctx, p.policy.ID, p.known, p.asOf)
	if err != nil {
		return fmt.Errorf("excesses: %w", err)
	}
	p.checked = checked
	if p.money, err = store.Money(ctx, p.policy.ID, p.known, p.asOf); err != nil {
		return fmt.Errorf("money: %w", err)
	}
	if p.delays, err = store.Delays(ctx, p.policy.ID, p.known, p.asOf); err != nil {
		return fmt.Errorf("reporting delays: %w", err)
	}
	p.flows, p.figures, p.excess = map[string][]datasets.Flow{}, map[string][]datasets.Figure{}, map[string][]datasets.Excess{}
	for _, f := range flows {
		id := p.policy.Canonical(f.Target)
		p.flows[id] = append(p.flows[id], f)
	}
	for _, f := range figures {
		id := p.policy.Canonical(f.Target)
		p.figures[id] = append(p.figures[id], f)
	}
	for _, e := range excess {
		p.excess[e.Target] = append(p.excess[e.Target], e)
	}
	for _, e := range p.excess { // here, once: outlooks of one day share them
		slices.SortStableFunc(e, func(a, b datasets.Excess) int { return cmp.Compare(b.Date.Unix(), a.Date.Unix()) })
	}
	for _, f := range p.flows {
		slices.SortStableFunc(f, func(a, b datasets.Flow) int { return a.Month.Sub(b.Month) })
	}
	for _, f := range p.figures {
		slices.SortStableFunc(f, func(a, b datasets.Figure) int { return a.Date.Compare(b.Date) })
	}
	return nil
}

// leaf makes the series of the target's own rows; nil when there is nothing to
// forecast.
func (p *prepared) leaf(t datasets.Target) *leaf {
	own := len(p.flows[t.ID]) > 0
	if !own && len(p.subtreeFlows(t.ID)) > 0 {
		return nil // its parts have rows; a total reported beside them is not added
	}
	switch t.Measure {
	case datasets.Cumulative:
		if own {
			return p.flowLeaf(t)
		}
		return p.totalsLeaf(t)
	case datasets.Stock:
		if own {
			return p.stockLeaf(t)
		}
		return p.levelLeaf(t)
	case datasets.Ratio:
		return p.levelLeaf(t)
	}
	return nil
}

// whole is the last whole month on the as-of date, and the share of the next
// that has passed.
func (p *prepared) whole(f analytics.Frequency) (analytics.Period, float64) {
	now := analytics.PeriodOf(p.asOf, f)
	part := now.Elapsed(p.asOf)
	if part >= 1 {
		return now, 0
	}
	return now.Add(-1), part
}

// flowLeaf: people or money per month since the window opened. A month without
// a row is a month in which nothing was added.
func (p *prepared) flowLeaf(t datasets.Target) *leaf {
	flows := p.flows[t.ID]
	last, part := p.whole(analytics.Monthly)
	start := flows[0].Month
	if !t.Start.IsZero() {
		start = analytics.PeriodOf(t.Start, analytics.Monthly)
	}
	l := &leaf{id: t.ID, kind: flowLeaf, space: analytics.Count, scale: 1, partial: part}
	if t.Unit == "元" {
		l.space = analytics.Money
	}
	n := last.Sub(start) + 1
	if n < 1 {
		n = 0
	}
	l.series = analytics.Series{Start: start, Values: make([]float64, n), Space: l.space}
	for _, f := range flows {
		i := f.Month.Sub(start)
		if i < 0 {
			continue // before the window: not counted
		}
		v := p.added(t, f)
		l.actual += v
		if i < n {
			l.series.Values[i] += v
		}
	}
	return l
}

// added is what a flow adds to the target, in its unit.
func (p *prepared) added(t datasets.Target, f datasets.Flow) float64 {
	if t.Unit == "元" || t.Measure == datasets.Growth {
		return f.Amount.Yuan()
	}
	if f.Value.IsPositive() {
		return math.Round(f.Value.InexactFloat64())
	}
	return float64(f.Joins)
}

// stockLeaf: things that open and close. The series holds what opened.
func (p *prepared) stockLeaf(t datasets.Target) *leaf {
	flows := p.flows[t.ID]
	last, part := p.whole(analytics.Monthly)
	start := flows[0].Month
	if s := t.Start; !s.IsZero() && analytics.PeriodOf(s, analytics.Monthly).Sub(start) > 0 {
		start = analytics.PeriodOf(s, analytics.Monthly)
	}
	l := &leaf{id: t.ID, kind: stockLeaf, space: analytics.Count, scale: 1, partial: part}
	n := max(0, last.Sub(start)+1)
	l.series = analytics.Series{Start: start, Values: make([]float64, n), Space: analytics.Count}
	leaves := make([]float64, n)
	level := 0.0
	for _, f := range flows {
		l.actual += float64(f.Joins - f.Leaves)
		switch i := f.Month.Sub(start); {
		case i < 0:
			level += float64(f.Joins - f.Leaves)
		case i < n:
			l.series.Values[i] += float64(f.Joins)
			leaves[i] += float64(f.Leaves)
		}
	}
	for i, out := range leaves {
		l.hazard.exposure += level
		l.hazard.leaves += out
		level += l.series.Values[i] - out
	}
	return l
}

// levelLeaf: a level or share reported at dates.
func (p *prepared) levelLeaf(t datasets.Target) *leaf {
	figures := p.figuresOf(t)
	if len(figures) == 0 {
		return nil
	}
	l := &leaf{id: t.ID, kind: levelLeaf, space: analytics.Level, scale: 1}
	switch {
	case t.Measure == datasets.Ratio:
		l.space, l.scale = analytics.Ratio, 100
	case t.Unit == "元":
		l.space = analytics.Money
	}
	freq := spacing(figures)
	start := analytics.PeriodOf(figures[0].Date, freq)
	end := analytics.PeriodOf(figures[len(figures)-1].Date, freq)
	l.series = analytics.Series{Start: start, Space: l.space, Values: make([]float64, end.Sub(start)+1)}
	for i := range l.series.Values {
		l.series.Values[i] = math.NaN()
	}
	for _, f := range figures { // of several in a period the last stands
		l.actual = f.Value.InexactFloat64()
		l.series.Values[analytics.PeriodOf(f.Date, freq).Sub(start)] = clamp(l.actual/l.scale, l.space)
	}
	return l
}

func clamp(v float64, space analytics.Space) float64 {
	switch space {
	case analytics.Ratio:
		return min(1, max(0, v))
	case analytics.Money, analytics.Level, analytics.Count:
		return max(0, v)
	}
	return v
}

// totalsLeaf: a total that a department reports as such. The model sees what
// was added from one report to the next; a total that falls adds nothing.
func (p *prepared) totalsLeaf(t datasets.Target) *leaf {
	l := p.levelLeaf(t)
	if l == nil {
		return nil
	}
	l.kind, l.space, l.scale = flowLeaf, analytics.Count, 1
	if t.Unit == "元" {
		l.space = analytics.Money
	}
	before := 0.0
	values := l.series.Values
	for i, v := range values {
		if math.IsNaN(v) {
			values[i] = 0
			continue
		}
		values[i] = max(0, math.Round(v-before))
		before = max(before, v)
	}
	if !t.Start.IsZero() && l.series.Start.Start().Before(t.Start) {
		cut := analytics.PeriodOf(t.Start, l.series.Freq()).Sub(l.series.Start)
		cut = min(max(cut, 0), len(values))
		l.series.Start, l.series.Values = l.series.Start.Add(cut), values[cut:]
	}
	l.series.Space = l.space
	return l
}

// figuresOf returns the figures the target is held against: its own, or those
// of the target whose series it shares.
func (p *prepared) figuresOf(t datasets.Target) []datasets.Figure {
	if t.Series != "" {
		return p.figures[p.policy.Canonical(t.Series)]
	}
	return p.figures[t.ID]
}

// spacing is the frequency at which figures are reported: the finest of
// monthly, quarterly and yearly that most gaps between them fit.
func spacing(figures []datasets.Figure) analytics.Frequency {
	if len(figures) < 2 {
		return analytics.Yearly
	}
	gaps := make([]float64, 0, len(figures)-1)
	for i, f := range figures[1:] {
		gaps = append(gaps, f.Date.Sub(figures[i].Date).Hours()/24)
	}
	slices.Sort(gaps)
	switch median := gaps[len(gaps)/2]; {
	case median < 45:
		return analytics.Monthly
	case median < 200:
		return analytics.Quarterly
	}
	return analytics.Yearly
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// subtreeFlows are the flows of a target and of all that adds to it, oldest
// first.
func (p *prepared) subtreeFlows(id string) []datasets.Flow {
	out := slices.Clone(p.flows[id])
	for _, c := range p.children[id] {
		out = append(out, p.subtreeFlows(c)...)
	}
	slices.SortStableFunc(out, func(a, b datasets.Flow) int { return a.Month.Sub(b.Month) })
	return out
}
