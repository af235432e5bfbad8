package ingest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"talentcast/datasets"
)

// row is one row of data while it is checked.
type row struct {
	r      *reading
	sheet  *sheet
	header *header
	no     int
	cells  []string // cleaned, by column of the layout; "" where blank
	at     []int    // of each column: its place in the file's row, from 0, or -1
	bad    []datasets.Refusal

	wide     int      // columns that a row may fill
	ids      []string // of the layout's columns
	required []int    // columns that must be filled in
	words    *resolver
	memo     memo
	hash     hash.Hash // of persons
	digits   []byte    // scratch
	shifts   []moneyUnit
}

// newRow prepares to check rows of a sheet. Each goroutine needs its own.
func (r *reading) newRow(t *found) *row {
	w := &row{
		r: r, sheet: &t.sheet, header: &t.header, at: t.header.at, cells: make([]string, len(t.header.at)),
		wide: t.wide, words: newResolver(r.o.Policy, t.header.layout.Kind), memo: newMemo(),
	}
	for i, c := range t.header.layout.Columns {
		w.ids = append(w.ids, c.ID)
		if c.NotEmpty {
			w.required = append(w.required, i)
		}
		w.shifts = append(w.shifts, moneyUnitOf(t.header.units[i]))
	}
	if len(r.o.Key) > 0 {
		w.hash = hmac.New(sha256.New, r.o.Key)
	}
	return w
}

// take picks the layout's cells out of a line. It refuses cells that are too
// long and content beyond the header's columns.
func (w *row) take(l line, width int) {
	limit := w.r.o.Limits.Cell
	w.no, w.bad = l.no, nil
	for i, at := range w.at {
		w.cells[i] = ""
		if at < 0 || at >= len(l.cells) {
			continue
		}
		s := clean(l.cells[at])
		if len(s) > limit {
			if n := utf8.RuneCountInString(s); n > limit {
				w.refuse(codeCellLong, i, "", strconv.Itoa(n), strconv.Itoa(limit))
				continue
			}
		}
		if !blank(s) {
			w.cells[i] = s
		}
	}
	w.formulas()
	for _, c := range l.cells[min(width, len(l.cells)):] {
		if c = clean(c); !blank(c) {
			w.refuse(codeRowLong, -1, c, short(scrub(c)))
			break
		}
	}
	for _, i := range w.required {
		if w.cells[i] == "" && !w.refused(i) {
			w.refuse(codeRequired, i, "")
		}
	}
}

// formulas refuses cells that a formula was never worked out for. Formulas are
// not evaluated here.
func (w *row) formulas() {
	if w.sheet.uncached == nil {
		return
	}
	for i, at := range w.at {
		if at >= 0 && w.sheet.uncached(at+1, w.no) {
			w.refuse(codeFormula, i, "")
		}
	}
}

// column is the place of a column in the layout.
func (w *row) column(id string) int {
	for i := range w.ids {
		if w.ids[i] == id {
			return i
		}
	}
	panic("ingest: no column " + id) // a slip in this package, found by any test
}

// refuse notes what is wrong with the row. column is a place in the layout, or
// -1 for the row as a whole; value is what the cell holds, masked here.
func (w *row) refuse(code string, column int, value string, args ...string) {
	title := ""
	if column >= 0 {
		title = w.header.titles[column]
		switch w.header.layout.Columns[column].Type {
		case PersonID:
			value = maskID(value)
		case PersonName:
			value = maskName(value)
		}
	}
	w.bad = append(w.bad, w.r.refusal(code, w.sheet.name, w.no, title, short(scrub(value)), args...))
}

// refused tells whether something was found wrong with the column already.
func (w *row) refused(column int) bool {
	for _, b := range w.bad {
		if b.Column == w.header.titles[column] {
			return true
		}
	}
	return false
}

// text is free text, with ID numbers masked.
func (w *row) text(id string) string { return scrub(w.cells[w.column(id)]) }

