package charts

import (
	"fmt"
	"time"

	echarts "github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// Level is a horizontal line with its words.
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
// and the pace that is needed.
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
	for i, p := range d.Added {
		labels[i], data[i] = p.Date.Format("2006-01"), opts.BarData{Value: value(p.Value)}
	}
	c.AddSeries(d.Name, data)
	o, err := built(c)
	if err != nil {
		return Chart{}, err
	}
	o.cartesian(d.Frame,
		map[string]any{"type": "category", "data": labels, "axisLabel": axisText("tc:fmt:month")},
		valueAxis(d.Frame), []any{d.Name})
	var lines []map[string]any
	for _, l := range d.Levels {
		color := blue
		if l.Need {
			color = red
		}
		lines = append(lines, mark(l.Text, color, map[string]any{"yAxis": l.Value}, "insideStartTop"))
	}
	o.serie(0, map[string]any{"itemStyle": map[string]any{"color": sky}, "barMaxWidth": 24, "markLine": marks(lines)})
	return o.chart("periodic", d.Frame, w, h)
}

// Bar is a named figure.
type Bar struct {
	Name  string
	Value float64
	Need  bool   // required, as against observed
	State string // for duties and growth: done, due, missed
	Text  string // written at the bar's end; the value when empty
}

// PaceData compares paces.
type PaceData struct {
	Frame
	Bars []Bar
}

// Pace sets the recent pace beside the required ones.
func Pace(d PaceData) (Chart, error) {
	const w, h = 640, 260
	if len(d.Bars) == 0 {
		return empty("pace", d.Frame, w, h)
	}
	names := make([]string, len(d.Bars))
	data := make([]any, len(d.Bars))
	for i, b := range d.Bars {
		k := len(d.Bars) - 1 - i // ECharts counts categories from below
		names[k] = b.Name
		data[k] = colored(b, map[bool]string{true: orange, false: blue}[b.Need])
	}
	o, err := barOption(d.Title, data)
	if err != nil {
		return Chart{}, err
	}
	figures := valueAxis(d.Frame)
	figures["splitNumber"] = 4
	delete(figures, "name") // the bars carry their unit
	o.cartesian(d.Frame,
		figures,
		map[string]any{"type": "category", "data": names, "axisLabel": map[string]any{"color": ink, "fontSize": 12}}, nil)
	o["grid"] = map[string]any{"left": 16, "right": 90, "top": 64, "bottom": 20, "containLabel": true}
	delete(o, "legend")
	o.serie(0, map[string]any{"barMaxWidth": 26, "label": map[string]any{"show": true, "position": "right", "color": ink, "formatter": "tc:fmt:name"}})
	return o.chart("pace", d.Frame, w, h)
}

// colored is a data item with its own colour and words.
func colored(b Bar, color string) map[string]any {
	return map[string]any{"value": value(b.Value), "name": b.Text, "itemStyle": map[string]any{"color": color}}
}

// barOption is one series of data items made by hand.
func barOption(name string, data []any) (option, error) {
	c := echarts.NewBar()
	c.AddSeries(name, []opts.BarData{})
	o, err := built(c)
	if err != nil {
		return nil, err
	}
	o.serie(0, map[string]any{"data": data})
	return o, nil
}

// DutyData is what was due by period.
type DutyData struct {
	Frame
	Need float64
	Bars []Bar
}

// Duty shows what was done in each period in which something was due; what the
// colour says, a word says too.
func Duty(d DutyData) (Chart, error) {
	return stateBars("duty", d.Frame, d.Bars, Level{Text: pick(d.Lang, "应完成", "due"), Value: d.Need, Need: true})
}

// GrowthData is growth by year against a floor.
type GrowthData struct {
	Frame
	Floor Level
	Bars  []Bar
}

// Growth shows year-on-year growth against its floor.
func Growth(d GrowthData) (Chart, error) { return stateBars("growth", d.Frame, d.Bars, d.Floor) }

