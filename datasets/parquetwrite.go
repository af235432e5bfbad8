package datasets

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"
	"github.com/shopspring/decimal"
)

// ParquetColumn is a column of a Parquet file to write.
type ParquetColumn struct {
	Name string
	Type ParquetType
}

// ParquetType is what a column holds.
type ParquetType int

// The types. Of a cell that is nil, a figure that does not exist, nothing is
// kept.
const (
	ParquetText   ParquetType = iota // string
	ParquetNumber                    // float64
	ParquetDate                      // time.Time
	ParquetMoney                     // decimal.Decimal, kept exactly as DECIMAL(18,2)
)

func (t ParquetType) sql() string {
	return [...]string{"VARCHAR", "DOUBLE", "DATE", "DECIMAL(18,2)"}[t]
}

// WriteParquet writes rows as a Parquet file (Snappy) through a private DuckDB
// that sees nothing but the file. Columns of the same name are numbered. Values
// must be of their column's type; others are an error, as is money beyond 18
// digits. The same rows give the same bytes.
func WriteParquet(ctx context.Context, w io.Writer, columns []ParquetColumn, rows [][]any) (err error) {
	f, path, err := parquetFile()
	if err != nil {
		return fmt.Errorf("write parquet: %w", err)
	}
	defer func() {
		err = errors.Join(err, f.Close())
		if f.Name() == path { // one with a name on a disk
			err = errors.Join(err, os.Remove(path))
		}
	}()
	if err := copyToParquet(ctx, path, columns, rows); err != nil {
		return fmt.Errorf("write parquet: %w", err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("write parquet: %w", err)
	}
	if _, err := io.Copy(w, f); err != nil {
		return fmt.Errorf("write parquet: %w", err)
	}
	return nil
}

// parquetFile is where the file is made: in memory, or, on systems without such
// files, in a temporary file that only this user may read.
func parquetFile() (f *os.File, path string, err error) {
	f, path, err = memoryFile(nil)
	if !errors.Is(err, errNoMemoryFile) {
		return f, path, err
	}
	if f, err = os.CreateTemp("", "talentcast-*.parquet"); err != nil {
		return nil, "", err
	}
	return f, f.Name(), nil
}

func copyToParquet(ctx context.Context, path string, columns []ParquetColumn, rows [][]any) (err error) {
	connector, err := duckdb.NewConnector("?autoinstall_known_extensions=false&autoload_known_extensions=false&threads=1&max_memory="+parquetMemory, nil)
	if err != nil {
		return err
	}
	db := sql.OpenDB(connector)
	defer func() { err = errors.Join(err, db.Close()) }()
	for _, set := range []string{
		"SET temp_directory = ''", "SET allowed_paths = [" + quote(path) + "]", "SET enable_external_access = false", "SET lock_configuration = true",
		"CREATE TABLE t (" + parquetTable(columns) + ")",
	} {
		if _, err := db.ExecContext(ctx, set); err != nil {
			return err
		}
	}
	cells, err := parquetRows(columns, rows)
	if err != nil {
		return err
	}
	c, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if len(columns) > 0 {
		if err := appendRows(ctx, c, "", "t", len(cells), func(i int) []driver.Value { return cells[i] }); err != nil {
			return err
		}
	}
	_, err = c.ExecContext(ctx, "COPY t TO "+quote(path)+" (FORMAT parquet, COMPRESSION snappy, USE_TMP_FILE false)")
	return err
}

// parquetTable names the columns, each once: names are told apart without case.
func parquetTable(columns []ParquetColumn) string {
	seen := map[string]bool{}
	parts := make([]string, len(columns))
	for i, c := range columns {
		name := c.Name
		for n := 2; seen[strings.ToLower(name)]; n++ {
			name = fmt.Sprintf("%s_%d", c.Name, n)
		}
		seen[strings.ToLower(name)] = true
		parts[i] = quoteName(name) + " " + c.Type.sql()
	}
	if len(parts) == 0 {
		return "empty VARCHAR"
	}
	return strings.Join(parts, ", ")
}

// mostMoney is where DECIMAL(18,2) ends.
const mostMoney = 1_000_000_000_000_000_000 // in 分

func parquetRows(columns []ParquetColumn, rows [][]any) ([][]driver.Value, error) {
	out := make([][]driver.Value, len(rows))
	for r, row := range rows {
		var err error
		if out[r], err = parquetValues(columns, row); err != nil {
			return nil, fmt.Errorf("row %d: %w", r+1, err)
		}
	}
	return out, nil
}

// parquetValues are a row's cells as the driver takes them.
func parquetValues(columns []ParquetColumn, row []any) ([]driver.Value, error) {
	if len(row) != len(columns) {
		return nil, fmt.Errorf("%d cells for %d columns", len(row), len(columns))
	}
	out := make([]driver.Value, len(row))
	for i, v := range row {
		if v == nil {
			continue
		}
		ok := false
		switch columns[i].Type {
		case ParquetText:
			var s string
			if s, ok = v.(string); ok {
				out[i] = strings.ToValidUTF8(s, "\ufffd")
			}
		case ParquetNumber:
			_, ok = v.(float64)
			out[i] = v
		case ParquetDate:
			_, ok = v.(time.Time)
			out[i] = v
		case ParquetMoney:
			var d decimal.Decimal
			if d, ok = v.(decimal.Decimal); ok {
				fen := d.Shift(2).Round(0).BigInt()
				if fen.CmpAbs(big.NewInt(mostMoney)) >= 0 {
					return nil, fmt.Errorf("%s is more money than fits", columns[i].Name)
				}
				out[i] = duckdb.Decimal{Width: 18, Scale: 2, Value: fen}
			}
		}
		if !ok {
			return nil, fmt.Errorf("column %s can't hold a %T", columns[i].Name, v)
		}
	}
	return out, nil
}
