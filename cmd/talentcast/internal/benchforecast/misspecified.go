package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"text/tabwriter"

	"talentcast/analytics"
	"talentcast/analytics/forecast"
)

// world makes monthly counts that no candidate assumes, or, for comparison, that
// one does: the history and the year after it.
type world struct {
	name string
	make func(r *rand.Rand, months int) []float64
}

func worlds() []world {
	poisson := func(r *rand.Rand, mean float64) float64 {
		k, p, u := 0.0, math.Exp(-mean), r.Float64()
		for sum := p; sum < u && k < 1000; sum += p {
			k++
			p *= mean / k
		}
		return k
	}
	rate := func(r *rand.Rand) float64 { return math.Exp(0.5 + r.NormFloat64()) }
	return []world{
		{"steady Poisson", func(r *rand.Rand, months int) []float64 {
			mu := rate(r)
			return fill(months, func(int) float64 { return poisson(r, mu) })
		}},
		{"level shift", func(r *rand.Rand, months int) []float64 {
			// Once, at any month of history or future, by a factor of two or a half on
			// average.
			mu, at, by := rate(r), r.IntN(months), math.Exp(0.7*r.NormFloat64())
			return fill(months, func(t int) float64 {
				if t >= at {
					return poisson(r, mu*by)
				}
				return poisson(r, mu)
			})
		}},
		{"zero inflation", func(r *rand.Rand, months int) []float64 {
			mu, quiet := 2*rate(r), 0.3+0.4*r.Float64()
			return fill(months, func(int) float64 {
				if r.Float64() < quiet {
					return 0
				}
				return poisson(r, mu)
			})
		}},
	}
}

func fill(n int, f func(int) float64) []float64 {
	out := make([]float64, n)
	for t := range out {
		out[t] = f(t)
	}
	return out
}

// misspecified asks of simulated intakes whether the total of the next year
// reaches heights set by the last twelve months: half of them to one and a half
// times.
func (r *report) misspecified() {
	const history, ahead, series = 36, 12, 600
	fmt.Fprintf(r.out, "\nsimulated counts, %d months and the year after, %d series a kind: is the total of the last year reached again, times 0.5 to 1.5?\n", history, series)
	w := tabwriter.NewWriter(r.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "series\tpart\twidths\tevents\tshare that came\tmean p\tBrier\tof base rate\tECE\t")
	var misspecified []event
	for k, wd := range worlds() {
		events := make([][]event, series)
		each(series, func(i int) {
			rng := rand.New(rand.NewPCG(splitSeed, uint64(k)<<32|uint64(i)))
			events[i] = totals(wd.make(rng, history+ahead), history, uint64(i))
		})
		var all []event
		for _, e := range events {
			all = append(all, e...)
		}
		if k > 0 {
			misspecified = append(misspecified, all...)
		}
		r.reliable(w, "monthly counts", wd.name, fromModels, all)
	}
	r.reliable(w, "monthly counts", "misspecified", fromModels, misspecified)
	w.Flush()
	fmt.Fprintln(r.out, "to reach: ECE ≤ .05 on the misspecified")
}

// totals are the events of one simulated series.
func totals(values []float64, history int, id uint64) []event {
	const n = 1000
	y := analytics.Series{
		Start: analytics.PeriodOf(analytics.Date(2012, 1, 1), analytics.Monthly), Values: values[:history], Space: analytics.Count,
	}
	c, err := forecast.Choose(y, forecast.Candidates(analytics.Count, analytics.Monthly), forecast.Settings{Seed: splitSeed})
	if err != nil {
		return nil
	}
	h := len(values) - history
	came, lastYear := 0.0, 0.0
	for t := range h {
		came += values[history+t]
		lastYear += values[history-1-t]
	}
	sums := make([]float64, n)
	z, path := make([]float64, h), make([]float64, h)
	rng := rand.New(rand.NewPCG(splitSeed, id))
	for i := range sums {
		for t := range z {
			z[t] = rng.NormFloat64()
		}
		c.Path(path, forecast.Draw{Z: z, R: rng})
		for _, v := range path {
			sums[i] += v
		}
	}
	var out []event
	for _, k := range []float64{0.5, 0.75, 1, 1.25, 1.5} {
		height := math.Ceil(k * lastYear)
		if height < 1 {
			continue
		}
		p := 0.0
		for _, s := range sums {
			if s >= height {
				p += 1.0 / n
			}
		}
		out = append(out, event{min(1, p), came >= height})
	}
	return out
}
