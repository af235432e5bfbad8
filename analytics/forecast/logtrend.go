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
	sc := newScale(y, false)
	x, front, back := sc.observed(y)
	n := len(x)
	if n < 3 {
		return nil, fmt.Errorf("log-trend: %w", ErrShort)
	}
	factor := logSeason(x, front, int(y.Freq()))
	for t := range x {
		x[t] -= factor[(front+t)%len(factor)]
	}
	slope, se := lineSlope(x)
	freq := float64(y.Freq())
	prior := 0.2 / freq
	shrink := prior * prior / (prior*prior + se*se)
	f := &logTrend{slope: slope * shrink, fade: math.Pow(trendDamping, 1/freq)}
	f.level = average(x) + f.slope*float64(n-1)/2
	ss := 0.0
	for t, v := range x {
		e := v - f.level + f.slope*float64(n-1-t)
		ss += e * e
	}
	nu := float64(max(1, n-2))
	sigma := math.Sqrt(ss / nu)
	g := newGauss("log-trend", y, sc, back, f, sigma, nu)
	g.season = season{factor: factor, phase: (front + n) % len(factor)}
	g.slopeSE, g.fade = math.Sqrt(shrink)*se, f.fade
	g.levelSE = sigma / math.Sqrt(float64(n))
	g.last = sc.from(f.level)
	return g, nil
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

type logTrend struct{ level, slope, fade float64 }

func (f *logTrend) locate(dst []float64) {
	level, step := f.level, f.slope
	for t := range dst {
		level += step
		step *= f.fade
		dst[t] = level
	}
}

// sway is that of scatter around a line: no error outlasts its period.
func (f *logTrend) sway(dst, e []float64) { copy(dst, e) }
