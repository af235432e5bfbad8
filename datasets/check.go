package datasets

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Check says what loading a batch would do.
type Check struct {
	Already   *BatchInfo `json:"already,omitempty"` // these bytes stand loaded: nothing would change
	New       int        `json:"new"`               // rows about something new
	Corrects  int        `json:"corrects"`          // rows that correct an earlier version
	Unchanged int        `json:"unchanged"`         // rows that say what is known

	// People of the file who stand elsewhere too, in another category, file or
	// department. That is allowed, and they count once under one root.
	Elsewhere      int     `json:"elsewhere"`
	OtherDept      int     `json:"other_department"` // of them, those with another department
	ElsewhereShown []Alike `json:"elsewhere_shown"`
	// Near counts new rows that look like another row in all but its key (same
	// category, day, name and amount). Nothing is merged.
	Near      int     `json:"near"`
	NearShown []Alike `json:"near_shown"`
}

// Alike is a row of a file beside one that is like it. File is "" where the
// other one is in the same file.
type Alike struct {
	Sheet    string `json:"sheet,omitempty"`
	Row      int    `json:"row"`
	Name     string `json:"name"` // masked where it is a person's
	Category string `json:"category"`
	Dept     string `json:"department"`

	File          string `json:"file"`
	OtherRow      int    `json:"other_row"`
	OtherCategory string `json:"other_category"`
	OtherDept     string `json:"other_department"`
}

// alikeShown bounds the examples of a check.
const alikeShown = 10

// errChecked ends the transaction of a check, of which nothing is to be kept.
var errChecked = errors.New("checked only")

// Check compares a batch with what is stored, as far as whoever asks may see that.
// Nothing is changed. The refusals are the batch's, with those of rows that it may not
// correct.
func (s *Store) Check(ctx context.Context, b *Batch, sight Sight) (Check, error) {
	k := Check{ElsewhereShown: []Alike{}, NearShown: []Alike{}}
	err := s.transact(ctx, func(c *sql.Conn) error {
		had, already, err := loaded(ctx, c, b.Policy, b.SHA256)
		if err != nil {
			return err
		}
		if already {
			k.Already = &had
		}
		if _, err := s.stage(ctx, c, b); err != nil {
			return err
		}
		var r Receipt
		if err := s.compare(ctx, c, b.Policy, &r); err != nil {
			return err
		}
		k.New, k.Corrects, k.Unchanged = r.Loaded, r.Superseded, r.Unchanged
		if k.ElsewhereShown, k.Elsewhere, k.OtherDept, err = s.alike(ctx, c, "Store.elsewhere", b, sight); err != nil {
			return err
		}
		if k.NearShown, k.Near, _, err = s.alike(ctx, c, "Store.near", b, sight); err != nil {
			return err
		}
		return errChecked
	})
	if err != nil && !errors.Is(err, errChecked) {
		return Check{}, fmt.Errorf("check %s: %w", b.File, err)
	}
	return k, nil
}

// alike runs a query for rows that are like others, and returns the first, how
// many there are, and how many of those have another department.
func (s *Store) alike(ctx context.Context, c *sql.Conn, name string, b *Batch, sight Sight) (out []Alike, total, depts int, err error) {
	rows, err := c.QueryContext(ctx, s.sql[name], b.Policy, string(b.Kind), alikeShown, !sight.Blind, sight.Dept)
	if err != nil {
		return nil, 0, 0, fmt.Errorf("%s: %w", name, err)
	}
	defer rows.Close()
	out = []Alike{}
	for rows.Next() {
		var a Alike
		err := rows.Scan(&a.Sheet, &a.Row, &a.Name, &a.Category, &a.Dept, &a.File, &a.OtherRow, &a.OtherCategory, &a.OtherDept, &total, &depts)
		if err != nil {
			return nil, 0, 0, fmt.Errorf("%s: %w", name, err)
		}
		out = append(out, a)
	}
	if err := rows.Err(); err != nil {
		return nil, 0, 0, fmt.Errorf("%s: %w", name, err)
	}
	return out, total, depts, nil
}