// key is text that tells one thing from another. An ID number is refused there:
// masked it would not tell, and it may not be kept.
func (w *row) key(id string) string {
	i := w.column(id)
	s := w.cells[i]
	if scrub(s) != s {
		w.refuse(codeIDElsewhere, i, s)
		return ""
	}
	return s
}

func (w *row) date(id string, which side) time.Time {
	i := w.column(id)
	if w.cells[i] == "" {
		return time.Time{}
	}
	f := recall(w.memo.dates[which], w.cells[i], strings.Clone, func() (f dateFound) {
		f.t, f.ok = parseDate(w.cells[i], which, w.sheet.epoch1904)
		return f
	})
	t := f.t
	if !f.ok {
		w.refuse(codeDateForm, i, w.cells[i])
		return time.Time{}
	}
	// "2015-07" said in the middle of that month can't mean its end.
	if which == closes && t.After(w.r.today) {
		if first, _ := parseDate(w.cells[i], opens, w.sheet.epoch1904); !first.After(w.r.today) {
			return w.r.today
		}
	}
	return t
}

// span is what the dates of a kind's rows must keep.
type span struct {
	event, end, known string // columns; "" for none
	which             side   // for the event's month
	since             int    // first year
	ahead             int    // days that the event may lie ahead
	endAhead          bool   // the end may lie ahead
	knownBefore       bool   // the row may be registered before the event
}

// dates reads and checks the dates of a row. known defaults to the event.
func (w *row) dates(s span) (event, end, known time.Time) {
	event = w.date(s.event, s.which)
	w.notFuture(s.event, event, s.ahead)
	if !event.IsZero() && event.Year() < s.since {
		w.refuse(codeDateEarly, w.column(s.event), w.cells[w.column(s.event)], strconv.Itoa(s.since))
	}
	if s.end != "" {
		end = w.date(s.end, closes)
		if !s.endAhead {
			w.notFuture(s.end, end, 0)
		}
		if !end.IsZero() && end.Before(event) {
			w.refuse(codeDateOrder, w.column(s.end), w.cells[w.column(s.end)], event.Format(time.DateOnly))
		}
	}
	known = w.date(s.known, closes)
	w.notFuture(s.known, known, 0)
	if known.IsZero() {
		known = event
	}
	if known.Before(event) && !s.knownBefore {
		w.refuse(codeKnownEarly, w.column(s.known), w.cells[w.column(s.known)], event.Format(time.DateOnly))
	}
	return event, end, known
}

func (w *row) notFuture(id string, t time.Time, ahead int) {
	last := w.r.today
	if ahead != 0 {
		last = last.AddDate(0, 0, ahead)
	}
	if t.After(last) {
		i := w.column(id)
		w.refuse(codeDateFuture, i, w.cells[i], w.r.today.Format(time.DateOnly))
	}
}

func (w *row) money(id string) decimal.NullDecimal {
	i := w.column(id)
	if w.cells[i] == "" {
		return decimal.NullDecimal{}
	}
	if d, ok := w.shifts[i].plain(w.cells[i]); ok {
		return decimal.NewNullDecimal(d)
	}
	d, code := parseMoney(w.cells[i], w.header.units[i], w.sheet.float)
	if code != "" {
		w.refuse(code, i, w.cells[i])
		return decimal.NullDecimal{}
	}
	return decimal.NewNullDecimal(d)
}

func (w *row) whole(id string) decimal.NullDecimal {
	i := w.column(id)
	if w.cells[i] == "" {
		return decimal.NullDecimal{}
	}
	s := strings.TrimRight(w.cells[i], "人名个")
	d, ok := parseNumber(s, w.sheet.float)
	if !ok || d.IsNegative() || !d.IsInteger() || d.GreaterThan(decimal.New(1, 12)) {
		w.refuse(codeCountForm, i, w.cells[i])
		return decimal.NullDecimal{}
	}
	return decimal.NewNullDecimal(d)
}

