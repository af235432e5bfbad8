package charts

import (
	"math"
	"strconv"
	"strings"
	"time"

	"talentcast/analytics"
)

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

// dateFormatter writes a date as its period.
func dateFormatter(f Frame) string {
	if f.Freq == analytics.Yearly {
		return "tc:fmt:year"
	}
	return "tc:fmt:month"
}

// period is a date as a category: the year, or year and month.
func period(f Frame, t time.Time) string {
	if f.Freq == analytics.Yearly {
		return t.Format("2006")
	}
	return t.Format("2006-01")
}

// axisText is the look of an axis, with labels by the named formatter.
func axisText(format string) map[string]any {
	m := words(faint)
	if format != "" {
		m["formatter"] = format
	}
	return m
}

// valueAxis is an axis of figures, with its name and unit at the top; money
// carries its unit beside each figure, where its size decides it (元, 万元, 亿元).
func valueAxis(f Frame) map[string]any {
	name := f.Axis
	if name == "" && f.Unit != "元" {
		name = f.Unit
	}
	format := "tc:fmt:number"
	if f.Unit == "元" {
		format = "tc:fmt:yuan"
	}
	return map[string]any{"type": "value", "name": name, "nameLocation": "end", "axisLabel": axisText(format)}
}

// reach sets the axis to run over lo and hi in round steps. Lines across the
// chart do not widen an axis by themselves, so a goal that nothing comes near
// would not show. It returns where the axis ends.
func reach(axis map[string]any, f Frame, lo, hi float64) (top float64) {
	if math.IsNaN(lo) || math.IsNaN(hi) || math.IsInf(lo, 0) || math.IsInf(hi, 0) || lo > hi {
		return math.Inf(1)
	}
	from, to, step := round(lo, hi, counted(f.Unit))
	axis["min"], axis["max"], axis["interval"] = from, to, step
	return to
}

// counted reports whether figures of the unit are whole.
func counted(unit string) bool {
	return unit != "" && unit != "元" && !strings.Contains(unit, "%") && !strings.HasPrefix(unit, "万") && !strings.HasPrefix(unit, "×")
}

// round widens lo and hi to multiples of a step of 1, 2, 2.5 or 5 times a power
// of ten, about five of them apart.
func round(lo, hi float64, whole bool) (from, to, step float64) {
	span := hi - lo
	if span <= 0 {
		span = max(math.Abs(hi), 1)
		hi = lo + span
	}
	step = math.Pow(10, math.Floor(math.Log10(span/5)))
	for _, m := range []float64{1, 2, 2.5, 5, 10} {
		if span/(m*step) <= 5.5 {
			step *= m
			break
		}
	}
	if whole {
		step = max(1, math.Ceil(step))
	}
	return tidy(math.Floor(lo/step+1e-9) * step), tidy(math.Ceil(hi/step-1e-9) * step), tidy(step)
}

// tidy drops the noise of binary fractions: 0.30000000000000004 is 0.3.
func tidy(v float64) float64 {
	t, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 12, 64), 64)
	if err != nil {
		return v
	}
	return t + 0 // never -0
}

// timeAxis labels years, and months where there are few of them. Yearly figures
// stand at the ends of years, and so do their labels.
func timeAxis(f Frame, from, to time.Time) map[string]any {
	axis := map[string]any{
		"type": "time", "min": onDate(from), "max": onDate(to),
		"axisPointer": map[string]any{"label": map[string]any{"formatter": dateFormatter(f)}},
	}
	if f.Freq == analytics.Yearly {
		ends := yearEnds(from, to)
		label := axisText("tc:fmt:year")
		label["customValues"] = ends
		axis["axisLabel"], axis["axisTick"] = label, map[string]any{"customValues": ends}
		return axis
	}
	year, month := pick(f.Lang, "{yyyy}年", "{yyyy}"), ""
	if to.Sub(from) < 3*365*24*time.Hour {
		month = pick(f.Lang, "{M}月", "{MMM}")
	}
	label := words(faint)
	label["hideOverlap"] = true
	label["formatter"] = map[string]any{"year": year, "month": month, "day": "", "hour": "", "minute": "", "second": "", "millisecond": ""}
	axis["axisLabel"] = label
	return axis
}

// yearEnds are at most some twelve ends of years between two dates, evenly
// apart, the last one always among them.
func yearEnds(from, to time.Time) []string {
	var all []string
	for y := from.Year(); y <= to.Year(); y++ {
		if d := analytics.Date(y, time.December, 31); !d.Before(from) && !d.After(to) {
			all = append(all, onDate(d))
		}
	}
	step := (len(all) + 11) / 12
	var out []string
	for i, d := range all {
		if (len(all)-1-i)%max(1, step) == 0 {
			out = append(out, d)
		}
	}
	return out
}

// periodAxis has a category for each period and labels about a dozen of them,
// whole quarters or years apart.
func periodAxis(f Frame, labels []string) map[string]any {
	text := axisText(dateFormatter(f))
	steps := []int{1, 2, 3, 6, 12, 24, 60, 120}
	if f.Freq == analytics.Yearly {
		steps = []int{1, 2, 5, 10, 20}
	}
	step := steps[len(steps)-1]
	for _, s := range steps {
		if len(labels) <= 12*s {
			step = s
			break
		}
	}
	text["interval"] = step - 1
	return map[string]any{
		"type": "category", "data": labels, "axisLabel": text,
		"axisPointer": map[string]any{"label": map[string]any{"formatter": dateFormatter(f)}},
	}
}

// namesAxis has a category for each name, all of them labelled.
func namesAxis(names []string) map[string]any {
	text := words(ink)
	text["interval"] = 0
	return map[string]any{"type": "category", "data": names, "axisLabel": text}
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
		a["nameTextStyle"] = map[string]any{"color": faint, "fontSize": 12, "align": "left"}
	}
	o["xAxis"], o["yAxis"] = []any{x}, []any{y}
	o["grid"] = map[string]any{"left": 24, "right": 32, "top": 108, "bottom": 28, "containLabel": true}
	o["legend"] = map[string]any{
		"data": legend, "top": 52, "right": 16, "itemWidth": 18, "itemHeight": 10, "itemGap": 14, "textStyle": words(ink),
	}
	o["tooltip"] = map[string]any{"trigger": "axis", "valueFormatter": formatter(f.Unit), "confine": true}
}

// within sets the room around the axes.
func (o option) within(left, right, top, bottom float64) {
	o["grid"] = map[string]any{"left": left, "right": right, "top": top, "bottom": bottom, "containLabel": true}
}

// serie completes the i-th series that go-echarts made.
func (o option) serie(i int, more map[string]any) {
	s := o["series"].([]any)[i].(map[string]any)
	for k, v := range more {
		s[k] = v
	}
}
