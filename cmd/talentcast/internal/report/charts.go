package report

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"talentcast/analytics"
	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	lights "talentcast/analytics/target"
	"talentcast/charts"
	"talentcast/datasets"
)

// ChartNames lists the charts that make sense for a target, the main one first.
func ChartNames(x *outlook.Target) []string {
	var names []string
	numeric := x.Measure == datasets.Cumulative || x.Measure == datasets.Stock || x.Measure == datasets.Ratio || x.Measure == datasets.Trend
	if numeric && len(x.History) > 0 {
		names = append(names, "fan")
	}
	if len(x.Duties) > 0 {
		names = append(names, "duty")
	}
	if len(x.Growth) > 0 {
		names = append(names, "growth")
	}
	if x.Pace != nil && !math.IsNaN(x.Pace.RequiredLate) && x.Pace.RequiredLate > 0 {
		names = append(names, "pace")
	}
	if numeric && len(x.Periodic) > 1 {
		names = append(names, "periodic")
	}
	if x.Model != nil && len(x.Model.Past) > 0 {
		names = append(names, "backtest")
	}
	return names
}

// Chart makes a target's chart; with is a scenario's outlook to draw beside the
// baseline, or nil.
func Chart(o *outlook.Outlook, id, name, lang string, with *outlook.Outlook) (charts.Chart, error) {
	x, err := target(o, id)
	if err != nil {
		return charts.Chart{}, err
	}
	if !slices.Contains(ChartNames(x), name) {
		return charts.Chart{}, fault.Newf(fault.NotFound, "目标 %[1]s 没有图 %[2]q；可用：%[3]s。", "The target %[1]s has no chart %[2]q; there are %[3]s.",
			id, name, strings.Join(ChartNames(x), ", "))
	}
	f := frame(o, x, lang)
	switch name {
	case "fan":
		return fan(o, x, f, with)
	case "periodic":
		return periodic(x, f)
	case "pace":
		return pace(x, f)
	case "backtest":
		return backtest(x, f)
	case "duty":
		return duty(x, f)
	}
	return growth(x, f)
}

func frame(o *outlook.Outlook, x *outlook.Target, lang string) charts.Frame {
	return charts.Frame{
		Title: x.ID + " " + x.Name(lang), Subtitle: pick(lang, "截至", "as of ") + phrase.Date(o.AsOf.Time, lang),
		Unit: phrase.Unit(x.Unit, lang), Lang: lang, Demo: o.State.Demo,
	}
}

// valueUnit is the unit by which a chart's formatter is chosen: money goes by
// its Chinese unit in both languages.
func valueUnit(x *outlook.Target, lang string) string {
	if x.Unit == "元" {
		return "元"
	}
	return phrase.Unit(x.Unit, lang)
}

func fan(o *outlook.Outlook, x *outlook.Target, f charts.Frame, with *outlook.Outlook) (charts.Chart, error) {
	f.Unit = valueUnit(x, f.Lang)
	d := charts.FanData{
		Frame: f, History: points(x.History), Bands: bands(x.Fan), Low: x.Low, High: x.High,
		AsOf: o.AsOf.Time, Early: x.Early, Late: x.Late, FromZero: x.Measure == datasets.Cumulative || x.Measure == datasets.Stock,
	}
	if x.Low != nil {
		d.LowText = pick(f.Lang, "目标 ", "goal ") + phrase.Amount(*x.Low, x.Unit, f.Lang)
	}
	if x.High != nil {
		d.HighText = pick(f.Lang, "上限目标 ", "ambition ") + phrase.Amount(*x.High, x.Unit, f.Lang)
	}
	d.EarlyText, d.LateText = deadlineText(x.Early, f.Lang), deadlineText(x.Late, f.Lang)
	if with != nil {
		if w, ok := with.Target(x.ID); ok {
			d.Scenario, d.ScenarioName = bands(w.Fan), pick(f.Lang, "情景", "scenario")
		}
	}
	d.Alt = x.Name(f.Lang) + pick(f.Lang, "：", ": ") + x.Reason.In(f.Lang)
	if a := x.Attainment; a != nil && !math.IsNaN(a.LateLow.P) {
		d.Alt += fmt.Sprintf(pick(f.Lang, "%s前完成概率%s。", " P(met by %s) %s."), phrase.Date(x.Late, f.Lang), phrase.Probability(a.LateLow.P))
	}
	return charts.Fan(d)
}

