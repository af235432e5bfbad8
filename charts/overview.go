package charts

import (
	"fmt"

	echarts "github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// Light is a status as a series of the status chart: its key and word.
type Light struct {
	Key, Word string
}

// StatusData is the number of targets by group and light.
type StatusData struct {
	Frame
	Groups []string
	Lights []Light
	Counts [][]int // [group][light]
}

// Status shows how many targets of each group are in which light.
func Status(d StatusData) (Chart, error) {
	w, h := 900, 140+26*len(d.Groups)
	if len(d.Groups) == 0 {
		return empty("status", d.Frame, w, 240)
	}
	if len(d.Counts) != len(d.Groups) {
		return Chart{}, fmt.Errorf("chart: status: %d rows for %d groups", len(d.Counts), len(d.Groups))
	}
	c := echarts.NewBar()
	legend := make([]any, len(d.Lights))
	n := len(d.Groups)
	names := make([]string, n)
	for l, light := range d.Lights {
		data := make([]opts.BarData, n)
		for g, row := range d.Counts {
			if len(row) != len(d.Lights) {
				return Chart{}, fmt.Errorf("chart: status: %d counts of %s for %d lights", len(row), d.Groups[g], len(d.Lights))
			}
			names[n-1-g] = d.Groups[g]
			data[n-1-g] = opts.BarData{Value: row[l]}
			if row[l] == 0 {
				data[n-1-g].Value = "-" // no "0" written into an empty piece
			}
		}
		c.AddSeries(light.Word, data)
		legend[l] = light.Word
	}
	o, err := built(c)
	if err != nil {
		return Chart{}, err
	}
	o.cartesian(d.Frame,
		map[string]any{"type": "value", "minInterval": 1, "axisLabel": axisText("tc:fmt:number")},
		map[string]any{"type": "category", "data": names, "axisLabel": map[string]any{"color": ink, "fontSize": 12, "interval": 0}}, legend)
	for l, light := range d.Lights {
		text := "#ffffff"
		if light.Key == "late" || light.Key == "no_data" {
			text = ink
		}
		o.serie(l, map[string]any{
			"stack": "lights", "barMaxWidth": 18, "itemStyle": map[string]any{"color": lightColor(light.Key)},
			"label": map[string]any{"show": true, "color": text, "fontSize": 11},
		})
	}
	return o.chart("status", d.Frame, w, h)
}

func lightColor(key string) string {
	switch key {
	case "met":
		return blue
	case "on_track":
		return green
	case "late":
		return "#f0c808"
	case "at_risk":
		return orange
	case "off_track":
		return red
	case "tracked":
		return purple
	}
	return "#c3cad1"
}

// ProgressData is completion and elapsed time of some targets, as shares.
type ProgressData struct {
	Frame
	Names               []string
	Completion, Elapsed []float64
}

// Progress sets 完成率 beside 序时进度.
func Progress(d ProgressData) (Chart, error) {
	w, h := 640, 130+56*len(d.Names)
	if len(d.Names) == 0 {
		return empty("progress", d.Frame, w, 240)
	}
	if len(d.Completion) != len(d.Names) || len(d.Elapsed) != len(d.Names) {
		return Chart{}, fmt.Errorf("chart: progress: %d names, %d and %d figures", len(d.Names), len(d.Completion), len(d.Elapsed))
	}
	n := len(d.Names)
	names := make([]string, n)
	done, gone := make([]opts.BarData, n), make([]opts.BarData, n)
	for i := range d.Names {
		k := n - 1 - i
		names[k], done[k], gone[k] = d.Names[i], opts.BarData{Value: value(d.Completion[i])}, opts.BarData{Value: value(d.Elapsed[i])}
	}
	completion, elapsed := pick(d.Lang, "完成率", "completed"), pick(d.Lang, "序时进度", "time elapsed")
	c := echarts.NewBar()
	c.AddSeries(elapsed, gone).AddSeries(completion, done)
	o, err := built(c)
	if err != nil {
		return Chart{}, err
	}
	o.cartesian(d.Frame,
		map[string]any{"type": "value", "min": 0, "axisLabel": axisText("tc:fmt:percent")},
		map[string]any{"type": "category", "data": names, "axisLabel": map[string]any{"color": ink, "fontSize": 12}}, []any{completion, elapsed})
	o["tooltip"].(map[string]any)["valueFormatter"] = "tc:fmt:percent"
	label := map[string]any{"show": true, "position": "right", "color": ink, "formatter": "tc:fmt:percent", "fontSize": 11}
	o.serie(0, map[string]any{"barMaxWidth": 14, "itemStyle": map[string]any{"color": "#c3cad1"}, "label": label})
	o.serie(1, map[string]any{"barMaxWidth": 14, "itemStyle": map[string]any{"color": blue}, "label": label})
	o["grid"].(map[string]any)["right"] = 70
	return o.chart("progress", d.Frame, w, h)
}
