package charts

import (
	echarts "github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// Cell is a period of a calendar in which something was due.
type Cell struct {
	Period string // 2013年
	State  State
	Word   string // √ 已办
	Figure string // 9/10人; may be empty
}

// DutyData is the periods, oldest first.
type DutyData struct {
	Frame
	Cells   []Cell
	Columns int // cells in a row; 0 stands for 6
}

// Duty is a calendar of what was due: one cell a period, its colour, its sign
// and its words all saying whether it was done.
func Duty(d DutyData) (Chart, error) {
	const w, cell = 640, 78
	if len(d.Cells) == 0 {
		return empty("duty", d.Frame, w, 200)
	}
	columns := d.Columns
	if columns <= 0 {
		columns = 6
	}
	columns = min(columns, 12)
	rows := (len(d.Cells) + columns - 1) / columns
	size := []int{min(150, (w-32)/columns) - 8, cell - 8}
	data := make([]any, len(d.Cells))
	for i, c := range d.Cells {
		fill, text := c.State.colors()
		label := c.Period + "\n" + c.Word
		if c.Figure != "" {
			label += "\n" + c.Figure
		}
		data[i] = map[string]any{
			"value": []any{i % columns, rows - 1 - i/columns}, "name": label,
			"itemStyle": map[string]any{"color": fill, "opacity": 1}, "label": map[string]any{"color": text},
		}
	}
	c := echarts.NewScatter()
	c.AddSeries(d.Title, []opts.ScatterData{})
	o, err := built(c)
	if err != nil {
		return Chart{}, err
	}
	hidden := func(n int) []any {
		return []any{map[string]any{"type": "category", "show": false, "data": make([]string, n)}}
	}
	o["xAxis"], o["yAxis"] = hidden(columns), hidden(rows)
	o["grid"] = map[string]any{"left": 12, "top": 64, "width": columns * (size[0] + 8), "height": rows * cell}
	o["tooltip"] = map[string]any{"show": false}
	delete(o, "legend")
	o.serie(0, map[string]any{
		"data": data, "symbol": "roundRect", "symbolSize": size, "silent": true,
		"label": map[string]any{"show": true, "formatter": "tc:fmt:name", "fontSize": 12, "lineHeight": 18},
	})
	return o.chart("duty", d.Frame, w, 76+rows*cell)
}
