package report

import (
	"fmt"
	"math"
	"strings"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/analytics/scenario"
	"talentcast/charts"
)

// ScopeName returns how levers of the outlook's policy name their scopes.
func ScopeName(o *outlook.Outlook, lang string) func(id string) string {
	return func(id string) string { return o.Scope(id, lang) }
}

// column makes a column.
func column(lang, key, zh, en string, ty Type) Column {
	return Column{Key: key, Title: pick(lang, zh, en), Type: ty}
}

// wan is an amount of money in 元 as a column in 万元 has it.
func wan(yuan float64) Cell { return math.Round(yuan/100) / 100 }

// Bill lists what the additions of a scenario cost, target by target; money is in
// 万元.
func Bill(o *outlook.Outlook, lang string) Table {
	money := func(key, zh, en string) Column {
		return Column{Key: key, Title: pick(lang, zh, en), Unit: pick(lang, "万元", "¥10k"), Type: Number}
	}
	t := table(o, "bill", pick(lang, "费用", "Cost"), lang,
		column(lang, "id", "编号", "id", Text), column(lang, "name", "目标", "target", Text), money("price", "单价", "each"),
		column(lang, "added0", "基准新增", "added: baseline", Number), column(lang, "added1", "情景新增", "added: scenario", Number),
		money("cost0", "基准费用", "cost: baseline"), money("cost1", "情景费用", "cost: scenario"), money("dcost", "增减", "change"))
	if o.Bill == nil {
		return t
	}
	for _, l := range o.Bill.Lines {
		t.Rows = append(t.Rows, []Cell{
			l.Target, o.Scope(l.Target, lang), wan(l.Price), math.Round(l.BaseAdded*10) / 10, math.Round(l.WithAdded*10) / 10, wan(l.Base), wan(l.With), wan(l.With - l.Base),
		})
	}
	if len(t.Rows) > 0 {
		t.Rows = append(t.Rows, []Cell{"", pick(lang, "合计", "total"), nil, nil, nil, wan(o.Bill.Base), wan(o.Bill.With), wan(o.Bill.With - o.Bill.Base)})
	}
	return t
}

// Budget lists the years under a scenario's budget; money is in 万元.
func Budget(o *outlook.Outlook, lang string) Table {
	money := func(key, zh, en string) Column {
		return Column{Key: key, Title: pick(lang, zh, en), Unit: pick(lang, "万元", "¥10k"), Type: Number}
	}
	t := table(o, "budget", pick(lang, "经费逐年", "Budget by year"), lang,
		column(lang, "year", "年份", "year", Text), money("available", "可用", "available"), money("spent", "支出", "spent"), money("left", "结余", "left"),
		column(lang, "binding", "经费不够的概率", "P(too little)", Probability), column(lang, "cut", "不够时保留的比例", "kept when too little", Percent))
	if o.Bill == nil {
		return t
	}
	for _, y := range o.Bill.Years {
		kept := Cell(y.Cut)
		if y.Binding == 0 {
			kept = nil
		}
		t.Rows = append(t.Rows, []Cell{fmt.Sprint(y.Year), wan(y.Available), wan(y.Spent), wan(y.Left), y.Binding, kept})
	}
	return t
}

// Held lists the second view of cumulative counts of people: those still here.
func Held(o *outlook.Outlook, lang string) Table {
	t := table(o, "held", pick(lang, "在册人数", "Those still here"), lang,
		column(lang, "id", "编号", "id", Text), column(lang, "name", "目标", "target", Text), column(lang, "now", "现在在册", "now", Number),
		column(lang, "early0", "早期限：基准", "early: baseline", Number), column(lang, "early1", "早期限：情景", "early: scenario", Number),
		column(lang, "late0", "晚期限：基准", "late: baseline", Number), column(lang, "late1", "晚期限：情景", "late: scenario", Number),
		column(lang, "p0", "晚期限在册达标概率：基准", "P(as many still here, late): baseline", Probability),
		column(lang, "p1", "晚期限在册达标概率：情景", "P(as many still here, late): scenario", Probability))
	people := func(v *float64) Cell {
		if v == nil {
			return nil
		}
		return math.Round(*v)
	}
	for _, h := range o.Held {
		t.Rows = append(t.Rows, []Cell{
			h.Target, o.Scope(h.Target, lang), math.Round(h.Now), people(h.Base.Early), people(h.With.Early), people(h.Base.Late), people(h.With.Late),
			number(h.Base.PLate), number(h.With.PLate),
		})
	}
	return t
}

// Compared is a scenario to be set beside others.
type Compared struct {
	Name string
	Of   *outlook.Outlook
}

// likely is the probability of a target's low end by the early or late deadline; NaN
// where there is none.
func likely(o *outlook.Outlook, id string, early bool) float64 {
	t, ok := o.Target(id)
	switch {
	case !ok || t.Attainment == nil:
		return math.NaN()
	case early && !t.Early.Equal(t.Late):
		return t.Attainment.EarlyLow.P
	case early:
		return math.NaN()
	}
	return t.Attainment.LateLow.P
}

