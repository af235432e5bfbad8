package ingest

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"talentcast/datasets"
)

// The columns written beside refused rows. They are left out when the file comes
// back.
const (
	mendReason = "退回原因"
	mendRemedy = "怎么改"
)

// Mend writes the refused rows of a file as an XLSX in the file's own columns,
// each with its reasons and what to do beside it and the cells at fault marked,
// to be mended and handed in again. It holds what the file held, ID numbers
// included: it is for the one who handed the file in, and not to be kept. It
// returns how many rows it wrote; with none it writes nothing.
func Mend(ctx context.Context, name string, data []byte, o Options, w io.Writer) (int, error) {
	name, data, err := onlyTable(name, data, o.Limits)
	if err == nil {
		data, err = converted(ctx, baseName(name), data, o) // once for both times it is read
	}
	if err != nil {
		return 0, err
	}
	r, err := read(ctx, name, data, o)
	if err != nil {
		return 0, err
	}
	bad := map[place][]datasets.Refusal{}
	for _, f := range r.batch.Refusals {
		if f.Row > 0 {
			bad[place{f.Sheet, f.Row}] = append(bad[place{f.Sheet, f.Row}], f)
		}
	}
	if len(bad) == 0 {
		return 0, nil
	}
	b, err := open(ctx, r.name, data, r.o)
	if err != nil {
		return 0, err
	}
	defer func() { _ = b.close() }() // it was only read
	m := &mendBook{f: excelize.NewFile(), r: r, bad: bad}
	defer func() { _ = m.f.Close() }() // it was only in memory
	m.styles()
	for _, s := range b.sheets {
		for _, t := range r.tops {
			if t.sheet == s.name && t.header.complete() {
				if err := m.sheet(ctx, s, t); err != nil {
					return 0, err
				}
			}
		}
	}
	if m.err == nil {
		m.err = m.f.DeleteSheet("Sheet1")
	}
	if m.err == nil {
		_, m.err = m.f.WriteTo(w)
	}
	if m.err != nil {
		return 0, fmt.Errorf("write refused rows: %w", m.err)
	}
	return m.rows, nil
}

// mendBook is the workbook of refused rows while it is written; the first error
// stays.
type mendBook struct {
	f                             *excelize.File
	err                           error
	r                             *reading
	bad                           map[place][]datasets.Refusal
	rows                          int
	head, plain, wrong, why, part int // styles
}

func (m *mendBook) do(err error) {
	if m.err == nil {
		m.err = err
	}
}

func (m *mendBook) styles() {
	style := func(s excelize.Style) int {
		id, err := m.f.NewStyle(&s)
		m.do(err)
		return id
	}
	fill := func(c string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{c}}
	}
	m.head = style(excelize.Style{Font: &excelize.Font{Bold: true}, Fill: fill("E8EEF7"), NumFmt: 49})
	m.plain = style(excelize.Style{NumFmt: 49}) // text: what is typed stays as typed
	m.wrong = style(excelize.Style{NumFmt: 49, Fill: fill("FFD9D2")})
	m.why = style(excelize.Style{Fill: fill("FFF4CC"), Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	m.part = style(excelize.Style{NumFmt: 10})
}

// sheet writes the refused rows of one sheet under its own header.
func (m *mendBook) sheet(ctx context.Context, s sheet, t top) error {
	name := s.name
	if name == "" {
		name = t.header.layout.NameZh
	}
	out, width := 0, 0
	for l, err := range s.lines {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("read %s: %w", m.r.name, err)
		}
		if l.no == t.header.row {
			if t.header.joined != nil {
				l.cells = t.header.joined
			}
			width = len(l.cells)
			if _, err := m.f.NewSheet(name); err != nil {
				return fmt.Errorf("write refused rows: %w", err)
			}
			m.header(name, l, t)
			out = 1
			continue
		}
		why := m.bad[place{s.name, l.no}]
		if out == 0 || len(why) == 0 {
			continue
		}
		out++
		m.rows++
		m.row(name, out, width, s, l, t, why)
	}
	return nil
}

// header writes the file's own header, with the unit of money where the file
// stated it elsewhere.
func (m *mendBook) header(name string, l line, t top) {
	for at, c := range l.cells {
		c = clean(c)
		if i := t.column(at); i >= 0 && t.header.layout.Columns[i].Type == Money {
			if _, unit := headerNames(c); unit == "" && t.header.units[i] != "" {
				c += "（" + t.header.units[i] + "）"
			}
		}
		m.set(name, at+1, 1, c, m.head)
	}
	for i, c := range []string{mendReason, mendRemedy} {
		m.set(name, len(l.cells)+1+i, 1, c, m.head)
	}
	last, err := excelize.ColumnNumberToName(len(l.cells) + 2)
	m.do(err)
	m.do(m.f.SetColWidth(name, "A", last, 16))
	before, err := excelize.ColumnNumberToName(len(l.cells) + 1)
	m.do(err)
	m.do(m.f.SetColWidth(name, before, last, 48))
	m.do(m.f.SetPanes(name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
}

// row writes one refused row. Day numbers become dates again, and what is shown
// as a percentage stays one.
func (m *mendBook) row(name string, out, width int, s sheet, l line, t top, why []datasets.Refusal) {
	var reasons, remedies []string
	wrong := map[string]bool{}
	for _, f := range why {
		wrong[f.Column] = true
		reasons = append(reasons, f.ReasonZh)
		remedies = append(remedies, f.RemedyZh)
	}
	for at, c := range l.cells[:min(width, len(l.cells))] { // the reason tells what is beyond
		style := m.plain
		i := t.column(at)
		if i >= 0 && wrong[t.header.titles[i]] {
			style = m.wrong
		}
		if i >= 0 && t.header.layout.Columns[i].Type == Date {
			if _, err := strconv.ParseFloat(c, 64); err == nil && s.float {
				if day, ok := parseDate(c, opens, s.epoch1904); ok {
					c = day.Format(time.DateOnly)
				}
			}
		}
		if v, err := strconv.ParseFloat(c, 64); err == nil && s.percent != nil && s.percent(at+1, l.no) {
			cell, err := excelize.CoordinatesToCellName(at+1, out)
			m.do(err)
			m.do(m.f.SetCellFloat(name, cell, v, -1, 64))
			m.do(m.f.SetCellStyle(name, cell, cell, m.part))
			continue
		}
		m.set(name, at+1, out, c, style)
	}
	m.set(name, width+1, out, strings.Join(reasons, "\n"), m.why)
	m.set(name, width+2, out, strings.Join(remedies, "\n"), m.why)
}

func (m *mendBook) set(sheet string, col, row int, value string, style int) {
	cell, err := excelize.CoordinatesToCellName(col, row)
	m.do(err)
	m.do(m.f.SetCellStr(sheet, cell, value))
	m.do(m.f.SetCellStyle(sheet, cell, cell, style))
}

// column is the place in the layout of the column at a place of the row, or -1.
func (t top) column(at int) int {
	for i, x := range t.header.at {
		if x == at {
			return i
		}
	}
	return -1
}
