package charts

import (
	"fmt"
	"math"
	"slices"
	"time"

	echarts "github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
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
	AsOf         time.Time // where what is known ends; zero draws no line
	Early, Late  time.Time // zero where there are none
	EarlyText    string
	LateText     string
	Plan         []Point // what is planned, to hold the history against
	PlanName     string  // of a plan by year; empty for even progress
	Scenario     []Band  // another forecast to draw beside the first
	ScenarioName string
	// FromZero starts the value axis at zero: for totals, not for levels.
	FromZero bool
}

const fanW, fanH = 900, 480

// Fan is the fan chart: what was, the median of what is to come, and the central
// 50, 80 and 95 % around it, against the target and its deadlines. With a
// scenario both forecasts are drawn as median and central 80 %, like against
// like.
//
// A 95 % interval that would dwarf everything else runs out of the picture, and
// the subtitle says so.
func Fan(d FanData) (Chart, error) {
	if len(d.History) == 0 && len(d.Bands) == 0 {
		return empty("fan", d.Frame, fanW, fanH)
	}
	if err := d.check(); err != nil {
		return Chart{}, err
	}
	p := plot{c: echarts.NewLine()}
	legend := []any{d.actual(&p)}
	if len(d.Scenario) > 0 {
		legend = append(legend, p.forecast(d, d.Bands, pick(d.Lang, "基准", "baseline"), blue, "dashed", 1)...)
		legend = append(legend, p.forecast(d, d.Scenario, d.ScenarioName, orange, "solid", 1)...)
	} else {
		legend = append(legend, p.forecast(d, d.Bands, "", blue, "dashed", 2, 1, 0)...)
	}
	if len(d.Plan) > 0 {
		legend = append(legend, d.planned(&p))
	}
	o, err := p.built()
	if err != nil {
		return Chart{}, err
	}
	y := valueAxis(d.Frame)
	lo, hi, last := d.extent()
	if top := reach(y, d.Frame, lo, hi); last > top {
		d.Subtitle += pick(d.Lang, " · 95%区间上端超出图面，见数据表", " · the 95% interval runs past the top; the table has it")
	}
	from, to := d.span()
	rows, right := d.deadlines(from, to)
	o.cartesian(d.Frame, timeAxis(d.Frame, from, to), y, legend)
	top := 96.0
	for _, m := range rows {
		if m["label"].(map[string]any)["distance"] != labelGap {
			top = 112
		}
	}
	o.within(24, right, top, 28)
	o.serie(0, map[string]any{"markLine": marks(append(d.goals(lo, hi), rows...))})
	return o.chart("fan", d.Frame, fanW, fanH)
}

func (d FanData) check() error {
	for _, s := range []struct {
		what  string
		dates []time.Time
	}{{"history", datesOf(d.History)}, {"forecast", bandDates(d.Bands)}, {"scenario", bandDates(d.Scenario)}, {"plan", datesOf(d.Plan)}} {
		if err := checkDates(s.what, s.dates); err != nil {
			return err
		}
	}
	for _, b := range slices.Concat(d.Bands, d.Scenario) {
		for i := 1; i < len(b.Q); i++ {
			if b.Q[i] < b.Q[i-1] {
				return fmt.Errorf("chart: fan: quantiles of %s cross", onDate(b.Date))
			}
		}
	}
	return nil
}

// plot collects lines with the styles that go-echarts can't give them.
type plot struct {
	c      *echarts.Line
	styles []map[string]any
}

func (p *plot) line(name string, points []Point, style map[string]any) {
	data := make([]opts.LineData, len(points))
	for i, x := range points {
		data[i] = opts.LineData{Value: []any{onDate(x.Date), value(x.Value)}}
	}
	p.c.AddSeries(name, data)
	p.styles = append(p.styles, style)
}

func (p *plot) built() (option, error) {
	o, err := built(p.c)
	if err != nil {
		return nil, err
	}
	for i, s := range p.styles {
		o.serie(i, s)
	}
	return o, nil
}

