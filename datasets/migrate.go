package datasets

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"talentcast/analytics/fault"
)

//go:embed migrations/*.sql
var migrations embed.FS

// latest stands for the newest schema version.
const latest = 1 << 30

// migrate applies the migrations that the file has not seen, each in a
// transaction of its own, up to a version.
func (s *Store) migrate(ctx context.Context, to int) error {
	if _, err := s.db.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER PRIMARY KEY, applied_at TIMESTAMP NOT NULL)"); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	var have int
	if err := s.db.QueryRowContext(ctx, "SELECT coalesce(max(version), 0) FROM schema_version").Scan(&have); err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	slices.Sort(files)
	if newest := max(have, to%latest); newest > len(files) {
		return fault.Newf(fault.Unreadable,
			"数据库的结构版本是 %[1]d，比本程序（%[2]d）新；请升级程序。",
			"The database has schema version %[1]d, newer than this program's %[2]d; upgrade the program.", newest, len(files))
	}
	for i, f := range files[have:max(have, min(to, len(files)))] {
		text, err := migrations.ReadFile(f)
		if err != nil {
			return fmt.Errorf("migrate: %w", err)
		}
		version := have + i + 1
		if !strings.HasPrefix(f, fmt.Sprintf("migrations/%04d_", version)) {
			return fmt.Errorf("migrate: %s is not number %d", f, version)
		}
		err = s.transact(ctx, func(c *sql.Conn) error {
			if _, err := c.ExecContext(ctx, string(text)); err != nil {
				return err
			}
			_, err := c.ExecContext(ctx, "INSERT INTO schema_version VALUES (?, ?)", version, s.now().UTC())
			return err
		})
		if err != nil {
			return fmt.Errorf("migration %s: %w", strconv.Itoa(version), err)
		}
	}
	return nil
}