func stateBars(name string, f Frame, bars []Bar, need Level) (Chart, error) {
	const w, h = 640, 320
	if len(bars) == 0 {
		return empty(name, f, w, h)
	}
	names, data := make([]string, len(bars)), make([]any, len(bars))
	for i, b := range bars {
		names[i] = b.Name
		data[i] = colored(b, stateColor(b.State))
	}
	o, err := barOption(f.Title, data)
	if err != nil {
		return Chart{}, err
	}
	o.cartesian(f,
		map[string]any{"type": "category", "data": names, "axisLabel": map[string]any{"color": ink, "fontSize": 12, "interval": 0}},
		valueAxis(f), nil)
	o["grid"] = map[string]any{"left": 20, "right": 24, "top": 104, "bottom": 24, "containLabel": true}
	delete(o, "legend")
	o.serie(0, map[string]any{
		"barMaxWidth": 40, "label": map[string]any{"show": true, "position": "top", "color": ink, "formatter": "tc:fmt:name"},
		"markLine": marks([]map[string]any{mark(need.Text, red, map[string]any{"yAxis": need.Value}, "insideEndTop")}),
	})
	return o.chart(name, f, w, h)
}

func stateColor(state string) string {
	switch state {
	case "done":
		return green
	case "due":
		return sky
	case "missed":
		return red
	}
	return grey
}

// Trial is a forecast made at an earlier origin, and what came.
type Trial struct {
	Origin           time.Time
	Mean, Lo80, Hi80 float64
	Actual           float64
}

// BacktestData is a row of trials.
type BacktestData struct {
	Frame
	Trials []Trial
}

// Backtest shows earlier forecasts with their 80 % intervals against what came.
func Backtest(d BacktestData) (Chart, error) {
	const w, h = 900, 340
	if len(d.Trials) == 0 {
		return empty("backtest", d.Frame, w, h)
	}
	labels := make([]string, len(d.Trials))
	var lo, span []opts.BarData
	var mean, actual []opts.ScatterData
	for i, t := range d.Trials {
		if t.Hi80 < t.Lo80 {
			return Chart{}, fmt.Errorf("chart: backtest: the interval of %s is upside down", onDate(t.Origin))
		}
		labels[i] = t.Origin.Format("2006-01")
		lo = append(lo, opts.BarData{Value: value(t.Lo80)})
		span = append(span, opts.BarData{Value: value(t.Hi80 - t.Lo80)})
		mean = append(mean, opts.ScatterData{Value: value(t.Mean)})
		actual = append(actual, opts.ScatterData{Value: value(t.Actual)})
	}
	interval, forecast, came := pick(d.Lang, "80%区间", "80% interval"), pick(d.Lang, "当时预测", "forecast then"), pick(d.Lang, "实际", "what came")
	bars, dots := echarts.NewBar(), echarts.NewScatter()
	bars.AddSeries("lower", lo).AddSeries(interval, span)
	dots.AddSeries(forecast, mean).AddSeries(came, actual)
	bars.Overlap(dots)
	o, err := built(bars)
	if err != nil {
		return Chart{}, err
	}
	o.cartesian(d.Frame,
		map[string]any{"type": "category", "data": labels, "axisLabel": axisText("tc:fmt:month")},
		valueAxis(d.Frame), []any{came, forecast, map[string]any{"name": interval, "icon": "rect"}})
	quiet := map[string]any{"show": false}
	o.serie(0, map[string]any{"stack": "interval", "silent": true, "itemStyle": map[string]any{"opacity": 0}, "tooltip": quiet, "barMaxWidth": 22})
	o.serie(1, map[string]any{"stack": "interval", "silent": true, "itemStyle": map[string]any{"color": sky, "opacity": 0.55}, "tooltip": quiet, "barMaxWidth": 22})
	o.serie(2, map[string]any{"symbol": "circle", "symbolSize": 9, "z": 4, "itemStyle": map[string]any{"color": blue}})
	o.serie(3, map[string]any{"symbol": "diamond", "symbolSize": 13, "z": 5, "itemStyle": map[string]any{"color": red}})
	return o.chart("backtest", d.Frame, w, h)
}
