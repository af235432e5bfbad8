package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/charts"
	"talentcast/datasets"
)

// PlanTable is a target's plan year by year beside what was and what is to be
// expected.
func PlanTable(o *outlook.Outlook, x *outlook.Target, p outlook.AnnualPlan, lang string) Table {
	unit := phrase.Unit(x.Unit, lang)
	num := func(key, zh, en string) Column {
		return Column{Key: key, Title: pick(lang, zh, en), Unit: unit, Type: Number}
	}
	t := table(o, "plan", x.Name(lang)+pick(lang, "：年度分解", ": plan by year"), lang,
		Column{Key: "year", Title: pick(lang, "年度", "year"), Keep: true}, num("plan", "年末计划", "planned by the end"), num("actual", "实际", "actual"),
		num("median", "预测中位数", "median forecast"), num("lo80", "80%下限", "80% low"), num("hi80", "80%上限", "80% high"),
		Column{Key: "p", Title: pick(lang, "达到当年计划的概率", "P of the year's plan"), Type: Probability},
		num("share", "本年应增", "to be added in the year"), num("added", "本年已增", "added in the year"),
		Column{Key: "required", Title: pick(lang, "今后每期需", "needed per period from now")}, Column{Key: "state", Title: pick(lang, "状态", "status"), Keep: true})
	for _, y := range p.Years {
		var odds Cell
		if y.P != nil {
			odds = finite(y.P.P)
		}
		required := ""
		if y.Required != nil {
			required = PaceText(*y.Required, x, lang)
		}
		t.Rows = append(t.Rows, []Cell{
			strconv.Itoa(y.Year), number(y.Plan), number(y.Actual), rounded(y.Median), rounded(y.Lo80), rounded(y.Hi80), odds,
			number(y.Share), number(y.Added), required, y.State.Light().Icon() + " " + y.State.Words().In(lang),
		})
	}
	return t
}

func rounded(v *float64) Cell {
	if v == nil {
		return nil
	}
	return cents(*v)
}

// PlanOrigin is where a plan comes from, in words.
func PlanOrigin(p outlook.AnnualPlan, lang string) string {
	if !p.Own {
		return pick(lang, "默认按匀速推进至先期期限", "default: even progress to the early deadline")
	}
	return fmt.Sprintf(pick(lang, "第%d版，自%s起，%s：%s", "revision %d, from %s on, %s: %s"), p.Revision, phrase.Date(p.Known.Time, lang), p.By, p.Reason)
}

// PlanChart is the fan chart with the planned path of the years.
func PlanChart(o *outlook.Outlook, x *outlook.Target, p outlook.AnnualPlan, lang string) (charts.Chart, error) {
	f := frame(o, x, "plan", lang)
	f.Axis = levelAxis(x, lang)
	d := charts.FanData{
		Frame: f, History: points(x.History), Bands: bands(x.Fan), Low: x.Low, AsOf: o.AsOf.Time, Early: x.Early, Late: x.Late,
		FromZero: x.Measure == datasets.Cumulative || x.Measure == datasets.Stock, PlanName: pick(lang, "年度计划", "plan by year"),
	}
	if x.Low != nil {
		d.LowText = pick(lang, "目标 ", "goal ") + phrase.Amount(*x.Low, x.Unit, lang)
	}
	d.EarlyText, d.LateText = deadlineText(x.Early, lang), deadlineText(x.Late, lang)
	until := planEnd(o, x, p)
	d.Bands = slices.DeleteFunc(d.Bands, func(b charts.Band) bool { return b.Date.After(until) })
	if x.Late.After(until) {
		d.Late, d.LateText = time.Time{}, ""
	}
	if x.Measure == datasets.Cumulative {
		d.Plan = append(d.Plan, charts.Point{Date: x.Start, Value: 0})
	}
	var said []string
	for _, y := range p.Years {
		if y.Plan == nil || y.End.After(until) {
			continue
		}
		d.Plan = append(d.Plan, charts.Point{Date: y.End.Time, Value: *y.Plan})
		text := fmt.Sprintf(pick(lang, "%d年末计划%s", "planned by the end of %d: %s"), y.Year, phrase.Amount(*y.Plan, x.Unit, lang))
		if y.P != nil {
			text += fmt.Sprintf(pick(lang, "（概率%s）", " (probability %s)"), phrase.Probability(y.P.P))
		}
		said = append(said, text)
	}
	d.Alt = sentence(x.Name(lang), said, lang)
	return charts.Fan(d)
}

