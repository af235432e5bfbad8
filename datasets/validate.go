package datasets

import (
	"fmt"
	"slices"

	"talentcast/analytics/fault"
)

// Validate checks what the reader of a catalogue can't see in one row: that the
// policy's parts belong together and no tree runs in a circle.
func (p Policy) Validate() error {
	v := validator{p: p, targets: map[string]Target{}}
	v.head()
	for _, t := range p.Targets {
		v.register(t)
	}
	for _, t := range p.Targets {
		v.numbers(t)
		v.tree(t)
		v.offices(t)
	}
	for _, c := range p.Categories {
		v.category(c)
	}
	if v.zh == "" {
		return nil
	}
	return fault.New(fault.Invalid,
		fmt.Sprintf("政策 %s 的目录有误：%s；请改正后重新载入。", p.ID, v.zh),
		fmt.Sprintf("The catalogue of the policy %s is wrong: %s; mend it and load it again.", p.ID, v.en))
}

// validator keeps the first thing found wrong.
type validator struct {
	p       Policy
	targets map[string]Target
	zh, en  string
}

func (v *validator) wrong(zh, en string, args ...any) {
	if v.zh == "" {
		v.zh, v.en = fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...)
	}
}

func (v *validator) head() {
	if v.p.ID == "" || v.p.NameZh == "" {
		v.wrong("缺少编号或名称", "its id or name is missing")
	}
	if !v.p.Frequency.Valid() {
		v.wrong("频率不是 monthly、quarterly 或 yearly", "its frequency is not monthly, quarterly or yearly")
	}
	if len(v.p.Targets) == 0 {
		v.wrong("没有目标", "it has no targets")
	}
}

func (v *validator) register(t Target) {
	if _, twice := v.targets[t.ID]; twice || t.ID == "" {
		v.wrong("目标编号 %[1]q 为空或重复", "the target id %[1]q is empty or given twice", t.ID)
	}
	v.targets[t.ID] = t
}

func (v *validator) numbers(t Target) {
	measures := []Measure{Cumulative, Stock, Ratio, Growth, PerPeriod, Milestone, Cap, Trend}
	if !slices.Contains(measures, t.Measure) {
		v.wrong("目标 %[1]s 的计量方式 %[2]q 不在 %[3]v 之中", "the target %[1]s has the measure %[2]q, which is none of %[3]v", t.ID, t.Measure, measures)
	}
	if t.Low != nil && t.High != nil && *t.Low > *t.High {
		v.wrong("目标 %[1]s 的下限大于上限", "the target %[1]s has a low end above its high end", t.ID)
	}
	if !t.Early.IsZero() && !t.Late.IsZero() && t.Early.After(t.Late) {
		v.wrong("目标 %[1]s 的早期限晚于晚期限", "the target %[1]s has an early deadline after its late one", t.ID)
	}
	if !t.Start.IsZero() && !t.Late.IsZero() && t.Start.After(t.Late) {
		v.wrong("目标 %[1]s 在期限之后才开始", "the target %[1]s starts after its deadline", t.ID)
	}
	if t.Measure == Trend && (t.Low != nil || t.High != nil) {
		v.wrong("目标 %[1]s 只定方向，却给了数值", "the target %[1]s is a trend, yet has a number", t.ID)
	}
	if t.Every < 0 {
		v.wrong("目标 %[1]s 的周期为负", "the target %[1]s has a negative period", t.ID)
	}
	if t.Measure != Cap {
		return
	}
	bases := []Basis{RowShare, RowAmount, PersonYear, PeriodAmount, PeriodCount, PeriodPersons}
	if !slices.Contains(bases, t.Basis) {
		v.wrong("上限 %[1]s 的口径 %[2]q 不在 %[3]v 之中", "the cap %[1]s has the basis %[2]q, which is none of %[3]v", t.ID, t.Basis, bases)
	}
	if t.High == nil {
		v.wrong("上限 %[1]s 没有数值", "the cap %[1]s has no limit", t.ID)
	}
	if t.Every == 0 && (t.Basis == PeriodAmount || t.Basis == PeriodCount || t.Basis == PeriodPersons) {
		v.wrong("上限 %[1]s 按周期核对，却没有周期", "the cap %[1]s is by period, yet has none", t.ID)
	}
}

func (v *validator) tree(t Target) {
	for _, ref := range append([]string{t.ParentID, t.SameAs, t.Series}, t.Over...) {
		if _, ok := v.targets[ref]; ref != "" && !ok {
			v.wrong("目标 %[1]s 引用了不存在的目标 %[2]q", "the target %[1]s names the target %[2]q, which does not exist", t.ID, ref)
		}
	}
	if t.ParentID != "" && !slices.Contains([]Relation{Part, Subset, Detail}, t.Relation) {
		v.wrong("目标 %[1]s 有上级，但关系 %[2]q 不是 part、subset 或 detail", "the target %[1]s has a parent, but its relation %[2]q is not part, subset or detail", t.ID, t.Relation)
	}
	// A walk longer than there are targets has gone round.
	at := t
	for range v.p.Targets {
		up := at.ParentID
		if at.SameAs != "" {
			up = at.SameAs
		}
		if up == "" {
			return
		}
		at = v.targets[up]
	}
	v.wrong("目标 %[1]s 的上级关系成环", "the parents of the target %[1]s run in a circle", t.ID)
}

func (v *validator) offices(t Target) {
	for _, d := range append(slices.Clone(t.Lead), t.Coop...) {
		if _, ok := v.p.Department(d); !ok {
			v.wrong("目标 %[1]s 的部门 %[2]q 不在部门表中", "the target %[1]s names the department %[2]q, which is not listed", t.ID, d)
		}
	}
	if t.PlanID != "" && !slices.ContainsFunc(v.p.Plans, func(p Plan) bool { return p.ID == t.PlanID }) {
		v.wrong("目标 %[1]s 的计划 %[2]q 不在计划表中", "the target %[1]s names the plan %[2]q, which is not listed", t.ID, t.PlanID)
	}
}

func (v *validator) category(c Category) {
	if _, ok := v.targets[c.Target]; c.Target != "" && !ok {
		v.wrong("类别 %[1]q 计入不存在的目标 %[2]q", "the category %[1]q counts for the target %[2]q, which does not exist", c.Name, c.Target)
	}
	if !slices.Contains(Kinds(), c.Kind) {
		v.wrong("类别 %[1]q 的数据种类 %[2]q 不在 %[3]v 之中", "the category %[1]q has the kind %[2]q, which is none of %[3]v", c.Name, c.Kind, Kinds())
	}
	if !slices.Contains([]Value{Persons, Rows, Quantity, Amount, Share, Point}, c.Value) {
		v.wrong("类别 %[1]q 的计数方式 %[2]q 无效", "the category %[1]q adds %[2]q, which is no value", c.Name, c.Value)
	}
}
