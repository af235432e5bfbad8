package outlook

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"talentcast/analytics/target"
)

func TestSecondOpinionsOfTargets(t *testing.T) {
	o := of(t, service(t, Config{}, records()...), Query{})
	// HARD: 14 of 5,000 in 3.5 of 10 years, a total from nothing.
	x := get(t, o, "HARD")
	s := x.Second
	if s == nil || s.Base != 0 || !s.BaseDate.Equal(day("2011-12-31")) || !s.Growth.Linear {
		t.Fatalf("HARD: %+v", s)
	}
	elapsed := day("2015-06-30").Sub(day("2011-12-31")).Hours() / day("2021-12-31").Sub(day("2011-12-31")).Hours()
	if math.Abs(s.Growth.Ratio-14.0/5000/elapsed) > 1e-9 || s.Growth.Progress != target.Insufficient || s.Course.Course != target.Accelerate {
		t.Errorf("HARD: %+v", s)
	}
	// R: from 12 % at the end of 2011 to 17 % of 20 % after three of four years.
	s = get(t, o, "R").Second
	want := (math.Pow(17.0/12, 1/3.0) - 1) / (math.Pow(20.0/12, 1/4.0) - 1)
	if s == nil || s.Base != 12 || s.Growth.Linear || math.Abs(s.Growth.Ratio-want) > 1e-3 || s.Growth.Progress != target.Moderate {
		t.Errorf("R: %+v, want the ratio %v", s, want)
	}
	if s.Growth.Progress.Against(get(t, o, "R").Status) != target.MoreHopeful {
		t.Errorf("R is %s", get(t, o, "R").Status)
	}
	for _, id := range []string{"NONE", "G", "C", "X", "D"} {
		if get(t, o, id).Second != nil {
			t.Errorf("%s has second opinions", id)
		}
	}
	b, err := json.Marshal(get(t, o, "R"))
	if err != nil || !strings.Contains(string(b), `"category":"moderate"`) || !strings.Contains(string(b), `"against_light":"more_hopeful"`) {
		t.Errorf("%v %s", err, b)
	}
}