// planEnd is how far the chart of a plan runs: to the last year in which it still
// rises, the early deadline or a year from now, whichever is latest. Beyond, the fan
// would dwarf it.
func planEnd(o *outlook.Outlook, x *outlook.Target, p outlook.AnnualPlan) time.Time {
	until := x.Early
	if next := o.AsOf.AddDate(1, 0, 0); next.After(until) {
		until = next
	}
	last := math.Inf(-1)
	for _, y := range p.Years {
		if y.Plan != nil && *y.Plan > last {
			if last = *y.Plan; y.End.After(until) {
				until = y.End.Time
			}
		}
	}
	return until
}

// PlanTargets are the targets of a policy that have a plan by year and are led by
// the department; all of them for "".
func PlanTargets(o *outlook.Outlook, dept string) []*outlook.Target {
	var out []*outlook.Target
	for i := range o.Targets {
		x := &o.Targets[i]
		if x.SameAs == "" && x.Planned() && (dept == "" || slices.Contains(x.Lead, dept)) {
			out = append(out, x)
		}
	}
	return out
}

// Plans is the table of plans as it is written for a department to fill in, and
// read by [ingest.Plans]: a row a target, a column a year.
func Plans(o *outlook.Outlook, targets []*outlook.Target, revisions []datasets.PlanRevision, day time.Time, lang string) Table {
	first, last := math.MaxInt, 0
	for _, x := range targets {
		for _, y := range x.PlanYears() {
			first, last = min(first, y), max(last, y)
		}
	}
	t := table(o, "plans", pick(lang, "年度计划", "Plans by year"), lang,
		Column{Key: "id", Title: pick(lang, "编号", "id")}, Column{Key: "name", Title: pick(lang, "目标", "target"), Wide: true}, Column{Key: "unit", Title: pick(lang, "单位", "unit")},
		Column{Key: "goal", Title: pick(lang, "目标值", "goal"), Type: Number}, Column{Key: "origin", Title: pick(lang, "现行计划", "plan now"), Wide: true},
		Column{Key: "revision", Title: pick(lang, "版次", "revision"), Type: Number}, Column{Key: "known", Title: pick(lang, "确定日期", "known from"), Type: Date}, Column{Key: "reason", Title: pick(lang, "理由", "reason"), Wide: true})
	for y := first; y <= last; y++ {
		t.Columns = append(t.Columns, Column{Key: strconv.Itoa(y), Title: pick(lang, strconv.Itoa(y)+"年", strconv.Itoa(y)), Type: Number})
	}
	for _, x := range targets {
		p, ok := o.PlanOf(x, revisions, day, nil)
		if !ok {
			continue
		}
		row := []Cell{x.ID, x.Name(lang), x.Unit, amountCell(*x.Low, x.Unit), PlanOrigin(p, lang), float64(p.Latest), nil, nil}
		cells := map[int]Cell{}
		for _, y := range p.Years {
			if y.Plan != nil {
				cells[y.Year] = amountCell(*y.Plan, x.Unit)
			}
		}
		for y := first; y <= last; y++ {
			row = append(row, cells[y])
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// amountCell is a figure of a plan: money in whole fen.
func amountCell(v float64, unit string) Cell {
	if unit == "元" {
		return math.Round(v*100) / 100
	}
	return v
}

// YearRateText is 年度计划完成率: the figure ÷ what is planned for the running year's
// end.
func YearRateText(p outlook.AnnualPlan) string {
	if p.Rate == nil {
		return phrase.Missing
	}
	return phrase.Percent(*p.Rate)
}

// Notes are what is said of a target, withdrawn ones among it.
func Notes(o *outlook.Outlook, x *outlook.Target, notes []datasets.Note, lang string) Table {
	t := table(o, "notes", x.Name(lang)+pick(lang, "：说明", ": notes"), lang,
		Column{Key: "at", Title: pick(lang, "日期", "date"), Type: Date}, Column{Key: "by", Title: pick(lang, "作者", "author")},
		Column{Key: "text", Title: pick(lang, "说明", "note"), Wide: true},
		Column{Key: "withdrawn_at", Title: pick(lang, "撤回日期", "withdrawn on"), Type: Date}, Column{Key: "withdrawn_by", Title: pick(lang, "撤回人", "withdrawn by")},
		Column{Key: "withdrawn_why", Title: pick(lang, "撤回原因", "why withdrawn"), Wide: true})
	for _, n := range notes {
		t.Rows = append(t.Rows, []Cell{n.At, n.By, n.Text, date(n.WithdrawnAt), n.WithdrawnBy, n.WithdrawnWhy})
	}
	return t
}
