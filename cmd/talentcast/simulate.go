package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/analytics/scenario"
	"talentcast/cmd/talentcast/internal/report"
)

// simulation is what the command simulate is asked.
type simulation struct {
	view
	had             scenario.Document // what the file says
	name, note, out string
	target          string
	early, json     bool
	seek            int // place of the lever sought, from 1; 0 for none
	ceiling, p      float64
	why             bool
	points          int
}

func (a *app) simulateCommand() *cobra.Command {
	var m simulation
	c := &cobra.Command{
		Use:   "simulate",
		Short: "play a scenario, ask what it would take and why · 情景模拟",
		Long: `Plays levers on a policy and prints what they change, target by target.
The levers come from --lever, --intake, --growth or a file (--scenario FILE.yaml);
-o writes them as such a file, with seed, paths and data state, for the same numbers again.

--seek N asks for the least change of lever N that gives --target at least --p.
--why asks what the probability of --target depends on.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if m.file == "" {
				return a.simulate(cmd.Context(), &m)
			}
			d, err := readScenario(m.file)
			if err != nil {
				return err
			}
			if m.had = d; d.Seed != 0 && !cmd.Flags().Changed("seed") {
				a.seed = d.Seed
			}
			if d.Paths != 0 && !cmd.Flags().Changed("paths") {
				a.paths = d.Paths
			}
			return a.simulate(cmd.Context(), &m)
		},
	}
	m.flags(c)
	f := c.Flags()
	f.StringVar(&m.name, "name", "", "name of the scenario")
	f.StringVar(&m.note, "note", "", "description of the scenario")
	f.StringVarP(&m.out, "output", "o", "", "write the scenario to this YAML file")
	f.StringVar(&m.target, "target", "", "the target that --seek and --why are about")
	f.BoolVar(&m.early, "early", false, "by the target's early deadline instead of its late one")
	f.IntVar(&m.seek, "seek", 0, "what it would take: the lever to move, by its place from 1")
	f.Float64Var(&m.ceiling, "ceiling", math.NaN(), "the furthest value of the lever sought; the end of its slider if not given")
	f.Float64Var(&m.p, "p", 0.8, "the probability wanted")
	f.BoolVar(&m.why, "why", false, "what it depends on: each lever low and high, and what the paths that make it have in common")
	f.IntVar(&m.points, "points", 64, "with --why: points of the global sensitivity analysis; 0 for none")
	f.BoolVar(&m.json, "json", false, "print JSON")
	return c
}

// readScenario reads a scenario file.
func readScenario(path string) (d scenario.Document, err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return d, fault.Newf(fault.NotFound, "找不到情景文件 %[1]s；请检查路径。", "There is no scenario file %[1]s; check the path.", path).Because(err)
	}
	if err != nil {
		return d, fmt.Errorf("open scenario: %w", err)
	}
	defer f.Close()
	return scenario.Read(f)
}

func (a *app) simulate(ctx context.Context, m *simulation) (err error) {
	q, err := m.query()
	if err != nil {
		return err
	}
	if m.name != "" {
		q.Scenario.Name = m.name
	}
	if m.note != "" {
		q.Scenario.Note = m.note
	}
	store, svc, err := a.outlooks(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if m.seek != 0 || m.why {
		return a.question(ctx, svc, q, m)
	}
	base, err := svc.Of(ctx, outlook.Query{Policy: q.Policy, AsOf: q.AsOf})
	if err != nil {
		return err
	}
	with, err := svc.Try(ctx, q)
	if err != nil {
		return err
	}
	if m.out != "" {
		if err := writeScenario(m.out, recorded(base, q.Scenario, version)); err != nil {
			return err
		}
	}
	if m.had.State != "" && m.had.State != base.State.Version {
		fmt.Fprintln(a.err, a.text("注意：保存情景之后数据已有更新，结果可能与当时不同。", "Note: the data have moved on since the scenario was saved; the numbers may differ."))
	}
	if m.json {
		enc := json.NewEncoder(a.out)
		enc.SetIndent("", "  ")
		return enc.Encode(with)
	}
	return a.printScenario(base, with, q.Scenario)
}

// recorded is the scenario with all that is needed to come to its numbers again.
func recorded(base *outlook.Outlook, sc scenario.Scenario, version string) scenario.Document {
	return scenario.Document{
		Scenario: sc, Policy: base.Policy.ID, AsOf: base.AsOf.Time, Seed: base.Seed, Paths: base.Paths,
		State: base.State.Version, Program: version,
	}
}

func writeScenario(path string, d scenario.Document) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("write scenario: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return d.Write(f)
}

func (a *app) printScenario(base, with *outlook.Outlook, sc scenario.Scenario) error {
	demo := ""
	if base.State.Demo {
		demo = a.text("【演示数据】", "[demonstration data] ")
	}
	fmt.Fprintf(a.out, "%s%s\n", demo, sc.Text(a.lang, func(id string) string { return base.Scope(id, a.lang) }))
	fmt.Fprintf(a.out, a.text("截至%s · 模拟路径%d条 · 随机种子%d · 数据状态%s\n\n", "As of %s · %d sample paths · seed %d · data state %s\n\n"),
		phrase.Date(base.AsOf.Time, a.lang), base.Paths, base.Seed, base.State.Version)
	if err := report.Comparison(base, with, a.lang).WriteText(a.out, a.width()); err != nil {
		return err
	}
	if b := with.Bill; b != nil {
		fmt.Fprintf(a.out, a.text("\n费用：基准%s，情景%s，相差%s。\n", "\nCost: baseline %s, scenario %s, difference %s.\n"),
			phrase.Amount(b.Base, "元", a.lang), phrase.Amount(b.With, "元", a.lang), phrase.Difference(b.With-b.Base, "元", a.lang))
		for _, y := range b.Years {
			fmt.Fprintf(a.out, a.text("%d年可用%s，支出%s，结余%s；经费不足的可能%s，不足时平均保留%.0f%%。\n", "%d: %s to spend, %s spent, %s left; short with probability %s, then %.0f%% is kept on average.\n"),
				y.Year, phrase.Amount(y.Available, "元", a.lang), phrase.Amount(y.Spent, "元", a.lang), phrase.Amount(y.Left, "元", a.lang), phrase.Probability(y.Binding), y.Cut*100)
		}
	}
	for _, h := range with.Held {
		t, ok := base.Target(h.Target)
		if !ok || h.Base.Late == nil || h.With.Late == nil {
			continue
		}
		fmt.Fprintf(a.out, a.text("%s在册：现在%s，期末基准%s、情景%s。\n", "%s still here: now %s, at the end %s in the baseline and %s in the scenario.\n"),
			t.Short(a.lang), phrase.Amount(h.Now, t.Unit, a.lang), phrase.Amount(*h.Base.Late, t.Unit, a.lang), phrase.Amount(*h.With.Late, t.Unit, a.lang))
	}
	return nil
}

// question answers --seek and --why.
func (a *app) question(ctx context.Context, svc *outlook.Service, q outlook.Query, m *simulation) error {
	if m.target == "" {
		return fault.New(fault.Invalid, "请用 --target 指明要问的目标。", "Name the target with --target.")
	}
	aim := outlook.Aim{Target: m.target, Early: m.early}
	if m.seek != 0 {
		got, err := svc.Seek(ctx, q, aim, m.seek-1, m.ceiling, m.p)
		if err != nil {
			return err
		}
		if m.json {
			return json.NewEncoder(a.out).Encode(got)
		}
		a.printSought(got, q.Scenario.Levers[m.seek-1], m.p)
		return nil
	}
	w, err := svc.Why(ctx, q, aim, m.points)
	if err != nil {
		return err
	}
	if m.json {
		return json.NewEncoder(a.out).Encode(w)
	}
	a.printWhy(w, q.Scenario)
	return nil
}

func (a *app) printSought(got scenario.Sought, l scenario.Lever, p float64) {
	spec, _ := scenario.SpecOf(l.Kind)
	f := spec.Fields[0]
	unit := a.text(f.UnitZh, " "+f.UnitEn)
	what := a.text(spec.Zh, spec.En)
	switch {
	case got.Already:
		fmt.Fprintf(a.out, a.text("不用改变：现在的概率已是%s。\n", "No change is needed: the probability is %s as it is.\n"), phrase.Probability(got.From.P))
	case got.Reached:
		fmt.Fprintf(a.out, a.text("%s需要达到%s%s，概率才有%s（要求%s）。\n", "%s must reach %s%s for a probability of %s (%s wanted).\n"),
			what, phrase.Number(got.Least, 3), unit, phrase.Probability(got.P), phrase.Probability(p))
	default:
		fmt.Fprintf(a.out, a.text("在上限之内做不到：%s为%s%s时概率最高，为%s（要求%s）。\n", "Not within the ceiling: the best is with %s at %s%s, a probability of %s (%s wanted).\n"),
			what, phrase.Number(got.Best.Value, 3), unit, phrase.Probability(got.Best.P), phrase.Probability(p))
	}
	for _, c := range got.Curve {
		fmt.Fprintf(a.out, "  %10s%s  %s\n", phrase.Number(c.Value, 3), unit, phrase.Probability(c.P))
	}
}

func (a *app) printWhy(w *outlook.Why, sc scenario.Scenario) {
	name := func(id string) string { return id }
	fmt.Fprintf(a.out, a.text("概率：基准%s，情景%s\n", "Probability: %s in the baseline, %s in the scenario\n"), phrase.Probability(w.BaseP), phrase.Probability(w.P))
	if len(w.Tornado) > 0 {
		fmt.Fprintln(a.out, a.text("\n各杠杆单独变动：", "\nEach lever alone:"))
	}
	for _, b := range w.Tornado {
		fmt.Fprintf(a.out, "  %s: %s → %s, %s → %s\n", sc.Levers[b.Lever].Text(a.lang, name),
			phrase.Number(b.Low.Value, 3), phrase.Probability(b.Low.P), phrase.Number(b.High.Value, 3), phrase.Probability(b.High.P))
	}
	if len(w.Sobol) > 0 {
		fmt.Fprintf(a.out, a.text("\n全局敏感性（Sobol，%d点）：\n", "\nGlobal sensitivity (Sobol, %d points):\n"), w.Points)
	}
	for _, x := range w.Sobol {
		fmt.Fprintf(a.out, a.text("  %s：单独%.2f±%.2f，连同交互%.2f±%.2f\n", "  %s: alone %.2f±%.2f, with others %.2f±%.2f\n"),
			sc.Levers[x.Lever].Text(a.lang, name), x.First, x.FirstSE, x.Total, x.TotalSE)
	}
	fmt.Fprintln(a.out, a.text("\n做到的路径与没做到的路径相比：", "\nThe paths that make it against those that don't:"))
	for _, d := range w.Differences {
		what := strings.NewReplacer("first_year", a.text("第一年新增", "added in the first year"), "lever:", "").Replace(d.Name)
		fmt.Fprintf(a.out, "  %-28s %s / %s  (%+.2fσ)\n", what, phrase.Number(d.Made, 1), phrase.Number(d.Not, 1), d.Apart)
	}
}
