package datasets

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"talentcast/analytics"
)

// csvTable is a CSV file of a catalogue.
type csvTable struct {
	file    string
	columns map[string]int
	rows    []csvLine
}

type csvLine struct {
	line  int
	cells []string
}

// readTable reads a CSV file whose header has every one of need and else only
// names of may. It returns nil after noting what makes the file unusable.
func (c *catalogue) readTable(file string, b []byte, need, may []string) *csvTable {
	if !utf8.Valid(b) {
		c.wrongEncoding(file)
		return nil
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff"))))
	head, err := r.Read()
	if errors.Is(err, io.EOF) {
		c.wrong(file, 0, "", "文件是空的；第一行应是表头。", "the file is empty; its first line must be the header.")
		return nil
	}
	if err != nil {
		c.wrongCSV(file, err)
		return nil
	}
	t := &csvTable{file: file, columns: map[string]int{}}
	if !c.readHeader(t, head, need, may) {
		return nil
	}
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return t
		}
		if err != nil {
			c.wrongCSV(file, err)
			if errors.Is(err, csv.ErrFieldCount) {
				continue
			}
			return t
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if slices.ContainsFunc(cells, func(s string) bool { return s != "" }) {
			line, _ := r.FieldPos(0)
			t.rows = append(t.rows, csvLine{line, cells})
		}
	}
}

func (c *catalogue) readHeader(t *csvTable, head, need, may []string) bool {
	ok := true
	for i, name := range head {
		name = strings.TrimSpace(name)
		_, twice := t.columns[name]
		switch {
		case twice:
			c.wrong(t.file, 1, name, "表头里有两个“%s”；请删去一列。", "the header has %q twice; delete one column.", name)
			ok = false
		case !slices.Contains(need, name) && !slices.Contains(may, name):
			c.wrong(t.file, 1, name, "不认识表头“%s”；可用的列是 %s。", "there is no column %q; the columns are %s.",
				name, strings.Join(slices.Concat(need, may), ", "))
			ok = false
		}
		t.columns[name] = i
	}
	for _, name := range need {
		if _, there := t.columns[name]; !there {
			c.wrong(t.file, 1, name, "表头里缺少“%s”；请补上这一列。", "the header lacks %q; add the column.", name)
			ok = false
		}
	}
	return ok
}

func (c *catalogue) wrongCSV(file string, err error) {
	line := 0
	var p *csv.ParseError
	if errors.As(err, &p) {
		line = p.StartLine
	}
	if errors.Is(err, csv.ErrFieldCount) {
		c.wrong(file, line, "", "这一行的格数与表头不同；有逗号的内容要用双引号括起来。",
			"this row has not as many cells as the header; put double quotes around a text with a comma.")
		return
	}
	c.wrong(file, line, "", "CSV 写法有误（%v）；请检查双引号是否成对。",
		"this is not valid CSV: %v; check that double quotes come in pairs.", err)
}

// csvRow reads the cells of one row by column name and notes what is wrong.
type csvRow struct {
	*catalogue
	table *csvTable
	csvLine
}

// text returns the cell of the column, "" where the file has no such column.
func (r csvRow) text(column string) string {
	i, ok := r.table.columns[column]
	if !ok {
		return ""
	}
	return r.cells[i]
}

func (r csvRow) wrong(column, zh, en string, args ...any) {
	r.catalogue.wrong(r.table.file, r.line, column, zh, en, args...)
}

// needed is text that must not be empty.
func (r csvRow) needed(column string) string {
	s := r.text(column)
	if s == "" {
		r.wrong(column, "不能为空；请填写。", "it must not be empty; fill it in.")
	}
	return s
}

// number returns nil for an empty cell.
func (r csvRow) number(column string) *float64 {
	s := r.text(column)
	if s == "" {
		return nil
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(v, 0) || strings.Trim(s, "0123456789.") != "" {
		r.wrong(column, "“%s”不是数；请只填阿拉伯数字，不带单位、逗号和正负号，如 50 或 2.5。",
			"%q is not a number; write digits only, with no unit, comma or sign: 50 or 2.5.", s)
		return nil
	}
	return &v
}

// count returns 0 for an empty cell.
func (r csvRow) count(column string) int {
	s := r.text(column)
	if s == "" {
		return 0
	}
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		r.wrong(column, "“%s”不是整数；请填写如 12，或留空。", "%q is not a whole number; write one such as 12, or leave it empty.", s)
	}
	return int(n)
}

// date returns a zero time for an empty cell.
func (r csvRow) date(column string) time.Time {
	s := r.text(column)
	if s == "" {
		return time.Time{}
	}
	t, err := analytics.ParseDate(s)
	if err != nil {
		r.wrong(column, "“%s”不是日期；请写成 2015-06-30 的样子，或留空。",
			"%q is not a date; write it as 2015-06-30, or leave it empty.", s)
	}
	return t
}

func (r csvRow) yes(column string) bool {
	switch s := r.text(column); s {
	case "":
		return false
	case "yes":
		return true
	default:
		r.wrong(column, "“%s”只能是 yes 或留空。", "%q must be yes or empty.", s)
		return false
	}
}

// list splits a cell at semicolons, ASCII or full-width, and drops empty parts.
func (r csvRow) list(column string) []string {
	var out []string
	for _, s := range strings.FieldsFunc(r.text(column), func(c rune) bool { return c == ';' || c == '；' }) {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// cellOneOf returns the cell as one of the words; an empty cell is allowed where
// "" is one of them.
func cellOneOf[W ~string](r csvRow, column string, words ...W) W {
	w := W(r.text(column))
	if !slices.Contains(words, w) {
		var names []string
		for _, x := range words {
			if x != "" {
				names = append(names, string(x))
			}
		}
		r.wrong(column, "不认识“%s”；可用的是 %s。", "there is no %q; use one of %s.", string(w), strings.Join(names, ", "))
	}
	return w
}
