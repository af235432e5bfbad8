package ingest

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// utf16of encodes with a byte order mark.
func utf16of(order binary.ByteOrder, s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune("\ufeff" + s)) {
		b = binary.BigEndian.AppendUint16(b, u)
		if order == binary.LittleEndian {
			b[len(b)-2], b[len(b)-1] = b[len(b)-1], b[len(b)-2]
		}
	}
	return b
}

// madeID adds the check character to 17 digits.
func madeID(digits string) string { return digits + string(IDCheck(digits)) }

// committed is a file of testdata that this package can't write.
func committed(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// changed is the workbook after a change.
func changed(t testing.TB, b []byte, change func(*excelize.File)) []byte {
	t.Helper()
	x, err := excelize.OpenReader(bytes.NewReader(b))
	must(t, err)
	defer x.Close()
	change(x)
	out, err := x.WriteToBuffer()
	must(t, err)
	return out.Bytes()
}

// zipOf packs names and contents by turns. A name that is no UTF-8 is written
// as it is, without the flag.
func zipOf(t testing.TB, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: parts[i], Method: zip.Deflate, NonUTF8: !utf8.ValidString(parts[i])})
		must(t, err)
		if parts[i+1] != "" {
			_, err = w.Write([]byte(parts[i+1]))
			must(t, err)
		}
	}
	must(t, z.Close())
	return b.Bytes()
}

// damaged changes a byte of the first entry's content.
func damaged(b []byte) []byte {
	b[60] ^= 0xff
	return b
}

