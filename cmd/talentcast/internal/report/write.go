package report

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"
	"golang.org/x/text/width"

	"talentcast/analytics/fault"
)

// WriteCSV writes the header and the rows in "utf-8" (with a byte order mark, so
// that Excel takes it for what it is) or "gb18030"; "" is utf-8.
func (t Table) WriteCSV(w io.Writer, enc string) error {
	var closer io.Closer
	switch strings.ToLower(enc) {
	case "", "utf-8", "utf8":
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return fmt.Errorf("write csv: %w", err)
		}
	case "gb18030", "gbk":
		tw := transform.NewWriter(w, encoding.ReplaceUnsupported(simplifiedchinese.GB18030.NewEncoder()))
		w, closer = tw, tw
	default:
		return fault.Newf(fault.Invalid, "不支持编码 %[1]q；请用 utf-8 或 gb18030。", "There is no encoding %[1]q; use utf-8 or gb18030.", enc)
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true
	record := make([]string, len(t.Columns))
	for i, col := range t.Columns {
		record[i] = neutral(col.Header())
	}
	err := c.Write(record)
	for _, row := range t.Rows {
		for i, v := range row {
			record[i] = plain(v)
		}
		err = errors.Join(err, c.Write(record))
	}
	c.Flush()
	err = errors.Join(err, c.Error())
	if closer != nil {
		err = errors.Join(err, closer.Close())
	}
	if err != nil {
		return fmt.Errorf("write csv: %w", err)
	}
	return nil
}

// WriteXLSX writes one sheet: title, note, header, rows; numbers as numbers,
// dates as dates, everything else as text. The same table gives the same bytes.
func (t Table) WriteXLSX(w io.Writer) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	const sheet = "Sheet1"
	x := book{f: f, sheet: sheet}
	x.styles(t)
	for i, c := range t.Columns {
		x.width(i+1, c)
	}
	x.text(1, 1, t.Title, x.title)
	x.text(1, 2, t.Note, x.note)
	for i, c := range t.Columns {
		x.text(i+1, 3, c.Header(), x.head)
	}
	for r, row := range t.Rows {
		for i, v := range row {
			x.cell(i+1, r+4, t.Columns[i], v)
		}
	}
	x.try(f.SetPanes(sheet, &excelize.Panes{Freeze: true, YSplit: 3, TopLeftCell: "A4", ActivePane: "bottomLeft"}))
	x.try(f.SetSheetName(sheet, sheetName(t.Title)))
	stamp := t.At
	if stamp.IsZero() {
		stamp = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	at := stamp.UTC().Format(time.RFC3339)
	x.try(f.SetDocProps(&excelize.DocProperties{Creator: "talentcast", LastModifiedBy: "talentcast", Created: at, Modified: at, Title: t.Title}))
	if x.err != nil {
		return fmt.Errorf("write xlsx: %w", x.err)
	}
	if _, err := f.WriteTo(w); err != nil {
		return fmt.Errorf("write xlsx: %w", err)
	}
	return nil
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
		{"number", "#,##0.##"}, {"whole", "#,##0"}, {"percent", "0.0%"}, {"date", dates}, {"money", "#,##0.00"}, {"text", "@"}, {"wide", "@"},
	} {
		a := &excelize.Alignment{Vertical: "top", WrapText: s.key == "wide"}
		x.body[s.key] = x.style(&excelize.Style{CustomNumFmt: &s.format, Alignment: a})
	}
}

func (x *book) width(i int, c Column) {
	w := float64(columns(c.Header()) + 4)
	switch {
	case c.Wide:
		w = 48
	case c.Type == Date:
		w = max(w, 16)
	}
	name, err := excelize.ColumnNumberToName(i)
	x.try(err)
	x.try(x.f.SetColWidth(x.sheet, name, name, min(60, max(10, w))))
}

func (x *book) at(col, row int) string {
	name, err := excelize.CoordinatesToCellName(col, row)
	x.try(err)
	return name
}

func (x *book) text(col, row int, s string, style int) {
	at := x.at(col, row)
	x.try(x.f.SetCellStr(x.sheet, at, s))
	x.try(x.f.SetCellStyle(x.sheet, at, at, style))
}

func (x *book) cell(col, row int, c Column, v Cell) {
	at := x.at(col, row)
	style := "text"
	switch v := v.(type) {
	case nil:
		return
	case string:
		if c.Wide {
			style = "wide"
		}
		x.try(x.f.SetCellStr(x.sheet, at, v)) // a string is never a formula
	case time.Time:
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
		case c.Type == Percent || c.Type == Probability:
			style = "percent"
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

// WriteText writes the table for a terminal, columns aligned for the double
// width of Chinese, cut to the given width where the last columns do not fit.
func (t Table) WriteText(w io.Writer, limit int) error {
	cells := make([][]string, 0, len(t.Rows)+1)
	head := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		head[i] = c.Header()
	}
	cells = append(cells, head)
	for _, row := range t.Rows {
		line := make([]string, len(row))
		for i, v := range row {
			line[i] = strings.ReplaceAll(t.shown(t.Columns[i], v), "\n", " ")
		}
		cells = append(cells, line)
	}
	widths := fit(cells, limit)
	var b strings.Builder
	for _, line := range cells {
		used := 0
		for i, s := range line {
			if widths[i] == 0 {
				continue
			}
			s = cut(s, widths[i])
			pad := strings.Repeat(" ", widths[i]-columns(s))
			if used > 0 {
				b.WriteString("  ")
			}
			used++
			if t.Columns[i].Type != Text && t.Columns[i].Type != Date {
				b.WriteString(pad + s)
			} else {
				b.WriteString(s + pad)
			}
		}
		out := strings.TrimRight(b.String(), " ") + "\n"
		b.Reset()
		if _, err := io.WriteString(w, out); err != nil {
			return fmt.Errorf("write table: %w", err)
		}
	}
	return nil
}

// fit gives each column the width it needs; when that is too much the widest
// are narrowed, to 12 at the least, and then the last ones dropped.
func fit(cells [][]string, limit int) []int {
	widths := make([]int, len(cells[0]))
	for _, line := range cells {
		for i, s := range line {
			widths[i] = max(widths[i], columns(s))
		}
	}
	total := func() (sum int) {
		for _, w := range widths {
			if w > 0 {
				sum += w + 2
			}
		}
		return sum - 2
	}
	for total() > limit {
		widest := 0
		for i, w := range widths {
			if w > widths[widest] {
				widest = i
			}
		}
		if widths[widest] > 12 {
			widths[widest]--
			continue
		}
		last := len(widths) - 1
		for last > 0 && widths[last] == 0 {
			last--
		}
		if last == 0 {
			break
		}
		widths[last] = 0
	}
	return widths
}

// columns is how many columns of a terminal the text takes.
func columns(s string) int {
	n := 0
	for _, r := range s {
		n += runeColumns(r)
	}
	return n
}

func runeColumns(r rune) int {
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// cut shortens the text to n columns, with an ellipsis where something is lost.
func cut(s string, n int) string {
	if columns(s) <= n {
		return s
	}
	used := 0
	for i, r := range s {
		used += runeColumns(r)
		if used > n-1 {
			return s[:i] + "…"
		}
	}
	return s
}
