package demo

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"talentcast/analytics"
	"talentcast/analytics/fault"
	"talentcast/datasets"
	"talentcast/ingest"
)

func liwan(t testing.TB) datasets.Policy {
	t.Helper()
	ps, err := datasets.ShippedPolicies()
	if err != nil {
		t.Fatal(err)
	}
	return ps[0]
}

func month(y int, m time.Month) analytics.Period {
	return analytics.PeriodOf(analytics.Date(y, m, 1), analytics.Monthly)
}

func options(p datasets.Policy) ingest.Options {
	return ingest.Options{Policy: p, Key: []byte("a key for tests, no secret"), Now: time.Date(2015, 7, 1, 8, 0, 0, 0, time.UTC), Demo: true}
}

// generate writes the data that the program ships and returns the folder, the
// paths and what was planned.
func generate(t testing.TB, seed uint64) (paths []string, files []file) {
	t.Helper()
	p := liwan(t)
	paths, err := Generate(t.TempDir(), seed, month(2012, 1), month(2015, 6), p)
	if err != nil {
		t.Fatal(err)
	}
	files, err = plan(seed, month(2012, 1), month(2015, 6), p)
	if err != nil {
		t.Fatal(err)
	}
	return paths, files
}

// Every refusal was planted, and everything planted is refused for what it was
// planted for.
func TestRefusalsArePlanted(t *testing.T) {
	paths, files := generate(t, 555)
	p := liwan(t)
	total := 0
	for i, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		b, err := ingest.Read(context.Background(), path, data, options(p))
		if err != nil {
			t.Fatalf("%s: %v", filepath.Base(path), err)
		}
		var want, got []string
		for n, r := range files[i].rows {
			if r.wrong != "" {
				no := n + 2
				if files[i].format == xlsx {
					no = n + headerRow + 1
				}
				want = append(want, fmt.Sprintf("%d %s", no, r.wrong))
			}
		}
		for _, r := range b.Refusals {
			if r.Row > 0 {
				got = append(got, fmt.Sprintf("%d %s", r.Row, r.Code))
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: refused %v, planted %v", filepath.Base(path), got, want)
		}
		if b.Read != len(files[i].rows) || len(b.Records) != len(files[i].rows)-len(want) {
			t.Errorf("%s: %d rows read and %d good of %d with %d wrong", filepath.Base(path), b.Read, len(b.Records), len(files[i].rows), len(want))
		}
		if b.Kind != files[i].kind || !b.Demo || !strings.HasPrefix(b.File, marker) {
			t.Errorf("%s: kind %s, demo %v", b.File, b.Kind, b.Demo)
		}
		total += len(want)
	}
	if total < 15 {
		t.Errorf("only %d rows are wrong on purpose", total)
	}
}

func TestSameSeedSameBytes(t *testing.T) {
	a, _ := generate(t, 555)
	b, _ := generate(t, 555)
	c, _ := generate(t, 556)
	same := func(x, y string) bool {
		t.Helper()
		bx, err := os.ReadFile(x)
		if err != nil {
			t.Fatal(err)
		}
		by, err := os.ReadFile(y)
		if err != nil {
			t.Fatal(err)
		}
		return bytes.Equal(bx, by)
	}
	differ := 0
	for i := range a {
		if filepath.Base(a[i]) != filepath.Base(b[i]) || !same(a[i], b[i]) {
			t.Errorf("%s differs from run to run", filepath.Base(a[i]))
		}
		if i < len(c) && !same(a[i], c[i]) {
			differ++
		}
	}
	if differ == 0 {
		t.Error("another seed gives the same files")
	}
}

