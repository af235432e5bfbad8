package datasets

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"
)

// Delivery is what one department has handed in of one kind.
type Delivery struct {
	Dept    string // department's id, "" where rows name none
	Kind    Kind
	Rows    int       // that hold
	Batches int       // files that they came in
	Event   time.Time // latest event
	Known   time.Time // latest day on which something became known
	Loaded  time.Time // when the latest file was loaded
	Months  []MonthRows
	Gaps    []int // days between one registration and the next, sorted
	Lags    []Delay
}

// MonthRows counts rows by the month of their event.
type MonthRows struct {
	Month time.Time // its first day
	Rows  int
}

// RefusedFor counts what was refused of a kind for one reason. Dept is the
// department that most rows of the same files have.
type RefusedFor struct {
	Dept     string
	Kind     Kind
	Code     string
	ReasonZh string // of one of them
	ReasonEn string
	Count    int
}

// Usual is how many days pass between registrations as a rule and at most, the
// latter in nineteen of twenty cases; ok is false with too few to tell.
func (d Delivery) Usual() (median, long int, ok bool) {
	if len(d.Gaps) < 4 {
		return 0, 0, false
	}
	return d.Gaps[len(d.Gaps)/2], d.Gaps[len(d.Gaps)*19/20], true
}

// Deliveries tells what departments have handed in by kind, of what was known on
// the day known of events up to it, and what was refused of it.
func (s *Store) Deliveries(ctx context.Context, policy string, known time.Time) ([]Delivery, []RefusedFor, error) {
	var out []Delivery
	at := map[[2]string]int{}
	fail := func(err error) ([]Delivery, []RefusedFor, error) {
		return nil, nil, fmt.Errorf("deliveries of %s: %w", policy, err)
	}
	err := s.query(ctx, "Store.Deliveries", func(r *sql.Rows) error {
		var d Delivery
		err := r.Scan(&d.Dept, &d.Kind, &d.Rows, &d.Batches, &d.Event, &d.Known, &d.Loaded)
		at[[2]string{d.Dept, string(d.Kind)}] = len(out)
		out = append(out, d)
		return err
	}, policy, known)
	if err != nil {
		return fail(err)
	}
	err = s.query(ctx, "Store.DeliveredMonths", func(r *sql.Rows) error {
		var dept, kind string
		var m MonthRows
		if err := r.Scan(&dept, &kind, &m.Month, &m.Rows); err != nil {
			return err
		}
		if i, ok := at[[2]string{dept, kind}]; ok {
			out[i].Months = append(out[i].Months, m)
		}
		return nil
	}, policy, known)
	if err != nil {
		return fail(err)
	}
	err = s.query(ctx, "Store.DeliveredGaps", func(r *sql.Rows) error {
		var dept, kind string
		var gap int
		if err := r.Scan(&dept, &kind, &gap); err != nil {
			return err
		}
		if i, ok := at[[2]string{dept, kind}]; ok {
			out[i].Gaps = append(out[i].Gaps, gap)
		}
		return nil
	}, policy, known)
	if err != nil {
		return fail(err)
	}
	err = s.query(ctx, "Store.DeliveredLate", func(r *sql.Rows) error {
		var dept, kind string
		var d Delay
		if err := r.Scan(&dept, &kind, &d.Age, &d.Weeks, &d.Rows); err != nil {
			return err
		}
		if i, ok := at[[2]string{dept, kind}]; ok {
			out[i].Lags = append(out[i].Lags, d)
		}
		return nil
	}, policy, known)
	if err != nil {
		return fail(err)
	}
	for i := range out {
		slices.Sort(out[i].Gaps)
	}
	refused, err := s.refusedFor(ctx, policy)
	if err != nil {
		return fail(err)
	}
	return out, refused, nil
}

func (s *Store) refusedFor(ctx context.Context, policy string) ([]RefusedFor, error) {
	var out []RefusedFor
	err := s.query(ctx, "Store.DeliveredRefused", func(r *sql.Rows) error {
		var f RefusedFor
		err := r.Scan(&f.Dept, &f.Kind, &f.Code, &f.ReasonZh, &f.ReasonEn, &f.Count)
		out = append(out, f)
		return err
	}, policy)
	return out, err
}