// formatCorpus is the part of the corpus that is about formats and habits.
func formatCorpus(t testing.TB) map[string][]byte {
	good := talentHead + "张小明," + goodID + ",五百优才计划,硕士研究生,2014-05-06,2014-05-20\n"
	fund := "凭证号,日期,环节,资金来源,金额（万元）\n"
	fundCells := []any{"凭证号", "日期", "环节", "资金来源", "金额（万元）"}
	day := time.Date(2014, 5, 6, 0, 0, 0, 0, time.UTC)
	object := `{"姓名": "张小明", "身份证号": "` + goodID + `", "人才类别": "硕士", "认定日期": "2014-05-06"}`
	return map[string][]byte{
		"utf16le.csv": utf16of(binary.LittleEndian, good),
		"utf16be.csv": utf16of(binary.BigEndian, good),
		"pipe.csv":    []byte(strings.ReplaceAll(good, ",", "|")),
		"dates.csv": []byte(talentHead +
			"张小明," + goodID + ",五百优才计划,硕士研究生,2013年4月12日,2014/3\n" +
			"李四," + otherID + ",五百优才计划,硕士研究生,2013/4,2014.3.1\n" +
			"王五," + madeID("99010319000101001") + ",五百优才计划,硕士研究生,民国102年4月12日,\n" +
			"赵六," + madeID("99010319000101003") + ",五百优才计划,硕士研究生,102.4.12,\n"),
		"yi-suffix.csv":  []byte("凭证号,日期,环节,资金来源,金额\nA-1,2014-01-15,到位,财政,1.2亿\nA-2,2014-01-15,到位,财政,3.5亿元\nA-3,2014-01-15,到位,财政,\"1,200万\"\n"),
		"damaged-id.csv": []byte(talentHead + "张小明,4.4E+17,五百优才计划,硕士研究生,2014-05-06,\n李四,9.90103190001019E+17,五百优才计划,硕士研究生,2014-05-06,\n"),
		"subtotals.csv": []byte(fund + "A-1,2014-01-15,到位,财政,1.5\nA-2,2014-01-15,到位,企业,2.25\n小计,,,,3.75\n" +
			"A-3,2014-02-15,到位,财政,4\nA-4,2014-02-31,到位,企业,5\n小计,,,,9.01\n合计,,,,12.75\n"), // a refused row counts; the second 小计 is wrong
		"total-unread.csv": []byte(fund + "A-1,2014-01-15,到位,财政,1.5\nA-2,2014-01-15,到位,企业,约两万\n合计,,,,3.5\n"),
		"total-above.csv":  []byte("单位名称,单位类别,统计日期,岗位总量,社会工作岗位数\n全区合计,,,100,10\n甲中心,事业单位社工岗位,2014-06,40,6\n乙中心,事业单位社工岗位,2014-06,60,5\n"),
		"jumps.csv": []byte("指标编号,日期,数值,单位\n14-02,2011-12-31,10,人\n14-02,2012-12-31,60,人\n14-02,2013-12-31,59,人\n14-02,2014-12-31,61,人\n" +
			"G-02,2012-12-31,1.2,亿元\nG-02,2013-12-31,1.3,万元\n24-01,2013-12-31,1,%\n24-01,2014-12-31,10,%\n"),
		"none.csv": []byte(fund + "A-1,2014-01-15,到位,财政,12.5,\nA-2,2014-01-15,支出,财政,—\nA-3,2014-01-15,支出,财政,无\n"),

		"array.json": []byte("[\n  " + object + ",\n" +
			`  {"备注": null, "认定日期": "2014年5月6日", "人才类别": "没有的类别", "姓名": "李四", "身份证号": ` + otherID + "}\n]"),
		"wrapped.json":     []byte(`{"code": 0, "data": {"total": 1, "list": [` + object + `]}}`),
		"exact.json":       []byte(`[{"凭证号": "A-1", "日期": "2014-01-15", "环节": "到位", "资金来源": "财政", "金额（元）": 123456789012345.67}]`),
		"one-a-line.json":  []byte(object + "\n"),
		"lines.ndjson":     []byte(object + "\n\n" + strings.ReplaceAll(strings.ReplaceAll(object, goodID, otherID), "硕士", "没有的类别") + "\n"),
		"gb18030.json":     gbk(t, "["+object+"]"),
		"nested.json":      []byte(`[{"姓名": "张小明", "身份证号": ["` + goodID + `"]}]`),
		"key-twice.json":   []byte(`[{"姓名": "张小明", "姓名": "李四"}]`),
		"two-arrays.json":  []byte(`{"a": [` + object + `], "b": [` + object + `]}`),
		"no-objects.json":  []byte(`[1, 2]`),
		"string.json":      []byte(`"text"`),
		"empty-array.json": []byte(`[]`),
		"deep.json":        []byte(`{"a": ` + strings.Repeat(`{"a": `, 100) + `[]` + strings.Repeat(`}`, 101)),
		"cut-off.json":     []byte("[\n" + object + ",\n" + object[:40]),
		"broken.ndjson":    []byte(object + "\n" + object[:40] + "\n"),

		"two-row-header.xlsx": changed(t, workbookOf(t, sheetData{name: "人才", rows: [][]any{
			{"荔湾区人才情况表"},
			{"序号", "个人信息", nil, "所属计划", "人才类别", "日期", nil},
			{nil, "姓名", "身份证号", nil, nil, "认定日期", "登记日期"},
			{1, "张小明", goodID, "五百优才计划", "硕士研究生", day, "2014-05-20"},
			{2, "李四", otherID, "五百优才计划", "没有的类别", day, nil},
		}}), func(x *excelize.File) {
			for _, m := range [][2]string{{"A1", "G1"}, {"A2", "A3"}, {"B2", "C2"}, {"D2", "D3"}, {"E2", "E3"}, {"F2", "G2"}} {
				must(t, x.MergeCell("人才", m[0], m[1]))
			}
		}),
		"two-row-header.csv": []byte("单位名称,单位类别,统计日期,岗位,,\n,,,总量,社会工作岗位数,\n甲中心,事业单位社工岗位,2014-06,40,6,\n"),
		"two-row-unit.csv":   []byte("凭证号,日期,环节,资金来源,资金（万元）,\n,,,,金额,备注\nA-1,2014-01-15,到位,财政,12.5,好\n"),
		"spread.csv":         []byte("凭证号,日期,资金来源,金额（万元）,,用途\n,,,预算,到位,\nA-1,2014-01-15,财政,12.5,10,好\n"),
		"hidden-rows.xlsx": changed(t, workbookOf(t, sheetData{name: "资金", rows: [][]any{
			fundCells, {"A-1", day, "到位", "财政", 1}, {"A-2", day, "到位", "财政", 2}, {"A-3", day, "到位", "财政", 3},
		}}), func(x *excelize.File) {
			must(t, x.SetRowVisible("资金", 3, false))
			must(t, x.SetRowVisible("资金", 4, false))
			must(t, x.SetColVisible("资金", "D", false))
		}),
		"formulas.xlsx": changed(t, workbookOf(t, sheetData{name: "资金", rows: [][]any{
			fundCells, {"A-1", day, "到位", "财政", 12.5}, {"A-2", day, "到位", "财政", nil}, {"A-3", day, "到位", "财政", nil},
		}}), func(x *excelize.File) {
			must(t, x.SetCellFormula("资金", "E2", "10+2.5")) // over the value it came to
			must(t, x.SetCellFormula("资金", "E3", "10+2.5"))
			must(t, x.SetCellFormula("资金", "E4", "WEBSERVICE(\"http://example.invalid/\")"))
		}),
		"deep.xlsx": rezip(t, workbookOf(t, sheetData{name: "a", rows: [][]any{fundCells}}), "xl/styles.xml", func([]byte) []byte {
			return []byte(strings.Repeat("<a>", 100) + strings.Repeat("</a>", 100))
		}),
		"bomb.xlsx": rezip(t, workbookOf(t, sheetData{name: "a", rows: [][]any{fundCells}}), "xl/sharedStrings.xml", func([]byte) []byte {
			return []byte("<sst>" + strings.Repeat("<si/>", 1<<20) + "</sst>")
		}),

		"one-table.zip":   zipOf(t, "人才/", "", "人才/表.csv", good, "__MACOSX/._表.csv", "x", "人才/~$表.xlsx", "x", "人才/.hidden.csv", "x", "说明.docx", "x"),
		"gbk-name.zip":    zipOf(t, string(gbk(t, "荔湾人才.csv")), good),
		"two-tables.zip":  zipOf(t, "b.csv", good, "a.csv", good),
		"no-table.zip":    zipOf(t, "说明.docx", "x"),
		"traversal.zip":   zipOf(t, "../../etc/cron.csv", good),
		"backslash.zip":   zipOf(t, `..\x.csv`, good),
		"absolute.zip":    zipOf(t, "C:/x.csv", good),
		"nested.zip":      zipOf(t, "inner.zip", string(zipOf(t, "a.csv", good))),
		"bomb.zip":        zipOf(t, "a.csv", strings.Repeat("0", 8<<20)),
		"damaged.zip":     damaged(zipOf(t, "a.csv", good)),
		"text.zip":        []byte("PK\x03\x04 and nothing else"),
		"spreadsheet.xls": workbookOf(t, sheetData{name: "资金", rows: [][]any{fundCells, {"A-1", day, "到位", "财政", 12.5}}}), // an XLSX by another name

		"good.parquet":         committed(t, "good.parquet"),
		"id-as-double.parquet": committed(t, "id-as-double.parquet"),
		"list.parquet":         committed(t, "list.parquet"),
		"text.parquet":         []byte("PAR1 and nothing else"),
	}
}
