package report

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// WriteText writes the table for a terminal of the given columns, aligned for
// the double width of Chinese. Where it is too wide, long text is cut first,
// then the other columns narrowed, all but the first, which says what the row is
// about, then the last ones dropped that are not to be kept. Control characters, which a file may carry to a terminal, become spaces.
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
			line[i] = printable(t.shown(t.Columns[i], v))
		}
		cells = append(cells, line)
	}
	widths := fit(cells, t.Columns, limit)
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

func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, s)
}

// The least width to which long text, columns to keep and others are narrowed.
const leastWide, leastKept, least = 24, 12, 10

// fit gives each column the width it needs, or less where that is too much; a
// column of width 0 is dropped.
func fit(cells [][]string, columnsOf []Column, limit int) []int {
	widths := make([]int, len(columnsOf))
	for _, line := range cells {
		for i, s := range line {
			widths[i] = max(widths[i], columns(s))
		}
	}
	over := func() int {
		sum := -2
		for _, w := range widths {
			if w > 0 {
				sum += w + 2
			}
		}
		return sum - limit
	}
	narrow := func(from, least int, of func(Column) bool) {
		for over() > 0 {
			widest := -1
			for i, w := range widths {
				if i >= from && of(columnsOf[i]) && w > least && (widest < 0 || w > widths[widest]) {
					widest = i
				}
			}
			if widest < 0 {
				return
			}
			widths[widest]--
		}
	}
	drop := func(of func(Column) bool) {
		for i := len(widths) - 1; i > 0 && over() > 0; i-- {
			if of(columnsOf[i]) {
				widths[i] = 0
			}
		}
	}
	narrow(0, leastWide, func(c Column) bool { return c.Wide })
	narrow(1, least, func(c Column) bool { return !c.Keep })
	narrow(1, leastKept, func(c Column) bool { return c.Keep })
	drop(func(c Column) bool { return !c.Keep })
	drop(func(Column) bool { return true })
	narrow(0, 1, func(Column) bool { return true })
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
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
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