// person returns the hash of the ID number in the column, "" where it is blank
// or wrong.
func (w *row) person() string {
	i := w.column("id")
	if w.cells[i] == "" {
		return ""
	}
	plain, code := checkID(w.cells[i], w.r.today)
	if code != "" {
		w.refuse(code, i, w.cells[i])
		return ""
	}
	w.hash.Reset()
	w.hash.Write(append(w.digits[:0], plain...)) // a Hash never fails
	w.digits = w.hash.Sum(w.digits[:0])
	return hex.EncodeToString(w.digits)
}

// orgCode is an institution's code, "" where it is blank or wrong.
func (w *row) orgCode(id string) string {
	s := w.key(id)
	if s == "" {
		return ""
	}
	code, rule := checkOrgCode(s)
	if rule != "" {
		w.refuse(rule, w.column(id), s)
	}
	return code
}

func (w *row) choice(id string) string {
	i := w.column(id)
	if w.cells[i] == "" {
		return ""
	}
	f := recall(w.memo.choices, choiceCell{i, w.cells[i]}, ownChoice, func() (f choiceFound) {
		f.name, f.all, f.ok = w.header.layout.Columns[i].choose(w.cells[i])
		return f
	})
	if !f.ok {
		w.refuse(codeChoice, i, w.cells[i], f.all)
	}
	return f.name
}

func (w *row) plan() string {
	i := w.column("plan")
	if w.cells[i] == "" {
		return ""
	}
	f := recall(w.memo.plans, w.cells[i], strings.Clone, func() (f wordFound) {
		f.id, f.suggest = w.words.plan(w.cells[i])
		return f
	})
	if f.id == "" {
		w.refuse(codePlan, i, w.cells[i], f.suggest)
	}
	return f.id
}

// category resolves name, which is the cell of the column unless the kind makes
// it from other columns.
func (w *row) category(plan, name string) datasets.Category {
	i := w.column("category")
	if name == "" {
		return datasets.Category{}
	}
	f := recall(w.memo.categories, [2]string{plan, name}, ownPair, func() (f categoryFound) {
		f.c, f.code, f.suggest = w.words.category(plan, name)
		return f
	})
	if f.code != "" {
		w.refuse(f.code, i, name, f.suggest)
	}
	return f.c
}

func (w *row) department() string {
	i, own := w.column("department"), w.r.o.Department
	if w.cells[i] == "" {
		return own
	}
	f := recall(w.memo.departments, w.cells[i], strings.Clone, func() (f wordFound) {
		f.id, f.suggest = w.words.department(w.cells[i])
		return f
	})
	if f.id == "" {
		w.refuse(codeDepartment, i, w.cells[i], f.suggest)
	} else if own != "" && f.id != own {
		w.refuse(codeOtherDepartment, i, w.cells[i])
	}
	return f.id
}

// refusal words a refusal by its rule.
func (r *reading) refusal(code, sheet string, no int, column, value string, args ...string) datasets.Refusal {
	rule := r.rules[code]
	all := []any{column}
	for _, a := range args {
		all = append(all, a)
	}
	return datasets.Refusal{
		Sheet: sheet, Row: no, Column: column, Value: value, Code: code,
		ReasonZh: fmt.Sprintf(rule.ReasonZh, all...), ReasonEn: fmt.Sprintf(rule.ReasonEn, all...),
		RemedyZh: rule.RemedyZh, RemedyEn: rule.RemedyEn,
	}
}

// note puts on record, on row 0, what was left out.
func (r *reading) note(code, sheet, column string, args ...string) {
	if r.notes++; r.notes <= maxNotes {
		r.batch.Refusals = append(r.batch.Refusals, r.refusal(code, sheet, 0, column, "", args...))
	}
}

// noteSheet notes what the format says of a sheet that is read.
func (r *reading) noteSheet(s sheet, header int) {
	if s.notes == nil {
		return
	}
	for _, n := range s.notes(header) {
		r.note(n.code, s.name, n.column, n.args...)
	}
}

// maxNotes keeps a file of nothing but total rows from filling the receipt.
const maxNotes = 200
