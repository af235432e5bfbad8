package datasets

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/duckdb/duckdb-go/v2"

	"talentcast/analytics/fault"
)

//go:embed query/*.sql
var queries embed.FS

// Config says where a store is and what it may use.
type Config struct {
	Path     string           // file; "" keeps everything in memory
	Now      func() time.Time // nil stands for time.Now
	Threads  int              // of DuckDB; 0 leaves its default, all processors
	MemoryMB int              // of DuckDB; 0 leaves its default, 80 % of the machine's
	Readers  int              // analytical queries at one time; 0 stands for 4
}

// Store is the DuckDB file. It is safe for concurrent use: one writer at a time,
// a bounded number of readers, and readers never wait for the writer.
type Store struct {
	db      *sql.DB
	path    string // "" in memory
	now     func() time.Time
	writing sync.Mutex
	reading chan struct{} // places of queries over all rows
	looking chan struct{} // places of small ones, which don't wait for those

	dumping    sync.Mutex // of backups, which use one folder
	accounting sync.Mutex // of accounts, which don't wait for a load

	sql   map[string]string
	feeds feeds

	// What every page asks first and only a write can change.
	known    sync.Mutex
	policies []Policy
	states   map[string]State

	remembered remembered
}

// Open opens or makes the store and brings it to the current schema.
//
// Faults: Invalid for a path that the engine would take for something else, Conflict
// when another process holds the file, Unreadable when the file is damaged, not a
// database, or of a newer schema.
func Open(ctx context.Context, cfg Config) (*Store, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Readers == 0 {
		cfg.Readers = 4
	}
	texts, err := readQueries()
	if err != nil {
		return nil, err
	}
	// settings that bind the file are given before it is opened …
	var options []string
	if cfg.Threads > 0 {
		options = append(options, fmt.Sprintf("threads=%d", cfg.Threads))
	}
	if cfg.MemoryMB > 0 {
		options = append(options, fmt.Sprintf("max_memory=%dMB", cfg.MemoryMB))
	}
	name, err := dsn(cfg.Path, options...)
	if err != nil {
		return nil, err
	}
	if err := dropEmpty(cfg.Path); err != nil {
		return nil, openFault(cfg.Path, err)
	}
	connector, err := duckdb.NewConnector(name, nil)
	if err != nil {
		return nil, openFault(cfg.Path, err)
	}
	s := &Store{
		db: sql.OpenDB(connector), path: cfg.Path, now: cfg.Now, reading: make(chan struct{}, cfg.Readers), looking: make(chan struct{}, cfg.Readers), sql: texts,
		feeds: feeds{open: map[int64]*feeding{}},
	}
	if cfg.Path == "" {
		// Every connection of an in-memory database sees the same tables only
		// through one connector; keep it alive with the pool.
		s.db.SetConnMaxLifetime(0)
	}
	if err := s.start(ctx); err != nil {
		return nil, errors.Join(openFault(cfg.Path, err), s.db.Close())
	}
	return s, nil
}

// start locks the engine down and migrates.
func (s *Store) start(ctx context.Context) error {
	if err := s.migrate(ctx, latest); err != nil {
		return err
	}
	if s.path != "" { // a backup that was cut off; who has the file has the folder
		_ = os.RemoveAll(filepath.Join(filepath.Dir(s.path), dumpFolder))
	}
	s.private()
	if err := s.feeds.register(ctx, s.db); err != nil {
		return fmt.Errorf("register the feed: %w", err)
	}
	// Rows come in on all threads at once; every query says its order itself.
	if _, err := s.db.ExecContext(ctx, "SET preserve_insertion_order = false"); err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	// … and those that shut the engine off after it is: nothing outside the file
	// can be read, written or loaded by any later statement, but in the folder of
	// backups under way.
	for _, set := range []string{
		"SET allowed_directories = [" + s.dumps() + "]",
		"SET enable_external_access = false",
		"SET lock_configuration = true",
	} {
		if _, err := s.db.ExecContext(ctx, set); err != nil {
			return fmt.Errorf("%s: %w", set, err)
		}
	}
	return nil
}

