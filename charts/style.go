package charts

import (
	"maps"

	"golang.org/x/text/width"
)

// The colours are told apart by people with the usual colour blindnesses, on
// white, in print and beside each other (after Okabe & Ito 2008). What has been
// is ink, what is forecast blue, a scenario orange, a goal green or purple;
// red, orange, yellow and green as lights stand with a sign and a word.
const (
	ink    = "#1b2733"
	faint  = "#6b7885"
	grid   = "#e3e8ed"
	blue   = "#0b5fa5"
	sky    = "#56a3dc"
	green  = "#0a7d5a"
	yellow = "#f0c808"
	orange = "#d9730d"
	red    = "#b3261e"
	grey   = "#8a949e"
	pale   = "#c3cad1"
	purple = "#7a4fa3"
	veil   = "rgba(255,255,255,0.78)" // under words that stand on lines
	white  = "#ffffff"                // between fills, and words on them

	onYellow = "#1a2733" // words on yellow, which stays as bright in the dark
	tip      = "#fffffe" // the plate of a tooltip

	// The lights for large areas, with dark words on them.
	tintMet    = "#d9ebf8"
	tintGreen  = "#d8efe6"
	tintYellow = "#fdf3c4"
	tintOrange = "#fde3cc"
	tintRed    = "#f8d7d4"
	tintPurple = "#e8dff2"
	tintGrey   = "#eceff2"
	tintRest   = "#f4f6f8"
)

// rest are the colours of series that a builder gives none.
var rest = [...]string{blue, orange, green, purple, red, sky, grey}

const fontFamily = `'Noto Sans SC','Microsoft YaHei','PingFang SC','Hiragino Sans GB',sans-serif`

// words is the look of axis and legend text.
func words(color string) map[string]any { return map[string]any{"color": color, "fontSize": 12} }

// mark is a line across the chart with a label: at a date, or at a value.
func mark(label, color, kind string, at map[string]any, position string) map[string]any {
	m := map[string]any{
		"name":      label,
		"lineStyle": map[string]any{"color": color, "type": kind, "width": 1.5},
		"label": map[string]any{
			"formatter": "tc:fmt:name", "position": position, "color": color, "fontSize": 12,
			"backgroundColor": veil, "padding": []int{1, 3},
		},
	}
	maps.Copy(m, at)
	return m
}

func marks(lines []map[string]any) map[string]any {
	return map[string]any{"silent": true, "symbol": "none", "data": lines}
}

// pixels estimates how wide the text is at 12 px, to keep labels apart: a
// Chinese character is a square, others are a little over half of one.
func pixels(s string) float64 {
	w := 0.0
	for _, r := range s {
		switch width.LookupRune(r).Kind() {
		case width.EastAsianWide, width.EastAsianFullwidth:
			w += 12
		default:
			w += 6.8
		}
	}
	return w
}

func widest(texts ...string) float64 {
	w := 0.0
	for _, s := range texts {
		w = max(w, pixels(s))
	}
	return w
}
