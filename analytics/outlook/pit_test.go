package outlook

import (
	"math"
	"testing"
)

func TestPITSharesCountsOut(t *testing.T) {
	m := &Model{Past: []PastForecast{
		{Below: 0.05, UpTo: 0.05}, // in the first tenth
		{Below: 0.2, UpTo: 0.4},   // a count that takes up the second fifth
		{Below: 1, UpTo: 1},       // above all
		{Below: 0, UpTo: 1},       // a forecast of one value, which came
	}}
	got := m.PIT(5)
	want := []float64{(1 + 0.2) / 4, (1 + 0.2) / 4, 0.2 / 4, 0.2 / 4, (1 + 0.2) / 4}
	sum := 0.0
	for k := range want {
		sum += got[k]
		if math.Abs(got[k]-want[k]) > 1e-9 {
			t.Errorf("part %d: %v, want %v", k, got[k], want[k])
		}
	}
	if math.Abs(sum-1) > 1e-9 {
		t.Errorf("the shares come to %v", sum)
	}
	if (&Model{}).PIT(5) != nil {
		t.Error("a PIT of nothing")
	}
}

// Forecast and what came stand in the backtest such that coverage and PIT agree.
func TestPITAgreesWithTheIntervals(t *testing.T) {
	o := of(t, service(t, Config{}, records()...), Query{})
	seen := 0
	for _, id := range []string{"HARD", "M", "R"} {
		for _, p := range get(t, o, id).Model.Past {
			seen++
			if p.Below > p.UpTo || p.Below < 0 || p.UpTo > 1 {
				t.Fatalf("%s: %+v", id, p)
			}
			if p.Actual < p.Lo80 && p.UpTo > 0.1+1e-9 || p.Actual > p.Hi80 && p.Below < 0.9-1e-9 {
				t.Errorf("%s: %v is outside of %v to %v and at %v to %v of the forecast", id, p.Actual, p.Lo80, p.Hi80, p.Below, p.UpTo)
			}
		}
	}
	if seen < 10 {
		t.Errorf("only %d earlier forecasts", seen)
	}
	if m := get(t, o, "R").Model; len(m.Widths) == 0 || m.Observed != 5 {
		t.Errorf("the share's evidence: %+v", m)
	}
	if m := get(t, o, "HARD").Model; m.Widths != nil || m.Scale().Zh == "" {
		t.Errorf("counts are not widened: %+v", m.Widths)
	}
}
