package forecast

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"talentcast/analytics"
	"talentcast/analytics/backtest"
)

// countWorlds are the kinds of monthly counts that the models are compared on:
// each gives the mean of every month of one series, the last year being the
// future.
var countWorlds = []struct {
	name string
	rate func(months int, r *rand.Rand) []float64
}{
	{"steady", func(months int, r *rand.Rand) []float64 {
		x, level := make([]float64, months), math.Log(5)+r.NormFloat64()
		for t := range x {
			level += 0.04 * r.NormFloat64()
			x[t] = math.Exp(level)
		}
		return x
	}},
	{"ramping", func(months int, r *rand.Rand) []float64 {
		// Uptake of a programme: logistic, or the same curve falling.
		x, top := make([]float64, months), math.Exp(math.Log(10)+0.7*r.NormFloat64())
		middle, pace := float64(months)*(0.3+0.6*r.Float64()), 4+8*r.Float64()
		if r.Float64() < 0.3 {
			pace = -pace
		}
		for t := range x {
			x[t] = top / (1 + math.Exp(-(float64(t)-middle)/pace))
		}
		return x
	}},
	{"sparse", func(months int, r *rand.Rand) []float64 {
		x, level := make([]float64, months), math.Log(0.08)+1.8*r.Float64()
		for t := range x {
			level += 0.06 * r.NormFloat64()
			x[t] = math.Exp(level)
		}
		return x
	}},
	{"seasonal-shift", func(months int, r *rand.Rand) []float64 {
		x, level := make([]float64, months), math.Log(8)+0.8*r.NormFloat64()
		var season [12]float64
		for i := range season {
			season[i] = 0.4 * r.NormFloat64()
		}
		shift, jump := r.IntN(months), 0.7*r.NormFloat64()
		for t := range x {
			if t == shift {
				level += jump
			}
			x[t] = math.Exp(level + season[t%12])
		}
		return x
	}},
}

// countWorld draws one series of a kind, its history of 15 to 60 months and the
// total of the year after.
func countWorld(kind int, r *rand.Rand) (y analytics.Series, total float64) {
	n := 15 + r.IntN(46)
	size := math.Inf(1)
	if r.Float64() < 0.5 {
		size = 2 + 6*r.Float64()
	}
	y = analytics.Series{Start: start(analytics.Monthly), Space: analytics.Count}
	for t, mu := range countWorlds[kind].rate(n+12, r) {
		if !math.IsInf(size, 1) {
			mu *= distuv.Gamma{Alpha: size, Beta: size, Src: r}.Rand()
		}
		v := distuv.Poisson{Lambda: max(mu, 1e-9), Src: r}.Rand()
		if countWorlds[kind].name == "sparse" && v > 0 { // those that come, come in batches
			v += distuv.Poisson{Lambda: 0.8 * v, Src: r}.Rand()
		}
		if t < n {
			y.Values = append(y.Values, v)
		} else {
			total += v
		}
	}
	return y, total
}

// yearTotals draws the sum of a fitted model's next twelve months.
func yearTotals(f Fitted, paths int) []float64 {
	r := rand.New(rand.NewPCG(7, 7))
	var z, dst [12]float64
	out := make([]float64, paths)
	for i := range out {
		for t := range z {
			z[t] = r.NormFloat64()
		}
		f.Path(dst[:], Draw{Z: z[:], R: r})
		for _, v := range dst {
			out[i] += v
		}
	}
	return out
}

// BenchmarkCountModels reports, for every count model and the pools that might
// be the default, the mean CRPS of the next year's total by kind of series,
// relative to [GammaPoisson] on the series that both take: below 1 a model pays.
// The unit of a figure reads model/kind.
func BenchmarkCountModels(b *testing.B) {
	gp, recent := GammaPoisson{}, RecentRate{}
	entries := []struct {
		name   string
		models []Model
	}{
		{"recent-rate", []Model{recent}},
		{"damped-counts", []Model{DampedCounts{}}},
		{"ingarch", []Model{INGARCH{}}},
		{"tsb", []Model{TSB{}}},
		{"adida", []Model{ADIDA{}}},
		{"pool(gp,recent)", []Model{gp, recent}},
		{"pool(gp,recent,damped)", []Model{gp, recent, DampedCounts{}}},
		{"pool(gp,damped)", []Model{gp, DampedCounts{}}},
		{"pool(gp,damped,tsb)", []Model{gp, DampedCounts{}, TSB{}}},
		{"pool(gp,recent,damped,tsb)", []Model{gp, recent, DampedCounts{}, TSB{}}},
		{"pool(gp,recent,ingarch)", []Model{gp, recent, INGARCH{}}},
		{"pool(gp,recent,tsb)", []Model{gp, recent, TSB{}}},
		{"pool(gp,recent,adida)", []Model{gp, recent, ADIDA{}}},
	}
	const series, paths = 300, 400
	for b.Loop() {
		for kind, world := range countWorlds {
			r := rand.New(rand.NewPCG(555, uint64(kind)))
			own, base := make([]float64, len(entries)), make([]float64, len(entries))
			for range series {
				y, total := countWorld(kind, r)
				scale := 1 + total/2 + 6*average(y.Values)
				ref := crpsOf([]Model{gp}, y, total, paths) / scale
				for i, e := range entries {
					if c := crpsOf(e.models, y, total, paths); !math.IsNaN(c) {
						own[i] += c / scale
						base[i] += ref
					}
				}
			}
			for i, e := range entries {
				b.ReportMetric(own[i]/base[i], e.name+"/"+world.name)
			}
		}
	}
}

// crpsOf is the score of the equal pool of the models; NaN when one of them does
// not take the series.
func crpsOf(models []Model, y analytics.Series, total float64, paths int) float64 {
	var sample []float64
	for _, m := range models {
		f, err := m.Fit(y)
		if err != nil {
			return math.NaN()
		}
		sample = append(sample, yearTotals(f, paths)...)
	}
	return backtest.CRPS(sample, total)
}

// BenchmarkCountFit times one fit of 40 and of 60 months.
func BenchmarkCountFit(b *testing.B) {
	y := awkward()["long"]
	y.Space = analytics.Count
	for _, m := range []Model{GammaPoisson{}, RecentRate{}, DampedCounts{}, INGARCH{}, TSB{}, ADIDA{}} {
		for _, n := range []int{40, 60} {
			if _, err := m.Fit(y.Head(n)); err != nil {
				continue
			}
			b.Run(m.Name()+"/"+string(rune('0'+n/10))+"0", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := m.Fit(y.Head(n)); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// BenchmarkCountPath times one path of 24 months.
func BenchmarkCountPath(b *testing.B) {
	y := awkward()["long"]
	y.Space = analytics.Count
	for _, m := range []Model{GammaPoisson{}, DampedCounts{}, INGARCH{}, TSB{}, ADIDA{}} {
		f, err := m.Fit(y)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(m.Name(), func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 1))
			var z, dst [24]float64
			for t := range z {
				z[t] = r.NormFloat64()
			}
			b.ReportAllocs()
			for b.Loop() {
				f.Path(dst[:], Draw{Z: z[:], R: r})
			}
		})
	}
}
