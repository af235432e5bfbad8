package datasets

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"sync"
	"unicode/utf8"

	"github.com/duckdb/duckdb-go/v2"
)

// words are what rows of a batch share with many others.
type words struct {
	kind                                                           Kind
	target, category, plan, department, unit, stage, source, sheet string
}

// wordings gives the words of a batch their numbers, from 0.
type wordings struct {
	mu    sync.Mutex
	known map[words]int32
	all   []words
}

// wordsKnown bounds how many are remembered: words beyond it are numbered anew,
// which costs a line in the table and changes nothing.
const wordsKnown = 1 << 16

// number is that of the record's words. Its source is left out where the row
// itself keeps it.
func (w *wordings) number(l *filling, r *Record, ownSource bool) (int32, error) {
	x := words{r.Kind, r.Target, r.Category, r.Plan, r.Dept, r.Unit, r.Stage, r.Source, r.Sheet}
	if ownSource {
		x.source = ""
	}
	if l.lastID >= 0 && x == l.last {
		return l.lastID, nil
	}
	id, ok := l.known[x]
	if !ok {
		for _, t := range [...]string{x.target, x.category, x.plan, x.department, x.unit, x.stage, x.source, x.sheet} {
			if !utf8.ValidString(t) {
				return 0, fmt.Errorf("text %q is not UTF-8", t)
			}
		}
		id = w.assign(x)
		if len(l.known) >= wordsKnown {
			clear(l.known)
		}
		l.known[x] = id
	}
	l.last, l.lastID = x, id
	return id, nil
}

func (w *wordings) assign(x words) int32 {
	w.mu.Lock()
	defer w.mu.Unlock()
	id, ok := w.known[x]
	if !ok {
		id = int32(len(w.all))
		w.all = append(w.all, x)
		if len(w.known) >= wordsKnown {
			clear(w.known)
		}
		w.known[x] = id
	}
	return id
}

// keep writes the wordings of a batch into a table, numbered from first.
func (w *wordings) keep(ctx context.Context, c *sql.Conn, catalog, table string, first, batch int64, b *Batch) error {
	err := appendRows(ctx, c, catalog, table, len(w.all), func(i int) []driver.Value {
		x := w.all[i]
		return []driver.Value{
			int32(first) + int32(i), batch, b.Policy, b.Jurisdiction, string(x.kind), x.target, x.category, x.plan,
			x.department, x.unit, x.stage, x.source, x.sheet,
		}
	})
	if err != nil {
		return fmt.Errorf("keep the wordings: %w", err)
	}
	return nil
}

// appendRows adds n rows to a table with the Appender. It must be inside a
// transaction: outside one it would commit every 204,800 rows on its own.
func appendRows(ctx context.Context, c *sql.Conn, catalog, table string, n int, row func(int) []driver.Value) error {
	return c.Raw(func(raw any) (err error) {
		conn, ok := raw.(driver.Conn)
		if !ok {
			return fmt.Errorf("unexpected connection %T", raw)
		}
		a, err := duckdb.NewAppender(conn, catalog, "main", table)
		if err != nil {
			return err
		}
		for i := range n {
			if i%4096 == 0 && ctx.Err() != nil {
				return errors.Join(ctx.Err(), a.Close())
			}
			if err := a.AppendRow(row(i)...); err != nil {
				return errors.Join(err, a.Close())
			}
		}
		return a.Close()
	})
}
