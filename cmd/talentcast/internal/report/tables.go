package report

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/datasets"
	"talentcast/ingest"
)

// note is the line under every title: policy, date, scenario, data.
func note(o *outlook.Outlook, lang string) string {
	parts := []string{o.Policy.Name(lang), pick(lang, "截至", "as of ") + phrase.Date(o.AsOf.Time, lang)}
	if !o.Scenario.Baseline() {
		parts = append(parts, ScenarioText(o, lang))
	}
	parts = append(parts, fmt.Sprintf(pick(lang, "模拟路径%d条，随机种子%d", "%d paths, seed %d"), o.Paths, o.Seed),
		pick(lang, "数据状态", "data state ")+o.State.Version)
	if o.State.Demo {
		parts = append(parts, demoWord(lang))
	}
	return strings.Join(parts, " · ")
}

func table(o *outlook.Outlook, name, title, lang string, columns ...Column) Table {
	return Table{Name: name, Title: title, Note: note(o, lang), Lang: lang, Demo: o.State.Demo, At: o.AsOf.Time, Columns: columns}
}

// TableNames lists the tables there are of a target, the main one first. The
// table "rows" is made by [Records], from the store.
func TableNames(x *outlook.Target) []string {
	var names []string
	if len(x.History) > 0 || len(x.Fan) > 0 {
		names = append(names, "figures")
	}
	if len(x.Periodic) > 0 {
		names = append(names, "periodic")
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

// TargetTable is a table of one target by its name. An unknown target or name is
// [fault.NotFound].
func TargetTable(o *outlook.Outlook, id, name, lang string) (Table, error) {
	x, err := target(o, id)
	if err != nil {
		return Table{}, err
	}
	if !slices.Contains(TableNames(x), name) {
		return Table{}, fault.Newf(fault.NotFound, "目标 %[1]s 没有表 %[2]q；可用：%[3]s。", "The target %[1]s has no table %[2]q; there are %[3]s.",
			id, name, strings.Join(append(TableNames(x), "rows"), ", "))
	}
	switch name {
	case "figures":
		return Figures(o, id, lang)
	case "periodic":
		return periodicTable(o, x, lang), nil
	case "backtest":
		return backtestTable(o, x, lang), nil
	case "duties":
		return dutyTable(o, x, lang), nil
	case "growth":
		return growthTable(o, x, lang), nil
	}
	return excessTable(o, x, lang), nil
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
	t := table(o, "figures", x.Name(lang)+pick(lang, "：", ": ")+ChartTitle("fan", lang), lang,
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
		t.Rows = append(t.Rows, []Cell{b.Date.Time, nil, nil, cents(b.Mean), cents(b.Q[3]), cents(b.Q[0]), cents(b.Q[1]), cents(b.Q[2]), cents(b.Q[4]), cents(b.Q[5]), cents(b.Q[6])})
	}
	return t, nil
}

// cents rounds what a model has drawn to two decimals: more would be noise.
func cents(v float64) Cell { return finite(math.Round(v*100) / 100) }

// periodicTable is the table behind the chart of what was added, against the
// paces there was and is needed.
func periodicTable(o *outlook.Outlook, x *outlook.Target, lang string) Table {
	name := addedName(frequency(x), lang)
	unit := phrase.Unit(x.Unit, lang)
	num := func(key, title string) Column { return Column{Key: key, Title: title, Unit: unit, Type: Number} }
	t := table(o, "periodic", x.Name(lang)+pick(lang, "：", ": ")+name, lang,
		Column{Key: "date", Title: pick(lang, "期末", "period to"), Type: Date}, num("added", name),
		num("recent", pick(lang, "近期速度", "recent pace")), num("required_early", needed(x.Early, lang)), num("required_late", needed(x.Late, lang)))
	var recent, early, late Cell
	if p := x.Pace; p != nil {
		recent, early, late = cents(p.Recent), cents(p.RequiredEarly), cents(p.RequiredLate)
	}
	for _, p := range x.Periodic {
		t.Rows = append(t.Rows, []Cell{p.Date.Time, finite(p.Value), recent, early, late})
	}
	return t
}

func backtestTable(o *outlook.Outlook, x *outlook.Target, lang string) Table {
	unit := phrase.Unit(x.Unit, lang)
	num := func(key, zh, en string) Column {
		return Column{Key: key, Title: pick(lang, zh, en), Unit: unit, Type: Number}
	}
	t := table(o, "backtest", x.Name(lang)+pick(lang, "：", ": ")+ChartTitle("backtest", lang), lang,
		Column{Key: "origin", Title: pick(lang, "预测时点", "origin"), Type: Date}, Column{Key: "date", Title: pick(lang, "预测对象", "for"), Type: Date},
		num("mean", "当时预测", "forecast"), num("lo80", "80%下限", "80% low"), num("hi80", "80%上限", "80% high"), num("actual", "实际", "actual"))
	for _, p := range x.Model.Past {
		t.Rows = append(t.Rows, []Cell{date(p.Origin.Time), date(p.Date.Time), cents(p.Mean), cents(p.Lo80), cents(p.Hi80), finite(p.Actual)})
	}
	return t
}

func dutyTable(o *outlook.Outlook, x *outlook.Target, lang string) Table {
	t := table(o, "duties", x.Name(lang)+pick(lang, "：", ": ")+ChartTitle("duty", lang), lang,
		Column{Key: "from", Title: pick(lang, "起", "from"), Type: Date}, Column{Key: "to", Title: pick(lang, "止", "to"), Type: Date},
		Column{Key: "need", Title: pick(lang, "应完成", "due"), Unit: phrase.Unit(x.Unit, lang), Type: Number},
		Column{Key: "done", Title: pick(lang, "已完成", "done"), Unit: phrase.Unit(x.Unit, lang), Type: Number},
		Column{Key: "state", Title: pick(lang, "状态", "state")})
	for _, d := range x.Duties {
		t.Rows = append(t.Rows, []Cell{d.From.Time, d.To.Time, d.Need, d.Done, DutyWord(d.State, lang)})
	}
	return t
}

func growthTable(o *outlook.Outlook, x *outlook.Target, lang string) Table {
	t := table(o, "growth", x.Name(lang)+pick(lang, "：", ": ")+ChartTitle("growth", lang), lang,
		Column{Key: "date", Title: pick(lang, "年度", "year"), Type: Date}, Column{Key: "growth", Title: pick(lang, "增幅", "growth"), Unit: "%", Type: Number})
	for _, p := range x.Growth {
		t.Rows = append(t.Rows, []Cell{p.Date.Time, p.Value})
	}
	return t
}

func excessTable(o *outlook.Outlook, x *outlook.Target, lang string) Table {
	unit := phrase.Unit(x.Unit, lang)
	t := table(o, "excess", x.Name(lang)+pick(lang, "：超过上限的数据", ": over the limit"), lang,
		Column{Key: "date", Title: pick(lang, "日期", "date"), Type: Date}, Column{Key: "what", Title: pick(lang, "对象", "what")},
		Column{Key: "value", Title: pick(lang, "数值", "value"), Unit: unit, Type: Number}, Column{Key: "limit", Title: pick(lang, "上限", "limit"), Unit: unit, Type: Number})
	for _, e := range x.Excess {
		t.Rows = append(t.Rows, []Cell{date(e.Date), e.What, e.Value, e.Limit})
	}
	return t
}

// Records is the rows behind a figure, masked as they are stored. [Table.Of]
// adds the policy, the as-of date and the state of the data.
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

// Refusals is what was set aside of a file, with reason and remedy. [Table.From]
// adds the file.
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
		mark := ""
		if ingest.Warns(r.Code) { // read all the same
			mark = pick(lang, "注意：", "check: ")
		}
		t.Rows = append(t.Rows, []Cell{r.Sheet, row, r.Column, r.Value, mark + pick(lang, r.ReasonZh, r.ReasonEn), pick(lang, r.RemedyZh, r.RemedyEn)})
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
		{Key: demoKey, Title: demoHeader(lang)},
	}}
	for _, b := range bs {
		demo := ""
		if b.Demo {
			demo, t.Demo = demoWord(lang), true
		}
		t.Rows = append(t.Rows, []Cell{
			float64(b.ID), b.File, KindName(b.Kind, lang), b.Encoding, b.LoadedAt, b.LoadedBy,
			float64(b.Read), float64(b.Loaded), float64(b.Superseded), float64(b.Unchanged), float64(b.Refused), demo,
		})
	}
	return t
}
