package charts

import (
	"fmt"
	"time"

	echarts "github.com/go-echarts/go-echarts/v2/charts"
)

// Band is a predictive distribution at a date: the quantiles at 2.5, 10, 25, 50,
// 75, 90 and 97.5 %.
type Band struct {
	Date time.Time
	Q    [7]float64
}

// FanData is a history and its forecast.
type FanData struct {
	Frame
	History []Point
	Bands   []Band
	// Low and High are the target's ends; nil where there are none.
	Low, High    *float64
	LowText      string // the label of the low line: 目标500人
	HighText     string
	AsOf         time.Time
	Early, Late  time.Time // zero where there are none
	EarlyText    string
	LateText     string
	Scenario     []Band // another forecast to draw beside the first
	ScenarioName string
	// FromZero starts the value axis at zero: for totals, not for levels.
	FromZero bool
}

// Fan is the fan chart: what was, the median of what is to come, and the central
// 50, 80 and 95 % around it, against the target and its deadlines.
func Fan(d FanData) (Chart, error) {
	const w, h = 900, 480
	if len(d.History) == 0 && len(d.Bands) == 0 {
		return empty("fan", d.Frame, w, h)
	}
	for what, dates := range map[string][]time.Time{"history": datesOf(d.History), "forecast": bandDates(d.Bands), "scenario": bandDates(d.Scenario)} {
		if err := checkDates(what, dates); err != nil {
			return Chart{}, err
		}
	}
	for _, b := range append(append([]Band(nil), d.Bands...), d.Scenario...) {
		for i := 1; i < len(b.Q); i++ {
			if b.Q[i] < b.Q[i-1] {
				return Chart{}, fmt.Errorf("chart: fan: quantiles of %s cross", onDate(b.Date))
			}
		}
	}
	actual, median := pick(d.Lang, "实际", "actual"), pick(d.Lang, "预测中位数", "median forecast")
	names := [3]string{pick(d.Lang, "95%区间", "95% interval"), pick(d.Lang, "80%区间", "80% interval"), pick(d.Lang, "50%区间", "50% interval")}
	// The forecast starts where the history ends, so that the fan opens from it.
	joined := joinBands(d.History, d.Bands)

	c := echarts.NewLine()
	for k := range names {
		lineSeries(c, "lower"+names[k], quantiles(joined, func(b Band) float64 { return b.Q[k] }))
		lineSeries(c, names[k], quantiles(joined, func(b Band) float64 { return b.Q[6-k] - b.Q[k] }))
	}
	lineSeries(c, median, quantiles(joined, func(b Band) float64 { return b.Q[3] }))
	lineSeries(c, actual, d.History)
	area := func(name string) map[string]any { return map[string]any{"name": name, "icon": "rect"} }
	legend := []any{actual, median, area(names[2]), area(names[1]), area(names[0])}
	if len(d.Scenario) > 0 {
		other := joinBands(d.History, d.Scenario)
		lineSeries(c, "lower"+d.ScenarioName, quantiles(other, func(b Band) float64 { return b.Q[1] }))
		lineSeries(c, d.ScenarioName+pick(d.Lang, " 80%区间", " 80% interval"), quantiles(other, func(b Band) float64 { return b.Q[5] - b.Q[1] }))
		lineSeries(c, d.ScenarioName, quantiles(other, func(b Band) float64 { return b.Q[3] }))
		legend = append(legend, d.ScenarioName, area(d.ScenarioName+pick(d.Lang, " 80%区间", " 80% interval")))
	}
	o, err := built(c)
	if err != nil {
		return Chart{}, err
	}
	y := valueAxis(d.Frame)
	y["scale"] = !d.FromZero
	if d.FromZero {
		y["min"] = 0
	}
	from, to := d.span()
	o.cartesian(d.Frame, timeAxis(d.Frame, from, to), y, legend)
	for k, opacity := range [3]float64{0.18, 0.26, 0.36} {
		o.band(2*k, fmt.Sprintf("band%d", k), blue, opacity)
	}
	o.serie(6, map[string]any{"showSymbol": false, "z": 4, "lineStyle": map[string]any{"color": blue, "width": 2, "type": "dashed"}, "itemStyle": map[string]any{"color": blue}})
	symbols := len(d.History) <= 40
	o.serie(7, map[string]any{
		"showSymbol": symbols, "symbol": "circle", "symbolSize": 5, "z": 5,
		"lineStyle": map[string]any{"color": ink, "width": 2.5}, "itemStyle": map[string]any{"color": ink},
		"markLine": marks(d.lines()),
	})
	if len(d.Scenario) > 0 {
		o.band(8, "scenario", orange, 0.22)
		o.serie(10, map[string]any{"showSymbol": false, "z": 4, "lineStyle": map[string]any{"color": orange, "width": 2}, "itemStyle": map[string]any{"color": orange}})
	}
	return o.chart("fan", d.Frame, w, h)
}

// band styles two stacked series as the area between two quantiles: the lower
// one carries, unseen, the other.
func (o option) band(i int, stack, color string, opacity float64) {
	unseen := map[string]any{"opacity": 0}
	quiet := map[string]any{"show": false}
	o.serie(i, map[string]any{"stack": stack, "stackStrategy": "all", "showSymbol": false, "silent": true, "lineStyle": unseen, "itemStyle": unseen, "tooltip": quiet})
	o.serie(i+1, map[string]any{
		"stack": stack, "stackStrategy": "all", "showSymbol": false, "silent": true, "lineStyle": unseen, "tooltip": quiet,
		"areaStyle": map[string]any{"color": color, "opacity": opacity}, "itemStyle": map[string]any{"color": color, "opacity": opacity + 0.2},
	})
}

// span is the first and the last date drawn.
func (d FanData) span() (from, to time.Time) {
	dates := append(datesOf(d.History), bandDates(d.Bands)...)
	return dates[0], dates[len(dates)-1]
}

// lines are the target's ends, the deadlines and the as-of date.
func (d FanData) lines() []map[string]any {
	var out []map[string]any
	if d.Low != nil {
		out = append(out, mark(d.LowText, green, map[string]any{"yAxis": *d.Low}, "insideStartTop"))
	}
	if d.High != nil && (d.Low == nil || *d.High > *d.Low) {
		out = append(out, mark(d.HighText, purple, map[string]any{"yAxis": *d.High}, "insideStartTop"))
	}
	if !d.Early.IsZero() && !d.Early.Equal(d.Late) {
		out = append(out, mark(d.EarlyText, orange, map[string]any{"xAxis": onDate(d.Early)}, "end"))
	}
	if !d.Late.IsZero() {
		out = append(out, mark(d.LateText, red, map[string]any{"xAxis": onDate(d.Late)}, "end"))
	}
	return out
}

func bandDates(bands []Band) []time.Time {
	out := make([]time.Time, len(bands))
	for i, b := range bands {
		out[i] = b.Date
	}
	return out
}

// joinBands puts the last actual in front of the bands, as a distribution
// without spread.
func joinBands(history []Point, bands []Band) []Band {
	if len(history) == 0 || len(bands) == 0 || !bands[0].Date.After(history[len(history)-1].Date) {
		return bands
	}
	last := history[len(history)-1]
	b := Band{Date: last.Date}
	for i := range b.Q {
		b.Q[i] = last.Value
	}
	return append([]Band{b}, bands...)
}

func quantiles(bands []Band, of func(Band) float64) []Point {
	out := make([]Point, len(bands))
	for i, b := range bands {
		out[i] = Point{b.Date, of(b)}
	}
	return out
}
