package report

import (
	"fmt"
	"math"
	"strings"
	"time"

	"talentcast/analytics"
	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/datasets"
)

func pick(lang, zh, en string) string {
	if lang == phrase.En {
		return en
	}
	return zh
}

// note is the line under every title: policy, date, scenario, data.
func note(o *outlook.Outlook, lang string) string {
	parts := []string{o.Policy.Name(lang), pick(lang, "截至", "as of ") + phrase.Date(o.AsOf.Time, lang)}
	if !o.Scenario.Baseline() {
		parts = append(parts, ScenarioText(o, lang))
	}
	parts = append(parts, fmt.Sprintf(pick(lang, "模拟路径%d条，随机种子%d", "%d paths, seed %d"), o.Paths, o.Seed),
		pick(lang, "数据状态", "data state ")+o.State.Version)
	if o.State.Demo {
		parts = append(parts, pick(lang, "演示数据", "demonstration data"))
	}
	return strings.Join(parts, " · ")
}

// ScenarioText names the levers of the outlook's scenario.
func ScenarioText(o *outlook.Outlook, lang string) string {
	intake := o.Scenario.Intake
	if intake == 0 {
		intake = 1
	}
	return fmt.Sprintf(pick(lang, "情景：引进力度×%s，资金年增幅%+.1f个百分点", "scenario: intake ×%s, fund growth %+.1f points a year"),
		phrase.Number(intake, 2), o.Scenario.Growth*100)
}

func table(o *outlook.Outlook, name, title, lang string, columns ...Column) Table {
	return Table{Name: name, Title: title, Note: note(o, lang), Lang: lang, At: o.AsOf.Time, Columns: columns}
}

// Overview is every target of the policy, one a row.
func Overview(o *outlook.Outlook, lang string) Table {
	c := func(key, zh, en string, ty Type) Column { return Column{Key: key, Title: pick(lang, zh, en), Type: ty} }
	reason := c("reason", "原因", "reason", Text)
	reason.Wide = true
	t := table(o, "overview", pick(lang, "目标总览", "All targets"), lang,
		c("id", "编号", "id", Text), c("name", "目标", "target", Text), c("plan", "计划", "plan", Text), c("lead", "牵头部门", "lead department", Text),
		c("measure", "计量方式", "measure", Text), c("target", "目标值", "goal", Text), c("actual", "实际", "actual", Text),
		c("completion", "完成率", "completed", Percent), c("elapsed", "序时进度", "time elapsed", Percent),
		c("early", "早期限", "early deadline", Date), c("p_early", "早期限前概率", "P(by early)", Probability),
		c("late", "晚期限", "late deadline", Date), c("p_late", "晚期限前概率", "P(by late)", Probability),
		c("expected", "预计完成", "expected", Text), c("interval", "80%区间", "80% interval", Text),
		c("required", "所需速度", "required pace", Text), c("recent", "近期速度", "recent pace", Text),
		c("status", "状态", "status", Text), reason, c("same_as", "同", "same as", Text))
	for i := range o.Targets {
		t.Rows = append(t.Rows, overviewRow(o, &o.Targets[i], lang))
	}
	return t
}

func overviewRow(o *outlook.Outlook, x *outlook.Target, lang string) []Cell {
	var actual, expected, interval, required, recent string
	if x.Actual != nil {
		actual = phrase.Amount(*x.Actual, x.Unit, lang)
	}
	var pEarly, pLate Cell
	if a := x.Attainment; a != nil {
		pEarly, pLate = finite(a.EarlyLow.P), finite(a.LateLow.P)
		expected, interval = ExpectedText(x, lang), IntervalText(x, lang)
	}
	if p := x.Pace; p != nil {
		required, recent = PaceText(p.RequiredLate, x, lang), PaceText(p.Recent, x, lang)
	}
	return []Cell{
		x.ID, x.Name(lang), PlanName(o.Policy, x.PlanID, lang), DepartmentNames(o.Policy, x.Lead, lang),
		MeasureName(x.Measure, lang), GoalText(x.Target, lang), actual, number(x.Completion), number(x.Elapsed),
		date(x.Early), pEarly, date(x.Late), pLate, expected, interval, required, recent,
		x.Status.Icon() + " " + x.Status.Word(lang), x.Reason.In(lang), x.SameAs,
	}
}

