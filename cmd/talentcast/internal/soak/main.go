// Command soak asks a built server for pages at a fixed rate for a long time, hands
// in a large file meanwhile, and tells how long answers took, what was refused, and
// whether memory and open files stayed flat.
//
//	go run ./cmd/talentcast/internal/soak [-bin bin/talentcast] [-minutes 30] [-rate 200] [-rows 10000000]
//
// It starts the server itself, on the loopback address, and asks nobody else.
package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

type settings struct {
	bin     string
	minutes float64
	rate    int
	rows    int
}

func main() {
	var s settings
	flag.StringVar(&s.bin, "bin", "bin/talentcast", "the built binary")
	flag.Float64Var(&s.minutes, "minutes", 30, "how long")
	flag.IntVar(&s.rate, "rate", 200, "requests a second")
	flag.IntVar(&s.rows, "rows", 0, "rows of a file that is handed in meanwhile; 0 for none")
	flag.Parse()
	if err := s.run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

// page is what is asked for, and how often of a hundred times.
type page struct {
	name, path string
	share      int
}

func pages() []page {
	const p = "/p/liwan-555"
	return []page{
		{"overview", p, 45},
		{"target", p + "/t/G-01", 20},
		{"department", p + "/dept/rsj", 10},
		{"commitments", p + "/commitments", 6},
		{"health", p + "/health", 5},
		{"outlook JSON", "/api/v1/policies/liwan-555/outlook", 4},
		{"static file", "/static/app.css", 8},
		{"overview as CSV", p + "/export/overview.csv", 1},
		{"fan chart as SVG", p + "/t/G-01/chart/fan.svg", 1},
	}
}

// answers are the times and statuses of one page in one phase.
type answers struct {
	times []time.Duration
	codes map[string]int
}

type book struct {
	mu    sync.Mutex
	pages map[string]*answers // by phase and page
}

func (b *book) add(phase, name, code string, took time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, key := range []string{phase + "\t" + name, phase + "\tall"} {
		a := b.pages[key]
		if a == nil {
			a = &answers{codes: map[string]int{}}
			b.pages[key] = a
		}
		a.times = append(a.times, took)
		a.codes[code]++
	}
}

// state is what the server process holds at a moment.
type state struct {
	at       time.Duration
	resident int64 // bytes
	files    int
}

func (s settings) run(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "talentcast-soak-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if s.bin, err = filepath.Abs(s.bin); err != nil {
		return err
	}
	data := filepath.Join(dir, "data")
	file := filepath.Join(dir, "fund.csv")
	if s.rows > 0 { // written before anything is timed
		if err := writeFund(file, s.rows); err != nil {
			return err
		}
	}
	if out, err := exec.CommandContext(ctx, s.bin, "--data", data, "samples").CombinedOutput(); err != nil {
		return fmt.Errorf("load the shipped data: %w\n%s", err, out)
	}
	cmd := exec.CommandContext(ctx, s.bin, "--data", data, "--memory", "2048", "serve", "--addr", "127.0.0.1:0", "--limit-file", "4096", "--limit-rows", "20000000", "--limit-connections", "4096")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return fmt.Errorf("the server said no address: %w", err)
	}
	base := strings.TrimSuffix(strings.TrimSpace(address), "/")
	b := &book{pages: map[string]*answers{}}
	var phase phases
	phase.set("1 the first half minute")
	states, err := s.beside(ctx, base, cmd.Process.Pid, file, b, &phase)
	err = errors.Join(err, cmd.Process.Signal(os.Interrupt), cmd.Wait())
	b.print()
	tell(states)
	return err
}

type phases struct {
	mu   sync.Mutex
	name string
}

func (p *phases) set(s string) { p.mu.Lock(); defer p.mu.Unlock(); p.name = s }
func (p *phases) get() string  { p.mu.Lock(); defer p.mu.Unlock(); return p.name }

// beside asks, watches and loads at the same time.
func (s settings) beside(ctx context.Context, base string, pid int, file string, b *book, phase *phases) (states []state, err error) {
	total := time.Duration(s.minutes * float64(time.Minute))
	ctx, cancel := context.WithTimeout(ctx, total)
	defer cancel()
	began := time.Now()
	var g sync.WaitGroup
	g.Go(func() { s.ask(ctx, base, b, phase) })
	g.Go(func() { phase.later(ctx, phase.get(), "2 quiet", settling) })
	g.Go(func() {
		for ctx.Err() == nil {
			if x, err := watch(pid); err == nil {
				x.at = time.Since(began)
				states = append(states, x)
			}
			select {
			case <-ctx.Done():
			case <-time.After(5 * time.Second):
			}
		}
	})
	if s.rows > 0 {
		g.Go(func() { err = s.loading(ctx, base, file, total, phase) })
	}
	g.Wait()
	return states, err
}

// settling is how long the first readers after the start, and after the load, are
// told of apart: what they wait for is computed once.
const settling = 30 * time.Second

