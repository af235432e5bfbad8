package target

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestLadderOfCountsIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	row := make([]float64, 5000)
	for i := range row {
		row[i] = math.Floor(100 + 30*r.NormFloat64())
	}
	l := NewLadder(row)
	for level := -10.0; level < 260; level += 0.5 {
		if got, want := l.AtLeast(level).P, float64(above(row, level))/5000; got != want {
			t.Fatalf("P(≥ %v) = %v, want %v", level, got, want)
		}
	}
	p := l.AtLeast(100)
	if want := math.Sqrt(p.P * (1 - p.P) / 5000); p.SE != want {
		t.Errorf("standard error %v, want %v", p.SE, want)
	}
}

func TestLadderOfMoneyIsNear(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	row := make([]float64, 10_000)
	for i := range row {
		row[i] = math.Exp(18 + r.NormFloat64())
	}
	l := NewLadder(row)
	if len(l.values) != rungs {
		t.Fatalf("%d rungs", len(l.values))
	}
	for q := -3.0; q <= 3; q += 0.01 {
		level := math.Exp(18 + q)
		if got, want := l.AtLeast(level).P, float64(above(row, level))/10_000; math.Abs(got-want) > 0.0011 {
			t.Errorf("P(≥ %v) = %v, want %v", level, got, want)
		}
	}
	if !math.IsNaN((Ladder{}).AtLeast(1).P) {
		t.Error("an empty ladder has a probability")
	}
}
