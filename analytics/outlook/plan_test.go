package outlook

import (
	"context"
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"talentcast/analytics/target"
	"talentcast/datasets"
)

func revision(id string, n int, known string, amounts ...float64) datasets.PlanRevision {
	r := datasets.PlanRevision{Target: id, Revision: n, Known: day(known), At: day(known), By: "张", Reason: "下达"}
	for i, v := range amounts {
		r.Years = append(r.Years, datasets.YearPlan{Year: 2012 + i, Amount: decimal.NewFromFloat(v)})
	}
	return r
}

func planOf(t *testing.T, s *Service, q Query, id string, on time.Time, revisions ...datasets.PlanRevision) AnnualPlan {
	t.Helper()
	o := of(t, s, q)
	ends, err := s.YearEnds(context.Background(), Query{Policy: "p", AsOf: q.AsOf})
	if err != nil {
		t.Fatal(err)
	}
	plan, ok := o.PlanOf(get(t, o, id), revisions, on, ends)
	if !ok {
		t.Fatalf("%s has no plan", id)
	}
	return plan
}

func (p AnnualPlan) year(t *testing.T, y int) PlanYear {
	t.Helper()
	for _, x := range p.Years {
		if x.Year == y {
			return x
		}
	}
	t.Fatalf("no year %d in %+v", y, p.Years)
	return PlanYear{}
}

// A plan for the last year that is the goal itself has the probability that the
// outlook gives: both count the same paths.
func TestTheLastYearOfAPlanIsTheOutlooks(t *testing.T) {
	s := service(t, Config{}, records()...)
	o := of(t, s, Query{})
	for _, id := range []string{"HARD", "TWO", "M"} {
		x := get(t, o, id)
		plan := planOf(t, s, Query{}, id, day("2015-06-30"))
		for year, want := range map[int]float64{2016: x.Attainment.EarlyLow.P, 2021: x.Attainment.LateLow.P} {
			got := plan.year(t, year)
			if got.P == nil || math.Abs(got.P.P-want) > 0.0011 {
				t.Errorf("%s in %d: %v, the outlook says %v", id, year, got.P, want)
			}
			if *got.Plan != *x.Low {
				t.Errorf("%s in %d: planned %v of %v", id, year, *got.Plan, *x.Low)
			}
		}
	}
}

func TestEvenPlan(t *testing.T) {
	s := service(t, Config{}, records()...)
	o := of(t, s, Query{})
	for _, c := range []struct {
		id   string
		want map[int]float64
	}{
		{"TWO", map[int]float64{2012: 2, 2013: 4, 2014: 6, 2015: 8, 2016: 9, 2017: 9, 2021: 9}}, // 1.8 a year, whole people
		{"R", map[int]float64{2012: 14, 2013: 16, 2014: 18, 2015: 20}},                          // from 12 % in 2011
	} {
		got := EvenPlan(get(t, o, c.id))
		for y, v := range c.want {
			if math.Abs(got[y]-v) > 0.01 {
				t.Errorf("%s in %d: %v, want %v", c.id, y, got[y], v)
			}
		}
	}
	for _, id := range []string{"C", "D", "G", "X", "Y"} {
		if _, ok := o.PlanOf(get(t, o, id), nil, day("2015-06-30"), nil); ok {
			t.Errorf("%s has a plan by year", id)
		}
	}
}

func TestPlanOfADay(t *testing.T) {
	s := service(t, Config{}, records()...)
	revs := []datasets.PlanRevision{
		revision("HARD", 1, "2013-01-31", 4, 8, 12, 16, 4000),
		revision("HARD", 2, "2015-01-31", 2, 4, 6, 5, 4000),
	}
	old := planOf(t, s, Query{}, "HARD", day("2014-06-30"), revs...)
	if !old.Own || old.Revision != 1 || old.Latest != 2 || *old.year(t, 2015).Plan != 16 {
		t.Errorf("in 2014: %+v", old)
	}
	if first := planOf(t, s, Query{}, "HARD", day("2012-06-30"), revs...); first.Own || first.Revision != 0 {
		t.Errorf("before any plan: %+v", first)
	}
	plan := planOf(t, s, Query{}, "HARD", day("2015-06-30"), revs...)
	// One a quarter from January 2012: 4 a year, 14 by the end of June 2015.
	for year, want := range map[int]PlanState{2012: PlanReached, 2014: PlanReached, 2015: PlanReached, 2016: PlanDoubt, 2017: PlanUnknown} {
		if got := plan.year(t, year); got.State != want {
			t.Errorf("%d is %s, want %s: %+v", year, got.State, want, got)
		}
	}
	now := plan.year(t, 2015)
	if !now.Running || *now.Actual != 14 || *now.Added != 2 || *now.Share != 0 || *now.Required != 0 {
		t.Errorf("%+v", now)
	}
	next := plan.year(t, 2016)
	if got, want := *next.Required, (4000-14)/18.0; math.Abs(got-want) > 1e-9 || *next.Share != 4000-5 {
		t.Errorf("needed %v a month, want %v; share %v", got, want, *next.Share)
	}
	if plan.Rate == nil || math.Abs(*plan.Rate-14.0/5) > 1e-9 {
		t.Errorf("year's rate %v", plan.Rate)
	}
	if plan.Warning == nil {
		t.Error("a plan that ends below the goal does not warn")
	}
	if missed := planOf(t, s, Query{}, "HARD", day("2014-06-30"), revs...).year(t, 2014); missed.State != PlanReached {
		t.Errorf("%+v", missed)
	}
	b, err := json.Marshal(plan)
	if err != nil || !json.Valid(b) {
		t.Errorf("%s, %v", b, err)
	}
}

func TestYearsWithoutFiguresAreUnknown(t *testing.T) {
	s := service(t, Config{}, records()...)
	plan := planOf(t, s, Query{}, "NONE", day("2015-06-30"))
	for _, y := range plan.Years {
		if y.State != PlanUnknown || y.P != nil || y.Actual != nil {
			t.Errorf("%+v", y)
		}
	}
	r := planOf(t, s, Query{}, "R", day("2015-06-30"))
	if got := r.year(t, 2012); *got.Actual != 13 || got.State != PlanMissed || got.Share != nil {
		t.Errorf("%+v", got)
	}
	var nobody *YearEnds
	if _, ok := nobody.AtLeast("T", 2016, 1); ok {
		t.Error("a probability of nothing")
	}
	if PlanUnknown.Light() != target.NoData {
		t.Error("what is unknown has a light")
	}
}
