package compose

import (
	"slices"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	lights "talentcast/analytics/target"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/cmd/talentcast/internal/report/document"
	"talentcast/datasets"
)

// evaluation is the whole: where things stand, the headline targets, every plan,
// the fund, what is red and orange and whose it is, how it was reckoned, and every
// target in an annex.
func (w *writer) evaluation() {
	w.marks()
	w.paragraph(document.Lead, w.say("summary", "", w.f))
	w.paragraph(document.Body, w.say("changes", "", w.f))
	w.add(document.Contents{Title: pick(w.Lang, "目录", "Contents")})
	n := 0
	section := func(title string) {
		n++
		w.heading(1, w.numbered(1, n, title))
	}
	section(pick(w.Lang, "总体情况", "Overall"))
	w.overall()
	section(pick(w.Lang, "总体目标", "Headline targets"))
	w.headlines()
	section(pick(w.Lang, "各计划进展", "Plan by plan"))
	w.plans()
	if len(w.Outlook.Money) > 0 {
		section(pick(w.Lang, "资金", "The fund"))
		w.money()
	}
	section(pick(w.Lang, "红灯、橙灯目标及责任部门", "Red and orange targets and who leads them"))
	w.urgent()
	section(pick(w.Lang, "方法与数据说明", "Method and data"))
	w.method()
	w.annex()
	w.summarySlides()
	w.moneySlide()
}

// overall is how many targets there are by plan and light.
func (w *writer) overall() {
	w.paragraph(document.Body, w.Outlook.Verdict.In(w.Lang))
	w.figure("status")
	w.figure("progress")
}

func (w *writer) headlines() {
	for i, x := range w.Outlook.Headlines() {
		f := targetOf(w.Outlook, x, w.Lang)
		w.heading(2, w.numbered(2, i+1, x.Name(w.Lang)))
		w.paragraph(document.Body, w.say("target", "", f))
		w.paragraph(document.Body, w.say("pace", "", f))
		if pic, ok := w.fan(x); ok {
			w.add(pic)
		}
	}
}

// plans is a section for every plan: how many lights, its targets, and sentences
// for what is red or orange.
func (w *writer) plans() {
	n := 0
	for _, plan := range w.Outlook.Policy.Plans {
		of := func(x *outlook.Target) bool { return x.PlanID == plan.ID }
		p := tally(w.Outlook, of)
		if p.Total == 0 {
			continue
		}
		n++
		p.Name = plan.Name(w.Lang)
		w.heading(2, w.numbered(2, n, p.Name))
		w.paragraph(document.Body, w.say("plan", "", p))
		var xs []*outlook.Target
		for i := range w.Outlook.Targets {
			if x := &w.Outlook.Targets[i]; x.SameAs == "" && of(x) {
				xs = append(xs, x)
			}
		}
		slices.SortStableFunc(xs, func(a, b *outlook.Target) int { return rank(a.Status) - rank(b.Status) })
		w.add(w.targets(pick(w.Lang, p.Name+"目标完成情况", p.Name+": targets"), xs, false))
		for _, x := range urgent(w.Outlook, of) {
			w.paragraph(document.Body, w.say("target", "", targetOf(w.Outlook, x, w.Lang)))
		}
	}
}

func rank(s lights.Status) int { return slices.Index(lights.Statuses(), s) }

func (w *writer) money() {
	w.paragraph(document.Body, w.say("money", "", w.f))
	if slices.Contains(report.PolicyChartNames(w.Outlook), "flow") {
		w.figure("flow")
	}
	w.add(w.moneyTable())
}

// moneyTable is what was budgeted, paid in and spent in every year.
func (w *writer) moneyTable() document.Table {
	stages := []string{"预算", "到位", "支出"}
	sums := map[int]map[string]datasets.Fen{}
	var years []int
	for _, m := range w.Outlook.Money {
		if sums[m.Year] == nil {
			sums[m.Year] = map[string]datasets.Fen{}
			years = append(years, m.Year)
		}
		sums[m.Year][m.Stage] += m.Amount
	}
	slices.Sort(years)
	wan := pick(w.Lang, "（万元）", " (¥10k)")
	t := document.Table{ID: w.id(), Caption: pick(w.Lang, "资金分年情况", "The fund by year"), Columns: []document.Column{
		w.column("年份", "year", document.Left, 1), w.column("预算"+wan, "budget"+wan, document.Right, 1.4),
		w.column("到位"+wan, "paid in"+wan, document.Right, 1.4), w.column("支出"+wan, "spent"+wan, document.Right, 1.4),
	}}
	total := map[string]datasets.Fen{}
	row := func(name string, of map[string]datasets.Fen, bold bool) {
		cells := []document.Cell{{Text: name, Bold: bold}}
		for _, st := range stages {
			v := float64(of[st]) / 1e6
			cells = append(cells, document.Cell{Text: phrase.Number(v, 2), Value: v, Format: "#,##0.00", Bold: bold})
		}
		t.Rows = append(t.Rows, cells)
	}
	for _, y := range years {
		row(phrase.Number(float64(y), 0), sums[y], false)
		for st, v := range sums[y] {
			total[st] += v
		}
	}
	row(pick(w.Lang, "合计", "total"), total, true)
	for i := range t.Rows[:len(years)] { // a year is a name, not a quantity
		t.Rows[i][0].Text = yearText(years[i])
	}
	return t
}

