package web

import (
	"strings"
	"testing"

	"talentcast/cmd/talentcast/internal/access"
	"talentcast/cmd/talentcast/internal/audit"
	"talentcast/datasets"
)

// TestPrintedPages: a page that was printed before is the same page, with the name
// and the form token of who reads it now; that rows were seen is written down each
// time; and what is written into the store shows at once.
func TestPrintedPages(t *testing.T) {
	g := guardOn(t, scratchDemo(t), access.Planner)
	g.user(t, "second", access.Planner)
	first, second := g.enter(t, "planner"), g.enter(t, "second")
	const at = "/p/liwan-555/t/G-01"
	_, a := first.get(t, at)
	_, again := first.get(t, at)
	if a != again {
		t.Error("the second reading differs from the first")
	}
	_, b := second.get(t, at)
	if a == b || strings.ReplaceAll(strings.ReplaceAll(a, first.token, second.token), "planner", "second") != b {
		t.Error("another reader's page differs by more than name and token")
	}
	seen := map[string]int{}
	for _, e := range g.entries(t, audit.Filter{}) {
		if e.Action == "rows" && e.Object["target"] == "G-01" {
			seen[e.Who]++
		}
	}
	if seen["planner"] != 2 || seen["second"] != 1 {
		t.Errorf("rows seen %v, want 2 and 1 times", seen)
	}
	if _, err := g.store.AddNote(t.Context(), liwan, datasets.Note{Target: "G-01", Text: "缓存之后的说明", By: "planner"}); err != nil {
		t.Fatal(err)
	}
	if _, c := first.get(t, at); !strings.Contains(c, "缓存之后的说明") {
		t.Error("a new note does not show")
	}
}
