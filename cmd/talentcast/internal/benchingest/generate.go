package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"talentcast/ingest"
)

// table is a generated file: its header and its rows, all of them good and each
// about something of its own. The same seed gives the same rows.
type table struct {
	name   string
	header []string
	row    func(r *rand.Rand, i int, cells []string) []string
}

// tables are a table of money and one of persons, the longest rows there are.
func tables() []table {
	return []table{
		{
			"fund",
			[]string{"凭证号", "日期", "环节", "资金来源", "类别", "用途", "金额（元）", "登记日期", "部门"},
			func(r *rand.Rand, i int, cells []string) []string {
				d := day(i % 1200)
				return append(cells, fmt.Sprintf("PZ-%08d", i), d, "到位", "财政", "", "人才发展专项资金",
					fmt.Sprintf("%d.%02d", 1000+r.IntN(900_000), r.IntN(100)), d, "区财政局")
			},
		},
		{
			"talent",
			[]string{"姓名", "身份证号", "所属计划", "人才类别", "引进方式", "学历", "学位", "工作单位", "认定日期", "登记日期", "退出日期", "牵头部门", "备注"},
			func(r *rand.Rand, i int, cells []string) []string {
				d := day(i % 1200)
				return append(cells, pick(r, "张王李赵陈杨吴刘黄周")+pick(r, "明华强丽敏静伟芳娜磊")+pick(r, "明华强丽敏静伟芳娜磊"),
					number(i), "五百优才计划", "硕士研究生", "引进", "硕士研究生", "硕士", fmt.Sprintf("演示单位%d", r.IntN(1000)), d, d, "", "区人力社保局", "")
			},
		},
	}
}

func day(i int) string {
	return time.Date(2012, 1, 1+i, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

func pick(r *rand.Rand, from string) string {
	runes := []rune(from)
	return string(runes[r.IntN(len(runes))])
}

// number is the i-th ID number: of a place code that was never given out, with
// a date of birth and a check character that fit.
func number(i int) string {
	const perDay, days = 1000, 18_000
	born := time.Date(1950, 1, 1+i/perDay%days, 0, 0, 0, 0, time.UTC)
	s := fmt.Sprintf("99%04d%s%03d", 103+i/(perDay*days), born.Format("20060102"), i%perDay)
	return s + string(ingest.IDCheck(s))
}

// csv writes the table as text in UTF-8, or else in GB18030.
func (t table) csv(path string, rows int, gb18030 bool) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	var out io.Writer = f
	if gb18030 {
		out = simplifiedchinese.GB18030.NewEncoder().Writer(f)
	}
	w := bufio.NewWriterSize(out, 1<<20)
	r := rand.New(rand.NewPCG(555, 1))
	cells := t.header
	for i := range rows + 1 {
		if i > 0 {
			cells = t.row(r, i-1, cells[:0:0])
		}
		if _, err := fmt.Fprintln(w, strings.Join(cells, ",")); err != nil {
			return err
		}
	}
	return w.Flush()
}

// xlsx writes the table as a workbook.
func (t table) xlsx(path string, rows int) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(555, 1))
	cells := t.header
	for i := range rows + 1 {
		if i > 0 {
			cells = t.row(r, i-1, cells[:0:0])
		}
		values := make([]any, len(cells))
		for j, c := range cells {
			values[j] = c
		}
		if err := w.SetRow(fmt.Sprintf("A%d", i+1), values); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.SaveAs(path)
}
