// Package bulk is the yardstick for loading files: DuckDB's own CSV reader into
// a plain table, with no checks, no history and no provenance.
package bulk

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	_ "github.com/duckdb/duckdb-go/v2" // the driver "duckdb"
)

// ReadCSV reads the file into a fresh table at dbPath with read_csv, all columns
// as text, and returns the number of rows.
func ReadCSV(ctx context.Context, dbPath, file string) (rows int64, err error) {
	db, err := sql.Open("duckdb", dbPath)
	if err != nil {
		return 0, fmt.Errorf("read csv: %w", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, "CREATE TABLE plain AS SELECT * FROM read_csv(?, header = true, all_varchar = true) LIMIT 0", file); err != nil {
		return 0, fmt.Errorf("read csv: %w", err)
	}
	r, err := db.ExecContext(ctx, "INSERT INTO plain SELECT * FROM read_csv(?, header = true, all_varchar = true)", file)
	if err != nil {
		return 0, fmt.Errorf("read csv: %w", err)
	}
	return r.RowsAffected()
}
