package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// textSource is a text file that is read piece by piece, each piece some whole
// rows, so that several can be checked at once and none of the rest need be in
// memory.
type textSource struct {
	in      io.ReaderAt
	from    int64 // where the text begins, behind a byte order mark
	size    int64
	sep     byte
	gb18030 bool    // to be decoded; otherwise it is UTF-8
	crOnly  bool    // lines end in CR alone
	scale   float64 // bytes of the file for one of in; 0 for 1

	least, most int // size of the first pieces and of the later ones; 0 for the usual

	buffers sync.Pool
}

// piece is some whole rows.
type piece struct {
	raw       []byte
	row, line int // numbers of its first
	end       int64
}

// Pieces begin small, so that a short file has several too.
const (
	leastPiece = 16 << 10
	mostPiece  = 256 << 10
)

// pieces yields the file from the top. A row that is longer than a piece, or a
// quotation mark without its partner, makes one larger.
func (s *textSource) pieces() iter.Seq2[*piece, error] {
	return func(yield func(*piece, error) bool) {
		least, most := s.least, s.most
		if least == 0 {
			least, most = leastPiece, mostPiece
		}
		at, row, line := s.from, 1, 1
		var left []byte
		for want := least; ; {
			raw := append(s.buffer(len(left)+want), left...)
			n, err := s.in.ReadAt(raw[len(raw):len(left)+want], at)
			if err != nil && !errors.Is(err, io.EOF) {
				yield(nil, fmt.Errorf("read file: %w", err))
				return
			}
			raw = raw[:len(left)+n]
			if s.crOnly {
				for i, c := range raw[len(left):] {
					if c == '\r' {
						raw[len(left)+i] = '\n'
					}
				}
			}
			at += int64(n)
			last := err != nil || at >= s.size
			end := len(raw)
			if !last {
				end = lastRowEnd(raw)
			}
			left = append(left[:0], raw[end:]...)
			if end == 0 && !last {
				want *= 2
				s.release(raw)
				continue
			}
			rows, lines := breaks(raw[:end])
			if end > 0 && !yield(&piece{raw[:end], row, line, at - int64(len(left))}, nil) {
				return
			}
			if last {
				return
			}
			row, line = row+rows, line+lines
			want = min(most, max(least, 2*want))
		}
	}
}

func (s *textSource) buffer(n int) []byte {
	if b, ok := s.buffers.Get().(*[]byte); ok && cap(*b) >= n {
		return (*b)[:0]
	}
	return make([]byte, 0, n)
}

// release takes back the bytes of a piece.
func (s *textSource) release(raw []byte) {
	if cap(raw) <= 4*mostPiece {
		s.buffers.Put(&raw)
	}
}

// lastRowEnd is behind the last line break that is in no quoted cell, 0 without
// one. b begins with a row.
func lastRowEnd(b []byte) int {
	quotes := bytes.Count(b, []byte{'"'})
	for end := len(b); ; {
		i := bytes.LastIndexByte(b[:end], '\n')
		if i < 0 {
			return 0
		}
		if quotes -= bytes.Count(b[i+1:end], []byte{'"'}); quotes%2 == 0 {
			return i + 1
		}
		end = i
	}
}

// breaks counts the line breaks that end rows, and all.
func breaks(b []byte) (rows, lines int) {
	inside := false
	for {
		i := bytes.IndexByte(b, '"')
		part := b
		if i >= 0 {
			part = b[:i]
		}
		n := bytes.Count(part, []byte{'\n'})
		if lines += n; !inside {
			rows += n
		}
		if i < 0 {
			return rows, lines
		}
		b, inside = b[i+1:], !inside
	}
}

// text decodes a piece and releases its bytes.
func (s *textSource) text(name string, p *piece) (string, error) {
	defer s.release(p.raw)
	if !s.gb18030 {
		return string(p.raw), nil
	}
	out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(p.raw)
	if err != nil {
		return "", wrongEncoding(name, GB18030).Because(fmt.Errorf("decode %s: %w", GB18030, err))
	}
	if bytes.ContainsRune(out, utf8.RuneError) {
		return "", wrongEncoding(name, GB18030)
	}
	if p.row == 1 {
		out = bytes.TrimPrefix(out, []byte("\xef\xbb\xbf"))
	}
	return string(out), nil
}

// done is how many bytes of the file the end of a piece is.
func (s *textSource) done(p *piece) int64 {
	if s.scale == 0 {
		return p.end
	}
	return int64(float64(p.end) * s.scale)
}

// lines yields the rows one by one, for the top of the file and for those who
// need nothing faster.
func (s *textSource) lines(name string) iter.Seq2[line, error] {
	return func(yield func(line, error) bool) {
		for p, err := range s.pieces() {
			if err != nil {
				yield(line{}, err)
				return
			}
			done := s.done(p)
			text, err := s.text(name, p)
			if err != nil {
				yield(line{}, err)
				return
			}
			rows := splitter{text: text, sep: s.sep, row: p.row, line: p.line}
			for {
				no, cells, err := rows.next()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					yield(line{}, brokenQuote(name, err))
					return
				}
				if !yield(line{no: no, cells: slices.Clone(cells), done: done}, nil) {
					return
				}
			}
		}
	}
}
