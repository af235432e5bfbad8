// Package batch forecasts whole files of series: rows of values in, rows of
// predictive quantiles out. It knows no policy and no store.
package batch

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"talentcast/analytics"
	"talentcast/analytics/fault"
)

// Series is one series of a file, or what is wrong with it.
type Series struct {
	ID  string
	Row int // of the file, counted from 1, where it starts
	// Dated says that Values.Start is a calendar period; else it only counts.
	Dated bool
	analytics.Series
	Err error // why it can't be forecast; Values is then empty
}

// Reader reads series from CSV, wide (id,v1,v2,…) or long (id,date,value), in
// UTF-8 and possibly compressed by gzip. Empty cells, NA and NaN are missing
// values; a wide row's trailing ones are padding.
type Reader struct {
	csv  *csv.Reader
	freq analytics.Frequency
	long bool
	row  int
	held []string // the first record, where it was no header
	// series of a long file, in the order of their first rows
	queue []Series
}

// MaxValues bounds the values of a long file, which is grouped in memory.
const MaxValues = 50_000_000

// NewReader looks at the beginning of r to tell compression and layout.
//
// Faults: Invalid for a file that is neither of the layouts.
func NewReader(r io.Reader, freq analytics.Frequency) (*Reader, error) {
	b := bufio.NewReaderSize(r, 1<<20)
	if magic, _ := b.Peek(2); len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(b)
		if err != nil {
			return nil, fault.New(fault.Invalid, "这个 .gz 文件打不开；请重新压缩，或直接提供 CSV。", "This .gz file can't be opened; compress it again, or give the CSV itself.").Because(err)
		}
		b = bufio.NewReaderSize(z, 1<<20)
	}
	if bom, _ := b.Peek(3); string(bom) == "\xef\xbb\xbf" {
		_, _ = b.Discard(3)
	}
	c := csv.NewReader(b)
	c.FieldsPerRecord = -1
	c.ReuseRecord = true
	c.TrimLeadingSpace = true
	rd := &Reader{csv: c, freq: freq}
	first, err := c.Read()
	if errors.Is(err, io.EOF) {
		return nil, fault.New(fault.Invalid, "文件是空的；请给出每行一个序列（id,v1,v2,…），或 id,date,value 三列的 CSV。", "The file is empty; give a CSV of one series a row (id,v1,v2,…), or of the columns id,date,value.")
	}
	if err != nil {
		return nil, unreadable(err)
	}
	rd.row = 1
	header := isHeader(first)
	rd.long = isLong(first, header)
	if !header {
		rd.held = slices.Clone(first)
	}
	return rd, nil
}

func unreadable(err error) error {
	return fault.New(fault.Invalid, "这不是可读的 CSV；请另存为 CSV（UTF-8，逗号分隔）后再试。", "This is not a readable CSV; save it as CSV (UTF-8, comma-separated) and try again.").Because(err)
}

// isHeader tells a header from a first series: it has an id column by name, or a
// second cell that is neither a number, nor a date, nor missing.
func isHeader(rec []string) bool {
	switch strings.ToLower(strings.TrimSpace(rec[0])) {
	case "id", "v1", "series", "series_id", "unique_id", "序列", "编号":
		return true
	}
	if len(rec) < 2 {
		return false
	}
	if _, err := number(rec[1]); err == nil {
		return false
	}
	_, err := ParsePeriod(rec[1], analytics.Yearly)
	return err != nil
}

// isLong tells the long layout: by the header's names, or by a second cell that
// can only be a date.
func isLong(rec []string, header bool) bool {
	if len(rec) != 3 {
		return false
	}
	if header {
		switch strings.ToLower(strings.TrimSpace(rec[1])) {
		case "date", "period", "time", "ds", "日期", "时间", "期间":
			return true
		}
		return false
	}
	if _, err := number(rec[1]); err == nil {
		return false
	}
	_, err := ParsePeriod(rec[1], analytics.Monthly)
	return err == nil
}

// number reads a value; missing ones are NaN.
func number(s string) (float64, error) {
	s = strings.TrimSpace(s)
	switch strings.ToLower(s) {
	case "", "na", "nan", "null", "none", "-":
		return math.NaN(), nil
	}
	v, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", ""), 64)
	if err != nil {
		return 0, fmt.Errorf("%q is not a number", s)
	}
	if math.IsInf(v, 0) || math.Abs(v) > Largest {
		return 0, fmt.Errorf("%q is beyond what can be forecast (±%g)", s, Largest)
	}
	return v, nil
}

// Largest is the largest size of a value: beyond it squares overflow.
const Largest = 1e100

