package report

import (
	"fmt"
	"math"
	"strings"
	"time"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/analytics/scenario"
	"talentcast/charts"
)

// Question is what a probability is asked about: a target of an outlook by one of
// its deadlines.
type Question struct {
	O      *outlook.Outlook // the baseline
	Target *outlook.Target
	Aim    outlook.Aim
	Levers []scenario.Lever
	Lang   string
}

func (q Question) deadline() time.Time {
	if q.Aim.Early {
		return q.Target.Early
	}
	return q.Target.Late
}

// subject is what the question is about in words: 500优才在2016年底前完成.
func (q Question) subject(lang string) string {
	level := ""
	if q.Aim.High {
		level = pick(lang, "（上限目标）", " (ambition)")
	}
	return pick(lang, q.Target.Short(lang)+level+"在"+deadlineText(q.deadline(), lang)+"前完成", q.Target.Short(lang)+level+" by "+deadlineText(q.deadline(), lang))
}

func (q Question) frame(zh, en string) charts.Frame {
	return charts.Frame{
		Title:    pick(q.Lang, zh, en) + pick(q.Lang, "：", ": ") + q.subject(q.Lang),
		Subtitle: q.O.Policy.Name(q.Lang) + " " + q.Target.ID + " · " + pick(q.Lang, "截至", "as of ") + phrase.Date(q.O.AsOf.Time, q.Lang),
		Lang:     q.Lang, Demo: q.O.State.Demo,
	}
}

// SoughtText answers "what would it take" in a sentence, with whether it can be had.
func (q Question) SoughtText(l scenario.Lever, got scenario.Sought, p float64, ceiling float64) outlook.Text {
	say := func(lang string) string {
		name, value := leverName(q.O, l, lang), func(v float64) string { return LeverValue(l, v, lang) }
		verb := pick(lang, "提高到", "up to")
		if got.Least < got.From.Value {
			verb = pick(lang, "降低到", "down to")
		}
		switch {
		case got.Already:
			return fmt.Sprintf(pick(lang, "%s的概率已是%s，达到要求的%s，%s不用改变。", "P(%s) is %s already, %s was asked for; %s need not change."),
				q.subject(lang), phrase.Probability(got.From.P), phrase.Probability(p), name)
		case got.Reached:
			return fmt.Sprintf(pick(lang, "%s%s%s即可：%s的概率从%s升到%s（要求%s）。", "%s %s %s is enough: P(%s) rises from %s to %s (%s was asked for)."),
				name, verb, value(got.Least), q.subject(lang), phrase.Probability(got.From.P), phrase.Odds(got.P), phrase.Probability(p))
		}
		return fmt.Sprintf(pick(lang, "%[1]s在%[2]s以内做不到：%[3]s的概率最高为%[4]s（在%[5]s时），要求是%[6]s。", "%[1]s within %[2]s does not reach it: P(%[3]s) is at most %[4]s (at %[5]s), %[6]s was asked for."),
			name, value(ceiling), q.subject(lang), phrase.Probability(got.Best.P), value(got.Best.Value), phrase.Probability(p))
	}
	return outlook.Text{Zh: say(phrase.Zh), En: say(phrase.En)}
}

// SoughtChart is the curve behind the answer.
func (q Question) SoughtChart(l scenario.Lever, got scenario.Sought, p float64) (charts.Chart, error) {
	f := q.frame("反推", "What it would take")
	d := charts.CurveData{
		Frame: f, XAxis: leverAxis(q.O, l, q.Lang), Name: pick(q.Lang, "完成概率", "probability"), Share: true,
		Level: &charts.Level{Text: pick(q.Lang, "要求 ", "wanted ") + phrase.Number(100*p, 1) + "%", Value: p},
		At:    []charts.Level{{Text: pick(q.Lang, "现在 ", "now ") + LeverValue(l, got.From.Value, q.Lang), Value: got.From.Value}},
	}
	for _, c := range got.Curve {
		d.Points = append(d.Points, charts.CurvePoint{X: c.Value, Y: c.P, Miss: c.P < p})
	}
	if got.Reached && !got.Already {
		d.At = append(d.At, charts.Level{Text: pick(q.Lang, "至少 ", "at least ") + LeverValue(l, got.Least, q.Lang), Value: got.Least, Need: true})
	}
	t := q.SoughtText(l, got, p, d.Points[len(d.Points)-1].X)
	d.Alt = t.In(q.Lang)
	return charts.Curve(d)
}

