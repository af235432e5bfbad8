package forecast

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// seasonalRoot is the test of Osborn, Chui, Smith & Birchenhall (1988) for a
// seasonal unit root, with the lags of the differenced series chosen by AIC up
// to three and the 5 % critical value by the response surface of R's forecast
// package (Hyndman & Khandakar 2008). It reports whether a seasonal difference
// is due.
func seasonalRoot(x []float64, m int) bool {
	n := len(x)
	if n < 3*m+6 {
		return false
	}
	season := difference(x, m, 1) // z: (1−Bᵐ)x, n−m values
	both := difference(season, 1, 1)
	first := difference(x, 1, 1)
	best, statistic := math.Inf(1), math.NaN()
	for lags := range 4 {
		aic, t, ok := ocsb(both, season, first, m, lags)
		if ok && aic < best {
			best, statistic = aic, t
		}
	}
	if math.IsNaN(statistic) {
		return false
	}
	l := math.Log(float64(m)) - 0.7656451
	critical := -0.2937411*math.Exp(-0.2850853*l-0.05983644*l*l) - 1.652202
	return statistic > critical
}

// ocsb regresses both = (1−B)(1−Bᵐ)x on the lagged seasonal difference, the
// first difference a year ago and lags of itself, and returns the AIC and the t
// value of the coefficient that a seasonal root makes zero.
func ocsb(both, season, first []float64, m, lags int) (aic, t float64, ok bool) {
	// both[i] is of time i+m+1; season[i] of i+m; first[i] of i+1.
	from := max(lags, m)
	rows := len(both) - from
	cols := 3 + lags
	if rows <= cols+2 {
		return 0, 0, false
	}
	a, b := mat.NewDense(rows, cols, nil), mat.NewVecDense(rows, nil)
	for r := range rows {
		i := r + from
		a.Set(r, 0, 1)
		a.Set(r, 1, season[i])
		a.Set(r, 2, first[i])
		for k := range lags {
			a.Set(r, 3+k, both[i-1-k])
		}
		b.SetVec(r, both[i])
	}
	var gram mat.SymDense
	gram.SymOuterK(1, a.T())
	var chol mat.Cholesky
	if !chol.Factorize(&gram) {
		return 0, 0, false
	}
	var ab, beta mat.VecDense
	ab.MulVec(a.T(), b)
	if err := chol.SolveVecTo(&beta, &ab); err != nil {
		return 0, 0, false
	}
	var fit mat.VecDense
	fit.MulVec(a, &beta)
	rss := 0.0
	for r := range rows {
		e := b.AtVec(r) - fit.AtVec(r)
		rss += e * e
	}
	var inv mat.SymDense
	if err := chol.InverseTo(&inv); err != nil || rss <= 0 {
		return 0, 0, false
	}
	s2 := rss / float64(rows-cols)
	aic = float64(rows)*math.Log(rss/float64(rows)) + 2*float64(cols)
	return aic, beta.AtVec(2) / math.Sqrt(s2*inv.At(2, 2)), true
}
