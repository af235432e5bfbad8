package outlook

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"

	"talentcast/analytics/fault"
	"talentcast/analytics/scenario"
	"talentcast/analytics/target"
)

// Aim is what a question to a scenario is about: a target's low or high end, by
// its early or late deadline.
type Aim struct {
	Target string `json:"target"`
	Early  bool   `json:"early"`
	High   bool   `json:"high"`
}

// asker answers scenarios with the probability of one aim.
type asker struct {
	s    *Service
	b    *lab
	aim  Aim
	t    *Target // in the baseline
	root string
}

// ask settles a question. paths is the number of paths that it is answered on, at
// most the service's; 0 for all. Faults: NotFound for the target, Invalid for one
// without a forecast or without that deadline.
func (s *Service) ask(ctx context.Context, q Query, aim Aim, paths int) (*asker, error) {
	policy, state, asOf, err := s.settle(ctx, q)
	if err != nil {
		return nil, err
	}
	base, err := s.at(ctx, policy, state, asOf, scenario.Scenario{})
	if err != nil {
		return nil, err
	}
	aim.Target = policy.Canonical(aim.Target)
	t, ok := base.Target(aim.Target)
	switch {
	case !ok:
		return nil, fault.Newf(fault.NotFound, "没有编号为“%[1]s”的目标；请从列表中选择。", "There is no target %[1]q; choose one from the list.", aim.Target)
	case t.Attainment == nil:
		return nil, fault.Newf(fault.Invalid, "目标 %[1]s 没有概率预测（没有数值、没有数据或只作核对），不能反推；请换一个目标。",
			"Target %[1]s has no probability (no number, no data, or only checked); choose another.", aim.Target)
	case aim.Early && (t.Early.IsZero() || !t.Early.After(asOf)) || !aim.Early && (t.Late.IsZero() || !t.Late.After(asOf)):
		return nil, fault.Newf(fault.Invalid, "目标 %[1]s 没有这个期限，或期限已过；请换一个期限。",
			"Target %[1]s has no such deadline, or it has passed; choose the other one.", aim.Target)
	}
	b, err := s.lab(ctx, policy, state, base)
	if err != nil {
		return nil, err
	}
	a := &asker{s: s, b: b, aim: aim, t: t, root: policy.Root(aim.Target)}
	if paths > 0 && paths < s.cfg.Paths {
		a.s = s.thinned(paths)
		a.b = b.view(paths)
	}
	return a, nil
}

// thinned is a service for fewer paths, which keeps nothing.
func (s *Service) thinned(paths int) *Service {
	cfg := s.cfg
	cfg.Paths = paths
	return &Service{store: s.store, cfg: cfg}
}

// view is the laboratory with its first n paths.
func (b *lab) view(n int) *lab {
	v := *b
	v.tracks, v.sums, v.held, v.stay = map[string]*track{}, &sync.Map{}, &sync.Map{}, &sync.Map{}
	v.picked = map[string][]int{}
	for root, p := range b.picked {
		if p != nil {
			v.picked[root] = p[:n]
		}
	}
	for id, k := range b.tracks {
		v.tracks[id] = k.view(n)
	}
	return &v
}

func (k *track) view(n int) *track {
	v := *k
	v.n = n
	cut := func(m [][]float32) [][]float32 {
		if m == nil {
			return nil
		}
		out := make([][]float32, len(m))
		for t, row := range m {
			out[t] = row[:n]
		}
		return out
	}
	v.mu, v.up, v.none, v.values, v.leave = cut(k.mu), cut(k.up), cut(k.none), cut(k.values), cut(k.leave)
	v.base = k.base[:n]
	if k.laws != nil {
		v.laws = k.laws[:n]
	}
	if k.hazard != nil {
		v.hazard = k.hazard[:n]
	}
	if k.knots != nil {
		v.knots = &knots{}
	}
	return &v
}

