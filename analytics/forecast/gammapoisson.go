package forecast

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"talentcast/analytics"
)

// GammaPoisson is the local-level model for counts with a Gamma prior (Harvey &
// Fernandes 1989, section 2): the rate λ has a Gamma(a, b) posterior, discounted
// each period, a ← δa + y, b ← δb + e, so that the one-step predictive is
// negative binomial with mean e·a/b. It is a mixture over δ and over a yearly
// trend g of the rate, weighted by each pair's one-step log score. The prior of
// the rate is a Gamma of shape ½ around the history's mean, or around one where
// that is less: worth half an arrival, so a single value or a row of zeros still
// has an answer.
//
// e is the calendar's exposure: for monthly counts of two years or more, the
// month's share shrunk towards even, else 1.
//
// A path draws δ, g and λ from the posterior, lets λ wander by log-normal steps
// whose variance is the one that δ implies, (1−δ)²/(δ·mean), damps the trend,
// and draws each count at the probability Φ(z) of its distribution. Evolving the
// rate by δ itself over tens of periods would let it collapse to nothing.
type GammaPoisson struct{}

// Name is "gamma-poisson".
func (GammaPoisson) Name() string { return "gamma-poisson" }

// The grids of the mixture: discounts per period, and yearly growth on the log
// scale with its prior weight, which leans to none.
var (
	discounts    = [...]float64{1, 0.97, 0.92, 0.85}
	growths      = [...]float64{-0.6, -0.25, 0, 0.25, 0.6}
	growthPriors = [...]float64{0.05, 0.2, 0.5, 0.2, 0.05}
)

// countDamping is what is left of a yearly trend a year ahead: intakes of people
// rise and fall fast, and not for long.
const countDamping = 0.5

// Fit needs one observed value, all of them whole and ≥ 0.
func (GammaPoisson) Fit(y analytics.Series) (Fitted, error) {
	if y.Space != analytics.Count {
		return nil, fmt.Errorf("gamma-poisson: %w", ErrSpace)
	}
	n := y.Observed()
	if n == 0 {
		return nil, fmt.Errorf("gamma-poisson: %w", ErrShort)
	}
	f := &gammaPoisson{freq: float64(y.Freq())}
	f.season = countSeason(y)
	f.phase = len(y.Values) % len(f.season)
	f.mix(y)
	f.size = f.dispersion(y)
	years := float64(n) / f.freq
	if n < 4 || years < 1.5 {
		f.warn = append(f.warn, shortWarning(n))
	}
	if f.mean == 0 {
		f.warn = append(f.warn, zerosWarning())
	}
	return f, nil
}

func zerosWarning() Warning {
	return Warning{
		Code: "zeros",
		Zh:   "历史数据全为零，预测依据先验假设（半期的证据），仅供参考。",
		En:   "All values so far are zero; the forecast rests on the prior, worth half a period.",
	}
}

type gammaPoisson struct {
	freq   float64
	season []float64 // by position in the series modulo its length
	phase  int       // position of the first forecast period
	parts  []ratePart
	mean   float64 // of the observed counts
	size   float64 // of the negative binomial, +Inf for Poisson
	warn   []Warning
}

// ratePart is one (δ, g) of the mixture with its posterior at the last period.
type ratePart struct {
	weight, cum   float64
	delta, growth float64
	prior         float64 // mean of the rate before any value; below 1 stands for 1
	a, b          float64
	wander        float64 // sd of a step of log λ
}

// mix runs the filter for every pair and weighs them.
func (f *gammaPoisson) mix(y analytics.Series) {
	n := 0.0
	for _, v := range y.Values {
		if !math.IsNaN(v) {
			f.mean += v
			n++
		}
	}
	f.mean /= n
	var logs []float64
	for gi, g := range growths {
		prior := priorRate(y.Values, f.season, g/f.freq)
		for _, d := range discounts {
			p := ratePart{delta: d, growth: g, prior: prior}
			score := p.filter(y.Values, f.season, f.freq) + math.Log(growthPriors[gi])
			p.wander = math.Sqrt((1 - d) * (1 - d) / (d * max(f.mean, 0.5)))
			f.parts = append(f.parts, p)
			logs = append(logs, score)
		}
	}
	f.weigh(logs)
}

// weigh turns the parts' log scores into their weights.
func (f *gammaPoisson) weigh(logs []float64) {
	best := slices.Max(logs)
	total := 0.0
	for i := range f.parts {
		f.parts[i].weight = math.Exp(logs[i] - best)
		total += f.parts[i].weight
	}
	cum := 0.0
	for i := range f.parts {
		f.parts[i].weight /= total
		cum += f.parts[i].weight
		f.parts[i].cum = cum
	}
}

