package compose

import (
	"math"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	lights "talentcast/analytics/target"
	"talentcast/charts"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/cmd/talentcast/internal/report/document"
)

// lightOf is a status as documents show it.
func lightOf(s lights.Status) document.Light {
	switch s {
	case lights.Met:
		return document.Met
	case lights.OnTrack:
		return document.Green
	case lights.Late:
		return document.Yellow
	case lights.AtRisk:
		return document.Orange
	case lights.OffTrack:
		return document.Red
	}
	return document.Grey
}

// column makes a column of a table.
func (w *writer) column(zh, en string, align document.Align, width float64) document.Column {
	return document.Column{Title: pick(w.Lang, zh, en), Align: align, Width: width}
}

func text(s string) document.Cell { return document.Cell{Text: orDash(s)} }

// dash stands for a figure that does not exist.
const dash = "—"

func orDash(s string) string {
	if s == "" {
		return dash
	}
	return s
}

// share is a share as people read it, with its value for workbooks.
func share(v *float64) document.Cell {
	if v == nil || math.IsNaN(*v) {
		return text("")
	}
	return document.Cell{Text: phrase.Percent(*v), Value: *v, Format: "0.0%"}
}

// odds is a probability as people read it.
func odds(p lights.Probability, there bool) document.Cell {
	if !there || math.IsNaN(p.P) {
		return text("")
	}
	return document.Cell{Text: phrase.Probability(p.P), Value: p.P, Format: "0%"}
}

// amount is a figure with its unit.
func amount(v *float64, unit, lang string) document.Cell {
	if v == nil || math.IsNaN(*v) {
		return text("")
	}
	return document.Cell{Text: phrase.Amount(*v, unit, lang), Value: *v, Format: "#,##0.##"}
}

// status is a light with its word.
func (w *writer) status(x *outlook.Target) document.Cell {
	return document.Cell{Text: x.Status.Word(w.Lang), Light: lightOf(x.Status)}
}

// id is the next table's.
func (w *writer) id() string {
	w.tables++
	return "table" + phrase.Number(float64(w.tables), 0)
}

// targets is a table of targets, as short as a page is wide.
func (w *writer) targets(caption string, xs []*outlook.Target, lead bool) document.Table {
	t := document.Table{ID: w.id(), Caption: caption, Columns: []document.Column{
		w.column("目标", "target", document.Left, 2.7), w.column("要求", "goal", document.Right, 1.3), w.column("实际", "actual", document.Right, 1.3),
		w.column("完成率", "completed", document.Right, 1.15), w.column("序时进度", "time gone", document.Right, 1.3),
		w.column("概率（早/晚）", "P (early/late)", document.Right, 1.7), w.column("状态", "status", document.Left, 2),
	}}
	if lead {
		t.Columns = append(t.Columns, w.column("牵头部门", "lead", document.Left, 2))
	}
	for _, x := range xs {
		row := []document.Cell{
			text(x.Short(w.Lang)), text(goal(x, w.Lang)), amount(x.Actual, x.Unit, w.Lang), share(x.Completion), share(x.Elapsed), w.both(x), w.status(x),
		}
		if lead {
			row = append(row, text(report.DepartmentNames(w.Outlook.Policy, x.Lead, w.Lang)))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// both are the probabilities by both deadlines, or by the one there is.
func (w *writer) both(x *outlook.Target) document.Cell {
	f := targetOf(w.Outlook, x, w.Lang)
	if !f.HasP {
		return text("")
	}
	late := odds(x.Attainment.LateLow, true)
	if f.EarlyP == "" {
		return late
	}
	late.Text = phrase.Probability(x.Attainment.EarlyLow.P) + " / " + late.Text
	return late
}

func goal(x *outlook.Target, lang string) string {
	if x.Low == nil && x.High == nil {
		return ""
	}
	return report.GoalText(x.Target, lang)
}

// figure adds a chart of the policy as it is printed: the caption stands in for its
// title.
func (w *writer) figure(name string) {
	c, err := report.PolicyChart(w.Outlook, name, w.Lang)
	if f, ok := w.picture(c, err); ok {
		f.Chart = report.Editable(w.Outlook, "", name, w.Lang)
		w.add(f)
	}
}

// paperWidth is how wide a chart is drawn for a page, in CSS px: words of 12 px are
// 8 points high then.
const paperWidth = 700

// picture is a chart for paper.
func (w *writer) picture(c charts.Chart, err error) (document.Figure, bool) {
	if err == nil {
		c, err = c.Untitled()
	}
	if err == nil {
		c, err = c.In(charts.OnPaper)
	}
	if err != nil {
		if w.err == nil {
			w.err = err
		}
		return document.Figure{}, false
	}
	w.tables++
	f := report.DocFigure(c, "figure"+phrase.Number(float64(w.tables), 0))
	if c.W > paperWidth && c.Name != "status" && c.Name != "tree" { // those measure their words for their width
		f.H, f.W = f.H*9/10, paperWidth
	}
	return f, true
}

// fan is the chart of a target's past and future.
func (w *writer) fan(x *outlook.Target) (document.Figure, bool) {
	for _, name := range report.ChartNames(x) {
		if name == "fan" {
			f, ok := w.picture(report.Chart(w.Outlook, x.ID, "fan", w.Lang, nil))
			f.Chart = report.Editable(w.Outlook, x.ID, "fan", w.Lang)
			return f, ok
		}
	}
	return document.Figure{}, false
}

// slide adds a slide.
func (w *writer) slide(title string, notes []string, blocks ...document.Block) {
	w.slides = append(w.slides, document.Slide{Title: title, Blocks: blocks, Notes: notes})
}

// marks warns that the data are synthetic, before anything else.
func (w *writer) marks() {
	if w.Outlook.State.Demo {
		w.paragraph(document.Mark, pick(w.Lang, "演示数据：本报告中的数字由人工合成，不代表真实情况。", "Demonstration data: the figures of this report are synthetic and describe nothing real."))
	}
	if w.f.Scenario != "" {
		w.paragraph(document.Mark, pick(w.Lang, "本报告按假设情景写成，不是基准预测。", "This report is about an assumed scenario, not the baseline forecast. ")+w.f.Scenario)
	}
}
