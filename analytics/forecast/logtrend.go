package forecast

import (
	"fmt"
	"math"

	"talentcast/analytics"
)

// trendDamping is what is left of a yearly trend of money a year ahead.
const trendDamping = 0.75

// LogTrend is the damped trend for money: a straight line through the logarithms
// with a season shrunk towards none, whose yearly growth is shrunk towards zero
// by a normal prior (sd 20 % a year) and fades ahead as [trendDamping] says.
// Unlike smoothing it holds a steady growth through noisy months.
type LogTrend struct{}

// Name is "log-trend".
func (LogTrend) Name() string { return "log-trend" }

// Fit needs three observed values of money.
func (LogTrend) Fit(y analytics.Series) (Fitted, error) {
	if y.Space != analytics.Money {
		return nil, fmt.Errorf("log-trend: %w", ErrSpace)
	}
	sc := newScale(y)
	x, front, back := sc.observed(y)
	n := len(x)
	if n < 3 {
		return nil, fmt.Errorf("log-trend: %w", ErrShort)
	}
	f := &logTrend{scale: sc, back: back, freq: float64(y.Freq())}
	f.season = logSeason(x, front, int(y.Freq()))
	f.phase = (front + n) % len(f.season)
	flat := make([]float64, n)
	mean := 0.0
	for t, v := range x {
		flat[t] = v - f.season[(front+t)%len(f.season)]
		mean += flat[t] / float64(n)
	}
	slope, se := lineSlope(flat)
	prior := 0.2 / f.freq
	shrink := prior * prior / (prior*prior + se*se)
	f.slope, f.slopeSE = slope*shrink, math.Sqrt(shrink)*se
	f.level = mean + f.slope*float64(n-1)/2
	ss := 0.0
	for t, v := range flat {
		e := v - f.level + f.slope*float64(n-1-t)
		ss += e * e
	}
	f.nu = float64(max(1, n-2))
	f.sigma = math.Sqrt(ss/f.nu + 1e-12)
	f.levelSE = f.sigma / math.Sqrt(float64(n))
	if n < 8 {
		f.warn = append(f.warn, shortWarning(n))
	}
	return f, nil
}

// logSeason is the mean deviation of each calendar position from its year's
// mean, shrunk as if one more year had shown none.
func logSeason(x []float64, front, m int) []float64 {
	if m == 1 || len(x) < 2*m {
		return []float64{0}
	}
	years := len(x) / m
	s := make([]float64, m)
	for k := range years {
		lo := len(x) - (k+1)*m
		mean := 0.0
		for _, v := range x[lo : lo+m] {
			mean += v / float64(m)
		}
		for i, v := range x[lo : lo+m] {
			s[(front+lo+i)%m] += (v - mean) / float64(years+1)
		}
	}
	return s
}

type logTrend struct {
	scale                   scale
	freq                    float64
	season                  []float64
	phase, back             int
	level, slope            float64 // at the last value
	levelSE, slopeSE, sigma float64
	nu                      float64
	warn                    []Warning
}

func (f *logTrend) Name() string        { return "log-trend" }
func (f *logTrend) Warnings() []Warning { return f.warn }
func (f *logTrend) Mean(dst []float64)  { meanPaths(dst, f) }

func (f *logTrend) Path(dst []float64, d Draw) {
	sigma := drawSigma(f.sigma, f.nu, d.R)
	step := f.slope + f.slopeSE*d.R.NormFloat64()
	x := f.level + f.levelSE*d.R.NormFloat64() + step*float64(f.back)
	last := f.scale.from(x)
	fade := math.Pow(trendDamping, 1/f.freq)
	for t := range dst {
		x += step
		step *= fade
		dst[t] = f.scale.from(x + f.season[(f.phase+f.back+t)%len(f.season)] + sigma*d.Z[t])
	}
	f.scale.finish(dst, last, d)
}
