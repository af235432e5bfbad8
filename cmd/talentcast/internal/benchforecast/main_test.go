package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"talentcast/analytics"
	"talentcast/analytics/forecast"
)

// folder writes a small benchmark: n yearly series of twelve values that rise by
// two with a ripple, and four values each of what came.
func folder(t *testing.T, n int) string {
	t.Helper()
	dir := t.TempDir()
	var train, test strings.Builder
	for i := range n {
		fmt.Fprintf(&train, "Y%d", i)
		fmt.Fprintf(&test, "Y%d", i)
		for k := range 16 {
			b := &train
			if k >= 12 {
				b = &test
			}
			fmt.Fprintf(b, ",%d", 100+2*k+(i*5+k*k*3)%7)
		}
		train.WriteString("\n")
		test.WriteString("\n")
	}
	for name, s := range map[string]string{"train": train.String(), "test": test.String()} {
		write(t, filepath.Join(dir, "yearly-"+name+".csv.gz"), s)
	}
	for name, s := range map[string]string{
		"reference-r.csv":             "set,source,freq,method,n,sMAPE,MASE,OWA,MSIS,coverage95,sec_per_series_R_one_core\nbench,all,yearly,ETS,9,17,2.5,0.9,30.5,0.83,0.004\nbench,M3,yearly,ETS,5,17,2.5,0.8,1,1,1\nother,all,yearly,ETS,5,17,2.5,0.8,1,1,1\n",
		"reference-statsforecast.csv": "set,source,freq,forecast,n,sMAPE,MASE,OWA,MSIS,coverage\nbench,all,yearly,y-DOT,9,16,2.4,0.85,40,0.71\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func write(t *testing.T, path, s string) {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, s); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestLoad(t *testing.T) {
	dir := folder(t, 9)
	s, err := load(dir, analytics.Yearly)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.series) != 9 || s.freq != analytics.Yearly {
		t.Fatalf("%d series by %v", len(s.series), s.freq)
	}
	for i, it := range s.series {
		if it.id != fmt.Sprintf("Y%d", i) || len(it.history) != 12 || len(it.after) != 4 || !it.reference || it.learn != learns(it.id) {
			t.Errorf("%+v", it)
		}
	}
	// The reference scores may be of some series only.
	if err := os.WriteFile(filepath.Join(dir, "yearly-ids-bench.txt"), []byte("Y1\nY4\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err = load(dir, analytics.Yearly); err != nil {
		t.Fatal(err)
	}
	for _, it := range s.series {
		if it.reference != (it.id == "Y1" || it.id == "Y4") {
			t.Errorf("%s: reference %v", it.id, it.reference)
		}
	}
	if _, err := load(dir, analytics.Monthly); err == nil {
		t.Error("series that are not there were loaded")
	}
	write(t, filepath.Join(dir, "yearly-test.csv.gz"), "Y0,1,2\n")
	if _, err := load(dir, analytics.Yearly); err == nil || !strings.Contains(err.Error(), "Y1: ") {
		t.Errorf("a series without a continuation: %v", err)
	}
}

// The split is by name alone, about even, and must never change: the widths were
// learned on one half of it.
func TestTheSplitStands(t *testing.T) {
	n := 0
	for i := range 2000 {
		if learns(fmt.Sprintf("N%04d", i)) {
			n++
		}
	}
	if n < 900 || n > 1100 {
		t.Errorf("%d of 2000 series are learned from", n)
	}
	var got []bool
	for _, id := range []string{"M1-YAB1", "M1-YAI10", "M3-N0065", "M3-N0307", "M3-N0535", "T-Y110", "T-Y322", "T-Y67"} {
		got = append(got, learns(id))
	}
	if want := []bool{false, false, true, true, true, true, false, false}; !slices.Equal(got, want) {
		t.Errorf("the split is now %v", got)
	}
}

func TestReferences(t *testing.T) {
	refs, err := references(folder(t, 1))
	if err != nil {
		t.Fatal(err)
	}
	want := []reference{
		{freq: "yearly", whose: "R forecast 8.20", method: "ETS", n: 9, smape: 17, mase: 2.5, owa: 0.9, msis: 30.5, coverage: 0.83, sec: 0.004},
		{freq: "yearly", whose: "statsforecast 1.5", method: "DOT", n: 9, smape: 16, mase: 2.4, owa: 0.85, msis: 40, coverage: 0.71},
	}
	if !slices.Equal(refs, want) {
		t.Errorf("%+v", refs)
	}
	if _, err := references(t.TempDir()); err == nil {
		t.Error("references from nowhere")
	}
}

// Naive2 by the year is the last value: answers that repeat it have the OWA 1,
// and the truth has 0; the parts divide the series.
func TestScore(t *testing.T) {
	s, err := load(folder(t, 30), analytics.Yearly)
	if err != nil {
		t.Fatal(err)
	}
	last, truth := make([]answer, len(s.series)), make([]answer, len(s.series))
	for i, it := range s.series {
		v := it.history[len(it.history)-1]
		last[i] = answer{point: []float64{v, v, v, v}, lo: []float64{v, v, v, v}, hi: []float64{1e9, 1e9, 1e9, 1e9}}
		truth[i] = answer{point: it.after, lo: it.after, hi: it.after}
	}
	all := score(s, last, "all")
	if all.n != 30 || math.Abs(all.m.OWA(all.naive)-1) > 1e-12 {
		t.Errorf("the last value has the OWA %v on %d series", all.m.OWA(all.naive), all.n)
	}
	best := score(s, truth, "all")
	if best.m.OWA(best.naive) != 0 || best.m.Coverage() != 1 || best.m.MSIS() != 0 {
		t.Errorf("the truth has the OWA %v, coverage %v, MSIS %v", best.m.OWA(best.naive), best.m.Coverage(), best.m.MSIS())
	}
	check, learn := score(s, last, "check half"), score(s, last, "learn half")
	if check.n+learn.n != 30 || check.n == 0 || learn.n == 0 {
		t.Errorf("halves of %d and %d", check.n, learn.n)
	}
}

func TestBands(t *testing.T) {
	for _, c := range []struct{ v, want int }{{0, 0}, {1, 0}, {7, 0}, {8, 1}, {29, 3}, {30, 4}, {999, 4}} {
		if got := band(bandsOf(analytics.Yearly).n, c.v); got != c.want {
			t.Errorf("%d values are in band %d, want %d", c.v, got, c.want)
		}
	}
	for _, f := range []analytics.Frequency{analytics.Yearly, analytics.Quarterly, analytics.Monthly} {
		b := bandsOf(f)
		for _, from := range [][]int{b.n, b.h, b.cuts} {
			if !slices.IsSorted(from) {
				t.Errorf("%v: %v", f, from)
			}
		}
	}
	fs := factors()
	if fs[0] != 0.6 || math.Abs(fs[len(fs)-1]-3) > 1e-9 || math.Abs(fs[nearest(fs, 1)]-1) > 1e-9 {
		t.Errorf("factors %v … %v", fs[0], fs[len(fs)-1])
	}
}

// Of three factors the fairest is the one whose intervals hold as often as they
// say.
func TestFairest(t *testing.T) {
	sum := []tally{{30, 60, 80}, {50, 80, 95}, {70, 95, 100}}
	if got := fairest(sum, 100); got != 1 {
		t.Errorf("chose %d", got)
	}
}

// A band whose intervals hold too rarely gets a factor above 1, leaning on the
// mean; where the next has too few series it holds for that too.
func TestSettle(t *testing.T) {
	fs := factors()
	b := bands{n: []int{1, 10}, h: []int{1, 3}}
	results := make([]learned, 40)
	at := nearest(fs, 1.5)
	for i := range results {
		l := learned{map[key][]tally{}, map[key]float64{}, map[key]int{}}
		k := key{0, 0}
		l.tallies[k] = make([]tally, len(fs))
		for f := range fs { // holds as it says at 1.5, linearly less and more about it
			for j, level := range levels {
				l.tallies[k][f][j] = 100 * min(1, level*fs[f]/fs[at])
			}
		}
		l.cells[k], l.series[k] = 100, 1
		if i < 10 {
			rare := key{1, 1}
			l.tallies[rare], l.cells[rare], l.series[rare] = l.tallies[k], 100, 1
		}
		results[i] = l
	}
	rows := settle(analytics.Yearly, "m", b, results)
	if len(rows) != 1 {
		t.Fatalf("%+v", rows)
	}
	w := rows[0]
	if math.Abs(w.Factor-1.5) > 1e-9 || w.FromN != 1 || w.ToN != 9 || w.FromH != 1 || w.ToH != 0 || w.Series != 40 {
		t.Errorf("%+v", w)
	}
	if !(w.Before < 0.7) || math.Abs(w.After-0.95) > 1e-9 {
		t.Errorf("coverage %v before, %v after", w.Before, w.After)
	}
	again, err := forecast.ReadWidths(forecast.WriteWidths(rows))
	if err != nil || len(again) != 1 || again[0].Factor != 1.5 {
		t.Errorf("written and read: %+v, %v", again, err)
	}
}

// The whole of it on a small folder: tables, files and a calibration.
func TestReport(t *testing.T) {
	dir := folder(t, 60)
	scores, reliability := filepath.Join(dir, "scores.csv"), filepath.Join(dir, "reliability.csv")
	s, err := load(dir, analytics.Yearly)
	if err != nil {
		t.Fatal(err)
	}
	refs, err := references(dir)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	r := report{out: &b, refs: refs}
	r.accuracy(s)
	r.attainment([]sample{s})
	if err := r.writeScores(scores); err != nil {
		t.Fatal(err)
	}
	if err := r.writeReliability(reliability); err != nil {
		t.Fatal(err)
	}
	coverage := filepath.Join(dir, "coverage.csv")
	if err := r.writeCoverage(coverage); err != nil {
		t.Fatal(err)
	}
	n := map[string]int{} // every value once, with the table's widths and without
	for _, h := range r.held {
		n[h.widths] += h.n
		if h.in[0] > h.in[1] || h.in[1] > h.in[2] || h.in[2] > h.n || h.freq != "yearly" || h.step < 1 {
			t.Errorf("%+v", h)
		}
	}
	if want := 60 * len(s.series[0].after); n[fromTable] != want || n[fromModels] != want {
		t.Errorf("%v values are counted, not %d", n, want)
	}
	for _, want := range []string{"60 series", "talentcast combination", "R forecast 8.20 ETS", "statsforecast 1.5 DOT", "check half", "learn half", "ECE"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in the report:\n%s", want, b.String())
		}
	}
	for path, least := range map[string]int{scores: 7, reliability: 3, coverage: 5} {
		text, err := os.ReadFile(path)
		if err != nil || strings.Count(string(text), "\n") < least || strings.Contains(string(text), "NaN") {
			t.Errorf("%s: %v\n%s", path, err, text)
		}
	}
	rows := learn(s, candidate{"drift", []forecast.Model{forecast.Drift{Plain: true}}})
	if len(rows) == 0 {
		t.Fatal("nothing was learned")
	}
	for _, w := range rows {
		if w.Factor < 0.6 || w.Factor > 3 || w.Series < 20 || w.Model != "drift" {
			t.Errorf("%+v", w)
		}
	}
	if run("", "", false, "", files{}) == nil || run(t.TempDir(), "yearly", false, "", files{}) == nil {
		t.Error("no folder, and no fault")
	}
}

