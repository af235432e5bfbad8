package report

import (
	"bytes"
	"encoding/csv"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"talentcast/analytics"
	"talentcast/analytics/fault"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

func sample() Table {
	return Table{
		Name: "x", Title: "表[1]: 试", Note: "截至2015年6月30日 · 演示数据", Lang: "zh", At: analytics.Date(2015, 6, 30),
		Columns: []Column{{Title: "名称"}, {Title: "数量", Unit: "人", Type: Number}, {Title: "占比", Type: Percent}, {Title: "日期", Type: Date}, {Title: "金额", Unit: "元", Type: Money}},
		Rows: [][]Cell{
			{"=cmd|' /C calc'!A0", 1234.5, 0.346, analytics.Date(2015, 6, 30), decimal.RequireFromString("1234567.80")},
			{"440103199001011234", math.NaN(), nil, time.Time{}, nil},
			{"张*明，\"引号\"\n换行", -3.0, 0.5, nil, decimal.RequireFromString("-0.01")},
		},
	}
}

func TestCSV(t *testing.T) {
	var b bytes.Buffer
	if err := sample().WriteCSV(&b, ""); err != nil {
		t.Fatal(err)
	}
	text, ok := strings.CutPrefix(b.String(), "\ufeff")
	if !ok {
		t.Error("no byte order mark")
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if rows[0][1] != "数量（人）" || rows[1][0] != "'=cmd|' /C calc'!A0" || rows[1][1] != "1234.5" || rows[1][3] != "2015-06-30" || rows[1][4] != "1234567.80" {
		t.Errorf("rows %q", rows)
	}
	if rows[2][0] != "440103199001011234" || rows[2][1] != "" || rows[3][1] != "-3" || rows[3][4] != "-0.01" {
		t.Errorf("rows %q", rows)
	}
	var g bytes.Buffer
	if err := sample().WriteCSV(&g, "gb18030"); err != nil {
		t.Fatal(err)
	}
	back, err := io.ReadAll(simplifiedchinese.GB18030.NewDecoder().Reader(&g))
	if err != nil || !strings.Contains(string(back), "数量（人）") {
		t.Errorf("gb18030 read back: %q, %v", back, err)
	}
	if err := sample().WriteCSV(io.Discard, "latin-9"); !fault.Is(err, fault.Invalid) {
		t.Errorf("unknown encoding: %v", err)
	}
}

func TestXLSX(t *testing.T) {
	var a, b bytes.Buffer
	if err := sample().WriteXLSX(&a); err != nil {
		t.Fatal(err)
	}
	if err := sample().WriteXLSX(&b); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the same table gives other bytes")
	}
	f, err := excelize.OpenReader(&a)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheet := f.GetSheetName(0)
	for at, want := range map[string]string{
		"A1": "表[1]: 试", "B3": "数量（人）", "A4": "=cmd|' /C calc'!A0", "A5": "440103199001011234", "C4": "34.6%", "D4": "2015年6月30日", "E4": "1,234,567.80",
	} {
		if got, err := f.GetCellValue(sheet, at); err != nil || got != want {
			t.Errorf("%s is %q, want %q (%v)", at, got, want, err)
		}
	}
	if props, err := f.GetDocProps(); err != nil || props.Created != "2015-06-30T00:00:00Z" || props.Modified != props.Created {
		t.Errorf("the file's times are not the as-of date: %+v, %v", props, err)
	}
	if props, err := f.GetSheetProps(sheet); err != nil || props.FitToPage == nil || !*props.FitToPage {
		t.Errorf("the sheet is not set up for print: %+v, %v", props, err)
	}
	if panes, err := f.GetPanes(sheet); err != nil || !panes.Freeze || panes.YSplit != 3 {
		t.Errorf("the header is not frozen: %+v, %v", panes, err)
	}
	if formula, _ := f.GetCellFormula(sheet, "A4"); formula != "" {
		t.Errorf("text became the formula %q", formula)
	}
	if kind, _ := f.GetCellType(sheet, "B4"); kind != excelize.CellTypeNumber && kind != excelize.CellTypeUnset {
		t.Errorf("a number is stored as %v", kind)
	}
}

func TestProbabilitiesAreNeverCertainInASheet(t *testing.T) {
	table := Table{Title: "x", Columns: []Column{{Title: "P", Type: Probability}}, Rows: [][]Cell{{1.0}, {0.0}, {0.346}}}
	var b bytes.Buffer
	if err := table.WriteXLSX(&b); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	// The reader does not choose between the parts of a format, spreadsheets do.
	for _, at := range []string{"A4", "A5", "A6"} {
		id, err := f.GetCellStyle("x", at)
		if err != nil {
			t.Fatal(err)
		}
		style, err := f.GetStyle(id)
		if err != nil || style.CustomNumFmt == nil || *style.CustomNumFmt != `[<0.01]"<1%";[>0.99]">99%";0%` {
			t.Errorf("%s is formatted by %+v (%v)", at, style, err)
		}
	}
	if raw, _ := f.GetCellValue("x", "A6", excelize.Options{RawCellValue: true}); raw != "0.346" {
		t.Errorf("the number itself is %q", raw)
	}
}

// Whatever a cell holds, the CSV reads back as the same table, with an
// apostrophe at most in front.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{"", "=1+1", "＝1", "a,b", "\"", "\"\"\n\r\n", "\xff", "张三\t", "\ufeff", "'", "\x00"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, a, c string) {
		table := Table{Columns: []Column{{Title: "甲"}, {Title: "乙"}}, Rows: [][]Cell{{a, c}, {c, 1.5}}}
		for _, enc := range []string{"utf-8", "gb18030"} {
			var b bytes.Buffer
			if err := table.WriteCSV(&b, enc); err != nil {
				t.Fatal(err)
			}
			text := strings.TrimPrefix(b.String(), "\ufeff")
			if enc == "gb18030" {
				out, err := simplifiedchinese.GB18030.NewDecoder().String(b.String())
				if err != nil {
					t.Fatal(err)
				}
				text = out
			}
			rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
			if err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			if len(rows) != 3 || len(rows[1]) != 2 || rows[2][1] != "1.5" {
				t.Fatalf("%q %q came back as %q", a, c, rows)
			}
			for _, got := range []string{rows[1][0], rows[1][1], rows[2][0]} {
				if strings.ContainsAny(first(got), "=+-@\t\r\n＝＋－＠") {
					t.Errorf("%q starts like a formula", got)
				}
			}
			// Lines end in \r\n throughout: the writer drops a \r of its own.
			want := strings.ReplaceAll(strings.ToValidUTF8(neutral(a), "\ufffd"), "\r", "")
			if enc == "utf-8" && rows[1][0] != want {
				t.Errorf("%q came back as %q", want, rows[1][0])
			}
		}
	})
}

