package outlook

import (
	"fmt"
	"math"
	"strings"
	"time"

	"talentcast/analytics"
	"talentcast/analytics/phrase"
	"talentcast/analytics/target"
	"talentcast/datasets"
)

// sentence tells the change in each language: the light where it is another, then
// the probability where it moved by more than chance, else the figure.
func (c *Change) sentence(now *Target, since, asOf time.Time) Text {
	w := changeWords{c: c, now: now, since: since, asOf: asOf}
	w.lang = phrase.Zh
	zh := w.sentence()
	w.lang = phrase.En
	return Text{zh, w.sentence()}
}

// changeWords writes one change in one language.
type changeWords struct {
	c           *Change
	now         *Target
	since, asOf time.Time
	lang        string
}

func (w changeWords) say(zh, en string, args ...any) string {
	return fmt.Sprintf(pick(w.lang != phrase.En, zh, en), args...)
}

func (w changeWords) sentence() string {
	since := phrase.Date(w.since, w.lang)
	overdue := w.passed(w.asOf) && !w.passed(w.since) && w.c.Now.Status != target.Met
	if !w.c.Moved() && !overdue {
		return w.say("与%s相比没有变化：其间没有新增或修订的数据。", "No change since %s: no data were added or revised.", since)
	}
	var clauses []string
	if a, b := w.c.Then.Status, w.c.Now.Status; a != b {
		clauses = append(clauses, w.say("由“%s”转为“%s”", "from “%s” to “%s”", StatusWord(a, w.now.Measure, w.lang), StatusWord(b, w.now.Measure, w.lang)))
	}
	switch p := w.c.Probability; {
	case w.settled():
		if overdue {
			clauses = append(clauses, w.say("期限已过", "the deadline has passed"))
		}
		clauses = append(clauses, w.figure())
	case p != nil && p.clear():
		clauses = append(clauses, w.probability(p))
	case p != nil:
		clauses = append(clauses, w.steady(), w.figure())
	default:
		clauses = append(clauses, w.figure())
	}
	kept := clauses[:0]
	for _, x := range clauses {
		if x != "" {
			kept = append(kept, x)
		}
	}
	return w.say("与%s相比，%s。", "Since %s: %s.", since, strings.Join(kept, w.say("；", "; ")))
}

// Moved reports whether there is anything to tell: another light, other rows,
// another figure, or a probability that moved by more than chance.
func (c *Change) Moved() bool {
	return c.Then.Status != c.Now.Status || c.Rows != RowChanges{} ||
		c.Figure != nil && *c.Figure != Shares{} || c.Probability != nil && c.Probability.clear()
}

// clear reports whether the whole or any part of it is more than chance.
func (x *Shares) clear() bool {
	return x.Total.Clear() || x.New.Clear() || x.Revised.Clear() || x.Model.Clear()
}

// settled reports whether the probability is a forecast no more: the target is
// met, or its deadline has passed.
func (w changeWords) settled() bool { return w.c.Now.Status == target.Met || w.passed(w.asOf) }

func (w changeWords) passed(on time.Time) bool {
	return !w.now.Late.IsZero() && !w.now.Late.After(on)
}

// probability: by how much it rose or fell, and what made it.
func (w changeWords) probability(p *Shares) string {
	from, to := phrase.Odds(w.c.Then.Late.P), phrase.Odds(w.c.Now.Late.P)
	head := w.say("按期完成概率由%s降至%s", "the probability of finishing in time fell from %s to %s", from, to)
	switch {
	case !p.Total.Clear() || from == to:
		head = w.steady()
	case p.Total.Value > 0:
		head = w.say("按期完成概率由%s升至%s", "the probability of finishing in time rose from %s to %s", from, to)
	}
	_, revised, fresh, model := w.c.Rounded()
	var parts []string
	left := false
	add := func(s Share, rounded float64, label, note string) {
		switch {
		case s.Clear():
			x := label + " " + phrase.Points(rounded)
			if len(parts) == 0 {
				x += w.say("个百分点", " points")
			}
			if note != "" {
				x += w.say("（%s）", " (%s)", note)
			}
			parts = append(parts, x)
		case s.Value != 0:
			left = true
		}
	}
	add(p.New, fresh, w.say("新增数据", "new data"), w.added())
	add(p.Revised, revised, w.say("修订数据", "revised data"), w.revisedRows())
	add(p.Model, model, w.say("模型", "model"), "")
	switch {
	case len(parts) == 0:
		parts = append(parts, w.say("没有一项单独超出模拟误差", "no single cause is beyond the error of the simulation"))
	case left:
		parts = append(parts, w.say("其余在模拟误差以内", "the rest is within the error of the simulation"))
	}
	return head + w.say("：", ": ") + strings.Join(parts, w.say("，", ", "))
}

// steady: a probability that did not move by more than chance.
func (w changeWords) steady() string {
	from, to := phrase.Odds(w.c.Then.Late.P), phrase.Odds(w.c.Now.Late.P)
	if from == to {
		return w.say("按期完成概率仍为%s", "the probability of finishing in time is still %s", to)
	}
	return w.say("按期完成概率由%s到%s，变化在模拟误差以内", "the probability of finishing in time went from %s to %s, within the error of the simulation", from, to)
}

