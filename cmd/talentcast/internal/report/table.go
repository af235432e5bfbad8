// Package report turns an outlook into what people take away: tables as CSV and
// XLSX, charts as options. Pages and the command line offer the same ones by the
// same names.
package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/datasets"
)

// Type is how a column's cells are written.
type Type int

// The types.
const (
	Text        Type = iota
	Number           // float64, with the column's unit
	Percent          // a share, 0.346
	Probability      // a share, never shown as certain
	Date             // time.Time
	Money            // decimal.Decimal in 元
	Score            // a score of forecasts: three decimals
)

// Column is a table's column.
type Column struct {
	Key   string
	Title string
	Unit  string // written into the header
	Type  Type
	Wide  bool // long text: wrapped in a sheet, narrowed first on a terminal
	Keep  bool // not dropped where a terminal is too narrow
}

// Header is the title with the unit.
func (c Column) Header() string {
	if c.Unit == "" {
		return c.Title
	}
	for _, r := range c.Title {
		if r > 0x7f {
			return c.Title + "（" + c.Unit + "）"
		}
	}
	return c.Title + " (" + c.Unit + ")"
}

// Cell is a value of its column's type: string, float64, time.Time,
// decimal.Decimal; nil, NaN and a zero time are a figure that does not exist.
type Cell any

// Table is what is written as CSV, XLSX or text.
type Table struct {
	Name    string // for the file: overview
	Title   string
	Note    string // policy, as-of date, data state, 演示数据
	Lang    string
	Demo    bool      // synthetic data: marked in every file
	At      time.Time // the as-of date, stamped into files instead of the clock
	Columns []Column
	Rows    [][]Cell
	Sign    []string // lines to sign, below the table in a sheet
}

// Select returns the table with the columns of the keys, in their order; keys
// it has not are left out.
func (t Table) Select(keys ...string) Table {
	var at []int
	var columns []Column
	for _, k := range keys {
		if i := slices.IndexFunc(t.Columns, func(c Column) bool { return c.Key == k }); i >= 0 {
			at, columns = append(at, i), append(columns, t.Columns[i])
		}
	}
	rows := make([][]Cell, len(t.Rows))
	for r, row := range t.Rows {
		rows[r] = make([]Cell, len(at))
		for k, i := range at {
			rows[r][k] = row[i]
		}
	}
	t.Columns, t.Rows = columns, rows
	return t
}

// Of adds what a table made from rows of the store does not know by itself: the
// policy, the as-of date and the state of the data.
func (t Table) Of(o *outlook.Outlook) Table {
	t.Note, t.At, t.Demo = note(o, t.Lang), o.AsOf.Time, o.State.Demo
	return t
}

// From adds the file that a table is about.
func (t Table) From(b datasets.BatchInfo) Table {
	parts := []string{b.File, pick(t.Lang, "载入于", "loaded on ") + phrase.Date(b.LoadedAt, t.Lang)}
	if b.Demo {
		parts = append(parts, demoWord(t.Lang))
	}
	t.Note, t.At, t.Demo = strings.Join(parts, " · "), b.LoadedAt, b.Demo
	return t
}

func demoWord(lang string) string { return pick(lang, "演示数据", "demonstration data") }

// shown is the cell as people read it.
func (t Table) shown(c Column, v Cell) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case time.Time:
		return phrase.Date(v, t.Lang)
	case decimal.Decimal:
		return grouped(v)
	case float64:
		switch c.Type {
		case Percent:
			return phrase.Percent(v)
		case Probability:
			return phrase.Probability(v)
		case Score:
			return phrase.Number(v, 3)
		}
		return phrase.Number(v, 2)
	}
	return fmt.Sprint(v)
}

// grouped writes money with two decimals, exactly: a float would round 18 digits.
func grouped(v decimal.Decimal) string {
	whole, cents, _ := strings.Cut(v.Abs().StringFixed(2), ".")
	var b strings.Builder
	if v.Sign() < 0 {
		b.WriteByte('-')
	}
	for i, d := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String() + "." + cents
}

// plain is the cell as a program reads it: no thousands, ISO dates.
func plain(v Cell) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return neutral(v)
	case time.Time:
		if v.IsZero() {
			return ""
		}
		return v.Format(time.DateOnly)
	case decimal.Decimal:
		return v.StringFixed(2)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return ""
		}
		return decimals(v, 6)
	}
	return neutral(fmt.Sprint(v))
}

// decimals writes v with at most n decimals, no thousands and no trailing zeros.
func decimals(v float64, n int) string {
	s := strings.TrimRight(strings.TrimRight(strconv.FormatFloat(v, 'f', n, 64), "0"), ".")
	if s == "-0" {
		return "0"
	}
	return s
}

// neutral keeps a spreadsheet from running text as a formula (CWE-1236): what
// starts like one, in the full-width forms too, gets an apostrophe in front.
func neutral(s string) string {
	r, _ := utf8.DecodeRuneInString(s)
	if strings.ContainsRune("=+-@\t\r\n＝＋－＠", r) && s != "" {
		return "'" + s
	}
	return s
}

func number(v *float64) Cell {
	if v == nil || math.IsNaN(*v) || math.IsInf(*v, 0) {
		return nil
	}
	return *v
}

func finite(v float64) Cell { return number(&v) }

func date(t time.Time) Cell {
	if t.IsZero() {
		return nil
	}
	return t
}
