package ingest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"talentcast/analytics/fault"
	"talentcast/datasets"
)

// An old spreadsheet goes through the converter, is known by its own bytes, and
// is converted once where it is read twice.
func TestOldSpreadsheetIsConverted(t *testing.T) {
	data := []byte("\xd0\xcf\x11\xe0 whatever is in it")
	calls := 0
	o := options(t)
	o.Convert = func(_ context.Context, name string, in []byte) ([]byte, error) {
		calls++
		if name != "old.xls" || !bytes.Equal(in, data) {
			t.Errorf("given %q of %s", in, name)
		}
		return workbookOf(t, sheetData{name: "资金", rows: [][]any{
			{"凭证号", "日期", "环节", "资金来源", "金额（万元）"},
			{"A-1", "2014-05-06", "到位", "财政", 12.5},
			{"A-2", "2014-05-32", "到位", "财政", 12.5},
		}}), nil
	}
	b, err := Read(context.Background(), "C:\\旧\\old.xls", data, o)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	if len(b.Records) != 1 || b.File != "old.xls" || b.SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("%d records of %s, %s", len(b.Records), b.File, b.SHA256)
	}
	calls = 0
	if n, err := Mend(context.Background(), "old.xls", data, o, &bytes.Buffer{}); err != nil || n != 1 || calls != 1 {
		t.Errorf("%d rows to mend after %d conversions, %v", n, calls, err)
	}
	o.Convert = func(context.Context, string, []byte) ([]byte, error) {
		return nil, fault.New(fault.Unreadable, "坏了。", "Broken.")
	}
	if _, err := Read(context.Background(), "old.xls", data, o); fault.As(err) == nil {
		t.Errorf("the converter's fault is lost: %v", err)
	}
}

// A table in a ZIP and the same table alone are one file.
func TestZippedTableIsThatTable(t *testing.T) {
	ctx := context.Background()
	o := options(t)
	s := openStore(t, o.Policy)
	text := talentHead + "张小明," + goodID + ",五百优才计划,硕士研究生,2014-05-06,\n"
	first, err := Upload(ctx, s, "2014.zip", zipOf(t, "人才.csv", text), o)
	if err != nil {
		t.Fatal(err)
	}
	if first.File != "2014.zip › 人才.csv" || first.Loaded != 1 {
		t.Errorf("%+v", first)
	}
	again, err := Upload(ctx, s, "人才.csv", []byte(text), o)
	if err != nil || !again.Already {
		t.Errorf("%+v, %v", again, err)
	}
	p, err := Look(ctx, s, "2014.zip", zipOf(t, "人才.csv", text, "资金.csv", text), o)
	if err != nil || p.Problem == nil || !strings.Contains(p.Problem.Zh, "内有 2 个文件") {
		t.Errorf("%+v, %v", p, err)
	}
}

// The refused rows of a file with a header in two rows come back under one, and
// load when they are mended.
func TestMendUnderTwoRowHeader(t *testing.T) {
	o := options(t)
	var out bytes.Buffer
	n, err := Mend(context.Background(), "two-row-header.xlsx", corpus(t)["two-row-header.xlsx"], o, &out)
	if err != nil || n != 1 {
		t.Fatalf("%d rows, %v", n, err)
	}
	mended := changed(t, out.Bytes(), func(x *excelize.File) {
		rows, err := x.GetRows("人才")
		must(t, err)
		if got := strings.Join(rows[0][1:4], ","); got != "姓名,身份证号,所属计划" {
			t.Errorf("the header is %s", got)
		}
		must(t, x.SetCellStr("人才", "E2", "硕士研究生"))
	})
	b, err := Read(context.Background(), "mended.xlsx", mended, o)
	if err != nil || len(b.Records) != 1 || len(b.Refusals) != 0 {
		t.Errorf("%d records, %+v, %v", len(b.Records), b.Refusals, err)
	}
}

// How a header in two rows was assigned by hand is remembered.
func TestTwoRowHeaderIsRemembered(t *testing.T) {
	o := options(t)
	s := openStore(t, o.Policy)
	data := []byte("单位名称,单位类别,统计日期,岗位,,\n,,,一共,社会工作岗位数,\n甲中心,事业单位社工岗位,2014-06,40,6,\n")
	p, err := Look(context.Background(), s, "a.csv", data, o)
	if err != nil || p.Main() == nil {
		t.Fatal(err)
	}
	columns := p.Main().Assigned()
	if _, ok := columns["一共"]; !ok {
		t.Fatalf("no column of the lower row: %v", columns)
	}
	columns["一共"] = "total"
	o.Profiles = []datasets.Profile{{Signature: p.Main().Signature, Kind: p.Kind, Columns: columns}}
	b, err := Read(context.Background(), "b.csv", data, o)
	if err != nil || len(b.Records) != 1 || b.Records[0].BaseValue.Decimal.String() != "40" {
		t.Errorf("%+v, %v", b.Records, err)
	}
}
