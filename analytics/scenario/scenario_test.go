package scenario

import (
	"math"
	"testing"
	"testing/quick"

	"talentcast/analytics"
	"talentcast/analytics/fault"
)

var first = analytics.PeriodOf(analytics.Date(2015, 7, 1), analytics.Monthly)

func TestNothingMovedMultipliesNothing(t *testing.T) {
	for _, s := range []Scenario{{}, {Intake: 1}, {Intake: 1, Name: "x"}} {
		if !s.Baseline() || s.Multipliers(analytics.Count, first, 12) != nil {
			t.Errorf("%+v moves something", s)
		}
	}
	moved := Scenario{Intake: 2, Growth: 0.1}
	for _, sp := range []analytics.Space{analytics.Ratio, analytics.Real} {
		if m := moved.Multipliers(sp, first, 12); m != nil {
			t.Errorf("a %v series is multiplied by %v", sp, m)
		}
	}
}

func TestGrowthCompounds(t *testing.T) {
	m := Scenario{Growth: 0.05}.Multipliers(analytics.Money, first, 24)
	if math.Abs(m[11]-1.05) > 1e-12 || math.Abs(m[23]-1.1025) > 1e-12 || m[0] <= 1 {
		t.Errorf("5 %% a year multiplies month 12 by %v and month 24 by %v", m[11], m[23])
	}
	if c := (Scenario{Growth: 0.05}).Multipliers(analytics.Count, first, 24); c != nil {
		t.Errorf("money's growth multiplies people by %v", c)
	}
}

func TestLeversActFromTheirDate(t *testing.T) {
	m := Scenario{Intake: 2, From: analytics.Date(2015, 10, 1)}.Multipliers(analytics.Count, first, 6)
	want := []float64{1, 1, 1, 2, 2, 2}
	for i := range want {
		if m[i] != want[i] {
			t.Fatalf("multipliers %v, want %v", m, want)
		}
	}
}

func TestMoreIsMore(t *testing.T) {
	law := func(a, b uint8) bool {
		lo, hi := Scenario{Intake: float64(min(a, b))/64 + 0.1}, Scenario{Intake: float64(max(a, b))/64 + 0.1}
		x, y := lo.Multipliers(analytics.Count, first, 3), hi.Multipliers(analytics.Count, first, 3)
		at := func(m []float64) float64 {
			if m == nil {
				return 1
			}
			return m[2]
		}
		return at(x) <= at(y)
	}
	if err := quick.Check(law, nil); err != nil {
		t.Error(err)
	}
}

func TestBounds(t *testing.T) {
	for _, s := range []Scenario{{Intake: -0.1}, {Intake: 11}, {Intake: math.NaN()}, {Growth: 2}, {Growth: -0.6}, {Growth: math.NaN()}} {
		if err := s.Validate(); !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v", s, err)
		}
	}
	for _, s := range []Scenario{{}, {Intake: 10, Growth: 1}, {Growth: -0.5}} {
		if err := s.Validate(); err != nil {
			t.Errorf("%+v: %v", s, err)
		}
	}
}
