package phrase

import (
	"math"
	"strconv"
)

// minus is the sign that stands as wide as a plus.
const minus = "−"

// Points writes a difference of two shares in percentage points with one decimal
// and its sign: 0.003 → +0.3, −0.051 → −5.1. The unit is left to the sentence; NaN
// is [Missing].
func Points(diff float64) string {
	if math.IsNaN(diff) || math.IsInf(diff, 0) {
		return Missing
	}
	tenths := math.Round(diff * 1000)
	return sign(tenths) + strconv.FormatFloat(math.Abs(tenths)/10, 'f', 1, 64)
}

// Odds writes a probability with one decimal, for two that are compared: 71.2%.
// Like [Probability] it never says that a simulation proves anything.
func Odds(p float64) string {
	if math.IsNaN(p) || p < 0.01 || p > 0.99 {
		return Probability(p)
	}
	return Percent(p)
}

// Difference writes a difference of two figures with its sign: +3人, −1.2万元,
// +0.3个百分点. NaN is [Missing].
func Difference(v float64, unit, lang string) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return Missing
	}
	return sign(v) + Pace(math.Abs(v), unit, lang)
}

func sign(v float64) string {
	switch {
	case v > 0:
		return "+"
	case v < 0:
		return minus
	}
	return ""
}
