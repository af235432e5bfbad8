package analytics

import (
	"fmt"
	"math"
	"testing"
	"testing/quick"
	"time"
)

func TestPeriods(t *testing.T) {
	for _, c := range []struct {
		freq       Frequency
		day        time.Time
		name       string
		start, end time.Time
	}{
		{Monthly, Date(2016, 2, 29), "2016-02", Date(2016, 2, 1), Date(2016, 2, 29)},
		{Quarterly, Date(2015, 6, 30), "2015Q2", Date(2015, 4, 1), Date(2015, 6, 30)},
		{Yearly, Date(2015, 1, 1), "2015", Date(2015, 1, 1), Date(2015, 12, 31)},
		{Monthly, Date(2015, 12, 31), "2015-12", Date(2015, 12, 1), Date(2015, 12, 31)},
	} {
		p := PeriodOf(c.day, c.freq)
		if p.String() != c.name || !p.Start().Equal(c.start) || !p.End().Equal(c.end) {
			t.Errorf("%v at %v: %v from %v to %v", c.day, c.freq, p, p.Start(), p.End())
		}
	}
}

func TestPeriodLaws(t *testing.T) {
	law := func(days uint16, k int8, f uint8) bool {
		freq := []Frequency{Yearly, Quarterly, Monthly}[f%3]
		d := Date(1990, 1, 1).AddDate(0, 0, int(days)%20000)
		p := PeriodOf(d, freq)
		q := p.Add(int(k))
		return !d.Before(p.Start()) && !d.After(p.End()) && q.Sub(p) == int(k) &&
			p.End().AddDate(0, 0, 1).Equal(p.Add(1).Start()) && PeriodOf(p.End(), freq) == p &&
			p.Elapsed(p.End()) == 1 && p.Elapsed(p.Start().AddDate(0, 0, -1)) == 0
	}
	if err := quick.Check(law, nil); err != nil {
		t.Error(err)
	}
}

func TestElapsed(t *testing.T) {
	if got := PeriodOf(Date(2014, 6, 1), Monthly).Elapsed(Date(2014, 6, 15)); got != 0.5 {
		t.Errorf("15 of 30 days are %v of June", got)
	}
}

func TestParse(t *testing.T) {
	if _, err := ParseDate("2015-02-30"); err == nil {
		t.Error("30 February was read")
	}
	for _, f := range []Frequency{Yearly, Quarterly, Monthly} {
		if got, err := ParseFrequency(f.String()); err != nil || got != f {
			t.Errorf("%v reads back as %v, %v", f, got, err)
		}
	}
	if _, err := ParseFrequency("weekly"); err == nil {
		t.Error("weekly was read")
	}
}

func TestSeriesValidate(t *testing.T) {
	start := PeriodOf(Date(2012, 1, 1), Monthly)
	for _, c := range []struct {
		space Space
		v     float64
		ok    bool
	}{
		{Count, 3, true},
		{Count, 2.5, false},
		{Count, -1, false},
		{Money, 0.5, true},
		{Money, -1, false},
		{Level, -0.1, false},
		{Ratio, 1, true},
		{Ratio, 1.1, false},
		{Real, -7, true},
		{Real, math.Inf(1), false},
		{Count, math.NaN(), true},
	} {
		err := Series{Start: start, Values: []float64{0, c.v}, Space: c.space}.Validate()
		if (err == nil) != c.ok {
			t.Errorf("%v in a %v series: %v", c.v, c.space, err)
		}
	}
	s := Series{Start: start, Values: []float64{1, math.NaN(), 3}}
	if s.Observed() != 2 || s.Last().String() != "2012-03" || s.Head(2).Len() != 2 {
		t.Errorf("%d observed, last %v", s.Observed(), s.Last())
	}
}

func ExamplePeriodOf() {
	p := PeriodOf(Date(2015, time.June, 30), Quarterly)
	fmt.Println(p, p.Add(1), p.End().Format(time.DateOnly))
	// Output: 2015Q2 2015Q3 2015-06-30
}
