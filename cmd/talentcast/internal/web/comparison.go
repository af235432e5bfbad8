package web

import (
	"fmt"
	"math"
	"time"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/analytics/scenario"
	"talentcast/analytics/target"
	"talentcast/charts"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/datasets"
)

// comparison is a scenario beside its baseline, as the API serves it and the
// scenario page shows it.
type comparison struct {
	Policy   string            `json:"policy"`
	AsOf     outlook.Day       `json:"as_of"`
	Demo     bool              `json:"demo"`
	Scenario scenario.Scenario `json:"scenario"`
	Levers   string            `json:"levers"` // as an address carries them
	// Assumptions are levers, as-of date, paths, seed and data state in the
	// language asked for.
	Assumptions string         `json:"assumptions"`
	Headline    outlook.Text   `json:"headline"`
	Changes     []change       `json:"changes"`
	Rows        []changeWords  `json:"rows"`
	Bill        *outlook.Bill  `json:"bill"` // null without a cost or a budget
	Held        []outlook.Held `json:"held"`

	BillTable   *tableView   `json:"bill_table"`
	BudgetTable *tableView   `json:"budget_table"`
	HeldTable   *tableView   `json:"held_table"`
	Target      *targetMoved `json:"target"` // null unless one is asked for
}

// change is what the levers do to one target. Probabilities are of the low end
// by the late deadline unless said; months are the medians of the first passage.
type change struct {
	Target     string        `json:"target"`
	EarlyBase  *float64      `json:"early_base"`
	EarlyWith  *float64      `json:"early_with"`
	LateBase   *float64      `json:"late_base"`
	LateWith   *float64      `json:"late_with"`
	Expected   outlook.Day   `json:"expected_base"`
	WithDate   outlook.Day   `json:"expected_with"`
	StatusBase target.Status `json:"status_base"`
	StatusWith target.Status `json:"status_with"`
	// Costs are in 元, by the costs a head that the scenario states.
	CostBase *float64 `json:"cost_base"`
	CostWith *float64 `json:"cost_with"`
}

// changeWords is the same in the words of the request's language, as the table
// shows it.
type changeWords struct {
	Target     string `json:"target"`
	EarlyBase  string `json:"early_base"`
	EarlyWith  string `json:"early_with"`
	EarlyDelta string `json:"early_delta"`
	LateBase   string `json:"late_base"`
	LateWith   string `json:"late_with"`
	LateDelta  string `json:"late_delta"`
	Base       string `json:"expected_base"`
	With       string `json:"expected_with"`
	DateDelta  string `json:"expected_delta"`
	Status     string `json:"status"`
	StatusText string `json:"status_text"`
	CostDelta  string `json:"cost_delta"`
	Direction  string `json:"direction"` // better, worse or same
	Changed    bool   `json:"changed"`

	Name string `json:"name"`
	URL  string `json:"-"`
	Icon string `json:"status_icon"`
}

// targetMoved is the target in view, with all that moves when a lever does.
type targetMoved struct {
	ID    string        `json:"id"`
	Tiles []movedTile   `json:"tiles"`
	Chart *charts.Chart `json:"chart"`
	Table *tableView    `json:"table"`
}

// movedTile is one figure with what it was and by how much it moves, in words.
type movedTile struct {
	Label     string `json:"label"`
	Delta     string `json:"delta"`
	Base      string `json:"base"`
	With      string `json:"with"`
	Direction string `json:"direction"`
}

// tiles are the figures of one target that decisions are taken by.
func (p *page) tiles(t *outlook.Target, cmp comparison) []movedTile {
	var out []movedTile
	for i, ch := range cmp.Changes {
		if ch.Target != t.ID {
			continue
		}
		w := cmp.Rows[i]
		odds := func(label, delta, base, with string, a, b *float64) {
			d := "same"
			switch x := delta1(a, b); {
			case x > 0:
				d = "better"
			case x < 0:
				d = "worse"
			}
			if delta != "0" {
				delta += p.T("scenario.pp")
			}
			out = append(out, movedTile{label, delta, base, with, d})
		}
		if ch.EarlyBase != nil {
			odds(p.T("scenario.tile.by", deadlineIn(t.Early, p.Lang)), w.EarlyDelta, w.EarlyBase, w.EarlyWith, ch.EarlyBase, ch.EarlyWith)
		}
		if ch.LateBase != nil {
			odds(p.T("scenario.tile.by", deadlineIn(t.Late, p.Lang)), w.LateDelta, w.LateBase, w.LateWith, ch.LateBase, ch.LateWith)
		}
		date := movedTile{p.T("expected"), w.DateDelta, w.Base, w.With, "same"}
		switch {
		case ch.WithDate.IsZero() && !ch.Expected.IsZero(), !ch.Expected.IsZero() && ch.WithDate.After(ch.Expected.Time):
			date.Direction = "worse"
		case ch.Expected.IsZero() && !ch.WithDate.IsZero(), ch.WithDate.Before(ch.Expected.Time):
			date.Direction = "better"
		}
		if date.Delta == "" {
			date.Delta = w.With
		}
		out = append(out, date)
		cost := movedTile{p.T("scenario.cost"), p.T("scenario.cost.none"), "", "", "none"}
		if ch.CostBase != nil {
			cost = movedTile{p.T("scenario.cost"), w.CostDelta, phrase.Amount(*ch.CostBase, "元", p.Lang), phrase.Amount(*ch.CostWith, "元", p.Lang), "same"}
		}
		out = append(out, cost)
	}
	return out
}

