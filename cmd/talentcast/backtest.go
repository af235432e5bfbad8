package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"talentcast/analytics"
	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/ingest"
)

// backtest is what the command line asks for.
type backtest struct {
	policy, asOf, every, out, table string
	asJSON                          bool
}

func (a *app) backtestCommand() *cobra.Command {
	var b backtest
	c := &cobra.Command{
		Use:   "backtest",
		Short: "remake a policy's earlier forecasts and hold them against what came · 历史检验",
		Long: `Forecasts the policy again from every earlier date, from what was known then,
and scores the probabilities, intervals and dates against what is known now.
1,000 paths a forecast unless --paths says otherwise.
按当时已知的数据，从每个较早时点重新预测，再与后来的实际对照。`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			opt := outlook.HistoryOptions{}
			if a.paths != defaultPaths || cmd.Flags().Changed("paths") {
				opt.Paths = a.paths
			}
			return a.backtest(cmd.Context(), b, opt)
		},
	}
	c.Flags().StringVar(&b.policy, "policy", defaultPolicy, "policy")
	c.Flags().StringVar(&b.asOf, "as-of", "", "what came is taken as known on this date, 2015-06-30; empty for the latest data")
	c.Flags().StringVar(&b.every, "every", "", "forecast from the end of every month, quarter or year; empty for a quarter, or a year where data are yearly")
	c.Flags().StringVarP(&b.out, "output", "o", "", "also write a table to this file, .csv or .xlsx")
	c.Flags().StringVar(&b.table, "table", "scores", "the table to write: scores, reliability or events")
	c.Flags().BoolVar(&b.asJSON, "json", false, "print everything as JSON")
	return c
}

func (a *app) backtest(ctx context.Context, b backtest, opt outlook.HistoryOptions) (err error) {
	q := outlook.Query{Policy: b.policy}
	if q.AsOf, err = parseAsOf(b.asOf); err != nil {
		return err
	}
	if opt.Every, err = parseEvery(b.every); err != nil {
		return err
	}
	if err := b.check(); err != nil {
		return err
	}
	store, svc, err := a.outlooks(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	bar := a.bar(a.text("历史检验", "backtest"))
	h, err := svc.History(ctx, q, opt, func(done, total int) { bar.set(int64(done), int64(total)) })
	bar.done()
	if err != nil {
		return err
	}
	if err := a.printHistory(h, b.asJSON); err != nil {
		return err
	}
	if b.out != "" {
		object := map[string]string{"policy": b.policy, "table": "backtest-" + b.table, "file": ingest.FileName(b.out)}
		if err := a.journal("export", object, func() error { return a.writeHistory(h, b) }); err != nil {
			return err
		}
	}
	if len(h.Failed) > 0 {
		return errRefused
	}
	return nil
}

// check finds what is wrong with the file before the work, not after it.
func (b backtest) check() error {
	switch strings.ToLower(filepath.Ext(b.out)) {
	case ".csv", ".xlsx":
	default:
		if b.out != "" {
			return unknownFormat(b.out, ".csv .xlsx")
		}
	}
	switch b.table {
	case "scores", "reliability", "events":
		return nil
	}
	return fault.Newf(fault.Invalid, "没有表 %[1]q；可用：scores、reliability、events。", "There is no table %[1]q; there are scores, reliability and events.", b.table)
}

func parseEvery(s string) (analytics.Frequency, error) {
	switch s {
	case "":
		return 0, nil
	case "month":
		return analytics.Monthly, nil
	case "quarter":
		return analytics.Quarterly, nil
	case "year":
		return analytics.Yearly, nil
	}
	return 0, fault.Newf(fault.Invalid, "间隔 %[1]q 不可用；请填 month、quarter 或 year。", "The interval %[1]q can't be used; give month, quarter or year.", s)
}

func (a *app) printHistory(h *outlook.History, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(a.out)
		enc.SetIndent("", "  ")
		return enc.Encode(h)
	}
	demo := ""
	if h.State.Demo {
		demo = a.text("【演示数据】", "[demonstration data] ")
	}
	fmt.Fprintf(a.out, "%s%s%s%s\n", demo, h.Policy.Name(a.lang), a.text("：", ": "), h.Sentence("").In(a.lang))
	fmt.Fprintln(a.out, joinWords(a.lang, h.Overall.Verdict().In(a.lang), h.Late("").In(a.lang), h.Overall.Caution().In(a.lang)))
	fmt.Fprintf(a.out, a.text(
		"截至%s · 每次预测%d条路径：单个概率的模拟误差不超过±%.1f个百分点（1倍标准误），使Brier分平均偏高%.5f\n\n",
		"As of %s · %d paths a forecast: each probability is off by at most ±%.1f points (one standard error) from the simulation, which raises the Brier score by %.5f\n\n"),
		phrase.Date(h.AsOf.Time, a.lang), h.Paths, h.ProbabilityError()*100, h.Overall.MCBrier)
	scores := report.HistoryScores(h, a.lang)
	all, each := scores, scores
	all.Rows, each.Rows = nil, nil
	for _, row := range scores.Rows {
		if row[0] == "" {
			all.Rows = append(all.Rows, row)
		} else {
			each.Rows = append(each.Rows, row)
		}
	}
	probabilities := []string{"events", "groups", "origins", "mean", "rate", "brier", "base_skill", "line_skill", "ece", "chance", "cover50", "cover80", "cover95", "mass80"}
	dates := []string{"name", "dates", "reached", "date_error", "date_bias", "date_crps", "date_cover"}
	err := errors.Join(
		all.Select(append([]string{"name"}, probabilities...)...).WriteText(a.out, a.width()), a.blank(),
		all.Select(dates...).WriteText(a.out, a.width()), a.blank(),
		report.HistoryBins(h, h.Overall, a.lang).WriteText(a.out, a.width()))
	if len(each.Rows) > 0 {
		err = errors.Join(err, a.blank(), each.Select("name", "id", "events", "origins", "mean", "rate", "brier", "line_skill", "cover80", "date_error", "date_cover").WriteText(a.out, a.width()))
	}
	if err != nil {
		return err
	}
	a.printSilent(h)
	return nil
}

