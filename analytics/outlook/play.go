package outlook

import (
	"math"
	"math/rand/v2"
	"runtime"
	"sync"

	"talentcast/analytics"
	"talentcast/analytics/forecast"
	"talentcast/analytics/scenario"
)

// doubts are the levers' uncertain values by lever and path: factors of mean 1.
// They are the same for every series that a lever acts on.
type doubts map[int][]float64

// newDoubts draws them for the levers that have any. A lever draws by its kind
// and scope, so that it keeps its chance when others are added.
func (s *Service) newDoubts(sc scenario.Scenario, paths int) doubts {
	d := doubts{}
	src := rand.NewPCG(0, 0)
	r := rand.New(src)
	for k, l := range sc.Levers {
		if l.SD == 0 {
			continue
		}
		row := make([]float64, paths)
		for i := range row {
			generator(src, s.cfg.Seed, string(l.Kind)+"@"+l.Scope, leverChance, i)
			row[i] = scenario.Doubt(l.SD, r.NormFloat64())
		}
		d[k] = row
	}
	return d
}

// pick takes the picked paths in place of all, if any were.
func (d doubts) pick(picked []int) doubts {
	if picked == nil || len(d) == 0 {
		return d
	}
	out := doubts{}
	for k, row := range d {
		out[k] = make([]float64, len(picked))
		for i, p := range picked {
			out[k][i] = row[p]
		}
	}
	return out
}

// multiplier is what the factors make of period t: one number for all paths, and
// each path's own where a lever is uncertain. scratch is overwritten.
func (d doubts) multiplier(factors []scenario.Factor, t int, scratch []float64) (times float64, each []float64) {
	times = 1
	for _, f := range factors {
		row := d[f.Lever]
		if row == nil || f.SD == 0 {
			times *= f.At(t, 1)
			continue
		}
		if each == nil {
			each = scratch
			for i := range each {
				each[i] = 1
			}
		}
		for i := range each {
			each[i] *= f.At(t, row[i])
		}
	}
	return times, each
}

// play writes the paths of a track's figure, in the target's unit, under an
// effect.
func (k *track) play(out matrix, e scenario.Effect, d doubts) {
	switch {
	case k.l.kind == levelLeaf:
		k.playLevel(out, e, d)
	case k.l.kind == flowLeaf && len(e.Shifts) == 0: // added up at once
		scratch, before := make([]float64, k.n), k.base
		for t := range k.h {
			k.period(out[t], before, t, e, d, scratch)
			before = out[t]
		}
	default:
		k.playAdded(out, e, d)
		k.accumulate(out, e, d)
	}
}

// playAdded writes what is added in each period.
func (k *track) playAdded(out matrix, e scenario.Effect, d doubts) {
	scratch := make([]float64, k.n)
	for t := range k.h {
		k.period(out[t], nil, t, e, d, scratch)
	}
	if len(e.Shifts) > 0 {
		k.shift(out, e.Shifts)
	}
}

// period writes before and what period t adds to it. Of the first period only the
// rest is still to come; rates have that in them.
func (k *track) period(dst, before []float64, t int, e scenario.Effect, d doubts, scratch []float64) {
	times, each := d.multiplier(e.Factors, t, scratch)
	plan := e.Plan != nil && t >= e.Plan.From
	if t == 0 && (k.mu == nil || plan) {
		times *= 1 - k.l.partial
	}
	switch {
	case plan:
		row := d[e.Plan.Lever]
		for i := range dst {
			v := e.Plan.Amount[t] * times
			if row != nil {
				v *= row[i]
			}
			if each != nil {
				v *= each[i]
			}
			if before != nil {
				v += before[i]
			}
			dst[i] = v
		}
	default:
		k.added(dst, before, t, times, each)
	}
	if e.Adds != nil && e.Adds[t] != 0 {
		for i := range dst {
			dst[i] += e.Adds[t]
		}
	}
}

// shift moves what is added path by path.
func (k *track) shift(out matrix, shifts []scenario.Shift) {
	path := make([]float64, k.h)
	for i := range k.n {
		for t := range path {
			path[t] = out[t][i]
		}
		for _, s := range shifts {
			s.Apply(path, int(k.l.series.Freq()))
		}
		for t, v := range path {
			out[t][i] = v
		}
	}
}

// accumulate turns what is added into the total of a flow or the level of a stock.
func (k *track) accumulate(out matrix, e scenario.Effect, d doubts) {
	if k.l.kind == stockLeaf {
		k.keep(out, e, d, k.base, k.hazard, k.leave, k.l.series.Values)
		return
	}
	before := k.base
	for t := range k.h {
		for i, v := range out[t] {
			out[t][i] = before[i] + v
		}
		before = out[t]
	}
}

