// Package workbook writes the figures of a document as an Excel workbook: a sheet
// a table, typed cells with their number formats, and a sheet a chart with the
// chart to be edited and its data beside it.
package workbook

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"

	"talentcast/cmd/talentcast/internal/report/document"
	"talentcast/cmd/talentcast/internal/report/ooxml"
)

// Write writes the workbook. The same document gives the same bytes.
func Write(_ context.Context, w io.Writer, d document.Document, _ document.Drawer) (err error) {
	f := excelize.NewFile()
	defer func() {
		if cerr := f.Close(); err == nil {
			err = cerr
		}
	}()
	x := &writer{f: f, d: d, styles: map[string]int{}, names: map[string]bool{}}
	if err := x.cover(); err != nil {
		return fmt.Errorf("report as XLSX: %w", err)
	}
	labels := d.Labels()
	for _, b := range d.Blocks {
		var err error
		switch b := b.(type) {
		case document.Table:
			err = x.table(b, labels[b.ID])
		case document.Figure:
			if b.Chart != nil {
				err = x.chart(b, labels[b.ID])
			}
		}
		if err != nil {
			return fmt.Errorf("report as XLSX: %w", err)
		}
	}
	if err := x.properties(); err != nil {
		return fmt.Errorf("report as XLSX: %w", err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		return fmt.Errorf("report as XLSX: %w", err)
	}
	return ooxml.Repack(w, b.Bytes(), d.Stamp.AsOf)
}

type writer struct {
	f      *excelize.File
	d      document.Document
	styles map[string]int
	names  map[string]bool
}

func (x *writer) pick(zh, en string) string {
	if x.d.Lang == "en" {
		return en
	}
	return zh
}

// properties are the stamp's; times are the as-of date.
func (x *writer) properties() error {
	at := x.d.Stamp.AsOf.UTC().Format(time.RFC3339)
	p := &excelize.DocProperties{
		Title: document.Clean(x.d.Title), Subject: document.Clean(x.d.Stamp.Line(x.d.Lang)), Creator: "talentcast", LastModifiedBy: "talentcast", Created: at, Modified: at,
	}
	if x.d.Stamp.Demo {
		p.Category = document.DemoWord(x.d.Lang)
	}
	return x.f.SetDocProps(p)
}

// cover says what the workbook is.
func (x *writer) cover() error {
	const sheet = "Sheet1"
	name := x.pick("说明", "About")
	if err := x.f.SetSheetName(sheet, name); err != nil {
		return err
	}
	x.names[name] = true
	lines := []string{x.d.Title, x.d.Subtitle, x.d.Stamp.Line(x.d.Lang)}
	if x.d.Stamp.Demo {
		lines = append(lines, document.DemoWord(x.d.Lang))
	}
	for _, b := range x.d.Blocks {
		if p, ok := b.(document.Paragraph); ok && (p.Style == document.Lead || p.Style == document.Mark) {
			lines = append(lines, document.Plain(p.Runs, nil))
		}
	}
	for i, s := range lines {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return err
		}
		if err := x.f.SetCellStr(name, cell, document.Clean(s)); err != nil {
			return err
		}
	}
	wrap, err := x.style(&excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}, "wrap")
	if err != nil {
		return err
	}
	if err := x.f.SetColWidth(name, "A", "A", 100); err != nil {
		return err
	}
	return x.f.SetCellStyle(name, "A1", fmt.Sprintf("A%d", len(lines)), wrap)
}

// sheet starts a sheet with a name that Excel takes and no other has.
func (x *writer) sheet(label, caption string) (string, error) {
	name := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) {
			return ' '
		}
		return r
	}, document.Clean(strings.TrimSpace(label+" "+caption)))
	for n := 0; ; n++ {
		tail := ""
		if n > 0 {
			tail = fmt.Sprintf(" %d", n+1)
		}
		rs := []rune(name)
		full := string(rs[:min(len(rs), 31-utf8.RuneCountInString(tail))]) + tail
		if !x.names[full] {
			x.names[full] = true
			_, err := x.f.NewSheet(full)
			return full, err
		}
	}
}

func (x *writer) style(s *excelize.Style, key string) (int, error) {
	if id, ok := x.styles[key]; ok {
		return id, nil
	}
	id, err := x.f.NewStyle(s)
	x.styles[key] = id
	return id, err
}

