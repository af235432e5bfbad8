package ingest

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// cellAt is a cell of a sheet, column and row from 1.
type cellAt struct{ col, row int }

// sheetScan is what the library does not tell, or tells only at a high price: it
// is read off the sheet's XML.
type sheetScan struct {
	hiddenRows []int    // those that have cells
	hiddenCols []string // their letters
	uncached   map[cellAt]bool
}

// scanSheet reads the XML of a sheet. What it does not understand it passes
// over.
func scanSheet(b []byte) sheetScan {
	var s sheetScan
	p := xmlPrefix(b)
	head, rows, ok := bytes.Cut(b, []byte("<"+p+"sheetData"))
	if !ok {
		return s
	}
	for tag := range tagsOf(head, "<"+p+"col ") {
		if isHidden(tag) {
			s.hiddenCols = append(s.hiddenCols, columnNames(tag)...)
		}
	}
	formulas := bytes.Contains(rows, []byte("<"+p+"f>")) || bytes.Contains(rows, []byte("<"+p+"f ")) || bytes.Contains(rows, []byte("<"+p+"f/>"))
	if !formulas && !bytes.Contains(rows, []byte("hidden=")) {
		return s
	}
	no := 0
	for _, row := range bytes.Split(rows, []byte("<"+p+"row "))[1:] {
		tag, cells, _ := bytes.Cut(row, []byte(">"))
		no++
		if n, err := strconv.Atoi(attribute(tag, "r")); err == nil && n <= excelize.TotalRows {
			no = n
		}
		if isHidden(tag) && !bytes.HasSuffix(tag, []byte("/")) && bytes.Contains(cells, []byte("<"+p+"c ")) {
			s.hiddenRows = append(s.hiddenRows, no)
		}
		if formulas {
			s.formulas(cells, p, no)
		}
	}
	return s
}

// formulas notes the cells of a row that have a formula and no value.
func (s *sheetScan) formulas(cells []byte, p string, row int) {
	col := 0
	for _, c := range bytes.Split(cells, []byte("<"+p+"c "))[1:] {
		tag, body, _ := bytes.Cut(c, []byte(">"))
		col++
		if n, _, err := excelize.CellNameToCoordinates(attribute(tag, "r")); err == nil {
			col = n
		}
		body, _, _ = bytes.Cut(body, []byte("</"+p+"c>"))
		_, after, is := bytes.Cut(body, []byte("<"+p+"f"))
		if !is || bytes.HasSuffix(tag, []byte("/")) {
			continue
		}
		if attribute(tag, "t") == "str" && bytes.Contains(after, []byte("<"+p+"v")) { // a text that came to nothing is a value
			continue
		}
		_, value, _ := bytes.Cut(after, []byte("<"+p+"v>"))
		if value, _, _ = bytes.Cut(value, []byte("<")); len(bytes.TrimSpace(value)) == 0 {
			if s.uncached == nil {
				s.uncached = map[cellAt]bool{}
			}
			s.uncached[cellAt{col, row}] = true
		}
	}
}

// xmlPrefix is the one before every element's name, with its colon: "" or "x:".
func xmlPrefix(b []byte) string {
	i := bytes.Index(b, []byte("worksheet"))
	if i <= 0 || b[i-1] == '<' {
		return ""
	}
	return string(b[bytes.LastIndexByte(b[:i], '<')+1 : i])
}

// tagsOf yields what stands between opening and > of every element that begins
// so.
func tagsOf(b []byte, opening string) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for _, part := range bytes.Split(b, []byte(opening))[1:] {
			tag, _, _ := bytes.Cut(part, []byte(">"))
			if !yield(tag) {
				return
			}
		}
	}
}

func attribute(tag []byte, name string) string {
	_, rest, ok := strings.Cut(" "+string(tag), " "+name+`="`)
	if !ok {
		return ""
	}
	value, _, _ := strings.Cut(rest, `"`)
	return value
}

func isHidden(tag []byte) bool {
	h := attribute(tag, "hidden")
	return h == "1" || h == "true"
}

// columnNames are the letters of the columns that a col element is about. One
// that reaches to the end of the sheet hides what nobody uses.
func columnNames(tag []byte) []string {
	from, err := strconv.Atoi(attribute(tag, "min"))
	to, err2 := strconv.Atoi(attribute(tag, "max"))
	if err != nil || err2 != nil || to-from > 200 {
		return nil
	}
	var out []string
	for c := from; c <= to; c++ {
		if name, err := excelize.ColumnNumberToName(c); err == nil {
			out = append(out, name)
		}
	}
	return out
}

// notes says what of a sheet is hidden and read all the same.
func (s sheetScan) notes(header int) []sheetNote {
	var out []sheetNote
	first, n := 0, 0
	for _, row := range s.hiddenRows {
		if row > header {
			if n++; n == 1 {
				first = row
			}
		}
	}
	if n > 0 {
		out = append(out, sheetNote{code: codeHiddenRows, args: []string{strconv.Itoa(n), strconv.Itoa(first)}})
	}
	if len(s.hiddenCols) > 0 {
		out = append(out, sheetNote{code: codeHiddenColumns, args: []string{short(strings.Join(s.hiddenCols, " "))}})
	}
	return out
}
