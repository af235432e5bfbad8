package outlook

import (
	"math"
	"slices"

	"talentcast/analytics/backtest"
	"talentcast/datasets"
)

// Score is how some of the earlier forecasts have done. Figures without
// anything behind them are NaN.
type Score struct {
	Target  string // "" for all
	Horizon int    // months; 0 for all

	// Events, and how much stands behind them: events of one origin and target
	// share their forecast, and those of neighbouring origins their future, so
	// Groups, distinct pairs of origin and target, is nearer to what is
	// independent than Events, and still too many.
	Events, Origins, Targets, Groups int

	Mean, Rate float64 // mean probability given; share of the events that came
	Brier      float64 // [backtest.Brier]; 0 perfect, 0.25 a coin
	Log        float64 // [backtest.LogScore] in nats, bounded at half a path
	ECE        float64 // [backtest.CalibrationError]
	ChanceECE  float64 // what ECE would be by chance alone, were the probabilities right and the events independent

	BaseBrier float64 // Brier score of the events' own base rate, known only afterwards
	BaseSkill float64 // 1 − Brier ÷ BaseBrier
	LineBrier float64 // of the straight line at the recent pace, over the events it speaks on
	LineSkill float64 // against it, over the same events
	MCBrier   float64 // by how much the finite number of paths raises Brier: mean p(1−p) ÷ paths

	Bins [10]backtest.Bin

	// Intervals are the figures forecast; Coverage is the share of them within
	// the central intervals of [IntervalLevels], Mass the share of paths these
	// hold: intervals between whole numbers hold more than their nominal level.
	Intervals int
	Coverage  [len(IntervalLevels)]float64
	Mass      [len(IntervalLevels)]float64

	// Dates are the first-passage dates forecast; Reached of them have come by
	// the as-of date, and Timed of these were expected by then, so that an error
	// in months exists: its mean (positive: came later than the median) and its
	// mean size, months.
	Dates, Reached, Timed   int
	DateBias, DateError     float64
	DateCRPS                float64 // months, mean over all Dates
	DateCoverage80          float64
	DateMass80              float64
	ReachedLate, ReachedNot int // came though expected later; did not come though expected

	gapError float64 // standard error of Mean − Rate, as far as it can be told
}

// scoreSeed is that of ChanceECE: the figure is the same on every run.
const scoreSeed = 555

// score fills in every Score from the trials.
func (h *History) score() {
	h.Overall = h.scoreOf(h.Events, h.Intervals, h.Dates)
	goals := slices.DeleteFunc(slices.Clone(h.Events), func(e Event) bool { return !e.Goal })
	dates := slices.DeleteFunc(slices.Clone(h.Dates), func(d DateTrial) bool { return !d.Goal })
	h.Goals = h.scoreOf(goals, nil, dates)
	months := map[int]bool{}
	for _, v := range h.Intervals {
		months[v.Horizon] = true
	}
	for _, m := range sortedKeys(months) {
		h.ByHorizon = append(h.ByHorizon, h.at(m, h.Events, h.Intervals, h.Dates))
	}
	for _, x := range h.Policy.Targets {
		if x.SameAs != "" {
			continue
		}
		if s, ok := h.OfTarget(x.ID); ok {
			h.ByTarget = append(h.ByTarget, s)
		} else if x.Low != nil && forecastMeasure(x.Measure) {
			h.Silent = append(h.Silent, Silence{x.ID, h.silence(x.ID)})
		}
	}
}

// OfTarget is the score of one target: its own goals, and the heights of the
// series it is held against. ok is false where nothing could be scored.
func (h *History) OfTarget(id string) (s Score, ok bool) {
	e, v, d := h.trialsOf(id)
	if len(e) == 0 && len(v) == 0 && len(d) == 0 {
		return Score{}, false
	}
	s = h.scoreOf(e, v, d)
	s.Target = h.Policy.Canonical(id)
	return s, true
}