// SoughtTable is the curve as figures.
func (q Question) SoughtTable(l scenario.Lever, got scenario.Sought, p float64) Table {
	t := table(q.O, "seek", pick(q.Lang, "曲线的数据", "The curve in figures"), q.Lang,
		Column{Key: "value", Title: leverAxis(q.O, l, q.Lang), Type: Number}, column(q.Lang, "p", "完成概率", "probability", Probability), column(q.Lang, "reached", "达到要求", "reached", Text))
	for _, c := range got.Curve {
		t.Rows = append(t.Rows, []Cell{c.Value, c.P, pick(q.Lang, map[bool]string{true: "√ 达到", false: "× 未达到"}[c.P >= p], map[bool]string{true: "yes", false: "no"}[c.P >= p])})
	}
	return t
}

// PairText answers what two levers together would have to be.
func (q Question) PairText(a, b scenario.Lever, pairs []scenario.Pair, best int, p float64) outlook.Text {
	say := func(lang string) string {
		na, nb := leverName(q.O, a, lang), leverName(q.O, b, lang)
		if best >= 0 {
			x := pairs[best]
			return fmt.Sprintf(pick(lang, "%s%s、同时%s%s即可：%s的概率为%s（要求%s）。", "%s at %s with %s at %s is enough: P(%s) is %s (%s was asked for)."),
				na, LeverValue(a, x.A, lang), nb, LeverValue(b, x.B, lang), q.subject(lang), phrase.Odds(x.P), phrase.Probability(p))
		}
		top := scenario.Pair{P: math.Inf(-1)}
		for _, x := range pairs {
			if x.P > top.P {
				top = x
			}
		}
		return fmt.Sprintf(pick(lang, "%[1]s和%[3]s都到上限也做不到：%[5]s的概率最高为%[6]s（%[2]s、%[4]s），要求是%[7]s。", "%[1]s and %[3]s to their ceilings do not reach it: P(%[5]s) is at most %[6]s (%[2]s, %[4]s), %[7]s was asked for."),
			na, LeverValue(a, top.A, lang), nb, LeverValue(b, top.B, lang), q.subject(lang), phrase.Probability(top.P), phrase.Probability(p))
	}
	return outlook.Text{Zh: say(phrase.Zh), En: say(phrase.En)}
}

// PairChart shows of each value of the first lever the least that the second must
// be; hollow where nothing is enough.
func (q Question) PairChart(a, b scenario.Lever, pairs []scenario.Pair, alt string) (charts.Chart, error) {
	f := q.frame("两个杠杆配合", "Two levers together")
	f.Axis, f.Alt = leverAxis(q.O, b, q.Lang), alt
	d := charts.CurveData{Frame: f, XAxis: leverAxis(q.O, a, q.Lang), Name: leverName(q.O, b, q.Lang)}
	for _, x := range pairs {
		d.Points = append(d.Points, charts.CurvePoint{X: x.A, Y: x.B, Miss: !x.Reached})
	}
	if n := len(d.Points); n > 1 && d.Points[0].X > d.Points[n-1].X {
		for i := range n / 2 {
			d.Points[i], d.Points[n-1-i] = d.Points[n-1-i], d.Points[i]
		}
	}
	return charts.Curve(d)
}

