// Package outlook joins the store, the models and the attainment into one
// answer: for every target of a policy, as of a date and under a scenario, what
// is, what is to be expected, and why. Pages, documents, the command line and
// the notebooks all show what this package computes.
package outlook

import (
	"time"

	"talentcast/analytics"
	"talentcast/analytics/forecast"
	"talentcast/analytics/scenario"
	"talentcast/analytics/target"
	"talentcast/datasets"
)

// Query says which outlook is wanted.
type Query struct {
	Policy string
	// AsOf is the date as of which data are read, and the forecast origin. Zero
	// stands for the latest day on which anything is known to have happened.
	AsOf     time.Time
	Scenario scenario.Scenario
}

// Outlook is the state and prospects of a whole policy as of a date.
type Outlook struct {
	Policy   datasets.Policy
	AsOf     Day
	State    datasets.State
	Scenario scenario.Scenario
	Seed     uint64
	Paths    int // sample paths behind every probability
	Targets  []Target
	// Counts has the number of targets by status; a target shown in two places
	// counts once.
	Counts  map[target.Status]int
	Verdict Text
	// Money is what the fund's rows come to by year, stage, source, plan and purpose.
	Money []datasets.Money
	// Thresholds are those the statuses were given by.
	Thresholds target.Thresholds

	// Bill and Held are a scenario's: what it costs, where it states a cost or a
	// budget, and those still here, where it moves leaving or renewal.
	Bill *Bill
	Held []Held
}

// Target finds the outlook of one target; a row that repeats another has the
// figures of the one it repeats.
func (o *Outlook) Target(id string) (*Target, bool) {
	for i := range o.Targets {
		if o.Targets[i].ID == id {
			return &o.Targets[i], true
		}
	}
	return nil, false
}

// Scope is what people call a plan or target that a lever acts on.
func (o *Outlook) Scope(id, lang string) string {
	if t, ok := o.Target(id); ok {
		return t.Short(lang)
	}
	for _, p := range o.Policy.Plans {
		if p.ID == id {
			return Text{p.NameZh, p.NameEn}.In(lang)
		}
	}
	return id
}

// Target is the outlook of one target.
type Target struct {
	datasets.Target
	Canonical string // the id of the target that holds the figures; ID itself for most

	Status target.Status
	Reason Text // why, in one sentence with the numbers
	// Source says where the actual comes from: "records", "reported" or "".
	Source string

	Actual     *float64 // in Unit; nil when nothing is known
	Num, Den   *float64 // of a share made of counts: what it is a share of; nil where it is reported as such
	ActualDate Day      // the date it holds for
	Held       *float64 // of a cumulative count of people: those still here
	// Unregistered is what is expected to have happened and not to be registered
	// yet, by past delays; nil for next to nothing. Actual is without it, the
	// forecast with it.
	Unregistered *float64
	Completion   *float64 // 完成率: actual ÷ low end
	Elapsed      *float64 // 序时进度: share of the window to the late deadline gone

	// Attainment and Pace are nil for targets that are not forecast: without a
	// number, without data, or of a measure that is checked, not forecast.
	Attainment *target.Attainment
	Pace       *target.Pace
	Second     *Second // nil like Attainment, and without a deadline
	Growth     []Point // for the growth measure: % by year

	// Freq is the frequency of the forecast, 0 without one.
	Freq analytics.Frequency

	History  []Point // running total of a flow, level of a stock, oldest first
	Fan      []Band  // the forecast, one for each period after the as-of date
	Periodic []Point // what was added in each period, for flows

	Model    *Model
	Duties   []Duty            // for per_period: every period due so far
	Excess   []datasets.Excess // for a cap: what exceeds it
	Checked  int               // for a cap: how many rows were checked
	Warnings []forecast.Warning
}

// Second is what two published methods without probabilities say of the low end
// by the late deadline.
type Second struct {
	Base     float64 // what progress is measured from, in the target's unit
	BaseDate Day
	Growth   target.Growth      // Eurostat
	Course   target.Anticipated // ESCAP and UNECE
}

// Text is a sentence in the interface's languages.
type Text struct {
	Zh string `json:"zh"`
	En string `json:"en"`
}

// In returns the sentence in the language.
func (t Text) In(lang string) string {
	if lang == "en" {
		return t.En
	}
	return t.Zh
}

// Point is a figure at a date.
type Point struct {
	Date  Day     `json:"date"`
	Value float64 `json:"value"`
}

// Levels are the probabilities of the quantiles in a [Band].
var Levels = [...]float64{0.025, 0.10, 0.25, 0.50, 0.75, 0.90, 0.975}

// Band is the predictive distribution at a date: quantiles at [Levels] bound
// the central 95, 80 and 50 % intervals around the median.
type Band struct {
	Date Day                  `json:"date"`
	Mean float64              `json:"mean"`
	Q    [len(Levels)]float64 `json:"q"`
}

// Model says what made the forecast and how it has done on this series.
type Model struct {
	Name    string // "combination" or a single model's
	Text    Text   // in words
	Parts   []Part
	Origins int // forecast origins of the backtest
	// Past are forecasts made at earlier origins against what came.
	Past                         []PastForecast
	MASE, Coverage80, Coverage95 float64 // over the backtest; NaN without one

	// What the models were fitted to; zero for a sum of parts.
	Space    analytics.Space
	Observed int // values
	From, To Day // the first and the last period's end
	// Widths are what was learned on real series of about this length, for models
	// whose spread is corrected by it; nil for others.
	Widths []Width
}

// Width is a row of what real series have taught of the width of intervals.
type Width = forecast.Width

// Part is a model's share in a combination and its own score.
type Part struct {
	Name     string
	Weight   float64
	MASE     float64
	CRPS     float64
	Coverage float64 // of the 80 % interval
}

// PastForecast is a value forecast at an earlier origin, and what came.
type PastForecast struct {
	Origin, Date     Day
	Mean, Lo80, Hi80 float64
	Actual           float64
	Below, UpTo      float64 // share of the forecast below what came, and at or below it
}

// Duty is a period in which something was due.
type Duty struct {
	From, To Day
	Need     float64
	Done     float64
	State    DutyState
}

// DutyState is how a duty stands on the as-of date.
type DutyState string

// The states.
const (
	DutyDone   DutyState = "done"
	DutyDue    DutyState = "due" // the period is still running
	DutyMissed DutyState = "missed"
)

// Day is a calendar date that is null in JSON when it is not known.
type Day struct{ time.Time }

// MarshalJSON writes "2015-06-30" or null.
func (d Day) MarshalJSON() ([]byte, error) {
	if d.IsZero() {
		return []byte("null"), nil
	}
	return []byte(`"` + d.Format(time.DateOnly) + `"`), nil
}
