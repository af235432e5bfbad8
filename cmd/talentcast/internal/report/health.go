package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/datasets"
)

// HealthTableNames lists the tables there are of the health of a policy's data.
func HealthTableNames() []string {
	return []string{"deliveries", "months", "overdue", "missing", "refused"}
}

// HealthTable is a table of the health of a policy's data by its name. An
// unknown name is [fault.NotFound].
func HealthTable(h *outlook.Health, policy datasets.Policy, name, lang string) (Table, error) {
	var t Table
	switch name {
	case "deliveries":
		t = deliveries(h, policy, lang)
	case "months":
		t = deliveredMonths(h, policy, lang)
	case "overdue":
		t = overdue(h, policy, lang)
	case "missing":
		t = missing(h, policy, lang)
	case "refused":
		t = refusedFor(h, policy, lang)
	default:
		return t, fault.Newf(fault.NotFound, "没有表 %[1]q；可用：%[2]s。", "There is no table %[1]q; there are %[2]s.", name, strings.Join(HealthTableNames(), ", "))
	}
	parts := []string{policy.Name(lang), pick(lang, "截至", "as of ") + phrase.Date(h.AsOf.Time, lang)}
	if h.Demo {
		parts = append(parts, demoWord(lang))
	}
	t.Name, t.Lang, t.At, t.Demo, t.Note = name, lang, h.AsOf.Time, h.Demo, strings.Join(parts, " · ")
	return t, nil
}

// Rhythm says how often a delivery is expected; "" where it has no rhythm.
func Rhythm(d outlook.DataHealth, lang string) string {
	if d.Every == nil {
		return ""
	}
	switch *d.Every {
	case 1:
		return pick(lang, "按月", "monthly")
	case 3:
		return pick(lang, "按季", "quarterly")
	case 6:
		return pick(lang, "按半年", "half-yearly")
	}
	return pick(lang, "按年", "yearly")
}

// Fresh says in a word whether a delivery is due.
func Fresh(d outlook.DataHealth, lang string) string {
	switch {
	case d.Every == nil:
		return pick(lang, "不定期", "irregular")
	case d.Overdue > 0:
		return fmt.Sprintf(pick(lang, "逾期%d天", "%d days overdue"), d.Overdue)
	}
	return pick(lang, "正常", "as usual")
}

// deliveries is who has handed in what, how freshly and how completely.
func deliveries(h *outlook.Health, policy datasets.Policy, lang string) Table {
	c := func(key, zh, en string, ty Type) Column { return Column{Key: key, Title: pick(lang, zh, en), Type: ty} }
	keep := func(c Column) Column { c.Keep = true; return c }
	t := Table{Title: pick(lang, "各部门报送情况", "What departments have handed in"), Columns: []Column{
		keep(c("department", "部门", "department", Text)), keep(c("kind", "种类", "kind", Text)), keep(c("status", "状态", "status", Text)),
		keep(c("known", "最近登记", "last registered", Date)), c("rhythm", "周期", "rhythm", Text), keep(c("due", "下次应报", "next due", Date)),
		keep(c("rows", "行数", "rows", Number)), c("files", "文件数", "files", Number), c("months", "近24个月有数", "months of 24 with rows", Number),
		c("weeks4", "4周内登记", "known in 4 weeks", Percent), c("weeks13", "13周内登记", "known in 13 weeks", Percent), c("loaded", "最近载入", "last loaded", Date),
	}}
	for _, d := range h.Deliveries {
		share := func(weeks int) Cell {
			for _, r := range d.Registered {
				if r.Weeks == weeks {
					return r.Share
				}
			}
			return nil
		}
		t.Rows = append(t.Rows, []Cell{
			OfficeName(policy, d.Dept, lang), KindName(d.Kind, lang), Fresh(d, lang), date(d.Known.Time), Rhythm(d, lang), date(d.Due.Time),
			float64(d.Rows), float64(d.Files), float64(MonthsWithRows(d)), share(4), share(13), date(d.LoadedAt),
		})
	}
	return t
}

// MonthsWithRows counts the months of the strip in which anything happened.
func MonthsWithRows(d outlook.DataHealth) int {
	n := 0
	for _, rows := range d.RowsBy {
		if rows > 0 {
			n++
		}
	}
	return n
}

