package outlook

import (
	"context"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"talentcast/analytics/fault"
	"talentcast/analytics/forecast"
	"talentcast/analytics/scenario"
	"talentcast/analytics/target"
	"talentcast/datasets"
)

// person is a row of the target that happened and became known on two days.
func person(id, key, event, known string) datasets.Record {
	return datasets.Record{Kind: datasets.Talent, Target: id, Category: id, Key: key, Person: key, Event: day(event), Known: day(known)}
}

// revised are the records with, in June 2015, one more of TWO, one that happened
// in April and was handed in late, and one of May 2013 that is moved to HARD.
func revised() []datasets.Record {
	return append(records(),
		person("TWO", "moved", "2013-05-01", "2013-05-01"),
		person("HARD", "moved", "2013-05-01", "2015-06-20"),
		person("TWO", "late", "2015-04-10", "2015-06-10"),
		person("TWO", "new", "2015-06-05", "2015-06-05"),
	)
}

func changed(t *testing.T, s *Service, q Query, since string) *Changes {
	t.Helper()
	q.Policy = "p"
	var from time.Time
	if since != "" {
		from = day(since)
	}
	c, err := s.Change(context.Background(), q, from)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func changeIn(t *testing.T, c *Changes, id string) *Change {
	t.Helper()
	x, ok := c.Target(id)
	if !ok {
		t.Fatalf("no change of %s", id)
	}
	return x
}

func TestChangeCountsAndAddsUp(t *testing.T) {
	s := service(t, Config{}, revised()...)
	c := changed(t, s, Query{}, "")
	if !c.Since.Equal(day("2015-05-31")) || !c.AsOf.Equal(day("2015-06-30")) || len(c.Targets) != len(policy().Targets) {
		t.Fatalf("from %v to %v, %d targets", c.Since, c.AsOf, len(c.Targets))
	}
	for _, w := range []struct {
		id                 string
		rows               RowChanges
		then, now, revised float64
	}{
		{"TWO", RowChanges{New: 1, Late: 1, Removed: 1}, 3, 4, 0},
		{"HARD", RowChanges{Corrected: 1}, 14, 15, 1},
		{"T", RowChanges{New: 1}, 76, 77, 0}, // A's of June; B came in May, A1 in April
		{"T2", RowChanges{New: 1}, 76, 77, 0},
		{"EASY", RowChanges{}, 1, 1, 0},
		{"C", RowChanges{New: 1}, 25, 26, 0}, // the cap's rows are M's
	} {
		x := changeIn(t, c, w.id)
		if x.Rows != w.rows {
			t.Errorf("%s: rows %+v, want %+v", w.id, x.Rows, w.rows)
		}
		if x.Then.Figure != w.then || x.Now.Figure != w.now || x.Figure.Revised.Value != w.revised || x.Figure.New.Value != w.now-w.then-w.revised {
			t.Errorf("%s: from %v to %v, %+v", w.id, x.Then.Figure, x.Now.Figure, *x.Figure)
		}
	}
	then, now := of(t, s, Query{AsOf: day("2015-05-31")}), of(t, s, Query{})
	split := 0
	for i := range c.Targets {
		x, a, b := &c.Targets[i], &then.Targets[i], &now.Targets[i]
		if x.Text.Zh == "" || x.Text.En == "" || x.ID != b.ID || x.Then.Status != a.Status || x.Now.Status != b.Status {
			t.Errorf("%s: %+v, %s then and %s now", x.ID, x, a.Status, b.Status)
		}
		p := x.Probability
		if (p == nil) != (a.Attainment == nil || b.Attainment == nil || math.IsNaN(a.Attainment.LateLow.P) || math.IsNaN(b.Attainment.LateLow.P)) {
			t.Errorf("%s: probability %+v", x.ID, p)
		}
		if p == nil {
			continue
		}
		split++
		if p.Revised.Value+p.New.Value+p.Model.Value != p.Total.Value {
			t.Errorf("%s: %+v does not add up", x.ID, *p)
		}
		if d := b.Attainment.LateLow.P - a.Attainment.LateLow.P; math.Abs(d-p.Total.Value) > 1e-12 {
			t.Errorf("%s changed by %v, told as %v", x.ID, d, p.Total.Value)
		}
	}
	if split < 8 {
		t.Errorf("only %d probabilities are split", split)
	}
	if p := changeIn(t, c, "S").Probability; p.Revised != (Share{}) {
		t.Errorf("S has no late rows, but a share of revised data: %+v", p)
	}
}

func TestALateRowIsRevisedData(t *testing.T) {
	rs := append(records(), person("TWO", "late", "2015-04-10", "2015-06-10"))
	c := changed(t, service(t, Config{Paths: 4000}, rs...), Query{}, "")
	x := changeIn(t, c, "TWO")
	if p := x.Probability; !(p.Revised.Value > 0.05) || !p.Revised.Clear() || p.New.Value >= 0 {
		t.Errorf("a third arrival, known late, and a month without one: %+v", *p)
	}
	for _, want := range []string{"与2015年5月31日相比", "按期完成概率由", "（6月没有新增）", "修订数据 +", "（修订1条记录）"} {
		if !strings.Contains(x.Text.Zh, want) {
			t.Errorf("%q is not in %q", want, x.Text.Zh)
		}
	}
	if !strings.Contains(x.Text.En, "1 record revised") || !strings.Contains(x.Text.En, "none added in Jun 2015") {
		t.Errorf("%q", x.Text.En)
	}
	if x := changeIn(t, c, "Y"); x.Text.Zh != "与2015年5月31日相比没有变化：其间没有新增或修订的数据。" {
		t.Errorf("nothing happened to Y: %q", x.Text.Zh)
	}
	if x := changeIn(t, c, "HARD"); !strings.Contains(x.Text.Zh, "没有变化") {
		t.Errorf("HARD was never in reach, and nothing came: %q", x.Text.Zh)
	}
}

func TestChangeOfOneTreeIsThatOfTheWhole(t *testing.T) {
	ask := func(id string) *Changes {
		c, err := service(t, Config{}, revised()...).ChangeOf(context.Background(), Query{Policy: "p"}, time.Time{}, id)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	whole := changed(t, service(t, Config{}, revised()...), Query{}, "")
	for id, n := range map[string]int{"A1": 5, "TWO": 1, "C": 1, "R": 1} {
		c := ask(id)
		if len(c.Targets) != n {
			t.Errorf("the tree of %s has %d targets, want %d", id, len(c.Targets), n)
		}
		for i := range c.Targets {
			got, _ := json.Marshal(c.Targets[i])
			want, _ := json.Marshal(changeIn(t, whole, c.Targets[i].ID))
			if string(got) != string(want) {
				t.Errorf("alone:    %s\ntogether: %s", got, want)
			}
		}
	}
	_, err := service(t, Config{}).ChangeOf(context.Background(), Query{Policy: "p"}, time.Time{}, "nope")
	if !fault.Is(err, fault.NotFound) {
		t.Errorf("an unknown target: %v", err)
	}
}

func TestChangeSinceBeforeAnyData(t *testing.T) {
	s := service(t, Config{}, revised()...)
	c := changed(t, s, Query{AsOf: day("2015-06-30")}, "2000-01-01")
	x := changeIn(t, c, "TWO")
	if x.Then.Status != target.NoData || x.Probability != nil || x.Then.Figure != 0 || x.Now.Figure != 4 || x.Figure.New.Value != 4 {
		t.Errorf("TWO: %+v", x)
	}
	if !strings.Contains(x.Text.Zh, "由“无数据”转为") || !strings.Contains(x.Text.Zh, "其间新增4人") {
		t.Errorf("%q", x.Text.Zh)
	}
	if x := changeIn(t, c, "R"); x.Figure != nil || !strings.Contains(x.Text.Zh, "此前没有数据，现为17%") {
		t.Errorf("a share is not counted from nothing: %+v", x)
	}
}

// TestChangeOfWhatIsSettled: a target that is met and one whose deadline has
// passed are told by their figures, not by a probability of one or nought.
func TestChangeOfWhatIsSettled(t *testing.T) {
	s := service(t, Config{}, records()...)
	x := changeIn(t, changed(t, s, Query{AsOf: day("2015-06-30")}, "2012-03-31"), "B") // 20 wanted
	if x.Text.Zh != "与2012年3月31日相比，由“"+x.Then.Status.Word("zh")+"”转为“已完成”；实际由2人增至21人（其间新增19人）。" {
		t.Errorf("B: %q", x.Text.Zh)
	}
	x = changeIn(t, changed(t, s, Query{AsOf: day("2022-01-31")}, "2021-11-30"), "HARD")
	if !strings.Contains(x.Text.Zh, "期限已过；实际仍为14人") || strings.Contains(x.Text.Zh, "概率") {
		t.Errorf("HARD: %q", x.Text.Zh)
	}
	x = changeIn(t, changed(t, s, Query{AsOf: day("2022-03-31")}, "2022-01-31"), "HARD")
	if x.Moved() || strings.Contains(x.Text.Zh, "期限已过") {
		t.Errorf("HARD, long after: %q", x.Text.Zh)
	}
}

func BenchmarkChangeCold(b *testing.B) {
	s := service(b, Config{Paths: 10000}, revised()...)
	for b.Loop() {
		b.StopTimer()
		s.fits, s.kept, s.diff = cache[string, *prepared]{max: 8}, cache[string, *Outlook]{max: 8}, cache[string, *Changes]{max: 8}
		if _, err := s.Of(context.Background(), Query{Policy: "p"}); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		if _, err := s.Change(context.Background(), Query{Policy: "p"}, time.Time{}); err != nil {
			b.Fatal(err)
		}
	}
}

func TestChangeFaults(t *testing.T) {
	s := service(t, Config{}, records()...)
	for name, c := range map[string]struct {
		q     Query
		since string
		want  fault.Code
	}{
		"the day itself":    {Query{Policy: "p", AsOf: day("2014-06-30")}, "2014-06-30", fault.Invalid},
		"a later day":       {Query{Policy: "p", AsOf: day("2014-06-30")}, "2014-07-01", fault.Invalid},
		"a scenario":        {Query{Policy: "p", Scenario: scenario.Of(scenario.Intake(2))}, "2014-06-30", fault.Invalid},
		"an as-of too soon": {Query{Policy: "p", AsOf: day("1999-01-01")}, "1998-06-30", fault.Invalid},
		"an unknown policy": {Query{Policy: "x"}, "2014-06-30", fault.NotFound},
	} {
		if _, err := s.Change(context.Background(), c.q, day(c.since)); !fault.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestModelIsTheWeights: with the weights of then moved far, the old-weights
// outlook moves, and only there; with the same weights it is now's own.
func TestModelIsTheWeights(t *testing.T) {
	s := service(t, Config{Paths: 4000}, records()...)
	ctx, all := context.Background(), func(string) bool { return true }
	now, err := s.prepare(ctx, policy(), day("2015-06-30"))
	if err != nil {
		t.Fatal(err)
	}
	o := of(t, s, Query{AsOf: day("2015-06-30")})
	if same := s.oldWeights(now, now, o, all); get(t, same, "TWO").Attainment != get(t, o, "TWO").Attainment {
		t.Error("the same weights were simulated again")
	}
	then := *now
	then.leaves = map[string]*leaf{}
	for id, l := range now.leaves {
		c := *l
		then.leaves[id] = &c
	}
	was := *then.leaves["TWO"].fit.model.(*forecast.Chosen)
	was.Scores = []forecast.Score{{Model: was.Scores[1].Model, Weight: 1}}
	then.leaves["TWO"].fit.model = &was
	other := s.oldWeights(now, &then, o, all)
	a, b := get(t, o, "TWO").Attainment.LateLow, get(t, other, "TWO").Attainment.LateLow
	if math.Abs(a.P-b.P) < 1.96*math.Hypot(a.SE, b.SE) {
		t.Errorf("one model instead of two: %v and %v", a, b)
	}
	if get(t, other, "S").Attainment != get(t, o, "S").Attainment {
		t.Error("weights of TWO moved S")
	}
	// A model that is out of use is fitted again; one that there is not changes nothing.
	l := now.leaves["M"]
	old := *l
	for name, want := range map[string]bool{"drift": true, "nothing": false} {
		c := *l.fit.model.(*forecast.Chosen)
		c.Scores = []forecast.Score{{Model: name, Weight: 1}}
		old.fit.model = &c
		f, changed := weighed(l, l.fit, &old)
		if changed != want || changed && f.model.Name() != name {
			t.Errorf("%s: %v %s", name, changed, f.model.Name())
		}
	}
}

func TestRoundedSharesAddUp(t *testing.T) {
	c := Change{
		Then: Standing{Late: target.Probability{P: 0.7124}}, Now: Standing{Late: target.Probability{P: 0.6397}},
		Probability: &Shares{Revised: Share{Value: -0.02445}, New: Share{Value: -0.05144}, Model: Share{Value: 0.00319}},
	}
	total, revised, fresh, model := c.Rounded()
	for name, x := range map[string][2]float64{"total": {total, -0.072}, "revised": {revised, -0.024}, "new": {fresh, -0.051}, "model": {model, 0.003}} {
		if math.Abs(x[0]-x[1]) > 1e-9 {
			t.Errorf("%s %v, want %v", name, x[0], x[1])
		}
	}
}

func TestChangeIsKept(t *testing.T) {
	s := service(t, Config{}, records()...)
	a := changed(t, s, Query{}, "")
	if b := changed(t, s, Query{AsOf: day("2015-06-30")}, "2015-05-31"); a != b {
		t.Error("one question, two answers")
	}
	b, err := json.Marshal(a)
	if err != nil || strings.Contains(string(b), "NaN") {
		t.Errorf("%v %.200s", err, b)
	}
}
