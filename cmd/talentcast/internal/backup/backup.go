// Package backup keeps everything that the service keeps: every table as Parquet,
// the audit log, the written reports and the key, in a folder with a manifest and
// checksums that `sha256sum -c` reads too. It is written beside a running service
// and shows one moment.
package backup

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/disk"
	"talentcast/datasets"
)

// The names within a backup.
const (
	manifestName = "manifest.json"
	sumsName     = "SHA256SUMS"
	tablesFolder = "tables"
	filesFolder  = "files"
	format       = 1
	prefix       = "talentcast-"
	stampLayout  = "20060102T150405Z"
	part         = ".part"
)

// Manifest says what a backup holds.
type Manifest struct {
	Format  int             `json:"format"`
	Made    time.Time       `json:"made"`
	Version string          `json:"version"` // of the program
	Schema  int             `json:"schema"`
	Key     bool            `json:"key"` // the key of the persons' hashes is in it
	Tables  []datasets.Dump `json:"tables"`
	Files   []File          `json:"files"`
}

// File is a file of a backup.
type File struct {
	Path   string `json:"path"` // within the backup, with slashes
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Bytes is how large the backup is.
func (m Manifest) Bytes() (n int64) {
	for _, f := range m.Files {
		n += f.Bytes
	}
	return n
}

// Rows is how many rows all tables have.
func (m Manifest) Rows() (n int64) {
	for _, t := range m.Tables {
		n += t.Rows
	}
	return n
}

// Source is what is backed up.
type Source struct {
	Store   *datasets.Store
	Data    string // the data folder
	Version string
	Now     func() time.Time
	Key     bool // with the key; without it nobody can be matched after a restore
}

// kept are the parts of the data folder beside the database.
func kept() []string { return []string{"audit", "reports", keyName} }

const keyName = "talentcast.key"

// Write writes a backup into a new folder in dir, named after the moment, and
// returns its path. It is under its name only once it is whole.
//
// Faults: Unavailable when dir can't be written or the disk is full.
func (s Source) Write(ctx context.Context, dir string) (path string, m Manifest, err error) {
	now := s.Now().UTC().Truncate(time.Second)
	m = Manifest{Format: format, Made: now, Version: s.Version}
	path = filepath.Join(dir, prefix+now.Format(stampLayout))
	if _, err := os.Stat(path); err == nil {
		return "", m, fault.Newf(fault.Conflict, "备份 %[1]s 已存在；请稍候再试。", "The backup %[1]s is there already; try again in a moment.", filepath.Base(path))
	}
	half := path + part
	if err := errors.Join(os.RemoveAll(half), os.MkdirAll(filepath.Join(half, tablesFolder), 0o700)); err != nil {
		return "", m, unwritable(dir, err)
	}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(half)
		}
	}()
	w := &writer{ctx: ctx, to: half, m: &m}
	err = s.Store.Dump(ctx, func(folder string, schema int, tables []datasets.Dump) error {
		m.Schema, m.Tables = schema, tables
		for _, d := range tables {
			if err := w.copy(filepath.Join(folder, d.File()), tablesFolder+"/"+d.File()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return "", m, err
	}
	// The audit log and the reports only grow: what came after the tables is more
	// than they tell of, never less.
	for _, name := range kept() {
		if name == keyName && !s.Key {
			continue
		}
		found, err := w.tree(s.Data, name)
		if err != nil {
			return "", m, err
		}
		m.Key = m.Key || name == keyName && found
	}
	if err := w.finish(); err != nil {
		return "", m, unwritable(dir, err)
	}
	if err := errors.Join(disk.SyncFolder(half), os.Rename(half, path), disk.SyncFolder(dir)); err != nil {
		return "", m, unwritable(dir, err)
	}
	return path, m, nil
}

func unwritable(dir string, err error) error {
	return fault.Newf(fault.Unavailable, "无法在 %[1]s 写备份；请检查目录、权限和磁盘空间。", "The backup can't be written in %[1]s; check the folder, its permissions and the room on the disk.", dir).Because(err)
}

// writer copies files into a backup and writes down what it copied.
type writer struct {
	ctx context.Context
	to  string
	m   *Manifest
}

// tree copies a file or folder of the data folder; found is whether there is one.
func (w *writer) tree(data, name string) (found bool, err error) {
	root := filepath.Join(data, name)
	err = filepath.WalkDir(root, func(at string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case !d.Type().IsRegular() || strings.HasSuffix(at, part):
			return nil // no link leads out of the folder
		}
		rel, err := filepath.Rel(data, at)
		if err != nil {
			return err
		}
		found = true
		return w.copy(at, filesFolder+"/"+filepath.ToSlash(rel))
	})
	if err != nil {
		return found, fmt.Errorf("backup of %s: %w", name, err)
	}
	return found, nil
}

func (w *writer) copy(from, name string) error {
	if err := w.ctx.Err(); err != nil {
		return err
	}
	in, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer in.Close()
	f, err := write(filepath.Join(w.to, filepath.FromSlash(name)), in)
	if err != nil {
		return unwritable(filepath.Dir(w.to), err)
	}
	f.Path = name
	w.m.Files = append(w.m.Files, f)
	return nil
}

// write makes a file of what it reads, on the disk when it returns.
func write(path string, in io.Reader) (f File, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return f, err
	}
	out, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	sum := sha256.New()
	if f.Bytes, err = io.Copy(io.MultiWriter(out, sum), in); err != nil {
		return f, err
	}
	f.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return f, out.Sync()
}

