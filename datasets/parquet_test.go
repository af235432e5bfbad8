package datasets

import (
	"context"
	"database/sql"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"talentcast/analytics/fault"
)

var update = flag.Bool("update", false, "write the Parquet files among the odd files of ingest anew")

// parquetOf writes what the query yields as Parquet.
func parquetOf(t testing.TB, query string) []byte {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	path := filepath.Join(t.TempDir(), "x.parquet")
	if _, err := db.Exec("COPY (" + query + ") TO " + quote(path) + " (FORMAT parquet)"); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func readParquet(t testing.TB, data []byte) ([][]string, error) {
	t.Helper()
	p, err := OpenParquet(context.Background(), "x.parquet", data, 10)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	out := [][]string{p.Columns}
	for cells, err := range p.Rows(context.Background()) {
		if err != nil {
			return nil, err
		}
		out = append(out, cells)
	}
	return out, nil
}

// Every scalar type comes out as what it says, exactly.
func TestParquetText(t *testing.T) {
	for _, c := range []struct{ sql, want string }{
		{"'李四'", "李四"},
		{"NULL::VARCHAR", ""},
		{"'一二三四五六七八九十一二'", "一二三四五六七八九十一"}, // cut behind the limit, so that it is seen to be too long
		{"'raw'::BLOB", "raw"},
		{"true", "true"},
		{"440103199001011231::BIGINT", "44010319900"},
		{"DATE '2013-04-12'", "2013-04-12"},
		{"TIMESTAMP '2013-04-12 00:00:00'", "2013-04-12 "},
		{"TIMESTAMPTZ '2013-04-11 16:00:00+00'", "2013-04-12"},
		{"12345.67::DECIMAL(18,2)", "12345.67"},
		{"0.1::DOUBLE + 0.2::DOUBLE", "0.3"},
		{"0.1::FLOAT", "0.1"},
		{"4.4e17::DOUBLE", "4.4e+17"},
		{"'a'::ENUM('a', 'b')", "a"},
	} {
		got, err := readParquet(t, parquetOf(t, "SELECT "+c.sql+` AS "列""名"`))
		if err != nil {
			t.Errorf("%s: %v", c.sql, err)
			continue
		}
		if d := cmp.Diff([][]string{{`列"名`}, {c.want}}, got); d != "" {
			t.Errorf("%s: -want +got\n%s", c.sql, d)
		}
	}
}

// Rows come in the order of the file, across the parts in which they are asked
// for.
func TestParquetOrder(t *testing.T) {
	got, err := readParquet(t, parquetOf(t, "SELECT i::VARCHAR AS i FROM range(1, 5001) t(i)"))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 5001 || got[1][0] != "1" || got[1000][0] != "1000" || got[1001][0] != "1001" || got[5000][0] != "5000" {
		t.Errorf("%d rows: %v … %v", len(got)-1, got[:2], got[len(got)-1])
	}
}

func TestParquetFaults(t *testing.T) {
	whole := parquetOf(t, "SELECT 1 AS a")
	for name, data := range map[string][]byte{
		"a list":      parquetOf(t, "SELECT [1, 2] AS a"),
		"a structure": parquetOf(t, "SELECT {'x': 1} AS a"),
		"an interval": parquetOf(t, "SELECT INTERVAL 1 DAY AS a"),
		"cut off":     whole[:len(whole)-9],
		"text":        []byte("PAR1 and nothing else"),
	} {
		_, err := readParquet(t, data)
		f := fault.As(err)
		if f == nil || f.Code != fault.Unreadable || strings.Contains(f.Zh+f.En, "%!") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The private engine sees no other file.
func TestParquetSeesNothingElse(t *testing.T) {
	p, err := OpenParquet(context.Background(), "x.parquet", parquetOf(t, "SELECT 1 AS a"), 10)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	other := filepath.Join(t.TempDir(), "other.csv")
	if err := os.WriteFile(other, []byte("a\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, q := range []string{
		"SELECT * FROM read_csv(" + quote(other) + ")",
		"COPY (SELECT 1) TO " + quote(other),
		"SET enable_external_access = true",
	} {
		if _, err := p.db.Exec(q); err == nil {
			t.Errorf("%s is let through", q)
		}
	}
}

// The Parquet files among the odd files of ingest; only this package may write
// them.
func TestParquetSamples(t *testing.T) {
	for name, q := range map[string]string{
		"good.parquet": `SELECT * FROM (VALUES
			('A-1', DATE '2014-05-06', '到位', '财政', 12.50::DECIMAL(18,2), 0.1::DOUBLE + 0.2::DOUBLE),
			('A-2', DATE '2014-06-06', '到位', '企业', 123456789.12::DECIMAL(18,2), NULL),
			('A-3', NULL, '到位', '企业', 1.00::DECIMAL(18,2), NULL)) AS t(凭证号, 日期, 环节, 资金来源, "金额（元）", 系数)`,
		"id-as-double.parquet": `SELECT '张小明' AS 姓名, 110105194912310021::DOUBLE AS 身份证号, '硕士研究生' AS 人才类别, DATE '2014-05-06' AS 认定日期`,
		"list.parquet":         `SELECT '张小明' AS 姓名, ['110105'] AS 身份证号, '硕士研究生' AS 人才类别, DATE '2014-05-06' AS 认定日期`,
	} {
		path := filepath.Join("..", "ingest", "testdata", name)
		if *update {
			if err := os.WriteFile(path, parquetOf(t, q), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%v (go test -update writes it)", err)
		}
	}
}

func FuzzParquet(f *testing.F) {
	f.Add(parquetOf(f, "SELECT 1 AS a, 'x' AS b"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := readParquet(t, data); err != nil && fault.As(err) == nil {
			t.Fatalf("an error that is no fault: %v", err)
		}
	})
}
