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

// meanPaths approximates the mean path of a fitted model from 400 paths of a
// fixed seed: transformed models have no closed form for it.
func meanPaths(dst []float64, f Fitted) {
	const n = 400
	if len(dst) == 0 {
		return
	}
	path, z := make([]float64, len(dst)), make([]float64, len(dst))
	r := rand.New(rand.NewPCG(555, 7))
	clear(dst)
	for range n {
		for t := range z {
			z[t] = r.NormFloat64()
		}
		f.Path(path, Draw{Z: z, R: r})
		for t, v := range path {
			dst[t] += v / float64(n)
		}
	}
}
