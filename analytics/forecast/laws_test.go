package forecast

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"talentcast/analytics"
)

func start(f analytics.Frequency) analytics.Period {
	return analytics.PeriodOf(analytics.Date(2012, 1, 1), f)
}

// allModels is every model; each must pass every law.
func allModels() []Model {
	return []Model{GammaPoisson{}, RecentRate{}, DampedCounts{}, INGARCH{}, TSB{}, ADIDA{}, ETS{}, ETS{Plain: true}, ETS{Log: true}, Theta{}, Theta{Plain: true}, Theta{Plain: true, Log: true}, ARIMA{}, ARIMA{Log: true}, Annual{}, Annual{Log: true}, Drift{}, Drift{Plain: true}, SeasonalNaive{}, LogTrend{}}
}

// awkward is what offices send: short, flat, empty, gappy, huge and tiny.
func awkward() map[string]analytics.Series {
	nan := math.NaN()
	r := rand.New(rand.NewPCG(1, 2))
	long := make([]float64, 60)
	for i := range long {
		long[i] = math.Floor(20 + 5*math.Sin(float64(i)/6) + float64(r.IntN(6)))
	}
	make1 := func(f analytics.Frequency, v ...float64) analytics.Series {
		return analytics.Series{Start: start(f), Values: v}
	}
	return map[string]analytics.Series{
		"one":             make1(analytics.Monthly, 3),
		"two":             make1(analytics.Yearly, 3, 5),
		"three":           make1(analytics.Yearly, 3, 5, 4),
		"zeros":           make1(analytics.Monthly, make([]float64, 30)...),
		"constant":        make1(analytics.Monthly, slices.Repeat([]float64{7}, 40)...),
		"sparse":          make1(analytics.Monthly, 0, 0, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0),
		"gaps":            make1(analytics.Yearly, nan, 4, nan, nan, 6, 7, nan, 9, nan),
		"all gaps":        make1(analytics.Yearly, nan, nan),
		"empty":           make1(analytics.Yearly),
		"huge then small": make1(analytics.Yearly, 1e9, 1, 1e9, 2, 1e9),
		"falling":         make1(analytics.Yearly, 100, 80, 60, 40, 20, 10, 5, 2, 1),
		"exploding":       make1(analytics.Yearly, 1, 10, 100, 1000, 10000, 100000),
		"long":            make1(analytics.Monthly, long...),
		"quarters":        make1(analytics.Quarterly, long[:20]...),
	}
}

// spaces are the series' values put into every space.
func inSpaces(s analytics.Series) []analytics.Series {
	var out []analytics.Series
	for _, sp := range []analytics.Space{analytics.Real, analytics.Count, analytics.Money, analytics.Level, analytics.Ratio} {
		c := s
		c.Space = sp
		c.Values = slices.Clone(s.Values)
		if sp == analytics.Ratio {
			for i := range c.Values {
				c.Values[i] = c.Values[i] / (1 + c.Values[i])
			}
		}
		out = append(out, c)
	}
	return out
}

func allowed(sp analytics.Space, v float64) bool {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return false
	}
	switch sp {
	case analytics.Count:
		return v >= 0 && v == math.Trunc(v)
	case analytics.Money, analytics.Level:
		return v >= 0
	case analytics.Ratio:
		return v >= 0 && v <= 1
	}
	return true
}

func draw(f Fitted, h int, seed uint64, mult []float64, bump float64) []float64 {
	r := rand.New(rand.NewPCG(seed, 9))
	z := make([]float64, h)
	for t := range z {
		z[t] = r.NormFloat64() + bump
	}
	dst := make([]float64, h)
	f.Path(dst, Draw{Z: z, Mult: mult, R: rand.New(rand.NewPCG(seed, 10))})
	return dst
}

func TestLaws(t *testing.T) {
	const h = 24
	for name, series := range awkward() {
		for _, y := range inSpaces(series) {
			for _, m := range allModels() {
				t.Run(fmt.Sprintf("%s/%v/%s", m.Name(), y.Space, name), func(t *testing.T) {
					before := slices.Clone(y.Values)
					f, err := m.Fit(y)
					if err != nil {
						if !errors.Is(err, ErrShort) && !errors.Is(err, ErrSpace) {
							t.Fatalf("refused with %v", err)
						}
						return
					}
					if !slices.EqualFunc(before, y.Values, func(a, b float64) bool { return a == b || a != a && b != b }) {
						t.Error("Fit changed the series")
					}
					lawsOf(t, f, y, h)
					distributionLaws(t, f, y, 0.03)
				})
			}
		}
	}
}

