// Package target turns sample paths into what a policy asks: will the target be
// met by each deadline, when, and what pace would it take.
//
// It knows nothing of stores or models: paths come in, an [Attainment] goes out.
package target

import (
	"time"

	"talentcast/analytics"
)

// Goal is a number to reach within a window.
type Goal struct {
	Low, High float64   // in the paths' unit; High ≥ Low; NaN for a goal without a number
	Start     time.Time // opens the window
	Early     time.Time // zero where the policy states none
	Late      time.Time
	// Flow marks a goal on a total that only grows (people ever recognised,
	// money paid in). Otherwise it is on a level, which may be reached and lost.
	Flow bool
}

// OneDeadline reports whether early and late are one date.
func (g Goal) OneDeadline() bool { return g.Early.Equal(g.Late) }

// Paths are simulated futures of the figure itself: the running total of a
// flow, the level of a stock. At[t] holds the values of all paths at the end of
// period First+t, path by path in the same order for every t.
type Paths struct {
	First analytics.Period
	At    [][]float64
}

// Probability is a share of paths with its Monte-Carlo standard error.
type Probability struct {
	P  float64 `json:"p"`
	SE float64 `json:"se"`
}

// Attainment is the answer for one goal.
type Attainment struct {
	// Reached by the deadline at any time; low and high end.
	EarlyLow  Probability `json:"early_low"`
	EarlyHigh Probability `json:"early_high"`
	LateLow   Probability `json:"late_low"`
	LateHigh  Probability `json:"late_high"`
	// Held at the deadline: for a flow the same as reached by.
	EarlyHeld Probability `json:"early_held"`
	LateHeld  Probability `json:"late_held"`

	Passage Passage `json:"passage"` // of the low end

	// Shortfall is the expected amount missing from the low end at the
	// deadline, counting paths that make it as zero.
	EarlyShortfall float64 `json:"early_shortfall"`
	LateShortfall  float64 `json:"late_shortfall"`

	// Expected is the mean of the figure at the deadline.
	EarlyExpected float64 `json:"early_expected"`
	LateExpected  float64 `json:"late_expected"`
}

// Passage is the distribution of the first date on which the goal is reached.
// A quantile that falls into the mass beyond the horizon is a zero time.
type Passage struct {
	Lo95, Lo80, Median, Hi80, Hi95 time.Time
	// NotByHorizon is the share of paths that never reach the goal within the
	// horizon: a value of the distribution, not a gap in it.
	NotByHorizon float64
}

// Pace compares what is needed with what has been.
type Pace struct {
	// PerPeriod figures are per month for monthly series, per year for yearly.
	// NaN where they have no meaning (no deadline left, nothing observed).
	RequiredEarly float64
	RequiredLate  float64
	Recent        float64 // mean of the last 12 months, or of the last 3 years
	RecentPeriods int     // how many periods Recent is the mean of
}
