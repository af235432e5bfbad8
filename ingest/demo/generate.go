// Package demo makes synthetic office files for the Liwan policy, so that the
// program can be tried and shown without anybody's data. They are written in
// the templates, in the mix of formats that offices send, and load the way a
// user's files do. Every file's name begins with 演示数据.
//
// What is assumed (slow start, seasons, late registration, leavers, corrections,
// rows that are wrong on purpose, and how much of each target is reached) is in
// README.md beside this file. None of it describes the real district.
package demo

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"

	"talentcast/analytics"
	"talentcast/analytics/fault"
	"talentcast/datasets"
)

// Generate writes the files for the months from…to into dir, which is made if
// need be, and returns their paths in the order in which an office would have
// handed them in. Nothing in them was known after the last day of to. One seed
// gives the same bytes every time.
//
// The policy must be liwan-555: categories and targets are named as it names
// them. Faults: Invalid for another policy, or a range that is empty, longer
// than 30 years or not in months.
func Generate(dir string, seed uint64, from, to analytics.Period, p datasets.Policy) ([]string, error) {
	files, err := plan(seed, from, to, p)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("demonstration data: %w", err)
	}
	var paths []string
	for _, f := range files {
		b, err := f.bytes(to.End())
		if err != nil {
			return nil, fmt.Errorf("demonstration data %s: %w", f.name(), err)
		}
		path := filepath.Join(dir, f.name())
		if err := os.WriteFile(path, b, 0o644); err != nil {
			return nil, fmt.Errorf("demonstration data: %w", err)
		}
		paths = append(paths, path)
	}
	return paths, nil
}

// longest range that is sensible, in months.
const maxMonths = 360

// plan makes the files without writing them.
func plan(seed uint64, from, to analytics.Period, p datasets.Policy) ([]file, error) {
	if p.ID != "liwan-555" {
		return nil, fault.Newf(fault.Invalid, "演示数据只为政策 liwan-555 编写，不能用于 %[1]s。",
			"Demonstration data are written for the policy liwan-555 only, not for %[1]s.", p.ID)
	}
	if from.Freq != analytics.Monthly || to.Freq != analytics.Monthly || to.Sub(from) < 0 || to.Sub(from) >= maxMonths {
		return nil, fault.Newf(fault.Invalid, "演示数据的起止月份不对（%[1]s 至 %[2]s）；请从早到晚给出，最多 30 年。",
			"The months of the demonstration data, %[1]s to %[2]s, can't be used; give the earlier first, 30 years apart at most.", from, to)
	}
	w := &world{rng: rand.New(rand.NewPCG(seed, 0x5551800)), policy: p, from: from, to: to, end: to.End(), ids: map[string]bool{}, vouchers: map[string]bool{}}
	w.talent()
	w.socialWorkers()
	w.funds()
	w.training()
	w.institutions()
	w.activities()
	w.posts()
	w.indicators()
	w.spoil()
	return w.sorted(), nil
}

// world is what is made up so far.
type world struct {
	rng      *rand.Rand
	policy   datasets.Policy
	from, to analytics.Period
	end      time.Time // last day of to: what is known later is not in the files
	persons  int       // made so far
	ids      map[string]bool
	vouchers map[string]bool
	skilled  []skilled // who may be paid a skill subsidy
	files    []*file
}

// file returns the file of a kind and a part ("2013", "更正_2013"), making it on
// the first call.
func (w *world) file(kind datasets.Kind, part string, as format) *file {
	for _, f := range w.files {
		if f.kind == kind && f.part == part {
			return f
		}
	}
	f := &file{kind: kind, part: part, format: as}
	w.files = append(w.files, f)
	return f
}

// sorted puts each file's rows into the order of registration and drops files
// without rows. Files come by kind, then by part, corrections last.
func (w *world) sorted() []file {
	var out []file
	for _, k := range datasets.Kinds() {
		var of []file
		for _, f := range w.files {
			if f.kind != k || len(f.rows) == 0 {
				continue
			}
			slices.SortStableFunc(f.rows, func(a, b row) int { return a.known.Compare(b.known) })
			of = append(of, *f)
		}
		slices.SortStableFunc(of, func(a, b file) int { return compareParts(a.part, b.part) })
		out = append(out, of...)
	}
	return out
}

// months yields the months of the range.
func (w *world) months() []analytics.Period {
	var out []analytics.Period
	for m := w.from; m.Sub(w.to) <= 0; m = m.Add(1) {
		out = append(out, m)
	}
	return out
}

