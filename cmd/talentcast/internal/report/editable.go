package report

import (
	"math"
	"slices"

	"talentcast/analytics"
	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	lights "talentcast/analytics/target"
	"talentcast/cmd/talentcast/internal/report/document"
)

// Editable is a chart as office programs can draw and edit it: of a target by its
// id, of the policy for "". It is nil for charts that they have no kind for (the
// tree, the flow of money, the calendar) and for those without data.
func Editable(o *outlook.Outlook, id, name, lang string) *document.Chart {
	if id == "" {
		switch name {
		case "status":
			return editableStatus(o, lang)
		case "progress":
			return editableProgress(o, lang)
		}
		return nil
	}
	x, ok := o.Target(id)
	if !ok || !slices.Contains(ChartNames(x), name) {
		return nil
	}
	switch name {
	case "fan":
		return editableFan(x, lang)
	case "periodic":
		return editablePeriodic(x, lang)
	case "pace":
		return editablePace(x, lang)
	case "growth":
		return editableGrowth(x, lang)
	}
	return nil
}

// plainYuan makes figures of money fit for an axis: in 万元.
func plainYuan(x *outlook.Target, lang string) (times float64, unit string) {
	if x.Unit == "元" {
		return 1e-4, pick(lang, "万元", "¥10k")
	}
	return 1, phrase.Unit(x.Unit, lang)
}

// editableFan is what was as a line, what is to be expected as a median over
// stacked bands, and the goal.
func editableFan(x *outlook.Target, lang string) *document.Chart {
	times, unit := plainYuan(x, lang)
	c := &document.Chart{Kind: document.Fan, Title: x.Name(lang), X: pick(lang, "时间", "time"), Y: unit}
	total := len(x.History) + len(x.Fan)
	row := func() []float64 {
		v := make([]float64, total)
		for i := range v {
			v[i] = math.NaN()
		}
		return v
	}
	actual, median, goal := row(), row(), row()
	bands := [7][]float64{}
	for k := range bands {
		bands[k] = row()
	}
	date := func(p outlook.Day) string {
		if x.Freq == analytics.Yearly {
			return p.Format("2006")
		}
		return p.Format("2006-01")
	}
	for i, p := range x.History {
		c.Categories = append(c.Categories, date(p.Date))
		actual[i] = p.Value * times
	}
	for i, b := range x.Fan {
		at := len(x.History) + i
		c.Categories = append(c.Categories, date(b.Date))
		median[at] = b.Q[3] * times
		for k := range bands {
			bands[k][at] = b.Q[k] * times
		}
	}
	if n := len(x.History); n > 0 && len(x.Fan) > 0 {
		median[n-1] = actual[n-1]
		for k := range bands { // closed along the line of what was: they open where it ends
			copy(bands[k][:n], actual[:n])
		}
	}
	between := func(lo, hi []float64) []float64 {
		out := row()
		for i := range out {
			out[i] = hi[i] - lo[i]
		}
		return out
	}
	c.Series = append(c.Series,
		document.Series{Name: pick(lang, "95%下限", "95% low"), Values: bands[0], Clear: true},
		document.Series{Name: pick(lang, "95%区间", "95% interval"), Values: between(bands[0], bands[1]), Area: true, Color: "D6E6F4"},
		document.Series{Name: pick(lang, "80%区间", "80% interval"), Values: between(bands[1], bands[2]), Area: true, Color: "A9CBE8"},
		document.Series{Name: pick(lang, "50%区间", "50% interval"), Values: between(bands[2], bands[4]), Area: true, Color: "7FB0DB"},
		document.Series{Name: pick(lang, "80%区间（上）", "80% interval (upper)"), Values: between(bands[4], bands[5]), Area: true, Color: "A9CBE8"},
		document.Series{Name: pick(lang, "95%区间（上）", "95% interval (upper)"), Values: between(bands[5], bands[6]), Area: true, Color: "D6E6F4"},
		document.Series{Name: pick(lang, "实际", "actual"), Values: actual, Color: "1B2733"},
		document.Series{Name: pick(lang, "预测中位数", "median forecast"), Values: median, Color: "0B5FA5", Dash: true})
	if x.Low != nil {
		for i := range goal {
			goal[i] = *x.Low * times
		}
		c.Series = append(c.Series, document.Series{Name: pick(lang, "目标", "goal"), Values: goal, Color: "0A7D5A", Dash: true})
	}
	return c
}

