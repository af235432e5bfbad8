package forecast

import (
	"strings"
	"sync"
	"sync/atomic"
)

// Blend averages fitted continuous models path by path: all of them meet the
// same chance, and a path of the blend is the weighted mean of theirs, step by
// step. Where models err in different ways their mean errs less than each
// (Petropoulos & Svetunkov 2020), and its spread is that of one model, not, as
// in a [Pool], of a choice between them; what the models' disagreement adds is
// in the calibrated widths.
type Blend struct {
	name    string
	models  []*gauss
	weights []float64 // sum to 1
	widths  widths
	nu      float64
	scratch sync.Pool // of *scratch
	located atomic.Pointer[[][]float64]
}

// newBlend returns the blend of the models by the weights, which sum to 1.
func newBlend(models []*gauss, weights []float64, w widths) *Blend {
	b := &Blend{models: models, weights: weights, widths: w}
	names := make([]string, len(models))
	for i, m := range models {
		names[i] = m.name
		b.nu += weights[i] * max(2, m.nu)
	}
	b.name = strings.Join(names, "+")
	return b
}

// Widened returns the blend with every spread multiplied by factor instead of
// what the table of widths says.
func (b *Blend) Widened(factor float64) *Blend {
	return &Blend{name: b.name, models: b.models, weights: b.weights, nu: b.nu, widths: widths{factor}}
}

// Name lists the models.
func (b *Blend) Name() string { return b.name }

// Warnings are those of all models, each code once.
func (b *Blend) Warnings() []Warning {
	seen := map[string]bool{}
	var out []Warning
	for _, m := range b.models {
		for _, w := range m.warn {
			if !seen[w.Code] {
				seen[w.Code] = true
				out = append(out, w)
			}
		}
	}
	return out
}

// Mean is the mean of the calibrated distribution.
func (b *Blend) Mean(dst []float64) { meanByQuantiles(dst, b) }

// Quantile is the weighted mean of the models' quantiles (Vincent 1912; Lichtendahl,
// Grushka-Cockayne & Winkler 2013), which is what sharing the chance comes to.
func (b *Blend) Quantile(dst []float64, p float64) {
	loc, sd := make([]float64, len(dst)), make([]float64, len(dst))
	q := studentQuantile(p, b.nu)
	means := make([]mean, len(dst))
	for i, m := range b.models {
		m.place(loc)
		m.spread(sd)
		for t := range dst {
			means[t].add(m.value(t, loc[t]+q*sd[t]*b.widths.at(t)), b.weights[i])
		}
	}
	for t := range dst {
		dst[t] = b.models[0].scale.whole(means[t].value())
	}
}

// Path is the mean of the models' paths under one draw.
func (b *Blend) Path(dst []float64, d Draw) {
	h := len(dst)
	s := drawSigma(1, b.nu, d.R)
	trend, level := s*d.R.NormFloat64(), s*d.R.NormFloat64()
	first := b.models[0]
	n := first.back + h
	buf := b.buffer(n, h)
	e, dev, means := buf.e, buf.dev, buf.means
	for t := range first.back { // unreported periods had errors all the same
		e[t] = d.R.NormFloat64()
	}
	copy(e[first.back:], d.Z[:h])
	clear(means)
	for i, loc := range b.locations(h) {
		m := b.models[i]
		m.sway(dev, e)
		for t := range dst {
			k := m.back + t
			sway := s*m.sigma*dev[k] + level*m.levelSE
			if m.slopeSE != 0 {
				sway += trend * m.slopeSE * m.climb(k)
			}
			x := loc[t] + sway*b.widths.at(t)
			means[t].add(m.value(t, x), b.weights[i])
		}
	}
	for t := range dst {
		dst[t] = means[t].value()
	}
	b.scratch.Put(buf)
	first.scale.finish(dst, first.last, d)
}

// scratch is what a path is made in.
type scratch struct {
	e, dev []float64
	means  []mean
}

// buffer returns room for n errors and h steps, to be put back into scratch.
func (b *Blend) buffer(n, h int) *scratch {
	p, ok := b.scratch.Get().(*scratch)
	if !ok || cap(p.e) < n || cap(p.means) < h {
		p = &scratch{make([]float64, n), make([]float64, n), make([]mean, h)}
	}
	p.e, p.dev, p.means = p.e[:n], p.dev[:n], p.means[:h]
	return p
}

// mean is a weighted mean that no single model can carry away: with five models
// or more the highest value counts as the second highest, and the lowest as the
// second lowest. It rises with every one of its values.
type mean struct {
	n                  int
	sum                float64
	high, high2, highW float64
	low, low2, lowW    float64
}

func (m *mean) add(v, w float64) {
	m.sum += w * v
	if m.n == 0 || v > m.high {
		m.high, m.high2, m.highW = v, m.high, w
	} else if m.n == 1 || v > m.high2 {
		m.high2 = v
	}
	if m.n == 0 || v < m.low {
		m.low, m.low2, m.lowW = v, m.low, w
	} else if m.n == 1 || v < m.low2 {
		m.low2 = v
	}
	m.n++
}

// robustFrom is the number of models from which the extremes are drawn in.
const robustFrom = 5

func (m *mean) value() float64 {
	if m.n < robustFrom {
		return m.sum
	}
	return m.sum - m.highW*(m.high-m.high2) + m.lowW*(m.low2-m.low)
}

// locations is where each model goes over h periods: the same for every path, so
// it is computed once.
func (b *Blend) locations(h int) [][]float64 {
	if p := b.located.Load(); p != nil && len((*p)[0]) >= h {
		return *p
	}
	rows := make([][]float64, len(b.models))
	for i, m := range b.models {
		rows[i] = make([]float64, h)
		m.place(rows[i])
	}
	b.located.Store(&rows)
	return rows
}