// delta1 is a difference to whole percentage points.
func delta1(a, b *float64) float64 { return math.Round(100 * delta(a, b)) }

// compared sets with beside base, target by target.
func (p *page) compared(base, with *outlook.Outlook, sc scenario.Scenario) comparison {
	out := comparison{
		Policy: base.Policy.ID, AsOf: base.AsOf, Demo: base.State.Demo, Scenario: sc,
		Levers: sc.Moved().Key(), Assumptions: p.assumptions(with, sc),
		Headline: headline(base, with, sc), Changes: []change{}, Rows: []changeWords{},
	}
	costs := costs(with)
	for i := range base.Targets {
		a := &base.Targets[i]
		b, ok := with.Target(a.ID)
		if !ok || !forecast(a) || b.Attainment == nil {
			continue
		}
		ch := change{
			Target: a.ID, Expected: outlook.Day{Time: a.Attainment.Passage.Median}, WithDate: outlook.Day{Time: b.Attainment.Passage.Median},
			StatusBase: a.Status, StatusWith: b.Status,
			LateBase: share(a.Attainment.LateLow), LateWith: share(b.Attainment.LateLow),
		}
		if !a.Early.Equal(a.Late) {
			ch.EarlyBase, ch.EarlyWith = share(a.Attainment.EarlyLow), share(b.Attainment.EarlyLow)
		}
		if x, ok := costs[a.ID]; ok {
			ch.CostBase, ch.CostWith = &x.base, &x.with
		}
		out.Changes = append(out.Changes, ch)
		out.Rows = append(out.Rows, p.changeWords(a, b, ch))
	}
	out.tables(p, with)
	return out
}

// tables adds what only some scenarios have: a bill, a budget, and the second view
// of counts of people.
func (out *comparison) tables(p *page, with *outlook.Outlook) {
	out.Bill, out.Held = with.Bill, orEmpty(with.Held)
	base := "/export/"
	moved := p.moved()
	for _, t := range []struct {
		table report.Table
		to    **tableView
	}{{report.Bill(with, p.Lang), &out.BillTable}, {report.Budget(with, p.Lang), &out.BudgetTable}, {report.Held(with, p.Lang), &out.HeldTable}} {
		if len(t.table.Rows) > 0 {
			*t.to = p.table(t.table, base+t.table.Name, moved...)
		}
	}
}

// moved are the levers of the request's address, as pairs for another address.
func (p *page) moved() []string {
	return []string{"intake", p.Query("intake"), "growth", p.Query("growth"), "levers", p.Query("levers")}
}

// spending is what a target's additions cost, in 元.
type spending struct{ base, with float64 }

// costs adds the bill's lines up the tree of targets.
func costs(o *outlook.Outlook) map[string]spending {
	out := map[string]spending{}
	if o.Bill == nil {
		return out
	}
	for _, l := range o.Bill.Lines {
		id := l.Target
		for range o.Targets { // a tree is no deeper than it has targets
			x := out[id]
			out[id] = spending{x.base + l.Base, x.with + l.With}
			t, ok := o.Target(id)
			if !ok || t.ParentID == "" || t.Relation == datasets.Detail {
				break
			}
			id = o.Policy.Canonical(t.ParentID)
		}
	}
	return out
}

func (p *page) changeWords(a, b *outlook.Target, ch change) changeWords {
	w := changeWords{
		Target: a.ID, Name: a.Short(p.Lang), URL: p.Under("/t/" + a.ID),
		EarlyBase: chance(ch.EarlyBase), EarlyWith: chance(ch.EarlyWith), EarlyDelta: points(ch.EarlyBase, ch.EarlyWith),
		LateBase: chance(ch.LateBase), LateWith: chance(ch.LateWith), LateDelta: points(ch.LateBase, ch.LateWith),
		Base: phrase.Month(ch.Expected.Time, p.Lang), With: phrase.Month(ch.WithDate.Time, p.Lang),
		DateDelta: p.months(ch.Expected.Time, ch.WithDate.Time),
		Status:    string(b.Status), StatusText: b.Word(p.Lang), Icon: b.Status.Icon(), Direction: "same",
	}
	if ch.CostBase != nil {
		w.CostDelta = phrase.Difference(*ch.CostWith-*ch.CostBase, "元", p.Lang)
	}
	w.Changed = w.LateDelta != "0" && w.LateDelta != "" || w.EarlyDelta != "0" && w.EarlyDelta != "" || !ch.Expected.Equal(ch.WithDate.Time) ||
		ch.CostBase != nil && math.Abs(*ch.CostWith-*ch.CostBase) >= 1
	switch d := delta(ch.LateBase, ch.LateWith) + delta(ch.EarlyBase, ch.EarlyWith); {
	case d >= 0.005:
		w.Direction = "better"
	case d <= -0.005:
		w.Direction = "worse"
	}
	return w
}

