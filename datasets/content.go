package datasets

import (
	"errors"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

// valid guards against what the engine would turn into NULL or into something
// else without a word.
func (r *Record) valid() error {
	for _, t := range [...]*string{
		&r.Key, &r.Person, &r.Name, &r.Place, &r.Source, &r.Note, // the others are looked at once, as wordings
	} {
		if !utf8.ValidString(*t) {
			return fmt.Errorf("text %q is not UTF-8", *t)
		}
	}
	switch {
	case r.Key == "":
		return errors.New("no key")
	case r.Event.IsZero() || r.Known.IsZero():
		return errors.New("no event or known date")
	}
	for _, d := range [...]struct {
		v     *decimal.NullDecimal
		scale int32
		whole int32
	}{{&r.Amount, 2, 16}, {&r.BaseAmount, 2, 16}, {&r.Value, 6, 18}, {&r.BaseValue, 6, 18}} {
		if d.v.Valid && !fits(d.v.Decimal, d.scale, d.whole) {
			return fmt.Errorf("number %s does not fit", d.v.Decimal)
		}
	}
	return nil
}

// fits tells whether a number has at most scale decimals and fewer than whole+1
// digits before them.
func fits(d decimal.Decimal, scale, whole int32) bool {
	if e := d.Exponent(); e >= -scale && e <= 0 && d.NumDigits() <= int(whole) { // as nearly all, told without arithmetic
		return true
	}
	return d.Equal(d.Truncate(scale)) && d.Abs().LessThan(decimal.New(1, whole))
}

// appendContent appends all that a version says, not where it stood. The first
// 16 bytes of its SHA-256 are the content hash.
func (r *Record) appendContent(b []byte) []byte {
	b = appendField(b, string(r.Kind))
	for _, t := range [...]*string{&r.Key, &r.Target, &r.Category, &r.Plan, &r.Dept, &r.Person, &r.Name, &r.Place} {
		b = appendField(b, *t)
	}
	for _, t := range [...]*time.Time{&r.Event, &r.End, &r.Known} {
		if t.IsZero() {
			b = append(b, "0:"...)
		} else {
			b = appendDay(b, *t)
		}
	}
	for _, t := range [...]*string{&r.Unit, &r.Stage, &r.Source, &r.Note} {
		b = appendField(b, *t)
	}
	for _, d := range [...]*decimal.NullDecimal{&r.Amount, &r.BaseAmount, &r.Value, &r.BaseValue} {
		if d.Valid {
			b = appendField(b, d.Decimal.String())
		} else {
			b = append(b, "1:-"...)
		}
	}
	return b
}

func appendField(b []byte, t string) []byte {
	b = strconv.AppendInt(b, int64(len(t)), 10)
	return append(append(b, ':'), t...)
}

// appendDay appends a day as a field, 2014-05-06.
func appendDay(b []byte, t time.Time) []byte {
	y, m, d := t.Date()
	if y < 1000 || y > 9999 {
		return appendField(b, t.Format(time.DateOnly))
	}
	return append(b, '1', '0', ':', byte('0'+y/1000), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10),
		'-', byte('0'+m/10), byte('0'+m%10), '-', byte('0'+d/10), byte('0'+d%10))
}
