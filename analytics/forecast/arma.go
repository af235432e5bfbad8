package forecast

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// arma is a fitted ARIMA of given orders: the recursion of its values on their
// past and on past errors.
type arma struct {
	order    Order
	ar, ma   []float64 // full polynomials: differences and seasons multiplied out
	constant float64
	past     []float64 // the last len(ar) values, oldest first
	errors   []float64 // the last len(ma) errors, oldest first
}

// arma's ar and ma hold the coefficients of x[t−1−i] and e[t−1−j].
func (f *arma) locate(dst []float64) {
	for t := range dst {
		v := f.constant
		for i, a := range f.ar {
			if k := t - 1 - i; k >= 0 {
				v += a * dst[k]
			} else {
				v += a * f.past[len(f.past)+k]
			}
		}
		for j, b := range f.ma {
			if k := t - 1 - j; k < 0 {
				v += b * f.errors[len(f.errors)+k]
			}
		}
		dst[t] = v
	}
}

func (f *arma) sway(dst, e []float64) {
	for t := range dst {
		v := e[t]
		for i, a := range f.ar[:min(t, len(f.ar))] {
			v += a * dst[t-1-i]
		}
		for j, b := range f.ma[:min(t, len(f.ma))] {
			v += b * e[t-1-j]
		}
		dst[t] = v
	}
}

// arma fitted, with what judges it.
type armaFit struct {
	arma
	sigma, nu float64
	logLik    float64
	aicc      float64
	reach     float64 // the largest partial autocorrelation of the factors
}

// nearUnit tells of factors so near the edge of stationarity or invertibility
// that the estimate is one of the edge.
func (f *armaFit) nearUnit() bool { return f.reach > 0.99 }

// fitARMA estimates the order within stationarity and invertibility, in evals
// evaluations for each parameter; nil where the series can't bear it. With exact
// the likelihood is exact, at a cost that grows with the square of the length;
// without, it is the conditional sum of squares.
func fitARMA(o Order, x []float64, m, evals int, exact bool) *armaFit {
	if len(x) <= o.D+o.SD*m {
		return nil
	}
	w := difference(difference(x, m, o.SD), 1, o.D)
	n := len(w)
	k := o.P + o.Q + o.SP + o.SQ
	if o.Constant {
		k++
	}
	free := float64(n - k - 2)
	if free < 1 || n <= o.P+m*o.SP+1 {
		return nil
	}
	l := newLikelihood(o, m, w, exact)
	u := make([]float64, k)
	simplex(l.deviance, u, 0.3, evals*k)
	dev := l.deviance(u)
	if dev == math.MaxFloat64 {
		return nil
	}
	f := &armaFit{nu: float64(n - k), logLik: -dev / 2, reach: l.reach}
	f.aicc = dev + 2*float64(k+1) + 2*float64(k+1)*float64(k+2)/free
	// The errors' variance is unbiased for the parameters estimated.
	f.sigma = math.Sqrt(l.variance * float64(n) / f.nu)
	f.arma = l.recursion(x)
	return f
}

// likelihood is that of one order over the differenced values.
type likelihood struct {
	order    Order
	m        int
	w        []float64
	centre   float64 // where the search for the mean starts
	unit     float64 // the step of that search
	mean     float64
	ar, ma   []float64 // multiplied out, without differences
	resid    []float64
	variance float64
	reach    float64
	gamma    []float64
	phi      [2][]float64
}

func newLikelihood(o Order, m int, w []float64, exact bool) *likelihood {
	n := len(w)
	l := &likelihood{order: o, m: m, w: w, resid: make([]float64, n)}
	if o.Constant {
		l.centre = average(w)
		for _, v := range w {
			l.unit += (v - l.centre) * (v - l.centre) / float64(n)
		}
		l.unit = math.Sqrt(l.unit / float64(n))
	}
	if exact {
		l.gamma = make([]float64, n)
		l.phi = [2][]float64{make([]float64, n), make([]float64, n)}
	}
	return l
}

// set reads the parameters: each factor by partial autocorrelations in (−1, 1),
// which makes it stationary or invertible (Monahan 1984).
func (l *likelihood) set(u []float64) {
	o := l.order
	l.reach = 0
	p := l.factor(u[:o.P])
	q := l.factor(u[o.P : o.P+o.Q])
	sp := l.factor(u[o.P+o.Q : o.P+o.Q+o.SP])
	sq := l.factor(u[o.P+o.Q+o.SP : o.P+o.Q+o.SP+o.SQ])
	l.ar = multiply(p, sp, l.m)
	l.ma = multiply(q, sq, l.m)
	for i := range l.ma {
		l.ma[i] = -l.ma[i]
	}
	l.mean = 0
	if o.Constant {
		l.mean = l.centre + l.unit*u[len(u)-1]
	}
}

// factor turns unbounded parameters into the coefficients of a stationary
// autoregression, by the Durbin–Levinson recursion on partial autocorrelations.
func (l *likelihood) factor(u []float64) []float64 {
	c := make([]float64, len(u))
	old := make([]float64, len(u))
	for k, v := range u {
		r := math.Tanh(v)
		l.reach = max(l.reach, math.Abs(r))
		copy(old, c[:k])
		for i := range k {
			c[i] = old[i] - r*old[k-1-i]
		}
		c[k] = r
	}
	return c
}

