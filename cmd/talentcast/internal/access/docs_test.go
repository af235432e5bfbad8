package access

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the table of rights into docs/security.md")

const securityDoc = "../../../../docs/security.md"

// TestRightsInDocs holds the table in the documentation to the one that counts.
func TestRightsInDocs(t *testing.T) {
	var b strings.Builder
	zh := map[Role]string{Leader: "领导", Planner: "规划", Department: "部门", Clerk: "录入", Auditor: "审计", Administrator: "管理员"}
	b.WriteString("| |")
	for _, r := range Roles() {
		fmt.Fprintf(&b, " %s `%s` |", zh[r], r)
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(Roles())) + "\n")
	for _, r := range Table() {
		fmt.Fprintf(&b, "| `%s` |", r.Action)
		for _, x := range r.Reach {
			b.WriteString(" " + [...]string{"", "own", "all"}[x] + " |")
		}
		b.WriteString("\n")
	}
	doc, err := os.ReadFile(securityDoc)
	if err != nil {
		t.Fatal(err)
	}
	between := regexp.MustCompile(`(?s)(<!-- rights:[^\n]*-->\n).*(<!-- end of rights -->)`)
	want := between.ReplaceAllString(string(doc), "${1}"+b.String()+"${2}")
	if *update {
		if err := os.WriteFile(securityDoc, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want != string(doc) || !strings.Contains(want, "| `rows` |") {
		t.Error("docs/security.md has another table than rights.go; run the test with -update")
	}
}

// TestEvidenceIsThere: every test that the documentation names as evidence is one.
func TestEvidenceIsThere(t *testing.T) {
	doc, err := os.ReadFile(securityDoc)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, dir := range []string{".", "../audit", "../web", "../../../../cmd/talentcast", "../report", "../../../../ingest", "../../../../datasets"} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if strings.HasSuffix(e.Name(), "_test.go") {
				b, err := os.ReadFile(dir + "/" + e.Name())
				if err != nil {
					t.Fatal(err)
				}
				all.Write(b)
			}
		}
	}
	named := regexp.MustCompile("`(Test[A-Za-z]+)`").FindAllStringSubmatch(string(doc), -1)
	if len(named) < 30 {
		t.Errorf("only %d tests are named", len(named))
	}
	for _, m := range named {
		if !strings.Contains(all.String(), "func "+m[1]+"(") {
			t.Errorf("%s is named as evidence and is no test", m[1])
		}
	}
}
