package ingest

import (
	"bytes"
	"context"
	"encoding/csv"
	"slices"
	"testing"
	"time"

	"talentcast/datasets"
)

// testKey and now are what the tests load with.
var (
	testKey = []byte("a key for tests, no secret")
	testNow = time.Date(2015, 7, 15, 9, 0, 0, 0, time.UTC)
)

func liwan(t testing.TB) datasets.Policy {
	t.Helper()
	ps, err := datasets.ShippedPolicies()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range ps {
		if p.ID == "liwan-555" {
			return p
		}
	}
	t.Fatal("no policy liwan-555")
	return datasets.Policy{}
}

func options(t testing.TB) Options {
	return Options{Policy: liwan(t), Key: testKey, Now: testNow, User: "tester"}
}

// example writes a CSV of the kind: the template's example row, changed cell by
// cell. "amount!" takes the unit out of the column's header; "+" adds a cell
// beyond it.
func example(t testing.TB, kind datasets.Kind, rows []cells) []byte {
	t.Helper()
	l, ok := LayoutOf(kind)
	if !ok {
		t.Fatalf("no kind %q", kind)
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	var head []string
	for _, c := range l.Columns {
		title := c.Title()
		for _, r := range rows {
			if _, bare := r[c.ID+"!"]; bare {
				title = c.Header
			}
		}
		head = append(head, title)
	}
	all := [][]string{head}
	for _, r := range rows {
		var line []string
		for _, c := range l.Columns {
			v := c.Example
			if x, ok := r[c.ID]; ok {
				v = x
			}
			if x, ok := r[c.ID+"!"]; ok {
				v = x
			}
			line = append(line, v)
		}
		if x, ok := r["+"]; ok {
			line = append(line, x)
		}
		all = append(all, line)
	}
	if err := w.WriteAll(all); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func codes(b datasets.Batch) []string {
	var out []string
	for _, r := range b.Refusals {
		out = append(out, r.Code)
	}
	return out
}

// Every rule's examples: the one that keeps it loads without a refusal, the one
// that breaks it is refused for it and for nothing else.
func TestRules(t *testing.T) {
	o := options(t)
	for _, rule := range Rules() {
		if rule.Kind == "" {
			continue
		}
		t.Run(rule.Code, func(t *testing.T) {
			b, err := Read(context.Background(), "good.csv", example(t, rule.Kind, rule.Pass), o)
			if err != nil {
				t.Fatal(err)
			}
			if len(b.Refusals) > 0 || len(b.Records) != len(rule.Pass) {
				t.Errorf("the passing example gives %d records and refusals %+v", len(b.Records), b.Refusals)
			}
			b, err = Read(context.Background(), "bad.csv", example(t, rule.Kind, rule.Fail), o)
			if err != nil {
				t.Fatal(err)
			}
			if got := slices.Compact(codes(b)); !slices.Equal(got, []string{rule.Code}) && rule.Code != codeDateFuture {
				t.Errorf("the failing example is refused for %v", got)
			}
			if !slices.Contains(codes(b), rule.Code) {
				t.Errorf("the failing example is not refused: %v", codes(b))
			}
			for _, r := range b.Refusals {
				for _, s := range []string{r.ReasonZh, r.ReasonEn, r.RemedyZh, r.RemedyEn} {
					if s == "" || bytes.Contains([]byte(s), []byte("%!")) {
						t.Errorf("%s: the text %q is not whole", r.Code, s)
					}
				}
			}
		})
	}
}
