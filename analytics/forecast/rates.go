package forecast

import "math"

// Rated is a fitted model of counts whose rates don't depend on what is counted
// on the way. Its path is then two things apart: rates drawn once, and counts
// that follow from them, which may be read anew for any multipliers without
// drawing again.
type Rated interface {
	Fitted
	// Rates writes the rate of each of the next len(mu) periods, without
	// d.Mult, and returns the law of the counts at those rates. The counts
	// Law.Count(Tail(d.Z[t]), mu[t]·d.Mult[t]) are the path that Path writes for
	// the same draw.
	Rates(mu []float64, d Draw) Law
}

// AsRated returns the model as one with rates; ok is false for a model that has
// none, and for a pool with such a member.
func AsRated(f Fitted) (r Rated, ok bool) {
	if c, is := f.(*Chosen); is {
		return AsRated(c.Fitted)
	}
	if p, is := f.(Pool); is {
		for _, m := range p.Models {
			if _, ok := AsRated(m); !ok {
				return nil, false
			}
		}
		return ratedPool{p}, len(p.Models) > 0
	}
	r, ok = f.(Rated)
	return r, ok
}

// Law is the distribution of a count given its rate: a Poisson, a negative
// binomial of a size, or a hurdle.
type Law struct {
	size   float64 // of the negative binomial; +Inf for Poisson
	quiet  float64 // of a hurdle: log of the chance of nothing at rate 1; 0 for none
	busy   float64 // of a hurdle: mean at rate 1
	hurdle bool
}

// Poisson is the law of counts that come one by one at their rate.
func Poisson() Law { return Law{size: math.Inf(1)} }

// None is the rate up to which nothing is counted at upper-tail probability up:
// the way past most periods of a sparse series.
func (l Law) None(up float64) float64 {
	if up >= 1 {
		return math.Inf(1)
	}
	log := quickLog(1 - up)
	if up < 1e-4 { // where 1 − up has lost digits
		log = math.Log1p(-up)
	}
	switch {
	case l.hurdle:
		return max(log/l.quiet, up/l.busy)
	case math.IsInf(l.size, 1):
		return -log
	case log/l.size > -1e-4:
		return l.size * math.Expm1(-log/l.size)
	}
	return l.size * (1/quickExp(log/l.size) - 1)
}

// Reach is a number such that at a rate mu the probability that something is
// counted is at most mu·Reach.
func (l Law) Reach() float64 {
	if l.hurdle {
		return -l.quiet
	}
	return 1
}

// AtMostOne returns a and b such that at a rate mu no more than one is counted
// where a·mu + b·mu² ≤ up, by Markov's inequality: P(N ≥ 2) ≤ E[N(N−1)]/2, and of
// a hurdle, the mean of what is beyond one.
func (l Law) AtMostOne() (a, b float64) {
	switch {
	case l.hurdle:
		return max(0, l.busy+l.quiet), l.quiet * l.quiet / 2
	case math.IsInf(l.size, 1):
		return 0, 0.5
	}
	return 0, (1 + 1/l.size) / 2
}

// Something bounds the probability that something is counted, without exponential or
// logarithm.
type Something struct{ r, b, c, d float64 }

// Something returns the law's bounds of it.
func (l Law) Something() Something {
	switch {
	case l.hurdle && l.busy < -l.quiet: // the mean bounds it, too: nothing is said
		return Something{c: math.Inf(1), d: -1}
	case l.hurdle:
		q := -l.quiet
		return Something{q, q * q / 2, q * q * q / 6, 1.0 / 2}
	case math.IsInf(l.size, 1):
		return Something{1, 1.0 / 2, 1.0 / 6, 1.0 / 2}
	}
	x := 1 / l.size
	s := Something{1, (1 + x) / 2, (1 + x) * (1 + 2*x) / 6, -1}
	switch { // 1/P(0) = (1 + mu/size)^size: how many terms of its series are below it
	case l.size >= 2:
		s.d = (1 - x) / 2
	case l.size >= 1:
		s.d = 0
	}
	return s
}

// At returns bounds at a rate mu > 0: with r, b and c from the factorial moments by
// Bonferroni's inequalities, r·mu − b·mu² ≤ P ≤ r·mu − b·mu² + c·mu³. Where the size is
// one or more, the first terms of the series of 1/P(0) give a closer lower one.
func (s Something) At(mu float64) (least, most float64) {
	least = mu * (s.r - s.b*mu)
	most = least + s.c*mu*mu*mu
	if y := s.r * mu; s.d >= 0 {
		least = 1 - 1/(1+y*(1+s.d*y))
	}
	return least, most
}

// Count is the count at upper-tail probability up of the law at rate mu: it
// rises with mu and falls with up.
func (l Law) Count(up, mu float64) float64 {
	if l.hurdle {
		return l.countOver(up, mu)
	}
	if mu <= 0 {
		return 0
	}
	if mu <= smallMean {
		return smallCount(1-up, mu, l.size)
	}
	k := countQuantile(fromTail(up), mu, l.size)
	if mu < smallMean+15 { // where the two ways meet the count must not fall
		k = max(k, smallCount(1-up, smallMean, l.size))
	}
	return k
}

// countOver is hurdle by the tail instead of z.
func (l Law) countOver(up, rate float64) float64 {
	mean := l.busy * rate
	if mean <= 0 {
		return 0
	}
	p := min(1-quickExp(l.quiet*rate), mean)
	if up >= p {
		return 0
	}
	if mean/p-1 <= smallMean {
		return 1 + smallCount(1-up/p, mean/p-1, math.Inf(1))
	}
	return 1 + countQuantile(fromTail(up/p), mean/p-1, math.Inf(1))
}

// Tail is 1 − Φ(z), exact in the upper tail.
func Tail(z float64) float64 { return 0.5 * math.Erfc(z/math.Sqrt2) }

// fromTail is the z whose Tail is up.
func fromTail(up float64) float64 { return math.Sqrt2 * math.Erfcinv(2*up) }

// ratedPool is a pool of models with rates.
type ratedPool struct{ Pool }

// Rates are those of the model that one uniform of the draw picks.
func (p ratedPool) Rates(mu []float64, d Draw) Law {
	r, _ := AsRated(p.pick(d))
	return r.Rates(mu, d)
}
