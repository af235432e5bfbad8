package forecast

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"talentcast/analytics"
)

// Simulation-based calibration (Talts, Betancourt, Simpson, Vehtari & Gelman
// 2018): parameters are drawn from the prior, a history and a future from the
// parameters, and the truth is ranked among draws of the fitted posterior. The
// ranks are uniform when fit and paths are right. The figures may depend on the
// history, as the threshold does (Modrák et al. 2023).

const (
	sbcDraws   = 99 // posterior draws a simulation, so that ranks run over 0…99
	sbcHistory = 36 // months, where not said otherwise
	sbcFuture  = 24
)

// sbcWorld is one draw from a prior: the history's counts, the true rate of its
// last month, and the true future.
type sbcWorld struct {
	history, future []float64
	rate            float64
}

// sbcRanks are the ranks of the truth in all simulations.
type sbcRanks struct{ rate, total, passage []float64 }

// calibrate simulates worlds and ranks them. fit returns a fitted model and a
// draw of its posterior rate; a nil draw leaves the rate out.
func calibrate(t *testing.T, n int, seed uint64, world func(*rand.Rand) sbcWorld,
	fit func(history []float64) (Fitted, func(*rand.Rand) float64),
) sbcRanks {
	t.Helper()
	var ranks sbcRanks
	r := rand.New(rand.NewPCG(seed, 1))
	z, path := make([]float64, sbcFuture), make([]float64, sbcFuture)
	totals, passages, rates := make([]float64, sbcDraws), make([]float64, sbcDraws), make([]float64, sbcDraws)
	for range n {
		w := world(r)
		f, rate := fit(w.history)
		// A target of half to one and a half of what the history's pace would bring.
		target := math.Ceil((0.5 + r.Float64()) * sbcFuture * (average(w.history) + 0.05))
		for i := range sbcDraws {
			for s := range z {
				z[s] = r.NormFloat64()
			}
			f.Path(path, Draw{Z: z, R: r})
			totals[i], passages[i] = totalAndPassage(path, target)
			if rate != nil {
				rates[i] = rate(r)
			}
		}
		total, passage := totalAndPassage(w.future, target)
		ranks.total = append(ranks.total, rankOf(total, totals, r))
		ranks.passage = append(ranks.passage, rankOf(passage, passages, r))
		if rate != nil {
			ranks.rate = append(ranks.rate, rankOf(w.rate, rates, r))
		}
	}
	return ranks
}

// totalAndPassage is the sum of a path and the step at which its running total
// reaches the target; one past the last step when it never does.
func totalAndPassage(path []float64, target float64) (total, passage float64) {
	passage = float64(len(path))
	for s, v := range path {
		total += v
		if total >= target {
			passage = min(passage, float64(s))
		}
	}
	return total, passage
}

// rankOf counts the draws below the truth, ties by chance.
func rankOf(truth float64, draws []float64, r *rand.Rand) float64 {
	below, tied := 0, 0
	for _, v := range draws {
		if v < truth {
			below++
		} else if v == truth {
			tied++
		}
	}
	return float64(below + r.IntN(tied+1))
}

// uniformity compares ranks over 0…sbcDraws with the uniform: the probability of
// so large a chi-square on 20 bins, and the largest difference of the
// distribution functions.
func uniformity(ranks []float64) (p, ecdf float64) {
	const bins = 20
	var counts [bins]float64
	for _, k := range ranks {
		counts[int(k)*bins/(sbcDraws+1)]++
	}
	expected := float64(len(ranks)) / bins
	chi2, cum := 0.0, 0.0
	for i, c := range counts {
		chi2 += (c - expected) * (c - expected) / expected
		cum += c / float64(len(ranks))
		ecdf = max(ecdf, math.Abs(cum-float64(i+1)/bins))
	}
	return distuv.ChiSquared{K: bins - 1}.Survival(chi2), ecdf
}

// want fails the test when ranks are not uniform: by chi-square at 0.001 where
// the model generates exactly what it fits, by the distance alone where it only
// comes near.
func (ranks sbcRanks) want(t *testing.T, exact bool, tolerance float64) {
	t.Helper()
	for _, c := range []struct {
		name  string
		ranks []float64
	}{{"rate", ranks.rate}, {"total", ranks.total}, {"passage", ranks.passage}} {
		if c.ranks == nil {
			continue
		}
		p, ecdf := uniformity(c.ranks)
		t.Logf("%s: chi-square p = %.4f, largest distance %.4f", c.name, p, ecdf)
		if exact && p < 0.001 || ecdf > tolerance {
			t.Errorf("ranks of the %s are not uniform: p = %.5f, distance %.3f", c.name, p, ecdf)
		}
	}
}

