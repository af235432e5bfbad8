package outlook

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"talentcast/analytics/scenario"
	"talentcast/datasets"
)

// lab is what scenarios of one policy as of one date are tried on: the baseline,
// and the chance of every leaf, drawn once. It takes about twelve bytes a path
// and period of every leaf, 370 MB for the 555 policy.
type lab struct {
	p        *prepared
	paths    int // drawn; a view has fewer
	base     *Outlook
	index    map[string]int // of a target in base
	horizons map[string]int // by root
	tracks   map[string]*track
	picked   map[string][]int // by root: the paths taken in place of all
	roots    map[string]string
	within   map[string][]string // by leaf: the scopes it is in

	// What the baseline comes to, found when it is first asked for.
	sums *sync.Map // by leaf: what it adds, float64
	held *sync.Map // by target: those still here, HeldAt
	stay *sync.Map // by leaf: the chances of those still here, *chances
}

// lab returns the laboratory of what is known as of a date.
func (s *Service) lab(ctx context.Context, policy datasets.Policy, state datasets.State, base *Outlook) (*lab, error) {
	key := baseKey(policy, state, base.AsOf.Time)
	return once(ctx, s, &s.labs, "lab|"+key, func(ctx context.Context) (*lab, error) {
		p, err := s.prepared(ctx, key, policy, base.AsOf.Time)
		if err != nil {
			return nil, err
		}
		b := s.newLab(p, base)
		go b.warm() // it ends by itself: it only counts
		return b, nil
	})
}

// newLab draws the tracks of all leaves, several at a time.
func (s *Service) newLab(p *prepared, base *Outlook) *lab {
	horizons, months := p.horizons(nil)
	b := &lab{
		p: p, paths: s.cfg.Paths, base: base, horizons: horizons, index: map[string]int{}, tracks: map[string]*track{},
		picked: map[string][]int{}, roots: map[string]string{}, within: map[string][]string{},
		sums: &sync.Map{}, held: &sync.Map{}, stay: &sync.Map{},
	}
	for i, t := range base.Targets {
		b.index[t.ID] = i
	}
	shared := s.sharedBy(p, months)
	var g errgroup.Group
	g.SetLimit(s.cfg.Workers)
	for _, id := range sortedKeys(p.leaves) {
		l := p.leaves[id]
		if l.fit.model == nil {
			continue
		}
		root := p.policy.Root(id)
		b.roots[id], b.within[id] = root, p.scopes(id)
		k := newTrack(l, horizons[root], s.cfg.Paths)
		b.tracks[id] = k
		picked := p.picks.of(root, horizons[root])
		b.picked[root] = picked
		g.Go(func() error {
			s.draw(k, 0, s.cfg.Paths, p.common, shared)
			k.take(picked)
			k.knot()
			return nil
		})
	}
	_ = g.Wait() // none of the functions returns an error
	return b
}

// warm takes the knots that sliders are moved between before they are asked for.
func (b *lab) warm() {
	for _, m := range []float64{1, 1.1, 1.2, 0.9, 1.3, 1.4, 1.5, 0.82, 0.75, 2, 1.87, 1.75, 1.62} {
		for _, k := range b.tracks {
			if k.knots != nil {
				k.column(below(m))
			}
		}
	}
}

// take puts the picked paths in place of all.
func (k *track) take(picked []int) {
	if picked == nil {
		return
	}
	for _, m := range [][][]float32{k.mu, k.up, k.none, k.values, k.leave} {
		for t := range m {
			m[t] = taken(m[t], picked)
		}
	}
	k.laws, k.base, k.hazard = taken(k.laws, picked), taken(k.base, picked), taken(k.hazard, picked)
}

func taken[V any](row []V, picked []int) []V {
	if row == nil {
		return nil
	}
	out := make([]V, len(picked))
	for i, k := range picked {
		out[i] = row[k]
	}
	return out
}

// of returns how the paths of a tree were drawn anew, nil where they were not.
func (k *picks) of(root string, h int) []int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.done[pickKey(root, h)]
}

func pickKey(root string, h int) string { return fmt.Sprintf("%s|%d", root, h) }

// scopes are the ids by which a lever may mean the leaf: the target's, those of
// all it adds to, of the rows that repeat them, and of their plans.
func (p *prepared) scopes(id string) []string {
	var out []string
	for range p.policy.Targets {
		up := ""
		for _, t := range p.policy.Targets {
			if p.policy.Canonical(t.ID) != id {
				continue
			}
			out = append(out, t.ID)
			if t.PlanID != "" {
				out = append(out, t.PlanID)
			}
			if t.ID == id && t.ParentID != "" && t.Relation != datasets.Detail {
				up = p.policy.Canonical(t.ParentID)
			}
		}
		if up == "" {
			break
		}
		id = up
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// scopesOf says which scopes a policy has.
type scopesOf struct{ policy *datasets.Policy }

// Known reports whether the id is a plan's or a target's.
func (s scopesOf) Known(id string) bool {
	if _, ok := s.policy.Target(id); ok {
		return true
	}
	return slices.ContainsFunc(s.policy.Plans, func(p datasets.Plan) bool { return p.ID == id })
}

// effects are what the levers do to every leaf that they do something to.
func (b *lab) effects(sc scenario.Scenario) map[string]scenario.Effect {
	out := map[string]scenario.Effect{}
	for id, k := range b.tracks {
		e := sc.Effect(scenario.Subject{
			Within: b.within[id], Space: k.l.space, Leaves: k.l.kind == stockLeaf || k.l.counts(),
			First: k.l.first(), H: k.h,
		})
		if !e.None() {
			out[id] = e
		}
	}
	return out
}