func first(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

func FuzzXLSX(f *testing.F) {
	for _, s := range []string{"", "=1+1", "\x01", "\xff", "]]>", "张三\n李四", "_x000D_", "'Sheet'!A1", "history"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 10000 {
			return
		}
		table := Table{Title: s, Note: s, Columns: []Column{{Title: "甲"}}, Rows: [][]Cell{{s}}}
		var b bytes.Buffer
		if err := table.WriteXLSX(&b); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		file, err := excelize.OpenReader(&b)
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		defer file.Close()
		if formula, _ := file.GetCellFormula(file.GetSheetName(0), "A4"); formula != "" {
			t.Errorf("%q became the formula %q", s, formula)
		}
	})
}

func FuzzNeutral(f *testing.F) {
	for _, s := range []string{"", "=1+1", "+1", "-1", "@x", "\t=1", "张三", "a=b", "\r\n=1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := neutral(s)
		if strings.ContainsAny(first(out), "=+-@\t\r\n＝＋－＠") {
			t.Errorf("%q still starts like a formula: %q", s, out)
		}
		if strings.TrimPrefix(out, "'") != strings.TrimPrefix(s, "'") && strings.TrimPrefix(out, "'") != s {
			t.Errorf("%q became %q", s, out)
		}
	})
}
