package datasets

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Delay counts rows by how late they were handed in.
type Delay struct {
	Target string // the target they counted for when they came; "" for none
	Age    int    // whole weeks from the event to the day of reading
	Weeks  int    // whole weeks from the event until the row was known; at most Age
	Rows   int
}

// Delays tells how late rows about events up to the day events had been handed
// in, of those known on the day known. Rows about the time before anything was
// handed in are left out.
func (s *Store) Delays(ctx context.Context, policy string, known, events time.Time) ([]Delay, error) {
	var out []Delay
	err := s.query(ctx, "Store.Delays", func(r *sql.Rows) error {
		var d Delay
		err := r.Scan(&d.Target, &d.Age, &d.Weeks, &d.Rows)
		out = append(out, d)
		return err
	}, policy, known, events)
	if err != nil {
		return nil, fmt.Errorf("reporting delays of %s: %w", policy, err)
	}
	return out, nil
}
