package ingest

import (
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"talentcast/datasets"
)

// record reads the row as its kind. With refusals in w.bad it is not to be used.
func (w *row) record(rec *datasets.Record) {
	*rec = datasets.Record{Kind: w.header.layout.Kind, Sheet: w.sheet.name, Row: w.no, Dept: w.department()}
	switch rec.Kind {
	case datasets.Talent:
		w.talent(rec)
	case datasets.SocialWorker:
		w.socialWorker(rec)
	case datasets.Fund:
		w.fund(rec)
	case datasets.Training:
		w.training(rec)
	case datasets.Institution:
		w.institution(rec)
	case datasets.Activity:
		w.activity(rec)
	case datasets.Post:
		w.post(rec)
	case datasets.Indicator:
		w.indicator(rec)
	}
}

// count makes the record one of the category's.
func (w *row) count(rec *datasets.Record, c datasets.Category) {
	rec.Category, rec.Plan = c.Name, c.Plan
	if c.Target != "" {
		rec.Target = recall(w.memo.canonical, c.Target, strings.Clone, func() string { return w.r.o.Policy.Canonical(c.Target) })
	}
}

// key joins what tells rows of a kind apart.
func key(kind datasets.Kind, parts ...string) string {
	n := len(kind)
	for _, p := range parts {
		n += 1 + len(p)
	}
	b := make([]byte, 0, n)
	b = append(b, kind...)
	for _, p := range parts {
		b = append(append(b, '|'), p...)
	}
	return string(b)
}

// talent: one person in one category of one plan. 引进方式, 学历 and 学位 have no
// column of their own in the store and go before the note.
func (w *row) talent(rec *datasets.Record) {
	rec.Person, rec.Name = w.person(), maskName(w.text("name"))
	w.count(rec, w.category(w.plan(), w.text("category")))
	rec.Event, rec.End, rec.Known = w.dates(span{event: "date", end: "end", known: "known", since: 1990})
	rec.Place = w.text("place")
	rec.Note = joinNotes(w.choice("way"), w.text("education"), w.text("degree"), w.text("note"))
	rec.Key = key(rec.Kind, rec.Person, rec.Plan, rec.Category)
}

// socialWorker: one person on the register.
func (w *row) socialWorker(rec *datasets.Record) {
	rec.Person, rec.Name = w.person(), maskName(w.text("name"))
	w.count(rec, w.category("", w.text("category")))
	rec.Event, rec.End, rec.Known = w.dates(span{event: "date", end: "end", known: "known", since: 1990})
	if rec.Place = w.text("community"); rec.Place == "" {
		rec.Place = w.text("street")
		rec.Note = w.text("note")
	} else {
		rec.Note = joinNotes(w.text("street"), w.text("note"))
	}
	rec.Key = key(rec.Kind, rec.Person)
}

// fund: one voucher. Without a category it is of the one named after stage and
// source (预算/财政), or else after the stage (到位).
func (w *row) fund(rec *datasets.Record) {
	number := w.key("number")
	rec.Stage, rec.Source = w.choice("stage"), w.choice("source")
	s := span{event: "date", known: "known", since: 1990}
	if rec.Stage == "预算" { // a budget is decided before its year
		s.ahead, s.knownBefore = 366, true
	}
	rec.Event, _, rec.Known = w.dates(s)
	rec.Amount = w.money("amount")
	rec.Person = w.person()
	name := w.text("category")
	if name == "" && rec.Stage != "" && rec.Source != "" {
		name = recall(w.memo.flows, [2]string{rec.Stage, rec.Source}, ownPair, func() string {
			if both := rec.Stage + "/" + rec.Source; w.words.byName[fold(both)] != nil {
				return both
			}
			return rec.Stage
		})
	}
	w.count(rec, w.category("", name))
	rec.Name, rec.Note = number, joinNotes(w.text("purpose"), w.text("note"))
	rec.Key = key(rec.Kind, number)
}

// training: one person in one course. The subsidy is the amount, the fee the
// whole it is a part of.
func (w *row) training(rec *datasets.Record) {
	number := w.key("number")
	rec.Person, rec.Name = w.person(), maskName(w.text("name"))
	w.count(rec, w.category("", w.text("category")))
	rec.Event, rec.End, rec.Known = w.dates(span{
		event: "date", end: "end", known: "known",
		since: 1990, endAhead: true, knownBefore: true,
	})
	rec.BaseAmount, rec.Amount = w.money("fee"), w.money("subsidy")
	if rec.BaseAmount.Valid && rec.Amount.Valid && rec.Amount.Decimal.GreaterThan(rec.BaseAmount.Decimal) {
		i := w.column("subsidy")
		w.refuse(codeSubsidyOver, i, w.cells[i], rec.BaseAmount.Decimal.String())
	}
	rec.Place = w.text("title")
	rec.Key = key(rec.Kind, number, rec.Person)
}

// institution: one body in one category, known by its code or else its name.
func (w *row) institution(rec *datasets.Record) {
	rec.Name = w.key("name")
	is := w.orgCode("code")
	if is == "" {
		is = fold(rec.Name)
	}
	w.count(rec, w.category("", w.text("category")))
	rec.Event, rec.End, rec.Known = w.dates(span{event: "date", end: "end", known: "known", since: 1949})
	rec.Key = key(rec.Kind, is, rec.Category)
}