// poissons draws a count for every rate.
func poissons(rates []float64, r *rand.Rand) []float64 {
	out := make([]float64, len(rates))
	for i, mu := range rates {
		out[i] = distuv.Poisson{Lambda: max(mu, 1e-12), Src: r}.Rand()
	}
	return out
}

// trending gives the rates of the months of history and future when the rate of
// the last month of history is rate, growth per year has been g, and fades as
// every model here lets it.
func trending(months int, rate, g float64) (past, future []float64) {
	past, future = make([]float64, months), make([]float64, sbcFuture)
	for t := range past {
		past[t] = rate * math.Exp(g*float64(t-months+1)/12)
	}
	step := g / 12
	for t := range future {
		rate *= math.Exp(step)
		step *= math.Pow(countDamping, 1.0/12)
		future[t] = rate
	}
	return past, future
}

// posteriorRate draws the last period's rate from a fitted mixture.
func posteriorRate(f *gammaPoisson) func(*rand.Rand) float64 {
	return func(r *rand.Rand) float64 {
		p := f.draw(r.Float64())
		return distuv.Gamma{Alpha: p.a, Beta: p.b, Src: r}.Rand()
	}
}

// Without discount the filter is the exact posterior of a rate, here Gamma(½) of
// mean 10 at the end of a year's history, that holds or that grew at one of the
// grid's rates.
func TestSBCGammaPoissonExact(t *testing.T) {
	const mean, months = 10, 12
	for seed, grid := range [][]int{{2}, {0, 1, 2, 3, 4}} {
		total := 0.0
		for _, g := range grid {
			total += growthPriors[g]
		}
		world := func(r *rand.Rand) sbcWorld {
			rate := distuv.Gamma{Alpha: 0.5, Beta: 0.5 / mean, Src: r}.Rand()
			u, i := r.Float64()*total, 0
			for i < len(grid)-1 && u >= growthPriors[grid[i]] {
				u -= growthPriors[grid[i]]
				i++
			}
			past, future := trending(months, rate, growths[grid[i]])
			return sbcWorld{poissons(past, r), poissons(future, r), rate}
		}
		fit := func(history []float64) (Fitted, func(*rand.Rand) float64) {
			f := &gammaPoisson{freq: 12, season: []float64{1}, size: math.Inf(1)}
			var logs []float64
			for _, g := range grid {
				p := ratePart{delta: 1, growth: growths[g], prior: mean}
				logs = append(logs, p.filter(history, f.season, f.freq)+math.Log(growthPriors[g]))
				f.parts = append(f.parts, p)
			}
			f.weigh(logs)
			return f, posteriorRate(f)
		}
		calibrate(t, 2000, uint64(21+seed), world, fit).want(t, true, 0.04)
	}
}

// wandering draws a world whose log rate takes the steps that the discount
// implies.
func wandering(mean, delta float64, r *rand.Rand) sbcWorld {
	sd := math.Sqrt((1 - delta) * (1 - delta) / (delta * max(mean, 0.5)))
	rates := make([]float64, sbcHistory+sbcFuture)
	x := math.Log(mean)
	for t := range rates {
		x += sd*r.NormFloat64() - sd*sd/2
		rates[t] = math.Exp(x)
	}
	y := poissons(rates, r)
	return sbcWorld{y[:sbcHistory], y[sbcHistory:], rates[sbcHistory-1]}
}

// A rate that wanders is not what the discounted filter is the exact posterior
// of: knowing the discount, the ranks come near.
func TestSBCGammaPoissonWandering(t *testing.T) {
	const delta, mean = 0.85, 20
	world := func(r *rand.Rand) sbcWorld { return wandering(mean, delta, r) }
	fit := func(history []float64) (Fitted, func(*rand.Rand) float64) {
		f := &gammaPoisson{freq: 12, season: []float64{1}, size: math.Inf(1)}
		p := ratePart{weight: 1, cum: 1, delta: delta, prior: mean}
		p.filter(history, f.season, f.freq)
		p.wander = math.Sqrt((1 - delta) * (1 - delta) / (delta * average(history)))
		f.parts = []ratePart{p}
		return f, posteriorRate(f)
	}
	calibrate(t, 2000, 23, world, fit).want(t, false, 0.04)
}

