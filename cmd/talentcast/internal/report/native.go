package report

import (
	"time"

	"github.com/shopspring/decimal"

	"talentcast/charts"
	"talentcast/cmd/talentcast/internal/report/document"
)

// DocTable is the table as a document has it: every cell as people read it, with
// its value for workbooks.
func DocTable(t Table, id, caption string) document.Table {
	d := document.Table{ID: id, Caption: caption}
	for _, c := range t.Columns {
		col := document.Column{Title: c.Header(), Width: 1}
		if c.Type != Text && c.Type != Date {
			col.Align = document.Right
		}
		if c.Wide {
			col.Width = 3
		}
		d.Columns = append(d.Columns, col)
	}
	for _, row := range t.Rows {
		cells := make([]document.Cell, len(row))
		for i, v := range row {
			cells[i] = t.docCell(t.Columns[i], v)
		}
		d.Rows = append(d.Rows, cells)
	}
	return d
}

func (t Table) docCell(c Column, v Cell) document.Cell {
	cell := document.Cell{Text: t.shown(c, v)}
	switch v.(type) {
	case float64:
		cell.Value, cell.Format = v, "#,##0.##"
		switch c.Type {
		case Percent:
			cell.Format = "0.0%"
		case Probability:
			cell.Format = "0%"
		case Score:
			cell.Format = "0.000"
		}
	case decimal.Decimal:
		cell.Value, cell.Format = v, "#,##0.00"
	case time.Time:
		cell.Value, cell.Format = v, "yyyy-mm-dd"
	}
	if cell.Text == "" {
		cell.Text, cell.Value = "—", nil
	}
	return cell
}

// DocFigure is the chart as a document has it, its title as the caption.
func DocFigure(c charts.Chart, id string) document.Figure {
	return document.Figure{ID: id, Caption: c.Title, Alt: c.Alt, Option: c.Option, W: c.W, H: c.H}
}