func lawsOf(t *testing.T, f Fitted, y analytics.Series, h int) {
	mean := make([]float64, h)
	f.Mean(mean)
	for i, v := range mean {
		if math.IsNaN(v) || math.IsInf(v, 0) || y.Space != analytics.Real && v < 0 {
			t.Fatalf("mean at step %d is %v", i+1, v)
		}
	}
	half, double := slices.Repeat([]float64{0.5}, h), slices.Repeat([]float64{2}, h)
	for seed := range uint64(30) {
		p := draw(f, h, seed, nil, 0)
		for i, v := range p {
			if !allowed(y.Space, v) {
				t.Fatalf("step %d of path %d is %v, which a %v series can't take", i+1, seed, v, y.Space)
			}
		}
		if q := draw(f, h, seed, nil, 0); !slices.Equal(p, q) {
			t.Fatal("equal draws gave different paths")
		}
		if y.Space == analytics.Count || y.Space == analytics.Money {
			lo, hi := draw(f, h, seed, half, 0), draw(f, h, seed, double, 0)
			for i := range p {
				if lo[i] > p[i] || hi[i] < p[i] {
					t.Fatalf("step %d: half the rate gives %v, the rate %v, twice %v", i+1, lo[i], p[i], hi[i])
				}
			}
		}
		if up := draw(f, 1, seed, nil, 0.5); up[0] < p[0] {
			t.Fatalf("a larger z gives %v instead of %v", up[0], p[0])
		}
	}
	f.Path(nil, Draw{R: rand.New(rand.NewPCG(1, 1))}) // h = 0
	f.Mean(nil)
	for _, w := range f.Warnings() {
		if w.Code == "" || w.Zh == "" || w.En == "" {
			t.Errorf("warning without words: %+v", w)
		}
	}
}

func TestShortHistoriesWarn(t *testing.T) {
	for _, m := range allModels() {
		for _, sp := range []analytics.Space{analytics.Count, analytics.Money} {
			f, err := m.Fit(analytics.Series{Start: start(analytics.Yearly), Values: []float64{4, 5}, Space: sp})
			if err == nil && len(f.Warnings()) == 0 {
				t.Errorf("%s on two values of %v warns of nothing", m.Name(), sp)
			}
		}
	}
}

// With δ = 1, no trend and a known history, the predictive of the next count is
// the negative binomial in closed form.
func TestGammaPoissonPredictiveIsNegativeBinomial(t *testing.T) {
	y := []float64{3, 1, 4, 1, 5, 2, 6, 5}
	p := ratePart{delta: 1}
	p.filter(y, []float64{1}, 1)
	if wantA, wantB := 0.5+27, 0.5+8.0; p.a != wantA || p.b != wantB {
		t.Fatalf("posterior Gamma(%v, %v), want Gamma(%v, %v)", p.a, p.b, wantA, wantB)
	}
	f := &gammaPoisson{freq: 1, season: []float64{1}, size: math.Inf(1), parts: []ratePart{{weight: 1, cum: 1, delta: 1, a: p.a, b: p.b}}}
	const n = 200000
	counts := map[float64]float64{}
	z := []float64{0}
	r := rand.New(rand.NewPCG(5, 5))
	dst := make([]float64, 1)
	for range n {
		z[0] = r.NormFloat64()
		f.Path(dst, Draw{Z: z, R: r})
		counts[dst[0]]++
	}
	for k := range 12 {
		want := math.Exp(logNegBinomial(float64(k), p.a, p.b))
		got := counts[float64(k)] / n
		if se := math.Sqrt(want * (1 - want) / n); math.Abs(got-want) > 4*se {
			t.Errorf("P(y=%d) = %.5f, closed form %.5f (se %.5f)", k, got, want, se)
		}
	}
}

func TestCountQuantileInvertsItsDistribution(t *testing.T) {
	for _, mu := range []float64{0.01, 0.4, 3, 17, 59} {
		d := distuv.Poisson{Lambda: mu}
		for z := -4.0; z <= 4; z += 0.1 {
			u := distuv.UnitNormal.CDF(z)
			k := countQuantile(z, mu, math.Inf(1))
			if d.CDF(k) < u-1e-9 || k > 0 && d.CDF(k-1) >= u+1e-9 {
				t.Fatalf("Poisson(%v) at z=%.1f: %v", mu, z, k)
			}
		}
	}
	// Either side of the switch to the expansion the quantiles agree.
	for z := -3.0; z <= 3; z += 0.25 {
		if a, b := countQuantile(z, 60, 10), countQuantile(z, 60.001, 10); math.Abs(a-b) > 2 {
			t.Errorf("z=%.2f: %v below the switch, %v above", z, a, b)
		}
	}
}

