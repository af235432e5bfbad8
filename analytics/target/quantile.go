package target

import "slices"

// Quantiles writes to dst the values of rank ⌈p·n⌉ in x for the rising
// probabilities p: the inverse of the empirical distribution function (Hyndman
// & Fan 1996, definition 1), so that a quantile of counts is a count. x must
// not be empty or hold NaN, and is left as it is.
//
// It sorts only what it must: values are counted into even bins, which keep
// their order, and only the bins in which a wanted rank falls are sorted. Whole
// numbers that are close together have a bin each, and nothing is sorted.
func Quantiles(dst, x []float64, p []float64) {
	lo, hi, whole := x[0], x[0], true
	for _, v := range x {
		if v < lo {
			lo = v
		}
		if v > hi {
			hi = v
		}
		whole = whole && v == float64(int64(v))
	}
	if whole && hi-lo < bins {
		b := binned{}
		for _, v := range x {
			b.count[int(v-lo)]++
		}
		for i, q := range p {
			b.seek(rank(q, len(x)))
			dst[i] = lo + float64(b.at)
		}
		return
	}
	scale := (bins - 1) / (hi - lo)
	if !(scale < 1e300) || scale == 0 { // all equal, or a range with no float in it
		sorted := slices.Clone(x)
		slices.Sort(sorted)
		for i, q := range p {
			dst[i] = sorted[rank(q, len(x))]
		}
		return
	}
	sortWanted(dst, x, p, lo, scale)
}

// bins is how many even bins values are counted into.
const bins = 1024

// binned counts values by bin; at is the bin that a rank falls in, and before how
// many values are below it.
type binned struct {
	count      [bins]int32
	at, before int
}

// seek moves on to the bin of a rank from 0, which must not fall.
func (b *binned) seek(k int) {
	for b.before+int(b.count[b.at]) <= k {
		b.before += int(b.count[b.at])
		b.at++
	}
}

// sortWanted is Quantiles for any values: those of the bins that are wanted are
// gathered in one pass, and sorted.
func sortWanted(dst, x []float64, p []float64, lo, scale float64) {
	var b binned
	for _, v := range x {
		b.count[int((v-lo)*scale)]++
	}
	type spot struct{ of, rank int } // which of the wanted bins, and where in it
	var place [bins]int              // among the wanted bins, from 1; 0 for others
	var wanted [][]float64
	spots := make([]spot, len(p))
	for i, q := range p {
		k := rank(q, len(x))
		b.seek(k)
		if place[b.at] == 0 {
			wanted = append(wanted, make([]float64, 0, b.count[b.at]))
			place[b.at] = len(wanted)
		}
		spots[i] = spot{place[b.at] - 1, k - b.before}
	}
	for _, v := range x {
		if at := place[int((v-lo)*scale)]; at > 0 {
			wanted[at-1] = append(wanted[at-1], v)
		}
	}
	for _, w := range wanted {
		slices.Sort(w)
	}
	for i, s := range spots {
		dst[i] = wanted[s.of][s.rank]
	}
}

// rank is the index from 0 of the value of rank ⌈p·n⌉. The small term keeps a
// product that is whole but for rounding from being rounded up.
func rank(p float64, n int) int {
	x := p * float64(n)
	k := int(x)
	if x-float64(k) > 1e-9 {
		k++
	}
	return min(n-1, max(0, k-1))
}