func share(p target.Probability) *float64 {
	if math.IsNaN(p.P) {
		return nil
	}
	return &p.P
}

func chance(p *float64) string {
	if p == nil {
		return phrase.Missing
	}
	return phrase.Probability(*p)
}

func delta(a, b *float64) float64 {
	if a == nil || b == nil {
		return 0
	}
	return *b - *a
}

// points writes a change of probability in percentage points: +12, −3, 0.
func points(a, b *float64) string {
	if a == nil || b == nil {
		return ""
	}
	switch d := math.Round(100 * (*b - *a)); {
	case d > 0:
		return fmt.Sprintf("+%.0f", d)
	case d < 0:
		return fmt.Sprintf("−%.0f", -d)
	}
	return "0"
}

// months writes by how much a date moves.
func (p *page) months(a, b time.Time) string {
	if a.IsZero() || b.IsZero() {
		return ""
	}
	n := (b.Year()-a.Year())*12 + int(b.Month()) - int(a.Month())
	switch {
	case n < 0:
		return p.T("scenario.earlier", -n)
	case n > 0:
		return p.T("scenario.later", n)
	}
	return p.T("scenario.unmoved")
}

// assumptions are all that is needed to come to the same numbers again, in words.
func (p *page) assumptions(o *outlook.Outlook, sc scenario.Scenario) string {
	return p.T("scenario.assumed", sc.Text(p.Lang, report.ScopeName(o, p.Lang)), phrase.Date(o.AsOf.Time, p.Lang), phrase.Number(float64(o.Paths), 0), o.Seed, o.State.Version, p.Version)
}

// headline says in a sentence what the levers do to the first headline target
// that has a forecast, and to how many lights.
func headline(base, with *outlook.Outlook, sc scenario.Scenario) outlook.Text {
	if sc.Baseline() {
		return outlook.Text{
			Zh: "未调整任何杠杆：以下为基准情形。",
			En: "No lever is moved: what follows is the baseline.",
		}
	}
	better, worse := 0, 0
	for i := range base.Targets {
		a := &base.Targets[i]
		b, ok := with.Target(a.ID)
		if !ok || !forecast(a) || b.Attainment == nil {
			continue
		}
		switch d := delta(share(a.Attainment.LateLow), share(b.Attainment.LateLow)); {
		case d >= 0.005:
			better++
		case d <= -0.005:
			worse++
		}
	}
	zh := sc.Text(phrase.Zh, func(id string) string { return base.Scope(id, phrase.Zh) }) + "："
	en := sc.Text(phrase.En, func(id string) string { return base.Scope(id, phrase.En) }) + ": "
	moved := false
	for _, a := range base.Headlines() {
		b, ok := with.Target(a.ID)
		if !ok || !forecast(a) || b.Attainment == nil {
			continue
		}
		// The deadline at which the levers show most.
		date, from, to := a.Late, a.Attainment.LateLow, b.Attainment.LateLow
		if e, f := a.Attainment.EarlyLow, b.Attainment.EarlyLow; math.Abs(f.P-e.P) > math.Abs(to.P-from.P) {
			date, from, to = a.Early, e, f
		}
		if !(math.Abs(to.P-from.P) >= 0.005) {
			continue
		}
		moved = true
		pa, pb := phrase.Probability(from.P), phrase.Probability(to.P)
		zh += fmt.Sprintf("%s在%s前完成的概率由%s变为%s；", a.Short(phrase.Zh), deadlineIn(date, phrase.Zh), pa, pb)
		en += fmt.Sprintf("P(%s by %s) from %s to %s; ", a.Short(phrase.En), deadlineIn(date, phrase.En), pa, pb)
	}
	if !moved {
		zh += "总体目标的概率基本不变；"
		en += "the headline targets hardly move; "
	}
	return outlook.Text{
		Zh: zh + fmt.Sprintf("最后期限前完成的概率上升%d项、下降%d项。", better, worse),
		En: en + fmt.Sprintf("by the last deadline %d are up, %d down.", better, worse),
	}
}

// deadlineIn writes a deadline within a sentence: 2021年底, the end of 2021.
func deadlineIn(d time.Time, lang string) string {
	switch {
	case d.Month() != time.December || d.Day() != 31:
		return phrase.Date(d, lang)
	case lang == phrase.En:
		return fmt.Sprintf("the end of %d", d.Year())
	}
	return fmt.Sprintf("%d年底", d.Year())
}
