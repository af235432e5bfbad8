package ingest

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"talentcast/analytics/fault"
	"talentcast/datasets"
)

// headRows is how many rows from the top are searched for the header.
const headRows = 20

// separators that a text file may use, the usual first.
const separators = ",\t;|"

func openCSV(name string, data []byte, o Options) (book, error) {
	text, enc, err := decode(name, data, o.Encoding)
	if err != nil {
		return book{}, err
	}
	if bytes.IndexByte(text, 0) >= 0 {
		return book{}, fault.Newf(fault.Unreadable,
			"%[1]s 不是文本文件；请用 Excel 或 WPS 另存为“CSV UTF-8”或 .xlsx 再交。",
			"%[1]s is not a text file; save it as CSV UTF-8 or .xlsx in Excel or WPS and send that.", name)
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return book{}, emptyFile(name)
	}
	if bytes.IndexByte(text, '\n') < 0 { // lines that end in CR alone
		text = bytes.ReplaceAll(text, []byte{'\r'}, []byte{'\n'})
	}
	sep := separator(text, o.Kind)
	scale := float64(len(data)) / float64(len(text))
	src := &textSource{in: bytes.NewReader(text), size: int64(len(text)), sep: byte(sep), scale: scale, least: o.piece, most: o.piece}
	s := sheet{lines: src.lines(name), text: src}
	return book{sheets: []sheet{s}, encoding: enc, close: func() error { return nil }}, nil
}

// separator is the one with which the top of the file shows the best header, or
// else the most cells.
func separator(text []byte, kind datasets.Kind) rune {
	best, most := ',', -1
	for _, sep := range separators {
		score := 0
		var head []line
		for l, err := range csvLines("", text, sep, 1) {
			if err != nil {
				break
			}
			head = append(head, l)
			score = max(score, len(l.cells))
			if len(head) == headRows {
				break
			}
		}
		score = min(score, 999) + 1000*bestHeader(head, kind).matched()
		if score > most {
			best, most = sep, score
		}
	}
	return best
}

// csvLines reads RFC 4180 with any separator. A quote out of place ends it with
// a fault that names the line.
func csvLines(name string, text []byte, sep rune, scale float64) iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		r := csv.NewReader(bytes.NewReader(text))
		r.Comma, r.FieldsPerRecord = sep, -1
		inside := 0 // line breaks within cells so far: they take no row of a spreadsheet
		for {
			cells, err := r.Read()
			switch {
			case errors.Is(err, io.EOF):
				return
			case err != nil:
				yield(line{}, brokenQuote(name, err))
				return
			}
			at, _ := r.FieldPos(0)
			l := line{no: at - inside, cells: cells, done: int64(float64(r.InputOffset()) * scale)}
			for _, c := range cells {
				inside += strings.Count(c, "\n")
			}
			if !yield(l, nil) {
				return
			}
		}
	}
}

func brokenQuote(name string, err error) error {
	var p *csv.ParseError
	if !errors.As(err, &p) {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return fault.Newf(fault.Unreadable,
		"%[1]s 第 %[2]d 行的引号没有配对（读到第 %[3]d 行仍不能断开）；请把单元格里的英文双引号删去或写成两个，或另存为 .xlsx 再交。",
		"%[1]s has a quotation mark without its partner in line %[2]d (noticed in line %[3]d); delete the quotation marks within cells or double them, or save the file as .xlsx, and send it again.",
		name, p.StartLine, p.Line)
}
