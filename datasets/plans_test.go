package datasets

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"talentcast/analytics"
	"talentcast/analytics/fault"
)

func planOf(amounts ...int64) []YearPlan {
	out := make([]YearPlan, len(amounts))
	for i, a := range amounts {
		out[i] = YearPlan{2012 + i, decimal.New(a, 0)}
	}
	return out
}

func shippedStore(t *testing.T) *Store {
	t.Helper()
	s := openTest(t)
	all, err := ShippedPolicies()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		if p.ID == "liwan-555" {
			if _, err := s.PutPolicy(context.Background(), p); err != nil {
				t.Fatal(err)
			}
		}
	}
	return s
}

func TestPlansKeepEveryRevision(t *testing.T) {
	ctx, s := context.Background(), shippedStore(t)
	save := func(base int, known time.Time, years []YearPlan) error {
		return s.SavePlans(ctx, "liwan-555", []PlanRevision{{Target: "G-01", Base: base, Known: known, By: "张", Reason: "区里下达", Years: years}})
	}
	early, late := analytics.Date(2012, 12, 31), analytics.Date(2014, 3, 1)
	if err := save(0, early, planOf(50, 150, 250, 400, 500)); err != nil {
		t.Fatal(err)
	}
	if err := save(1, late, planOf(30, 100, 200, 350, 500)); err != nil {
		t.Fatal(err)
	}
	if err := save(1, late, planOf(1, 2, 3, 4, 500)); !fault.Is(err, fault.Conflict) {
		t.Errorf("a plan someone else has changed is overwritten: %v", err)
	}
	if err := save(2, early, nil); err != nil { // written last, known first
		t.Fatal(err)
	}
	all, err := s.Plans(ctx, "liwan-555")
	if err != nil || len(all) != 3 || all[0].By != "张" || all[0].At.IsZero() || LastRevision(all, "G-01") != 3 {
		t.Fatalf("%+v, %v", all, err)
	}
	for _, c := range []struct {
		day      time.Time
		revision int
	}{{early.AddDate(0, 0, -1), 0}, {early, 3}, {late.AddDate(0, 0, -1), 3}, {late, 2}} {
		x, ok := PlanOn(all, "G-01", c.day)
		if x.Revision != c.revision || ok != (c.revision > 0) {
			t.Errorf("on %s revision %d holds, want %d", c.day, x.Revision, c.revision)
		}
	}
	if x, _ := PlanOn(all, "G-01", late); len(x.Years) != 5 || !x.Years[3].Amount.Equal(decimal.New(350, 0)) || x.Years[3].Year != 2015 {
		t.Errorf("%+v", x)
	}
}

