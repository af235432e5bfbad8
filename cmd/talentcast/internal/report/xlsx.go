package report

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"
)

// The rows of a sheet.
const (
	titleRow = iota + 1
	noteRow
	headRow
	firstRow
)

// WriteXLSX writes one sheet: title, note, header, rows; numbers as numbers,
// dates as dates, everything else as text, ID numbers among it. The header stays
// in view and repeats on every printed page. The same table gives the same
// bytes: the file's times are the as-of date's.
func (t Table) WriteXLSX(w io.Writer) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	x := book{f: f, sheet: sheetName(t.Title)}
	x.try(f.SetSheetName("Sheet1", x.sheet))
	x.styles(t)
	for i, c := range t.Columns {
		x.width(i, c, t)
	}
	x.text(1, titleRow, t.Title, x.title)
	x.text(1, noteRow, t.Note, x.note)
	x.try(f.SetRowHeight(x.sheet, titleRow, 24))
	for i, c := range t.Columns {
		x.text(i+1, headRow, c.Header(), x.head)
	}
	for r, row := range t.Rows {
		for i, v := range row {
			x.cell(i+1, firstRow+r, t.Columns[i], v)
		}
	}
	x.sign(t)
	x.page(t)
	stamp := t.At
	if stamp.IsZero() {
		stamp = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	at := stamp.UTC().Format(time.RFC3339)
	x.try(f.SetDocProps(&excelize.DocProperties{
		Creator: "talentcast", LastModifiedBy: "talentcast", Created: at, Modified: at, Title: t.Title, Description: t.Note,
	}))
	if x.err != nil {
		return fmt.Errorf("write xlsx: %w", x.err)
	}
	if _, err := f.WriteTo(w); err != nil {
		return fmt.Errorf("write xlsx: %w", err)
	}
	return nil
}

// sign writes the lines to sign side by side, two rows below the table.
func (x *book) sign(t Table) {
	each := max(1, len(t.Columns)/max(1, len(t.Sign)))
	for i, line := range t.Sign {
		x.text(1+i*each, firstRow+len(t.Rows)+1, line, x.note)
	}
}

// page freezes the header, puts a filter on it and sets the sheet up for print:
// landscape, as wide as the paper, the header on every page.
func (x *book) page(t Table) {
	f := x.f
	x.try(f.SetPanes(x.sheet, &excelize.Panes{Freeze: true, YSplit: headRow, TopLeftCell: x.at(1, firstRow), ActivePane: "bottomLeft"}))
	landscape, a4, fit, tall := "landscape", 9, 1, 0
	yes := true
	x.try(f.SetPageLayout(x.sheet, &excelize.PageLayoutOptions{Orientation: &landscape, Size: &a4, FitToWidth: &fit, FitToHeight: &tall}))
	x.try(f.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$%d:$%d", x.sheet, headRow, headRow), Scope: x.sheet,
	}))
	if n := len(t.Columns); n > 0 && len(t.Rows) > 0 {
		x.try(f.AutoFilter(x.sheet, x.at(1, headRow)+":"+x.at(n, headRow+len(t.Rows)), nil))
	}
	// After the filter, which resets the sheet's properties.
	x.try(f.SetSheetProps(x.sheet, &excelize.SheetPropsOptions{FitToPage: &yes}))
}

// book writes cells and keeps the first error.
type book struct {
	f                 *excelize.File
	sheet             string
	err               error
	title, note, head int
	body              map[string]int
}

func (x *book) try(err error) {
	if x.err == nil {
		x.err = err
	}
}

func (x *book) style(s *excelize.Style) int {
	id, err := x.f.NewStyle(s)
	x.try(err)
	return id
}

func (x *book) styles(t Table) {
	top := &excelize.Alignment{Vertical: "center"}
	x.title = x.style(&excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}, Alignment: top})
	x.note = x.style(&excelize.Style{Font: &excelize.Font{Color: "6b7885", Size: 10}, Alignment: top})
	x.head = x.style(&excelize.Style{
		Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"e8eef4"}},
		Alignment: &excelize.Alignment{Vertical: "center", Horizontal: "center", WrapText: true},
		Border:    []excelize.Border{{Type: "bottom", Color: "8a949e", Style: 1}},
	})
	dates := "yyyy-mm-dd"
	if t.Lang != "en" {
		dates = `yyyy"年"m"月"d"日"`
	}
	x.body = map[string]int{}
	for _, s := range []struct{ key, format string }{
		{"number", "#,##0.0#"}, {"whole", "#,##0"}, {"percent", "0.0%"}, {"probability", `[<0.01]"<1%";[>0.99]">99%";0%`}, {"date", dates}, {"score", "0.000"}, {"money", "#,##0.00"}, {"text", "@"}, {"wide", "@"},
	} {
		a := &excelize.Alignment{Vertical: "top", WrapText: s.key == "wide"}
		x.body[s.key] = x.style(&excelize.Style{CustomNumFmt: &s.format, Alignment: a})
	}
}

// width fits the column to its header and its cells, Chinese at double width.
func (x *book) width(i int, c Column, t Table) {
	w := columns(c.Header()) + 4
	for _, row := range t.Rows[:min(len(t.Rows), 2000)] {
		w = max(w, columns(t.shown(c, row[i]))+2)
	}
	most := 40
	if c.Wide {
		most = 60
	}
	name, err := excelize.ColumnNumberToName(i + 1)
	x.try(err)
	x.try(x.f.SetColWidth(x.sheet, name, name, float64(min(most, max(10, w)))))
}

func (x *book) at(col, row int) string {
	name, err := excelize.CoordinatesToCellName(col, row)
	x.try(err)
	return name
}

func (x *book) text(col, row int, s string, style int) {
	at := x.at(col, row)
	x.try(x.f.SetCellStr(x.sheet, at, strings.ToValidUTF8(s, "\ufffd")))
	x.try(x.f.SetCellStyle(x.sheet, at, at, style))
}

func (x *book) cell(col, row int, c Column, v Cell) {
	at := x.at(col, row)
	style := "text"
	switch v := v.(type) {
	case nil:
		return
	case string:
		if v == "" {
			return
		}
		if c.Wide {
			style = "wide"
		}
		x.try(x.f.SetCellStr(x.sheet, at, strings.ToValidUTF8(v, "\ufffd"))) // a string is never a formula
	case time.Time:
		if v.IsZero() {
			return
		}
		style = "date"
		x.try(x.f.SetCellValue(x.sheet, at, v))
	case decimal.Decimal:
		style = "money"
		x.try(x.f.SetCellFloat(x.sheet, at, v.InexactFloat64(), 2, 64))
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return
		}
		style = "number"
		switch {
		case c.Type == Percent:
			style = "percent"
		case c.Type == Probability:
			style = "probability" // as phrase.Probability: never certain
		case c.Type == Score:
			style = "score"
		case v == math.Trunc(v):
			style = "whole"
		}
		x.try(x.f.SetCellFloat(x.sheet, at, v, -1, 64))
	default:
		x.try(x.f.SetCellStr(x.sheet, at, fmt.Sprint(v)))
	}
	x.try(x.f.SetCellStyle(x.sheet, at, at, x.body[style]))
}

// sheetName keeps to what Excel allows: 31 characters, none of []:*?/\.
func sheetName(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\'`, r) {
			return ' '
		}
		return r
	}, s)
	r := []rune(strings.TrimSpace(s))
	if len(r) == 0 {
		return "talentcast"
	}
	return string(r[:min(len(r), 31)])
}
