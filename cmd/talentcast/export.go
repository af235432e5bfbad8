package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/charts"
	"talentcast/charts/render"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/cmd/talentcast/internal/report/compose"
	"talentcast/cmd/talentcast/internal/report/picture"
	"talentcast/datasets"
)

func (a *app) exportCommand() *cobra.Command {
	c := &cobra.Command{Use: "export", Short: "write a chart (svg, png, pdf, xlsx, json) or a table (csv, xlsx, json, parquet) · 导出"}
	c.AddCommand(a.exportChart(), a.exportTable())
	return c
}

// export is what both exports share: which outlook, which target, where to.
type export struct {
	view
	target, out, encoding string
	theme, ground         string
	picture               picture.Settings
}

func (e *export) flags(c *cobra.Command) {
	e.view.flags(c)
	c.Flags().StringVar(&e.target, "target", "", "target; empty for the whole policy")
	c.Flags().StringVarP(&e.out, "output", "o", "", "file to write; its ending says the format")
	_ = c.MarkFlagRequired("output")
}

func (a *app) exportChart() *cobra.Command {
	var e export
	c := &cobra.Command{
		Use:   "chart NAME",
		Short: "write a chart (svg, png, pdf, xlsx, json): fan, periodic, pace, backtest … of a target; status, progress of a policy",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.writeChart(cmd.Context(), e, args[0])
		},
	}
	e.flags(c)
	c.Flags().Float64Var(&e.picture.Scale, "scale", 2, "PNG pixels per CSS pixel: 1, 2 or 3")
	c.Flags().IntVar(&e.picture.W, "width", 0, "width in CSS pixels; 0 as on the page")
	c.Flags().IntVar(&e.picture.H, "height", 0, "height in CSS pixels; 0 as on the page")
	c.Flags().StringVar(&e.theme, "theme", "light", "light, dark or print")
	c.Flags().StringVar(&e.ground, "background", "", "white or transparent; usual for the format without it")
	return c
}

func (a *app) exportTable() *cobra.Command {
	var e export
	c := &cobra.Command{
		Use:   "table NAME",
		Short: "write a table (csv, xlsx, json, parquet): overview of a policy; figures, rows … of a target",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.writeTable(cmd.Context(), e, args[0])
		},
	}
	e.flags(c)
	c.Flags().StringVar(&e.encoding, "encoding", "", "of CSV: utf-8 (with BOM) or gb18030")
	return c
}

// look computes the outlook asked for, and the baseline beside it where a lever
// is moved, and hands both to f with the open store.
func (a *app) look(ctx context.Context, v view, f func(s *datasets.Store, base, with *outlook.Outlook) error) (err error) {
	q, err := v.query()
	if err != nil {
		return err
	}
	store, svc, err := a.outlooks(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	base, err := svc.Of(ctx, outlook.Query{Policy: q.Policy, AsOf: q.AsOf})
	if err != nil {
		return err
	}
	var with *outlook.Outlook
	if !q.Scenario.Baseline() {
		if with, err = svc.Of(ctx, q); err != nil {
			return err
		}
	}
	return f(store, base, with)
}

func (a *app) writeChart(ctx context.Context, e export, name string) error {
	return a.look(ctx, e.view, func(_ *datasets.Store, base, with *outlook.Outlook) error {
		var c charts.Chart
		var err error
		if e.target == "" {
			c, err = report.PolicyChart(base, name, a.lang)
		} else {
			if _, err := findTarget(base, e.target); err != nil {
				return err
			}
			c, err = report.Chart(base, e.target, name, a.lang, with)
		}
		if err != nil {
			return err
		}
		o := base
		if with != nil {
			o = with
		}
		item := picture.Item{Chart: c, Editable: report.Editable(o, e.target, name, a.lang), Stamp: compose.Stamp(o, a.lang, version), Lang: a.lang}
		body, err := a.picture(ctx, item, e)
		if err != nil {
			return err
		}
		return a.journal("export", e.object(base), func() error {
			return a.writeFile(e.out, func(w io.Writer) error {
				_, err := w.Write(body)
				return err
			})
		})
	})
}

// object is what the audit log says of the file.
func (e export) object(o *outlook.Outlook) map[string]string {
	return map[string]string{"policy": o.Policy.ID, "target": e.target, "file": filepath.Base(e.out)}
}

func (a *app) picture(ctx context.Context, item picture.Item, e export) (body []byte, err error) {
	format := ending(e.out)
	if !slices.Contains(picture.Endings(), format) {
		return nil, unknownFormat(e.out, "."+strings.Join(picture.Endings(), " ."))
	}
	e.picture.Ground = picture.Ground(e.ground)
	if e.picture.Theme, err = charts.ThemeOf(e.theme); err != nil {
		return nil, err
	}
	r, err := render.New(render.Options{})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return picture.Write(ctx, r, item, format, e.picture)
}

func (a *app) writeTable(ctx context.Context, e export, name string) error {
	return a.look(ctx, e.view, func(s *datasets.Store, base, with *outlook.Outlook) error {
		action := "export"
		if name == "rows" {
			action = "export_rows"
		}
		return a.journal(action, e.object(base), func() error {
			t, err := a.table(ctx, s, base, with, e.target, name)
			if err != nil {
				return err
			}
			return a.tableFile(ctx, t, e.out, e.encoding)
		})
	})
}

// tableFile writes a table in the format that the file's name says.
func (a *app) tableFile(ctx context.Context, t report.Table, out, encoding string) error {
	format := ending(out)
	if !slices.Contains(report.TableEndings(), format) {
		return unknownFormat(out, "."+strings.Join(report.TableEndings(), " ."))
	}
	return a.writeFile(out, func(w io.Writer) error { return t.Write(ctx, w, format, encoding) })
}

func (a *app) table(ctx context.Context, s *datasets.Store, base, with *outlook.Outlook, id, name string) (report.Table, error) {
	switch {
	case id == "" && with != nil && name == "comparison":
		return report.Comparison(base, with, a.lang), nil
	case id == "":
		if with != nil {
			base = with
		}
		return report.PolicyTable(base, name, a.lang)
	}
	t, err := findTarget(base, id)
	if err != nil {
		return report.Table{}, err
	}
	if name == "rows" {
		rows, _, err := s.Rows(ctx, base.Policy.ID, t.Canonical, base.AsOf.Time, 1_000_000, 0)
		if err != nil {
			return report.Table{}, err
		}
		return report.Records(rows, a.lang).Of(base), nil
	}
	if with != nil {
		base = with
	}
	return report.TargetTable(base, id, name, a.lang)
}

func unknownFormat(file, formats string) error {
	return fault.Newf(fault.Invalid,
		"无法从文件名 %[1]s 得知格式；请以 %[2]s 之一结尾。",
		"The name %[1]s does not say the format; end it in one of %[2]s.", filepath.Base(file), formats)
}

// writeFile writes to a temporary file beside path and renames it, so that a
// failed export never leaves half a file under the name asked for.
func (a *app) writeFile(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".talentcast-*")
	if err != nil {
		return fault.Newf(fault.Unavailable,
			"无法在 %[1]s 写文件；请检查目录是否存在、是否有权限。",
			"Can't write a file in %[1]s; check that the folder exists and may be written.", filepath.Dir(path)).Because(err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	if err := errors.Join(write(f), f.Close()); err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	if err := os.Chmod(f.Name(), 0o644); err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("write %s: %w", filepath.Base(path), err)
	}
	fmt.Fprintln(a.out, path)
	return nil
}
