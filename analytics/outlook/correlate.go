package outlook

import (
	"math"

	"gonum.org/v1/gonum/stat"

	"talentcast/analytics"
)

// commonCorrelation is the correlation that all monthly leaves of a policy are
// given. With some forty series of some forty months the sample matrix can't be
// trusted entry by entry; it is shrunk all the way to its constant-correlation
// target (Ledoit & Wolf 2004, "Honey, I shrunk the sample covariance matrix"),
// and that constant towards zero as if 24 further months had shown none. A
// negative mean is taken as none.
func commonCorrelation(ids []string, leaves map[string]*leaf) float64 {
	var residuals [][]float64
	var first, last analytics.Period
	for _, id := range ids {
		l := leaves[id]
		if l.kind == levelLeaf || l.series.Freq() != analytics.Monthly || len(l.series.Values) < 24 || nonZero(l.series.Values) < 12 {
			continue
		}
		if len(residuals) > 0 && (l.series.Start != first || l.series.Last() != last) {
			continue
		}
		first, last = l.series.Start, l.series.Last()
		residuals = append(residuals, innovations(l.series))
	}
	if len(residuals) < 2 {
		return 0
	}
	n := float64(len(residuals[0]))
	sum, pairs := 0.0, 0.0
	for i := range residuals {
		for j := range i {
			if r := stat.Correlation(residuals[i], residuals[j], nil); !math.IsNaN(r) {
				sum += r
				pairs++
			}
		}
	}
	if pairs == 0 {
		return 0
	}
	const without = 24
	return min(0.9, max(0, sum/pairs)*n/(n+without))
}

// innovations are the surprises of a flow: on a scale where their spread is
// constant (2√(y+3/8) for counts, Anscombe 1948; log(1+y) for money), what the
// calendar month and a centred year's mean leave.
func innovations(s analytics.Series) []float64 {
	x := make([]float64, len(s.Values))
	for i, v := range s.Values {
		if s.Space == analytics.Money {
			x[i] = math.Log1p(v)
		} else {
			x[i] = 2 * math.Sqrt(v+0.375)
		}
	}
	r := make([]float64, len(x))
	for i := range x {
		lo, hi := max(0, i-6), min(len(x), i+7)
		r[i] = x[i] - stat.Mean(x[lo:hi], nil)
	}
	for m := range 12 {
		sum, n := 0.0, 0.0
		for i := m; i < len(r); i += 12 {
			sum += r[i]
			n++
		}
		for i := m; i < len(r) && n > 0; i += 12 {
			r[i] -= sum / n
		}
	}
	return r
}

func nonZero(x []float64) int {
	n := 0
	for _, v := range x {
		if v != 0 {
			n++
		}
	}
	return n
}
