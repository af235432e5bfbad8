package ingest

import (
	"context"
	"iter"
	"path"
	"path/filepath"
	"strings"

	"talentcast/analytics/fault"
)

// line is a row of a file as it stands there.
type line struct {
	// no is the row as a spreadsheet numbers it, from 1. Where a format names its
	// columns apart from its rows (JSON, Parquet) the names are line 0 and the
	// objects count from 1; in NDJSON an object has the number of the line on which
	// it begins.
	no    int
	cells []string
	done  int64 // bytes of the file up to here
}

// sheet is one table of a file, whatever its format.
type sheet struct {
	name   string // "" where the format has no sheets
	hidden bool
	// lines yields the rows from the top, each time anew; blank rows may be left
	// out. After an error it ends.
	lines iter.Seq2[line, error]
	// text is the same rows as text, where they are: read faster.
	text *textSource
	// float: numbers have been through binary floating point, so digits beyond
	// the fifteenth are noise.
	float bool
	// percent tells whether a cell (column and row from 1) is shown as a
	// percentage, so that 0.346 stands for 34.6 %. nil for text files.
	percent func(col, row int) bool
	// epoch1904: day numbers count from 1904, not from 1900.
	epoch1904 bool
	// uncached tells whether a cell (column and row from 1) holds a formula
	// without the value it came to. nil where there are no formulas.
	uncached func(col, row int) bool
	// notes tells what is to be said of the sheet, given the row of its header.
	// nil for nothing.
	notes func(header int) []sheetNote
}

// sheetNote is a note on a sheet: its code, the column that it is about or "",
// and what its sentence takes.
type sheetNote struct {
	code, column string
	args         []string
}

// book is a file opened: its sheets, and the encoding if it is text.
type book struct {
	sheets   []sheet
	encoding string
	close    func() error
}

// open recognises the format by the name's extension and checks it against the
// bytes.
func open(ctx context.Context, name string, data []byte, o Options) (book, error) {
	zip := strings.HasPrefix(string(data[:min(4, len(data))]), "PK\x03\x04")
	switch ext := strings.ToLower(filepath.Ext(name)); ext {
	case ".csv", ".tsv", ".txt":
		if zip {
			return book{}, fault.Newf(fault.Unreadable,
				"%[1]s 的内容是压缩包或 Excel 工作簿，不是文本；如果是 Excel 文件，请把扩展名改为 .xlsx 再交。",
				"%[1]s holds a ZIP archive or an Excel workbook, not text; if it is Excel, rename it to .xlsx and send it again.", name)
		}
		return openCSV(name, data, o)
	case ".xlsx", ".xlsm":
		return openXLSX(name, data, o.Limits)
	case ".json", ".ndjson", ".jsonl":
		return openJSON(name, data, o)
	case ".parquet":
		return openParquet(ctx, name, data, o)
	case ".xls", ".et":
		return openOld(ctx, name, data, o)
	default:
		return book{}, fault.Newf(fault.Unreadable,
			"%[1]s 的类型（%[2]s）不能读入；请把表格另存为 .xlsx 或 .csv 再交。",
			"%[1]s is of a type (%[2]s) that can't be read; save the table as .xlsx or .csv and send that.", name, extName(ext))
	}
}

func extName(ext string) string {
	if ext == "" {
		return "无扩展名 / no extension"
	}
	return ext
}

// FileName is a file's name as it is kept and shown: without a folder, whichever
// system it comes from, and with ID numbers in it masked.
func FileName(name string) string { return scrub(path.Base(strings.ReplaceAll(name, `\`, "/"))) }

func baseName(name string) string { return FileName(name) }

func emptyFile(name string) error {
	return fault.Newf(fault.Unreadable,
		"%[1]s 是空的；请检查是否选错了文件，或下载模板填写后再交。",
		"%[1]s is empty; check that it is the right file, or fill in a template and send that.", name)
}
