package outlook

import (
	"math"
	"sync"
)

// knots are the counts of a busy series at some multipliers of its rates, where
// counting anew in every period of every path would take too long. Between two
// knots a count lies between theirs: it is interpolated, and rounded by a number
// of the period's own. So its mean is right, it never falls as the multiplier rises,
// and at the knots, the baseline among them, it is exact. Between them the counts of
// one period scatter a little more than they should, by a quarter of the squared
// difference of the rates at most: below one per cent of the variance where rates
// are a few a period. Outside of the knots all is counted anew.
type knots struct {
	once [len(knotsAt)]sync.Once
	at   [len(knotsAt)][][]uint8 // by knot, period and path
}

// knotsAt are the multipliers.
var knotsAt = [...]float64{
	0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.82, 0.9, 1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.62, 1.75, 1.87, 2, 2.2, 2.4, 2.6, 2.8, 3,
}

// busyRate is the mean rate from which a series is busy: below it most periods
// are empty at a glance.
const busyRate = 0.5

// mostKnotted is the mean rate up to which a series has knots: larger counts are
// found by a formula, which needs none.
const mostKnotted = 40

// many stands in a knot for a count that a byte does not hold.
const many = math.MaxUint8

// knot decides whether the track is busy, and takes its knots at the first
// use of each.
func (k *track) knot() {
	if k.mu == nil {
		return
	}
	sum := 0.0
	for _, row := range k.mu {
		for _, v := range row {
			sum += float64(v)
		}
	}
	// Rates of a hurdle are relative and say little of its counts: what was seen
	// says more.
	seen := 0.0
	for _, v := range k.l.series.Values {
		seen += v
	}
	mean := max(sum/float64(k.h*k.n), seen/float64(max(1, len(k.l.series.Values))))
	if k.h > 0 && mean > busyRate && mean < mostKnotted {
		k.knots = &knots{}
	}
}

// column returns the counts at a knot.
func (k *track) column(knot int) [][]uint8 {
	s := k.knots
	s.once[knot].Do(func() {
		rows := make([][]uint8, k.h)
		flat := make([]uint8, k.h*k.n)
		for t := range rows {
			rows[t] = flat[t*k.n : (t+1)*k.n : (t+1)*k.n]
			mu, up := k.mu[t], k.up[t]
			for i, none := range k.none[t] {
				if m := knotsAt[knot]; m > float64(none) {
					rows[t][i] = uint8(min(many, k.laws[i].count(float64(up[i]), float64(mu[i])*m)))
				}
			}
		}
		s.at[knot] = rows
	})
	return s.at[knot]
}

// below is the last knot at or below a multiplier, −1 for none.
func below(m float64) int {
	knot := len(knotsAt) - 1
	for knot >= 0 && knotsAt[knot] > m {
		knot--
	}
	return knot
}

// interpolated adds what is counted in period t at the multiplier.
func (k *track) interpolated(dst []float64, t int, times float64, each []float64) {
	if each != nil {
		k.interpolatedEach(dst, t, times, each)
		return
	}
	knot := below(times)
	if knot < 0 || knot == len(knotsAt)-1 && times > knotsAt[knot] {
		mu, up := k.mu[t], k.up[t]
		for i := range dst {
			dst[i] += k.counting(i, t, up[i], mu[i], times)
		}
		return
	}
	lo := k.column(knot)[t]
	if knotsAt[knot] == times {
		for i, v := range lo {
			if v == many {
				dst[i] += k.counting(i, t, k.up[t][i], k.mu[t][i], times)
				continue
			}
			dst[i] += float64(v)
		}
		return
	}
	share := (times - knotsAt[knot]) / (knotsAt[knot+1] - knotsAt[knot])
	hi, up := k.column(knot + 1)[t], k.up[t]
	for i, v := range lo {
		switch w := hi[i]; w {
		case many:
			dst[i] += k.counting(i, t, up[i], k.mu[t][i], times)
		case v:
			dst[i] += float64(v)
		default:
			dst[i] += float64(v) + between(float64(w-v), share, up[i])
		}
	}
}

// interpolatedEach is interpolated where every path has a multiplier of its own.
func (k *track) interpolatedEach(dst []float64, t int, times float64, each []float64) {
	var rows [len(knotsAt)][]uint8
	row := func(knot int) []uint8 {
		if rows[knot] == nil {
			rows[knot] = k.column(knot)[t]
		}
		return rows[knot]
	}
	mu, up := k.mu[t], k.up[t]
	for i, f := range each {
		m := times * f
		knot := below(m)
		if knot < 0 || knot == len(knotsAt)-1 {
			dst[i] += k.counting(i, t, up[i], mu[i], m)
			continue
		}
		v, w := row(knot)[i], row(knot + 1)[i]
		if w == many {
			dst[i] += k.counting(i, t, up[i], mu[i], m)
			continue
		}
		dst[i] += float64(v)
		if w != v {
			dst[i] += between(float64(w-v), (m-knotsAt[knot])/(knotsAt[knot+1]-knotsAt[knot]), up[i])
		}
	}
}

// counting counts anew.
func (k *track) counting(i, t int, up, mu float32, m float64) float64 {
	if m <= float64(k.none[t][i]) {
		return 0
	}
	return k.laws[i].count(float64(up), float64(mu)*m)
}

// between is the whole part of a share of what is between two knots, and of a
// uniform number taken from later digits of the period's probability.
func between(more, share float64, up float32) float64 {
	x := float64(up) * 4099
	return math.Floor(more*share + x - math.Floor(x))
}
