package outlook

import (
	"math"
	"sync"
)

// knots are the counts of a busy series at some multipliers of its rates, where
// counting anew in every period of every path would take too long. Between two
// knots a count lies between theirs: it is interpolated, and rounded by a number
// of the period's own, so that its mean is right, it never falls as the multiplier
// rises, and at the knots, the baseline among them, it is exact.
type knots struct {
	once [len(knotsAt)]sync.Once
	at   [len(knotsAt)][][]uint16 // by knot, period and path
}

// knotsAt are the multipliers; beyond the last all is counted anew. At 0 nothing is.
var knotsAt = [...]float64{0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3}

// busyRate is the mean rate from which a series is busy: below it most periods
// are empty at a glance.
const busyRate = 0.5

// mostKnotted bounds the counts that knots can hold.
const mostKnotted = math.MaxUint16

// knot decides whether the track is busy, and takes its knots at the first
// use of each.
func (k *track) knot() {
	if k.mu == nil {
		return
	}
	sum, most := 0.0, float32(0)
	for _, row := range k.mu {
		for _, v := range row {
			sum += float64(v)
			most = max(most, v)
		}
	}
	// Rates of a hurdle are relative and say little of its counts: what was seen
	// says more.
	seen := 0.0
	for _, v := range k.l.series.Values {
		seen += v
	}
	mean := max(sum/float64(k.h*k.n), seen/float64(max(1, len(k.l.series.Values))))
	if k.h > 0 && mean > busyRate && most < 2000 {
		k.knots = &knots{}
	}
}

// column returns the counts at a knot.
func (k *track) column(knot int) [][]uint16 {
	s := k.knots
	s.once[knot].Do(func() {
		rows := make([][]uint16, k.h)
		if knot == 0 {
			none := make([]uint16, k.n)
			for t := range rows {
				rows[t] = none
			}
			s.at[knot] = rows
			return
		}
		flat := make([]uint16, k.h*k.n)
		for t := range rows {
			rows[t] = flat[t*k.n : (t+1)*k.n : (t+1)*k.n]
			mu, up := k.mu[t], k.up[t]
			for i, none := range k.none[t] {
				if m := knotsAt[knot]; m > float64(none) {
					rows[t][i] = uint16(min(mostKnotted, k.laws[i].count(float64(up[i]), float64(mu[i])*m)))
				}
			}
		}
		s.at[knot] = rows
	})
	return s.at[knot]
}

// below is the last knot at or below a multiplier.
func below(m float64) int {
	knot := len(knotsAt) - 1
	for knot > 0 && knotsAt[knot] > m {
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
	lo := k.column(knot)[t]
	if knotsAt[knot] == times {
		for i, v := range lo {
			dst[i] += float64(v)
		}
		return
	}
	if knot == len(knotsAt)-1 {
		mu, up := k.mu[t], k.up[t]
		for i := range dst {
			dst[i] += k.beyond(i, t, up[i], mu[i], times)
		}
		return
	}
	share := (times - knotsAt[knot]) / (knotsAt[knot+1] - knotsAt[knot])
	hi, up := k.column(knot + 1)[t], k.up[t]
	for i, v := range lo {
		if w := hi[i]; w == v {
			dst[i] += float64(v)
		} else {
			dst[i] += float64(v) + between(float64(w-v), share, up[i])
		}
	}
}

// interpolatedEach is interpolated where every path has a multiplier of its own.
func (k *track) interpolatedEach(dst []float64, t int, times float64, each []float64) {
	var rows [len(knotsAt)][]uint16
	for knot := range rows {
		rows[knot] = k.column(knot)[t]
	}
	mu, up := k.mu[t], k.up[t]
	for i, f := range each {
		m := times * f
		knot := below(m)
		if knot == len(knotsAt)-1 {
			dst[i] += k.beyond(i, t, up[i], mu[i], m)
			continue
		}
		v, w := rows[knot][i], rows[knot+1][i]
		dst[i] += float64(v)
		if w != v {
			dst[i] += between(float64(w-v), (m-knotsAt[knot])/(knotsAt[knot+1]-knotsAt[knot]), up[i])
		}
	}
}

// beyond counts anew at a multiplier beyond the last knot.
func (k *track) beyond(i, t int, up, mu float32, m float64) float64 {
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
