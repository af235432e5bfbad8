package forecast

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"

	"talentcast/analytics"
)

// DampedCounts is a negative binomial with a damped trend and a season: the log
// rate is level + slope·years + season over the past, each value weighted by
// δ^age so that the level follows, and the slope fades ahead (Gardner &
// McKenzie 1985). It is fitted by penalised maximum likelihood: the prior
// of the rate is that of [GammaPoisson], a normal one that of the yearly slope
// and of each season's log factor.
//
// The discount δ and the dispersion are averaged over a grid by the one-step
// log score of a dynamic generalised linear model with that discount (West,
// Harrison & Migon 1985). A path draws both, then the slope from its Laplace
// posterior and the level given the slope from a log-gamma of the same mode and
// curvature, which unlike a normal is exact for a level alone.
type DampedCounts struct{}

// Name is "damped-counts".
func (DampedCounts) Name() string { return "damped-counts" }

// seasonSD is the prior sd of a season's log factor.
const seasonSD = 0.4

// The grids of the mixture beside the discounts: the dispersion 1/size, which
// leans to Poisson, and the prior sd of the yearly slope, as likely next to none
// as free to follow.
var (
	dispersions      = [...]float64{0, 0.1, 0.3, 1}
	dispersionPriors = [...]float64{0.45, 0.3, 0.2, 0.05}
	slopeSDs         = [...]float64{0.02, 0.7}
)

// Fit needs six observed values and two years of them, else it returns
// [ErrShort]; NaN is a missing period.
func (DampedCounts) Fit(y analytics.Series) (Fitted, error) {
	if y.Space != analytics.Count {
		return nil, fmt.Errorf("damped-counts: %w", ErrSpace)
	}
	n := y.Observed()
	if n < max(6, 2*int(y.Freq())) {
		return nil, fmt.Errorf("damped-counts: %d values: %w", n, ErrShort)
	}
	c := newTrendClimb(y)
	mean, largest := c.extent()
	c.prior = max(1, mean)
	f := &dampedCounts{freq: c.freq, season: c.season, top: 1000 * max(1, largest)}
	f.phase = len(y.Values) % len(f.season)
	// The season first, over the whole history: old years tell it as well as new.
	c.weigh(1)
	c.dispersion, c.slopeSD = 0.15, 0.3
	c.climb(8, len(c.season) > 1)
	f.average(c, mean)
	if mean == 0 {
		f.warn = append(f.warn, zerosWarning())
	}
	return f, nil
}

type dampedCounts struct {
	freq   float64
	season []float64 // by position in the series modulo its length, mean 1
	phase  int       // position of the first forecast period
	parts  []trendPart
	top    float64 // the highest rate a path may take
	warn   []Warning
}

// trendPart is one node of the grid with its posterior at the last period.
type trendPart struct {
	weight, cum  float64
	level, slope float64 // mode of the log rate and of its change per year
	sd           float64 // of the slope
	tilt         float64 // change of the level's mode per change of the slope
	shape        float64 // of the level's Gamma given the slope
	size, wander float64
}

// average scores the grid and fits the pairs that matter.
func (f *dampedCounts) average(c *trendClimb, mean float64) {
	var scores [len(discounts) * len(dispersions) * len(slopeSDs)]float64
	best := math.Inf(-1)
	for i := range scores {
		di := i / len(slopeSDs) % len(dispersions)
		c.dispersion, c.slopeSD = dispersions[di], slopeSDs[i%len(slopeSDs)]
		scores[i] = c.score(discounts[i/len(slopeSDs)/len(dispersions)]) + math.Log(dispersionPriors[di])
		best = max(best, scores[i])
	}
	total := 0.0
	for i, s := range scores {
		w := math.Exp(s - best)
		if w < 0.02 {
			continue
		}
		delta := discounts[i/len(slopeSDs)/len(dispersions)]
		c.dispersion, c.slopeSD = dispersions[i/len(slopeSDs)%len(dispersions)], slopeSDs[i%len(slopeSDs)]
		c.weigh(delta)
		c.climb(4, false)
		p := c.posterior()
		p.weight = w
		p.wander = math.Sqrt((1 - delta) * (1 - delta) / delta * (1/max(mean, 0.5) + c.dispersion))
		f.parts = append(f.parts, p)
		total += w
	}
	cum := 0.0
	for i := range f.parts {
		f.parts[i].weight /= total
		cum += f.parts[i].weight
		f.parts[i].cum = cum
	}
}

