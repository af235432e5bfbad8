package forecast

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/optimize"
	"gonum.org/v1/gonum/stat/distuv"

	"talentcast/analytics"
)

// INGARCH is the integer GARCH(1, 1) (Ferland, Latour & Oraichi 2006; Fokianos,
// Rahbek & Tjøstheim 2009): the mean of a count is λ[t] = ω + α·y[t−1] +
// β·λ[t−1], with α + β < 1, times the season of [GammaPoisson], from which y is
// freed first. It is fitted by the Poisson quasi-likelihood, the dispersion of
// the negative binomial by moments.
//
// A path draws the long-run mean from a Gamma with the variance that a mean of
// so correlated a series has, and recurs on its own counts. It recurs on those
// before multipliers: a multiplier scales what happens in its period (an
// incomplete month, a campaign) and does not feed on itself.
type INGARCH struct{}

// Name is "ingarch".
func (INGARCH) Name() string { return "ingarch" }

// Fit needs 48 observed values, six of them not zero, else it returns
// [ErrShort]; NaN is a missing period, in which the count is taken at its mean.
func (INGARCH) Fit(y analytics.Series) (Fitted, error) {
	if y.Space != analytics.Count {
		return nil, fmt.Errorf("ingarch: %w", ErrSpace)
	}
	n, busy, sum := y.Observed(), 0, 0.0
	for _, v := range y.Values {
		if v > 0 {
			busy++
			sum += v
		}
	}
	if n < 48 || busy < 6 {
		return nil, fmt.Errorf("ingarch: %d values, %d not zero: %w", n, busy, ErrShort)
	}
	f := &ingarch{season: countSeason(y)}
	f.phase = len(y.Values) % len(f.season)
	// Logs of the mean over the history's own, logits of the persistence α + β and
	// of α's share of it; the prior keeps all three finite.
	history := sum / float64(n)
	objective := func(x []float64) float64 {
		f.set(x, history)
		q, _ := f.run(y.Values)
		return -q + x[0]*x[0]/2 + x[1]*x[1]/4.5 + x[2]*x[2]/4.5
	}
	found, err := optimize.Minimize(optimize.Problem{Func: objective}, []float64{0, 0, 0},
		&optimize.Settings{FuncEvaluations: 120, Converger: &optimize.FunctionConverge{Absolute: 0.01, Iterations: 15}},
		&optimize.NelderMead{SimplexSize: 0.7})
	if err != nil {
		return nil, fmt.Errorf("ingarch: %w", err)
	}
	f.set(found.X, history)
	_, excess := f.run(y.Values)
	f.size = math.Inf(1)
	if excess = excess / (float64(n) + 8); excess > 0.005 {
		f.size = 1 / excess
	}
	// Var of the mean of n counts: long-run variance ÷ n.
	gain := (1 - f.beta) / (1 - f.alpha - f.beta)
	scatter := f.mean + f.mean*f.mean/f.size
	f.shape = max(0.5, f.mean*f.mean*float64(n)/(scatter*gain*gain))
	return f, nil
}

type ingarch struct {
	season            []float64 // by position in the series modulo its length, mean 1
	phase             int       // position of the first forecast period
	mean, alpha, beta float64   // of the counts freed from the season
	next              float64   // λ of the first forecast period
	size              float64   // of the negative binomial, +Inf for Poisson
	shape             float64   // of the Gamma of the long-run mean
}

func (f *ingarch) set(x []float64, history float64) {
	const most = 0.97 // of the persistence: beyond it the mean is not identified
	rho := most / (1 + math.Exp(-x[1]))
	f.mean = history * math.Exp(max(-5, min(5, x[0])))
	f.alpha = rho / (1 + math.Exp(-x[2]))
	f.beta = rho - f.alpha
}

// run gives the quasi-likelihood of the values and the sum of their variance
// beyond a Poisson's in units of the mean squared; it leaves the next λ.
func (f *ingarch) run(y []float64) (quasi, excess float64) {
	lambda := f.mean
	omega := f.mean * (1 - f.alpha - f.beta)
	for t, v := range y {
		s := f.season[t%len(f.season)]
		mu := max(1e-9, lambda*s)
		if math.IsNaN(v) {
			v = mu
		} else {
			quasi += v*math.Log(mu) - mu
			excess += ((v-mu)*(v-mu) - mu) / (mu*mu + 1)
		}
		lambda = omega + f.alpha*v/s + f.beta*lambda
	}
	f.next = lambda
	return quasi, excess
}

func (f *ingarch) Name() string        { return "ingarch" }
func (f *ingarch) Warnings() []Warning { return nil }

// Mean returns to the long-run mean at the rate α + β.
func (f *ingarch) Mean(dst []float64) {
	gap := f.next - f.mean
	for t := range dst {
		dst[t] = (f.mean + gap) * f.season[(f.phase+t)%len(f.season)]
		gap *= f.alpha + f.beta
	}
}

// Quantile is read from paths.
func (f *ingarch) Quantile(dst []float64, p float64) { sampleQuantile(dst, f, p) }

func (f *ingarch) Path(dst []float64, d Draw) {
	mean := f.mean * distuv.Gamma{Alpha: f.shape, Beta: f.shape, Src: d.R}.Rand()
	omega := mean * (1 - f.alpha - f.beta)
	lambda := f.next
	for t := range dst {
		s := f.season[(f.phase+t)%len(f.season)]
		v := countQuantile(d.Z[t], lambda*s, f.size)
		dst[t] = v
		if d.Mult != nil {
			dst[t] = countQuantile(d.Z[t], lambda*s*d.Mult[t], f.size)
		}
		lambda = omega + f.alpha*v/s + f.beta*lambda
	}
}
