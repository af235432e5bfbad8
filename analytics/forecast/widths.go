package forecast

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"

	"talentcast/analytics"
)

// widths are the factors by which a model's spread is multiplied at each step
// so that its intervals cover what they say. nil is none.
type widths []float64

// at is the factor of step t; beyond the last known step the last holds.
func (w widths) at(t int) float64 {
	if len(w) == 0 {
		return 1
	}
	return w[min(t, len(w)-1)]
}

// combination names the blend of the default candidates in the table of widths.
const combination = "combination"

// calibration is the table of widths: for each frequency, model, range of
// history lengths and range of horizons the factor learned on series whose
// continuation is known, how often the 95 % interval held before and after, and
// the number of series behind it. `make calibrate` writes it.
//
//go:embed calibration.csv
var calibration string

// Width is one row of the calibration table.
type Width struct {
	Freq  analytics.Frequency
	Model string
	// The row holds for histories of FromN to ToN values (0: no end) and for
	// steps FromH to ToH (0: no end), counted from 1.
	FromN, ToN, FromH, ToH int
	Factor                 float64
	// Coverage of the 95 % interval on the series learned from, before and after,
	// and their number.
	Before, After float64
	Series        int
}

// widthTable is the embedded table, read once.
var widthTable = sync.OnceValues(func() ([]Width, error) { return ReadWidths(calibration) })

// Widths returns the embedded calibration table.
func Widths() ([]Width, error) { return widthTable() }

// widthHeader is the first row of the table.
const widthHeader = "freq,model,from_n,to_n,from_h,to_h,factor,coverage_before,coverage_after,series"

// ReadWidths reads a calibration table as [WriteWidths] writes it.
func ReadWidths(table string) ([]Width, error) {
	rows, err := csv.NewReader(strings.NewReader(table)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("calibration table: %w", err)
	}
	if len(rows) == 0 || strings.Join(rows[0], ",") != widthHeader {
		return nil, fmt.Errorf("calibration table: the header is not %q", widthHeader)
	}
	var out []Width
	for i, row := range rows[1:] {
		w := Width{Model: row[1]}
		if w.Freq, err = analytics.ParseFrequency(row[0]); err != nil {
			return nil, fmt.Errorf("calibration table, row %d: %w", i+2, err)
		}
		for k, p := range []*int{&w.FromN, &w.ToN, &w.FromH, &w.ToH} {
			if *p, err = strconv.Atoi(row[2+k]); err != nil {
				return nil, fmt.Errorf("calibration table, row %d: %w", i+2, err)
			}
		}
		for k, p := range []*float64{&w.Factor, &w.Before, &w.After} {
			if *p, err = strconv.ParseFloat(row[6+k], 64); err != nil {
				return nil, fmt.Errorf("calibration table, row %d: %w", i+2, err)
			}
		}
		if w.Series, err = strconv.Atoi(row[9]); err != nil {
			return nil, fmt.Errorf("calibration table, row %d: %w", i+2, err)
		}
		if !(w.Factor > 0) {
			return nil, fmt.Errorf("calibration table, row %d: the factor %v is not positive", i+2, w.Factor)
		}
		out = append(out, w)
	}
	return out, nil
}

// WriteWidths writes a calibration table.
func WriteWidths(rows []Width) string {
	var b strings.Builder
	b.WriteString(widthHeader + "\n")
	for _, w := range rows {
		fmt.Fprintf(&b, "%v,%s,%d,%d,%d,%d,%.2f,%.3f,%.3f,%d\n", w.Freq, w.Model, w.FromN, w.ToN, w.FromH, w.ToH, w.Factor, w.Before, w.After, w.Series)
	}
	return b.String()
}

// WidthsFor are the rows of the embedded table for the combination on a history of
// n values: what was learned on real series of about that length.
func WidthsFor(freq analytics.Frequency, n int) []Width {
	table, err := widthTable()
	if err != nil {
		return nil
	}
	var out []Width
	for _, w := range table {
		if w.Freq == freq && w.Model == combination && n >= w.FromN && (w.ToN == 0 || n <= w.ToN) {
			out = append(out, w)
		}
	}
	return out
}

// longest is the number of steps that widths are laid out for.
const longest = 36

// widthsOf lays out the widths of a model for a history of n values; nil, which
// is none, for models that the table does not know.
func widthsOf(freq analytics.Frequency, model string, n int) widths {
	table, err := widthTable()
	if err != nil {
		return nil
	}
	var out widths
	for _, w := range table {
		if w.Freq != freq || w.Model != model || n < w.FromN || w.ToN > 0 && n > w.ToN {
			continue
		}
		if out == nil {
			out = make(widths, longest)
			for t := range out {
				out[t] = 1
			}
		}
		for t := range out {
			if t+1 >= w.FromH && (w.ToH == 0 || t+1 <= w.ToH) {
				out[t] = w.Factor
			}
		}
	}
	return out.smoothed()
}

// smoothed takes the steps out of the factors: a path must not jump where a row
// of the table ends. Each factor becomes the mean of itself and its neighbours.
func (w widths) smoothed() widths {
	if len(w) == 0 {
		return nil
	}
	out := make(widths, len(w))
	for t := range w {
		out[t] = (w[max(0, t-1)] + 2*w[t] + w[min(len(w)-1, t+1)]) / 4
	}
	return out
}

// studentGrid holds, for ν degrees of freedom from 2 to 60, the quantiles at
// 1/40, 2/40 … 39/40.
var studentGrid = sync.OnceValue(func() (grid [61][39]float64) {
	for nu := 2; nu < len(grid); nu++ {
		for i := range 20 {
			q := studentQuantile(float64(i+1)/40, float64(nu))
			grid[nu][i], grid[nu][38-i] = q, -q
		}
	}
	return grid
})

// grid is the distribution of the next h values as its quantiles at 1/40 … 39/40.
func (f *gauss) grid(h int, w widths) [][]float64 {
	grid := studentGrid()
	q := &grid[max(2, min(60, int(math.Round(f.nu))))]
	loc, sd := make([]float64, h), make([]float64, h)
	f.place(loc)
	f.spread(sd)
	out := make([][]float64, h)
	for t := range out {
		out[t] = make([]float64, len(q))
		for i, z := range q {
			out[t][i] = f.value(t, loc[t]+z*sd[t]*w.at(t))
		}
	}
	return out
}
