package forecast

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"talentcast/analytics"
)

// Candidates are the models that are tried on a series of the space and
// frequency. More than one kind of trend, and levels both as they are and by
// their logarithm: what the models have in common is what the mean keeps.
func Candidates(space analytics.Space, freq analytics.Frequency) []Model {
	switch {
	case space == analytics.Count:
		return []Model{GammaPoisson{}, DampedCounts{}, TSB{}}
	case space == analytics.Money:
		return []Model{ETS{}, Theta{Plain: true}, LogTrend{}, Drift{}}
	case space != analytics.Level:
		return []Model{ETS{}, Theta{}, Theta{Plain: true}, ARIMA{}, Drift{}}
	case freq == analytics.Yearly:
		return []Model{ETS{}, Theta{}, Theta{Plain: true, Log: true}, ARIMA{}, Drift{Plain: true}}
	case freq == analytics.Quarterly:
		return []Model{ETS{Plain: true}, ETS{Log: true}, Theta{}, Theta{Plain: true, Log: true}, ARIMA{}, Drift{Plain: true}}
	}
	return []Model{ETS{Plain: true}, ETS{Log: true}, Theta{}, Theta{Plain: true, Log: true}, ARIMA{}, Annual{Log: true}, Drift{Plain: true}}
}

// lastResort reports whether the model is only for series that no other takes.
// By the month that is the random walk, and for flows by the quarter: its drift
// through noisy months is so ill known that over years it says nothing.
func lastResort(m Model, y analytics.Series) bool {
	_, drift := m.(Drift)
	return drift && (y.Freq() == analytics.Monthly || flows(y.Space) && y.Freq() != analytics.Yearly)
}

// flows reports whether values of the space are amounts that add up over time,
// which are judged and pooled by their totals.
func flows(space analytics.Space) bool { return space == analytics.Count || space == analytics.Money }

// Settings of [Choose]; the zero Settings are usable.
type Settings struct {
	Origins int    // most rolling origins; 0 stands for 6
	Horizon int    // periods compared from each; 0 stands for a year, three years of yearly series
	Sample  int    // paths behind each score; 0 stands for 200
	Seed    uint64 // of the scores' paths
	// Uncalibrated leaves the models' spreads as they are.
	Uncalibrated bool
}

// Chosen is a combination of models with how each has done on the series' own
// past.
type Chosen struct {
	Fitted
	Scores  []Score
	Past    []Past // the combination's forecasts at earlier origins
	Origins int
	// Trials are the samples behind Past, in the same order, so that whoever adds
	// series up can say how the sum has done.
	Trials []Trial
	// Of the combination over the past forecasts; NaN without any.
	MASE, Coverage80, Coverage95 float64
	warn                         []Warning
}

// Warnings are the models' and the choice's own.
func (c *Chosen) Warnings() []Warning { return append(slices.Clip(c.Fitted.Warnings()), c.warn...) }

// Score is one model's record over the rolling origins; NaN where it could not
// be tried. Errors are of the running total for flows (counts, money), of the
// level for levels: that is what targets are held against.
type Score struct {
	Model  string
	Weight float64
	CRPS   float64
	MASE   float64
}

// Past is a forecast made at an earlier origin, and what came: of the total
// since the origin for flows, of the level for levels.
type Past struct {
	Origin analytics.Period // the last period known
	Period analytics.Period
	Mean   float64
	Lo80   float64
	Hi80   float64
	Lo95   float64
	Hi95   float64
	Actual float64
	// Below and UpTo are the shares of the sample below what came, and at or below
	// it: what a PIT of counts lies between (Czado, Gneiting & Held 2009).
	Below, UpTo float64
}

// Trial is the combination's sample for one step from one origin, rising.
type Trial struct {
	Origin, Period analytics.Period
	Sample         []float64
	Actual         float64
	Scale          float64 // of MASE at the origin; NaN or 0 where there is none
}

// Judge turns trials into past forecasts and what they come to: MASE and the
// share of actuals within the central 80 and 95 %; NaN without any trial.
func Judge(trials []Trial) (past []Past, mase, coverage80, coverage95 float64) {
	var miss, scaled, n80, n95 float64
	for _, t := range trials {
		s, n := t.Sample, len(t.Sample)
		p := Past{
			Origin: t.Origin, Period: t.Period, Mean: average(s), Actual: t.Actual,
			Lo95: s[n*25/1000], Lo80: s[n/10], Hi80: s[n*9/10], Hi95: s[n*975/1000],
		}
		p.Below, p.UpTo = standing(s, t.Actual)
		past = append(past, p)
		if t.Actual >= p.Lo80 && t.Actual <= p.Hi80 {
			n80++
		}
		if t.Actual >= p.Lo95 && t.Actual <= p.Hi95 {
			n95++
		}
		if t.Scale > 0 {
			miss += math.Abs(p.Mean-t.Actual) / t.Scale
			scaled++
		}
	}
	n := float64(len(trials))
	return past, miss / scaled, n80 / n, n95 / n
}

// standing are the shares of the rising sample below v, and at or below it.
func standing(s []float64, v float64) (below, upTo float64) {
	at, _ := slices.BinarySearch(s, v)
	to := at
	for to < len(s) && s[to] == v {
		to++
	}
	n := float64(len(s))
	return float64(at) / n, float64(to) / n
}