// probability plays the tree of the aim only.
func (a *asker) probability(ctx context.Context, sc scenario.Scenario) (float64, error) {
	x, err := a.attainment(ctx, sc, nil)
	if err != nil {
		return 0, err
	}
	return a.of(x).P, nil
}

func (a *asker) of(x target.Attainment) target.Probability {
	switch {
	case a.aim.Early && a.aim.High:
		return x.EarlyHigh
	case a.aim.Early:
		return x.EarlyLow
	case a.aim.High:
		return x.LateHigh
	}
	return x.LateLow
}

// attainment plays the tree of the aim. look, if set, sees its paths.
func (a *asker) attainment(ctx context.Context, sc scenario.Scenario, look func(sim simulation)) (x target.Attainment, err error) {
	if err := ctx.Err(); err != nil {
		return x, err
	}
	r := a.s.newRun(a.b, sc.Moved())
	if err := a.s.limit(ctx, r); err != nil {
		return x, err
	}
	sim := a.s.sumUp(a.b.p, a.root, a.b.horizons[a.root], r.paths)
	defer func() {
		for _, m := range sim.paths {
			a.s.release(m)
		}
	}()
	x = target.Attain(a.t.goal(), observations(a.t.History), a.b.p.asOf, target.Paths{First: sim.first, At: sim.paths[a.aim.Target]})
	if look != nil {
		look(sim)
	}
	return x, nil
}

// checkLevers checks the scenario and that it has the levers at these places.
func checkLevers(q Query, places ...int) error {
	for _, i := range places {
		if i < 0 || i >= len(q.Scenario.Levers) {
			return fault.Newf(fault.Invalid, "情景里没有第 %[1]d 个杠杆；请先添加要反推的杠杆。",
				"The scenario has no lever %[1]d; add the one to be sought first.", i+1)
		}
	}
	return nil
}

func checkShare(p float64) error {
	if math.IsNaN(p) || p <= 0 || p >= 1 {
		return fault.New(fault.Invalid, "要求的概率应在 0 与 1 之间，如 0.8。", "The probability wanted must be between 0 and 1, such as 0.8.")
	}
	return nil
}

// Seek answers what it would take: the least change of the main value of lever i of
// the query's scenario that gives the aim at least the probability p. The ceiling is
// the furthest value thought of; NaN for the end of the lever's slider.
func (s *Service) Seek(ctx context.Context, q Query, aim Aim, i int, ceiling, p float64) (scenario.Sought, error) {
	if err := checkShare(p); err != nil {
		return scenario.Sought{}, err
	}
	if err := checkLevers(q, i); err != nil {
		return scenario.Sought{}, err
	}
	a, err := s.ask(ctx, q, aim, 0)
	if err != nil {
		return scenario.Sought{}, err
	}
	out, err := scenario.Seek(ctx, q.Scenario, i, ceiling, p, a.probability)
	if err != nil {
		return out, fmt.Errorf("seek for %s: %w", aim.Target, err)
	}
	return out, nil
}

// SeekPair is Seek for two levers moved together; see [scenario.SeekPair].
func (s *Service) SeekPair(ctx context.Context, q Query, aim Aim, i, j int, ceilingI, ceilingJ, p float64) (pairs []scenario.Pair, best int, err error) {
	if err := checkShare(p); err != nil {
		return nil, -1, err
	}
	if err := checkLevers(q, i, j); err != nil {
		return nil, -1, err
	}
	if i == j {
		return nil, -1, fault.New(fault.Invalid, "两个杠杆是同一个；请选择不同的两个。", "Both levers are the same; choose two.")
	}
	a, err := s.ask(ctx, q, aim, seekPaths)
	if err != nil {
		return nil, -1, err
	}
	pairs, best, err = scenario.SeekPair(ctx, q.Scenario, i, j, ceilingI, ceilingJ, p, a.probability)
	if err != nil {
		return nil, -1, fmt.Errorf("seek for %s: %w", aim.Target, err)
	}
	return pairs, best, nil
}

