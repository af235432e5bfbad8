package charts

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Sized returns the chart for a picture of w × h CSS px: title and subtitle are
// cut where that picture ends. A side of 0 stays as it is. The words keep their
// size, so a smaller picture, scaled up on paper, has larger words.
func (c Chart) Sized(w, h int) (Chart, error) {
	if w <= 0 {
		w = c.W
	}
	if h <= 0 {
		h = c.H
	}
	if w == c.W {
		c.H = h
		return c, nil
	}
	var o option
	d := json.NewDecoder(bytes.NewReader(c.Option))
	d.UseNumber() // figures pass through as they are written
	if err := d.Decode(&o); err != nil {
		return c, fmt.Errorf("chart %s in %d×%d: %w", c.Name, w, h, err)
	}
	if title, ok := o["title"].(map[string]any); ok {
		for _, key := range [...]string{"textStyle", "subtextStyle"} {
			if style, ok := title[key].(map[string]any); ok {
				style["width"] = max(1, w-24)
			}
		}
	}
	b, err := json.Marshal(o)
	if err != nil {
		return c, fmt.Errorf("chart %s in %d×%d: %w", c.Name, w, h, err)
	}
	c.Option, c.W, c.H = b, w, h
	return c, nil
}
