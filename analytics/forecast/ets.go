package forecast

import (
	"fmt"
	"math"

	"talentcast/analytics"
)

// ETS is the exponential smoothing family with additive errors (Hyndman,
// Koehler, Ord & Snyder 2008, chapters 2 and 5): trend none, additive or damped;
// season none or additive; on the scale of the series' space, and for levels on
// the logarithm as well as on the value itself. On the logarithm these are the
// multiplicative forms. Scale and form are chosen by AICc of the values.
//
// The starting level and slope are not searched for: the errors are linear in
// them, so that the best are known in closed form for any smoothing parameters.
type ETS struct {
	// Plain takes levels as they are, and Log their logarithms; neither leaves it
	// to AICc.
	Plain, Log bool
	// Form fixes the form, as "ANN", "AAN", "AAdN", "ANA", "AAA" or "AAdA"; empty
	// chooses. A fixed form is fitted to levels as they are.
	Form string
}

// Name is "ets", with Log "log-ets".
func (m ETS) Name() string {
	if m.Log {
		return "log-ets"
	}
	return "ets"
}

// form is one member of the family.
type form struct {
	trend, damped, season bool
}

func (f form) String() string {
	s := "AN"
	switch {
	case f.damped:
		s = "AAd"
	case f.trend:
		s = "AA"
	}
	if f.season {
		return s + "A"
	}
	return s + "N"
}

var forms = [...]form{{}, {trend: true}, {trend: true, damped: true}, {season: true}, {trend: true, season: true}, {trend: true, damped: true, season: true}}

// Fit needs five observed values, and two whole years for a season.
func (m ETS) Fit(y analytics.Series) (Fitted, error) {
	var best *etsFit
	var bestScale scale
	var bestBack int
	for _, sc := range m.scales(y) {
		x, _, back := sc.observed(y)
		if len(x) < 5 {
			return nil, fmt.Errorf("ets: %w", ErrShort)
		}
		for _, fm := range forms {
			if !m.tries(fm, y, sc, len(x)) {
				continue
			}
			f := fitETS(fm, x, int(y.Freq()))
			if f == nil {
				continue
			}
			f.aicc += sc.jacobian(x)
			if best == nil || f.aicc < best.aicc {
				best, bestScale, bestBack = f, sc, back
			}
		}
	}
	if best == nil {
		return nil, fmt.Errorf("ets: %w", ErrShort)
	}
	return newGauss(m.Name(), y, bestScale, bestBack, best, best.sigma, best.nu), nil
}

// scales are those on which the forms are tried.
func (m ETS) scales(y analytics.Series) []scale {
	switch {
	case m.Form != "" || m.Plain:
		return []scale{newScale(y, true)}
	case m.Log:
		return []scale{newScale(y, false)}
	case y.Space == analytics.Level && y.Least() > 0:
		return []scale{newScale(y, true), newScale(y, false)}
	case y.Space == analytics.Level:
		return []scale{newScale(y, true)}
	}
	return []scale{newScale(y, false)}
}

func (m ETS) tries(fm form, y analytics.Series, sc scale, n int) bool {
	if m.Form != "" {
		return fm.String() == m.Form
	}
	freq := int(y.Freq())
	if fm.season && (freq == 1 || n < 2*freq+2) {
		return false
	}
	// An undamped slope of logarithms, extrapolated for tens of periods, is an
	// explosion; over a few years it may stand.
	return !fm.trend || fm.damped || !sc.log || freq == 1
}

// etsFit is one fitted form with its states at the last value.
type etsFit struct {
	form               form
	alpha, beta, gamma float64
	phi                float64
	level, slope       float64
	season             [12]float64 // of the m periods after the last, in order
	m                  int
	sigma, nu          float64
	logLik             float64 // up to the constant −n/2·(log 2π + 1 − log n)
	aicc               float64
}

// fitETS minimises the one-step squared errors and returns nil where the form
// has more parameters than the series can bear.
func fitETS(fm form, x []float64, m int) *etsFit {
	f := &etsFit{form: fm, m: m, phi: 1}
	n := float64(len(x))
	k := f.parameters()
	if n-k-2 <= 0 {
		return nil
	}
	run := smoother{x: x, fit: f}
	if fm.season {
		run.startSeason()
	}
	u := make([]float64, f.free())
	for i := range u {
		u[i] = -0.5
	}
	objective := func(u []float64) float64 {
		f.set(u)
		return run.filter()
	}
	simplex(objective, u, 1, 50*len(u))
	ss := objective(u)
	run.finish()
	f.nu = max(1, n-k)
	f.sigma = math.Sqrt(ss / f.nu)
	f.logLik = -n / 2 * math.Log(ss+1e-300)
	f.aicc = -2*f.logLik + 2*(k+1) + 2*(k+1)*(k+2)/(n-k-2)
	return f
}