// urgent lists what is red and orange, with who leads it and why.
func (w *writer) urgent() {
	w.paragraph(document.Body, w.say("urgent", "", w.f))
	all := urgent(w.Outlook, func(*outlook.Target) bool { return true })
	if len(all) == 0 {
		return
	}
	t := document.Table{ID: w.id(), Caption: pick(w.Lang, "红灯、橙灯目标及责任部门", "Red and orange targets and who leads them"), Columns: []document.Column{
		w.column("状态", "status", document.Left, 1.5), w.column("目标", "target", document.Left, 2.2), w.column("牵头部门", "lead", document.Left, 1.6), w.column("情况", "why", document.Left, 4),
	}}
	for _, x := range all {
		t.Rows = append(t.Rows, []document.Cell{
			w.status(x), text(x.Short(w.Lang)), text(report.DepartmentNames(w.Outlook.Policy, x.Lead, w.Lang)), text(x.Reason.In(w.Lang)),
		})
	}
	w.add(t)
}

func (w *writer) method() {
	w.paragraph(document.Body, w.say("method", "", w.f))
	w.paragraph(document.Body, w.say("data", "", w.f))
	if note := w.Outlook.Policy.Note(w.Lang); note != "" {
		w.paragraph(document.Note, note)
	}
	if src := w.Outlook.Policy.Source; src != "" {
		w.paragraph(document.Note, pick(w.Lang, "政策来源：", "Source of the policy: ")+src)
	}
}

// annex is every target of the policy, on landscape pages.
func (w *writer) annex() {
	w.add(document.Break{})
	w.heading(1, pick(w.Lang, "附件：全部目标", "Annex: all targets"))
	t := document.Table{ID: w.id(), Caption: pick(w.Lang, "全部目标完成情况", "All targets"), Wide: true, Columns: []document.Column{
		w.column("编号", "id", document.Left, 1), w.column("目标", "target", document.Left, 3.4), w.column("要求", "goal", document.Right, 1.4), w.column("实际", "actual", document.Right, 1.4),
		w.column("完成率", "completed", document.Right, 1.1), w.column("序时进度", "time gone", document.Right, 1.1), w.column("早期限前", "P (early)", document.Right, 1),
		w.column("晚期限前", "P (late)", document.Right, 1), w.column("预计完成", "expected", document.Left, 1.5), w.column("状态", "status", document.Left, 1.4), w.column("牵头部门", "lead", document.Left, 2),
	}}
	for i := range w.Outlook.Targets {
		x := &w.Outlook.Targets[i]
		f := targetOf(w.Outlook, x, w.Lang)
		var early, late lights.Probability
		if x.Attainment != nil {
			early, late = x.Attainment.EarlyLow, x.Attainment.LateLow
		}
		t.Rows = append(t.Rows, []document.Cell{
			text(x.ID), text(x.Name(w.Lang)), text(goal(x, w.Lang)), amount(x.Actual, x.Unit, w.Lang), share(x.Completion), share(x.Elapsed),
			odds(early, f.HasP && f.EarlyP != ""), odds(late, f.HasP), text(f.Expected), w.status(x), text(report.DepartmentNames(w.Outlook.Policy, x.Lead, w.Lang)),
		})
	}
	w.add(t)
}

func (w *writer) moneySlide() {
	if len(w.Outlook.Money) == 0 {
		return
	}
	title, notes := w.say("slide.money", "", w.f), nonEmpty(w.say("money", "", w.f))
	if slices.Contains(report.PolicyChartNames(w.Outlook), "flow") {
		if pic, ok := w.picture(report.PolicyChart(w.Outlook, "flow", w.Lang)); ok {
			w.slide(title, notes, pic)
			return
		}
	}
	w.slide(title, notes, w.moneyTable())
}
