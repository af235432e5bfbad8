package ingest

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"talentcast/analytics"
	"talentcast/datasets"
)

// side says which end of a month or year a date without a day stands for.
type side int

const (
	opens  side = iota // the month's first day; a year alone is not a date
	closes             // the month's last day; a year alone is not a date
	holds              // the month's last day; a year alone is its 31 December
)

var (
	dateForm  = regexp.MustCompile(`^(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})[日号]?|月)?$`)
	yearForm  = regexp.MustCompile(`^(\d{4})年?$`)
	plainForm = regexp.MustCompile(`^((?:19|20)\d{2})(\d{2})(\d{2})$`)
	clockForm = regexp.MustCompile(`[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?Z?$`)
	// A day and month that a spreadsheet took for the number 2013.1: October or
	// January can't be told.
	lostZero = regexp.MustCompile(`^\d{4}\.1$`)
)

// Day numbers outside these are no dates of records: 1954-10-03 to 2099-12-31.
const (
	firstSerial = 20000
	lastSerial  = 73050
)

// firstYear is the first of four digits; the first of all would be taken for no
// date at all.
const firstYear = 1000

// parseDate reads 2013-04-12, 2013/4/12, 2013.4.12, 2013年4月12日, 20130412, the
// same without a day, and the day number of a spreadsheet. A time of day behind
// the date is dropped. ok is false for anything else, also for 30 February.
func parseDate(s string, which side, epoch1904 bool) (t time.Time, ok bool) {
	if len(s) == 10 && s[4] == '-' && s[7] == '-' { // the usual form, without the search for others
		if t, err := time.Parse(time.DateOnly, s); err == nil && t.Year() >= firstYear {
			return t, true
		}
	}
	s = narrow(s)
	if strings.Contains(s, ":") {
		s = clockForm.ReplaceAllString(s, "")
	}
	s = strings.ReplaceAll(s, " ", "")
	if lostZero.MatchString(s) {
		return time.Time{}, false
	}
	if m := dateForm.FindStringSubmatch(s); m != nil {
		return calendarDate(m[1], m[2], m[3], which)
	}
	if m := plainForm.FindStringSubmatch(s); m != nil {
		return calendarDate(m[1], m[2], m[3], which)
	}
	if m := yearForm.FindStringSubmatch(s); m != nil && which == holds {
		return calendarDate(m[1], "12", "31", which)
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(n) || n < firstSerial || n > lastSerial {
		return time.Time{}, false
	}
	zero := analytics.Date(1899, time.December, 30)
	if epoch1904 {
		zero = analytics.Date(1904, time.January, 1)
	}
	return zero.AddDate(0, 0, int(n)), true
}

func calendarDate(year, month, day string, which side) (time.Time, bool) {
	y, _ := strconv.Atoi(year)
	m, _ := strconv.Atoi(month)
	if m < 1 || m > 12 || y < firstYear {
		return time.Time{}, false
	}
	if day == "" {
		t := analytics.Date(y, time.Month(m), 1)
		if which != opens {
			t = t.AddDate(0, 1, -1)
		}
		return t, true
	}
	d, _ := strconv.Atoi(day)
	t := analytics.Date(y, time.Month(m), d)
	return t, t.Month() == time.Month(m) && t.Day() == d
}

// narrow makes full-width ASCII ordinary, punctuation too.
func narrow(s string) string {
	if plainASCII(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			return r - 0xFEE0
		}
		if r == '\u3000' || r == '\u00a0' {
			return ' '
		}
		return r
	}, s)
}

var (
	numberForm  = regexp.MustCompile(`^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?$`)
	groupedForm = regexp.MustCompile(`^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$`)
)

// parseNumber reads a number exactly, with or without thousands separators.
// With float it drops the noise of binary floating point: digits beyond the
// fifteenth, which is as many as a spreadsheet shows.
func parseNumber(s string, float bool) (decimal.Decimal, bool) {
	s = strings.ReplaceAll(narrow(s), " ", "")
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") { // as accountants write what is negative
		s = "-" + s[1:len(s)-1]
	}
	if groupedForm.MatchString(s) {
		s = strings.ReplaceAll(s, ",", "")
	}
	if len(s) > 40 || !numberForm.MatchString(s) {
		return decimal.Decimal{}, false
	}
	d, err := decimal.NewFromString(s)
	if err != nil {
		return decimal.Decimal{}, false
	}
	if float && strings.ContainsAny(s, ".eE") && d.NumDigits() > 15 {
		d = d.Round(int32(15 - d.NumDigits() - int(d.Exponent())))
	}
	return d, true
}

