package target

import (
	"math"
	"slices"
	"time"

	"talentcast/analytics"
)

// Observation is the figure as it stood at the end of a date.
type Observation struct {
	Date  time.Time
	Value float64
}

// Attain answers a goal from what was observed up to asOf, oldest first, and
// the simulated futures after it.
//
// A deadline on or before asOf is answered by the observations alone: 0 or 1,
// no error. A deadline inside a period is taken to fall at that period's end,
// since that is where the figure is known. A deadline past the last simulated
// period, or a zero one, gives NaN. Quantities in the paths' unit.
//
// The standard error is the binomial one, √(p(1−p)/n).
func Attain(g Goal, past []Observation, asOf time.Time, f Paths) Attainment {
	var a Attainment
	if math.IsNaN(g.Low) {
		nan := Probability{math.NaN(), math.NaN()}
		return Attainment{
			EarlyLow: nan, EarlyHigh: nan, LateLow: nan, LateHigh: nan, EarlyHeld: nan, LateHeld: nan,
			EarlyShortfall: math.NaN(), LateShortfall: math.NaN(), EarlyExpected: math.NaN(), LateExpected: math.NaN(),
		}
	}
	low := crossings(g, g.Low, past, f)
	high := low
	if g.High > g.Low {
		high = crossings(g, g.High, past, f)
	}
	a.EarlyLow, a.EarlyHeld = reached(g.Low, g.Early, past, asOf, f, low)
	a.LateLow, a.LateHeld = reached(g.Low, g.Late, past, asOf, f, low)
	a.EarlyHigh, _ = reached(g.High, g.Early, past, asOf, f, high)
	a.LateHigh, _ = reached(g.High, g.Late, past, asOf, f, high)
	a.EarlyExpected, a.EarlyShortfall = missing(g.Low, g.Early, past, asOf, f)
	a.LateExpected, a.LateShortfall = missing(g.Low, g.Late, past, asOf, f)
	a.Passage = passage(low, f)
	return a
}

// crossing says when the paths first reach a level.
type crossing struct {
	already time.Time // reached in the past
	by      []int     // per step, how many paths have reached it by then
	n       int       // paths
}

func crossings(g Goal, level float64, past []Observation, f Paths) crossing {
	if t := ReachedOn(level, past); !t.IsZero() {
		// A level reached and lost again is reached all the same; whether it is
		// held is asked apart.
		return crossing{already: t}
	}
	c := crossing{by: make([]int, len(f.At))}
	if len(f.At) == 0 {
		return c
	}
	c.n = len(f.At[0])
	if g.Flow { // a total that only grows has reached what it is at
		for t, row := range f.At {
			c.by[t] = above(row, level)
		}
		return c
	}
	reached := make([]bool, c.n)
	made := 0
	for t, row := range f.At {
		for i, v := range row {
			if v >= level && !reached[i] {
				reached[i] = true
				made++
			}
		}
		c.by[t] = made
	}
	return c
}

func above(row []float64, level float64) int {
	n := 0
	for _, v := range row {
		if v >= level {
			n++
		}
	}
	return n
}

// ReachedOn is the first date on which an observation is at or above level, or
// a zero time.
func ReachedOn(level float64, past []Observation) time.Time {
	for _, o := range past {
		if o.Value >= level {
			return o.Date
		}
	}
	return time.Time{}
}

// At is the last observed value on or before the date; NaN when there is none.
func At(date time.Time, past []Observation) float64 {
	v := math.NaN()
	for _, o := range past {
		if o.Date.After(date) {
			break
		}
		v = o.Value
	}
	return v
}

// Step is the index of the simulated period that holds the deadline, which may lie
// outside of them.
func (f Paths) Step(deadline time.Time) int {
	return analytics.PeriodOf(deadline, f.First.Freq).Sub(f.First)
}

func reached(level float64, deadline time.Time, past []Observation, asOf time.Time, f Paths, c crossing) (by, held Probability) {
	nan := Probability{math.NaN(), math.NaN()}
	if deadline.IsZero() {
		return nan, nan
	}
	if !deadline.After(asOf) {
		by, held = certain(false), certain(false)
		if t := ReachedOn(level, past); !t.IsZero() && !t.After(deadline) {
			by = certain(true)
		}
		if v := At(deadline, past); v >= level {
			held = certain(true)
		}
		return by, held
	}
	k := f.Step(deadline)
	if k < 0 || k >= len(f.At) {
		if !c.already.IsZero() && k >= len(f.At) {
			return certain(true), nan
		}
		return nan, nan
	}
	n := len(f.At[k])
	held = share(above(f.At[k], level), n)
	if !c.already.IsZero() {
		return certain(true), held
	}
	return share(c.by[k], n), held
}

func certain(yes bool) Probability {
	if yes {
		return Probability{P: 1}
	}
	return Probability{}
}

func share(k, n int) Probability {
	p := float64(k) / float64(n)
	return Probability{P: p, SE: math.Sqrt(p * (1 - p) / float64(n))}
}

func missing(level float64, deadline time.Time, past []Observation, asOf time.Time, f Paths) (expected, shortfall float64) {
	if deadline.IsZero() {
		return math.NaN(), math.NaN()
	}
	if !deadline.After(asOf) {
		v := At(deadline, past)
		return v, max(0, level-v)
	}
	k := f.Step(deadline)
	if k < 0 || k >= len(f.At) {
		return math.NaN(), math.NaN()
	}
	for _, v := range f.At[k] {
		expected += v
		shortfall += max(0, level-v)
	}
	n := float64(len(f.At[k]))
	return expected / n, shortfall / n
}

func passage(c crossing, f Paths) Passage {
	if t := c.already; !t.IsZero() {
		return Passage{Lo95: t, Lo80: t, Median: t, Hi80: t, Hi95: t}
	}
	if c.n == 0 {
		return Passage{NotByHorizon: 1}
	}
	at := func(q float64) time.Time {
		need := max(1, int(math.Ceil(q*float64(c.n))))
		t, _ := slices.BinarySearch(c.by, need)
		if t == len(c.by) {
			return time.Time{}
		}
		return f.First.Add(t).End()
	}
	return Passage{
		Lo95: at(0.025), Lo80: at(0.1), Median: at(0.5), Hi80: at(0.9), Hi95: at(0.975),
		NotByHorizon: float64(c.n-c.by[len(c.by)-1]) / float64(c.n),
	}
}

// RequiredPace is what must be added per period, from the period first on, to
// bring the figure from actual to level by the deadline; 0 once it is there,
// NaN when no period is left. part is the share of the first period still to
// come, in (0, 1].
func RequiredPace(level, actual float64, first analytics.Period, part float64, deadline time.Time) float64 {
	if actual >= level {
		return 0
	}
	if deadline.IsZero() {
		return math.NaN()
	}
	left := float64(analytics.PeriodOf(deadline, first.Freq).Sub(first)) + part
	if left <= 0 {
		return math.NaN()
	}
	return (level - actual) / left
}
