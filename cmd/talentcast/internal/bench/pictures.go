package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"talentcast/analytics/outlook"
	"talentcast/charts"
	"talentcast/charts/render"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/cmd/talentcast/internal/report/compose"
	"talentcast/cmd/talentcast/internal/report/document"
	"talentcast/cmd/talentcast/internal/report/format"
	"talentcast/datasets"
)

// pictures times charts beside Node and Chromium on the same option, and whole
// reports.
func pictures(ctx context.Context, _, dir string, _ int) (lines []line, err error) {
	store, err := datasets.Open(ctx, datasets.Config{Path: filepath.Join(dir, "talentcast.duckdb")})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	svc, err := outlook.New(store, outlook.Config{})
	if err != nil {
		return nil, err
	}
	q := outlook.Query{Policy: "liwan-555"}
	o, err := svc.Of(ctx, q)
	if err != nil {
		return nil, err
	}
	c, err := report.Chart(o, "G-01", "fan", "zh", nil)
	if err != nil {
		return nil, err
	}
	t0 := time.Now()
	r, err := render.New(render.Options{})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	if _, err := r.SVG(ctx, c.Option, render.Size{W: c.W, H: c.H}); err != nil {
		return nil, err
	}
	cold := time.Since(t0)
	lines = append(lines, line{"fan chart to SVG, cold", ms(cold), "", "script compiled, engine made, first chart"})
	more, err := others(ctx, dir, c)
	if err != nil {
		return nil, err
	}
	lines = append(lines, more...)
	in, err := compose.Gather(ctx, svc, store, compose.Evaluation, compose.Wanted{Query: q, Grace: outlook.DefaultGrace})
	if err != nil {
		return nil, err
	}
	in.Lang, in.Version = "zh", "bench"
	more, err = reports(ctx, in, format.Pen{Renderer: r})
	return append(lines, more...), err
}

// nodeSVG draws an option 21 times with ECharts' own server-side rendering and
// prints the median of the last 20 in milliseconds.
const nodeSVG = `const e=require("echarts"),o=JSON.parse(require("fs").readFileSync(process.argv[1])),t=[];
for(let i=0;i<21;i++){const s=process.hrtime.bigint();const c=e.init(null,null,{renderer:"svg",ssr:true,width:+process.argv[2],height:+process.argv[3]});c.setOption(o);c.renderToSVGString();c.dispose();t.push(Number(process.hrtime.bigint()-s)/1e6)}
t.shift();t.sort((a,b)=>a-b);console.log(t[10].toFixed(1))`

// others draws the same option with Node and with Chromium, where they are.
func others(ctx context.Context, dir string, c charts.Chart) (lines []line, err error) {
	option := filepath.Join(dir, "option.json")
	if err := os.WriteFile(option, c.Option, 0o600); err != nil {
		return nil, err
	}
	w, h := strconv.Itoa(c.W), strconv.Itoa(c.H)
	if out, err := exec.CommandContext(ctx, "node", "-e", nodeSVG, option, w, h).Output(); err == nil {
		lines = append(lines, line{"the same option to SVG by Node", strings.TrimSpace(string(out)) + " ms", "", "ECharts' server-side rendering, warm, median of 20; it guesses the widths of words"})
	} else {
		fmt.Fprintln(os.Stderr, "bench: no Node to compare with:", err)
	}
	script, err := render.Script()
	if err != nil {
		return nil, err
	}
	page := fmt.Sprintf(`<meta charset="utf-8"><body style="margin:0"><div id="c" style="width:%spx;height:%spx"></div><script>%s</script><script>echarts.init(document.getElementById("c")).setOption(%s)</script>`, w, h, script, bytes.ReplaceAll(c.Option, []byte("</"), []byte(`<\/`)))
	file := filepath.Join(dir, "chart.html")
	if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
		return nil, err
	}
	t0 := time.Now()
	cmd := exec.CommandContext(ctx, "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--user-data-dir="+filepath.Join(dir, "chromium"), "--window-size="+w+","+h, "--screenshot="+filepath.Join(dir, "chart.png"), "file://"+file)
	if err := cmd.Run(); err == nil {
		lines = append(lines, line{"the same option to PNG by Chromium", ms(time.Since(t0)), "", "one start of a headless browser, as a server without a renderer would need"})
	} else {
		fmt.Fprintln(os.Stderr, "bench: no Chromium to compare with:", err)
	}
	return lines, nil
}

// reports times a report of about twenty charts alone and eight at one time.
func reports(ctx context.Context, in compose.Input, pen format.Pen) (lines []line, err error) {
	f, err := format.Of("docx")
	if err != nil {
		return nil, err
	}
	write := func() (figures int, err error) {
		d, err := compose.Compose(compose.Evaluation, in)
		if err != nil {
			return 0, err
		}
		for _, b := range d.Blocks {
			if _, ok := b.(document.Figure); ok {
				figures++
			}
		}
		return figures, f.Write(ctx, io.Discard, d, pen)
	}
	t0 := time.Now()
	n, err := write()
	if err != nil {
		return nil, err
	}
	one := time.Since(t0)
	errs := make([]error, 8)
	var g sync.WaitGroup
	t0 = time.Now()
	for i := range errs {
		g.Go(func() { _, errs[i] = write() })
	}
	g.Wait()
	return []line{
		{"an evaluation report as Word", fmt.Sprintf("%.1f s", one.Seconds()), "≤ 5 s", fmt.Sprintf("%d charts, from figures that are computed", n)},
		{"eight of them at one time", fmt.Sprintf("%.1f s", time.Since(t0).Seconds()), "", "all eight; the process had held at most " + peak()},
	}, errors.Join(errs...)
}

// peak is the most memory that this process has held.
func peak() string {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return "?"
	}
	for l := range strings.Lines(string(b)) {
		if v, ok := strings.CutPrefix(l, "VmHWM:"); ok {
			kb, err := strconv.Atoi(strings.Fields(v)[0])
			if err == nil {
				return fmt.Sprintf("%d MB", kb>>10)
			}
		}
	}
	return "?"
}