// ExpectedText is the median first-passage month, or that it is beyond the
// horizon; "" without a forecast.
func ExpectedText(x *outlook.Target, lang string) string {
	switch {
	case x.Attainment == nil || math.IsNaN(x.Attainment.Passage.NotByHorizon):
		return ""
	case x.Attainment.Passage.Median.IsZero():
		return pick(lang, "期内难以完成", "not within the horizon")
	}
	return passageDate(x, x.Attainment.Passage.Median, lang)
}

// IntervalText is the central 80 % of the first-passage date.
func IntervalText(x *outlook.Target, lang string) string {
	if x.Attainment == nil {
		return ""
	}
	p := x.Attainment.Passage
	if p.Lo80.IsZero() {
		return ""
	}
	hi := passageDate(x, p.Hi80, lang)
	if p.Hi80.IsZero() {
		hi = pick(lang, "期外", "beyond")
	}
	lo := passageDate(x, p.Lo80, lang)
	if lo == hi {
		return lo
	}
	return lo + pick(lang, "至", " – ") + hi
}

func passageDate(x *outlook.Target, d time.Time, lang string) string {
	if x.Freq == analytics.Yearly && !d.IsZero() {
		return d.Format("2006") + pick(lang, "年", "")
	}
	return phrase.Month(d, lang)
}

// PaceText is a pace with its unit and period.
func PaceText(v float64, x *outlook.Target, lang string) string {
	if math.IsNaN(v) {
		return ""
	}
	per := pick(lang, "/月", " a month")
	switch x.Freq {
	case analytics.Yearly:
		per = pick(lang, "/年", " a year")
	case analytics.Quarterly:
		per = pick(lang, "/季", " a quarter")
	}
	return phrase.Pace(v, x.Unit, lang) + per
}

// GoalText is the target's number or range with its unit.
func GoalText(t datasets.Target, lang string) string {
	low, high := t.Low, t.High
	switch {
	case low == nil && high == nil:
		return pick(lang, "未定数值", "no number")
	case low == nil:
		return "≤ " + phrase.Amount(*high, t.Unit, lang)
	case high == nil:
		return "≥ " + phrase.Amount(*low, t.Unit, lang)
	case *low == *high:
		return phrase.Amount(*low, t.Unit, lang)
	}
	return phrase.Number(*low, 2) + "–" + phrase.Amount(*high, t.Unit, lang)
}

// PlanName is the plan's name, or "".
func PlanName(p datasets.Policy, id, lang string) string {
	for _, x := range p.Plans {
		if x.ID == id {
			return x.Name(lang)
		}
	}
	return ""
}

// DepartmentNames joins the departments' names.
func DepartmentNames(p datasets.Policy, ids []string, lang string) string {
	names := make([]string, 0, len(ids))
	for _, id := range ids {
		if d, ok := p.Department(id); ok {
			names = append(names, d.Name(lang))
		}
	}
	return strings.Join(names, pick(lang, "、", ", "))
}

// MeasureName is the measure in words.
func MeasureName(m datasets.Measure, lang string) string {
	switch m {
	case datasets.Cumulative:
		return pick(lang, "累计", "cumulative")
	case datasets.Stock:
		return pick(lang, "存量", "stock")
	case datasets.Ratio:
		return pick(lang, "比例", "ratio")
	case datasets.Growth:
		return pick(lang, "年增幅", "growth")
	case datasets.PerPeriod:
		return pick(lang, "定期事项", "by period")
	case datasets.Milestone:
		return pick(lang, "节点", "milestone")
	case datasets.Cap:
		return pick(lang, "上限", "cap")
	case datasets.Trend:
		return pick(lang, "趋势", "trend")
	}
	return string(m)
}

// TableNames lists the tables there are of a target, the main one first. The
// table "rows" is made by [Records], from the store.
func TableNames(x *outlook.Target) []string {
	var names []string
	if len(x.History) > 0 || len(x.Fan) > 0 {
		names = append(names, "figures")
	}
	if x.Model != nil && len(x.Model.Past) > 0 {
		names = append(names, "backtest")
	}
	if len(x.Duties) > 0 {
		names = append(names, "duties")
	}
	if len(x.Growth) > 0 {
		names = append(names, "growth")
	}
	if len(x.Excess) > 0 {
		names = append(names, "excess")
	}
	return names
}