// keep turns joins into the level they make of a stock. Members leave by a monthly
// hazard drawn from its posterior: Beta with the prior (0.5, 119.5), one departure
// in twenty years of membership, worth half a departure of evidence. Each member
// leaves by a draw of its own, so a whole stock never leaves in step. joined are the joins of periods before the first, latest last, of which those
// are renewed or not whose management period ends.
func (k *track) keep(out matrix, e scenario.Effect, d doubts, base, hazard []float64, leave [][]float32, joined []float64) {
	var joins matrix
	if e.Renewal != nil {
		joins = make(matrix, k.h)
		for t := range joins {
			joins[t] = append([]float64(nil), out[t]...)
		}
	}
	// Paths are worked on side by side: none looks at another.
	parts := min(k.n, runtime.GOMAXPROCS(0))
	var g sync.WaitGroup
	for part := range parts {
		from, to := part*k.n/parts, (part+1)*k.n/parts
		g.Go(func() {
			scratch := make([]float64, k.n)
			still := remaining{hazard: hazard[from:to]}
			before := base
			for t := range k.h {
				times, each := d.multiplier(e.Leaving, t, scratch)
				here := still.after(e.Renewal, times)
				rest := 1.0
				if t == 0 {
					rest = 1 - k.l.partial
				}
				for i := from; i < to; i++ {
					rate := hazard[i] * times * rest
					if each != nil {
						rate *= each[i]
					}
					u := float64(leave[t][i])
					level := before[i] + out[t][i] - forecast.BinomialAt(before[i], min(1, rate), u)
					if e.Renewal != nil {
						level -= lapsed(e.Renewal, cohort(t-e.Renewal.After, i, joins, joined), here[i-from], u)
					}
					out[t][i] = max(0, level)
				}
				before = out[t]
			}
		})
	}
	g.Wait()
}

// cohort is how many joined on path i in the period, counted from the first
// forecast one.
func cohort(period, i int, joins matrix, joined []float64) float64 {
	switch {
	case period >= 0:
		return joins[period][i]
	case len(joined)+period >= 0:
		return joined[len(joined)+period]
	}
	return 0
}

// remaining are the shares of a cohort that are still there when its management
// period ends, by path; reckoned once as long as the rates stay the same.
type remaining struct {
	hazard []float64
	times  float64
	here   []float64
}

func (m *remaining) after(r *scenario.Renewal, times float64) []float64 {
	if r == nil || m.here != nil && m.times == times {
		return m.here
	}
	if m.here == nil {
		m.here = make([]float64, len(m.hazard))
	}
	m.times = times
	for i, hazard := range m.hazard {
		m.here[i] = math.Pow(1-min(1, hazard*times), float64(r.After))
	}
	return m.here
}

// lapsed is how many of a cohort, of which a share is still here when its management
// period ends, are not renewed then. The probability is taken from later digits of u
// than the month's leavers take.
func lapsed(r *scenario.Renewal, joined, here, u float64) float64 {
	if joined == 0 || r.Share >= 1 {
		return 0
	}
	_, late := math.Modf(u * 4099)
	return forecast.BinomialAt(joined, (1-r.Share)*here, late)
}

// playLevel writes a level: its changes are multiplied, shares are left alone.
func (k *track) playLevel(out matrix, e scenario.Effect, d doubts) {
	if len(e.Factors) == 0 || k.l.space != analytics.Level && k.l.space != analytics.Count && k.l.space != analytics.Money {
		for t, row := range k.values {
			for i, v := range row {
				out[t][i] = float64(v) * k.l.scale
			}
		}
		return
	}
	scratch := make([]float64, k.n)
	last := k.l.last()
	for t, row := range k.values {
		times, each := d.multiplier(e.Factors, t, scratch)
		for i, v := range row {
			before, level := last, last
			if t > 0 {
				before, level = float64(k.values[t-1][i]), out[t-1][i]/k.l.scale
			}
			m := times
			if each != nil {
				m *= each[i]
			}
			out[t][i] = max(0, level+m*(float64(v)-before)) * k.l.scale
		}
	}
}

// last is the latest value of the series, 0 where there is none.
func (l *leaf) last() float64 {
	for i := len(l.series.Values) - 1; i >= 0; i-- {
		if v := l.series.Values[i]; !math.IsNaN(v) {
			return v
		}
	}
	return 0
}