func (d FanData) actual(p *plot) string {
	name := pick(d.Lang, "实际", "actual")
	p.line(name, d.History, map[string]any{
		"showSymbol": len(d.History) <= 40, "symbol": "circle", "symbolSize": 5, "z": 5,
		"lineStyle": map[string]any{"color": ink, "width": 2.5}, "itemStyle": map[string]any{"color": ink},
	})
	return name
}

// planned draws what is planned: even progress as a thin line, a plan by year with
// a mark at the end of each.
func (d FanData) planned(p *plot) string {
	if d.PlanName == "" {
		name := pick(d.Lang, "序时计划", "even progress")
		p.line(name, d.Plan, map[string]any{"symbol": "none", "z": 3, "lineStyle": map[string]any{"color": grey, "width": 1.5, "type": "dotted"}, "itemStyle": map[string]any{"color": grey}})
		return name
	}
	p.line(d.PlanName, d.Plan, map[string]any{
		"symbol": "diamond", "symbolSize": 10, "showSymbol": true, "z": 6,
		"lineStyle": map[string]any{"color": orange, "width": 1.5, "type": "dotted"}, "itemStyle": map[string]any{"color": orange},
	})
	return d.PlanName
}

// Where the bands' lower quantiles stand in Q, the widest first; opacity by band.
var (
	bandNames   = [3]string{"95%", "80%", "50%"}
	bandOpacity = [3]float64{0.18, 0.26, 0.36}
)

// forecast draws the median and the bands, the widest first, and returns their
// entries in the legend in the order in which they were asked for. who is named
// where there are two of them.
func (p *plot) forecast(d FanData, bands []Band, who, color, dash string, shown ...int) []any {
	// The forecast starts where the history ends, so that the fan opens from it.
	joined := joinBands(d.History, bands)
	interval, median := pick(d.Lang, "区间", " interval"), pick(d.Lang, "预测中位数", "median forecast")
	prefix := ""
	if who != "" {
		prefix, median = who+pick(d.Lang, "", " "), who+pick(d.Lang, "中位数", " median")
	}
	legend := []any{median}
	for _, k := range shown {
		legend = append(legend, map[string]any{"name": prefix + bandNames[k] + interval, "icon": "rect"})
	}
	slices.Sort(shown)
	for _, k := range shown {
		opacity := bandOpacity[k]
		p.band(prefix+bandNames[k], interval, pick(d.Lang, "下限", " low"), joined, k, color, opacity)
	}
	// The upper end of the 80 % for the tooltip alone; the lower one is drawn.
	p.line(prefix+bandNames[1]+pick(d.Lang, "上限", " high"), quantiles(joined, func(b Band) float64 { return b.Q[5] }), map[string]any{
		"showSymbol": false, "silent": true, "lineStyle": map[string]any{"opacity": 0}, "itemStyle": map[string]any{"color": color, "opacity": 0},
	})
	p.line(median, quantiles(joined, func(b Band) float64 { return b.Q[3] }), map[string]any{
		"symbol": "none", "z": 4, "lineStyle": map[string]any{"color": color, "width": 2, "type": dash}, "itemStyle": map[string]any{"color": color},
	})
	return legend
}

// band draws two stacked series as the area between two quantiles: the lower
// one carries, unseen, the other.
func (p *plot) band(name, interval, low string, bands []Band, k int, color string, opacity float64) {
	unseen := map[string]any{"opacity": 0}
	lower := map[string]any{
		"stack": name, "stackStrategy": "all", "showSymbol": false, "silent": true,
		"lineStyle": unseen, "itemStyle": map[string]any{"color": color, "opacity": 0},
	}
	if k != 1 {
		lower["tooltip"] = map[string]any{"show": false}
	}
	p.line(name+low, quantiles(bands, func(b Band) float64 { return b.Q[k] }), lower)
	p.line(name+interval, quantiles(bands, func(b Band) float64 { return b.Q[6-k] - b.Q[k] }), map[string]any{
		"stack": name, "stackStrategy": "all", "showSymbol": false, "silent": true, "lineStyle": unseen, "tooltip": map[string]any{"show": false},
		"areaStyle": map[string]any{"color": color, "opacity": opacity}, "itemStyle": map[string]any{"color": color, "opacity": opacity + 0.2},
	})
}

