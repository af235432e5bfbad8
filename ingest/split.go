package ingest

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
)

// splitter takes a piece of text apart into rows and cells, RFC 4180 with any
// separator, as encoding/csv does but without a copy of each row. A piece begins
// with a row.
type splitter struct {
	text  string
	sep   byte
	at    int // next byte
	row   int // number of the next row
	line  int // number of the next line, line breaks within cells included
	cells []string
}

// next returns the next row that is not empty; its cells are those of the
// splitter until the next call. The error is that of encoding/csv, its lines
// counted from the top of the file, or io.EOF.
func (s *splitter) next() (no int, cells []string, err error) {
	for {
		if s.at >= len(s.text) {
			return 0, nil, io.EOF
		}
		rest := s.text[s.at:]
		end, size := len(rest), len(rest)
		if i := strings.IndexByte(rest, '\n'); i >= 0 {
			end, size = i, i+1
		}
		if strings.IndexByte(rest[:end], '"') >= 0 {
			return s.quoted(rest)
		}
		row := rest[:end]
		if end > 0 && row[end-1] == '\r' {
			row = row[:end-1]
		}
		no = s.row
		s.at, s.row, s.line = s.at+size, s.row+1, s.line+1
		if row == "" {
			continue
		}
		s.cells = s.cells[:0]
		for {
			i := strings.IndexByte(row, s.sep)
			if i < 0 {
				s.cells = append(s.cells, row)
				return no, s.cells, nil
			}
			s.cells, row = append(s.cells, row[:i]), row[i+1:]
		}
	}
}

// quoted takes a row apart that has quotation marks. What is not as it should be
// is left to encoding/csv to tell.
func (s *splitter) quoted(rest string) (no int, cells []string, err error) {
	s.cells = s.cells[:0]
	at, breaks := 0, 0
	for {
		if at < len(rest) && rest[at] == '"' {
			cell, n, ok := quotedCell(rest[at:])
			if !ok {
				return s.slow(rest)
			}
			breaks += strings.Count(rest[at:at+n], "\n")
			at += n
			s.cells = append(s.cells, cell)
		} else {
			n := strings.IndexAny(rest[at:], cellEnds[s.sep])
			if n < 0 {
				n = len(rest) - at
			}
			if at+n < len(rest) && rest[at+n] == '"' {
				return s.slow(rest)
			}
			cell := rest[at : at+n]
			at += n
			if at == len(rest) || rest[at] == '\n' {
				cell = strings.TrimSuffix(cell, "\r")
			}
			s.cells = append(s.cells, cell)
		}
		switch {
		case at < len(rest) && rest[at] == s.sep:
			at++
			continue
		case strings.HasPrefix(rest[at:], "\r\n"), rest[at:] == "\r":
			at++
		case at < len(rest) && rest[at] != '\n':
			return s.slow(rest)
		}
		break
	}
	if at < len(rest) {
		at++ // the line break
	}
	no = s.row
	s.at, s.row, s.line = s.at+at, s.row+1, s.line+1+breaks
	return no, s.cells, nil
}

// cellEnds are the characters at which a cell without quotation marks ends, or
// should not be, by separator.
var cellEnds = map[byte]string{',': "\",\n", '\t': "\"\t\n", ';': "\";\n", '|': "\"|\n"}

// quotedCell reads a cell that begins with a quotation mark and returns how many
// bytes it takes; ok is false where the mark has no partner.
func quotedCell(s string) (cell string, n int, ok bool) {
	doubled := false
	for n = 1; ; n += 2 {
		i := strings.IndexByte(s[n:], '"')
		if i < 0 {
			return "", 0, false
		}
		n += i
		if n+1 >= len(s) || s[n+1] != '"' {
			break
		}
		doubled = true
	}
	cell = s[1:n]
	if doubled {
		cell = strings.ReplaceAll(cell, `""`, `"`)
	}
	if strings.Contains(cell, "\r\n") {
		cell = strings.ReplaceAll(cell, "\r\n", "\n")
	}
	return cell, n + 1, true
}

// slow reads one row with encoding/csv.
func (s *splitter) slow(rest string) (no int, cells []string, err error) {
	r := csv.NewReader(strings.NewReader(rest))
	r.Comma, r.FieldsPerRecord = rune(s.sep), -1
	s.cells, err = r.Read()
	if err != nil {
		var p *csv.ParseError
		if errors.As(err, &p) {
			p.StartLine += s.line - 1
			p.Line += s.line - 1
		}
		return 0, nil, err
	}
	n := int(r.InputOffset())
	breaks := 0
	for _, c := range s.cells {
		breaks += strings.Count(c, "\n")
	}
	no = s.row
	s.at, s.row, s.line = s.at+n, s.row+1, s.line+1+breaks
	return no, s.cells, nil
}
