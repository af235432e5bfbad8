package workbook

import (
	"fmt"
	"math"

	"github.com/xuri/excelize/v2"

	"talentcast/cmd/talentcast/internal/report/document"
)

// chart writes a sheet with the chart's figures and, beside them, the chart as
// Excel draws it.
func (x *writer) chart(f document.Figure, label string) error {
	c := f.Chart
	sheet, err := x.sheet(label, f.Caption)
	if err != nil {
		return err
	}
	set := func(col, row int, v any) error {
		cell, err := excelize.CoordinatesToCellName(col, row)
		if err != nil {
			return err
		}
		return x.f.SetCellValue(sheet, cell, v)
	}
	if err := set(1, 1, document.Clean(f.Caption)); err != nil {
		return err
	}
	const head = 3
	if err := set(1, head, document.Clean(c.X)); err != nil {
		return err
	}
	for i, s := range c.Series {
		if err := set(i+2, head, document.Clean(s.Name)); err != nil {
			return err
		}
		for k, v := range s.Values {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				continue
			}
			if err := set(i+2, head+1+k, v); err != nil {
				return err
			}
		}
	}
	for k, name := range c.Categories {
		if err := set(1, head+1+k, document.Clean(name)); err != nil {
			return err
		}
	}
	if err := x.f.SetColWidth(sheet, "A", "A", 14); err != nil {
		return err
	}
	at, err := excelize.CoordinatesToCellName(len(c.Series)+3, head)
	if err != nil {
		return err
	}
	lines, areas := x.series(sheet, c, head)
	switch c.Kind {
	case document.Fan:
		if len(areas) == 0 {
			return x.f.AddChart(sheet, at, x.look(c, excelize.Line, lines))
		}
		return x.f.AddChart(sheet, at, x.look(c, excelize.AreaStacked, areas), x.look(c, excelize.Line, lines))
	case document.Columns:
		return x.f.AddChart(sheet, at, x.look(c, excelize.Col, lines))
	case document.Bars:
		return x.f.AddChart(sheet, at, x.look(c, excelize.Bar, lines))
	case document.Stacked:
		return x.f.AddChart(sheet, at, x.look(c, excelize.BarStacked, lines))
	}
	return x.f.AddChart(sheet, at, x.look(c, excelize.Line, lines))
}

// series are the chart's lines or bars, and its areas.
func (x *writer) series(sheet string, c *document.Chart, head int) (lines, areas []excelize.ChartSeries) {
	last := head + len(c.Categories)
	for i, s := range c.Series {
		col, err := excelize.ColumnNumberToName(i + 2)
		if err != nil {
			continue // there are no so many columns
		}
		one := excelize.ChartSeries{
			Name:       fmt.Sprintf("'%s'!$%s$%d", sheet, col, head),
			Categories: fmt.Sprintf("'%s'!$A$%d:$A$%d", sheet, head+1, last),
			Values:     fmt.Sprintf("'%s'!$%s$%d:$%s$%d", sheet, col, head+1, col, last),
			Marker:     excelize.ChartMarker{Symbol: "none"},
		}
		switch {
		case s.Clear:
			one.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFFFFF"}, Transparency: 100}
			areas = append(areas, one)
			continue
		case s.Area:
			one.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{s.Color}}
			areas = append(areas, one)
			continue
		}
		if s.Color != "" {
			one.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{s.Color}}
		}
		one.Line = excelize.LineOptions{Width: 2, Fill: one.Fill}
		if s.Dash {
			one.Line.Dash = excelize.LineDashDash
		}
		lines = append(lines, one)
	}
	return lines, areas
}

func (x *writer) look(c *document.Chart, kind excelize.ChartType, series []excelize.ChartSeries) *excelize.Chart {
	return &excelize.Chart{
		Type: kind, Series: series, Title: titled(c.Title),
		Dimension: excelize.ChartDimension{Width: 900, Height: 460}, Legend: excelize.ChartLegend{Position: "bottom"},
		XAxis: excelize.ChartAxis{Title: titled(c.X)}, YAxis: excelize.ChartAxis{MajorGridLines: true, Title: titled(c.Y)},
		ShowBlanksAs: "gap",
	}
}

func titled(s string) excelize.ChartTitle {
	if s == "" {
		return excelize.ChartTitle{}
	}
	return excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: document.Clean(s)}}}
}
