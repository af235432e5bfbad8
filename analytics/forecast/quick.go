package forecast

import "math"

// The probability of nothing is asked for tens of millions of times in a
// scenario. quickExp and quickLog are the exponential and the logarithm to twelve
// digits over the range of these questions, at a fraction of the time that the
// last digits and the special cases cost.

// quickExp is eˣ for −700 ≤ x ≤ 0; below it is 0. The relative error is below
// 10⁻¹²: 2ᶠ for |f| ≤ ½ by ten terms of its series.
func quickExp(x float64) float64 {
	if x < -700 {
		return 0
	}
	t := x * math.Log2E
	n := math.Floor(t + 0.5)
	f := (t - n) * math.Ln2
	// The terms are paired (Estrin's scheme), so that the processor works on several
	// at a time.
	f2 := f * f
	f4 := f2 * f2
	p := 1 + f + f2*(1.0/2+f*(1.0/6)) + f4*((1.0/24+f*(1.0/120))+f2*(1.0/720+f*(1.0/5040))) +
		f4*f4*((1.0/40320+f*(1.0/362880))+f2*(1.0/3628800))
	return math.Float64frombits(math.Float64bits(p) + uint64(int64(n))<<52)
}

// quickLog is ln x for a normal x > 0, with an absolute error below 10⁻¹²: by
// the series of artanh around 1.
func quickLog(x float64) float64 {
	b := math.Float64bits(x)
	e := int64(b>>52) - 1023
	m := math.Float64frombits(b&(1<<52-1) | 1023<<52) // in [1, 2)
	if m > math.Sqrt2 {
		m *= 0.5
		e++
	}
	s := (m - 1) / (m + 1) // |s| ≤ 0.172
	q := s * s
	q2 := q * q
	p := 1 + q*(1.0/3) + q2*(1.0/5+q*(1.0/7)) + q2*q2*((1.0/9+q*(1.0/11))+q2*(1.0/13+q*(1.0/15)))
	return float64(e)*math.Ln2 + 2*s*p
}
