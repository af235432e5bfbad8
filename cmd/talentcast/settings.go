package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/settings"
)

// configured sets the flags of a command that neither the command line nor the
// environment sets, from the configuration file.
func (a *app) configured(cmd *cobra.Command) error {
	if a.config == "" {
		return nil
	}
	in, err := os.Open(a.config)
	if err != nil {
		return noConfig(a.config, err)
	}
	defer in.Close()
	values, err := settings.Read(in)
	switch {
	case fault.As(err) != nil:
		return err
	case err != nil: // a folder, or a disk that gives nothing
		return noConfig(a.config, err)
	}
	known := serveFlags(cmd.Root())
	for _, name := range slices.Sorted(maps.Keys(values)) {
		v := values[name]
		if known.Lookup(name) == nil || name == "config" {
			return fault.Newf(fault.Invalid, "配置文件 %[1]s 中没有名为 %[2]q 的配置项；全部名称见 talentcast config example。", "The configuration %[1]s has %[2]q, which is no setting; talentcast config example has them all.", filepath.Base(a.config), name)
		}
		f := takes(cmd, name)
		if f == nil || a.sources[name] != "" && a.sources[name] != settings.Default || f.Changed {
			continue
		}
		if err := setFlag(f, v); err != nil {
			return valueFault(filepath.Base(a.config)+": "+name, strings.Join(v, ", "), f, err)
		}
		a.sources[name] = settings.File
	}
	return nil
}

func noConfig(path string, err error) error {
	return fault.Newf(fault.Invalid, "无法读取配置文件 %[1]s；请检查路径和权限。", "The configuration %[1]s can't be read; check the path and its permissions.", path).Because(err)
}

// takes is the command's flag that a setting is meant for: a flag of the same name
// that means something else to another command is not.
func takes(cmd *cobra.Command, name string) *pflag.Flag {
	if f := cmd.Root().PersistentFlags().Lookup(name); f != nil {
		return f
	}
	switch {
	case cmd.Name() == "serve" && cmd.Parent() == cmd.Root(), cmd.Name() == "ingest" && intakeFlag(name):
		return cmd.Flags().Lookup(name)
	}
	return nil
}

func setFlag(f *pflag.Flag, values []string) error {
	if list, ok := f.Value.(pflag.SliceValue); ok {
		return list.Replace(values)
	}
	if len(values) != 1 {
		return fmt.Errorf("%d values, want one", len(values))
	}
	return f.Value.Set(values[0])
}

// serveFlags are all settings: those of every command, and of the service.
func serveFlags(root *cobra.Command) *pflag.FlagSet {
	all := pflag.NewFlagSet("settings", pflag.ContinueOnError)
	all.AddFlagSet(root.PersistentFlags())
	for _, c := range root.Commands() {
		if c.Name() == "serve" {
			all.AddFlagSet(c.Flags())
		}
	}
	return all
}

func (a *app) configCommand() *cobra.Command {
	c := &cobra.Command{Use: "config", Short: "the service's settings: show them and where they come from · 配置"}
	var asJSON bool
	show := &cobra.Command{
		Use: "show [-- FLAGS OF serve]", Short: "every setting with its value and where it comes from; secrets are masked",
		Long: "Every setting of the service with its value and where it comes from: a flag (given after --), the environment, the file of --config, or the default.",
		RunE: func(cmd *cobra.Command, args []string) error { return a.showConfig(cmd, args, asJSON) },
	}
	show.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	example := &cobra.Command{
		Use: "example", Short: "a configuration file with every setting, its default and what it is", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return exampleConfig(a.out, cmd.Root()) },
	}
	c.AddCommand(show, example)
	return c
}

type shownSetting struct {
	Name   string          `json:"name"`
	Value  string          `json:"value"`
	Source settings.Source `json:"source"`
}

