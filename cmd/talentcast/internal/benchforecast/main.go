// Command benchforecast holds the forecaster against what came on the benchmark
// series, beside the published packages' scores on the same series, and rebuilds
// the table of interval widths.
//
//	go run ./cmd/talentcast/internal/benchforecast -dir FOLDER [-models] [-freq yearly] [-scores FILE.csv] [-reliability FILE.csv] [-coverage FILE.csv]
//	go run ./cmd/talentcast/internal/benchforecast -dir FOLDER -calibrate analytics/forecast/calibration.csv
//
// FOLDER holds {yearly,quarterly,monthly}-{train,test}.csv.gz and the reference
// scores. The series are split in two by a hash of their names (seed 555): the
// widths are learned on one half, and the other half checks them.
package main

import (
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"talentcast/analytics"
	"talentcast/cmd/talentcast/internal/batch"
)

func main() {
	dir := flag.String("dir", os.Getenv("TALENTCAST_BENCHMARKS"), "folder of the benchmark series (or TALENTCAST_BENCHMARKS)")
	only := flag.String("freq", "", "yearly, quarterly or monthly; empty for all")
	models := flag.Bool("models", false, "score each model alone as well")
	calibrateTo := flag.String("calibrate", "", "learn the widths and write their table to this file")
	scores := flag.String("scores", "", "write the scores to this CSV file")
	reliability := flag.String("reliability", "", "write the reliability of attainment to this CSV file")
	coverage := flag.String("coverage", "", "write how often the intervals held, by half, history length and step, to this CSV file")
	flag.Parse()
	if err := run(*dir, *only, *models, *calibrateTo, files{*scores, *reliability, *coverage}); err != nil {
		fmt.Fprintln(os.Stderr, "bench-forecast:", err)
		os.Exit(1)
	}
}

// files are the paths of the result tables; empty for none.
type files struct{ scores, reliability, coverage string }

func run(dir, only string, models bool, calibrateTo string, to files) error {
	if dir == "" {
		return errors.New("name the folder of the benchmark series with -dir or TALENTCAST_BENCHMARKS")
	}
	var sets []sample
	for _, freq := range []analytics.Frequency{analytics.Yearly, analytics.Quarterly, analytics.Monthly} {
		if only != "" && only != freq.String() {
			continue
		}
		s, err := load(dir, freq)
		if err != nil {
			return err
		}
		sets = append(sets, s)
	}
	if calibrateTo != "" {
		return calibrate(sets, calibrateTo)
	}
	refs, err := references(dir)
	if err != nil {
		return err
	}
	r := report{out: os.Stdout, refs: refs, models: models}
	for _, s := range sets {
		r.accuracy(s)
	}
	r.attainment(sets)
	r.misspecified()
	return errors.Join(r.writeScores(to.scores), r.writeReliability(to.reliability), r.writeCoverage(to.coverage))
}

// sample is one frequency's benchmark series.
type sample struct {
	freq   analytics.Frequency
	series []item
}

// item is a series with its continuation.
type item struct {
	id             string
	history, after []float64
	learn          bool // its half is the one that widths are learned on
	reference      bool // the reference scores hold for it
}

// splitSeed makes the split of the benchmark series.
const splitSeed = 555

// learns tells the half of a series.
func learns(id string) bool {
	h := fnv.New64a()
	fmt.Fprintf(h, "%d|%s", splitSeed, id)
	return h.Sum64()>>20&1 == 0
}

func load(dir string, freq analytics.Frequency) (sample, error) {
	train, err := read(dir, freq, "train")
	if err != nil {
		return sample{}, err
	}
	test, err := read(dir, freq, "test")
	if err != nil {
		return sample{}, err
	}
	after := map[string][]float64{}
	for _, s := range test {
		after[s.ID] = s.Values
	}
	// R's scores are of some of the monthly series only.
	listed, err := ids(filepath.Join(dir, freq.String()+"-ids-bench.txt"))
	if err != nil {
		return sample{}, err
	}
	out := sample{freq: freq}
	for _, s := range train {
		if s.Err != nil || after[s.ID] == nil {
			return sample{}, fmt.Errorf("%v series %s: %w", freq, s.ID, errors.Join(s.Err, errors.New("no continuation")))
		}
		out.series = append(out.series, item{
			id: s.ID, history: s.Values, after: after[s.ID], learn: learns(s.ID),
			reference: listed == nil || slices.Contains(listed, s.ID),
		})
	}
	return out, nil
}

func read(dir string, freq analytics.Frequency, part string) ([]batch.Series, error) {
	f, err := os.Open(filepath.Join(dir, freq.String()+"-"+part+".csv.gz"))
	if err != nil {
		return nil, fmt.Errorf("benchmark series: %w", err)
	}
	defer f.Close()
	return batch.ReadAll(context.Background(), f, freq)
}

func ids(path string) ([]string, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return strings.Fields(string(b)), err
}

// reference is a published package's score on the same series.
type reference struct {
	freq, whose, method string
	n                   int
	smape, mase, owa    float64
	msis, coverage, sec float64
}

func (r reference) name() string { return r.whose + " " + r.method }

// references reads the rows of the reference files that hold for all series of
// the sample.
func references(dir string) ([]reference, error) {
	var out []reference
	for _, f := range []struct{ file, whose string }{{"reference-r.csv", "R forecast 8.20"}, {"reference-statsforecast.csv", "statsforecast 1.5"}} {
		b, err := os.Open(filepath.Join(dir, f.file))
		if err != nil {
			return nil, fmt.Errorf("reference scores: %w", err)
		}
		rows, err := readReference(b, f.whose)
		b.Close()
		if err != nil {
			return nil, fmt.Errorf("reference scores %s: %w", f.file, err)
		}
		out = append(out, rows...)
	}
	return out, nil
}

func readReference(r io.Reader, whose string) ([]reference, error) {
	c := csv.NewReader(r)
	c.FieldsPerRecord = -1
	rows, err := c.ReadAll()
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	at := map[string]int{}
	for i, name := range rows[0] {
		at[name] = i
	}
	field := func(row []string, names ...string) string {
		for _, n := range names {
			if i, ok := at[n]; ok && i < len(row) {
				return row[i]
			}
		}
		return ""
	}
	var out []reference
	for _, row := range rows[1:] {
		if field(row, "set") != "bench" || field(row, "source") != "all" {
			continue
		}
		ref := reference{freq: field(row, "freq"), whose: whose, method: field(row, "method", "forecast")}
		ref.method = ref.method[strings.LastIndex(ref.method, "-")+1:] // q-DOT, dot-bench-quarterly-DOT
		ref.n, _ = strconv.Atoi(field(row, "n"))
		ref.smape, _ = strconv.ParseFloat(field(row, "sMAPE"), 64)
		ref.mase, _ = strconv.ParseFloat(field(row, "MASE"), 64)
		ref.owa, _ = strconv.ParseFloat(field(row, "OWA"), 64)
		ref.msis, _ = strconv.ParseFloat(field(row, "MSIS"), 64)
		ref.coverage, _ = strconv.ParseFloat(field(row, "coverage95", "coverage"), 64)
		ref.sec, _ = strconv.ParseFloat(field(row, "sec_per_series_R_one_core"), 64)
		out = append(out, ref)
	}
	return out, nil
}
