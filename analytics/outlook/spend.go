package outlook

import (
	"context"
	"fmt"
	"math"
	"slices"

	"talentcast/analytics/fault"
	"talentcast/analytics/scenario"
	"talentcast/analytics/target"
)

// Spending is a question of where money does most.
type Spending struct {
	Budget float64       `json:"budget"` // 万元 besides what is spent anyway
	Early  bool          `json:"early"`  // by the early deadlines
	P      float64       `json:"p"`      // wanted of each target, for the cheapest way there
	Over   []SpendTarget `json:"over"`
}

// SpendTarget is one target money may go to.
type SpendTarget struct {
	Target string  `json:"target"`
	Price  float64 `json:"price"`  // 万元 for each one more
	Most   float64 `json:"most"`   // the highest multiple of its intake; 0 stands for 3
	Weight float64 `json:"weight"` // 0 stands for 1
}

// Spent is the answer.
type Spent struct {
	// Frontier is the best for each amount of money up to the budget; the last is the
	// answer for all of it.
	Frontier scenario.Frontier `json:"-"`
	Choices  []scenario.Choice `json:"-"`
	// Cheapest reaches the probability wanted for each target but Missing.
	Cheapest scenario.Allocation `json:"-"`
	Missing  []string            `json:"missing"`
}

// frontierPoints is the number of amounts that are shown.
const frontierPoints = 120

// spendLevels is the number of levels of effort tried for each target.
const spendLevels = 13

// Spend finds where money for more intake does most: the split over the targets that
// maximises the expected weighted number met, for every amount up to the budget, and
// the least money that gives each the probability wanted. The levers of the query's
// scenario hold throughout, budgets and ceilings excepted. No two targets may be in
// one tree, since money for one would do for the other.
func (s *Service) Spend(ctx context.Context, q Query, ask Spending) (*Spent, error) {
	switch {
	case len(ask.Over) == 0 || len(ask.Over) > 30:
		return nil, fault.New(fault.Invalid, "请选择 1 到 30 个要投入的目标。", "Choose 1 to 30 targets to spend on.")
	case math.IsNaN(ask.Budget) || ask.Budget < 0 || ask.Budget > 1e7:
		return nil, fault.Newf(fault.Invalid, "可用资金 %[1]v 万元超出 0 到 1000 亿元。", "A budget of %[1]v 万元 is out of 0 to 100 billion yuan.", ask.Budget)
	}
	if err := checkShare(ask.P); err != nil {
		return nil, err
	}
	out := &Spent{}
	roots := map[string]string{}
	for _, o := range ask.Over {
		c, root, err := s.choice(ctx, q, ask, o)
		if err != nil {
			return nil, err
		}
		if other, double := roots[root]; double {
			return nil, fault.Newf(fault.Invalid, "%[1]s 和 %[2]s 在同一棵目标树里，一笔钱会重复计入；请只选其中一个。",
				"%[1]s and %[2]s are in one tree of targets, so money would count twice; choose one of them.", other, o.Target)
		}
		roots[root] = o.Target
		out.Choices = append(out.Choices, c)
	}
	out.Frontier = scenario.Allocate(out.Choices, scenario.FenOf(ask.Budget)).Thin(frontierPoints)
	out.Cheapest, out.Missing = scenario.Cheapest(out.Choices, ask.P)
	return out, nil
}

// choice tries levels of effort for one target: multiples of its intake, what the
// additional people cost on average, and the probability that comes of it.
func (s *Service) choice(ctx context.Context, q Query, ask Spending, o SpendTarget) (c scenario.Choice, root string, err error) {
	most, weight := o.Most, o.Weight
	if most == 0 {
		most = 3
	}
	if weight == 0 {
		weight = 1
	}
	if !(most > 1 && most <= 10) || !(weight > 0 && weight <= 1000) || !(o.Price > 0 && o.Price <= 1e5) {
		return c, "", fault.Newf(fault.Invalid, "%[1]s 的单价应大于 0，力度上限应在 1 到 10 倍之间，权重应大于 0；请核对。",
			"%[1]s needs a price above 0, a highest multiple from 1 to 10 and a weight above 0; check them.", o.Target)
	}
	a, err := s.ask(ctx, q, Aim{Target: o.Target, Early: ask.Early}, seekPaths)
	if err != nil {
		return c, "", err
	}
	kept := slices.DeleteFunc(slices.Clone(q.Scenario.Levers), func(l scenario.Lever) bool {
		return l.Kind == scenario.KindBudget || l.Kind == scenario.KindCeiling
	})
	deadline := a.t.Late
	if ask.Early {
		deadline = a.t.Early
	}
	c = scenario.Choice{ID: a.aim.Target, Weight: weight}
	anyway := 0.0
	for k := range spendLevels {
		level := 1 + (most-1)*float64(k)/(spendLevels-1)
		more := scenario.Intake(level)
		more.Scope = a.aim.Target
		total := 0.0
		x, err := a.attainment(ctx, scenario.Of(append(slices.Clone(kept), more)...), func(sim simulation) {
			m := sim.paths[a.aim.Target]
			at := min(len(m)-1, max(0, target.Paths{First: sim.first}.Step(deadline)))
			total = meanSum(m[at : at+1])
		})
		if err != nil {
			return c, "", fmt.Errorf("spend on %s: %w", o.Target, err)
		}
		if k == 0 {
			anyway = total
		}
		c.Options = append(c.Options, scenario.Option{
			Level: level, Cost: scenario.Fen(math.Round(max(0, total-anyway) * float64(scenario.FenOf(o.Price)))), P: a.of(x).P,
		})
	}
	return c, a.root, nil
}
