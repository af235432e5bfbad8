// Package report turns an outlook into what people take away: tables as CSV and
// XLSX, charts as options. Pages and the command line offer the same ones by the
// same names.
package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"talentcast/analytics/phrase"
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
)

// Column is a table's column.
type Column struct {
	Key   string
	Title string
	Unit  string // written into the header
	Type  Type
	Wide  bool // long text
}

// Header is the title with the unit.
func (c Column) Header() string {
	if c.Unit == "" {
		return c.Title
	}
	return c.Title + "（" + c.Unit + "）"
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
	At      time.Time // the as-of date, stamped into files instead of the clock
	Columns []Column
	Rows    [][]Cell
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
		return phrase.Number(v.InexactFloat64(), 2)
	case float64:
		switch c.Type {
		case Percent:
			return phrase.Percent(v)
		case Probability:
			return phrase.Probability(v)
		}
		return phrase.Number(v, 2)
	}
	return fmt.Sprint(v)
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
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return neutral(fmt.Sprint(v))
}

// neutral keeps a spreadsheet from running text as a formula (CWE-1236): what
// starts like one gets an apostrophe in front.
func neutral(s string) string {
	if s == "" {
		return s
	}
	switch s[0] {
	case '=', '+', '-', '@', '\t', '\r', '\n':
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
