package datasets

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"talentcast/analytics/fault"
)

// Note is what someone has to say of a target. It is never changed or deleted,
// only withdrawn, and then still there.
type Note struct {
	ID     int64     `json:"id"`
	Target string    `json:"target"`
	Text   string    `json:"text"`
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	// Of a note that is withdrawn.
	WithdrawnAt  time.Time `json:"-"`
	WithdrawnBy  string    `json:"withdrawn_by,omitempty"`
	WithdrawnWhy string    `json:"withdrawn_why,omitempty"`
}

// Withdrawn reports whether the note is withdrawn.
func (n Note) Withdrawn() bool { return !n.WithdrawnAt.IsZero() }

// AddNote keeps a note on a target and returns its number. Faults: NotFound for an
// unknown policy or target, Invalid without text or name, or with one too long.
func (s *Store) AddNote(ctx context.Context, policy string, n Note) (id int64, err error) {
	p, err := s.Policy(ctx, policy)
	if err != nil {
		return 0, err
	}
	if _, ok := p.Target(n.Target); !ok {
		return 0, fault.Newf(fault.NotFound, "没有目标“%[1]s”；请核对目标编号。", "There is no target %[1]q; check its number.", n.Target)
	}
	if err := checkSaying(n.By, n.Text); err != nil {
		return 0, err
	}
	err = s.annotate(ctx, func(c *sql.Conn) error {
		if err := c.QueryRowContext(ctx, "SELECT coalesce(max(note_id), 0) + 1 FROM target_note").Scan(&id); err != nil {
			return err
		}
		_, err := c.ExecContext(ctx, "INSERT INTO target_note VALUES (?, ?, ?, ?, ?, ?)", id, policy, p.Canonical(n.Target), n.Text, s.now().UTC(), n.By)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("add note: %w", err)
	}
	return id, nil
}

// WithdrawNote withdraws a note on a target. Faults: NotFound, Conflict for one
// that is withdrawn, Invalid without who and why.
func (s *Store) WithdrawNote(ctx context.Context, policy, target string, id int64, by, why string) error {
	if err := checkSaying(by, why); err != nil {
		return err
	}
	err := s.annotate(ctx, func(c *sql.Conn) error {
		var withdrawn bool
		err := c.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM target_note_withdrawal w WHERE w.note_id = n.note_id)
			FROM target_note n WHERE n.policy_id = ? AND n.target_id = ? AND n.note_id = ?`, policy, target, id).Scan(&withdrawn)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return fault.Newf(fault.NotFound, "没有第 %[1]d 条说明；请刷新页面。", "There is no note %[1]d; reload the page.", id)
		case err != nil:
			return err
		case withdrawn:
			return fault.Newf(fault.Conflict, "第 %[1]d 条说明已经撤回；请刷新页面。", "Note %[1]d is withdrawn already; reload the page.", id)
		}
		_, err = c.ExecContext(ctx, "INSERT INTO target_note_withdrawal VALUES (?, ?, ?, ?)", id, s.now().UTC(), by, why)
		return err
	})
	if err != nil {
		return fmt.Errorf("withdraw note: %w", err)
	}
	return nil
}

// Notes are the notes on the targets of a policy, the oldest first, as they stood
// at the end of the day until: later ones are left out and later withdrawals have
// not happened. A zero day stands for now.
// The answer is shared: treat it as read-only.
func (s *Store) Notes(ctx context.Context, policy string, until time.Time) ([]Note, error) {
	return remember(ctx, s, fmt.Sprintf("notes %q %v", policy, until), func(ctx context.Context) ([]Note, error) {
		return s.notes(ctx, policy, until)
	})
}

func (s *Store) notes(ctx context.Context, policy string, until time.Time) ([]Note, error) {
	out := []Note{}
	end := until.AddDate(0, 0, 1)
	err := s.query(ctx, "Store.Notes", func(r *sql.Rows) error {
		var n Note
		var withdrawn sql.NullTime
		if err := r.Scan(&n.ID, &n.Target, &n.Text, &n.At, &n.By, &withdrawn, &n.WithdrawnBy, &n.WithdrawnWhy); err != nil {
			return err
		}
		n.WithdrawnAt = withdrawn.Time
		if !until.IsZero() && !n.At.Before(end) {
			return nil
		}
		if !until.IsZero() && n.Withdrawn() && !n.WithdrawnAt.Before(end) {
			n.WithdrawnAt, n.WithdrawnBy, n.WithdrawnWhy = time.Time{}, "", ""
		}
		out = append(out, n)
		return nil
	}, policy)
	if err != nil {
		return nil, fmt.Errorf("notes of %s: %w", policy, err)
	}
	return out, nil
}
