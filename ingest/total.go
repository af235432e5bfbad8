package ingest

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// The words of total rows that sum what stands since the total before; the
// others sum all rows.
var sectionWords = []string{"小计", "本页小计", "本页合计", "subtotal"}

// totals compares the total rows of a sheet with the rows they sum: amounts to
// the 分, counts exactly. It goes through the sheet a second time, so that files
// without totals pay nothing for it.
type totals struct {
	r   *reading
	t   found
	sum []column
	top map[int][]string // total rows that stand above all data, with their cells
	any bool             // there was a row of data
}

// column is one column that totals are compared in.
type column struct {
	i, at         int // in the layout and in the file
	all, since    decimal.Decimal
	unread, fresh int // cells that could not be read: of all rows, and since the total before
}

// checkTotals notes what came of each total row. Rows that were refused count,
// as long as their figure can be read: a refusal must not look like a wrong
// total.
func (r *reading) checkTotals(ctx context.Context, t found) error {
	s := &totals{r: r, t: t, top: map[int][]string{}}
	for i, c := range t.header.layout.Columns {
		if at := t.header.at[i]; at >= 0 && (c.Type == Money || c.Type == Whole) {
			s.sum = append(s.sum, column{i: i, at: at})
		}
	}
	n := 0
	for l, err := range t.sheet.lines {
		if err != nil {
			return err
		}
		if n++; n%1024 == 0 && ctx.Err() != nil {
			return fmt.Errorf("read %s: %w", r.name, ctx.Err())
		}
		used := filled(l.cells)
		if l.no <= t.header.row || used == 0 {
			continue
		}
		switch notData(l.cells[:used]) {
		case "":
			s.add(l)
		case codeTotalRow:
			if s.any {
				s.compare(l.no, l.cells[:used], isSection(l.cells[:used]))
				continue
			}
			s.top[l.no] = slices.Clone(l.cells[:used])
		}
	}
	for _, no := range sortedKeys(s.top) { // a total above the rows it sums
		s.compare(no, s.top[no], false)
	}
	return nil
}

func sortedKeys(m map[int][]string) []int {
	var out []int
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func isSection(cells []string) bool {
	for _, c := range cells {
		word, _, _ := strings.Cut(strings.ReplaceAll(fold(c), "(", ":"), ":")
		if isTotal(word) {
			return slices.Contains(sectionWords, word) || strings.HasSuffix(word, "小计")
		}
	}
	return false
}

// add counts one row of data.
func (s *totals) add(l line) {
	s.any = true
	for k := range s.sum {
		c := &s.sum[k]
		cell := cellOf(l.cells, c.at)
		if blank(cell) {
			continue
		}
		d, ok := s.figure(c, cell)
		if !ok {
			c.unread++
			c.fresh++
			continue
		}
		c.all, c.since = c.all.Add(d), c.since.Add(d)
	}
}

// figure reads a cell, in 元 for money.
func (s *totals) figure(c *column, cell string) (decimal.Decimal, bool) {
	if s.t.header.layout.Columns[c.i].Type == Money {
		d, code := amountOf(cell, s.t.header.units[c.i], s.t.sheet.float)
		return d, code == ""
	}
	return parseNumber(strings.TrimRight(cell, "人名个"), s.t.sheet.float)
}

// compare notes what came of one total row: a difference for each column that
// has one, or else that all agree, or that there was nothing to compare.
func (s *totals) compare(no int, cells []string, section bool) {
	row := strconv.Itoa(no)
	var agree []string
	unknown := false
	for k := range s.sum {
		c := &s.sum[k]
		cell := cellOf(cells, c.at)
		if blank(cell) {
			continue
		}
		total, ok := s.figure(c, cell)
		if !ok {
			continue
		}
		title := s.t.header.titles[c.i]
		want, unread := c.all, c.unread
		if section || !total.Equal(want) && total.Equal(c.since) { // some write 合计 for each part
			want, unread = c.since, c.fresh
		}
		switch {
		case total.Equal(want) && unread == 0:
			agree = append(agree, title)
		case unread > 0:
			unknown = true
			s.r.note(codeTotalUnknown, s.t.sheet.name, title, row, strconv.Itoa(unread))
		default:
			unknown = true
			s.r.note(codeTotalDiffers, s.t.sheet.name, title, row, s.shown(c, total), s.shown(c, want), s.shown(c, total.Sub(want)))
		}
	}
	switch {
	case len(agree) > 0:
		s.r.note(codeTotalChecked, s.t.sheet.name, strings.Join(agree, "、"), row)
	case !unknown:
		s.r.note(codeTotalRow, s.t.sheet.name, "", row)
	}
	for k := range s.sum {
		s.sum[k].since, s.sum[k].fresh = decimal.Zero, 0
	}
}

// shown is a figure in the column's unit, with it.
func (s *totals) shown(c *column, d decimal.Decimal) string {
	if s.t.header.layout.Columns[c.i].Type != Money {
		return d.String()
	}
	unit := s.t.header.units[c.i]
	shift, base := splitUnit(unit)
	if base != "元" {
		shift, unit = 0, "元"
	}
	return d.Shift(-shift).String() + " " + unit
}
