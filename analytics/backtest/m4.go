package backtest

// M4 holds the accuracy of forecasts over many series as the M4 competition
// measures it (Makridakis, Spiliotis & Assimakopoulos 2020): each series is
// averaged over its horizon, then the series are averaged. Series of a constant
// history have no MASE scale and count in neither MASE nor MSIS.
type M4 struct {
	N                           int // series
	Scaled                      int // of them with a MASE scale
	smape, mase, msis, coverage float64
}

// Add scores one series: its history, what came, the point forecast, and the
// bounds of the 95 % interval, which may be nil; m is the number of periods in a
// year. All but history have one length, at least 1, and no NaN.
func (a *M4) Add(history, actual, point, lo, hi []float64, m int) {
	a.N++
	a.smape += SMAPE(actual, point)
	scale := MASEScale(history, m)
	msis, inside := 0.0, 0.0
	if lo != nil {
		for t, y := range actual {
			msis += IntervalScore(y, lo[t], hi[t], 0.05) / float64(len(actual))
			if y >= lo[t] && y <= hi[t] {
				inside += 1 / float64(len(actual))
			}
		}
	}
	a.coverage += inside
	if scale > 0 {
		a.Scaled++
		a.mase += MAE(actual, point) / scale
		a.msis += msis / scale
	}
}

// SMAPE is the mean sMAPE in per cent.
func (a M4) SMAPE() float64 { return a.smape / float64(a.N) }

// MASE is the mean absolute scaled error.
func (a M4) MASE() float64 { return a.mase / float64(a.Scaled) }

// MSIS is the mean scaled interval score of the 95 % intervals.
func (a M4) MSIS() float64 { return a.msis / float64(a.Scaled) }

// Coverage is the share of values within the 95 % intervals.
func (a M4) Coverage() float64 { return a.coverage / float64(a.N) }

// OWA is the mean of sMAPE and MASE, each relative to those of Naive2 on the
// same series: below 1 is better than naive.
func (a M4) OWA(naive2 M4) float64 {
	return (a.SMAPE()/naive2.SMAPE() + a.MASE()/naive2.MASE()) / 2
}
