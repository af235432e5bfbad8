package report

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	lights "talentcast/analytics/target"
	"talentcast/charts"
	"talentcast/datasets"
)

// treeRoots are the targets that have parts and a goal, the headline ones first.
func treeRoots(o *outlook.Outlook) []*outlook.Target {
	var out []*outlook.Target
	for i := range o.Targets {
		x := &o.Targets[i]
		if x.SameAs == "" && x.Low != nil && *x.Low > 0 && o.Policy.Root(x.ID) == x.ID && len(o.Policy.Children(x.ID)) > 1 {
			out = append(out, x)
		}
	}
	slices.SortStableFunc(out, func(a, b *outlook.Target) int {
		return cmp.Compare(cmp.Or(a.Headline, 99), cmp.Or(b.Headline, 99))
	})
	return out
}

// tree draws the first tree of targets: the 500 with its parts.
func tree(o *outlook.Outlook, f charts.Frame) (charts.Chart, error) {
	d := charts.TreeData{Frame: f}
	var said []string
	if roots := treeRoots(o); len(roots) > 0 {
		d.Roots = []charts.Node{node(o, roots[0], f.Lang)}
		d.Title += pick(f.Lang, "：", ": ") + roots[0].Short(f.Lang)
		for _, c := range o.Policy.Children(roots[0].ID) {
			if x, ok := o.Target(c.ID); ok {
				said = append(said, x.Short(f.Lang)+" "+nodeText(x, f.Lang))
			}
		}
	}
	d.Alt = sentence(o.Policy.Name(f.Lang), said, f.Lang)
	return charts.Tree(d)
}

func node(o *outlook.Outlook, x *outlook.Target, lang string) charts.Node {
	n := charts.Node{
		Name: x.Short(lang), Size: 1, Text: nodeText(x, lang), Rest: pick(lang, "其余", "the rest"),
		Light: charts.Light{Key: string(x.Status), Icon: x.Status.Icon(), Word: x.Word(lang)},
	}
	if x.Low != nil && *x.Low > 0 {
		n.Size = *x.Low
	}
	for _, c := range o.Policy.Children(x.ID) {
		if part, ok := o.Target(c.ID); ok && part.Low != nil {
			n.Parts = append(n.Parts, node(o, part, lang))
		}
	}
	return n
}

// nodeText is what a target is at: 39/120人 · 2021年底前 68%.
func nodeText(x *outlook.Target, lang string) string {
	text := phrase.Missing
	if x.Actual != nil {
		text = phrase.Number(*x.Actual, 1)
	}
	if x.Low != nil {
		text += "/" + phrase.Amount(*x.Low, x.Unit, lang)
	}
	if x.Attainment != nil && !math.IsNaN(x.Attainment.LateLow.P) && x.Status != lights.Met {
		text += " · " + phrase.Probability(x.Attainment.LateLow.P)
	}
	return text
}

// flow draws the fund: from its sources through what has come in to what it was
// spent on, and what is left.
func flow(o *outlook.Outlook, f charts.Frame) (charts.Chart, error) {
	in, out := map[string]datasets.Fen{}, map[string]datasets.Fen{}
	var came, spent datasets.Fen
	for _, m := range o.Money {
		switch m.Stage {
		case "到位":
			in[m.Source] += m.Amount
			came += m.Amount
		case "支出":
			out[useOf(o, m, f.Lang)] += m.Amount
			spent += m.Amount
		}
	}
	d := charts.FlowData{Frame: f}
	d.Unit = "元"
	if came <= 0 {
		return charts.Flow(d)
	}
	words := func(v datasets.Fen) string { return phrase.Amount(v.Yuan(), "元", f.Lang) }
	pool := pick(f.Lang, "累计到位", "come in")
	var sources, uses []charts.Place
	for _, s := range byAmount(in) {
		name := sourceName(s, f.Lang)
		sources = append(sources, charts.Place{Name: name, Text: words(in[s]), Tone: charts.Source})
		d.Streams = append(d.Streams, charts.Stream{From: name, To: pool, Value: in[s].Yuan()})
	}
	for _, u := range byAmount(out) {
		uses = append(uses, charts.Place{Name: u, Text: words(out[u]), Tone: charts.Use})
		d.Streams = append(d.Streams, charts.Stream{From: pool, To: u, Value: out[u].Yuan()})
	}
	if left := came - spent; left > 0 {
		name := pick(f.Lang, "结转结余", "carried over")
		uses = append(uses, charts.Place{Name: name, Text: words(left), Tone: charts.Left})
		d.Streams = append(d.Streams, charts.Stream{From: pool, To: name, Value: left.Yuan()})
	}
	d.Columns = [][]charts.Place{sources, {{Name: pool, Text: words(came), Tone: charts.Pool}}, uses}
	d.Alt = fmt.Sprintf(pick(f.Lang, "%s：累计到位%s，支出%s。", "%s: %s have come in, %s are spent."), o.Policy.Name(f.Lang), words(came), words(spent))
	return charts.Flow(d)
}