// Next returns the next series; io.EOF after the last. A series that can't be
// used is a value with Err set; an error is of the whole file.
func (r *Reader) Next() (Series, error) {
	if r.long {
		return r.nextLong()
	}
	for {
		rec := r.held
		r.held = nil
		if rec == nil {
			var err error
			if rec, err = r.csv.Read(); err != nil {
				if errors.Is(err, io.EOF) {
					return Series{}, io.EOF
				}
				return Series{}, unreadable(err)
			}
			r.row++
		}
		if len(rec) > 1 || strings.TrimSpace(rec[0]) != "" {
			return r.wide(rec), nil
		}
	}
}

func (r *Reader) wide(rec []string) Series {
	s := Series{ID: strings.Clone(strings.TrimSpace(rec[0])), Row: r.row}
	s.Start = analytics.PeriodOf(analytics.Date(2000, 1, 1), r.freq)
	values := make([]float64, 0, len(rec)-1)
	for i, cell := range rec[1:] {
		v, err := number(cell)
		if err != nil {
			s.Err = fmt.Errorf("column %d: %w", i+2, err)
			return s
		}
		values = append(values, v)
	}
	for len(values) > 0 && math.IsNaN(values[len(values)-1]) {
		values = values[:len(values)-1]
	}
	s.Values = values
	return s
}

// nextLong groups the whole file on the first call.
func (r *Reader) nextLong() (Series, error) {
	if r.queue == nil {
		if err := r.group(); err != nil {
			return Series{}, err
		}
	}
	if len(r.queue) == 0 {
		return Series{}, io.EOF
	}
	s := r.queue[0]
	r.queue = r.queue[1:]
	return s, nil
}

// dated is a value of a long file.
type dated struct {
	index int
	value float64
}

type grouped struct {
	series Series
	points []dated
}

func (r *Reader) group() error {
	groups := map[string]*grouped{}
	var order []*grouped
	total := 0
	for {
		rec := r.held
		r.held = nil
		if rec == nil {
			var err error
			if rec, err = r.csv.Read(); err != nil {
				if errors.Is(err, io.EOF) {
					break
				}
				return unreadable(err)
			}
			r.row++
		}
		if total++; total > MaxValues {
			return fault.Newf(fault.TooLarge, "长表超过 %[1]d 行；请分成几个文件，或改用每行一个序列的宽表。", "The long table has more than %[1]d rows; split it, or use one series a row.", MaxValues)
		}
		id := strings.TrimSpace(rec[0])
		g := groups[id]
		if g == nil {
			g = &grouped{series: Series{ID: strings.Clone(id), Row: r.row, Dated: true}}
			groups[g.series.ID] = g
			order = append(order, g)
		}
		g.add(rec, r.row, r.freq)
	}
	r.queue = make([]Series, 0, len(order))
	for _, g := range order {
		r.queue = append(r.queue, g.settle(r.freq))
	}
	return nil
}

// add takes one row; the first error of a series stands.
func (g *grouped) add(rec []string, row int, freq analytics.Frequency) {
	if g.series.Err != nil {
		return
	}
	if len(rec) != 3 {
		g.series.Err = fmt.Errorf("row %d has %d columns instead of 3", row, len(rec))
		return
	}
	p, err := ParsePeriod(rec[1], freq)
	if err != nil {
		g.series.Err = fmt.Errorf("row %d: %w", row, err)
		return
	}
	v, err := number(rec[2])
	if err != nil {
		g.series.Err = fmt.Errorf("row %d: %w", row, err)
		return
	}
	g.points = append(g.points, dated{p.Index, v})
}

// maxSpan bounds the periods between a series' first and last date, so that a
// mistyped year doesn't ask for millions of missing ones.
const maxSpan = 200_000

func (g *grouped) settle(freq analytics.Frequency) Series {
	s := g.series
	if s.Err != nil || len(g.points) == 0 {
		return s
	}
	slices.SortFunc(g.points, func(a, b dated) int { return a.index - b.index })
	first, last := g.points[0].index, g.points[len(g.points)-1].index
	s.Start = analytics.Period{Freq: freq, Index: first}
	if last-first >= maxSpan {
		s.Err = fmt.Errorf("its dates span from %v to %v", s.Start, analytics.Period{Freq: freq, Index: last})
		return s
	}
	values := make([]float64, last-first+1)
	for i := range values {
		values[i] = math.NaN()
	}
	before := first - 1
	for _, p := range g.points {
		if p.index == before {
			s.Err = fmt.Errorf("two values for %v", analytics.Period{Freq: freq, Index: p.index})
			return s
		}
		before = p.index
		values[p.index-first] = p.value
	}
	s.Values = values
	return s
}

// ReadAll returns every series of r.
func ReadAll(ctx context.Context, r io.Reader, freq analytics.Frequency) ([]Series, error) {
	rd, err := NewReader(r, freq)
	if err != nil {
		return nil, err
	}
	var out []Series
	for ctx.Err() == nil {
		s, err := rd.Next()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return nil, ctx.Err()
}
