package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"talentcast/analytics/phrase"
	"talentcast/cmd/talentcast/internal/report"
)

func (a *app) healthCommand() *cobra.Command {
	var policy, asOf string
	c := &cobra.Command{
		Use:   "health",
		Short: "who has handed in what, how late, and who owes what · 数据质量",
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return a.health(cmd.Context(), policy, asOf) },
	}
	c.Flags().StringVar(&policy, "policy", defaultPolicy, "policy of the data")
	c.Flags().StringVar(&asOf, "as-of", "", "as of this date; empty for the newest data")
	return c
}

func (a *app) health(ctx context.Context, id, asOf string) (err error) {
	day, err := parseAsOf(asOf)
	if err != nil {
		return err
	}
	store, svc, err := a.outlooks(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	policy, err := store.Policy(ctx, id)
	if err != nil {
		return err
	}
	h, err := svc.Health(ctx, policy.ID, day)
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, a.text("%s，截至%s\n", "%s, as of %s\n"), policy.Name(a.lang), phrase.Date(h.AsOf.Time, a.lang))
	a.write(report.Deliveries(h, policy, a.lang))
	if s := report.LateSentence(h, a.lang); s != "" {
		fmt.Fprintln(a.out, s)
	}
	a.write(report.RefusedFor(h, policy, a.lang))
	a.write(report.OwedTargets(h, policy, a.lang))
	return nil
}
