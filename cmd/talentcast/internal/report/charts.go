package report

import (
	"math"
	"slices"
	"strings"
	"time"

	"talentcast/analytics"
	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
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
// baseline in the fan chart, or nil. An unknown target or name is
// [fault.NotFound].
func Chart(o *outlook.Outlook, id, name, lang string, with *outlook.Outlook) (charts.Chart, error) {
	x, err := target(o, id)
	if err != nil {
		return charts.Chart{}, err
	}
	if !slices.Contains(ChartNames(x), name) {
		return charts.Chart{}, fault.Newf(fault.NotFound, "目标 %[1]s 没有图 %[2]q；可用：%[3]s。", "The target %[1]s has no chart %[2]q; there are %[3]s.",
			id, name, listed(ChartNames(x), lang))
	}
	f := frame(o, x, name, lang)
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

// listed is what there is, or that there is nothing.
func listed(names []string, lang string) string {
	if len(names) == 0 {
		return pick(lang, "无", "none")
	}
	return strings.Join(names, ", ")
}

// frame is what a target's charts share. The title says which target and which
// chart, since a picture is taken away from its page.
func frame(o *outlook.Outlook, x *outlook.Target, chart, lang string) charts.Frame {
	return charts.Frame{
		Title:    x.Name(lang) + pick(lang, "：", ": ") + ChartTitle(chart, lang),
		Subtitle: o.Policy.Name(lang) + " " + x.ID + " · " + pick(lang, "截至", "as of ") + phrase.Date(o.AsOf.Time, lang),
		Unit:     valueUnit(x, lang), Lang: lang, Demo: o.State.Demo, Freq: frequency(x),
	}
}

// ChartTitle is the name of a chart in words.
func ChartTitle(name, lang string) string {
	switch name {
	case "fan":
		return pick(lang, "实际与预测", "actual and forecast")
	case "plan":
		return pick(lang, "年度计划与实际、预测", "plan by year, actual and forecast")
	case "periodic":
		return pick(lang, "每期新增", "added by period")
	case "pace":
		return pick(lang, "所需速度与近期速度", "required and recent pace")
	case "backtest":
		return pick(lang, "当时的预测与后来的实际", "forecast then, and what came")
	case "pit":
		return pick(lang, "实际值落在预测分布的何处", "where in their forecasts figures fell")
	case "reliability":
		return pick(lang, "概率可靠性：说几成、成几成", "Probabilities given against what came")
	case "odds":
		return pick(lang, "完成概率的变化", "how the probability has moved")
	case "duty":
		return pick(lang, "各期办理情况", "done period by period")
	case "growth":
		return pick(lang, "年增幅与下限", "yearly growth against its floor")
	case "status":
		return pick(lang, "各计划目标状态", "Targets by plan and status")
	case "heat":
		return pick(lang, "计划与状态", "Plans by light")
	case "tree":
		return pick(lang, "目标树", "Tree of targets")
	case "flow":
		return pick(lang, "资金流向", "Where the money goes")
	case "calendar":
		return pick(lang, "定期任务", "Duties by year")
	case "progress":
		return pick(lang, "完成率与序时进度", "Completed against time elapsed")
	}
	return name
}

// valueUnit is the unit by which a chart's formatter is chosen: money goes by
// its Chinese unit in both languages.
func valueUnit(x *outlook.Target, lang string) string {
	if x.Unit == "元" {
		return "元"
	}
	return phrase.Unit(x.Unit, lang)
}

// frequency is that of the figures: of the forecast where there is one, else
// yearly where they all stand at ends of years.
func frequency(x *outlook.Target) analytics.Frequency {
	if x.Freq != 0 || len(x.History) == 0 {
		return x.Freq
	}
	for _, p := range x.History {
		if p.Date.Month() != time.December || p.Date.Day() != 31 {
			return 0
		}
	}
	return analytics.Yearly
}

// axis names a value axis with its unit; money has its unit at each figure.
func axis(what string, x *outlook.Target, lang string) string {
	unit := phrase.Unit(x.Unit, lang)
	if x.Unit == "元" || unit == "" {
		return what
	}
	return what + pick(lang, "（"+unit+"）", " ("+unit+")")
}

func levelAxis(x *outlook.Target, lang string) string {
	switch {
	case x.Measure == datasets.Cumulative && x.Unit == "元":
		return pick(lang, "累计金额", "total")
	case x.Measure == datasets.Cumulative:
		return axis(pick(lang, "累计", "total"), x, lang)
	case x.Measure == datasets.Ratio:
		return axis(pick(lang, "比例", "share"), x, lang)
	}
	return axis(pick(lang, "数值", "figure"), x, lang)
}

func fan(o *outlook.Outlook, x *outlook.Target, f charts.Frame, with *outlook.Outlook) (charts.Chart, error) {
	f.Axis = levelAxis(x, f.Lang)
	d := charts.FanData{
		Frame: f, History: points(x.History), Bands: bands(x.Fan), Low: x.Low, High: x.High,
		AsOf: o.AsOf.Time, Early: x.Early, Late: x.Late, FromZero: x.Measure == datasets.Cumulative || x.Measure == datasets.Stock,
		Plan: plan(x),
	}
	if x.Low != nil {
		d.LowText = pick(f.Lang, "目标 ", "goal ") + phrase.Amount(*x.Low, x.Unit, f.Lang)
	}
	if x.High != nil {
		d.HighText = pick(f.Lang, "上限目标 ", "ambition ") + phrase.Amount(*x.High, x.Unit, f.Lang)
	}
	d.EarlyText, d.LateText = deadlineText(x.Early, f.Lang), deadlineText(x.Late, f.Lang)
	d.Alt = fanAlt(o, x, f.Lang)
	if with != nil {
		if w, ok := with.Target(x.ID); ok {
			d.Scenario, d.ScenarioName = bands(w.Fan), pick(f.Lang, "情景", "scenario")
			d.Subtitle += " · " + ScenarioText(with, f.Lang)
			d.Alt += scenarioAlt(w, f.Lang)
		}
	}
	return charts.Fan(d)
}

// plan is even progress from nothing at the window's start to the goal at the
// early deadline: what 序时进度 measures time by.
func plan(x *outlook.Target) []charts.Point {
	if x.Measure != datasets.Cumulative || x.Low == nil || x.Start.IsZero() || !x.Early.After(x.Start) {
		return nil
	}
	return []charts.Point{{Date: x.Start, Value: 0}, {Date: x.Early, Value: *x.Low}}
}

func deadlineText(d time.Time, lang string) string {
	switch {
	case d.IsZero():
		return ""
	case d.Month() == time.December && d.Day() == 31:
		return pick(lang, d.Format("2006")+"年底", "end of "+d.Format("2006"))
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
	d := charts.PeriodicData{Frame: f, Name: addedName(f.Freq, f.Lang), Added: points(x.Periodic)}
	d.Title, d.Axis = x.Name(f.Lang)+pick(f.Lang, "：", ": ")+d.Name, axis(d.Name, x, f.Lang)
	if p := x.Pace; p != nil {
		level := func(text string, v float64, need bool) {
			if !math.IsNaN(v) && (!need || v > 0) {
				d.Levels = append(d.Levels, charts.Level{Text: text + " " + PaceText(v, x, f.Lang), Value: v, Need: need})
			}
		}
		level(pick(f.Lang, "近期", "recent"), p.Recent, false)
		if !x.Early.Equal(x.Late) {
			level(needed(x.Early, f.Lang), p.RequiredEarly, true)
		}
		level(needed(x.Late, f.Lang), p.RequiredLate, true)
	}
	d.Alt = periodicAlt(x, f)
	return charts.Periodic(d)
}

func addedName(freq analytics.Frequency, lang string) string {
	switch freq {
	case analytics.Yearly:
		return pick(lang, "每年新增", "added each year")
	case analytics.Quarterly:
		return pick(lang, "每季新增", "added each quarter")
	}
	return pick(lang, "每月新增", "added each month")
}

// needed is what a required pace is for: 2016年底前完成需.
func needed(d time.Time, lang string) string {
	if d.IsZero() {
		return pick(lang, "需", "needed")
	}
	return pick(lang, deadlineText(d, lang)+"前完成需", "needed by "+deadlineText(d, lang))
}

func pace(x *outlook.Target, f charts.Frame) (charts.Chart, error) {
	d := charts.PaceData{Frame: f}
	var said []string
	bar := func(name string, v float64, need bool) {
		if !math.IsNaN(v) {
			text := PaceText(v, x, f.Lang)
			d.Bars = append(d.Bars, charts.Bar{Name: name, Value: v, Need: need, Text: text})
			said = append(said, name+pick(f.Lang, "", " ")+text)
		}
	}
	bar(pick(f.Lang, "近期速度", "recent pace"), x.Pace.Recent, false)
	if !x.Early.Equal(x.Late) {
		bar(needed(x.Early, f.Lang), x.Pace.RequiredEarly, true)
	}
	bar(needed(x.Late, f.Lang), x.Pace.RequiredLate, true)
	d.Alt = sentence(x.Name(f.Lang), said, f.Lang)
	return charts.Pace(d)
}

// backtest shows, of each origin, the farthest period forecast.
func backtest(x *outlook.Target, f charts.Frame) (charts.Chart, error) {
	d := charts.BacktestData{Frame: f}
	past := x.Model.Past
	for i, p := range past {
		if i+1 == len(past) || !past[i+1].Origin.Equal(p.Origin.Time) {
			d.Trials = append(d.Trials, charts.Trial{Origin: p.Origin.Time, Mean: p.Mean, Lo80: p.Lo80, Hi80: p.Hi80, Actual: p.Actual})
		}
	}
	d.Axis = axis(pick(f.Lang, "一年内新增", "added in the year after"), x, f.Lang)
	switch {
	case x.Measure != datasets.Cumulative && x.Freq == analytics.Yearly:
		d.Axis = axis(pick(f.Lang, "三年后数值", "figure three years on"), x, f.Lang)
	case x.Measure != datasets.Cumulative && x.Measure != datasets.Stock:
		d.Axis = axis(pick(f.Lang, "一年后数值", "figure a year on"), x, f.Lang)
	}
	d.Alt = backtestAlt(x, d.Trials, f.Lang)
	return charts.Backtest(d)
}

func duty(x *outlook.Target, f charts.Frame) (charts.Chart, error) {
	d := charts.DutyData{Frame: f}
	switch x.Every {
	case 1:
		d.Columns = 12
	case 3:
		d.Columns = 4
	}
	unit, _, _ := strings.Cut(x.Unit, "/") // 次/年: the period is the cell
	for _, u := range x.Duties {
		cell := charts.Cell{Period: dutyPeriod(u, f.Lang), State: charts.State(u.State), Word: DutyWord(u.State, f.Lang)}
		cell.Figure = pick(f.Lang, phrase.Number(u.Done, 2)+"/"+phrase.Number(u.Need, 2)+unit, phrase.Number(u.Done, 2)+" of "+phrase.Number(u.Need, 2))
		d.Cells = append(d.Cells, cell)
	}
	d.Alt = dutyAlt(x, f.Lang)
	return charts.Duty(d)
}

func dutyPeriod(u outlook.Duty, lang string) string {
	switch {
	case u.From.Year() != u.To.Year():
		return u.From.Format("2006") + "–" + u.To.Format("2006") + pick(lang, "年", "")
	case u.To.Sub(u.From.Time) < 300*24*time.Hour:
		return phrase.Month(u.To.Time, lang)
	}
	return u.From.Format("2006") + pick(lang, "年", "")
}

func growth(x *outlook.Target, f charts.Frame) (charts.Chart, error) {
	d := charts.GrowthData{Frame: f}
	d.Unit, d.Axis = "%", pick(f.Lang, "年增幅（%）", "growth (%)")
	var said []string
	for _, p := range x.Growth {
		text := phrase.Number(p.Value, 1) + "%"
		b := charts.Bar{Name: p.Date.Format("2006") + pick(f.Lang, "年", ""), Value: p.Value, State: charts.Done, Text: "√ " + text}
		switch {
		case x.Low == nil:
			b.State, b.Text = "", text
		case p.Value < *x.Low:
			b.State, b.Text = charts.Missed, "× "+text
		}
		d.Bars = append(d.Bars, b)
		said = append(said, b.Name+pick(f.Lang, "", " ")+text)
	}
	if x.Low != nil {
		d.Floor = &charts.Level{Text: pick(f.Lang, "下限 ", "floor ") + phrase.Number(*x.Low, 1) + "%", Value: *x.Low, Need: true}
		said = append(said, d.Floor.Text)
	}
	d.Alt = sentence(x.Name(f.Lang), said, f.Lang)
	return charts.Growth(d)
}
