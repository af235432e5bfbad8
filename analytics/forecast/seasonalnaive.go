package forecast

import (
	"fmt"
	"math"

	"talentcast/analytics"
)

// SeasonalNaive repeats the last year: the value of a period is that of the same
// period a year before, plus an error (Hyndman & Athanasopoulos 2021, section
// 5.2); of yearly series it is the random walk. It is the model to beat, and not
// among the candidates.
type SeasonalNaive struct{}

// Name is "seasonal-naive".
func (SeasonalNaive) Name() string { return "seasonal-naive" }

// Fit needs one year and one value more.
func (SeasonalNaive) Fit(y analytics.Series) (Fitted, error) {
	sc := newScale(y, true)
	x, _, back := sc.observed(y)
	m := int(y.Freq())
	if len(x) <= m {
		return nil, fmt.Errorf("seasonal-naive: %w", ErrShort)
	}
	ss := 0.0
	for t := m; t < len(x); t++ {
		ss += (x[t] - x[t-m]) * (x[t] - x[t-m])
	}
	nu := float64(len(x) - m)
	return newGauss("seasonal-naive", y, sc, back, &lastYear{values: x[len(x)-m:]}, math.Sqrt(ss/nu), nu), nil
}

// lastYear holds the values of the last year, oldest first.
type lastYear struct{ values []float64 }

func (f *lastYear) locate(dst []float64) {
	for t := range dst {
		dst[t] = f.values[t%len(f.values)]
	}
}

func (f *lastYear) sway(dst, e []float64) {
	for t := range dst {
		dst[t] = e[t]
		if k := t - len(f.values); k >= 0 {
			dst[t] += dst[k]
		}
	}
}
