package charts

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// titleHeight is what a title and its second line take at the head of a chart.
const titleHeight = 40

// Untitled returns the chart without its title, for documents whose captions say
// the same: what stands below moves up, and the chart is as much less high.
func (c Chart) Untitled() (Chart, error) {
	var o map[string]any
	d := json.NewDecoder(bytes.NewReader(c.Option))
	d.UseNumber()
	if err := d.Decode(&o); err != nil {
		return c, fmt.Errorf("chart %s without its title: %w", c.Name, err)
	}
	delete(o, "title")
	for _, part := range []string{"grid", "legend", "series", "calendar", "visualMap"} {
		each(o[part], raise)
	}
	b, err := json.Marshal(o)
	if err != nil {
		return c, fmt.Errorf("chart %s without its title: %w", c.Name, err)
	}
	c.Option, c.H = b, c.H-titleHeight
	return c, nil
}

// each calls f for one object or for every object of a list.
func each(v any, f func(map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		f(v)
	case []any:
		for _, x := range v {
			each(x, f)
		}
	}
}

// raise moves a part up by the height of the title.
func raise(part map[string]any) {
	n, ok := part["top"].(json.Number)
	if !ok {
		return
	}
	if top, err := n.Float64(); err == nil {
		part["top"] = max(0, top-titleHeight)
	}
}