func (f *dampedCounts) Name() string        { return "damped-counts" }
func (f *dampedCounts) Warnings() []Warning { return f.warn }

// Mean is exact but for the cap on the rate.
func (f *dampedCounts) Mean(dst []float64) {
	for t := range dst {
		ahead := fadedYears(t+1, f.freq)
		sum := 0.0
		for _, p := range f.parts {
			spread := (p.tilt + ahead) * p.sd
			sum += p.weight * min(f.top, math.Exp(p.level+p.slope*ahead+spread*spread/2))
		}
		dst[t] = sum * f.season[(f.phase+t)%len(f.season)]
	}
}

// fadedYears is the years of undamped trend that so many periods of damped trend
// are worth, summed step by step as a path does.
func fadedYears(periods int, freq float64) float64 {
	fade := math.Pow(countDamping, 1/freq)
	return (1 - math.Pow(fade, float64(periods))) / (1 - fade) / freq
}

// Quantile is read from paths.
func (f *dampedCounts) Quantile(dst []float64, p float64) { sampleQuantile(dst, f, p) }

func (f *dampedCounts) Path(dst []float64, d Draw) {
	law := f.Rates(dst, d)
	for t, mu := range dst {
		dst[t] = countQuantile(d.Z[t], mu*d.mult(t), law.size)
	}
}

// Rates draws the rate's course.
func (f *dampedCounts) Rates(dst []float64, d Draw) Law {
	u := d.R.Float64()
	k := 0
	for k < len(f.parts)-1 && u >= f.parts[k].cum {
		k++
	}
	p := &f.parts[k]
	off := p.sd * d.R.NormFloat64()
	rate := math.Exp(p.level+p.tilt*off) * distuv.Gamma{Alpha: p.shape, Beta: p.shape, Src: d.R}.Rand()
	step := (p.slope + off) / f.freq
	fade := math.Pow(countDamping, 1/f.freq)
	drift := p.wander * p.wander / 2
	for t := range dst {
		rate = min(f.top, rate*smallExp(step+p.wander*d.R.NormFloat64()-drift))
		step *= fade
		dst[t] = rate * f.season[(f.phase+t)%len(f.season)]
	}
	return Law{size: p.size}
}

// trendClimb is the penalised likelihood of one series and where its climb has
// got to.
type trendClimb struct {
	y, weight  []float64
	freq       float64
	season     []float64
	level      float64
	slope      float64
	dispersion float64    // 1/size
	slopeSD    float64    // of the prior of the slope
	prior      float64    // mean of the prior of the last period's rate
	info       [3]float64 // of (level, slope): level², level·slope, slope²
	grad, curv []float64  // by season, scratch
}

func newTrendClimb(y analytics.Series) *trendClimb {
	m := int(y.Freq())
	c := &trendClimb{y: y.Values, weight: make([]float64, len(y.Values)), freq: float64(m)}
	c.season, c.grad, c.curv = make([]float64, m), make([]float64, m), make([]float64, m)
	for i := range c.season {
		c.season[i] = 1
	}
	return c
}

// extent is the mean and the largest of the observed values.
func (c *trendClimb) extent() (mean, largest float64) {
	n := 0.0
	for _, v := range c.y {
		if !math.IsNaN(v) {
			mean += v
			n++
			largest = max(largest, v)
		}
	}
	return mean / n, largest
}

// weigh sets the weights of the discount and starts the climb anew from the
// weighted mean.
func (c *trendClimb) weigh(delta float64) {
	w, sum, n := 1.0, 0.5, 0.5
	for t := len(c.y) - 1; t >= 0; t-- {
		c.weight[t] = w
		if v := c.y[t]; !math.IsNaN(v) {
			sum += w * v
			n += w * c.season[t%len(c.season)]
		}
		w *= delta
	}
	c.level, c.slope = math.Log(sum/n), 0
}

// climb takes Newton steps in (level, slope), and in each season's factor when
// asked. The likelihood is concave in the log rate, so that bounded steps
// suffice.
func (c *trendClimb) climb(rounds int, seasons bool) {
	for range rounds {
		g0, g1 := c.gradient()
		det := c.info[0]*c.info[2] - c.info[1]*c.info[1]
		up := (c.info[2]*g0 - c.info[1]*g1) / det
		tilt := (c.info[0]*g1 - c.info[1]*g0) / det
		c.level += max(-2, min(2, up))
		c.slope += max(-1, min(1, tilt))
		if seasons {
			c.climbSeasons()
		}
	}
	c.gradient()
}

