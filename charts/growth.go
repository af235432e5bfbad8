package charts

import "math"

// GrowthData is growth by year against a floor.
type GrowthData struct {
	Frame
	Floor *Level // nil where there is none
	Bars  []Bar  // one a year: State says whether the floor was kept, Text says it in words
}

// Growth shows year-on-year growth against its floor; what the colour says, the
// bar's words say too.
func Growth(d GrowthData) (Chart, error) {
	const w, h = 640, 320
	if len(d.Bars) == 0 {
		return empty("growth", d.Frame, w, h)
	}
	names, data := make([]string, len(d.Bars)), make([]any, len(d.Bars))
	for i, b := range d.Bars {
		color, _ := b.State.colors()
		item := b.item(color)
		if b.Value < 0 {
			item["label"] = map[string]any{"position": "bottom"}
		}
		names[i], data[i] = b.Name, item
	}
	o, err := items(d.Title, data)
	if err != nil {
		return Chart{}, err
	}
	lo, hi := ends(d.Bars)
	if lo < 0 {
		lo *= 1.15 // the words under the lowest bar
	}
	series := map[string]any{
		"barMaxWidth": 40, "label": map[string]any{"show": true, "position": "top", "color": ink, "formatter": "tc:fmt:name", "backgroundColor": veil},
	}
	right := 24.0
	if f := d.Floor; f != nil && !math.IsNaN(f.Value) {
		lo, hi = min(lo, f.Value), max(hi, f.Value)
		series["markLine"] = marks([]map[string]any{mark(f.Text, red, "dashed", map[string]any{"yAxis": f.Value}, "end")})
		right = widest(f.Text) + 20
	}
	y := valueAxis(d.Frame)
	reach(y, d.Frame, lo, hi)
	o.cartesian(d.Frame, namesAxis(names), y, nil)
	o.within(20, right, 104, 24)
	delete(o, "legend")
	o.serie(0, series)
	return o.chart("growth", d.Frame, w, h)
}
