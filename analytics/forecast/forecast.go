// Package forecast turns a short series into the distribution of its future.
//
// A [Model] is fitted to an [analytics.Series] and gives a [Fitted], which
// draws sample paths of the series' own future values: people per month for a
// count, 元 per month for money, the level at the period's end for a stock.
// Whoever needs totals, probabilities or dates works on the paths.
//
// One model is one file. Every model passes the laws in laws_test.go.
package forecast

import (
	"fmt"
	"math/rand/v2"

	"talentcast/analytics"
)

// Model is a family of forecasts with nothing fitted yet. It is a value: safe
// to share and to fit from many goroutines.
type Model interface {
	// Name is short and stable: it is stored, shown and looked up ("ets", "theta").
	Name() string
	// Fit estimates the model on y. NaN in y is a missing period. It returns
	// [ErrShort] when y has too few values for this model, [ErrSpace] when the
	// model has no meaning in y's space. Fit does not keep or change y.Values.
	Fit(y analytics.Series) (Fitted, error)
}

// Fitted is a model fitted to one series. It is read-only after Fit and safe
// for concurrent use.
type Fitted interface {
	Name() string
	// Mean writes the expected value of the next len(dst) periods.
	Mean(dst []float64)
	// Quantile writes the quantile at probability p, in (0, 1), of each of the
	// next len(dst) periods by itself. It never falls as p rises.
	Quantile(dst []float64, p float64)
	// Path writes one possible future of the next len(dst) periods into dst,
	// driven by d. Equal draws give equal paths. Values stay in the series'
	// space: whole and ≥ 0 for a count, ≥ 0 for money and levels, within [0, 1]
	// for ratios; never NaN or Inf.
	Path(dst []float64, d Draw)
	// Warnings says what a reader should know of this fit.
	Warnings() []Warning
}

// Draw is the chance that makes one path.
type Draw struct {
	// Z holds one standard normal per step: the part of chance that may be
	// correlated with other series' and is shared between a scenario and its
	// baseline. Its length is at least len(dst). A larger Z[t] never gives a
	// smaller value at step t.
	Z []float64
	// Mult scales what happens in each step: the rate of a count, the amount of
	// money, the change of a level. nil stands for all ones. Larger multipliers
	// never give a smaller count or amount.
	Mult []float64
	// R supplies the rest (parameters, evolving states). Paths that must be
	// comparable get generators in equal states; a model takes the same number
	// of variates from R whatever Mult is.
	R *rand.Rand
}

// mult returns the multiplier of step t.
func (d Draw) mult(t int) float64 {
	if d.Mult == nil {
		return 1
	}
	return d.Mult[t]
}

// Warning is what a reader should know of a fit: a code for programs and a
// sentence in each interface language.
type Warning struct {
	Code   string `json:"code"`
	Zh, En string `json:"-"`
}

func shortWarning(n int) Warning {
	return Warning{
		Code: "short",
		Zh:   fmt.Sprintf("只有%d期数据，预测主要依据先验假设，区间很宽，仅供参考。", n),
		En:   fmt.Sprintf("With %d values only, the forecast rests mostly on prior assumptions; its intervals are wide.", n),
	}
}
