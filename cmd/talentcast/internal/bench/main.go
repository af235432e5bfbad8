// Command bench measures what the product must reach and prints it as a table.
// It times the built binary from outside and the packages from inside, on a
// fresh copy of the shipped data; every figure is a median or a percentile of
// several runs, and each reference is run in the same process.
//
//	go run ./cmd/talentcast/internal/bench [-bin bin/talentcast] [-rows 200000]
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"talentcast/analytics/outlook"
	"talentcast/analytics/scenario"
	"talentcast/charts/render"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/datasets"
	"talentcast/datasets/bulk"
	"talentcast/ingest"
)

func main() {
	bin := flag.String("bin", "bin/talentcast", "the built binary")
	rows := flag.Int("rows", 200_000, "rows of the file that ingestion is timed on")
	only := flag.String("only", "", "one of outside, inside, pictures, loading; all without it")
	flag.Parse()
	if err := run(context.Background(), *bin, *rows, *only); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// line is a row of the table.
type line struct{ what, measured, reach, note string }

func run(ctx context.Context, bin string, rows int, only string) (err error) {
	dir, err := os.MkdirTemp("", "talentcast-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if bin, err = filepath.Abs(bin); err != nil {
		return err
	}
	if out, err := exec.CommandContext(ctx, bin, "--data", dir, "samples").CombinedOutput(); err != nil {
		return fmt.Errorf("load the shipped data: %w\n%s", err, out)
	}
	var lines []line
	for _, step := range []struct {
		name string
		do   func(context.Context, string, string, int) ([]line, error)
	}{{"outside", outside}, {"inside", inside}, {"pictures", pictures}, {"loading", loading}} {
		if only != "" && only != step.name {
			continue
		}
		more, err := step.do(ctx, bin, dir, rows)
		if err != nil {
			return err
		}
		lines = append(lines, more...)
	}
	fmt.Printf("%s, %d processors, %s\n\n", runtime.Version(), runtime.GOMAXPROCS(0), time.Now().Format(time.DateOnly))
	fmt.Printf("| what | measured | reach | how |\n|---|---|---|---|\n")
	for _, l := range lines {
		fmt.Printf("| %s | %s | %s | %s |\n", l.what, l.measured, l.reach, l.note)
	}
	return nil
}

func ms(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
}

func quantile(d []time.Duration, q float64) time.Duration {
	d = slices.Clone(d)
	slices.Sort(d)
	return d[min(len(d)-1, int(q*float64(len(d))))]
}

// outside times the program as its users meet it: start, and pages under load.
func outside(ctx context.Context, bin, dir string, _ int) (lines []line, err error) {
	var starts []time.Duration
	var warm []time.Duration
	for i := range 3 {
		t0 := time.Now()
		cmd := exec.CommandContext(ctx, bin, "--data", dir, "serve", "--samples", "--addr", "127.0.0.1:0")
		out, err := cmd.StdoutPipe()
		if err != nil {
			return nil, err
		}
		if err := cmd.Start(); err != nil {
			return nil, err
		}
		address, err := bufio.NewReader(out).ReadString('\n')
		if err != nil {
			return nil, fmt.Errorf("the server said no address: %w", err)
		}
		page := strings.TrimSpace(address) + "p/liwan-555"
		if err := get(page); err != nil {
			return nil, err
		}
		starts = append(starts, time.Since(t0))
		if i == 2 {
			if warm, err = load(page, 200, 5*time.Second); err != nil {
				return nil, err
			}
		}
		if err := errors.Join(cmd.Process.Signal(os.Interrupt), cmd.Wait()); err != nil {
			return nil, fmt.Errorf("stop the server: %w", err)
		}
	}
	return []line{
		{"start to first page", ms(quantile(starts, 0.5)), "≤ 3 s", "median of 3 starts on the shipped data, process start to the overview's last byte"},
		{"a page, warm", ms(quantile(warm, 0.99)), "≤ 50 ms", fmt.Sprintf("p99 of the overview at 200 requests/s for 5 s, %d requests; median %s", len(warm), ms(quantile(warm, 0.5)))},
	}, nil
}

func get(url string) error {
	r, err := http.Get(url) //nolint:gosec // the address is the server's own
	if err != nil {
		return err
	}
	defer r.Body.Close()
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return err
	}
	if r.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %s", url, r.Status)
	}
	return nil
}

// load asks for the page at a fixed rate, whether or not earlier answers have
// come, and returns each answer's time from the moment it was due.
func load(url string, perSecond int, for_ time.Duration) ([]time.Duration, error) {
	n := int(for_.Seconds() * float64(perSecond))
	times, errs := make([]time.Duration, n), make([]error, n)
	start := time.Now()
	var g sync.WaitGroup
	for i := range n {
		due := start.Add(time.Duration(i) * time.Second / time.Duration(perSecond))
		time.Sleep(time.Until(due))
		g.Add(1)
		go func() {
			defer g.Done()
			errs[i] = get(url)
			times[i] = time.Since(due)
		}()
	}
	g.Wait()
	return times, errors.Join(errs...)
}

