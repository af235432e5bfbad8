package forecast

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"talentcast/analytics"
	"talentcast/analytics/backtest"
)

// Candidates are the models that are tried on a series of the space.
func Candidates(space analytics.Space) []Model {
	switch space {
	case analytics.Count:
		return []Model{GammaPoisson{}, RecentRate{}}
	case analytics.Money:
		return []Model{ETS{}, Theta{}, LogTrend{}, Drift{}}
	}
	return []Model{ETS{}, Theta{}, Drift{}}
}

// lastResort reports whether the model is only for series that no other takes.
// By the month or quarter that is the random walk: its drift through noisy
// months is so ill known that over years it says nothing.
func lastResort(m Model, freq analytics.Frequency) bool {
	_, drift := m.(Drift)
	return drift && freq != analytics.Yearly
}

// Settings of [Choose]; the zero Settings are usable.
type Settings struct {
	Origins int    // most rolling origins; 0 stands for 6
	Horizon int    // periods compared from each; 0 stands for a year, three years of yearly series
	Sample  int    // paths behind each score; 0 stands for 200
	Seed    uint64 // of the scores' paths
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

// Choose fits the candidates to y and pools them by rolling origin: each model's
// weight is its CRPS to the power −2 over the origins, shrunk half-way to equal
// weights, since a handful of origins ranks models poorly (Petropoulos &
// Svetunkov 2020 find that near-equal combinations are hard to beat). A series
// too short for any origin gets equal weights and a warning. It returns
// ErrShort when no candidate can be fitted.
func Choose(y analytics.Series, candidates []Model, set Settings) (*Chosen, error) {
	if set.Origins == 0 {
		set.Origins = 6
	}
	if set.Horizon == 0 {
		set.Horizon = int(y.Freq())
		if y.Freq() == analytics.Yearly {
			set.Horizon = 3
		}
	}
	if set.Sample == 0 {
		set.Sample = 200
	}
	if err := y.Validate(); err != nil {
		return nil, fmt.Errorf("choose: %w", err)
	}
	var models []Model
	var fits []Fitted
	var causes []error
	for _, resort := range []bool{false, true} {
		for _, m := range candidates {
			if lastResort(m, y.Freq()) != resort || resort && len(fits) > 0 {
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
		return nil, fmt.Errorf("choose: %w", errors.Join(causes...))
	}
	c := &Chosen{}
	j := judge{y: y, set: set, flow: y.Space == analytics.Count || y.Space == analytics.Money}
	j.run(models)
	weights := j.weights(len(models))
	c.Fitted = fits[0]
	if len(fits) > 1 {
		c.Fitted = Pool{fits, weights}
	}
	for i, m := range models {
		c.Scores = append(c.Scores, Score{m.Name(), weights[i], j.mean(i, j.crps), j.mean(i, j.mase)})
	}
	j.past(c, weights)
	if c.Origins == 0 {
		c.warn = append(c.warn, Warning{
			Code: "no_backtest",
			Zh:   "历史太短，尚不能用回测检验模型，各模型取相同权重。",
			En:   "The history is too short to test the models on; they are weighted equally.",
		})
	}
	return c, nil
}

// judge holds every model against what came at each origin.
type judge struct {
	y       analytics.Series
	set     Settings
	flow    bool
	origins []int
	// samples[origin][model][step][path]
	samples    [][][][]float64
	crps, mase [][]float64 // [origin][model], NaN where not fitted
}

func (j *judge) run(models []Model) {
	least := max(3, int(j.y.Freq()))
	h := j.set.Horizon
	n := len(j.y.Values)
	if n-h < least { // rather a shorter horizon than none
		h = max(1, min(h, (n-least)/2))
	}
	j.set.Horizon = h
	for _, at := range backtest.Origins(n, h, least, j.set.Origins) {
		scale := backtest.MASEScale(j.y.Values[:at], 1)
		row := make([][][]float64, len(models))
		crps, mase := make([]float64, len(models)), make([]float64, len(models))
		for i, m := range models {
			row[i], crps[i], mase[i] = nil, math.NaN(), math.NaN()
			f, err := m.Fit(j.y.Head(at))
			if err != nil {
				continue
			}
			row[i] = j.sample(f, at, i)
			crps[i], mase[i] = j.score(row[i], at, scale)
		}
		j.origins, j.samples = append(j.origins, at), append(j.samples, row)
		j.crps, j.mase = append(j.crps, crps), append(j.mase, mase)
	}
}

// sample draws the figure of each step: the total since the origin for a flow.
func (j *judge) sample(f Fitted, at, model int) [][]float64 {
	h := j.set.Horizon
	out := make([][]float64, h)
	for t := range out {
		out[t] = make([]float64, j.set.Sample)
	}
	r := rand.New(rand.NewPCG(j.set.Seed, uint64(at)<<8|uint64(model)))
	z, path := make([]float64, h), make([]float64, h)
	for i := range j.set.Sample {
		for t := range z {
			z[t] = r.NormFloat64()
		}
		f.Path(path, Draw{Z: z, R: r})
		sum := 0.0
		for t, v := range path {
			sum += v
			if j.flow {
				v = sum
			}
			out[t][i] = v
		}
	}
	return out
}

// actual is the figure that came at each step; NaN from the first missing value
// of a flow on, and for missing levels.
func (j *judge) actual(at int) []float64 {
	out := make([]float64, j.set.Horizon)
	sum := 0.0
	for t := range out {
		v := j.y.Values[at+t]
		sum += v
		out[t] = v
		if j.flow {
			out[t] = sum
		}
	}
	return out
}

func (j *judge) score(sample [][]float64, at int, scale float64) (crps, mase float64) {
	n := 0.0
	for t, y := range j.actual(at) {
		if math.IsNaN(y) {
			continue
		}
		crps += backtest.CRPS(sample[t], y)
		mase += math.Abs(average(sample[t]) - y)
		n++
	}
	if n == 0 {
		return math.NaN(), math.NaN()
	}
	if !(scale > 0) {
		return crps / n, math.NaN()
	}
	return crps / n, mase / n / scale
}

func average(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// weights are CRPS⁻² shrunk half-way to equal. A model that could not be tried
// everywhere gets the equal half alone.
func (j *judge) weights(models int) []float64 {
	w := make([]float64, models)
	total := 0.0
	for i := range w {
		if s := j.mean(i, j.crps); s > 0 {
			w[i] = 1 / (s * s)
			total += w[i]
		}
	}
	sum := 0.0
	for i := range w {
		if total > 0 {
			w[i] /= total
		}
		w[i] = (w[i] + 1/float64(models)) / 2
		sum += w[i]
	}
	for i := range w {
		w[i] /= sum
	}
	return w
}

// mean is a model's mean over the origins at which every model was tried; NaN
// without any.
func (j *judge) mean(model int, scores [][]float64) float64 {
	sum, n := 0.0, 0.0
	for _, row := range scores {
		if !slices.ContainsFunc(row, math.IsNaN) {
			sum += row[model]
			n++
		}
	}
	return sum / n
}

// past pools the samples by the final weights and holds them against what came.
func (j *judge) past(c *Chosen, weights []float64) {
	for o, at := range j.origins {
		scale := backtest.MASEScale(j.y.Values[:at], 1)
		for t, y := range j.actual(at) {
			if math.IsNaN(y) {
				continue
			}
			if s := j.pooled(j.samples[o], t, weights); s != nil {
				c.Trials = append(c.Trials, Trial{j.y.Start.Add(at - 1), j.y.Start.Add(at + t), s, y, scale})
			}
		}
	}
	if len(c.Trials) > 0 {
		c.Origins = len(j.origins)
	}
	c.Past, c.MASE, c.Coverage80, c.Coverage95 = Judge(c.Trials)
}

// pooled is the sorted pool of the models' samples of one step, each model
// giving values in proportion to its weight; nil when none was fitted.
func (j *judge) pooled(models [][][]float64, t int, weights []float64) []float64 {
	total := 0.0
	for i, s := range models {
		if s != nil {
			total += weights[i]
		}
	}
	if total == 0 {
		return nil
	}
	var out []float64
	for i, s := range models {
		if s == nil {
			continue
		}
		// CRPS left the sample sorted: evenly spaced ranks stand for it.
		k := int(math.Round(weights[i] / total * float64(len(s[t]))))
		for r := range k {
			out = append(out, s[t][(2*r+1)*len(s[t])/(2*k)])
		}
	}
	slices.Sort(out)
	return out
}
