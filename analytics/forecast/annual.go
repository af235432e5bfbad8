package forecast

import (
	"fmt"

	"talentcast/analytics"
)

// Annual looks at a series of months or quarters by the year: the means of whole
// years, counted back from the last value, are forecast by the dynamic optimised
// Theta method, and the path goes in straight lines from the middle of one year
// to that of the next, with the shrunk season put back. What is noise from month
// to month does not reach the trend (Athanasopoulos, Hyndman, Kourentzes &
// Petropoulos 2017, on temporal hierarchies). Its spread is that of [Theta] on
// the series itself.
type Annual struct {
	// Log takes the logarithm of levels, as is done with amounts always.
	Log bool
}

// Name is "annual".
func (Annual) Name() string { return "annual" }

// Fit needs four whole years of months or quarters.
func (m Annual) Fit(y analytics.Series) (Fitted, error) {
	k := int(y.Freq())
	if k == 1 {
		return nil, fmt.Errorf("annual: %w", ErrSpace)
	}
	sc := newScale(y, !m.Log)
	x, _, back := sc.observed(y)
	if len(x) < 4*k {
		return nil, fmt.Errorf("annual: %w", ErrShort)
	}
	s := adjust(x, k, sc)
	years := make([]float64, len(x)/k)
	for i := range years {
		from := len(x) - (len(years)-i)*k
		years[i] = average(x[from : from+k])
	}
	f := &annual{dot: fitDOT(x), years: fitDOT(years), k: k, last: years[len(years)-1]}
	g := newGauss("annual", y, sc, back, f, f.dot.sigma, f.dot.nu)
	g.season = s
	return g, nil
}

type annual struct {
	dot   *dot // of the series itself, for the spread
	years *dot
	k     int
	last  float64 // the mean of the last year, in whose middle the lines begin
}

func (f *annual) locate(dst []float64) {
	means := make([]float64, len(dst)/f.k+3)
	f.years.locate(means[1:])
	means[0] = f.last
	for t := range dst {
		at := (float64(t+1) + float64(f.k-1)/2) / float64(f.k)
		i := int(at)
		dst[t] = means[i] + (means[i+1]-means[i])*(at-float64(i))
	}
}

func (f *annual) sway(dst, e []float64) { f.dot.sway(dst, e) }

func (f *annual) deviations(dst []float64) { f.dot.deviations(dst) }
