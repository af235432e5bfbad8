package charts

import (
	"fmt"
	"math"
	"strconv"

	echarts "github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// ProgressData is completion and elapsed time of some targets, as shares.
type ProgressData struct {
	Frame
	Names               []string
	Completion, Elapsed []float64
}

// Progress sets 完成率 beside 序时进度 on one scale of 0 to 100 %, or further
// where something is more than done, to 200 % at the most.
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
	done, gone := make([]any, n), make([]any, n)
	most := 100.0
	share := func(v float64) map[string]any {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return map[string]any{"value": "-"}
		}
		most = max(most, min(200, 100*v))
		return map[string]any{"value": tidy(min(200, 100*v)), "name": strconv.FormatFloat(100*v, 'f', 1, 64) + "%"}
	}
	for i := range d.Names {
		k := n - 1 - i // ECharts counts categories from below
		names[k], done[k], gone[k] = d.Names[i], share(d.Completion[i]), share(d.Elapsed[i])
	}
	completion, elapsed := pick(d.Lang, "完成率", "completed"), pick(d.Lang, "序时进度", "time elapsed")
	c := echarts.NewBar()
	c.AddSeries(elapsed, []opts.BarData{}).AddSeries(completion, []opts.BarData{})
	o, err := built(c)
	if err != nil {
		return Chart{}, err
	}
	_, top, step := round(0, most, true)
	d.Unit = "%"
	o.cartesian(d.Frame,
		map[string]any{"type": "value", "min": 0, "max": top, "interval": step, "axisLabel": axisText("tc:fmt:number:%")},
		namesAxis(names), []any{completion, elapsed})
	o.within(24, 56, 84, 24)
	label := map[string]any{"show": true, "position": "right", "color": ink, "formatter": "tc:fmt:name", "fontSize": 11}
	o.serie(0, map[string]any{"data": gone, "barMaxWidth": 14, "itemStyle": map[string]any{"color": pale}, "label": label})
	o.serie(1, map[string]any{"data": done, "barMaxWidth": 14, "itemStyle": map[string]any{"color": blue}, "label": label})
	return o.chart("progress", d.Frame, w, h)
}