// Fit estimates everything: discount, trend, dispersion and season, of which the
// world has but the first. Rates are those of a year of 0.6 to 600 arrivals.
func TestSBCGammaPoissonFit(t *testing.T) {
	world := func(r *rand.Rand) sbcWorld {
		mean := math.Exp(math.Log(0.05) + r.Float64()*math.Log(1000))
		return wandering(mean, discounts[r.IntN(len(discounts))], r)
	}
	fit := func(history []float64) (Fitted, func(*rand.Rand) float64) {
		f, err := GammaPoisson{}.Fit(analytics.Series{Start: start(analytics.Monthly), Space: analytics.Count, Values: history})
		if err != nil {
			t.Fatal(err)
		}
		return f, posteriorRate(f.(*gammaPoisson))
	}
	calibrate(t, 2000, 24, world, fit).want(t, false, 0.05)
}

// The same of [DampedCounts] at one node of its grid: no discount, a known
// dispersion, slope and level from their priors. Its posterior is Laplace's,
// yet no rank tells it from the exact one.
func TestSBCDampedCounts(t *testing.T) {
	const mean, dispersion, sd = 10, 1, 0.25
	world := func(r *rand.Rand) sbcWorld {
		rate := distuv.Gamma{Alpha: 0.5, Beta: 0.5 / mean, Src: r}.Rand()
		past, future := trending(sbcHistory, rate, sd*r.NormFloat64())
		for _, rates := range [][]float64{past, future} {
			for i := range rates {
				rates[i] *= distuv.Gamma{Alpha: 1 / dispersion, Beta: 1 / dispersion, Src: r}.Rand()
			}
		}
		return sbcWorld{poissons(past, r), poissons(future, r), rate}
	}
	fit := func(history []float64) (Fitted, func(*rand.Rand) float64) {
		c := newTrendClimb(analytics.Series{Start: start(analytics.Monthly), Values: history})
		c.season = []float64{1}
		c.dispersion, c.slopeSD, c.prior = dispersion, sd, mean
		c.weigh(1)
		c.climb(20, false)
		p := c.posterior()
		p.weight, p.cum = 1, 1
		f := &dampedCounts{freq: 12, season: c.season, parts: []trendPart{p}, top: math.Inf(1)}
		return f, func(r *rand.Rand) float64 {
			return math.Exp(p.level+p.tilt*p.sd*r.NormFloat64()) * distuv.Gamma{Alpha: p.shape, Beta: p.shape, Src: r}.Rand()
		}
	}
	calibrate(t, 2000, 25, world, fit).want(t, true, 0.04)
}

// The sum of h future counts at an unchanging rate is negative binomial: size a,
// success probability b/(b+h), so mean h·a/b and variance h·a/b·(1 + h/b).
func TestGammaPoissonTotalIsNegativeBinomial(t *testing.T) {
	const h, n = 12, 100000
	history := []float64{3, 0, 2, 1, 1, 4, 0, 2}
	f := &gammaPoisson{freq: 12, season: []float64{1}, size: math.Inf(1)}
	p := ratePart{weight: 1, cum: 1, delta: 1}
	p.filter(history, f.season, f.freq)
	f.parts = []ratePart{p}
	mean, variance := h*p.a/p.b, h*p.a/p.b*(1+h/p.b)
	r := rand.New(rand.NewPCG(31, 1))
	var z, path [h]float64
	counts := map[float64]float64{}
	sum, squares := 0.0, 0.0
	for range n {
		for s := range z {
			z[s] = r.NormFloat64()
		}
		f.Path(path[:], Draw{Z: z[:], R: r})
		total := 0.0
		for _, v := range path {
			total += v
		}
		counts[total]++
		sum += total
		squares += total * total
	}
	gotMean := sum / n
	gotVariance := squares/n - gotMean*gotMean
	if math.Abs(gotMean-mean) > 4*math.Sqrt(variance/n) {
		t.Errorf("mean %.3f, closed form %.3f", gotMean, mean)
	}
	if math.Abs(gotVariance/variance-1) > 0.03 {
		t.Errorf("variance %.2f, closed form %.2f", gotVariance, variance)
	}
	for k := range 60 {
		want := math.Exp(logNegBinomial(float64(k), p.a, p.b/h))
		if se := math.Sqrt(want * (1 - want) / n); math.Abs(counts[float64(k)]/n-want) > 4.5*se {
			t.Errorf("P(total = %d) = %.5f, closed form %.5f (se %.5f)", k, counts[float64(k)]/n, want, se)
		}
	}
	var means [h]float64
	f.Mean(means[:])
	if got := h * average(means[:]); math.Abs(got-mean) > 1e-9 {
		t.Errorf("Mean adds up to %v, closed form %v", got, mean)
	}
}
