package ingest

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// byLibrary takes text apart as encoding/csv does.
func byLibrary(text string, sep rune) (out []string) {
	for l, err := range csvLines("x", []byte(text), sep, 1) {
		if err != nil {
			return append(out, err.Error())
		}
		out = append(out, fmt.Sprintf("%d %q", l.no, l.cells))
	}
	return out
}

// inPieces takes it apart piece by piece.
func inPieces(text string, sep byte, size int) (out []string) {
	src := &textSource{in: bytes.NewReader([]byte(text)), size: int64(len(text)), sep: sep, least: size, most: size}
	for l, err := range src.lines("x") {
		if err != nil {
			return append(out, err.Error())
		}
		out = append(out, fmt.Sprintf("%d %q", l.no, l.cells))
	}
	return out
}

func FuzzSplit(f *testing.F) {
	for _, s := range []string{
		"a,b\n1,2\n", "a,b\r\n\"1\r\n2\",2\r\n\r\n3,4", "\"a\"\"b\",c\n", "a\"b,c\n", "\"a\"b,c\n", "\"a", "a,\"b\"\n\n\"\"\n,\n\r",
		"\n\n\"x\ny\nz\",1\n2,3\n\"open\n1,2\n", "a\r\n\"b\"\r\nc\r", "a\rb\n", "\"a\"\r", "\"a\"\r\r\n", "\"\"\"\",\"\"\n",
	} {
		f.Add(s, uint8(0), uint16(1))
		f.Add(s, uint8(1), uint16(7))
	}
	f.Fuzz(func(t *testing.T, text string, sep uint8, size uint16) {
		c := separators[int(sep)%len(separators)]
		want, got := byLibrary(text, rune(c)), inPieces(text, c, 1+int(size))
		if !reflect.DeepEqual(want, got) {
			t.Errorf("%q by %q in pieces of %d:\nwant %q\ngot  %q", text, c, size, want, got)
		}
	})
}

// A file in pieces of any size gives the batch that it gives whole.
func TestPieces(t *testing.T) {
	var b strings.Builder
	b.WriteString("凭证号,日期,环节,资金来源,用途,金额（元）\n")
	for i := range 3000 {
		switch {
		case i%97 == 0:
			fmt.Fprintf(&b, "A-%d,2014-01-15,到位,财政,\"两\n行\",%d\n", i, i)
		case i%101 == 0:
			fmt.Fprintf(&b, "A-%d,2014-01-15,到位,财政,x,-1\n", i)
		case i%103 == 0:
			fmt.Fprintf(&b, "A-%d,2014-01-15,到位,财政,x,1\n", i-1)
		case i%107 == 0:
			b.WriteString("合计,,,,,100\n")
		default:
			fmt.Fprintf(&b, "A-%d,2014-01-15,到位,财政,x,%d.5\n", i, i)
		}
	}
	data := []byte(b.String())
	o := options(t)
	want, err := Read(context.Background(), "x.csv", data, o)
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]bool{}
	for _, r := range want.Refusals {
		codes[r.Code] = true
	}
	if !codes[codeDouble] || !codes[codeAmountNegative] || !codes[codeTotalDiffers] {
		t.Fatalf("the file has only %v", codes)
	}
	for _, size := range []int{1, 100, 5000} {
		o.piece = size
		got, err := Read(context.Background(), "x.csv", data, o)
		if err != nil || !reflect.DeepEqual(want, got) {
			t.Errorf("in pieces of %d: %v, %d and %d records, %d and %d refusals", size, err, len(want.Records), len(got.Records), len(want.Refusals), len(got.Refusals))
		}
	}
}

// A text file read as a stream gives what it gives read whole: the same receipt
// and refusals, or the same fault.
func TestStreamIsTheSame(t *testing.T) {
	ctx := context.Background()
	o := options(t)
	whole, streams, streamed := openStore(t, o.Policy), openStore(t, o.Policy), 0
	for name, data := range corpus(t) {
		if ext := filepath.Ext(name); ext != ".csv" && ext != ".tsv" && ext != ".txt" {
			continue
		}
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		want, wantErr := Upload(ctx, whole, name, data, o)
		cut := o
		cut.piece = 64
		got, done, err := streamFile(ctx, streams, path, cut)
		if !done && err == nil {
			got, err = Upload(ctx, streams, name, data, o)
		} else {
			streamed++
		}
		if !reflect.DeepEqual(want, got) || fmt.Sprint(wantErr) != fmt.Sprint(err) {
			t.Errorf("%s:\n%+v, %v\nwhole:\n%+v, %v", name, got, err, want, wantErr)
		}
	}
	if streamed < 15 {
		t.Errorf("only %d were read as a stream", streamed)
	}
}
