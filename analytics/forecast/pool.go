package forecast

import (
	"strings"
)

// Pool is a linear pool of fitted models: each path is one of theirs, picked by
// the weights. Its spread covers the models' disagreement, as an average of
// paths would not.
type Pool struct {
	Models  []Fitted
	Weights []float64 // sum to 1
}

// Name lists the models.
func (p Pool) Name() string {
	names := make([]string, len(p.Models))
	for i, m := range p.Models {
		names[i] = m.Name()
	}
	return strings.Join(names, "+")
}

// Warnings are those of all models, each code once.
func (p Pool) Warnings() []Warning {
	seen := map[string]bool{}
	var out []Warning
	for _, m := range p.Models {
		for _, w := range m.Warnings() {
			if !seen[w.Code] {
				seen[w.Code] = true
				out = append(out, w)
			}
		}
	}
	return out
}

// Mean is the weighted mean of the models' means.
func (p Pool) Mean(dst []float64) {
	clear(dst)
	one := make([]float64, len(dst))
	for i, m := range p.Models {
		m.Mean(one)
		for t, v := range one {
			dst[t] += p.Weights[i] * v
		}
	}
}

// Quantile is read from paths: a mixture has no closed form for it.
func (p Pool) Quantile(dst []float64, at float64) { sampleQuantile(dst, p, at) }

// Path is a path of the model that one uniform of the draw picks.
func (p Pool) Path(dst []float64, d Draw) { p.pick(d).Path(dst, d) }

func (p Pool) pick(d Draw) Fitted {
	u := d.R.Float64()
	i := 0
	for i < len(p.Models)-1 && u >= p.Weights[i] {
		u -= p.Weights[i]
		i++
	}
	return p.Models[i]
}
