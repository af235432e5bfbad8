package demo

import (
	"bytes"
	"encoding/csv"
	"errors"
	"path/filepath"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// file is one file to write; the ending of its name is its format.
type file struct {
	name   string
	title  string // above the header of a workbook
	header []string
	rows   [][]string
	gbk    bool // CSV in GB18030 instead of UTF-8 with a byte order mark
}

// add keeps a file that has rows.
func (g *generator) add(f file) {
	if len(f.rows) > 0 {
		g.files = append(g.files, f)
	}
}

func (f file) bytes(stamp time.Time) ([]byte, error) {
	if filepath.Ext(f.name) == ".xlsx" {
		return f.workbook(stamp)
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	if err := errors.Join(w.Write(f.header), w.WriteAll(f.rows)); err != nil {
		return nil, err
	}
	if f.gbk {
		return simplifiedchinese.GB18030.NewEncoder().Bytes(b.Bytes())
	}
	return append([]byte("\ufeff"), b.Bytes()...), nil
}

// workbook writes the title over merged cells, the header and the rows, all as
// text: that is how ID numbers survive.
func (f file) workbook(stamp time.Time) (_ []byte, err error) {
	x := excelize.NewFile()
	defer func() { err = errors.Join(err, x.Close()) }()
	const sheet = "Sheet1"
	last, err := excelize.ColumnNumberToName(len(f.header))
	if err != nil {
		return nil, err
	}
	err = errors.Join(x.SetCellStr(sheet, "A1", f.title), x.MergeCell(sheet, "A1", last+"1"))
	for r, row := range append([][]string{f.header}, f.rows...) {
		for c, v := range row {
			if v == "" {
				continue
			}
			at, e := excelize.CoordinatesToCellName(c+1, r+2)
			err = errors.Join(err, e, x.SetCellStr(sheet, at, v))
		}
	}
	at := stamp.Format(time.RFC3339)
	err = errors.Join(err, x.SetColWidth(sheet, "A", last, 18),
		x.SetDocProps(&excelize.DocProperties{Creator: "talentcast demo-data", LastModifiedBy: "talentcast demo-data", Created: at, Modified: at}))
	if err != nil {
		return nil, err
	}
	b, err := x.WriteToBuffer()
	if err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
