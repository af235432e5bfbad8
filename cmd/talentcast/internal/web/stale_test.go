package web

import (
	"testing"
	"time"

	"talentcast/analytics/outlook"
	"talentcast/datasets"
)

func TestStale(t *testing.T) {
	day := func(s string) time.Time {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, c := range []struct {
		name, last, now, late string
		demo, want            bool
	}{
		{"fresh", "2015-06-30", "2015-07-31", "2016-12-31", false, false},
		{"nothing for two months", "2015-06-30", "2015-09-15", "2016-12-31", false, true},
		{"all deadlines passed", "2015-06-30", "2017-09-15", "2016-12-31", false, false},
		{"demonstration", "2015-06-30", "2015-09-15", "2016-12-31", true, false},
	} {
		o := &outlook.Outlook{
			State:   datasets.State{Rows: 1, Last: day(c.last), Demo: c.demo},
			Targets: []outlook.Target{{Target: datasets.Target{Late: day(c.late)}}},
		}
		if got := stale(o, day(c.now)); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}