// later turns to the phase when the time is over, unless another has begun.
func (p *phases) later(ctx context.Context, from, to string, after time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(after):
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.name == from {
			p.name = to
		}
	}
}

// loading hands the file in once a tenth of the time is over.
func (s settings) loading(ctx context.Context, base, file string, total time.Duration, phase *phases) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(total / 10):
	}
	const after = "4 the half minute after the load"
	phase.set("3 while loading")
	began := time.Now()
	said, err := upload(base, file)
	phase.set(after)
	phase.later(ctx, after, "5 after it", settling)
	if err != nil {
		return fmt.Errorf("load: %w", err)
	}
	fmt.Printf("loaded %d rows in %.0f s: %.300s\n", s.rows, time.Since(began).Seconds(), said)
	return nil
}

// ask asks at the rate, whether or not earlier answers have come, and takes each
// time from the moment it was due.
func (s settings) ask(ctx context.Context, base string, b *book, phase *phases) {
	var deck []page
	for _, p := range pages() {
		for range p.share {
			deck = append(deck, p)
		}
	}
	client := &http.Client{
		Timeout: 60 * time.Second,
		Transport: &http.Transport{
			MaxIdleConnsPerHost: 256,
			DialContext:         (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		},
	}
	start := time.Now()
	var g sync.WaitGroup
	for i := 0; ctx.Err() == nil; i++ {
		due := start.Add(time.Duration(i) * time.Second / time.Duration(s.rate))
		time.Sleep(time.Until(due))
		p := deck[i*37%len(deck)]
		g.Go(func() {
			at := phase.get()
			code := get(client, base+p.path)
			b.add(at, p.name, code, time.Since(due))
		})
	}
	g.Wait()
}

func get(c *http.Client, url string) string {
	r, err := c.Get(url)
	if err != nil {
		return "no answer"
	}
	defer r.Body.Close()
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return "cut off"
	}
	return strconv.Itoa(r.StatusCode)
}

// upload streams a file to the API.
func upload(base, file string) (string, error) {
	in, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer in.Close()
	r, w := io.Pipe()
	form := multipart.NewWriter(w)
	go func() {
		part, err := form.CreateFormFile("file", "fund.csv")
		if err == nil {
			_, err = io.Copy(part, in)
		}
		w.CloseWithError(errors.Join(err, form.Close()))
	}()
	res, err := http.Post(base+"/api/v1/policies/liwan-555/batches", form.FormDataContentType(), r)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<16))
	if err == nil && res.StatusCode >= 300 {
		err = fmt.Errorf("%s %s", res.Status, body)
	}
	return string(bytes.Join(bytes.Fields(body), []byte(" "))), err
}

func watch(pid int) (x state, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return x, err
	}
	for line := range strings.Lines(string(text)) {
		if v, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseInt(strings.Fields(v)[0], 10, 64)
			if err != nil {
				return x, err
			}
			x.resident = kb << 10
		}
	}
	open, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	x.files = len(open)
	return x, err
}

func quantile(d []time.Duration, q float64) time.Duration {
	return d[min(len(d)-1, int(q*float64(len(d))))]
}

func (b *book) print() {
	fmt.Printf("| phase | page | requests | median | p95 | p99 | longest | answers |\n|---|---|---|---|---|---|---|---|\n")
	for _, key := range slices.Sorted(maps.Keys(b.pages)) {
		a := b.pages[key]
		slices.Sort(a.times)
		phase, name, _ := strings.Cut(key, "\t")
		ms := func(d time.Duration) string { return fmt.Sprintf("%.0f ms", float64(d.Microseconds())/1000) }
		fmt.Printf("| %s | %s | %d | %s | %s | %s | %s | %v |\n", phase, name, len(a.times), ms(quantile(a.times, 0.5)), ms(quantile(a.times, 0.95)), ms(quantile(a.times, 0.99)), ms(a.times[len(a.times)-1]), a.codes)
	}
}

// tell prints what the process held over time, in tenths, each by its median.
func tell(states []state) {
	fmt.Printf("\n| minute | memory | open files |\n|---|---|---|\n")
	for i := range 10 {
		part := states[i*len(states)/10 : (i+1)*len(states)/10]
		if len(part) == 0 {
			continue
		}
		var resident []int64
		var files []int
		for _, x := range part {
			resident, files = append(resident, x.resident), append(files, x.files)
		}
		slices.Sort(resident)
		slices.Sort(files)
		fmt.Printf("| %.1f | %d MB | %d |\n", part[len(part)-1].at.Minutes(), resident[len(resident)/2]>>20, files[len(files)/2])
	}
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
		fmt.Fprintf(w, "SOAK-%08d,%s,到位,财政,,人才发展专项资金,%d.%02d,%s,区财政局\n", i, d, 1+i%90, i%100, d)
	}
	return w.Flush()
}
