package target

import (
	"math"
	"testing"
	"time"
)

// after is the day that is n years of 365.25 days after the turn of 2000.
func after(n float64) time.Time {
	return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(n * 365.25 * 24 * float64(time.Hour)))
}

func track(base, goal, deadline float64, past ...float64) Track {
	t := Track{Base: base, BaseDate: after(0), Goal: goal, Deadline: after(deadline)}
	for i := 0; i+1 < len(past); i += 2 {
		t.Past = append(t.Past, Observation{after(past[i]), past[i+1]})
	}
	return t
}

func near(a, b float64) bool { return math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) < 1e-4 }

func TestGrowthAssessment(t *testing.T) {
	nan := math.NaN()
	sum := func(t Track) Track { t.Sum = true; return t }
	most := func(t Track) Track { t.AtMost = true; return t }
	for name, c := range map[string]struct {
		t                Track
		actual, required float64
		ratio            float64
		linear           bool
		want             Progress
	}{
		// 2^(1/10) − 1 = 7.177 % a year is required.
		"10 % a year":  {track(100, 200, 10, 2, 121), 0.10, 0.071773, 1.393273, false, Significant},
		"5 % a year":   {track(100, 200, 10, 2, 110.25), 0.05, 0.071773, 0.696636, false, Moderate},
		"1 % a year":   {track(100, 200, 10, 1, 101), 0.01, 0.071773, 0.139327, false, Insufficient},
		"none":         {track(100, 200, 10, 1, 100), 0, 0.071773, 0, false, Insufficient},
		"down":         {track(100, 200, 10, 1, 99), -0.01, 0.071773, -0.139327, false, MovingAway},
		"the last one": {track(100, 200, 10, 1, 150, 2, 121), 0.10, 0.071773, 1.393273, false, Significant},
		// A total: completion ÷ time elapsed.
		"a sum in step":             {sum(track(0, 500, 10, 3.5, 173)), 173 / 3.5, 50, 0.346 / 0.35, true, Significant},
		"a sum at the 95 %":         {sum(track(0, 1000, 10, 1, 95)), 95, 100, 0.95, true, Significant},
		"a sum just below":          {sum(track(0, 1000, 10, 1, 94.9)), 94.9, 100, 0.949, true, Moderate},
		"a sum at the 60 %":         {sum(track(0, 1000, 10, 1, 60)), 60, 100, 0.6, true, Moderate},
		"a sum just below 60 %":     {sum(track(0, 1000, 10, 1, 59.9)), 59.9, 100, 0.599, true, Insufficient},
		"a zero base":               {track(0, 10, 5, 1, 1), 1, 2, 0.5, true, Insufficient},
		"a level fallen to nothing": {track(10, 20, 10, 1, 0), -1, 0.071773, -13.9327, false, MovingAway},
		// Goals met.
		"met already":                {track(100, 120, 10, 1, 130), 0.3, 0.018399, 16.305, false, Significant},
		"met at the base, and still": {track(12, 10, 10, 1, 11), -1.0 / 12, nan, nan, false, Significant},
		"met at the base, and lost":  {track(12, 10, 10, 1, 9), -0.25, nan, nan, false, MovingAway},
		// A ceiling: 0.5^(1/10) − 1 = −6.697 % a year is required.
		"coming down":        {most(track(10, 5, 10, 5, 8)), -0.043648, -0.066967, 0.651785, false, Moderate},
		"going up":           {most(track(10, 5, 10, 1, 11)), 0.1, -0.066967, -1.49327, false, MovingAway},
		"within the cap":     {most(track(3, 5, 10, 1, 4)), 1.0 / 3, nan, nan, false, Significant},
		"over the cap now":   {most(track(3, 5, 10, 1, 6)), 1, nan, nan, false, MovingAway},
		"what came too late": {track(100, 200, 10, 2, 121, 11, 500), 0.10, 0.071773, 1.393273, false, Significant},
		// No question.
		"no observation":        {track(100, 200, 10), nan, nan, nan, false, ""},
		"only at the base":      {track(100, 200, 10, 0, 100), nan, nan, nan, false, ""},
		"no time":               {track(100, 200, 0, 1, 110), nan, nan, nan, false, ""},
		"a base that is none":   {track(nan, 200, 10, 1, 110), nan, nan, nan, false, ""},
		"a figure that is none": {track(100, 200, 10, 1, nan), nan, nan, nan, false, ""},
	} {
		g := GrowthAssessment(c.t)
		if g.Progress != c.want || g.Linear != c.linear || !near(g.Actual, c.actual) || !near(g.Required, c.required) || math.Abs(g.Ratio-c.ratio) > 1e-3 || math.IsNaN(g.Ratio) != math.IsNaN(c.ratio) {
			t.Errorf("%s: %+v, want %v / %v = %v, linear %v, %q", name, g, c.actual, c.required, c.ratio, c.linear, c.want)
		}
	}
}

