package charts

import (
	"fmt"
	"math"
	"slices"
	"strings"

	echarts "github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// CurvePoint is an answer at a setting; Miss says that what was asked for is not
// reached there.
type CurvePoint struct {
	X, Y float64
	Miss bool
}

// CurveData is how an answer depends on one setting.
type CurveData struct {
	Frame
	XAxis  string // what is set, with its unit: 引进力度（倍）
	Points []CurvePoint
	// Share says that Y is a probability, 0 to 1, drawn as per cent on an axis of all.
	Share bool
	Name  string  // of the line
	Level *Level  // what is asked for; nil for nothing
	At    []Level // settings that a line stands at
}

// Curve shows an answer over a setting, with what is asked for across it and the
// settings that matter upright.
func Curve(d CurveData) (Chart, error) {
	const w, h = 760, 380
	if len(d.Points) == 0 {
		return empty("curve", d.Frame, w, h)
	}
	scale := 1.0
	if d.Share {
		d.Unit, scale = "%", 100
	}
	data := make([]any, len(d.Points))
	for i, p := range d.Points {
		if i > 0 && p.X < d.Points[i-1].X {
			return Chart{}, fmt.Errorf("chart: curve: %v does not come after %v", p.X, d.Points[i-1].X)
		}
		if d.Share && (p.Y < 0 || p.Y > 1) {
			return Chart{}, fmt.Errorf("chart: curve: %v is no probability", p.Y)
		}
		item := map[string]any{"value": []any{tidy(p.X), tidy(math.Round(p.Y*scale*1e4) / 1e4)}}
		if p.Miss {
			item["symbol"], item["itemStyle"] = "emptyDiamond", map[string]any{"color": red}
		}
		data[i] = item
	}
	o, err := xy(d.Name, data)
	if err != nil {
		return Chart{}, err
	}
	y := valueAxis(d.Frame)
	if d.Share {
		y["min"], y["max"], y["interval"], y["axisLabel"] = 0, 100, 20, axisText("tc:fmt:number:%")
		delete(y, "name")
	}
	xs := func(p CurvePoint) float64 { return p.X }
	o.cartesian(d.Frame, settingAxis(d.XAxis, "tc:fmt:number", spread(d.Points, xs)), y, nil)
	o["tooltip"].(map[string]any)["axisPointer"] = map[string]any{"label": map[string]any{"formatter": "tc:fmt:number"}}
	delete(o, "legend")
	right := 36.0
	var lines []map[string]any
	if l := d.Level; l != nil {
		right = max(right, pixels(l.Text)+20)
		lines = append(lines, mark(l.Text, green, "dashed", map[string]any{"yAxis": tidy(l.Value * scale)}, "end"))
	}
	for _, l := range d.At {
		color := grey
		if l.Need {
			color = orange
		}
		lines = append(lines, mark(l.Text, color, "dashed", map[string]any{"xAxis": tidy(l.Value)}, "end"))
	}
	o.within(28, right, 92, 40)
	o.serie(0, map[string]any{
		"symbol": "circle", "symbolSize": 8, "showSymbol": true, "markLine": marks(lines),
		"lineStyle": map[string]any{"color": blue, "width": 2.5}, "itemStyle": map[string]any{"color": blue},
	})
	return o.chart("curve", d.Frame, w, h)
}

// xy is a line chart of one series of points made by hand.
func xy(name string, data []any) (option, error) {
	c := echarts.NewLine()
	c.AddSeries(name, []opts.LineData{})
	o, err := built(c)
	if err != nil {
		return nil, err
	}
	o.serie(0, map[string]any{"data": data})
	return o, nil
}

// spread is the least and the greatest of what f finds in the points.
func spread[P any](points []P, f func(P) float64) [2]float64 {
	out := [2]float64{math.Inf(1), math.Inf(-1)}
	for _, p := range points {
		out[0], out[1] = min(out[0], f(p)), max(out[1], f(p))
	}
	return out
}

// settingAxis is an upright axis of figures, named below.
func settingAxis(name, format string, ends [2]float64) map[string]any {
	axis := map[string]any{"type": "value", "name": name, "nameLocation": "middle", "nameGap": 30, "axisLabel": axisText(format)}
	if ends[1] > ends[0] {
		axis["min"], axis["max"] = tidy(ends[0]), tidy(ends[1])
	}
	return axis
}

// FrontierData is the best that money can do: for each amount, the number of
// targets that may be expected to be met.
type FrontierData struct {
	Frame
	Points []FrontierPoint // by money
	Name   string
	At     []Level // amounts that a line stands at, in 元
}

// FrontierPoint is the best for an amount of money in 元.
type FrontierPoint struct {
	Money, Met float64
	Text       string // the split, for the tooltip
}

// Frontier is a staircase of money against targets met: what one more 万元 buys
// is how steep it is.
func Frontier(d FrontierData) (Chart, error) {
	const w, h = 760, 380
	if len(d.Points) == 0 {
		return empty("frontier", d.Frame, w, h)
	}
	if !slices.IsSortedFunc(d.Points, func(a, b FrontierPoint) int {
		if a.Money < b.Money {
			return -1
		}
		return 1
	}) {
		return Chart{}, fmt.Errorf("chart: frontier: the money does not rise")
	}
	data := make([]any, len(d.Points))
	for i, p := range d.Points {
		data[i] = map[string]any{"value": []any{tidy(p.Money), tidy(math.Round(p.Met*1000) / 1000)}, "name": strings.TrimSpace(p.Text)}
	}
	o, err := xy(d.Name, data)
	if err != nil {
		return Chart{}, err
	}
	x := func(p FrontierPoint) float64 { return p.Money }
	ends := spread(d.Points, x)
	for _, l := range d.At {
		ends[1] = max(ends[1], l.Value)
	}
	y := valueAxis(d.Frame)
	met := spread(d.Points, func(p FrontierPoint) float64 { return p.Met })
	d.Unit = ""
	reach(y, d.Frame, met[0]-(met[1]-met[0])*0.1, met[1])
	o.cartesian(d.Frame, settingAxis("", "tc:fmt:yuan", ends), y, nil)
	o["tooltip"].(map[string]any)["axisPointer"] = map[string]any{"label": map[string]any{"formatter": "tc:fmt:yuan"}}
	delete(o, "legend")
	var lines []map[string]any
	right := 40.0
	for _, l := range d.At {
		right = max(right, pixels(l.Text)/2+12)
		lines = append(lines, mark(l.Text, grey, "dashed", map[string]any{"xAxis": tidy(l.Value)}, "end"))
	}
	o.within(28, right, 92, 32)
	o.serie(0, map[string]any{
		"step": "end", "symbol": "circle", "symbolSize": 7, "showSymbol": len(d.Points) <= 60, "markLine": marks(lines),
		"lineStyle": map[string]any{"color": blue, "width": 2.5}, "itemStyle": map[string]any{"color": blue},
		"areaStyle": map[string]any{"color": blue, "opacity": 0.08, "origin": "start"},
	})
	return o.chart("frontier", d.Frame, w, h)
}