// PairTable is the pairs as figures.
func (q Question) PairTable(a, b scenario.Lever, pairs []scenario.Pair) Table {
	t := table(q.O, "pair", pick(q.Lang, "两个杠杆配合的数据", "Two levers in figures"), q.Lang,
		Column{Key: "a", Title: leverAxis(q.O, a, q.Lang), Type: Number}, Column{Key: "b", Title: leverAxis(q.O, b, q.Lang), Type: Number},
		column(q.Lang, "p", "完成概率", "probability", Probability), column(q.Lang, "reached", "达到要求", "reached", Text))
	for _, x := range pairs {
		t.Rows = append(t.Rows, []Cell{x.A, x.B, x.P, pick(q.Lang, map[bool]string{true: "√ 达到", false: "× 未达到"}[x.Reached], map[bool]string{true: "yes", false: "no"}[x.Reached])})
	}
	return t
}

// WhyText says in a sentence what the scenario does and what it depends on most.
func (q Question) WhyText(w *outlook.Why) outlook.Text {
	say := func(lang string) string {
		out := fmt.Sprintf(pick(lang, "%s的概率：基准%s，情景%s。", "P(%s): %s in the baseline, %s in the scenario."), q.subject(lang), phrase.Odds(w.BaseP), phrase.Odds(w.P))
		if len(w.Tornado) > 0 && w.Tornado[0].Swing() >= 0.005 {
			b := w.Tornado[0]
			l := q.Levers[b.Lever]
			out += fmt.Sprintf(pick(lang, "影响最大的是%s：从%s到%s，概率从%s变为%s。", " Most depends on %s: from %s to %s it goes from %s to %s."),
				leverName(q.O, l, lang), LeverValue(l, b.Low.Value, lang), LeverValue(l, b.High.Value, lang), phrase.Odds(b.Low.P), phrase.Odds(b.High.P))
		} else if len(w.Tornado) == 0 {
			out += pick(lang, "没有移动任何杠杆，所以只比较做到与没做到的路径。", " No lever is moved, so only the paths are compared.")
		}
		return out
	}
	return outlook.Text{Zh: say(phrase.Zh), En: say(phrase.En)}
}

// TornadoChart shows each lever low and high; ok is false without any.
func (q Question) TornadoChart(w *outlook.Why) (c charts.Chart, ok bool, err error) {
	d := charts.TornadoData{
		Frame: q.frame("各杠杆单独变动", "Each lever alone"), LowName: pick(q.Lang, "取低值", "low"), HighName: pick(q.Lang, "取高值", "high"),
		Direction: pick(q.Lang, "概率变化（百分点）", "change of probability (points)"),
	}
	var said []string
	for _, b := range w.Tornado {
		l := q.Levers[b.Lever]
		end := func(x scenario.At) string {
			return LeverValue(l, x.Value, q.Lang) + " → " + phrase.Probability(x.P)
		}
		d.Swings = append(d.Swings, charts.Swing{Name: leverName(q.O, l, q.Lang), Low: b.Low.P - w.P, High: b.High.P - w.P, LowText: end(b.Low), HighText: end(b.High)})
		said = append(said, leverName(q.O, l, q.Lang)+" "+end(b.Low)+pick(q.Lang, "、", ", ")+end(b.High))
	}
	if len(d.Swings) == 0 {
		return c, false, nil
	}
	d.Alt = sentence(d.Title, said, q.Lang)
	c, err = charts.Tornado(d)
	return c, true, err
}

// SobolChart shows the levers' shares in the variance; ok is false without two of them:
// one alone explains everything there is. Shares are estimates and may come out below
// none or above all; what is shown stays within, the table has the figures as they came.
func (q Question) SobolChart(w *outlook.Why) (c charts.Chart, ok bool, err error) {
	f := q.frame("全局敏感性（Sobol 指数）", "Global sensitivity (Sobol indices)")
	f.Subtitle += fmt.Sprintf(pick(q.Lang, " · 取样%d点", " · %d points"), w.Points)
	d := charts.PartsData{Frame: f, FirstName: pick(q.Lang, "单独", "alone"), TotalName: pick(q.Lang, "连同与其他杠杆的作用", "with others")}
	within := func(v float64) float64 { return min(1, max(0, v)) }
	text := func(v, se float64) string {
		return phrase.Number(100*v, 0) + "% ±" + phrase.Number(100*se, 0)
	}
	var said []string
	for _, x := range w.Sobol {
		p := charts.Part{Name: leverName(q.O, q.Levers[x.Lever], q.Lang), First: within(x.First), Total: within(x.Total)}
		p.FirstText, p.TotalText = text(p.First, x.FirstSE), text(p.Total, x.TotalSE)
		d.Parts = append(d.Parts, p)
		said = append(said, p.Name+" "+p.TotalText)
	}
	if len(d.Parts) < 2 {
		return c, false, nil
	}
	d.Alt = sentence(d.Title, said, q.Lang)
	c, err = charts.Parts(d)
	return c, true, err
}

