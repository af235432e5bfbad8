package outlook

import (
	"testing"
	"time"

	"talentcast/analytics"
	"talentcast/datasets"
)

// months are first days, given as months since January 2014.
func months(since ...int) []time.Time {
	var out []time.Time
	for _, m := range since {
		out = append(out, analytics.Date(2014, time.Month(1+m), 1))
	}
	return out
}

func TestRhythm(t *testing.T) {
	for name, c := range map[string]struct {
		months []time.Time
		every  int // 0 for none
	}{
		"every month":                {months(0, 1, 2, 3, 4, 5), 1},
		"one month in five left out": {months(0, 1, 2, 3, 4, 6), 1},
		"two in five left out":       {months(0, 1, 2, 4, 5, 7), 3},
		"quarters":                   {months(0, 3, 6, 9, 12), 3},
		"half-years, once early":     {months(0, 6, 8, 14, 20), 6},
		"years across a gap":         {months(0, 12, 24, 36, 48, 72), 12},
		"more rarely than a year":    {months(0, 24, 48, 72), 0},
		"three tell nothing":         {months(0, 1, 2), 0},
		"none":                       {nil, 0},
	} {
		if every, ok := rhythm(c.months); every != c.every && ok || ok != (c.every > 0) {
			t.Errorf("%s: %d, %v; want %d", name, every, ok, c.every)
		}
	}
}

// A delivery is due by the end of the month after its last period, and overdue
// only once the grace is over; then its days count from the due date.
func TestHealthDueAndOverdue(t *testing.T) {
	d := datasets.Delivery{Dept: "mzj", Kind: datasets.SocialWorker, Rows: 9, Known: analytics.Date(2015, 3, 17), Registered: months(10, 11, 12, 13, 14)}
	d.Months = []datasets.MonthRows{{Month: analytics.Date(2015, 3, 1), Rows: 7}, {Month: analytics.Date(2010, 1, 1), Rows: 2}}
	for _, c := range []struct {
		day, overdue int // day of May 2015
	}{{1, 0}, {10, 0}, {11, 11}, {20, 20}} {
		h := health(HealthQuery{AsOf: analytics.Date(2015, 5, c.day), Grace: 10}, []datasets.Delivery{d})
		x := h.Deliveries[0]
		if want := analytics.Date(2015, 4, 30); !x.Due.Equal(want) || x.Overdue != c.overdue || *x.Every != 1 {
			t.Errorf("%d May: due %v, %d days overdue; want %v, %d", c.day, x.Due, x.Overdue, want, c.overdue)
		}
		if n := len(x.RowsBy); n != healthMonths || x.RowsBy[n-3] != 7 || h.Months[n-1] != "2015-05" {
			t.Errorf("rows by month %v of %v", x.RowsBy, h.Months)
		}
	}
}

func TestHealthOrder(t *testing.T) {
	ds := []datasets.Delivery{
		{Dept: "never due", Known: analytics.Date(2015, 5, 1)},
		{Dept: "due later", Known: analytics.Date(2015, 5, 2), Registered: months(12, 13, 14, 15, 16)},
		{Dept: "overdue", Known: analytics.Date(2015, 1, 2), Registered: months(9, 10, 11, 12)},
		{Dept: "long overdue", Known: analytics.Date(2014, 12, 2), Registered: months(8, 9, 10, 11)},
	}
	want := []string{"long overdue", "overdue", "due later", "never due"}
	for i, x := range health(HealthQuery{AsOf: analytics.Date(2015, 5, 20)}, ds).Deliveries {
		if x.Dept != want[i] {
			t.Errorf("%d is %s, want %s", i, x.Dept, want[i])
		}
	}
}
