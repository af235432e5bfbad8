package backup

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"talentcast/analytics/fault"
	"talentcast/datasets"
)

const (
	databaseName  = "talentcast.duckdb"
	restoreFolder = "restore.part"
)

// Restore makes the data folder what the backup says. What is there already is
// refused, or with replace moved into a folder of its own; nothing is deleted.
// The database comes last: without it, the folder is as good as empty, and the
// restore can be begun anew.
//
// Faults: those of [Verify]; Conflict when there is a database, or somebody holds
// it; Unavailable when the disk is full.
func Restore(ctx context.Context, dir, data string, replace bool, now func() time.Time) (m Manifest, aside string, err error) {
	if m, err = Verify(ctx, dir); err != nil {
		return m, "", err
	}
	if err := os.MkdirAll(data, 0o750); err != nil {
		return m, "", unwritable(data, err)
	}
	if err := free(ctx, data, replace); err != nil {
		return m, "", err
	}
	half := filepath.Join(data, restoreFolder)
	if err := errors.Join(os.RemoveAll(half), os.Mkdir(half, 0o700)); err != nil {
		return m, "", unwritable(data, err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(half)) }()
	cfg := datasets.Config{Path: filepath.Join(half, databaseName), Now: now}
	if err := datasets.Restore(ctx, cfg, filepath.Join(dir, tablesFolder), m.Schema, m.Tables); err != nil {
		return m, "", err
	}
	names := []string{}
	for _, f := range m.Files {
		rel, ok := strings.CutPrefix(f.Path, filesFolder+"/")
		if !ok {
			continue
		}
		if err := f.restore(dir, filepath.Join(half, filepath.FromSlash(rel))); err != nil {
			return m, "", unwritable(data, err)
		}
		if first, _, _ := strings.Cut(rel, "/"); !slices.Contains(names, first) {
			names = append(names, first)
		}
	}
	aside, err = putAside(data, names, now)
	if err != nil {
		return m, aside, unwritable(data, err)
	}
	for _, name := range append(names, databaseName) {
		if err := os.Rename(filepath.Join(half, name), filepath.Join(data, name)); err != nil {
			return m, aside, unwritable(data, err)
		}
	}
	return m, aside, syncFolder(data)
}

// free makes sure that nobody uses the data folder, and that what is there may be
// moved away.
func free(ctx context.Context, data string, replace bool) error {
	path := filepath.Join(data, databaseName)
	if !there(path) {
		return nil
	}
	if !replace {
		return fault.Newf(fault.Conflict, "%[1]s 中已有数据库；请恢复到空目录，或加 --replace（原有文件会移到 replaced- 目录，不会删除）。",
			"There is a database in %[1]s; restore into an empty folder, or add --replace, which moves what is there into a folder replaced-….", data)
	}
	s, err := datasets.Open(ctx, datasets.Config{Path: path})
	switch {
	case err == nil:
		return s.Close()
	case fault.Is(err, fault.Conflict):
		return err
	}
	return nil // a damaged one is why people restore
}

func there(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func (f File) restore(dir, to string) error {
	in, err := os.Open(filepath.Join(dir, filepath.FromSlash(f.Path)))
	if err != nil {
		return err
	}
	defer in.Close()
	_, err = write(to, in)
	return err
}

// putAside moves what stands in the way into a folder of its own.
func putAside(data string, names []string, now func() time.Time) (string, error) {
	aside := filepath.Join(data, "replaced-"+now().UTC().Format(stampLayout))
	moved := false
	for _, name := range append([]string{databaseName, databaseName + ".wal"}, names...) { // the database first: then the rest is nobody's
		from := filepath.Join(data, name)
		if _, err := os.Lstat(from); errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err := os.MkdirAll(aside, 0o700); err != nil {
			return "", err
		}
		if err := os.Rename(from, filepath.Join(aside, name)); err != nil {
			return aside, fmt.Errorf("put %s aside: %w", name, err)
		}
		moved = true
	}
	if !moved {
		return "", nil
	}
	return aside, nil
}
