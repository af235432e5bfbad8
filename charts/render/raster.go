package render

import (
	"image"
	"image/color"
	"math"

	"golang.org/x/image/vector"
)

// canvas paints shapes with antialiased edges onto a picture. Shapes are given
// in pixels of the picture.
type canvas struct {
	img      *image.RGBA // alpha premultiplied
	raster   vector.Rasterizer
	coverage image.Alpha // of the shape being painted, reused
}

func newCanvas(w, h int, ground color.NRGBA) *canvas {
	c := &canvas{img: image.NewRGBA(image.Rect(0, 0, w, h))}
	if ground.A > 0 {
		r, g, b, a := ground.RGBA()
		px := [4]uint8{uint8(r >> 8), uint8(g >> 8), uint8(b >> 8), uint8(a >> 8)}
		for i := 0; i < len(c.img.Pix); i += 4 {
			copy(c.img.Pix[i:], px[:])
		}
	}
	return c
}

// clip is where painting shows: inside rect and, if mask is not nil, by the
// mask's alpha.
type clip struct {
	rect image.Rectangle
	mask *image.Alpha // covers rect
}

// shape collects edges; the inside is what they go around (non-zero winding).
type shape struct {
	edges          [][2]point
	min, max       point
	somethingThere bool
}

func (s *shape) polygon(points ...point) {
	for i, a := range points {
		s.edge(a, points[(i+1)%len(points)])
	}
}

func (s *shape) edge(a, b point) {
	if !finite(a) || !finite(b) {
		return
	}
	if !s.somethingThere {
		s.min, s.max, s.somethingThere = a, a, true
	}
	for _, p := range [...]point{a, b} {
		s.min = point{min(s.min.x, p.x), min(s.min.y, p.y)}
		s.max = point{max(s.max.x, p.x), max(s.max.y, p.y)}
	}
	s.edges = append(s.edges, [2]point{a, b})
}

// bounds are the pixels that the shape touches inside r.
func (s *shape) bounds(r image.Rectangle) image.Rectangle {
	if !s.somethingThere {
		return image.Rectangle{}
	}
	// Compare before converting: a float beyond the integers has no defined int.
	x0, y0 := max(math.Floor(s.min.x), float64(r.Min.X)), max(math.Floor(s.min.y), float64(r.Min.Y))
	x1, y1 := min(math.Ceil(s.max.x), float64(r.Max.X)), min(math.Ceil(s.max.y), float64(r.Max.Y))
	if x0 >= x1 || y0 >= y1 {
		return image.Rectangle{}
	}
	return image.Rect(int(x0), int(y0), int(x1), int(y1))
}

// cover computes how much of each pixel of r the shape covers; the result is
// valid until the next call.
func (c *canvas) cover(s *shape, r image.Rectangle) *image.Alpha {
	w, h := r.Dx(), r.Dy()
	c.raster.Reset(w, h)
	for _, e := range s.edges {
		c.edge(e[0], e[1], r)
	}
	if n := w * h; cap(c.coverage.Pix) < n {
		c.coverage.Pix = make([]uint8, n)
	}
	c.coverage = image.Alpha{Pix: c.coverage.Pix[:w*h], Stride: w, Rect: image.Rect(0, 0, w, h)}
	clear(c.coverage.Pix)
	c.raster.Draw(&c.coverage, c.coverage.Rect, image.Opaque, image.Point{})
	c.coverage.Rect = r
	return &c.coverage
}

// edge hands one edge to the rasteriser, cut to r: what lies above or below adds
// nothing, and what lies beside it counts as its left or right border (the
// rasteriser sums along all rows at once, so the right one counts as well).
// Without the cut an edge far away would cost a step for every row it crosses.
func (c *canvas) edge(a, b point, r image.Rectangle) {
	w, h := float64(r.Dx()), float64(r.Dy())
	origin := point{float64(r.Min.X), float64(r.Min.Y)}
	a, b = a.sub(origin), b.sub(origin)
	if a.y == b.y || max(a.y, b.y) <= 0 || min(a.y, b.y) >= h {
		return
	}
	cutY := func(p, q point) point { // p moved along pq into 0…h
		y := min(h, max(0, p.y))
		if y == p.y {
			return p
		}
		return point{p.x + (q.x-p.x)*((y-p.y)/(q.y-p.y)), y}
	}
	a, b = cutY(a, b), cutY(b, a)
	c.across(a, b, w)
}

// across splits an edge at the left and right border.
func (c *canvas) across(a, b point, w float64) {
	for _, x := range [...]float64{0, w} {
		if (a.x < x) != (b.x < x) && a.x != x && b.x != x {
			m := point{x, a.y + (b.y-a.y)*((x-a.x)/(b.x-a.x))}
			c.across(a, m, w)
			c.across(m, b, w)
			return
		}
	}
	inside := func(x float64) float32 { return float32(min(w, max(0, x))) }
	c.raster.MoveTo(inside(a.x), float32(a.y))
	c.raster.LineTo(inside(b.x), float32(b.y))
}

