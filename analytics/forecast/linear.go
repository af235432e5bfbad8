package forecast

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"talentcast/analytics"
)

// linear is what every continuous model comes to once it is fitted: a place
// where the series goes, and errors that move it linearly.
type linear interface {
	// locate writes where the series goes on its scale in the len(dst) periods
	// after the last one seen if no further error comes.
	locate(dst []float64)
	// sway writes how far the errors e of those periods, of standard deviation
	// 1, push it from there. len(e) is len(dst); they don't overlap.
	sway(dst, e []float64)
}

// varying is a linear model that an error moves otherwise the later it comes.
type varying interface {
	// deviations writes the standard deviation of each of the len(dst) periods
	// after the last one seen, of errors of standard deviation 1.
	deviations(dst []float64)
}

// gauss is a fitted linear model with normal errors on a scale. The standard
// deviation of the errors is known from ν degrees of freedom only, so a path
// draws it anew and its marginals are Student-t.
type gauss struct {
	linear
	name   string
	scale  scale
	season season
	sigma  float64
	nu     float64
	// slopeSE and levelSE are the standard errors of trend and level, drawn once a
	// path. What is left of the trend from one step to the next is fade; 0 stands
	// for all of it.
	slopeSE, levelSE, fade float64
	back                   int // periods at the end that went unreported
	last                   float64
	widths                 widths
	warn                   []Warning
}

func (f *gauss) Name() string        { return f.name }
func (f *gauss) Warnings() []Warning { return f.warn }

// Mean is that of the location and the calibrated spread, by nine quantiles:
// transformed models have no closed form for it.
func (f *gauss) Mean(dst []float64) { meanByQuantiles(dst, f) }

// Quantile is exact in the marginals of the paths but for the share of the
// trend's error.
func (f *gauss) Quantile(dst []float64, p float64) {
	loc, sd := make([]float64, len(dst)), make([]float64, len(dst))
	f.place(loc)
	f.spread(sd)
	q := studentQuantile(p, f.nu)
	for t := range dst {
		dst[t] = f.scale.whole(f.value(t, loc[t]+q*sd[t]*f.widths.at(t)))
	}
}

// place is locate past the unreported periods.
func (f *gauss) place(dst []float64) {
	if f.back == 0 {
		f.locate(dst)
		return
	}
	all := make([]float64, f.back+len(dst))
	f.locate(all)
	copy(dst, all[f.back:])
}

// spread writes the standard deviation of each step on the scale, uncalibrated.
func (f *gauss) spread(dst []float64) {
	sd := make([]float64, f.back+len(dst))
	f.deviations(sd)
	for t := range dst {
		own, climb := f.sigma*sd[f.back+t], f.slopeSE*f.climb(f.back+t)
		dst[t] = math.Sqrt(own*own + climb*climb + f.levelSE*f.levelSE)
	}
}

// deviations are the model's own, or follow from how it answers a single error.
func (f *gauss) deviations(dst []float64) {
	if v, ok := f.linear.(varying); ok {
		v.deviations(dst)
		return
	}
	if len(dst) == 0 {
		return
	}
	unit := make([]float64, len(dst))
	unit[0] = 1
	f.sway(dst, unit)
	sum := 0.0
	for t, v := range dst {
		sum += v * v
		dst[t] = math.Sqrt(sum)
	}
}

// climb is how many steps of trend there are by step t, counted from 0.
func (f *gauss) climb(t int) float64 {
	if f.fade == 0 {
		return float64(t + 1)
	}
	return (1 - math.Pow(f.fade, float64(t+1))) / (1 - f.fade)
}

// value brings step t back from the scale and puts the season in.
func (f *gauss) value(t int, x float64) float64 {
	return f.season.put(f.scale, f.back+t, x)
}

func (f *gauss) Path(dst []float64, d Draw) {
	b := Blend{models: []*gauss{f}, weights: []float64{1}, widths: f.widths, nu: f.nu}
	b.Path(dst, d)
}

// season holds the factors that were taken out of a series before a model saw
// it. The zero season is none.
type season struct {
	factor []float64 // by position in the year from phase on
	phase  int       // position of the first forecast period
	times  bool      // factors multiply the value; else they add on the scale
}

func (s season) at(t int) float64 { return s.factor[(s.phase+t)%len(s.factor)] }

// put brings x back from the scale with the season of step t in it.
func (s season) put(sc scale, t int, x float64) float64 {
	switch {
	case s.factor == nil:
		return sc.from(x)
	case s.times:
		return sc.from(x) * s.at(t)
	}
	return sc.from(x + s.at(t))
}

// tails bounds the degrees of freedom: however long the history, errors of real
// series have heavier tails than the normal. With normal tails one width can't
// serve the 50 % and the 95 % interval at once.
const tails = 6

// newGauss prepares what all linear models share.
func newGauss(name string, y analytics.Series, sc scale, back int, l linear, sigma, nu float64) *gauss {
	f := &gauss{linear: l, name: name, scale: sc, back: back, sigma: sigma, nu: min(tails, max(1, nu))}
	for i := len(y.Values) - 1; i >= 0; i-- {
		if !math.IsNaN(y.Values[i]) {
			f.last = y.Values[i]
			break
		}
	}
	if n := y.Observed(); n < 8 {
		f.warn = append(f.warn, shortWarning(n))
	}
	return f
}

// studentQuantile is the quantile at p of Student's t with ν ≥ 2 degrees of
// freedom, as drawSigma makes it.
func studentQuantile(p, nu float64) float64 {
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: max(2, nu)}.Quantile(p)
}

// meanByQuantiles integrates the quantile function by the midpoints of nine
// equal parts.
func meanByQuantiles(dst []float64, f Fitted) {
	const parts = 9
	one := make([]float64, len(dst))
	clear(dst)
	for i := range parts {
		f.Quantile(one, (float64(i)+0.5)/parts)
		for t, v := range one {
			dst[t] += v / parts
		}
	}
}

// sampleQuantile is the quantile of each step over 1,000 paths of a fixed seed,
// for models without a closed form.
func sampleQuantile(dst []float64, f Fitted, p float64) {
	for t, s := range samplePaths(f, len(dst), 1000) {
		slices.Sort(s)
		dst[t] = s[min(len(s)-1, int(p*float64(len(s))))]
	}
}
