// Package charts turns plain values into ECharts options. It queries nothing and
// knows nothing of targets: who calls it has the figures ready.
//
// An option is plain JSON without functions. Formatters are names ("tc:fmt:…")
// that charts/render resolves, in the page and on the server alike.
package charts

import (
	"encoding/json"
	"fmt"
	"math"
	"time"

	echarts "github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// Chart is an option with what stands around it.
type Chart struct {
	Name   string          `json:"name"`
	Title  string          `json:"title"`
	Alt    string          `json:"alt"` // one sentence with the figures, for who can't see the picture
	Option json.RawMessage `json:"option"`
	W      int             `json:"w"` // CSS px
	H      int             `json:"h"`
}

// Frame is what every chart is told.
type Frame struct {
	Title    string
	Subtitle string // as-of date and the like
	Unit     string // 人, 元, % …
	Lang     string // "zh" or "en"
	Demo     bool   // synthetic data: marked in the picture
	Alt      string
}

// Point is a figure at a date; NaN leaves a gap.
type Point struct {
	Date  time.Time
	Value float64
}

// The colours are told apart by people with the usual colour blindnesses, on
// white, in print and beside each other (after Okabe & Ito 2008).
const (
	ink    = "#1b2733"
	faint  = "#6b7885"
	grid   = "#e3e8ed"
	blue   = "#0b5fa5"
	sky    = "#56a3dc"
	green  = "#0a7d5a"
	yellow = "#c9a400"
	orange = "#d9730d"
	red    = "#b3261e"
	grey   = "#8a949e"
	purple = "#7a4fa3"
)

const fontFamily = `'Noto Sans SC','Microsoft YaHei','PingFang SC','Hiragino Sans GB',sans-serif`

// option is an ECharts option as go-echarts builds it, open to what it can't
// say.
type option map[string]any

// built takes over what a go-echarts chart has made. The detour through JSON
// turns its structs into maps that can be completed.
func built(c interface {
	Validate()
	JSON() map[string]any
},
) (option, error) {
	c.Validate()
	b, err := json.Marshal(c.JSON())
	if err != nil {
		return nil, fmt.Errorf("build a chart: %w", err)
	}
	var o option
	if err := json.Unmarshal(b, &o); err != nil {
		return nil, fmt.Errorf("build a chart: %w", err)
	}
	return o, nil
}

// chart finishes the option.
func (o option) chart(name string, f Frame, w, h int) (Chart, error) {
	title, sub := f.Title, f.Subtitle
	if f.Demo {
		mark := pick(f.Lang, "演示数据", "demonstration data")
		if sub != "" {
			mark = " · " + mark
		}
		sub += mark
	}
	o["title"] = map[string]any{
		"text": title, "subtext": sub, "left": 12, "top": 8,
		"textStyle":    map[string]any{"color": ink, "fontSize": 16, "fontWeight": "bold"},
		"subtextStyle": map[string]any{"color": faint, "fontSize": 12},
	}
	o["tc:lang"] = pick(f.Lang, "zh", "en")
	o["textStyle"] = map[string]any{"fontFamily": fontFamily, "color": ink}
	o["aria"] = map[string]any{"enabled": true, "label": map[string]any{"description": f.Alt}}
	o["animation"] = false
	delete(o, "toolbox")
	b, err := json.Marshal(o)
	if err != nil {
		return Chart{}, fmt.Errorf("chart %s: %w", name, err)
	}
	return Chart{Name: name, Title: title, Alt: f.Alt, Option: b, W: w, H: h}, nil
}

// empty is the chart of nothing: it says so instead of showing bare axes.
func empty(name string, f Frame, w, h int) (Chart, error) {
	o := option{"graphic": []any{map[string]any{
		"type": "text", "left": "center", "top": "middle",
		"style": map[string]any{"text": pick(f.Lang, "无数据", "no data"), "fill": faint, "fontSize": 18, "fontFamily": fontFamily},
	}}}
	return o.chart(name, f, w, h)
}

func pick(lang, zh, en string) string {
	if lang == "en" {
		return en
	}
	return zh
}

// formatter is the named formatter for values of the unit.
func formatter(unit string) string {
	switch unit {
	case "元":
		return "tc:fmt:yuan"
	case "":
		return "tc:fmt:number"
	case "%", "% of GDP":
		return "tc:fmt:number:%"
	}
	return "tc:fmt:number:" + unit
}

// value is a figure as ECharts takes it: "-" leaves a gap.
func value(v float64) any {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "-"
	}
	return v
}

