package forecast

import (
	"math"

	"talentcast/analytics"
)

// adjust takes the season out of x, in place, and returns it ready for the first
// forecast period: factors where plain values are all positive, terms otherwise.
// The season is shrunk by what the scatter of its estimates leaves of it
// (Miller & Williams 2003), so that a series without one keeps almost all of its
// values and no test has to decide.
func adjust(x []float64, m int, sc scale) season {
	d := decompose(x, m, sc.space == analytics.Level && !sc.log)
	if d.factor == nil {
		d = decompose(x, m, false)
	}
	if d.factor == nil {
		return season{}
	}
	d.shrink()
	for t := range x {
		if d.times {
			x[t] /= d.factor[t%m]
		} else {
			x[t] -= d.factor[t%m]
		}
	}
	return season{factor: d.factor, phase: len(x) % m, times: d.times}
}

// decomposed is the season of a series by classical decomposition.
type decomposed struct {
	factor []float64 // by t mod m; their mean is 1 when times is set, else 0
	times  bool
	noise  float64 // the mean variance of the factors as estimates
}

// decompose is the classical decomposition (Hyndman & Athanasopoulos 2021,
// section 3.4) around a centred moving year. factor is nil where x has less than
// two years or, with times, a value that is not positive.
func decompose(x []float64, m int, times bool) decomposed {
	n, half := len(x), m/2
	if m < 2 || n < 2*m {
		return decomposed{}
	}
	sum, squares, count := make([]float64, m), make([]float64, m), make([]float64, m)
	for t := half; t < n-half; t++ {
		trend := 0.0
		for k := t - half; k <= t+half; k++ {
			w := 1.0
			if m%2 == 0 && (k == t-half || k == t+half) {
				w = 0.5
			}
			trend += w * x[k] / float64(m)
		}
		d := x[t] - trend
		if times {
			if x[t] <= 0 || trend <= 0 {
				return decomposed{}
			}
			d = x[t] / trend
		}
		sum[t%m] += d
		squares[t%m] += d * d
		count[t%m]++
	}
	return settle(sum, squares, count, times)
}

// settle turns sums by position into factors of mean 1 or 0.
func settle(sum, squares, count []float64, times bool) decomposed {
	d := decomposed{factor: sum, times: times}
	m := float64(len(sum))
	mean := 0.0
	for k, c := range count {
		if c == 0 {
			return decomposed{}
		}
		sum[k] /= c
		mean += sum[k] / m
		d.noise += max(0, squares[k]/c-sum[k]*sum[k]) / max(1, c-1) / m
	}
	for k := range sum {
		if times {
			sum[k] /= mean
		} else {
			sum[k] -= mean
		}
	}
	return d
}

// shrink draws the factors towards none by the share of their variance that is
// noise.
func (d decomposed) shrink() {
	none := 0.0
	if d.times {
		none = 1
	}
	spread := 0.0
	for _, f := range d.factor {
		spread += (f - none) * (f - none) / float64(len(d.factor)-1)
	}
	if spread == 0 {
		return
	}
	keep := max(0, spread-d.noise) / spread
	for k, f := range d.factor {
		d.factor[k] = none + keep*(f-none)
	}
}

// seasonal tests for a season as the M4 competition's benchmarks do: whether
// the autocorrelation at lag m is beyond what white noise with the earlier
// correlations gives in nine cases of ten (Fiorucci et al. 2016, section 3).
func seasonal(x []float64, m int) bool {
	n := len(x)
	if m < 2 || n < 3*m {
		return false
	}
	mean := average(x)
	c0 := 0.0
	for _, v := range x {
		c0 += (v - mean) * (v - mean)
	}
	if c0 == 0 {
		return false
	}
	sum, last := 1.0, 0.0
	for k := 1; k <= m; k++ {
		r := 0.0
		for t := range n - k {
			r += (x[t] - mean) * (x[t+k] - mean)
		}
		r /= c0
		if k < m {
			sum += 2 * r * r
		}
		last = r
	}
	return math.Abs(last) > 1.645*math.Sqrt(sum/float64(n))
}