// Scenarios sets scenarios side by side: every target that has a probability, by
// both deadlines and with the expected date, the baseline first.
func Scenarios(base *outlook.Outlook, with []Compared, lang string) Table {
	t := table(base, "scenarios", pick(lang, "情景并列", "Scenarios side by side"), lang,
		column(lang, "id", "编号", "id", Text), column(lang, "name", "目标", "target", Text))
	all := append([]Compared{{pick(lang, "基准", "baseline"), base}}, with...)
	for _, what := range []struct {
		key, zh, en string
		ty          Type
	}{{"early", "早期限前概率", "P(by early)", Probability}, {"late", "晚期限前概率", "P(by late)", Probability}, {"date", "预计完成", "expected", Text}} {
		for i, x := range all {
			t.Columns = append(t.Columns, Column{Key: fmt.Sprintf("%s%d", what.key, i), Title: pick(lang, what.zh+"："+x.Name, what.en+": "+x.Name), Type: what.ty})
		}
	}
	for i := range base.Targets {
		b := &base.Targets[i]
		if b.SameAs != "" || math.IsNaN(likely(base, b.ID, false)) {
			continue
		}
		row := []Cell{b.ID, b.Name(lang)}
		for _, early := range []bool{true, false} {
			for _, x := range all {
				row = append(row, finite(likely(x.Of, b.ID, early)))
			}
		}
		for _, x := range all {
			w, ok := x.Of.Target(b.ID)
			if !ok {
				row = append(row, nil)
				continue
			}
			row = append(row, ExpectedText(w, lang))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// shownCompared is how many targets the chart of a comparison has.
const shownCompared = 10

// ScenariosChart shows the probabilities of the headline targets, and of those that
// differ most, under each scenario, by the deadlines at which they differ most.
func ScenariosChart(base *outlook.Outlook, with []Compared, lang string) (charts.Chart, error) {
	spread := func(id string, early bool) float64 {
		b := likely(base, id, early)
		most := 0.0
		for _, x := range with {
			if p := likely(x.Of, id, early); !math.IsNaN(p) && !math.IsNaN(b) {
				most = max(most, math.Abs(p-b))
			}
		}
		return most
	}
	sums := map[bool]float64{}
	for _, t := range base.Targets {
		if t.SameAs == "" {
			sums[true] += spread(t.ID, true)
			sums[false] += spread(t.ID, false)
		}
	}
	early := sums[true] > sums[false]
	d := charts.CompareData{Frame: charts.Frame{
		Title:    pick(lang, "各情景的完成概率", "Probability under each scenario") + pick(lang, map[bool]string{true: "（早期限前）", false: "（晚期限前）"}[early], map[bool]string{true: " (by the early deadline)", false: " (by the late deadline)"}[early]),
		Subtitle: base.Policy.Name(lang) + " · " + pick(lang, "截至", "as of ") + phrase.Date(base.AsOf.Time, lang), Lang: lang, Demo: base.State.Demo,
	}}
	ids := compareIDs(base, early, spread)
	all := append([]Compared{{pick(lang, "基准", "baseline"), base}}, with...)
	var said []string
	for _, x := range all {
		row := charts.Row{Name: x.Name}
		for i, id := range ids {
			p := likely(x.Of, id, early)
			row.Values = append(row.Values, p)
			if i == 0 && !math.IsNaN(p) {
				said = append(said, x.Name+" "+phrase.Probability(p))
			}
		}
		d.Rows = append(d.Rows, row)
	}
	for _, id := range ids {
		d.Names = append(d.Names, base.Scope(id, lang))
	}
	if len(d.Names) > 0 {
		d.Alt = sentence(d.Title+pick(lang, "，", ", ")+d.Names[0], said, lang)
	}
	return charts.Compare(d)
}

// compareIDs are the headline targets, then those furthest from the baseline.
func compareIDs(base *outlook.Outlook, early bool, spread func(id string, early bool) float64) []string {
	var ids []string
	seen := map[string]bool{}
	for _, t := range base.Headlines() {
		if !math.IsNaN(likely(base, t.ID, early)) && !seen[t.Canonical] {
			seen[t.Canonical] = true
			ids = append(ids, t.ID)
		}
	}
	for len(ids) < shownCompared {
		best, most := "", 0.005
		for _, t := range base.Targets {
			if s := spread(t.ID, early); t.SameAs == "" && !seen[t.Canonical] && s > most {
				best, most = t.ID, s
			}
		}
		if best == "" {
			break
		}
		seen[best] = true
		ids = append(ids, best)
	}
	return ids
}

// leverName is a lever in words, without when it acts.
func leverName(o *outlook.Outlook, l scenario.Lever, lang string) string {
	spec, _ := scenario.SpecOf(l.Kind)
	out := pick(lang, spec.Zh, spec.En)
	if l.Scope != "" {
		out += pick(lang, "（"+o.Scope(l.Scope, lang)+"）", " ("+o.Scope(l.Scope, lang)+")")
	}
	return out
}

// LeverValue writes a main value of a lever with its unit: 1.36倍.
func LeverValue(l scenario.Lever, v float64, lang string) string {
	spec, ok := scenario.SpecOf(l.Kind)
	if !ok {
		return phrase.Number(v, 2)
	}
	f := spec.Fields[0]
	switch unit := pick(lang, f.UnitZh, f.UnitEn); {
	case f.UnitZh == "万元":
		return phrase.Amount(v*1e4, "元", lang)
	case lang == phrase.En && unit == "times":
		return "×" + phrase.Number(v, 2)
	case unit == "" || unit == "%" || lang != phrase.En:
		return phrase.Number(v, 2) + unit
	default:
		return phrase.Number(v, 2) + " " + unit
	}
}

// leverAxis names an axis of a lever's main value.
func leverAxis(o *outlook.Outlook, l scenario.Lever, lang string) string {
	spec, _ := scenario.SpecOf(l.Kind)
	unit := strings.Trim(pick(lang, spec.Fields[0].UnitZh, spec.Fields[0].UnitEn), "（）")
	if unit == "" {
		return leverName(o, l, lang)
	}
	return leverName(o, l, lang) + pick(lang, "，", ", ") + unit
}
