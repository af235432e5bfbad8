package forecast

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestQuickMathIsExactToTwelveDigits(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 200_000 {
		x := -700 * math.Pow(r.Float64(), 4)
		if got, want := quickExp(x), math.Exp(x); math.Abs(got/want-1) > 1e-12 {
			t.Fatalf("e^%v: %v, not %v", x, got, want)
		}
		y := math.Exp(40*r.Float64() - 20)
		if got, want := quickLog(y), math.Log(y); math.Abs(got-want) > 1e-12 {
			t.Fatalf("ln %v: %v, not %v", y, got, want)
		}
	}
	for _, x := range []float64{0, -1e-300, -0.5, -math.Ln2 / 2, -699.9} {
		if got, want := quickExp(x), math.Exp(x); math.Abs(got/want-1) > 1e-12 {
			t.Errorf("e^%v: %v, not %v", x, got, want)
		}
	}
	if quickExp(-701) != 0 || quickExp(math.Inf(-1)) != 0 {
		t.Error("far below nothing is left")
	}
}
