package datasets

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"os"
	"regexp"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"talentcast/analytics/fault"
)

// Parquet is a Parquet file opened for reading, with a private DuckDB that sees
// nothing but this file and keeps nothing on disk.
type Parquet struct {
	Columns []string // their names, in the order of the file
	name    string
	cells   string // the columns as text, in SQL
	path    string
	file    *os.File
	db      *sql.DB
}

// errNoMemoryFile: the system has no files that are in memory only.
var errNoMemoryFile = errors.New("no file in memory")

// parquetMemory bounds what the private engine may take. It has no folder to
// spill to: what a file holds of persons must not reach a disk.
const parquetMemory = "1GB"

// OpenParquet opens a Parquet file's bytes; name is for messages. Of a cell no
// more than most+1 characters are read, so that it can be told that it is too
// long. Faults: Unreadable for a file that is not intact and for a column of
// lists or structures.
func OpenParquet(ctx context.Context, name string, data []byte, most int) (p *Parquet, err error) {
	p = &Parquet{name: name}
	defer func() {
		if err != nil {
			err = errors.Join(err, p.Close())
		}
	}()
	if p.file, p.path, err = memoryFile(data); err != nil {
		if errors.Is(err, errNoMemoryFile) {
			return nil, fault.Newf(fault.Unreadable,
				"%[1]s 是 Parquet 文件，在这个操作系统上读不了（内容会落到磁盘）；请另存为 .csv 或 .xlsx 再交。",
				"%[1]s is a Parquet file, which can't be read on this system without its content reaching the disk; save it as .csv or .xlsx and send that.", name)
		}
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	connector, err := duckdb.NewConnector("?autoinstall_known_extensions=false&autoload_known_extensions=false&threads=1&max_memory="+parquetMemory, nil)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	p.db = sql.OpenDB(connector)
	for _, set := range []string{
		"SET temp_directory = ''",
		"SET allowed_paths = [" + quote(p.path) + "]",
		"SET enable_external_access = false",
		"SET lock_configuration = true",
	} {
		if _, err := p.db.ExecContext(ctx, set); err != nil {
			return nil, fmt.Errorf("open %s: %w", name, err)
		}
	}
	return p, p.describe(ctx, most)
}

// Close lets go of the file.
func (p *Parquet) Close() error {
	var errs []error
	if p.db != nil {
		errs = append(errs, p.db.Close())
	}
	if p.file != nil {
		errs = append(errs, p.file.Close())
	}
	return errors.Join(errs...)
}

// describe reads the columns and how each becomes text.
func (p *Parquet) describe(ctx context.Context, most int) error {
	rows, err := p.db.QueryContext(ctx, "SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM "+p.from()+")")
	if err != nil {
		return p.broken(ctx, err)
	}
	defer rows.Close()
	var cells []string
	for rows.Next() {
		var column, kind string
		if err := rows.Scan(&column, &kind); err != nil {
			return fmt.Errorf("describe %s: %w", p.name, err)
		}
		text, ok := parquetText(quoteName(column), kind)
		if !ok {
			return fault.Newf(fault.Unreadable,
				"%[1]s 的“%[2]s”列是 %[3]s 类型，放不进一个单元格；请导出时去掉这一列，或每列只放一个值。",
				"%[1]s has column %[2]q of type %[3]s, which fits no cell; leave it out when writing the file, or write one value a column.",
				p.name, column, strings.ToLower(kind[:min(40, len(kind))]))
		}
		p.Columns = append(p.Columns, column)
		cells = append(cells, fmt.Sprintf("coalesce(left(%s, %d), '')", text, most+1))
	}
	if err := rows.Err(); err != nil {
		return p.broken(ctx, err)
	}
	p.cells = "[" + strings.Join(cells, ", ") + "]"
	return nil
}

func (p *Parquet) from() string {
	return "read_parquet(" + quote(p.path) + ", binary_as_string = true)"
}

// parquetScalar are the types that say exactly what they hold as text.
var parquetScalar = regexp.MustCompile(`^(VARCHAR|BOOLEAN|U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL\(\d+,\d+\)|DATE|TIMESTAMP(_NS|_MS|_S)?|UUID|ENUM\(.*\)|"NULL")$`)

// parquetText is a column as text: dates as 2013-04-12, decimals exactly, binary
// floating point to the fifteenth digit, which is as many as it holds. A moment
// of the world's clock becomes the day it was in China.
func parquetText(column, kind string) (string, bool) {
	switch {
	case parquetScalar.MatchString(kind):
		return column + "::VARCHAR", true
	case kind == "FLOAT":
		return "format('{:.7g}', " + column + ")", true
	case kind == "DOUBLE":
		return "format('{:.15g}', " + column + ")", true
	case kind == "TIMESTAMP WITH TIME ZONE":
		return "(" + column + " AT TIME ZONE 'Asia/Shanghai')::DATE::VARCHAR", true
	}
	return "", false
}

// The rows are asked for in parts: the driver holds the whole of an answer.
const (
	parquetFirst = 1000
	parquetPart  = 250_000
)

// Rows yields the rows as text, "" for NULL. After an error it ends.
func (p *Parquet) Rows(ctx context.Context) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		for from, n := 0, parquetFirst; ; from, n = from+n, parquetPart {
			got, more, err := p.part(ctx, from, n, yield)
			if err != nil {
				yield(nil, err)
				return
			}
			if !more || got < n {
				return
			}
		}
	}
}

// part yields n rows at most. more is false when enough were taken.
func (p *Parquet) part(ctx context.Context, from, n int, yield func([]string, error) bool) (got int, more bool, err error) {
	rows, err := p.db.QueryContext(ctx, fmt.Sprintf("SELECT %s FROM %s LIMIT %d OFFSET %d", p.cells, p.from(), n, from))
	if err != nil {
		return 0, false, p.broken(ctx, err)
	}
	defer rows.Close()
	for rows.Next() {
		var list duckdb.Composite[[]string]
		if err := rows.Scan(&list); err != nil {
			return got, false, fmt.Errorf("read %s: %w", p.name, err)
		}
		got++
		if !yield(list.Get(), nil) {
			return got, false, nil
		}
	}
	if err := rows.Err(); err != nil {
		return got, false, p.broken(ctx, err)
	}
	return got, true, nil
}

// broken is the fault of a file that the engine can't read. What the engine says
// is left out: it quotes values.
func (p *Parquet) broken(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("read %s: %w", p.name, ctx.Err())
	}
	var e *duckdb.Error
	if errors.As(err, &e) && e.Type == duckdb.ErrorTypeOutOfMemory {
		return fault.Newf(fault.TooLarge, "%[1]s 展开后太大（超过 %[2]s）；请按年份分成几个文件再交。",
			"%[1]s is too large when unpacked (over %[2]s); split it by year and send the parts.", p.name, parquetMemory)
	}
	return fault.Newf(fault.Unreadable, "%[1]s 不是完好的 Parquet 文件；请让导出它的系统重新导出，或改交 .csv 或 .xlsx。",
		"%[1]s is not an intact Parquet file; have the system that wrote it write it again, or send .csv or .xlsx.", p.name)
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func quoteName(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
