package datasets

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"talentcast/analytics/fault"
)

// Profile is how an office's files are read whose header row has the signature.
type Profile struct {
	ID        int64  `json:"id"`
	Office    string `json:"office"` // a department's id, "" for any
	Signature string `json:"signature"`
	Kind      Kind   `json:"kind"`
	// Columns says for a header which of the kind's columns it is, with the unit
	// after a colon where the file states none, and "" for none.
	Columns map[string]string `json:"columns"`
	SavedAt time.Time         `json:"saved_at"`
	SavedBy string            `json:"saved_by,omitempty"`
}

// SaveProfile keeps a profile, in place of the one of the same office and
// signature.
func (s *Store) SaveProfile(ctx context.Context, policy string, p Profile) error {
	columns, err := json.Marshal(p.Columns)
	if err != nil {
		return fmt.Errorf("save profile: %w", err)
	}
	err = s.transact(ctx, func(c *sql.Conn) error {
		_, err := c.ExecContext(ctx, "DELETE FROM profile WHERE policy_id = ? AND office = ? AND signature = ?", policy, p.Office, p.Signature)
		if err != nil {
			return err
		}
		_, err = c.ExecContext(ctx, "INSERT INTO profile SELECT (SELECT coalesce(max(profile_id), 0) + 1 FROM profile), ?, ?, ?, ?, ?, ?, ?",
			policy, p.Office, p.Signature, string(p.Kind), string(columns), p.SavedAt.UTC(), p.SavedBy)
		return err
	})
	if err != nil {
		return fmt.Errorf("save profile: %w", err)
	}
	return nil
}

// Profiles lists the profiles of a policy, newest first.
func (s *Store) Profiles(ctx context.Context, policy string) ([]Profile, error) {
	out := []Profile{}
	err := s.query(ctx, "Store.Profiles", func(r *sql.Rows) error {
		var p Profile
		var columns string
		if err := r.Scan(&p.ID, &p.Office, &p.Signature, &p.Kind, &columns, &p.SavedAt, &p.SavedBy); err != nil {
			return err
		}
		out = append(out, p)
		return json.Unmarshal([]byte(columns), &out[len(out)-1].Columns)
	}, policy)
	if err != nil {
		return nil, fmt.Errorf("profiles of %s: %w", policy, err)
	}
	return out, nil
}

// DeleteProfile forgets a profile. Fault: NotFound.
func (s *Store) DeleteProfile(ctx context.Context, policy string, id int64) error {
	err := s.transact(ctx, func(c *sql.Conn) error {
		r, err := c.ExecContext(ctx, "DELETE FROM profile WHERE policy_id = ? AND profile_id = ?", policy, id)
		if err != nil {
			return err
		}
		if n, err := r.RowsAffected(); err != nil || n > 0 {
			return err
		}
		return fault.Newf(fault.NotFound, "没有第 %[1]d 号列名对应；可能已经删除，请刷新数据页。",
			"There is no profile %[1]d; it may be deleted already, reload the data page.", id)
	})
	if err != nil {
		return fmt.Errorf("delete profile: %w", err)
	}
	return nil
}