func onDate(t time.Time) string { return t.Format(time.DateOnly) }

// checkDates wants dates that rise, without which lines run backwards.
func checkDates(what string, dates []time.Time) error {
	for i := 1; i < len(dates); i++ {
		if !dates[i].After(dates[i-1]) {
			return fmt.Errorf("chart: %s: %s does not come after %s", what, onDate(dates[i]), onDate(dates[i-1]))
		}
	}
	return nil
}

func datesOf(points []Point) []time.Time {
	out := make([]time.Time, len(points))
	for i, p := range points {
		out[i] = p.Date
	}
	return out
}

// axisText is the look of an axis, with labels by the named formatter.
func axisText(format string) map[string]any {
	m := map[string]any{"color": faint, "fontSize": 12}
	if format != "" {
		m["formatter"] = format
	}
	return m
}

// valueAxis is an axis of figures in the frame's unit: written at the top of the
// axis, or beside each figure where its size decides it (元, 万元, 亿元).
func valueAxis(f Frame) map[string]any {
	if f.Unit == "元" {
		return map[string]any{"type": "value", "axisLabel": axisText("tc:fmt:yuan")}
	}
	return map[string]any{"type": "value", "name": f.Unit, "axisLabel": axisText("tc:fmt:number")}
}

// timeAxis labels years, and months where there are few of them.
func timeAxis(f Frame, from, to time.Time) map[string]any {
	year, month := pick(f.Lang, "{yyyy}年", "{yyyy}"), ""
	if to.Sub(from) < 3*365*24*time.Hour {
		month = pick(f.Lang, "{M}月", "{MMM}")
	}
	return map[string]any{"type": "time", "axisLabel": map[string]any{
		"color": faint, "fontSize": 12, "formatter": map[string]any{"year": year, "month": month, "day": "", "hour": "", "minute": "", "second": "", "millisecond": ""},
	}}
}

// cartesian sets axes, grid, legend and tooltip in the common look. Legend
// entries are names, or maps with a name and an icon.
func (o option) cartesian(f Frame, x, y map[string]any, legend []any) {
	line := map[string]any{"lineStyle": map[string]any{"color": grid}}
	for _, a := range []map[string]any{x, y} {
		if a["type"] == "value" {
			a["splitLine"] = line
			a["axisLine"] = map[string]any{"show": false}
			a["axisTick"] = map[string]any{"show": false}
		} else {
			a["splitLine"] = map[string]any{"show": false}
			a["axisLine"] = map[string]any{"lineStyle": map[string]any{"color": grey}}
		}
		a["nameTextStyle"] = map[string]any{"color": faint, "fontSize": 12}
	}
	o["xAxis"], o["yAxis"] = []any{x}, []any{y}
	o["grid"] = map[string]any{"left": 24, "right": 32, "top": 96, "bottom": 28, "containLabel": true}
	o["legend"] = map[string]any{
		"data": legend, "top": 52, "right": 16, "itemWidth": 18, "itemHeight": 10, "itemGap": 14,
		"textStyle": map[string]any{"color": ink, "fontSize": 12},
	}
	o["tooltip"] = map[string]any{"trigger": "axis", "valueFormatter": formatter(f.Unit), "confine": true}
}

// serie completes the i-th series that go-echarts made.
func (o option) serie(i int, more map[string]any) {
	s := o["series"].([]any)[i].(map[string]any)
	for k, v := range more {
		s[k] = v
	}
}

// lineSeries adds a line with its points to a go-echarts chart.
func lineSeries(c *echarts.Line, name string, points []Point) {
	data := make([]opts.LineData, len(points))
	for i, p := range points {
		data[i] = opts.LineData{Value: []any{onDate(p.Date), value(p.Value)}}
	}
	c.AddSeries(name, data)
}

// mark is a line across the chart with a label: at a date, or at a value.
func mark(label, color string, at map[string]any, position string) map[string]any {
	m := map[string]any{
		"name":      label,
		"lineStyle": map[string]any{"color": color, "type": "dashed", "width": 1.5},
		"label": map[string]any{
			"formatter": "tc:fmt:name", "position": position, "color": color, "fontSize": 12,
		},
	}
	for k, v := range at {
		m[k] = v
	}
	return m
}

func marks(lines []map[string]any) map[string]any {
	return map[string]any{"silent": true, "symbol": "none", "data": lines}
}