// yuanForm splits an amount from the unit that follows it in the same cell.
var yuanForm = regexp.MustCompile(`^[¥￥]?([^\p{Han}]*)(人民币)?([亿万千百]*元?)整?$`)

// parseMoney reads an amount into 元. unit is the column's ("元", "万元", …; ""
// for none); a unit in the cell goes before it. The code is "" or that of the
// rule which the amount breaks.
func parseMoney(s, unit string, float bool) (decimal.Decimal, string) {
	d, code := amountOf(s, unit, float)
	switch {
	case code != "":
		return decimal.Decimal{}, code
	case d.IsNegative():
		return decimal.Decimal{}, codeAmountNegative
	case !d.Shift(2).IsInteger():
		return decimal.Decimal{}, codeAmountFine
	}
	if _, err := datasets.FenOf(d); err != nil {
		return decimal.Decimal{}, codeTooLarge
	}
	return d, ""
}

// amountOf reads an amount into 元, whatever it is.
func amountOf(s, unit string, float bool) (decimal.Decimal, string) {
	s = strings.TrimPrefix(strings.ReplaceAll(narrow(s), " ", ""), "人民币")
	m := yuanForm.FindStringSubmatch(s)
	if m == nil {
		return decimal.Decimal{}, codeAmountForm
	}
	d, ok := parseNumber(m[1], float)
	if !ok {
		return decimal.Decimal{}, codeAmountForm
	}
	if m[3] != "" {
		unit = strings.TrimSuffix(m[3], "元") + "元"
	}
	if unit == "" {
		return decimal.Decimal{}, codeAmountUnit
	}
	shift, base := splitUnit(unit)
	if base != "元" {
		return decimal.Decimal{}, codeAmountUnit
	}
	return d.Shift(shift), ""
}

// moneyUnit is a unit of money stated for a column, taken apart.
type moneyUnit struct {
	shift int32
	ok    bool // it is one
}

func moneyUnitOf(unit string) moneyUnit {
	shift, base := splitUnit(unit)
	return moneyUnit{shift, unit != "" && base == "元"}
}

// plain reads an amount of digits alone, with or without a point, as parseMoney
// does; ok is false for all that needs a second look.
func (u moneyUnit) plain(s string) (d decimal.Decimal, ok bool) {
	if !u.ok || len(s) == 0 || len(s) > 15 {
		return d, false
	}
	var coefficient int64
	places := int32(-1)
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			coefficient = coefficient*10 + int64(c-'0')
			if places >= 0 {
				places++
			}
		case c == '.' && places < 0 && i > 0:
			places = 0
		default:
			return d, false
		}
	}
	if places == 0 {
		return d, false
	}
	exp := u.shift - max(0, places)
	if exp < -2 || int32(len(s))+exp > 15 {
		return d, false
	}
	return decimal.New(coefficient, exp), true
}

// storedPlaces is how many decimals a figure keeps; storedLimit is what it must
// stay under.
const storedPlaces = 6

var storedLimit = decimal.New(1, 18)

// splitUnit takes a unit apart into a power of ten and what is counted: 万元 is
// 4 and 元, 名 is 0 and 人.
func splitUnit(unit string) (shift int32, base string) {
	base = fold(unit)
	for {
		cut := false
		for _, p := range []struct {
			prefix string
			shift  int32
		}{{"亿", 8}, {"万", 4}, {"千", 3}, {"百", 2}} {
			if rest, ok := strings.CutPrefix(base, p.prefix); ok && rest != "" && rest != "分点" {
				base, shift, cut = rest, shift+p.shift, true
			}
		}
		if !cut {
			break
		}
	}
	switch base {
	case "名", "位":
		base = "人"
	case "‰":
		base, shift = "%", shift-1
	}
	return shift, base
}

// convert turns a value from one unit into another, exactly. ok is false where
// they do not measure the same.
func convert(d decimal.Decimal, from, to string) (decimal.Decimal, bool) {
	if fold(from) == fold(to) {
		return d, true
	}
	fromShift, fromBase := splitUnit(from)
	toShift, toBase := splitUnit(to)
	if fromBase == toBase || counts(fromBase) && counts(toBase) {
		return d.Shift(fromShift - toShift), true
	}
	return decimal.Decimal{}, false
}

// counts tells whether the unit is a word for counting things, 个 or 所 or 项制度:
// which one is used is a matter of style.
func counts(base string) bool {
	switch []rune(base + " ")[0] {
	case '个', '家', '所', '项', '次', '场', '条', '份', '级', '支':
		return !strings.ContainsRune(base, '/')
	}
	return false
}
