package outlook

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"
)

// betaDraw draws from Beta(a, b).
func betaDraw(a, b float64, r *rand.Rand) float64 {
	return distuv.Beta{Alpha: a, Beta: b, Src: r}.Rand()
}