// TargetTable is a table of one target by its name.
func TargetTable(o *outlook.Outlook, id, name, lang string) (Table, error) {
	x, err := target(o, id)
	if err != nil {
		return Table{}, err
	}
	switch name {
	case "figures":
		return Figures(o, id, lang)
	case "backtest":
		return backtestTable(o, x, lang), nil
	case "duties":
		return dutyTable(o, x, lang), nil
	case "growth":
		return growthTable(o, x, lang), nil
	case "excess":
		return excessTable(o, x, lang), nil
	}
	return Table{}, fault.Newf(fault.NotFound, "目标 %[1]s 没有表 %[2]q；可用：%[3]s。", "The target %[1]s has no table %[2]q; there are %[3]s.",
		id, name, strings.Join(append(TableNames(x), "rows"), ", "))
}

func target(o *outlook.Outlook, id string) (*outlook.Target, error) {
	if x, ok := o.Target(id); ok {
		return x, nil
	}
	return nil, fault.Newf(fault.NotFound, "政策 %[2]s 中没有目标 %[1]q；请从总览页选择。", "The policy %[2]s has no target %[1]q; choose one from the overview.", id, o.Policy.ID)
}

// Figures is the table behind the fan chart: what was and what is to come.
func Figures(o *outlook.Outlook, id, lang string) (Table, error) {
	x, err := target(o, id)
	if err != nil {
		return Table{}, err
	}
	unit := phrase.Unit(x.Unit, lang)
	num := func(key, zh, en string) Column {
		return Column{Key: key, Title: pick(lang, zh, en), Unit: unit, Type: Number}
	}
	t := table(o, "figures", x.ID+" "+x.Name(lang), lang,
		Column{Key: "date", Title: pick(lang, "日期", "date"), Type: Date}, num("actual", "实际", "actual"), num("added", "当期新增", "added"),
		num("mean", "预测均值", "mean forecast"), num("q50", "中位数", "median"),
		num("q2_5", "95%下限", "95% low"), num("q10", "80%下限", "80% low"), num("q25", "50%下限", "50% low"),
		num("q75", "50%上限", "50% high"), num("q90", "80%上限", "80% high"), num("q97_5", "95%上限", "95% high"))
	added := map[time.Time]float64{}
	for _, p := range x.Periodic {
		added[p.Date.Time] = p.Value
	}
	for _, p := range x.History {
		row := []Cell{p.Date.Time, p.Value, nil, nil, nil, nil, nil, nil, nil, nil, nil}
		if v, ok := added[p.Date.Time]; ok {
			row[2] = v
		}
		t.Rows = append(t.Rows, row)
	}
	for _, b := range x.Fan {
		t.Rows = append(t.Rows, []Cell{b.Date.Time, nil, nil, math.Round(b.Mean*100) / 100, b.Q[3], b.Q[0], b.Q[1], b.Q[2], b.Q[4], b.Q[5], b.Q[6]})
	}
	return t, nil
}

func backtestTable(o *outlook.Outlook, x *outlook.Target, lang string) Table {
	unit := phrase.Unit(x.Unit, lang)
	num := func(key, zh, en string) Column {
		return Column{Key: key, Title: pick(lang, zh, en), Unit: unit, Type: Number}
	}
	t := table(o, "backtest", pick(lang, "回测：", "Backtest: ")+x.Name(lang), lang,
		Column{Key: "origin", Title: pick(lang, "预测时点", "origin"), Type: Date}, Column{Key: "date", Title: pick(lang, "预测对象", "for"), Type: Date},
		num("mean", "当时预测", "forecast"), num("lo80", "80%下限", "80% low"), num("hi80", "80%上限", "80% high"), num("actual", "实际", "actual"))
	for _, p := range x.Model.Past {
		t.Rows = append(t.Rows, []Cell{date(p.Origin.Time), date(p.Date.Time), math.Round(p.Mean*100) / 100, p.Lo80, p.Hi80, p.Actual})
	}
	return t
}

func dutyTable(o *outlook.Outlook, x *outlook.Target, lang string) Table {
	t := table(o, "duties", pick(lang, "应办事项：", "Duties: ")+x.Name(lang), lang,
		Column{Key: "from", Title: pick(lang, "起", "from"), Type: Date}, Column{Key: "to", Title: pick(lang, "止", "to"), Type: Date},
		Column{Key: "need", Title: pick(lang, "应完成", "due"), Unit: phrase.Unit(x.Unit, lang), Type: Number},
		Column{Key: "done", Title: pick(lang, "已完成", "done"), Unit: phrase.Unit(x.Unit, lang), Type: Number},
		Column{Key: "state", Title: pick(lang, "状态", "state")})
	for _, d := range x.Duties {
		t.Rows = append(t.Rows, []Cell{d.From.Time, d.To.Time, d.Need, d.Done, DutyWord(d.State, lang)})
	}
	return t
}

