package charts

import (
	"fmt"
	"math"
	"strconv"

	echarts "github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// Row is one of the things compared, by the same names as all: shares, NaN where
// there is none.
type Row struct {
	Name   string
	Values []float64
}

// CompareData sets probabilities under several assumptions side by side.
type CompareData struct {
	Frame
	Names []string // what is compared, from above
	Rows  []Row    // the first is what the others are held against; five at most
}

// Compare is bars in groups: one group a target, one bar a scenario, in the same
// order and colours throughout.
func Compare(d CompareData) (Chart, error) {
	const w = 900
	n := len(d.Names)
	h := 130 + n*(14*len(d.Rows)+18)
	if n == 0 || len(d.Rows) == 0 {
		return empty("compare", d.Frame, w, 240)
	}
	colors := []string{grey, blue, orange, purple, green}
	if len(d.Rows) > len(colors) {
		return Chart{}, fmt.Errorf("chart: compare: %d rows, %d at most", len(d.Rows), len(colors))
	}
	c := echarts.NewBar()
	var legend []any
	for i := range d.Rows {
		c.AddSeries(d.Rows[i].Name, []opts.BarData{})
		legend = append(legend, d.Rows[i].Name)
	}
	o, err := built(c)
	if err != nil {
		return Chart{}, err
	}
	names := make([]string, n)
	for i, name := range d.Names {
		names[n-1-i] = name
	}
	d.Unit = "%"
	y := namesAxis(names)
	y["axisLabel"].(map[string]any)["width"], y["axisLabel"].(map[string]any)["overflow"] = 200, "break"
	o.cartesian(d.Frame, map[string]any{"type": "value", "min": 0, "max": 100, "interval": 20, "axisLabel": axisText("tc:fmt:number:%")}, y, legend)
	o.within(16, 56, 92, 24)
	for i, r := range d.Rows {
		if len(r.Values) != n {
			return Chart{}, fmt.Errorf("chart: compare: %s has %d figures for %d names", r.Name, len(r.Values), n)
		}
		data := make([]any, n)
		for k, v := range r.Values {
			switch {
			case math.IsNaN(v):
				data[n-1-k] = map[string]any{"value": "-", "name": ""}
			case v < 0 || v > 1:
				return Chart{}, fmt.Errorf("chart: compare: %v of %s is no probability", v, r.Name)
			default:
				data[n-1-k] = map[string]any{"value": tidy(math.Round(v*1000) / 10), "name": odds(v)}
			}
		}
		o.serie(i, map[string]any{
			"data": data, "barMaxWidth": 14, "barGap": "10%", "itemStyle": map[string]any{"color": colors[i]},
			"label": map[string]any{"show": true, "position": "right", "color": ink, "formatter": "tc:fmt:name", "fontSize": 11},
		})
	}
	return o.chart("compare", d.Frame, w, h)
}

// odds writes a probability that is never certain.
func odds(v float64) string {
	switch {
	case v < 0.01:
		return "<1%"
	case v > 0.99:
		return ">99%"
	}
	return strconv.Itoa(int(math.Round(100*v))) + "%"
}
