package datasets

import (
	"context"
	"database/sql"
	"fmt"
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
	// Registered are the months in which anything was, in their order.
	Registered []time.Time
	Lags       []Delay // none of reported figures
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
	Batch    int64 // the newest of those that they came in
}

// Deliveries tells what departments have handed in by kind, of what was known on
// the day known of events up to it, and what was refused of it.
func (s *Store) Deliveries(ctx context.Context, policy string, known time.Time) ([]Delivery, []RefusedFor, error) {
	var out []Delivery
	err := s.query(ctx, "Store.Deliveries", func(r *sql.Rows) error {
		var d Delivery
		err := r.Scan(&d.Dept, &d.Kind, &d.Rows, &d.Batches, &d.Event, &d.Known, &d.Loaded)
		out = append(out, d)
		return err
	}, policy, known)
	if err == nil {
		err = s.addDelivered(ctx, out, policy, known)
	}
	var refused []RefusedFor
	if err == nil {
		refused, err = s.refusedFor(ctx, policy)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("deliveries of %s: %w", policy, err)
	}
	return out, refused, nil
}

// addDelivered adds to deliveries what of them comes in many rows.
func (s *Store) addDelivered(ctx context.Context, ds []Delivery, policy string, known time.Time) error {
	at := map[[2]string]*Delivery{}
	for i := range ds {
		at[[2]string{ds[i].Dept, string(ds[i].Kind)}] = &ds[i]
	}
	var dept, kind string
	of := func() *Delivery {
		if d := at[[2]string{dept, kind}]; d != nil {
			return d
		}
		return &Delivery{} // nothing of it had happened yet
	}
	err := s.query(ctx, "Store.DeliveredMonths", func(r *sql.Rows) error {
		var m MonthRows
		err := r.Scan(&dept, &kind, &m.Month, &m.Rows)
		d := of()
		d.Months = append(d.Months, m)
		return err
	}, policy, known)
	if err != nil {
		return err
	}
	err = s.query(ctx, "Store.DeliveredWhen", func(r *sql.Rows) error {
		var month time.Time
		err := r.Scan(&dept, &kind, &month)
		d := of()
		d.Registered = append(d.Registered, month)
		return err
	}, policy, known)
	if err != nil {
		return err
	}
	return s.query(ctx, "Store.DeliveredLate", func(r *sql.Rows) error {
		var x Delay
		err := r.Scan(&dept, &kind, &x.Age, &x.Weeks, &x.Rows)
		d := of()
		d.Lags = append(d.Lags, x)
		return err
	}, policy, known)
}

// DeliveredRows returns the rows behind a delivery, newest first, and how many
// there are in all.
func (s *Store) DeliveredRows(ctx context.Context, policy, dept string, kind Kind, asOf time.Time, limit, offset int) ([]Row, int, error) {
	return s.rowsOf(ctx, "Store.DeliveredRows", limit, policy, dept, string(kind), asOf, limit, offset)
}

func (s *Store) refusedFor(ctx context.Context, policy string) ([]RefusedFor, error) {
	var out []RefusedFor
	err := s.query(ctx, "Store.DeliveredRefused", func(r *sql.Rows) error {
		var f RefusedFor
		err := r.Scan(&f.Dept, &f.Kind, &f.Code, &f.ReasonZh, &f.ReasonEn, &f.Count, &f.Batch)
		out = append(out, f)
		return err
	}, policy)
	return out, err
}
