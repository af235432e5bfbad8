package report

import (
	"cmp"
	"fmt"
	"strings"

	"talentcast/analytics/outlook"
	"talentcast/datasets"
)

// Fresh says in a word whether a delivery is due.
func Fresh(d outlook.DataHealth, lang string) string {
	switch {
	case d.Longest == nil:
		return pick(lang, "次数太少，不判", "too few to tell")
	case d.Overdue:
		return pick(lang, "逾期未报", "overdue")
	}
	return pick(lang, "正常", "as usual")
}

// Deliveries is who has handed in what, how freshly and how completely.
func Deliveries(h *outlook.Health, policy datasets.Policy, lang string) Table {
	c := func(key, zh, en string, ty Type) Column { return Column{Key: key, Title: pick(lang, zh, en), Type: ty} }
	t := Table{Name: "deliveries", Title: pick(lang, "各部门报送情况", "What departments have handed in"), Lang: lang, At: h.AsOf.Time, Columns: []Column{
		c("department", "部门", "department", Text), c("kind", "种类", "kind", Text), c("status", "状态", "status", Text),
		c("known", "最近登记", "last registered", Date), c("since", "已过天数", "days since", Number),
		c("usual", "通常间隔（天）", "usual days between", Number), c("allowed", "超过即逾期（天）", "overdue after days", Number),
		c("rows", "行数", "rows", Number), c("files", "文件数", "files", Number), c("months", "近24个月有数", "months of 24 with rows", Number),
		c("weeks4", "4周内登记", "known in 4 weeks", Percent), c("weeks13", "13周内登记", "known in 13 weeks", Percent), c("loaded", "最近载入", "last loaded", Date),
	}}
	for _, d := range h.Deliveries {
		var usual, longest, four, thirteen Cell
		if d.Usual != nil {
			usual, longest = float64(*d.Usual), float64(*d.Longest)
		}
		for _, r := range d.Registered {
			switch r.Weeks {
			case 4:
				four = r.Share
			case 13:
				thirteen = r.Share
			}
		}
		filled := 0
		for _, n := range d.RowsBy {
			if n > 0 {
				filled++
			}
		}
		t.Rows = append(t.Rows, []Cell{
			officeName(policy, d.Dept, lang), KindName(d.Kind, lang), Fresh(d, lang), date(d.Known.Time), float64(d.Since), usual, longest,
			float64(d.Rows), float64(d.Files), float64(filled), four, thirteen, date(d.LoadedAt),
		})
	}
	return t
}

func officeName(policy datasets.Policy, id, lang string) string {
	return cmp.Or(DepartmentNames(policy, []string{id}, lang), pick(lang, "未注明部门", "no department"))
}

// OwedTargets is who leads targets of which nothing has been handed in.
func OwedTargets(h *outlook.Health, policy datasets.Policy, lang string) Table {
	t := Table{Name: "owed", Title: pick(lang, "谁还欠什么", "Who owes what"), Lang: lang, At: h.AsOf.Time, Columns: []Column{
		{Key: "department", Title: pick(lang, "牵头部门", "lead department")},
		{Key: "count", Title: pick(lang, "无数据的目标", "targets without data"), Type: Number},
		{Key: "targets", Title: pick(lang, "目标", "targets"), Wide: true},
	}}
	for _, o := range h.Owed {
		var names []string
		for _, id := range o.Targets {
			names = append(names, id+" "+TargetName(policy, id, lang))
		}
		t.Rows = append(t.Rows, []Cell{officeName(policy, o.Dept, lang), float64(len(names)), strings.Join(names, pick(lang, "；", "; "))})
	}
	return t
}

// RefusedFor is why rows were refused, by department and kind.
func RefusedFor(h *outlook.Health, policy datasets.Policy, lang string) Table {
	t := Table{Name: "refused", Title: pick(lang, "退回原因", "Why rows were refused"), Lang: lang, At: h.AsOf.Time, Columns: []Column{
		{Key: "department", Title: pick(lang, "部门", "department")},
		{Key: "kind", Title: pick(lang, "种类", "kind")},
		{Key: "count", Title: pick(lang, "处数", "count"), Type: Number},
		{Key: "reason", Title: pick(lang, "原因（一例）", "reason (one of them)"), Wide: true},
	}}
	for _, r := range h.Refused {
		t.Rows = append(t.Rows, []Cell{officeName(policy, r.Dept, lang), KindName(r.Kind, lang), float64(r.Count), r.Reason.In(lang)})
	}
	return t
}

// LateSentence says how much of what happens is registered how late; "" where
// nothing is known of it.
func LateSentence(h *outlook.Health, lang string) string {
	worst, at := 1.0, -1
	for i, d := range h.Deliveries {
		if len(d.Registered) > 0 && d.Registered[0].Share < worst {
			worst, at = d.Registered[0].Share, i
		}
	}
	if at < 0 {
		return ""
	}
	kind := KindName(h.Deliveries[at].Kind, lang)
	return fmt.Sprintf(pick(lang,
		"登记最迟的是%s：事情发生4周后只登记了约%.0f%%。预测按各目标以往的时滞补足最近几个月，实际完成数不补。",
		"The latest to be registered is %s: four weeks after the event about %.0f%% is. The forecast makes up the newest months by each target's past delays; the actual stays what is known."),
		kind, worst*100)
}
