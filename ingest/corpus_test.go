package ingest

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"talentcast/analytics/fault"
	"talentcast/datasets"
)

var update = flag.Bool("update", false, "write the files of testdata and what is expected of them anew")

// sheetData is a sheet of a made-up workbook: strings stay text, numbers stay
// numbers, times become day numbers.
type sheetData struct {
	name   string
	rows   [][]any
	hidden bool
	style  map[string]excelize.Style
}

func workbookOf(t testing.TB, sheets ...sheetData) []byte {
	t.Helper()
	x := excelize.NewFile()
	defer x.Close()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for i, s := range sheets {
		if i == 0 {
			must(x.SetSheetName("Sheet1", s.name))
		} else {
			_, err := x.NewSheet(s.name)
			must(err)
		}
		for r, cells := range s.rows {
			for c, v := range cells {
				if v == nil {
					continue
				}
				at, err := excelize.CoordinatesToCellName(c+1, r+1)
				must(err)
				must(x.SetCellValue(s.name, at, v))
			}
		}
		for at, style := range s.style {
			id, err := x.NewStyle(&style)
			must(err)
			must(x.SetCellStyle(s.name, at, at, id))
		}
		if s.hidden {
			must(x.SetSheetVisible(s.name, false))
		}
	}
	b, err := x.WriteToBuffer()
	must(err)
	return b.Bytes()
}