// gradient leaves the information in c.info, and the seasons' sums in c.grad and
// c.curv.
func (c *trendClimb) gradient() (level, slope float64) {
	prior := math.Exp(c.level) / 2 / c.prior
	level, slope = 0.5-prior, -c.slope/(c.slopeSD*c.slopeSD)
	c.info = [3]float64{prior, 0, 1 / (c.slopeSD * c.slopeSD)}
	clear(c.grad)
	clear(c.curv)
	// The rate goes back through time by one factor a period.
	rate, back := math.Exp(c.level), math.Exp(-c.slope/c.freq)
	for t := len(c.y) - 1; t >= 0; t-- {
		if v := c.y[t]; !math.IsNaN(v) {
			s := t % len(c.season)
			mu := min(rate*c.season[s], 1e12)
			scatter := 1 + mu*c.dispersion
			g := c.weight[t] * (v - mu) / scatter
			h := c.weight[t] * mu * (1 + v*c.dispersion) / (scatter * scatter)
			tau := float64(t-len(c.y)+1) / c.freq
			level += g
			slope += g * tau
			c.info[0] += h
			c.info[1] += h * tau
			c.info[2] += h * tau * tau
			c.grad[s] += g
			c.curv[s] += h
		}
		rate *= back
	}
	return level, slope
}

// climbSeasons takes one Newton step in each log factor and keeps their mean at
// one, the level taking up what that changes.
func (c *trendClimb) climbSeasons() {
	const tight = 1 / (seasonSD * seasonSD)
	mean := 0.0
	for i, s := range c.season {
		step := (c.grad[i] - tight*math.Log(s)) / (c.curv[i] + tight)
		c.season[i] = s * math.Exp(max(-1, min(1, step)))
		mean += c.season[i] / float64(len(c.season))
	}
	for i := range c.season {
		c.season[i] /= mean
	}
	c.level += math.Log(mean)
}

// posterior is the Laplace approximation at the mode.
func (c *trendClimb) posterior() trendPart {
	free := c.info[2] - c.info[1]*c.info[1]/c.info[0]
	return trendPart{
		level: c.level, slope: c.slope,
		sd:    1 / math.Sqrt(max(free, 1/(c.slopeSD*c.slopeSD))),
		tilt:  -c.info[1] / c.info[0],
		shape: c.info[0],
		size:  1 / c.dispersion,
	}
}

// score is the one-step log score, less what no pair changes, of the filter with
// the discount and dispersion: level and slope have a normal posterior, the rate
// is a Gamma of the same log mode and variance, and a value updates it as a
// Poisson whose evidence counts for less the more it scatters.
func (c *trendClimb) score(delta float64) float64 {
	dispersion, prior := c.dispersion, c.slopeSD*c.slopeSD
	total := 0.0
	level, slope := math.Log(c.prior), 0.0
	vl, cov, vs := 2.0, 0.0, prior
	dt := 1 / c.freq
	seen := false
	for t, v := range c.y {
		if seen { // the first value tells where the level is, not how it got there
			level += slope * dt
			vl = (vl + 2*dt*cov + dt*dt*vs) / delta
			cov, vs = (cov+dt*vs)/delta, vs/delta
			if vs > prior { // a slope is never less known than before any value
				cov *= math.Sqrt(prior / vs)
				vs = prior
			}
		}
		seen = seen || !math.IsNaN(v)
		if math.IsNaN(v) {
			continue
		}
		mu := math.Exp(max(-27, min(level, 27))) * c.season[t%len(c.season)]
		a := 1 / (vl + dispersion*(1+vl))
		total += logRising(a, v) - (a+v)*math.Log1p(mu/a)
		if v > 0 {
			total += v * math.Log(mu/a)
		}
		r := 1 / (1 + mu*dispersion)
		shape := 1/vl + r*v
		rise := math.Log(shape / (1/vl + r*mu))
		kept := 1 - 1/(shape*vl)
		gain := cov / vl
		level += rise
		slope += gain * rise
		vl, cov, vs = 1/shape, cov-kept*cov, vs-kept*gain*cov
	}
	return total
}
