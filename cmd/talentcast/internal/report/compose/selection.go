package compose

import (
	"math"
	"slices"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/cmd/talentcast/internal/report/document"
)

// mostScenarios is how many scenarios one report compares.
const mostScenarios = 4

// clearly is the least change of a probability that is said to be one: two points,
// beyond what the simulation leaves open with shared random numbers.
const clearly = 0.02

// selectionFacts are the facts of a comparison.
type selectionFacts struct {
	facts
	Scenarios []scenarioFacts
}

// scenarioFacts are what there is to say of one scenario.
type scenarioFacts struct {
	Name, Text    string // its levers in words
	Better, Worse int    // targets whose probability by the late deadline moves by two points
	Most          string // the one that moves most, with both probabilities
	Cost          string // more than the baseline; empty where no cost is stated
}

// selection sets scenarios beside the baseline.
func (w *writer) selection() {
	w.marks()
	w.Scenarios = w.Scenarios[:min(mostScenarios, len(w.Scenarios))]
	c := selectionFacts{facts: w.f}
	for _, s := range w.Scenarios {
		c.Scenarios = append(c.Scenarios, w.scenario(s))
	}
	opening := w.say("opening", string(Selection), c)
	w.paragraph(document.Lead, opening)
	section := func(n int, title string) { w.heading(1, w.numbered(1, n, title)) }
	section(1, pick(w.Lang, "各情景的设定与结果", "The scenarios and what they come to"))
	for i, s := range c.Scenarios {
		w.heading(2, w.numbered(2, i+1, s.Name))
		w.paragraph(document.Body, w.say("scenario", "", s))
	}
	section(2, pick(w.Lang, "总体目标比较", "Headline targets compared"))
	heads := w.headTable()
	w.add(heads)
	chart, err := report.ScenariosChart(w.Outlook, w.Scenarios, w.Lang)
	pic, ok := w.picture(chart, err)
	if ok {
		w.add(pic)
	}
	section(3, pick(w.Lang, "变化明显的目标", "Targets that change"))
	w.moved()
	w.costs()
	section(4, pick(w.Lang, "方法与数据说明", "Method and data"))
	w.method()
	w.slide(w.say("slide", string(Selection), c), nonEmpty(opening), heads)
	if ok {
		w.slide(pick(w.Lang, "完成概率比较", "Probabilities compared"), nil, pic)
	}
	for _, s := range c.Scenarios {
		said := w.say("scenario", "", s)
		w.slide(s.Name, []string{said}, document.List{Items: [][]document.Run{{{Text: said}}}})
	}
}

// scenario counts what a scenario changes.
func (w *writer) scenario(s report.Compared) scenarioFacts {
	f := scenarioFacts{Name: s.Name, Text: s.Of.Scenario.Text(w.Lang, func(id string) string { return s.Of.Scope(id, w.Lang) })}
	most := 0.0
	for i := range w.Outlook.Targets {
		x := &w.Outlook.Targets[i]
		d, p, q := w.moves(x, s.Of)
		if math.IsNaN(d) {
			continue
		}
		switch {
		case d >= clearly:
			f.Better++
		case d <= -clearly:
			f.Worse++
		default:
			continue
		}
		if math.Abs(d) > most {
			most = math.Abs(d)
			f.Most = x.Short(w.Lang) + pick(w.Lang, "（由", " (from ") + inWords(p, w.Lang) + pick(w.Lang, "变为", " to ") + inWords(q, w.Lang) + pick(w.Lang, "）", ")")
		}
	}
	if b := s.Of.Bill; b != nil && b.With-b.Base > 0 {
		f.Cost = phrase.Amount(b.With-b.Base, "元", w.Lang)
	}
	return f
}

// moves is by how much a target's probability by the late deadline differs from
// the baseline's, and both; NaN where there is none.
func (w *writer) moves(x *outlook.Target, of *outlook.Outlook) (d, base, with float64) {
	y, ok := of.Target(x.ID)
	if !ok || x.SameAs != "" || x.Attainment == nil || y.Attainment == nil {
		return math.NaN(), 0, 0
	}
	base, with = x.Attainment.LateLow.P, y.Attainment.LateLow.P
	return with - base, base, with
}