// WhyTable is tornado and Sobol indices as figures.
func (q Question) WhyTable(w *outlook.Why) Table {
	t := table(q.O, "why", pick(q.Lang, "各杠杆的作用", "What each lever does"), q.Lang,
		column(q.Lang, "lever", "杠杆", "lever", Text), column(q.Lang, "low", "低值", "low", Text), column(q.Lang, "p_low", "低值时概率", "P at low", Probability),
		column(q.Lang, "high", "高值", "high", Text), column(q.Lang, "p_high", "高值时概率", "P at high", Probability),
		column(q.Lang, "first", "单独解释的方差", "variance explained alone", Percent), column(q.Lang, "total", "连同交互", "with others", Percent))
	for _, b := range w.Tornado {
		l := q.Levers[b.Lever]
		row := []Cell{leverName(q.O, l, q.Lang), LeverValue(l, b.Low.Value, q.Lang), b.Low.P, LeverValue(l, b.High.Value, q.Lang), b.High.P, nil, nil}
		for _, x := range w.Sobol {
			if x.Lever == b.Lever {
				row[5], row[6] = x.First, x.Total
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// DifferencesTable says what the paths that make it have in common against the rest.
func (q Question) DifferencesTable(w *outlook.Why) Table {
	t := table(q.O, "differences", pick(q.Lang, "做到的路径与没做到的路径有什么不同", "The paths that make it against the rest"), q.Lang,
		column(q.Lang, "what", "因素", "what", Text), column(q.Lang, "made", "做到的平均", "mean where made", Number), column(q.Lang, "not", "没做到的平均", "mean where not", Number),
		column(q.Lang, "apart", "相差几个标准差", "apart, in standard deviations", Score), column(q.Lang, "words", "说明", "in words", Text))
	for _, d := range w.Differences {
		name := q.differenceName(d.Name)
		t.Rows = append(t.Rows, []Cell{name, round2(d.Made), round2(d.Not), round2(d.Apart), q.differenceWords(d)})
	}
	return t
}

func round2(v float64) float64 { return math.Round(v*100) / 100 }

func (q Question) differenceName(name string) string {
	switch {
	case name == "first_year":
		return pick(q.Lang, "第一年新增", "added in the first year")
	case strings.HasPrefix(name, "lever:"):
		ls, err := scenario.Parse(strings.TrimPrefix(name, "lever:"))
		if err != nil || len(ls) != 1 {
			return name
		}
		return leverName(q.O, ls[0], q.Lang) + pick(q.Lang, "：实际见效（1为如设想）", ": effect as against planned")
	}
	return q.O.Scope(name, q.Lang) + pick(q.Lang, "到期数", " by the deadline")
}

func (q Question) differenceWords(d scenario.Difference) string {
	a := math.Abs(d.Apart)
	switch {
	case a < 0.1:
		return pick(q.Lang, "几乎没有差别", "hardly any difference")
	case a < 0.5:
		return pick(q.Lang, "略有差别", "a little apart")
	case a < 1:
		return pick(q.Lang, map[bool]string{true: "做到的明显更高", false: "做到的明显更低"}[d.Apart > 0], map[bool]string{true: "clearly higher where made", false: "clearly lower where made"}[d.Apart > 0])
	}
	return pick(q.Lang, map[bool]string{true: "成败的关键：做到的高得多", false: "成败的关键：做到的低得多"}[d.Apart > 0], map[bool]string{true: "decisive: far higher where made", false: "decisive: far lower where made"}[d.Apart > 0])
}