func TestGenerateFaults(t *testing.T) {
	p := liwan(t)
	other := p
	other.ID = "somewhere-else"
	for name, c := range map[string]struct {
		p        datasets.Policy
		from, to analytics.Period
	}{
		"another policy": {other, month(2012, 1), month(2015, 6)},
		"end first":      {p, month(2015, 6), month(2012, 1)},
		"too long":       {p, month(1900, 1), month(2015, 6)},
		"years":          {p, analytics.PeriodOf(analytics.Date(2012, 1, 1), analytics.Yearly), month(2015, 6)},
	} {
		if _, err := Generate(t.TempDir(), 1, c.from, c.to, c.p); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Other ranges work too, and hold nothing from after their end.
func TestOtherRanges(t *testing.T) {
	p := liwan(t)
	for _, r := range [][2]analytics.Period{{month(2012, 1), month(2012, 1)}, {month(2014, 3), month(2014, 12)}, {month(2012, 1), month(2017, 12)}} {
		files, err := plan(7, r[0], r[1], p)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			for _, x := range f.rows {
				if x.wrong == "" && x.cells["known"] > ymd(r[1].End()) {
					t.Errorf("%s…%s: %s has a row known on %s", r[0], r[1], f.name(), x.cells["known"])
				}
			}
			data, err := f.bytes(r[1].End())
			if err != nil {
				t.Fatal(err)
			}
			o := options(p)
			o.Now = r[1].End().AddDate(0, 0, 1)
			b, err := ingest.Read(context.Background(), f.name(), data, o)
			if err != nil {
				t.Fatalf("%s…%s %s: %v", r[0], r[1], f.name(), err)
			}
			planted := 0
			for _, x := range f.rows {
				if x.wrong != "" {
					planted++
				}
			}
			if len(b.Records) != len(f.rows)-planted {
				t.Errorf("%s…%s %s: %d records of %d rows with %d wrong: %+v", r[0], r[1], f.name(), len(b.Records), len(f.rows), planted, b.Refusals)
			}
		}
	}
}

// totals per target as of the end, through the store.
func TestTotals(t *testing.T) {
	ctx := context.Background()
	paths, _ := generate(t, 555)
	p := liwan(t)
	s, err := datasets.Open(ctx, datasets.Config{Threads: 2, MemoryMB: 512})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := s.PutPolicy(ctx, p); err != nil {
		t.Fatal(err)
	}
	superseded := 0
	for _, path := range paths {
		r, err := ingest.File(ctx, s, path, options(p))
		if err != nil {
			t.Fatal(err)
		}
		if r.Read != r.Loaded+r.Superseded+r.Unchanged+r.Refused {
			t.Errorf("%s: the receipt does not add up: %+v", r.File, r)
		}
		superseded += r.Superseded
	}
	if superseded < 30 {
		t.Errorf("only %d rows correct earlier ones", superseded)
	}
	asOf := analytics.Date(2015, 6, 30)
	flows, err := s.Flows(ctx, p.ID, asOf, asOf)
	if err != nil {
		t.Fatal(err)
	}
	joins, leaves, yuan := map[string]int64{}, map[string]int64{}, map[string]float64{}
	for _, f := range flows {
		joins[f.Target] += f.Joins
		leaves[f.Target] += f.Leaves
		yuan[f.Target] += f.Amount.Yuan()
	}
	five := joins["H-01"] + joins["H-02"] + joins["H-03"] + joins["H-04"] + joins["H-05"]
	check := func(what string, got, low, high float64) {
		t.Helper()
		t.Logf("%s: %.4g", what, got)
		if got < low || got > high {
			t.Errorf("%s is %g, not within %g…%g", what, got, low, high)
		}
	}
	check("500优才", float64(five), 173, 173)
	check("1800社工", float64(joins["11-01"]), 0.6*1800, 0.7*1800)
	check("社工离岗", float64(leaves["11-01"]), 40, 150)
	check("资金到位（元）", yuan["G-02"], 1.6e8, 1.7e8)
	check("财政预算（元）", yuan["24-01"], (3900+4120+4290+4600)*1e4, (3900+4120+4290+4600)*1e4)
	for _, in := range intakes {
		c := 0
		for _, x := range p.Categories {
			if x.Kind == datasets.Talent && x.Name == in.category {
				c++
			}
		}
		if c == 0 {
			t.Errorf("the policy has no category %s", in.category)
		}
	}
	for _, id := range []string{"01-03", "02-01", "02-02", "03-01", "03-02", "05-01", "05-02", "06-01", "06-02", "07-01", "07-05", "08-02", "09-01", "10-01", "12-01", "04-01", "04-02", "04-03"} {
		check(id, float64(joins[id]), 1, 500)
	}
	for _, id := range []string{"12-08", "01-02"} {
		if joins[id] != 0 {
			t.Errorf("%s should have no data", id)
		}
	}
	figures, err := s.Figures(ctx, p.ID, asOf, asOf)
	if err != nil {
		t.Fatal(err)
	}
	points := map[string]int{}
	last := map[string]float64{}
	for _, f := range figures {
		points[f.Target]++
		last[f.Target] = f.Value.InexactFloat64()
	}
	check("points of 11-02", float64(points["11-02"]), 2, 2)
	check("11-03", last["11-03"], 13, 18)
	check("11-04", last["11-04"], 27, 34)
	excess, checked, err := s.Excesses(ctx, p.ID, asOf, asOf)
	if err != nil {
		t.Fatal(err)
	}
	over := map[string]int{}
	for _, x := range excess {
		over[x.Target]++
		t.Logf("over %s: %s %g > %g", x.Target, x.What, x.Value, x.Limit)
	}
	if over["04-05"] != 1 || over["05-03"] != 1 || len(excess) != 2 {
		t.Errorf("caps exceeded: %v of %v", over, checked)
	}
	state, err := s.State(ctx, p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if !state.Demo {
		t.Error("the data are not marked as synthetic")
	}
}
