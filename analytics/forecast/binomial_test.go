package forecast

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

func TestBinomialDraw(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for _, c := range []struct{ n, p float64 }{{20, 0.05}, {1000, 0.004}, {500, 0.9}, {100000, 0.05}, {0, 0.5}, {5, 0}, {5, 1}} {
		const draws = 4000
		sum := 0.0
		for range draws {
			k := BinomialAt(c.n, c.p, r.Float64())
			if k < 0 || k > c.n || k != math.Trunc(k) {
				t.Fatalf("Binomial(%v, %v) gave %v", c.n, c.p, k)
			}
			sum += k
		}
		mean, sd := c.n*c.p, math.Sqrt(c.n*c.p*(1-c.p)/draws)
		if math.Abs(sum/draws-mean) > 5*sd+1e-9 {
			t.Errorf("Binomial(%v, %v) has the mean %v", c.n, c.p, sum/draws)
		}
	}
}

// The count is the quantile of the distribution: no more than it below, no less above.
func TestBinomialIsTheQuantile(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for range 20_000 {
		n, p, u := math.Floor(400*r.Float64()*r.Float64()), math.Pow(r.Float64(), 4), r.Float64()
		d := distuv.Binomial{N: n, P: p}
		k := BinomialAt(n, p, u)
		if n >= 1 && nobody(n, p) == 0 { // the normal limit
			continue
		}
		if d.CDF(k) < u*(1-1e-9)-1e-9 || k > 0 && d.CDF(k-1) > u*(1+1e-9)+1e-9 {
			t.Fatalf("Binomial(%v, %v) at %v gave %v, where the distribution has %v and %v below", n, p, u, k, d.CDF(k), d.CDF(k-1))
		}
	}
}
