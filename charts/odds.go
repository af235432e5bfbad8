package charts

import (
	"fmt"
	"math"
	"time"

	echarts "github.com/go-echarts/go-echarts/v2/charts"
)

// Odds are the probabilities of one deadline as they stood on some dates.
type Odds struct {
	Name   string  // 2016年底前
	Points []Point // shares, 0 to 1; NaN leaves a gap
}

// OddsData is how probabilities have moved.
type OddsData struct {
	Frame
	Lines  []Odds  // two at most: the early and the late deadline
	Levels []Level // shares: the thresholds of the lights
}

// OddsChart shows the probability of meeting a target as it stood on each earlier
// date, 0 to 100 %, so that a reader sees which way it has been going.
func OddsChart(d OddsData) (Chart, error) {
	const w, h = 900, 360
	var from, to time.Time
	for _, l := range d.Lines {
		if err := checkDates("odds", datesOf(l.Points)); err != nil {
			return Chart{}, err
		}
		for _, p := range l.Points {
			if p.Value < 0 || p.Value > 1 {
				return Chart{}, fmt.Errorf("chart: odds: %v of %s is no probability", p.Value, onDate(p.Date))
			}
			if from.IsZero() || p.Date.Before(from) {
				from = p.Date
			}
			if p.Date.After(to) {
				to = p.Date
			}
		}
	}
	if from.IsZero() || len(d.Lines) > 2 {
		return empty("odds", d.Frame, w, h)
	}
	d.Unit = "%"
	p := plot{c: echarts.NewLine()}
	var legend []any
	for i, l := range d.Lines {
		color, dash, sign := [...]string{blue, purple}[i], [...]string{"solid", "dashed"}[i], [...]string{"circle", "diamond"}[i]
		p.line(l.Name, percent(l.Points), map[string]any{
			"symbol": sign, "symbolSize": 7, "showSymbol": len(l.Points) <= 60, "z": 4 - i, "itemStyle": map[string]any{"color": color},
			"lineStyle": map[string]any{"color": color, "type": dash, "width": 2.5},
		})
		legend = append(legend, l.Name)
	}
	o, err := p.built()
	if err != nil {
		return Chart{}, err
	}
	y := valueAxis(d.Frame)
	y["min"], y["max"], y["interval"], y["axisLabel"] = 0, 100, 20, axisText("tc:fmt:number:%")
	delete(y, "name")
	o.cartesian(d.Frame, timeAxis(d.Frame, from, to), y, legend)
	right, lines := 32.0, make([]map[string]any, 0, len(d.Levels))
	for _, l := range d.Levels {
		right = max(right, pixels(l.Text)+24)
		lines = append(lines, mark(l.Text, grey, "dashed", map[string]any{"yAxis": tidy(100 * l.Value)}, "end"))
	}
	o.within(24, right, 96, 28)
	o.serie(0, map[string]any{"markLine": marks(lines)})
	return o.chart("odds", d.Frame, w, h)
}

// percent is shares as per cent, without the noise of binary fractions.
func percent(points []Point) []Point {
	out := make([]Point, len(points))
	for i, p := range points {
		out[i] = Point{p.Date, p.Value}
		if !math.IsNaN(p.Value) {
			out[i].Value = math.Round(p.Value*1000) / 10
		}
	}
	return out
}