// Choose fits the candidates to y and combines them by rolling origin. Continuous
// models are averaged path by path (a [Blend]) with weights of CRPS⁻¹ over the
// origins, models of counts pooled (a [Pool]) with CRPS⁻²; both are shrunk
// half-way to equal weights, since a handful of origins ranks models poorly
// (Petropoulos & Svetunkov 2020 find that near-equal combinations are hard to
// beat). The models see the series as [Clean] leaves it, at every origin as it
// was known there; what they are held against is what came. A series too short
// for any origin gets equal weights and a warning; of a very long one the last
// [MostValues] are used, with a warning. It returns ErrShort when no candidate
// can be fitted.
func Choose(y analytics.Series, candidates []Model, set Settings) (*Chosen, error) {
	set = set.filled(y.Freq())
	if err := y.Validate(); err != nil {
		return nil, fmt.Errorf("choose: %w", err)
	}
	y, cut := recent(y)
	clean, found := Clean(y)
	models, fits, err := fitAll(clean, candidates)
	if err != nil {
		return nil, fmt.Errorf("choose: %w", err)
	}
	j := judge{y: y, set: set, flow: flows(y.Space), linear: allLinear(fits) && !flows(y.Space), name: widthsName(fits)}
	j.run(models, fits)
	weights := j.weights(len(models))
	c := &Chosen{warn: found, Fitted: combine(y, fits, weights, j.widths(y))}
	for i, m := range models {
		c.Scores = append(c.Scores, Score{m.Name(), weights[i], j.mean(i, j.crps), j.mean(i, j.mase)})
	}
	j.past(c, weights)
	if cut > 0 {
		c.warn = append(c.warn, Warning{
			Code: "long",
			Zh:   fmt.Sprintf("序列很长，只使用最近%d期，更早的%d期未用。", MostValues, cut),
			En:   fmt.Sprintf("The series is very long: its last %d periods are used, the %d before them are not.", MostValues, cut),
		})
	}
	if c.Origins == 0 {
		c.warn = append(c.warn, Warning{
			Code: "no_backtest",
			Zh:   "历史太短，尚不能用回测检验模型，各模型取相同权重。",
			En:   "The history is too short to test the models on; they are weighted equally.",
		})
	}
	return c, nil
}

// MostValues is the number of periods, up to the last one reported, that [Choose]
// uses: fifty years of months. What came before says little of the future, and
// time and memory would grow with it.
const MostValues = 600

// recent cuts what lies before the last MostValues periods and returns how many
// it cut.
func recent(y analytics.Series) (analytics.Series, int) {
	last := len(y.Values) - 1
	for last >= 0 && math.IsNaN(y.Values[last]) {
		last--
	}
	cut := max(0, last+1-MostValues)
	y.Start, y.Values = y.Start.Add(cut), y.Values[cut:]
	return y, cut
}

func (s Settings) filled(freq analytics.Frequency) Settings {
	if s.Origins == 0 {
		s.Origins = 6
	}
	if s.Horizon == 0 {
		s.Horizon = int(freq)
		if freq == analytics.Yearly {
			s.Horizon = 3
		}
	}
	if s.Sample == 0 {
		s.Sample = 200
	}
	return s
}

// fitAll fits the candidates that take the series, those of last resort only
// where no other does.
func fitAll(y analytics.Series, candidates []Model) (models []Model, fits []Fitted, err error) {
	var causes []error
	for _, resort := range []bool{false, true} {
		for _, m := range candidates {
			if lastResort(m, y) != resort || resort && len(fits) > 0 {
				continue
			}
			f, err := m.Fit(y)
			if err != nil {
				causes = append(causes, err)
				continue
			}
			models, fits = append(models, m), append(fits, f)
		}
	}
	if len(fits) == 0 {
		return nil, nil, errors.Join(causes...)
	}
	return models, fits, nil
}

func allLinear(fits []Fitted) bool {
	for _, f := range fits {
		if _, ok := f.(*gauss); !ok {
			return false
		}
	}
	return true
}

// Combine makes one forecast of the models fitted to y by the weights, which sum
// to 1, as [Choose] does: for whoever asks what other weights would have said.
func Combine(y analytics.Series, fits []Fitted, weights []float64) Fitted {
	return combine(y, fits, weights, widthsOf(y.Freq(), widthsName(fits), y.Observed()))
}

// combine blends linear models of levels. Of flows it makes a pool: in a total
// over years it is the models' disagreement on the rate that counts, and a blend
// would average that away.
func combine(y analytics.Series, fits []Fitted, weights []float64, w widths) Fitted {
	if allLinear(fits) && !flows(y.Space) {
		models := make([]*gauss, len(fits))
		for i, f := range fits {
			models[i], _ = f.(*gauss)
		}
		return newBlend(models, weights, w)
	}
	models := make([]Fitted, len(fits))
	for i, f := range fits {
		models[i] = f
		if g, ok := f.(*gauss); ok {
			models[i] = newBlend([]*gauss{g}, []float64{1}, nil)
		}
	}
	if len(models) == 1 {
		return models[0]
	}
	return Pool{models, weights}
}

// Parts are the fitted models that f combines; f itself where it is one model.
func Parts(f Fitted) []Fitted {
	switch f := f.(type) {
	case *Chosen:
		return Parts(f.Fitted)
	case Pool:
		return f.Models
	case *Blend:
		out := make([]Fitted, len(f.models))
		for i, m := range f.models {
			out[i] = m
		}
		return out
	}
	return []Fitted{f}
}

// widthsName is the name under which the table of widths knows the fits.
func widthsName(fits []Fitted) string {
	if len(fits) == 1 {
		return fits[0].Name()
	}
	return combination
}
