package forecast

import (
	"fmt"
	"math"

	"talentcast/analytics"
)

// Theta is the dynamic optimised Theta method (Fiorucci, Pellegrini, Louzada,
// Petropoulos & Koehler 2016, section 2): simple exponential smoothing whose
// drift is the slope of the series so far, taken by 1−1/θ and brought up to date
// with every value. Level, smoothing and θ are found by least squares. The
// season is taken out first where the series shows one.
type Theta struct {
	// Plain fixes θ at 2 and the drift at half the slope of the straight line
	// through the series: the Theta method of Assimakopoulos & Nikolopoulos
	// (2000) in the form Hyndman & Billah (2003) gave it.
	Plain bool
	// Log takes the logarithm of levels, as is done with amounts always.
	Log bool
}

// Name is "dot", with Plain "theta".
func (m Theta) Name() string {
	name := "dot"
	if m.Plain {
		name = "theta"
	}
	if m.Log {
		name = "log-" + name
	}
	return name
}

// Fit needs three observed values, DOT four.
func (m Theta) Fit(y analytics.Series) (Fitted, error) {
	sc := newScale(y, !m.Log)
	x, _, back := sc.observed(y)
	least := 4
	if m.Plain {
		least = 3
	}
	if len(x) < least {
		return nil, fmt.Errorf("%s: %w", m.Name(), ErrShort)
	}
	s := adjust(x, int(y.Freq()), sc)
	if m.Plain {
		f := fitTheta(x)
		g := newGauss(m.Name(), y, sc, back, f, f.sigma, f.nu)
		g.slopeSE, g.season = f.driftSE, s
		return g, nil
	}
	f := fitDOT(x)
	g := newGauss(m.Name(), y, sc, back, f, f.sigma, f.nu)
	g.season = s
	return g, nil
}

// dot holds the states of the dynamic optimised Theta method after n values:
// the smoothed level, the running mean, and the intercept and slope of the
// straight line through the values so far.
type dot struct {
	alpha, theta float64
	thetaState
	sigma, nu float64
}

type thetaState struct {
	n           float64
	level, mean float64
	a, b        float64
	power       float64 // (1−α)ⁿ
}

// next is the one-step forecast.
func (s *thetaState) next(alpha, theta float64) float64 {
	return s.level + (1-1/theta)*(s.power*s.a+(1-s.power*(1-alpha))/alpha*s.b)
}

// take brings the states up to date with the value v.
func (s *thetaState) take(alpha, v float64) {
	n := s.n + 1
	s.level = alpha*v + (1-alpha)*s.level
	mean := (s.n*s.mean + v) / n
	if n > 1 {
		s.b = ((n-2)*s.b + 6/n*(v-s.mean)) / (n + 1)
	}
	s.a = mean - s.b*(n+1)/2
	s.mean, s.n = mean, n
	s.power *= 1 - alpha
}

func fitDOT(x []float64) *dot {
	f := &dot{}
	// The level is searched in steps of the series' own scatter.
	step := 0.0
	for t := 1; t < len(x); t++ {
		step += math.Abs(x[t]-x[t-1]) / float64(len(x)-1)
	}
	run := func(u []float64) float64 {
		f.alpha = 0.1 + 0.89*logistic(u[1])
		f.theta = 1 + math.Exp(u[2])
		// Of what the first value is expected to be, the level is 1/θ and the line,
		// which begins with that value, the rest.
		first := x[0] + u[0]*step
		f.thetaState = thetaState{level: first / f.theta, power: 1}
		sse := 0.0
		for t, v := range x {
			e := v - first
			if t > 0 {
				e = v - f.next(f.alpha, f.theta)
			}
			sse += e * e
			f.take(f.alpha, v)
		}
		if math.IsNaN(sse) || math.IsInf(sse, 0) {
			return math.MaxFloat64
		}
		return sse
	}
	u := []float64{0, 0, 0}
	simplex(run, u, 0.7, 250)
	sse := run(u)
	f.nu = float64(max(1, len(x)-3))
	f.sigma = math.Sqrt(sse / f.nu)
	return f
}

func (f *dot) locate(dst []float64) {
	s := f.thetaState
	for t := range dst {
		dst[t] = s.next(f.alpha, f.theta)
		s.take(f.alpha, dst[t])
	}
}

func (f *dot) sway(dst, e []float64) {
	s := thetaState{n: f.n, power: f.power}
	for t := range dst {
		dst[t] = s.next(f.alpha, f.theta) + e[t]
		s.take(f.alpha, dst[t])
	}
}

// deviations follow the variance of the states level, mean and slope: the slope
// takes each value with less weight than the one before, so that no error moves
// the series as the first does.
func (f *dot) deviations(dst []float64) {
	var p [3][3]float64 // the states' covariance
	c, n, power := 1-1/f.theta, f.n, f.power
	for t := range dst {
		// The next value is w·state + e, the next state M·state + g·e.
		w := [3]float64{1, c * power, c * ((1-power*(1-f.alpha))/f.alpha - power*(n+1)/2)}
		g := [3]float64{f.alpha, 1 / (n + 1), 6 / ((n + 1) * (n + 2))}
		m := [3][3]float64{{1 - f.alpha}, {0, n / (n + 1)}, {0, -g[2], (n - 1) / (n + 2)}}
		for i := range m {
			for j := range m {
				m[i][j] += g[i] * w[j]
			}
		}
		variance := 1.0
		var mp, next [3][3]float64
		for i := range p {
			for j := range p {
				variance += w[i] * p[i][j] * w[j]
				for k := range p {
					mp[i][j] += m[i][k] * p[k][j]
				}
			}
		}
		for i := range p {
			for j := range p {
				next[i][j] = g[i] * g[j]
				for k := range p {
					next[i][j] += mp[i][k] * m[j][k]
				}
			}
		}
		dst[t] = math.Sqrt(variance)
		p, n, power = next, n+1, power*(1-f.alpha)
	}
}

// theta is simple exponential smoothing with a fixed drift.
type theta struct {
	alpha, level, drift float64
	driftSE             float64
	sigma, nu           float64
}

func fitTheta(x []float64) *theta {
	n := len(x)
	slope, se := lineSlope(x)
	f := &theta{drift: slope / 2, driftSE: se / 2}
	run := func(u []float64) float64 {
		f.alpha = 1e-4 + 0.9998*logistic(u[0])
		level, sse := x[0], 0.0
		for _, v := range x[1:] {
			e := v - level - f.drift
			sse += e * e
			level += f.drift + f.alpha*e
		}
		f.level = level
		return sse
	}
	u := []float64{0}
	simplex(run, u, 1, 60)
	sse := run(u)
	f.nu = float64(max(1, n-2))
	f.sigma = math.Sqrt(sse / f.nu)
	return f
}

func (f *theta) locate(dst []float64) {
	for t := range dst {
		dst[t] = f.level + f.drift*float64(t+1)
	}
}

func (f *theta) sway(dst, e []float64) {
	level := 0.0
	for t := range dst {
		dst[t] = level + e[t]
		level += f.alpha * e[t]
	}
}

// lineSlope is the least-squares slope of x over its index, with its standard
// error.
func lineSlope(x []float64) (slope, se float64) {
	n := float64(len(x))
	tm, xm := (n-1)/2, average(x)
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
