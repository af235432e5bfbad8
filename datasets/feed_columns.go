package datasets

import (
	"fmt"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/shopspring/decimal"
)

// feedColumn is a column of version that only some kinds fill. The feed of a
// kind leaves the others out, and what is in them would be an error, not lost.
type feedColumn struct {
	name  string
	empty string // what stands in it otherwise, in SQL
	kinds []Kind
	// one of these
	text   func(*Record) string
	day    func(*Record) time.Time
	number func(*Record) *decimal.NullDecimal

	width, scale uint8 // of a number
}

// personInKey tells the kinds whose keys begin with the person, so that the hash,
// the longest thing about a row, need not be stored twice.
func personInKey(k Kind) bool { return k == Talent || k == SocialWorker }

// keyOfPerson tells whether the record's key is one of its person.
func (r *Record) keyOfPerson() bool {
	rest, ok := strings.CutPrefix(r.Key, string(r.Kind)+"|")
	person, _, _ := strings.Cut(rest, "|")
	return ok && person == r.Person
}

// personColumn is the place of person.
const personColumn = 0

// sourceColumn is the place of source: of a kind that names few it is part of
// the wording.
const sourceColumn = 8

var feedColumns = [...]feedColumn{
	{name: "person", empty: "''", kinds: []Kind{Training, Fund}, text: func(r *Record) string { return r.Person }},
	{name: "name", empty: "''", kinds: Kinds(), text: func(r *Record) string { return r.Name }},
	{name: "place", empty: "''", kinds: []Kind{Talent, SocialWorker, Training, Post}, text: func(r *Record) string { return r.Place }},
	{name: "end_date", empty: "NULL", kinds: []Kind{Talent, SocialWorker, Training, Institution}, day: func(r *Record) time.Time { return r.End }},
	{name: "amount", empty: "NULL", kinds: []Kind{Fund, Training, Activity}, number: func(r *Record) *decimal.NullDecimal { return &r.Amount }, width: 18, scale: 2},
	{name: "base_amount", empty: "NULL", kinds: []Kind{Training}, number: func(r *Record) *decimal.NullDecimal { return &r.BaseAmount }, width: 18, scale: 2},
	{name: "value", empty: "NULL", kinds: []Kind{Activity, Post, Indicator}, number: func(r *Record) *decimal.NullDecimal { return &r.Value }, width: 24, scale: 6},
	{name: "base_value", empty: "NULL", kinds: []Kind{Post}, number: func(r *Record) *decimal.NullDecimal { return &r.BaseValue }, width: 24, scale: 6},
	{name: "source", empty: "NULL", kinds: []Kind{Indicator}, text: func(r *Record) string { return r.Source }},
	{name: "note", empty: "''", kinds: []Kind{Talent, SocialWorker, Fund, Indicator}, text: func(r *Record) string { return r.Note }},
}

func (c *feedColumn) info() (duckdb.TypeInfo, error) {
	switch {
	case c.text != nil:
		return duckdb.NewTypeInfo(duckdb.TYPE_VARCHAR)
	case c.day != nil:
		return duckdb.NewTypeInfo(duckdb.TYPE_DATE)
	}
	return duckdb.NewDecimalInfo(c.width, c.scale)
}

func (c *feedColumn) filled(r *Record) bool {
	switch {
	case c.text != nil:
		return c.text(r) != ""
	case c.day != nil:
		return !c.day(r).IsZero()
	}
	return c.number(r).Valid
}

func (c *feedColumn) write(w *cellWriter, r *Record) {
	switch {
	case c.text != nil:
		put(w, c.text(r))
	case c.day != nil:
		if t := c.day(r); t.IsZero() {
			put[any](w, nil)
		} else {
			put(w, t)
		}
	default:
		d := c.number(r)
		if !d.Valid {
			put[any](w, nil)
			return
		}
		n := &w.l.number
		if v, ok := scaled(d.Decimal, int32(c.scale)); ok {
			n.SetInt64(v)
		} else {
			n.Set(d.Decimal.Shift(int32(c.scale)).BigInt())
		}
		put(w, duckdb.Decimal{Width: c.width, Scale: c.scale, Value: n})
	}
}

// cellWriter writes a row of a chunk from left to right; the first error stays.
type cellWriter struct {
	chunk duckdb.DataChunk
	row   int
	at    int
	l     *filling
	err   error
}

func put[T any](w *cellWriter, v T) {
	if err := duckdb.SetChunkValue(w.chunk, w.at, w.row, v); err != nil && w.err == nil {
		w.err = fmt.Errorf("column %d: %w", w.at, err)
	}
	w.at++
}

// scaled is the number times ten to the power of scale, where that is a whole
// number and both it and the number's digits surely fit 64 bits.
func scaled(d decimal.Decimal, scale int32) (int64, bool) {
	up := scale + d.Exponent()
	if up < 0 || up > 12 || d.NumDigits()+int(up) > 18 {
		return 0, false
	}
	v := d.CoefficientInt64()
	for range up {
		v *= 10
	}
	return v, true
}
