package compose

import (
	"strconv"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/cmd/talentcast/internal/report/document"
)

// supervision is a notice to one department: the targets it leads, what is asked
// of it and by when, and the data it owes.
func (w *writer) supervision() {
	w.marks()
	of := func(x *outlook.Target) bool { return leads(x, w.Department) }
	f, mine := w.f, tally(w.Outlook, of)
	if mine.Total == 0 {
		w.paragraph(document.Body, w.say("none.supervision", "", f))
		w.slide(w.say("title", string(Supervision), f), nil, document.Text(w.say("none.supervision", "", f)))
		return
	}
	f.Total, f.Met, f.Green, f.Yellow, f.Orange, f.Red, f.Grey, f.Tracked = mine.Total, mine.Met, mine.Green, mine.Yellow, mine.Orange, mine.Red, mine.Grey, mine.Tracked
	opening := w.say("opening", string(Supervision), f)
	w.paragraph(document.Body, opening)
	n := 0
	section := func(title string) {
		n++
		w.heading(1, w.numbered(1, n, title))
	}
	late := urgent(w.Outlook, of)
	if len(late) > 0 {
		section(pick(w.Lang, "红灯、橙灯目标", "Red and orange targets"))
		for i, x := range late {
			t := targetOf(w.Outlook, x, w.Lang)
			w.heading(3, w.numbered(3, i+1, x.Name(w.Lang)))
			w.paragraph(document.Body, w.say("target", "", t))
			w.paragraph(document.Body, w.say("pace", "", t))
		}
	}
	section(pick(w.Lang, "牵头目标进展", "Targets led"))
	table := w.ownTargets(of)
	w.add(table)
	overdue := w.overdue()
	if len(overdue) > 0 {
		section(pick(w.Lang, "逾期未报的数据", "Overdue data"))
		w.add(document.List{Items: overdue})
	}
	section(pick(w.Lang, "工作要求", "What is asked"))
	w.asks(len(late) > 0, mine.Grey > 0, len(overdue) > 0)
	w.slide(w.say("title", string(Supervision), f), nonEmpty(opening), table)
}

// asks are what the department is to do.
func (w *writer) asks(late, nodata, overdue bool) {
	var said []string
	for _, a := range []struct {
		name string
		is   bool
	}{{"ask.urgent", late}, {"ask.nodata", nodata}, {"ask.overdue", overdue}, {"ask.keep", !late}} {
		if a.is {
			said = append(said, w.say(a.name, "", w.f))
		}
	}
	list := document.List{Ordered: len(said) > 1}
	for _, s := range nonEmpty(said...) {
		list.Items = append(list.Items, []document.Run{{Text: s}})
	}
	w.add(list)
}

// ownTargets is what the department leads, with this year's share.
func (w *writer) ownTargets(of func(*outlook.Target) bool) document.Table {
	year := w.Outlook.AsOf.Format("2006")
	t := document.Table{ID: w.id(), Caption: pick(w.Lang, "牵头目标进展情况", "Progress of the targets led"), Columns: []document.Column{
		w.column("目标", "target", document.Left, 2.8), w.column("要求", "goal", document.Right, 1.2), w.column("实际", "actual", document.Right, 1.2),
		w.column(year+"年应完成", "due in "+year, document.Right, 1.4), w.column(year+"年已完成", "done in "+year, document.Right, 1.4),
		w.column("今后需", "needed", document.Right, 1.5), w.column("期限前概率", "P (in time)", document.Right, 1.2), w.column("状态", "status", document.Left, 1.6),
	}, Note: pick(w.Lang, "应完成数为年初缺口按至晚期限的剩余年数均摊。", "What is due is what was missing when the year began, in even shares to the late deadline.")}
	for i := range w.Outlook.Targets {
		x := &w.Outlook.Targets[i]
		if x.SameAs != "" || !of(x) {
			continue
		}
		f := targetOf(w.Outlook, x, w.Lang)
		late := text("")
		if f.HasP {
			late = odds(x.Attainment.LateLow, true)
		}
		t.Rows = append(t.Rows, []document.Cell{
			text(x.Short(w.Lang)), text(goal(x, w.Lang)), amount(x.Actual, x.Unit, w.Lang), text(f.YearShare), text(f.YearDone), text(f.NeedLate), late, w.status(x),
		})
	}
	return t
}

// overdue is the department's data that are overdue, a point each.
func (w *writer) overdue() [][]document.Run {
	if w.Health == nil {
		return nil
	}
	var out [][]document.Run
	for _, d := range w.Health.Deliveries {
		if d.Dept != w.Department || d.Overdue == 0 {
			continue
		}
		kind := report.KindName(d.Kind, w.Lang)
		out = append(out, []document.Run{{Text: pick(w.Lang,
			kind+"数据应于"+phrase.Date(d.Due.Time, w.Lang)+"报送，已逾期"+strconv.Itoa(d.Overdue)+"天，最近一次登记为"+phrase.Date(d.Known.Time, w.Lang)+"。",
			kind+": due on "+phrase.Date(d.Due.Time, w.Lang)+", "+strconv.Itoa(d.Overdue)+" days overdue, last registered on "+phrase.Date(d.Known.Time, w.Lang)+".")}})
	}
	return out
}

func yearText(y int) string { return strconv.Itoa(y) }