// Paths for questions that take hundreds of answers: the Monte-Carlo error of a
// probability is below .008 and .011.
const (
	seekPaths  = 4000
	sobolPaths = 2000
)

// Why says what an aim's probability depends on.
type Why struct {
	P       float64          `json:"p"`     // with the scenario
	BaseP   float64          `json:"base"`  // without
	Tornado []scenario.Bar   `json:"bars"`  // each lever alone over its range
	Sobol   []scenario.Index `json:"sobol"` // all levers over their ranges
	// Differences are what the paths that make it have in common against the rest.
	Differences []scenario.Difference `json:"differences"`
	Points      int                   `json:"points"` // of the hypercubes behind Sobol; 0 for none
}

// Why looks into the query's scenario: each lever low and high, the share of each
// in the variance with a budget of points (0 for none), and what the paths that
// make it have in common.
func (s *Service) Why(ctx context.Context, q Query, aim Aim, points int) (*Why, error) {
	if points < 0 || points > 512 {
		return nil, fault.Newf(fault.Invalid, "敏感性分析的取样点数 %[1]d 超出 0 到 512。", "%[1]d points of the sensitivity analysis are out of 0 to 512.", points)
	}
	a, err := s.ask(ctx, q, aim, 0)
	if err != nil {
		return nil, err
	}
	w := &Why{Points: points, Sobol: []scenario.Index{}}
	if w.BaseP, err = a.probability(ctx, scenario.Scenario{}); err != nil {
		return nil, err
	}
	if w.Tornado, err = scenario.Tornado(ctx, q.Scenario, a.probability); err != nil {
		return nil, fmt.Errorf("why %s: %w", aim.Target, err)
	}
	x, err := a.attainment(ctx, q.Scenario, func(sim simulation) { w.Differences = a.differences(q.Scenario, sim) })
	if err != nil {
		return nil, err
	}
	w.P = a.of(x).P
	if points > 0 {
		thin, err := s.ask(ctx, q, aim, sobolPaths)
		if err != nil {
			return nil, err
		}
		if w.Sobol, err = scenario.Sobol(ctx, q.Scenario, points, s.cfg.Seed, thin.probability); err != nil {
			return nil, fmt.Errorf("why %s: %w", aim.Target, err)
		}
	}
	return w, nil
}

// differences compares what the parts of the target come to by the deadline, and
// the levers' doubts, on the paths that make it and on those that don't.
func (a *asker) differences(sc scenario.Scenario, sim simulation) []scenario.Difference {
	deadline := a.t.Late
	if a.aim.Early {
		deadline = a.t.Early
	}
	level := *a.t.Low
	if a.aim.High && a.t.High != nil {
		level = *a.t.High
	}
	paths := target.Paths{First: sim.first, At: sim.paths[a.aim.Target]}
	k := min(paths.Step(deadline), len(paths.At)-1)
	made := make([]bool, len(paths.At[0]))
	for t := range k + 1 {
		for i, v := range paths.At[t] {
			made[i] = made[i] || v >= level
		}
	}
	var inputs []scenario.Input
	for _, l := range a.b.p.subtreeLeaves(a.aim.Target) {
		if m := sim.paths[l.id]; m != nil && l.id != a.aim.Target {
			inputs = append(inputs, scenario.Input{Name: l.id, Values: m[k]})
		}
	}
	year := min(k, int(sim.first.Freq)-1)
	inputs = append(inputs, scenario.Input{Name: "first_year", Values: gained(paths.At[year], a.t.Actual)})
	d := a.s.newDoubts(sc, a.b.paths).pick(a.b.picked[a.root])
	for _, i := range sortedKeys(d) {
		inputs = append(inputs, scenario.Input{Name: "lever:" + sc.Levers[i].String(), Values: d[i][:len(made)]})
	}
	return scenario.Differences(inputs, made)
}

func gained(row []float64, actual *float64) []float64 {
	out := slices.Clone(row)
	if actual != nil {
		for i := range out {
			out[i] -= *actual
		}
	}
	return out
}
