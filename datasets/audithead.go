package datasets

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"github.com/duckdb/duckdb-go/v2"
)

// AuditHead is where the chain of the audit log stands, as package audit has it.
type AuditHead struct {
	N         int64
	Hash, MAC string
}

// AuditHead returns the head that was kept last; ok is false for none.
func (s *Store) AuditHead(ctx context.Context) (h AuditHead, ok bool, err error) {
	return auditHead(ctx, s.db)
}

func auditHead(ctx context.Context, db *sql.DB) (h AuditHead, ok bool, err error) {
	err = db.QueryRowContext(ctx, "SELECT n, hash, mac FROM audit_head").Scan(&h.N, &h.Hash, &h.MAC)
	if errors.Is(err, sql.ErrNoRows) {
		return h, false, nil
	}
	if err != nil {
		return h, false, fmt.Errorf("audit head: %w", err)
	}
	return h, true, nil
}

// KeepAuditHead keeps the head in place of the one before. It waits for no load,
// and leaves what is remembered as it is.
func (s *Store) KeepAuditHead(ctx context.Context, h AuditHead) error {
	err := s.aside(ctx, func(c *sql.Conn) error {
		done, err := c.ExecContext(ctx, "UPDATE audit_head SET n = ?, hash = ?, mac = ?", h.N, h.Hash, h.MAC)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n > 0 {
			return err
		}
		_, err = c.ExecContext(ctx, "INSERT INTO audit_head VALUES (?, ?, ?)", h.N, h.Hash, h.MAC)
		return err
	})
	if err != nil {
		return fmt.Errorf("keep audit head: %w", err)
	}
	return nil
}

// AuditHeadIn reads the head from the database at path and changes nothing of it;
// ok is false where it keeps none.
//
// Faults: Conflict when another process holds the file, Unreadable when it is
// damaged or no database.
func AuditHeadIn(ctx context.Context, path string) (h AuditHead, ok bool, err error) {
	connector, err := duckdb.NewConnector(path+"?access_mode=READ_ONLY&autoinstall_known_extensions=false&autoload_known_extensions=false", nil)
	if err != nil {
		return h, false, openFault(path, err)
	}
	db := sql.OpenDB(connector)
	defer func() { err = errors.Join(err, db.Close()) }()
	h, ok, err = auditHead(ctx, db)
	if err != nil && strings.Contains(err.Error(), "Table with name audit_head does not exist") {
		return h, false, nil // of a program that kept none
	}
	return h, ok, err
}
