package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/audit"
	"talentcast/cmd/talentcast/internal/backup"
	"talentcast/cmd/talentcast/internal/control"
	"talentcast/datasets"
)

func (a *app) backupCommand() *cobra.Command {
	var dir string
	var keep int
	var withoutKey bool
	c := &cobra.Command{
		Use: "backup -o FOLDER", Short: "write everything into a new folder, also beside a running service · 备份",
		Long: "Write every table as Parquet, the audit log, the written reports and the key into a new folder of FOLDER, with checksums.\n" +
			"A running service writes the backup itself, on the same machine and under its own user.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.backup(cmd.Context(), dir, keep, !withoutKey)
		},
	}
	c.Flags().StringVarP(&dir, "output", "o", "", "folder in which the backup gets a folder of its own")
	c.Flags().IntVar(&keep, "keep", 0, "remove all but so many of the newest backups there; 0 keeps all")
	c.Flags().BoolVar(&withoutKey, "without-key", false, "leave the key out: it must then be kept elsewhere")
	_ = c.MarkFlagRequired("output")
	c.AddCommand(&cobra.Command{
		Use: "verify FOLDER", Short: "read a backup through and compare it with its checksums", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			m, err := backup.Verify(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			fmt.Fprintf(a.out, a.text("备份完整：%s，%d张表共%d行，%d个文件共%s，结构版本%d，程序版本%s。\n", "The backup is whole: %s, %d tables with %d rows, %d files of %s, schema %d, program %s.\n"),
				m.Made.Local().Format(time.DateTime), len(m.Tables), m.Rows(), len(m.Files), size(m.Bytes()), m.Schema, m.Version)
			return nil
		},
	})
	return c
}

func (a *app) backup(ctx context.Context, dir string, keep int, key bool) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	w, running, err := control.Ask(ctx, a.dataDir, control.Backup{Dir: dir, Key: key})
	if !running && err == nil {
		w, err = a.backupHere(ctx, dir, key)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, a.text("%s\n已备份%d行，%s。\n", "%s\n%d rows, %s.\n"), w.Path, w.Rows, size(w.Bytes))
	removed, err := backup.Prune(dir, keep, a.now(), func(name string, do func() error) error {
		return a.recorded(ctx, backupRemoved, removal(dir, name, keep), do)
	})
	for _, name := range removed {
		fmt.Fprintf(a.out, a.text("已清理 %s\n", "removed %s\n"), name)
	}
	return err
}

// removal is what the audit log says of a backup that makes room for newer ones.
func removal(dir, name string, keep int) map[string]string {
	return map[string]string{"dir": dir, "backup": name, "keep": strconv.Itoa(keep)}
}

