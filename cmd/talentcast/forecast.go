package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/spf13/cobra"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/analytics/scenario"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/datasets"
)

// view is the outlook that a command line asks for.
type view struct {
	policy, asOf, from string
	intake, growth     float64
	levers             []string
	file               string // of a scenario
}

func (v *view) flags(c *cobra.Command) {
	c.Flags().StringVar(&v.policy, "policy", defaultPolicy, "policy")
	c.Flags().StringVar(&v.asOf, "as-of", "", "as of this date, 2015-06-30; empty for the latest data")
	c.Flags().Float64Var(&v.intake, "intake", 1, "scenario: intake as a multiple of the baseline's")
	c.Flags().Float64Var(&v.growth, "growth", 0, "scenario: yearly growth of money on top of the baseline's, 0.05 for 5 points")
	c.Flags().StringVar(&v.from, "from", "", "scenario: first month of --intake and --growth, 2016-01; empty for the as-of date")
	c.Flags().StringArrayVar(&v.levers, "lever", nil, "scenario: a lever, intake@P00:times=1.2,start=2016-01; may be given again")
	c.Flags().StringVar(&v.file, "scenario", "", "scenario: a file as simulate writes it")
}

func (v *view) query() (q outlook.Query, err error) {
	q = outlook.Query{Policy: v.policy}
	if v.file != "" {
		d, err := readScenario(v.file)
		if err != nil {
			return q, err
		}
		q.Scenario, q.AsOf = d.Scenario, d.AsOf
		if d.Policy != "" {
			q.Policy = d.Policy
		}
	}
	if v.asOf != "" {
		if q.AsOf, err = parseAsOf(v.asOf); err != nil {
			return q, err
		}
	}
	more, err := v.given()
	q.Scenario.Levers = append(q.Scenario.Levers, more...)
	return q, err
}

