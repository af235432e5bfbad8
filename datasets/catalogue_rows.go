package datasets

import (
	"slices"
)

// readTargets reads targets.csv. It follows readHead: plans and departments are
// known.
func (c *catalogue) readTargets() error {
	b, err := c.file(targetsFile, false)
	if err != nil {
		return err
	}
	t := c.readTable(targetsFile, b, []string{"id", "name_zh", "measure"}, []string{
		"para", "plan", "name_en", "short_zh", "short_en", "low", "high", "unit", "every", "start", "early", "late",
		"parent", "relation", "same_as", "series", "lead", "coop", "headline", "over", "basis",
		"assumed", "hedge", "note_zh", "note_en",
	})
	if t == nil {
		return c.fault()
	}
	seen := map[string]bool{}
	for _, line := range t.rows {
		r := csvRow{c, t, line}
		x := r.target()
		switch {
		case !idForm.MatchString(x.ID):
			c.wrongID(targetsFile, r.line, "id", x.ID)
		case seen[x.ID]:
			c.wrongDouble(targetsFile, r.line, "id", x.ID)
		}
		seen[x.ID] = true
		c.policy.Targets = append(c.policy.Targets, x)
		c.lines = append(c.lines, r.line)
	}
	if len(t.rows) == 0 {
		c.wrong(targetsFile, 0, "", "一个目标也没有；请至少填写一行。", "there is no target; give at least one row.")
	}
	c.checkReferences(t, seen)
	return nil
}

func (r csvRow) target() Target {
	t := Target{
		ID: r.text("id"), Para: r.text("para"), PlanID: r.text("plan"), NameZh: r.needed("name_zh"),
		ShortZh: r.text("short_zh"), ShortEn: r.text("short_en"),
		Measure: cellOneOf(r, "measure", Cumulative, Stock, Ratio, Growth, PerPeriod, Milestone, Cap, Trend),
		Low:     r.number("low"), High: r.number("high"), Unit: r.text("unit"), Every: r.count("every"),
		Start: r.date("start"), Early: r.date("early"), Late: r.date("late"),
		ParentID: r.text("parent"), Relation: cellOneOf(r, "relation", "", Part, Subset, Detail),
		SameAs: r.text("same_as"), Series: r.text("series"),
		Lead: r.list("lead"), Coop: r.list("coop"), Headline: r.count("headline"), Over: r.list("over"),
		Basis:   cellOneOf(r, "basis", "", RowShare, RowAmount, PersonYear, PeriodAmount, PeriodCount, PeriodPersons),
		Assumed: r.yes("assumed"), Hedge: r.text("hedge"),
		NoteZh: r.text("note_zh"), NoteEn: r.text("note_en"),
	}
	t.NameEn = firstText(r.text("name_en"), t.NameZh)
	if t.Low != nil && t.High != nil && *t.Low > *t.High {
		r.wrong("high", "上限小于下限；请对调 low 与 high。", "it is below low; swap low and high.")
	}
	if !t.Early.IsZero() && !t.Start.IsZero() && t.Early.Before(t.Start) {
		r.wrong("early", "早于起始日期；请核对 start 与 early。", "it is before the start; check start and early.")
	}
	if !t.Late.IsZero() && t.Late.Before(t.Early) {
		r.wrong("late", "早于最早期限；请核对 early 与 late。", "it is before early; check early and late.")
	}
	if (t.ParentID == "") != (t.Relation == "") {
		r.wrong("relation", "parent 与 relation 要么都填，要么都留空。", "give both parent and relation, or neither.")
	}
	return t
}

// checkReferences notes every id of a target that names nothing.
func (c *catalogue) checkReferences(t *csvTable, targets map[string]bool) {
	plans, departments := c.planIDs(), map[string]bool{}
	for _, d := range c.policy.Departments {
		departments[d.ID] = true
	}
	for i, x := range c.policy.Targets {
		r := csvRow{c, t, csvLine{line: c.lines[i]}}
		r.refer("plan", plans, x.PlanID)
		r.refer("lead", departments, x.Lead...)
		r.refer("coop", departments, x.Coop...)
		r.refer("parent", targets, x.ParentID)
		r.refer("same_as", targets, x.SameAs)
		r.refer("series", targets, x.Series)
		r.refer("over", targets, x.Over...)
	}
}

func (c *catalogue) planIDs() map[string]bool {
	ids := map[string]bool{}
	for _, p := range c.policy.Plans {
		ids[p.ID] = true
	}
	return ids
}

// refer notes the ids that are not among known; an empty id refers to nothing.
func (r csvRow) refer(column string, known map[string]bool, ids ...string) {
	where := targetsFile
	if column == "plan" || column == "lead" || column == "coop" {
		where = policyFile
	}
	for _, id := range ids {
		if id != "" && !known[id] {
			r.wrong(column, "%[2]s 里没有编号“%[1]s”；请改正编号，或先在 %[2]s 里补上。",
				"%[2]s has no id %[1]q; correct the id, or add it to %[2]s first.", id, where)
		}
	}
}

// readCategories reads categories.csv, if there is one. It follows readTargets.
func (c *catalogue) readCategories() error {
	b, err := c.file(categoriesFile, true)
	if b == nil || err != nil {
		return err
	}
	t := c.readTable(categoriesFile, b, []string{"kind", "target", "name", "value"}, []string{"plan", "synonyms"})
	if t == nil {
		return c.fault()
	}
	targets := map[string]bool{}
	for _, x := range c.policy.Targets {
		targets[x.ID] = true
	}
	plans := c.planIDs()
	taken := map[[3]string]int{}
	for _, line := range t.rows {
		r := csvRow{c, t, line}
		x := Category{
			Target: r.text("target"), Plan: r.text("plan"), Name: r.needed("name"), Synonyms: r.list("synonyms"),
			Kind:  cellOneOf(r, "kind", Kinds()...),
			Value: cellOneOf(r, "value", Persons, Rows, Quantity, Amount, Share, Point),
		}
		r.refer("target", targets, x.Target)
		r.refer("plan", plans, x.Plan)
		r.claim(taken, x)
		c.policy.Categories = append(c.policy.Categories, x)
	}
	return nil
}

// claim notes a name that an earlier category of the same kind and plan has.
func (r csvRow) claim(taken map[[3]string]int, x Category) {
	names := slices.Compact(slices.Sorted(slices.Values(append([]string{x.Name}, x.Synonyms...))))
	for _, n := range names {
		key := [3]string{string(x.Kind), x.Plan, n}
		if line, is := taken[key]; is && n != "" {
			r.wrong("name", "同一类、同一计划里“%s”已在第 %d 行用过；请改名，或并为一行。",
				"%q is already used on line %d for this kind and plan; rename it, or make the two one row.", n, line)
		}
		taken[key] = r.line
	}
}