// inside times the outlooks, the scenarios and the charts.
func inside(ctx context.Context, _, dir string, _ int) (lines []line, err error) {
	store, err := datasets.Open(ctx, datasets.Config{Path: filepath.Join(dir, "talentcast.duckdb")})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	query := outlook.Query{Policy: "liwan-555"}
	var cold []time.Duration
	var moved []line
	var svc *outlook.Service
	var o *outlook.Outlook
	for range 5 {
		if svc, err = outlook.New(store, outlook.Config{}); err != nil {
			return nil, err
		}
		t0 := time.Now()
		if o, err = svc.Of(ctx, query); err != nil {
			return nil, err
		}
		cold = append(cold, time.Since(t0))
	}
	for i, of := range moves() {
		var took []time.Duration
		for n := range 40 {
			if query.Scenario.Levers, err = scenario.Parse(fmt.Sprintf(of.levers, of.from+of.step*float64(n+1))); err != nil {
				return nil, err
			}
			t0 := time.Now()
			if _, err := svc.Try(ctx, query, "G-01"); err != nil {
				return nil, err
			}
			took = append(took, time.Since(t0))
		}
		p95, note := quantile(took, 0.95), "p95 of 40, "+of.what
		if i == 0 {
			note += fmt.Sprintf("; %.2f of a full cold run in the same process", float64(p95)/float64(quantile(cold, 0.5)))
		}
		moved = append(moved, line{"a scenario after a slider moves", ms(p95), "≤ 200 ms", note})
	}
	r, err := render.New(render.Options{})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	c, err := report.Chart(o, "G-01", "fan", "zh", nil)
	if err != nil {
		return nil, err
	}
	var svg, png []time.Duration
	for range 20 {
		t0 := time.Now()
		if _, err := r.SVG(ctx, c.Option, render.Size{W: c.W, H: c.H}); err != nil {
			return nil, err
		}
		svg = append(svg, time.Since(t0))
		t0 = time.Now()
		if _, err := r.PNG(ctx, c.Option, render.Size{W: c.W, H: c.H}, 2, "#ffffff"); err != nil {
			return nil, err
		}
		png = append(png, time.Since(t0))
	}
	lines = append([]line{
		{"all outlooks of the 555 policy, cold", ms(quantile(cold, 0.5)), "≤ 2 s", fmt.Sprintf("median of 5, %d targets, %d paths, backtests included", len(o.Targets), o.Paths)},
	}, moved...)
	return append(lines, []line{
		{"fan chart to SVG, warm", ms(quantile(svg, 0.5)), "≤ 100 ms", "median of 20"},
		{"fan chart to PNG 2×, warm", ms(quantile(png, 0.5)), "", "median of 20"},
	}...), nil
}

// move is a slider that moves: levers with a place for its value, from and by step.
type move struct {
	what, levers string
	from, step   float64
}

func moves() []move {
	return []move{
		{"intake and growth together", "intake:times=%.2f;growth:points=1", 1, 0.01},
		{"leaving", "retention:times=%.2f", 1, 0.02},
		{"leaving and renewal together", "retention:times=%.2f;renewal:share=50,years=3", 1, 0.02},
		{"a budget that binds the whole policy", "cost:amount=10;budget:base=%.0f,growth=5", 2000, 50},
	}
}

// loading times ingestion with all checks against the bare reader on one file.
func loading(ctx context.Context, _, dir string, rows int) ([]line, error) {
	file := filepath.Join(dir, "fund.csv")
	if err := writeFund(file, rows); err != nil {
		return nil, err
	}
	ps, err := datasets.ShippedPolicies()
	if err != nil {
		return nil, err
	}
	var bare, checked []time.Duration
	for i := range 3 {
		t0 := time.Now()
		n, err := bulk.ReadCSV(ctx, filepath.Join(dir, fmt.Sprintf("bare%d.duckdb", i)), file)
		if err != nil {
			return nil, err
		}
		bare = append(bare, time.Since(t0))
		t0 = time.Now()
		loaded, err := loadFund(ctx, filepath.Join(dir, fmt.Sprintf("checked%d.duckdb", i)), file, ps[0])
		if err != nil {
			return nil, err
		}
		checked = append(checked, time.Since(t0))
		if n != int64(rows) || loaded != rows {
			return nil, fmt.Errorf("of %d rows %d were read bare and %d with checks", rows, n, loaded)
		}
	}
	b, c := quantile(bare, 0.5), quantile(checked, 0.5)
	return []line{{
		"CSV ingest with all checks", fmt.Sprintf("%.0f %% of read_csv", 100*float64(b)/float64(c)), "≥ 70 %",
		fmt.Sprintf("%d fund rows: %.0f rows/s against %.0f rows/s, median of 3", rows, float64(rows)/c.Seconds(), float64(rows)/b.Seconds()),
	}}, nil
}

func loadFund(ctx context.Context, db, file string, p datasets.Policy) (loaded int, err error) {
	s, err := datasets.Open(ctx, datasets.Config{Path: db})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if _, err := s.PutPolicy(ctx, p); err != nil {
		return 0, err
	}
	r, err := ingest.File(ctx, s, file, ingest.Options{Policy: p, Now: time.Now(), Key: make([]byte, 32)})
	return r.Loaded, err
}

func writeFund(path string, rows int) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "凭证号,日期,环节,资金来源,类别,用途,金额（元）,登记日期,部门")
	for i := range rows {
		d := time.Date(2012, 1, 1+i%1200, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		fmt.Fprintf(w, "PZ-%08d,%s,到位,财政,,人才发展专项资金,%d.%02d,%s,区财政局\n", i, d, 1000+i%90000, i%100, d)
	}
	return w.Flush()
}
