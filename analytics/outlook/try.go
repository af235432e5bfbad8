package outlook

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"talentcast/analytics/scenario"
	"talentcast/analytics/target"
)

// Try answers a query with a scenario as [Service.Of] does, at the speed of a
// slider: only the targets named get a fan, the others keep the baseline's. Every
// target whose series no lever touches is the baseline's, figure by figure.
func (s *Service) Try(ctx context.Context, q Query, fans ...string) (*Outlook, error) {
	policy, state, asOf, err := s.settle(ctx, q)
	if err != nil {
		return nil, err
	}
	sc := q.Scenario.Moved()
	base, err := s.at(ctx, policy, state, asOf, scenario.Scenario{})
	if err != nil || sc.Baseline() {
		return base, err
	}
	b, err := s.lab(ctx, policy, state, base)
	if err != nil {
		return nil, err
	}
	slices.Sort(fans)
	key := "try|" + strings.Join(fans, ",") + "|" + outlookKey(baseKey(policy, state, asOf), sc)
	if o, ok := kept(s, &s.tries, key); ok {
		return o, nil
	}
	o, err := s.try(ctx, b, sc, func(id string) bool { return slices.Contains(fans, id) })
	if err != nil {
		return nil, fmt.Errorf("scenario of %s: %w", q.Policy, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tries.put(key, o)
	return o, nil
}

// try plays a scenario. It stops when the reader leaves.
func (s *Service) try(ctx context.Context, b *lab, sc scenario.Scenario, fan func(id string) bool) (*Outlook, error) {
	o := *b.base
	o.Scenario = sc
	o.Targets = slices.Clone(b.base.Targets)
	r := s.newRun(b, sc)
	if err := s.limit(ctx, r); err != nil {
		return nil, err
	}
	touched := r.roots()
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(s.cfg.Workers)
	for _, root := range touched {
		g.Go(func() error {
			if err := gctx.Err(); err != nil {
				return err
			}
			sim := s.sumUp(b.p, root, b.horizons[root], r.paths)
			s.refill(&o, r, root, sim, fan)
			for _, m := range sim.paths {
				s.release(m)
			}
			return nil
		})
	}
	if r.held {
		for _, root := range r.peopled() {
			g.Go(func() error {
				if err := gctx.Err(); err != nil {
					return err
				}
				r.holdTree(s, root, &heldPlay{by: map[string]matrix{}})
				return nil
			})
		}
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	o.Bill, o.Held = r.bill(), r.heldList()
	s.rejudge(&o, b, touched)
	return &o, nil
}

// rejudge gives the touched targets their lights, and counts them anew.
func (s *Service) rejudge(o *Outlook, b *lab, touched []string) {
	o.Counts = map[target.Status]int{}
	for i := range o.Targets {
		t := &o.Targets[i]
		if t.SameAs != "" {
			continue
		}
		if slices.Contains(touched, b.p.policy.Root(t.ID)) {
			s.judge(t, b.p.asOf)
		}
		o.Counts[t.Status]++
	}
	repeat(o, b.index)
	o.Verdict = verdict(o)
}

// refill sets what a scenario changes of the targets under root.
func (s *Service) refill(o *Outlook, r *run, root string, sim simulation, fan func(id string) bool) {
	b := r.lab
	for _, c := range b.p.children[root] {
		s.refill(o, r, c, sim, fan)
	}
	t := &o.Targets[b.index[root]]
	paths := sim.paths[root]
	if paths == nil || t.Actual == nil {
		return
	}
	if fan(root) {
		t.Fan = summary(sim.first, paths)
	}
	if t.Low != nil {
		a := target.Attain(t.goal(), observations(t.History), b.p.asOf, target.Paths{First: sim.first, At: paths})
		t.Attainment = &a
	}
}

// goal is the target's number and window.
func (t *Target) goal() target.Goal {
	g := target.Goal{
		Low: *t.Low, High: *t.Low, Start: t.Start, Early: t.Early, Late: t.Late,
		Flow: t.Measure == cumulative,
	}
	if t.High != nil {
		g.High = *t.High
	}
	return g
}

// run is one scenario while it is played.
type run struct {
	s       *Service
	lab     *lab
	sc      scenario.Scenario
	effects map[string]scenario.Effect
	doubts  doubts
	limited map[string]matrix // by leaf: what is added within the limits
	years   []BudgetYear
	held    bool // those still here are asked for

	mu        sync.Mutex
	heldViews []Held
	sums      map[string]float64 // by leaf: what it adds, where it has been played
}

func (s *Service) newRun(b *lab, sc scenario.Scenario) *run {
	r := &run{s: s, lab: b, sc: sc, effects: b.effects(sc), doubts: s.newDoubts(sc, b.paths), limited: map[string]matrix{}, sums: map[string]float64{}}
	for _, l := range sc.Levers {
		r.held = r.held || l.Kind == scenario.KindRetention || l.Kind == scenario.KindRenewal
	}
	return r
}

// roots are the trees that the scenario touches.
func (r *run) roots() []string {
	touched := map[string]bool{}
	for id, e := range r.effects {
		if !e.Additions() || r.lab.tracks[id].l.kind == stockLeaf { // who leaves moves no total
			touched[r.lab.roots[id]] = true
		}
	}
	for id := range r.limited {
		touched[r.lab.roots[id]] = true
	}
	return slices.Sorted(maps.Keys(touched))
}

// paths plays one leaf.
func (r *run) paths(l *leaf) matrix {
	k := r.lab.tracks[l.id]
	out := r.s.matrix(k.h)
	e, d := r.effects[l.id], r.doubts.pick(r.lab.picked[r.lab.roots[l.id]])
	if added, ok := r.limited[l.id]; ok {
		for t, row := range added {
			copy(out[t], row)
		}
		k.accumulate(out, e, d)
		return out
	}
	k.play(out, e, d)
	if k.l.kind == flowLeaf && k.h > 0 {
		r.note(l.id, mean(out[k.h-1])-mean(k.base))
	}
	return out
}

// note keeps what a leaf adds in the mean, for the bill.
func (r *run) note(id string, added float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sums[id] = added
}

func mean(row []float64) float64 {
	sum := 0.0
	for _, v := range row {
		sum += v
	}
	return sum / float64(max(1, len(row)))
}
