package render

import (
	"image/color"
	"math"
	"slices"
)

// gradient is a colour that runs along a line or out from a centre. back maps
// pixels to where the line is 0…1 in x, or the circle is the unit circle.
type gradient struct {
	back   matrix
	radial bool
	ramp   [256]solid
}

func (g *gradient) at(x, y int) [4]uint32 {
	p := g.back.of(point{float64(x) + 0.5, float64(y) + 0.5})
	t := p.x
	if g.radial {
		t = p.length()
	}
	return g.ramp[int(min(1, max(0, t))*255)]
}

type stop struct {
	offset float64
	color  color.NRGBA
	alpha  float64
}

// newGradient reads a gradient element for a shape: box is the shape's bounding
// box in its own units and m maps these to pixels. It is nil when there is
// nothing to paint.
func newGradient(n *node, box [2]point, m matrix, opacity float64) paint {
	stops := gradientStops(n)
	if len(stops) == 0 {
		return nil
	}
	last := premultiplyStop(stops[len(stops)-1], opacity)
	if n.get("gradientUnits") != "userSpaceOnUse" {
		size := box[1].sub(box[0])
		m = matrix{a: size.x, d: size.y, e: box[0].x, f: box[0].y}.then(m)
	}
	g := &gradient{radial: n.name == "radialGradient"}
	var unit matrix
	if g.radial {
		r := coordinate(n, "r", 0.5)
		unit = matrix{a: r, d: r, e: coordinate(n, "cx", 0.5), f: coordinate(n, "cy", 0.5)}
	} else {
		from := point{coordinate(n, "x1", 0), coordinate(n, "y1", 0)}
		to := point{coordinate(n, "x2", 1), coordinate(n, "y2", 0)}
		along := to.sub(from)
		unit = matrix{a: along.x, b: along.y, c: -along.y, d: along.x, e: from.x, f: from.y}
	}
	var ok bool
	if g.back, ok = unit.then(m).inverse(); !ok {
		return last // no room for a run: SVG paints the last stop
	}
	for i := range g.ramp {
		g.ramp[i] = colorAt(stops, float64(i)/255, opacity)
	}
	return g
}

func coordinate(n *node, key string, missing float64) float64 {
	text := n.get(key)
	if text == "" {
		return missing
	}
	if v, ok := parseNumber(text); ok {
		return v
	}
	v, _ := parseShare(text)
	return v
}

func gradientStops(n *node) []stop {
	var out []stop
	for _, c := range n.children {
		if c.name != "stop" {
			continue
		}
		s := stop{alpha: 1}
		s.offset, _ = parseShare(c.get("offset"))
		if v, ok := parseShare(c.get("stop-opacity")); ok {
			s.alpha = v
		}
		var ok bool
		if s.color, ok = parseColor(c.get("stop-color")); !ok {
			s.color = color.NRGBA{A: 255}
		}
		if len(out) > 0 {
			s.offset = max(s.offset, out[len(out)-1].offset)
		}
		out = append(out, s)
	}
	return out
}

func premultiplyStop(s stop, opacity float64) solid { return premultiply(s.color, s.alpha*opacity) }

// colorAt mixes the stops at t, without alpha premultiplied as SVG asks.
func colorAt(stops []stop, t, opacity float64) solid {
	i := slices.IndexFunc(stops, func(s stop) bool { return s.offset > t })
	switch {
	case i < 0:
		return premultiplyStop(stops[len(stops)-1], opacity)
	case i == 0:
		return premultiplyStop(stops[0], opacity)
	}
	a, b := stops[i-1], stops[i]
	u := (t - a.offset) / (b.offset - a.offset)
	mix := func(x, y uint8) uint8 { return uint8(math.Round(float64(x) + u*(float64(y)-float64(x)))) }
	alpha := (1-u)*a.alpha*float64(a.color.A) + u*b.alpha*float64(b.color.A)
	c := color.NRGBA{mix(a.color.R, b.color.R), mix(a.color.G, b.color.G), mix(a.color.B, b.color.B), 255}
	return premultiply(c, opacity*alpha/255)
}