// table writes a sheet: title, what it is of, header, rows.
func (x *writer) table(t document.Table, label string) error {
	sheet, err := x.sheet(label, t.Caption)
	if err != nil {
		return err
	}
	sw, err := x.f.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	head, err := x.style(&excelize.Style{
		Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E9EEF4"}},
		Alignment: &excelize.Alignment{WrapText: true, Vertical: "center", Horizontal: "center"}, Border: borders(),
	}, "head")
	if err != nil {
		return err
	}
	bold, err := x.style(&excelize.Style{Font: &excelize.Font{Bold: true, Size: 14}}, "title")
	if err != nil {
		return err
	}
	for i, c := range t.Columns {
		width := 12.0
		for _, r := range t.Rows[:min(200, len(t.Rows))] {
			width = max(width, min(48, letters(r[i].Text)*1.1+2))
		}
		width = max(width, min(30, letters(c.Title)+2))
		if err := sw.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	const headRow = 3
	if err := sw.SetPanes(&excelize.Panes{Freeze: true, YSplit: headRow, TopLeftCell: fmt.Sprintf("A%d", headRow+1), ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	row := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		row[i] = excelize.Cell{StyleID: head, Value: document.Clean(c.Title)}
	}
	if err := sw.SetRow("A1", []any{excelize.Cell{StyleID: bold, Value: document.Clean(strings.TrimSpace(label + " " + t.Caption))}}); err != nil {
		return err
	}
	note := x.d.Stamp.Line(x.d.Lang)
	if x.d.Stamp.Demo {
		note = document.DemoMark(x.d.Lang) + " " + note
	}
	if err := sw.SetRow("A2", []any{document.Clean(note)}); err != nil {
		return err
	}
	if err := sw.SetRow(fmt.Sprintf("A%d", headRow), row); err != nil {
		return err
	}
	for n, r := range t.Rows {
		cells := make([]any, len(r))
		for i, c := range r {
			if cells[i], err = x.cell(c, t.Columns[i].Align); err != nil {
				return err
			}
		}
		if err := sw.SetRow(fmt.Sprintf("A%d", headRow+1+n), cells); err != nil {
			return err
		}
	}
	if err := sw.Flush(); err != nil {
		return err
	}
	return x.printing(sheet, headRow)
}

// cell is a typed cell; text stays text, whatever it begins with.
func (x *writer) cell(c document.Cell, align document.Align) (excelize.Cell, error) {
	s := &excelize.Style{Border: borders(), Alignment: &excelize.Alignment{Vertical: "top", WrapText: align == document.Left}}
	key := fmt.Sprintf("cell %d %v %d", align, c.Bold, c.Light)
	if align == document.Right {
		s.Alignment.Horizontal = "right"
	}
	if c.Bold || c.Light != document.NoLight {
		s.Font = &excelize.Font{Bold: true}
		if c.Light != document.NoLight {
			s.Font.Color = c.Light.Color()
		}
	}
	var value any = document.Clean(c.Shown())
	switch v := c.Value.(type) {
	case float64:
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			value = v
		}
	case decimal.Decimal:
		value = v.InexactFloat64()
	case time.Time:
		value = v
	}
	if _, text := value.(string); text {
		s.NumFmt = 49 // text
		key += " text"
	} else if c.Format != "" {
		s.CustomNumFmt = &c.Format
		key += " " + c.Format
	}
	id, err := x.style(s, key)
	return excelize.Cell{StyleID: id, Value: value}, err
}

func borders() []excelize.Border {
	var out []excelize.Border
	for _, side := range []string{"left", "right", "top", "bottom"} {
		out = append(out, excelize.Border{Type: side, Color: "B8C2CC", Style: 1})
	}
	return out
}

// letters is how wide a text is in Latin letters.
func letters(s string) float64 {
	n := 0.0
	for _, r := range s {
		n++
		if r >= 0x2E80 {
			n++
		}
	}
	return n
}

// printing sets the sheet to be printed on A4 lying, as wide as a page, its header
// on each.
func (x *writer) printing(sheet string, head int) error {
	paper, wide, fit, high := 9, "landscape", 1, 0
	if err := x.f.SetPageLayout(sheet, &excelize.PageLayoutOptions{Size: &paper, Orientation: &wide, FitToWidth: &fit, FitToHeight: &high}); err != nil {
		return err
	}
	yes := true
	if err := x.f.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &yes}); err != nil {
		return err
	}
	if err := x.f.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$%d:$%d", sheet, head, head), Scope: sheet}); err != nil {
		return err
	}
	return x.f.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{OddFooter: "&C&P / &N"})
}
