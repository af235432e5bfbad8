package datasets

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
)

// Load stores a batch, wholly or not at all. A batch whose bytes were loaded
// before for the policy changes nothing. Of a row about something already
// stored, a version that says the same is left out, one that says otherwise is
// added beside the earlier ones.
func (s *Store) Load(ctx context.Context, b Batch) (Receipt, error) {
	r := Receipt{Policy: b.Policy, File: b.File, Kind: b.Kind, Encoding: b.Encoding}
	err := s.transact(ctx, func(c *sql.Conn) error {
		had, already, err := loaded(ctx, c, b.Policy, b.SHA256)
		if err != nil {
			return err
		}
		if already {
			r = had.receipt(b.Policy)
			return nil
		}
		if err := c.QueryRowContext(ctx, "SELECT coalesce(max(batch_id), 0) + 1 FROM batch").Scan(&r.Batch); err != nil {
			return err
		}
		if err := s.take(ctx, c, &b, &r); err != nil {
			return err
		}
		r.Read, r.Refusals, r.Refused = b.Read, b.Refusals, b.refused()
		return keepBatch(ctx, c, b, r)
	})
	if err != nil {
		return Receipt{}, fmt.Errorf("load %s: %w", b.File, err)
	}
	return r, nil
}

// refused counts rows, however many values of each were refused. Row 0 is the
// file.
func (b *Batch) refused() int {
	if b.Refused > 0 {
		return b.Refused
	}
	type place struct {
		sheet string
		row   int
	}
	seen := map[place]bool{}
	for _, r := range b.Refusals {
		if r.Row > 0 {
			seen[place{r.Sheet, r.Row}] = true
		}
	}
	return len(seen)
}

// take adds the batch's rows to the store and counts them. Where each is known
// to be the first of its key they go straight there, else by way of the stage.
func (s *Store) take(ctx context.Context, c *sql.Conn, b *Batch, r *Receipt) error {
	var lastRecord, lastWording int64
	err := c.QueryRowContext(ctx, "SELECT (SELECT coalesce(max(record_id), 0) FROM version), (SELECT coalesce(max(wording_id), 0) FROM wording)").
		Scan(&lastRecord, &lastWording)
	if err != nil {
		return err
	}
	fresh := b.Distinct
	if fresh {
		err := c.QueryRowContext(ctx, `SELECT NOT EXISTS (
			SELECT 1 FROM wording WHERE policy_id = ? AND kind = ? AND batch_id NOT IN (SELECT batch_id FROM undone)
		)`, b.Policy, string(b.Kind)).Scan(&fresh)
		if err != nil {
			return err
		}
	}
	if fresh {
		n, w, err := s.pour(ctx, c, b, "version", lastRecord+1, lastWording+1)
		if err != nil {
			return err
		}
		r.Loaded = n
		if err := w.keep(ctx, c, "", "wording", lastWording+1, r.Batch, b); err != nil {
			return err
		}
		return s.repeat(ctx, c, b.Policy, lastRecord, r)
	}
	w, err := s.stage(ctx, c, b)
	if err != nil {
		return err
	}
	if err := s.compare(ctx, c, b.Policy, r); err != nil {
		return err
	}
	if r.Loaded+r.Superseded > 0 {
		if _, err := c.ExecContext(ctx, s.sql["Store.merge"], b.Policy, lastRecord, lastWording); err != nil {
			return fmt.Errorf("merge: %w", err)
		}
		if err := w.keep(ctx, c, "", "wording", lastWording+1, r.Batch, b); err != nil {
			return err
		}
		if err := s.repeat(ctx, c, b.Policy, lastRecord, r); err != nil {
			return err
		}
	}
	if _, err := c.ExecContext(ctx, "DROP VIEW stage; DROP TABLE staged; DROP TABLE staged_wording"); err != nil {
		return fmt.Errorf("drop the stage: %w", err)
	}
	return nil
}

// repeat notes the keys that have a second version by what was just stored: rows
// that correct others, and rows that stand in a batch taken back too.
func (s *Store) repeat(ctx context.Context, c *sql.Conn, policy string, lastRecord int64, r *Receipt) error {
	if r.Superseded == 0 {
		var undone bool
		if err := c.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM undone WHERE policy_id = ?)", policy).Scan(&undone); err != nil || !undone {
			return err
		}
	}
	if _, err := c.ExecContext(ctx, s.sql["Store.repeat"], lastRecord); err != nil {
		return fmt.Errorf("repeated keys: %w", err)
	}
	return nil
}

