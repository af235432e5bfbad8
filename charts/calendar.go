package charts

import (
	"fmt"

	echarts "github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// CalendarData is what was due of several duties, by year.
type CalendarData struct {
	Frame
	Years []string
	Rows  []CalendarRow
}

// CalendarRow is one duty: a cell of each year, with a zero State and no sign where
// nothing was due.
type CalendarRow struct {
	Name  string
	Cells []CalendarCell
}

// CalendarCell is a duty in a year.
type CalendarCell struct {
	State State
	Sign  string // √ × ●; empty for nothing due
}

// Calendar shows duties by year: done, due or missed, by colour and sign.
func Calendar(d CalendarData) (Chart, error) {
	const w, row = 900, 26
	h := 96 + row*len(d.Rows)
	if len(d.Rows) == 0 || len(d.Years) == 0 {
		return empty("calendar", d.Frame, w, 240)
	}
	n := len(d.Rows)
	names := make([]string, n)
	var data []any
	for r, x := range d.Rows {
		if len(x.Cells) != len(d.Years) {
			return Chart{}, fmt.Errorf("chart: calendar: %d cells of %s for %d years", len(x.Cells), x.Name, len(d.Years))
		}
		names[n-1-r] = x.Name
		for y, c := range x.Cells {
			if c.Sign == "" {
				continue
			}
			fill, text := c.State.colors()
			data = append(data, map[string]any{
				"value": []any{y, n - 1 - r}, "name": c.Sign,
				"itemStyle": map[string]any{"color": fill, "opacity": 1}, "label": map[string]any{"color": text},
			})
		}
	}
	c := echarts.NewScatter()
	c.AddSeries(d.Title, []opts.ScatterData{})
	o, err := built(c)
	if err != nil {
		return Chart{}, err
	}
	left := min(420, widest(names...)+24)
	cell := (float64(w) - left - 32) / float64(len(d.Years))
	o["xAxis"] = []any{map[string]any{
		"type": "category", "data": d.Years, "position": "top", "axisLine": map[string]any{"show": false}, "axisTick": map[string]any{"show": false},
		"axisLabel": words(faint), "splitLine": map[string]any{"show": false},
	}}
	y := namesAxis(names)
	y["splitLine"] = map[string]any{"show": true, "lineStyle": map[string]any{"color": grid}}
	o["yAxis"] = []any{y}
	o["grid"] = map[string]any{"left": left, "right": 24, "top": 88, "bottom": 8}
	o["tooltip"] = map[string]any{"show": false}
	delete(o, "legend")
	o.serie(0, map[string]any{
		"data": data, "symbol": "roundRect", "symbolSize": []int{int(min(64, cell-6)), row - 6}, "silent": true,
		"label": map[string]any{"show": true, "formatter": "tc:fmt:name", "fontSize": 12},
	})
	return o.chart("calendar", d.Frame, w, h)
}
