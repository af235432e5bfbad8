package target

import (
	"math"
	"time"
)

// Track is how a figure has moved from a base towards a goal: what methods that
// know no probabilities judge by. All figures are in one unit.
type Track struct {
	Base     float64 // the figure on BaseDate
	BaseDate time.Time
	Past     []Observation // oldest first; the last is the figure now
	Goal     float64
	Deadline time.Time
	// Sum marks a total that is counted from the base on: its pace is linear.
	Sum bool
	// AtMost marks a goal that must not be exceeded; otherwise it is to be reached.
	AtMost bool
}

// met reports whether v is where the goal wants it.
func (t Track) met(v float64) bool {
	if t.AtMost {
		return v <= t.Goal
	}
	return v >= t.Goal
}

// points are the base and the observations after it and up to the deadline:
// what comes later does not count.
func (t Track) points() []Observation {
	out := []Observation{{t.BaseDate, t.Base}}
	for _, o := range t.Past {
		if o.Date.After(t.BaseDate) && !o.Date.After(t.Deadline) && finite(o.Value) {
			out = append(out, o)
		}
	}
	return out
}

// ahead reports whether the goal lies before the base, in the direction it asks
// for: otherwise it was met from the start.
func (t Track) ahead() bool { return !t.met(t.Base) }