// deliveredMonths is how many rows each month has.
func deliveredMonths(h *outlook.Health, policy datasets.Policy, lang string) Table {
	t := Table{Title: pick(lang, "各月行数", "Rows by month"), Columns: []Column{
		{Key: "department", Title: pick(lang, "部门", "department")}, {Key: "kind", Title: pick(lang, "种类", "kind")},
	}}
	for i, m := range h.Months { // on a narrow terminal the newest months stay
		t.Columns = append(t.Columns, Column{Key: m, Title: m, Type: Number, Keep: i >= len(h.Months)-6})
	}
	for _, d := range h.Deliveries {
		row := []Cell{OfficeName(policy, d.Dept, lang), KindName(d.Kind, lang)}
		for _, n := range d.RowsBy {
			row = append(row, float64(n))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// OfficeName is the name of a department that rows came from; rows may name none.
func OfficeName(policy datasets.Policy, id, lang string) string {
	return cmp.Or(DepartmentNames(policy, []string{id}, lang), pick(lang, "未注明部门", "no department"))
}

// overdue is which deliveries are late, the latest first.
func overdue(h *outlook.Health, policy datasets.Policy, lang string) Table {
	t := Table{Title: pick(lang, "逾期未报", "Overdue"), Columns: []Column{
		{Key: "department", Title: pick(lang, "部门", "department")},
		{Key: "kind", Title: pick(lang, "种类", "kind")},
		{Key: "days", Title: pick(lang, "逾期天数", "days overdue"), Type: Number},
		{Key: "due", Title: pick(lang, "应报日期", "was due"), Type: Date},
		{Key: "rhythm", Title: pick(lang, "周期", "rhythm")},
		{Key: "known", Title: pick(lang, "最近登记", "last registered"), Type: Date},
	}}
	for _, d := range h.Deliveries {
		if d.Overdue > 0 {
			t.Rows = append(t.Rows, []Cell{OfficeName(policy, d.Dept, lang), KindName(d.Kind, lang), float64(d.Overdue), date(d.Due.Time), Rhythm(d, lang), date(d.Known.Time)})
		}
	}
	return t
}

// missing is who leads targets of which nothing has been handed in.
func missing(h *outlook.Health, policy datasets.Policy, lang string) Table {
	t := Table{Title: pick(lang, "从未有数的目标", "Targets without any data"), Columns: []Column{
		{Key: "department", Title: pick(lang, "牵头部门", "lead department")},
		{Key: "count", Title: pick(lang, "无数据的目标", "targets without data"), Type: Number},
		{Key: "targets", Title: pick(lang, "目标", "targets"), Wide: true},
	}}
	for _, o := range h.Owed {
		var names []string
		for _, id := range o.Targets {
			names = append(names, id+" "+TargetName(policy, id, lang))
		}
		t.Rows = append(t.Rows, []Cell{OfficeName(policy, o.Dept, lang), float64(len(names)), strings.Join(names, pick(lang, "；", "; "))})
	}
	return t
}

// refusedFor is why rows were refused, by department and kind.
func refusedFor(h *outlook.Health, policy datasets.Policy, lang string) Table {
	t := Table{Title: pick(lang, "退回原因", "Why rows were refused"), Columns: []Column{
		{Key: "department", Title: pick(lang, "部门", "department")},
		{Key: "kind", Title: pick(lang, "种类", "kind")},
		{Key: "count", Title: pick(lang, "处数", "count"), Type: Number},
		{Key: "reason", Title: pick(lang, "原因（一例）", "reason (one of them)"), Wide: true},
		{Key: "batch", Title: pick(lang, "最近一批", "newest batch")},
	}}
	for _, r := range h.Refused {
		t.Rows = append(t.Rows, []Cell{OfficeName(policy, r.Dept, lang), KindName(r.Kind, lang), float64(r.Count), r.Reason.In(lang), strconv.FormatInt(r.Batch, 10)})
	}
	return t
}

// LateSentence says how much of what happens is registered how late, which
// delivery is the latest, and what the forecast does about it; "" where nothing
// is known of it.
func LateSentence(h *outlook.Health, policy datasets.Policy, lang string) string {
	share := func(rs []outlook.Registered, weeks int) float64 {
		i := slices.IndexFunc(rs, func(r outlook.Registered) bool { return r.Weeks == weeks })
		if i < 0 {
			return 1
		}
		return rs[i].Share
	}
	if len(h.Registered) == 0 {
		return ""
	}
	four, thirteen := share(h.Registered, 4), share(h.Registered, 13)
	if four > 0.995 {
		return pick(lang, "事情发生后四周内几乎全部登记，预测无须补足最近几个月。",
			"Nearly everything is registered within four weeks of the event; the forecast need not make up the newest months.")
	}
	s := fmt.Sprintf(pick(lang, "事情发生后4周内登记约%s，13周内约%s", "About %s of events are registered within 4 weeks and %s within 13"), phrase.Percent(four), phrase.Percent(thirteen))
	slowest := slices.MinFunc(h.Deliveries, func(a, b outlook.DataHealth) int {
		return cmp.Compare(share(a.Registered, 4), share(b.Registered, 4))
	})
	if at := share(slowest.Registered, 4); at < four {
		s += fmt.Sprintf(pick(lang, "，最迟的是%s的%s（4周内约%s）", "; the latest are the %[2]s of %[1]s (%[3]s within 4 weeks)"),
			OfficeName(policy, slowest.Dept, lang), KindName(slowest.Kind, lang), phrase.Percent(at))
	}
	return s + pick(lang,
		"。最近几个月因此偏低；预测按各目标以往的时滞把它们补足，实际完成数不补。",
		". The newest months are therefore low; the forecast makes them up by each target’s past delays, the actual stays what is known.")
}
