package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"talentcast/analytics"
	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/cmd/talentcast/internal/backup"
	"talentcast/cmd/talentcast/internal/settings"
	"talentcast/datasets"
)

// version is set at build time by -ldflags "-X main.version=…".
var version = "dev"

// The exit statuses.
const (
	exitOK      = 0
	exitFailed  = 1 // something went wrong that the user can't put right by other arguments
	exitFault   = 2 // a user's fault: the message says what to do
	exitRefused = 3 // done, but some rows or series were set aside
)

// defaultPaths keep the Monte-Carlo error of every probability within a point.
const defaultPaths = 10_000

// errRefused ends a command that did its work but set something aside.
var errRefused = errors.New("some rows were refused")

// app is what the commands share: configuration and the outside world.
type app struct {
	in       io.Reader
	out, err io.Writer
	now      func() time.Time

	config  string                     // file of settings
	sources map[string]settings.Source // of flags that the environment or the file set
	dataDir string
	lang    string
	seed    uint64
	paths   int
	memory  int // MB for the database; 0 for the engine's own measure

	opened *datasets.Store // by the command; the head of the audit log is kept there too
}

// run executes one command line and returns the exit status; tests call it too.
func run(ctx context.Context, args []string, in io.Reader, out, errOut io.Writer, env []string) int {
	a := &app{in: in, out: out, err: errOut, now: time.Now, sources: map[string]settings.Source{}}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	strict(root)
	err := a.applyEnv(root, env)
	if err == nil {
		err = root.ExecuteContext(ctx)
	}
	if lang := language(args); lang != "" {
		a.lang = lang // what can't be read may stand before it
	}
	return a.fail(err)
}

// fail prints what went wrong, in the interface's language where it is a user's
// fault, and gives the exit status.
func (a *app) fail(err error) int {
	switch f := fault.As(err); {
	case err == nil:
		return exitOK
	case errors.Is(err, errRefused):
		return exitRefused
	case f != nil:
		fmt.Fprintln(a.err, f.Text(a.lang))
		if f.Err != nil {
			fmt.Fprintf(a.err, "  (%v)\n", f.Err)
		}
		return exitFault
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(a.err, a.text("已中断。", "Interrupted."))
		return exitFailed
	}
	fmt.Fprintf(a.err, "talentcast: %v\n", err)
	return exitFailed
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "talentcast",
		Short:         "人才目标监测预测平台 · will each target of a talent policy be met by its deadline?",
		SilenceUsage:  true,
		SilenceErrors: true,
		Version:       version,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if err := a.configured(cmd); err != nil {
				return err
			}
			if a.lang != "zh" && a.lang != "en" {
				lang := a.lang
				a.lang = "zh"
				return fault.Newf(fault.Invalid, "不支持语言 %[1]q；请用 zh 或 en。", "There is no language %[1]q; use zh or en.", lang)
			}
			if a.memory < 0 {
				return fault.New(fault.Invalid, "--memory 不能是负数；请给出数据库可用的 MB 数，0 为默认。", "--memory can't be negative; give the MB that the database may use, 0 for its own measure.")
			}
			return nil
		},
	}
	f := root.PersistentFlags()
	f.StringVar(&a.config, "config", "", "file of settings; flags and the environment win over it")
	f.StringVar(&a.dataDir, "data", "data", "folder of the database, the key and the demonstration files")
	f.StringVar(&a.lang, "lang", "zh", "language of messages and tables: zh or en")
	f.Uint64Var(&a.seed, "seed", 555, "seed of every random number")
	f.IntVar(&a.paths, "paths", defaultPaths, "sample paths behind every probability")
	f.IntVar(&a.memory, "memory", 0, "MB of memory the database may use; 0 for 512 when loading files, else 80 % of the machine's")
	root.AddCommand(a.serveCommand(), a.ingestCommand(), a.policyCommand(), a.forecastCommand(), a.simulateCommand(),
		a.backtestCommand(), a.exportCommand(), a.predictCommand(), a.samplesCommand(), a.demoCommand(), a.templateCommand(), a.undoCommand(), a.profileCommand(), a.healthCommand(), a.planCommand(), a.reportCommand(), a.userCommand(), a.auditCommand(), a.backupCommand(), a.restoreCommand(), a.configCommand(), a.doctorCommand(), a.pingCommand())
	return root
}