// private keeps the database and its log from the machine's other users. Files of
// another owner stay as they are: whoever lets this process write them decides.
func (s *Store) private() {
	if s.path == "" {
		return
	}
	for _, path := range []string{s.path, s.path + ".wal"} {
		_ = os.Chmod(path, 0o600)
	}
}

// Ready reports whether the database answers.
func (s *Store) Ready(ctx context.Context) error {
	var one int
	if err := s.db.QueryRowContext(ctx, "SELECT 1").Scan(&one); err != nil {
		return given(ctx, "ready", err)
	}
	return nil
}

// Close writes everything into the file and lets go of it.
func (s *Store) Close() error {
	s.writing.Lock()
	defer s.writing.Unlock()
	return errors.Join(s.checkpoint(), s.db.Close())
}

// lastReaders is how long Close waits for readings under way.
const lastReaders = 30 * time.Second

// checkpoint writes the log into the file. The engine refuses that while a reading
// goes on that began before the last write: such a one is waited for. Where it
// takes too long the log stays, and is read at the next opening.
func (s *Store) checkpoint() error {
	for end := time.Now().Add(lastReaders); ; time.Sleep(20 * time.Millisecond) {
		_, err := s.db.Exec("CHECKPOINT")
		switch {
		case err == nil:
			return nil
		case !strings.Contains(err.Error(), "other write transactions active"):
			return checkpointFault(fmt.Errorf("checkpoint: %w", err))
		case time.Now().After(end):
			return nil
		}
	}
}

func readQueries() (map[string]string, error) {
	texts := map[string]string{}
	files, err := fs.Glob(queries, "query/*.sql")
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		b, err := queries.ReadFile(f)
		if err != nil {
			return nil, err
		}
		texts[strings.TrimSuffix(filepath.Base(f), ".sql")] = string(b)
	}
	return texts, nil
}

// query runs the named query and hands each row to scan. It waits for a reader's
// place, since analytical queries slow each other.
func (s *Store) query(ctx context.Context, name string, scan func(*sql.Rows) error, args ...any) error {
	places := s.looking
	if analytical(name) {
		places = s.reading
	}
	select {
	case places <- struct{}{}:
		defer func() { <-places }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return s.queryOn(ctx, s.db, name, scan, args...)
}

// analytical reports whether a query goes over all rows of a policy. The others are
// those that every page asks; they must not wait until a new outlook has been read.
func analytical(name string) bool {
	switch name {
	case "Store.Flows", "Store.Figures", "Store.checked", "Store.Money", "Store.Delays", "Store.Revisions",
		"Store.Deliveries", "Store.DeliveredMonths", "Store.DeliveredWhen", "Store.DeliveredLate", "Store.DeliveredRefused":
		return true
	}
	return false
}

// querier is the pool of connections, or one of them.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// queryOn is query on a connection that is at hand, without a place.
func (s *Store) queryOn(ctx context.Context, on querier, name string, scan func(*sql.Rows) error, args ...any) error {
	text, ok := s.sql[name]
	if !ok {
		return fmt.Errorf("query %s does not exist", name)
	}
	rows, err := on.QueryContext(ctx, text, args...)
	if err != nil {
		return given(ctx, name, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return given(ctx, name, err)
		}
	}
	if err := rows.Err(); err != nil {
		return given(ctx, name, err)
	}
	return nil
}

// given is why a query failed: the engine says of one whose caller gave up only
// that it was interrupted.
func given(ctx context.Context, name string, err error) error {
	if up := ctx.Err(); up != nil {
		return fmt.Errorf("%s: %w (%w)", name, up, err)
	}
	if f := diskFault(err); fault.As(f) != nil {
		return f
	}
	return fmt.Errorf("%s: %w", name, err)
}

// transact runs f in one transaction on one connection. A failed statement
// aborts a DuckDB transaction and its Commit then rolls back in silence, so f
// must return every error, and any of them rolls back here.
func (s *Store) transact(ctx context.Context, f func(*sql.Conn) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.inTransaction(ctx, f, s.renew)
}

// annotate is transact for what changes neither policies nor rows: notes, plans,
// alerts, scenarios, what a load changed.
func (s *Store) annotate(ctx context.Context, f func(*sql.Conn) error) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.inTransaction(ctx, f, func(*sql.Conn) { s.remembered.forget() })
}

