package outlook

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"talentcast/analytics"
	"talentcast/analytics/backtest"
	"talentcast/analytics/fault"
	"talentcast/datasets"
)

func history(t testing.TB, s *Service, opt HistoryOptions) *History {
	t.Helper()
	if opt.Paths == 0 {
		opt.Paths = 400
	}
	h, err := s.History(context.Background(), Query{Policy: "p", AsOf: day("2015-06-30")}, opt, nil)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// A is one a month from January 2012 on, so its total at the end of a month is
// known without asking the store.
func totalOfA(on Day) float64 { return float64((on.Year()-2012)*12 + int(on.Month())) }

func TestHistoryHoldsForecastsAgainstWhatCame(t *testing.T) {
	h := history(t, service(t, Config{}, records()...), HistoryOptions{})
	if h.Every != analytics.Quarterly || len(h.Origins) != 18 || !h.Origins[0].Equal(day("2010-12-31")) {
		t.Fatalf("%d origins every %v from %v", len(h.Origins), h.Every, h.Origins)
	}
	seen := 0
	for _, e := range h.Events {
		if !e.Date.After(e.Origin.Time) || e.Date.After(h.AsOf.Time) {
			t.Fatalf("an event of %v was forecast on %v", e.Date, e.Origin)
		}
		if e.Target != "A1" || e.Goal {
			continue
		}
		seen++
		if e.Came != (math.Ceil(totalOfA(e.Date)/3) >= e.Level) || e.P <= 0 || e.P > 1 {
			t.Errorf("A1 at %v by %v: came is %v, P %v", e.Level, e.Date, e.Came, e.P)
		}
	}
	if seen == 0 {
		t.Error("no event of A1")
	}
	for _, v := range h.Intervals {
		if want := math.Ceil(totalOfA(v.Date) / 3); v.Target == "A1" && v.Actual != want {
			t.Errorf("A1 is taken to have come to %v by %v, not %v", v.Actual, v.Date, want)
		}
		if v.Within[0] && !v.Within[1] || v.Within[1] && !v.Within[2] || v.Mass[0] > v.Mass[2] {
			t.Errorf("the intervals do not lie within each other: %+v", v)
		}
	}
}

// The policy's own deadlines that have passed are scored from origins inside the
// window only, and each once.
func TestHistoryScoresDeadlines(t *testing.T) {
	h := history(t, service(t, Config{}, records()...), HistoryOptions{})
	n := map[string]int{}
	for _, e := range h.Events {
		if !e.Goal {
			continue
		}
		n[e.Target]++
		if e.Origin.Before(day("2011-12-31")) {
			t.Errorf("%s was forecast in %v, before there was such a target", e.Target, e.Origin)
		}
		if e.Target != "P1" || !e.Came || e.Level != 3 {
			t.Errorf("an event that is not P1's: %+v", e)
		}
	}
	// P1 (3 % by the end of 2014) was passed from the start: nothing to forecast.
	if len(n) != 0 {
		t.Errorf("events of deadlines: %v", n)
	}
	late := service(t, Config{}, records()...)
	later, err := late.History(context.Background(), Query{Policy: "p", AsOf: day("2017-06-30")}, HistoryOptions{Paths: 400, Every: analytics.Yearly}, nil)
	if err != nil {
		t.Fatal(err)
	}
	hard := 0
	for _, e := range later.Events {
		if e.Goal && e.Target == "HARD" {
			hard++
			if e.Came || e.P > 0.01 || !e.Date.Equal(day("2016-12-31")) {
				t.Errorf("5000 people: %+v", e)
			}
		}
	}
	if hard != 4 { // the ends of 2012 to 2015
		t.Errorf("%d forecasts of the hard deadline", hard)
	}
	if later.Goals.Events < hard || later.Goals.Rate >= 1 {
		t.Errorf("the goals' own score: %+v", later.Goals)
	}
}

// What became known late is not in the forecast, and is in what came.
func TestHistoryKnowsOnlyWhatWasKnown(t *testing.T) {
	rs := records()
	for i := range rs {
		if rs[i].Target == "B" && rs[i].Event.Year() == 2012 {
			rs[i].Known = day("2014-08-01")
		}
	}
	h := history(t, service(t, Config{}, rs...), HistoryOptions{})
	given := map[string]float64{}
	for _, g := range h.GivenOf("B") {
		given[g.Origin.Format(time.DateOnly)] = g.Actual
	}
	if given["2014-06-30"] != 9 || given["2014-09-30"] != 17 {
		t.Errorf("B as known at the origins: %v", given)
	}
	if k := h.Known("B"); !(k > 0.5 && k < 0.99) || h.Late("B").Zh == "" {
		t.Errorf("of B %v was known at the origins: %q", k, h.Late("B").Zh)
	}
	if k := h.Known("A1"); k != 1 || h.Late("A1") != (Text{}) {
		t.Errorf("of A1 %v was known at the origins, and all was", k)
	}
	if _, ok := given["2012-12-31"]; ok {
		t.Error("B was forecast before anything was known of it")
	}
	for _, v := range h.Intervals {
		if v.Target == "B" && v.Date.Equal(day("2014-06-30")) && v.Actual != 15 {
			t.Errorf("B came to %v by June 2014, not 15", v.Actual)
		}
	}
}

func TestHistoryIsReproducibleAndKept(t *testing.T) {
	one, two := service(t, Config{}, records()...), service(t, Config{}, records()...)
	a := history(t, one, HistoryOptions{Workers: 1, Every: analytics.Yearly})
	last, total := 0, 0
	b, err := two.History(context.Background(), Query{Policy: "p", AsOf: day("2015-06-30")}, HistoryOptions{Workers: 4, Paths: 400, Every: analytics.Yearly},
		func(done, n int) {
			if done != last+1 {
				t.Errorf("%d done after %d", done, last)
			}
			last, total = done, n
		})
	if err != nil {
		t.Fatal(err)
	}
	if last == 0 || last != total {
		t.Errorf("progress ended at %d of %d", last, total)
	}
	ja, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	jb, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	if string(ja) != string(jb) {
		t.Error("the number of workers changes the figures")
	}
	if strings.Contains(string(ja), "NaN") || !json.Valid(ja) {
		t.Error("the JSON holds a NaN")
	}
	if again := history(t, one, HistoryOptions{Workers: 1, Every: analytics.Yearly}); again != a {
		t.Error("the same question was computed twice")
	}
	q := Query{Policy: "p", AsOf: day("2015-06-30")}
	if kept, key, err := one.HistoryKept(context.Background(), q, HistoryOptions{Paths: 400, Every: analytics.Yearly}); kept != a || key == "" || err != nil {
		t.Errorf("kept %p of %p under %q: %v", kept, a, key, err)
	}
	if kept, _, err := two.HistoryKept(context.Background(), q, HistoryOptions{Paths: 500}); kept != nil || err != nil {
		t.Errorf("what was never asked for is kept: %v", err)
	}
}

func TestHistoryFaults(t *testing.T) {
	s := service(t, Config{}, records()...)
	for _, c := range []struct {
		q    Query
		opt  HistoryOptions
		want fault.Code
	}{
		{Query{Policy: "nope"}, HistoryOptions{}, fault.NotFound},
		{Query{Policy: "p", AsOf: day("2999-01-01")}, HistoryOptions{}, fault.Invalid},
		{Query{Policy: "p"}, HistoryOptions{Paths: 3}, fault.Invalid},
	} {
		if _, err := s.History(context.Background(), c.q, c.opt, nil); !fault.Is(err, c.want) {
			t.Errorf("%+v: %v", c.q, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	_, err := s.History(ctx, Query{Policy: "p", AsOf: day("2015-06-30")}, HistoryOptions{Paths: 400}, func(int, int) { cancel() })
	if err == nil {
		t.Error("a history cut short was given as whole")
	}
	if h, _, _ := s.HistoryKept(context.Background(), Query{Policy: "p", AsOf: day("2015-06-30")}, HistoryOptions{Paths: 400}); h != nil {
		t.Error("a history cut short was kept")
	}
	empty, err := service(t, Config{}).History(context.Background(), Query{Policy: "p"}, HistoryOptions{}, nil)
	if err != nil || len(empty.Events) != 0 || empty.Sentence("").Zh == "" || !math.IsNaN(empty.Overall.Brier) {
		t.Errorf("without data: %v %+v", err, empty)
	}
}

// Arrivals that keep to one rate are forecast without a bias: many series of
// them, so that chance does not decide the test.
func TestHistoryOfSteadyArrivalsIsCalibrated(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 9))
	var rs []datasets.Record
	for _, id := range []string{"A", "B", "EASY", "HARD", "TWO", "A1"} {
		for m := range 42 {
			at := day("2012-01-10").AddDate(0, m, 0)
			for k := range poisson(3, r) {
				rs = append(rs, datasets.Record{
					Kind: datasets.Talent, Target: id, Category: id, Event: at, Known: at,
					Key: fmt.Sprintf("%s-%d-%d", id, m, k), Person: fmt.Sprintf("%s-%d-%d", id, m, k),
				})
			}
		}
	}
	h := history(t, service(t, Config{}, rs...), HistoryOptions{Paths: 1000})
	s := h.Overall
	if s.Events < 500 || math.Abs(s.Mean-s.Rate) > 0.12 || s.ECE > 0.2 {
		t.Errorf("%d events, given %.2f, came %.2f, ECE %.3f", s.Events, s.Mean, s.Rate, s.ECE)
	}
	if s.Coverage[1] < s.Mass[1]-0.15 {
		t.Errorf("the 80 %% intervals hold %.2f of the paths and held %.2f", s.Mass[1], s.Coverage[1])
	}
	if s.LineSkill < 0.2 {
		t.Errorf("skill %.2f against the straight line", s.LineSkill)
	}
}

func poisson(mean float64, r *rand.Rand) int {
	k, p, least := 0, r.Float64(), math.Exp(-mean)
	for ; p > least; k++ {
		p *= r.Float64()
	}
	return k
}

func TestScoreByHand(t *testing.T) {
	on := func(s string) Day { return Day{day(s)} }
	events := []Event{
		{Target: "A", Origin: on("2014-03-31"), P: 0.8, Line: 1, Came: true},
		{Target: "A", Origin: on("2014-03-31"), P: 0.4, Line: 1, Came: false},
		{Target: "B", Origin: on("2014-06-30"), P: 0.6, Line: math.NaN(), Came: true},
		{Target: "B", Origin: on("2014-06-30"), P: 0.2, Line: 0, Came: false},
	}
	dates := []DateTrial{
		{Median: on("2014-06-30"), Came: on("2014-08-31"), Error: 2, CRPS: 1, Within80: true, Mass80: 0.9},
		{Median: on("2014-06-30"), Came: on("2014-05-31"), Error: -1, CRPS: 2, Within80: true, Mass80: 0.8},
		{Came: on("2014-08-31"), Error: math.NaN(), CRPS: 3, Mass80: 0.7},
		{Median: on("2014-06-30"), Error: math.NaN(), CRPS: 6, Mass80: 0.8},
	}
	h := &History{Paths: 100}
	s := h.scoreOf(events, nil, dates)
	near := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 1e-12 {
			t.Errorf("%s is %v, not %v", what, got, want)
		}
	}
	near("mean", s.Mean, 0.5)
	near("rate", s.Rate, 0.5)
	near("Brier", s.Brier, (0.04+0.16+0.16+0.04)/4)
	near("base rate", s.BaseBrier, 0.25)
	near("skill against it", s.BaseSkill, 1-0.1/0.25)
	near("line", s.LineBrier, 1.0/3)
	near("skill against it", s.LineSkill, 1-0.24/3*3)
	near("Monte-Carlo part", s.MCBrier, (0.16+0.24+0.24+0.16)/4/100)
	near("log", s.Log, -(2*math.Log(0.8)+2*math.Log(0.6))/4)
	near("date error", s.DateError, 1.5)
	near("date bias", s.DateBias, 0.5)
	near("date CRPS", s.DateCRPS, 3)
	near("date coverage", s.DateCoverage80, 0.5)
	if s.Events != 4 || s.Origins != 2 || s.Targets != 2 || s.Groups != 2 || s.Dates != 4 || s.Reached != 3 || s.Timed != 2 || s.ReachedLate != 1 || s.ReachedNot != 1 {
		t.Errorf("counts: %+v", s)
	}
	if !s.Few() {
		t.Error("two origins are taken to be enough")
	}
	if b := s.Bins; b[8].N != 1 || b[8].Rate != 1 || backtest.Reliability(nil, nil)[0].N != 0 {
		t.Errorf("bins %+v", b)
	}
}

// Passage dates are counted where the paths first reach the level, and what is
// not reached has a place of its own behind all dates.
func TestPassagesAndTheirQuantiles(t *testing.T) {
	paths := matrix{{1, 0, 0, 0}, {0, 2, 0, 0}, {3, 3, 3, 0}}
	counts := passages(paths, 1)
	if fmt.Sprint(counts) != "[1 1 1 1]" {
		t.Fatalf("counts %v", counts)
	}
	for p, want := range map[float64]int{0.1: 0, 0.25: 0, 0.5: 1, 0.75: 2, 0.9: 3} {
		if got := countQuantile(counts, p); got != want {
			t.Errorf("the %v quantile is step %d, not %d", p, got, want)
		}
	}
}

// Goals held against one series share its heights, which count once.
func TestSharedSeriesCountOnce(t *testing.T) {
	h := history(t, service(t, Config{}, records()...), HistoryOptions{Every: analytics.Yearly})
	for _, v := range h.Intervals {
		if v.Target == "P1" {
			t.Fatal("the heights of one series are counted twice")
		}
	}
	a, _ := h.OfTarget("R")
	b, ok := h.OfTarget("P1")
	if !ok || a.Intervals == 0 || a.Intervals != b.Intervals {
		t.Errorf("R has %d intervals, P1, on the same series, %d", a.Intervals, b.Intervals)
	}
	if again, ok := h.OfTarget("T2"); !ok || again.Target != "T" {
		t.Errorf("a row that repeats another: %+v", again)
	}
}

// The verdict speaks up for a gap that many targets share, and keeps quiet where
// it hangs on one.
func TestVerdictNeedsMoreThanOneTarget(t *testing.T) {
	h := &History{Paths: 1000, Every: analytics.Quarterly}
	events := func(targets int, came func(target, k int) bool) []Event {
		var out []Event
		for i := range targets {
			for k := range 10 {
				out = append(out, Event{
					Target: fmt.Sprint(i), Origin: Day{day("2013-03-31").AddDate(0, k, 0)}, Horizon: 12, P: 0.5, Came: came(i, k),
				})
			}
		}
		return out
	}
	for _, c := range []struct {
		name   string
		events []Event
		want   string
	}{
		{"as said", events(10, func(_, k int) bool { return k%2 == 0 }), "没有超出"},
		{"all came more often", events(10, func(i, k int) bool { return k < 8+i%2 }), "偏低"},
		{"all came less often", events(10, func(i, k int) bool { return k < 1+i%2 }), "偏高"},
		{"half the targets always, half never", events(10, func(i, _ int) bool { return i < 6 }), "没有超出"},
		{"one target, overlapping spans", events(1, func(_, k int) bool { return k < 8 }), "没有超出"},
	} {
		if got := h.scoreOf(c.events, nil, nil).Verdict(); !strings.Contains(got.Zh, c.want) || got.En == "" {
			t.Errorf("%s: %q, want %q", c.name, got.Zh, c.want)
		}
	}
	if (Score{}).Verdict() != (Text{}) {
		t.Error("a verdict without events")
	}
}
