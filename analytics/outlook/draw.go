package outlook

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"
)

// betaDraw draws from Beta(a, b).
func betaDraw(a, b float64, r *rand.Rand) float64 {
	return distuv.Beta{Alpha: a, Beta: b, Src: r}.Rand()
}

// binomialAt is how many of n leave, each with probability p, at probability u of
// their distribution: a path uses one variate a month whatever n is, and one member
// more never leaves fewer behind.
func binomialAt(n, p, u float64) float64 {
	if n < 1 || p <= 0 {
		return 0
	}
	if p >= 1 {
		return n
	}
	if u <= 1-n*p { // (1−p)ⁿ ≥ 1−np: mostly nobody leaves
		return 0
	}
	// Members leave rarely: the sum from zero is short.
	q := math.Exp(n * math.Log1p(-p))
	if q == 0 { // so many that the normal limit is exact to a person in a thousand
		x := n*p + math.Sqrt(n*p*(1-p))*distuv.UnitNormal.Quantile(max(u, 1e-300))
		return min(n, max(0, math.Round(x)))
	}
	odds := p / (1 - p)
	k, sum := 0.0, q
	for sum < u && k < n {
		k++
		q *= (n - k + 1) / k * odds
		sum += q
	}
	return k
}
