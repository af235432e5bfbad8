package backtest

import "testing"

// Two series worked out by hand. The first: history 1, 3, 2, 4 has the mean
// absolute difference 5/3; forecasts 5 and 5 of 4 and 6 have sMAPE
// (200/9 + 200/11)/2 and MAE 1; the interval 3 … 5 holds 4 and misses 6 by 1, so
// that it scores 2 and 2 + 40. The second is constant: no scale, sMAPE 0, all held.
func TestM4ByHand(t *testing.T) {
	var a, naive M4
	a.Add([]float64{1, 3, 2, 4}, []float64{4, 6}, []float64{5, 5}, []float64{3, 3}, []float64{5, 5}, 1)
	if a.N != 1 || a.Scaled != 1 {
		t.Fatalf("%+v", a)
	}
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"sMAPE", a.SMAPE(), (200.0/9 + 200.0/11) / 2},
		{"MASE", a.MASE(), 0.6},
		{"MSIS", a.MSIS(), 22 * 0.6},
		{"coverage", a.Coverage(), 0.5},
	} {
		if !near(c.got, c.want) {
			t.Errorf("%s %v, want %v", c.name, c.got, c.want)
		}
	}
	a.Add([]float64{5, 5, 5}, []float64{5, 5}, []float64{5, 5}, []float64{5, 4}, []float64{5, 6}, 1)
	if a.N != 2 || a.Scaled != 1 {
		t.Fatalf("%+v", a)
	}
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"sMAPE", a.SMAPE(), (200.0/9 + 200.0/11) / 4},
		{"MASE", a.MASE(), 0.6}, // the constant series has none
		{"MSIS", a.MSIS(), 22 * 0.6},
		{"coverage", a.Coverage(), 0.75}, // the bounds belong to the interval
	} {
		if !near(c.got, c.want) {
			t.Errorf("with a constant series: %s %v, want %v", c.name, c.got, c.want)
		}
	}
	// Naive: the last value 4 of 4 and 6 has sMAPE 20 and MAE 1.
	naive.Add([]float64{1, 3, 2, 4}, []float64{4, 6}, []float64{4, 4}, nil, nil, 1)
	naive.Add([]float64{5, 5, 5}, []float64{5, 5}, []float64{5, 5}, nil, nil, 1)
	if want := ((200.0/9+200.0/11)/4/10 + 1) / 2; !near(naive.SMAPE(), 10) || !near(a.OWA(naive), want) {
		t.Errorf("OWA %v, want %v; the naive sMAPE %v, want 10", a.OWA(naive), want, naive.SMAPE())
	}
	if naive.Coverage() != 0 {
		t.Errorf("without intervals the coverage is %v", naive.Coverage())
	}
}

// The scale is of the season: history 1, 2, 3, 5 at lag 2 has the mean 2.5.
func TestM4ScalesBySeason(t *testing.T) {
	var a M4
	a.Add([]float64{1, 2, 3, 5}, []float64{10}, []float64{5}, []float64{0}, []float64{20}, 2)
	if !near(a.MASE(), 2) || !near(a.MSIS(), 8) || !near(a.Coverage(), 1) {
		t.Errorf("MASE %v, MSIS %v, coverage %v", a.MASE(), a.MSIS(), a.Coverage())
	}
	if own := a.OWA(a); !near(own, 1) {
		t.Errorf("relative to itself %v", own)
	}
}
