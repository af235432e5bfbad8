package datasets

import (
	"testing"

	"talentcast/analytics/fault"
)

// Whatever the files hold, the reader returns a policy whose references hold or
// a fault with both sentences; it never panics.
func FuzzReadPolicy(f *testing.F) {
	f.Add(smallHead, smallTargets, smallCategories)
	f.Add("id: [", "id,name_zh,measure\n", "")
	f.Add("a: &a [*a]", "\ufeffid,name_zh,measure\n\"", "kind,target,name,value\n,,,\n")
	f.Add("id: demo\n---\nid: other", "id;name_zh\n", "kind\n")
	f.Add("id: a\nplans:\n ! #x\nb\n", smallTargets, smallCategories)
	f.Add("? {}\n: !!binary x", "id,name_zh,measure,low,high\na,b,stock,.,1e400\n", "")
	f.Fuzz(func(t *testing.T, head, targets, categories string) {
		p, err := ReadPolicy(small(head, targets, categories), "x")
		if err != nil {
			if e := fault.As(err); e == nil || e.Zh == "" || e.En == "" {
				t.Fatalf("not a fault in two languages: %v", err)
			}
			return
		}
		if p.ID == "" || len(p.Targets) == 0 || !p.Frequency.Valid() {
			t.Fatalf("accepted a policy without id, targets or frequency: %+v", p)
		}
		for _, x := range p.Targets {
			for _, id := range []string{x.ParentID, x.SameAs, x.Series} {
				if _, ok := p.Target(id); id != "" && !ok {
					t.Fatalf("target %s refers to %q, which is not there", x.ID, id)
				}
			}
		}
		for _, c := range p.Categories {
			if _, ok := p.Target(c.Target); c.Target != "" && !ok {
				t.Fatalf("category %s refers to %q, which is not there", c.Name, c.Target)
			}
		}
	})
}
