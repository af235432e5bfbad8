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
// and how late, and what is owed.
type Health struct {
	Policy     string       `json:"policy"`
	AsOf       Day          `json:"as_of"`
	Months     []string     `json:"months"` // of every delivery's strip, 2015-06
	Deliveries []DataHealth `json:"deliveries"`
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
	Since      int           `json:"days_since"`   // from the last registration to the as-of date
	Usual      *int          `json:"usual_days"`   // between registrations, the median; null with too few
	Longest    *int          `json:"allowed_days"` // after which it is overdue
	Overdue    bool          `json:"overdue"`
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
	Reason Text          `json:"reason"`
	Count  int           `json:"count"`
}

// Owed is a department that leads targets of which nothing is known.
type Owed struct {
	Dept    string   `json:"department"`
	Targets []string `json:"targets"`
}

const (
	healthMonths = 24
	// healthGrace is the silence that is never remarked on: offices report by
	// the month.
	healthGrace = 31
)

// healthStore is what Health asks of the store.
type healthStore interface {
	Deliveries(ctx context.Context, policy string, known time.Time) ([]datasets.Delivery, []datasets.RefusedFor, error)
}

// Health tells the state of a policy's data as of a date, or for a zero one of
// the newest data. Faults as for [Service.Of].
func (s *Service) Health(ctx context.Context, policy string, asOf time.Time) (*Health, error) {
	store, ok := s.store.(healthStore)
	if !ok {
		return nil, fmt.Errorf("health of %s: the store %T tells no deliveries", policy, s.store)
	}
	p, err := s.store.Policy(ctx, policy)
	if err != nil {
		return nil, fmt.Errorf("health of %s: %w", policy, err)
	}
	state, err := s.store.State(ctx, p.ID)
	if err != nil {
		return nil, fmt.Errorf("health of %s: %w", policy, err)
	}
	if asOf, err = s.asOf(asOf, state); err != nil {
		return nil, err
	}
	ds, refused, err := store.Deliveries(ctx, p.ID, asOf)
	if err != nil {
		return nil, fmt.Errorf("health of %s: %w", policy, err)
	}
	actuals, err := s.Actuals(ctx, p.ID, asOf)
	if err != nil {
		return nil, err
	}
	return health(p, ds, refused, actuals, asOf), nil
}

func health(p datasets.Policy, ds []datasets.Delivery, refused []datasets.RefusedFor, actuals map[string]float64, asOf time.Time) *Health {
	h := &Health{Policy: p.ID, AsOf: Day{asOf}, Months: []string{}, Deliveries: []DataHealth{}, Refused: []Refused{}, Owed: owed(p, actuals)}
	first := analytics.PeriodOf(asOf, analytics.Monthly).Add(1 - healthMonths)
	for i := range healthMonths {
		h.Months = append(h.Months, first.Add(i).Start().Format("2006-01"))
	}
	var all []forecast.Delay
	for _, d := range ds {
		all = append(all, delaysOf(d)...)
	}
	for _, d := range ds {
		h.Deliveries = append(h.Deliveries, delivered(d, all, first, asOf))
	}
	slices.SortStableFunc(h.Deliveries, func(a, b DataHealth) int {
		if a.Overdue != b.Overdue {
			if a.Overdue {
				return -1
			}
			return 1
		}
		return cmp.Compare(b.Since, a.Since)
	})
	for _, r := range refused {
		h.Refused = append(h.Refused, Refused{r.Dept, r.Kind, r.Code, Text{r.ReasonZh, r.ReasonEn}, r.Count})
	}
	return h
}

func delaysOf(d datasets.Delivery) []forecast.Delay {
	var out []forecast.Delay
	for _, x := range d.Lags {
		out = append(out, forecast.Delay{Age: x.Age, Weeks: x.Weeks, N: float64(x.Rows)})
	}
	return out
}

// delivered is the health of one delivery. Its delays lean on those of all, as
// the forecast's do.
func delivered(d datasets.Delivery, all []forecast.Delay, first analytics.Period, asOf time.Time) DataHealth {
	x := DataHealth{
		Dept: d.Dept, Kind: d.Kind, Rows: d.Rows, Files: d.Batches, Event: Day{d.Event}, Known: Day{d.Known}, LoadedAt: d.Loaded,
		Since: int(asOf.Sub(d.Known) / (24 * time.Hour)), RowsBy: make([]int, healthMonths), Registered: []Registered{},
	}
	if median, long, ok := d.Usual(); ok {
		long = max(long, healthGrace)
		x.Usual, x.Longest, x.Overdue = &median, &long, x.Since > long
	}
	for _, m := range d.Months {
		if i := analytics.PeriodOf(m.Month, analytics.Monthly).Sub(first); i >= 0 && i < healthMonths {
			x.RowsBy[i] = m.Rows
		}
	}
	if len(d.Lags) > 0 {
		lag := forecast.EstimateLag(delaysOf(d), all)
		for _, w := range []int{4, 8, 13, 26} {
			x.Registered = append(x.Registered, Registered{w, lag.Known(7 * w)})
		}
	}
	return x
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