func TestGammaPoissonFindsTheRate(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	d := distuv.Poisson{Lambda: 6, Src: r}
	y := analytics.Series{Start: start(analytics.Monthly), Space: analytics.Count, Values: make([]float64, 60)}
	for i := range y.Values {
		y.Values[i] = d.Rand()
	}
	f, err := GammaPoisson{}.Fit(y)
	if err != nil {
		t.Fatal(err)
	}
	mean := make([]float64, 12)
	f.Mean(mean)
	sum := 0.0
	for _, v := range mean {
		sum += v
	}
	if sum < 55 || sum > 90 {
		t.Errorf("a year at 6 a month is forecast as %.1f", sum)
	}
	paths := 0.0
	const n = 4000
	for seed := range uint64(n) {
		for _, v := range draw(f, 12, seed, nil, 0) {
			paths += v / n
		}
	}
	if math.Abs(paths-sum) > 0.03*sum {
		t.Errorf("the paths' mean %.2f is not the Mean %.2f", paths, sum)
	}
}

func TestETSFollowsATrendAndASeason(t *testing.T) {
	y := analytics.Series{Start: start(analytics.Monthly), Space: analytics.Real, Values: make([]float64, 72)}
	r := rand.New(rand.NewPCG(8, 8))
	at := func(i int) float64 { return 50 + float64(i)*0.5 + 10*math.Sin(2*math.Pi*float64(i)/12) }
	for i := range y.Values {
		y.Values[i] = at(i) + 0.3*r.NormFloat64()
	}
	f, err := ETS{}.Fit(y)
	if err != nil {
		t.Fatal(err)
	}
	if fm := f.(*gauss).linear.(*etsFit).form; !fm.season {
		t.Errorf("chose %v", fm)
	}
	mean := make([]float64, 12)
	f.Mean(mean)
	for i, v := range mean {
		if math.Abs(v-at(72+i)) > 3 {
			t.Errorf("step %d: %.2f, true %.2f", i+1, v, at(72+i))
		}
	}
}

