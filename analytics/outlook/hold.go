package outlook

import (
	"math/rand/v2"
	"slices"
	"strings"

	"talentcast/analytics"
	"talentcast/analytics/scenario"
	"talentcast/datasets"
)

// cumulative is the measure of totals that only grow.
const cumulative = datasets.Cumulative

// Held is the second view of a cumulative count of people: not all who were ever
// recognised but those still here, in the baseline and in the scenario.
type Held struct {
	Target string  `json:"target"`
	Now    float64 `json:"now"`
	Base   HeldAt  `json:"base"`
	With   HeldAt  `json:"with"`
}

// HeldAt is what is expected at the deadlines, and the probability that those
// still here are then as many as the low end; nil where there is no such deadline
// to come.
type HeldAt struct {
	Early  *float64 `json:"early"`
	Late   *float64 `json:"late"`
	PEarly *float64 `json:"p_early"`
	PLate  *float64 `json:"p_late"`
}

// stay is what is known of those still here of one leaf.
type stay struct {
	now    float64
	hazard hazard
	joined []float64 // by month, to the last one known
}

// stayOf counts a leaf's members from its flows.
func (p *prepared) stayOf(l *leaf) stay {
	st := stay{now: l.actual, joined: l.series.Values}
	n := len(l.series.Values)
	level := 0.0
	at := 0
	for i := range n {
		out := 0.0
		for ; at < len(p.flows[l.id]) && p.flows[l.id][at].Month.Sub(l.series.Start) <= i; at++ {
			out += float64(p.flows[l.id][at].Leaves)
		}
		st.hazard.exposure += level
		st.hazard.leaves += out
		level += l.series.Values[i] - out
	}
	for _, f := range p.flows[l.id] {
		st.now -= float64(f.Leaves)
	}
	st.now = max(0, st.now)
	return st
}

// people reports whether what a leaf counts are people on a register, who may
// leave it, and not courses that end.
func (p *prepared) people(id string) bool {
	for _, c := range p.policy.Categories {
		if p.policy.Canonical(c.Target) == id && (c.Kind == datasets.Talent || c.Kind == datasets.SocialWorker) {
			return true
		}
	}
	return false
}

// stayers plays those still here of one leaf.
func (s *Service) stayers(b *lab, id string, added matrix, e scenario.Effect, d doubts) {
	c := s.chances(b, id)
	b.tracks[id].keep(added, e, d, c.base, c.hazard, c.leave, c.joined)
}

// chances are what the paths of those still here of one leaf are drawn from, the same
// in every scenario: where they stand, how readily they leave, and each month's luck.
type chances struct {
	base, hazard []float64   // by path
	leave        [][]float32 // by period and path
	joined       []float64   // by month, to the last one known
}

// chances draws them when they are first asked for.
func (s *Service) chances(b *lab, id string) *chances {
	if c, ok := b.stay.Load(id); ok {
		return c.(*chances)
	}
	k := b.tracks[id]
	st := b.p.stayOf(k.l)
	base, hz, leave := make([]float64, k.n), make([]float64, k.n), rows32(k.h, k.n)
	src := rand.NewPCG(0, 0)
	r := rand.New(src)
	picked := b.picked[b.roots[id]]
	for i := range k.n {
		path := i
		if picked != nil {
			path = picked[i]
		}
		generator(src, s.cfg.Seed, id, leaving, path)
		base[i], hz[i] = st.now+k.base[i]-k.l.actual, st.hazard.draw(r)
		for t := range k.h {
			leave[t][i] = float32(r.Float64())
		}
	}
	c := &chances{base, hz, leave, st.joined}
	b.stay.Store(id, c)
	return c
}

// heldPlay is one play of those still here of a tree, leaf by leaf.
type heldPlay struct{ by map[string]matrix }

// of adds up those still here under a target; nil where none of its leaves is of
// people who may leave.
func (h *heldPlay) of(b *lab, id string, play func(leaf string) matrix) matrix {
	var sum matrix
	for _, l := range b.p.subtreeLeaves(id) {
		if l.kind != flowLeaf || !l.counts() || !b.p.people(l.id) {
			return nil
		}
		m, ok := h.by[l.id]
		if !ok {
			m = play(l.id)
			h.by[l.id] = m
		}
		if sum == nil {
			sum = make(matrix, len(m))
			for t := range m {
				sum[t] = slices.Clone(m[t])
			}
			continue
		}
		for t, row := range m {
			for i, v := range row {
				sum[t][i] += v
			}
		}
	}
	return sum
}

