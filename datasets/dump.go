package datasets

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"talentcast/analytics/fault"
)

// Dump is a table as a backup has it.
type Dump struct {
	Table string `json:"table"`
	Rows  int64  `json:"rows"`
}

// File is the name of the table's file in a dump.
func (d Dump) File() string { return d.Table + ".parquet" }

// dumpFolder lies beside the database while a backup is written.
const dumpFolder = "backup.part"

// dumps is the folder of dumps as SQL has it, nothing for a store in memory.
func (s *Store) dumps() string {
	if s.path == "" {
		return ""
	}
	dir, err := filepath.Abs(filepath.Dir(s.path))
	if err != nil {
		return ""
	}
	return quote(filepath.Join(dir, dumpFolder) + "/")
}

// Dump writes every table as Parquet, all as they stand at one moment, and hands
// the folder to use, with the schema version and the tables; the folder is gone
// when use returns. Loads go on meanwhile. There is one dump at a time.
//
// Faults: Unavailable for a store in memory, or when the disk is full.
func (s *Store) Dump(ctx context.Context, use func(folder string, schema int, tables []Dump) error) (err error) {
	if s.path == "" {
		return fault.New(fault.Unavailable, "数据库只在内存中，无法备份。", "The database is in memory only and can't be backed up.")
	}
	s.dumping.Lock()
	defer s.dumping.Unlock()
	folder, err := filepath.Abs(filepath.Join(filepath.Dir(s.path), dumpFolder))
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if err := errors.Join(os.RemoveAll(folder), os.Mkdir(folder, 0o700)); err != nil {
		return diskFault(fmt.Errorf("backup: %w", err))
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	var schema int
	var tables []Dump
	err = s.inTransaction(ctx, func(c *sql.Conn) (err error) {
		if err := c.QueryRowContext(ctx, "SELECT max(version) FROM schema_version").Scan(&schema); err != nil {
			return err
		}
		if tables, err = tablesOf(ctx, c); err != nil {
			return err
		}
		for i, d := range tables {
			copied := c.QueryRowContext(ctx, "COPY "+quoteName(d.Table)+" TO "+quote(filepath.Join(folder, d.File()))+" (FORMAT parquet, COMPRESSION zstd)")
			if err := copied.Scan(&tables[i].Rows); err != nil {
				return fmt.Errorf("%s: %w", d.Table, err)
			}
		}
		return nil
	}, func(*sql.Conn) {})
	if err != nil {
		return diskFault(fmt.Errorf("backup: %w", err))
	}
	return use(folder, schema, tables)
}

// tablesOf lists the tables with data of their own.
func tablesOf(ctx context.Context, c *sql.Conn) (out []Dump, err error) {
	rows, err := c.QueryContext(ctx, "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main' AND table_type = 'BASE TABLE' AND table_name <> 'schema_version' ORDER BY 1")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var d Dump
		if err := rows.Scan(&d.Table); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, rows.Err()
}

// Restore makes the database at path, which must not be there yet, from the
// tables of a dump, and brings it to the current schema.
//
// Faults: Unreadable when a table is missing or not what the dump says, or of a
// newer schema; Unavailable when the disk is full.
func Restore(ctx context.Context, cfg Config, folder string, schema int, tables []Dump) (err error) {
	if exists(cfg.Path) {
		return fault.Newf(fault.Conflict, "数据库 %[1]s 已存在，不会覆盖。", "The database %[1]s is there already and is not written over.", filepath.Base(cfg.Path))
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	name, err := dsn(cfg.Path)
	if err != nil {
		return err
	}
	connector, err := duckdb.NewConnector(name, nil)
	if err != nil {
		return diskFault(openFault(cfg.Path, err))
	}
	s := &Store{db: sql.OpenDB(connector), path: cfg.Path, now: cfg.Now}
	err = s.restore(ctx, folder, schema, tables)
	if err = errors.Join(err, s.Close()); err != nil {
		return diskFault(fmt.Errorf("restore: %w", err))
	}
	full, err := Open(ctx, cfg) // brings it up to date
	if err != nil {
		return err
	}
	return full.Close()
}

func (s *Store) restore(ctx context.Context, folder string, schema int, tables []Dump) error {
	if err := s.migrate(ctx, schema); err != nil {
		return err
	}
	return s.transact(ctx, func(c *sql.Conn) error {
		made, err := tablesOf(ctx, c)
		if err != nil {
			return err
		}
		if err := sameTables(made, tables); err != nil {
			return err
		}
		for _, d := range tables {
			from := quote(filepath.Join(folder, d.File()))
			done, err := c.ExecContext(ctx, "INSERT INTO "+quoteName(d.Table)+" BY NAME SELECT * FROM read_parquet("+from+")")
			if err != nil {
				return damagedDump(d.Table, err)
			}
			if n, err := done.RowsAffected(); err != nil || n != d.Rows {
				return damagedDump(d.Table, fmt.Errorf("%d rows, want %d: %w", n, d.Rows, err))
			}
		}
		return nil
	})
}

// sameTables refuses dumps with other tables than the schema has: names come from
// a file.
func sameTables(made, tables []Dump) error {
	have := map[string]bool{}
	for _, d := range tables {
		have[d.Table] = true
	}
	for _, d := range made {
		if !have[d.Table] {
			return damagedDump(d.Table, errors.New("not in the dump"))
		}
		delete(have, d.Table)
	}
	for name := range have {
		return damagedDump(name, errors.New("not in the schema"))
	}
	return nil
}

func damagedDump(table string, err error) error {
	return fault.Newf(fault.Unreadable, "备份中的表 %[1]s 无法恢复；请换一份备份。", "The table %[1]s of the backup can't be restored; take another backup.", table).Because(err)
}

// checkpointFault is for a database that could not be tidied when it was closed:
// what was committed is in its log and comes back from there.
func checkpointFault(err error) error {
	if fault.As(diskFault(err)) == nil {
		return err
	}
	return fault.New(fault.Unavailable,
		"磁盘空间不足或为只读：已确认的数据保存在数据库日志（.wal）中，不会丢失，但未能写入数据库文件；请腾出空间或恢复写权限，再运行一次任一命令。",
		"The disk is full or read-only: what was acknowledged is safe in the database's log (.wal), but could not be written into its file; make room or restore the permission, then run any command again.").Because(err)
}

// diskFault says what to do about a disk that is full, can't be written, or gave
// other bytes than were put on it.
func diskFault(err error) error {
	if err == nil || fault.As(err) != nil {
		return err
	}
	text := err.Error()
	switch {
	case strings.Contains(text, "No space left on device"), strings.Contains(text, "disk quota exceeded"), strings.Contains(text, "Could not write all bytes"):
		return fault.New(fault.Unavailable, "磁盘空间不足，未写入任何内容；请腾出空间后重试。", "The disk is full and nothing was written; make room, then try again.").Because(err)
	case strings.Contains(text, "Corrupt database file"), strings.Contains(text, "Could not read enough bytes"), strings.Contains(text, "invalidated because of a previous fatal error"):
		return fault.New(fault.Unavailable, "数据库文件已损坏或无法读取；请停止服务，运行 talentcast doctor 检查，并从备份恢复（talentcast restore）。", "The database file is damaged or can't be read; stop the service, have talentcast doctor look, and restore a backup with talentcast restore.").Because(err)
	case strings.Contains(text, "Read-only file system"), errors.Is(err, os.ErrPermission), strings.Contains(text, "Permission denied"):
		return fault.New(fault.Unavailable, "磁盘为只读或没有写权限；请检查挂载方式和目录权限后重试。", "The disk is read-only or may not be written; check how it is mounted and the folder's permissions, then try again.").Because(err)
	}
	return err
}