// activity: one event. It may be registered when it is announced.
func (w *row) activity(rec *datasets.Record) {
	number := w.key("number")
	w.count(rec, w.category("", w.text("category")))
	rec.Event, _, rec.Known = w.dates(span{event: "date", known: "known", since: 1990, knownBefore: true})
	rec.Value, rec.Amount = w.whole("persons"), w.money("amount")
	if rec.Name = w.text("title"); rec.Name == "" {
		rec.Name = number
	}
	rec.Unit = "人"
	rec.Key = key(rec.Kind, number)
}

// post: the posts of one unit at a date, for a share with all its posts.
func (w *row) post(rec *datasets.Record) {
	rec.Name = w.key("name")
	rec.Place = rec.Name
	c := w.category("", w.text("category"))
	w.count(rec, c)
	rec.Event, _, rec.Known = w.dates(span{event: "date", known: "known", which: holds, since: 1990})
	rec.Value, rec.BaseValue = w.whole("posts"), w.whole("total")
	posts, total := w.column("posts"), w.column("total")
	switch {
	case c.Value == datasets.Share && !w.refused(total) && (!rec.BaseValue.Valid || rec.BaseValue.Decimal.IsZero()):
		w.refuse(codeWholeZero, total, w.cells[total])
	case rec.BaseValue.Valid && rec.Value.Valid && rec.Value.Decimal.GreaterThan(rec.BaseValue.Decimal):
		w.refuse(codePartOver, posts, w.cells[posts], w.cells[total])
	}
	rec.Unit = "个岗位"
	rec.Key = key(rec.Kind, fold(rec.Name), rec.Category, rec.Event.Format(time.DateOnly))
}

// indicator: one figure of one target at a date, in the target's unit, rounded
// to six decimals.
func (w *row) indicator(rec *datasets.Record) {
	i := w.column("target")
	rec.Event, _, rec.Known = w.dates(span{event: "date", known: "known", which: holds, since: 1900})
	rec.Name, rec.Source, rec.Note = w.text("title"), w.text("source"), w.text("note")
	if w.cells[i] == "" {
		return
	}
	t, suggest, ok := w.words.target(w.cells[i])
	if !ok {
		w.refuse(codeTarget, i, w.cells[i], suggest)
		return
	}
	if own := w.r.o.Department; own != "" && !slices.Contains(t.Lead, own) && !slices.Contains(t.Coop, own) {
		w.refuse(codeOtherTarget, i, w.cells[i])
		return
	}
	rec.Target, rec.Plan, rec.Unit = t.ID, t.PlanID, t.Unit
	rec.Value = w.figure(t)
	rec.Key = key(rec.Kind, t.ID, rec.Event.Format(time.DateOnly))
}

// figure reads an indicator's value into the unit of its target. A percentage,
// as a sign in the cell or a format of it, is in %.
func (w *row) figure(t datasets.Target) decimal.NullDecimal {
	none := decimal.NullDecimal{}
	i, u := w.column("value"), w.column("unit")
	cell, unit := w.cells[i], strings.Trim(w.cells[u], "()（）")
	if cell == "" {
		return none
	}
	number, sign := strings.CutSuffix(narrow(cell), "%")
	d, ok := parseNumber(number, w.sheet.float)
	if !ok {
		w.refuse(codeNumberForm, i, cell)
		return none
	}
	if w.sheet.percent != nil && !sign && t.Unit == "%" && w.sheet.percent(w.at[i]+1, w.no) {
		d, sign = d.Shift(2), true
	}
	if unit == "" && sign {
		unit = "%"
	}
	if unit == "" {
		unit = w.header.units[i]
	}
	if _, base := splitUnit(t.Unit); unit == "" && base == "元" {
		w.refuse(codeUnitMissing, u, "", t.Unit)
		return none
	}
	if unit != "" && t.Measure != datasets.Milestone {
		if d, ok = convert(d, unit, t.Unit); !ok {
			w.refuse(codeUnit, u, unit, t.Unit)
			return none
		}
	}
	switch d = d.Round(storedPlaces); {
	case d.Abs().GreaterThanOrEqual(storedLimit):
		w.refuse(codeTooLarge, i, cell)
	case d.IsNegative() && t.Measure != datasets.Growth && t.Measure != datasets.Trend:
		w.refuse(codeNumberNegative, i, cell)
	case t.Measure == datasets.Ratio && d.GreaterThan(decimal.New(100, 0)):
		w.refuse(codeShareOver, i, cell)
	}
	return decimal.NewNullDecimal(d)
}

// joinNotes joins what is not empty.
func joinNotes(parts ...string) string {
	var only string
	n := 0
	for _, p := range parts {
		if p != "" {
			n, only = n+1, p
		}
	}
	if n < 2 {
		return only
	}
	var b strings.Builder
	for _, p := range parts {
		if p != "" {
			if b.Len() > 0 {
				b.WriteString("；")
			}
			b.WriteString(p)
		}
	}
	return b.String()
}
