package ingest

import (
	"fmt"
	"strings"

	"talentcast/datasets"
)

// resolver finds what a word in a cell means in the policy.
type resolver struct {
	policy      datasets.Policy
	categories  []datasets.Category            // of the kind
	byName      map[string][]datasets.Category // folded name or synonym
	plans       map[string]string              // folded name → id
	departments map[string]string              // folded name → id
	targets     map[string]datasets.Target     // folded id → canonical target
	cache       map[string]string              // department cell → id
}

func newResolver(p datasets.Policy, kind datasets.Kind) *resolver {
	v := &resolver{
		policy: p, byName: map[string][]datasets.Category{}, plans: map[string]string{},
		departments: map[string]string{}, targets: map[string]datasets.Target{}, cache: map[string]string{},
	}
	for _, c := range p.Categories {
		if c.Kind != kind {
			continue
		}
		v.categories = append(v.categories, c)
		for _, n := range append([]string{c.Name}, c.Synonyms...) {
			v.byName[fold(n)] = append(v.byName[fold(n)], c)
		}
	}
	for _, x := range p.Plans {
		for _, n := range []string{x.ID, x.NameZh, x.NameEn, strings.TrimSuffix(x.NameZh, "计划"), strings.TrimSuffix(x.NameZh, "人才计划")} {
			if n != "" {
				v.plans[fold(n)] = x.ID
			}
		}
	}
	for _, d := range p.Departments {
		for _, n := range append([]string{d.ID, d.NameZh, d.NameEn}, d.Synonyms...) {
			if n != "" {
				v.departments[fold(n)] = d.ID
			}
		}
	}
	for _, t := range p.Targets {
		if c, ok := p.Target(p.Canonical(t.ID)); ok {
			v.targets[fold(t.ID)] = c
		}
	}
	return v
}

// category finds the category of the name within the plan (an id, or "" where
// the file does not say). Where several plans have one of the name and all
// count for the same target, the first stands. The code is "" or that of the
// rule broken, with the names to suggest.
func (v *resolver) category(plan, name string) (c datasets.Category, code, suggest string) {
	all := v.byName[fold(name)]
	var fit []datasets.Category
	for _, c := range all {
		if plan == "" || c.Plan == plan || c.Plan == "" {
			fit = append(fit, c)
		}
	}
	if len(fit) == 0 {
		return c, codeCategory, v.nearestCategories(plan, name)
	}
	for _, c := range fit[1:] {
		if v.policy.Canonical(c.Target) != v.policy.Canonical(fit[0].Target) {
			return c, codeAmbiguous, v.planNames(fit)
		}
	}
	return fit[0], "", ""
}

// nearestCategories suggests names of the plan first.
func (v *resolver) nearestCategories(plan, name string) string {
	var own, rest []string
	for _, c := range v.categories {
		if plan != "" && c.Plan == plan {
			own = append(own, c.Name)
		} else {
			rest = append(rest, c.Name)
		}
	}
	best := nearest(name, own, 3)
	if len(best) == 0 {
		best = nearest(name, rest, 3)
	}
	if len(best) == 0 {
		return "（该政策没有此类数据的类别 / the policy has no categories of this kind）"
	}
	return strings.Join(best, "、")
}

func (v *resolver) planNames(cs []datasets.Category) string {
	var names []string
	for _, c := range cs {
		for _, p := range v.policy.Plans {
			if p.ID == c.Plan {
				names = append(names, p.NameZh)
			}
		}
	}
	return strings.Join(names, "、")
}

func (v *resolver) plan(name string) (id, suggest string) {
	if id, ok := v.plans[fold(name)]; ok {
		return id, ""
	}
	var names []string
	for _, p := range v.policy.Plans {
		names = append(names, p.NameZh)
	}
	return "", strings.Join(nearest(name, names, 3), "、")
}

// department also knows a name with more of the place in front: 荔湾区财政局 for
// 区财政局.
func (v *resolver) department(name string) (id, suggest string) {
	f := fold(name)
	if id, ok := v.departments[f]; ok {
		return id, ""
	}
	if id, ok := v.cache[f]; ok {
		return id, ""
	}
	place := fold(v.policy.PlaceZh)
	for known, id := range v.departments {
		if front, ok := strings.CutSuffix(f, known); ok && len([]rune(known)) > 2 && strings.Contains(place, front) {
			v.cache[f] = id
			return id, ""
		}
	}
	var names []string
	for _, d := range v.policy.Departments {
		names = append(names, d.NameZh)
	}
	return "", strings.Join(nearest(name, names, 3), "、")
}

func (v *resolver) target(id string) (t datasets.Target, suggest string, ok bool) {
	if t, ok := v.targets[fold(id)]; ok {
		return t, "", true
	}
	var names []string
	for _, t := range v.policy.Targets {
		names = append(names, t.ID)
	}
	best := nearest(id, names, 3)
	for i, n := range best {
		if t, ok := v.policy.Target(n); ok {
			best[i] = fmt.Sprintf("%s（%s）", n, t.NameZh)
		}
	}
	return t, strings.Join(best, "、"), false
}

// choose finds the choice that a cell means.
func (c Column) choose(cell string) (name, all string, ok bool) {
	f := fold(cell)
	var names []string
	for _, x := range c.Choices {
		for _, n := range append([]string{x.Name}, x.Synonyms...) {
			if fold(n) == f {
				return x.Name, "", true
			}
		}
		names = append(names, x.Name)
	}
	return "", strings.Join(names, "、"), false
}
