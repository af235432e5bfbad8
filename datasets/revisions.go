package datasets

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Revision counts rows by what became of them between two readings.
type Revision struct {
	Before string // the target they counted for on the earlier day; "" for none
	After  string // and on the later day
	What   RevisionKind
	Rows   int
}

// RevisionKind says what became of a row.
type RevisionKind string

// The kinds.
const (
	NewRow       RevisionKind = "new"       // happened, or ended, after the earlier day
	LateRow      RevisionKind = "late"      // happened by the earlier day, became known after it
	CorrectedRow RevisionKind = "corrected" // known on the earlier day, and otherwise
	RemovedRow   RevisionKind = "removed"   // known on the earlier day, moved beyond the later one since
)

// Revisions counts the rows in which what was known on the day asOf differs from
// what was known on the earlier day since, by the targets they count for. Rows
// are never deleted: one that leaves a target has another target After, or none.
func (s *Store) Revisions(ctx context.Context, policy string, since, asOf time.Time) ([]Revision, error) {
	var out []Revision
	err := s.query(ctx, "Store.Revisions", func(r *sql.Rows) error {
		var v Revision
		err := r.Scan(&v.Before, &v.After, &v.What, &v.Rows)
		out = append(out, v)
		return err
	}, policy, since, asOf)
	if err != nil {
		return nil, fmt.Errorf("revisions of %s: %w", policy, err)
	}
	return out, nil
}
