package forecast

import (
	"fmt"
	"math"

	"talentcast/analytics"
)

// Drift is the random walk with drift: the last value plus a straight line
// through the first and the last, on the scale of the series' space. The drift
// is drawn anew for every path with its standard error, so that the spread grows
// as it should with few values (Hyndman & Athanasopoulos 2021, section 5.2).
// With one value it is a random walk of a documented width.
type Drift struct{}

// Name is "drift".
func (Drift) Name() string { return "drift" }

// alone is the yearly standard deviation taken for a series of a single value:
// a fifth of it on the log scale. With two values the prior is worth one degree
// of freedom beside the single change seen.
const alone = 0.2

// Fit needs one observed value.
func (d Drift) Fit(y analytics.Series) (Fitted, error) {
	sc := newScale(y)
	x, _, back := sc.observed(y)
	if len(x) == 0 {
		return nil, fmt.Errorf("drift: %w", ErrShort)
	}
	f := &drift{scale: sc, last: x[len(x)-1], back: back}
	prior := alone / math.Sqrt(float64(y.Freq()))
	if y.Space == analytics.Real {
		prior = max(alone*math.Abs(f.last), 1e-9)
	}
	n := float64(len(x) - 1)
	if n > 0 {
		f.slope = (f.last - x[0]) / n
	}
	ss := prior * prior // one degree of freedom of the prior
	for t := 1; t < len(x); t++ {
		e := x[t] - x[t-1] - f.slope
		ss += e * e
	}
	f.nu = max(1, n-1) + 1
	f.sigma = math.Sqrt(ss / f.nu)
	if n > 0 {
		f.slopeSE = f.sigma / math.Sqrt(n)
	} else {
		f.slopeSE = prior
	}
	if len(x) < 3 {
		f.warn = append(f.warn, shortWarning(len(x)))
	}
	return f, nil
}

type drift struct {
	scale          scale
	last, slope    float64
	slopeSE, sigma float64
	nu             float64
	back           int // trailing periods without a value
	warn           []Warning
}

func (f *drift) Name() string        { return "drift" }
func (f *drift) Warnings() []Warning { return f.warn }
func (f *drift) Mean(dst []float64)  { meanPaths(dst, f) }

func (f *drift) Path(dst []float64, d Draw) {
	sigma := drawSigma(f.sigma, f.nu, d.R)
	slope := f.slope + f.slopeSE*d.R.NormFloat64()
	// Periods that went unreported happened all the same.
	x := f.last + float64(f.back)*slope + math.Sqrt(float64(f.back))*sigma*d.R.NormFloat64()
	last := f.scale.from(x)
	for t := range dst {
		x += slope + sigma*d.Z[t]
		dst[t] = f.scale.from(x)
	}
	f.scale.finish(dst, last, d)
}

func shortWarning(n int) Warning {
	return Warning{
		Code: "short",
		Zh:   fmt.Sprintf("只有%d期数据，预测主要依据先验假设，区间很宽，仅供参考。", n),
		En:   fmt.Sprintf("With %d values only, the forecast rests mostly on prior assumptions; its intervals are wide.", n),
	}
}
