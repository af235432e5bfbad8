package forecast

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"talentcast/analytics"
)

func countModels() []Model {
	return []Model{GammaPoisson{}, RecentRate{}, DampedCounts{}, INGARCH{}, TSB{}, ADIDA{}}
}

func counts(f analytics.Frequency, values ...float64) analytics.Series {
	return analytics.Series{Start: start(f), Space: analytics.Count, Values: values}
}

// negBinomials draws counts of the given mean and size, times a season of
// amplitude one half.
func negBinomials(n int, mean, size float64, seasonal bool, seed uint64) analytics.Series {
	r := rand.New(rand.NewPCG(seed, 3))
	y := counts(analytics.Monthly, make([]float64, n)...)
	for t := range y.Values {
		mu := mean * distuv.Gamma{Alpha: size, Beta: size, Src: r}.Rand()
		if seasonal {
			mu *= 1 + 0.5*math.Sin(2*math.Pi*float64(t)/12)
		}
		y.Values[t] = distuv.Poisson{Lambda: max(mu, 1e-9), Src: r}.Rand()
	}
	return y
}

// Small sizes skew the distribution far: the quantile must still rise with z and
// with the mean.
func TestCountQuantileRises(t *testing.T) {
	for _, size := range []float64{0.3, 1, 4, 50} {
		for _, mu := range []float64{20, 70, 500, 1e6} {
			last := -1.0
			for z := -6.0; z <= 6; z += 0.05 {
				k := countQuantile(z, mu, size)
				if k < last {
					t.Fatalf("size %v, mean %v: %v at z = %.2f after %v", size, mu, k, z, last)
				}
				if more := countQuantile(z, 1.5*mu, size); more < k {
					t.Fatalf("size %v, z = %.2f: %v at the mean %v, %v at half as much again", size, z, k, mu, more)
				}
				last = k
			}
		}
	}
}

// A log of a product and a difference of log-gammas are the same.
func TestLogRising(t *testing.T) {
	for _, a := range []float64{0.3, 7, 1e4, 1e9} {
		for _, y := range []float64{0, 1, 5, 40, 41, 300} {
			u, _ := math.Lgamma(a + y)
			v, _ := math.Lgamma(a)
			if got := logRising(a, y); math.Abs(got-(u-v)) > 1e-9*max(1, math.Abs(u)) {
				t.Errorf("a = %v, y = %v: %v, want %v", a, y, got, u-v)
			}
		}
	}
}

// On a history that does not surprise them, the means that models state are
// those of their paths, and near the truth.
func TestCountMeansAreThoseOfThePaths(t *testing.T) {
	y := negBinomials(60, 6, 5, true, 11)
	for _, m := range countModels() {
		f, err := m.Fit(y)
		if err != nil {
			t.Fatal(err)
		}
		const n = 20000
		var mean, z, path, sum [12]float64
		f.Mean(mean[:])
		r := rand.New(rand.NewPCG(12, 1))
		for range n {
			for s := range z {
				z[s] = r.NormFloat64()
			}
			f.Path(path[:], Draw{Z: z[:], R: r})
			for s, v := range path {
				sum[s] += v / n
			}
		}
		if got, want := average(sum[:]), average(mean[:]); math.Abs(got-want) > 0.03*want || want < 4 || want > 8.5 {
			t.Errorf("%s: the paths' mean is %.2f, Mean %.2f, the truth 6", m.Name(), got, want)
		}
	}
}

// Every month of a path rises with that month's multiplier, however little, and
// long paths stay counts.
func TestCountPathsRiseWithTheMultiplier(t *testing.T) {
	const h = 240
	some, more := make([]float64, h), make([]float64, h)
	for s := range some {
		some[s] = 0.2 + 0.01*float64(s%50)
		more[s] = some[s] * 1.07
	}
	histories := awkward()
	histories["seasonal"] = negBinomials(60, 6, 5, true, 13)
	histories["batches"] = negBinomials(60, 0.7, 0.2, false, 14)
	for name, y := range histories {
		y.Space = analytics.Count
		for _, m := range countModels() {
			f, err := m.Fit(y)
			if err != nil {
				continue
			}
			for seed := range uint64(20) {
				lo, hi := draw(f, h, seed, some, 0), draw(f, h, seed, more, 0)
				for s := range lo {
					// Either side of the quantile's expansion a count may differ by one.
					slack := 0.0
					if lo[s] > 10 {
						slack = 1
					}
					if !allowed(analytics.Count, lo[s]) || hi[s] < lo[s]-slack {
						t.Fatalf("%s on %s, step %d: %v at %v, %v at %v", m.Name(), name, s+1, lo[s], some[s], hi[s], more[s])
					}
				}
			}
		}
	}
}

