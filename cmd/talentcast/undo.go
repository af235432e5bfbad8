package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/datasets"
)

func (a *app) undoCommand() *cobra.Command {
	var user, from string
	var everywhere bool
	c := &cobra.Command{
		Use:   "undo BATCH",
		Short: "take a loaded file back; nothing is deleted · 撤销一批数据",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id, err := strconv.ParseInt(args[0], 10, 64)
			if err != nil {
				return fault.Newf(fault.Invalid, "批次号 %[1]q 不是数字；载入文件时的回执和数据页上有批次号。",
					"The batch %[1]q is no number; the receipt of the file and the data page show it.", args[0])
			}
			day, err := parseAsOf(from)
			if err != nil {
				return err
			}
			return a.withOutlooks(cmd.Context(), func(s *datasets.Store, svc *outlook.Service) error {
				return a.undo(cmd.Context(), s, svc, datasets.Undoing{Batch: id, From: day, Everywhere: everywhere, By: user})
			})
		},
	}
	c.Flags().StringVar(&user, "user", "", "who takes it back")
	c.Flags().StringVar(&from, "from", "", "first day without the batch; empty for the latest day that data stand for")
	c.Flags().BoolVar(&everywhere, "everywhere", false, "take it out of what earlier days show too")
	return c
}

// undo takes a batch back and says what that changed.
func (a *app) undo(ctx context.Context, s *datasets.Store, svc *outlook.Service, u datasets.Undoing) error {
	before, err := actuals(ctx, s, svc)
	if err != nil {
		return err
	}
	var done datasets.Undone
	object := map[string]string{"batch": strconv.FormatInt(u.Batch, 10)}
	err = a.journal("undo", object, func() error {
		if done, err = s.Undo(ctx, u); err == nil {
			object["policy"], object["file"] = done.Policy, done.Batch.File
		}
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, a.text(
		"已撤销批次%d（%s）：%d行不再计入，%d行恢复到更正以前。\n",
		"Batch %d (%s) is undone: %d rows no longer count, %d rows hold again as before it.\n"),
		done.Batch.ID, done.Batch.File, done.Rows, done.Holds)
	if done.From.IsZero() {
		fmt.Fprintln(a.out, a.text("任何截至日期都不再包括它。", "No as-of date has it any more."))
	} else {
		fmt.Fprintf(a.out, a.text("从%s起不再包括它，更早的截至日期仍照原样。\n", "From %s on it is gone; earlier as-of dates stay as they were.\n"), phrase.Date(done.From, a.lang))
	}
	if len(done.Repeat) > 0 {
		fmt.Fprintf(a.out, a.text(
			"以下文件在它之后载入，其中重复的行当时没有再存；请重新载入：%s。\n",
			"These files were loaded after it, and rows that they repeated were not stored again; load them anew: %s.\n"),
			strings.Join(done.Repeat, a.text("、", ", ")))
	}
	policy, err := s.Policy(ctx, done.Policy)
	if err != nil {
		return err
	}
	effects, err := svc.Effects(ctx, policy, before[policy.ID])
	if err != nil {
		return err
	}
	a.effects(effects, policy)
	return nil
}

// actuals are the figures of every policy, by its id: a batch does not say whose
// it is until it is taken back.
func actuals(ctx context.Context, s *datasets.Store, svc *outlook.Service) (map[string]map[string]float64, error) {
	policies, err := s.Policies(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]map[string]float64{}
	for _, p := range policies {
		if out[p.ID], err = svc.Actuals(ctx, p.ID, time.Time{}); err != nil {
			return nil, err
		}
	}
	return out, nil
}
