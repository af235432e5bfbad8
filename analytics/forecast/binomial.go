package forecast

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// BinomialAt is how many of n leave, each with probability p, at probability u of
// their distribution: a path uses one variate a month whatever n is, and one member
// more never leaves fewer behind.
func BinomialAt(n, p, u float64) float64 {
	if n < 1 || p <= 0 {
		return 0
	}
	if p >= 1 {
		return n
	}
	// Mostly nobody leaves: (1−p)ⁿ is at least 1 − S₁, and at least 1 − S₁ + S₂ − S₃, the
	// binomial moments (Bonferroni), without a power.
	left := 1 - n*p
	if u <= left {
		return 0
	}
	if n >= 3 {
		pairs := n * (n - 1) / 2 * p * p
		if u <= left+pairs-pairs*(n-2)/3*p {
			return 0
		}
	}
	q := nobody(n, p)
	if q == 0 { // so many that the normal limit is exact to a person in a thousand
		x := n*p + math.Sqrt(n*p*(1-p))*distuv.UnitNormal.Quantile(max(u, 1e-300))
		return min(n, max(0, math.Round(x)))
	}
	// Members leave rarely: the sum from zero is short.
	odds := p / (1 - p)
	k, sum := 0.0, q
	for sum < u && k < n {
		k++
		q *= (n - k + 1) / k * odds
		sum += q
	}
	return k
}

// nobody is (1−p)ⁿ, the probability that all stay.
func nobody(n, p float64) float64 {
	if n <= 8 && n == math.Trunc(n) {
		q := 1 - p
		for range int(n) - 1 {
			q *= 1 - p
		}
		return q
	}
	if p < 1e-3 { // where 1 − p has lost digits that n brings back
		return quickExp(n * math.Log1p(-p))
	}
	return quickExp(n * quickLog(1-p))
}
