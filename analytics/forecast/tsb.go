package forecast

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"talentcast/analytics"
)

// TSB is the method of Teunter, Syntetos & Babai (2011) for counts that are
// mostly zero: one smoothed probability that a period has any, updated every
// period, and one smoothed size, updated when there is some. Here both are
// conjugate posteriors with a discount in place of the smoothing constant: a Beta
// for the occurrence, a Gamma for the mean of the size less one, so that they
// have a spread. Their priors are worth one period and half an occurrence around
// the history's own means: discounting keeps the evidence small, and a prior
// elsewhere would keep pulling. Each discount is the one of the best one-step log
// score.
//
// A path draws both, lets their common rate wander by log-normal steps of the
// variance that the occurrence's discount implies, and draws each period from a
// Bernoulli times one plus a Poisson.
type TSB struct{}

// Name is "tsb".
func (TSB) Name() string { return "tsb" }

// Fit needs four observed values, one of them not zero, else it returns
// [ErrShort]; NaN is a missing period.
func (TSB) Fit(y analytics.Series) (Fitted, error) {
	if y.Space != analytics.Count {
		return nil, fmt.Errorf("tsb: %w", ErrSpace)
	}
	busy, sum := 0, 0.0
	for _, v := range y.Values {
		if v > 0 {
			busy++
			sum += v
		}
	}
	if n := y.Observed(); n < 4 || busy == 0 {
		return nil, fmt.Errorf("tsb: %d values, %d not zero: %w", n, busy, ErrShort)
	}
	f := &tsb{}
	often := (float64(busy) + 0.5) / (float64(y.Observed()) + 1)
	best, delta := math.Inf(-1), 1.0
	for _, d := range discounts {
		if score, a, b := occurrence(y.Values, d, often); score > best {
			best, delta, f.yes, f.no = score, d, a, b
		}
	}
	// The step of the rate is that of [GammaPoisson], a count being an occurrence.
	f.wander = math.Sqrt((1 - delta) * (1 - delta) / delta / often)
	best = math.Inf(-1)
	for _, d := range discounts {
		if score, a, b := sizes(y.Values, d, max(0.5, sum/float64(busy)-1)); score > best {
			best, f.a, f.b = score, a, b
		}
	}
	return f, nil
}

type tsb struct {
	yes, no float64 // of the Beta of an occurrence
	a, b    float64 // of the Gamma of the size less one
	wander  float64 // sd of a step of the log rate
}

// occurrence filters the Beta, which starts around often, and returns its one-step
// log score.
func occurrence(y []float64, delta, often float64) (score, yes, no float64) {
	yes, no = often, 1-often
	for _, v := range y {
		yes, no = delta*yes, delta*no
		switch {
		case v > 0:
			score += math.Log(yes / (yes + no))
			yes++
		case v == 0:
			score += math.Log(no / (yes + no))
			no++
		}
	}
	// A row of one kind must not leave the other impossible.
	return score, max(yes, 0.1*often), max(no, 0.1*(1-often))
}

// sizes filters the Gamma of the sizes less one, which starts around mean, and
// returns its one-step log score.
func sizes(y []float64, delta, mean float64) (score, a, b float64) {
	a, b = 0.5, 0.5/mean
	for _, v := range y {
		if v > 0 {
			a, b = delta*a, delta*b
			score += logNegBinomial(v-1, a, b)
			a += v - 1
			b++
		}
	}
	return score, a, b
}

func (f *tsb) Name() string        { return "tsb" }
func (f *tsb) Warnings() []Warning { return nil }

// Mean is flat: TSB knows neither trend nor season.
func (f *tsb) Mean(dst []float64) {
	for t := range dst {
		dst[t] = f.yes / (f.yes + f.no) * (1 + f.a/f.b)
	}
}

// Quantile is read from paths.
func (f *tsb) Quantile(dst []float64, p float64) { sampleQuantile(dst, f, p) }

func (f *tsb) Path(dst []float64, d Draw) {
	yes := distuv.Gamma{Alpha: f.yes, Beta: 1, Src: d.R}.Rand()
	no := distuv.Gamma{Alpha: f.no, Beta: 1, Src: d.R}.Rand()
	p := max(yes, 1e-12) / (max(yes, 1e-12) + no)
	size := distuv.Gamma{Alpha: f.a, Beta: f.b, Src: d.R}.Rand()
	quiet := math.Log1p(-min(p, 1-1e-12))
	rate, drift := 1.0, f.wander*f.wander/2
	for t := range dst {
		rate *= smallExp(f.wander*d.R.NormFloat64() - drift)
		dst[t] = hurdle(d.Z[t], quiet, p*(1+size), rate*d.mult(t))
	}
}

// hurdle is the count at probability Φ(z) of a Bernoulli with 1 − e^quiet times
// one plus a Poisson, of the given mean, after its rate has been multiplied:
// occurrences become as frequent as those of a Poisson process would, sizes make
// up the rest of the mean. It rises with z and with the multiplier.
func hurdle(z, quiet, mean, mult float64) float64 {
	mean *= mult
	if mean <= 0 {
		return 0
	}
	// Below one 1 − Φ(z) > 0.158, below zero > 0.5, and p ≤ −quiet·mult: most
	// months of a sparse series need no more.
	if z < 1 && quiet*mult > -0.158 || z < 0 && quiet*mult > -0.5 {
		return 0
	}
	p := min(1-smallExp(quiet*mult), mean)
	up := 0.5 * math.Erfc(z/math.Sqrt2) // 1 − Φ(z), exact in the upper tail
	if up >= p {
		return 0
	}
	if mean/p-1 <= smallMean {
		return 1 + smallCount(1-up/p, mean/p-1, math.Inf(1))
	}
	return 1 + countQuantile(math.Sqrt2*math.Erfcinv(2*up/p), mean/p-1, math.Inf(1))
}
