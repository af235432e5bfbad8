package datasets

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/duckdb/duckdb-go/v2"
)

// A database of the second schema, with a row as it was stored then, is read as
// before; the same row handed in again is known by its hash.
func TestRowsOfTheSecondSchemaStay(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "old.duckdb")
	c, err := duckdb.NewConnector(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(c)
	exec := func(text string) {
		t.Helper()
		if _, err := db.ExecContext(ctx, text); err != nil {
			t.Fatal(err)
		}
	}
	exec("CREATE TABLE schema_version (version INTEGER PRIMARY KEY, applied_at TIMESTAMP NOT NULL)")
	for _, f := range []string{"0001_records", "0002_clerk"} {
		text, err := migrations.ReadFile("migrations/" + f + ".sql")
		if err != nil {
			t.Fatal(err)
		}
		exec(string(text))
	}
	exec("INSERT INTO schema_version SELECT range, TIMESTAMP '2015-01-01' FROM range(1, 3)")
	exec("INSERT INTO batch VALUES (7, 'test', '440103', 'talent', 'f.csv', 'x', 1, '', false, TIMESTAMP '2015-01-01', 't', 2, 2, 0, 0, 0)")
	// The hash is what the program of that schema gave this row.
	exec(`INSERT INTO record VALUES (4, 'test', '440103', 'talent', 'k1', '` + oldHash + `', 'A', '甲类', '', 'd1',
		'p1', '张*明', '', DATE '2013-03-05', NULL, DATE '2013-03-06', 12.50, NULL, 3, NULL, '', '', '', '', 7, 'S', 2)`)
	exec(`INSERT INTO record VALUES (5, 'test', '440103', 'talent', 'k2', '00000000000000000000000000000001', 'A', '甲类', '', 'd1',
		'p2', '张*明', '', DATE '2013-03-05', NULL, DATE '2013-03-06', NULL, NULL, NULL, NULL, '', '', '', '', 7, 'S', 3)`)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}

	s, err := Open(ctx, Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if _, err := s.PutPolicy(ctx, testPolicy()); err != nil {
		t.Fatal(err)
	}
	rows, total, err := s.Rows(ctx, "test", "A", date("2014-01-01"), 10, 0)
	if err != nil || total != 2 || rows[1].ID != 4 || rows[1].Sheet != "S" || rows[1].RowNo != 2 || rows[1].Batch != 7 {
		t.Fatalf("%d rows %+v, %v", total, rows, err)
	}
	again := person("k1", "p1", "甲类", "A", "2013-03-05", "2013-03-06")
	again.Amount, again.Value = exact("12.50"), exact("3")
	r := mustLoad(t, s, batch("again", again, person("k3", "p3", "甲类", "A", "2013-03-05", "2013-03-06")))
	if r.Unchanged != 1 || r.Loaded != 1 || r.Superseded != 0 {
		t.Errorf("%+v", r)
	}
}

// oldHash is the hash of the row as of the second schema.
const oldHash = "ffe411054291dfd765baf18f77077a8e"
