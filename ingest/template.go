package ingest

import (
	"encoding/csv"
	"fmt"
	"io"
	"time"

	"github.com/xuri/excelize/v2"

	"talentcast/analytics/fault"
	"talentcast/datasets"
)

// The sheets of a template beside the one to fill in. They are no data.
const (
	sheetGuide   = "填写说明"
	sheetChoices = "选项"
)

// templateRows is how far down the lists of a template reach.
const templateRows = 5000

// Template writes the empty template of a kind: as "csv" (UTF-8 with a byte
// order mark) its header, as "xlsx" also a sheet that explains the columns with
// an example, and lists to choose from. Plans, categories, departments and
// targets in them are the policy's. Faults: Invalid for the kind or the format.
func Template(kind datasets.Kind, format string, w io.Writer, p datasets.Policy) error {
	l, ok := LayoutOf(kind)
	if !ok {
		zh, en := kindNames()
		return fault.New(fault.Invalid, fmt.Sprintf("没有“%s”这一类数据；可以用的有：%s。", kind, zh),
			fmt.Sprintf("There is no kind of input %q; there are: %s.", kind, en))
	}
	switch format {
	case "csv":
		return l.writeCSV(w)
	case "xlsx":
		return l.writeXLSX(w, p)
	}
	return fault.Newf(fault.Invalid, "模板没有“%[1]s”格式；请选 xlsx 或 csv。",
		"There is no template in the format %[1]q; choose xlsx or csv.", format)
}

func (l Layout) writeCSV(w io.Writer) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("write template: %w", err)
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true
	var head []string
	for _, col := range l.Columns {
		head = append(head, col.Title())
	}
	if err := c.Write(head); err != nil {
		return fmt.Errorf("write template: %w", err)
	}
	c.Flush()
	if err := c.Error(); err != nil {
		return fmt.Errorf("write template: %w", err)
	}
	return nil
}

// templateBook is an XLSX template while it is written; the first error stays.
type templateBook struct {
	f                *excelize.File
	err              error
	head, must, text int // styles
}

func (b *templateBook) do(err error) {
	if b.err == nil && err != nil {
		b.err = err
	}
}

func (b *templateBook) style(s excelize.Style) int {
	id, err := b.f.NewStyle(&s)
	b.do(err)
	return id
}

func (l Layout) writeXLSX(w io.Writer, p datasets.Policy) error {
	b := &templateBook{f: excelize.NewFile()}
	defer b.f.Close()
	fill := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"#F2F2F2"}}
	b.head = b.style(excelize.Style{Font: &excelize.Font{Bold: true}, Fill: fill})
	b.must = b.style(excelize.Style{Font: &excelize.Font{Bold: true, Color: "#C00000"}, Fill: fill})
	b.text = b.style(excelize.Style{NumFmt: 49})
	b.do(b.f.SetSheetName("Sheet1", l.NameZh))
	for _, s := range []string{sheetGuide, sheetChoices} {
		_, err := b.f.NewSheet(s)
		b.do(err)
	}
	b.form(l)
	b.guide(l)
	b.choices(l, p)
	b.do(b.f.SetDocProps(&excelize.DocProperties{
		Title: l.NameZh + "数据模板", Creator: "talentcast",
		Created: time.Unix(0, 0).UTC().Format(time.RFC3339), Modified: time.Unix(0, 0).UTC().Format(time.RFC3339),
	}))
	if b.err == nil {
		_, b.err = b.f.WriteTo(w)
	}
	if b.err != nil {
		return fmt.Errorf("write template: %w", b.err)
	}
	return nil
}

func (b *templateBook) set(sheet string, col, row int, value string, style int) {
	cell, err := excelize.CoordinatesToCellName(col, row)
	b.do(err)
	b.do(b.f.SetCellStr(sheet, cell, value))
	if style != 0 {
		b.do(b.f.SetCellStyle(sheet, cell, cell, style))
	}
}