// TargetHorizons are the scores of one target's heights by horizon.
func (h *History) TargetHorizons(id string) []Score {
	e, v, d := h.trialsOf(id)
	months := map[int]bool{}
	for _, x := range v {
		months[x.Horizon] = true
	}
	var out []Score
	for _, m := range sortedKeys(months) {
		s := h.at(m, e, v, d)
		s.Target = h.Policy.Canonical(id)
		out = append(out, s)
	}
	return out
}

// GivenOf are the probabilities that one target was given, oldest first.
func (h *History) GivenOf(id string) []Given {
	id = h.Policy.Canonical(id)
	var out []Given
	for _, g := range h.Given {
		if g.Target == id {
			out = append(out, g)
		}
	}
	return out
}

// Known is the mean of the figures known at the origins ÷ the figures of the
// same dates as known since, of one target or, for "", of all; 1 where nothing
// came late, NaN where nothing can be compared. Forecasts start from what is
// known, so that much is missing from them before they begin.
func (h *History) Known(id string) float64 {
	id = h.Policy.Canonical(id)
	sum, n := 0.0, 0.0
	for _, g := range h.Given {
		if (id == "" || g.Target == id) && g.Since > 0 {
			sum += g.Actual / g.Since
			n++
		}
	}
	return sum / n
}

func (h *History) trialsOf(id string) (e []Event, v []Interval, d []DateTrial) {
	id = h.Policy.Canonical(id)
	source := seriesOf(h.Policy)[id]
	for _, x := range h.Events {
		if x.Target == id && x.Goal || x.Target == source && !x.Goal {
			e = append(e, x)
		}
	}
	for _, x := range h.Intervals {
		if x.Target == source {
			v = append(v, x)
		}
	}
	for _, x := range h.Dates {
		if x.Target == id && x.Goal || x.Target == source && !x.Goal {
			d = append(d, x)
		}
	}
	return e, v, d
}

// at is the score of the heights of one horizon.
func (h *History) at(months int, e []Event, v []Interval, d []DateTrial) Score {
	s := h.scoreOf(
		slices.DeleteFunc(slices.Clone(e), func(x Event) bool { return x.Goal || x.Horizon != months }),
		slices.DeleteFunc(slices.Clone(v), func(x Interval) bool { return x.Horizon != months }),
		slices.DeleteFunc(slices.Clone(d), func(x DateTrial) bool { return x.Goal || x.Horizon != months }),
	)
	s.Horizon = months
	return s
}

func (h *History) scoreOf(e []Event, v []Interval, d []DateTrial) Score {
	var s Score
	s.probabilities(e, h.Paths)
	s.gapError = gapError(e, s, 12/max(1, int(h.Every)))
	s.coverage(v)
	s.passages(d)
	return s
}

func (s *Score) probabilities(events []Event, paths int) {
	s.Events = len(events)
	type group struct{ origin, target string }
	origins, targets, groups := map[string]bool{}, map[string]bool{}, map[group]bool{}
	p, came := make([]float64, len(events)), make([]bool, len(events))
	var lineP, line []float64
	var lineCame []bool
	n := float64(len(events))
	for i, e := range events {
		on := e.Origin.Format("2006-01-02")
		origins[on], targets[e.Target], groups[group{on, e.Target}] = true, true, true
		p[i], came[i] = e.P, e.Came
		s.Mean += e.P / n
		s.MCBrier += e.P * (1 - e.P) / n / float64(paths)
		if e.Came {
			s.Rate += 1 / n
		}
		if !math.IsNaN(e.Line) {
			lineP, line, lineCame = append(lineP, e.P), append(line, e.Line), append(lineCame, e.Came)
		}
	}
	if len(events) == 0 {
		s.Mean, s.Rate, s.MCBrier = math.NaN(), math.NaN(), math.NaN()
	}
	s.Origins, s.Targets, s.Groups = len(origins), len(targets), len(groups)
	s.Brier, s.Log = backtest.Brier(p, came), backtest.LogScore(p, came, 0.5/float64(paths))
	s.ECE, s.ChanceECE = backtest.CalibrationError(p, came), backtest.ChanceCalibrationError(p, scoreSeed, 100)
	s.BaseBrier, s.LineBrier = backtest.BaseRateBrier(came), backtest.Brier(line, lineCame)
	s.BaseSkill, s.LineSkill = backtest.Skill(s.Brier, s.BaseBrier), backtest.Skill(backtest.Brier(lineP, lineCame), s.LineBrier)
	s.Bins = backtest.Reliability(p, came)
}

