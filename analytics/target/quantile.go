package target

import "slices"

// Quantiles writes to dst the values of rank ⌈p·n⌉ in x for the rising
// probabilities p: the inverse of the empirical distribution function (Hyndman
// & Fan 1996, definition 1), so that a quantile of counts is a count. x must
// not be empty or hold NaN, and is left as it is.
//
// It sorts only what it must: values are counted into even bins, which keep
// their order, and only the bins in which a wanted rank falls are sorted.
func Quantiles(dst, x []float64, p []float64) {
	lo, hi := x[0], x[0]
	for _, v := range x {
		lo, hi = min(lo, v), max(hi, v)
	}
	const bins = 1024
	scale := (bins - 1) / (hi - lo)
	if !(scale < 1e300) || scale == 0 { // all equal, or a range with no float in it
		sorted := slices.Clone(x)
		slices.Sort(sorted)
		for i, q := range p {
			dst[i] = sorted[rank(q, len(x))]
		}
		return
	}
	var count [bins]int32
	for _, v := range x {
		count[int((v-lo)*scale)]++
	}
	var buf []float64
	before, b, sorted := 0, 0, -1
	for i, q := range p {
		k := rank(q, len(x))
		for before+int(count[b]) <= k {
			before += int(count[b])
			b++
		}
		if sorted != b {
			buf = buf[:0]
			for _, v := range x {
				if int((v-lo)*scale) == b {
					buf = append(buf, v)
				}
			}
			slices.Sort(buf)
			sorted = b
		}
		dst[i] = buf[k-before]
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