func TestReliableBins(t *testing.T) {
	var b bytes.Buffer
	r := report{out: &b}
	r.reliable(tabwriter.NewWriter(&b, 0, 0, 1, ' ', 0), "yearly", "check half", fromTable, []event{{0.1, false}, {0.15, true}, {1, true}})
	want := []bin{{"yearly", "check half", fromTable, 0.1, 0.2, 2, 0.125, 0.5}, {"yearly", "check half", fromTable, 0.9, 1, 1, 1, 1}}
	if !slices.Equal(r.bins, want) {
		t.Errorf("%+v", r.bins)
	}
}

// crossings of a series that came to double: what lay below was reached, and no
// probability is outside [0, 1].
func TestCrossings(t *testing.T) {
	s, err := load(folder(t, 1), analytics.Yearly)
	if err != nil {
		t.Fatal(err)
	}
	it := s.series[0]
	it.after = []float64{150, 200, 250, 300}
	events := crossings(s, it, all(s, candidates(s.freq, false)[0].models)[0].chosen, 1)
	if len(events) < 6 {
		t.Fatalf("%d events", len(events))
	}
	for _, e := range events {
		if e.p < 0 || e.p > 1 || !e.came {
			t.Errorf("%+v", e)
		}
	}
	it.history = []float64{5, 5, 5, 5}
	if got := crossings(s, it, nil, 1); got != nil {
		t.Errorf("a constant history has the events %+v", got)
	}
}
