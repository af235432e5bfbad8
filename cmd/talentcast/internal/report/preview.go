package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"talentcast/analytics/phrase"
	"talentcast/datasets"
	"talentcast/ingest"
)

// ColumnName is the name of a kind's column, with the unit of an amount: 金额
// （万元）. For "" it says that the column is left out.
func ColumnName(kind datasets.Kind, id, unit, lang string) string {
	if id == "" {
		return pick(lang, "不读入", "left out")
	}
	l, _ := ingest.LayoutOf(kind)
	for _, c := range l.Columns {
		if c.ID != id {
			continue
		}
		name := c.Header
		if lang == phrase.En {
			name = strings.ReplaceAll(c.ID, "_", " ")
		}
		if unit != "" {
			name += pick(lang, "（"+unit+"）", " ("+phrase.Unit(unit, lang)+")")
		}
		return name
	}
	return id
}

// Mapping is what the columns of a file's sheets were taken for.
func Mapping(p *ingest.Preview, lang string) Table {
	c := func(key, zh, en string, ty Type) Column { return Column{Key: key, Title: pick(lang, zh, en), Type: ty} }
	t := Table{Name: "mapping", Title: pick(lang, "列的对应", "Columns"), Lang: lang, Columns: []Column{
		c("sheet", "工作表", "sheet", Text), c("header_row", "表头行", "header row", Number),
		c("header", "文件的列", "column of the file", Text), c("column", "读作", "read as", Text), c("sample", "例", "sample", Text),
	}}
	for _, s := range p.Sheets {
		for _, x := range s.Columns {
			name := ColumnName(p.Kind, x.Column, x.Unit, lang)
			if x.Doubled {
				name = pick(lang, "与前面的列重复", "repeats an earlier column")
			}
			t.Rows = append(t.Rows, []Cell{s.Name, float64(s.HeaderRow), x.Header, name, strings.Join(x.Sample, pick(lang, "、", ", "))})
		}
	}
	return t
}

// Reasons is why rows of a file are refused, and how many.
func Reasons(p *ingest.Preview, lang string) Table {
	c := func(key, zh, en string, ty Type) Column { return Column{Key: key, Title: pick(lang, zh, en), Type: ty} }
	reason, remedy := c("reason", "原因（首例）", "reason (of the first)", Text), c("remedy", "怎么改", "what to do", Text)
	reason.Wide, remedy.Wide = true, true
	t := Table{Name: "reasons", Title: pick(lang, "退回原因", "Why rows are refused"), Lang: lang, Columns: []Column{
		c("count", "处数", "count", Number), reason, remedy, c("rows", "行", "rows", Text),
	}}
	for _, r := range p.Reasons {
		var rows []string
		for _, n := range r.Rows {
			rows = append(rows, strconv.Itoa(n))
		}
		if r.Count > len(rows) {
			rows = append(rows, "…")
		}
		t.Rows = append(t.Rows, []Cell{float64(r.Count), pick(lang, r.ReasonZh, r.ReasonEn), pick(lang, r.RemedyZh, r.RemedyEn), strings.Join(rows, pick(lang, "、", ", "))})
	}
	return t
}

// Understood is the first rows of a file as they would be stored; columns that
// none of them fills are left out.
func Understood(p *ingest.Preview, policy datasets.Policy, lang string) Table {
	c := func(key, zh, en string, ty Type) Column { return Column{Key: key, Title: pick(lang, zh, en), Type: ty} }
	yuan := func(key, zh, en string) Column {
		return Column{Key: key, Title: pick(lang, zh, en), Unit: phrase.Unit("元", lang), Type: Money}
	}
	why := c("refused", "退回原因", "refused because", Text)
	why.Wide = true
	t := Table{Name: "understood", Title: pick(lang, "前几行读作", "First rows as understood"), Lang: lang, Columns: []Column{
		c("sheet", "工作表", "sheet", Text), c("row", "行", "row", Number), why,
		c("target", "计入目标", "counts for", Text), c("category", "类别", "category", Text), c("name", "名称", "name", Text),
		c("event", "日期", "date", Date), c("end", "终止", "ended", Date), c("known", "登记", "known", Date),
		yuan("amount", "金额", "amount"), yuan("base", "其中总额", "of the whole"),
		c("value", "数值", "value", Number), c("base_value", "总数", "of all", Number), c("unit", "单位", "unit", Text),
		c("stage", "阶段", "stage", Text), c("source", "来源", "source", Text), c("place", "地点 / 单位", "place", Text),
		c("department", "部门", "department", Text), c("note", "备注", "note", Text),
	}}
	for _, r := range p.Rows {
		t.Rows = append(t.Rows, understood(r, policy, lang))
	}
	keep := []string{}
	for i, col := range t.Columns {
		for _, row := range t.Rows {
			if s := t.shown(col, row[i]); s != "" && s != "—" {
				keep = append(keep, col.Key)
				break
			}
		}
	}
	if i := slices.Index(keep, "refused"); i >= 0 { // where it is long it pushes nothing aside
		keep = append(slices.Delete(keep, i, i+1), "refused")
	}
	return t.Select(keep...)
}

