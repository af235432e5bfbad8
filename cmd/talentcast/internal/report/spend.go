package report

import (
	"fmt"
	"slices"
	"strings"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/analytics/scenario"
	"talentcast/charts"
)

// yuanOf is 分 as 元.
func yuanOf(f scenario.Fen) float64 { return float64(f) / 100 }

// SpendText says where the money does most and what the cheapest way costs.
func SpendText(o *outlook.Outlook, ask outlook.Spending, got *outlook.Spent) outlook.Text {
	say := func(lang string) string {
		if len(got.Frontier) == 0 {
			return ""
		}
		first, last := got.Frontier[0], got.Frontier[len(got.Frontier)-1]
		budget := phrase.Amount(ask.Budget*1e4, "元", lang)
		out := fmt.Sprintf(pick(lang, "有%s可用时，预期达标（加权）从%s项增加到%s项，实际用去%s：", "With %s the expected (weighted) number met rises from %s to %s, at a cost of %s: "),
			budget, phrase.Number(first.Met, 2), phrase.Number(last.Met, 2), phrase.Amount(yuanOf(last.Cost), "元", lang))
		out += splitText(o, got, last, lang) + pick(lang, "。", ".")
		cheap := phrase.Amount(yuanOf(got.Cheapest.Cost), "元", lang)
		if len(got.Missing) == 0 {
			return out + fmt.Sprintf(pick(lang, "要使每项的概率都不低于%s，至少需要%s。", " To give each at least %s takes %s."), phrase.Probability(ask.P), cheap)
		}
		var names []string
		for _, id := range got.Missing {
			names = append(names, o.Scope(id, lang))
		}
		return out + fmt.Sprintf(pick(lang, "要使每项的概率都不低于%[1]s：%[2]s在力度上限以内做不到，其余需要%[3]s。", " To give each at least %[1]s: %[2]s can't within its highest multiple; the others take %[3]s."),
			phrase.Probability(ask.P), strings.Join(names, pick(lang, "、", ", ")), phrase.Amount(yuanOf(cheapestBut(got)), "元", lang))
	}
	return outlook.Text{Zh: say(phrase.Zh), En: say(phrase.En)}
}

// cheapestBut is the cost of the cheapest way for those that can be had.
func cheapestBut(got *outlook.Spent) (sum scenario.Fen) {
	for i, c := range got.Choices {
		if i < len(got.Cheapest.Take) && !slices.Contains(got.Missing, c.ID) {
			sum += c.Options[got.Cheapest.Take[i]].Cost
		}
	}
	return sum
}

// splitText is an allocation in words: 硕士研究生 1.5倍 12万元，….
func splitText(o *outlook.Outlook, got *outlook.Spent, a scenario.Allocation, lang string) string {
	var parts []string
	for i, c := range got.Choices {
		opt := c.Options[a.Take[i]]
		if opt.Cost == 0 {
			continue
		}
		parts = append(parts, o.Scope(c.ID, lang)+pick(lang, "", " ")+phrase.Amount(yuanOf(opt.Cost), "元", lang)+
			pick(lang, "（引进"+phrase.Number(opt.Level, 2)+"倍）", " (intake ×"+phrase.Number(opt.Level, 2)+")"))
	}
	if len(parts) == 0 {
		return pick(lang, "钱用不出去，不投入也一样", "money does nothing more")
	}
	return strings.Join(parts, pick(lang, "、", ", "))
}

// SpendTable is the split of the whole budget and the cheapest way, target by target;
// money is in 万元.
func SpendTable(o *outlook.Outlook, got *outlook.Spent, lang string) Table {
	money := func(key, zh, en string) Column {
		return Column{Key: key, Title: pick(lang, zh, en), Unit: pick(lang, "万元", "¥10k"), Type: Number}
	}
	t := table(o, "spend", pick(lang, "资金分配", "Where the money goes"), lang,
		column(lang, "id", "编号", "id", Text), column(lang, "name", "目标", "target", Text), column(lang, "weight", "权重", "weight", Number),
		column(lang, "p0", "不投入时概率", "P without", Probability), money("cost", "投入", "spent"), column(lang, "level", "引进倍数", "intake", Number),
		column(lang, "p1", "投入后概率", "P with", Probability), money("least", "达到要求至少需要", "least for what is wanted"),
		column(lang, "least_level", "此时引进倍数", "its intake", Number), column(lang, "reached", "能否达到", "can it be had", Text))
	if len(got.Frontier) == 0 {
		return t
	}
	last := got.Frontier[len(got.Frontier)-1]
	var sum, least scenario.Fen
	for i, c := range got.Choices {
		opt, cheap := c.Options[last.Take[i]], c.Options[got.Cheapest.Take[i]]
		missing := slices.Contains(got.Missing, c.ID)
		row := []Cell{
			c.ID, o.Scope(c.ID, lang), c.Weight, c.Options[0].P, wan(yuanOf(opt.Cost)), round2(opt.Level), opt.P, wan(yuanOf(cheap.Cost)), round2(cheap.Level),
			pick(lang, map[bool]string{true: "× 最高" + phrase.Probability(cheap.P), false: "√ 能"}[missing], map[bool]string{true: "no, at most " + phrase.Probability(cheap.P), false: "yes"}[missing]),
		}
		sum += opt.Cost
		if missing {
			row[7], row[8] = nil, nil
		} else {
			least += cheap.Cost
		}
		t.Rows = append(t.Rows, row)
	}
	t.Rows = append(t.Rows, []Cell{"", pick(lang, "合计", "total"), nil, nil, wan(yuanOf(sum)), nil, nil, wan(yuanOf(least)), nil, ""})
	return t
}

// SpendChart is the frontier of money against targets met.
func SpendChart(o *outlook.Outlook, ask outlook.Spending, got *outlook.Spent, lang string) (charts.Chart, error) {
	d := charts.FrontierData{Frame: charts.Frame{
		Title:    pick(lang, "资金与预期达标项数", "Money and targets expected to be met"),
		Subtitle: o.Policy.Name(lang) + " · " + pick(lang, "截至", "as of ") + phrase.Date(o.AsOf.Time, lang),
		Axis:     pick(lang, "预期达标项数（加权）", "expected number met (weighted)"), Lang: lang, Demo: o.State.Demo, Alt: SpendText(o, ask, got).In(lang),
	}, Name: pick(lang, "预期达标项数", "expected number met")}
	for _, a := range got.Frontier {
		d.Points = append(d.Points, charts.FrontierPoint{Money: yuanOf(a.Cost), Met: a.Met, Text: splitText(o, got, a, lang)})
	}
	if ask.Budget > 0 {
		d.At = []charts.Level{{Text: pick(lang, "可用 ", "to spend ") + phrase.Amount(ask.Budget*1e4, "元", lang), Value: ask.Budget * 1e4}}
	}
	return charts.Frontier(d)
}

// FrontierTable is the frontier as figures; money is in 万元.
func FrontierTable(o *outlook.Outlook, got *outlook.Spent, lang string) Table {
	t := table(o, "frontier", pick(lang, "资金与预期达标项数", "Money and targets expected to be met"), lang,
		Column{Key: "money", Title: pick(lang, "投入", "spent"), Unit: pick(lang, "万元", "¥10k"), Type: Number}, column(lang, "met", "预期达标项数", "expected number met", Number), column(lang, "split", "分配", "split", Text))
	for _, a := range got.Frontier.Thin(25) {
		t.Rows = append(t.Rows, []Cell{wan(yuanOf(a.Cost)), round2(a.Met), splitText(o, got, a, lang)})
	}
	return t
}
