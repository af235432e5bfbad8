package render

import (
	"image"
	"image/color"
	"math"
	"slices"
	"strings"
)

// painter walks a cleaned SVG tree and paints it.
type painter struct {
	canvas *canvas
	fonts  *faces
	byID   map[string]*node
}

// state is what children inherit.
type state struct {
	m    matrix // user units to pixels
	clip clip
}

// paint draws the tree at size × scale pixels.
func (r *Renderer) paint(root *node, size Size, scale float64, ground color.NRGBA) *image.RGBA {
	w, h := int(math.Round(float64(size.W)*scale)), int(math.Round(float64(size.H)*scale))
	p := painter{canvas: newCanvas(w, h, ground), fonts: r.fonts, byID: map[string]*node{}}
	root.each(func(n *node) {
		if id := n.get("id"); id != "" {
			p.byID[id] = n
		}
	})
	s := state{m: matrix{a: scale, d: scale}, clip: clip{rect: p.canvas.img.Rect}}
	for _, c := range root.children {
		p.element(c, s)
	}
	return p.canvas.img
}

func (p *painter) element(n *node, s state) {
	if t := n.get("transform"); t != "" {
		s.m = parseTransform(t).then(s.m)
	}
	if id, ok := reference(n.get("clip-path")); ok {
		s = p.clipped(s, p.byID[id])
	}
	if s.clip.rect.Empty() {
		return
	}
	switch n.name {
	case "g", "svg":
		for _, c := range n.children {
			p.element(c, s)
		}
	case "text":
		p.text(n, s)
	default:
		if outline, ok := geometry(n); ok {
			p.path(n, outline, s)
		}
	}
}

// clipped narrows the state by a clipPath element.
func (p *painter) clipped(s state, c *node) state {
	if c == nil || c.name != "clipPath" {
		return s
	}
	var inside shape
	for _, child := range c.children {
		if outline, ok := geometry(child); ok {
			inside.add(outline.flatten(parseTransform(child.get("transform")).then(s.m)))
		}
	}
	s.clip = p.canvas.cut(s.clip, &inside)
	return s
}

func (s *shape) add(lines []line) {
	for _, l := range lines {
		s.polygon(l.points...)
	}
}

// geometry is the outline of a shape element in its own units; ok is false for
// other elements.
func geometry(n *node) (path, bool) {
	var p path
	switch n.name {
	case "path":
		return parsePath(n.get("d")), true
	case "rect":
		x, y, w, h := n.number("x"), n.number("y"), n.number("width"), n.number("height")
		if w > 0 && h > 0 {
			p.move(point{x, y})
			p.line(point{x + w, y})
			p.line(point{x + w, y + h})
			p.line(point{x, y + h})
			p.close()
		}
	case "circle":
		if r := n.number("r"); r > 0 {
			p.ellipse(point{n.number("cx"), n.number("cy")}, r, r)
		}
	case "ellipse":
		if rx, ry := n.number("rx"), n.number("ry"); rx > 0 && ry > 0 {
			p.ellipse(point{n.number("cx"), n.number("cy")}, rx, ry)
		}
	case "line":
		p.move(point{n.number("x1"), n.number("y1")})
		p.line(point{n.number("x2"), n.number("y2")})
	case "polyline", "polygon":
		v := numbers(n.get("points"))
		for i := 0; i+1 < len(v); i += 2 {
			if i == 0 {
				p.move(point{v[0], v[1]})
				continue
			}
			p.line(point{v[i], v[i+1]})
		}
		if n.name == "polygon" {
			p.close()
		}
	default:
		return p, false
	}
	return p, true
}

// path fills and then strokes an outline.
func (p *painter) path(n *node, outline path, s state) {
	if c := p.color(n, "fill", "#000", &outline, s); c != nil {
		var inside shape
		inside.add(outline.flatten(s.m))
		p.canvas.fill(&inside, c, s.clip)
	}
	p.stroke(n, &outline, s)
}

func (p *painter) stroke(n *node, outline *path, s state) {
	c := p.color(n, "stroke", "none", outline, s)
	k := strokeOf(n)
	scale := s.m.scale()
	if c == nil || !(k.width > 0) || !(scale > 0) || math.IsInf(scale, 0) {
		return
	}
	// Curves are flattened in their own units, made fine enough for the pixels
	// by going through a scaled copy.
	back := matrix{a: 1 / scale, d: 1 / scale}.then(s.m)
	up := matrix{a: scale, d: scale}
	k.scale(scale)
	var ink shape
	k.outline(outline.flatten(up), func(piece ...point) {
		for i, q := range piece {
			piece[i] = back.of(q)
		}
		ink.polygon(piece...)
	})
	p.canvas.fill(&ink, c, s.clip)
}

func (s *stroke) scale(f float64) {
	s.width *= f
	s.offset *= f
	s.dashes = slices.Clone(s.dashes)
	for i := range s.dashes {
		s.dashes[i] *= f
	}
}

func strokeOf(n *node) stroke {
	s := stroke{width: 1, miterLimit: 4, cap: n.get("stroke-linecap"), join: n.get("stroke-linejoin")}
	if v, ok := parseNumber(n.get("stroke-width")); ok {
		s.width = v
	}
	if v, ok := parseNumber(n.get("stroke-miterlimit")); ok {
		s.miterLimit = v
	}
	s.dashes = numbers(n.get("stroke-dasharray"))
	s.offset = n.number("stroke-dashoffset")
	return s
}

// color is the paint of a fill or stroke; nil paints nothing.
func (p *painter) color(n *node, key, missing string, outline *path, s state) paint {
	value := n.get(key)
	if value == "" {
		value = missing
	}
	opacity := 1.0
	for _, k := range [...]string{key + "-opacity", "opacity"} {
		if v, ok := parseShare(n.get(k)); ok {
			opacity *= v
		}
	}
	if value == "none" || opacity == 0 {
		return nil
	}
	if id, ok := reference(value); ok {
		g := p.byID[id]
		if g == nil || g.name != "linearGradient" && g.name != "radialGradient" {
			return nil
		}
		return newGradient(g, outline.box(), s.m, opacity)
	}
	c, ok := parseColor(value)
	if !ok || c.A == 0 {
		return nil
	}
	return premultiply(c, opacity)
}

// box is the bounding box in the path's own units.
func (p *path) box() [2]point {
	var s shape
	s.add(p.flatten(identity()))
	return [2]point{s.min, s.max}
}

// text sets a line of text on its baseline.
func (p *painter) text(n *node, s state) {
	text := n.text
	if n.get("xml:space") != "preserve" {
		text = strings.Join(strings.Fields(text), " ")
	}
	style := parseStyle(n.get("style"))
	face := p.fonts.of(style)
	at := point{n.number("x"), n.number("y")}
	switch n.get("text-anchor") {
	case "middle":
		at.x -= face.width(text) * style.size / 2
	case "end":
		at.x -= face.width(text) * style.size
	}
	var run path
	for _, r := range text {
		g := face.glyph(r)
		run.place(&g.outline, matrix{a: style.size, d: style.size, e: at.x, f: at.y})
		at.x += g.advance * style.size
	}
	if n.get("paint-order") == "stroke" {
		p.stroke(n, &run, s)
		n = &node{attrs: []attr{{"fill", n.get("fill")}, {"fill-opacity", n.get("fill-opacity")}, {"opacity", n.get("opacity")}}}
	}
	p.path(n, run, s)
}

// place adds a copy of q mapped by m.
func (p *path) place(q *path, m matrix) {
	p.ops = append(p.ops, q.ops...)
	for _, a := range q.points {
		p.points = append(p.points, m.of(a))
	}
}
