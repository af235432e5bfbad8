package ingest

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
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

// formatCorpus is the part of the corpus that is about formats and habits.
func formatCorpus(t testing.TB) map[string][]byte {
	good := talentHead + "张小明," + goodID + ",五百优才计划,硕士研究生,2014-05-06,2014-05-20\n"
	fund := "凭证号,日期,环节,资金来源,金额（万元）\n"
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
		"none.csv":       []byte(fund + "A-1,2014-01-15,到位,财政,12.5,\nA-2,2014-01-15,支出,财政,—\nA-3,2014-01-15,支出,财政,无\n"),

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

		"good.parquet":         committed(t, "good.parquet"),
		"id-as-double.parquet": committed(t, "id-as-double.parquet"),
		"list.parquet":         committed(t, "list.parquet"),
		"text.parquet":         []byte("PAR1 and nothing else"),
	}
}