func (a *app) blank() error {
	_, err := fmt.Fprintln(a.out)
	return err
}

// printSilent names what could not be scored, and the origins that failed.
func (a *app) printSilent(h *outlook.History) {
	reasons := map[string][]string{}
	var order []string
	for _, s := range h.Silent {
		r := s.Reason.In(a.lang)
		if reasons[r] == nil {
			order = append(order, r)
		}
		reasons[r] = append(reasons[r], s.Target)
	}
	if len(order) > 0 {
		fmt.Fprintln(a.out)
	}
	for _, r := range order {
		fmt.Fprintf(a.out, a.text("未能检验（%d个）：%s %s\n", "Not scored (%d): %s %s\n"), len(reasons[r]), strings.Join(reasons[r], ", "), r)
	}
	for _, f := range h.Failed {
		fmt.Fprintf(a.err, "%s: %s\n", phrase.Date(f.Origin.Time, a.lang), f.Reason.In(a.lang))
	}
}

func (a *app) writeHistory(h *outlook.History, b backtest) error {
	t := report.HistoryScores(h, a.lang)
	switch b.table {
	case "reliability":
		t = report.HistoryBins(h, h.Overall, a.lang)
	case "events":
		t = report.HistoryEvents(h, a.lang)
	}
	if strings.EqualFold(filepath.Ext(b.out), ".csv") {
		return a.writeFile(b.out, func(w io.Writer) error { return t.WriteCSV(w, "") })
	}
	return a.writeFile(b.out, t.WriteXLSX)
}

// joinWords joins sentences: Chinese ones stand close, English ones apart.
func joinWords(lang string, sentences ...string) string {
	var said []string
	for _, s := range sentences {
		if s != "" {
			said = append(said, s)
		}
	}
	if lang == phrase.En {
		return strings.Join(said, " ")
	}
	return strings.Join(said, "")
}