func understood(r ingest.RowView, policy datasets.Policy, lang string) []Cell {
	row := make([]Cell, 19)
	for i := range row {
		row[i] = ""
	}
	for _, i := range []int{6, 7, 8, 9, 10, 11, 12} { // what is no text
		row[i] = nil
	}
	row[0], row[1] = r.Sheet, float64(r.Row)
	if r.Record == nil {
		var why []string
		for _, f := range r.Refused {
			why = append(why, pick(lang, f.ReasonZh, f.ReasonEn))
		}
		row[2] = strings.Join(why, pick(lang, "；", "; "))
		return row
	}
	x := r.Record
	row[3] = TargetName(policy, x.Target, lang)
	row[4], row[5], row[6], row[7], row[8] = x.Category, x.Name, date(x.Event), date(x.End), date(x.Known)
	if x.Amount.Valid {
		row[9] = x.Amount.Decimal
	}
	if x.BaseAmount.Valid {
		row[10] = x.BaseAmount.Decimal
	}
	if x.Value.Valid {
		row[11] = x.Value.Decimal.InexactFloat64()
	}
	if x.BaseValue.Valid {
		row[12] = x.BaseValue.Decimal.InexactFloat64()
	}
	row[13], row[14], row[15], row[16] = x.Unit, x.Stage, x.Source, x.Place
	row[17], row[18] = DepartmentNames(policy, []string{x.Dept}, lang), x.Note
	return row
}

// TargetName is what a target is called, in short where it has a short name.
func TargetName(policy datasets.Policy, id, lang string) string {
	if id == "" {
		return pick(lang, "只存不计", "kept, counts for none")
	}
	t, ok := policy.Target(id)
	if !ok {
		return id
	}
	for _, n := range []string{pick(lang, t.ShortZh, t.ShortEn), pick(lang, t.NameZh, t.NameEn)} {
		if n != "" {
			return n
		}
	}
	return id
}

// Alike is rows of a file beside others that are like them.
func Alike(rows []datasets.Alike, policy datasets.Policy, lang string) Table {
	c := func(key, zh, en string, ty Type) Column { return Column{Key: key, Title: pick(lang, zh, en), Type: ty} }
	t := Table{Name: "alike", Title: pick(lang, "重复和相近", "Repeated and alike"), Lang: lang, Columns: []Column{
		c("row", "本文件行", "row here", Text), c("name", "名称", "name", Text), c("category", "类别", "category", Text), c("department", "部门", "department", Text),
		c("file", "另见", "also in", Text), c("other_category", "类别", "category", Text), c("other_department", "部门", "department", Text),
	}}
	place := func(file string, row int) string {
		return strings.TrimSpace(file + " " + fmt.Sprintf(pick(lang, "第%d行", "row %d"), row))
	}
	for _, a := range rows {
		file := a.File
		if file == "" {
			file = pick(lang, "本文件", "this file")
		}
		t.Rows = append(t.Rows, []Cell{
			place(a.Sheet, a.Row), a.Name, a.Category, DepartmentNames(policy, []string{a.Dept}, lang),
			place(file, a.OtherRow), a.OtherCategory, DepartmentNames(policy, []string{a.OtherDept}, lang),
		})
	}
	return t
}
