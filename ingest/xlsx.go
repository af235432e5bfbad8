package ingest

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"iter"
	"path"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"talentcast/analytics/fault"
)

// workbook reads an XLSX.
type workbook struct {
	name  string
	file  *excelize.File
	bytes int64
	limit Limits
	// parts are the paths of the sheets' XML within the file.
	parts map[string]string
}

func openXLSX(name string, data []byte, limit Limits) (b book, err error) {
	defer rescue(name, &err)
	switch {
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return book{}, fault.Newf(fault.Unreadable,
			"%[1]s 设有打开密码，或其实是旧版 .xls；请去掉密码，用 Excel 或 WPS“另存为”.xlsx 再交。",
			"%[1]s is protected by a password or is really an old .xls; remove the password, save it as .xlsx in Excel or WPS and send that.", name)
	case !bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return book{}, notXLSX(name)
	}
	if err := checkXLSX(name, data, limit); err != nil {
		return book{}, err
	}
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		RawCellValue:   true,
		UnzipSizeLimit: limit.Unzipped,
		// Equal to the whole, so that no part with ID numbers in it is unpacked
		// to a temporary file.
		UnzipXMLSizeLimit: limit.Unzipped,
	})
	if err != nil {
		if strings.Contains(err.Error(), "unzip size exceeds") {
			return book{}, unzippedTooLarge(name, limit.Unzipped)
		}
		return book{}, notXLSX(name).Because(err)
	}
	w := &workbook{name: name, file: f, bytes: int64(len(data)), limit: limit}
	w.parts = w.sheetParts()
	props, err := f.GetWorkbookProps()
	if err != nil {
		return book{}, notXLSX(name).Because(err)
	}
	for _, s := range f.GetSheetList() {
		visible, err := f.GetSheetVisible(s)
		if err != nil {
			return book{}, notXLSX(name).Because(err)
		}
		scan := scanSheet(w.part(w.parts[s]))
		x := sheet{
			name: s, hidden: !visible, float: true,
			lines:     w.lines(s),
			percent:   func(col, row int) bool { return w.percent(s, col, row) },
			epoch1904: props.Date1904 != nil && *props.Date1904,
			notes:     scan.notes,
		}
		if scan.uncached != nil {
			x.uncached = func(col, row int) bool { return scan.uncached[cellAt{col, row}] }
		}
		b.sheets = append(b.sheets, x)
	}
	b.close = f.Close
	return b, nil
}

func notXLSX(name string) *fault.Error {
	return fault.Newf(fault.Unreadable,
		"%[1]s 不是完好的 .xlsx 工作簿；请用 Excel 或 WPS 打开，“另存为”选“Excel 工作簿（*.xlsx）”再交，不要只改扩展名。",
		"%[1]s is not an intact .xlsx workbook; open it in Excel or WPS, choose Save As, Excel Workbook (*.xlsx), and send that; changing the extension is not enough.", name)
}

// rescue makes a fault of a panic in the XLSX library: a damaged file is the
// user's matter and must not end the program.
func rescue(name string, err *error) {
	if r := recover(); r != nil {
		*err = notXLSX(name)
	}
}

// lines yields the sheet's rows that have a cell. A sheet that breaks off is an
// error: the library itself ends as if the sheet did.
func (w *workbook) lines(sheet string) iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		if !w.whole(sheet) {
			yield(line{}, notXLSX(w.name))
			return
		}
		last := w.lastRow(sheet)
		var rows *excelize.Rows
		err := w.guard(func() (err error) { rows, err = w.file.Rows(sheet); return err })
		if err != nil {
			yield(line{}, notXLSX(w.name))
			return
		}
		defer rows.Close()
		no := 0
		for {
			var cells []string
			more := false
			err := w.guard(func() (err error) {
				if more = rows.Next(); more {
					cells, err = rows.Columns()
				}
				return err
			})
			if err != nil {
				yield(line{}, notXLSX(w.name))
				return
			}
			if !more {
				break
			}
			no++
			if len(cells) == 0 {
				continue
			}
			l := line{no: no, cells: cells, done: w.bytes * int64(no) / int64(max(last, no))}
			if !yield(l, nil) {
				return
			}
		}
		if rows.Error() != nil || no < last {
			yield(line{}, notXLSX(w.name))
		}
	}
}

// guard calls f and returns a panic in it as an error.
func (w *workbook) guard(f func() error) (err error) {
	defer rescue(w.name, &err)
	return f()
}

// sheetParts maps the sheets' names to the parts that hold them.
func (w *workbook) sheetParts() map[string]string {
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var rels struct {
		Rel []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if xml.Unmarshal(w.part("xl/workbook.xml"), &book) != nil ||
		xml.Unmarshal(w.part("xl/_rels/workbook.xml.rels"), &rels) != nil {
		return nil
	}
	target := map[string]string{}
	for _, r := range rels.Rel {
		if t, ok := strings.CutPrefix(r.Target, "/"); ok {
			target[r.ID] = t
		} else {
			target[r.ID] = path.Join("xl", r.Target)
		}
	}
	parts := map[string]string{}
	for _, s := range book.Sheets {
		parts[s.Name] = target[s.ID]
	}
	return parts
}

func (w *workbook) part(path string) []byte {
	v, _ := w.file.Pkg.Load(path)
	b, _ := v.([]byte)
	return b
}

// whole tells whether the sheet's XML ends as it should.
func (w *workbook) whole(sheet string) bool {
	b := bytes.TrimSpace(w.part(w.parts[sheet]))
	return len(b) == 0 || bytes.HasSuffix(b, []byte("worksheet>")) || bytes.HasSuffix(b, []byte("chartsheet>"))
}

// lastRow is the number of the last row in the sheet's XML, 0 where it does not
// say.
func (w *workbook) lastRow(sheet string) int {
	b := w.part(w.parts[sheet])
	i := max(bytes.LastIndex(b, []byte("<row ")), bytes.LastIndex(b, []byte(":row ")))
	if i < 0 {
		return 0
	}
	tag, _, _ := bytes.Cut(b[i:], []byte(">"))
	_, rest, ok := bytes.Cut(tag, []byte(` r="`))
	if !ok {
		return 0
	}
	no, _, _ := bytes.Cut(rest, []byte(`"`))
	n, err := strconv.Atoi(string(no))
	if err != nil || n > excelize.TotalRows {
		return 0
	}
	return n
}

// percent tells whether the cell's number format shows a percentage.
func (w *workbook) percent(sheet string, col, row int) (is bool) {
	_ = w.guard(func() error {
		cell, err := excelize.CoordinatesToCellName(col, row)
		if err != nil {
			return fmt.Errorf("cell %d,%d: %w", col, row, err)
		}
		id, err := w.file.GetCellStyle(sheet, cell)
		if err != nil {
			return fmt.Errorf("style of %s: %w", cell, err)
		}
		style, err := w.file.GetStyle(id)
		if err != nil {
			return fmt.Errorf("style %d: %w", id, err)
		}
		is = style.NumFmt == 9 || style.NumFmt == 10 ||
			style.CustomNumFmt != nil && strings.Contains(*style.CustomNumFmt, "%")
		return nil
	})
	return is
}
