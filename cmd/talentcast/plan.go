package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/datasets"
	"talentcast/ingest"
)

// planFlags are what both plan commands share.
type planFlags struct {
	policy, dept, asOf, out, encoding, by, reason string
}

func (a *app) planCommand() *cobra.Command {
	var f planFlags
	c := &cobra.Command{Use: "plan", Short: "what departments plan year by year: write it out, read it in · 年度分解"}
	c.PersistentFlags().StringVar(&f.policy, "policy", defaultPolicy, "policy of the targets")
	out := &cobra.Command{
		Use:   "export",
		Short: "write the plans as a table to fill in; those not set are even progress",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.exportPlans(cmd.Context(), f) },
	}
	out.Flags().StringVar(&f.dept, "dept", "", "department that leads the targets; empty for all")
	out.Flags().StringVar(&f.asOf, "as-of", "", "the plans known on this date; empty for the newest")
	out.Flags().StringVarP(&f.out, "output", "o", "", "file to write, .csv or .xlsx")
	out.Flags().StringVar(&f.encoding, "encoding", "", "of CSV: utf-8 (with BOM) or gb18030")
	_ = out.MarkFlagRequired("output")
	in := &cobra.Command{
		Use:   "import FILE",
		Short: "keep the plans of a table as new revisions, all or none",
		Args:  cobra.ExactArgs(1),
		RunE:  func(cmd *cobra.Command, args []string) error { return a.importPlans(cmd.Context(), f, args[0]) },
	}
	in.Flags().StringVar(&f.by, "by", "", "who sets the plans")
	in.Flags().StringVar(&f.reason, "reason", "", "why, for rows that do not say it themselves")
	_ = in.MarkFlagRequired("by")
	c.AddCommand(out, in)
	return c
}

// planned reads what the plans are held against, and their revisions.
func (a *app) planned(ctx context.Context, s *datasets.Store, svc *outlook.Service, f planFlags) (o *outlook.Outlook, revisions []datasets.PlanRevision, day time.Time, err error) {
	if day, err = parseAsOf(f.asOf); err != nil {
		return nil, nil, day, err
	}
	if o, err = svc.Of(ctx, outlook.Query{Policy: f.policy, AsOf: day}); err != nil {
		return nil, nil, day, err
	}
	if day.IsZero() {
		day = a.now()
	}
	revisions, err = s.Plans(ctx, o.Policy.ID)
	return o, revisions, day, err
}

func (a *app) exportPlans(ctx context.Context, f planFlags) error {
	return a.withOutlooks(ctx, func(s *datasets.Store, svc *outlook.Service) error {
		o, revisions, day, err := a.planned(ctx, s, svc, f)
		if err != nil {
			return err
		}
		if _, ok := o.Policy.Department(f.dept); f.dept != "" && !ok {
			return fault.Newf(fault.NotFound, "没有部门 %[1]q；总览网页的筛选框中有全部部门。", "There is no department %[1]q; the overview's filter lists them.", f.dept)
		}
		targets := report.PlanTargets(o, f.dept)
		if len(targets) == 0 {
			return fault.New(fault.NotFound, "没有可做年度分解的目标（须有数值和期限）。", "There is no target with a number and a deadline to plan by year.")
		}
		object := map[string]string{"policy": o.Policy.ID, "table": "plans", "department": f.dept, "file": ingest.FileName(f.out)}
		return a.journal("export", object, func() error {
			return a.tableFile(ctx, report.Plans(o, targets, revisions, day, a.lang), f.out, f.encoding)
		})
	})
}

func (a *app) importPlans(ctx context.Context, f planFlags, file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return fault.Newf(fault.NotFound, "读不到文件 %[1]s；请检查路径与权限。", "The file %[1]s can't be read; check the path and its permissions.", file).Because(err)
	}
	return a.withOutlooks(ctx, func(s *datasets.Store, svc *outlook.Service) error {
		o, revisions, day, err := a.planned(ctx, s, svc, f)
		if err != nil {
			return err
		}
		read, err := ingest.Plans(ctx, file, data, o.Policy, f.by)
		if err != nil {
			return err
		}
		changed, same := o.ChangedPlans(read, revisions, day)
		for i := range changed {
			if changed[i].Reason == "" {
				changed[i].Reason = f.reason
			}
		}
		if len(changed) > 0 {
			object := map[string]string{"policy": o.Policy.ID, "by": f.by, "file": filepath.Base(file), "targets": strconv.Itoa(len(changed))}
			if err := a.journal("plan", object, func() error { return s.SavePlans(ctx, o.Policy.ID, changed) }); err != nil {
				return err
			}
		}
		fmt.Fprintf(a.out, a.text("已写入%d个目标的年度计划，%d个没有变化。\n", "The plans of %d targets are kept, %d are unchanged.\n"), len(changed), same)
		for _, x := range changed {
			if t, ok := o.Policy.Target(x.Target); ok {
				if _, warning := t.CheckPlan(x.Years); warning != nil {
					fmt.Fprintf(a.out, "%s: %s\n", t.ID, warning.Text(a.lang))
				}
			}
		}
		return nil
	})
}