func (a *app) showConfig(cmd *cobra.Command, args []string, asJSON bool) error {
	serve, _, err := cmd.Root().Find([]string{"serve"})
	if err != nil {
		return err
	}
	if err := serve.ParseFlags(args); err != nil {
		return flagFault(serve, err)
	}
	if err := fitting(cobra.NoArgs)(cmd, serve.Flags().Args()); err != nil {
		return err
	}
	if err := a.configured(serve); err != nil {
		return err
	}
	all := a.settings(serve)
	if asJSON {
		return printSettings(a.out, all)
	}
	names := map[settings.Source]string{
		settings.Flag: a.text("命令行", "flag"), settings.Environment: a.text("环境变量", "environment"),
		settings.File: a.text("配置文件", "file"), settings.Default: a.text("默认", "default"),
	}
	w := tabwriter.NewWriter(a.out, 0, 4, 2, ' ', 0)
	for _, s := range all {
		fmt.Fprintf(w, "%s\t%s\t%s\n", s.Name, s.Value, names[s.Source])
	}
	return w.Flush()
}

// settings are those of the service as they may be shown, each with where it comes
// from.
func (a *app) settings(serve *cobra.Command) (all []shownSetting) {
	serveFlags(serve.Root()).VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" {
			return
		}
		from := a.sources[f.Name]
		switch {
		case f.Changed || serve.Flags().Changed(f.Name):
			from = settings.Flag
		case from == "":
			from = settings.Default
		}
		all = append(all, shownSetting{f.Name, settings.Shown(f.Name, f.Value.String()), from})
	})
	return all
}

func printSettings(w io.Writer, all []shownSetting) error {
	e := json.NewEncoder(w)
	e.SetIndent("", " ")
	return e.Encode(all)
}

// settingsHash is the SHA-256 of what `config show --json` prints, so that whoever
// has the settings can tell whether a start was with them.
func settingsHash(all []shownSetting) (string, error) {
	h := sha256.New()
	if err := printSettings(h, all); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// exampleConfig writes a file that changes nothing until its lines are made to
// count.
func exampleConfig(w io.Writer, root *cobra.Command) error {
	var b strings.Builder
	b.WriteString("# Settings of talentcast serve: talentcast serve --config FILE, or TALENTCAST_CONFIG.\n# A flag wins over TALENTCAST_NAME in the environment, and that over this file.\n")
	serveFlags(root).VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" || f.Name == "config" {
			return
		}
		fmt.Fprintf(&b, "\n# %s\n# %s: %s\n", f.Usage, f.Name, yamlDefault(f))
	})
	_, err := io.WriteString(w, b.String())
	return err
}

func yamlDefault(f *pflag.Flag) string {
	if _, list := f.Value.(pflag.SliceValue); list {
		return "[]"
	}
	if slices.Contains([]string{"string", "duration"}, f.Value.Type()) {
		return fmt.Sprintf("%q", f.DefValue)
	}
	return f.DefValue
}

// logging is how the service says what happens.
type logging struct{ format, level string }

func (l *logging) flags(f *pflag.FlagSet) {
	f.StringVar(&l.format, "log-format", "text", "of the log on standard error: text or json")
	f.StringVar(&l.level, "log-level", "warn", "from which level on is logged: debug, info (every request), warn or error")
}

// logger makes the one log of the service.
func (a *app) logger(l logging) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(l.level)); err != nil {
		return nil, fault.Newf(fault.Invalid, "日志级别 %[1]q 不可用；请用 debug、info、warn 或 error。", "There is no log level %[1]q; use debug, info, warn or error.", l.level)
	}
	o := &slog.HandlerOptions{Level: level}
	switch l.format {
	case "text":
		return slog.New(slog.NewTextHandler(a.err, o)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(a.err, o)), nil
	}
	return nil, fault.Newf(fault.Invalid, "日志格式 %[1]q 不可用；请用 text 或 json。", "There is no log format %[1]q; use text or json.", l.format)
}