// priorRate centres the prior of the last period's rate on the history, for
// which half a period around one a month would pull large counts down: all
// counts over all exposure at that growth per period.
func priorRate(y, season []float64, growth float64) float64 {
	sum, exposure := 0.0, 0.0
	fade, back := 1.0, math.Exp(-growth)
	for t := len(y) - 1; t >= 0; t-- {
		if v := y[t]; !math.IsNaN(v) {
			sum += v
			exposure += season[t%len(season)] * fade
		}
		fade *= back
	}
	return sum / exposure
}

// filter updates the posterior over the values and returns the log score of
// the one-step predictives. The rate is that of the last period: earlier periods
// enter with the exposure that the trend gives them.
func (p *ratePart) filter(y, season []float64, freq float64) float64 {
	p.a, p.b = 0.5, 0.5/max(1, p.prior)
	score := 0.0
	for t, v := range y {
		p.a, p.b = p.delta*p.a, p.delta*p.b
		if math.IsNaN(v) {
			continue
		}
		e := season[t%len(season)] * math.Exp(p.growth*float64(t-len(y)+1)/freq)
		score += logNegBinomial(v, p.a, p.b/e)
		p.a += v
		p.b += e
	}
	return score
}

// logNegBinomial is the log probability of y under the Gamma(a, b) mixture of
// Poissons: Γ(a+y)/(Γ(a) y!) (b/(1+b))^a (1/(1+b))^y.
func logNegBinomial(y, a, b float64) float64 {
	return logRising(a, y) - logRising(1, y) - a*math.Log1p(1/b) - y*math.Log1p(b)
}

// logRising is log Γ(a+y) − log Γ(a) for a whole y: of small counts the log of a
// product, which takes a fraction of two Lgammas' time and loses no digits.
func logRising(a, y float64) float64 {
	if y == 0 {
		return 0
	}
	if y <= 40 && a < 1e7 { // else the product might not be finite
		product := a
		for i := 1.0; i < y; i++ {
			product *= a + i
		}
		return math.Log(product)
	}
	u, _ := math.Lgamma(a + y)
	v, _ := math.Lgamma(a)
	return u - v
}

// countSeason is each calendar position's factor, mean 1, shrunk towards 1 as
// if each position had seen twelve more counts at the even rate. Series shorter
// than two years, or of one period a year, have no season.
func countSeason(y analytics.Series) []float64 {
	m := int(y.Freq())
	if m == 1 || y.Observed() < 2*m {
		return []float64{1}
	}
	const strength = 12
	years := len(y.Values) / m
	tail := y.Values[len(y.Values)-years*m:] // whole years, so every position has its share of any trend
	offset := len(y.Values) - years*m
	sum, n := make([]float64, m), make([]float64, m)
	total, count := 0.0, 0.0
	for t, v := range tail {
		if !math.IsNaN(v) {
			sum[(t+offset)%m] += v
			n[(t+offset)%m]++
			total += v
			count++
		}
	}
	s := make([]float64, m)
	mean := 0.0
	for i := range s {
		even := total / count * n[i]
		s[i] = (sum[i] + strength) / (even + strength)
		mean += s[i] / float64(m)
	}
	for i := range s {
		s[i] /= mean
	}
	return s
}

// dispersion is the negative binomial's size by moments of the one-step Pearson
// residuals of the likeliest part: counts that come in batches scatter more than
// a Poisson with a wandering rate.
func (f *gammaPoisson) dispersion(y analytics.Series) float64 {
	likeliest := f.parts[0]
	for _, p := range f.parts {
		if p.weight > likeliest.weight {
			likeliest = p
		}
	}
	a, b := 0.5, 0.5/max(1, likeliest.prior)
	sum, n, mean := 0.0, 0.0, 0.0
	for t, v := range y.Values {
		a, b = likeliest.delta*a, likeliest.delta*b
		if math.IsNaN(v) {
			continue
		}
		e := f.season[t%len(f.season)] * math.Exp(likeliest.growth*float64(t-len(y.Values)+1)/f.freq)
		if mu := e * a / b; t > 3 && mu > 0.01 {
			// What the rate's own doubt explains is not dispersion.
			sum += (v-mu)*(v-mu)/mu - e/b
			mean += mu
			n++
		}
		a += v
		b += e
	}
	if n < 8 {
		return math.Inf(1)
	}
	// Shrunk as if eight more periods had scattered as a Poisson does.
	excess := (sum - n) / (n + 8)
	if excess <= 0.05 {
		return math.Inf(1)
	}
	return mean / n / excess
}

