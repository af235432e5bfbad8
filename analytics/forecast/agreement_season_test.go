package forecast

import (
	"math"
	"testing"
)

// ur.kpss(x, type="mu", use.lag=trunc(3*sqrt(n)/13)) of urca 1.3.3, and
// ndiffs(x) of forecast 8.20.
func TestKPSSAgreesWithR(t *testing.T) {
	for _, r := range []struct {
		series            string
		statistic, change float64 // of the values and of their differences
		roots             int
	}{
		{"Nile", 1.3152265, 0.019622132, 1},
		{"lh", 0.36788911, 0.029455608, 0},
		{"LakeHuron", 1.2212186, 0.052225864, 1},
		{"USAccDeaths", 0.2912338, 0.027362305, 0},
		{"AirPassengers", 4.3422868, 0.011484728, 1},
		{"WWWusage", 0.72197432, 0.2635194, 1},
	} {
		x := public(t, r.series).Values
		if got := kpss(x); math.Abs(got-r.statistic) > 1e-7*max(1, got) {
			t.Errorf("%s: KPSS %v, R %v", r.series, got, r.statistic)
		}
		if got := kpss(difference(x, 1, 1)); math.Abs(got-r.change) > 1e-8 {
			t.Errorf("%s: KPSS of the differences %v, R %v", r.series, got, r.change)
		}
		if got := unitRoots(x); got != r.roots {
			t.Errorf("%s: %d differences, R %d", r.series, got, r.roots)
		}
	}
}

// ocsb.test(x, maxlag=lags, lag.method="fixed")$statistics of forecast 8.20 for no
// lag and one, and nsdiffs(x, test="ocsb").
func TestOCSBAgreesWithR(t *testing.T) {
	for _, r := range []struct {
		series     string
		statistics [2]float64
		root       bool
	}{
		{"USAccDeaths", [2]float64{-2.0683609, -2.2271093}, false},
		{"AirPassengers", [2]float64{1.5187624, 2.7777269}, true},
		// R compares lags 1 to 3 by AIC and then takes one less than the best: none,
		// with −1.951 below the critical −1.803. The best lag itself is above it.
		{"log AirPassengers", [2]float64{-1.9508298, -1.4228654}, true},
		{"nottem", [2]float64{-5.5205694, -4.0367324}, false},
		{"ldeaths", [2]float64{-3.9504272, -3.0710059}, false},
		{"UKgas", [2]float64{1.6839814, 2.7864106}, true},
		{"log UKgas", [2]float64{-0.50104016, 0.015960883}, true},
		{"JohnsonJohnson", [2]float64{2.9860291, 1.773842}, true},
		{"log JohnsonJohnson", [2]float64{-2.6389425, -2.6860778}, false},
	} {
		y := public(t, r.series)
		m := int(y.Freq())
		for lags, want := range r.statistics {
			if _, got, ok := ocsb(y.Values, m, lags, lags); !ok || math.Abs(got-want) > 1e-6 {
				t.Errorf("%s with %d lags: %v, R %v", r.series, lags, got, want)
			}
		}
		if got := seasonalRoot(y.Values, m); got != r.root {
			t.Errorf("%s: a seasonal difference %v, R %v", r.series, got, r.root)
		}
	}
}

// decompose(x, type=)$figure of R's stats; the test statistic from
// acf(x, lag.max=12): |r12| ÷ √((1 + 2Σr²)/n).
func TestClassicalDecompositionIsRs(t *testing.T) {
	for _, r := range []struct {
		series      string
		plus, times []float64
		statistic   float64
	}{
		{
			"USAccDeaths",
			[]float64{-805.89236, -1523.309, -740.84236, -514.78403, 339.64931, 744.84097, 1679.441, 986.31597, -109.29236, 263.85764, -260.95069, -59.034028},
			[]float64{0.90777588, 0.82469493, 0.91459528, 0.9406987, 1.0398952, 1.0869044, 1.1924508, 1.1126622, 0.98679283, 1.0299167, 0.9697835, 0.99382966},
			2.7536903,
		},
		{
			"AirPassengers",
			[]float64{-24.748737, -36.188131, -2.2411616, -8.0366162, -4.5063131, 35.402778, 63.830808, 62.823232, 16.520202, -20.642677, -53.593434, -28.619949},
			[]float64{0.91023037, 0.88362532, 1.0073663, 0.97590601, 0.98137803, 1.1127758, 1.2265555, 1.219911, 1.0604919, 0.92175724, 0.80117808, 0.89882439},
			2.4885155,
		},
	} {
		x := public(t, r.series).Values
		if d := apart(decompose(x, 12, false).factor, r.plus); d > 1e-3 {
			t.Errorf("%s: terms lie %v from R's", r.series, d)
		}
		if d := apart(decompose(x, 12, true).factor, r.times); d > 1e-6 {
			t.Errorf("%s: factors lie %v from R's", r.series, d)
		}
		if got := seasonalStatistic(x, 12); math.Abs(got-r.statistic) > 1e-6 {
			t.Errorf("%s: the statistic's definition gives %v, R %v", r.series, got, r.statistic)
		}
	}
	for _, name := range []string{"USAccDeaths", "AirPassengers", "Nile", "lh", "WWWusage", "LakeHuron"} {
		x := public(t, name).Values
		if got, want := seasonal(x, 12), seasonalStatistic(x, 12) > 1.645; got != want {
			t.Errorf("%s: season %v, by definition %v", name, got, want)
		}
	}
}

// seasonalStatistic is the test's statistic written out by correlations.
func seasonalStatistic(x []float64, m int) float64 {
	mean, sum := average(x), 1.0
	r := func(k int) float64 {
		a, b := 0.0, 0.0
		for i, v := range x {
			b += (v - mean) * (v - mean)
			if i >= k {
				a += (v - mean) * (x[i-k] - mean)
			}
		}
		return a / b
	}
	for k := 1; k < m; k++ {
		sum += 2 * r(k) * r(k)
	}
	return math.Abs(r(m)) / math.Sqrt(sum/float64(len(x)))
}

// Four quarters of the factors ½, 1, 3/2, 1 on a level of 100: the decomposition
// finds them, and Naive2 repeats the last value in its season.
func TestNaive2ByHand(t *testing.T) {
	var x []float64
	for range 5 {
		x = append(x, 50, 100, 150, 100)
	}
	x = append(x, 50) // ends in the low quarter
	got := make([]float64, 6)
	Naive2(got, x, 4)
	if d := apart(got, []float64{100, 150, 100, 50, 100, 150}); d > 1e-9 {
		t.Errorf("Naive2 gives %v", got)
	}
	for _, c := range []struct {
		x []float64
		m int
	}{
		{[]float64{3, 1, 4, 1, 5}, 1},                    // no season by the year
		{[]float64{50, 100, 150, 100, 50, 100, 150}, 4},  // too short for the test
		{[]float64{7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7}, 2},  // constant
		{[]float64{1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1}, 2},  // a factor of zero can't be taken out
		{[]float64{9, 2, 7, 5, 1, 8, 3, 3, 6, 2, 7}, 12}, // shorter than a year
	} {
		Naive2(got, c.x, c.m)
		for h, v := range got {
			if v != c.x[len(c.x)-1] {
				t.Errorf("%v: step %d is %v, not the last value", c.x, h+1, v)
			}
		}
	}
}
