package forecast

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"
)

// drawSigma draws a standard deviation from its posterior under the usual
// improper prior: s·√(ν/χ²ν), so that a path's errors are Student-t when the
// history is short. ν is at least 2, without which the spread has no bound a
// reader could use.
func drawSigma(s float64, nu float64, r *rand.Rand) float64 {
	nu = max(2, nu)
	chi2 := distuv.ChiSquared{K: nu, Src: r}.Rand()
	return s * math.Sqrt(nu/max(chi2, nu/25))
}

// samplePaths draws n paths of h steps from a fixed seed, a row a step.
func samplePaths(f Fitted, h, n int) [][]float64 {
	flat := make([]float64, h*n)
	rows := make([][]float64, h)
	for t := range rows {
		rows[t] = flat[t*n : (t+1)*n]
	}
	path, z := make([]float64, h), make([]float64, h)
	r := rand.New(rand.NewPCG(555, 7))
	for i := range n {
		for t := range z {
			z[t] = r.NormFloat64()
		}
		f.Path(path, Draw{Z: z, R: r})
		for t, v := range path {
			rows[t][i] = v
		}
	}
	return rows
}
