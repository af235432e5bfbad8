package render

import (
	"image/color"
	"math"
	"strconv"
	"strings"

	"golang.org/x/image/colornames"
)

// parseNumber reads a finite number, with or without "px".
func parseNumber(s string) (float64, bool) {
	v, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(s), "px"), 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, false
	}
	return v, true
}

// parseShare reads 0.25 or 25% into 0 to 1; ok is false when s is neither.
func parseShare(s string) (float64, bool) {
	text, percent := strings.CutSuffix(strings.TrimSpace(s), "%")
	v, ok := parseNumber(text)
	if percent {
		v /= 100
	}
	return min(1, max(0, v)), ok
}

// numbers reads a list separated by spaces or commas; it ends at the first part
// that is no number.
func numbers(s string) []float64 {
	var out []float64
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' || r == '\n' || r == '\t' }) {
		v, ok := parseNumber(part)
		if !ok {
			break
		}
		out = append(out, v)
	}
	return out
}

// parseStyle reads the font of a style attribute: its own properties, or the
// shorthand.
func parseStyle(style string) fontStyle {
	s := fontStyle{size: defaultFontSize}
	for _, declaration := range strings.Split(style, ";") {
		key, value, _ := strings.Cut(declaration, ":")
		value = strings.TrimSpace(value)
		switch strings.TrimSpace(key) {
		case "font":
			s = parseFont(value)
		case "font-size":
			if v, ok := parseNumber(value); ok && v >= 0 {
				s.size = v
			}
		case "font-weight":
			s.bold = boldWeight(value)
		}
	}
	return s
}

// parseColor reads a CSS colour: #rgb, #rrggbb (with or without alpha),
// rgb(), rgba(), hsl(), hsla(), a name, transparent or none.
func parseColor(s string) (color.NRGBA, bool) {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "transparent" || s == "none" {
		return color.NRGBA{}, true
	}
	if hex, ok := strings.CutPrefix(s, "#"); ok {
		return parseHex(hex)
	}
	if name, args, ok := strings.Cut(s, "("); ok {
		return parseFunction(strings.TrimSpace(name), strings.TrimSuffix(args, ")"))
	}
	c, ok := colornames.Map[s]
	return color.NRGBA(c), ok
}

func parseHex(s string) (color.NRGBA, bool) {
	v, err := strconv.ParseUint(s, 16, 32)
	if err != nil {
		return color.NRGBA{}, false
	}
	n := func(shift int) uint8 { return uint8(v>>shift&0xf) * 0x11 }
	b := func(shift int) uint8 { return uint8(v >> shift) }
	switch len(s) {
	case 3:
		return color.NRGBA{n(8), n(4), n(0), 255}, true
	case 4:
		return color.NRGBA{n(12), n(8), n(4), n(0)}, true
	case 6:
		return color.NRGBA{b(16), b(8), b(0), 255}, true
	case 8:
		return color.NRGBA{b(24), b(16), b(8), b(0)}, true
	}
	return color.NRGBA{}, false
}

func parseFunction(name, args string) (color.NRGBA, bool) {
	parts := strings.FieldsFunc(args, func(r rune) bool { return r == ',' || r == ' ' || r == '/' })
	if len(parts) != 3 && len(parts) != 4 {
		return color.NRGBA{}, false
	}
	var v [3]float64
	for i := range v {
		text, percent := strings.CutSuffix(parts[i], "%")
		n, ok := parseNumber(strings.TrimSuffix(text, "deg"))
		if !ok {
			return color.NRGBA{}, false
		}
		if percent {
			n *= 2.55
		}
		v[i] = n
	}
	alpha := 1.0
	if len(parts) == 4 {
		var ok bool
		if alpha, ok = parseShare(parts[3]); !ok {
			return color.NRGBA{}, false
		}
	}
	switch name {
	case "rgb", "rgba":
		return color.NRGBA{channel(v[0]), channel(v[1]), channel(v[2]), channel(alpha * 255)}, true
	case "hsl", "hsla":
		return hsl(v[0], v[1]/255, v[2]/255, alpha), true
	}
	return color.NRGBA{}, false
}

func channel(v float64) uint8 { return uint8(math.Round(min(255, max(0, v)))) }

// hsl is CSS Color 4, section 7.1.
func hsl(hue, saturation, light, alpha float64) color.NRGBA {
	at := func(n float64) uint8 {
		k := math.Mod(n+math.Mod(hue, 360)/30+12, 12)
		a := saturation * min(light, 1-light)
		return channel(255 * (light - a*max(-1, min(k-3, 9-k, 1))))
	}
	return color.NRGBA{at(0), at(8), at(4), channel(alpha * 255)}
}

// parseTransform reads a list of SVG transforms. What it can't read is the
// identity.
func parseTransform(s string) matrix {
	out := identity()
	for {
		name, rest, ok := strings.Cut(s, "(")
		if !ok {
			return out
		}
		args, after, ok := strings.Cut(rest, ")")
		if !ok {
			return out
		}
		m := transform(strings.Trim(name, " ,\n\t"), numbers(args))
		out = m.then(out)
		s = after
	}
}

func transform(name string, v []float64) matrix {
	arg := func(i int, missing float64) float64 {
		if i < len(v) {
			return v[i]
		}
		return missing
	}
	m := identity()
	switch {
	case name == "translate":
		m.e, m.f = arg(0, 0), arg(1, 0)
	case name == "scale":
		m.a = arg(0, 1)
		m.d = arg(1, m.a)
	case name == "rotate":
		sin, cos := math.Sincos(arg(0, 0) * math.Pi / 180)
		x, y := arg(1, 0), arg(2, 0)
		m = matrix{a: cos, b: sin, c: -sin, d: cos, e: x - cos*x + sin*y, f: y - sin*x - cos*y}
	case name == "matrix" && len(v) == 6:
		m = matrix{v[0], v[1], v[2], v[3], v[4], v[5]}
	}
	return m
}
