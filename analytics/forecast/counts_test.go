package forecast

import "testing"

// Small sizes skew the distribution far: the quantile must still rise with z and
// with the mean.
func TestCountQuantileRises(t *testing.T) {
	for _, size := range []float64{0.3, 1, 4, 50} {
		for _, mu := range []float64{20, 70, 500, 1e6} {
			last := -1.0
			for z := -6.0; z <= 6; z += 0.05 {
				k := countQuantile(z, mu, size)
				if k < last {
					t.Fatalf("size %v, mean %v: %v at z = %.2f after %v", size, mu, k, z, last)
				}
				if more := countQuantile(z, 1.5*mu, size); more < k {
					t.Fatalf("size %v, z = %.2f: %v at the mean %v, %v at half as much again", size, z, k, mu, more)
				}
				last = k
			}
		}
	}
}
