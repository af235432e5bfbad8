package main

import (
	"fmt"
	"math"
	"os"
	"slices"

	"talentcast/analytics"
	"talentcast/analytics/forecast"
)

// bands are the ranges of history lengths and of steps that share a factor, by
// their first values, and the lengths to which histories are cut so that short
// ones are learned from as well.
type bands struct{ n, h, cuts []int }

func bandsOf(freq analytics.Frequency) bands {
	switch freq {
	case analytics.Yearly:
		return bands{n: []int{1, 8, 12, 18, 30}, h: []int{1, 2, 3, 4, 6}, cuts: []int{5, 6, 7, 9, 11, 14}}
	case analytics.Quarterly:
		return bands{n: []int{1, 12, 20, 36, 60}, h: []int{1, 3, 5, 7}, cuts: []int{8, 10, 14, 18, 28}}
	}
	return bands{n: []int{1, 24, 36, 60, 96}, h: []int{1, 4, 7, 13, 19}, cuts: []int{14, 18, 22, 28, 34, 44, 54}}
}

// factors are the widths tried.
func factors() []float64 {
	var out []float64
	for f := 0.60; f < 3.01; f += 0.05 {
		out = append(out, f)
	}
	return out
}

// levels are the central intervals that a factor must serve.
var levels = [...]float64{0.5, 0.8, 0.95}

// tally counts, for one band and factor, how often the intervals held.
type tally [len(levels)]float64

type key struct{ n, h int }

// learned is what the series of one model and frequency say.
type learned struct {
	tallies map[key][]tally // by factor
	cells   map[key]float64
	series  map[key]int
}

// calibrate learns the widths on the learning half and writes the table.
func calibrate(sets []sample, path string) error {
	var rows []forecast.Width
	for _, s := range sets {
		table := candidates(s.freq, true)
		table[0].name = "combination"
		for _, c := range table {
			if c.name != "combination" {
				c.name = c.models[0].Name()
			}
			rows = append(rows, learn(s, c)...)
			fmt.Fprintf(os.Stderr, "%v %s done\n", s.freq, c.name)
		}
	}
	if err := os.WriteFile(path, []byte(forecast.WriteWidths(rows)), 0o644); err != nil { //nolint:gosec // a file of the repository
		return fmt.Errorf("write the widths: %w", err)
	}
	return nil
}

// learn finds the factors of one model.
func learn(s sample, c candidate) []forecast.Width {
	b := bandsOf(s.freq)
	results := make([]learned, len(s.series))
	each(len(s.series), func(i int) {
		it := s.series[i]
		if !it.learn {
			return
		}
		l := learned{map[key][]tally{}, map[key]float64{}, map[key]int{}}
		for _, cut := range append(slices.Clone(b.cuts), len(it.history)) {
			if cut > len(it.history) {
				continue
			}
			l.add(s.freq, it.history[len(it.history)-cut:], it.after, c, b)
		}
		results[i] = l
	})
	return settle(s.freq, c.name, b, results)
}

// add scores the factors on one history and its continuation.
func (l *learned) add(freq analytics.Frequency, history, after []float64, c candidate, b bands) {
	chosen, err := forecast.Choose(seriesOf(freq, history), c.models, forecast.Settings{Horizon: len(after), Seed: splitSeed, Uncalibrated: true})
	if err != nil {
		return
	}
	blend, ok := chosen.Fitted.(*forecast.Blend)
	if !ok {
		return
	}
	lo, hi := make([]float64, len(after)), make([]float64, len(after))
	for i, f := range factors() {
		wide := blend.Widened(f)
		for j, level := range levels {
			wide.Quantile(lo, 0.5-level/2)
			wide.Quantile(hi, 0.5+level/2)
			for t, y := range after {
				k := key{band(b.n, len(history)), band(b.h, t+1)}
				if l.tallies[k] == nil {
					l.tallies[k] = make([]tally, len(factors()))
				}
				if y >= lo[t] && y <= hi[t] {
					l.tallies[k][i][j]++
				}
				if i == 0 && j == 0 {
					l.cells[k]++
					l.series[k] = 1
				}
			}
		}
	}
}

// band is the index of the range that v lies in.
func band(from []int, v int) int {
	i := len(from) - 1
	for i > 0 && v < from[i] {
		i--
	}
	return i
}

// settle picks each band's factor: the one with which the intervals hold as often
// as they say, over the three levels. Interval scores would choose by a few wild
// series; how often something holds does not mind how far off the rest is. A band
// of few series leans on its frequency's mean factor.
func settle(freq analytics.Frequency, model string, b bands, results []learned) []forecast.Width {
	var out []forecast.Width
	var tables [][]tally
	var cells []float64
	fs := factors()
	mean, weight := 0.0, 0.0
	for n := range b.n {
		for h := range b.h {
			k := key{n, h}
			sum, count, series := gather(k, results)
			toH := 0
			if h+1 < len(b.h) {
				toH = b.h[h+1] - 1
			}
			if series < 20 { // too few to learn from: the band before holds
				if k := len(out) - 1; k >= 0 && out[k].FromN == b.n[n] {
					out[k].ToH = toH
				}
				continue
			}
			w := forecast.Width{Freq: freq, Model: model, FromN: b.n[n], FromH: b.h[h], ToH: toH, Factor: fs[fairest(sum, count)], Series: series}
			if n+1 < len(b.n) {
				w.ToN = b.n[n+1] - 1
			}
			mean += w.Factor * float64(series)
			weight += float64(series)
			out, tables, cells = append(out, w), append(tables, sum), append(cells, count)
		}
	}
	mean /= weight
	const lean = 50 // series' worth of the mean
	for i := range out {
		w := &out[i]
		w.Factor = (w.Factor*float64(w.Series) + mean*lean) / (float64(w.Series) + lean)
		w.Before = tables[i][nearest(fs, 1)][len(levels)-1] / cells[i]
		w.After = tables[i][nearest(fs, w.Factor)][len(levels)-1] / cells[i]
	}
	return out
}

// gather sums up what the series say of one band.
func gather(k key, results []learned) (sum []tally, cells float64, series int) {
	sum = make([]tally, len(factors()))
	for _, l := range results {
		for i, t := range l.tallies[k] {
			for j, v := range t {
				sum[i][j] += v
			}
		}
		cells += l.cells[k]
		series += l.series[k]
	}
	return sum, cells, series
}

// fairest is the factor whose intervals hold most nearly as often as they say,
// by the gaps in standard deviations of the binomial.
func fairest(sum []tally, cells float64) int {
	best, least := 0, math.Inf(1)
	for i, t := range sum {
		gap := 0.0
		for j, level := range levels {
			gap += math.Abs(t[j]/cells-level) / math.Sqrt(level*(1-level))
		}
		if gap < least {
			best, least = i, gap
		}
	}
	return best
}

func nearest(fs []float64, v float64) int {
	best := 0
	for i, f := range fs {
		if math.Abs(f-v) < math.Abs(fs[best]-v) {
			best = i
		}
	}
	return best
}