// useOf is what money was spent on: its purpose, with the plan where several have one
// of the name.
func useOf(o *outlook.Outlook, m datasets.Money, lang string) string {
	plan := PlanName(o.Policy, m.Plan, lang)
	if m.Purpose == "" {
		return cmp.Or(plan, pick(lang, "未注明用途", "no purpose stated"))
	}
	for _, other := range o.Money {
		if other.Stage == m.Stage && other.Purpose == m.Purpose && other.Plan != m.Plan && plan != "" {
			return plan + " · " + m.Purpose
		}
	}
	return m.Purpose
}

func sourceName(s, lang string) string {
	switch s {
	case "财政":
		return pick(lang, "财政", "government")
	case "企业":
		return pick(lang, "企业", "enterprises")
	case "社会":
		return pick(lang, "社会", "society")
	case "其他":
		return pick(lang, "其他来源", "other sources")
	}
	return s
}

// byAmount are the names with an amount above zero, the largest first.
func byAmount(m map[string]datasets.Fen) []string {
	var names []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if m[k] > 0 {
			names = append(names, k)
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(m[b], m[a]) })
	return names
}

// moneyTable is the fund by year: budgeted, come in by source, spent, and carried
// over, in 元.
func moneyTable(o *outlook.Outlook, lang string) Table {
	sources := []string{"财政", "企业", "社会", "其他"}
	yuan := func(key, zh, en string) Column {
		return Column{Key: key, Title: pick(lang, zh, en), Unit: pick(lang, "元", "yuan"), Type: Money}
	}
	columns := []Column{{Key: "year", Title: pick(lang, "年度", "year"), Keep: true}, yuan("budget", "预算", "budget")}
	for _, s := range sources {
		columns = append(columns, yuan("in_"+s, s+"到位", sourceName(s, "en")))
	}
	columns = append(columns, yuan("in", "到位合计", "come in"), yuan("out", "支出", "spent"), yuan("left", "年末结转", "carried over"))
	t := table(o, "money", ChartTitle("flow", lang), lang, columns...)
	years := map[int]map[string]datasets.Fen{}
	for _, m := range o.Money {
		if years[m.Year] == nil {
			years[m.Year] = map[string]datasets.Fen{}
		}
		y := years[m.Year]
		switch m.Stage {
		case "预算":
			y["budget"] += m.Amount
		case "到位":
			y[m.Source] += m.Amount
			y["in"] += m.Amount
		case "支出":
			y["out"] += m.Amount
		}
	}
	left := datasets.Fen(0)
	for _, y := range slices.Sorted(maps.Keys(years)) {
		v := years[y]
		left += v["in"] - v["out"]
		row := []Cell{strconv.Itoa(y), v["budget"].Decimal()}
		for _, s := range sources {
			row = append(row, v[s].Decimal())
		}
		t.Rows = append(t.Rows, append(row, v["in"].Decimal(), v["out"].Decimal(), left.Decimal()))
	}
	return t
}

// duties are the yearly and rarer duties of the policy with their state by year.
func duties(o *outlook.Outlook, lang string) (years []string, rows []charts.CalendarRow) {
	first, last := 0, 0
	var with []*outlook.Target
	for i := range o.Targets {
		x := &o.Targets[i]
		if x.SameAs != "" || len(x.Duties) == 0 || x.Every > 0 && x.Every < 12 {
			continue
		}
		with = append(with, x)
		for _, u := range x.Duties {
			if first == 0 || u.From.Year() < first {
				first = u.From.Year()
			}
			last = max(last, u.To.Year())
		}
	}
	if len(with) == 0 {
		return nil, nil
	}
	for y := first; y <= last; y++ {
		years = append(years, strconv.Itoa(y))
	}
	for _, x := range with {
		row := charts.CalendarRow{Name: x.ID + " " + x.Short(lang), Cells: make([]charts.CalendarCell, len(years))}
		for _, u := range x.Duties {
			sign := map[outlook.DutyState]string{outlook.DutyDone: "√", outlook.DutyMissed: "×", outlook.DutyDue: "●"}[u.State]
			row.Cells[u.To.Year()-first] = charts.CalendarCell{State: charts.State(u.State), Sign: sign}
		}
		rows = append(rows, row)
	}
	return years, rows
}

func calendar(o *outlook.Outlook, f charts.Frame) (charts.Chart, error) {
	d := charts.CalendarData{Frame: f}
	d.Years, d.Rows = duties(o, f.Lang)
	d.Subtitle += pick(f.Lang, " · √ 已办 × 未办 ● 本期待办", " · √ done × missed ● due now")
	done, missed := 0, 0
	for _, r := range d.Rows {
		for _, c := range r.Cells {
			switch c.State {
			case charts.Done:
				done++
			case charts.Missed:
				missed++
			}
		}
	}
	d.Alt = fmt.Sprintf(pick(f.Lang, "%s：%d项定期任务，已办%d期，缺%d期。", "%s: %d duties, %d periods done and %d missed."), o.Policy.Name(f.Lang), len(d.Rows), done, missed)
	return charts.Calendar(d)
}
