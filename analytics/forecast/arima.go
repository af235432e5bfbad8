package forecast

import (
	"fmt"
	"math"

	"talentcast/analytics"
)

// ARIMA is the seasonal autoregressive integrated moving average on the scale of
// the series' space, levels as they are unless Log is set. Differences are
// chosen by the KPSS test (Kwiatkowski et al. 1992) and, for a season, the OCSB
// test (Osborn et al. 1988); the orders by stepwise search on AICc (Hyndman &
// Khandakar 2008, section 3).
type ARIMA struct {
	// Order fixes the orders instead of searching; their likelihood is then exact.
	Order *Order
	Log   bool
	// rough takes the conditional likelihood for a fixed order, as the search
	// does.
	rough bool
}

// Order is (p, d, q)(P, D, Q) with a constant (the mean, or with one difference
// the drift) if Constant is set.
type Order struct {
	P, D, Q    int
	SP, SD, SQ int
	Constant   bool
}

func (o Order) String() string {
	return fmt.Sprintf("(%d,%d,%d)(%d,%d,%d)", o.P, o.D, o.Q, o.SP, o.SD, o.SQ)
}

// Name is "arima".
func (ARIMA) Name() string { return "arima" }

// Fit needs ten observed values, and three whole years for a season.
func (m ARIMA) Fit(y analytics.Series) (Fitted, error) {
	sc := newScale(y, !m.Log)
	x, _, back := sc.observed(y)
	if len(x) < 10 {
		return nil, fmt.Errorf("arima: %w", ErrShort)
	}
	freq := int(y.Freq())
	if len(x) < 3*freq {
		freq = 1
	}
	var f *armaFit
	if m.Order != nil {
		f = fitARMA(*m.Order, x, freq, 400, !m.rough)
	} else {
		f = searchARMA(x, freq)
	}
	if f == nil {
		return nil, fmt.Errorf("arima: %w", ErrShort)
	}
	return newGauss("arima", y, sc, back, f, f.sigma, f.nu), nil
}

// searchARMA walks from the best of four simple models to better neighbours.
func searchARMA(x []float64, m int) *armaFit {
	base := Order{}
	if m > 1 && seasonalRoot(x, m) {
		base.SD = 1
	}
	base.D = unitRoots(difference(x, m, base.SD))
	base.Constant = base.D+base.SD <= 1
	season := 0
	if m > 1 {
		season = 1
	}
	s := &search{x: x, m: m, seen: map[Order]bool{}, limit: 3}
	for _, v := range [][4]int{{2, 2, season, season}, {0, 0, 0, 0}, {1, 0, season, 0}, {0, 1, 0, season}} {
		o := base
		o.P, o.Q, o.SP, o.SQ = v[0], v[1], v[2], v[3]
		s.try(o)
	}
	plain := base
	plain.Constant = false
	s.try(plain)
	for better := s.best != nil; better; {
		better = false
		at := s.best.order
		for _, v := range [][5]int{{1, 0}, {-1, 0}, {0, 1}, {0, -1}, {1, 1}, {-1, -1}, {0, 0, 1}, {0, 0, -1}, {0, 0, 0, 1}, {0, 0, 0, -1}, {0, 0, 0, 0, 1}} {
			o := at
			o.P, o.Q, o.SP, o.SQ = at.P+v[0], at.Q+v[1], at.SP+v[2], at.SQ+v[3]
			if v[4] == 1 {
				if at.D+at.SD > 1 {
					continue
				}
				o.Constant = !o.Constant
			}
			if o.SP > season || o.SQ > season {
				continue
			}
			better = s.try(o) || better
		}
	}
	return s.best
}

type search struct {
	x     []float64
	m     int
	limit int // of p and of q
	seen  map[Order]bool
	best  *armaFit
}

// try fits the order unless it was or can't be, and reports whether it is the
// best so far.
func (s *search) try(o Order) bool {
	if s.seen[o] || min(o.P, o.Q, o.SP, o.SQ) < 0 || max(o.P, o.Q) > s.limit || len(s.seen) > 40 {
		return false
	}
	s.seen[o] = true
	f := fitARMA(o, s.x, s.m, 120, false)
	if f == nil || f.nearUnit() || s.best != nil && f.aicc >= s.best.aicc {
		return false
	}
	s.best = f
	return true
}

// difference takes k differences at lag m.
func difference(x []float64, m, k int) []float64 {
	for range k {
		d := make([]float64, len(x)-m)
		for t := range d {
			d[t] = x[t+m] - x[t]
		}
		x = d
	}
	return x
}

// unitRoots is the number of differences, at most two, after which KPSS does not
// reject a constant level at 5 %.
func unitRoots(x []float64) int {
	for d := range 2 {
		if len(x) < 6 || kpss(x) < 0.463 {
			return d
		}
		x = difference(x, 1, 1)
	}
	return 2
}

// kpss is the statistic of Kwiatkowski, Phillips, Schmidt & Shin (1992) for a
// constant level, with ⌊3√n/13⌋ lags of the Bartlett window.
func kpss(x []float64) float64 {
	n := len(x)
	mean := average(x)
	lags := int(3 * math.Sqrt(float64(n)) / 13)
	sum, partial := 0.0, 0.0
	for _, v := range x {
		partial += v - mean
		sum += partial * partial
	}
	long := 0.0
	for k := 0; k <= lags; k++ {
		c := 0.0
		for t := k; t < n; t++ {
			c += (x[t] - mean) * (x[t-k] - mean)
		}
		if k > 0 {
			c *= 2 * (1 - float64(k)/float64(lags+1))
		}
		long += c / float64(n)
	}
	if long <= 0 {
		return 0
	}
	return sum / float64(n) / float64(n) / long
}
