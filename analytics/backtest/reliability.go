package backtest

import (
	"math"
	"math/rand/v2"
)

// Bin is one of ten even classes of probabilities, with what came of the events
// that were given one of them. Mean and Rate are NaN in a bin without events.
type Bin struct {
	From, To float64 // the class: From ≤ p < To, and p = 1 in the last
	N        int     // events
	Mean     float64 // of the probabilities given
	Rate     float64 // share of the events that came
}

// Reliability sorts probabilities into ten even bins: calibrated forecasts have
// Rate near Mean in each. p and came are of one length, p in [0, 1].
func Reliability(p []float64, came []bool) [10]Bin {
	var bins [10]Bin
	for i, q := range p {
		b := &bins[min(9, int(q*10))]
		b.N++
		b.Mean += q
		if came[i] {
			b.Rate++
		}
	}
	for i := range bins {
		b := &bins[i]
		b.From, b.To = float64(i)/10, float64(i+1)/10
		b.Mean /= float64(b.N)
		b.Rate /= float64(b.N)
	}
	return bins
}

// LogScore is the mean of −ln of the probability given to what happened, in
// nats; 0 is perfect, ln 2 what a coin says. A probability nearer than least to
// 0 or 1 is taken as least away from it: a share of n sample paths can't tell
// such probabilities apart, and one surprise would otherwise be infinite.
// least is in (0, ½); NaN without events.
func LogScore(p []float64, came []bool, least float64) float64 {
	sum := 0.0
	for i, q := range p {
		if !came[i] {
			q = 1 - q
		}
		sum -= math.Log(min(1-least, max(least, q)))
	}
	return sum / float64(len(p))
}

// Skill is 1 − score ÷ reference for scores that are 0 at best: 1 is perfect, 0
// no better than the reference, negative worse. Where the reference is perfect
// there is nothing to be better than, and the skill is NaN.
func Skill(score, reference float64) float64 {
	if !(reference > 0) {
		return math.NaN()
	}
	return 1 - score/reference
}

// BaseRateBrier is the Brier score of who gives every event the share of the
// events that came, known only in hindsight: rate × (1 − rate). NaN without
// events.
func BaseRateBrier(came []bool) float64 {
	n := 0.0
	for _, c := range came {
		if c {
			n++
		}
	}
	rate := n / float64(len(came))
	return rate * (1 - rate)
}

// ChanceCalibrationError is the mean [CalibrationError] of the same
// probabilities if they were right and the events independent, over draws
// trials by seed: with few events the error is above 0 by chance alone. It is a
// lower bound where events depend on each other. NaN without events.
func ChanceCalibrationError(p []float64, seed uint64, draws int) float64 {
	r := rand.New(rand.NewPCG(seed, 71))
	came := make([]bool, len(p))
	sum := 0.0
	for range draws {
		for i, q := range p {
			came[i] = r.Float64() < q
		}
		sum += CalibrationError(p, came)
	}
	return sum / float64(draws)
}

// CountCRPS is the continuous ranked probability score of a distribution over
// the values 0 … len(counts)−1, given as how many of the sample fell on each,
// against the value that came: the sum of (F(k) − 1{came ≤ k})². In steps
// between values; exact where [CRPS] would need the whole sample.
func CountCRPS(counts []int, came int) float64 {
	n := 0
	for _, c := range counts {
		n += c
	}
	sum, below := 0.0, 0
	for k, c := range counts {
		below += c
		d := float64(below) / float64(n)
		if came <= k {
			d--
		}
		sum += d * d
	}
	return sum
}