func editablePeriodic(x *outlook.Target, lang string) *document.Chart {
	times, unit := plainYuan(x, lang)
	c := &document.Chart{Kind: document.Columns, Title: x.Name(lang) + pick(lang, "：", ": ") + addedName(frequency(x), lang), X: pick(lang, "时间", "time"), Y: unit}
	s := document.Series{Name: addedName(frequency(x), lang), Color: "0B5FA5"}
	for _, p := range x.Periodic {
		c.Categories = append(c.Categories, p.Date.Format("2006-01"))
		s.Values = append(s.Values, p.Value*times)
	}
	c.Series = []document.Series{s}
	return c
}

func editablePace(x *outlook.Target, lang string) *document.Chart {
	times, unit := plainYuan(x, lang)
	c := &document.Chart{Kind: document.Bars, Title: x.Name(lang) + pick(lang, "：", ": ") + ChartTitle("pace", lang), Y: unit}
	s := document.Series{Name: pick(lang, "速度", "pace"), Color: "0B5FA5"}
	add := func(name string, v float64) {
		if !math.IsNaN(v) {
			c.Categories, s.Values = append(c.Categories, name), append(s.Values, v*times)
		}
	}
	add(pick(lang, "近期速度", "recent pace"), x.Pace.Recent)
	if !x.Early.Equal(x.Late) {
		add(needed(x.Early, lang), x.Pace.RequiredEarly)
	}
	add(needed(x.Late, lang), x.Pace.RequiredLate)
	c.Series = []document.Series{s}
	return c
}

func editableGrowth(x *outlook.Target, lang string) *document.Chart {
	c := &document.Chart{Kind: document.Columns, Title: x.Name(lang), X: pick(lang, "年", "year"), Y: "%"}
	s := document.Series{Name: pick(lang, "年增幅", "growth"), Color: "0B5FA5"}
	for _, p := range x.Growth {
		c.Categories, s.Values = append(c.Categories, p.Date.Format("2006")), append(s.Values, p.Value)
	}
	c.Series = []document.Series{s}
	return c
}

func editableStatus(o *outlook.Outlook, lang string) *document.Chart {
	names, counts := groups(o, lang)
	if len(names) == 0 {
		return nil
	}
	c := &document.Chart{Kind: document.Stacked, Title: ChartTitle("status", lang), Categories: slices.Clone(names), Y: pick(lang, "项", "targets")}
	slices.Reverse(c.Categories) // office programs count from below
	colors := map[lights.Status]string{lights.Met: "0B5FA5", lights.OnTrack: "0A7D5A", lights.Late: "F0C808", lights.AtRisk: "D9730D", lights.OffTrack: "B3261E", lights.Tracked: "7A4FA3", lights.NoData: "C3CAD1"}
	for k, s := range lights.Statuses() {
		one := document.Series{Name: s.Icon() + " " + s.Word(lang), Color: colors[s]}
		for g := range counts {
			one.Values = append(one.Values, float64(counts[len(counts)-1-g][k]))
		}
		c.Series = append(c.Series, one)
	}
	return c
}

func editableProgress(o *outlook.Outlook, lang string) *document.Chart {
	c := &document.Chart{Kind: document.Columns, Title: ChartTitle("progress", lang), Y: "%"}
	done := document.Series{Name: pick(lang, "完成率", "completed"), Color: "0B5FA5"}
	gone := document.Series{Name: pick(lang, "序时进度", "time elapsed"), Color: "8A949E"}
	for _, x := range o.Headlines() {
		if x.Completion == nil || x.Elapsed == nil {
			continue
		}
		c.Categories = append(c.Categories, x.Short(lang))
		done.Values, gone.Values = append(done.Values, math.Round(*x.Completion*1000)/10), append(gone.Values, math.Round(*x.Elapsed*1000)/10)
	}
	if len(c.Categories) == 0 {
		return nil
	}
	c.Series = []document.Series{done, gone}
	return c
}
