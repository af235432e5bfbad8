package outlook

import (
	"fmt"
	"math"
	"testing"

	"talentcast/datasets"
)

// delayed is three arrivals a month for A, each known so many days later, and
// nothing known after June 2015.
func delayed(days int) []datasets.Record {
	var rs []datasets.Record
	for i := range 42 {
		for k := range 3 {
			at := day("2012-01-01").AddDate(0, i, 9*k)
			known := at.AddDate(0, 0, days)
			if known.After(day("2015-06-30")) {
				continue
			}
			key := fmt.Sprintf("A-%d-%d", i, k)
			rs = append(rs, datasets.Record{Kind: datasets.Talent, Category: "A", Target: "A", Person: key, Key: key, Event: at, Known: known})
		}
	}
	return rs
}

func TestLateRegistrationIsExpected(t *testing.T) {
	prompt := get(t, of(t, service(t, Config{}, delayed(0)...), Query{AsOf: day("2015-06-30")}), "A")
	if prompt.Unregistered != nil || code(prompt, "late_registration") {
		t.Errorf("rows handed in at once leave %v expected", *prompt.Unregistered)
	}
	late := get(t, of(t, service(t, Config{}, delayed(60)...), Query{AsOf: day("2015-06-30")}), "A")
	missing := *prompt.Actual - *late.Actual
	if missing < 5 {
		t.Fatalf("the trial hides %v arrivals only", missing)
	}
	if late.Unregistered == nil || math.Abs(*late.Unregistered-missing) > 2 || !code(late, "late_registration") {
		t.Fatalf("%v are expected of the %v that are missing; %+v", late.Unregistered, missing, late.Warnings)
	}
	// The forecast is that of the prompt office, within a tenth of what is to come.
	end := len(late.Fan) - 1
	if a, b := late.Fan[end].Mean, prompt.Fan[end].Mean; math.Abs(a-b) > 0.1*(b-*prompt.Actual) {
		t.Errorf("late rows lead to %.1f in the end, prompt ones to %.1f", a, b)
	}
	if first := late.Fan[0].Mean - *late.Actual; first < missing {
		t.Errorf("the first month adds %.1f, of which %v have happened", first, missing)
	}
}

// A month that is running is neither a drop nor filled up twice.
func TestLateRegistrationInARunningMonth(t *testing.T) {
	whole := get(t, of(t, service(t, Config{}, delayed(20)...), Query{AsOf: day("2015-05-31")}), "A")
	part := get(t, of(t, service(t, Config{}, delayed(20)...), Query{AsOf: day("2015-06-15")}), "A")
	last := func(x *Target) float64 { return x.Fan[len(x.Fan)-1].Mean }
	if math.Abs(last(whole)-last(part)) > 0.1*(last(whole)-*whole.Actual) {
		t.Errorf("half a month later the end moves from %.1f to %.1f", last(whole), last(part))
	}
}

// Books opened late are not late rows: what happened before the first entry says
// nothing of delay.
func TestOpeningTheBooksIsNoDelay(t *testing.T) {
	var rs []datasets.Record
	opened := day("2014-12-31")
	for i := range 42 {
		at := day("2012-01-10").AddDate(0, i, 0)
		known := at
		if known.Before(opened) {
			known = opened
		}
		key := fmt.Sprintf("A-%d", i)
		rs = append(rs, datasets.Record{Kind: datasets.Talent, Category: "A", Target: "A", Person: key, Key: key, Event: at, Known: known})
	}
	if x := get(t, of(t, service(t, Config{}, rs...), Query{AsOf: day("2015-06-30")}), "A"); x.Unregistered != nil {
		t.Errorf("%v expected", *x.Unregistered)
	}
}

func TestMomentumSeesWhatPartsDoTogether(t *testing.T) {
	build := func(together bool) []datasets.Record {
		var rs []datasets.Record
		for ti, target := range []string{"A", "A1", "B", "HARD"} {
			for i := range 42 {
				n := 4
				// A surge of two years that either all have, or two of the four while
				// the others ebb.
				if i >= 18 && (together || ti%2 == 0) {
					n = 8
				} else if i >= 18 {
					n = 2
				}
				for k := range n {
					at := day("2012-01-02").AddDate(0, i, 3*k)
					key := fmt.Sprintf("%s-%d-%d", target, i, k)
					rs = append(rs, datasets.Record{Kind: datasets.Talent, Category: target, Target: target, Person: key, Key: key, Event: at, Known: at})
				}
			}
		}
		return rs
	}
	momentum := func(together bool) float64 {
		s := service(t, Config{}, build(together)...)
		p, err := s.prepare(t.Context(), policy(), day("2015-06-30"))
		if err != nil {
			t.Fatal(err)
		}
		return p.momentum
	}
	if a, b := momentum(true), momentum(false); !(a > b && b > 0 && a <= 0.5) {
		t.Errorf("momentum %.2f where all surge, %.2f where some do and some ebb", a, b)
	}
}

func TestPacesHaveMeanOne(t *testing.T) {
	rows := paces(1, 4000, 24, 0.3)
	sum := 0.0
	for _, r := range rows {
		sum += r[23] / 4000
	}
	if math.Abs(sum-1) > 0.03 {
		t.Errorf("the mean factor after two years is %.3f", sum)
	}
}
