package target

import (
	"math"
	"slices"
)

// rungs bounds what a ladder keeps: with more, the distribution between two of
// them is less than the Monte-Carlo error of ten thousand paths.
const rungs = 1000

// Ladder is the distribution of a figure on one date, small enough to be kept
// when the paths are gone.
type Ladder struct {
	values  []float64 // rising, distinct
	atLeast []float64 // share of the paths that are at or above the value
	paths   int
}

// NewLadder keeps the distribution of the values of all paths; row is left as it
// is and must not hold NaN. With up to a thousand distinct values, as of counts,
// nothing is lost.
func NewLadder(row []float64) Ladder {
	x := slices.Clone(row)
	slices.Sort(x)
	n := len(x)
	l := Ladder{paths: n}
	for i, v := range x {
		if i == 0 || v > x[i-1] {
			l.values = append(l.values, v)
			l.atLeast = append(l.atLeast, float64(n-i)/float64(n))
		}
	}
	m := len(l.values)
	if m <= rungs {
		return l
	}
	thin := Ladder{paths: n, values: make([]float64, rungs), atLeast: make([]float64, rungs)}
	for k := range rungs {
		i := k * (m - 1) / (rungs - 1)
		thin.values[k], thin.atLeast[k] = l.values[i], l.atLeast[i]
	}
	return thin
}

// AtLeast is the probability that the figure is at or above the level, with its
// Monte-Carlo standard error; NaN of an empty ladder.
func (l Ladder) AtLeast(level float64) Probability {
	if l.paths == 0 || math.IsNaN(level) {
		return Probability{math.NaN(), math.NaN()}
	}
	i, found := slices.BinarySearch(l.values, level)
	p := 0.0
	switch {
	case i == len(l.values):
	case found || i == 0 || len(l.values) < rungs:
		p = l.atLeast[i]
	default: // thinned: between two rungs
		w := (level - l.values[i-1]) / (l.values[i] - l.values[i-1])
		p = l.atLeast[i-1] + w*(l.atLeast[i]-l.atLeast[i-1])
	}
	return Probability{p, math.Sqrt(p * (1 - p) / float64(l.paths))}
}
