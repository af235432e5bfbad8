package forecast

// Naive2 is the benchmark that the M4 competition measures others by: the last
// value, after a season that is tested for was taken out by multiplicative
// classical decomposition, with the season put back. x has no NaN and at least
// one value; m is the number of periods in a year.
func Naive2(dst, x []float64, m int) {
	n := len(x)
	var factor []float64
	if seasonal(x, m) {
		factor = decompose(x, m, true).factor
		for _, f := range factor {
			if f <= 0 {
				factor = nil
				break
			}
		}
	}
	for t := range dst {
		dst[t] = x[n-1]
		if factor != nil {
			dst[t] *= factor[(n+t)%m] / factor[(n-1)%m]
		}
	}
}