// span is the first and the last date drawn: of the figures, of the plan, and
// the deadlines still to come.
func (d FanData) span() (from, to time.Time) {
	dates := slices.Concat(datesOf(d.History), bandDates(d.Bands), bandDates(d.Scenario), datesOf(d.Plan))
	from = slices.MinFunc(dates, time.Time.Compare)
	to = slices.MaxFunc(append(dates, d.AsOf, d.Early, d.Late), time.Time.Compare)
	if !to.After(from) {
		from, to = from.AddDate(0, -6, 0), to.AddDate(0, 6, 0)
	}
	return from, to
}

// extent is what the value axis must show: the history, the goals, the medians
// and the 80 %, and of the 95 % what does not dwarf the rest. last is the
// highest figure there is.
func (d FanData) extent() (lo, hi, last float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	see := func(v float64) {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	for _, p := range slices.Concat(d.History, d.Plan) {
		see(p.Value)
	}
	for _, g := range []*float64{d.Low, d.High} {
		if g != nil {
			see(*g)
		}
	}
	outer := 6
	if len(d.Scenario) > 0 {
		outer = 5
	}
	bands := slices.Concat(d.Bands, d.Scenario)
	for _, b := range bands {
		see(b.Q[3])
		see(b.Q[6-outer])
	}
	core, q90 := hi, math.Inf(-1)
	last = math.Inf(-1)
	for _, b := range bands {
		q90, last = max(q90, b.Q[5]), max(last, b.Q[outer])
	}
	if core > 0 {
		see(min(last, 2*max(core, min(q90, 3*core))))
	} else {
		see(last)
	}
	if d.FromZero {
		lo = min(0, lo)
	}
	return lo, hi, last
}

// goals are the lines of the target's ends. Where they lie close together the
// low one is named below its line.
func (d FanData) goals(lo, hi float64) []map[string]any {
	var out []map[string]any
	two := d.High != nil && (d.Low == nil || *d.High > *d.Low)
	if d.Low != nil {
		position := "insideStartTop"
		if two && (*d.High-*d.Low)/(hi-lo)*(fanH-130) < 20 {
			position = "insideStartBottom"
		}
		out = append(out, mark(d.LowText, green, "dashed", map[string]any{"yAxis": *d.Low}, position))
	}
	if two {
		out = append(out, mark(d.HighText, purple, "dashed", map[string]any{"yAxis": *d.High}, "insideStartTop"))
	}
	return out
}

// moment is a date with a line.
type moment struct {
	at                time.Time
	text, color, kind string
}

const labelGap, labelRow = 4, 19 // px between the axes and the labels above them

// deadlines are the lines of the deadlines and the as-of date, their labels in
// two rows where one row would run them into each other; right is the room they
// need beside the axes.
func (d FanData) deadlines(from, to time.Time) (lines []map[string]any, right float64) {
	const left = 84 // about where the axes start
	right = 32
	free := [2]float64{left + pixels(d.Axis), 0} // up to where each row is taken
	add := func(d moment) {
		if d.at.IsZero() || d.at.Before(from) || d.at.After(to) {
			return
		}
		share := float64(d.at.Sub(from)) / float64(to.Sub(from))
		half := pixels(d.text)/2 + 5
		right = max(right, half-(1-share)*(fanW-left))
		x := left + share*(fanW-left-right)
		m := mark(d.text, d.color, d.kind, map[string]any{"xAxis": onDate(d.at)}, "end")
		row, gap := 0, labelGap
		if x-half < free[0] && x-half >= free[1] {
			row, gap = 1, labelRow
		}
		free[row] = x + half
		m["label"].(map[string]any)["distance"] = gap
		lines = append(lines, m)
	}
	moments := []moment{{d.AsOf, pick(d.Lang, "截至日", "as of"), grey, "dotted"}, {d.Late, d.LateText, ink, "dashed"}}
	if !d.Early.Equal(d.Late) {
		moments = append(moments, moment{d.Early, d.EarlyText, faint, "dashed"})
	}
	slices.SortFunc(moments, func(a, b moment) int { return a.at.Compare(b.at) })
	for _, m := range moments {
		add(m)
	}
	return lines, right
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
