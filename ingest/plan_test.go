package ingest

import (
	"context"
	"testing"

	"github.com/shopspring/decimal"

	"talentcast/analytics"
	"talentcast/analytics/fault"
	"talentcast/datasets"
)

func planPolicy() datasets.Policy {
	return datasets.Policy{ID: "p", Targets: []datasets.Target{{ID: "H-01", Unit: "人"}, {ID: "G-02", Unit: "元"}, {ID: "R", Unit: "%"}}}
}

func TestPlansAreRead(t *testing.T) {
	text := "\ufeff年度计划,,,,,,,\n截至2015年,,,,,,,\n编号,目标,版次,确定日期,理由,2014年,2015年,2016年（人）\nH-01,硕士,2,2014-03-01,区里下达,\"1,200\",1300,\nG-02,资金,,,,5亿元,60000万元,\nR,占比,0,20140301,x,45.5%,46,\nZ,没有数,,,,,,\n"
	got, err := Plans(context.Background(), "计划.csv", []byte(text), planPolicy(), "张")
	if err != nil || len(got) != 3 {
		t.Fatalf("%+v, %v", got, err)
	}
	a := got[0]
	if a.Target != "H-01" || a.Base != 2 || !a.Known.Equal(analytics.Date(2014, 3, 1)) || a.Reason != "区里下达" || a.By != "张" || len(a.Years) != 2 || !a.Years[0].Amount.Equal(decimal.New(1200, 0)) || a.Years[1].Year != 2015 {
		t.Errorf("%+v", a)
	}
	if m := got[1].Years; !m[0].Amount.Equal(decimal.New(5, 8)) || !m[1].Amount.Equal(decimal.New(6, 8)) {
		t.Errorf("money: %+v", m)
	}
	if r := got[2].Years; !r[0].Amount.Equal(decimal.RequireFromString("45.5")) {
		t.Errorf("share: %+v", r)
	}
}

func TestPlansAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		file, text string
		code       fault.Code
	}{
		"no table":     {"a.csv", "a,b\n1,2\n", fault.Unreadable},
		"no target":    {"a.csv", "编号,2015\nnone,5\n", fault.Invalid},
		"no number":    {"a.csv", "编号,2015\nH-01,很多\n", fault.Invalid},
		"no revision":  {"a.csv", "编号,版次,2015\nH-01,一,5\n", fault.Invalid},
		"no date":      {"a.csv", "编号,确定日期,2015\nH-01,某日,5\n", fault.Invalid},
		"not a sheet":  {"a.xlsx", "编号,2015\n", fault.Unreadable},
		"another type": {"a.pdf", "x", fault.Unreadable},
	} {
		if got, err := Plans(context.Background(), c.file, []byte(c.text), planPolicy(), "张"); !fault.Is(err, c.code) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func FuzzPlans(f *testing.F) {
	f.Add([]byte("编号,2014年,2015年\nH-01,5,6\n"))
	f.Add([]byte("id,known,2014\nG-02,2014-01-01,5亿元\n"))
	p := planPolicy()
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := Plans(context.Background(), "x.csv", b, p, "张")
		if err != nil && fault.As(err) == nil {
			t.Errorf("an error without a sentence: %v", err)
		}
		for _, x := range got {
			if len(x.Years) == 0 {
				t.Errorf("%+v", x)
			}
		}
	})
}
