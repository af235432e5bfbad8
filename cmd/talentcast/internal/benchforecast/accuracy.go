package main

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"talentcast/analytics"
	"talentcast/analytics/backtest"
	"talentcast/analytics/forecast"
)

// report prints the tables and keeps what is written to files.
type report struct {
	out    io.Writer
	refs   []reference
	models bool
	rows   []scored
	bins   []bin
	held   []held
}

// scored is a row of the accuracy table.
type scored struct {
	freq, name, part string
	n                int
	m, naive         backtest.M4
	each             time.Duration
}

// reach is what the forecaster must reach.
type reach struct {
	owa, msis float64
	each      time.Duration
}

func reached(freq analytics.Frequency) reach {
	switch freq {
	case analytics.Yearly:
		return reach{0.85, 26, 5 * time.Millisecond}
	case analytics.Quarterly:
		return reach{0.87, 11.8, 0}
	}
	return reach{0.80, 6.8, 40 * time.Millisecond}
}

// answer is the forecast of one series, with the time that one core took.
type answer struct {
	point, lo, hi []float64
	chosen        *forecast.Chosen
	took          time.Duration
}

// all forecasts every series of the sample with the candidates.
func all(s sample, candidates []forecast.Model) []answer {
	out := make([]answer, len(s.series))
	each(len(s.series), func(i int) {
		it := s.series[i]
		h := len(it.after)
		begin := time.Now()
		c, err := forecast.Choose(seriesOf(s.freq, it.history), candidates, forecast.Settings{Horizon: h, Seed: splitSeed})
		if err != nil { // a single model may need a longer history
			c, err = forecast.Choose(seriesOf(s.freq, it.history), []forecast.Model{forecast.Drift{Plain: true}}, forecast.Settings{Horizon: h})
		}
		if err != nil {
			panic(fmt.Sprintf("%s: %v", it.id, err)) // every benchmark series has a value
		}
		a := answer{point: make([]float64, h), lo: make([]float64, h), hi: make([]float64, h), chosen: c}
		c.Quantile(a.point, 0.5)
		c.Quantile(a.lo, 0.025)
		c.Quantile(a.hi, 0.975)
		a.took = time.Since(begin)
		out[i] = a
	})
	return out
}

func seriesOf(freq analytics.Frequency, values []float64) analytics.Series {
	return analytics.Series{Start: analytics.PeriodOf(analytics.Date(2000, 1, 1), freq), Values: values, Space: analytics.Level}
}

// each runs f for 0 … n−1 on all processors.
func each(n int, f func(int)) {
	var wg sync.WaitGroup
	next := make(chan int)
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
}

// candidate is a row of the table that is ours.
type candidate struct {
	name   string
	models []forecast.Model
}

func candidates(freq analytics.Frequency, alone bool) []candidate {
	out := []candidate{{"talentcast combination", forecast.Candidates(analytics.Level, freq)}}
	if alone {
		for _, m := range forecast.Candidates(analytics.Level, freq) {
			out = append(out, candidate{"talentcast " + m.Name(), []forecast.Model{m}})
		}
	}
	return out
}

