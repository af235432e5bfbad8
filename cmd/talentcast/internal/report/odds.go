package report

import (
	"fmt"
	"math"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/charts"
)

// HistoryOfTarget is how the forecasts of one target have done, all together and
// by horizon.
func HistoryOfTarget(h *outlook.History, id, lang string) Table {
	t := historyTable(h, "history", pick(lang, "历史检验", "How earlier forecasts have done"), lang, scoreColumns(lang)...)
	if x, ok := h.Policy.Target(id); ok {
		t.Title = x.Name(lang) + pick(lang, "：", ": ") + t.Title
	}
	if s, ok := h.OfTarget(id); ok {
		t.Rows = append(t.Rows, scoreRow(id, pick(lang, "全部", "all"), s))
	}
	for _, s := range h.TargetHorizons(id) {
		t.Rows = append(t.Rows, scoreRow(id, pick(lang, "提前", "")+HorizonText(s.Horizon, lang)+pick(lang, "", " ahead"), s))
	}
	return t
}

// OddsChart is how the probability of meeting the target has moved: as it stood
// at the origins of the history, and as it stands in the outlook. ok is false
// where it never stood, or only stands now.
func OddsChart(h *outlook.History, o *outlook.Outlook, x *outlook.Target, lang string) (c charts.Chart, ok bool, err error) {
	given := h.GivenOf(x.ID)
	if a := x.Attainment; a != nil && x.Actual != nil && x.Late.After(o.AsOf.Time) {
		given = append(given, outlook.Given{Target: x.ID, Origin: o.AsOf, Early: a.EarlyLow.P, Late: a.LateLow.P, Actual: *x.Actual})
	}
	if len(given) < 2 {
		return charts.Chart{}, false, nil
	}
	f := frame(o, x, "odds", lang)
	d := charts.OddsData{Frame: f, Lines: []charts.Odds{{Name: byText(x, true, lang)}}}
	two := !x.Early.IsZero() && !x.Early.Equal(x.Late)
	if two {
		d.Lines = append(d.Lines, charts.Odds{Name: byText(x, false, lang)})
	}
	for _, g := range given {
		d.Lines[0].Points = append(d.Lines[0].Points, charts.Point{Date: g.Origin.Time, Value: g.Late})
		if two {
			early := g.Early
			if g.Origin.After(x.Early) {
				early = math.NaN() // answered, not forecast
			}
			d.Lines[1].Points = append(d.Lines[1].Points, charts.Point{Date: g.Origin.Time, Value: early})
		}
	}
	for _, v := range []float64{o.Thresholds.Yellow, o.Thresholds.Orange} {
		d.Levels = append(d.Levels, charts.Level{Text: phrase.Number(v*100, 0) + "%", Value: v})
	}
	first, last := given[0], given[len(given)-1]
	d.Alt = sentence(x.Name(lang), []string{fmt.Sprintf(pick(lang, "%s的概率在%s为%s，在%s为%s", "probability of being %s in %s: %s, in %s: %s"),
		byText(x, true, lang), phrase.Month(first.Origin.Time, lang), phrase.Probability(first.Late), phrase.Month(last.Origin.Time, lang), phrase.Probability(last.Late))}, lang)
	c, err = charts.OddsChart(d)
	return c, err == nil, err
}

func byText(x *outlook.Target, late bool, lang string) string {
	d := x.Early
	if late {
		d = x.Late
	}
	return pick(lang, deadlineText(d, lang)+"前完成", "met by "+deadlineText(d, lang))
}
