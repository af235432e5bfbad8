package forecast

import (
	"math"
	"testing"
)

// thetaf(x, h=10) of forecast 8.20 on the values by the year. It adds half the
// slope to simple exponential smoothing after the smoothing was fitted; ours fits
// the smoothing with that drift in it, so that forecasts may lie apart by a share
// of a standard error.
func TestThetaAgreesWithR(t *testing.T) {
	for _, r := range []struct {
		series       string
		alpha, drift float64
		mean         []float64
		sigma        float64 // of the one-step forecast
		within       float64 // of it
	}{
		{"Nile", 0.24566815, -1.3571527, []float64{799.812, 798.45484, 797.09769, 795.74054, 794.38339, 793.02623, 791.66908, 790.31193, 788.95477, 787.59762}, 144.23, 0.06},
		{"LakeHuron", 0.99989991, -0.012100555, []float64{579.94789, 579.93579, 579.92369, 579.91159, 579.89949, 579.88739, 579.87529, 579.86319, 579.85109, 579.83899}, 0.74907, 0.001},
		{"WWWusage", 0.99989993, 0.30939694, []float64{220.30963, 220.61903, 220.92842, 221.23782, 221.54722, 221.85661, 222.16601, 222.47541, 222.7848, 223.0942}, 5.8297, 0.001},
		{"lh", 0.94517325, 0.0065729483, []float64{2.9134298, 2.9200028, 2.9265757, 2.9331487, 2.9397216, 2.9462946, 2.9528675, 2.9594405, 2.9660134, 2.9725864}, 0.50784, 0.001},
	} {
		fitted, err := Theta{Plain: true}.Fit(nonSeasonal(public(t, r.series)))
		if err != nil {
			t.Fatal(err)
		}
		f := fitted.(*gauss).linear.(*theta)
		mean := make([]float64, len(r.mean))
		f.locate(mean)
		if math.Abs(f.drift-r.drift) > 1e-7 {
			t.Errorf("%s: drift %v, R %v", r.series, f.drift, r.drift)
		}
		if math.Abs(f.alpha-r.alpha) > 0.03 {
			t.Errorf("%s: α %.4f, R %.4f", r.series, f.alpha, r.alpha)
		}
		if gap := apart(mean, r.mean) / r.sigma; !(gap <= r.within) {
			t.Errorf("%s: forecasts lie up to %.4f standard errors from R's", r.series, gap)
		}
	}
}

// dotByDefinition is the one-step forecast of the value after x by the formulas
// of Fiorucci et al. (2016), section 2.3, each evaluated afresh: the smoothed
// level as a weighted sum and the straight line through x by least squares.
func dotByDefinition(x []float64, level, alpha, theta float64) float64 {
	n := len(x)
	smooth := math.Pow(1-alpha, float64(n)) * level
	tm, xm := 0.0, 0.0
	for i, v := range x {
		smooth += alpha * math.Pow(1-alpha, float64(n-1-i)) * v
		tm += float64(i+1) / float64(n)
		xm += v / float64(n)
	}
	slope, tt := 0.0, 0.0
	for i, v := range x {
		slope += (float64(i+1) - tm) * (v - xm)
		tt += (float64(i+1) - tm) * (float64(i+1) - tm)
	}
	if n < 2 {
		slope, tt = 0, 1
	}
	slope /= tt
	intercept := 0.0
	if n > 0 {
		intercept = xm - slope*tm
	}
	k := float64(n + 1) // the period that is forecast
	return smooth + (1-1/theta)*(math.Pow(1-alpha, k-1)*intercept+(1-math.Pow(1-alpha, k))/alpha*slope)
}

// No R package of the dynamic optimised Theta method is at hand: the recursion is
// held against its definition.
func TestDOTRecursionIsItsDefinition(t *testing.T) {
	x := nonSeasonal(public(t, "Nile")).Values[:30]
	for _, p := range [][3]float64{{1100, 0.3, 2}, {900, 0.75, 1.2}, {1120, 0.1, 9}, {1000, 0.99, 1}} {
		f := &dot{alpha: p[1], theta: p[2], thetaState: thetaState{level: p[0], power: 1}}
		for i, v := range x {
			if got, want := f.next(f.alpha, f.theta), dotByDefinition(x[:i], p[0], p[1], p[2]); math.Abs(got-want) > 1e-8 {
				t.Fatalf("%v, value %d: forecast %v, by definition %v", p, i+1, got, want)
			}
			f.take(f.alpha, v)
		}
		// Over several steps forecasts stand for the values to come.
		all, ahead := append([]float64(nil), x...), make([]float64, 8)
		f.locate(ahead)
		for h, got := range ahead {
			want := dotByDefinition(all, p[0], p[1], p[2])
			if math.Abs(got-want) > 1e-8 {
				t.Fatalf("%v, step %d: forecast %v, by definition %v", p, h+1, got, want)
			}
			all = append(all, want)
		}
	}
}

// The spread of each step is that of errors let loose one by one.
func TestDOTSpreadIsThatOfItsErrors(t *testing.T) {
	f := fitDOT(public(t, "Nile").Values[:7])
	const h = 20
	got, want, one, e := make([]float64, h), make([]float64, h), make([]float64, h), make([]float64, h)
	f.deviations(got)
	for k := range e {
		clear(e)
		e[k] = 1
		f.sway(one, e)
		for i, v := range one {
			want[i] += v * v
		}
	}
	for i, v := range want {
		if math.Abs(got[i]-math.Sqrt(v)) > 1e-9 {
			t.Errorf("step %d: %v, error by error %v", i+1, got[i], math.Sqrt(v))
		}
	}
}

// The fit is no worse than the best of a grid, where the level is in closed form
// since errors are linear in it.
func TestDOTFindsTheLeastSquares(t *testing.T) {
	for _, name := range []string{"Nile", "lh", "LakeHuron", "WWWusage"} {
		x := nonSeasonal(public(t, name)).Values
		least := math.Inf(1)
		for alpha := 0.11; alpha < 0.99; alpha += 0.04 {
			for theta := 1.0; theta < 12; theta *= 1.25 {
				e := func(level float64) []float64 {
					s := thetaState{level: level / theta, power: 1}
					out := make([]float64, len(x))
					for i, v := range x {
						out[i] = v - s.next(alpha, theta)
						if i == 0 {
							out[i] = v - level // as fitDOT takes it
						}
						s.take(alpha, v)
					}
					return out
				}
				base, next := e(x[0]), e(x[0]+1)
				bb, bd, dd := 0.0, 0.0, 0.0
				for i, b := range base {
					d := next[i] - b
					bb, bd, dd = bb+b*b, bd+b*d, dd+d*d
				}
				least = min(least, bb-bd*bd/dd)
			}
		}
		f := fitDOT(x)
		if ss := f.sigma * f.sigma * f.nu; ss > least*1.002 {
			t.Errorf("%s: the sum of squares is %v, on a grid %v", name, ss, least)
		}
	}
}
