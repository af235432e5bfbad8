package datasets

import (
	"context"
	"testing"
	"time"

	"talentcast/analytics/fault"
)

func TestUndoTakesABatchBack(t *testing.T) {
	s := openTest(t)
	s.now = func() time.Time { return date("2015-07-02") }
	ctx := context.Background()
	mustLoad(t, s, batch("a", person("k1", "p1", "甲类", "A", "2013-03-05", "2013-03-06"), person("k2", "p2", "甲类", "A", "2015-06-01", "2015-06-02")))
	wrong := batch("b", person("k1", "p1", "乙类", "B", "2013-05-01", "2014-02-01"), person("k3", "p3", "甲类", "A", "2014-03-01", "2014-03-01"))
	mustLoad(t, s, wrong)
	before, _ := s.State(ctx, "test")

	u, err := s.Undo(ctx, Undoing{Policy: "test", Batch: 2, By: "李工"})
	if err != nil {
		t.Fatal(err)
	}
	if u.Rows != 2 || u.Holds != 1 || !u.From.Equal(date("2015-06-30")) || len(u.Repeat) != 0 {
		t.Errorf("undone %+v", u)
	}
	after, _ := s.State(ctx, "test")
	if after.Version == before.Version || after.Rows != 2 {
		t.Errorf("state before %+v, after %+v", before, after)
	}
	for _, c := range []struct {
		asOf string
		a, b int64
	}{{"2014-03-01", 1, 1}, {"2015-06-29", 2, 1}, {"2015-06-30", 2, 0}, {"2015-07-01", 2, 0}} {
		if j := joins(t, s, c.asOf); j["A"] != c.a || j["B"] != c.b {
			t.Errorf("as of %s: %v, want A %d B %d", c.asOf, j, c.a, c.b)
		}
	}
	// The change since the day before is told as what was removed and corrected.
	rev, err := s.Revisions(ctx, "test", date("2015-06-29"), date("2015-06-30"))
	if err != nil {
		t.Fatal(err)
	}
	got := map[RevisionKind]int{}
	for _, r := range rev {
		got[r.What] += r.Rows
	}
	if got[RemovedRow] != 1 || got[CorrectedRow] != 1 {
		t.Errorf("revisions %v", rev)
	}
	if _, err := s.Undo(ctx, Undoing{Batch: 2}); fault.As(err) == nil || fault.As(err).Code != fault.Conflict {
		t.Errorf("a second undo: %v", err)
	}
	for _, u := range []Undoing{{Batch: 9}, {Batch: 1, Policy: "other"}} {
		if _, err := s.Undo(ctx, u); fault.As(err) == nil || fault.As(err).Code != fault.NotFound {
			t.Errorf("undo of %+v: %v", u, err)
		}
	}
	// The same bytes load again.
	if r := mustLoad(t, s, wrong); r.Already || r.Batch != 3 || r.Loaded != 1 || r.Superseded != 1 {
		t.Errorf("loaded again: %+v", r)
	}
	if j := joins(t, s, "2015-07-01"); j["A"] != 2 || j["B"] != 1 {
		t.Errorf("loaded again: %v", j)
	}
	if r := mustLoad(t, s, wrong); !r.Already || r.Batch != 3 {
		t.Errorf("loaded a third time: %+v", r)
	}
	all, err := s.Batches(ctx, "test")
	if err != nil || len(all) != 3 || all[1].UndoneAt == nil || all[1].UndoneBy != "李工" || all[0].UndoneAt != nil {
		t.Errorf("batches %+v, %v", all, err)
	}
}

// What a later file said too is not lost: that file may be loaded anew.
func TestUndoOfWhatALaterFileRepeats(t *testing.T) {
	s := openTest(t)
	ctx := context.Background()
	one, two := person("k1", "p1", "甲类", "A", "2013-03-05", "2013-03-06"), person("k2", "p2", "甲类", "A", "2014-03-05", "2014-03-06")
	mustLoad(t, s, batch("a", one))
	later := batch("b", one, two)
	mustLoad(t, s, later)
	u, err := s.Undo(ctx, Undoing{Batch: 1, Everywhere: true})
	if err != nil {
		t.Fatal(err)
	}
	if len(u.Repeat) != 1 || u.Repeat[0] != "b.csv" || !u.From.IsZero() {
		t.Errorf("undone %+v", u)
	}
	if j := joins(t, s, "2013-12-31"); j["A"] != 0 {
		t.Errorf("an earlier day still has it: %v", j)
	}
	if r := mustLoad(t, s, later); r.Already || r.Loaded != 1 || r.Unchanged != 1 {
		t.Errorf("loaded again: %+v", r)
	}
	if j := joins(t, s, "2014-12-31"); j["A"] != 2 {
		t.Errorf("after loading again: %v", j)
	}
}

func TestUndoOfEverything(t *testing.T) {
	s := openTest(t)
	ctx := context.Background()
	b := batch("a", person("k1", "p1", "甲类", "A", "2013-03-05", "2013-03-06"))
	b.Demo = true
	mustLoad(t, s, b)
	if _, err := s.Undo(ctx, Undoing{Batch: 1, From: date("2099-01-01")}); err != nil {
		t.Fatal(err)
	}
	if st, _ := s.State(ctx, "test"); st.Rows != 0 || st.Demo || !st.First.IsZero() {
		t.Errorf("state %+v", st)
	}
	mustLoad(t, s, b)
	mustLoad(t, s, batch("b", person("k2", "p2", "甲类", "A", "2013-03-05", "2013-03-06")))
	if _, err := s.Undo(ctx, Undoing{Batch: 3, From: date("2099-01-01")}); fault.As(err) == nil || fault.As(err).Code != fault.Invalid {
		t.Errorf("from a day after the newest data: %v", err)
	}
}

func TestProfilesAndEffects(t *testing.T) {
	s := openTest(t)
	ctx := context.Background()
	p := Profile{Office: "d1", Signature: "s", Kind: Talent, Columns: map[string]string{"甲": "name"}, SavedAt: date("2015-07-01"), SavedBy: "李工"}
	for _, to := range []string{"name", "id"} {
		p.Columns["甲"] = to
		if err := s.SaveProfile(ctx, "test", p); err != nil {
			t.Fatal(err)
		}
	}
	all, err := s.Profiles(ctx, "test")
	if err != nil || len(all) != 1 || all[0].Columns["甲"] != "id" || all[0].Office != "d1" {
		t.Fatalf("profiles %+v, %v", all, err)
	}
	if err := s.DeleteProfile(ctx, "test", all[0].ID); err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteProfile(ctx, "test", all[0].ID); fault.As(err) == nil {
		t.Errorf("deleted twice: %v", err)
	}
	if err := s.KeepEffects(ctx, 1, []Effect{{"A", nil, ptr(12)}, {"B", ptr(1), ptr(2)}}); err != nil {
		t.Fatal(err)
	}
	es, err := s.Effects(ctx, 1)
	if err != nil || len(es) != 2 || es[0].Was != nil || *es[0].Now != 12 || es[1].Target != "B" {
		t.Errorf("effects %+v, %v", es, err)
	}
}
