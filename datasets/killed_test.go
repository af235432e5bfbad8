package datasets

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/duckdb/duckdb-go/v2"
)

// oldRows is how many rows the migration that is killed has to bring over.
const oldRows = 40_000

// ofTheSecondSchema makes a database of the second schema with rows.
func ofTheSecondSchema(t *testing.T, path string) {
	t.Helper()
	c, err := duckdb.NewConnector(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(c)
	exec := func(text string) {
		t.Helper()
		if _, err := db.ExecContext(context.Background(), text); err != nil {
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
	exec(fmt.Sprintf(`INSERT INTO record SELECT range, 'test', '440103', 'talent', 'k' || range, md5(range::VARCHAR), 'A', '甲类', '', 'd1',
		'p' || range, '张*明', '', DATE '2013-03-05' + (range %% 700)::INTEGER, NULL, DATE '2013-03-06' + (range %% 700)::INTEGER, (range / 100)::DECIMAL(18, 2), NULL, 3, NULL, '', '', '', 'note ' || range, 7, 'S', range::INTEGER FROM range(%d)`, oldRows))
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestKilledMigrations: a program that is killed while it brings an old database
// up to date leaves one that the next start brings up to date, with every row.
func TestKilledMigrations(t *testing.T) {
	trials := 40
	if os.Getenv("TALENTCAST_TORTURE") == "" {
		trials = 5
		t.Logf("REDUCED, to stay short: %d trials; make torture runs 40", trials)
	}
	dir := t.TempDir()
	old := filepath.Join(dir, "old.duckdb")
	ofTheSecondSchema(t, old)
	bytes, err := os.ReadFile(old)
	if err != nil {
		t.Fatal(err)
	}
	fresh := func(name string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, bytes, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	read := func(path string) map[string][]string {
		s, err := Open(t.Context(), Config{Path: path})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		return contents(t, s)
	}
	began := time.Now()
	whole := fresh("whole.duckdb")
	if out, err := opener(whole).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	took := time.Since(began)
	want := read(whole)
	if len(want["version"]) != oldRows {
		t.Fatalf("undisturbed: %d rows", len(want["version"]))
	}
	r := rand.New(rand.NewPCG(555, 6))
	done := 0
	for i := range trials {
		path := fresh(fmt.Sprintf("trial%d.duckdb", i))
		cmd := opener(path)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(r.Int64N(int64(took))))
		_ = cmd.Process.Kill() // it may have ended
		if cmd.Wait() == nil {
			done++
		}
		if got := read(path); !reflect.DeepEqual(got, want) {
			t.Errorf("trial %d: another content after the next start", i)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("killed %d times within %v, %d had ended", trials, took, done)
}

// opener is a process that opens a database and closes it.
func opener(path string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "TALENTCAST_OPEN="+path)
	return cmd
}
