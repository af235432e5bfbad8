package datasets

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
)

func TestWriteParquetIsReadBack(t *testing.T) {
	columns := []ParquetColumn{{"目标", ParquetText}, {"完成率", ParquetNumber}, {"日期", ParquetDate}, {"金额", ParquetMoney}, {"金额", ParquetText}}
	rows := [][]any{
		{"优才 \"x\"", 0.346, time.Date(2015, 6, 30, 0, 0, 0, 0, time.UTC), decimal.RequireFromString("9007199254740993.01"), "=1+1"},
		{nil, nil, nil, nil, nil},
	}
	var a, b bytes.Buffer
	for _, w := range []*bytes.Buffer{&a, &b} {
		if err := WriteParquet(t.Context(), w, columns, rows); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the same rows give different bytes")
	}
	p, err := OpenParquet(t.Context(), "x.parquet", a.Bytes(), 100)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if diff := cmp.Diff([]string{"目标", "完成率", "日期", "金额", "金额_2"}, p.Columns); diff != "" {
		t.Error(diff)
	}
	var got [][]string
	for row, err := range p.Rows(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, row)
	}
	want := [][]string{{"优才 \"x\"", "0.346", "2015-06-30", "9007199254740993.01", "=1+1"}, {"", "", "", "", ""}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWriteParquetRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		column ParquetColumn
		cells  []any
	}{
		"a number in a text":  {ParquetColumn{"a", ParquetText}, []any{1.0}},
		"too much money":      {ParquetColumn{"a", ParquetMoney}, []any{decimal.New(1, 17)}},
		"more cells than due": {ParquetColumn{"a", ParquetText}, []any{"x", "y"}},
	} {
		if err := WriteParquet(t.Context(), &bytes.Buffer{}, []ParquetColumn{c.column}, [][]any{c.cells}); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}