func (s *Score) coverage(trials []Interval) {
	s.Intervals = len(trials)
	for i := range IntervalLevels {
		for _, v := range trials {
			s.Mass[i] += v.Mass[i]
			if v.Within[i] {
				s.Coverage[i]++
			}
		}
		s.Mass[i] /= float64(len(trials))
		s.Coverage[i] /= float64(len(trials))
	}
}

func (s *Score) passages(trials []DateTrial) {
	s.Dates = len(trials)
	for _, d := range trials {
		s.DateCRPS += d.CRPS
		s.DateMass80 += d.Mass80
		if d.Within80 {
			s.DateCoverage80++
		}
		switch came, expected := !d.Came.IsZero(), !d.Median.IsZero(); {
		case came && expected:
			s.Timed++
			s.DateBias += d.Error
			s.DateError += math.Abs(d.Error)
		case came:
			s.ReachedLate++
		case expected:
			s.ReachedNot++
		}
		if !d.Came.IsZero() {
			s.Reached++
		}
	}
	n := float64(len(trials))
	s.DateCRPS, s.DateMass80, s.DateCoverage80 = s.DateCRPS/n, s.DateMass80/n, s.DateCoverage80/n
	s.DateBias, s.DateError = s.DateBias/float64(s.Timed), s.DateError/float64(s.Timed)
}

// forecastMeasure: the others are checked by rule.
func forecastMeasure(m datasets.Measure) bool {
	return m == datasets.Cumulative || m == datasets.Stock || m == datasets.Ratio
}

// silence says why a target with a number has no score.
func (h *History) silence(id string) Text {
	for _, g := range h.Given {
		if g.Target == id {
			return Text{"已有预测，但所预测的日期都还没有结果。", "It has been forecast, but nothing forecast has an outcome yet."}
		}
	}
	return Text{"在较早时点没有可预测的数据。", "There was nothing to forecast from at the earlier dates."}
}

// Few reports whether what stands behind the score is too little to judge the
// forecasts by: with fewer than 30 pairs of origin and target, or fewer than 8
// origins, chance moves every figure by more than the differences that matter.
func (s Score) Few() bool { return s.Groups < 30 && s.Targets > 1 || s.Origins < 8 }

// ProbabilityError is the largest Monte-Carlo standard error of a probability,
// √(¼ ÷ paths).
func (h *History) ProbabilityError() float64 { return math.Sqrt(0.25 / float64(h.Paths)) }

// gapError is the standard error of the mean probability less the share that
// came. Events of one target share forecasts and futures, so with five targets or
// more it is that of the targets' own gaps. With fewer it is the binomial one of
// as many events as there are forecasts whose spans do not overlap, origins being
// step months apart.
func gapError(events []Event, s Score, step int) float64 {
	gaps, n := map[string]float64{}, map[string]float64{}
	span := 0.0
	for _, e := range events {
		gap := e.P
		if e.Came {
			gap--
		}
		gaps[e.Target] += gap
		n[e.Target]++
		span += float64(max(e.Horizon, step)) / float64(step) / float64(len(events))
	}
	if len(gaps) < 5 {
		p := min(0.9, max(0.1, s.Rate))
		return math.Sqrt(p * (1 - p) / max(1, float64(s.Groups)/max(1, span)))
	}
	// The ratio estimator's linear variance: targets weigh by their events.
	total, sum := s.Mean-s.Rate, 0.0
	for _, id := range sortedKeys(gaps) {
		d := gaps[id] - n[id]*total
		sum += d * d
	}
	k := float64(len(gaps))
	return math.Sqrt(sum*k/(k-1)) / float64(len(events))
}
