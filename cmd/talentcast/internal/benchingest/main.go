// Command benchingest measures how fast the built program loads generated files
// with all its checks, beside what the libraries need that only read them, and
// how much memory it takes. Every figure is a median of several runs of a
// process of its own; the reference is run before each on the same file.
//
//	go run ./cmd/talentcast/internal/benchingest [-bin bin/talentcast] [-rows 1000000] [-xlsx 200000] [-runs 3]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/xuri/excelize/v2"

	"talentcast/datasets"
	"talentcast/datasets/bulk"
)

func main() {
	var b bench
	flag.StringVar(&b.bin, "bin", "bin/talentcast", "the built binary")
	flag.IntVar(&b.rows, "rows", 1_000_000, "rows of the text files")
	flag.IntVar(&b.sheet, "xlsx", 200_000, "rows of the workbook; 0 for none")
	flag.IntVar(&b.runs, "runs", 3, "runs of each")
	flag.StringVar(&b.only, "only", "", "fund or talent; empty for both")
	flag.StringVar(&b.bare, "bare", "", "only read this file with read_csv, in a database beside it")
	flag.Parse()
	if err := b.run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "benchingest:", err)
		os.Exit(1)
	}
}

type bench struct {
	bin               string
	rows, sheet, runs int
	bare, only        string
	dir               string
}

func (b *bench) run(ctx context.Context) (err error) {
	if b.bare != "" {
		_, err := bulk.ReadCSV(ctx, b.bare+".duckdb", b.bare)
		return err
	}
	if b.bin, err = filepath.Abs(b.bin); err != nil {
		return err
	}
	if b.dir, err = os.MkdirTemp("", "talentcast-bench-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	fmt.Printf("%s, %d processors, %s, medians of %d\n\n", runtime.Version(), runtime.GOMAXPROCS(0), time.Now().Format(time.DateOnly), b.runs)
	fmt.Printf("| file | rows | alone, rows/s | with all checks, rows/s | of it | to reach | peak memory |\n|---|---|---|---|---|---|---|\n")
	for _, t := range tables() {
		if b.only != "" && b.only != t.name {
			continue
		}
		if err := b.text(ctx, t); err != nil {
			return err
		}
		if b.sheet > 0 {
			if err := b.workbook(ctx, t); err != nil {
				return err
			}
		}
	}
	return nil
}

// text measures the UTF-8 file against read_csv on it, and the GB18030 one
// against the same.
func (b *bench) text(ctx context.Context, t table) error {
	plain, gb := filepath.Join(b.dir, t.name+".csv"), filepath.Join(b.dir, t.name+"-gb.csv")
	if err := errors.Join(t.csv(plain, b.rows, false), t.csv(gb, b.rows, true)); err != nil {
		return err
	}
	var alone, checked, decoded []result
	for range b.runs {
		self, err := os.Executable()
		if err != nil {
			return err
		}
		r, err := child(exec.CommandContext(ctx, self, "-bare", plain))
		if err != nil {
			return err
		}
		if err := os.Remove(plain + ".duckdb"); err != nil {
			return err
		}
		alone = append(alone, r)
		if r, err = b.ingest(ctx, plain, b.rows); err != nil {
			return err
		}
		checked = append(checked, r)
		if r, err = b.ingest(ctx, gb, b.rows); err != nil {
			return err
		}
		decoded = append(decoded, r)
	}
	line(t.name+".csv", b.rows, "`read_csv`", median(alone), median(checked), "≥ 70 %")
	line(t.name+".csv, GB18030", b.rows, "`read_csv` of the UTF-8 file", median(alone), median(decoded), "≥ 40 %")
	return errors.Join(os.Remove(plain), os.Remove(gb))
}

// workbook measures against excelize, which iterates the rows alone.
func (b *bench) workbook(ctx context.Context, t table) error {
	path := filepath.Join(b.dir, t.name+".xlsx")
	if err := t.xlsx(path, b.sheet); err != nil {
		return err
	}
	var alone, checked []result
	for range b.runs {
		t0 := time.Now()
		if n, err := iterate(path); err != nil || n != b.sheet+1 {
			return fmt.Errorf("%d rows: %w", n, err)
		}
		alone = append(alone, result{wall: time.Since(t0)})
		r, err := b.ingest(ctx, path, b.sheet)
		if err != nil {
			return err
		}
		checked = append(checked, r)
	}
	line(t.name+".xlsx", b.sheet, "excelize", median(alone), median(checked), "≥ 80 %")
	return os.Remove(path)
}

func iterate(path string) (n int, err error) {
	f, err := excelize.OpenFile(path, excelize.Options{RawCellValue: true, UnzipXMLSizeLimit: 1 << 30, UnzipSizeLimit: 1 << 30})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	rows, err := f.Rows("Sheet1")
	if err != nil {
		return 0, err
	}
	for rows.Next() {
		if _, err := rows.Columns(); err != nil {
			return n, err
		}
		n++
	}
	return n, errors.Join(rows.Error(), rows.Close())
}

// ingest runs the command on the file, into a new database that holds the
// policies alone.
func (b *bench) ingest(ctx context.Context, file string, rows int) (r result, err error) {
	data := filepath.Join(b.dir, "data")
	if err := os.MkdirAll(data, 0o750); err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(data)) }()
	s, err := datasets.Open(ctx, datasets.Config{Path: filepath.Join(data, "talentcast.duckdb")})
	if err != nil {
		return r, err
	}
	ps, err := datasets.ShippedPolicies()
	if err == nil {
		_, err = s.PutPolicy(ctx, ps[0])
	}
	if err = errors.Join(err, s.Close()); err != nil {
		return r, err
	}
	r, err = child(exec.CommandContext(ctx, b.bin, "--data", data, "ingest", "--limit-file", "4000", "--limit-rows", "20000000", file))
	if err != nil {
		return r, err
	}
	s, err = datasets.Open(ctx, datasets.Config{Path: filepath.Join(data, "talentcast.duckdb")})
	if err != nil {
		return r, err
	}
	st, err := s.State(ctx, ps[0].ID)
	if err == nil && st.Rows != int64(rows) {
		err = fmt.Errorf("%d of %d rows were stored", st.Rows, rows)
	}
	return r, errors.Join(err, s.Close())
}

type result struct {
	wall   time.Duration
	cpu    time.Duration
	memory int64 // bytes, at its peak
}

// child runs a process and measures it.
func child(cmd *exec.Cmd) (result, error) {
	t0 := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		return result{}, fmt.Errorf("%s: %w\n%s", cmd, err, out)
	}
	r := result{wall: time.Since(t0), cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		r.memory = u.Maxrss << 10
	}
	return r, nil
}

// median is by time; the memory is the most of all runs.
func median(rs []result) result {
	slices.SortFunc(rs, func(a, b result) int { return int(a.wall - b.wall) })
	m := rs[len(rs)/2]
	for _, r := range rs {
		m.memory = max(m.memory, r.memory)
	}
	return m
}

func line(what string, rows int, beside string, alone, checked result, reach string) {
	perSecond := func(r result) string { return strconv.Itoa(int(float64(rows) / r.wall.Seconds())) }
	fmt.Printf("| %s | %d | %s, %s (CPU %.1f s) | %s (CPU %.1f s) | %.0f %% | %s | %d MB |\n", what, rows,
		perSecond(alone), beside, alone.cpu.Seconds(), perSecond(checked), checked.cpu.Seconds(),
		100*alone.wall.Seconds()/checked.wall.Seconds(), reach, checked.memory>>20)
}
