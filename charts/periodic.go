package charts

import (
	"math"
	"slices"

	echarts "github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// Level is a horizontal line with its words, which name it in the legend.
type Level struct {
	Text  string
	Value float64
	// Need marks what is required, as against what has been.
	Need bool
}

// PeriodicData is what was added in each period.
type PeriodicData struct {
	Frame
	Name   string // of the bars
	Added  []Point
	Levels []Level
}

// Periodic shows what was added period by period, against the pace there was
// and the pace that is needed. A required pace more than three times the highest
// bar is left to [Pace]: here it would flatten the bars.
func Periodic(d PeriodicData) (Chart, error) {
	const w, h = 900, 360
	if len(d.Added) == 0 {
		return empty("periodic", d.Frame, w, h)
	}
	if err := checkDates("periodic", datesOf(d.Added)); err != nil {
		return Chart{}, err
	}
	c := echarts.NewBar()
	labels, data := make([]string, len(d.Added)), make([]opts.BarData, len(d.Added))
	lo, hi := 0.0, 0.0
	for i, p := range d.Added {
		labels[i], data[i] = period(d.Frame, p.Date), opts.BarData{Value: value(p.Value)}
		if !math.IsNaN(p.Value) && !math.IsInf(p.Value, 0) {
			lo, hi = min(lo, p.Value), max(hi, p.Value)
		}
	}
	c.AddSeries(d.Name, data)
	limit := 3 * hi
	levels := slices.DeleteFunc(slices.Clone(d.Levels), func(l Level) bool {
		return math.IsNaN(l.Value) || math.IsInf(l.Value, 0) || l.Need && hi > 0 && l.Value > limit
	})
	lines := echarts.NewLine()
	legend, room := []any{d.Name}, pixels(d.Name)+40
	for _, l := range levels {
		lo, hi = min(lo, l.Value), max(hi, l.Value)
		flat := make([]opts.LineData, len(labels))
		for i := range flat {
			flat[i].Value = l.Value
		}
		lines.AddSeries(l.Text, flat)
		legend, room = append(legend, l.Text), room+pixels(l.Text)+40
	}
	c.Overlap(lines)
	o, err := built(c)
	if err != nil {
		return Chart{}, err
	}
	y := valueAxis(d.Frame)
	reach(y, d.Frame, lo, hi)
	o.cartesian(d.Frame, periodAxis(d.Frame, labels), y, legend)
	if room > w-32 {
		o.within(24, 32, 116, 28) // the legend takes two rows
	}
	o.serie(0, map[string]any{"itemStyle": map[string]any{"color": sky}, "barMaxWidth": 24})
	needs := 0
	for i, l := range levels {
		color, dash := blue, "dashed"
		if l.Need {
			color, dash = [...]string{red, purple}[needs%2], [...]string{"solid", "dotted"}[needs%2]
			needs++
		}
		o.serie(i+1, map[string]any{
			"symbol": "none", "z": 4, "itemStyle": map[string]any{"color": color},
			"lineStyle": map[string]any{"color": color, "type": dash, "width": 2},
		})
	}
	return o.chart("periodic", d.Frame, w, h)
}
