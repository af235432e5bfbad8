package datasets

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"talentcast/analytics/fault"
)

// contents are all rows of all tables, in an order of their own.
func contents(t *testing.T, s *Store) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	c, err := s.db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	tables, err := tablesOf(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range tables {
		if out[d.Table], err = rowsOf(t.Context(), c, d.Table); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func rowsOf(ctx context.Context, c *sql.Conn, table string) ([]string, error) {
	out := []string{}
	rows, err := c.QueryContext(ctx, "SELECT t::VARCHAR FROM "+quoteName(table)+" t")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var row string
		if err := rows.Scan(&row); err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	slices.Sort(out)
	return out, rows.Err()
}

// filled is a store with rows in the tables that matter.
func filled(t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.PutPolicy(t.Context(), testPolicy()); err != nil {
		t.Fatal(err)
	}
	p := person("k1", "p1", "甲类", "A", "2013-03-05", "2013-03-06")
	p.Amount, p.Value, p.Note = exact("12.50"), exact("0.000001"), "引号'与\"双引号\" 和\n换行"
	mustLoad(t, s, batch("one", p, person("k2", "p2", "甲类", "A", "2014-03-05", "2014-03-06")))
	return s
}

func TestDumpComesBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "it's here") // the folder's name goes into SQL
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	s := filled(t, filepath.Join(dir, "a.duckdb"))
	defer s.Close()
	want := contents(t, s)
	to := filepath.Join(t.TempDir(), "b.duckdb")
	var kept string
	err := s.Dump(t.Context(), func(folder string, schema int, tables []Dump) error {
		kept = folder
		for _, damage := range []struct {
			name   string
			tables []Dump
			schema int
			code   fault.Code
		}{
			{"a table too many", append(slices.Clone(tables), Dump{Table: "x; DROP TABLE batch"}), schema, fault.Unreadable},
			{"a table too few", tables[1:], schema, fault.Unreadable},
			{"an older schema", tables, 0, fault.Unreadable},
			{"a newer schema", tables, 99, fault.Unreadable},
			{"other rows", slices.Insert(slices.Clone(tables[1:]), 0, Dump{tables[0].Table, tables[0].Rows + 1}), schema, fault.Unreadable},
		} {
			at := filepath.Join(t.TempDir(), "c.duckdb")
			if err := Restore(t.Context(), Config{Path: at}, folder, damage.schema, damage.tables); !fault.Is(err, damage.code) {
				t.Errorf("%s: %v", damage.name, err)
			}
		}
		return Restore(t.Context(), Config{Path: to}, folder, schema, tables)
	})
	if err != nil {
		t.Fatal(err)
	}
	if exists(kept) {
		t.Error("the folder of the dump is still there")
	}
	back, err := Open(t.Context(), Config{Path: to})
	if err != nil {
		t.Fatal(err)
	}
	defer back.Close()
	if got := contents(t, back); !reflect.DeepEqual(got, want) {
		t.Errorf("restored\n%v\nwant\n%v", got, want)
	}
	if err := Restore(t.Context(), Config{Path: to}, kept, 1, nil); !fault.Is(err, fault.Conflict) {
		t.Errorf("over a database: %v", err)
	}
}

// TestDumpIsOneMoment: what is loaded while a dump is written is in it whole or
// not at all.
func TestDumpIsOneMoment(t *testing.T) {
	dir := t.TempDir()
	s := filled(t, filepath.Join(dir, "a.duckdb"))
	defer s.Close()
	stop, done := make(chan struct{}), make(chan error, 1)
	go func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				done <- nil
				return
			default:
			}
			k := fmt.Sprintf("w%d", i)
			if _, err := s.Load(context.WithoutCancel(t.Context()), batch(k, person(k, k, "甲类", "A", "2014-03-05", "2014-03-06"))); err != nil {
				done <- err
				return
			}
		}
	}()
	for i := range 5 {
		to := filepath.Join(dir, fmt.Sprintf("b%d.duckdb", i))
		if err := s.Dump(t.Context(), func(folder string, schema int, tables []Dump) error {
			return Restore(t.Context(), Config{Path: to}, folder, schema, tables)
		}); err != nil {
			t.Fatal(err)
		}
		back, err := Open(t.Context(), Config{Path: to})
		if err != nil {
			t.Fatal(err)
		}
		var batches, rows int
		if err := back.db.QueryRow("SELECT (SELECT sum(loaded) FROM batch), (SELECT count(*) FROM version)").Scan(&batches, &rows); err != nil || batches != rows {
			t.Errorf("batches tell of %d rows, there are %d: %v", batches, rows, err)
		}
		if err := back.Close(); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// TestEverySchemaComesUp: a database of every schema since the present table of
// records, with what it held then, is brought to the current one whole.
func TestEverySchemaComesUp(t *testing.T) {
	s := filled(t, filepath.Join(t.TempDir(), "a.duckdb"))
	defer s.Close()
	want := contents(t, s)
	err := s.Dump(t.Context(), func(folder string, schema int, tables []Dump) error {
		for old := 3; old <= schema; old++ {
			to := filepath.Join(t.TempDir(), "old.duckdb")
			var then []Dump
			for _, d := range tables {
				if madeBy(t, d.Table) <= old {
					then = append(then, d)
				}
			}
			if err := Restore(t.Context(), Config{Path: to}, folder, old, then); err != nil {
				t.Errorf("schema %d: %v", old, err)
				continue
			}
			up, err := Open(t.Context(), Config{Path: to})
			if err != nil {
				t.Errorf("schema %d: %v", old, err)
				continue
			}
			if got := contents(t, up); !reflect.DeepEqual(got, want) {
				t.Errorf("schema %d: another content after the upgrade", old)
			}
			if err := up.Close(); err != nil {
				t.Error(err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// madeBy is the number of the migration that makes a table.
func madeBy(t *testing.T, table string) int {
	t.Helper()
	files, err := migrations.ReadDir("migrations")
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range files {
		text, err := migrations.ReadFile("migrations/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), "CREATE TABLE "+table+" (") {
			return i + 1
		}
	}
	t.Fatalf("no migration makes %s", table)
	return 0
}

func TestDiskFaults(t *testing.T) {
	for text, want := range map[string]bool{
		"IO Error: Could not write all bytes to file: No space left on device": true,
		"open x: Read-only file system":                                        true,
		"Constraint Error: duplicate key":                                      false,
	} {
		if got := fault.Is(diskFault(fmt.Errorf("%s", text)), fault.Unavailable); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}
