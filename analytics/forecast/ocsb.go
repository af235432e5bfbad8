package forecast

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// seasonalRoot is the test of Osborn, Chui, Smith & Birchenhall (1988) for a
// seasonal unit root, with the lags of the differenced series chosen by AIC up
// to three and the 5 % critical value by the response surface of R's forecast
// package (Hyndman & Khandakar 2008), which holds for a regression without a
// constant. It reports whether a seasonal difference is due.
func seasonalRoot(x []float64, m int) bool {
	if len(x) < 3*m+6 {
		return false
	}
	best, statistic := math.Inf(1), math.NaN()
	for lags := range 4 {
		aic, t, ok := ocsb(x, m, lags, 3)
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

// ocsb regresses the double difference y = (1−B)(1−Bᵐ)x on lags of itself, on
// the seasonal difference one period ago and on the first difference a year ago,
// both of them filtered by the autoregression of y on those lags. It returns the
// AIC and the t value of the coefficient that a seasonal root makes zero. skip is
// the number of lags that the rows leave room for, so that the AICs of different
// lags are of the same values.
func ocsb(x []float64, m, lags, skip int) (aic, t float64, ok bool) {
	season, first := difference(x, m, 1), difference(x, 1, 1)
	y := difference(season, 1, 1) // y[i] is of time i+m+1, season[i] of i+m, first[i] of i+1
	var filter []float64
	if lags > 0 {
		r := regress(len(y)-skip, lags, func(row, col int) float64 { return y[skip+row-1-col] }, y[skip:])
		if r == nil {
			return 0, 0, false
		}
		filter = r.beta
	}
	filtered := func(z []float64, i int) float64 {
		v := z[i]
		for k, f := range filter {
			v -= f * z[i-1-k]
		}
		return v
	}
	r := regress(len(y)-skip, lags+2, func(row, col int) float64 {
		i := skip + row
		switch {
		case col < lags:
			return y[i-1-col]
		case col == lags:
			return filtered(season, i)
		}
		return filtered(first, i)
	}, y[skip:])
	if r == nil {
		return 0, 0, false
	}
	return r.aic, r.beta[lags+1] / r.se[lags+1], true
}

// regression is an ordinary least-squares fit without a constant.
type regression struct {
	beta, se []float64
	aic      float64
}

// regress fits y to rows × cols regressors; nil where they don't determine it.
func regress(rows, cols int, at func(row, col int) float64, y []float64) *regression {
	if rows <= cols+2 {
		return nil
	}
	a, b := mat.NewDense(rows, cols, nil), mat.NewVecDense(rows, nil)
	for i := range rows {
		for j := range cols {
			a.Set(i, j, at(i, j))
		}
		b.SetVec(i, y[i])
	}
	var gram, inv mat.SymDense
	gram.SymOuterK(1, a.T())
	var chol mat.Cholesky
	if !chol.Factorize(&gram) {
		return nil
	}
	var ab, beta, fit mat.VecDense
	ab.MulVec(a.T(), b)
	if chol.SolveVecTo(&beta, &ab) != nil || chol.InverseTo(&inv) != nil {
		return nil
	}
	fit.MulVec(a, &beta)
	rss := 0.0
	for i := range rows {
		e := b.AtVec(i) - fit.AtVec(i)
		rss += e * e
	}
	if rss <= 0 {
		return nil
	}
	n := float64(rows)
	r := &regression{beta: beta.RawVector().Data, se: make([]float64, cols), aic: n*math.Log(rss/n) + 2*float64(cols)}
	for j := range r.se {
		r.se[j] = math.Sqrt(rss / (n - float64(cols)) * inv.At(j, j))
	}
	return r
}