// stage writes the rows into temporary tables.
func (s *Store) stage(ctx context.Context, c *sql.Conn, b *Batch) (*wordings, error) {
	if _, err := c.ExecContext(ctx, s.sql["Store.stage"]); err != nil {
		return nil, fmt.Errorf("stage: %w", err)
	}
	_, w, err := s.pour(ctx, c, b, "staged", 0, 0)
	if err != nil {
		return nil, err
	}
	if err := w.keep(ctx, c, "temp", "staged_wording", 0, 0, b); err != nil {
		return nil, err
	}
	return w, s.withhold(ctx, c, b)
}

// withhold takes out of the stage what the department that hands in may not correct,
// and refuses it.
func (s *Store) withhold(ctx context.Context, c *sql.Conn, b *Batch) error {
	if b.Dept == "" {
		return nil
	}
	if _, err := c.ExecContext(ctx, s.sql["Store.withheld"], b.Policy, b.Dept); err != nil {
		return fmt.Errorf("rows of other departments: %w", err)
	}
	rows, err := c.QueryContext(ctx, "SELECT sheet, row_no FROM withheld ORDER BY position")
	if err != nil {
		return fmt.Errorf("rows of other departments: %w", err)
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		f := b.Withheld
		if err := rows.Scan(&f.Sheet, &f.Row); err != nil {
			return fmt.Errorf("rows of other departments: %w", err)
		}
		n++
		b.Refusals = append(b.Refusals, f)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("rows of other departments: %w", err)
	}
	if b.Refused > 0 {
		b.Refused += n
	}
	if _, err := c.ExecContext(ctx, "DELETE FROM staged WHERE position IN (SELECT position FROM withheld); DROP TABLE withheld"); err != nil {
		return fmt.Errorf("rows of other departments: %w", err)
	}
	return nil
}

// pour runs the batch's feed into a table of the form of version, with numbers
// from firstRow and firstWording on. It returns how many rows there were.
func (s *Store) pour(ctx context.Context, c *sql.Conn, b *Batch, table string, firstRow, firstWording int64) (int, *wordings, error) {
	running, stop := context.WithCancel(ctx)
	defer stop()
	f, err := newFeeding(running, b)
	if err != nil {
		return 0, nil, err
	}
	id := s.feeds.add(f)
	defer s.feeds.drop(id)
	rows, ended := 0, make(chan struct{})
	go func() {
		defer close(ended)
		defer close(f.blocks)
		if err := b.feed(running, func(rs []Record, done func()) error {
			select {
			case f.blocks <- feedBlock{rs, rows, done}:
				rows += len(rs)
				return nil
			case <-running.Done():
				return running.Err()
			}
		}); err != nil {
			_ = f.fail(err) // seen by the engine's threads and below
		}
	}()
	_, err = c.ExecContext(ctx, f.insert(table), firstRow, firstWording, id)
	stop()
	<-ended
	if err != nil { // the engine says in words of its own what the feed said
		if why := f.failed(); why != nil && !errors.Is(why, context.Canceled) {
			err = why
		}
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return 0, nil, fmt.Errorf("stage: %w", err)
	}
	return rows, &f.words, nil
}

// feed hands on the records, from wherever they are.
func (b *Batch) feed(ctx context.Context, put func([]Record, func()) error) error {
	if b.Feed != nil {
		return b.Feed(ctx, b, put)
	}
	for run := range slices.Chunk(b.Records, 8192) {
		if err := put(run, nil); err != nil {
			return err
		}
	}
	return nil
}

// compare counts what is new in the stage.
func (s *Store) compare(ctx context.Context, c *sql.Conn, policy string, r *Receipt) error {
	var fresh, changed, same sql.NullInt64
	err := c.QueryRowContext(ctx, s.sql["Store.compare"], policy).Scan(&fresh, &changed, &same)
	if err != nil {
		return fmt.Errorf("compare: %w", err)
	}
	r.Loaded, r.Superseded, r.Unchanged = int(fresh.Int64), int(changed.Int64), int(same.Int64)
	return nil
}