func TestAnticipatedProgress(t *testing.T) {
	nan := math.NaN()
	sum := func(t Track) Track { t.Sum = true; return t }
	most := func(t Track) Track { t.AtMost = true; return t }
	for name, c := range map[string]struct {
		t                    Track
		value, made, missing float64
		want                 Course
	}{
		// On a straight line the weights don't matter.
		"there":              {sum(track(0, 100, 10, 1, 10, 2, 20)), 100, 0.2, 0, Maintain},
		"nearly there":       {sum(track(0, 110, 10, 1, 10, 2, 20)), 100, 20.0 / 110, 1.0 / 11, Maintain},
		"a tenth is missing": {track(10, 20, 10, 1, 10.9, 2, 11.8), 19, 0.18, 0.1, Maintain},
		"more than a tenth":  {sum(track(0, 120, 10, 1, 10, 2, 20)), 100, 20.0 / 120, 1.0 / 6, Accelerate},
		"standing still":     {track(10, 20, 10, 1, 10, 2, 10), 10, 0, 1, Accelerate},
		"the wrong way":      {track(10, 20, 10, 1, 9, 2, 8), 0, -0.2, 2, Reverse},
		// Weights 1/3, 2/3, 1: mean 4/3 and 1, slope (4/3)/(10/9) = 1.2.
		"recent ones count more": {track(0, 20, 10, 1, 0, 2, 2), 1 + 1.2*(10-4.0/3), 0.1, (20 - 11.4) / 20, Accelerate},
		// Through 0, 100, 100: mean 4/3 and 250/3, slope (400/9)/(10/9) = 40.
		"a sum near its end":  {sum(track(0, 100, 2.1, 1, 100, 2, 100)), 250.0/3 + 40*(2.1-4.0/3), 1, -0.14, Maintain},
		"a sum does not fall": {sum(track(0, 200, 2.01, 1, 0, 2, 150)), 150, 0.75, 0.25, Accelerate},
		"the deadline itself": {track(10, 20, 2, 1, 12, 2, 19.5), 19.5, 0.95, 0.05, Maintain},
		"after the deadline":  {track(10, 20, 2, 1, 12, 2, 15, 3, 30), 15, 0.5, 0.5, Accelerate},
		"met at the base":     {track(12, 10, 10, 1, 12, 2, 12), 12, nan, nan, Maintain},
		"met and being lost":  {track(12, 10, 10, 1, 11, 2, 10), 2, nan, nan, Reverse},
		"down to a ceiling":   {most(track(10, 5, 10, 1, 9.5, 2, 9)), 5, 0.2, 0, Maintain},
		"within the cap":      {most(track(3, 5, 10, 1, 3, 2, 3)), 3, nan, nan, Maintain},
		"one observation":     {track(10, 20, 10, 1, 11), 20, 0.1, 0, Maintain},
		"no observation":      {track(10, 20, 10), nan, nan, nan, ""},
		"an endless goal":     {track(10, math.Inf(1), 10, 1, 11), nan, nan, nan, ""},
	} {
		a := AnticipatedProgress(c.t)
		if a.Course != c.want || !near(a.Value, c.value) || !near(a.Made, c.made) || !near(a.Missing, c.missing) {
			t.Errorf("%s: %+v, want %v, made %v, missing %v, %q", name, a, c.value, c.made, c.missing, c.want)
		}
	}
}

func TestOpinionsAgainstTheLight(t *testing.T) {
	for _, c := range []struct {
		p    Progress
		s    Status
		want Disagreement
	}{
		{Significant, Late, Agrees},
		{Significant, AtRisk, MoreHopeful},
		{Significant, OffTrack, MoreHopeful},
		{Moderate, AtRisk, Agrees},
		{Moderate, OnTrack, LessHopeful},
		{Moderate, OffTrack, MoreHopeful},
		{MovingAway, OffTrack, Agrees},
		{Insufficient, Met, LessHopeful},
		{Significant, NoData, Agrees},
		{"", OffTrack, Agrees},
	} {
		if got := c.p.Against(c.s); got != c.want {
			t.Errorf("%q against %s: %q, want %q", c.p, c.s, got, c.want)
		}
	}
	for _, c := range []struct {
		c    Course
		s    Status
		want Disagreement
	}{
		{Maintain, OnTrack, Agrees},
		{Maintain, AtRisk, MoreHopeful},
		{Accelerate, AtRisk, Agrees},
		{Accelerate, OffTrack, Agrees},
		{Accelerate, Late, LessHopeful},
		{Reverse, OffTrack, Agrees},
		{Reverse, AtRisk, LessHopeful},
		{Reverse, Tracked, Agrees},
		{"", Met, Agrees},
	} {
		if got := c.c.Against(c.s); got != c.want {
			t.Errorf("%q against %s: %q, want %q", c.c, c.s, got, c.want)
		}
	}
	for _, lang := range []string{"zh", "en"} {
		if Agrees.Phrase(lang) != "" || MoreHopeful.Phrase(lang) == "" || LessHopeful.Phrase(lang) == MoreHopeful.Phrase(lang) {
			t.Errorf("the phrases in %s", lang)
		}
	}
}
