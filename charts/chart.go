// Package charts turns plain values into ECharts options. It queries nothing and
// knows nothing of targets: who calls it has the figures ready.
//
// There is one builder for each chart idea: [Fan], [Periodic], [Pace],
// [Backtest], [Duty], [Growth], [Status], [Heat], [Progress], [OddsChart], [Reliability] and
// [PIT]; of the scenario
// laboratory [Curve], [Tornado], [Parts], [Frontier] and [Compare]. A builder checks its
// data and fails on what can't be drawn (dates that run back, quantiles that
// cross, rows of unequal length); NaN leaves a gap, and a chart of nothing says
// 无数据.
//
// An option is plain JSON without functions. Formatters are names ("tc:fmt:…")
// that charts/render resolves, in the page and on the server alike.
package charts

import (
	"encoding/json"
	"fmt"
	"math"
	"time"

	"talentcast/analytics"
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
	Unit     string // 人, 元, % …: of the figures, and of the formatter
	Axis     string // what the value axis shows, with its unit: 累计（人）
	Lang     string // "zh" or "en"
	Demo     bool   // synthetic data: marked in the picture
	Alt      string
	// Freq says how dates are written: years, or months. 0 stands for months.
	Freq analytics.Frequency
}

// Point is a figure at a date; NaN leaves a gap.
type Point struct {
	Date  time.Time
	Value float64
}

// option is an ECharts option as go-echarts builds it, open to what it can't
// say.
type option map[string]any

// built takes over what a go-echarts chart has made. The detour through JSON
// turns its structs into maps that can be completed. Its own chart id, random,
// is not among them.
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
	sub := f.Subtitle
	if f.Demo {
		mark := pick(f.Lang, "演示数据", "demonstration data")
		if sub != "" {
			mark = " · " + mark
		}
		sub += mark
	}
	o["title"] = map[string]any{
		"text": f.Title, "subtext": sub, "left": 12, "top": 8,
		"textStyle":    map[string]any{"color": ink, "fontSize": 16, "fontWeight": "bold", "width": w - 24, "overflow": "truncate"},
		"subtextStyle": map[string]any{"color": faint, "fontSize": 12, "width": w - 24, "overflow": "truncate"},
	}
	o["tc:lang"] = pick(f.Lang, "zh", "en")
	o["textStyle"] = map[string]any{"fontFamily": fontFamily, "color": ink}
	o["aria"] = map[string]any{"enabled": true, "label": map[string]any{"description": f.Alt}}
	o["animation"] = false
	o["color"] = rest
	if tooltip, ok := o["tooltip"].(map[string]any); ok {
		tooltip["backgroundColor"], tooltip["borderColor"], tooltip["textStyle"] = tip, grid, words(ink)
	}
	delete(o, "toolbox")
	b, err := json.Marshal(o)
	if err != nil {
		return Chart{}, fmt.Errorf("chart %s: %w", name, err)
	}
	return Chart{Name: name, Title: f.Title, Alt: f.Alt, Option: b, W: w, H: h}, nil
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