// peopled are the trees with people whose leaving the scenario moves.
func (r *run) peopled() []string {
	roots := map[string]bool{}
	for id, e := range r.effects {
		if k := r.lab.tracks[id]; k.l.kind == flowLeaf && (len(e.Leaving) > 0 || e.Renewal != nil) && r.lab.p.people(id) {
			roots[r.lab.roots[id]] = true
		}
	}
	return sortedKeys(roots)
}

// holdTree sets the second view of a target and of all that adds to it.
func (r *run) holdTree(s *Service, id string, plays *heldPlay) {
	for _, c := range r.lab.p.children[id] {
		r.holdTree(s, c, plays)
	}
	r.hold(s, &r.lab.base.Targets[r.lab.index[id]], plays)
}

// hold sets the second view of a target.
func (r *run) hold(s *Service, t *Target, plays *heldPlay) {
	if t.Measure != cumulative || t.Unit == "元" || t.Low == nil {
		return
	}
	b := r.lab
	leaves := b.p.subtreeLeaves(t.ID)
	if len(leaves) == 0 {
		return
	}
	with := plays.of(b, t.ID, func(id string) matrix { return r.stayers(s, id) })
	if with == nil {
		return
	}
	now := 0.0
	for _, l := range leaves {
		now += b.p.stayOf(l).now
	}
	first := leaves[0].first()
	v := Held{Target: t.ID, Now: now, Base: b.heldBase(s, t, first), With: heldAt(t, with, first)}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.heldViews = append(r.heldViews, v)
}

// stayers plays those still here of one leaf in the scenario.
func (r *run) stayers(s *Service, id string) matrix {
	k := r.lab.tracks[id]
	out := newMatrix(k.h, k.n)
	d := r.doubts.pick(r.lab.picked[r.lab.roots[id]])
	if limited := r.limited[id]; limited != nil {
		for i, row := range limited {
			copy(out[i], row)
		}
	} else {
		k.playAdded(out, r.effects[id], d)
	}
	s.stayers(r.lab, id, out, r.effects[id], d)
	return out
}

// heldBase is the same of a target in the baseline.
func (b *lab) heldBase(s *Service, t *Target, first analytics.Period) HeldAt {
	if v, ok := b.held.Load(t.ID); ok {
		return v.(HeldAt)
	}
	plays := heldPlay{by: map[string]matrix{}}
	m := plays.of(b, t.ID, func(id string) matrix {
		k := b.tracks[id]
		out := newMatrix(k.h, k.n)
		k.playAdded(out, scenario.Effect{}, nil)
		s.stayers(b, id, out, scenario.Effect{}, nil)
		return out
	})
	v := heldAt(t, m, first)
	b.held.Store(t.ID, v)
	return v
}

func newMatrix(h, n int) matrix {
	m := make(matrix, h)
	for t := range m {
		m[t] = make([]float64, n)
	}
	return m
}

func heldAt(t *Target, m matrix, first analytics.Period) (v HeldAt) {
	at := func(deadline analytics.Period) (mean, p *float64) {
		k := deadline.Sub(first)
		if k < 0 || k >= len(m) {
			return nil, nil
		}
		sum, above := 0.0, 0.0
		for _, x := range m[k] {
			sum += x
			if x >= *t.Low {
				above++
			}
		}
		n := float64(len(m[k]))
		sum, above = sum/n, above/n
		return &sum, &above
	}
	if !t.Early.IsZero() && !t.Early.Equal(t.Late) {
		v.Early, v.PEarly = at(analytics.PeriodOf(t.Early, first.Freq))
	}
	if !t.Late.IsZero() {
		v.Late, v.PLate = at(analytics.PeriodOf(t.Late, first.Freq))
	}
	return v
}

// heldList is what was found, in the order of the policy's targets.
func (r *run) heldList() []Held {
	slices.SortFunc(r.heldViews, func(a, b Held) int {
		if d := r.lab.index[a.Target] - r.lab.index[b.Target]; d != 0 {
			return d
		}
		return strings.Compare(a.Target, b.Target)
	})
	return r.heldViews
}
