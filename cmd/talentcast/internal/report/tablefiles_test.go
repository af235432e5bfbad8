package report

import (
	"bytes"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"talentcast/analytics"
	"talentcast/datasets"
)

func mixed() Table {
	return Table{
		Name: "money", Title: "资金", Note: "说明", Lang: "zh", Demo: true,
		Columns: []Column{{Key: "who", Title: "部门"}, {Key: "sum", Title: "金额", Unit: "元", Type: Money}, {Key: "on", Title: "日期", Type: Date}, {Key: "share", Title: "比例", Type: Percent}},
		Rows: [][]Cell{
			{"=区财政局", decimal.RequireFromString("9007199254740993.01"), analytics.Date(2015, 6, 30), 0.346},
			{nil, nil, time.Time{}, math.NaN()},
		},
	}
}

func TestTableAsJSON(t *testing.T) {
	var b bytes.Buffer
	if err := mixed().Write(t.Context(), &b, "json", ""); err != nil {
		t.Fatal(err)
	}
	const want = `{
 "name": "money",
 "title": "资金",
 "note": "说明",
 "demo": true,
 "columns": [
  {
   "key": "who",
   "title": "部门"
  },
  {
   "key": "sum",
   "title": "金额",
   "unit": "元"
  },
  {
   "key": "on",
   "title": "日期"
  },
  {
   "key": "share",
   "title": "比例"
  }
 ],
 "rows": [
  [
   "=区财政局",
   9007199254740993.01,
   "2015-06-30",
   0.346
  ],
  [
   null,
   null,
   null,
   null
  ]
 ]
}
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
}

func TestTableAsParquet(t *testing.T) {
	var b bytes.Buffer
	if err := mixed().Write(t.Context(), &b, "parquet", ""); err != nil {
		t.Fatal(err)
	}
	p, err := datasets.OpenParquet(t.Context(), "money.parquet", b.Bytes(), 100)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if diff := cmp.Diff([]string{"部门", "金额（元）", "日期", "比例", "数据性质"}, p.Columns); diff != "" {
		t.Error(diff)
	}
	var got [][]string
	for row, err := range p.Rows(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, row)
	}
	if diff := cmp.Diff([][]string{{"=区财政局", "9007199254740993.01", "2015-06-30", "0.346", "演示数据"}, {"", "", "", "", "演示数据"}}, got); diff != "" {
		t.Error(diff)
	}
}
