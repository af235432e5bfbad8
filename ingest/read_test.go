package ingest

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"talentcast/analytics/fault"
	"talentcast/datasets"
)

// rezip rewrites one part of an archive.
func rezip(t testing.TB, b []byte, part string, change func([]byte) []byte) []byte {
	t.Helper()
	r, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	found := false
	for _, f := range r.File {
		rc, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(rc)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == part {
			data, found = change(data), true
		}
		fw, err := w.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fw.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if !found {
		t.Fatalf("no part %s", part)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A template, as it is downloaded, is recognised as its kind with every column,
// and has no rows.
func TestTemplatesReadBack(t *testing.T) {
	o := options(t)
	for _, l := range Templates() {
		for _, format := range []string{"csv", "xlsx"} {
			var b bytes.Buffer
			if err := Template(l.Kind, format, &b, o.Policy); err != nil {
				t.Fatal(err)
			}
			batch, err := Read(context.Background(), "t."+format, b.Bytes(), o)
			if err != nil {
				t.Errorf("%s.%s: %v", l.Kind, format, err)
				continue
			}
			if batch.Kind != l.Kind || batch.Read != 0 || len(batch.Refusals) != 0 {
				t.Errorf("%s.%s is read as %s with %d rows, %+v", l.Kind, format, batch.Kind, batch.Read, batch.Refusals)
			}
			var again bytes.Buffer
			if err := Template(l.Kind, format, &again, o.Policy); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(b.Bytes(), again.Bytes()) {
				t.Errorf("%s.%s differs from one time to the next", l.Kind, format)
			}
		}
		// Every header of the layout, and every synonym, names its own column.
		for i, c := range l.Columns {
			for _, s := range append([]string{c.Header, c.Title()}, c.Synonyms...) {
				h := matchHeader(l, line{cells: []string{s}}, "")
				if h.at[i] != 0 {
					t.Errorf("%s: the header %s does not name %s", l.Kind, s, c.ID)
				}
			}
		}
	}
}

func TestTemplateExamplesLoad(t *testing.T) {
	for _, l := range Templates() {
		b, err := Read(context.Background(), "e.csv", example(t, l.Kind, []cells{{}}), options(t))
		if err != nil {
			t.Fatal(err)
		}
		if len(b.Records) != 1 || len(b.Refusals) != 0 {
			t.Errorf("the example row of %s: %+v", l.Kind, b.Refusals)
		}
	}
}

func TestTemplateFaults(t *testing.T) {
	for _, c := range []struct{ kind, format string }{{"nonsense", "csv"}, {"fund", "doc"}, {"", ""}} {
		if err := Template(datasets.Kind(c.kind), c.format, io.Discard, liwan(t)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s as %q: %v", c.kind, c.format, err)
		}
	}
	if err := Template(datasets.Fund, "csv", failing{}, liwan(t)); err == nil || fault.As(err) != nil {
		t.Errorf("a writer that fails: %v", err)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("disk full") }

// No ID number and no full name may be anywhere in what reading gives back,
// whatever is wrong with the row or the file.
func TestNoPersonComesThrough(t *testing.T) {
	o := options(t)
	name := "张小明明"
	for what, text := range map[string]string{
		"good":            talentHead + name + "," + goodID + ",五百优才计划,硕士,2014-05-06,\n",
		"columns swapped": talentHead + goodID + "," + name + ",五百优才计划,硕士,2014-05-06,\n",
		"in the plan":     talentHead + name + "," + goodID + "," + goodID + ",硕士,2014-05-06,\n",
		"in the category": talentHead + name + "," + goodID + ",五百优才计划," + goodID + ",2014-05-06,\n",
		"in a date":       talentHead + name + "," + goodID + ",五百优才计划,硕士," + goodID + ",\n",
		"beyond the row":  talentHead + name + "," + goodID + ",五百优才计划,硕士,2014-05-06,," + goodID + "\n",
		"as a header":     goodID + "," + strings.TrimSpace(talentHead) + "\n," + name + "," + goodID + ",五百优才计划,硕士,2014-05-06,\n",
		"without header":  name + "," + goodID + ",五百优才计划,硕士,2014-05-06,\n",
		"wrong check":     talentHead + name + ",110105194912310021,五百优才计划,硕士,2014-05-06,\n",
		"spaced":          talentHead + "110105 19491231 002X," + goodID + ",五百优才计划,硕士,2014-05-06,110105-19491231-002X\n",
		"broken quote":    talentHead + "\"" + name + "," + goodID + "\n",
		"twice":           talentHead + strings.Repeat(name+","+goodID+",五百优才计划,硕士,2014-05-06,\n", 2),
		"voucher":         "凭证号,日期,环节,资金来源,金额（元）\n" + goodID + ",2014-01-15,到位,财政,1\n",
		"institution":     "机构名称,机构类别,设立日期\n" + goodID + ",人才中介服务机构,2014-01-15\n",
	} {
		b, err := Read(context.Background(), "x.csv", []byte(text), o)
		got := fmt.Sprintf("%+v %v", b, err)
		if f := fault.As(err); f != nil {
			got += f.Zh + f.En
		}
		bare := strings.NewReplacer(" ", "", "-", "").Replace(got)
		for _, secret := range []string{goodID, "110105194912310021", goodID[:17], goodID[4:16], "19491231"} {
			if strings.Contains(bare, secret) {
				t.Errorf("%s: %q comes through: %s", what, secret, got)
			}
		}
		if what != "columns swapped" && strings.Contains(got, name) {
			t.Errorf("%s: the name comes through: %s", what, got)
		}
	}
}

func TestLimits(t *testing.T) {
	rows := talentHead + strings.Repeat("张小明,"+goodID+",五百优才计划,硕士研究生,2014-05-06,\n", 5)
	for what, c := range map[string]struct {
		limits Limits
		name   string
		data   []byte
	}{
		"bytes":    {Limits{Bytes: 100}, "a.csv", []byte(rows)},
		"rows":     {Limits{Rows: 3}, "a.csv", []byte(rows)},
		"columns":  {Limits{Columns: 4}, "a.csv", []byte(rows)},
		"unzipped": {Limits{Unzipped: 2000}, "a.xlsx", workbookOf(t, sheetData{name: "a", rows: [][]any{{"x"}}})},
		"bomb":     {Limits{Unzipped: 1 << 20}, "a.xlsx", bomb(t)},
	} {
		o := options(t)
		o.Limits = c.limits
		if _, err := Read(context.Background(), c.name, c.data, o); !fault.Is(err, fault.TooLarge) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// bomb is a workbook of a few kilobytes that unpacks to eight megabytes.
func bomb(t testing.TB) []byte {
	return rezip(t, workbookOf(t, sheetData{name: "a", rows: [][]any{{"x"}}}), "xl/worksheets/sheet1.xml", func([]byte) []byte {
		return bytes.Repeat([]byte(" "), 8<<20)
	})
}

func TestOptions(t *testing.T) {
	good := []byte(talentHead + "张小明," + goodID + ",五百优才计划,硕士研究生,2014-05-06,\n")
	fund := []byte("凭证号,日期,环节,资金来源,金额（元）\nA-1,2014-01-15,到位,财政,1\n")
	for what, c := range map[string]struct {
		data   []byte
		change func(*Options)
		code   fault.Code // "" for none
	}{
		"as it is":            {good, func(*Options) {}, ""},
		"kind given":          {good, func(o *Options) { o.Kind = datasets.Talent }, ""},
		"another kind given":  {good, func(o *Options) { o.Kind = datasets.Fund }, fault.Unreadable},
		"no such kind":        {good, func(o *Options) { o.Kind = "nonsense" }, fault.Invalid},
		"no key":              {good, func(o *Options) { o.Key = nil }, fault.Invalid},
		"short key":           {good, func(o *Options) { o.Key = []byte("short") }, fault.Invalid},
		"no key, no persons":  {fund, func(o *Options) { o.Key = nil }, ""},
		"wrong encoding":      {gbk(t, string(good)), func(o *Options) { o.Encoding = "UTF-8" }, fault.Unreadable},
		"unknown encoding":    {good, func(o *Options) { o.Encoding = "EBCDIC" }, fault.Invalid},
		"encoding lower case": {good, func(o *Options) { o.Encoding = "utf-8" }, ""},
	} {
		o := options(t)
		c.change(&o)
		_, err := Read(context.Background(), "x.csv", c.data, o)
		if c.code == "" && err != nil || c.code != "" && !fault.Is(err, c.code) {
			t.Errorf("%s: %v, want code %q", what, err, c.code)
		}
	}
	o := options(t)
	o.Now = time.Time{}
	if _, err := Read(context.Background(), "x.csv", good, o); err == nil {
		t.Error("a file is read without a clock")
	}
}

// The key decides the hash, and one person is one hash whatever the spelling.
func TestPersonsHash(t *testing.T) {
	read := func(id string, key []byte) string {
		o := options(t)
		o.Key = key
		b, err := Read(context.Background(), "x.csv", []byte(talentHead+"张小明,"+id+",五百优才计划,硕士研究生,2014-05-06,\n"), o)
		if err != nil || len(b.Records) != 1 {
			t.Fatalf("%v %+v", err, b.Refusals)
		}
		return b.Records[0].Person
	}
	a := read(goodID, testKey)
	if len(a) != 64 || read("11010519491231002x", testKey) != a || read("'１１０１０５ 19491231 002Ｘ", testKey) != a {
		t.Error("one person has several hashes")
	}
	if read(otherID, testKey) == a || read(goodID, []byte("another key of some length")) == a {
		t.Error("different persons or keys share a hash")
	}
}

func TestCancelAndProgress(t *testing.T) {
	var text strings.Builder
	text.WriteString("凭证号,日期,环节,资金来源,金额（元）\n")
	for i := range 5000 {
		fmt.Fprintf(&text, "A-%d,2014-01-15,到位,财政,%d\n", i, i)
	}
	data := []byte(text.String())
	o := options(t)
	var seen []int64
	o.Progress = func(done, total int64) {
		if total != int64(len(data)) || done > total {
			t.Errorf("progress %d of %d", done, total)
		}
		seen = append(seen, done)
	}
	b, err := Read(context.Background(), "x.csv", data, o)
	if err != nil || len(b.Records) != 5000 {
		t.Fatalf("%v, %d records", err, len(b.Records))
	}
	if len(seen) < 4 || seen[len(seen)-1] != int64(len(data)) {
		t.Errorf("progress %v", seen)
	}
	for i := 1; i < len(seen); i++ {
		if seen[i] < seen[i-1] {
			t.Errorf("progress goes back: %v", seen)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Read(ctx, "x.csv", data, o); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// The samples of the other policies are in the templates and load whole.
func TestShippedSamples(t *testing.T) {
	ps, err := datasets.ShippedPolicies()
	if err != nil {
		t.Fatal(err)
	}
	files := 0
	for _, p := range ps {
		f, err := datasets.Samples().Open(p.ID + "/indicators.csv")
		if err != nil {
			continue // liwan-555 has none
		}
		data, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		files++
		o := options(t)
		o.Policy, o.Now = p, time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)
		b, err := Read(context.Background(), "indicators.csv", data, o)
		if err != nil {
			t.Fatalf("%s: %v", p.ID, err)
		}
		if b.Read == 0 || len(b.Records) != b.Read || len(b.Refusals) > 0 {
			t.Errorf("%s: %d of %d rows: %+v", p.ID, len(b.Records), b.Read, b.Refusals)
		}
	}
	if files < 3 {
		t.Errorf("only %d samples were found", files)
	}
}

// Two reads of the same bytes give the same batch.
func TestReadIsRepeatable(t *testing.T) {
	o := options(t)
	for name, data := range corpus(t) {
		a, errA := Read(context.Background(), name, data, o)
		b, errB := Read(context.Background(), name, data, o)
		if !reflect.DeepEqual(a, b) || fmt.Sprint(errA) != fmt.Sprint(errB) {
			t.Errorf("%s differs from one time to the next", name)
		}
	}
}

func FuzzReadCSV(f *testing.F) {
	for name, data := range corpus(f) {
		if strings.HasSuffix(name, ".csv") {
			f.Add(data)
		}
	}
	fuzzRead(f, "x.csv")
}

func FuzzReadXLSX(f *testing.F) {
	for name, data := range corpus(f) {
		if strings.HasSuffix(name, ".xlsx") {
			f.Add(data)
		}
	}
	fuzzRead(f, "x.xlsx")
}

func FuzzReadJSON(f *testing.F) {
	for name, data := range corpus(f) {
		if strings.HasSuffix(name, "json") {
			f.Add(data)
		}
	}
	fuzzRead(f, "x.json")
}

// fuzzRead: whatever the bytes, a fault or a batch that adds up and that the
// store takes.
func fuzzRead(f *testing.F, name string) {
	o := options(f)
	o.Limits = Limits{Bytes: 1 << 20, Unzipped: 4 << 20, Rows: 2000}
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := Read(context.Background(), name, data, o)
		if err != nil {
			if fault.As(err) == nil {
				t.Fatalf("an error that is no fault: %v", err)
			}
			return
		}
		rows := map[string]bool{}
		for _, r := range b.Refusals {
			if r.Row > 0 {
				rows[fmt.Sprint(r.Sheet, "|", r.Row)] = true
			}
		}
		if len(b.Records)+len(rows) != b.Read {
			t.Fatalf("%d rows read, %d records, %d rows refused", b.Read, len(b.Records), len(rows))
		}
		for _, r := range b.Records {
			if r.Key == "" || r.Event.IsZero() || r.Known.IsZero() || r.Amount.Valid && r.Amount.Decimal.IsNegative() {
				t.Fatalf("a record that can't be stored: %+v", r)
			}
		}
	})
}
