package charts

import (
	"math"
	"strconv"
	"testing"
)

// luminance is the relative luminance of #rrggbb (WCAG 2.2).
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(hex, err)
		}
		c := float64(v) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func (t Theme) color(c string) string {
	if to, ok := t.palette()[c]; ok {
		return to
	}
	return c
}

// TestContrast holds every theme to WCAG 2.2 AA: 4.5 for words, 3 for lines and
// pieces that carry meaning.
func TestContrast(t *testing.T) {
	statuses := []string{"met", "on_track", "late", "at_risk", "off_track", "tracked", "no_data"}
	for _, theme := range Themes() {
		on := func(fore, back string, least float64, what string) {
			t.Helper()
			if got := contrast(t, theme.color(fore), theme.color(back)); got < least {
				t.Errorf("%s: %s: contrast %.2f, want %.1f (%s on %s)", theme, what, got, least, theme.color(fore), theme.color(back))
			}
		}
		if theme.color(white) != theme.Ground() {
			t.Errorf("%s: gaps are %s on a ground of %s", theme, theme.color(white), theme.Ground())
		}
		for _, c := range []string{ink, faint} {
			on(c, white, 4.5, "words")
			on(c, tip, 4.5, "words of a tooltip")
		}
		for _, c := range []string{blue, green, orange, red, purple} {
			on(c, white, 3, "line")
		}
		for _, st := range statuses {
			fill, text := lightColors(st)
			on(text, fill, 4.5, "count on light "+st)
			on(ink, lightTint(st), 4.5, "words on tint "+st)
		}
	}
}
