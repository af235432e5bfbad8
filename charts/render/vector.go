package render

import (
	"context"
	"image/color"
	"math"
	"strings"
)

// Mark is one step of drawing a chart, for who draws it with a pen of his own.
// Lengths are CSS px from the upper left corner. One of Fill, Line, Text and Clip
// is set; a clip holds for what is in Within.
type Mark struct {
	Fill   *Fill
	Line   *Line
	Text   *Text
	Clip   [][]Point // outlines
	Within []Mark
}

// Point is a place.
type Point struct{ X, Y float64 }

// Fill is an area: outlines, filled by the nonzero rule.
type Fill struct {
	Outlines [][]Point
	Color    color.NRGBA
	// To is the colour at the far end where the area runs from one to another, and
	// Along the direction: from the first to the second point.
	To    *color.NRGBA
	Along [2]Point
}

// Line is a stroke.
type Line struct {
	Paths  [][]Point
	Closed []bool // by path
	Color  color.NRGBA
	Width  float64
	Dashes []float64
	Round  bool // ends and corners
}

// Text is a line of text from its baseline's start.
type Text struct {
	At        Point
	Text      string
	Size      float64
	Bold      bool
	Color     color.NRGBA
	Halo      *color.NRGBA // drawn around the letters, below them
	HaloWidth float64
	Angle     float64 // degrees, counter-clockwise
	Width     float64 // as the chart was laid out
}

// Marks draws an option as marks, in their order. Errors as for SVG.
func (r *Renderer) Marks(ctx context.Context, option []byte, size Size) ([]Mark, error) {
	root, err := r.tree(ctx, option, size)
	if err != nil {
		return nil, err
	}
	v := scribe{fonts: r.fonts, byID: map[string]*node{}}
	root.each(func(n *node) {
		if id := n.get("id"); id != "" {
			v.byID[id] = n
		}
	})
	var out []Mark
	for _, c := range root.children {
		out = append(out, v.element(c, identity())...)
	}
	return out, nil
}

// scribe walks a cleaned SVG tree like a painter, and writes down instead.
type scribe struct {
	fonts *faces
	byID  map[string]*node
}

func (v *scribe) element(n *node, m matrix) []Mark {
	if t := n.get("transform"); t != "" {
		m = parseTransform(t).then(m)
	}
	var out []Mark
	switch n.name {
	case "g", "svg":
		for _, c := range n.children {
			out = append(out, v.element(c, m)...)
		}
	case "text":
		out = v.text(n, m)
	default:
		if outline, ok := geometry(n); ok {
			out = v.path(n, outline, m)
		}
	}
	if id, ok := reference(n.get("clip-path")); ok && len(out) > 0 {
		if c := v.byID[id]; c != nil && c.name == "clipPath" {
			return []Mark{{Clip: v.outlines(c, m), Within: out}}
		}
	}
	return out
}

// outlines are those of a clipPath's shapes.
func (v *scribe) outlines(c *node, m matrix) [][]Point {
	var out [][]Point
	for _, child := range c.children {
		if outline, ok := geometry(child); ok {
			paths, _ := places(outline.flatten(parseTransform(child.get("transform")).then(m)))
			out = append(out, paths...)
		}
	}
	return out
}

func places(lines []line) (out [][]Point, closed []bool) {
	for _, l := range lines {
		ps := make([]Point, len(l.points))
		for i, p := range l.points {
			ps[i] = Point{p.x, p.y}
		}
		out, closed = append(out, ps), append(closed, l.closed)
	}
	return out, closed
}

func (v *scribe) path(n *node, outline path, m matrix) []Mark {
	var out []Mark
	paths, closed := places(outline.flatten(m))
	if len(paths) == 0 {
		return nil
	}
	if f, ok := v.fill(n, &outline, m); ok {
		f.Outlines = paths
		out = append(out, Mark{Fill: &f})
	}
	if c, ok := v.color(n, "stroke", "none"); ok {
		s := strokeOf(n)
		if scale := m.scale(); s.width > 0 && scale > 0 && !math.IsInf(scale, 0) {
			s.scale(scale)
			out = append(out, Mark{Line: &Line{Paths: paths, Closed: closed, Color: c, Width: s.width, Dashes: s.dashes, Round: s.join == "round" || s.cap == "round"}})
		}
	}
	return out
}

// fill is a plain colour, or one that runs along a line; a radial run is its
// outer colour.
func (v *scribe) fill(n *node, outline *path, m matrix) (Fill, bool) {
	id, ok := reference(n.get("fill"))
	if !ok {
		c, ok := v.color(n, "fill", "#000")
		return Fill{Color: c}, ok
	}
	g := v.byID[id]
	if g == nil {
		return Fill{}, false
	}
	stops := gradientStops(g)
	if len(stops) == 0 {
		return Fill{}, false
	}
	opacity := v.opacity(n, "fill")
	at := func(s stop) color.NRGBA {
		c := s.color
		c.A = channel(float64(c.A) * s.alpha * opacity)
		return c
	}
	first, last := at(stops[0]), at(stops[len(stops)-1])
	if g.name != "linearGradient" {
		return Fill{Color: last}, last.A > 0
	}
	along := [2]point{{coordinate(g, "x1", 0), coordinate(g, "y1", 0)}, {coordinate(g, "x2", 1), coordinate(g, "y2", 0)}}
	if g.get("gradientUnits") != "userSpaceOnUse" {
		box := outline.box()
		size := box[1].sub(box[0])
		m = matrix{a: size.x, d: size.y, e: box[0].x, f: box[0].y}.then(m)
	}
	a, b := m.of(along[0]), m.of(along[1])
	return Fill{Color: first, To: &last, Along: [2]Point{{a.x, a.y}, {b.x, b.y}}}, first.A > 0 || last.A > 0
}

func (v *scribe) opacity(n *node, key string) float64 {
	out := 1.0
	for _, k := range [...]string{key + "-opacity", "opacity"} {
		if x, ok := parseShare(n.get(k)); ok {
			out *= x
		}
	}
	return out
}

// color is a plain colour with its opacity; ok is false where nothing is painted.
func (v *scribe) color(n *node, key, missing string) (color.NRGBA, bool) {
	value := n.get(key)
	if value == "" {
		value = missing
	}
	if value == "none" {
		return color.NRGBA{}, false
	}
	c, ok := parseColor(value)
	c.A = channel(float64(c.A) * v.opacity(n, key))
	return c, ok && c.A > 0
}

func (v *scribe) text(n *node, m matrix) []Mark {
	text := n.text
	if n.get("xml:space") != "preserve" {
		text = strings.Join(strings.Fields(text), " ")
	}
	style := parseStyle(n.get("style"))
	c, ok := v.color(n, "fill", "#000")
	if !ok || text == "" {
		return nil
	}
	width := v.fonts.of(style).width(text) * style.size
	at := point{n.number("x"), n.number("y")}
	switch n.get("text-anchor") {
	case "middle":
		at.x -= width / 2
	case "end":
		at.x -= width
	}
	at = m.of(at)
	t := &Text{
		At: Point{at.x, at.y}, Text: text, Size: style.size * m.scale(), Bold: style.bold, Color: c,
		Angle: -math.Atan2(m.b, m.a) * 180 / math.Pi, Width: width * m.scale(),
	}
	if n.get("paint-order") == "stroke" {
		if halo, ok := v.color(n, "stroke", "none"); ok {
			t.Halo, t.HaloWidth = &halo, strokeOf(n).width*m.scale()
		}
	}
	return []Mark{{Text: t}}
}
