package outlook

import (
	"math"
	"math/rand/v2"

	"talentcast/analytics"
	"talentcast/analytics/forecast"
)

// track is the chance of one leaf's sample paths, drawn once: what the levers of
// a scenario act on. For counts it is every path's rates and the probability of
// each period's count; for the rest the values themselves. Both are kept as
// float32, and the baseline is made of the same numbers: so a lever that does
// nothing changes nothing, to the last path.
type track struct {
	l    *leaf
	h, n int
	// Counts with rates: by period, then by path. At a multiplier up to none
	// nothing is counted; that settles most periods of a sparse series.
	mu, up, none [][]float32
	laws         []law
	knots        *knots // of a busy series in a laboratory
	asItIs       bool   // no lever will be moved
	// Everything else: what is added, or the level, in the series' unit.
	values [][]float32
	base   []float64 // the figure before the first period, by path, in the target's unit
	// Of a stock: each path's monthly rate of leaving, and the probability of each
	// period's leavers.
	hazard []float64
	leave  [][]float32
}

// rows32 is an n-wide matrix of h rows.
func rows32(h, n int) [][]float32 {
	flat := make([]float32, h*n)
	rows := make([][]float32, h)
	for t := range rows {
		rows[t] = flat[t*n : (t+1)*n : (t+1)*n]
	}
	return rows
}

// newTrack makes room for n paths of h periods.
func newTrack(l *leaf, h, n int) *track {
	k := &track{l: l, h: h, n: n, base: make([]float64, n)}
	if _, ok := forecast.AsRated(l.fit.model); ok {
		k.mu, k.up, k.none = rows32(h, n), rows32(h, n), rows32(h, n)
		k.laws = make([]law, n)
	} else {
		k.values = rows32(h, n)
	}
	if l.kind == stockLeaf {
		k.hazard, k.leave = make([]float64, n), rows32(h, n)
	}
	return k
}

// draw draws paths lo to hi of the track, which are the policy's paths from lo on:
// each path restarts its generators, so that it is the same in whatever piece it
// is drawn.
func (s *Service) draw(k *track, lo, hi int, rho float64, shared sharedChance) {
	l := k.l
	if l.series.Freq() != analytics.Monthly {
		rho, shared = 0, sharedChance{}
	}
	if !l.counts() {
		shared.pace = nil
	}
	own, load := math.Sqrt(1-rho), math.Sqrt(rho)
	chance, params, leave, unseen := rand.NewPCG(0, 0), rand.NewPCG(0, 0), rand.NewPCG(0, 0), rand.NewPCG(0, 0)
	normals, r, rl, ru := rand.New(chance), rand.New(params), rand.New(leave), rand.New(unseen)
	z, dst, pace := make([]float64, k.h), make([]float64, k.h), []float64(nil)
	rated, isRated := forecast.AsRated(l.fit.model)
	for i := lo; i < hi; i++ {
		at := i - lo
		generator(chance, s.cfg.Seed, l.id, ownChance, i)
		generator(params, s.cfg.Seed, l.id, parameters, i)
		for t := range z {
			z[t] = own * normals.NormFloat64()
		}
		if shared.noise != nil && rho > 0 {
			for t := range z {
				z[t] += load * shared.noise[i][t]
			}
		}
		if shared.pace != nil {
			pace = shared.pace[i][:k.h]
		}
		if isRated {
			k.drawRates(at, rated, dst, forecast.Draw{Z: z, R: r}, pace)
		} else {
			l.fit.model.Path(dst, forecast.Draw{Z: z, Mult: pace, R: r})
			for t, v := range dst {
				k.values[t][at] = float32(v)
			}
		}
		k.base[at] = l.actual
		if l.late.mean > 0 {
			generator(unseen, s.cfg.Seed, l.id, lateChance, i)
			k.base[at] += l.late.draw(ru)
		}
		if l.kind == stockLeaf {
			generator(leave, s.cfg.Seed, l.id, leaving, i)
			k.hazard[at] = l.hazard.draw(rl)
			for t := range k.h {
				k.leave[t][at] = float32(rl.Float64())
			}
		}
	}
}

