package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/ingest"
)

func (a *app) healthCommand() *cobra.Command {
	var q outlook.HealthQuery
	var asOf, out, name, encoding string
	c := &cobra.Command{
		Use:   "health",
		Short: "who has handed in what, how late, and who owes what · 数据健康",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if q.AsOf, err = parseAsOf(asOf); err != nil {
				return err
			}
			return a.health(cmd.Context(), q, name, out, encoding)
		},
	}
	f := c.Flags()
	f.StringVar(&q.Policy, "policy", defaultPolicy, "policy of the data")
	f.StringVar(&asOf, "as-of", "", "as of this date; empty for today, or the last day of demonstration data")
	f.IntVar(&q.Grace, "grace", outlook.DefaultGrace, "days after its due date in which a delivery is not overdue yet")
	f.StringVar(&name, "table", "", "one table only: "+strings.Join(report.HealthTableNames(), ", "))
	f.StringVarP(&out, "output", "o", "", "write the table (deliveries, if none is named) to a .csv or .xlsx file")
	f.StringVar(&encoding, "encoding", "", "of CSV: utf-8 (with BOM) or gb18030")
	return c
}

func (a *app) health(ctx context.Context, q outlook.HealthQuery, name, out, encoding string) (err error) {
	store, svc, err := a.outlooks(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	policy, err := store.Policy(ctx, q.Policy)
	if err != nil {
		return err
	}
	h, err := svc.Health(ctx, q)
	if err != nil {
		return err
	}
	if out != "" {
		t, err := report.HealthTable(h, policy, cmp.Or(name, "deliveries"), a.lang)
		if err != nil {
			return err
		}
		object := map[string]string{"policy": policy.ID, "table": t.Name, "file": ingest.FileName(out)}
		return a.journal("export", object, func() error { return a.tableFile(ctx, t, out, encoding) })
	}
	names := []string{"overdue", "missing", "deliveries", "refused"}
	if name != "" {
		names = []string{name}
	}
	fmt.Fprintf(a.out, a.text("%s，截至%s\n", "%s, as of %s\n"), policy.Name(a.lang), phrase.Date(h.AsOf.Time, a.lang))
	if s := report.LateSentence(h, policy, a.lang); s != "" && name == "" {
		fmt.Fprintln(a.out, s)
	}
	for _, n := range names {
		t, err := report.HealthTable(h, policy, n, a.lang)
		if err != nil {
			return err
		}
		if len(t.Rows) > 0 || name != "" {
			a.write(t)
		}
	}
	if len(h.Deliveries) == 0 {
		fmt.Fprintln(a.out, a.text("还没有数据。", "There are no data yet."))
	}
	return nil
}
