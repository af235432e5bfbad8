package pdf

import (
	"talentcast/cmd/talentcast/internal/report/document"
)

const (
	padX, padY = 4.0, 2.5
	cellLead   = 1.3
)

// table writes a table as wide as the text; its header comes again on every page
// and no row is torn apart, unless it is higher than a page.
func (x *writer) table(t document.Table) {
	size := x.look.cell
	widths := x.shares(t.Columns)
	head := make([]document.Cell, len(t.Columns))
	for i, c := range t.Columns {
		head[i] = document.Cell{Text: c.Title}
	}
	headLines, headHeight := x.cells(head, widths, size, true)
	caption := 0.0
	if t.Caption != "" {
		caption = x.look.caption * 1.9
	}
	var firstHeight float64
	if len(t.Rows) > 0 {
		_, firstHeight = x.cells(t.Rows[0], widths, size, false)
	}
	x.room(caption + headHeight + firstHeight + 4)
	if t.Caption != "" {
		x.centred(x.labels[t.ID]+"　"+t.Caption, x.look.caption, 1.7, true)
		x.y += 2
	}
	x.row(t, headLines, widths, headHeight, true)
	for _, r := range t.Rows {
		lines, height := x.cells(r, widths, size, false)
		if x.y+height > x.floor() && x.y > x.top()+headHeight+1 {
			x.page()
			x.row(t, headLines, widths, headHeight, true)
		}
		x.row(t, lines, widths, height, false)
	}
	if t.Note != "" {
		x.y += 3
		x.paragraph(document.Paragraph{Runs: []document.Run{{Text: t.Note}}, Style: document.Note})
	}
	x.y += 8
}

func (x *writer) shares(columns []document.Column) []float64 {
	sum := 0.0
	share := func(c document.Column) float64 {
		if c.Width <= 0 {
			return 1
		}
		return c.Width
	}
	for _, c := range columns {
		sum += share(c)
	}
	out := make([]float64, len(columns))
	for i, c := range columns {
		out[i] = x.width() * share(c) / sum
	}
	return out
}

// cells wraps the cells of a row and tells how high it is.
func (x *writer) cells(row []document.Cell, widths []float64, size float64, bold bool) (lines [][][]letter, height float64) {
	for i, c := range row {
		r := document.Run{Text: c.Text, Bold: c.Bold || c.Light != document.NoLight, Light: c.Light}
		ls := x.wrap(x.pieces([]document.Run{r}, size, bold), widths[i]-2*padX, 0, size)
		lines = append(lines, ls)
		height = max(height, float64(max(1, len(ls)))*size*cellLead+2*padY)
	}
	return lines, height
}

func (x *writer) row(t document.Table, lines [][][]letter, widths []float64, height float64, head bool) {
	at, size := x.left(), x.look.cell
	x.pdf.SetDrawColor(0x7a, 0x87, 0x94)
	x.pdf.SetLineWidth(0.5)
	x.pdf.SetFillColor(0xe9, 0xee, 0xf4)
	for i, ls := range lines {
		style := "D"
		if head {
			style = "FD"
		}
		x.pdf.Rect(at, x.y, widths[i], height, style)
		y := x.y + (height-float64(len(ls))*size*cellLead)/2
		for _, l := range ls {
			from := at + padX
			switch {
			case head || t.Columns[i].Align == document.Center:
				from = at + (widths[i]-lineWidth(l))/2
			case t.Columns[i].Align == document.Right:
				from = at + widths[i] - padX - lineWidth(l)
			}
			x.line(l, from, y+size*1.02, size)
			y += size * cellLead
		}
		at += widths[i]
	}
	x.y += height
}