// accuracy prints the table of one frequency.
func (r *report) accuracy(s sample) {
	fmt.Fprintf(r.out, "\n%v: %d series; widths learned on the half with an even hash (seed %d), checked on the other\n", s.freq, len(s.series), splitSeed)
	w := tabwriter.NewWriter(r.out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "forecast\tseries\tn\tsMAPE\tMASE\tOWA\tMSIS\tcover95\tms/series\t")
	for i, c := range candidates(s.freq, r.models) {
		answers := all(s, c.models)
		if i == 0 {
			r.held = append(r.held, coverage(s, answers)...)
		}
		for _, part := range []string{"reference", "all", "check half", "learn half"} {
			row := score(s, answers, part)
			row.name = c.name
			if part != "reference" && row.n == len(s.series) && len(r.rows) > 0 && r.rows[len(r.rows)-1].n == row.n {
				continue // the references hold for all series
			}
			r.rows = append(r.rows, row)
			fmt.Fprintf(w, "%s\t%s\t%d\t%.2f\t%.3f\t%.3f\t%.2f\t%.3f\t%.2f\t\n", row.name, part, row.n, row.m.SMAPE(), row.m.MASE(), row.m.OWA(row.naive), row.m.MSIS(), row.m.Coverage(), row.each.Seconds()*1000)
		}
	}
	for _, ref := range r.refs {
		if ref.freq == s.freq.String() {
			speed := "–"
			if ref.sec > 0 {
				speed = fmt.Sprintf("%.1f", ref.sec*1000)
			}
			fmt.Fprintf(w, "%s\treference\t%d\t\t\t%.3f\t%.2f\t%.3f\t%s\t\n", ref.name(), ref.n, ref.owa, ref.msis, ref.coverage, speed)
		}
	}
	want := reached(s.freq)
	limit := "–"
	if want.each > 0 {
		limit = fmt.Sprintf("≤ %.0f", want.each.Seconds()*1000)
	}
	fmt.Fprintf(w, "to reach\t\t\t\t\t≤ %.2f\t≤ %.1f\t.93–.97\t%s\t\n", want.owa, want.msis, limit)
	w.Flush()
}

// score judges the answers on a part of the sample.
func score(s sample, answers []answer, part string) scored {
	row := scored{freq: s.freq.String(), part: part}
	m := int(s.freq)
	for i, it := range s.series {
		switch {
		case part == "reference" && !it.reference, part == "check half" && it.learn, part == "learn half" && !it.learn:
			continue
		}
		a := answers[i]
		naive := make([]float64, len(it.after))
		forecast.Naive2(naive, it.history, m)
		row.naive.Add(it.history, it.after, naive, nil, nil, m)
		row.m.Add(it.history, it.after, a.point, a.lo, a.hi, m)
		row.each += a.took
		row.n++
	}
	row.each /= time.Duration(max(1, row.n))
	return row
}

// ours and toReach stand in the scores file where others have their package.
const (
	ours    = "talentcast"
	toReach = "to reach"
)

// writeScores writes the accuracy rows as CSV: ours, the published packages' on
// the same series, and what is to be reached. What a row does not have is empty.
func (r *report) writeScores(path string) error {
	if path == "" {
		return nil
	}
	var b strings.Builder
	b.WriteString("whose,freq,forecast,series,n,sMAPE,MASE,OWA,MSIS,coverage95,ms_per_series\n")
	done := map[string]bool{}
	for _, s := range r.rows {
		fmt.Fprintf(&b, "%s,%s,%s,%s,%d,%.3f,%.3f,%.3f,%.2f,%.3f,%.2f\n", ours, s.freq, strings.TrimPrefix(s.name, ours+" "), s.part, s.n, s.m.SMAPE(), s.m.MASE(), s.m.OWA(s.naive), s.m.MSIS(), s.m.Coverage(), s.each.Seconds()*1000)
		done[s.freq] = true
	}
	for _, ref := range r.refs {
		if !done[ref.freq] {
			continue
		}
		ms := ""
		if ref.sec > 0 {
			ms = fmt.Sprintf("%.2f", ref.sec*1000)
		}
		fmt.Fprintf(&b, "%s,%s,%s,reference,%d,%.3f,%.3f,%.3f,%.2f,%.3f,%s\n", ref.whose, ref.freq, ref.method, ref.n, ref.smape, ref.mase, ref.owa, ref.msis, ref.coverage, ms)
	}
	for _, freq := range []analytics.Frequency{analytics.Yearly, analytics.Quarterly, analytics.Monthly} {
		want := reached(freq)
		if !done[freq.String()] {
			continue
		}
		ms := ""
		if want.each > 0 {
			ms = fmt.Sprintf("%.2f", want.each.Seconds()*1000)
		}
		fmt.Fprintf(&b, "%s,%v,at most,,,,,%.3f,%.2f,,%s\n", toReach, freq, want.owa, want.msis, ms)
	}
	return save(path, b.String())
}

// save writes one of the result files of the repository.
func save(path, text string) error {
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil { //nolint:gosec // a file of the repository
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
