package outlook

import (
	"context"
	"fmt"
	"math"
	"sync"

	"talentcast/analytics"
	"talentcast/analytics/scenario"
	"talentcast/analytics/target"
)

// YearEnds are the distributions of a policy's figures at the ends of the years to
// come, from the same paths as the outlook's: what a plan by year is held against.
type YearEnds struct {
	of map[string]map[int]target.Ladder // by canonical target and year
}

// AtLeast is the probability that a target's figure is at or above the level at the
// end of the year; ok is false where the year is over or beyond the forecast.
func (y *YearEnds) AtLeast(canonical string, year int, level float64) (p target.Probability, ok bool) {
	if y == nil {
		return p, false
	}
	l, ok := y.of[canonical][year]
	if !ok {
		return p, false
	}
	p = l.AtLeast(level)
	return p, !math.IsNaN(p.P)
}

// YearEnds draws the paths of the baseline again, as [Service.Of] drew them, and
// keeps what the ends of years come to. The result is shared: treat it as
// read-only. Faults are those of Of.
func (s *Service) YearEnds(ctx context.Context, q Query) (*YearEnds, error) {
	policy, state, asOf, err := s.settle(ctx, Query{Policy: q.Policy, AsOf: q.AsOf})
	if err != nil {
		return nil, err
	}
	base := baseKey(policy, state, asOf)
	y, err := once(ctx, s, &s.yearEnds, yearsKey(base), func(ctx context.Context) (*YearEnds, error) {
		p, err := s.prepared(ctx, base, policy, asOf)
		if err != nil {
			return nil, err
		}
		return s.drawYearEnds(p), nil
	})
	if err != nil {
		return nil, fmt.Errorf("year ends of %s: %w", policy.ID, err)
	}
	return y, nil
}

// YearEndsKept are the year ends that go with an outlook, if they have been computed
// and are still kept, else nil.
func (s *Service) YearEndsKept(o *Outlook) *YearEnds {
	y, _ := kept(s, &s.yearEnds, yearsKey(baseKey(o.Policy, o.State, o.AsOf.Time)))
	return y
}

func yearsKey(base string) string { return outlookKey(base, scenario.Scenario{}) + "|years" }

func (s *Service) drawYearEnds(p *prepared) *YearEnds {
	out := &YearEnds{of: map[string]map[int]target.Ladder{}}
	var mu sync.Mutex
	s.eachTree(p, func(string) bool { return true }, nil, func(_ string, sim simulation) {
		for id, paths := range sim.paths {
			t, ok := p.policy.Target(id)
			if !ok || !t.Planned() {
				continue
			}
			years := map[int]target.Ladder{}
			for _, y := range t.PlanYears() {
				end := analytics.Date(y, 12, 31)
				k := analytics.PeriodOf(end, sim.first.Freq).Sub(sim.first)
				if end.After(p.asOf) && k >= 0 && k < len(paths) {
					years[y] = target.NewLadder(paths[k])
				}
			}
			mu.Lock()
			out.of[id] = years
			mu.Unlock()
		}
	})
	return out
}
