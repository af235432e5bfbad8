package compose

import (
	"os"
	"reflect"
	"strings"
	"testing"
)

// TestPlaceholdersAreDocumented holds docs/reports.md and the facts together.
func TestPlaceholdersAreDocumented(t *testing.T) {
	b, err := os.ReadFile("../../../../../docs/reports.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{facts{}, targetFacts{}, changeFacts{}, moneyFacts{}, planFacts{}, scenarioFacts{}} {
		ty := reflect.TypeOf(v)
		for i := range ty.NumField() {
			if name := ty.Field(i).Name; !strings.Contains(string(b), "`."+name+"`") {
				t.Errorf("%s.%s is not in docs/reports.md", ty.Name(), name)
			}
		}
	}
}
