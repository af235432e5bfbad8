package datasets

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"talentcast/analytics"
	"talentcast/analytics/fault"
)

// Undoing says which batch is taken back, and by whom.
type Undoing struct {
	Policy string // that the batch must belong to; empty for whichever
	Batch  int64
	// From is the day from which the batch is not known any more; readings of
	// earlier days still have it. Zero stands for the day that the newest
	// remaining data stand for, so that the latest reading is without it.
	From time.Time
	// Everywhere takes the batch out of all readings, those of earlier days too:
	// it should never have been loaded.
	Everywhere bool
	By         string
}

// Undone says what taking a batch back did.
type Undone struct {
	Batch  BatchInfo `json:"batch"`
	Policy string    `json:"policy"`
	From   time.Time `json:"-"`      // the first day without it; zero for all days
	Rows   int       `json:"rows"`   // that no longer count
	Holds  int       `json:"holds"`  // rows that it had superseded and that hold again
	Repeat []string  `json:"repeat"` // files loaded later that had repeated its rows: load them again
}

// Undo takes a batch back: its rows do not count any more, and those that they
// superseded hold again. Nothing is deleted, and the same file may be loaded
// anew. Faults: NotFound without such a batch, Conflict when it was taken back
// before.
func (s *Store) Undo(ctx context.Context, u Undoing) (Undone, error) {
	var out Undone
	err := s.transact(ctx, func(c *sql.Conn) (err error) {
		if out, err = s.findStanding(ctx, c, u); err != nil {
			return err
		}
		row := c.QueryRowContext(ctx, s.sql["Store.undoing"], u.Batch)
		if err := row.Scan(&out.Rows, &out.Holds); err != nil {
			return err
		}
		if out.Repeat, err = s.repeats(ctx, c, out.Policy, u.Batch); err != nil {
			return err
		}
		_, err = c.ExecContext(ctx, `INSERT INTO undone
			SELECT ?, ?, DATE '0001-01-01', ?, ?, (SELECT max(batch_id) FROM batch)`, u.Batch, out.Policy, s.now().UTC(), u.By)
		if err != nil || u.Everywhere {
			return err
		}
		if out.From, err = s.undoneFrom(ctx, c, out.Policy, u.From); err != nil || out.From.IsZero() {
			return err
		}
		_, err = c.ExecContext(ctx, "UPDATE undone SET undone_from = ? WHERE batch_id = ?", out.From, u.Batch)
		return err
	})
	if err != nil {
		return Undone{}, fmt.Errorf("undo batch %d: %w", u.Batch, err)
	}
	return out, nil
}

// undoneFrom settles the day from which a batch is gone: zero where nothing else
// is left. The batch must be marked already, so that the state is that without it.
func (s *Store) undoneFrom(ctx context.Context, c *sql.Conn, policy string, want time.Time) (time.Time, error) {
	st, err := scanState(c.QueryRowContext(ctx, s.sql["Store.State"], policy).Scan)
	if err != nil || st.First.IsZero() {
		return time.Time{}, err
	}
	y, m, d := s.now().Date()
	latest := st.Latest(analytics.Date(y, m, d))
	if want.IsZero() {
		return latest, nil
	}
	if want.After(latest) {
		return time.Time{}, fault.Newf(fault.Invalid,
			"撤销的起始日 %[1]s 晚于最新数据所到的 %[2]s，最新的页面仍会计入这批数据；请改早，或不写。",
			"The batch would be gone from %[1]s on only, after %[2]s that the newest data stand for, so the latest page would still have it; name an earlier day or none.",
			want.Format(time.DateOnly), latest.Format(time.DateOnly))
	}
	return want, nil
}

// findStanding finds the batch, if it stands.
func (s *Store) findStanding(ctx context.Context, c *sql.Conn, u Undoing) (out Undone, err error) {
	row := c.QueryRowContext(ctx, "SELECT "+batchColumns+", policy_id, batch_id IN (SELECT batch_id FROM undone) FROM batch WHERE batch_id = ?", u.Batch)
	gone := false
	out.Batch, err = scanBatch(row.Scan, &out.Policy, &gone)
	switch {
	case errors.Is(err, sql.ErrNoRows), err == nil && u.Policy != "" && u.Policy != out.Policy:
		return out, fault.Newf(fault.NotFound, "没有批次 %[1]d；请在数据页的“已载入的文件”里查看批次号。",
			"There is no batch %[1]d; the data page lists the files loaded with their numbers.", u.Batch)
	case err != nil:
		return out, err
	case gone:
		return out, fault.Newf(fault.Conflict, "批次 %[1]d（%[2]s）已经撤销过；需要时重新上传该文件即可。",
			"Batch %[1]d (%[2]s) was undone before; upload the file again if it is wanted.", u.Batch, out.Batch.File)
	}
	return out, nil
}

// repeats lists the standing files loaded after the batch that left rows out as
// known already.
func (s *Store) repeats(ctx context.Context, c *sql.Conn, policy string, batch int64) ([]string, error) {
	rows, err := c.QueryContext(ctx, `SELECT DISTINCT file FROM batch
		WHERE policy_id = ? AND batch_id > ? AND unchanged > 0 AND batch_id NOT IN (SELECT batch_id FROM undone)
		ORDER BY file`, policy, batch)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := []string{}
	for rows.Next() {
		var f string
		if err := rows.Scan(&f); err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, rows.Err()
}
