package charts

// PaceData compares paces.
type PaceData struct {
	Frame
	Bars []Bar // each with its Text, which carries the unit
}

// Pace sets the recent pace beside the required ones.
func Pace(d PaceData) (Chart, error) {
	w, h := 640, 140+40*len(d.Bars)
	if len(d.Bars) == 0 {
		return empty("pace", d.Frame, w, 260)
	}
	names := make([]string, len(d.Bars))
	texts := make([]string, len(d.Bars))
	data := make([]any, len(d.Bars))
	for i, b := range d.Bars {
		k := len(d.Bars) - 1 - i // ECharts counts categories from below
		color := blue
		if b.Need {
			color = orange
		}
		names[k], texts[k], data[k] = b.Name, b.Text, b.item(color)
	}
	o, err := items(d.Title, data)
	if err != nil {
		return Chart{}, err
	}
	figures := valueAxis(d.Frame)
	figures["splitNumber"] = 4
	delete(figures, "name") // the bars carry their unit
	o.cartesian(d.Frame, figures, namesAxis(names), nil)
	o.within(16, widest(texts...)+20, 68, 20)
	delete(o, "legend")
	o.serie(0, map[string]any{"barMaxWidth": 24, "label": map[string]any{"show": true, "position": "right", "color": ink, "formatter": "tc:fmt:name"}})
	return o.chart("pace", d.Frame, w, h)
}