// backupHere writes a backup where no service runs.
func (a *app) backupHere(ctx context.Context, dir string, key bool) (w control.Written, err error) {
	if _, err := os.Stat(a.database()); err != nil {
		return w, fault.Newf(fault.NotFound, "数据目录 %[1]s 中没有数据库；请用 --data 指定。", "There is no database in %[1]s; name the folder with --data.", a.dataDir).Because(err)
	}
	store, err := a.open(ctx)
	if err != nil {
		return w, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	object := map[string]string{"dir": dir, "key": strconv.FormatBool(key)}
	err = a.journal("backup", object, func() (err error) {
		w, err = a.writeBackup(ctx, store, dir, key)
		return err
	})
	return w, err
}

func (a *app) writeBackup(ctx context.Context, store *datasets.Store, dir string, key bool) (control.Written, error) {
	if err := outside(dir, a.dataDir); err != nil {
		return control.Written{}, err
	}
	src := backup.Source{Store: store, Data: a.dataDir, Version: version, Now: a.now, Key: key}
	path, m, err := src.Write(ctx, dir)
	return control.Written{Path: path, Rows: m.Rows(), Bytes: m.Bytes()}, err
}

// outside refuses a folder of backups that a restore would move away, or that
// would be lost with the data.
func outside(dir, data string) error {
	abs, err := filepath.Abs(data)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	for _, name := range []string{"audit", "reports", "backup.part", "restore.part", "incoming"} {
		if rel, err := filepath.Rel(filepath.Join(abs, name), dir); err == nil && filepath.IsLocal(rel) {
			return fault.Newf(fault.Invalid, "备份不能放在 %[1]s 之内；请另选目录，最好在另一块磁盘上。", "Backups can't be in %[1]s; choose another folder, best on another disk.", filepath.Join(abs, name))
		}
	}
	return nil
}

func there(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// size is a number of bytes as people read it.
func size(n int64) string {
	const k = 1 << 10
	switch {
	case n >= k*k*k:
		return fmt.Sprintf("%.1f GB", float64(n)/(k*k*k))
	case n >= k*k:
		return fmt.Sprintf("%.1f MB", float64(n)/(k*k))
	}
	return fmt.Sprintf("%.1f KB", float64(n)/k)
}

// keeping is when a service writes backups of itself.
type keeping struct {
	dir, cron  string
	keep       int
	withoutKey bool
}

func (k *keeping) flags(f *pflag.FlagSet) {
	f.StringVar(&k.dir, "backup-dir", "", "folder for backups by the clock, best on another disk; none without it")
	f.StringVar(&k.cron, "backup-at", "0 3 * * *", "when backups are written, as a cron expression of five fields")
	f.IntVar(&k.keep, "backup-keep", 14, "how many backups stay; 0 keeps all")
	f.BoolVar(&k.withoutKey, "backup-without-key", false, "leave the key out of them")
}

// operator is a running service as commands and the clock ask it for backups.
type operator struct {
	a       *app
	store   *datasets.Store
	journal *audit.Log
	told    func(at time.Time, err error) // of each backup by the clock; nil for nobody
}

// Backup writes a backup for a command.
func (o operator) Backup(ctx context.Context, b control.Backup) (control.Written, error) {
	if !filepath.IsAbs(b.Dir) {
		return control.Written{}, fault.New(fault.Invalid, "备份目录须为绝对路径。", "The folder of a backup must be absolute.")
	}
	return o.write(ctx, "cli:"+systemUser(), b.Dir, b.Key)
}

// Head is where the audit log stands.
func (o operator) Head(context.Context) (control.Head, error) {
	n, hash := o.journal.Head()
	return control.Head{N: n, Hash: hash}, nil
}

// Enter writes down what a command did with files of its own.
func (o operator) Enter(_ context.Context, e control.Entry) error {
	if !slices.Contains([]string{auditExported, backupRemoved}, e.Action) {
		return fault.Newf(fault.Invalid, "不能由命令记录 %[1]q。", "A command can't have %[1]q written down.", e.Action)
	}
	return o.journal.Write(audit.Entry{Who: "cli:" + systemUser(), Via: "cli", Action: e.Action, Object: e.Object, Result: e.Result})
}

func (o operator) write(ctx context.Context, who, dir string, key bool) (w control.Written, err error) {
	object := map[string]string{"dir": dir, "key": strconv.FormatBool(key)}
	end, err := begun(o.journal, audit.Entry{Who: who, Via: "service", Action: "backup", Object: object})
	if err != nil {
		return w, err
	}
	w, err = o.a.writeBackup(ctx, o.store, dir, key)
	if err == nil {
		object["backup"] = filepath.Base(w.Path)
	}
	return w, errors.Join(err, end(err))
}

// clock is when the service writes backups of itself, and how.
func (o operator) clock(k keeping, log *slog.Logger) backup.Clock {
	told := func(err error) {
		if o.told != nil {
			o.told(o.a.now(), err)
		}
	}
	return backup.Clock{
		Told: told,
		Cron: k.cron, Dir: k.dir, Keep: k.keep, Now: o.a.now, After: time.After, Log: log,
		Do: func(ctx context.Context, dir string) (string, error) {
			w, err := o.write(ctx, audit.Nobody, dir, !k.withoutKey)
			return w.Path, err
		},
		Remove: func(name string, do func() error) error {
			end, err := begun(o.journal, audit.Entry{Who: audit.Nobody, Via: "service", Action: backupRemoved, Object: removal(k.dir, name, k.keep)})
			if err != nil {
				return err
			}
			done := do()
			return errors.Join(done, end(done))
		},
	}
}

// operated lets commands reach the service, and starts the clock of backups; stop
// ends both.
func (a *app) operated(ctx context.Context, o operator, k keeping, log *slog.Logger) (stop func(), err error) {
	clock := o.clock(k, log)
	if err := clock.Check(); err != nil {
		return nil, err
	}
	closed, err := control.Listen(a.dataDir, o)
	if err != nil {
		fmt.Fprintln(a.err, a.text("注意：服务运行时无法用命令备份：", "Mind: no backup by command while the service runs:"), err)
		closed = func() error { return nil }
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(<-chan struct{})
	if k.dir != "" {
		done = beside(func() { clock.Run(ctx) })
	} else {
		done = beside(func() {})
	}
	return func() {
		cancel()
		<-done
		if err := closed(); err != nil {
			fmt.Fprintln(a.err, err)
		}
	}, nil
}