func (f *gammaPoisson) Name() string        { return "gamma-poisson" }
func (f *gammaPoisson) Warnings() []Warning { return f.warn }

// Mean is exact: a martingale rate keeps its mean.
func (f *gammaPoisson) Mean(dst []float64) {
	for t := range dst {
		dst[t] = 0
		ahead := fadedYears(t+1, f.freq)
		for _, p := range f.parts {
			dst[t] += p.weight * p.a / p.b * math.Exp(p.growth*ahead)
		}
		dst[t] *= f.season[(f.phase+t)%len(f.season)]
	}
}

// Quantile is read from paths.
func (f *gammaPoisson) Quantile(dst []float64, p float64) { sampleQuantile(dst, f, p) }

func (f *gammaPoisson) Path(dst []float64, d Draw) {
	law := f.Rates(dst, d)
	for t, mu := range dst {
		dst[t] = countQuantile(d.Z[t], mu*d.mult(t), law.size)
	}
}

// Rates draws the rate's course.
func (f *gammaPoisson) Rates(dst []float64, d Draw) Law {
	p := f.draw(d.R.Float64())
	rate := distuv.Gamma{Alpha: p.a, Beta: p.b, Src: d.R}.Rand()
	step := 1.0
	if p.growth != 0 {
		step = p.growth / f.freq
	}
	fade := math.Pow(countDamping, 1/f.freq)
	drift := p.wander * p.wander / 2
	for t := range dst {
		x := p.wander*d.R.NormFloat64() - drift
		if p.growth != 0 {
			x += step
			step *= fade
		}
		rate *= smallExp(x)
		dst[t] = rate * f.season[(f.phase+t)%len(f.season)]
	}
	return Law{size: f.size}
}

// smallExp is eˣ, by its series where nine terms leave an error below 10⁻⁸: a
// path takes one for every step, and steps are small.
func smallExp(x float64) float64 {
	if x > 0.5 || x < -0.5 {
		return math.Exp(x)
	}
	return 1 + x*(1+x*(1.0/2+x*(1.0/6+x*(1.0/24+x*(1.0/120+x*(1.0/720+x*(1.0/5040+x/40320)))))))
}

func (f *gammaPoisson) draw(u float64) *ratePart {
	for i := range f.parts {
		if u < f.parts[i].cum {
			return &f.parts[i]
		}
	}
	return &f.parts[len(f.parts)-1]
}

// smallMean is the mean up to which counts are found by summing probabilities.
const smallMean = 60

// countQuantile is the count at probability Φ(z) of a negative binomial with
// mean mu and the given size, or of a Poisson when size is infinite. Beyond
// smallMean it is the cubed normal of Wilson & Hilferty (1931) with the same
// mean, variance and skewness, rounded: unlike an expansion in the skewness it
// rises with z however small the size.
func countQuantile(z, mu, size float64) float64 {
	if mu <= 0 {
		return 0
	}
	if mu > smallMean {
		over := mu / size // 0 for a Poisson
		skew := (1 + 2*over) / math.Sqrt(mu*(1+over))
		root := max(0, 1+skew*(z-skew/6)/6)
		return max(0, math.Round(mu*(2*(1+over)*root*root*root-1)/(1+2*over)))
	}
	// P(0) ≥ e^−mu ≥ 1−mu; below one Φ(z) < 0.842, below zero < 0.5: most months
	// of a sparse series need no more.
	if z < 1 && mu < 0.158 || z < 0 && mu < 0.5 {
		return 0
	}
	return smallCount(0.5*math.Erfc(-z/math.Sqrt2), mu, size)
}

// smallCount is the count at probability u of a negative binomial of a moderate
// mean, by summing from zero.
func smallCount(u, mu, size float64) float64 {
	if u <= 1-mu {
		return 0
	}
	u = min(u, 1-1e-12)
	var p, ratio, add float64
	if math.IsInf(size, 1) {
		p = quickExp(-mu)
		ratio, add = 0, mu
	} else {
		q := mu / (size + mu)
		p = quickExp(-size * quickLog(1+mu/size))
		ratio, add = q, (size-1)*q
	}
	k, cum := 0.0, p
	if cum < u {
		for _, r := range reciprocals {
			k++
			p *= ratio + add*r
			if cum += p; cum >= u {
				return k
			}
		}
	}
	for cum < u && k < 2000 {
		k++
		p *= ratio + add/k
		cum += p
	}
	return k
}

// reciprocals are 1/1, 1/2, …: counting up divides no more.
var reciprocals = func() (r [64]float64) {
	for i := range r {
		r[i] = 1 / float64(i+1)
	}
	return r
}()
