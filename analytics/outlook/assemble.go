package outlook

import (
	"fmt"
	"math"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"talentcast/analytics"
	"talentcast/analytics/forecast"
	"talentcast/analytics/target"
	"talentcast/datasets"
)

// assemble makes the outlook of every target from what is prepared.
func (s *Service) assemble(p *prepared, state datasets.State) *Outlook {
	o, index := s.blank(p, state)
	s.forecastTrees(o, p, index, func(string) bool { return true })
	for i := range o.Targets {
		if t := &o.Targets[i]; t.SameAs == "" {
			p.check(t)
			s.judge(t, p.asOf)
			o.Counts[t.Status]++
		}
	}
	repeat(o, index)
	o.Verdict = verdict(o)
	return o
}

// repeat gives rows that repeat a target its figures, under their own names and
// places.
func repeat(o *Outlook, index map[string]int) {
	for i := range o.Targets {
		if t := &o.Targets[i]; t.SameAs != "" {
			own, canonical := t.Target, t.Canonical
			*t = o.Targets[index[canonical]]
			t.Target, t.Canonical = own, canonical
		}
	}
}

// blank is an outlook of the policy's targets with nothing known of them, and
// where each stands in it.
func (s *Service) blank(p *prepared, state datasets.State) (*Outlook, map[string]int) {
	o := &Outlook{
		Policy: p.policy, AsOf: Day{p.asOf}, State: state,
		Seed: s.cfg.Seed, Paths: s.cfg.Paths, Thresholds: s.cfg.Thresholds,
		Money: p.money, Targets: make([]Target, len(p.policy.Targets)), Counts: map[target.Status]int{},
	}
	index := map[string]int{}
	for i, t := range p.policy.Targets {
		o.Targets[i] = Target{Target: t, Canonical: p.policy.Canonical(t.ID)}
		index[t.ID] = i
	}
	return o, index
}

// forecastTrees simulates the trees of targets whose roots are wanted and fills
// in the targets in them.
func (s *Service) forecastTrees(o *Outlook, p *prepared, index map[string]int, wanted func(root string) bool) {
	s.eachTree(p, wanted, nil, func(root string, sim simulation) { s.fill(o, p, root, sim, index) })
}

// eachTree simulates the wanted trees of targets, several at a time, and hands
// each to visit while its paths are at hand: they are used again for the next tree.
// Trees touch disjoint targets. least is the number of periods to simulate at
// least, by the leaf's series; nil stands for the last deadline alone.
func (s *Service) eachTree(p *prepared, wanted func(root string) bool, least func(*leaf) int, visit func(root string, sim simulation)) {
	horizons, longest := p.horizons(least)
	shared := sync.OnceValue(func() sharedChance { return s.sharedBy(p, longest) })
	var g errgroup.Group
	g.SetLimit(s.cfg.Workers)
	for _, root := range sortedKeys(horizons) {
		if !wanted(root) {
			continue
		}
		g.Go(func() error {
			sim := s.simulate(p, root, horizons[root], shared())
			sim.redrawn(s.pick(p, root, sim, horizons[root]))
			visit(root, sim)
			for _, m := range sim.paths {
				s.release(m)
			}
			return nil
		})
	}
	_ = g.Wait() // none of the functions returns an error
}

// horizons is the number of periods to simulate by tree, and of the longest one of
// months.
func (p *prepared) horizons(least func(*leaf) int) (by map[string]int, months int) {
	by = map[string]int{}
	for id, l := range p.leaves {
		root := p.policy.Root(id)
		by[root] = max(by[root], p.horizon(id))
		if least != nil {
			by[root] = max(by[root], least(l))
		}
		if l.series.Freq() == analytics.Monthly {
			months = max(months, by[root])
		}
	}
	return by, months
}

// sharedBy draws what the policy's leaves have in common over a number of months.
func (s *Service) sharedBy(p *prepared, months int) (c sharedChance) {
	if p.common > 0 {
		c.noise = normals(s.cfg.Seed, commonChance, s.cfg.Paths, months)
	}
	if p.momentum > 0 {
		c.pace = paces(s.cfg.Seed, s.cfg.Paths, months, p.momentum)
	}
	return c
}

