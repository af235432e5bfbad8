package compose

import (
	"talentcast/analytics/outlook"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/cmd/talentcast/internal/report/document"
)

// briefChanges is how many changes one page has room for.
const briefChanges = 3

// brief is one page: where things stand, the headline targets, what needs
// attention.
func (w *writer) brief() {
	w.marks()
	w.paragraph(document.Lead, w.say("summary", "", w.f))
	f := w.f
	f.Changes = f.Changes[:min(briefChanges, len(f.Changes))]
	w.paragraph(document.Body, w.say("changes", "", f))
	for i, x := range w.Outlook.Headlines() {
		t := targetOf(w.Outlook, x, w.Lang)
		t.Again = i > 0
		w.paragraph(document.Body, w.say("target", "", t))
	}
	w.paragraph(document.Body, w.say("urgent", string(Brief), w.f))
	w.summarySlides()
}

// summarySlides are the message of the whole, one slide a headline, what is red and
// what changed.
func (w *writer) summarySlides() {
	o := w.Outlook
	points := document.List{}
	for _, x := range o.Headlines() {
		points.Items = append(points.Items, []document.Run{{Text: w.say("target", "", targetOf(o, x, w.Lang)), Light: lightOf(x.Status)}})
	}
	c, err := report.PolicyChart(o, "status", w.Lang)
	notes := []string{w.say("summary", "", w.f)}
	if pic, ok := w.picture(c, err); ok {
		w.slide(w.say("slide.summary", "", w.f), notes, pic)
	}
	if len(points.Items) > 0 {
		w.slide(pick(w.Lang, "总体目标进展", "The headline targets"), notes, points)
	}
	for _, x := range o.Headlines() {
		f := targetOf(o, x, w.Lang)
		notes := nonEmpty(w.say("target", "", f), w.say("pace", "", f), f.Reason)
		if pic, ok := w.fan(x); ok {
			w.slide(w.say("slide.target", "", f), notes, pic)
		}
	}
	if all := urgent(o, func(*outlook.Target) bool { return true }); len(all) > 0 {
		const most = 8
		t := w.targets("", all[:min(most, len(all))], true)
		w.slide(w.say("slide.urgent", "", w.f), []string{w.say("urgent", "", w.f)}, t)
	}
	if w.f.Since != "" {
		list := document.List{}
		for _, c := range w.f.Changes[:min(6, len(w.f.Changes))] {
			list.Items = append(list.Items, []document.Run{{Text: c.Name + pick(w.Lang, "：", ": "), Bold: true}, {Text: c.Text}})
		}
		if len(list.Items) > 0 {
			w.slide(w.say("slide.changes", "", w.f), []string{w.say("changes", "", w.f)}, list)
		}
	}
}

func nonEmpty(said ...string) []string {
	var out []string
	for _, s := range said {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}