// free is the number of smoothing parameters.
func (f *etsFit) free() int {
	k := 1
	if f.form.trend {
		k++
	}
	if f.form.damped {
		k++
	}
	if f.form.season {
		k++
	}
	return k
}

// parameters counts the smoothing parameters and the starting states.
func (f *etsFit) parameters() float64 {
	k := f.free() + 1
	if f.form.trend {
		k++
	}
	if f.form.season {
		k += f.m - 1
	}
	return float64(k)
}

// set maps unbounded parameters into the usual region: 0 < β < α < 1,
// 0 < γ < 1−α, 0.8 < φ < 0.98.
func (f *etsFit) set(u []float64) {
	f.alpha = 1e-4 + 0.9998*logistic(u[0])
	i := 1
	if f.form.trend {
		f.beta = 1e-4 + (f.alpha-1e-4)*logistic(u[i]-1.5)
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

// smoother runs the recursion of a form over a series: once from zero states,
// and beside it the responses to a starting level and a starting slope of one.
type smoother struct {
	x     []float64
	fit   *etsFit
	start [12]float64 // the season's, by t mod m
	state [3]smoothed // of the base and the two responses
	coef  [2]float64  // the best starting level and slope
}

type smoothed struct {
	level, slope float64
	season       [12]float64
}

// filter returns the sum of squared errors at the best starting level and
// slope.
func (s *smoother) filter() float64 {
	f := s.fit
	runs := 2
	if f.form.trend {
		runs = 3
	}
	s.state = [3]smoothed{{season: s.start}, {level: 1}, {slope: 1}}
	var ee, el, eb, ll, lb, bb float64
	for t, v := range s.x {
		var e [3]float64
		for i := range runs {
			e[i] = s.state[i].step(f, t, v-s.x[0])
			v = s.x[0] // the responses see no data
		}
		ee += e[0] * e[0]
		el += e[0] * e[1]
		ll += e[1] * e[1]
		eb += e[0] * e[2]
		lb += e[1] * e[2]
		bb += e[2] * e[2]
	}
	s.coef = solve2(ll, lb, bb, el, eb)
	a, b := s.coef[0], s.coef[1]
	sse := ee + 2*(a*el+b*eb) + a*a*ll + 2*a*b*lb + b*b*bb
	if math.IsNaN(sse) || math.IsInf(sse, 0) {
		return math.MaxFloat64
	}
	return max(sse, 1e-12*ee)
}

// step takes the value v of period t into the states and returns its error.
func (s *smoothed) step(f *etsFit, t int, v float64) float64 {
	damped := f.phi * s.slope
	e := v - s.level - damped
	if f.form.season {
		k := t % f.m
		e -= s.season[k]
		s.season[k] += f.gamma * e
	}
	s.level += damped + f.alpha*e
	s.slope = damped + f.beta*e
	return e
}

// solve2 minimises |e + a·l + b·s|² given the sums of products, leaving b at 0
// where the two can't be told apart.
func solve2(ll, lb, bb, el, eb float64) [2]float64 {
	det := ll*bb - lb*lb
	if det > 1e-12*ll*bb {
		return [2]float64{(-el*bb + eb*lb) / det, (-eb*ll + el*lb) / det}
	}
	if ll > 0 {
		return [2]float64{-el / ll, 0}
	}
	return [2]float64{}
}

// startSeason starts the season from the mean deviations of a centred year.
func (s *smoother) startSeason() {
	copy(s.start[:], decompose(s.x, s.fit.m, false).factor)
}

// finish adds the responses to the base and stores the states.
func (s *smoother) finish() {
	f := s.fit
	base := s.state[0]
	for i, c := range s.coef {
		base.level += c * s.state[i+1].level
		base.slope += c * s.state[i+1].slope
		for k := range base.season {
			base.season[k] += c * s.state[i+1].season[k]
		}
	}
	f.level, f.slope = base.level+s.x[0], base.slope
	for k := range f.m {
		f.season[k] = base.season[(len(s.x)+k)%f.m]
	}
}

func (f *etsFit) locate(dst []float64) {
	level, slope := f.level, f.slope
	for t := range dst {
		slope *= f.phi
		level += slope
		dst[t] = level
		if f.form.season {
			dst[t] += f.season[t%f.m]
		}
	}
}

func (f *etsFit) sway(dst, e []float64) {
	var s smoothed
	for t := range dst {
		damped := f.phi * s.slope
		dst[t] = s.level + damped + e[t]
		if f.form.season {
			k := t % f.m
			dst[t] += s.season[k]
			s.season[k] += f.gamma * e[t]
		}
		s.level += damped + f.alpha*e[t]
		s.slope = damped + f.beta*e[t]
	}
}
