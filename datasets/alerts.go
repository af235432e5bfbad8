package datasets

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Alert is something that people are told of: a light that changed, or data that
// are overdue.
type Alert struct {
	ID      int64     `json:"id"`
	Policy  string    `json:"policy"`
	Kind    string    `json:"kind"` // light or overdue
	Subject string    `json:"subject"`
	Was     string    `json:"was"`
	Became  string    `json:"became"`
	TextZh  string    `json:"text_zh"`
	TextEn  string    `json:"text_en"`
	AsOf    time.Time `json:"-"`
	State   string    `json:"data_state"`
	At      time.Time `json:"raised_at"`
	// Sent is how it went out: 钉钉 √, 邮件 (3 tries); empty where nobody is told.
	Sent string `json:"sent"`
}

// Outgoing is an alert on its way through a channel.
type Outgoing struct {
	Alert
	Channel string
	Tries   int
}

// Seen is what was last seen of a policy, by subject; empty before the first look.
func (s *Store) Seen(ctx context.Context, policy string) (map[string]string, error) {
	out := map[string]string{}
	err := s.query(ctx, "Store.Seen", func(r *sql.Rows) error {
		var subject, state string
		err := r.Scan(&subject, &state)
		out[subject] = state
		return err
	}, policy)
	if err != nil {
		return nil, fmt.Errorf("alerts of %s: %w", policy, err)
	}
	return out, nil
}

// Raise keeps what is seen now and the alerts that come of it, to be sent through
// each of the channels: all or nothing, so that nothing is told twice or lost.
func (s *Store) Raise(ctx context.Context, policy string, seen map[string]string, alerts []Alert, channels []string) error {
	err := s.annotate(ctx, func(c *sql.Conn) error {
		if _, err := c.ExecContext(ctx, "DELETE FROM seen WHERE policy_id = ?", policy); err != nil {
			return err
		}
		for _, subject := range slices.Sorted(maps.Keys(seen)) {
			if _, err := c.ExecContext(ctx, "INSERT INTO seen VALUES (?, ?, ?)", policy, subject, seen[subject]); err != nil {
				return err
			}
		}
		var id int64
		if err := c.QueryRowContext(ctx, "SELECT coalesce(max(alert_id), 0) FROM alert").Scan(&id); err != nil {
			return err
		}
		at := s.now().UTC()
		for _, a := range alerts {
			id++
			if _, err := c.ExecContext(ctx, "INSERT INTO alert VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", id, policy, a.Kind, a.Subject, a.Was, a.Became, a.TextZh, a.TextEn, a.AsOf, a.State, at); err != nil {
				return err
			}
			for _, channel := range channels {
				if _, err := c.ExecContext(ctx, "INSERT INTO alert_delivery VALUES (?, ?, 0, ?, NULL, '')", id, channel, at); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("raise alerts of %s: %w", policy, err)
	}
	return nil
}

// Alerts lists those of a policy, the latest first, limit at most. The
// answer is shared: treat it as read-only.
func (s *Store) Alerts(ctx context.Context, policy string, limit int) ([]Alert, error) {
	return remember(ctx, s, fmt.Sprintf("alerts %q %d", policy, limit), func(ctx context.Context) ([]Alert, error) {
		return s.alerts(ctx, policy, limit)
	})
}

func (s *Store) alerts(ctx context.Context, policy string, limit int) ([]Alert, error) {
	out := []Alert{}
	err := s.query(ctx, "Store.Alerts", func(r *sql.Rows) error {
		var a Alert
		var sent sql.NullString
		err := r.Scan(&a.ID, &a.Policy, &a.Kind, &a.Subject, &a.Was, &a.Became, &a.TextZh, &a.TextEn, &a.AsOf, &a.State, &a.At, &sent)
		a.Sent = sent.String
		out = append(out, a)
		return err
	}, policy, limit)
	if err != nil {
		return nil, fmt.Errorf("alerts of %s: %w", policy, err)
	}
	return out, nil
}

// Undelivered are the alerts that are due to be sent, the earliest first; of those
// tried so often nothing more comes.
func (s *Store) Undelivered(ctx context.Context, now time.Time, most int) ([]Outgoing, error) {
	var out []Outgoing
	err := s.query(ctx, "Store.Undelivered", func(r *sql.Rows) error {
		var d Outgoing
		err := r.Scan(&d.ID, &d.Policy, &d.Kind, &d.Subject, &d.Was, &d.Became, &d.TextZh, &d.TextEn, &d.AsOf, &d.State, &d.At, &d.Channel, &d.Tries)
		out = append(out, d)
		return err
	}, now.UTC(), most)
	if err != nil {
		return nil, fmt.Errorf("alerts to be sent: %w", err)
	}
	return out, nil
}

// Delivered notes how sending alerts through a channel went: problem is empty where
// it went well, and next is when to try again otherwise.
func (s *Store) Delivered(ctx context.Context, ids []int64, channel, problem string, next time.Time) error {
	err := s.annotate(ctx, func(c *sql.Conn) error {
		for _, id := range ids {
			var done any
			if problem == "" {
				done = s.now().UTC()
			}
			if _, err := c.ExecContext(ctx, "UPDATE alert_delivery SET tries = tries + 1, next_at = ?, delivered_at = ?, problem = ? WHERE alert_id = ? AND channel = ?", next.UTC(), done, problem, id, channel); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("alerts sent: %w", err)
	}
	return nil
}
