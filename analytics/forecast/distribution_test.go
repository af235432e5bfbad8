package forecast

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"talentcast/analytics"
)

// distributionLaws are those of what a fit says of single periods: quantiles rise
// with p, stay in the space and are those of the paths, and a larger Z[t] never
// gives a smaller value at step t.
// slack is what quantiles and paths may differ in probability beyond Monte Carlo
// error.
func distributionLaws(t *testing.T, f Fitted, y analytics.Series, slack float64) {
	t.Helper()
	const h, n = 12, 4000
	ps := []float64{0.01, 0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975, 0.99}
	paths := samplePaths(f, h, n)
	for _, s := range paths {
		slices.Sort(s)
	}
	before := slices.Repeat([]float64{math.Inf(-1)}, h)
	for _, p := range ps {
		q := make([]float64, h)
		f.Quantile(q, p)
		for i, v := range q {
			if v < before[i]-1e-12*math.Abs(before[i]) { // a weighted mean is exact to its last digits only
				t.Fatalf("step %d: the quantile at %v is %v, below that at a lower p, %v", i+1, p, v, before[i])
			}
			if !allowedQuantile(y.Space, v) {
				t.Fatalf("step %d: the quantile at %v is %v", i+1, p, v)
			}
			// The shares of the paths below and up to q enclose p.
			far := 4*math.Sqrt(p*(1-p)/n) + slack
			if below, upto := sharesBelow(paths[i], v); below > p+far || upto < p-far {
				t.Fatalf("step %d: of the paths %.3f lie below the quantile at %v, %v, and %.3f up to it", i+1, below, p, v, upto)
			}
		}
		before = q
	}
	z, low, high := make([]float64, h), make([]float64, h), make([]float64, h)
	for seed := range uint64(5) {
		r := rand.New(rand.NewPCG(seed, 3))
		for i := range z {
			z[i] = r.NormFloat64()
		}
		f.Path(low, Draw{Z: z, R: rand.New(rand.NewPCG(seed, 4))})
		for i := range z {
			z[i]++
			f.Path(high, Draw{Z: z, R: rand.New(rand.NewPCG(seed, 4))})
			z[i]--
			if high[i] < low[i] {
				t.Fatalf("step %d: a larger z gives %v instead of %v", i+1, high[i], low[i])
			}
		}
	}
}

// allowedQuantile is allowed, with halves: a pool's quantile of counts need not be
// whole.
func allowedQuantile(sp analytics.Space, v float64) bool {
	if sp == analytics.Count {
		return v >= 0 && !math.IsInf(v, 0)
	}
	return allowed(sp, v)
}

// sharesBelow are the shares of the rising sample below v and up to it, where
// values apart by rounding only are the same.
func sharesBelow(s []float64, v float64) (below, upto float64) {
	eps := 1e-9 * (1e-9 + math.Abs(v))
	a, _ := slices.BinarySearch(s, v-eps)
	b, _ := slices.BinarySearch(s, v+eps)
	return float64(a) / float64(len(s)), float64(b) / float64(len(s))
}

// What is chosen for the awkward series passes the laws as well. The models of a
// blend answer the same errors in different ways where they disagree as wildly as
// here, so that its quantiles, the mean of theirs, are a little wider than its
// paths.
func TestLawsOfTheCombination(t *testing.T) {
	for name, series := range awkward() {
		for _, y := range inSpaces(series) {
			t.Run(fmt.Sprintf("%v/%s", y.Space, name), func(t *testing.T) {
				c, err := Choose(y, Candidates(y.Space, y.Freq()), Settings{Origins: 2, Sample: 40})
				if err != nil {
					return // the laws of single models say which errors may come
				}
				lawsOf(t, c, y, 24)
				slack := 0.1
				if name == "huge then small" { // five values nine orders apart: the models have nothing in common
					slack = 1
				}
				distributionLaws(t, c, y, slack)
			})
		}
	}
	for _, y := range steady() { // on series as they mostly are, they are the same
		for _, y.Space = range []analytics.Space{analytics.Real, analytics.Level, analytics.Money} {
			c, err := Choose(y, Candidates(y.Space, y.Freq()), Settings{Origins: 2, Sample: 40})
			if err != nil {
				t.Fatal(err)
			}
			distributionLaws(t, c, y, 0.02)
		}
	}
}