// paint says what colour a pixel has, alpha premultiplied, 0 to 255.
type paint interface {
	at(x, y int) [4]uint32
}

type solid [4]uint32

func (s solid) at(int, int) [4]uint32 { return s }

func premultiply(c color.NRGBA, opacity float64) solid {
	a := float64(c.A) / 255 * min(1, max(0, opacity))
	f := func(v uint8) uint32 { return uint32(math.Round(float64(v) * a)) }
	return solid{f(c.R), f(c.G), f(c.B), uint32(math.Round(a * 255))}
}

// fill paints the shape.
func (c *canvas) fill(s *shape, p paint, k clip) {
	r := s.bounds(k.rect)
	if r.Empty() {
		return
	}
	cov := c.cover(s, r)
	one, flat := p.(solid)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := cov.Pix[(y-r.Min.Y)*cov.Stride:][:r.Dx()]
		out := c.img.Pix[c.img.PixOffset(r.Min.X, y):]
		for i, v := range row {
			if v == 0 {
				continue
			}
			m := uint32(v)
			x := r.Min.X + i
			if k.mask != nil {
				m = m * uint32(k.mask.AlphaAt(x, y).A) / 255
			}
			src := [4]uint32(one)
			if !flat {
				src = p.at(x, y)
			}
			over(out[4*i:4*i+4:4*i+4], src, m)
		}
	}
}

// over lays src, covered by m of 255, over the pixel dst.
func over(dst []uint8, src [4]uint32, m uint32) {
	if m == 255 && src[3] == 255 {
		dst[0], dst[1], dst[2], dst[3] = uint8(src[0]), uint8(src[1]), uint8(src[2]), 255
		return
	}
	rest := 255*255 - src[3]*m
	for i := range dst {
		dst[i] = uint8((src[i]*m*255 + uint32(dst[i])*rest + 255*255/2) / (255 * 255))
	}
}

// cut narrows a clip by a shape. A rectangle along the axes, which is nearly
// every clip of a chart, needs no mask.
func (c *canvas) cut(k clip, s *shape) clip {
	if r, ok := s.box(); ok {
		return clip{rect: k.rect.Intersect(r), mask: k.mask}
	}
	r := s.bounds(k.rect)
	if r.Empty() {
		return clip{}
	}
	cov := c.cover(s, r)
	mask := &image.Alpha{Pix: append([]uint8{}, cov.Pix...), Stride: cov.Stride, Rect: r}
	if k.mask != nil {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				i := mask.PixOffset(x, y)
				mask.Pix[i] = uint8(uint32(mask.Pix[i]) * uint32(k.mask.AlphaAt(x, y).A) / 255)
			}
		}
	}
	return clip{rect: r, mask: mask}
}

// box reports whether the shape is a rectangle along the axes, rounded to whole
// pixels.
func (s *shape) box() (image.Rectangle, bool) {
	const near = 1e-3
	corners := 0
	for _, e := range s.edges {
		a, b := e[0], e[1]
		dx, dy := math.Abs(a.x-b.x), math.Abs(a.y-b.y)
		if dx > near && dy > near {
			return image.Rectangle{}, false
		}
		if dx <= near && dy <= near {
			continue
		}
		onBorder := dx <= near && (math.Abs(a.x-s.min.x) <= near || math.Abs(a.x-s.max.x) <= near) ||
			dy <= near && (math.Abs(a.y-s.min.y) <= near || math.Abs(a.y-s.max.y) <= near)
		if !onBorder {
			return image.Rectangle{}, false
		}
		corners++
	}
	if corners != 4 {
		return image.Rectangle{}, false
	}
	whole := func(v float64) int { return int(math.Round(min(1e6, max(-1e6, v)))) }
	return image.Rect(whole(s.min.x), whole(s.min.y), whole(s.max.x), whole(s.max.y)), true
}

// straight is the picture as the encoder writes it fastest: as it is when it is
// opaque, with alpha divided out otherwise.
func straight(img *image.RGBA) image.Image {
	if img.Opaque() {
		return img
	}
	out := image.NewNRGBA(img.Rect)
	for i := 0; i < len(img.Pix); i += 4 {
		a := uint32(img.Pix[i+3])
		if a == 0 {
			continue
		}
		for j := range 3 {
			out.Pix[i+j] = uint8(min(255, (uint32(img.Pix[i+j])*255+a/2)/a))
		}
		out.Pix[i+3] = uint8(a)
	}
	return out
}
