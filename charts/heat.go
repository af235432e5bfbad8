package charts

import (
	"strconv"

	echarts "github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// HeatData is the number of targets by group and light, as StatusData, drawn as a
// map: a row a group, a column a light.
type HeatData StatusData

// Heat is the heat map of groups and lights. A cell has its light's colour, fuller
// the larger its share of the group, and always the number.
func Heat(d HeatData) (Chart, error) {
	const w, row = 900, 28
	h := 100 + row*len(d.Groups)
	if len(d.Groups) == 0 || len(d.Lights) == 0 {
		return empty("heat", d.Frame, w, 240)
	}
	if _, err := StatusData(d).check(); err != nil {
		return Chart{}, err
	}
	n := len(d.Groups)
	names, lights := make([]string, n), make([]string, len(d.Lights))
	for l, light := range d.Lights {
		lights[l] = light.Icon + " " + light.Word
	}
	var data []any
	for g, name := range d.Groups {
		names[n-1-g] = name // ECharts counts categories from below
		sum := 0
		for _, c := range d.Counts[g] {
			sum += c
		}
		for l, c := range d.Counts[g] {
			if c == 0 {
				continue
			}
			data = append(data, map[string]any{
				"value": []any{l, n - 1 - g}, "name": strconv.Itoa(c),
				"itemStyle": map[string]any{"color": lightTint(d.Lights[l].Key), "opacity": tidy(0.4 + 0.6*float64(c)/float64(sum))},
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
	cell := (float64(w) - left - 24) / float64(len(lights))
	head := words(ink)
	head["interval"] = 0
	o["xAxis"] = []any{map[string]any{
		"type": "category", "data": lights, "position": "top", "axisLine": map[string]any{"show": false}, "axisTick": map[string]any{"show": false},
		"axisLabel": head, "splitLine": map[string]any{"show": false},
	}}
	y := namesAxis(names)
	y["splitLine"] = map[string]any{"show": true, "lineStyle": map[string]any{"color": grid}}
	y["axisTick"] = map[string]any{"show": false}
	y["axisLine"] = map[string]any{"lineStyle": map[string]any{"color": grid}}
	o["yAxis"] = []any{y}
	o["grid"] = map[string]any{"left": left, "right": 24, "top": 88, "bottom": 8}
	o["tooltip"] = map[string]any{"show": false}
	delete(o, "legend")
	o.serie(0, map[string]any{
		"data": data, "symbol": "rect", "symbolSize": []int{int(cell - 4), row - 4}, "silent": true,
		"label": map[string]any{"show": true, "formatter": "tc:fmt:name", "fontSize": 13, "color": ink},
	})
	return o.chart("heat", d.Frame, w, h)
}
