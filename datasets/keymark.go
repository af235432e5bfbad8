package datasets

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// KeyMark returns the mark of the key that persons are hashed with, "" where none is
// kept yet. used tells whether anything is stored that another key would part from
// what comes after it: files that were loaded, or accounts.
func (s *Store) KeyMark(ctx context.Context) (mark string, used bool, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT mark FROM key_mark").Scan(&mark)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", false, given(ctx, "key mark", err)
	}
	err = s.db.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM batch) OR EXISTS (SELECT 1 FROM account)").Scan(&used)
	if err != nil {
		return "", false, given(ctx, "key mark", err)
	}
	return mark, used, nil
}

// KeepKeyMark keeps the mark of the key; there must be none yet.
func (s *Store) KeepKeyMark(ctx context.Context, mark string) error {
	err := s.aside(ctx, func(c *sql.Conn) error {
		_, err := c.ExecContext(ctx, "INSERT INTO key_mark SELECT ? WHERE NOT EXISTS (SELECT 1 FROM key_mark)", mark)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep the mark of the key: %w", err)
	}
	return nil
}