func (k *track) drawRates(at int, rated forecast.Rated, dst []float64, d forecast.Draw, pace []float64) {
	l := lawOf(rated.Rates(dst, d))
	k.laws[at] = l
	reach := l.Reach()
	for t, mu := range dst {
		if pace != nil {
			mu *= pace[t]
		}
		if t == 0 { // only the rest is still to come
			mu *= 1 - k.l.partial
		}
		// Below one 1 − Φ(z) > 0.158, below zero > 0.5: where more is not likely than
		// that, nothing is counted, and at rates as they are no more need be known.
		if z := d.Z[t]; k.asItIs && (z < 1 && mu*reach < 0.158 || z < 0 && mu*reach < 0.499) {
			k.none[t][at] = float32(math.Inf(1))
			continue
		}
		m, u := float32(mu), float32(forecast.Tail(d.Z[t]))
		k.mu[t][at], k.up[t][at] = m, u
		if k.asItIs {
			if some, sure := l.some(float64(u), float64(m)); sure {
				k.none[t][at] = float32(math.Inf(1))
				if some {
					k.none[t][at] = 0
				}
				continue
			}
		}
		k.none[t][at] = float32(l.None(float64(u)) / float64(m))
	}
}

// law is a path's law of counts with its bounds of one and of something.
type law struct {
	forecast.Law
	a, b      float64
	something forecast.Something
}

func lawOf(f forecast.Law) law {
	l := law{Law: f}
	l.a, l.b = f.AtMostOne()
	l.something = f.Something()
	return l
}

// some says whether something is counted at upper-tail probability up and rate mu,
// where bounds tell so without a logarithm. They leave out what is closer than what
// rounding moves.
func (l *law) some(up, mu float64) (some, sure bool) {
	const slack = 1e-6
	least, most := l.something.At(mu)
	if up <= least*(1-slack) {
		return true, true
	}
	return false, up >= most*(1+slack)
}

// count is what is counted at upper-tail probability up and a rate mu at which
// something is.
func (l *law) count(up, mu float64) float64 {
	if l.a*mu+l.b*mu*mu <= up {
		return 1
	}
	return max(1, l.Count(up, mu))
}

// draw draws the monthly rate of leaving from its posterior.
func (z hazard) draw(r *rand.Rand) float64 {
	return betaDraw(0.5+z.leaves, 119.5+max(0, z.exposure-z.leaves), r)
}

// added writes before and what is added in period t on every path, its rate or
// amount multiplied by times and, where each is not nil, by each path's own factor.
// before may be nil for nothing.
func (k *track) added(dst, before []float64, t int, times float64, each []float64) {
	if before == nil {
		clear(dst)
	} else {
		copy(dst, before)
	}
	switch {
	case k.mu == nil:
		k.scaled(dst, t, times, each)
	case k.knots != nil:
		k.interpolated(dst, t, times, each)
	case each == nil:
		mu, up := k.mu[t], k.up[t]
		for i, none := range k.none[t] {
			if times > float64(none) {
				dst[i] += k.laws[i].count(float64(up[i]), float64(mu[i])*times)
			}
		}
	default:
		mu, up := k.mu[t], k.up[t]
		for i, none := range k.none[t] {
			if m := times * each[i]; m > float64(none) {
				dst[i] += k.laws[i].count(float64(up[i]), float64(mu[i])*m)
			}
		}
	}
}

// scaled is added where the values themselves are kept: amounts are multiplied as
// they are, counts rounded.
func (k *track) scaled(dst []float64, t int, times float64, each []float64) {
	count := k.l.space == analytics.Count
	for i, v := range k.values[t] {
		x := float64(v) * times
		if each != nil {
			x *= each[i]
		}
		if count {
			x = math.Round(x)
		}
		dst[i] += x
	}
}
