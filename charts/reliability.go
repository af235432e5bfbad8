package charts

import (
	"fmt"
	"math"

	echarts "github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// ReliabilityData holds probabilities that were given against how often what they
// were given to came.
type ReliabilityData struct {
	Frame
	Lines []ReliabilityLine
}

// ReliabilityLine is one set of forecasts, in bins by probability.
type ReliabilityLine struct {
	Name   string
	Points []ReliabilityPoint
	// Also draws it pale and dashed: for comparison.
	Also bool
}

// ReliabilityPoint is a bin: mean of the probabilities, share that came, and the
// number of events. P and Rate are from 0 to 1.
type ReliabilityPoint struct {
	P, Rate float64
	N       int
}

// Reliability draws the share that came over the probability given. Right
// probabilities lie on the diagonal; a point is the larger, the more events are
// behind it.
func Reliability(d ReliabilityData) (Chart, error) {
	const w, h = 620, 500
	most := 0
	for _, l := range d.Lines {
		for _, p := range l.Points {
			if p.N < 0 || p.P < 0 || p.P > 1 || p.Rate < 0 || p.Rate > 1 {
				return Chart{}, fmt.Errorf("chart: reliability: %+v is no bin of %s", p, l.Name)
			}
			most = max(most, p.N)
		}
	}
	if most == 0 {
		return empty("reliability", d.Frame, w, 300)
	}
	c := echarts.NewLine()
	ideal := pick(d.Lang, "理想（两者相等）", "ideal: both are equal")
	legend := []any{}
	for _, l := range d.Lines {
		c.AddSeries(l.Name, []opts.LineData{})
		legend = append(legend, l.Name)
	}
	c.AddSeries(ideal, []opts.LineData{})
	legend = append(legend, ideal)
	o, err := built(c)
	if err != nil {
		return Chart{}, err
	}
	d.Unit = "%"
	x := percentAxis(pick(d.Lang, "当时给出的概率", "probability given"))
	x["nameLocation"], x["nameGap"] = "middle", 28
	y := percentAxis(pick(d.Lang, "后来实现的比例", "share that came"))
	o.cartesian(d.Frame, x, y, legend)
	x["nameTextStyle"] = words(faint)
	o.within(24, 32, 104, 44)
	for i, l := range d.Lines {
		o.serie(i, l.series(i, most))
	}
	o.serie(len(d.Lines), map[string]any{
		"data": []any{[]any{0, 0}, []any{100, 100}}, "symbol": "none", "silent": true, "z": 1, "tooltip": map[string]any{"show": false},
		"lineStyle": map[string]any{"color": grey, "width": 1.5, "type": "dashed"}, "itemStyle": map[string]any{"color": grey},
	})
	return o.chart("reliability", d.Frame, w, h)
}

func (l ReliabilityLine) series(i, most int) map[string]any {
	color, kind := blue, "solid"
	if l.Also {
		color, kind = purple, "dotted"
	}
	data := []any{}
	for _, p := range l.Points {
		if p.N == 0 {
			continue
		}
		size := 6 + 16*math.Sqrt(float64(p.N)/float64(most))
		data = append(data, map[string]any{"value": []any{tidy(round1(100 * p.P)), tidy(round1(100 * p.Rate))}, "symbolSize": tidy(round1(size))})
	}
	symbol := "circle"
	if l.Also {
		symbol = "diamond"
	}
	return map[string]any{
		"data": data, "symbol": symbol, "showSymbol": true, "z": 5 - i,
		"lineStyle": map[string]any{"color": color, "width": 2, "type": kind}, "itemStyle": map[string]any{"color": color, "opacity": 0.85},
	}
}

func round1(v float64) float64 { return math.Round(v*10) / 10 }

// percentAxis runs over all per cent.
func percentAxis(name string) map[string]any {
	return map[string]any{"type": "value", "name": name, "nameLocation": "end", "min": 0, "max": 100, "interval": 20, "axisLabel": axisText("tc:fmt:number:%")}
}
