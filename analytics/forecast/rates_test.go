package forecast

import (
	"math"
	"math/rand/v2"
	"testing"

	"talentcast/analytics"
)

// The law's bounds hold of its counts: nothing up to None, at most one within
// AtMostOne, and what it counts rises with the rate.
func TestLawsKeepTheirBounds(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	for range 40_000 {
		l := Law{size: math.Inf(1)}
		switch r.IntN(3) {
		case 1:
			l.size = math.Exp(4*r.Float64() - 2)
		case 2:
			p := 0.01 + 0.9*r.Float64()
			l = Law{hurdle: true, quiet: math.Log1p(-p), busy: p * (1 + 3*r.Float64())}
		}
		up := math.Exp(-12 * r.Float64())
		none := l.None(up)
		if n := l.Count(up, none*(1-1e-6)); n != 0 {
			t.Fatalf("%+v at %v counts %v below its bound of nothing, %v", l, up, n, none)
		}
		if n := l.Count(up, none*(1+1e-6)); n < 1 && none < smallMean {
			t.Fatalf("%+v at %v counts nothing above its bound of nothing, %v", l, up, none)
		}
		a, b := l.AtMostOne()
		mu := 3 * r.Float64()
		if n := l.Count(up, mu); n > 1 && a*mu+b*mu*mu <= up {
			t.Fatalf("%+v at %v counts %v where it bounds one", l, up, n)
		}
		least, most := l.Something().At(mu)
		if n := l.Count(up, mu); n == 0 && up < least*(1-1e-9) || n > 0 && up > most*(1+1e-9) {
			t.Fatalf("%+v at %v counts %v at a rate of %v, where something has a probability from %v to %v", l, up, n, mu, least, most)
		}
		last := 0.0
		for m := 0.01; m < 200; m *= 1.13 {
			n := l.Count(up, m)
			if n < last-1 || n < last && m < smallMean-1 {
				t.Fatalf("%+v at %v counts %v at a rate of %v and had counted %v", l, up, n, m, last)
			}
			last = n
		}
	}
}

// The rates and the law give the path that the model itself gives.
func TestRatesAreThePaths(t *testing.T) {
	const h = 60
	for name, y := range awkward() {
		y.Space = analytics.Count
		for _, m := range countModels() {
			f, err := m.Fit(y)
			if err != nil {
				continue
			}
			rated, ok := AsRated(f)
			if !ok {
				continue
			}
			for seed := range uint64(20) {
				want := draw(f, h, seed, nil, 0)
				zr := rand.New(rand.NewPCG(seed, 9))
				z, mu := make([]float64, h), make([]float64, h)
				for s := range z {
					z[s] = zr.NormFloat64()
				}
				law := rated.Rates(mu, Draw{Z: z, R: rand.New(rand.NewPCG(seed, 10))})
				for s := range mu {
					if got := law.Count(Tail(z[s]), mu[s]); got != want[s] && want[s] < 50 || math.Abs(got-want[s]) > max(1, 1e-6*want[s]) {
						t.Fatalf("%s on %s, step %d: %v by the rates, %v by the path", m.Name(), name, s, got, want[s])
					}
				}
			}
		}
	}
}
