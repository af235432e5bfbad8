package forecast

import "math"

// simplex minimises f by the method of Nelder & Mead (1965) from x, with steps
// of the given size, and leaves the best point in x. It stops after evals evaluations or when the simplex is flat to a part
// in 10⁷. Fits are many and small: gonum's minimiser hands every evaluation
// through channels, which costs more than the evaluation; this one neither
// allocates inside the loop nor leaves the goroutine.
func simplex(f func([]float64) float64, x []float64, step float64, evals int) {
	n := len(x)
	if n == 0 {
		return
	}
	flat := make([]float64, (n+4)*n)
	row := func(i int) []float64 { return flat[i*n : (i+1)*n] }
	value := make([]float64, n+1)
	for i := range n + 1 {
		copy(row(i), x)
		if i > 0 {
			row(i)[i-1] += step
		}
		value[i] = f(row(i))
	}
	evals -= n + 1
	centre, try, far := row(n+1), row(n+2), row(n+3)
	point := func(dst []float64, k float64, worst []float64) float64 {
		for j := range dst {
			dst[j] = centre[j] + k*(worst[j]-centre[j])
		}
		evals--
		return f(dst)
	}
	for evals > 0 {
		lo, hi, next := extremes(value)
		if math.Abs(value[hi]-value[lo]) <= 1e-7*(math.Abs(value[lo])+1e-9) {
			break
		}
		clear(centre)
		for i := range n + 1 {
			if i != hi {
				for j, v := range row(i) {
					centre[j] += v / float64(n)
				}
			}
		}
		switch v := point(try, -1, row(hi)); {
		case v < value[lo]:
			if w := point(far, -2, row(hi)); w < v {
				copy(row(hi), far)
				value[hi] = w
			} else {
				copy(row(hi), try)
				value[hi] = v
			}
		case v < value[next]:
			copy(row(hi), try)
			value[hi] = v
		default:
			k := 0.5
			if v < value[hi] {
				k = -0.5
			}
			if w := point(far, k, row(hi)); w < min(v, value[hi]) {
				copy(row(hi), far)
				value[hi] = w
				continue
			}
			for i := range n + 1 {
				if i == lo {
					continue
				}
				for j := range n {
					row(i)[j] = (row(i)[j] + row(lo)[j]) / 2
				}
				value[i] = f(row(i))
				evals--
			}
		}
	}
	lo, _, _ := extremes(value)
	copy(x, row(lo))
}

// extremes finds the best, the worst and the second-worst value.
func extremes(value []float64) (lo, hi, next int) {
	for i, v := range value {
		if v < value[lo] {
			lo = i
		}
		if !(v <= value[hi]) {
			hi = i
		}
	}
	next = lo
	for i, v := range value {
		if i != hi && v > value[next] {
			next = i
		}
	}
	return lo, hi, next
}
