package ingest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"talentcast/analytics"
	"talentcast/analytics/fault"
	"talentcast/datasets"
)

func openStore(t testing.TB, p datasets.Policy) *datasets.Store {
	t.Helper()
	s, err := datasets.Open(context.Background(), datasets.Config{Threads: 1, MemoryMB: 256})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := s.PutPolicy(context.Background(), p); err != nil {
		t.Fatal(err)
	}
	return s
}

func joins(t testing.TB, s *datasets.Store, policy, target string, y, m, d int) (n, left int64) {
	t.Helper()
	on := analytics.Date(y, time.Month(m), d)
	flows, err := s.Flows(context.Background(), policy, on, on)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range flows {
		if f.Target == target {
			n, left = n+f.Joins, left+f.Leaves
		}
	}
	return n, left
}

// A file, the same bytes again, and a correction of it.
func TestFileIntoStore(t *testing.T) {
	ctx := context.Background()
	o := options(t)
	s := openStore(t, o.Policy)
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	first := write("人才.csv", talentHead+
		"张小明,"+goodID+",五百优才计划,硕士研究生,2014-05-06,2014-05-20\n"+
		"李四,"+otherID+",五百优才计划,硕士研究生,2014-06-06,2014-06-20\n"+
		"王五,110105194912310021,五百优才计划,硕士研究生,2014-06-06,2014-06-20\n")
	r, err := File(ctx, s, first, o)
	if err != nil {
		t.Fatal(err)
	}
	if r.Already || r.Read != 3 || r.Loaded != 2 || r.Refused != 1 || len(r.Refusals) != 1 || r.File != "人才.csv" || r.Encoding != UTF8 {
		t.Fatalf("receipt %+v", r)
	}
	if n, _ := joins(t, s, o.Policy.ID, "H-01", 2015, 1, 1); n != 2 {
		t.Errorf("%d people after the first file", n)
	}

	again, err := File(ctx, s, first, o)
	if err != nil {
		t.Fatal(err)
	}
	if !again.Already || again.Batch != r.Batch || again.Read != 3 || again.Loaded != 2 || again.Refused != 1 || again.Kind != datasets.Talent {
		t.Errorf("the same bytes again: %+v", again)
	}
	// They are not even read: with a key too short to read them the answer is the same.
	short := o
	short.Key = nil
	if x, err := File(ctx, s, first, short); err != nil || !x.Already {
		t.Errorf("the same bytes are read again: %+v, %v", x, err)
	}

	c, err := Upload(ctx, s, "更正.csv", []byte(strings.TrimSpace(talentHead)+",退出日期\n"+
		"张小明,"+goodID+",五百优才计划,硕士研究生,2014-05-06,2015-03-10,2015-03-01\n"+
		"李四,"+otherID+",五百优才计划,硕士研究生,2014-06-06,2014-06-20,\n"), o)
	if err != nil {
		t.Fatal(err)
	}
	if c.Read != 2 || c.Superseded != 1 || c.Unchanged != 1 || c.Loaded != 0 {
		t.Errorf("correction: %+v", c)
	}
	if _, left := joins(t, s, o.Policy.ID, "H-01", 2015, 3, 9); left != 0 {
		t.Error("the correction is known before it was made")
	}
	if _, left := joins(t, s, o.Policy.ID, "H-01", 2015, 3, 10); left != 1 {
		t.Error("the correction is not known on its day")
	}
}

