package datasets

import (
	"context"
	"database/sql"
	"fmt"
)

// Effect is what loading a batch did to a target's figure.
type Effect struct {
	Target string   `json:"target"`
	Was    *float64 `json:"was"` // in the target's unit; nil where nothing was known
	Now    *float64 `json:"now"`
}

// KeepEffects remembers what a batch changed, for its receipt. Effects kept
// before are replaced.
func (s *Store) KeepEffects(ctx context.Context, batch int64, effects []Effect) error {
	err := s.annotate(ctx, func(c *sql.Conn) error {
		if _, err := c.ExecContext(ctx, "DELETE FROM effect WHERE batch_id = ?", batch); err != nil {
			return err
		}
		for i, e := range effects {
			if _, err := c.ExecContext(ctx, "INSERT INTO effect VALUES (?, ?, ?, ?, ?)", batch, i, e.Target, e.Was, e.Now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keep the effects of batch %d: %w", batch, err)
	}
	return nil
}

// Effects lists what a batch changed, as it was kept.
func (s *Store) Effects(ctx context.Context, batch int64) ([]Effect, error) {
	out := []Effect{}
	err := s.query(ctx, "Store.Effects", func(r *sql.Rows) error {
		var e Effect
		err := r.Scan(&e.Target, &e.Was, &e.Now)
		out = append(out, e)
		return err
	}, batch)
	if err != nil {
		return nil, fmt.Errorf("effects of batch %d: %w", batch, err)
	}
	return out, nil
}
