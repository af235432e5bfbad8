package report

import (
	"strconv"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
)

// Changes is every target that changed since an earlier day, one a row: how it
// stood then and stands now, what made the difference, and the sentence that
// says so. Points are percentage points of the probability by the late deadline.
func Changes(c *outlook.Changes, lang string) Table {
	col := func(key, zh, en string, ty Type) Column { return Column{Key: key, Title: pick(lang, zh, en), Type: ty} }
	points := func(key, zh, en string) Column {
		return Column{Key: key, Title: pick(lang, zh, en), Unit: pick(lang, "百分点", "points"), Type: Text}
	}
	keep := func(c Column) Column { c.Keep = true; return c }
	wide := func(c Column) Column { c.Wide = true; return c }
	t := Table{
		Name: "changes", Title: pick(lang, "变化原因", "What changed, and why"), Lang: lang, Demo: c.State.Demo, At: c.AsOf.Time,
		Note: c.Policy.Name(lang) + " · " + phrase.Date(c.Since.Time, lang) + " → " + phrase.Date(c.AsOf.Time, lang),
		Columns: []Column{
			keep(col("id", "编号", "id", Text)), keep(wide(col("name", "目标", "target", Text))), keep(col("status", "状态", "status", Text)),
			col("then", "原实际", "figure then", Text), keep(col("now", "现实际", "figure now", Text)),
			col("p_then", "原概率", "P then", Text), keep(col("p_now", "现概率", "P now", Text)),
			keep(points("new", "新增数据", "new data")), keep(points("revised", "修订数据", "revised data")), points("model", "模型", "model"),
			col("rows_new", "新增行", "rows added", Number), col("rows_revised", "修订行", "rows revised", Number),
			wide(col("reason", "原因", "reason", Text)),
		},
	}
	for i := range c.Targets {
		x := &c.Targets[i]
		if !x.Moved() || x.ID != x.Canonical {
			continue
		}
		t.Rows = append(t.Rows, changeRow(x, lang))
	}
	return t
}

func changeRow(x *outlook.Change, lang string) []Cell {
	light := x.Now.Status.Icon() + " " + outlook.StatusWord(x.Now.Status, x.Measure, lang)
	if x.Then.Status != x.Now.Status {
		light = x.Then.Status.Icon() + " → " + light
	}
	var fresh, revised, model string
	if x.Probability != nil {
		_, r, n, m := x.Rounded()
		fresh, revised, model = phrase.Points(n), phrase.Points(r), phrase.Points(m)
	}
	return []Cell{
		x.ID, x.Name(lang), light,
		known(phrase.Amount(x.Then.Figure, x.Unit, lang)), known(phrase.Amount(x.Now.Figure, x.Unit, lang)),
		known(phrase.Odds(x.Then.Late.P)), known(phrase.Odds(x.Now.Late.P)), fresh, revised, model,
		float64(x.Rows.New), float64(x.Rows.Revised()), x.Text.In(lang),
	}
}

// known leaves out what does not exist.
func known(s string) string {
	if s == phrase.Missing {
		return ""
	}
	return s
}

// DifferenceText is a difference of figures with its sign; none is 0.
func DifferenceText(v float64, unit, lang string) string {
	if v == 0 {
		return strconv.Itoa(0)
	}
	return phrase.Difference(v, unit, lang)
}