// applyEnv sets every flag that has an environment variable: --data-dir is
// TALENTCAST_DATA_DIR. A flag on the command line wins.
func (a *app) applyEnv(root *cobra.Command, env []string) error {
	values := map[string]string{}
	for _, kv := range env {
		if k, v, ok := strings.Cut(kv, "="); ok && strings.HasPrefix(k, "TALENTCAST_") {
			values[k] = v
		}
	}
	var errs []error
	set := func(f *pflag.Flag) {
		name := "TALENTCAST_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		if v := values[name]; v != "" { // an empty one is as good as none
			if err := f.Value.Set(v); err != nil {
				errs = append(errs, valueFault(name, v, f, err))
			}
			a.sources[f.Name] = settings.Environment
		}
	}
	root.PersistentFlags().VisitAll(set)
	for _, c := range root.Commands() {
		switch c.Name() {
		case "serve":
			c.Flags().VisitAll(set)
		case "ingest":
			c.Flags().VisitAll(func(f *pflag.Flag) {
				if intakeFlag(f.Name) {
					set(f)
				}
			})
		}
	}
	return errors.Join(errs...)
}

func (a *app) text(zh, en string) string {
	if a.lang == "en" {
		return en
	}
	return zh
}

// open opens the store in the data folder, making both where they are missing.
func (a *app) open(ctx context.Context) (*datasets.Store, error) {
	if err := datasets.CheckFolder(a.dataDir); err != nil {
		return nil, err
	}
	if !there(a.database()) && backup.Interrupted(a.dataDir) {
		return nil, halfRestored()
	}
	if err := os.MkdirAll(a.dataDir, 0o700); err != nil {
		return nil, fault.Newf(fault.Unavailable,
			"无法建立数据目录 %[1]s；请检查路径与权限，或用 --data 指定其他目录。",
			"The data folder %[1]s can't be made; check the path and its permissions, or name another with --data.", a.dataDir).Because(err)
	}
	store, err := datasets.Open(ctx, datasets.Config{Path: a.database(), Now: a.now, MemoryMB: a.memory})
	if err == nil {
		a.opened = store
	}
	return store, err
}

func (a *app) database() string { return filepath.Join(a.dataDir, "talentcast.duckdb") }

func halfRestored() *fault.Error {
	return fault.New(fault.Unavailable,
		"上一次恢复没有完成，数据目录还不完整；请重新运行 talentcast restore，原有文件在 replaced- 目录中。",
		"The last restore was cut off and the data folder is not whole; run talentcast restore again. What was there before is in a folder replaced-….")
}

// outlooks opens the store with the outlooks on it; close closes the store.
func (a *app) outlooks(ctx context.Context) (store *datasets.Store, svc *outlook.Service, err error) {
	if store, err = a.open(ctx); err != nil {
		return nil, nil, err
	}
	svc, err = outlook.New(store, outlook.Config{Seed: a.seed, Paths: a.paths, Now: a.now})
	if err != nil {
		return nil, nil, errors.Join(err, store.Close())
	}
	return store, svc, nil
}

// parseAsOf reads --as-of; empty stands for the latest data.
func parseAsOf(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := analytics.ParseDate(s)
	if err != nil {
		return time.Time{}, fault.Newf(fault.Invalid,
			"截至日期 %[1]q 无法识别；请写成 2015-06-30 的形式。",
			"The as-of date %[1]q can't be read; write it as 2015-06-30.", s)
	}
	return t, nil
}