// usable reports whether base, goal and dates make a question.
func (t Track) usable() bool {
	return !t.BaseDate.IsZero() && t.Deadline.After(t.BaseDate) && finite(t.Base) && finite(t.Goal)
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// years is the time between two dates in years of 365.25 days.
func years(from, to time.Time) float64 { return to.Sub(from).Hours() / 24 / 365.25 }

// Progress is a category of Eurostat's assessment.
type Progress string

// The categories, from the best.
const (
	Significant  Progress = "significant"  // at least 95 % of the growth required, or the goal is met
	Moderate     Progress = "moderate"     // from 60 to 95 %
	Insufficient Progress = "insufficient" // from 0 to 60 %
	MovingAway   Progress = "moving_away"  // below 0: the wrong way
)

// The least ratios of actual to required growth.
const (
	significantFrom = 0.95
	moderateFrom    = 0.60
)

// rounding is what a share that is exactly at a threshold may miss it by.
const rounding = 1e-9

// Growth is Eurostat's answer.
type Growth struct {
	// Actual and Required are growth a year since the base: as a share (0.04 is
	// 4 %), or in the figure's unit when Linear. NaN where they don't exist.
	Actual, Required float64
	// Ratio is Actual ÷ Required, 1 for just enough; NaN where the goal asks for no
	// growth.
	Ratio    float64
	Linear   bool
	Progress Progress // "" when there is nothing to judge
}

// GrowthAssessment compares the growth so far with the growth that reaches the
// goal from the base by the deadline: the method for indicators with a
// quantitative target in Eurostat's "Sustainable development in the European
// Union: monitoring report on progress towards the SDGs in an EU context"
// (annex on the assessment method). Both are compound annual growth rates
//
//	CAGRₐ = (y/y₀)^(1/(t−t₀)) − 1,  CAGRᵣ = (x/y₀)^(1/(T−t₀)) − 1
//
// and the category is that of their ratio: ≥ 95 % significant, ≥ 60 % moderate,
// ≥ 0 insufficient, below 0 moving away. Where a compound rate has no meaning (a
// zero or negative figure) and for sums, which begin at zero by definition, both
// are linear: a difference a year.
//
// A goal that is met now is significant progress whatever the pace; a goal that
// was met at the base and is no longer is moving away, without a ratio. Without
// an observation after the base, with a deadline on or before it, or with a base
// or goal that is NaN or Inf, Progress is "" and the figures are NaN.
func GrowthAssessment(t Track) Growth {
	nan := math.NaN()
	g := Growth{Actual: nan, Required: nan, Ratio: nan}
	points := t.points()
	if len(points) < 2 || !t.usable() {
		return g
	}
	now := points[len(points)-1]
	gone, whole := years(t.BaseDate, now.Date), years(t.BaseDate, t.Deadline)
	g.Linear = t.Sum || t.Base <= 0 || now.Value < 0 || t.Goal <= 0
	rate := func(v, span float64) float64 {
		if g.Linear {
			return (v - t.Base) / span
		}
		return math.Pow(v/t.Base, 1/span) - 1
	}
	g.Actual = rate(now.Value, gone)
	if t.ahead() {
		g.Required = rate(t.Goal, whole)
		g.Ratio = g.Actual / g.Required
	}
	switch {
	case t.met(now.Value) || g.Ratio >= significantFrom-rounding:
		g.Progress = Significant
	case g.Ratio >= moderateFrom-rounding:
		g.Progress = Moderate
	case g.Ratio >= 0:
		g.Progress = Insufficient
	default:
		g.Progress = MovingAway
	}
	return g
}

// Course is a category of ESCAP's assessment.
type Course string

// The categories, from the best.
const (
	Maintain   Course = "on_track"   // the goal is reached, or all but a tenth of the way
	Accelerate Course = "accelerate" // the right way, but too slow
	Reverse    Course = "reverse"    // ending behind the base
)

// nearly is the share of the way that may be missing on the deadline.
const nearly = 0.10

// Anticipated is ESCAP's answer.
type Anticipated struct {
	Value float64 // of the figure on the deadline, by the regression; NaN without
	// Made is the progress made, Missing the progress that will be missing on the
	// deadline, both as shares of the progress required from base to goal; a
	// negative Missing is more than required. NaN where the goal asks for none.
	Made, Missing float64
	Course        Course // "" when there is nothing to judge
}

// AnticipatedProgress compares the progress to be expected by the deadline with
// the progress required since the base: the Anticipated Progress Index of the
// United Nations Economic and Social Commission for Asia and the Pacific ("Asia
// and the Pacific SDG progress report", technical notes on the progress
// assessment; Bidarbakht Nia 2017, ESCAP working paper SD/WP/05), which UNECE and
// the other regional commissions use as well. The figure on the deadline is that
// of a straight line through the observations, recent ones weighing more; here
// the weight rises with the time since the base as it does from one observation
// to the next in evenly spaced ones, from 1/n to 1. What is missing from the goal
// then, as a share of the way from base to goal, gives the category: up to 10 % on
// track, up to 100 % accelerate, above it reverse.
//
// A sum can't fall, so its line ends no lower than the sum now. Where the goal
// was met at the base there is no way to go: on track when the line ends where
// the goal wants it, else reverse. Observations after the deadline don't count.
// Without an observation after the base, with a
// deadline on or before it, or with a base or goal that is NaN or Inf, Course is
// "" and the figures are NaN.
func AnticipatedProgress(t Track) Anticipated {
	nan := math.NaN()
	a := Anticipated{Value: nan, Made: nan, Missing: nan}
	points := t.points()
	if len(points) < 2 || !t.usable() {
		return a
	}
	now := points[len(points)-1]
	a.Value = line(points, t.Deadline)
	switch {
	case now.Date.Equal(t.Deadline):
		a.Value = now.Value
	case t.Sum:
		a.Value = max(a.Value, now.Value)
	}
	if t.ahead() {
		a.Made = (now.Value - t.Base) / (t.Goal - t.Base)
		a.Missing = (t.Goal - a.Value) / (t.Goal - t.Base)
	}
	switch {
	case t.met(a.Value) || a.Missing <= nearly+rounding:
		a.Course = Maintain
	case a.Missing <= 1+rounding:
		a.Course = Accelerate
	default:
		a.Course = Reverse
	}
	return a
}

// line is the value on a date of the weighted least-squares line through the
// points, of which there are two at least, in order of their dates.
func line(points []Observation, on time.Time) float64 {
	base := points[0].Date
	span := years(base, points[len(points)-1].Date)
	first := 1 / float64(len(points))
	weight := func(x float64) float64 { return first + (1-first)*x/span }
	var sw, sx, sy float64
	for _, o := range points {
		x := years(base, o.Date)
		w := weight(x)
		sw, sx, sy = sw+w, sx+w*x, sy+w*o.Value
	}
	mx, my := sx/sw, sy/sw
	var sxx, sxy float64
	for _, o := range points {
		x := years(base, o.Date)
		w := weight(x)
		sxx, sxy = sxx+w*(x-mx)*(x-mx), sxy+w*(x-mx)*(o.Value-my)
	}
	return my + sxy/sxx*(years(base, on)-mx)
}
