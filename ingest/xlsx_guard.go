package ingest

import (
	"bytes"
	"io"
	"strings"

	"talentcast/analytics/fault"
)

// checkXLSX looks at an XLSX before the library does, which would take any
// amount of memory for what is made to take it: parts that unpack to many times
// their size, elements within elements without end, more shared strings than a
// workbook can show. A file that is no intact archive is left to the library.
func checkXLSX(name string, data []byte, l Limits) error {
	z, err := openZIP(name, data, l)
	if err != nil {
		if f := fault.As(err); f != nil && f.Code == fault.TooLarge {
			return err
		}
		return notXLSX(name).Because(err)
	}
	for _, f := range z.File {
		if !strings.HasSuffix(f.Name, ".xml") && !strings.HasSuffix(f.Name, ".rels") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return notXLSX(name).Because(err)
		}
		s := xmlScan{deepest: l.Depth}
		_, err = io.Copy(&s, io.LimitReader(r, l.Unzipped))
		_ = r.Close() // it was only read
		switch {
		case s.over:
			return tooDeep(name, l.Depth)
		case err != nil:
			return notXLSX(name).Because(err)
		// Sheets are read row by row; all else is taken into memory whole, the
		// texts in three elements each as a rule.
		case !strings.Contains(f.Name, "worksheets/") && s.elements > 4*l.Strings:
			return fault.Newf(fault.TooLarge, "%[1]s 里的不同文字或格式超过 %[2]d 项；请删去多余的格式，或分成几个文件再交。",
				"%[1]s holds more than %[2]d different texts or formats; remove formats that are not needed, or split it, and send it again.", name, l.Strings)
		}
	}
	return nil
}

// xmlScan follows XML that is written to it: how deep its elements go, and how
// many there are. It takes XML to be sound; where it is not, the
// library will say so.
type xmlScan struct {
	deepest  int
	depth    int
	elements int
	over     bool // deeper than deepest
	rest     []byte
}

// markupMost is how long a tag or comment may be before it is passed over.
const markupMost = 1 << 20

func (s *xmlScan) Write(p []byte) (int, error) {
	b := p
	if len(s.rest) > 0 {
		s.rest = append(s.rest, p...)
		b = s.rest
	}
	b = s.scan(b)
	switch {
	case s.over:
		return 0, io.ErrShortWrite
	case len(b) > markupMost:
		s.rest = s.rest[:0]
	default:
		s.rest = append(s.rest[:0], b...)
	}
	return len(p), nil
}

// scan takes whole tags and returns what is left.
func (s *xmlScan) scan(b []byte) []byte {
	for {
		i := bytes.IndexByte(b, '<')
		if i < 0 {
			return nil
		}
		b = b[i:]
		if len(b) < 9 { // the longest opening: <![CDATA[
			if bytes.IndexByte(b, '>') < 0 {
				return b
			}
		}
		end := []byte(">")
		switch {
		case bytes.HasPrefix(b, []byte("<!--")):
			end = []byte("-->")
		case bytes.HasPrefix(b, []byte("<![CDATA[")):
			end = []byte("]]>")
		}
		j := bytes.Index(b, end)
		if j < 0 {
			return b
		}
		s.tag(b[:j+len(end)])
		b = b[j+len(end):]
		if s.over {
			return nil
		}
	}
}

func (s *xmlScan) tag(t []byte) {
	switch t[1] {
	case '!', '?':
	case '/':
		s.depth--
	default:
		s.elements++
		if t[len(t)-2] != '/' {
			if s.depth++; s.depth > s.deepest {
				s.over = true
			}
		}
	}
}
