package ingest

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"testing"

	"talentcast/datasets"
)

const lookID = "11010519491231002X"

// foreign has headers that nobody knows but the office that wrote them.
const foreign = "某单位人才汇总\n" +
	"序号,谁,公民号,哪类,哪天,批次金额\n" +
	"1,演示甲," + lookID + ",硕士研究生,2014-05-06,1\n" +
	"2,演示乙,440103199001011231,硕士研究生,2014-05-06,2\n"

func TestLookAssignsColumns(t *testing.T) {
	ctx := context.Background()
	o := options(t)
	s := openStore(t, o.Policy)
	p, err := Look(ctx, s, "甲.csv", []byte(foreign), o)
	if err != nil {
		t.Fatal(err)
	}
	if p.Problem == nil || !p.Mendable() || p.Main() == nil || p.Main().HeaderRow != 2 {
		t.Fatalf("unknown headers: %+v", p)
	}
	if c := p.Main().Columns[1]; c.Header != "公民号" || c.Key != "公民号" || c.Column != "" || !strings.Contains(c.Sample[0], "***") {
		t.Errorf("column %+v", c)
	}
	o.Kind = datasets.Talent
	o.Columns = map[string]string{"谁": "name", "公民号": "id", "哪类": "category", "哪天": "date"}
	if p, err = Look(ctx, s, "甲.csv", []byte(foreign), o); err != nil || p.Problem != nil {
		t.Fatalf("assigned: %+v, %v", p, err)
	}
	if p.Read != 2 || p.Refused != 1 || p.Check.New != 1 || len(p.Rows) != 2 || p.Rows[0].Record == nil || len(p.Rows[1].Refused) == 0 || len(p.Reasons) != 1 || p.Reasons[0].Rows[0] != 4 {
		t.Errorf("preview %+v", p)
	}
	whole, err := json.Marshal(p)
	if err != nil || bytes.Contains(whole, []byte(lookID)) || bytes.Contains(whole, []byte("440103199001011231")) {
		t.Errorf("an ID number is in the preview: %s, %v", whole, err)
	}
	if st, err := s.State(ctx, o.Policy.ID); err != nil || st.Rows != 0 {
		t.Errorf("looking stored something: %+v, %v", st, err)
	}

	// What was assigned is known again by its signature, for other rows too.
	o.Profiles = []datasets.Profile{{Signature: p.Main().Signature, Kind: datasets.Talent, Columns: p.Main().Assigned()}}
	o.Kind, o.Columns = "", nil
	other := strings.Replace(foreign, "2014-05-06,1", "2014-06-06,1", 1)
	if p, err = Look(ctx, s, "乙.csv", []byte(other), o); err != nil || p.Problem != nil || p.Profile == nil || p.Check.New != 1 {
		t.Errorf("by profile: %+v, %v", p, err)
	}
	if r, err := Upload(ctx, s, "乙.csv", []byte(other), o); err != nil || r.Loaded != 1 {
		t.Errorf("load by profile: %+v, %v", r, err)
	}
}

func TestLookTellsUnitsAndDoubles(t *testing.T) {
	ctx := context.Background()
	o := options(t)
	s := openStore(t, o.Policy)
	money := "凭证号,日期,金额,阶段,资金来源,金额\nP-1,2014-05-06,12,到位,财政,13\n"
	p, err := Look(ctx, s, "资金.csv", []byte(money), o)
	if err != nil || p.Problem == nil || p.Kind != datasets.Fund {
		t.Fatalf("doubled: %+v, %v", p, err)
	}
	if c := p.Main().Columns[5]; !c.Doubled || c.Key != "金额#2" {
		t.Errorf("doubled column %+v", c)
	}
	o.Columns = map[string]string{"金额": "amount:万元", "金额#2": ""}
	if p, err = Look(ctx, s, "资金.csv", []byte(money), o); err != nil || p.Problem != nil {
		t.Fatalf("assigned: %+v, %v", p, err)
	}
	if p.Main().Columns[2].Unit != "万元" || len(p.Rows) != 1 || p.Rows[0].Record == nil || p.Rows[0].Record.Amount.Decimal.String() != "120000" {
		t.Errorf("preview %+v", p)
	}
}

func TestMendComesBack(t *testing.T) {
	ctx := context.Background()
	o := options(t)
	s := openStore(t, o.Policy)
	o.Kind, o.Columns = datasets.Talent, map[string]string{"谁": "name", "公民号": "id", "哪类": "category", "哪天": "date"}
	var b bytes.Buffer
	if n, err := Mend(ctx, "甲.csv", []byte(foreign), o, &b); err != nil || n != 1 {
		t.Fatalf("mend: %d, %v", n, err)
	}
	p, err := Look(ctx, s, "甲.xlsx", b.Bytes(), o)
	if err != nil || p.Problem != nil || p.Read != 1 || p.Refused != 1 || p.Reasons[0].Code != codeIDChecksum {
		t.Fatalf("read back: %+v, %v", p, err)
	}
	was, err := Look(ctx, s, "甲.csv", []byte(foreign), o)
	if err != nil || was.Main().Signature != p.Main().Signature {
		t.Errorf("the columns beside the rows change the signature: %v", err)
	}
	b.Reset()
	good := strings.Split(foreign, "2,演示乙")[0]
	if n, err := Mend(ctx, "甲.csv", []byte(good), o, &b); err != nil || n != 0 || b.Len() != 0 {
		t.Errorf("nothing refused: %d, %v", n, err)
	}
}
