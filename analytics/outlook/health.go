package outlook

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"talentcast/analytics"
	"talentcast/analytics/forecast"
	"talentcast/datasets"
)

// Health is the state of a policy's data: who has handed in what, how complete
// and how late, what is due when, and what is owed.
type Health struct {
	Policy     string       `json:"policy"`
	AsOf       Day          `json:"as_of"`
	Demo       bool         `json:"demo"`
	Grace      int          `json:"grace_days"`
	Months     []string     `json:"months"`     // of every delivery's strip, 2015-06
	Registered []Registered `json:"registered"` // of all events; empty where none tells
	Deliveries []DataHealth `json:"deliveries"` // overdue first, then by due date
	Refused    []Refused    `json:"refused"`
	Owed       []Owed       `json:"owed"`
}

// DataHealth is what one department has handed in of one kind.
type DataHealth struct {
	Dept       string        `json:"department"`
	Kind       datasets.Kind `json:"kind"`
	Rows       int           `json:"rows"`
	Files      int           `json:"files"`
	Event      Day           `json:"last_event"`
	Known      Day           `json:"last_known"`
	LoadedAt   time.Time     `json:"last_loaded"`
	Every      *int          `json:"every_months"` // 1, 3, 6 or 12; null without a rhythm
	Due        Day           `json:"due"`          // of the next; null without a rhythm
	Overdue    int           `json:"overdue_days"` // since it was due; 0 within the grace
	RowsBy     []int         `json:"rows_by_month"`
	Registered []Registered  `json:"registered"` // empty for reported figures
}

// Registered is the share of what happens that is known some weeks after it.
type Registered struct {
	Weeks int     `json:"weeks"`
	Share float64 `json:"share"`
}

// Refused counts what was refused for one reason.
type Refused struct {
	Dept   string        `json:"department"`
	Kind   datasets.Kind `json:"kind"`
	Code   string        `json:"code"`
	Reason Text          `json:"reason"` // of one of them
	Count  int           `json:"count"`
	Batch  int64         `json:"last_batch"`
}

// Owed is a department that leads targets of which nothing is known.
type Owed struct {
	Dept    string   `json:"department"`
	Targets []string `json:"targets"`
}

// HealthQuery asks for the health of a policy's data as of a date.
type HealthQuery struct {
	Policy string
	// AsOf is today where it is zero: what is due goes by the calendar. Of
	// demonstration data, which end on a day of their own, it is that day.
	AsOf  time.Time
	Grace int // days after the due date in which a delivery is not overdue yet
}

// DefaultGrace is how many days late a delivery may be, unless configured.
const DefaultGrace = 10

const healthMonths = 24

// Health tells the state of a policy's data. Faults as for [Service.Of].
func (s *Service) Health(ctx context.Context, q HealthQuery) (*Health, error) {
	p, err := s.store.Policy(ctx, q.Policy)
	if err != nil {
		return nil, fmt.Errorf("health of %s: %w", q.Policy, err)
	}
	state, err := s.store.State(ctx, p.ID)
	if err != nil {
		return nil, fmt.Errorf("health of %s: %w", q.Policy, err)
	}
	if q.AsOf.IsZero() && !state.Demo {
		q.AsOf = s.cfg.Now()
	}
	if q.AsOf, err = s.asOf(q.AsOf, state); err != nil {
		return nil, err
	}
	key := fmt.Sprintf("health|%s|%d", baseKey(p, state, q.AsOf), q.Grace)
	return once(ctx, s, &s.healths, key, func(ctx context.Context) (*Health, error) { return s.health(ctx, q, p, state) })
}

func (s *Service) health(ctx context.Context, q HealthQuery, p datasets.Policy, state datasets.State) (*Health, error) {
	ds, refused, err := s.store.Deliveries(ctx, p.ID, q.AsOf)
	if err != nil {
		return nil, fmt.Errorf("health of %s: %w", q.Policy, err)
	}
	actuals, err := s.Actuals(ctx, p.ID, q.AsOf)
	if err != nil {
		return nil, err
	}
	h := health(q, ds)
	h.Policy, h.Demo, h.Owed = p.ID, state.Demo, owed(p, actuals)
	for _, r := range refused {
		h.Refused = append(h.Refused, Refused{r.Dept, r.Kind, r.Code, Text{r.ReasonZh, r.ReasonEn}, r.Count, r.Batch})
	}
	return h, nil
}

