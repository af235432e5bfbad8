package demo

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"talentcast/datasets"
	"talentcast/ingest"
)

// format is how an office saved a file.
type format int

const (
	utf8BOM format = iota // CSV UTF-8, as Excel saves it
	gb18030               // CSV, as Excel on Chinese Windows saves it
	xlsx                  // with a title above the header
)

// row is one row to be written: cells by the template's column, and the day by
// which rows are ordered.
type row struct {
	known time.Time
	cells map[string]string
	// wrong is the code of the refusal that the row is made for, "" for a good
	// one.
	wrong string
}

// file is one file to be written.
type file struct {
	kind   datasets.Kind
	part   string // "2013", "更正_2013"
	format format
	rows   []row
	// bare headers state no unit; yuan ones state 元 where the template has 万元.
	bare, yuan bool
	total      bool // ends with a 合计 row over the amounts
}

// marker begins every file's name.
const marker = "演示数据"

func (f *file) add(known time.Time, cells map[string]string) {
	f.rows = append(f.rows, row{known: known, cells: cells})
}

func (f *file) addWrong(code string, known time.Time, cells map[string]string) {
	f.rows = append(f.rows, row{known: known, cells: cells, wrong: code})
}

func (f file) layout() ingest.Layout {
	l, _ := ingest.LayoutOf(f.kind)
	return l
}

// name is 演示数据_人才_2013.xlsx.
func (f file) name() string {
	ext := ".csv"
	if f.format == xlsx {
		ext = ".xlsx"
	}
	return fmt.Sprintf("%s_%s_%s%s", marker, f.layout().NameZh, f.part, ext)
}

// compareParts puts years before what follows them: corrections last.
func compareParts(a, b string) int {
	last := func(s string) int { return strings.Count(s, "更正") }
	return cmp.Or(last(a)-last(b), strings.Compare(a, b))
}

// table is the header and the rows as text.
func (f file) table() [][]string {
	var head []string
	cols := f.layout().Columns
	for _, c := range cols {
		switch {
		case f.bare:
			head = append(head, c.Header)
		case f.yuan && c.Unit != "":
			head = append(head, c.Header+"（元）")
		default:
			head = append(head, c.Title())
		}
	}
	out := [][]string{head}
	for _, r := range f.rows {
		var line []string
		for _, c := range cols {
			line = append(line, r.cells[c.ID])
		}
		out = append(out, line)
	}
	return out
}

// bytes is the file's content; made is the day that the workbook's properties
// give.
func (f file) bytes(made time.Time) ([]byte, error) {
	if f.format == xlsx {
		return f.workbook(made)
	}
	var b bytes.Buffer
	if f.format == utf8BOM {
		b.WriteString("\ufeff")
	}
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	if err := w.WriteAll(f.table()); err != nil {
		return nil, fmt.Errorf("write csv: %w", err)
	}
	if f.format == utf8BOM {
		return b.Bytes(), nil
	}
	out, err := simplifiedchinese.GB18030.NewEncoder().Bytes(b.Bytes())
	if err != nil {
		return nil, fmt.Errorf("encode gb18030: %w", err)
	}
	return out, nil
}

// headerRow of a workbook: a title and a line with the office and the day stand
// above it.
const headerRow = 3

func (f file) workbook(made time.Time) ([]byte, error) {
	x := excelize.NewFile()
	defer x.Close()
	layout := f.layout()
	sheet := layout.NameZh
	date, err := x.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		return nil, fmt.Errorf("style: %w", err)
	}
	steps := []error{
		x.SetSheetName("Sheet1", sheet),
		x.SetCellStr(sheet, "A1", fmt.Sprintf("荔湾区“555”大人才工程%s情况表（%s，虚构）", layout.NameZh, marker)),
		x.SetCellStr(sheet, "A2", "填报日期："+made.Format("2006年1月2日")),
		x.SetDocProps(&excelize.DocProperties{
			Title: marker, Creator: "talentcast demo-data",
			Created: made.Format(time.RFC3339), Modified: made.Format(time.RFC3339),
		}),
	}
	for i, line := range f.table() {
		for j, v := range line {
			steps = append(steps, f.cell(x, sheet, layout.Columns[j], j+1, i+headerRow, v, i == 0, date))
		}
	}
	if f.total {
		steps = append(steps, f.totalRow(x, sheet))
	}
	for _, err := range steps {
		if err != nil {
			return nil, fmt.Errorf("write workbook: %w", err)
		}
	}
	b, err := x.WriteToBuffer()
	if err != nil {
		return nil, fmt.Errorf("write workbook: %w", err)
	}
	return b.Bytes(), nil
}

// cell writes dates as day numbers and figures as numbers, as a clerk's typing
// makes them; what is neither stays text.
func (f file) cell(x *excelize.File, sheet string, c ingest.Column, col, line int, v string, head bool, date int) error {
	at, err := excelize.CoordinatesToCellName(col, line)
	if err != nil || v == "" {
		return err
	}
	if !head {
		switch c.Type {
		case ingest.Date:
			if d, err := time.Parse(time.DateOnly, v); err == nil && d.Year() < 2100 {
				serial := int(d.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24)
				if err := x.SetCellInt(sheet, at, int64(serial)); err != nil {
					return err
				}
				return x.SetCellStyle(sheet, at, at, date)
			}
		case ingest.Money, ingest.Number, ingest.Whole:
			if n, err := strconv.ParseFloat(v, 64); err == nil {
				return x.SetCellFloat(sheet, at, n, -1, 64)
			}
		}
	}
	return x.SetCellStr(sheet, at, v)
}

// totalRow adds the sum of the amounts below the table.
func (f file) totalRow(x *excelize.File, sheet string) error {
	line := headerRow + len(f.rows) + 1
	if err := x.SetCellStr(sheet, fmt.Sprintf("A%d", line), "合计"); err != nil {
		return err
	}
	for j, c := range f.layout().Columns {
		if c.Type != ingest.Money {
			continue
		}
		sum := 0.0
		for _, r := range f.rows {
			n, err := strconv.ParseFloat(r.cells[c.ID], 64)
			if err == nil {
				sum += n
			}
		}
		at, err := excelize.CoordinatesToCellName(j+1, line)
		if err != nil {
			return err
		}
		if err := x.SetCellFloat(sheet, at, sum, 4, 64); err != nil {
			return err
		}
	}
	return nil
}
