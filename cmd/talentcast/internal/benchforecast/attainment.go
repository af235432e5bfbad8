package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"text/tabwriter"

	"talentcast/analytics/backtest"
	"talentcast/analytics/forecast"
)

// event is a threshold set at the origin: the probability given of reaching it
// by a step, and whether the series did.
type event struct {
	p    float64
	came bool
}

// bin is a row of the reliability table.
type bin struct {
	freq, part, widths string
	from, to           float64
	n                  int
	p, came            float64
}

// attainment asks of every series whether it will have crossed thresholds by
// half of its continuation and by the whole, and holds the probabilities against
// what came. The thresholds lie, from the last value, 1, 2 and 4 typical changes
// up, a quarter and half again of the value up, and at the value that a straight
// line through the last year's change reaches: heights that are known at the
// origin, and none of them taken from the forecast.
func (r *report) attainment(sets []sample) {
	fmt.Fprintln(r.out, "\nattainment: did the series reach a height set at the origin, by half and by the whole of its continuation?")
	w := tabwriter.NewWriter(r.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "series\tpart\twidths\tevents\tshare that came\tmean p\tBrier\tof base rate\tECE\t")
	everything := map[string][]event{}
	for _, s := range sets {
		answers := all(s, candidates(s.freq, false)[0].models)
		for _, widths := range []string{fromTable, fromModels} {
			parts := map[string][]event{}
			for i, e := range eventsOf(s, answers, widths) {
				half := "check half"
				if s.series[i].learn {
					half = "learn half"
				}
				parts[half] = append(parts[half], e...)
			}
			for _, part := range []string{"check half", "learn half"} {
				r.reliable(w, s.freq.String(), part, widths, parts[part])
				everything[part+widths] = append(everything[part+widths], parts[part]...)
			}
		}
	}
	for _, widths := range []string{fromTable, fromModels} {
		for _, part := range []string{"check half", "learn half"} {
			r.reliable(w, "all", part, widths, everything[part+widths])
		}
	}
	w.Flush()
	fmt.Fprintln(r.out, "to reach: ECE ≤ .03 on the check half, calibrated")
}

// eventsOf are the events of every series, with the table's widths or with those
// that the models give themselves.
func eventsOf(s sample, answers []answer, widths string) [][]event {
	events := make([][]event, len(s.series))
	each(len(s.series), func(i int) {
		var f forecast.Fitted = answers[i].chosen
		if plain, ok := unwidened(answers[i].chosen); ok && widths == fromModels {
			f = plain
		}
		events[i] = crossings(s, s.series[i], f, uint64(i))
	})
	return events
}

// crossings are the events of one series.
func crossings(s sample, it item, c forecast.Fitted, id uint64) []event {
	const n = 1000
	m := int(s.freq)
	last := it.history[len(it.history)-1]
	unit := backtest.MASEScale(it.history, m)
	if !(unit > 0) {
		return nil
	}
	trend := last
	if k := len(it.history) - 1 - m; k >= 0 {
		trend = last + (last-it.history[k])*float64(len(it.after))/float64(m)
	}
	heights := []float64{last + unit, last + 2*unit, last + 4*unit, last * 1.25, last * 1.5, trend}
	h := len(it.after)
	best := make([][]float64, h) // by step: the highest value of each path so far
	for t := range best {
		best[t] = make([]float64, n)
	}
	z, path := make([]float64, h), make([]float64, h)
	rng := rand.New(rand.NewPCG(splitSeed, id))
	for i := range n {
		for t := range z {
			z[t] = rng.NormFloat64()
		}
		c.Path(path, forecast.Draw{Z: z, R: rng})
		top := math.Inf(-1)
		for t, v := range path {
			top = max(top, v)
			best[t][i] = top
		}
	}
	var out []event
	for _, by := range []int{(h + 1) / 2, h} {
		top := math.Inf(-1)
		for _, v := range it.after[:by] {
			top = max(top, v)
		}
		for _, v := range heights {
			if v <= last { // reached already
				continue
			}
			k := 0
			for _, b := range best[by-1] {
				if b >= v {
					k++
				}
			}
			out = append(out, event{float64(k) / n, top >= v})
		}
	}
	return out
}

// reliable prints and keeps what a set of events comes to.
func (r *report) reliable(w *tabwriter.Writer, freq, part, widths string, events []event) {
	p, came := make([]float64, len(events)), make([]bool, len(events))
	mean, base := 0.0, 0.0
	bins := make([]bin, 10)
	for i, e := range events {
		p[i], came[i] = e.p, e.came
		mean += e.p / float64(len(events))
		b := &bins[min(9, int(e.p*10))]
		b.n++
		b.p += e.p
		if e.came {
			base += 1 / float64(len(events))
			b.came++
		}
	}
	for i, b := range bins {
		if b.n > 0 {
			b.freq, b.part, b.widths, b.from, b.to = freq, part, widths, float64(i)/10, float64(i+1)/10
			b.p /= float64(b.n)
			b.came /= float64(b.n)
			r.bins = append(r.bins, b)
		}
	}
	fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%.3f\t%.3f\t%.4f\t%.4f\t%.3f\t\n", freq, part, widths, len(events), base, mean, backtest.Brier(p, came), base*(1-base), backtest.CalibrationError(p, came))
}

// writeReliability writes the bins as CSV.
func (r *report) writeReliability(path string) error {
	if path == "" {
		return nil
	}
	var b strings.Builder
	b.WriteString("freq,series,widths,from,to,events,mean_p,share_that_came\n")
	for _, x := range r.bins {
		fmt.Fprintf(&b, "%s,%s,%s,%.1f,%.1f,%d,%.3f,%.3f\n", x.freq, x.part, x.widths, x.from, x.to, x.n, x.p, x.came)
	}
	return save(path, b.String())
}
