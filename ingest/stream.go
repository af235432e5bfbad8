package ingest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"

	"talentcast/analytics/fault"
	"talentcast/datasets"
)

// streamFrom is the size from which a text file is read as a stream. Smaller
// ones are read whole.
const streamFrom = 4 << 20

// streamFile is stream for the file at path, which somebody may write to meanwhile.
func streamFile(ctx context.Context, s *datasets.Store, path string, o Options) (receipt datasets.Receipt, done bool, err error) {
	f, err := os.Open(path)
	if err != nil {
		return receipt, false, nil // readFile tells what is wrong with it
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() > o.Limits.orDefault().Bytes {
		return receipt, false, nil // as above
	}
	return stream(ctx, s, path, io.NewSectionReader(f, 0, info.Size()), o, func() error {
		now, err := f.Stat()
		if err == nil && (now.Size() != info.Size() || !now.ModTime().Equal(info.ModTime())) {
			err = fault.Newf(fault.Conflict, "%[1]s 在读取时被改动了；请等它写完再导入。",
				"%[1]s was changed while it was read; load it again when it is complete.", baseName(path))
		}
		return err
	})
}

// stream loads a large text file in two passes: one for what must be known
// before (its hash, its encoding), one for the rows. done is false where the file
// is none for it, with no error, or one of those that are found in reading.
// unchanged is asked before the rows are kept.
func stream(ctx context.Context, s *datasets.Store, path string, f Bytes, o Options, unchanged func() error) (receipt datasets.Receipt, done bool, err error) {
	from := int64(streamFrom)
	if o.piece > 0 {
		from = 0
	}
	if f.Size() < from {
		return receipt, false, nil
	}
	want, err := encodingNamed(o.Encoding)
	if err != nil {
		return receipt, false, err
	}
	v, err := surveyOf(ctx, f)
	if err != nil {
		return receipt, false, fmt.Errorf("read file: %w", err)
	}
	src := v.source(f, f.Size(), want)
	if src == nil {
		return receipt, false, nil
	}
	if had, already, err := before(ctx, s, path, v.sum, o); already || err != nil {
		return had, true, err
	}
	r, err := newReading(path, o)
	if err != nil {
		return receipt, false, err
	}
	if err := r.start(f.Size(), v.sum); err != nil {
		return receipt, false, err
	}
	src.least, src.most = o.piece, o.piece
	if err := src.findSeparator(r.name, r.o.Kind); err != nil {
		return receipt, false, err
	}
	r.unchanged = unchanged
	receipt, err = r.load(ctx, s, book{
		sheets: []sheet{{lines: src.lines(r.name), text: src}}, encoding: v.encoding(want),
		close: func() error { return nil },
	})
	if err != nil && src.gb18030 && fault.As(err) != nil {
		// A file that is no GB18030 is told so before anything else.
		if bad := decodable(f); bad != nil {
			err = wrongEncoding(r.name, GB18030).Because(bad)
		}
	}
	return receipt, true, err
}

// survey is what must be known of a text file before its rows are read.
type survey struct {
	sum     string
	head    []byte // the first bytes
	utf8    bool
	zero    bool // it has a NUL byte
	lf      bool // it has a line feed
	content bool // it has more than blanks
}

// surveyOf reads the file once.
func surveyOf(ctx context.Context, f io.ReaderAt) (survey, error) {
	v := survey{utf8: true}
	h := sha256.New()
	var left []byte // of a character that goes on in the next block
	blocks := [2][]byte{make([]byte, 1<<20), make([]byte, 1<<20)}
	var hashing sync.WaitGroup
	defer hashing.Wait()
	for at, i := int64(0), 0; ; i++ {
		if err := ctx.Err(); err != nil {
			return v, err
		}
		n, err := f.ReadAt(blocks[i%2], at)
		if err != nil && !errors.Is(err, io.EOF) {
			return v, err
		}
		b := blocks[i%2][:n]
		at += int64(n)
		hashing.Wait()
		hashing.Go(func() { h.Write(b) }) // a Hash never fails
		if v.head == nil {
			v.head = bytes.Clone(b[:min(n, 4)])
		}
		v.zero = v.zero || bytes.IndexByte(b, 0) >= 0
		v.lf = v.lf || bytes.IndexByte(b, '\n') >= 0
		v.content = v.content || len(bytes.TrimSpace(b)) > 0
		if v.utf8 {
			whole := append(left, b...)
			if len(left) == 0 {
				whole = b
			}
			end := len(whole)
			if err == nil {
				end = lastRune(whole)
			}
			v.utf8 = utf8.Valid(whole[:end])
			left = bytes.Clone(whole[end:])
		}
		if err != nil {
			break
		}
	}
	hashing.Wait()
	v.sum = hex.EncodeToString(h.Sum(nil))
	return v, nil
}

// lastRune is where a character begins that may go on behind the end of b, or
// the end.
func lastRune(b []byte) int {
	for i := len(b) - 1; i >= max(0, len(b)-utf8.UTFMax); i-- {
		if utf8.RuneStart(b[i]) {
			if utf8.FullRune(b[i:]) {
				return len(b)
			}
			return i
		}
	}
	return len(b)
}

// encoding is the one wanted or that of the bytes, as in decode.
func (v *survey) encoding(want string) string {
	switch {
	case want != "":
		return want
	case bytes.HasPrefix(v.head, []byte("\xef\xbb\xbf")):
		return UTF8BOM
	case bytes.HasPrefix(v.head, []byte("\xff\xfe")):
		return UTF16LE
	case bytes.HasPrefix(v.head, []byte("\xfe\xff")):
		return UTF16BE
	case v.utf8:
		return UTF8
	}
	return GB18030
}

// source is the file's text, or nil for one that has to be read whole: to be
// told what is wrong with it, or because it is UTF-16.
func (v *survey) source(f io.ReaderAt, size int64, want string) *textSource {
	if v.zero || !v.content || bytes.HasPrefix(v.head, []byte("PK\x03\x04")) {
		return nil
	}
	s := &textSource{in: f, size: size, crOnly: !v.lf}
	switch v.encoding(want) {
	case UTF8, UTF8BOM:
		if !v.utf8 {
			return nil
		}
		if bytes.HasPrefix(v.head, []byte("\xef\xbb\xbf")) {
			s.from = 3
		}
	case GB18030:
		s.gb18030 = true
	default:
		return nil
	}
	return s
}

// findSeparator sets the separator that suits the top of the file.
func (s *textSource) findSeparator(name string, kind datasets.Kind) error {
	var top []byte
	for p, err := range s.pieces() {
		if err != nil {
			return err
		}
		t, err := s.text(name, p)
		if err != nil {
			return err
		}
		if top = append(top, t...); len(top) > 1<<20 {
			break
		}
	}
	s.sep = byte(separator(top, kind))
	return nil
}

// decodable reads a file as GB18030 and tells the first error.
func decodable(f io.ReaderAt) error {
	in := transform.NewReader(io.NewSectionReader(f, 0, 1<<62), simplifiedchinese.GB18030.NewDecoder())
	b := make([]byte, 1<<20)
	var left []byte
	for {
		n, err := in.Read(b)
		whole := append(left, b[:n]...)
		if bytes.ContainsRune(whole, utf8.RuneError) {
			return errors.New("it has bytes that are none of the encoding")
		}
		left = bytes.Clone(whole[max(0, len(whole)-2):])
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("decode %s: %w", GB18030, err)
		}
	}
}
