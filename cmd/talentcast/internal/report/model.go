package report

import (
	"fmt"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/charts"
)

// pitParts is the number of even parts of a forecast distribution that figures are
// sorted into.
const pitParts = 10

// PITChart shows where in their forecasts the figures of a target have fallen; ok is
// false where there are too few.
func PITChart(o *outlook.Outlook, x *outlook.Target, lang string) (c charts.Chart, ok bool, err error) {
	if x.Model == nil || len(x.Model.Past) < outlook.LeastPIT {
		return c, false, nil
	}
	d := charts.PITData{Frame: frame(o, x, "pit", lang), Shares: x.Model.PIT(pitParts), N: len(x.Model.Past)}
	d.Subtitle += fmt.Sprintf(pick(lang, " · %d个预测", " · %d forecasts"), d.N)
	low, high := d.Shares[0], d.Shares[pitParts-1]
	d.Alt = sentence(x.Name(lang), []string{fmt.Sprintf(pick(lang, "落在预测最低10%%的占%s，最高10%%的占%s", "%s fell into the lowest 10 %% of their forecasts, %s into the highest"), phrase.Percent(low), phrase.Percent(high))}, lang)
	c, err = charts.PIT(d)
	return c, err == nil, err
}

// ReliabilityChart shows how often what was given a probability has come: of a
// target, beside the whole policy, or of the policy alone for nil. ok is false
// where nothing can be shown.
func ReliabilityChart(h *outlook.History, o *outlook.Outlook, x *outlook.Target, lang string) (c charts.Chart, ok bool, err error) {
	d := charts.ReliabilityData{Frame: charts.Frame{
		Title: ChartTitle("reliability", lang), Subtitle: o.Policy.Name(lang) + " · " + pick(lang, "截至", "as of ") + phrase.Date(o.AsOf.Time, lang),
		Lang: lang, Demo: o.State.Demo,
	}}
	name := o.Policy.Name(lang)
	score := h.Overall
	if x != nil {
		d.Frame = frame(o, x, "reliability", lang)
		name = x.Name(lang)
		if score, ok = h.OfTarget(x.ID); !ok {
			return c, false, nil
		}
	}
	if score.Events == 0 {
		return c, false, nil
	}
	d.Lines = append(d.Lines, reliabilityLine(score, fmt.Sprintf(pick(lang, "%s（%d个事件）", "%s (%d events)"), pick(lang, map[bool]string{true: "本目标", false: "本政策"}[x != nil], map[bool]string{true: "this target", false: "this policy"}[x != nil]), score.Events)))
	if x != nil && h.Overall.Events > score.Events {
		also := reliabilityLine(h.Overall, fmt.Sprintf(pick(lang, "全部目标（%d个事件）", "all targets (%d events)"), h.Overall.Events))
		also.Also = true
		d.Lines = append(d.Lines, also)
	}
	d.Alt = sentence(name, []string{fmt.Sprintf(pick(lang, "给出的概率平均%s，实际发生%s，校准误差%s", "mean probability given %s, share that came %s, calibration error %s"),
		phrase.Percent(score.Mean), phrase.Percent(score.Rate), phrase.Percent(score.ECE))}, lang)
	c, err = charts.Reliability(d)
	return c, err == nil, err
}

func reliabilityLine(s outlook.Score, name string) charts.ReliabilityLine {
	l := charts.ReliabilityLine{Name: name}
	for _, b := range s.Bins {
		if b.N > 0 {
			l.Points = append(l.Points, charts.ReliabilityPoint{P: b.Mean, Rate: b.Rate, N: b.N})
		}
	}
	return l
}

// Models are the models behind all forecasts of a policy, and how they have done.
func Models(o *outlook.Outlook, lang string) Table {
	t := table(o, "models", pick(lang, "各目标的模型", "Models by target"), lang,
		Column{Key: "id", Title: pick(lang, "编号", "id"), Keep: true}, Column{Key: "name", Title: pick(lang, "目标", "target"), Wide: true, Keep: true},
		Column{Key: "model", Title: pick(lang, "模型", "model"), Wide: true}, Column{Key: "observed", Title: pick(lang, "数据期数", "periods"), Type: Number},
		Column{Key: "origins", Title: pick(lang, "回测时点", "origins"), Type: Number}, Column{Key: "mase", Title: "MASE", Type: Number},
		Column{Key: "cover80", Title: pick(lang, "80%覆盖", "80% coverage"), Type: Percent}, Column{Key: "cover95", Title: pick(lang, "95%覆盖", "95% coverage"), Type: Percent},
		Column{Key: "warnings", Title: pick(lang, "数据提示", "warnings"), Wide: true})
	for i := range o.Targets {
		x := &o.Targets[i]
		if x.SameAs != "" || x.Model == nil {
			continue
		}
		m := x.Model
		var observed Cell
		if m.Observed > 0 {
			observed = float64(m.Observed)
		}
		warn := ""
		for _, w := range x.Warnings {
			if warn != "" {
				warn += " "
			}
			warn += pick(lang, w.Zh, w.En)
		}
		t.Rows = append(t.Rows, []Cell{x.ID, x.Name(lang), m.Text.In(lang), observed, float64(m.Origins), cents(m.MASE), finite(m.Coverage80), finite(m.Coverage95), warn})
	}
	return t
}

// Commands are the command lines that give the same figures again.
func Commands(o *outlook.Outlook, id string) []string {
	day := o.AsOf.Format("2006-01-02")
	at := fmt.Sprintf(" --policy %s --as-of %s", o.Policy.ID, day)
	seed := fmt.Sprintf(" --seed %d", o.Seed)
	if id == "" {
		return []string{
			fmt.Sprintf("talentcast forecast%s%s --paths %d --json", at, seed, o.Paths),
			fmt.Sprintf("talentcast backtest%s%s --table reliability -o reliability.csv", at, seed),
		}
	}
	return []string{
		fmt.Sprintf("talentcast forecast%s --target %s%s --paths %d --json", at, id, seed, o.Paths),
		fmt.Sprintf("talentcast export table backtest%s --target %s%s --paths %d -o backtest.csv", at, id, seed, o.Paths),
		fmt.Sprintf("talentcast backtest%s%s --json", at, seed),
	}
}
