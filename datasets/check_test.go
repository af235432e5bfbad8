package datasets

import (
	"context"
	"testing"
)

func TestCheckTellsWhatALoadWouldDo(t *testing.T) {
	s := openTest(t)
	ctx := context.Background()
	first := person("k1", "p1", "甲类", "A", "2013-03-05", "2013-03-06")
	mustLoad(t, s, batch("a", first, person("k2", "p2", "甲类", "A", "2013-04-05", "2013-04-06")))
	elsewhere := person("k3", "p1", "乙类", "B", "2014-03-05", "2014-03-06")
	elsewhere.Dept, elsewhere.Row = "d2", 5
	near := person("k4", "p4", "甲类", "A", "2013-04-05", "2013-04-06")
	changed := person("k2", "p2", "甲类", "A", "2013-04-07", "2013-06-06")
	b := batch("b", first, elsewhere, near, changed)
	k, err := s.Check(ctx, &b, Sight{})
	if err != nil {
		t.Fatal(err)
	}
	if k.New != 2 || k.Corrects != 1 || k.Unchanged != 1 || k.Already != nil {
		t.Errorf("check %+v", k)
	}
	if k.Elsewhere != 1 || k.OtherDept != 1 || len(k.ElsewhereShown) != 1 {
		t.Fatalf("elsewhere %+v", k)
	}
	// The row of p1 under k1 stands in this file and in the store; the first of
	// its two rows is shown against the file it is not in.
	if x := k.ElsewhereShown[0]; x.Name != "张*明" || x.OtherDept != "d2" || x.Dept != "d1" {
		t.Errorf("elsewhere %+v", x)
	}
	if k.Near != 1 || k.NearShown[0].File != "a.csv" {
		t.Errorf("near %+v", k.NearShown)
	}
	if st, _ := s.State(ctx, "test"); st.Rows != 2 {
		t.Errorf("the check stored something: %+v", st)
	}
	if r := mustLoad(t, s, b); r.Loaded != k.New || r.Superseded != k.Corrects || r.Unchanged != k.Unchanged {
		t.Errorf("loaded %+v, checked %+v", r, k)
	}
	if k, err = s.Check(ctx, &b, Sight{}); err != nil || k.Already == nil || k.Already.ID != 2 || k.Unchanged != 4 {
		t.Errorf("checked again: %+v, %v", k, err)
	}
}