// finish writes the manifest and the checksums.
func (w *writer) finish() error {
	body, err := json.MarshalIndent(w.m, "", " ")
	if err != nil {
		return err
	}
	f, err := write(filepath.Join(w.to, manifestName), strings.NewReader(string(body)+"\n"))
	if err != nil {
		return err
	}
	f.Path = manifestName
	var sums strings.Builder
	for _, x := range append(slices.Clone(w.m.Files), f) {
		fmt.Fprintf(&sums, "%s  %s\n", x.SHA256, x.Path)
	}
	_, err = write(filepath.Join(w.to, sumsName), strings.NewReader(sums.String()))
	return err
}

// Verify reads a backup through and compares it with its checksums.
//
// Faults: NotFound when it is no backup, Unreadable when something is missing,
// changed, or of a newer program.
func Verify(ctx context.Context, dir string) (m Manifest, err error) {
	body, err := os.ReadFile(filepath.Join(dir, manifestName))
	if err != nil {
		return m, fault.Newf(fault.NotFound, "%[1]s 不是备份目录（没有 manifest.json）。", "%[1]s is no folder of a backup: there is no manifest.json.", dir).Because(err)
	}
	if err := json.Unmarshal(body, &m); err != nil {
		return m, damaged(manifestName, err)
	}
	if m.Format != format {
		return m, fault.Newf(fault.Unreadable, "备份格式 %[1]d 不受支持；请用写它的程序版本（%[2]s）恢复。", "The format %[1]d of the backup is not known; restore it with the program that wrote it (%[2]s).", m.Format, m.Version)
	}
	sums, err := readSums(filepath.Join(dir, sumsName))
	if err != nil {
		return m, damaged(sumsName, err)
	}
	if sum := sha256.Sum256(body); sums[manifestName] != hex.EncodeToString(sum[:]) {
		return m, damaged(manifestName, errors.New("another checksum"))
	}
	for _, f := range m.Files {
		if err := ctx.Err(); err != nil {
			return m, err
		}
		if err := f.check(dir); err != nil {
			return m, damaged(f.Path, err)
		}
	}
	for _, t := range m.Tables {
		if !slices.ContainsFunc(m.Files, func(f File) bool { return f.Path == tablesFolder+"/"+t.File() }) {
			return m, damaged(t.File(), errors.New("not listed"))
		}
	}
	return m, nil
}

func (f File) check(dir string) error {
	if !filepath.IsLocal(filepath.FromSlash(f.Path)) {
		return errors.New("leads out of the backup")
	}
	in, err := os.Open(filepath.Join(dir, filepath.FromSlash(f.Path)))
	if err != nil {
		return err
	}
	defer in.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, in)
	switch {
	case err != nil:
		return err
	case n != f.Bytes || hex.EncodeToString(sum.Sum(nil)) != f.SHA256:
		return errors.New("another checksum")
	}
	return nil
}

func readSums(path string) (map[string]string, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	out := map[string]string{}
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		if sum, name, ok := strings.Cut(lines.Text(), "  "); ok {
			out[name] = sum
		}
	}
	return out, lines.Err()
}

func damaged(name string, err error) error {
	return fault.Newf(fault.Unreadable, "备份不完整或已损坏（%[1]s）；请换一份备份。", "The backup is not whole or was changed (%[1]s); take another one.", name).Because(err)
}

// halfAge is when a backup that is not whole was given up.
const halfAge = 24 * time.Hour

// Remover is what a backup is removed by: do is what removes it.
type Remover func(name string, do func() error) error

// Prune removes all but the newest backups of a folder, 0 keeps all, and what was
// cut off a day ago. What has another name is not touched, nor is what a clock that
// was wrong has dated after now: it would stand in the place of every later one. Each goes by remove,
// which writes that down and calls do; nil removes without. It returns what it
// removed.
func Prune(dir string, keep int, now time.Time, remove Remover) (removed []string, err error) {
	if remove == nil {
		remove = func(_ string, do func() error) error { return do() }
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("old backups: %w", err)
	}
	gone := func(name string) error {
		if err := remove(name, func() error { return os.RemoveAll(filepath.Join(dir, name)) }); err != nil {
			return fmt.Errorf("old backups: %w", err)
		}
		removed = append(removed, name)
		return nil
	}
	var whole []string // by name, which is by age
	for _, e := range entries {
		at, ok := strings.CutPrefix(e.Name(), prefix)
		at, half := strings.CutSuffix(at, part)
		made, err := time.Parse(stampLayout, at)
		switch {
		case !ok || !e.IsDir() || err != nil:
		case !half && made.After(now.Add(time.Minute)):
		case !half:
			whole = append(whole, e.Name())
		case now.Sub(made) > halfAge:
			if err := gone(e.Name()); err != nil {
				return removed, err
			}
		}
	}
	for i := 0; keep > 0 && i < len(whole)-keep; i++ {
		if err := gone(whole[i]); err != nil {
			return removed, err
		}
	}
	return removed, nil
}
