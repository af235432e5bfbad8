package forecast

import (
	"math"

	"talentcast/analytics"
)

// scale maps a space to the real line, where a linear model may go anywhere, and
// back: the logarithm for amounts, the logit for shares, nothing for real values,
// and for levels the logarithm or nothing as the model likes.
type scale struct {
	space analytics.Space
	// log says that the logarithm is taken.
	log bool
	// shift keeps the logarithm off zero: a twentieth of the mean, so that a
	// month without money is low and not infinitely so. 0 when no value is 0.
	shift float64
	// top is the highest value a path may take on the log scale: a thousand
	// times the largest seen. A trend extrapolated for decades must not run into
	// numbers that no one can draw.
	top float64
}

// newScale chooses the scale for the observed values of a series; plain asks for
// levels as they are.
func newScale(y analytics.Series, plain bool) scale {
	s := scale{space: y.Space}
	switch y.Space {
	case analytics.Real, analytics.Ratio:
		return s
	case analytics.Level:
		s.log = !plain
	default:
		s.log = true
	}
	sum, n, largest, zero := 0.0, 0.0, 0.0, false
	for _, v := range y.Values {
		if !math.IsNaN(v) {
			sum += v
			n++
			largest = max(largest, v)
			zero = zero || v == 0
		}
	}
	if zero {
		s.shift = max(sum/n/20, tiny)
		if sum == 0 {
			s.shift = 1e-9
		}
	}
	s.top = math.Log(max(largest+s.shift, tiny)) + math.Log(1000)
	return s
}

// tiny keeps the logarithm finite.
const tiny = 1e-300

// edge keeps the logit finite: shares of 0 and 1 count as this far inside.
const edge = 1e-4

func (s scale) to(v float64) float64 {
	switch {
	case s.log:
		return math.Log(max(v+s.shift, tiny))
	case s.space == analytics.Ratio:
		p := min(1-edge, max(edge, v))
		return math.Log(p / (1 - p))
	}
	return v
}

func (s scale) from(x float64) float64 {
	switch {
	case s.log:
		return max(0, math.Exp(min(x, s.top))-s.shift)
	case s.space == analytics.Ratio:
		return 1 / (1 + math.Exp(-x))
	case s.space == analytics.Level:
		return max(0, x)
	}
	return x
}

// whole rounds a value of a count: a path has no fractions of people, so that no
// quantile may have any.
func (s scale) whole(v float64) float64 {
	if s.space == analytics.Count {
		return math.Round(v)
	}
	return v
}

// finish applies a draw's multipliers to a path that starts from last: amounts
// are multiplied as they are, levels in their change from period to period.
// Shares and real values have no amount to multiply. Counts are made whole.
func (s scale) finish(path []float64, last float64, d Draw) {
	switch {
	case s.space == analytics.Count:
		for t := range path {
			path[t] = s.whole(path[t] * d.mult(t))
		}
	case d.Mult == nil:
	case s.space == analytics.Money:
		for t := range path {
			path[t] *= d.Mult[t]
		}
	case s.space == analytics.Level:
		before, level := last, last
		for t, v := range path {
			level = max(0, level+d.Mult[t]*(v-before))
			before, path[t] = v, level
		}
	}
}

// observed returns the values on the scale with gaps filled by straight lines
// between their neighbours; leading and trailing gaps are cut. The second value
// is the number of periods cut from the front, the third of those from the back.
func (s scale) observed(y analytics.Series) (x []float64, front, back int) {
	v := y.Values
	for len(v) > 0 && math.IsNaN(v[0]) {
		v = v[1:]
		front++
	}
	for len(v) > 0 && math.IsNaN(v[len(v)-1]) {
		v = v[:len(v)-1]
		back++
	}
	x = make([]float64, len(v))
	last := -1
	for i, w := range v {
		if math.IsNaN(w) {
			continue
		}
		x[i] = s.to(w)
		for k := last + 1; k < i && last >= 0; k++ {
			x[k] = x[last] + (x[i]-x[last])*float64(k-last)/float64(i-last)
		}
		last = i
	}
	return x, front, back
}

// jacobian is −2 × the log of the transformation's derivative over the values x
// on the scale: what makes likelihoods of different scales comparable.
func (s scale) jacobian(x []float64) float64 {
	sum := 0.0
	if s.log {
		for _, v := range x {
			sum += 2 * v
		}
	}
	return sum
}
