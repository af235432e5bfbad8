package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/charts/render"
	"talentcast/cmd/talentcast/internal/report/compose"
	"talentcast/cmd/talentcast/internal/report/document"
	"talentcast/cmd/talentcast/internal/report/format"
)

// reporting is what `report` is asked.
type reporting struct {
	view
	department, out, organ, since, charts string
	kept                                  []string
}

func (a *app) reportCommand() *cobra.Command {
	var r reporting
	c := &cobra.Command{
		Use:   "report KIND",
		Short: "write a report: brief 简报, evaluation 监测评估报告, supervision 督办单, selection 情景比选报告",
		Long: "Write a report as " + strings.Join(format.Names(), ", ") + "; the ending of the file says which.\n" +
			"A notice (supervision) without --department is written for every department that leads a target: -o FOLDER/notice.docx.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.report(cmd.Context(), r, args[0]) },
	}
	r.flags(c)
	c.Flags().StringVarP(&r.out, "output", "o", "", "file to write; its ending says the format")
	c.Flags().StringVar(&r.department, "department", "", "whom a notice goes to")
	c.Flags().StringArrayVar(&r.kept, "kept", nil, "name of a saved scenario to compare; may be given up to four times")
	c.Flags().StringVar(&r.organ, "organ", "", "who issues the report")
	c.Flags().StringVar(&r.since, "since", "", "day that changes are told from; the end of the month before without it")
	c.Flags().StringVar(&r.charts, "charts", "picture", "charts in Word and PowerPoint: picture, or edit for those that these programs draw and edit")
	_ = c.MarkFlagRequired("output")
	c.AddCommand(a.reportTemplateCommand())
	return c
}

func (a *app) report(ctx context.Context, r reporting, name string) (err error) {
	kind, err := compose.KindOf(name)
	if err != nil {
		return err
	}
	if _, err := format.Of(ending(r.out)); err != nil {
		return err
	}
	if r.charts != "picture" && r.charts != "edit" {
		return fault.Newf(fault.Invalid, "--charts 的值“%[1]s”不可用；请用 picture 或 edit。", "--charts can't be %[1]q; use picture or edit.", r.charts)
	}
	since, err := parseAsOf(r.since)
	if err != nil {
		return err
	}
	q, err := r.query()
	if err != nil {
		return err
	}
	store, svc, err := a.outlooks(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	in, err := compose.Gather(ctx, svc, store, kind, compose.Wanted{Query: q, Since: since, Names: r.kept, Grace: outlook.DefaultGrace})
	if err != nil {
		return err
	}
	in.Lang, in.Version, in.Organ, in.Department = a.lang, version, r.organ, r.department
	if in.Templates, err = a.wording(ctx, store, q.Policy); err != nil {
		return err
	}
	renderer, err := render.New(render.Options{Limit: 30 * time.Second})
	if err != nil {
		return err
	}
	defer renderer.Close()
	draw := format.Pen{Renderer: renderer}
	if kind == compose.Supervision && r.department == "" {
		return a.notices(ctx, in, draw, r)
	}
	return a.reportFile(ctx, kind, in, draw, r, r.out)
}

// notices writes one notice for every department that leads a target.
func (a *app) notices(ctx context.Context, in compose.Input, draw document.Drawer, r reporting) error {
	end := ending(r.out)
	stem := strings.TrimSuffix(r.out, filepath.Ext(r.out))
	for _, d := range compose.Departments(in.Outlook) {
		in.Department = d.ID
		if err := a.reportFile(ctx, compose.Supervision, in, draw, r, stem+" "+d.Name(a.lang)+"."+end); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) reportFile(ctx context.Context, kind compose.Kind, in compose.Input, draw document.Drawer, r reporting, out string) error {
	f, err := format.Of(ending(out))
	if err != nil {
		return err
	}
	d, err := compose.Compose(kind, in)
	if err != nil {
		return err
	}
	d.Editable = r.charts == "edit"
	object := map[string]string{"policy": in.Outlook.Policy.ID, "kind": string(kind), "file": filepath.Base(out)}
	return a.journal("report", object, func() error {
		return a.writeFile(out, func(w io.Writer) error {
			if err := f.Write(ctx, w, d, draw); err != nil {
				return fmt.Errorf("report as %s: %w", f.Name, err)
			}
			return nil
		})
	})
}

func ending(file string) string { return strings.TrimPrefix(strings.ToLower(filepath.Ext(file)), ".") }