func TestCountModelsRefuseTheShort(t *testing.T) {
	for _, c := range []struct {
		m Model
		y analytics.Series
	}{
		{DampedCounts{}, counts(analytics.Yearly, 1, 2, 3, 4, 5)},
		{DampedCounts{}, negBinomials(23, 5, 9, false, 1)},
		{INGARCH{}, negBinomials(47, 5, 9, false, 1)},
		{INGARCH{}, counts(analytics.Monthly, make([]float64, 60)...)},
		{TSB{}, counts(analytics.Monthly, 0, 0, 0, 0, 0)},
		{ADIDA{}, counts(analytics.Monthly, 0, 0, 0, 0, 0)},
	} {
		if _, err := c.m.Fit(c.y); !errors.Is(err, ErrShort) {
			t.Errorf("%s took %v: %v", c.m.Name(), c.y.Values, err)
		}
	}
}

// Ten years of 20 % growth: the slope is found, and fades as it should.
func TestDampedCountsFindsTheTrend(t *testing.T) {
	y := counts(analytics.Yearly)
	for i := range 12 {
		y.Values = append(y.Values, math.Round(40*math.Pow(1.2, float64(i))))
	}
	fitted, err := DampedCounts{}.Fit(y)
	if err != nil {
		t.Fatal(err)
	}
	var mean [30]float64
	fitted.Mean(mean[:])
	last := y.Values[len(y.Values)-1]
	if ratio := mean[0] / last; ratio < 1.12 || ratio > 1.28 {
		t.Errorf("the first year is %.2f times the last", ratio)
	}
	// 1/(1 − ½) years of trend are left altogether.
	if ratio, want := mean[29]/last, 1.2*1.2; math.Abs(ratio/want-1) > 0.15 {
		t.Errorf("in the long run %.2f times the last, want about %.2f", ratio, want)
	}
}

// A simulated INGARCH(1, 1) gives back its persistence and mean.
func TestINGARCHFindsItsParameters(t *testing.T) {
	const mean, alpha, beta = 8.0, 0.4, 0.3
	r := rand.New(rand.NewPCG(15, 1))
	y := counts(analytics.Monthly)
	lambda := mean
	for range 1200 {
		v := distuv.Poisson{Lambda: lambda, Src: r}.Rand()
		y.Values = append(y.Values, v)
		lambda = mean*(1-alpha-beta) + alpha*v + beta*lambda
	}
	fitted, err := INGARCH{}.Fit(y)
	if err != nil {
		t.Fatal(err)
	}
	f := fitted.(*ingarch)
	if math.Abs(f.mean-mean) > 0.8 || math.Abs(f.alpha-alpha) > 0.1 || math.Abs(f.beta-beta) > 0.2 || f.alpha+f.beta >= 1 {
		t.Errorf("mean %.2f, α %.2f, β %.2f", f.mean, f.alpha, f.beta)
	}
	if f.size < 40 {
		t.Errorf("Poisson counts have the size %.1f", f.size)
	}
}

// The multiplier of one month leaves the months after it alone.
func TestINGARCHForgetsMultipliers(t *testing.T) {
	f, err := INGARCH{}.Fit(negBinomials(60, 6, 5, false, 16))
	if err != nil {
		t.Fatal(err)
	}
	mult := []float64{0.1, 1, 1, 1, 1, 1}
	plain, partial := draw(f, 6, 1, nil, 0), draw(f, 6, 1, mult, 0)
	for s := 1; s < 6; s++ {
		if plain[s] != partial[s] {
			t.Errorf("step %d: %v, after an incomplete first month %v", s+1, plain[s], partial[s])
		}
	}
}

// A multiplied hurdle has the multiplied mean, and by z the distribution of a
// Bernoulli times one plus a Poisson.
func TestHurdle(t *testing.T) {
	const p, size, n = 0.3, 1.5, 200000
	r := rand.New(rand.NewPCG(17, 1))
	for _, mult := range []float64{0.1, 0.5, 1, 2, 10} {
		sum, zeros := 0.0, 0.0
		for range n {
			v := hurdle(r.NormFloat64(), math.Log1p(-p), p*(1+size), mult)
			sum += v / n
			if v == 0 {
				zeros += 1.0 / n
			}
		}
		want := p * (1 + size) * mult
		if math.Abs(sum/want-1) > 0.03 {
			t.Errorf("times %v: mean %.4f, want %.4f", mult, sum, want)
		}
		if none := math.Pow(1-p, mult); math.Abs(zeros-none) > 0.005 {
			t.Errorf("times %v: %.4f of the months have none, want %.4f", mult, zeros, none)
		}
	}
	if hurdle(3, math.Log1p(-p), p*(1+size), 0) != 0 {
		t.Error("a rate of none brings some")
	}
}

// Blocks of the mean interval: one arrival every third month is a third a month.
func TestADIDAAggregates(t *testing.T) {
	y := counts(analytics.Monthly)
	for range 16 {
		y.Values = append(y.Values, 0, 0, 2)
	}
	rate, _, _ := smoothBlocks(y.Values, 3)
	if math.Abs(rate-2.0/3) > 1e-12 {
		t.Errorf("rate %v, want two thirds", rate)
	}
	y.Values[46] = math.NaN()
	f, err := ADIDA{}.Fit(y)
	if err != nil {
		t.Fatal(err)
	}
	var mean [1]float64
	f.Mean(mean[:])
	if mean[0] < 0.6 || mean[0] > 0.8 {
		t.Errorf("mean %v", mean[0])
	}
}
