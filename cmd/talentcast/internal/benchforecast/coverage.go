package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"talentcast/analytics/forecast"
)

// Where a forecast's widths come from: the table, or the models alone.
const (
	fromTable  = "calibrated"
	fromModels = "as fitted"
)

// place is where in the sample intervals are counted: a half, a band of history
// lengths by its first value, and a step.
type place struct {
	part       string
	widths     string
	fromN, toN int
	step       int
}

// held counts how many values lay within the intervals of [levels].
type held struct {
	place
	freq string
	n    int
	in   [len(levels)]int
}

// coverage counts how often the intervals held, with the table's widths and with
// those that the models give themselves.
func coverage(s sample, answers []answer) []held {
	found := map[place]*held{}
	b := bandsOf(s.freq)
	for i, it := range s.series {
		k := band(b.n, len(it.history))
		at := place{part: "check half", fromN: b.n[k]}
		if it.learn {
			at.part = "learn half"
		}
		if k+1 < len(b.n) {
			at.toN = b.n[k+1] - 1
		}
		at.widths = fromTable
		count(found, s.freq.String(), at, answers[i].chosen, it.after)
		if plain, ok := unwidened(answers[i].chosen); ok {
			at.widths = fromModels
			count(found, s.freq.String(), at, plain, it.after)
		}
	}
	out := make([]held, 0, len(found))
	for _, h := range found {
		out = append(out, *h)
	}
	slices.SortFunc(out, func(x, y held) int {
		return cmp.Or(cmp.Compare(x.part, y.part), cmp.Compare(x.widths, y.widths), cmp.Compare(x.fromN, y.fromN), cmp.Compare(x.step, y.step))
	})
	return out
}

// unwidened is the forecast with the spread that the models give themselves.
func unwidened(c *forecast.Chosen) (forecast.Fitted, bool) {
	b, ok := c.Fitted.(*forecast.Blend)
	if !ok {
		return nil, false
	}
	return b.Widened(1), true
}

// count adds one series.
func count(found map[place]*held, freq string, at place, f forecast.Fitted, after []float64) {
	lo, hi := make([]float64, len(after)), make([]float64, len(after))
	for j, level := range levels {
		f.Quantile(lo, 0.5-level/2)
		f.Quantile(hi, 0.5+level/2)
		for t, y := range after {
			at.step = t + 1
			h := found[at]
			if h == nil {
				h = &held{place: at, freq: freq}
				found[at] = h
			}
			if j == 0 {
				h.n++
			}
			if y >= lo[t] && y <= hi[t] {
				h.in[j]++
			}
		}
	}
}

// writeCoverage writes the counts as CSV; values from_n to to_n (0: no end) of
// history.
func (r *report) writeCoverage(path string) error {
	if path == "" {
		return nil
	}
	var b strings.Builder
	b.WriteString("freq,series,widths,from_n,to_n,step,values,within50,within80,within95\n")
	for _, h := range r.held {
		fmt.Fprintf(&b, "%s,%s,%s,%d,%d,%d,%d,%d,%d,%d\n", h.freq, h.part, h.widths, h.fromN, h.toN, h.step, h.n, h.in[0], h.in[1], h.in[2])
	}
	return save(path, b.String())
}