// horizon is the number of periods to simulate for the tree of a leaf: to the
// last deadline in it, or two years where none is left.
func (p *prepared) horizon(id string) int {
	first := p.leaves[id].first()
	h := 0
	var walk func(string)
	walk = func(id string) {
		t, _ := p.policy.Target(id)
		for _, d := range []time.Time{t.Early, t.Late} {
			if !d.IsZero() {
				h = max(h, analytics.PeriodOf(d, first.Freq).Sub(first)+1)
			}
		}
		for _, c := range p.children[id] {
			walk(c)
		}
	}
	walk(p.policy.Root(id))
	if h <= 0 {
		h = 2 * int(first.Freq)
	}
	return min(h, 50*int(first.Freq))
}

// fill sets what the simulation says of the targets under root.
func (s *Service) fill(o *Outlook, p *prepared, root string, sim simulation, index map[string]int) {
	t := &o.Targets[index[root]]
	for _, c := range p.children[root] {
		s.fill(o, p, c, sim, index)
	}
	p.observe(t)
	paths := sim.paths[root]
	if paths == nil || t.Actual == nil {
		return
	}
	if t.Freq = sim.first.Freq; !p.bare {
		t.Fan = summary(sim.first, paths)
		p.describe(t, s.cfg.Seed)
		p.noteLate(t)
		p.noteTotal(t)
	}
	if t.Low == nil {
		return
	}
	a := target.Attain(t.goal(), observations(t.History), p.asOf, target.Paths{First: sim.first, At: paths})
	t.Attainment = &a
	t.Pace = p.pace(t, sim.first)
	t.Second = second(t)
}

func observations(points []Point) []target.Observation {
	obs := make([]target.Observation, len(points))
	for i, pt := range points {
		obs[i] = target.Observation{Date: pt.Date.Time, Value: pt.Value}
	}
	return obs
}

// observe sets actual, history and periodic additions from flows, or from
// figures where there are none.
func (p *prepared) observe(t *Target) {
	if flows := p.subtreeFlows(t.ID); len(flows) > 0 {
		p.observeFlows(t, flows)
	} else if figures := p.figuresOf(t.Target); len(figures) > 0 {
		observeFigures(t, figures)
	}
	if t.Actual != nil && t.Low != nil && *t.Low > 0 {
		c := *t.Actual / *t.Low
		t.Completion = &c
	}
	if !t.Start.IsZero() && !t.Late.IsZero() && t.Late.After(t.Start) {
		e := (p.asOf.Sub(t.Start).Hours() + 24) / (t.Late.Sub(t.Start).Hours() + 24)
		e = min(1, max(0, e))
		t.Elapsed = &e
	}
}

func (p *prepared) observeFlows(t *Target, flows []datasets.Flow) {
	t.Source = "records"
	start := flows[0].Month
	if !t.Start.IsZero() {
		start = analytics.PeriodOf(t.Start, analytics.Monthly)
	}
	last := analytics.PeriodOf(p.asOf, analytics.Monthly)
	n := last.Sub(start) + 1
	added, left := make([]float64, max(0, n)), 0.0
	before := 0.0
	for _, f := range flows {
		v := p.added(t.Target, f)
		if t.Measure == datasets.Stock {
			v -= float64(f.Leaves)
		}
		i := f.Month.Sub(start)
		switch {
		case i < 0 && t.Measure == datasets.Stock:
			before += v
		case i >= 0 && i < n:
			added[i] += v
		}
		left += float64(f.Leaves)
	}
	total := before
	for i, v := range added {
		total += v
		d := Day{start.Add(i).End()}
		if d.After(p.asOf) {
			d = Day{p.asOf}
		}
		t.History = append(t.History, Point{d, total})
		t.Periodic = append(t.Periodic, Point{d, v})
	}
	t.Actual, t.ActualDate = &total, Day{p.asOf}
	if t.Measure == datasets.Cumulative && t.Unit != "元" && left > 0 {
		held := total - left
		t.Held = &held
	}
}

func observeFigures(t *Target, figures []datasets.Figure) {
	t.Source = "reported"
	for _, f := range figures {
		v := f.Value.InexactFloat64()
		if n := len(t.History); n > 0 && t.History[n-1].Date.Equal(f.Date) {
			t.History[n-1].Value = v
			continue
		}
		t.History = append(t.History, Point{Day{f.Date}, v})
	}
	last := t.History[len(t.History)-1]
	t.Actual, t.ActualDate = &last.Value, last.Date
	if f := figures[len(figures)-1]; f.Num.Valid && f.Den.Valid {
		num, den := f.Num.Decimal.InexactFloat64(), f.Den.Decimal.InexactFloat64()
		t.Num, t.Den = &num, &den
	}
}

