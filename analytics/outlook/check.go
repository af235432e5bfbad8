package outlook

import (
	"math"
	"time"

	"talentcast/analytics"
	"talentcast/datasets"
)

// check fills in what is checked rather than forecast: duties by period, caps,
// growth by year.
func (p *prepared) check(t *Target) {
	if p.leaves[t.ID] == nil && t.Actual == nil {
		p.observe(t)
	}
	switch t.Measure {
	case datasets.PerPeriod:
		p.duties(t)
	case datasets.Cap:
		t.Excess, t.Checked = p.excess[t.ID], p.checked[t.ID]
		// A cap has rows that were checked, not a figure of its own.
		t.Actual, t.ActualDate, t.Source, t.History, t.Periodic = nil, Day{}, "", nil, nil
		t.Completion, t.Elapsed = nil, nil
	case datasets.Growth:
		p.growth(t)
	}
	if t.Measure == datasets.PerPeriod || t.Measure == datasets.Growth {
		t.Completion, t.Elapsed = nil, nil
	}
}

// duties lists the periods in which something was due, from the window's start,
// or the first year with a record, to the as-of date.
func (p *prepared) duties(t *Target) {
	if t.Low == nil || t.Every == 0 || len(t.History) == 0 {
		return
	}
	from := t.Start
	if from.IsZero() {
		from = analytics.Date(t.History[0].Date.Year(), 1, 1)
	}
	for !from.After(p.asOf) {
		to := from.AddDate(0, t.Every, -1)
		d := Duty{From: Day{from}, To: Day{to}, Need: *t.Low}
		for _, pt := range t.added() {
			if !pt.Date.Before(from) && !pt.Date.After(to) {
				d.Done += pt.Value
			}
		}
		switch {
		case d.Done >= d.Need:
			d.State = DutyDone
		case p.asOf.Before(to):
			d.State = DutyDue
		default:
			d.State = DutyMissed
		}
		t.Duties = append(t.Duties, d)
		from = to.AddDate(0, 0, 1)
	}
}

// added is what happened by date: additions per month where there are records,
// each reported figure otherwise.
func (t *Target) added() []Point {
	if t.Periodic != nil {
		return t.Periodic
	}
	return t.History
}

// growth is the year-on-year growth of the amounts of whole years, in %.
func (p *prepared) growth(t *Target) {
	if t.Source != "records" {
		t.Growth = t.History // reported as growth already
		return
	}
	sums := map[int]float64{}
	for _, pt := range t.Periodic {
		sums[pt.Date.Year()] += pt.Value
	}
	t.History, t.Periodic = nil, nil
	t.Actual = nil
	for _, y := range sortedKeys(sums) {
		end := analytics.Date(y, time.December, 31)
		before, ok := sums[y-1]
		if !ok || before <= 0 || end.After(p.asOf) && !p.budgeted(t, y) {
			continue
		}
		g := (sums[y]/before - 1) * 100
		d := Day{end}
		if d.After(p.asOf) {
			d = Day{p.asOf}
		}
		t.Growth = append(t.Growth, Point{d, math.Round(g*100) / 100})
	}
	if n := len(t.Growth); n > 0 {
		t.Actual, t.ActualDate = &t.Growth[n-1].Value, t.Growth[n-1].Date
	}
}

// budgeted reports whether a running year's amount is already its whole: a
// budget is set once, at the start of the year, so the year counts when last
// year's was also set by the same month.
func (p *prepared) budgeted(t *Target, year int) bool {
	last := func(y int) (m time.Month) {
		for _, f := range p.subtreeFlows(t.ID) {
			if f.Month.Year() == y && f.Amount > 0 {
				m = max(m, f.Month.Start().Month())
			}
		}
		return m
	}
	before := last(year - 1)
	return before != 0 && before <= p.asOf.Month() && last(year) != 0
}
