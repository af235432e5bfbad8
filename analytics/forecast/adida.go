package forecast

import (
	"fmt"
	"math"

	"talentcast/analytics"
)

// ADIDA is the aggregate–disaggregate approach to intermittent counts
// (Nikolopoulos, Syntetos, Boylan, Petropoulos & Assimakopoulos 2011): counts are
// summed over blocks as long as the mean interval between non-zero periods, the
// sums smoothed exponentially, and the last one spread evenly over its periods.
//
// Its paths are negative binomial around that rate: the rate has a Gamma with
// the evidence that the smoothing leaves, wanders by the steps that it implies,
// and counts scatter about it as in [GammaPoisson].
type ADIDA struct{}

// Name is "adida".
func (ADIDA) Name() string { return "adida" }

// Fit needs four observed values, one of them not zero, else it returns
// [ErrShort]; NaN is a missing period, which its block makes good by the mean of
// its others.
func (ADIDA) Fit(y analytics.Series) (Fitted, error) {
	if y.Space != analytics.Count {
		return nil, fmt.Errorf("adida: %w", ErrSpace)
	}
	n, busy, sum := y.Observed(), 0, 0.0
	for _, v := range y.Values {
		if v > 0 {
			busy++
			sum += v
		}
	}
	if n < 4 || busy == 0 {
		return nil, fmt.Errorf("adida: %d values, %d not zero: %w", n, busy, ErrShort)
	}
	f := &gammaPoisson{freq: float64(y.Freq()), season: []float64{1}, mean: sum / float64(n)}
	k := min(max(1, int(math.Round(float64(n)/float64(busy)))), n/2)
	rate, keep, evidence := smoothBlocks(y.Values, k)
	p := ratePart{weight: 1, cum: 1, delta: math.Pow(keep, 1/float64(k))}
	p.b = float64(k) * evidence
	p.a = rate*p.b + 0.5
	p.b += 0.5
	p.wander = math.Sqrt((1 - p.delta) * (1 - p.delta) / (p.delta * max(f.mean, 0.5)))
	f.parts = []ratePart{p}
	f.size = f.dispersion(y)
	return adida{f}, nil
}

// smoothBlocks sums the values in blocks of k counted from the end, smooths the
// rate per period with the constant of least squared one-step error, and
// returns the last rate, 1 − the constant, and how many blocks the last rate is
// worth.
func smoothBlocks(y []float64, k int) (rate, keep, evidence float64) {
	var blocks []float64
	for end := len(y) % k; end < len(y); end += k {
		sum, n := 0.0, 0.0
		for _, v := range y[end : end+k] {
			if !math.IsNaN(v) {
				sum += v
				n++
			}
		}
		if n > 0 {
			blocks = append(blocks, sum/n)
		}
	}
	best := math.Inf(1)
	for _, keeps := range [...]float64{0.95, 0.9, 0.8, 0.7, 0.5} {
		level, miss, weights, squares := 0.0, 0.0, 0.0, 0.0
		for i, v := range blocks {
			// The weights of a discounted mean: an average at first, then smoothing.
			weights, squares = keeps*weights+1, keeps*keeps*squares+1
			if i > 0 {
				miss += (v - level) * (v - level)
			}
			level += (v - level) / weights
		}
		if miss < best {
			best, rate, keep, evidence = miss, level, keeps, weights*weights/squares
		}
	}
	return rate, keep, evidence
}

type adida struct{ *gammaPoisson }

func (adida) Name() string { return "adida" }