// multiply is 1 − (1 − Σ aᵢBⁱ)(1 − Σ bⱼBʲᵐ), by coefficient of B¹ on.
func multiply(a, b []float64, m int) []float64 {
	c := make([]float64, len(a)+m*len(b))
	copy(c, a)
	for j, v := range b {
		k := (j + 1) * m
		c[k-1] += v
		for i, w := range a {
			c[k+i] -= v * w
		}
	}
	return c
}

// deviance is −2 × the log likelihood, σ² concentrated out.
func (l *likelihood) deviance(u []float64) float64 {
	l.set(u)
	logs, n := 0.0, float64(len(l.w))
	var ss float64
	if l.gamma != nil {
		ss, logs = l.exact()
	} else {
		ss = l.conditional()
	}
	if !(ss > 0) || math.IsInf(ss, 0) {
		if ss == 0 {
			ss = 1e-300
		} else {
			return math.MaxFloat64
		}
	}
	l.variance = ss / n
	return n*math.Log(2*math.Pi*l.variance) + n + logs
}

// conditional is the sum of squared errors taking errors before the series as
// zero and missing past values as the mean.
func (l *likelihood) conditional() float64 {
	ss := 0.0
	for t := range l.w {
		e := l.w[t] - l.mean
		for i, a := range l.ar[:min(t, len(l.ar))] {
			e -= a * (l.w[t-1-i] - l.mean)
		}
		for j, b := range l.ma[:min(t, len(l.ma))] {
			e -= b * l.resid[t-1-j]
		}
		l.resid[t] = e
		ss += e * e
	}
	return ss
}

// exact is the sum of the squared one-step errors over their relative variances
// and the sum of the logs of those, by Durbin–Levinson on the autocovariances
// (Brockwell & Davis 1991, section 8.6).
func (l *likelihood) exact() (ss, logs float64) {
	if !autocovariance(l.gamma, l.ar, l.ma) {
		return math.NaN(), 0
	}
	v := l.gamma[0]
	now, old := l.phi[0], l.phi[1]
	for t := range l.w {
		e := l.w[t] - l.mean
		for i := range t {
			e -= now[i] * (l.w[t-1-i] - l.mean)
		}
		l.resid[t] = e
		ss += e * e / v
		logs += math.Log(v)
		if t+1 == len(l.w) {
			break
		}
		r := l.gamma[t+1]
		for i := range t {
			r -= now[i] * l.gamma[t-i]
		}
		r /= v
		now, old = old, now
		for i := range t {
			now[i] = old[i] - r*old[t-1-i]
		}
		now[t] = r
		v *= 1 - r*r
		if !(v > 0) {
			return math.NaN(), 0
		}
	}
	return ss, logs
}

// autocovariance writes those of a process with unit error variance (Brockwell &
// Davis 1991, section 3.3, third method). It reports whether there are any.
func autocovariance(dst, ar, ma []float64) bool {
	p, q := len(ar), len(ma)
	theta := func(j int) float64 {
		if j == 0 {
			return 1
		}
		return ma[j-1]
	}
	psi := make([]float64, q+1)
	for k := range psi {
		psi[k] = theta(k)
		for i, a := range ar[:min(k, p)] {
			psi[k] += a * psi[k-1-i]
		}
	}
	right := make([]float64, max(p, q)+1)
	for k := range q + 1 {
		for j := k; j <= q; j++ {
			right[k] += theta(j) * psi[j-k]
		}
	}
	g := right[:1]
	if p > 0 {
		a := mat.NewDense(p+1, p+1, nil)
		for k := range p + 1 {
			a.Set(k, k, a.At(k, k)+1)
			for j, v := range ar {
				c := max(k-1-j, j+1-k)
				a.Set(k, c, a.At(k, c)-v)
			}
		}
		var x mat.VecDense
		if err := x.SolveVec(a, mat.NewVecDense(p+1, right[:p+1])); err != nil {
			return false
		}
		g = x.RawVector().Data
	}
	for k := range dst {
		switch {
		case k < len(g):
			dst[k] = g[k]
		default:
			dst[k] = 0
			if k < len(right) {
				dst[k] = right[k]
			}
			for i, a := range ar {
				dst[k] += a * dst[k-1-i]
			}
		}
	}
	return dst[0] > 0
}

// recursion multiplies the differences into the autoregression and keeps the end
// of the series.
func (l *likelihood) recursion(x []float64) arma {
	o := l.order
	full := l.ar
	for range o.D {
		full = multiply(full, []float64{1}, 1)
	}
	for range o.SD {
		full = multiply(full, []float64{1}, l.m)
	}
	c := l.mean
	for _, a := range l.ar {
		c -= a * l.mean
	}
	f := arma{order: o, ar: full, ma: append([]float64(nil), l.ma...), constant: c}
	f.past = append(f.past, x[len(x)-len(full):]...)
	// Exact residuals settle to the errors; the last few are those of the
	// recursion.
	e := l.resid
	for len(e) < len(f.ma) {
		e = append([]float64{0}, e...)
	}
	f.errors = append(f.errors, e[len(e)-len(f.ma):]...)
	return f
}