func TestPlansAreRefusedWhole(t *testing.T) {
	ctx, s := context.Background(), shippedStore(t)
	good := PlanRevision{Target: "G-01", By: "张", Reason: "下达", Years: planOf(50, 150)}
	bad := good
	bad.Target, bad.Years = "G-02", planOf(5, 1)
	if err := s.SavePlans(ctx, "liwan-555", []PlanRevision{good, bad}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a falling total: %v", err)
	}
	for name, change := range map[string]func(*PlanRevision){
		"nobody": func(x *PlanRevision) { x.By = "" }, "no reason": func(x *PlanRevision) { x.Reason = "" }, "tomorrow": func(x *PlanRevision) { x.Known = time.Now().AddDate(90, 0, 0) },
		"too long": func(x *PlanRevision) { x.Reason = strings.Repeat("长", MaxSaying+1) }, "a repeat": func(x *PlanRevision) { x.Target = "13-01" },
	} {
		x := good
		change(&x)
		if err := s.SavePlans(ctx, "liwan-555", []PlanRevision{x}); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	x := good
	x.Target = "none"
	if err := s.SavePlans(ctx, "liwan-555", []PlanRevision{x}); !fault.Is(err, fault.NotFound) {
		t.Errorf("an unknown target: %v", err)
	}
	if all, err := s.Plans(ctx, "liwan-555"); err != nil || len(all) != 0 {
		t.Errorf("something of what was refused is kept: %+v, %v", all, err)
	}
}

func TestCheckPlan(t *testing.T) {
	goal, share := 500.0, 60.0
	total := Target{ID: "T", Measure: Cumulative, Low: &goal, Unit: "人", Start: analytics.Date(2012, 1, 1), Early: analytics.Date(2013, 12, 31), Late: analytics.Date(2014, 12, 31)}
	ratio := total
	ratio.Measure, ratio.Low, ratio.Unit = Ratio, &share, "%"
	for _, c := range []struct {
		name   string
		t      Target
		years  []YearPlan
		wrong  []int // years
		warned bool
	}{
		{"even", total, planOf(200, 400, 500), nil, false},
		{"below the goal", total, planOf(200, 400, 499), nil, true},
		{"falls", total, planOf(200, 100, 500), []int{2013}, false},
		{"negative", total, planOf(-1, 100, 500), []int{2012}, false},
		{"after the window", total, planOf(1, 2, 500, 500), []int{2015}, false},
		{"twice", total, []YearPlan{{2012, decimal.New(1, 0)}, {2012, decimal.New(500, 0)}}, []int{2012}, false},
		{"part of a person", total, []YearPlan{{2012, decimal.New(5, -1)}, {2013, decimal.New(500, 0)}}, []int{2012}, false},
		{"a share may fall", ratio, planOf(65, 60), nil, false},
		{"a share over all", ratio, planOf(60, 101), []int{2013}, false},
	} {
		problems, warning := c.t.CheckPlan(c.years)
		var got []int
		for _, p := range problems {
			got = append(got, p.Year)
		}
		if len(got) != len(c.wrong) || len(got) > 0 && got[0] != c.wrong[0] || (warning != nil) != c.warned {
			t.Errorf("%s: problems in %v, warning %v", c.name, got, warning)
		}
	}
}

func TestNotesAreOnlyWithdrawn(t *testing.T) {
	ctx, s := context.Background(), shippedStore(t)
	id, err := s.AddNote(ctx, "liwan-555", Note{Target: "G-01", Text: "口径已商定", By: "张"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.WithdrawNote(ctx, "liwan-555", "G-02", id, "李", "错"); !fault.Is(err, fault.NotFound) {
		t.Errorf("withdrawn under another target: %v", err)
	}
	if err := s.WithdrawNote(ctx, "liwan-555", "G-01", id, "李", "有误"); err != nil {
		t.Fatal(err)
	}
	if err := s.WithdrawNote(ctx, "liwan-555", "G-01", id, "李", "有误"); !fault.Is(err, fault.Conflict) {
		t.Errorf("withdrawn twice: %v", err)
	}
	notes, err := s.Notes(ctx, "liwan-555", time.Time{})
	if err != nil || len(notes) != 1 || !notes[0].Withdrawn() || notes[0].Text != "口径已商定" || notes[0].WithdrawnBy != "李" {
		t.Errorf("%+v, %v", notes, err)
	}
	if before, err := s.Notes(ctx, "liwan-555", analytics.Date(2000, 1, 1)); err != nil || len(before) != 0 {
		t.Errorf("a note from before it was written: %+v, %v", before, err)
	}
	for _, n := range []Note{{Target: "G-01", By: "张"}, {Target: "G-01", Text: "无名"}} {
		if _, err := s.AddNote(ctx, "liwan-555", n); !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v is kept: %v", n, err)
		}
	}
}

func TestSelfReviews(t *testing.T) {
	ctx, s := context.Background(), shippedStore(t)
	x := SelfReview{Target: "G-01", Score: decimal.NewNullDecimal(decimal.RequireFromString("92.5")), Reason: "进度正常", Measures: "继续引进"}
	save := func(x SelfReview) error {
		return s.SaveSelfReviews(ctx, "liwan-555", "rsj", 2015, "张", []SelfReview{x})
	}
	if err := save(x); err != nil {
		t.Fatal(err)
	}
	if err := save(x); !fault.Is(err, fault.Conflict) {
		t.Errorf("an unseen revision is overwritten: %v", err)
	}
	x.Base, x.Score = 1, decimal.NullDecimal{}
	if err := save(x); err != nil {
		t.Fatal(err)
	}
	got, err := s.SelfReviews(ctx, "liwan-555", "rsj", 2015)
	if err != nil || len(got) != 1 || got["G-01"].Revision != 2 || got["G-01"].Score.Valid || got["G-01"].Measures != "继续引进" {
		t.Errorf("%+v, %v", got, err)
	}
	if other, _ := s.SelfReviews(ctx, "liwan-555", "rsj", 2014); len(other) != 0 {
		t.Errorf("another year has %+v", other)
	}
	x.Base, x.Score = 2, decimal.NewNullDecimal(decimal.New(101, 0))
	if err := save(x); !fault.Is(err, fault.Invalid) {
		t.Errorf("101 points: %v", err)
	}
}