// given are the levers of the flags.
func (v *view) given() (out []scenario.Lever, err error) {
	if len(v.from) > len("2016-01") {
		v.from = v.from[:len("2016-01")] // a day stands for its month
	}
	start, err := scenario.ParseMonth(v.from)
	if err != nil {
		return nil, err
	}
	if v.intake != 1 {
		l := scenario.Intake(v.intake)
		l.Start = start
		out = append(out, l)
	}
	if v.growth != 0 {
		l := scenario.Growth(math.Round(v.growth*1e10) / 1e8)
		l.Start = start
		out = append(out, l)
	}
	for _, text := range v.levers {
		more, err := scenario.Parse(text)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

func (a *app) forecastCommand() *cobra.Command {
	var v view
	var targetID, since string
	var asJSON bool
	c := &cobra.Command{
		Use:   "forecast",
		Short: "print the outlook of a policy or of one target · 预测",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			q, err := v.query()
			if err != nil {
				return err
			}
			store, svc, err := a.outlooks(cmd.Context())
			if err != nil {
				return err
			}
			defer func() { err = errors.Join(err, store.Close()) }()
			if cmd.Flags().Changed("since") {
				return a.printChanges(cmd.Context(), svc, q, since, targetID, asJSON)
			}
			o, err := svc.Of(cmd.Context(), q)
			if err != nil {
				return err
			}
			return a.printOutlook(o, targetID, asJSON)
		},
	}
	v.flags(c)
	c.Flags().StringVar(&targetID, "target", "", "one target only")
	c.Flags().StringVar(&since, "since", "", "print what changed since this date and why instead; empty for the end of the month before")
	c.Flags().BoolVar(&asJSON, "json", false, "print the JSON of /api/v1")
	return c
}

func (a *app) printOutlook(o *outlook.Outlook, id string, asJSON bool) error {
	var what any = o
	if id != "" {
		t, err := findTarget(o, id)
		if err != nil {
			return err
		}
		what = t
	}
	if asJSON {
		enc := json.NewEncoder(a.out)
		enc.SetIndent("", "  ")
		return enc.Encode(what)
	}
	demo := ""
	if o.State.Demo {
		demo = a.text("【演示数据】", "[demonstration data] ")
	}
	fmt.Fprintf(a.out, "%s%s\n", demo, o.Verdict.In(a.lang))
	fmt.Fprintf(a.out, a.text("截至%s · 模拟路径%d条 · 随机种子%d\n\n", "As of %s · %d sample paths · seed %d\n\n"), phrase.Date(o.AsOf.Time, a.lang), o.Paths, o.Seed)
	if t, ok := what.(*outlook.Target); ok {
		return a.printTarget(o, t)
	}
	return report.Overview(o, a.lang).
		Select("id", "name", "target", "actual", "completion", "elapsed", "p_early", "p_late", "expected", "status").
		WriteText(a.out, a.width())
}

// printChanges prints what changed since a date: of every target that did, or of
// one.
func (a *app) printChanges(ctx context.Context, svc *outlook.Service, q outlook.Query, since, id string, asJSON bool) error {
	from, err := parseAsOf(since)
	if err != nil {
		return err
	}
	ask := svc.Change
	if id != "" {
		ask = func(ctx context.Context, q outlook.Query, since time.Time) (*outlook.Changes, error) {
			return svc.ChangeOf(ctx, q, since, id)
		}
	}
	c, err := ask(ctx, q, from)
	if err != nil {
		return err
	}
	one, _ := c.Target(id)
	if asJSON {
		enc := json.NewEncoder(a.out)
		enc.SetIndent("", "  ")
		if one != nil {
			return enc.Encode(one)
		}
		return enc.Encode(c)
	}
	if c.State.Demo {
		fmt.Fprint(a.out, a.text("【演示数据】", "[demonstration data] "))
	}
	if one != nil {
		_, err := fmt.Fprintf(a.out, "%s %s\n%s\n", one.ID, one.Name(a.lang), one.Text.In(a.lang))
		return err
	}
	table := report.Changes(c, a.lang)
	fmt.Fprintf(a.out, a.text("%s：%s · %d项有变化，其余没有\n\n", "%s: %s · %d changed, the others did not\n\n"), table.Title, table.Note, len(table.Rows))
	return table.Select("id", "name", "status", "then", "now", "p_then", "p_now", "new", "revised", "model").WriteText(a.out, a.width())
}

func (a *app) printTarget(o *outlook.Outlook, t *outlook.Target) error {
	fmt.Fprintf(a.out, "%s %s  %s %s\n%s\n", t.ID, t.Name(a.lang), t.Status.Icon(), t.Word(a.lang), t.Reason.In(a.lang))
	if at := t.Attainment; at != nil {
		deadline := func(d time.Time) string { return phrase.Date(d, a.lang) }
		if !t.Early.Equal(t.Late) {
			fmt.Fprintf(a.out, a.text("%s前完成概率 %s；", "P(met by %s) %s; "), deadline(t.Early), phrase.Probability(at.EarlyLow.P))
		}
		fmt.Fprintf(a.out, a.text("%s前完成概率 %s；预计完成：%s（80%%区间 %s），期限内不能完成的可能 %s\n",
			"P(met by %s) %s; expected: %s (80%% interval %s), not within the horizon %s\n"),
			deadline(t.Late), phrase.Probability(at.LateLow.P),
			orMissing(report.ExpectedText(t, a.lang)), orMissing(report.IntervalText(t, a.lang)), phrase.Probability(at.Passage.NotByHorizon))
	}
	if t.Model != nil {
		fmt.Fprintln(a.out, t.Model.Text.In(a.lang))
	}
	for _, w := range t.Warnings {
		fmt.Fprintln(a.out, "! "+outlook.Text{Zh: w.Zh, En: w.En}.In(a.lang))
	}
	fmt.Fprintln(a.out)
	table, err := report.Figures(o, t.ID, a.lang)
	if err != nil {
		return err
	}
	return table.WriteText(a.out, a.width())
}

func orMissing(s string) string {
	if s == "" {
		return phrase.Missing
	}
	return s
}

func findTarget(o *outlook.Outlook, id string) (*outlook.Target, error) {
	if t, ok := o.Target(id); ok {
		return t, nil
	}
	return nil, unknownTarget(o.Policy, id)
}

func unknownTarget(p datasets.Policy, id string) error {
	return fault.Newf(fault.NotFound,
		"政策 %[2]s 中没有目标 %[1]q；用 talentcast forecast --policy %[2]s 查看全部编号。",
		"The policy %[2]s has no target %[1]q; talentcast forecast --policy %[2]s lists them.", id, p.ID)
}