// A file without a good row is on record; one that is wrong as a whole is not.
func TestNothingGood(t *testing.T) {
	ctx := context.Background()
	o := options(t)
	s := openStore(t, o.Policy)
	r, err := Upload(ctx, s, "a.csv", []byte(talentHead+"张小明,1,五百优才计划,硕士研究生,2014-05-06,\n"), o)
	if err != nil || r.Batch == 0 || r.Read != 1 || r.Refused != 1 || r.Loaded != 0 {
		t.Errorf("%+v, %v", r, err)
	}
	kept, err := s.Refusals(ctx, r.Batch)
	if err != nil || len(kept) != 1 || kept[0].Code != codeIDForm {
		t.Errorf("kept %+v, %v", kept, err)
	}
	for name, data := range map[string]string{"empty.csv": "", "unknown.csv": "a,b\n1,2\n", "x.xlsx": "text"} {
		if _, err := Upload(ctx, s, name, []byte(data), o); !fault.Is(err, fault.Unreadable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	batches, err := s.Batches(ctx, o.Policy.ID)
	if err != nil || len(batches) != 1 {
		t.Errorf("batches %+v, %v", batches, err)
	}
}

func TestFileFaults(t *testing.T) {
	ctx := context.Background()
	o := options(t)
	s := openStore(t, o.Policy)
	dir := t.TempDir()
	if _, err := File(ctx, s, filepath.Join(dir, "missing.csv"), o); !fault.Is(err, fault.NotFound) {
		t.Errorf("no such file: %v", err)
	}
	if _, err := File(ctx, s, dir, o); !fault.Is(err, fault.Invalid) {
		t.Errorf("a folder: %v", err)
	}
	o.Limits.Bytes = 10
	big := filepath.Join(dir, "big.csv")
	if err := os.WriteFile(big, []byte(strings.Repeat("x", 11)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := File(ctx, s, big, o); !fault.Is(err, fault.TooLarge) {
		t.Errorf("a large file: %v", err)
	}
	if _, err := Upload(ctx, s, "big.csv", make([]byte, 11), o); !fault.Is(err, fault.TooLarge) {
		t.Errorf("a large upload: %v", err)
	}
}

// What the corpus reads is what the store takes: nothing that passes the checks
// may fail on the way in.
func TestStoreTakesTheCorpus(t *testing.T) {
	ctx := context.Background()
	o := options(t)
	s := openStore(t, o.Policy)
	stored := 0
	for name, data := range corpus(t) {
		r, err := Upload(ctx, s, name, data, o)
		if err != nil {
			if fault.As(err) == nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if r.Read != r.Loaded+r.Superseded+r.Unchanged+r.Refused && !r.Already {
			t.Errorf("%s: the receipt does not add up: %+v", name, r)
		}
		stored++
	}
	if stored < 20 {
		t.Errorf("only %d files came in", stored)
	}
}

// A CSV is read and checked without a database.
func ExampleRead() {
	policies, err := datasets.ShippedPolicies()
	if err != nil {
		fmt.Println(err)
		return
	}
	file := "凭证号,日期,环节,资金来源,金额（万元）\n" +
		"DW-1,2014-05-06,到位,财政,\"1,200.5\"\n" +
		"DW-2,2014-05-06,到位,财政,-3\n"
	b, err := Read(context.Background(), "fund.csv", []byte(file), Options{Policy: policies[0], Now: testNow})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(b.Kind, b.Read, b.Records[0].Target, b.Records[0].Amount.Decimal)
	for _, r := range b.Refusals {
		fmt.Printf("row %d, %s: %s. %s\n", r.Row, r.Value, r.ReasonEn, r.RemedyEn)
	}
	// Output:
	// fund 2 G-02 12005000
	// row 3, -3: "金额（万元）" is negative. Give a positive amount; for a refund correct the original voucher.
}

func BenchmarkReadCSV(b *testing.B) {
	var text strings.Builder
	text.WriteString("凭证号,日期,环节,资金来源,类别,用途,金额（元）,登记日期,部门\n")
	const rows = 50000
	for i := range rows {
		fmt.Fprintf(&text, "PZ-%08d,2014-%02d-%02d,到位,财政,,人才发展专项资金,%d.%02d,2014-12-31,区财政局\n", i, 1+i%12, 1+i%28, 1000+i, i%100)
	}
	data := []byte(text.String())
	o := options(b)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		batch, err := Read(context.Background(), "x.csv", data, o)
		if err != nil || len(batch.Records) != rows {
			b.Fatalf("%v, %d records", err, len(batch.Records))
		}
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
