package ingest

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"talentcast/datasets"
)

// jumpFactor is how many times its predecessor a figure may be without a word.
var jumpFactor = decimal.New(5, 0)

// jumps notes reported figures that are far from those of the year before in the
// same file, and cumulative ones that fall. They are read all the same: a
// policy's first years do jump.
func (r *reading) jumps() {
	if r.batch.Kind != datasets.Indicator {
		return
	}
	latest := map[string]map[time.Time]datasets.Record{} // of each figure, the version known last
	var order []string
	for _, rec := range r.figures {
		if latest[rec.Target] == nil {
			latest[rec.Target] = map[time.Time]datasets.Record{}
			order = append(order, rec.Target)
		}
		if had, ok := latest[rec.Target][rec.Event]; rec.Value.Valid && (!ok || rec.Known.After(had.Known)) {
			latest[rec.Target][rec.Event] = rec
		}
	}
	for _, id := range order {
		if t, ok := r.o.Policy.Target(id); ok {
			r.jumpsOf(t, latest[id])
		}
	}
}

func (r *reading) jumpsOf(t datasets.Target, by map[time.Time]datasets.Record) {
	if t.Measure == datasets.Growth || t.Measure == datasets.Milestone {
		return // rates of change jump, and so does a thing done
	}
	recs := make([]datasets.Record, 0, len(by))
	for _, rec := range by {
		recs = append(recs, rec)
	}
	slices.SortFunc(recs, func(a, b datasets.Record) int { return a.Event.Compare(b.Event) })
	for i, rec := range recs {
		if i > 0 && t.Measure == datasets.Cumulative && rec.Value.Decimal.LessThan(recs[i-1].Value.Decimal) {
			r.noteFigure(codeFall, rec, recs[i-1])
			continue
		}
		before, ok := by[yearBefore(rec.Event)]
		if !ok || !before.Value.Decimal.IsPositive() || rec.Value.Decimal.IsNegative() {
			continue
		}
		now, was := rec.Value.Decimal, before.Value.Decimal
		if now.GreaterThan(was.Mul(jumpFactor)) || now.Mul(jumpFactor).LessThan(was) {
			r.noteFigure(codeJump, rec, before)
		}
	}
}

func (r *reading) noteFigure(code string, rec, before datasets.Record) {
	what := cmp.Or(rec.Name, rec.Target)
	r.note(code, rec.Sheet, what, strconv.Itoa(rec.Row), rec.Value.Decimal.String()+rec.Unit,
		strconv.Itoa(before.Row), before.Value.Decimal.String()+before.Unit)
}

// yearBefore is the same day a year before; the last of February stays that.
func yearBefore(t time.Time) time.Time {
	if t.AddDate(0, 0, 1).Day() == 1 { // a month's last
		return time.Date(t.Year()-1, t.Month()+1, 0, 0, 0, 0, 0, t.Location())
	}
	return t.AddDate(-1, 0, 0)
}
