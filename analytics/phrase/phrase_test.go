package phrase

import (
	"fmt"
	"math"
	"testing"
	"time"
)

func TestAmount(t *testing.T) {
	for _, c := range []struct {
		v      float64
		unit   string
		zh, en string
	}{
		{173, "人", "173人", "173 people"},
		{1800, "人", "1,800人", "1,800 people"},
		{4.14, "人", "4.1人", "4.1 people"},
		{0, "人", "0人", "0 people"},
		{1, "人", "1人", "1 person"},
		{-1, "人", "-1人", "-1 person"},
		{1, "次/年", "1次/年", "1 time a year"},
		{21, "人", "21人", "21 people"},
		{163_000_000, "元", "1.63亿元", "¥163m"},
		{5e8, "元", "5亿元", "¥500m"},
		{10000, "元", "1万元", "¥10k"},
		{5000, "元", "5,000元", "¥5,000"},
		{-1234.5, "元", "-1,234.5元", "¥-1,234.5"},
		{2.34, "%", "2.34%", "2.34%"},
		{12292, "FTE", "12,292 FTE", "12,292 FTE"},
		{16.27, "万人", "16.27万人", "16.27 ×10,000 people"},
		{5, "所", "5所", "5 stations"},
		{3, "项制度", "3项制度", "3"},
		{math.NaN(), "人", Missing, Missing},
		{math.Inf(1), "元", Missing, Missing},
	} {
		if got := Amount(c.v, c.unit, Zh); got != c.zh {
			t.Errorf("Amount(%v, %s) = %q, want %q", c.v, c.unit, got, c.zh)
		}
		if got := Amount(c.v, c.unit, En); got != c.en {
			t.Errorf("Amount(%v, %s) in English = %q, want %q", c.v, c.unit, got, c.en)
		}
	}
}

func TestPace(t *testing.T) {
	for _, c := range []struct {
		v      float64
		unit   string
		zh, en string
	}{
		{0.39, "人", "0.39人", "0.39 people"},
		{18.24, "人", "18.2人", "18.2 people"},
		{0.17, "%", "0.17个百分点", "0.17 points"},
		{4_279_500, "元", "427.95万元", "¥4.28m"},
		{math.NaN(), "人", Missing, Missing},
	} {
		if zh, en := Pace(c.v, c.unit, Zh), Pace(c.v, c.unit, En); zh != c.zh || en != c.en {
			t.Errorf("Pace(%v, %s) = %q / %q, want %q / %q", c.v, c.unit, zh, en, c.zh, c.en)
		}
	}
}

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		v    float64
		d    int
		want string
	}{
		{1234567.891, 2, "1,234,567.89"}, {0.5, 0, "0"}, {1.5, 0, "2"}, {-0.001, 2, "0"}, {-12, 0, "-12"}, {999, 0, "999"}, {1000, 1, "1,000"}, {0.10, 2, "0.1"},
	} {
		if got := Number(c.v, c.d); got != c.want {
			t.Errorf("Number(%v, %d) = %q, want %q", c.v, c.d, got, c.want)
		}
	}
}

func TestProbabilityIsNeverCertain(t *testing.T) {
	for p, want := range map[float64]string{0: "<1%", 0.004: "<1%", 0.01: "1%", 0.346: "35%", 0.99: "99%", 0.996: ">99%", 1: ">99%"} {
		if got := Probability(p); got != want {
			t.Errorf("Probability(%v) = %q, want %q", p, got, want)
		}
	}
	if Probability(math.NaN()) != Missing || Percent(math.NaN()) != Missing {
		t.Error("a missing figure is written as a number")
	}
}

func TestDates(t *testing.T) {
	d := time.Date(2015, 6, 30, 0, 0, 0, 0, time.UTC)
	if Date(d, Zh) != "2015年6月30日" || Date(d, En) != "30 Jun 2015" || Month(d, Zh) != "2015年6月" || Month(d, En) != "Jun 2015" {
		t.Error(Date(d, Zh), Date(d, En), Month(d, Zh), Month(d, En))
	}
	if Date(time.Time{}, Zh) != Missing || Month(time.Time{}, En) != Missing {
		t.Error("no date is written as one")
	}
}

func ExampleAmount() {
	fmt.Println(Amount(163_000_000, "元", Zh), Amount(173, "人", Zh), Percent(0.346))
	// Output: 1.63亿元 173人 34.6%
}