func deadlineText(d time.Time, lang string) string {
	switch {
	case d.IsZero():
		return ""
	case d.Month() == time.December && d.Day() == 31:
		return d.Format("2006") + pick(lang, "年底", " end")
	}
	return phrase.Date(d, lang)
}

func points(ps []outlook.Point) []charts.Point {
	out := make([]charts.Point, len(ps))
	for i, p := range ps {
		out[i] = charts.Point{Date: p.Date.Time, Value: p.Value}
	}
	return out
}

func bands(bs []outlook.Band) []charts.Band {
	out := make([]charts.Band, len(bs))
	for i, b := range bs {
		out[i] = charts.Band{Date: b.Date.Time, Q: b.Q}
	}
	return out
}

func periodic(x *outlook.Target, f charts.Frame) (charts.Chart, error) {
	f.Unit = valueUnit(x, f.Lang)
	d := charts.PeriodicData{Frame: f, Name: pick(f.Lang, "每月新增", "added each month"), Added: points(x.Periodic)}
	if p := x.Pace; p != nil {
		if !math.IsNaN(p.Recent) {
			d.Levels = append(d.Levels, charts.Level{Text: pick(f.Lang, "近期 ", "recent ") + PaceText(p.Recent, x, f.Lang), Value: p.Recent})
		}
		if !math.IsNaN(p.RequiredLate) && p.RequiredLate > 0 {
			d.Levels = append(d.Levels, charts.Level{Text: pick(f.Lang, "需 ", "needed ") + PaceText(p.RequiredLate, x, f.Lang), Value: p.RequiredLate, Need: true})
		}
	}
	d.Alt = fmt.Sprintf(pick(f.Lang, "%s逐月新增。%s", "%s: added month by month. %s"), x.Name(f.Lang), x.Reason.In(f.Lang))
	return charts.Periodic(d)
}

func pace(x *outlook.Target, f charts.Frame) (charts.Chart, error) {
	f.Unit = valueUnit(x, f.Lang)
	d := charts.PaceData{Frame: f}
	bar := func(zh, en string, v float64, need bool) {
		if !math.IsNaN(v) {
			d.Bars = append(d.Bars, charts.Bar{Name: pick(f.Lang, zh, en), Value: v, Need: need, Text: PaceText(v, x, f.Lang)})
		}
	}
	bar("近期速度", "recent pace", x.Pace.Recent, false)
	if !x.Early.Equal(x.Late) {
		bar(deadlineText(x.Early, f.Lang)+"前完成需", "needed by "+deadlineText(x.Early, f.Lang), x.Pace.RequiredEarly, true)
	}
	bar(deadlineText(x.Late, f.Lang)+"前完成需", "needed by "+deadlineText(x.Late, f.Lang), x.Pace.RequiredLate, true)
	d.Title = pick(f.Lang, "所需速度与近期速度", "Required and recent pace")
	d.Alt = x.Reason.In(f.Lang)
	return charts.Pace(d)
}

// backtest shows, of each origin, the farthest period forecast.
func backtest(x *outlook.Target, f charts.Frame) (charts.Chart, error) {
	f.Unit = valueUnit(x, f.Lang)
	d := charts.BacktestData{Frame: f}
	d.Title = pick(f.Lang, "回测：当时的预测与后来的实际", "Backtest: forecast then, and what came")
	past := x.Model.Past
	for i, p := range past {
		if i+1 == len(past) || !past[i+1].Origin.Equal(p.Origin.Time) {
			d.Trials = append(d.Trials, charts.Trial{Origin: p.Origin.Time, Mean: p.Mean, Lo80: p.Lo80, Hi80: p.Hi80, Actual: p.Actual})
		}
	}
	what := pick(f.Lang, "各时点之后一年的新增", "what was added in the year after each origin")
	if x.Measure != datasets.Cumulative && x.Freq == analytics.Yearly {
		what = pick(f.Lang, "各时点之后三年的数值", "the figure three years after each origin")
	}
	d.Subtitle = what
	d.Alt = x.Model.Text.In(f.Lang)
	return charts.Backtest(d)
}

