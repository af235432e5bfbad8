package scenario

import (
	"math"
	"slices"

	"talentcast/analytics"
)

// Subject is one series that levers may act on.
type Subject struct {
	// Within are the ids of the target itself, of all it adds to, and of the
	// plans they belong to: the scopes that it is in.
	Within []string
	Space  analytics.Space
	// Leaves says that members may leave: a stock of joins, or people of whom
	// those still here are counted too.
	Leaves bool
	First  analytics.Period // the first period forecast
	H      int              // periods forecast
}

func (s Subject) in(scope string) bool { return scope == "" || slices.Contains(s.Within, scope) }

// Effect is what the levers do to one series.
type Effect struct {
	Factors []Factor  // multiply what is added
	Shifts  []Shift   // move it, after the factors
	Adds    []float64 // of money: 元 that come in each period besides; nil for none
	Plan    *Plan     // of money: stands in place of the baseline
	Leaving []Factor  // multiply the rate of leaving
	Renewal *Renewal
}

// None reports whether the series stays as it is.
func (e Effect) None() bool { return e.Additions() && len(e.Leaving) == 0 && e.Renewal == nil }

// Additions reports whether what is added stays as it is.
func (e Effect) Additions() bool {
	return len(e.Factors) == 0 && len(e.Shifts) == 0 && e.Adds == nil && e.Plan == nil
}

// Factor multiplies each period by 1 + weight·(value − 1), or by value^weight.
type Factor struct {
	Lever  int // its place in the scenario: levers draw their doubt by it
	Value  float64
	SD     float64
	Weight []float64 // by period
	// Compound: the weight is an exponent, and the doubt is of value − 1.
	Compound bool
}

// At is the multiplier of period t on a path on which the lever's doubt is
// doubt, which is 1 without one.
func (f Factor) At(t int, doubt float64) float64 {
	if f.Compound {
		return math.Pow(max(0, 1+(f.Value-1)*doubt), f.Weight[t])
	}
	return 1 + f.Weight[t]*(f.Value*doubt-1)
}

// Doubt is the log-normal of mean 1 with the relative standard deviation sd at a
// standard normal z.
func Doubt(sd, z float64) float64 {
	if sd == 0 {
		return 1
	}
	s := math.Sqrt(math.Log1p(sd * sd))
	return math.Exp(s*z - s*s/2)
}

// Shift moves what is added from period From on by By periods: later ones by By
// > 0, with nothing in between; earlier ones by By < 0, with what is passed over
// coming at once.
type Shift struct{ From, By int }

// Apply moves the values of one path. Where it needs values beyond the last it
// repeats those of a year before.
func (s Shift) Apply(v []float64, year int) {
	from := max(0, s.From)
	if from >= len(v) || s.By == 0 {
		return
	}
	tail := v[from:]
	if s.By > 0 {
		by := min(s.By, len(tail))
		copy(tail[by:], tail)
		clear(tail[:by])
		return
	}
	by := min(-s.By, len(tail)-1)
	for k := 1; k <= by; k++ {
		tail[0] += tail[k]
	}
	n := len(tail)
	copy(tail[1:], tail[min(by+1, n):])
	for k := n - by; k < n; k++ {
		if k >= year && k-year > 0 {
			tail[k] = tail[k-year]
		} else if k > 0 {
			tail[k] = tail[max(1, k-1)]
		}
	}
}

// Renewal is what happens to those whose management period ends.
type Renewal struct {
	Share float64 // of them that stay, in [0, 1]
	After int     // periods from when they came
}

// Effect is what the scenario does to a series.
func (s Scenario) Effect(x Subject) Effect {
	var e Effect
	for i, l := range s.Levers {
		if l.Moved() && x.in(l.Scope) {
			e.add(i, l, x)
		}
	}
	return e
}

func (e *Effect) add(i int, l Lever, x Subject) {
	factor := func(v float64) Factor {
		return Factor{Lever: i, Value: v, SD: l.SD, Weight: l.weights(x.First, x.H)}
	}
	people := x.Space == analytics.Count || x.Space == analytics.Level
	switch l.Kind {
	case KindIntake:
		if people {
			e.Factors = append(e.Factors, factor(l.Value("times")))
		}
	case KindSplit:
		if people {
			s := l.Value("share") / 100
			e.Factors = append(e.Factors, factor(s*l.Value("imported")+(1-s)*l.Value("trained")))
		}
	case KindExam:
		if x.Space == analytics.Count {
			e.Factors = append(e.Factors, factor(l.Value("candidates")/l.Value("candidates_now")*l.Value("pass")/l.Value("pass_now")))
			e.shift(x, l.Start, l.Value("lag"))
		}
	case KindDelay:
		if x.Space == analytics.Count || x.Space == analytics.Money {
			e.shift(x, l.Start, l.Value("months"))
		}
	case KindShock:
		if people || x.Space == analytics.Money {
			shock := l
			if shock.Start.IsZero() {
				shock.Start = MonthOf(x.First.Start())
			}
			shock.End, shock.Ramp = Month{shock.Start.Add(int(l.Value("months")) - 1)}, 0
			e.Factors = append(e.Factors, Factor{Lever: i, Value: 1 - l.Value("lost")/100, Weight: shock.weights(x.First, x.H)})
		}
	case KindRetention:
		if x.Leaves {
			e.Leaving = append(e.Leaving, factor(l.Value("times")))
		}
	case KindRenewal:
		if x.Leaves {
			e.Renewal = &Renewal{Share: l.Value("share") / 100, After: int(l.Value("years")) * int(x.First.Freq)}
		}
	default:
		if x.Space == analytics.Money {
			e.addMoney(i, l, x)
		}
	}
}

func (e *Effect) addMoney(i int, l Lever, x Subject) {
	switch l.Kind {
	case KindGrowth:
		w := l.weights(x.First, x.H)
		sum := 0.0
		for t := range w { // the years under the lever so far
			sum += w[t] / float64(x.First.Freq)
			w[t] = sum
		}
		e.Factors = append(e.Factors, Factor{Lever: i, Value: 1 + l.Value("points")/100, SD: l.SD, Weight: w, Compound: true})
	case KindFund:
		e.Plan = newPlan(i, l, x)
	case KindOneOff:
		t := 0
		if !l.Start.IsZero() {
			t = analytics.PeriodOf(l.Start.Period.Start(), x.First.Freq).Sub(x.First)
		}
		if t >= 0 && t < x.H {
			if e.Adds == nil {
				e.Adds = make([]float64, x.H)
			}
			e.Adds[t] += yuan(l.Value("amount"))
		}
	}
}

// shift notes a move by a number of months, in periods of the series.
func (e *Effect) shift(x Subject, start Month, months float64) {
	by := int(math.Round(months * float64(x.First.Freq) / 12))
	if by == 0 {
		return
	}
	from := 0
	if !start.IsZero() {
		from = analytics.PeriodOf(start.Period.Start(), x.First.Freq).Sub(x.First)
	}
	e.Shifts = append(e.Shifts, Shift{From: from, By: by})
}
