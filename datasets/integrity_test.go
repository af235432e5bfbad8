package datasets

import (
	"path/filepath"
	"testing"
)

func TestExamine(t *testing.T) {
	s := filled(t, filepath.Join(t.TempDir(), "a.duckdb"))
	defer s.Close()
	c, err := s.Examine(t.Context())
	if err != nil || c.Astray != 0 || c.Rows == 0 || c.Tables < 10 || !c.Newest.Valid {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := s.db.Exec("DELETE FROM version WHERE natural_key = 'k1'"); err != nil {
		t.Fatal(err)
	}
	if c, err := s.Examine(t.Context()); err != nil || c.Astray != 1 {
		t.Errorf("a row is gone: %+v, %v", c, err)
	}
}
