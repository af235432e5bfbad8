package datasets

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"math/big"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/shopspring/decimal"
)

// Load stores a batch, wholly or not at all. A batch whose bytes were loaded
// before for the policy changes nothing. Of a row about something already
// stored, a version that says the same is left out, one that says otherwise is
// added beside the earlier ones.
func (s *Store) Load(ctx context.Context, b Batch) (Receipt, error) {
	r := Receipt{
		Policy: b.Policy, File: b.File, Kind: b.Kind, Encoding: b.Encoding, Read: b.Read,
		Refused: refusedRows(b.Refusals), Refusals: b.Refusals,
	}
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
		if err := s.stage(ctx, c, b); err != nil {
			return err
		}
		if err := s.merge(ctx, c, b, &r); err != nil {
			return err
		}
		return keepBatch(ctx, c, b, r)
	})
	if err != nil {
		return Receipt{}, fmt.Errorf("load %s: %w", b.File, err)
	}
	return r, nil
}

// refusedRows counts rows, however many values of each were refused. Row 0 is
// the file.
func refusedRows(rs []Refusal) int {
	type place struct {
		sheet string
		row   int
	}
	seen := map[place]bool{}
	for _, r := range rs {
		if r.Row > 0 {
			seen[place{r.Sheet, r.Row}] = true
		}
	}
	return len(seen)
}

// stage writes the rows into a temporary table with the Appender, inside the
// transaction: outside one it would commit every 204,800 rows on its own.
func (s *Store) stage(ctx context.Context, c *sql.Conn, b Batch) error {
	if _, err := c.ExecContext(ctx, s.sql["Store.stage"]); err != nil {
		return fmt.Errorf("stage: %w", err)
	}
	return c.Raw(func(raw any) (err error) {
		conn, ok := raw.(driver.Conn)
		if !ok {
			return fmt.Errorf("stage: unexpected connection %T", raw)
		}
		a, err := duckdb.NewAppender(conn, "temp", "main", "stage")
		if err != nil {
			return fmt.Errorf("stage: %w", err)
		}
		for i, rec := range b.Records {
			if err := rec.valid(); err != nil {
				return errors.Join(fmt.Errorf("stage row %d: %w", rec.Row, err), a.Close())
			}
			if i%4096 == 0 && ctx.Err() != nil {
				return errors.Join(ctx.Err(), a.Close())
			}
			if err := a.AppendRow(rec.values(i)...); err != nil {
				return errors.Join(fmt.Errorf("stage row %d: %w", rec.Row, err), a.Close())
			}
		}
		if err := a.Close(); err != nil {
			return fmt.Errorf("stage: %w", err)
		}
		return nil
	})
}

// valid guards against what the Appender would turn into NULL or the engine
// into something else without a word.
func (r Record) valid() error {
	for _, t := range []string{
		r.Key, r.Target, r.Category, r.Plan, r.Dept, r.Person, r.Name, r.Place, r.Unit, r.Stage, r.Source, r.Note, r.Sheet,
	} {
		if !utf8.ValidString(t) {
			return fmt.Errorf("text %q is not UTF-8", t)
		}
	}
	switch {
	case r.Key == "":
		return errors.New("no key")
	case r.Event.IsZero() || r.Known.IsZero():
		return errors.New("no event or known date")
	}
	for _, d := range []struct {
		v     decimal.NullDecimal
		scale int32
		whole int32
	}{{r.Amount, 2, 16}, {r.BaseAmount, 2, 16}, {r.Value, 6, 18}, {r.BaseValue, 6, 18}} {
		if d.v.Valid && (!d.v.Decimal.Equal(d.v.Decimal.Truncate(d.scale)) || d.v.Decimal.Abs().GreaterThanOrEqual(decimal.New(1, d.whole))) {
			return fmt.Errorf("number %s does not fit", d.v.Decimal)
		}
	}
	return nil
}

func (r Record) values(position int) []driver.Value {
	return []driver.Value{
		int32(position), string(r.Kind), r.Key, r.hash(), r.Target, r.Category, r.Plan, r.Dept, r.Person, r.Name, r.Place,
		r.Event, nullDate(r.End), r.Known,
		fixed(r.Amount, 18, 2), fixed(r.BaseAmount, 18, 2), fixed(r.Value, 24, 6), fixed(r.BaseValue, 24, 6),
		r.Unit, r.Stage, r.Source, r.Note, r.Sheet, int32(r.Row),
	}
}

func nullDate(t time.Time) driver.Value {
	if t.IsZero() {
		return nil
	}
	return t
}

func fixed(d decimal.NullDecimal, width, scale uint8) driver.Value {
	if !d.Valid {
		return nil
	}
	return duckdb.Decimal{Width: width, Scale: scale, Value: new(big.Int).Set(d.Decimal.Shift(int32(scale)).BigInt())}
}

// hash is over all that a version says, not over where it stood.
func (r Record) hash() string {
	h := sha256.New()
	for _, t := range []string{
		string(r.Kind), r.Key, r.Target, r.Category, r.Plan, r.Dept, r.Person, r.Name, r.Place,
		dayText(r.Event), dayText(r.End), dayText(r.Known), r.Unit, r.Stage, r.Source, r.Note,
	} {
		writeField(h, t)
	}
	for _, d := range []decimal.NullDecimal{r.Amount, r.BaseAmount, r.Value, r.BaseValue} {
		if d.Valid {
			writeField(h, d.Decimal.String())
		} else {
			writeField(h, "-")
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

func writeField(h hash.Hash, t string) {
	h.Write(strconv.AppendInt(nil, int64(len(t)), 10)) // a Hash never fails
	h.Write([]byte{':'})
	h.Write([]byte(t))
}

// merge adds what is new in the stage to the records and counts it.
func (s *Store) merge(ctx context.Context, c *sql.Conn, b Batch, r *Receipt) error {
	if err := s.compare(ctx, c, b.Policy, r); err != nil {
		return err
	}
	if r.Loaded+r.Superseded == 0 {
		return nil
	}
	if _, err := c.ExecContext(ctx, s.sql["Store.merge"], b.Policy, b.Jurisdiction, r.Batch, b.Policy); err != nil {
		return fmt.Errorf("merge: %w", err)
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
	for i, f := range b.Refusals {
		_, err := c.ExecContext(ctx, "INSERT INTO refusal VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			r.Batch, i, f.Sheet, f.Row, f.Column, f.Value, f.Code, f.ReasonZh, f.ReasonEn, f.RemedyZh, f.RemedyEn)
		if err != nil {
			return fmt.Errorf("keep the refusals: %w", err)
		}
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