// steady are series on which the laws of scale are tried.
func steady() []analytics.Series {
	r := rand.New(rand.NewPCG(6, 6))
	var out []analytics.Series
	for _, freq := range []analytics.Frequency{analytics.Yearly, analytics.Quarterly, analytics.Monthly} {
		v, level := make([]float64, 60), 100.0
		for i := range v {
			level += 0.3 + r.NormFloat64()
			v[i] = level + 5*math.Sin(2*math.Pi*float64(i)/float64(freq)) + r.NormFloat64()
		}
		out = append(out, analytics.Series{Start: start(freq), Values: v})
	}
	return out
}

// mapped is y with f put to every value.
func mapped(y analytics.Series, f func(float64) float64) analytics.Series {
	y.Values = slices.Clone(y.Values)
	for i, v := range y.Values {
		y.Values[i] = f(v)
	}
	return y
}

// Amounts and levels in thousands give the forecasts in thousands, and real values
// counted from elsewhere give forecasts counted from there, to a thousandth of the
// width of the 95 % interval: the unit must not matter.
func TestUnitsDoNotMatter(t *testing.T) {
	const h = 12
	for _, y := range steady() {
		for _, m := range allModels() {
			for _, c := range []struct {
				space    analytics.Space
				what     string
				to, back func(float64) float64
			}{
				{analytics.Level, "thousandfold", func(v float64) float64 { return 1000 * v }, func(v float64) float64 { return v / 1000 }},
				{analytics.Money, "thousandfold", func(v float64) float64 { return 1000 * v }, func(v float64) float64 { return v / 1000 }},
				{analytics.Real, "thousandfold", func(v float64) float64 { return 1000 * v }, func(v float64) float64 { return v / 1000 }},
				{analytics.Real, "shifted", func(v float64) float64 { return v + 5000 }, func(v float64) float64 { return v - 5000 }},
			} {
				y.Space = c.space
				f, err := m.Fit(y)
				if err != nil {
					continue
				}
				g, err := m.Fit(mapped(y, c.to))
				if err != nil {
					t.Fatalf("%s %v: %v", m.Name(), c.space, err)
				}
				low, high, other := make([]float64, h), make([]float64, h), make([]float64, h)
				f.Quantile(low, 0.025)
				f.Quantile(high, 0.975)
				for _, p := range []float64{0.025, 0.5, 0.975} {
					one := make([]float64, h)
					f.Quantile(one, p)
					g.Quantile(other, p)
					for i := range one {
						if d := math.Abs(c.back(other[i]) - one[i]); !(d <= 0.001*(high[i]-low[i])) {
							t.Errorf("%s, %v by %v, %s: the quantile at %v of step %d is %v instead of %v", m.Name(), c.space, y.Freq(), c.what, p, i+1, c.back(other[i]), one[i])
							break
						}
					}
				}
			}
		}
	}
}

// One fit serves many goroutines: each gets what it would get alone. The race
// detector sees the rest.
func TestFitsAreSafeForManyGoroutines(t *testing.T) {
	series := steady()
	for i, sp := range []analytics.Space{analytics.Level, analytics.Money, analytics.Count} {
		y := mapped(series[i], math.Round)
		y.Space = sp
		fresh := func() Fitted {
			c, err := Choose(y, Candidates(sp, y.Freq()), Settings{Origins: 1, Sample: 20})
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		ask := func(f Fitted, k int) []float64 {
			h := 1 + k*7%30
			mean, q := make([]float64, h), make([]float64, h)
			f.Mean(mean)
			f.Quantile(q, 0.9)
			return slices.Concat(mean, q, draw(f, h, uint64(k), nil, 0))
		}
		alone, shared := fresh(), fresh()
		var wg sync.WaitGroup
		for k := range 32 {
			want := ask(alone, k)
			wg.Go(func() {
				if got := ask(shared, k); !slices.Equal(got, want) {
					t.Errorf("%v: goroutine %d got %v, alone %v", sp, k, got, want)
				}
			})
		}
		wg.Wait()
	}
}

// Paths are drawn by the hundred thousand: what a path of a blend allocates must
// not grow with its length or with the number of models.
func TestAPathOfABlendAllocatesLittle(t *testing.T) {
	for _, y := range steady() {
		y.Space = analytics.Level
		c, err := Choose(y, Candidates(y.Space, y.Freq()), Settings{Origins: 1, Sample: 20})
		if err != nil {
			t.Fatal(err)
		}
		z, dst := make([]float64, 240), make([]float64, 240)
		d := Draw{Z: z, R: rand.New(rand.NewPCG(1, 1))}
		if n := testing.AllocsPerRun(200, func() { c.Path(dst, d) }); n > 3 {
			t.Errorf("%s: %v allocations a path", c.Name(), n)
		}
	}
}
