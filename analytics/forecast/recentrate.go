package forecast

import (
	"fmt"
	"math"

	"talentcast/analytics"
)

// RecentRate holds counts at their recent rate: a mean that forgets a tenth a
// quarter, with the season and scatter of [GammaPoisson] and a Gamma posterior.
// It is the plain second opinion beside the mixture: no trend, a short memory.
type RecentRate struct{}

// Name is "recent-rate".
func (RecentRate) Name() string { return "recent-rate" }

// Fit needs one observed value.
func (RecentRate) Fit(y analytics.Series) (Fitted, error) {
	if y.Space != analytics.Count {
		return nil, fmt.Errorf("recent-rate: %w", ErrSpace)
	}
	if y.Observed() == 0 {
		return nil, fmt.Errorf("recent-rate: %w", ErrShort)
	}
	f := &gammaPoisson{freq: float64(y.Freq())}
	f.season = countSeason(y)
	f.phase = len(y.Values) % len(f.season)
	delta := math.Pow(0.9, 4/f.freq)
	n := 0.0
	for _, v := range y.Values {
		if !math.IsNaN(v) {
			f.mean += v
			n++
		}
	}
	f.mean /= n
	p := ratePart{weight: 1, cum: 1, delta: delta, prior: f.mean}
	p.filter(y.Values, f.season, f.freq)
	p.wander = math.Sqrt((1 - delta) * (1 - delta) / (delta * max(f.mean, 0.5)))
	f.parts = []ratePart{p}
	f.size = f.dispersion(y)
	if n < 4 {
		f.warn = append(f.warn, shortWarning(int(n)))
	}
	return recentRate{f}, nil
}

type recentRate struct{ *gammaPoisson }

func (recentRate) Name() string { return "recent-rate" }
