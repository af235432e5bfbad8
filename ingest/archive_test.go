package ingest

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"talentcast/analytics/fault"
)

// What is in an archive is listed in order, under names that say where it is
// from; what systems put there is passed over.
func TestMembers(t *testing.T) {
	tables, other, err := Members("/x/2014.zip", zipOf(t,
		"b/2.xlsx", "two", "a/1.csv", "one", "说明.docx", "x", "__MACOSX/a/._1.csv", "x", "a/~$1.xlsx", "x", ".x.csv", "x",
		string(gbk(t, "联合体/荔湾人才.csv")), "three", "inner.zip", "x"), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range tables {
		b, err := m.Data()
		got = append(got, m.Name+" "+string(b))
		if f := fault.As(err); f != nil {
			got = append(got, string(f.Code))
		}
	}
	want := []string{"2014.zip › 1.csv one", "2014.zip › 2.xlsx two", "2014.zip › inner.zip ", "unreadable", "2014.zip › 荔湾人才.csv three"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	if d := cmp.Diff([]string{"说明.docx"}, other); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
}

// Every limit on an archive says which it is.
func TestArchiveLimits(t *testing.T) {
	two := zipOf(t, "a.csv", strings.Repeat("x", 100), "b.csv", "x")
	for name, c := range map[string]struct {
		limits Limits
		says   string
	}{
		"bytes":    {Limits{Bytes: 10}, "MB"},
		"entries":  {Limits{Entries: 1}, "上限 1 个"},
		"unzipped": {Limits{Unzipped: 50}, "解压后超过"},
	} {
		_, _, err := Members("x.zip", two, c.limits)
		f := fault.As(err)
		if f == nil || f.Code != fault.TooLarge || !strings.Contains(f.Zh, c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	tables, _, err := Members("x.zip", two, Limits{Bytes: 1000})
	if err != nil || len(tables) != 2 {
		t.Errorf("within the limits: %d tables, %v", len(tables), err)
	}
}

// An XLSX with more texts than the limit is refused before the library takes
// them all in.
func TestStringsLimit(t *testing.T) {
	o := options(t)
	o.Limits.Strings = 50
	rows := [][]any{{"凭证号"}}
	for range 100 {
		rows = append(rows, []any{strings.Repeat("x", len(rows)+1)})
	}
	_, err := Read(context.Background(), "x.xlsx", workbookOf(t, sheetData{name: "a", rows: rows}), o)
	if f := fault.As(err); f == nil || f.Code != fault.TooLarge {
		t.Errorf("%v", err)
	}
}

// However the XML is cut into writes, the scan counts the same.
func TestXMLScan(t *testing.T) {
	text := []byte(`<?xml version="1.0"?><!-- <a> --><a x="1"><b/><c><![CDATA[<d><e>]]></c></a>`)
	for size := 1; size <= len(text); size++ {
		s := xmlScan{deepest: 2}
		for part := range slices.Chunk(text, size) {
			if _, err := s.Write(part); err != nil {
				t.Fatal(err)
			}
		}
		if s.depth != 0 || s.elements != 3 || s.over {
			t.Errorf("in parts of %d bytes: %d elements, at depth %d", size, s.elements, s.depth)
		}
	}
	s := xmlScan{deepest: 2}
	if _, err := s.Write([]byte("<a><b><c>")); err == nil || !s.over {
		t.Error("three levels pass for two")
	}
}

func FuzzMembers(f *testing.F) {
	for name, data := range corpus(f) {
		if strings.HasSuffix(name, ".zip") {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		l := Limits{Bytes: 1 << 20, Unzipped: 4 << 20}
		tables, _, err := Members("x.zip", data, l)
		if err != nil {
			if fault.As(err) == nil {
				t.Fatalf("an error that is no fault: %v", err)
			}
			return
		}
		for _, m := range tables {
			b, err := m.Data()
			if err != nil && fault.As(err) == nil {
				t.Fatalf("an error that is no fault: %v", err)
			}
			if int64(len(b)) > l.Bytes {
				t.Fatalf("%s unpacks to %d bytes", m.Name, len(b))
			}
			if strings.ContainsAny(m.Name, `/\`) {
				t.Fatalf("a path for a name: %q", m.Name)
			}
		}
	})
}

func FuzzScanSheet(f *testing.F) {
	f.Add([]byte(`<worksheet><cols><col min="1" max="2" hidden="1"/></cols><sheetData><row r="1" hidden="1"><c r="A1"><f>1</f></c></row></sheetData></worksheet>`))
	f.Add([]byte(`<x:worksheet xmlns:x="a"><x:sheetData><x:row><x:c><x:f/></x:c></x:row></x:sheetData></x:worksheet>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := scanSheet(data)
		if len(s.hiddenRows) > len(data) || len(s.uncached) > len(data) {
			t.Fatal("more than there is")
		}
		x := xmlScan{deepest: 8}
		_, _ = x.Write(data) // it must come to an end
	})
}