// season is the share of an average month's recognitions: few around the Spring
// Festival, many when students graduate and at the year's end.
var season = [12]float64{0.75, 0.4, 0.85, 0.95, 1.0, 1.05, 1.5, 1.45, 1.25, 0.85, 0.95, 1.45}

// shape is how a target's intake runs over the years.
type shape int

const (
	grows   shape = iota // slow in 2012, more each year to 2015
	steady               // the same every year
	early                // most in the first two years, then little
	later                // next to nothing before 2014
	autumns              // growing, and registered after the examinations, in October and November
)

// weight is a month's weight in a shape.
func weight(s shape, m analytics.Period) float64 {
	year, month := m.Year(), m.Start().Month()
	seasonal := season[month-1]
	growth := func(from ...float64) float64 {
		return from[max(0, min(len(from)-1, year-2012))]
	}
	switch s {
	case steady:
		return seasonal
	case early:
		return seasonal * growth(1.3, 1, 0.25, 0.1)
	case later:
		return seasonal * growth(0.02, 0.3, 1, 1.2)
	case autumns:
		exam := 0.7
		if month == time.October || month == time.November {
			exam = 3.2
		}
		return exam * growth(0.7, 0.95, 1.15, 1.25)
	}
	if year == 2012 && month <= time.June { // the programme was still being set up
		seasonal *= 0.5
	}
	return seasonal * growth(0.45, 0.85, 1.1, 1.3)
}

// The totals below are those of the months 2012-01 … 2015-06; another range
// gets its share by weight.
var (
	baseFrom = analytics.PeriodOf(analytics.Date(2012, time.January, 1), analytics.Monthly)
	baseTo   = analytics.PeriodOf(analytics.Date(2015, time.June, 1), analytics.Monthly)
)

// happened draws the days on which a target's total events fall and were
// registered. Only what was registered by the end is returned, and exactly as
// much as the range's share of total.
func (w *world) happened(total int, s shape) []event {
	var out []event
	months := w.months()
	sum, base := 0.0, 0.0
	upTo := make([]float64, len(months))
	for i, m := range months {
		sum += weight(s, m)
		upTo[i] = sum
	}
	for m := baseFrom; m.Sub(baseTo) <= 0; m = m.Add(1) {
		base += weight(s, m)
	}
	n := int(float64(total)*sum/base + 0.5)
	for tries := 0; len(out) < n && tries < 100*n; tries++ {
		x := w.rng.Float64() * sum
		i, _ := slices.BinarySearch(upTo, x)
		day := w.dayIn(months[min(i, len(months)-1)])
		if k := w.registered(day); !k.After(w.end) && !day.After(w.end) {
			out = append(out, event{day, k})
		}
	}
	slices.SortStableFunc(out, func(a, b event) int { return a.day.Compare(b.day) })
	return out
}

// event is a day and when it was put on record.
type event struct{ day, known time.Time }

// dayIn draws a working day of the month.
func (w *world) dayIn(m analytics.Period) time.Time {
	d := m.Start().AddDate(0, 0, w.rng.IntN(m.End().Day()))
	switch {
	case d.Weekday() == time.Saturday && d.Day() > 1:
		return d.AddDate(0, 0, -1)
	case d.Weekday() == time.Saturday:
		return d.AddDate(0, 0, 2)
	case d.Weekday() == time.Sunday && d.Day() > 2:
		return d.AddDate(0, 0, -2)
	case d.Weekday() == time.Sunday:
		return d.AddDate(0, 0, 1)
	}
	return d
}

// registered draws when the office put the event on record: two in five within
// ten days, one in ten after two to three months.
func (w *world) registered(day time.Time) time.Time {
	lag := 0
	switch x := w.rng.Float64(); {
	case x < 0.4:
		lag = w.rng.IntN(11)
	case x < 0.7:
		lag = 11 + w.rng.IntN(20)
	case x < 0.9:
		lag = 31 + w.rng.IntN(30)
	default:
		lag = 61 + w.rng.IntN(32)
	}
	return day.AddDate(0, 0, lag)
}

// within tells whether the day is in the range and, registered on known, in the
// files.
func (w *world) within(day, known time.Time) bool {
	return !day.Before(w.from.Start()) && !day.After(w.end) && !known.After(w.end)
}

func ymd(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

func year(t time.Time) string { return t.Format("2006") }
