package forecast

import (
	"math"
	"math/rand/v2"
	"slices"

	"talentcast/analytics"
	"talentcast/analytics/backtest"
)

// judge holds every model against what came at each origin.
type judge struct {
	y       analytics.Series
	set     Settings
	flow    bool
	linear  bool   // all models are, so that they are blended and not pooled
	name    string // under which the table of widths knows the combination
	origins []int
	// samples[origin][model][step] is a rising sample; nil where not fitted.
	samples    [][][][]float64
	crps, mase [][]float64 // [origin][model], NaN where not fitted
}

func (j *judge) run(models []Model, fits []Fitted) {
	n, h := len(j.y.Values), j.set.Horizon
	least := max(3, int(j.y.Freq()))
	if j.y.Freq() == analytics.Yearly && n >= 9 {
		least = 6
	}
	if n-h < least { // rather a shorter horizon than none
		h = max(1, min(h, (n-least)/2))
	}
	if j.linear {
		h = min(h, max(1, n/3))
	}
	j.set.Horizon = h
	for _, at := range backtest.Origins(n, h, least, j.set.Origins) {
		scale := backtest.MASEScale(j.y.Values[:at], 1)
		head, _ := Clean(j.y.Head(at))
		row := make([][][]float64, len(models))
		crps, mase := make([]float64, len(models)), make([]float64, len(models))
		for i, m := range models {
			row[i], crps[i], mase[i] = nil, math.NaN(), math.NaN()
			f, err := again(m, fits[i]).Fit(head)
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

// again is the model as it is fitted at earlier origins: an ARIMA keeps the
// orders it was given by the whole series, whose search costs more than all the
// rest.
func again(m Model, f Fitted) Model {
	if g, ok := f.(*gauss); ok {
		if a, ok := g.linear.(*armaFit); ok {
			v, _ := m.(ARIMA)
			return ARIMA{Order: &a.order, Log: v.Log, rough: true}
		}
	}
	return m
}

// widths are those of the combination for a history such as y.
func (j *judge) widths(y analytics.Series) widths {
	if j.set.Uncalibrated {
		return nil
	}
	return widthsOf(y.Freq(), j.name, y.Observed())
}

// sample is the distribution of the figure of each step: the total since the
// origin for a flow. Levels of linear models have theirs in closed form.
func (j *judge) sample(f Fitted, at, model int) [][]float64 {
	if g, ok := f.(*gauss); ok && !j.flow {
		return g.grid(j.set.Horizon, j.widths(j.y.Head(at)))
	}
	h := j.set.Horizon
	out := make([][]float64, h)
	for t := range out {
		out[t] = make([]float64, j.set.Sample)
	}
	r := rand.New(rand.NewPCG(j.set.Seed, uint64(at)<<8|uint64(model)))
	z, path := make([]float64, h), make([]float64, h)
	if g, ok := f.(*gauss); ok {
		f = newBlend([]*gauss{g}, []float64{1}, nil)
	}
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

// evidence is the number of compared values at which past performance and equal
// weights have an equal say.
const evidence = 40

// weights are CRPS⁻² shrunk to equal: the more values were compared, the less. A
// model that could not be tried everywhere gets the equal part alone.
func (j *judge) weights(models int) []float64 {
	w := make([]float64, models)
	total := 0.0
	for i := range w {
		if s := j.mean(i, j.crps); s > 0 {
			w[i] = 1 / (s * s)
			total += w[i]
		}
	}
	trust := 0.5
	if j.linear {
		n := float64(len(j.origins) * j.set.Horizon)
		trust = n / (n + evidence)
	}
	sum := 0.0
	for i := range w {
		if total > 0 {
			w[i] /= total
		}
		w[i] = trust*w[i] + (1-trust)/float64(models)
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

// pooled is the rising sample that the combination gives for one step: for
// linear models the weighted mean of their order statistics, for others each
// giving values in proportion to its weight. It is nil when none was fitted.
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
	var means []mean
	for i, s := range models {
		if s == nil {
			continue
		}
		if j.linear {
			if means == nil {
				means = make([]mean, len(s[t]))
			}
			for r, v := range s[t] {
				means[r].add(v, weights[i]/total)
			}
			continue
		}
		// CRPS left the sample sorted: evenly spaced ranks stand for it.
		k := int(math.Round(weights[i] / total * float64(len(s[t]))))
		for r := range k {
			out = append(out, s[t][(2*r+1)*len(s[t])/(2*k)])
		}
	}
	for r := range means {
		out = append(out, means[r].value())
	}
	slices.Sort(out)
	return out
}
