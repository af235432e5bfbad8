package analytics

import (
	"fmt"
	"math"
)

// Space is the set of values a series can take; it decides which models may be
// fitted to it and on which scale.
type Space int

// The spaces.
const (
	// Real values have no bounds.
	Real Space = iota
	// Count values are whole numbers of people or things per period, ≥ 0.
	Count
	// Money values are amounts in 元 per period or at a date, ≥ 0; modelled on a
	// log scale.
	Money
	// Level values are a stock at the period's end (people, FTE, index), ≥ 0.
	Level
	// Ratio values are shares in [0, 1]; modelled on a logit scale. A percentage
	// is divided by 100 before it becomes a series.
	Ratio
)

// String names the space.
func (s Space) String() string {
	switch s {
	case Real:
		return "real"
	case Count:
		return "count"
	case Money:
		return "money"
	case Level:
		return "level"
	case Ratio:
		return "ratio"
	}
	return fmt.Sprintf("Space(%d)", int(s))
}

// Series is one value for each of len(Values) consecutive periods from Start.
// A NaN is a period for which nothing was reported. ±Inf is not allowed.
type Series struct {
	Start  Period
	Values []float64
	Space  Space
}

// Len is the number of periods, reported or not.
func (s Series) Len() int { return len(s.Values) }

// Freq is the frequency of the periods.
func (s Series) Freq() Frequency { return s.Start.Freq }

// Last is the last period of s. It panics on an empty series.
func (s Series) Last() Period {
	if len(s.Values) == 0 {
		panic("analytics: Last of an empty series")
	}
	return s.Start.Add(len(s.Values) - 1)
}

// Observed is the number of periods with a reported value.
func (s Series) Observed() int {
	n := 0
	for _, v := range s.Values {
		if !math.IsNaN(v) {
			n++
		}
	}
	return n
}

// Head returns the first n periods; the values are shared with s.
func (s Series) Head(n int) Series {
	s.Values = s.Values[:n:n]
	return s
}

// Validate reports the first value that the series' space does not allow.
func (s Series) Validate() error {
	if len(s.Values) > 0 && !s.Start.Freq.Valid() {
		return fmt.Errorf("series: frequency %d is not yearly, quarterly or monthly", s.Start.Freq)
	}
	for i, v := range s.Values {
		if math.IsNaN(v) {
			continue
		}
		bad := math.IsInf(v, 0)
		switch s.Space {
		case Real:
		case Count:
			bad = bad || v < 0 || v != math.Trunc(v)
		case Money, Level:
			bad = bad || v < 0
		case Ratio:
			bad = bad || v < 0 || v > 1
		}
		if bad {
			return fmt.Errorf("series: %v has the value %v, which a %v series can't take", s.Start.Add(i), v, s.Space)
		}
	}
	return nil
}

// Least is the lowest observed value; NaN when there is none.
func (s Series) Least() float64 {
	least := math.NaN()
	for _, v := range s.Values {
		if !math.IsNaN(v) && !(v >= least) {
			least = v
		}
	}
	return least
}