func gbk(t testing.TB, s string) []byte {
	t.Helper()
	b, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const (
	talentHead = "姓名,身份证号,所属计划,人才类别,认定日期,登记日期\n"
	goodID     = "11010519491231002X" // the worked example of GB 11643
	otherID    = "990103190001019998"
)

// corpus is one small file for one behaviour each.
func corpus(t testing.TB) map[string][]byte {
	day := time.Date(2014, 5, 6, 0, 0, 0, 0, time.UTC)
	fundHead := []any{"凭证号", "日期", "环节", "资金来源", "金额（万元）"}
	talentCells := []any{"姓名", "身份证号", "所属计划", "人才类别", "认定日期"}
	good := talentHead + "张小明," + goodID + ",五百优才计划,硕士研究生,2014-05-06,2014-05-20\n"
	made := map[string][]byte{
		"utf8.csv":          []byte(good),
		"utf8-bom-crlf.csv": []byte("\ufeff" + strings.ReplaceAll(good, "\n", "\r\n")),
		"gb18030.csv":       gbk(t, good),
		"semicolon.csv":     []byte(strings.ReplaceAll(good, ",", ";")),
		"tab.tsv":           []byte(strings.ReplaceAll(good, ",", "\t")),
		"old-mac-lines.csv": []byte(strings.ReplaceAll(good, "\n", "\r")),
		"full-width.csv":    []byte(talentHead + "张小明,１１０１０５１９４９１２３１００２Ｘ,五百优才计划,硕士研究生,２０１４年５月６日,\n"),
		"title-above.csv":   []byte("荔湾区人才情况表\n填报单位：区人力社保局,,单位：万元\n\n" + good),
		"line-break-in-cell.csv": []byte(talentHead + "张小明," + goodID + ",五百优才计划,硕士研究生,2014-05-06,\"2014-05-20\n\"\n" +
			"李四," + otherID + ",五百优才计划,没有的类别,2014-05-06,\n"),
		"blank-rows-and-total.csv": []byte("凭证号,日期,环节,资金来源,金额（万元）\nA-1,2014-01-15,到位,财政,12.5\n\n,,,,\nA-2,2014-02-15,到位,企业,2.5\n合计,,,,15\n填表人：某某,,,审核：某某\n"),
		"unit-above.csv":           []byte("人才资金台账,,,,单位：万元\n凭证号,日期,环节,资金来源,金额\nA-1,2014-01-15,到位,财政,12.5\n"),
		"unit-in-cell.csv":         []byte("凭证号,日期,环节,资金来源,金额\nA-1,2014-01-15,到位,财政,12.5万元\nA-2,2014-01-15,到位,财政,3000元\nA-3,2014-01-15,到位,财政,12.5\n"),
		"shifted.csv":              []byte("凭证号,日期,环节,资金来源,金额（元）\nA-1,2014-01-15,到位,财政,1,234,567\n"),
		"all-refused.csv":          []byte(talentHead + "张小明,1,五百优才计划,硕士研究生,2014-05-06,\n李四,2,五百优才计划,硕士研究生,2014-05-06,\n"),
		"many-faults-in-a-row.csv": []byte(talentHead + ",110105194912310021,登月计划,宇航员,2999-05-06,昨天\n"),
		"header-only.csv":          []byte(talentHead),
		"synonyms.csv":             []byte("序号,人员姓名,公民身份号码,计划,认定类别,引进时间,责任部门,爱好\n1,张小明," + goodID + ",五百优才,硕士,2014/5/6,荔湾区财政局,下棋\n"),
		"id-in-notes.csv":          []byte("姓名,身份证号,人才类别,认定日期,备注\n张小明," + goodID + ",硕士,2014-05-06,配偶 " + otherID + "\n"),
		"indicators.csv":           []byte("指标编号,日期,数值,单位\nG-02,2014-12-31,1.2,亿元\n11-03,2014,15.5%,\nh-00,2014-12,120,名\n14-02,2014-06,,人\n18-01,2013-05-31,1,个\n24-01,2014-12-31,-2.5,%\n16-01,2014-12-31,2,家\n"),
		"revisions.csv":            []byte("指标编号,日期,数值,单位,发布日期\n14-02,2013-12-31,131,人,2014-01-20\n14-02,2013-12-31,128,人,2014-05-20\n14-02,2013-12-31,127,人,2014-05-20\n"),
		"posts.csv":                []byte("单位名称,单位类别,统计日期,岗位总量,社会工作岗位数\n甲中心,事业单位社工岗位,2014-06,40,6\n乙中心,高级雇员岗位,2014-06-30,,2\n丙中心,社会组织社工岗位,2014-06-30,0,0\n"),

		// whole files that are wrong
		"empty.csv":             {},
		"blank.csv":             []byte(" \r\n\r\n"),
		"broken-quote.csv":      []byte(talentHead + "张小明," + goodID + ",五百优才计划,硕士研究生,2014-05-06,\n\"李四," + otherID + ",五百优才计划,硕士研究生,2014-05-06,\n"),
		"bare-quote.csv":        []byte(talentHead + "张\"小\"明," + goodID + ",五百优才计划,硕士研究生,2014-05-06,\n"),
		"unknown-header.csv":    []byte("alpha,beta\n1,2\n"),
		"no-header.csv":         []byte("张小明," + goodID + ",五百优才计划,硕士研究生,2014-05-06\n"),
		"missing-column.csv":    []byte("姓名,身份证号,所属计划,人才类别\n张小明," + goodID + ",五百优才计划,硕士研究生\n"),
		"column-twice.csv":      []byte("姓名,身份证号,人才类别,认定日期,引进日期\n张小明," + goodID + ",硕士,2014-05-06,2014-05-06\n"),
		"binary.csv":            []byte("姓名\x00,\x00\x01\x02"),
		"neither-encoding.csv":  []byte("\xd0\xd5,\xff\xff\xff\n"),
		"workbook.csv":          workbookOf(t, sheetData{name: "a", rows: [][]any{{"x"}}}),
		"text.xlsx":             []byte("this is text"),
		"cut-off.xlsx":          workbookOf(t, sheetData{name: "a", rows: [][]any{{"x"}}})[:400],
		"password-or-old.xlsx":  []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on"),
		"old.xls":               []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and so on"),
		"picture.png":           []byte("\x89PNG"),
		"two-kinds.xlsx":        workbookOf(t, sheetData{name: "人", rows: [][]any{talentCells}}, sheetData{name: "钱", rows: [][]any{fundHead}}),
		"empty.xlsx":            workbookOf(t, sheetData{name: "a"}),
		"sheet-breaks-off.xlsx": breakOff(t, workbookOf(t, sheetData{name: "a", rows: [][]any{fundHead, {"A-1", day, "到位", "财政", 12.5}, {"A-2", day, "到位", "财政", 12.5}}})),

		// workbooks
		"dates-and-numbers.xlsx": workbookOf(t, sheetData{name: "资金", rows: [][]any{
			{"荔湾区人才资金台账"},
			{"填报日期：2015年6月30日"},
			fundHead,
			{"A-1", day, "到位", "财政", 12.3 + 0.000000000000002},
			{"A-2", "2014年5月6日", "到位", "企业", "2.5"},
			{"A-3", 41765, "支出", "财政", 0.1 + 0.2},
			nil,
			{"合计", nil, nil, nil, 15.1},
		}}),
		"several-sheets.xlsx": workbookOf(t,
			sheetData{name: "封面", rows: [][]any{{"荔湾区"}}},
			sheetData{name: "上半年", rows: [][]any{fundHead, {"A-1", day, "到位", "财政", 1}}},
			sheetData{name: "下半年", rows: [][]any{fundHead, {"A-2", day, "到位", "财政", 2}, {"A-1", day, "到位", "财政", 3}}},
			sheetData{name: "旧账", hidden: true, rows: [][]any{fundHead, {"A-9", day, "到位", "财政", 9}}}),
		"number-as-id.xlsx": workbookOf(t, sheetData{name: "a", rows: [][]any{
			talentCells,
			{"张小明", 1.1010519491231e+17, "五百优才计划", "硕士研究生", day},
			{"李四", goodID, "五百优才计划", "硕士研究生", day},
		}}),
		"percent-format.xlsx": workbookOf(t, sheetData{
			name:  "a",
			rows:  [][]any{{"指标编号", "日期", "数值", "单位"}, {"11-03", day, 0.155, "%"}, {"11-03", "2014-06-30", 16.5, "%"}},
			style: map[string]excelize.Style{"C2": {NumFmt: 10}},
		}),
	}
	maps.Copy(made, formatCorpus(t))
	return made
}

// breakOff cuts the XML of the first sheet behind its second row, as an
// interrupted copy would, in an archive that is otherwise sound.
func breakOff(t testing.TB, b []byte) []byte {
	t.Helper()
	return rezip(t, b, "xl/worksheets/sheet1.xml", func(x []byte) []byte {
		i := bytes.Index(x, []byte(`<row r="3"`))
		if i < 0 {
			t.Fatal("no third row")
		}
		return append(slices.Clone(x[:i]), `<row r="3"><c r="A3" t="s"><v>`...)
	})
}

// outcome is what reading a file came to, in words.
func outcome(b datasets.Batch, err error) string {
	var s strings.Builder
	if err != nil {
		f := fault.As(err)
		if f == nil {
			return "error: " + err.Error() + "\n"
		}
		return fmt.Sprintf("fault %s\n%s\n%s\n", f.Code, f.Zh, f.En)
	}
	fmt.Fprintf(&s, "kind %s, encoding %q, rows %d, records %d, refusals %d\n", b.Kind, b.Encoding, b.Read, len(b.Records), len(b.Refusals))
	for _, r := range b.Records {
		fmt.Fprintf(&s, "%s row %d:", r.Sheet, r.Row)
		for _, x := range []struct{ name, value string }{
			{"target", r.Target},
			{"plan", r.Plan},
			{"category", r.Category},
			{"dept", r.Dept},
			{"name", r.Name},
			{"place", r.Place},
			{"event", dateText(r.Event)},
			{"end", dateText(r.End)},
			{"known", dateText(r.Known)},
			{"stage", r.Stage},
			{"source", r.Source},
			{"note", r.Note},
			{"unit", r.Unit},
		} {
			if x.value != "" {
				fmt.Fprintf(&s, " %s=%s", x.name, x.value)
			}
		}
		if r.Amount.Valid {
			fmt.Fprintf(&s, " amount=%s", r.Amount.Decimal)
		}
		if r.Value.Valid {
			fmt.Fprintf(&s, " value=%s", r.Value.Decimal)
		}
		if r.BaseValue.Valid {
			fmt.Fprintf(&s, " of=%s", r.BaseValue.Decimal)
		}
		s.WriteString("\n")
	}
	for _, r := range b.Refusals {
		fmt.Fprintf(&s, "%s row %d, %s, %q: %s\n  %s。%s\n  %s. %s\n", r.Sheet, r.Row, r.Column, r.Value, r.Code, r.ReasonZh, r.RemedyZh, r.ReasonEn, r.RemedyEn)
	}
	return s.String()
}

func dateText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// Every odd file comes to what is written beside it.
func TestCorpus(t *testing.T) {
	made := corpus(t)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		for name, data := range made {
			if err := os.WriteFile(filepath.Join("testdata", name), data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	o := options(t)
	for name := range made {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join("testdata", name)
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatalf("%v (go test -update writes it)", err)
			}
			got := outcome(Read(context.Background(), path, data, o))
			if *update {
				if err := os.WriteFile(path+".golden", []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path + ".golden")
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(string(want), got); d != "" {
				t.Errorf("-want +got\n%s", d)
			}
			for _, id := range []string{goodID, otherID, goodID[:17], otherID[:17]} {
				if strings.Contains(got, id) {
					t.Errorf("an ID number comes through: %s", got)
				}
			}
		})
	}
}