func TestChooseTrustsTheBetterModel(t *testing.T) {
	// A clean exponential: the random walk with drift has it, a level does not.
	y := analytics.Series{Start: start(analytics.Yearly), Space: analytics.Level, Values: make([]float64, 20)}
	for i := range y.Values {
		y.Values[i] = 100 * math.Pow(1.1, float64(i))
	}
	c, err := Choose(y, Candidates(analytics.Level, analytics.Yearly), Settings{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if c.Origins == 0 || len(c.Past) == 0 || math.IsNaN(c.MASE) {
		t.Errorf("no backtest: %+v", c)
	}
	sum := 0.0
	for _, s := range c.Scores {
		sum += s.Weight
		if s.Weight <= 0 || math.IsNaN(s.CRPS) {
			t.Errorf("%+v", s)
		}
	}
	if math.Abs(sum-1) > 1e-9 {
		t.Errorf("weights sum to %v", sum)
	}
	again, err := Choose(y, Candidates(analytics.Level, analytics.Yearly), Settings{Seed: 1})
	if err != nil || fmt.Sprint(again.Scores, again.Past) != fmt.Sprint(c.Scores, c.Past) {
		t.Error("the same choice twice differs")
	}
}

func TestChooseOnNothingAndLittle(t *testing.T) {
	if _, err := Choose(analytics.Series{Start: start(analytics.Monthly), Space: analytics.Count}, Candidates(analytics.Count, analytics.Monthly), Settings{}); !errors.Is(err, ErrShort) {
		t.Errorf("an empty series: %v", err)
	}
	c, err := Choose(analytics.Series{Start: start(analytics.Monthly), Space: analytics.Count, Values: []float64{2, 1}}, Candidates(analytics.Count, analytics.Monthly), Settings{})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(c.Warnings(), func(w Warning) bool { return w.Code == "no_backtest" }) {
		t.Errorf("two points without a warning: %+v", c.Warnings())
	}
	if _, err := Choose(analytics.Series{Start: start(analytics.Monthly), Space: analytics.Count, Values: []float64{-1}}, Candidates(analytics.Count, analytics.Monthly), Settings{}); err == nil {
		t.Error("a negative count was accepted")
	}
}

// Two months of money still get an answer, with a warning.
func TestChooseFallsBackOnTheRandomWalk(t *testing.T) {
	y := analytics.Series{Start: start(analytics.Monthly), Space: analytics.Money, Values: []float64{1e6, 2e6}}
	c, err := Choose(y, Candidates(analytics.Money, analytics.Monthly), Settings{})
	if err != nil {
		t.Fatal(err)
	}
	if c.Name() != "drift" || len(c.Warnings()) == 0 {
		t.Errorf("chose %s with the warnings %+v", c.Name(), c.Warnings())
	}
	y.Values = []float64{1e6, 2e6, 1e6, 3e6, 2e6, 2e6, 3e6, 4e6}
	if c, err = Choose(y, Candidates(analytics.Money, analytics.Monthly), Settings{}); err != nil || c.Name() != "ets+theta+log-trend" {
		t.Errorf("eight months: %v, %v", c.Name(), err)
	}
}

// Of a very long series the last values are used, so that another beginning
// changes nothing, and the reader is told.
func TestChooseUsesTheLastValuesOfALongSeries(t *testing.T) {
	y := analytics.Series{Start: start(analytics.Yearly), Space: analytics.Level, Values: make([]float64, 100_000)}
	for i := range y.Values {
		y.Values[i] = 100 + float64(i*7919%31)
	}
	head := len(y.Values) - MostValues
	short := analytics.Series{Start: y.Start.Add(head), Space: y.Space, Values: y.Values[head:]}
	var means [2][]float64
	for i, s := range []analytics.Series{y, short} {
		c, err := Choose(s, []Model{Theta{}, Drift{Plain: true}}, Settings{})
		if err != nil {
			t.Fatal(err)
		}
		long := slices.ContainsFunc(c.Warnings(), func(w Warning) bool { return w.Code == "long" && w.Zh != "" && w.En != "" })
		if long != (i == 0) {
			t.Errorf("%d values: warned %v", s.Len(), long)
		}
		if want := s.Last(); c.Past[len(c.Past)-1].Period != want {
			t.Errorf("%d values: the last past forecast is of %v, not %v", s.Len(), c.Past[len(c.Past)-1].Period, want)
		}
		means[i] = make([]float64, 12)
		c.Mean(means[i])
	}
	if !slices.Equal(means[0], means[1]) {
		t.Errorf("forecasts %v, of the last values alone %v", means[0], means[1])
	}
	// Trailing gaps don't push the values out.
	gap := slices.Concat(short.Values, slices.Repeat([]float64{math.NaN()}, 700))
	if got, cut := recent(analytics.Series{Start: y.Start, Values: gap}); cut != 0 || got.Observed() != MostValues {
		t.Errorf("%d cut, %d observed", cut, got.Observed())
	}
}

func FuzzChoose(f *testing.F) {
	f.Add([]byte{1, 2, 3, 0, 0, 255, 7}, uint8(1), uint8(1))
	f.Add([]byte{}, uint8(12), uint8(2))
	f.Add([]byte{0, 0, 0, 0}, uint8(4), uint8(4))
	f.Fuzz(func(t *testing.T, raw []byte, freq, space uint8) {
		y := analytics.Series{Space: analytics.Space(space % 5)}
		y.Start = start([]analytics.Frequency{analytics.Yearly, analytics.Quarterly, analytics.Monthly}[freq%3])
		for _, b := range raw[:min(len(raw), 80)] {
			v := math.Expm1(float64(b%128) / 6)
			if y.Space == analytics.Count {
				v = math.Floor(v)
			}
			if y.Space == analytics.Ratio {
				v = float64(b%128) / 127
			}
			if b >= 250 {
				v = math.NaN()
			}
			y.Values = append(y.Values, v)
		}
		c, err := Choose(y, Candidates(y.Space, y.Freq()), Settings{Origins: 2, Sample: 40})
		if err != nil {
			if !errors.Is(err, ErrShort) {
				t.Fatalf("%v on %v", err, y)
			}
			return
		}
		for seed := range uint64(5) {
			for i, v := range draw(c, 20, seed, nil, 0) {
				if !allowed(y.Space, v) {
					t.Fatalf("step %d is %v on %+v", i+1, v, y)
				}
			}
		}
	})
}

func BenchmarkGammaPoissonPath(b *testing.B) {
	y := awkward()["long"]
	y.Space = analytics.Count
	f, err := GammaPoisson{}.Fit(y)
	if err != nil {
		b.Fatal(err)
	}
	const h = 78
	r := rand.New(rand.NewPCG(1, 1))
	z, dst := make([]float64, h), make([]float64, h)
	for t := range z {
		z[t] = r.NormFloat64()
	}
	b.ReportAllocs()
	for b.Loop() {
		f.Path(dst, Draw{Z: z, R: r})
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/h, "ns/step")
}

func BenchmarkChooseMonthlyCounts(b *testing.B) {
	y := awkward()["long"]
	y.Space = analytics.Count
	y = y.Head(42)
	for b.Loop() {
		if _, err := Choose(y, Candidates(analytics.Count, analytics.Monthly), Settings{}); err != nil {
			b.Fatal(err)
		}
	}
}
