package datasets

import (
	"context"
	"database/sql"
	"fmt"
)

// Integrity is what reading a database through found.
type Integrity struct {
	Schema int
	Tables int
	Rows   int64
	// Astray counts batches that tell of another number of rows than there are.
	Astray int
	Newest sql.NullTime // when the newest batch was loaded
}

// Examine reads every value of every table, so that damage shows, and compares the
// batches with their rows.
//
// Faults: Unavailable when the file is damaged.
func (s *Store) Examine(ctx context.Context) (c Integrity, err error) {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return c, given(ctx, "examine", err)
	}
	defer conn.Close()
	if err := conn.QueryRowContext(ctx, "SELECT max(version) FROM schema_version").Scan(&c.Schema); err != nil {
		return c, given(ctx, "examine", err)
	}
	tables, err := tablesOf(ctx, conn)
	if err != nil {
		return c, given(ctx, "examine", err)
	}
	for _, d := range tables {
		var n int64
		var hash any
		text := "SELECT count(*), bit_xor(hash(t)) FROM " + quoteName(d.Table) + " t"
		if err := conn.QueryRowContext(ctx, text).Scan(&n, &hash); err != nil {
			return c, given(ctx, "examine "+d.Table, err)
		}
		c.Tables++
		c.Rows += n
	}
	const astray = `
		SELECT count(*) FROM batch b
		LEFT JOIN (SELECT batch_id, count(*) AS n FROM version JOIN wording USING (wording_id) GROUP BY batch_id) v USING (batch_id)
		WHERE b.loaded + b.superseded <> coalesce(v.n, 0)`
	if err := conn.QueryRowContext(ctx, astray).Scan(&c.Astray); err != nil {
		return c, given(ctx, "examine", err)
	}
	if err := conn.QueryRowContext(ctx, "SELECT max(loaded_at) FROM batch").Scan(&c.Newest); err != nil {
		return c, fmt.Errorf("examine: %w", err)
	}
	return c, nil
}
