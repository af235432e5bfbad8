package batch

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"talentcast/analytics"
	"talentcast/analytics/fault"
	"talentcast/analytics/forecast"
)

// Options say what is forecast of every series.
type Options struct {
	Freq    analytics.Frequency
	Horizon int       // periods; 1 to MaxHorizon
	Levels  []float64 // central intervals in per cent, such as 80 and 95, rising
	// Space is that of the values; nil tells it from each series: counts where
	// all values are whole and small, levels where none is negative.
	Space *analytics.Space
	// Target asks for the probability that the series reaches Value within By;
	// nil for none.
	Target *Target
	Mean   bool // the point forecast is the mean instead of the median
	Seed   uint64
	Paths  int // behind a probability; 0 stands for 2,000
}

// Target is a value to reach.
type Target struct {
	Value float64
	// Steps is the number of periods it may take; 0 where ByIndex holds the
	// period's index, or where the probability is wanted for every step.
	Steps int
	By    *analytics.Period
	Held  bool // at the end of the period, instead of at any time until then
}

// MaxHorizon bounds Options.Horizon.
const MaxHorizon = 10_000

// Check finds the user's faults in the options.
func (o Options) Check() error {
	switch {
	case o.Horizon < 1 || o.Horizon > MaxHorizon:
		return fault.Newf(fault.Invalid, "预测期数 --h 须在 1 到 %[1]d 之间，不能是 %[2]d。", "The horizon --h must be from 1 to %[1]d, not %[2]d.", MaxHorizon, o.Horizon)
	case len(o.Levels) == 0:
		return fault.New(fault.Invalid, "请用 --level 给出至少一个区间水平，如 80,95。", "Give at least one interval with --level, such as 80,95.")
	}
	for i, l := range o.Levels {
		if !(l > 0 && l < 100) || i > 0 && l <= o.Levels[i-1] {
			return fault.New(fault.Invalid, "区间水平 --level 须在 0 与 100 之间且递增，如 80,95。", "The intervals of --level must lie between 0 and 100 and rise, such as 80,95.")
		}
	}
	return nil
}

// Forecast is the answer for one series.
type Forecast struct {
	Point  []float64
	Lo, Hi [][]float64 // by level, by step
	P      []float64   // by step; nil without a target
	Model  string
	// Warnings say what a reader should know.
	Warnings []forecast.Warning
}

// errNoValues is a series of nothing but gaps.
var errNoValues = errors.New("it has no value")

// One forecasts one series.
func One(s Series, o Options) (Forecast, error) {
	if s.Err != nil {
		return Forecast{}, s.Err
	}
	y := s.Series
	if y.Observed() == 0 {
		return Forecast{}, errNoValues
	}
	y.Space = spaceOf(y, o.Space)
	c, err := forecast.Choose(y, forecast.Candidates(y.Space, y.Freq()), forecast.Settings{
		Horizon: min(o.Horizon, 6*int(o.Freq)), Seed: o.Seed,
	})
	if err != nil {
		return Forecast{}, fmt.Errorf("forecast: %w", err)
	}
	f := Forecast{Point: make([]float64, o.Horizon), Model: c.Name(), Warnings: c.Warnings()}
	if o.Mean {
		c.Mean(f.Point)
	} else {
		c.Quantile(f.Point, 0.5)
	}
	for _, l := range o.Levels {
		lo, hi := make([]float64, o.Horizon), make([]float64, o.Horizon)
		c.Quantile(lo, 0.5-l/200)
		c.Quantile(hi, 0.5+l/200)
		f.Lo, f.Hi = append(f.Lo, lo), append(f.Hi, hi)
	}
	if o.Target != nil {
		if f.P, err = o.probability(s, y, c); err != nil {
			return Forecast{}, err
		}
	}
	return f, nil
}

// smallCounts is the mean up to which whole values are taken for counts: above
// it the difference to a level is no longer seen.
const smallCounts = 10

// spaceOf is the space asked for, or the one the values speak for.
func spaceOf(y analytics.Series, asked *analytics.Space) analytics.Space {
	if asked != nil {
		return *asked
	}
	whole, sum := true, 0.0
	for _, v := range y.Values {
		if math.IsNaN(v) {
			continue
		}
		if v < 0 {
			return analytics.Real
		}
		whole = whole && v == math.Trunc(v)
		sum += v
	}
	if whole && sum < smallCounts*float64(y.Observed()) {
		return analytics.Count
	}
	return analytics.Level
}

// probability is, for each step, the share of paths that have reached the target
// by then (or hold it then); with a date it is that of the date at every step.
func (o Options) probability(s Series, y analytics.Series, f forecast.Fitted) ([]float64, error) {
	by := o.Target.Steps
	if o.Target.By != nil {
		if !s.Dated {
			return nil, errors.New("it has no dates: give --by as a number of periods")
		}
		if by = o.Target.By.Sub(y.Last()); by < 1 {
			return nil, fmt.Errorf("the date of the target is not after its last value, %v", y.Last())
		}
	}
	if by > MaxHorizon {
		return nil, fmt.Errorf("the target lies %d periods ahead; at most %d are simulated", by, MaxHorizon)
	}
	h := max(by, 1)
	if by == 0 {
		h = o.Horizon
	}
	n := o.Paths
	if n == 0 {
		n = 2000
	}
	share := make([]float64, h)
	z, path := make([]float64, h), make([]float64, h)
	r := rand.New(rand.NewPCG(o.Seed, 2))
	for range n {
		for t := range z {
			z[t] = r.NormFloat64()
		}
		f.Path(path, forecast.Draw{Z: z, R: r})
		reached := false
		for t, v := range path {
			reached = v >= o.Target.Value || reached && !o.Target.Held
			if reached {
				share[t] += 1 / float64(n)
			}
		}
	}
	if by == 0 {
		return share, nil
	}
	return slices.Repeat([]float64{min(1, share[h-1])}, o.Horizon), nil
}