func keepBatch(ctx context.Context, c *sql.Conn, b Batch, r Receipt) error {
	_, err := c.ExecContext(ctx, "INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		r.Batch, b.Policy, b.Jurisdiction, string(b.Kind), b.File, b.SHA256, b.Bytes, b.Encoding, b.Demo,
		b.LoadedAt.UTC(), b.LoadedBy, r.Read, r.Loaded, r.Superseded, r.Unchanged, r.Refused)
	if err != nil {
		return fmt.Errorf("keep the batch: %w", err)
	}
	err = appendRows(ctx, c, "", "refusal", len(b.Refusals), func(i int) []driver.Value {
		f := &b.Refusals[i]
		return []driver.Value{
			r.Batch, int32(i), f.Sheet, int32(f.Row), f.Column, f.Value, f.Code, f.ReasonZh, f.ReasonEn, f.RemedyZh, f.RemedyEn,
		}
	})
	if err != nil {
		return fmt.Errorf("keep the refusals: %w", err)
	}
	return nil
}

// Loaded finds the batch that these bytes made for the policy, if any.
func (s *Store) Loaded(ctx context.Context, policy, sha256 string) (BatchInfo, bool, error) {
	c, err := s.db.Conn(ctx)
	if err != nil {
		return BatchInfo{}, false, fmt.Errorf("look for a batch: %w", err)
	}
	defer c.Close()
	return loaded(ctx, c, policy, sha256)
}

const batchColumns = "batch_id, file, kind, sha256, encoding, demo, loaded_at, loaded_by, rows_read, loaded, superseded, unchanged, refused"

// standing leaves out batches taken back, and those that left out rows as known
// already which stood in a batch taken back since: their bytes may be loaded anew.
const standing = ` AND batch_id NOT IN (SELECT batch_id FROM undone)
	AND NOT (unchanged > 0 AND EXISTS (
		SELECT 1 FROM undone u
		WHERE u.policy_id = batch.policy_id AND u.batch_id < batch.batch_id AND batch.batch_id <= u.last_batch
	))
	ORDER BY batch_id DESC LIMIT 1`

func loaded(ctx context.Context, c *sql.Conn, policy, sha256 string) (BatchInfo, bool, error) {
	row := c.QueryRowContext(ctx, "SELECT "+batchColumns+" FROM batch WHERE policy_id = ? AND sha256 = ?"+standing, policy, sha256)
	b, err := scanBatch(row.Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return BatchInfo{}, false, nil
	}
	if err != nil {
		return BatchInfo{}, false, fmt.Errorf("look for a batch: %w", err)
	}
	return b, true, nil
}

func scanBatch(scan func(...any) error, more ...any) (b BatchInfo, err error) {
	err = scan(append([]any{
		&b.ID, &b.File, &b.Kind, &b.SHA256, &b.Encoding, &b.Demo, &b.LoadedAt, &b.LoadedBy,
		&b.Read, &b.Loaded, &b.Superseded, &b.Unchanged, &b.Refused,
	}, more...)...)
	return b, err
}

func (b BatchInfo) receipt(policy string) Receipt {
	return Receipt{
		Batch: b.ID, Policy: policy, File: b.File, Kind: b.Kind, Encoding: b.Encoding, Already: true,
		Read: b.Read, Loaded: b.Loaded, Superseded: b.Superseded, Unchanged: b.Unchanged, Refused: b.Refused,
	}
}

// Batches lists the batches of a policy, newest first.
func (s *Store) Batches(ctx context.Context, policy string) ([]BatchInfo, error) {
	var out []BatchInfo
	err := s.query(ctx, "Store.Batches", func(r *sql.Rows) error {
		var at sql.NullTime
		var by sql.NullString
		b, err := scanBatch(r.Scan, &at, &by)
		if at.Valid {
			b.UndoneAt, b.UndoneBy = &at.Time, by.String
		}
		out = append(out, b)
		return err
	}, policy)
	if err != nil {
		return nil, fmt.Errorf("batches of %s: %w", policy, err)
	}
	return out, nil
}

// Refusals lists what a batch set aside, in the file's order.
func (s *Store) Refusals(ctx context.Context, batch int64) ([]Refusal, error) {
	out := []Refusal{}
	err := s.query(ctx, "Store.Refusals", func(r *sql.Rows) error {
		var f Refusal
		err := r.Scan(&f.Sheet, &f.Row, &f.Column, &f.Value, &f.Code, &f.ReasonZh, &f.ReasonEn, &f.RemedyZh, &f.RemedyEn)
		out = append(out, f)
		return err
	}, batch)
	if err != nil {
		return nil, fmt.Errorf("refusals of batch %d: %w", batch, err)
	}
	return slices.Clip(out), nil
}
