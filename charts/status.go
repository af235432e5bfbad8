package charts

import (
	"fmt"
	"strconv"

	echarts "github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// Light is a status as a series of the status chart.
type Light struct {
	Key, Icon, Word string
}

// StatusData is the number of targets by group and light.
type StatusData struct {
	Frame
	Groups []string
	Lights []Light
	Counts [][]int // [group][light]
}

// Status shows how many targets of each group are in which light. Each piece
// carries its light's sign beside the count where it is wide enough, so that it
// reads without colour.
func Status(d StatusData) (Chart, error) {
	w, h := 900, 140+26*len(d.Groups)
	if len(d.Groups) == 0 {
		return empty("status", d.Frame, w, 240)
	}
	longest, err := d.check()
	if err != nil {
		return Chart{}, err
	}
	c := echarts.NewBar()
	for _, light := range d.Lights {
		c.AddSeries(light.Icon+" "+light.Word, []opts.BarData{})
	}
	o, err := built(c)
	if err != nil {
		return Chart{}, err
	}
	n := len(d.Groups)
	names := make([]string, n)
	for g, name := range d.Groups {
		names[n-1-g] = name // ECharts counts categories from below
	}
	unit := (float64(w) - 72 - widest(names...)) / float64(max(1, longest)) // px to a target
	legend := make([]any, len(d.Lights))
	for l, light := range d.Lights {
		legend[l] = light.Icon + " " + light.Word
		o.serie(l, d.series(l, light, unit))
	}
	y := namesAxis(names)
	o.cartesian(d.Frame, map[string]any{"type": "value", "minInterval": 1, "axisLabel": axisText("tc:fmt:number")}, y, legend)
	o["tooltip"].(map[string]any)["valueFormatter"] = "tc:fmt:count"
	o.within(24, 24, 84, 28)
	return o.chart("status", d.Frame, w, h)
}

// check returns the number of targets in the largest group.
func (d StatusData) check() (longest int, err error) {
	if len(d.Counts) != len(d.Groups) {
		return 0, fmt.Errorf("chart: status: %d rows for %d groups", len(d.Counts), len(d.Groups))
	}
	for g, row := range d.Counts {
		if len(row) != len(d.Lights) {
			return 0, fmt.Errorf("chart: status: %d counts of %s for %d lights", len(row), d.Groups[g], len(d.Lights))
		}
		sum := 0
		for _, n := range row {
			if n < 0 {
				return 0, fmt.Errorf("chart: status: %d targets of %s", n, d.Groups[g])
			}
			sum += n
		}
		longest = max(longest, sum)
	}
	return longest, nil
}

// series is a light's pieces, with words where they fit.
func (d StatusData) series(l int, light Light, unit float64) map[string]any {
	fill, text := lightColors(light.Key)
	n := len(d.Groups)
	data := make([]any, n)
	for g, row := range d.Counts {
		count := strconv.Itoa(row[l])
		words := light.Icon + " " + count
		if room := unit * float64(row[l]); room < pixels(words)+4 {
			words = count
			if room < pixels(count)+2 {
				words = ""
			}
		}
		item := map[string]any{"value": row[l], "name": words}
		if row[l] == 0 {
			item = map[string]any{"value": "-"} // no "0" written into an empty piece
		}
		data[n-1-g] = item
	}
	return map[string]any{
		"data": data, "stack": "lights", "barMaxWidth": 18,
		"itemStyle": map[string]any{"color": fill, "borderColor": white, "borderWidth": 1},
		"label":     map[string]any{"show": true, "color": text, "fontSize": 11, "formatter": "tc:fmt:name"},
	}
}

// lightTint is a light's colour for large areas, with dark words on it.
func lightTint(key string) string {
	switch key {
	case "met":
		return tintMet
	case "on_track":
		return tintGreen
	case "late":
		return tintYellow
	case "at_risk":
		return tintOrange
	case "off_track":
		return tintRed
	case "tracked":
		return tintPurple
	}
	return tintGrey
}

// lightColors are a light's colour and that of words on it.
func lightColors(key string) (fill, text string) {
	switch key {
	case "met":
		return blue, white
	case "on_track":
		return green, white
	case "late":
		return yellow, onYellow
	case "at_risk":
		return orange, onYellow
	case "off_track":
		return red, white
	case "tracked":
		return purple, white
	}
	return pale, ink
}
