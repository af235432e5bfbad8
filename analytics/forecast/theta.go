package forecast

import (
	"fmt"
	"math"

	"talentcast/analytics"
)

// Theta is the Theta method in the form Hyndman & Billah (2003) gave it: simple
// exponential smoothing with half the slope of the straight line through the
// series as drift, on the scale of the series' space, of what a shrunk season
// leaves.
type Theta struct{}

// Name is "theta".
func (Theta) Name() string { return "theta" }

// Fit needs three observed values.
func (Theta) Fit(y analytics.Series) (Fitted, error) {
	sc := newScale(y)
	x, front, back := sc.observed(y)
	n := len(x)
	if n < 3 {
		return nil, fmt.Errorf("theta: %w", ErrShort)
	}
	season := logSeason(x, front, int(y.Freq()))
	for t := range x {
		x[t] -= season[(front+t)%len(season)]
	}
	slope, slopeSE := lineSlope(x)
	f := &theta{scale: sc, season: season, phase: (front + n + back) % len(season), back: back, drift: slope / 2, driftSE: slopeSE / 2}
	best := math.Inf(1)
	for a := 0.05; a < 1; a += 0.05 {
		level, sse := x[0], 0.0
		for _, v := range x[1:] {
			e := v - level - f.drift
			sse += e * e
			level += f.drift + a*e
		}
		if sse < best {
			best, f.alpha, f.level = sse, a, level
		}
	}
	f.nu = float64(max(1, n-2))
	f.sigma = math.Sqrt(best/f.nu + 1e-12)
	if n < 8 {
		f.warn = append(f.warn, shortWarning(n))
	}
	return f, nil
}

// lineSlope is the least-squares slope of x over its index, with its standard
// error.
func lineSlope(x []float64) (slope, se float64) {
	n := float64(len(x))
	tm, xm := (n-1)/2, 0.0
	for _, v := range x {
		xm += v / n
	}
	var tx, tt float64
	for t, v := range x {
		d := float64(t) - tm
		tx += d * (v - xm)
		tt += d * d
	}
	slope = tx / tt
	rss := 0.0
	for t, v := range x {
		e := v - xm - slope*(float64(t)-tm)
		rss += e * e
	}
	return slope, math.Sqrt(rss / max(1, n-2) / tt)
}

type theta struct {
	scale          scale
	alpha, level   float64
	drift, driftSE float64
	sigma, nu      float64
	back           int
	season         []float64
	phase          int // position of the first forecast period
	warn           []Warning
}

func (f *theta) Name() string        { return "theta" }
func (f *theta) Warnings() []Warning { return f.warn }
func (f *theta) Mean(dst []float64)  { meanPaths(dst, f) }

func (f *theta) Path(dst []float64, d Draw) {
	sigma := drawSigma(f.sigma, f.nu, d.R)
	drift := f.drift + f.driftSE*d.R.NormFloat64()
	level := f.level
	for range f.back {
		level += drift + f.alpha*sigma*d.R.NormFloat64()
	}
	last := f.scale.from(level)
	for t := range dst {
		e := sigma * d.Z[t]
		dst[t] = f.scale.from(level + drift + e + f.season[(f.phase+t)%len(f.season)])
		level += drift + f.alpha*e
	}
	f.scale.finish(dst, last, d)
}
