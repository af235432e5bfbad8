package datasets

import (
	"context"
	"strings"
	"testing"

	"talentcast/analytics/fault"
)

func TestScenariosAreKept(t *testing.T) {
	ctx := context.Background()
	s := openTest(t)
	x := Scenario{Policy: "p", Name: "多引进", Note: "说明", Body: `{"a":1}`, Answer: "{}", State: "9-ab", By: "张"}
	id, err := s.SaveScenario(ctx, x)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.ScenarioOf(ctx, "p", id)
	if err != nil || got.Name != x.Name || got.Body != x.Body || got.State != x.State || got.By != x.By || got.Locked || got.At.IsZero() {
		t.Fatalf("%+v, %v", got, err)
	}
	if err := s.LockScenario(ctx, "p", id, true); err != nil {
		t.Fatal(err)
	}
	got.Name = "改名"
	if _, err := s.SaveScenario(ctx, got); !fault.Is(err, fault.Conflict) {
		t.Errorf("a locked scenario is changed: %v", err)
	}
	if err := s.DeleteScenario(ctx, "p", id); !fault.Is(err, fault.Conflict) {
		t.Errorf("a locked scenario is deleted: %v", err)
	}
	if err := s.LockScenario(ctx, "p", id, false); err != nil {
		t.Fatal(err)
	}
	got.Locked = false
	if again, err := s.SaveScenario(ctx, got); err != nil || again != id {
		t.Errorf("saved again as %d: %v", again, err)
	}
	copied := got
	copied.ID = 0
	if other, err := s.SaveScenario(ctx, copied); err != nil || other == id {
		t.Errorf("a copy is %d: %v", other, err)
	}
	if all, err := s.Scenarios(ctx, "p"); err != nil || len(all) != 2 || all[0].Name != "改名" {
		t.Errorf("%+v, %v", all, err)
	}
	if all, _ := s.Scenarios(ctx, "other"); len(all) != 0 {
		t.Errorf("another policy has %+v", all)
	}
	if err := s.DeleteScenario(ctx, "other", id); !fault.Is(err, fault.NotFound) {
		t.Errorf("another policy's is deleted: %v", err)
	}
	if err := s.DeleteScenario(ctx, "p", id); err != nil {
		t.Error(err)
	}
	if _, err := s.ScenarioOf(ctx, "p", id); !fault.Is(err, fault.NotFound) {
		t.Errorf("a deleted one is there: %v", err)
	}
	for _, bad := range []Scenario{{Policy: "p"}, {Policy: "p", Name: strings.Repeat("长", 101)}, {Policy: "p", Name: "a\xff"}, {Policy: "p", ID: 99, Name: "x"}} {
		if _, err := s.SaveScenario(ctx, bad); fault.As(err) == nil {
			t.Errorf("%+v is kept: %v", bad, err)
		}
	}
}
