package charts

import (
	"fmt"
	"math"
	"time"

	echarts "github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

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
	const w, h = 900, 360
	if len(d.Trials) == 0 {
		return empty("backtest", d.Frame, w, h)
	}
	labels := make([]string, len(d.Trials))
	var lower, span []opts.BarData
	var mean, actual []opts.ScatterData
	lo, hi := math.Inf(1), math.Inf(-1)
	for i, t := range d.Trials {
		if t.Hi80 < t.Lo80 {
			return Chart{}, fmt.Errorf("chart: backtest: the interval of %s is upside down", onDate(t.Origin))
		}
		labels[i] = period(d.Frame, t.Origin)
		lower = append(lower, opts.BarData{Value: value(t.Lo80)})
		span = append(span, opts.BarData{Value: value(t.Hi80 - t.Lo80)})
		mean = append(mean, opts.ScatterData{Value: value(t.Mean)})
		actual = append(actual, opts.ScatterData{Value: value(t.Actual)})
		for _, v := range []float64{t.Lo80, t.Hi80, t.Mean, t.Actual} {
			if !math.IsNaN(v) && !math.IsInf(v, 0) {
				lo, hi = min(lo, v), max(hi, v)
			}
		}
	}
	interval, forecast, came := pick(d.Lang, "80%区间", "80% interval"), pick(d.Lang, "当时预测", "forecast then"), pick(d.Lang, "后来实际", "what came")
	bars, dots := echarts.NewBar(), echarts.NewScatter()
	bars.AddSeries("lower", lower).AddSeries(interval, span)
	dots.AddSeries(forecast, mean).AddSeries(came, actual)
	bars.Overlap(dots)
	o, err := built(bars)
	if err != nil {
		return Chart{}, err
	}
	y := valueAxis(d.Frame)
	if lo > 0 && lo < hi/2 {
		lo = 0
	}
	reach(y, d.Frame, lo, hi)
	x := periodAxis(d.Frame, labels)
	x["name"], x["nameLocation"], x["nameGap"] = pick(d.Lang, "预测时点", "forecast made at"), "middle", 28
	o.cartesian(d.Frame, x, y, []any{came, forecast, map[string]any{"name": interval, "icon": "rect"}})
	x["nameTextStyle"] = words(faint)
	o.within(24, 32, 96, 44)
	quiet := map[string]any{"show": false}
	o.serie(0, map[string]any{"stack": "interval", "stackStrategy": "all", "silent": true, "itemStyle": map[string]any{"opacity": 0}, "tooltip": quiet, "barMaxWidth": 22})
	o.serie(1, map[string]any{"stack": "interval", "stackStrategy": "all", "silent": true, "itemStyle": map[string]any{"color": sky, "opacity": 0.55}, "tooltip": quiet, "barMaxWidth": 22})
	o.serie(2, map[string]any{"symbol": "circle", "symbolSize": 9, "z": 4, "itemStyle": map[string]any{"color": blue, "opacity": 1}})
	o.serie(3, map[string]any{"symbol": "diamond", "symbolSize": 13, "z": 5, "itemStyle": map[string]any{"color": ink, "opacity": 1}})
	return o.chart("backtest", d.Frame, w, h)
}
