package outlook

import (
	"context"
	"fmt"
	"time"

	"talentcast/datasets"
)

// Actuals are the figures of a policy's targets as the overview shows them, as
// of a date or, for a zero one, of the newest data: by target id, without those
// of which nothing is known. Nothing is forecast, so that it takes no time to
// speak of.
func (s *Service) Actuals(ctx context.Context, policy string, asOf time.Time) (map[string]float64, error) {
	p, err := s.store.Policy(ctx, policy)
	if err != nil {
		return nil, fmt.Errorf("actuals of %s: %w", policy, err)
	}
	state, err := s.store.State(ctx, p.ID)
	if err != nil {
		return nil, fmt.Errorf("actuals of %s: %w", policy, err)
	}
	if asOf, err = s.asOf(asOf, state); err != nil {
		return nil, err
	}
	known, err := s.happened(ctx, p, asOf, asOf)
	if err != nil {
		return nil, fmt.Errorf("actuals of %s: %w", policy, err)
	}
	out := map[string]float64{}
	for _, t := range p.Targets {
		if t.SameAs != "" || t.Measure == datasets.Cap {
			continue
		}
		o := Target{Target: t, Canonical: t.ID}
		if known.observe(&o); o.Actual != nil {
			out[t.ID] = *o.Actual
		}
	}
	return out, nil
}

// Effects are the figures that are others than before, in the policy's order:
// what a load or an undo did to the dashboard.
func (s *Service) Effects(ctx context.Context, policy datasets.Policy, before map[string]float64) ([]datasets.Effect, error) {
	after, err := s.Actuals(ctx, policy.ID, time.Time{})
	if err != nil {
		return nil, err
	}
	var out []datasets.Effect
	for _, t := range policy.Targets {
		was, had := before[t.ID]
		now, has := after[t.ID]
		if was == now && had == has {
			continue
		}
		e := datasets.Effect{Target: t.ID}
		if had {
			e.Was = &was
		}
		if has {
			e.Now = &now
		}
		out = append(out, e)
	}
	return out, nil
}
