package backtest

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/quick"
)

func near(a, b float64) bool { return math.Abs(a-b) < 1e-12 || math.IsNaN(a) && math.IsNaN(b) }

func TestScoresByHand(t *testing.T) {
	if got := MASEScale([]float64{1, 3, 2, math.NaN(), 6}, 1); !near(got, 1.5) {
		t.Errorf("MASE scale %v, want 1.5", got)
	}
	if got := MASEScale([]float64{1}, 1); !math.IsNaN(got) {
		t.Errorf("MASE scale of one value %v", got)
	}
	if got := SMAPE([]float64{100, 0}, []float64{50, 0}); !near(got, 100.0/3) {
		t.Errorf("sMAPE %v", got)
	}
	if got := MAE([]float64{1, 2}, []float64{2, 4}); !near(got, 1.5) {
		t.Errorf("MAE %v", got)
	}
	for _, c := range []struct{ y, want float64 }{{5, 4}, {2, 44}, {8, 44}} {
		if got := IntervalScore(c.y, 3, 7, 0.05); !near(got, c.want) {
			t.Errorf("interval score at %v: %v, want %v", c.y, got, c.want)
		}
	}
	if got := CRPS([]float64{2, 0}, 1); !near(got, 0.5) {
		t.Errorf("CRPS %v, want 1 − ½", got)
	}
	if got := CRPS([]float64{4}, 1); !near(got, 3) {
		t.Errorf("CRPS of one value %v, want the absolute error 3", got)
	}
	if got := Brier([]float64{1, 0.5}, []bool{true, false}); !near(got, 0.125) {
		t.Errorf("Brier %v", got)
	}
	if got := PIT([]float64{1, 2, 2, 3}, 2); !near(got, 0.5) {
		t.Errorf("PIT %v", got)
	}
}

// The CRPS of a standard normal at 0 is (√2 − 1)/√π.
func TestCRPSOfANormal(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	x := make([]float64, 20000)
	for i := range x {
		x[i] = r.NormFloat64()
	}
	want := (math.Sqrt2 - 1) / math.Sqrt(math.Pi)
	if got := CRPS(x, 0); math.Abs(got-want) > 0.01 {
		t.Errorf("CRPS %v, closed form %v", got, want)
	}
}

func TestCalibrationErrorSeesWhatIsWrong(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	p, right, wrong := make([]float64, 20000), make([]bool, 20000), make([]bool, 20000)
	for i := range p {
		p[i] = r.Float64()
		right[i] = r.Float64() < p[i]
		wrong[i] = r.Float64() < p[i]*p[i]
	}
	if got := CalibrationError(p, right); got > 0.02 {
		t.Errorf("calibrated probabilities have the error %v", got)
	}
	if got := CalibrationError(p, wrong); got < 0.1 {
		t.Errorf("overstated probabilities have the error %v", got)
	}
}

func TestOrigins(t *testing.T) {
	for _, c := range []struct {
		n, h, least, most int
		want              []int
	}{
		{42, 12, 12, 6, []int{14, 18, 22, 26, 30}}, {10, 3, 3, 6, []int{3, 4, 5, 6, 7}}, {5, 3, 3, 6, nil}, {6, 3, 3, 6, []int{3}}, {6, 3, 3, 0, nil}, {0, 1, 1, 3, nil},
	} {
		if got := Origins(c.n, c.h, c.least, c.most); !slices.Equal(got, c.want) {
			t.Errorf("Origins(%d, %d, %d, %d) = %v, want %v", c.n, c.h, c.least, c.most, got, c.want)
		}
	}
	law := func(n, h, least, most uint8) bool {
		got := Origins(int(n), int(h), int(least)+1, int(most))
		for i, at := range got {
			if at < int(least)+1 || at+int(h) > int(n) || i > 0 && at <= got[i-1] {
				return false
			}
		}
		return len(got) <= int(most) && (len(got) == 0 || got[len(got)-1] == int(n)-int(h))
	}
	if err := quick.Check(law, nil); err != nil {
		t.Error(err)
	}
}