func duty(x *outlook.Target, f charts.Frame) (charts.Chart, error) {
	f.Unit = phrase.Unit(x.Unit, f.Lang)
	d := charts.DutyData{Frame: f}
	for _, u := range x.Duties {
		name := u.From.Format("2006")
		if u.To.Year() != u.From.Year() {
			name += "–" + u.To.Format("2006")
		}
		d.Need = u.Need
		d.Bars = append(d.Bars, charts.Bar{Name: name, Value: u.Done, State: string(u.State), Text: DutyWord(u.State, f.Lang)})
	}
	d.Alt = x.Reason.In(f.Lang)
	return charts.Duty(d)
}

func growth(x *outlook.Target, f charts.Frame) (charts.Chart, error) {
	d := charts.GrowthData{Frame: f}
	d.Unit = "%"
	if x.Low != nil {
		d.Floor = charts.Level{Text: pick(f.Lang, "下限 ", "floor ") + phrase.Number(*x.Low, 1) + "%", Value: *x.Low, Need: true}
	}
	for _, p := range x.Growth {
		b := charts.Bar{Name: p.Date.Format("2006"), Value: p.Value, State: "done", Text: "√ " + phrase.Number(p.Value, 1) + "%"}
		if x.Low != nil && p.Value < *x.Low {
			b.State, b.Text = "missed", "× "+phrase.Number(p.Value, 1)+"%"
		}
		d.Bars = append(d.Bars, b)
	}
	d.Alt = x.Reason.In(f.Lang)
	return charts.Growth(d)
}

// PolicyChartNames lists the charts there are of a policy.
func PolicyChartNames() []string { return []string{"status", "progress"} }

// PolicyChart makes a chart of the whole policy.
func PolicyChart(o *outlook.Outlook, name, lang string) (charts.Chart, error) {
	f := charts.Frame{
		Subtitle: o.Policy.Name(lang) + " · " + pick(lang, "截至", "as of ") + phrase.Date(o.AsOf.Time, lang),
		Lang:     lang, Demo: o.State.Demo, Alt: o.Verdict.In(lang),
	}
	switch name {
	case "status":
		return status(o, f)
	case "progress":
		return progress(o, f)
	}
	return charts.Chart{}, fault.Newf(fault.NotFound, "没有图 %[1]q；可用：%[2]s。", "There is no chart %[1]q; there are %[2]s.", name, strings.Join(PolicyChartNames(), ", "))
}

func status(o *outlook.Outlook, f charts.Frame) (charts.Chart, error) {
	f.Title = pick(f.Lang, "各计划目标状态", "Targets by plan and status")
	d := charts.StatusData{Frame: f}
	for _, s := range lights.Statuses() {
		d.Lights = append(d.Lights, charts.Light{Key: string(s), Word: s.Icon() + " " + s.Word(f.Lang)})
	}
	rows := map[string][]int{}
	for i := range o.Targets {
		x := &o.Targets[i]
		if x.SameAs != "" {
			continue
		}
		group := PlanName(o.Policy, x.PlanID, f.Lang)
		if group == "" {
			group = o.Policy.Name(f.Lang)
		}
		if rows[group] == nil {
			rows[group] = make([]int, len(d.Lights))
			d.Groups = append(d.Groups, group)
		}
		rows[group][slices.Index(lights.Statuses(), x.Status)]++
	}
	for _, g := range d.Groups {
		d.Counts = append(d.Counts, rows[g])
	}
	return charts.Status(d)
}

func progress(o *outlook.Outlook, f charts.Frame) (charts.Chart, error) {
	f.Title = pick(f.Lang, "完成率与序时进度", "Completed against time elapsed")
	d := charts.ProgressData{Frame: f}
	for _, x := range o.Headlines() {
		if x.Completion == nil || x.Elapsed == nil {
			continue
		}
		d.Names = append(d.Names, x.Short(f.Lang))
		d.Completion, d.Elapsed = append(d.Completion, *x.Completion), append(d.Elapsed, *x.Elapsed)
	}
	return charts.Progress(d)
}