// form is the sheet to fill in. Columns that a spreadsheet would take for
// numbers are formatted as text.
func (b *templateBook) form(l Layout) {
	for i, c := range l.Columns {
		name, err := excelize.ColumnNumberToName(i + 1)
		b.do(err)
		b.do(b.f.SetColWidth(l.NameZh, name, name, columnWidth(c)))
		if c.Type == PersonID || c.Type == OrgCode || c.Type == Text || c.Type == TargetID {
			b.do(b.f.SetColStyle(l.NameZh, name, b.text))
		}
		style := b.head
		if c.NotEmpty {
			style = b.must
		}
		b.set(l.NameZh, i+1, 1, c.Title(), style)
	}
	b.do(b.f.SetPanes(l.NameZh, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
}

func columnWidth(c Column) float64 {
	switch c.Type {
	case PersonID:
		return 22
	case CatName, DeptName, PlanName:
		return 24
	}
	return 14
}

// guide explains the columns, one a row.
func (b *templateBook) guide(l Layout) {
	for i, t := range []string{"列名", "是否必填", "示例", "说明", "Column, and what belongs in it"} {
		b.set(sheetGuide, i+1, 1, t, b.head)
	}
	for i, c := range l.Columns {
		must := "选填"
		switch {
		case c.NotEmpty:
			must = "必填"
		case c.Required:
			must = "列必须有"
		}
		for j, v := range []string{c.Title(), must, c.Example, c.HelpZh, c.ID + ". " + c.HelpEn} {
			b.set(sheetGuide, j+1, i+2, v, 0)
		}
	}
	for col, width := range map[string]float64{"A": 20, "B": 10, "C": 26, "D": 60, "E": 70} {
		b.do(b.f.SetColWidth(sheetGuide, col, col, width))
	}
}

// choices lists the words that columns take, and makes lists of them in the
// form. A list only warns: synonyms are accepted too.
func (b *templateBook) choices(l Layout, p datasets.Policy) {
	at := 0
	for i, c := range l.Columns {
		words := c.words(l.Kind, p)
		if len(words) == 0 {
			continue
		}
		at++
		list, err := excelize.ColumnNumberToName(at)
		b.do(err)
		b.do(b.f.SetColWidth(sheetChoices, list, list, 30))
		b.set(sheetChoices, at, 1, c.Header, b.head)
		for j, word := range words {
			b.set(sheetChoices, at, j+2, word, 0)
		}
		into, err := excelize.ColumnNumberToName(i + 1)
		b.do(err)
		v := excelize.NewDataValidation(true)
		v.SetSqref(fmt.Sprintf("%s2:%s%d", into, into, templateRows))
		v.SetSqrefDropList(fmt.Sprintf("%s!$%s$2:$%s$%d", sheetChoices, list, list, len(words)+1))
		v.SetError(excelize.DataValidationErrorStyleWarning, c.Header, "不在选项里；同义词也能识别，确定要用这个写法吗？")
		b.do(b.f.AddDataValidation(l.NameZh, v))
	}
}

// words are what may stand in the column, as far as there is a list of it.
func (c Column) words(kind datasets.Kind, p datasets.Policy) []string {
	var out []string
	seen := map[string]bool{}
	add := func(s string) {
		if s != "" && !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	switch c.Type {
	case OneOf:
		for _, x := range c.Choices {
			add(x.Name)
		}
	case PlanName:
		used := map[string]bool{}
		for _, x := range p.Categories {
			used[x.Plan] = used[x.Plan] || x.Kind == kind
		}
		for _, x := range p.Plans {
			if used[x.ID] {
				add(x.NameZh)
			}
		}
	case CatName:
		for _, x := range p.Categories {
			if x.Kind == kind {
				add(x.Name)
			}
		}
	case DeptName:
		for _, x := range p.Departments {
			add(x.NameZh)
		}
	case TargetID:
		for _, x := range p.Targets {
			add(x.ID)
		}
	}
	return out
}
