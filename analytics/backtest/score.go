package backtest

import (
	"math"
	"slices"
)

// MASEScale is the mean absolute seasonal difference of the history, the
// denominator of MASE and MSIS (Hyndman & Koehler 2006): lag m, NaN skipped. It
// is NaN when there is no pair to difference, and 0 for a constant history.
func MASEScale(history []float64, m int) float64 {
	sum, n := 0.0, 0.0
	for t := m; t < len(history); t++ {
		if d := math.Abs(history[t] - history[t-m]); !math.IsNaN(d) {
			sum += d
			n++
		}
	}
	return sum / n
}

// SMAPE is the mean of 200|y−f| ÷ (|y|+|f|), in per cent, as in the M4
// competition; a pair of zeros is a hit.
func SMAPE(actual, forecast []float64) float64 {
	sum := 0.0
	for i, y := range actual {
		if d := math.Abs(y) + math.Abs(forecast[i]); d > 0 {
			sum += 200 * math.Abs(y-forecast[i]) / d
		}
	}
	return sum / float64(len(actual))
}

// MAE is the mean absolute error.
func MAE(actual, forecast []float64) float64 {
	sum := 0.0
	for i, y := range actual {
		sum += math.Abs(y - forecast[i])
	}
	return sum / float64(len(actual))
}

// IntervalScore is the score of a central interval at level 1−alpha (Gneiting &
// Raftery 2007, section 6.2): its width, plus 2/alpha times the miss.
func IntervalScore(y, lo, hi, alpha float64) float64 {
	s := hi - lo
	if y < lo {
		s += 2 / alpha * (lo - y)
	}
	if y > hi {
		s += 2 / alpha * (y - hi)
	}
	return s
}

// CRPS is the continuous ranked probability score of a sample against what came
// (Gneiting & Raftery 2007, eq. 21): E|X−y| − ½E|X−X′|. It sorts sample. Same
// unit as y; 0 is perfect. sample must not be empty.
func CRPS(sample []float64, y float64) float64 {
	slices.Sort(sample)
	n := float64(len(sample))
	miss, spread := 0.0, 0.0
	for i, x := range sample {
		miss += math.Abs(x - y)
		spread += x * (2*float64(i) + 1 - n)
	}
	return miss/n - spread/(n*n)
}

// Brier is the mean squared difference between probabilities and what came (0
// or 1).
func Brier(p []float64, came []bool) float64 {
	sum := 0.0
	for i, q := range p {
		o := 0.0
		if came[i] {
			o = 1
		}
		sum += (q - o) * (q - o)
	}
	return sum / float64(len(p))
}

// CalibrationError is the expected calibration error: probabilities are put
// into ten even bins, and the gaps between each bin's mean probability and its
// share of events are averaged by the bin's size.
func CalibrationError(p []float64, came []bool) float64 {
	var sum, hits, n [10]float64
	for i, q := range p {
		b := min(9, int(q*10))
		sum[b] += q
		n[b]++
		if came[i] {
			hits[b]++
		}
	}
	total := 0.0
	for b := range n {
		total += math.Abs(sum[b] - hits[b])
	}
	return total / float64(len(p))
}

// PIT is the probability integral transform of what came under a sample: the
// share of the sample below y, with ties split evenly.
func PIT(sample []float64, y float64) float64 {
	below, equal := 0.0, 0.0
	for _, x := range sample {
		switch {
		case x < y:
			below++
		case x == y:
			equal++
		}
	}
	return (below + equal/2) / float64(len(sample))
}
