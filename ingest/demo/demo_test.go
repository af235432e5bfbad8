package demo

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"talentcast/analytics"
	"talentcast/datasets"
	"talentcast/ingest"
)

func month(y int, m time.Month) analytics.Period {
	return analytics.PeriodOf(analytics.Date(y, m, 1), analytics.Monthly)
}

func liwan(t *testing.T) datasets.Policy {
	t.Helper()
	ps, err := datasets.ShippedPolicies()
	if err != nil {
		t.Fatal(err)
	}
	return ps[0]
}

func options(p datasets.Policy) ingest.Options {
	return ingest.Options{Policy: p, Key: []byte("0123456789abcdef"), Now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Demo: true}
}

// The files load as they are, and only what is wrong on purpose is refused.
func TestFilesLoadAndPlantedRowsAreRefused(t *testing.T) {
	p := liwan(t)
	files, err := Generate(t.TempDir(), 555, month(2012, 1), month(2015, 6), p)
	if err != nil {
		t.Fatal(err)
	}
	refused := map[string]map[int]bool{}
	kinds := map[datasets.Kind]int{}
	counted := map[string]map[string]bool{} // target → persons
	for _, f := range files {
		name := filepath.Base(f)
		if !strings.Contains(name, "演示数据") {
			t.Errorf("%s does not say that it is synthetic", name)
		}
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		b, err := ingest.Read(context.Background(), name, data, options(p))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		kinds[b.Kind] += len(b.Records)
		for _, r := range b.Refusals {
			if r.Row > 0 {
				if refused[name] == nil {
					refused[name] = map[int]bool{}
				}
				refused[name][r.Row] = true
			}
		}
		for _, r := range b.Records {
			if r.Known.After(analytics.Date(2015, 6, 30)) {
				t.Errorf("%s row %d is known only on %v", name, r.Row, r.Known)
			}
			if r.Person != "" && r.Target != "" {
				if counted[r.Target] == nil {
					counted[r.Target] = map[string]bool{}
				}
				counted[r.Target][r.Person] = true
			}
		}
	}
	got := map[string]int{}
	for name, rows := range refused {
		got[name] = len(rows)
	}
	want := map[string]int{"人才_2015_演示数据.csv": 6, "资金_缺单位_演示数据.csv": 2, "资金_补录_演示数据.csv": 2, "指标_演示数据.csv": 2}
	if len(got) != len(want) {
		t.Errorf("refused rows %v, planted %v", got, want)
	}
	for name, n := range want {
		if got[name] != n {
			t.Errorf("%s: %d rows refused, %d planted", name, got[name], n)
		}
	}
	for _, k := range datasets.Kinds() {
		if kinds[k] == 0 {
			t.Errorf("no %s among the files", k)
		}
	}
	five := 0
	for _, id := range []string{"H-01", "H-02", "H-03", "H-04", "H-05"} {
		five += len(counted[id])
	}
	if five < 120 || five > 230 {
		t.Errorf("%d of the 500 by June 2015", five)
	}
	if n := len(counted["11-01"]); n < 900 || n > 1300 {
		t.Errorf("%d social workers by June 2015", n)
	}
	for _, id := range []string{"12-07", "12-08"} {
		if len(counted[id]) != 0 {
			t.Errorf("%s was to stay without data", id)
		}
	}
	if len(counted["10-02"]) != 2 {
		t.Errorf("10-02 has %d people, not two", len(counted["10-02"]))
	}
}

func TestSameSeedSameBytes(t *testing.T) {
	p := liwan(t)
	make := func(seed uint64) map[string][]byte {
		files, err := Generate(t.TempDir(), seed, month(2012, 1), month(2013, 6), p)
		if err != nil {
			t.Fatal(err)
		}
		out := map[string][]byte{}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			out[filepath.Base(f)] = b
		}
		return out
	}
	a, b, c := make(1), make(1), make(2)
	differ := false
	for name, x := range a {
		if !bytes.Equal(x, b[name]) {
			t.Errorf("%s: the same seed gives other bytes", name)
		}
		differ = differ || !bytes.Equal(x, c[name])
	}
	if !differ {
		t.Error("another seed gives the same files")
	}
}

func TestIDNumbersAreRightAndNobodys(t *testing.T) {
	g := generator{r: rand.New(rand.NewPCG(1, 1)), ids: map[string]bool{}}
	for range 200 {
		p := g.person()
		if ingest.IDCheck(p.id[:17]) != p.id[17] {
			t.Fatalf("%s has a wrong check digit", p.id)
		}
		if year := p.id[6:10]; year < "1900" || year > "1903" {
			t.Fatalf("%s could be a living person's", p.id)
		}
		if w := wrongCheck(p.id); ingest.IDCheck(w[:17]) == w[17] {
			t.Fatalf("%s passes with a wrong check digit", p.id)
		}
	}
}

func TestBackwardsMonthsAreRefused(t *testing.T) {
	if _, err := Generate(t.TempDir(), 1, month(2015, 1), month(2014, 1), liwan(t)); err == nil {
		t.Error("files were written for months that run backwards")
	}
}

func TestFilesComeInLoadingOrder(t *testing.T) {
	files, err := Generate(t.TempDir(), 1, month(2012, 1), month(2012, 12), liwan(t))
	if err != nil {
		t.Fatal(err)
	}
	at := func(part string) int {
		return slices.IndexFunc(files, func(f string) bool { return strings.Contains(f, part) })
	}
	if at("人才_2012") > at("人才_退出") {
		t.Error("corrections come before what they correct")
	}
}