func health(q HealthQuery, ds []datasets.Delivery) *Health {
	h := &Health{AsOf: Day{q.AsOf}, Grace: q.Grace, Months: []string{}, Deliveries: []DataHealth{}, Refused: []Refused{}}
	first := analytics.PeriodOf(q.AsOf, analytics.Monthly).Add(1 - healthMonths)
	for i := range healthMonths {
		h.Months = append(h.Months, first.Add(i).Start().Format("2006-01"))
	}
	var all []forecast.Delay
	for _, d := range ds {
		all = append(all, delaysOf(d)...)
	}
	h.Registered = registered(nil, all)
	for _, d := range ds {
		h.Deliveries = append(h.Deliveries, delivered(q, d, all, first))
	}
	slices.SortStableFunc(h.Deliveries, func(a, b DataHealth) int {
		if c := cmp.Compare(b.Overdue, a.Overdue); c != 0 {
			return c
		}
		if a.Due.IsZero() != b.Due.IsZero() {
			return cmp.Compare(btoi(a.Due.IsZero()), btoi(b.Due.IsZero()))
		}
		return a.Due.Compare(b.Due.Time)
	})
	return h
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func delaysOf(d datasets.Delivery) []forecast.Delay {
	var out []forecast.Delay
	for _, x := range d.Lags {
		out = append(out, forecast.Delay{Age: x.Age, Weeks: x.Weeks, N: float64(x.Rows)})
	}
	return out
}

// registered is what is known after some weeks. A source's delays lean on those
// of all, as the forecast's do.
func registered(own, all []forecast.Delay) []Registered {
	out := []Registered{}
	if len(all) == 0 {
		return out
	}
	lag := forecast.EstimateLag(own, all)
	for _, w := range []int{4, 8, 13, 26} {
		out = append(out, Registered{w, lag.Known(7 * w)})
	}
	return out
}

// delivered is the health of one delivery; first is the strip's first month.
func delivered(q HealthQuery, d datasets.Delivery, all []forecast.Delay, first analytics.Period) DataHealth {
	x := DataHealth{
		Dept: d.Dept, Kind: d.Kind, Rows: d.Rows, Files: d.Batches, Event: Day{d.Event}, Known: Day{d.Known}, LoadedAt: d.Loaded,
		RowsBy: make([]int, healthMonths), Registered: []Registered{},
	}
	if every, ok := rhythm(d.Registered); ok {
		x.Every = &every
		x.Due = Day{analytics.PeriodOf(d.Known, analytics.Monthly).Add(every).End()}
		if late := int(q.AsOf.Sub(x.Due.Time) / (24 * time.Hour)); late > q.Grace {
			x.Overdue = late
		}
	}
	for _, m := range d.Months {
		if i := analytics.PeriodOf(m.Month, analytics.Monthly).Sub(first); i >= 0 && i < healthMonths {
			x.RowsBy[i] = m.Rows
		}
	}
	if len(d.Lags) > 0 {
		x.Registered = registered(delaysOf(d), all)
	}
	return x
}

// rhythm is how many months pass between deliveries as a rule: the least of a
// month, a quarter, half a year and a year in which four of five came. There is
// none with fewer than four months of deliveries, or where they come more
// rarely. The policy's catalogue states no dates for reports, so what an office
// has done is what is expected of it.
func rhythm(months []time.Time) (every int, ok bool) {
	const least, ofFive = 4, 4
	if len(months) < least {
		return 0, false
	}
	for _, every = range []int{1, 3, 6, 12} {
		within := 0
		for i := 1; i < len(months); i++ {
			if analytics.PeriodOf(months[i], analytics.Monthly).Sub(analytics.PeriodOf(months[i-1], analytics.Monthly)) <= every {
				within++
			}
		}
		if within*5 >= (len(months)-1)*ofFive {
			return every, true
		}
	}
	return 0, false
}

// owed lists the departments that lead targets without a figure.
func owed(p datasets.Policy, actuals map[string]float64) []Owed {
	by := map[string][]string{}
	for _, t := range p.Targets {
		if _, known := actuals[t.ID]; known || t.SameAs != "" || t.Measure == datasets.Cap {
			continue
		}
		for _, d := range t.Lead {
			by[d] = append(by[d], t.ID)
		}
	}
	out := []Owed{}
	for _, d := range p.Departments {
		if len(by[d.ID]) > 0 {
			out = append(out, Owed{d.ID, by[d.ID]})
		}
	}
	slices.SortStableFunc(out, func(a, b Owed) int { return cmp.Compare(len(b.Targets), len(a.Targets)) })
	return out
}
