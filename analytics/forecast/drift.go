package forecast

import (
	"fmt"
	"math"

	"talentcast/analytics"
)

// Drift is the random walk with drift: the last value plus a straight line
// through the first and the last, on the scale of the series' space. The drift
// is drawn anew for every path with its standard error, so that the spread grows
// as it should with few values (Hyndman & Athanasopoulos 2021, section 5.2). A
// shrunk season is taken out first.
// With one value it is a random walk of a documented width.
type Drift struct {
	// Plain leaves levels as they are instead of taking logarithms.
	Plain bool
}

// Name is "drift".
func (Drift) Name() string { return "drift" }

// alone is the yearly standard deviation taken for a series of a single value:
// a fifth of it on the log scale. With two values the prior is worth one degree
// of freedom beside the single change seen.
const alone = 0.2

// Fit needs one observed value.
func (m Drift) Fit(y analytics.Series) (Fitted, error) {
	sc := newScale(y, m.Plain)
	x, _, back := sc.observed(y)
	if len(x) == 0 {
		return nil, fmt.Errorf("drift: %w", ErrShort)
	}
	last := x[len(x)-1]
	season := adjust(x, int(y.Freq()), sc)
	f := &walk{level: x[len(x)-1]}
	prior := alone / math.Sqrt(float64(y.Freq()))
	if !sc.log && sc.space != analytics.Ratio {
		prior = alone * math.Abs(last) / math.Sqrt(float64(y.Freq()))
	}
	n := float64(len(x) - 1)
	if n > 0 {
		f.slope = (f.level - x[0]) / n
	}
	ss, nu := 0.0, n-1
	if n < 2 {
		ss, nu = prior*prior, max(1, n-1)+1 // one degree of freedom of the prior
	}
	for t := 1; t < len(x); t++ {
		e := x[t] - x[t-1] - f.slope
		ss += e * e
	}
	sigma := math.Sqrt(ss / nu)
	g := newGauss("drift", y, sc, back, f, sigma, nu)
	g.slopeSE, g.season = prior, season
	if n > 0 {
		g.slopeSE = sigma / math.Sqrt(n)
	}
	return g, nil
}

// walk is a random walk with a slope.
type walk struct{ level, slope float64 }

func (f *walk) locate(dst []float64) {
	for t := range dst {
		dst[t] = f.level + f.slope*float64(t+1)
	}
}

func (f *walk) sway(dst, e []float64) {
	sum := 0.0
	for t := range dst {
		sum += e[t]
		dst[t] = sum
	}
}