// pace compares the required with the recent pace, per period of the series.
func (p *prepared) pace(t *Target, first analytics.Period) *target.Pace {
	part := 1.0
	if first.Freq == analytics.Monthly {
		if _, gone := p.whole(analytics.Monthly); gone > 0 && t.Source == "records" {
			part = 1 - gone
		}
	}
	pc := &target.Pace{
		RequiredEarly: target.RequiredPace(*t.Low, *t.Actual, first, part, t.Early),
		RequiredLate:  target.RequiredPace(*t.Low, *t.Actual, first, part, t.Late),
	}
	pc.Recent, pc.RecentPeriods = p.recent(t, first)
	return pc
}

// recent is the mean pace of the last 12 months, or 3 years, in the target's
// unit per period of the series, and of how many periods it is the mean; NaN
// where nothing can be compared.
func (p *prepared) recent(t *Target, first analytics.Period) (pace float64, periods int) {
	span := 12
	if first.Freq != analytics.Monthly {
		span = 3 * int(first.Freq)
	}
	h := t.History
	if t.Source == "records" && len(h) > 0 && first.Sub(analytics.PeriodOf(p.asOf, analytics.Monthly)) <= 0 {
		h = h[:len(h)-1] // the running month is not a month's worth
	}
	n := min(span, len(h)-1)
	switch {
	case n >= 1:
		from, to := h[len(h)-1-n], h[len(h)-1]
		return (to.Value - from.Value) / elapsedPeriods(from.Date, to.Date, first.Freq), n
	case len(h) == 1 && t.Measure == datasets.Cumulative:
		return h[0].Value, 1
	}
	return math.NaN(), 0
}

// elapsedPeriods counts periods between two report dates: reports may have gaps.
func elapsedPeriods(from, to Day, f analytics.Frequency) float64 {
	return float64(max(1, analytics.PeriodOf(to.Time, f).Sub(analytics.PeriodOf(from.Time, f))))
}

// describe says which models made the target's forecast: its own leaf's, or
// that it is the sum of its parts, with how the sum has done.
func (p *prepared) describe(t *Target, seed uint64) {
	leaves := p.subtreeLeaves(t.ID)
	if len(leaves) == 1 {
		t.Model = leaves[0].fit.note
		t.Warnings = append(t.Warnings, leaves[0].fit.warnings...)
		return
	}
	past, mase, c80, c95 := forecast.Judge(sumTrials(leaves, p.common, p.momentum, seed))
	t.Model = &Model{
		Name: "sum", MASE: mase, Coverage80: c80, Coverage95: c95, Past: pastOf(past, leaves[0].scale),
		Text: Text{
			Zh: "由各组成部分的联合模拟路径逐条相加得到，部分之和在每条路径上都等于总数。",
			En: "The sum of its parts, path by path: in every simulated path the parts add up to the whole.",
		},
	}
	origins := map[time.Time]bool{}
	for _, f := range t.Model.Past {
		origins[f.Origin.Time] = true
	}
	if t.Model.Origins = len(origins); t.Model.Origins > 0 {
		t.Model.Text.Zh += fmt.Sprintf("从%d个较早时点回测，总数的80%%区间实际覆盖%.0f%%。", len(origins), c80*100)
		t.Model.Text.En += fmt.Sprintf(" Tested from %d earlier origins, the 80%% intervals of the sum held what came %.0f%% of the time.", len(origins), c80*100)
	}
	for _, l := range leaves {
		t.Warnings = append(t.Warnings, l.fit.warnings...)
	}
	t.Warnings = dedupe(t.Warnings)
}

// subtreeLeaves are the fitted leaves of the target and of all that adds to it.
func (p *prepared) subtreeLeaves(id string) []*leaf {
	var out []*leaf
	if l := p.leaves[id]; l != nil && l.fit.model != nil {
		out = append(out, l)
	}
	for _, c := range p.children[id] {
		out = append(out, p.subtreeLeaves(c)...)
	}
	return out
}

func dedupe(ws []forecast.Warning) []forecast.Warning {
	seen := map[string]bool{}
	out := ws[:0:0]
	for _, w := range ws {
		if !seen[w.Code] {
			seen[w.Code] = true
			out = append(out, w)
		}
	}
	return out
}
