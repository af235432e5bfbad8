// Package scenario changes what drives the targets and leaves everything else,
// chance included, as it is in the baseline: so a difference between the two is
// what the levers did.
package scenario

import (
	"math"
	"time"

	"talentcast/analytics"
	"talentcast/analytics/fault"
)

// Scenario is a set of levers over a baseline. The zero Scenario is the
// baseline itself.
type Scenario struct {
	Name string `json:"name,omitempty"`
	// Intake multiplies the rate at which people and things are added, 1 for no
	// change. 0 in a zero Scenario stands for 1.
	Intake float64 `json:"intake"`
	// Growth is added to the yearly growth of money paid in, as a share: 0.05
	// raises the amounts of the first year by up to 5 %, of the second by 10.25 %.
	Growth float64 `json:"growth"`
	// From is the first day on which the levers act; zero for the as-of date.
	From time.Time `json:"-"`
}

// The bounds within which the levers have a meaning.
const (
	MaxIntake = 10
	MinGrowth = -0.5
	MaxGrowth = 1
)

// Baseline reports whether no lever is moved.
func (s Scenario) Baseline() bool { return (s.Intake == 0 || s.Intake == 1) && s.Growth == 0 }

// Validate checks units and bounds.
func (s Scenario) Validate() error {
	if math.IsNaN(s.Intake) || s.Intake < 0 || s.Intake > MaxIntake {
		return fault.Newf(fault.Invalid,
			"引进力度为原来的 %[1]v 倍，超出允许范围；请填 0 到 %[2]d 之间的倍数，1 表示不变。",
			"An intake multiplier of %[1]v is out of bounds; give a number from 0 to %[2]d, where 1 is no change.", s.Intake, MaxIntake)
	}
	if math.IsNaN(s.Growth) || s.Growth < MinGrowth || s.Growth > MaxGrowth {
		return fault.Newf(fault.Invalid,
			"资金年增幅调整 %.1[1]f%% 超出允许范围；请填 -50%% 到 100%% 之间的百分数，0 表示不变。",
			"A change of yearly growth by %.1[1]f%% is out of bounds; give a percentage from -50%% to 100%%, where 0 is no change.", s.Growth*100)
	}
	return nil
}

// Multipliers returns, for h periods after the origin, what the levers multiply
// a series of the space by in each; nil when they leave it alone. Money follows
// Growth, compounding by the month; counts and levels follow Intake; ratios and
// plain indicators follow none.
func (s Scenario) Multipliers(space analytics.Space, first analytics.Period, h int) []float64 {
	if s.Baseline() {
		return nil
	}
	intake := s.Intake
	if intake == 0 {
		intake = 1
	}
	m := make([]float64, h)
	moved := false
	year := float64(first.Freq)
	n := 0.0 // periods under the levers so far
	for t := range m {
		m[t] = 1
		if !s.From.IsZero() && first.Add(t).End().Before(s.From) {
			continue
		}
		n++
		switch space {
		case analytics.Money:
			m[t] = math.Pow(1+s.Growth, n/year)
		case analytics.Count, analytics.Level:
			m[t] = intake
		}
		moved = moved || m[t] != 1
	}
	if !moved {
		return nil
	}
	return m
}
