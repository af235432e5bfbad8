package charts

import (
	"fmt"
	"math"

	echarts "github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// Swing is what one thing low and high does to an answer: differences from the
// middle, as shares.
type Swing struct {
	Name              string
	Low, High         float64
	LowText, HighText string // written at the bars' ends: 0.96倍 → 61%
}

// TornadoData is the swings, the widest first.
type TornadoData struct {
	Frame
	Swings    []Swing
	LowName   string // what the colours mean: 取低值
	HighName  string
	Direction string // what the axis shows: 概率变化（百分点）
}

// Tornado shows how far each thing alone moves an answer to either side.
func Tornado(d TornadoData) (Chart, error) {
	w, h := 760, 150+52*len(d.Swings)
	if len(d.Swings) == 0 {
		return empty("tornado", d.Frame, w, 240)
	}
	n := len(d.Swings)
	names, low, high := make([]string, n), make([]any, n), make([]any, n)
	most := 0.0
	side := func(v float64, text string) map[string]any {
		position := "right"
		if v < 0 {
			position = "left"
		}
		return map[string]any{"value": tidy(math.Round(v*1e4) / 100), "name": text, "label": map[string]any{"position": position}}
	}
	var texts []string
	for i, s := range d.Swings {
		k := n - 1 - i // ECharts counts categories from below
		if math.IsNaN(s.Low) || math.IsNaN(s.High) || math.Abs(s.Low) > 1 || math.Abs(s.High) > 1 {
			return Chart{}, fmt.Errorf("chart: tornado: %v and %v of %s are no differences of probabilities", s.Low, s.High, s.Name)
		}
		names[k], low[k], high[k] = s.Name, side(s.Low, s.LowText), side(s.High, s.HighText)
		most = max(most, math.Abs(s.Low), math.Abs(s.High))
		texts = append(texts, s.LowText, s.HighText)
	}
	c := echarts.NewBar()
	c.AddSeries(d.LowName, []opts.BarData{}).AddSeries(d.HighName, []opts.BarData{})
	o, err := built(c)
	if err != nil {
		return Chart{}, err
	}
	// The words stand outside the bars: the axis leaves them room on both sides.
	_, top, step := round(0, max(1, 100*most*(1+2.2*widest(texts...)/float64(w))), false)
	x := settingAxis(d.Direction, "tc:fmt:number", [2]float64{-top, top})
	x["interval"] = step
	d.Unit = ""
	names2 := namesAxis(names)
	names2["axisLabel"].(map[string]any)["width"], names2["axisLabel"].(map[string]any)["overflow"] = 220, "break"
	o.cartesian(d.Frame, x, names2, []any{d.LowName, d.HighName})
	names2["axisLine"] = map[string]any{"onZero": false, "show": false}
	names2["axisTick"] = map[string]any{"show": false}
	o.within(16, 24, 92, 40)
	label := map[string]any{"show": true, "color": ink, "formatter": "tc:fmt:name", "fontSize": 11}
	o.serie(0, map[string]any{"data": low, "barMaxWidth": 22, "itemStyle": map[string]any{"color": sky}, "label": label, "markLine": marks([]map[string]any{mark("", ink, "solid", map[string]any{"xAxis": 0}, "end")})})
	o.serie(1, map[string]any{"data": high, "barMaxWidth": 22, "barGap": "8%", "itemStyle": map[string]any{"color": orange}, "label": label})
	return o.chart("tornado", d.Frame, w, h)
}

// Part is one thing's share in what moves an answer.
type Part struct {
	Name                 string
	First, Total         float64 // shares: alone, and with others
	FirstText, TotalText string  // with their errors
}

// PartsData is the shares, the largest first.
type PartsData struct {
	Frame
	Parts                []Part
	FirstName, TotalName string
}

// Parts shows shares in the variance of an answer: what each thing explains alone,
// and with all it does together with others.
func Parts(d PartsData) (Chart, error) {
	w, h := 760, 140+56*len(d.Parts)
	if len(d.Parts) == 0 {
		return empty("parts", d.Frame, w, 240)
	}
	n := len(d.Parts)
	names, first, total := make([]string, n), make([]any, n), make([]any, n)
	var texts []string
	lo, hi := 0.0, 100.0
	for i, p := range d.Parts {
		k := n - 1 - i
		names[k] = p.Name
		first[k] = map[string]any{"value": tidy(math.Round(p.First*1e4) / 100), "name": p.FirstText}
		total[k] = map[string]any{"value": tidy(math.Round(p.Total*1e4) / 100), "name": p.TotalText}
		lo, hi = min(lo, 100*p.First), max(hi, 100*p.First, 100*p.Total)
		texts = append(texts, p.FirstText, p.TotalText)
	}
	c := echarts.NewBar()
	c.AddSeries(d.FirstName, []opts.BarData{}).AddSeries(d.TotalName, []opts.BarData{})
	o, err := built(c)
	if err != nil {
		return Chart{}, err
	}
	from, to, step := round(lo, hi, true)
	x := map[string]any{"type": "value", "min": from, "max": to, "interval": step, "axisLabel": axisText("tc:fmt:number:%")}
	d.Unit = "%"
	y := namesAxis(names)
	y["axisLabel"].(map[string]any)["width"], y["axisLabel"].(map[string]any)["overflow"] = 220, "break"
	o.cartesian(d.Frame, x, y, []any{d.FirstName, d.TotalName})
	o.within(16, widest(texts...)+16, 92, 24)
	label := map[string]any{"show": true, "position": "right", "color": ink, "formatter": "tc:fmt:name", "fontSize": 11}
	o.serie(0, map[string]any{"data": first, "barMaxWidth": 16, "itemStyle": map[string]any{"color": blue}, "label": label})
	o.serie(1, map[string]any{"data": total, "barMaxWidth": 16, "itemStyle": map[string]any{"color": sky}, "label": label})
	return o.chart("parts", d.Frame, w, h)
}