// headTable is the headline targets under every scenario.
func (w *writer) headTable() document.Table {
	t := document.Table{ID: w.id(), Caption: pick(w.Lang, "总体目标在各情景下的完成概率与预计完成时间", "The headline targets under every scenario"), Columns: []document.Column{
		w.column("目标", "target", document.Left, 1.6), w.column("期限", "deadline", document.Left, 1.2), w.column("基准", "baseline", document.Right, 1.6),
	}}
	for _, s := range w.Scenarios {
		t.Columns = append(t.Columns, document.Column{Title: s.Name, Align: document.Right, Width: 1.6})
	}
	for _, x := range w.Outlook.Headlines() {
		f := targetOf(w.Outlook, x, w.Lang)
		if !f.HasP {
			continue
		}
		for _, early := range []bool{true, false} {
			if early && f.EarlyP == "" {
				continue
			}
			name, by := x.Short(w.Lang), f.Late
			if early {
				by = f.Early
			}
			row := []document.Cell{text(name), text(by)}
			for _, o := range w.all() {
				row = append(row, headCell(o, x.ID, early))
			}
			t.Rows = append(t.Rows, row)
		}
		row := []document.Cell{text(x.Short(w.Lang)), text(pick(w.Lang, "预计完成", "expected"))}
		for _, o := range w.all() {
			y, _ := o.Target(x.ID)
			row = append(row, text(report.ExpectedText(y, w.Lang)))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// all are the baseline and the scenarios.
func (w *writer) all() []*outlook.Outlook {
	out := []*outlook.Outlook{w.Outlook}
	for _, s := range w.Scenarios {
		out = append(out, s.Of)
	}
	return out
}

func headCell(o *outlook.Outlook, id string, early bool) document.Cell {
	y, ok := o.Target(id)
	if !ok || y.Attainment == nil {
		return text("")
	}
	if early {
		return odds(y.Attainment.EarlyLow, true)
	}
	return odds(y.Attainment.LateLow, true)
}

// moved lists the targets that any scenario moves, by the late deadline.
func (w *writer) moved() {
	t := document.Table{ID: w.id(), Caption: pick(w.Lang, "各情景下变化明显的目标（晚期限前完成概率）", "Targets that change clearly (probability by the late deadline)"), Columns: []document.Column{
		w.column("目标", "target", document.Left, 2.6), w.column("牵头部门", "lead", document.Left, 1.8), w.column("基准", "baseline", document.Right, 1),
	}}
	for _, s := range w.Scenarios {
		t.Columns = append(t.Columns, document.Column{Title: s.Name, Align: document.Right, Width: 1.2})
	}
	for i := range w.Outlook.Targets {
		x := &w.Outlook.Targets[i]
		if !slices.ContainsFunc(w.Scenarios, func(s report.Compared) bool {
			d, _, _ := w.moves(x, s.Of)
			return math.Abs(d) >= clearly
		}) {
			continue
		}
		row := []document.Cell{text(x.Short(w.Lang)), text(report.DepartmentNames(w.Outlook.Policy, x.Lead, w.Lang))}
		for _, o := range w.all() {
			row = append(row, headCell(o, x.ID, false))
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) == 0 {
		w.paragraph(document.Body, pick(w.Lang, "没有目标的完成概率变化达到2个百分点。", "No target's probability changes by two points."))
		return
	}
	w.add(t)
}

// costs lists what the scenarios cost that state a cost.
func (w *writer) costs() {
	for _, s := range w.Scenarios {
		if s.Of.Bill == nil || len(s.Of.Bill.Lines) == 0 {
			continue
		}
		w.add(report.DocTable(report.Bill(s.Of, w.Lang), w.id(), s.Name+pick(w.Lang, "：费用", ": cost")))
	}
}
