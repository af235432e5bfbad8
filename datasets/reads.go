package datasets

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"talentcast/analytics"
)

// State says what data a policy has at the moment.
func (s *Store) State(ctx context.Context, policy string) (State, error) {
	s.known.Lock()
	defer s.known.Unlock()
	if st, ok := s.states[policy]; ok {
		return st, nil
	}
	st, err := s.readState(ctx, s.db, policy)
	if err != nil {
		return State{}, err
	}
	if s.states == nil {
		s.states = map[string]State{}
	}
	s.states[policy] = st
	return st, nil
}

func (s *Store) readState(ctx context.Context, on querier, policy string) (st State, err error) {
	err = s.queryOn(ctx, on, "Store.State", func(r *sql.Rows) (err error) {
		st, err = scanState(r.Scan)
		return err
	}, policy)
	if err != nil {
		return State{}, fmt.Errorf("state of %s: %w", policy, err)
	}
	return st, nil
}

func scanState(scan func(...any) error) (st State, err error) {
	var version, undone int64
	var hash string
	var first, last, known sql.NullTime
	if err := scan(&version, &undone, &hash, &st.Demo, &st.Rows, &first, &last, &known); err != nil {
		return State{}, err
	}
	st.Version = fmt.Sprintf("%d-%.8s", version, hash)
	if undone > 0 {
		st.Version = fmt.Sprintf("%d.%d-%.8s", version, undone, hash)
	}
	st.First, st.Last, st.Known = day(first), day(last), day(known)
	return st, nil
}

// Flows returns what had happened by the end of events, by target and month and
// by the latest versions known on the day known. An as-of date is both at once;
// apart they ask how an earlier day looks from a later one.
func (s *Store) Flows(ctx context.Context, policy string, known, events time.Time) ([]Flow, error) {
	var out []Flow
	err := s.query(ctx, "Store.Flows", func(r *sql.Rows) error {
		var f Flow
		var month time.Time
		var value, amount string
		if err := r.Scan(&f.Target, &month, &f.Joins, &f.Leaves, &value, &amount); err != nil {
			return err
		}
		f.Month = analytics.PeriodOf(month, analytics.Monthly)
		var err error
		if f.Value, err = decimal.NewFromString(value); err != nil {
			return err
		}
		yuan, err := decimal.NewFromString(amount)
		if err != nil {
			return err
		}
		f.Amount, err = FenOf(yuan)
		out = append(out, f)
		return err
	}, policy, known, events)
	if err != nil {
		return nil, fmt.Errorf("flows of %s: %w", policy, err)
	}
	return out, nil
}

// Figures returns what was reported for targets for dates up to events, oldest
// first, by the latest versions known on the day known; see [Store.Flows].
func (s *Store) Figures(ctx context.Context, policy string, known, events time.Time) ([]Figure, error) {
	var out []Figure
	err := s.query(ctx, "Store.Figures", func(r *sql.Rows) error {
		var f Figure
		var value, num, den sql.NullString
		if err := r.Scan(&f.Target, &f.Date, &value, &num, &den, &f.Known, &f.Source); err != nil {
			return err
		}
		v, err := nullDecimal(value)
		if err != nil {
			return err
		}
		f.Value = v.Decimal
		if f.Num, err = nullDecimal(num); err != nil {
			return err
		}
		f.Den, err = nullDecimal(den)
		out = append(out, f)
		return err
	}, policy, known, events)
	if err != nil {
		return nil, fmt.Errorf("figures of %s: %w", policy, err)
	}
	return out, nil
}

// Rows returns the rows behind a target's figure, its children's included,
// newest first, and how many there are in all. The rows are shared: treat them as
// read-only.
func (s *Store) Rows(ctx context.Context, policy, target string, asOf time.Time, limit, offset int) ([]Row, int, error) {
	p, err := s.Policy(ctx, policy)
	if err != nil {
		return nil, 0, err
	}
	return s.rowsOf(ctx, "Store.Rows", limit, policy, strings.Join(p.subtree(p.Canonical(target)), ";"), asOf, limit, offset)
}

// rowsOf are the rows that a query finds, and how many there are in all.
func (s *Store) rowsOf(ctx context.Context, name string, limit int, args ...any) ([]Row, int, error) {
	return s.rememberRows(ctx, fmt.Sprintf("%s %#v", name, args), limit, func(ctx context.Context) (out []Row, total int, err error) {
		err = s.query(ctx, name, func(r *sql.Rows) error {
			row, n, err := scanRow(r)
			out, total = append(out, row), n
			return err
		}, args...)
		if err != nil {
			return nil, 0, fmt.Errorf("rows: %w", err)
		}
		return out, total, nil
	})
}

// subtree lists the target, all that adds to it, and what it borrows its series
// from.
func (p *Policy) subtree(id string) []string {
	out := []string{id}
	if t, ok := p.Target(id); ok && t.Series != "" {
		out = append(out, p.Canonical(t.Series))
	}
	for _, c := range p.Children(id) {
		out = append(out, p.subtree(c.ID)...)
	}
	return out
}

func scanRow(r *sql.Rows) (row Row, total int, err error) {
	var end sql.NullTime
	var amount, value sql.NullString
	err = r.Scan(&row.ID, &row.Target, &row.Kind, &row.Category, &row.Dept, &row.Name, &row.Place,
		&row.Event, &end, &row.Known, &amount, &value, &row.Stage, &row.Source, &row.Unit,
		&row.File, &row.Sheet, &row.RowNo, &row.Batch, &total)
	if err != nil {
		return row, 0, err
	}
	row.End = day(end)
	yuan, err := nullDecimal(amount)
	if err != nil {
		return row, 0, err
	}
	if yuan.Valid {
		fen, err := FenOf(yuan.Decimal)
		if err != nil {
			return row, 0, err
		}
		row.Amount = &fen
	}
	row.Value, err = nullDecimal(value)
	return row, total, err
}

func day(t sql.NullTime) time.Time {
	if !t.Valid {
		return time.Time{}
	}
	return t.Time
}

func nullDecimal(s sql.NullString) (decimal.NullDecimal, error) {
	if !s.Valid {
		return decimal.NullDecimal{}, nil
	}
	d, err := decimal.NewFromString(s.String)
	return decimal.NullDecimal{Decimal: d, Valid: err == nil}, err
}
