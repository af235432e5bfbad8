package datasets

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/duckdb/duckdb-go/v2"
)

// TestAuditHead: the newest head is kept, no answer is forgotten for it, a load
// under way does not hold it up, and it is read from a closed file too.
func TestAuditHead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.duckdb")
	s := filled(t, path)
	if _, ok, err := s.AuditHead(t.Context()); ok || err != nil {
		t.Fatalf("a head in a new database: %v, %v", ok, err)
	}
	turn := s.Turn()
	s.writing.Lock() // as a load under way
	var want AuditHead
	for n := range int64(3) {
		want = AuditHead{N: n + 1, Hash: "h", MAC: "m"}
		if err := s.KeepAuditHead(t.Context(), want); err != nil {
			t.Fatal(err)
		}
	}
	s.writing.Unlock()
	if got, ok, err := s.AuditHead(t.Context()); got != want || !ok || err != nil {
		t.Errorf("%+v, %v, %v", got, ok, err)
	}
	if s.Turn() != turn {
		t.Error("what is remembered is forgotten")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got, ok, err := AuditHeadIn(t.Context(), path); got != want || !ok || err != nil {
		t.Errorf("closed: %+v, %v, %v", got, ok, err)
	}
}

// TestCloseWaitsForReadings: one that began before the last write does not make the
// closing fail.
func TestCloseWaitsForReadings(t *testing.T) {
	s := filled(t, filepath.Join(t.TempDir(), "test.duckdb"))
	c, err := s.db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.ExecContext(t.Context(), "BEGIN"); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := c.QueryRowContext(t.Context(), "SELECT count(*) FROM version").Scan(&n); err != nil || n == 0 {
		t.Fatal(n, err)
	}
	for n := range int64(2) {
		if err := s.KeepAuditHead(t.Context(), AuditHead{N: n + 1}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.db.Exec("CHECKPOINT"); err == nil {
		t.Error("the engine no longer refuses it: the waiting can go")
	}
	time.AfterFunc(200*time.Millisecond, func() {
		_, _ = c.ExecContext(context.Background(), "COMMIT")
		_ = c.Close()
	})
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// TestAuditHeadOfAnOlderDatabase: what kept no head yet is read, and left as it is.
func TestAuditHeadOfAnOlderDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "old.duckdb")
	connector, err := duckdb.NewConnector(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	old := &Store{db: sql.OpenDB(connector), path: path, now: time.Now}
	if err := errors.Join(old.migrate(t.Context(), 9), old.Close()); err != nil {
		t.Fatal(err)
	}
	if _, ok, err := AuditHeadIn(t.Context(), path); ok || err != nil {
		t.Errorf("%v, %v", ok, err)
	}
	s, err := Open(t.Context(), Config{Path: path, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.KeepAuditHead(t.Context(), AuditHead{N: 1}); err != nil {
		t.Error(err)
	}
}