// DutyWord is a duty's state in words.
func DutyWord(s outlook.DutyState, lang string) string {
	switch s {
	case outlook.DutyDone:
		return pick(lang, "√ 已办", "√ done")
	case outlook.DutyDue:
		return pick(lang, "● 本期待办", "● due")
	}
	return pick(lang, "× 未办", "× missed")
}

func growthTable(o *outlook.Outlook, x *outlook.Target, lang string) Table {
	t := table(o, "growth", pick(lang, "年增幅：", "Growth: ")+x.Name(lang), lang,
		Column{Key: "date", Title: pick(lang, "年度", "year"), Type: Date}, Column{Key: "growth", Title: pick(lang, "增幅", "growth"), Unit: "%", Type: Number})
	for _, p := range x.Growth {
		t.Rows = append(t.Rows, []Cell{p.Date.Time, p.Value})
	}
	return t
}

func excessTable(o *outlook.Outlook, x *outlook.Target, lang string) Table {
	unit := phrase.Unit(x.Unit, lang)
	t := table(o, "excess", pick(lang, "超过上限：", "Over the limit: ")+x.Name(lang), lang,
		Column{Key: "date", Title: pick(lang, "日期", "date"), Type: Date}, Column{Key: "what", Title: pick(lang, "对象", "what")},
		Column{Key: "value", Title: pick(lang, "数值", "value"), Unit: unit, Type: Number}, Column{Key: "limit", Title: pick(lang, "上限", "limit"), Unit: unit, Type: Number})
	for _, e := range x.Excess {
		t.Rows = append(t.Rows, []Cell{date(e.Date), e.What, e.Value, e.Limit})
	}
	return t
}

// Records is the rows behind a figure, masked as they are stored.
func Records(rows []datasets.Row, lang string) Table {
	c := func(key, zh, en string, ty Type) Column { return Column{Key: key, Title: pick(lang, zh, en), Type: ty} }
	t := Table{Name: "rows", Title: pick(lang, "数据行", "Rows"), Lang: lang, Columns: []Column{
		c("target", "目标", "target", Text), c("category", "类别", "category", Text), c("name", "名称", "name", Text), c("place", "地点", "place", Text),
		c("event", "日期", "date", Date), c("end", "终止", "ended", Date), c("known", "登记", "known", Date),
		{Key: "amount", Title: pick(lang, "金额", "amount"), Unit: pick(lang, "元", "yuan"), Type: Money},
		c("value", "数值", "value", Number), c("unit", "单位", "unit", Text), c("stage", "环节", "stage", Text), c("source", "来源", "source", Text),
		c("file", "文件", "file", Text), c("sheet", "工作表", "sheet", Text), c("row", "行", "row", Number),
	}}
	for _, r := range rows {
		var amount, value Cell
		if r.Amount != nil {
			amount = r.Amount.Decimal()
		}
		if r.Value.Valid {
			value = r.Value.Decimal.InexactFloat64()
		}
		t.Rows = append(t.Rows, []Cell{
			r.Target, r.Category, r.Name, r.Place, date(r.Event), date(r.End), date(r.Known), amount, value, r.Unit, r.Stage, r.Source, r.File, r.Sheet, float64(r.RowNo),
		})
	}
	return t
}

// Refusals is what was set aside of a file, with reason and remedy.
func Refusals(rs []datasets.Refusal, lang string) Table {
	c := func(key, zh, en string, ty Type) Column { return Column{Key: key, Title: pick(lang, zh, en), Type: ty} }
	reason, remedy := c("reason", "原因", "reason", Text), c("remedy", "怎么改", "what to do", Text)
	reason.Wide, remedy.Wide = true, true
	t := Table{Name: "refusals", Title: pick(lang, "退回的行", "Refused rows"), Lang: lang, Columns: []Column{
		c("sheet", "工作表", "sheet", Text), c("row", "行", "row", Number), c("column", "列", "column", Text), c("value", "内容", "value", Text), reason, remedy,
	}}
	for _, r := range rs {
		var row Cell
		if r.Row > 0 {
			row = float64(r.Row)
		}
		t.Rows = append(t.Rows, []Cell{r.Sheet, row, r.Column, r.Value, pick(lang, r.ReasonZh, r.ReasonEn), pick(lang, r.RemedyZh, r.RemedyEn)})
	}
	return t
}

