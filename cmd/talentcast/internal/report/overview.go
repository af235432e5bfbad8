package report

import (
	"math"
	"strings"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	lights "talentcast/analytics/target"
)

// PolicyTableNames lists the tables there are of a policy. The comparison of a
// scenario with the baseline is made by [Comparison], the list of files by
// [Batches].
func PolicyTableNames() []string { return []string{"overview", "status", "money", "models"} }

// PolicyTable is a table of the whole policy by its name. An unknown name is
// [fault.NotFound].
func PolicyTable(o *outlook.Outlook, name, lang string) (Table, error) {
	switch name {
	case "overview":
		return Overview(o, lang), nil
	case "status":
		return statusTable(o, lang), nil
	case "models":
		return Models(o, lang), nil
	case "money":
		return moneyTable(o, lang), nil
	}
	return Table{}, fault.Newf(fault.NotFound, "没有表 %[1]q；可用：%[2]s。", "There is no table %[1]q; there are %[2]s.", name, strings.Join(PolicyTableNames(), ", "))
}

// Overview is every target of the policy, one a row. Goal and actual stand there
// twice: in words with their unit, for reading, and as numbers, for reckoning.
func Overview(o *outlook.Outlook, lang string) Table {
	c := func(key, zh, en string, ty Type) Column { return Column{Key: key, Title: pick(lang, zh, en), Type: ty} }
	keep := func(c Column) Column { c.Keep = true; return c }
	wide := func(c Column) Column { c.Wide = true; return c }
	t := table(o, "overview", pick(lang, "目标总览", "All targets"), lang,
		keep(c("id", "编号", "id", Text)), keep(wide(c("name", "目标", "target", Text))), c("plan", "计划", "plan", Text), c("lead", "牵头部门", "lead department", Text),
		c("measure", "计量方式", "measure", Text), keep(c("target", "目标值", "goal", Text)), keep(c("actual", "实际", "actual", Text)),
		c("completion", "完成率", "completed", Percent), c("elapsed", "序时进度", "time elapsed", Percent),
		c("early", "早期限", "early deadline", Date), c("p_early", "早期限前概率", "P(by early)", Probability),
		c("late", "晚期限", "late deadline", Date), keep(c("p_late", "晚期限前概率", "P(by late)", Probability)),
		c("p_early_high", "早期限前达上限概率", "P(ambition by early)", Probability), c("p_late_high", "晚期限前达上限概率", "P(ambition by late)", Probability),
		c("expected", "预计完成", "expected", Text), c("interval", "80%区间", "80% interval", Text),
		c("required_early", "早期限所需速度", "pace for early", Text), c("required", "晚期限所需速度", "pace for late", Text), c("recent", "近期速度", "recent pace", Text),
		keep(c("status", "状态", "status", Text)), wide(c("reason", "原因", "reason", Text)), c("same_as", "同", "same as", Text),
		c("low", "目标下限", "low end", Number), c("high", "目标上限", "high end", Number), c("value", "实际值", "actual figure", Number), c("unit", "单位", "unit", Text))
	for i := range o.Targets {
		t.Rows = append(t.Rows, overviewRow(o, &o.Targets[i], lang))
	}
	return t
}

