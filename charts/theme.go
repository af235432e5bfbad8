package charts

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"talentcast/analytics/fault"
)

// Theme is what a chart is looked at on.
type Theme string

// The themes. A builder draws for OnLight; [Chart.In] turns a chart into the others.
const (
	OnLight Theme = "light" // on white
	OnDark  Theme = "dark"  // on a dark page, or on the wall
	OnPaper Theme = "print" // on paper, in black and white too: fills are told apart by how dark they are
)

// Themes lists the themes.
func Themes() []Theme { return []Theme{OnLight, OnDark, OnPaper} }

// Ground is the colour the theme's pictures are made for, as #rrggbb.
func (t Theme) Ground() string {
	if t == OnDark {
		return "#182129"
	}
	return "#ffffff"
}

// ThemeOf reads a theme; empty stands for OnLight. Others are [fault.Invalid].
func ThemeOf(name string) (Theme, error) {
	if name == "" {
		return OnLight, nil
	}
	if t := Theme(name); slices.Contains(Themes(), t) {
		return t, nil
	}
	return "", fault.Newf(fault.Invalid, "没有图表主题“%[1]s”；可用：light、dark、print。", "There is no chart theme %[1]q; use light, dark or print.", name)
}

// palette gives each colour of the light theme its place in another. Builders
// use no colour that is not in it, which a test checks.
func (t Theme) palette() map[string]string {
	switch t {
	case OnDark:
		return map[string]string{
			ink: "#e8edf2", faint: "#a9b6c2", grid: "#2f3b46", blue: "#62aef0", sky: "#3f7fb5", green: "#4cc38a",
			yellow: "#f0c808", orange: "#f2914a", red: "#ff8278", grey: "#94a1ad", pale: "#56636f", purple: "#bb9fe3",
			veil: "rgba(24,33,41,0.78)", white: "#182129", onYellow: "#10171e", tip: "#25303a",
			tintMet: "#173b54", tintGreen: "#123f30", tintYellow: "#4a3d0a", tintOrange: "#4f2c10", tintRed: "#521d19",
			tintPurple: "#33294a", tintGrey: "#2b343c", tintRest: "#202a33",
		}
	case OnPaper:
		return map[string]string{
			ink: "#000000", faint: "#404040", grid: "#cccccc", blue: "#0a4a80", sky: "#6fa8d3", green: "#0a6b4b",
			yellow: "#f2d23c", orange: "#cc6d12", red: "#8a1a14", grey: "#6a6a6a", pale: "#bdbdbd", purple: "#5a3a7a",
			veil: "rgba(255,255,255,0.85)", white: "#ffffff", onYellow: "#000000", tip: "#ffffff",
			tintMet: "#d9ebf8", tintGreen: "#d8efe6", tintYellow: "#fdf3c4", tintOrange: "#fde3cc", tintRed: "#f8d7d4",
			tintPurple: "#e8dff2", tintGrey: "#eceff2", tintRest: "#f4f6f8",
		}
	}
	return nil
}

// Palettes are the colours of every theme by those of the light one, for pages
// that change a chart's theme themselves.
func Palettes() map[Theme]map[string]string {
	out := map[Theme]map[string]string{}
	for _, t := range Themes() {
		if p := t.palette(); p != nil {
			out[t] = p
		}
	}
	return out
}

// In returns the chart in a theme; the chart itself stays as it is. Of a chart
// that is in a theme already it is no use: start from the light one.
func (c Chart) In(t Theme) (Chart, error) {
	colors := t.palette()
	if colors == nil {
		return c, nil
	}
	var o any
	d := json.NewDecoder(bytes.NewReader(c.Option))
	d.UseNumber() // figures pass through as they are written
	if err := d.Decode(&o); err != nil {
		return c, fmt.Errorf("chart %s in theme %s: %w", c.Name, t, err)
	}
	o = recolored(o, colors)
	if m, ok := o.(map[string]any); ok && t == OnDark {
		m["darkMode"] = true
	}
	b, err := json.Marshal(o)
	if err != nil {
		return c, fmt.Errorf("chart %s in theme %s: %w", c.Name, t, err)
	}
	c.Option = b
	return c, nil
}

// recolored exchanges every colour in a value. A text that happens to read like
// one of them would be exchanged too; no title or label does.
func recolored(v any, colors map[string]string) any {
	switch v := v.(type) {
	case string:
		if c, ok := colors[v]; ok {
			return c
		}
	case []any:
		for i := range v {
			v[i] = recolored(v[i], colors)
		}
	case map[string]any:
		for k := range v {
			v[k] = recolored(v[k], colors)
		}
	}
	return v
}