// Batches is the files handed in.
func Batches(bs []datasets.BatchInfo, lang string) Table {
	c := func(key, zh, en string, ty Type) Column { return Column{Key: key, Title: pick(lang, zh, en), Type: ty} }
	t := Table{Name: "batches", Title: pick(lang, "已载入文件", "Files loaded"), Lang: lang, Columns: []Column{
		c("id", "批次", "batch", Number), c("file", "文件", "file", Text), c("kind", "种类", "kind", Text), c("encoding", "编码", "encoding", Text), c("at", "载入时间", "loaded", Date),
		c("by", "经办", "by", Text), c("read", "读取", "read", Number), c("loaded", "新增", "new", Number), c("superseded", "更正", "corrected", Number),
		c("unchanged", "未变", "unchanged", Number), c("refused", "退回", "refused", Number),
	}}
	for _, b := range bs {
		t.Rows = append(t.Rows, []Cell{
			float64(b.ID), b.File, KindName(b.Kind, lang), b.Encoding, b.LoadedAt, b.LoadedBy,
			float64(b.Read), float64(b.Loaded), float64(b.Superseded), float64(b.Unchanged), float64(b.Refused),
		})
	}
	return t
}

// KindName is a kind of data in words.
func KindName(k datasets.Kind, lang string) string {
	switch k {
	case datasets.Talent:
		return pick(lang, "人才", "talent")
	case datasets.SocialWorker:
		return pick(lang, "社工", "social workers")
	case datasets.Fund:
		return pick(lang, "资金", "fund")
	case datasets.Training:
		return pick(lang, "培训", "training")
	case datasets.Institution:
		return pick(lang, "机构", "institutions")
	case datasets.Activity:
		return pick(lang, "活动", "activities")
	case datasets.Post:
		return pick(lang, "岗位", "posts")
	case datasets.Indicator:
		return pick(lang, "指标", "indicators")
	}
	return string(k)
}

// Comparison sets a scenario beside the baseline, one forecast target a row.
func Comparison(base, with *outlook.Outlook, lang string) Table {
	c := func(key, zh, en string, ty Type) Column { return Column{Key: key, Title: pick(lang, zh, en), Type: ty} }
	t := table(with, "comparison", pick(lang, "情景对比", "Scenario against baseline"), lang,
		c("id", "编号", "id", Text), c("name", "目标", "target", Text),
		c("early0", "早期限前概率：基准", "P(by early): baseline", Probability), c("early1", "早期限前概率：情景", "P(by early): scenario", Probability),
		c("late0", "晚期限前概率：基准", "P(by late): baseline", Probability), c("late1", "晚期限前概率：情景", "P(by late): scenario", Probability),
		Column{Key: "dlate", Title: pick(lang, "变化", "change"), Unit: pick(lang, "百分点", "points"), Type: Number},
		c("date0", "预计完成：基准", "expected: baseline", Text), c("date1", "预计完成：情景", "expected: scenario", Text), c("status1", "情景状态", "status in scenario", Text))
	for i := range base.Targets {
		b := &base.Targets[i]
		w, ok := with.Target(b.ID)
		if !ok || b.SameAs != "" || b.Attainment == nil || w.Attainment == nil || math.IsNaN(b.Attainment.LateLow.P) {
			continue
		}
		t.Rows = append(t.Rows, []Cell{
			b.ID, b.Name(lang), finite(b.Attainment.EarlyLow.P), finite(w.Attainment.EarlyLow.P), finite(b.Attainment.LateLow.P), finite(w.Attainment.LateLow.P),
			math.Round((w.Attainment.LateLow.P-b.Attainment.LateLow.P)*1000) / 10,
			ExpectedText(b, lang), ExpectedText(w, lang), w.Status.Icon() + " " + w.Status.Word(lang),
		})
	}
	return t
}

// PolicyTableNames lists the tables there are of a policy.
func PolicyTableNames() []string { return []string{"overview"} }