func overviewRow(o *outlook.Outlook, x *outlook.Target, lang string) []Cell {
	var actual, expected, interval, early, late, recent string
	if x.Actual != nil {
		actual = phrase.Amount(*x.Actual, x.Unit, lang)
	}
	var p [4]Cell
	if a := x.Attainment; a != nil {
		p[0], p[1] = finite(a.EarlyLow.P), finite(a.LateLow.P)
		if x.High != nil && (x.Low == nil || *x.High > *x.Low) {
			p[2], p[3] = finite(a.EarlyHigh.P), finite(a.LateHigh.P)
		}
		expected, interval = ExpectedText(x, lang), IntervalText(x, lang)
	}
	if p := x.Pace; p != nil {
		early, late, recent = PaceText(p.RequiredEarly, x, lang), PaceText(p.RequiredLate, x, lang), PaceText(p.Recent, x, lang)
	}
	return []Cell{
		x.ID, x.Name(lang), PlanName(o.Policy, x.PlanID, lang), DepartmentNames(o.Policy, x.Lead, lang),
		MeasureName(x.Measure, lang), GoalText(x.Target, lang), actual, number(x.Completion), number(x.Elapsed),
		date(x.Early), p[0], date(x.Late), p[1], p[2], p[3], expected, interval, early, late, recent,
		x.Status.Icon() + " " + x.Word(lang), x.Reason.In(lang), x.SameAs,
		number(x.Low), number(x.High), number(x.Actual), phrase.Unit(x.Unit, lang),
	}
}

// statusTable is the table behind the status chart: plan by light.
func statusTable(o *outlook.Outlook, lang string) Table {
	t := table(o, "status", ChartTitle("status", lang), lang, Column{Key: "plan", Title: pick(lang, "计划", "plan"), Keep: true})
	for _, s := range lights.Statuses() {
		t.Columns = append(t.Columns, Column{Key: string(s), Title: s.Icon() + " " + s.Word(lang), Type: Number})
	}
	t.Columns = append(t.Columns, Column{Key: "total", Title: pick(lang, "合计", "all"), Type: Number})
	names, counts := groups(o, lang)
	totals := make([]float64, len(t.Columns)-1)
	add := func(name string, figures []float64) {
		row := []Cell{name}
		for _, v := range figures {
			row = append(row, v)
		}
		t.Rows = append(t.Rows, row)
	}
	for g, name := range names {
		figures := make([]float64, len(totals))
		for k, n := range counts[g] {
			figures[k] = float64(n)
			figures[len(figures)-1] += float64(n)
		}
		for k, v := range figures {
			totals[k] += v
		}
		add(name, figures)
	}
	add(pick(lang, "合计", "all"), totals)
	return t
}

// Comparison sets a scenario beside the baseline, one forecast target a row.
func Comparison(base, with *outlook.Outlook, lang string) Table {
	c := func(key, zh, en string, ty Type) Column { return Column{Key: key, Title: pick(lang, zh, en), Type: ty} }
	t := table(with, "comparison", pick(lang, "情景对比", "Scenario against baseline"), lang,
		c("id", "编号", "id", Text), c("name", "目标", "target", Text),
		c("early0", "早期限前概率：基准", "P(by early): baseline", Probability), c("early1", "早期限前概率：情景", "P(by early): scenario", Probability),
		c("late0", "晚期限前概率：基准", "P(by late): baseline", Probability), c("late1", "晚期限前概率：情景", "P(by late): scenario", Probability),
		Column{Key: "dlate", Title: pick(lang, "变化", "change"), Unit: pick(lang, "百分点", "points"), Type: Number},
		c("date0", "预计完成：基准", "expected: baseline", Text), c("date1", "预计完成：情景", "expected: scenario", Text), c("status1", "情景状态", "status in scenario", Text))
	for i := range base.Targets {
		b := &base.Targets[i]
		w, ok := with.Target(b.ID)
		if !ok || b.SameAs != "" || b.Attainment == nil || w.Attainment == nil || math.IsNaN(b.Attainment.LateLow.P) {
			continue
		}
		t.Rows = append(t.Rows, []Cell{
			b.ID, b.Name(lang), finite(b.Attainment.EarlyLow.P), finite(w.Attainment.EarlyLow.P), finite(b.Attainment.LateLow.P), finite(w.Attainment.LateLow.P),
			math.Round((w.Attainment.LateLow.P-b.Attainment.LateLow.P)*1000) / 10,
			ExpectedText(b, lang), ExpectedText(w, lang), w.Status.Icon() + " " + w.Word(lang),
		})
	}
	return t
}
