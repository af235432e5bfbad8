package forecast

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/optimize"

	"talentcast/analytics"
)

// ETS is the exponential smoothing family with additive errors on the scale of
// the series' space (Hyndman, Koehler, Ord & Snyder 2008, chapter 2): trend
// none, additive or damped; season none or additive. On the log scale these are
// the multiplicative forms. The form is chosen by AICc.
type ETS struct{}

// Name is "ets".
func (ETS) Name() string { return "ets" }

// form is one member of the family.
type form struct {
	trend, damped, season bool
}

func (f form) String() string {
	s := "A,N,N"
	switch {
	case f.damped:
		s = "A,Ad,N"
	case f.trend:
		s = "A,A,N"
	}
	if f.season {
		s = s[:len(s)-1] + "A"
	}
	return "ETS(" + s + ")"
}

// Fit needs five observed values, and two whole years for a season.
func (ETS) Fit(y analytics.Series) (Fitted, error) {
	sc := newScale(y)
	x, _, back := sc.observed(y)
	if len(x) < 5 {
		return nil, fmt.Errorf("ets: %w", ErrShort)
	}
	m := int(y.Freq())
	var best *ets
	for _, fm := range []form{{}, {trend: true}, {trend: true, damped: true}, {season: true}, {trend: true, season: true}, {trend: true, damped: true, season: true}} {
		if fm.season && (m == 1 || len(x) < 2*m+2) {
			continue
		}
		// An undamped slope of logarithms, extrapolated for tens of months, is an
		// explosion; over a few years it may stand.
		if fm.trend && !fm.damped && m > 1 && y.Space != analytics.Real {
			continue
		}
		f := fitForm(fm, x, m)
		if f != nil && (best == nil || f.aicc < best.aicc) {
			best = f
		}
	}
	if best == nil {
		return nil, fmt.Errorf("ets: %w", ErrShort)
	}
	best.scale, best.back = sc, back
	if len(x) < 8 {
		best.warn = append(best.warn, shortWarning(len(x)))
	}
	return best, nil
}

type ets struct {
	form               form
	scale              scale
	alpha, beta, gamma float64
	phi                float64
	level, slope       float64
	season             []float64 // of the m periods after the last, in order
	sigma, nu          float64
	aicc               float64
	back               int
	warn               []Warning
}

// fitForm minimises the one-step squared errors over the smoothing parameters,
// with the states started from simple averages, and returns nil where the form
// has more parameters than the series can bear.
func fitForm(fm form, x []float64, m int) *ets {
	k := 2.0 // level and its smoothing
	free := 1
	if fm.trend {
		k += 2
		free++
	}
	if fm.damped {
		k++
		free++
	}
	if fm.season {
		k += float64(m)
		free++
	}
	n := float64(len(x))
	if n-k-2 <= 0 {
		return nil
	}
	start := startStates(fm, x, m)
	run := start
	run.season = make([]float64, m)
	sse := func(u []float64) float64 {
		run.level, run.slope = start.level, start.slope
		copy(run.season, start.season)
		run.set(u)
		return run.filter(x)
	}
	u0 := make([]float64, free)
	for i := range u0 {
		u0[i] = -0.5
	}
	res, err := optimize.Minimize(optimize.Problem{Func: sse}, u0,
		&optimize.Settings{FuncEvaluations: 60 * free, Converger: &optimize.FunctionConverge{Absolute: 1e-10, Relative: 1e-6, Iterations: 15}},
		&optimize.NelderMead{})
	u := u0
	if res != nil && (err == nil || !math.IsNaN(res.F)) && res.X != nil {
		u = res.X
	}
	ss := sse(u)
	run.nu = max(1, n-k)
	run.sigma = math.Sqrt(ss/run.nu + 1e-12)
	run.aicc = n*math.Log(ss/n+1e-12) + 2*(k+1) + 2*(k+1)*(k+2)/(n-k-2)
	return &run
}

// set maps unbounded parameters into the usual region: 0 < β < α < 1,
// 0 < γ < 1−α, 0.8 < φ < 0.98.
func (f *ets) set(u []float64) {
	f.alpha = 0.001 + 0.998*logistic(u[0])
	i := 1
	f.phi = 1
	if f.form.trend {
		f.beta = f.alpha * logistic(u[i]-1.5)
		i++
	}
	if f.form.damped {
		f.phi = 0.8 + 0.18*logistic(u[i]+1)
		i++
	}
	if f.form.season {
		f.gamma = (1 - f.alpha) * logistic(u[i]-1.5)
	}
}

func logistic(u float64) float64 { return 1 / (1 + math.Exp(-u)) }

func startStates(fm form, x []float64, m int) ets {
	f := ets{form: fm, phi: 1, season: make([]float64, m)}
	head := x[:min(len(x), max(4, m))]
	for _, v := range head {
		f.level += v / float64(len(head))
	}
	if fm.trend {
		// The slope of the whole, half-way shrunk: a first guess that the filter
		// corrects.
		f.slope = (x[len(x)-1] - x[0]) / float64(len(x)-1) / 2
		f.level -= f.slope * float64(len(head)+1) / 2
	}
	if fm.season {
		years := len(x) / m
		for i := range years * m {
			lo := i / m * m
			mean := 0.0
			for _, v := range x[lo : lo+m] {
				mean += v / float64(m)
			}
			f.season[i%m] += (x[i] - mean) / float64(years)
		}
	}
	return f
}

// filter runs the states through x and returns the sum of squared errors; the
// states are left at the end of x, the season starting with the next period's.
func (f *ets) filter(x []float64) float64 {
	m := len(f.season)
	sse := 0.0
	for t, v := range x {
		s := 0.0
		if f.form.season {
			s = f.season[t%m]
		}
		damped := f.phi * f.slope
		e := v - f.level - damped - s
		sse += e * e
		f.level += damped + f.alpha*e
		f.slope = damped + f.beta*e
		if f.form.season {
			f.season[t%m] += f.gamma * e
		}
	}
	if f.form.season {
		turn := len(x) % m
		rotated := append(append(make([]float64, 0, m), f.season[turn:]...), f.season[:turn]...)
		copy(f.season, rotated)
	}
	if math.IsNaN(sse) || math.IsInf(sse, 0) {
		return math.MaxFloat64
	}
	return sse
}

func (f *ets) Name() string        { return "ets" }
func (f *ets) Warnings() []Warning { return f.warn }
func (f *ets) Mean(dst []float64)  { meanPaths(dst, f) }

func (f *ets) Path(dst []float64, d Draw) {
	sigma := drawSigma(f.sigma, f.nu, d.R)
	level, slope := f.level, f.slope
	for range f.back {
		e := sigma * d.R.NormFloat64()
		level, slope = level+f.phi*slope+f.alpha*e, f.phi*slope+f.beta*e
	}
	last := f.scale.from(level)
	m := len(f.season)
	for t := range dst {
		damped := f.phi * slope
		x := level + damped
		if f.form.season {
			x += f.season[(t+f.back)%m]
		}
		e := sigma * d.Z[t]
		dst[t] = f.scale.from(x + e)
		level += damped + f.alpha*e
		slope = damped + f.beta*e
	}
	f.scale.finish(dst, last, d)
}
