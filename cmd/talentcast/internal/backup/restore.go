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
	"talentcast/cmd/talentcast/internal/audit"
	"talentcast/cmd/talentcast/internal/disk"
	"talentcast/datasets"
)

const (
	databaseName  = "talentcast.duckdb"
	restoreFolder = "restore.part"
)

// Restoring is what is to be restored, and where.
type Restoring struct {
	Dir     string // the backup
	Data    string // the data folder
	Replace bool   // move what is there aside
	Now     func() time.Time
	// Begin is called once nothing stands in the way, and before anything is
	// changed; nil for nobody.
	Begin func() error
}

// Restored is what came of it.
type Restored struct {
	Manifest
	Aside   string // folder with what was there; empty for nothing
	KeyMark string // of the key that the data were stored with; "" where the backup has none
	KeptLog bool   // the audit log that was there is still in place
	OldHead string // number:hash of the end of the log that was put aside
}

// Restore makes the data folder what the backup says. What is there already is
// refused, or with replace moved into a folder of its own; nothing is deleted. An
// audit log that goes on from the backup's stays: a restore takes no entry away.
// Nobody is signed in afterwards, and no token holds. The database comes last:
// without it, the folder is as good as empty, and the restore can be begun anew.
//
// Faults: those of [Verify]; Conflict when there is a database, or somebody holds
// it; Unavailable when the disk is full.
func (r Restoring) Restore(ctx context.Context) (done Restored, err error) {
	if done.Manifest, err = Verify(ctx, r.Dir); err != nil {
		return done, err
	}
	if err := os.MkdirAll(r.Data, 0o700); err != nil {
		return done, unwritable(r.Data, err)
	}
	if err := free(ctx, r.Data, r.Replace); err != nil {
		return done, err
	}
	log, err := r.journal(done.Manifest)
	if err != nil {
		return done, err
	}
	if r.Begin != nil {
		if err := r.Begin(); err != nil {
			return done, err
		}
	}
	half := filepath.Join(r.Data, restoreFolder)
	if err := errors.Join(os.RemoveAll(half), os.Mkdir(half, 0o700)); err != nil {
		return done, unwritable(r.Data, err)
	}
	// While files are being moved, the folder says that they are: see Interrupted.
	defer func() { err = errors.Join(err, os.RemoveAll(half)) }()
	if done.KeyMark, err = r.tables(ctx, half, done.Manifest); err != nil {
		return done, err
	}
	names, err := r.files(half, done.Manifest, log)
	if err != nil {
		return done, unwritable(r.Data, err)
	}
	away := slices.Clone(names)
	if log.headAside {
		away = append(away, filepath.Base(audit.HeadFile(auditFolder)))
	}
	if done.Aside, err = putAside(r.Data, away, r.Now); err != nil {
		return done, unwritable(r.Data, err)
	}
	for _, name := range append(names, databaseName) {
		if err := os.Rename(filepath.Join(half, name), filepath.Join(r.Data, name)); err != nil {
			return done, unwritable(r.Data, err)
		}
	}
	done.KeptLog, done.OldHead = log.keep, log.old
	return done, disk.SyncFolder(r.Data)
}

// tables makes the database, in which nobody is signed in: what was revoked since
// the backup must not hold again.
func (r Restoring) tables(ctx context.Context, half string, m Manifest) (mark string, err error) {
	cfg := datasets.Config{Path: filepath.Join(half, databaseName), Now: r.Now}
	if err := datasets.Restore(ctx, cfg, filepath.Join(r.Dir, tablesFolder), m.Schema, m.Tables); err != nil {
		return "", err
	}
	s, err := datasets.Open(ctx, cfg)
	if err != nil {
		return "", err
	}
	mark, _, err = s.KeyMark(ctx)
	return mark, errors.Join(err, s.ForgetSignIns(ctx), s.Close())
}

// files copies what lies beside the database, and names what of the data folder
// that is.
func (r Restoring) files(half string, m Manifest, log journal) (names []string, err error) {
	for _, f := range m.Files {
		rel, ok := strings.CutPrefix(f.Path, filesFolder+"/")
		first, _, _ := strings.Cut(rel, "/")
		if !ok || log.keep && first == auditFolder {
			continue
		}
		if err := f.restore(r.Dir, filepath.Join(half, filepath.FromSlash(rel))); err != nil {
			return nil, err
		}
		if !slices.Contains(names, first) {
			names = append(names, first)
		}
	}
	return names, nil
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

// Interrupted reports whether a restore into the data folder was cut off.
func Interrupted(data string) bool { return there(filepath.Join(data, restoreFolder)) }

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