// figure: what became of the actual.
func (w changeWords) figure() string {
	f, then, now := w.c.Figure, w.c.Then.Figure, w.c.Now.Figure
	what := w.say("实际", "the figure")
	if w.now.Measure == datasets.Cap {
		what = w.say("超过上限的", "what is over the limit")
	}
	amount := func(v float64) string { return phrase.Amount(v, w.c.Unit, w.lang) }
	switch {
	case f == nil && math.IsNaN(now):
		return w.rowNote()
	case f == nil:
		return w.say("此前没有数据，现为%s", "there were no data then; it is %s now", amount(now))
	case *f == Shares{}:
		head := w.say("%s仍为%s", "%s is still %s", what, amount(now))
		if note := w.rowNote(); note != "" {
			head += w.say("，", ", ") + note
		}
		return head
	case f.Revised.Value == 0:
		return w.say("%s由%s%s%s（%s）", "%s %[3]s %[2]s to %[4]s (%[5]s)", what, amount(then), w.way(f.Total.Value), amount(now), w.added())
	}
	head := w.say("%s由%s%s%s", "%s %[3]s %[2]s to %[4]s", what, amount(then), w.way(f.Total.Value), amount(now))
	return head + w.say("：新增数据 %s，修订数据 %s（%s）", ": new data %s, revised data %s (%s)",
		w.plain(f.New.Value), w.plain(f.Revised.Value), w.revisedRows())
}

// way is how a figure moved, as it stands between its two values.
func (w changeWords) way(diff float64) string {
	switch {
	case diff > 0:
		return w.say("增至", "rose from")
	case diff < 0:
		return w.say("减至", "fell from")
	}
	return w.say("到", "went from")
}

// plain is a difference of figures; none is written as 0.
func (w changeWords) plain(v float64) string {
	if v == 0 {
		return "0"
	}
	return phrase.Difference(v, w.c.Unit, w.lang)
}

// added says what came after the earlier day, in the target's unit where rows are
// counted or summed.
func (w changeWords) added() string {
	when := w.when()
	counted := w.now.Source == "records" && (w.now.Measure == datasets.Cumulative || w.now.Measure == datasets.Stock || w.now.Measure == datasets.PerPeriod)
	switch f := w.c.Figure; {
	case counted && f != nil && f.New.Value > 0:
		return w.say("%s新增%s", "%[2]s added %[1]s", when, phrase.Pace(f.New.Value, w.c.Unit, w.lang))
	case counted && f != nil && f.New.Value < 0:
		return w.say("%s净减%s", "a net %[2]s fewer %[1]s", when, phrase.Pace(-f.New.Value, w.c.Unit, w.lang))
	case w.c.Rows.New == 1:
		return w.say("%s新增1条记录", "1 record added %s", when)
	case w.c.Rows.New > 0:
		return w.say("%s新增%d条记录", "%[2]d records added %[1]s", when, w.c.Rows.New)
	}
	return w.say("%s没有新增", "none added %s", when)
}

// when names the time between the two days: the month, where it is one.
func (w changeWords) when() string {
	a, b := analytics.PeriodOf(w.since, analytics.Monthly), analytics.PeriodOf(w.asOf, analytics.Monthly)
	if b.Sub(a) == 1 && a.End().Equal(w.since) {
		return w.say("%d月", "in %s", pickMonth(w.asOf, w.lang))
	}
	return w.say("其间", "since")
}

func pickMonth(t time.Time, lang string) any {
	if lang == phrase.En {
		return phrase.Month(t, lang)
	}
	return int(t.Month())
}

func (w changeWords) revisedRows() string {
	n := w.c.Rows.Revised()
	switch n {
	case 0:
		return ""
	case 1:
		return w.say("修订1条记录", "1 record revised")
	}
	return w.say("修订%d条记录", "%d records revised", n)
}

// rowNote says what became of the rows where the figure does not tell it.
func (w changeWords) rowNote() string {
	fresh, revised := w.c.Rows.New, w.c.Rows.Revised()
	switch {
	case fresh == 0 && revised == 0:
		return ""
	case revised == 0:
		return w.say("其间新增%d条记录", "%d records added", fresh)
	case fresh == 0:
		return w.say("其间修订%d条记录", "%d records revised", revised)
	}
	return w.say("其间新增%d条、修订%d条记录", "%d records added and %d revised", fresh, revised)
}

// Rounded is the split of the probability's change to a tenth of a point, so that
// the parts as printed add up to the difference of the probabilities as printed;
// what rounding leaves goes to the largest part. It is zero without a split.
func (c *Change) Rounded() (total, revised, fresh, model float64) {
	x := c.Probability
	if x == nil {
		return 0, 0, 0, 0
	}
	tenths := func(v float64) float64 { return math.Round(v * 1000) }
	v := [3]float64{tenths(x.Revised.Value), tenths(x.New.Value), tenths(x.Model.Value)}
	sum := tenths(c.Now.Late.P) - tenths(c.Then.Late.P)
	largest := 0
	for i := range v {
		if math.Abs(v[i]) > math.Abs(v[largest]) {
			largest = i
		}
	}
	v[largest] += sum - v[0] - v[1] - v[2]
	return sum / 1000, v[0] / 1000, v[1] / 1000, v[2] / 1000
}
