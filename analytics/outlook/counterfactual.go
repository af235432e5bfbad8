package outlook

import (
	"context"
	"math"
	"slices"
	"time"

	"talentcast/analytics"
	"talentcast/analytics/forecast"
	"talentcast/analytics/scenario"
	"talentcast/datasets"
)

// past is the outlook of the day of then: whole when it is kept or wanted, else
// of the tree under root, with no more than a comparison needs.
func (s *Service) past(ctx context.Context, then *prepared, state datasets.State, root string) (*Outlook, error) {
	if root == "" {
		return s.at(ctx, then.policy, state, then.asOf, scenario.Scenario{})
	}
	if o, ok := s.keptOutlook(then.policy, state, then.asOf); ok {
		return o, nil
	}
	p := *then
	p.bare = true
	never := func(string) bool { return false }
	return s.partly(&p, &Outlook{State: state}, func(r string) bool { return r == root }, never), nil
}

// hindsight is the outlook of the day of then, made from the events up to that
// day as they are known on a later one, with the weights and correlation of then.
// Where the later knowledge changes nothing it is was, then's outlook. Of trees
// that are not in it says nothing.
func (s *Service) hindsight(ctx context.Context, then *prepared, was *Outlook, known time.Time, in func(root string) bool) (*Outlook, error) {
	p, err := s.grow(ctx, then.policy, then.asOf, known, func(l *leaf) fit {
		old := then.leaves[l.id]
		switch {
		case old != nil && l.same(old):
			return old.fit
		case !in(then.policy.Root(l.id)):
			return fit{}
		}
		f, _ := weighed(l, fitLeaf(l), old)
		return f
	})
	if err != nil {
		return nil, err
	}
	p.common, p.momentum, p.bare = then.common, then.momentum, true
	p.findTotals(fitLeaf)
	differs, forecast := map[string]bool{}, map[string]bool{}
	for id, l := range p.leaves {
		root := p.policy.Root(id)
		forecast[root] = true
		if old := then.leaves[id]; old == nil || !l.same(old) {
			differs[root] = true
		}
	}
	for id := range then.leaves {
		if p.leaves[id] == nil {
			differs[p.policy.Root(id)] = true
		}
	}
	return s.partly(p, was,
		func(root string) bool { return differs[root] && in(root) },
		func(root string) bool { return forecast[root] }), nil
}

// oldWeights is the outlook of now with the weights and correlation of then;
// where they are the same it is is, now's outlook. Of trees that are not in it
// says nothing.
func (s *Service) oldWeights(now, then *prepared, is *Outlook, in func(root string) bool) *Outlook {
	p := *now
	p.bare, p.leaves = true, map[string]*leaf{}
	if len(then.leaves) > 0 {
		p.common, p.momentum = then.common, then.momentum
	}
	differs := map[string]bool{}
	for id, l := range now.leaves {
		c := *l
		p.leaves[id] = &c
		old := then.leaves[id]
		f, changed := weighed(l, l.fit, old)
		c.fit = f
		if changed || (p.common != now.common || p.momentum != now.momentum) && l.series.Freq() == analytics.Monthly {
			differs[p.policy.Root(id)] = true
		}
	}
	return s.partly(&p, is,
		func(root string) bool { return differs[root] && in(root) },
		func(string) bool { return true })
}

// partly is an outlook made from p, of which only some trees are simulated; the
// trees that are taken are like's.
func (s *Service) partly(p *prepared, like *Outlook, simulated, taken func(root string) bool) *Outlook {
	o, index := s.blank(p, like.State)
	s.forecastTrees(o, p, index, simulated)
	for i := range o.Targets {
		t := &o.Targets[i]
		root := p.policy.Root(t.Canonical)
		switch {
		case t.SameAs != "":
		case !simulated(root) && taken(root):
			*t = like.Targets[i]
		default:
			p.check(t)
			s.judge(t, p.asOf)
		}
	}
	repeat(o, index)
	return o
}

// same reports whether the leaves hold the same data.
func (l *leaf) same(o *leaf) bool {
	return l.kind == o.kind && l.space == o.space && l.scale == o.scale && l.actual == o.actual &&
		l.partial == o.partial && l.hazard == o.hazard && l.late == o.late && l.series.Start == o.series.Start &&
		slices.EqualFunc(l.series.Values, o.series.Values, func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) })
}

// weighed is f, the fit of a leaf, with the models and weights that old was
// forecast by, and whether that is another forecast. A model of old that f has
// not is fitted to the leaf; where one can't be, or old has no models, f stays.
func weighed(l *leaf, f fit, old *leaf) (fit, bool) {
	if old == nil {
		return f, false
	}
	was, wasOK := old.fit.model.(*forecast.Chosen)
	is, isOK := f.model.(*forecast.Chosen)
	if !wasOK || !isOK || sameWeights(was.Scores, is.Scores) {
		return f, false
	}
	var fits []forecast.Fitted
	var weights []float64
	for _, s := range was.Scores {
		m := fittedAs(l, is, s.Model)
		if m == nil {
			return f, false
		}
		fits, weights = append(fits, m), append(weights, s.Weight)
	}
	f.model = forecast.Combine(l.series, fits, weights)
	return f, true
}

func sameWeights(a, b []forecast.Score) bool {
	return slices.EqualFunc(a, b, func(a, b forecast.Score) bool { return a.Model == b.Model && a.Weight == b.Weight })
}

// fittedAs is the model of the name as fitted to the leaf; nil when it can't be.
func fittedAs(l *leaf, c *forecast.Chosen, name string) forecast.Fitted {
	for _, m := range forecast.Parts(c) {
		if m.Name() == name {
			return m
		}
	}
	for _, m := range forecast.Candidates(l.space, l.series.Freq()) {
		if m.Name() == name {
			if f, err := m.Fit(l.series); err == nil {
				return f
			}
		}
	}
	return nil
}