// inTransaction is transact without its turn; done runs after the commit.
func (s *Store) inTransaction(ctx context.Context, f func(*sql.Conn) error, done func(*sql.Conn)) error {
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "BEGIN TRANSACTION"); err != nil {
		return err
	}
	// A reader who gives up must not leave the connection inside a transaction.
	always := context.WithoutCancel(ctx)
	defer func() {
		if p := recover(); p != nil {
			_, _ = conn.ExecContext(always, "ROLLBACK")
			panic(p)
		}
	}()
	if err := f(conn); err != nil {
		if _, back := conn.ExecContext(always, "ROLLBACK"); back != nil {
			return errors.Join(diskFault(err), fmt.Errorf("roll back: %w", back))
		}
		return diskFault(err)
	}
	_, err = conn.ExecContext(always, "COMMIT")
	done(conn)
	if err != nil {
		return diskFault(fmt.Errorf("commit: %w", err))
	}
	return nil
}

// renew puts what is known after a write in the place of what was remembered. Pages
// go on with what was before until it has been read; what can't be read is forgotten.
func (s *Store) renew(c *sql.Conn) {
	ctx := context.Background() // the write is done, whoever has left
	s.known.Lock()
	had, ids := s.policies != nil, slices.Collect(maps.Keys(s.states))
	s.known.Unlock()
	var policies []Policy
	if had {
		policies, _ = s.readPolicies(ctx, c)
	}
	states := map[string]State{}
	for _, id := range ids {
		if st, err := s.readState(ctx, c, id); err == nil {
			states[id] = st
		}
	}
	s.known.Lock()
	defer s.known.Unlock()
	s.policies, s.states = policies, states
	s.remembered.forget()
}

// openFault turns what the engine says of a file it can't open into what a
// person can do about it.
func openFault(path string, err error) error {
	if fault.As(err) != nil {
		return err
	}
	text := err.Error()
	name := filepath.Base(path)
	switch {
	case strings.Contains(text, "lock on file") || strings.Contains(text, "being used by another process"):
		holder := "?"
		if m := regexp.MustCompile(`held in (.+?) \(PID (\d+)\)`).FindStringSubmatch(text); m != nil {
			holder = fmt.Sprintf("%s, PID %s", filepath.Base(m[1]), m[2])
		}
		return fault.Newf(fault.Conflict,
			"数据库 %[1]s 正被另一个程序使用（%[2]s）；请先停止它，再重试。",
			"The database %[1]s is held by another process (%[2]s); stop that one, then try again.", name, holder).Because(err)
	case errors.Is(err, fs.ErrPermission) || strings.Contains(text, "Permission denied") || strings.Contains(text, "Read-only file system"):
		return fault.Newf(fault.Unavailable,
			"没有权限读写数据库 %[1]s；请检查文件和目录的权限。",
			"The database %[1]s may not be read or written; check the permissions of the file and its folder.", name).Because(err)
	case fault.As(diskFault(err)) != nil:
		return diskFault(err)
	case path != "" && exists(path):
		return fault.Newf(fault.Unreadable,
			"文件 %[1]s 不是可用的数据库，或已损坏；请从备份恢复，或移走该文件后重新载入数据。",
			"%[1]s is not a usable database, or is damaged; restore it from a backup, or move it away and load the data again.", name).Because(err)
	}
	return fmt.Errorf("open %s: %w", name, err)
}

// dropEmpty removes a file of no bytes at all: a disk that was full when the database
// was to be made leaves one, and the engine takes it for a damaged database.
func dropEmpty(path string) error {
	if path == "" || !exists(path) || exists(path+".wal") {
		return nil
	}
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > 0 {
		return err
	}
	return os.Remove(path)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
