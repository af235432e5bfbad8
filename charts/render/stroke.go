package render

import "math"

// stroke is how a line is drawn; lengths in the units of the path.
type stroke struct {
	width      float64
	cap, join  string // butt, round, square; miter, round, bevel
	miterLimit float64
	dashes     []float64
	offset     float64
}

const maxDashes = 20_000

// outline turns flattened subpaths into convex pieces whose union is the
// stroke. All turn the same way, so that a rasteriser that adds their coverage
// up to one paints the union.
func (s stroke) outline(lines []line, put func(piece ...point)) {
	half := s.width / 2
	pieces := pieceMaker{stroke: s, half: half, put: func(piece ...point) {
		if area(piece) < 0 {
			for i, j := 0, len(piece)-1; i < j; i, j = i+1, j-1 {
				piece[i], piece[j] = piece[j], piece[i]
			}
		}
		put(piece...)
	}}
	for _, l := range lines {
		for _, part := range s.dash(l) {
			pieces.line(part)
		}
	}
}

func area(p []point) float64 {
	var sum float64
	for i, a := range p {
		sum += a.cross(p[(i+1)%len(p)])
	}
	return sum
}

type pieceMaker struct {
	stroke
	half float64
	put  func(piece ...point)
}

func (m *pieceMaker) line(l line) {
	n := len(l.points)
	if n == 1 {
		m.dot(l.points[0])
		return
	}
	segments := n - 1
	if l.closed && n > 2 {
		segments = n
	}
	for i := range segments {
		a, b := l.points[i], l.points[(i+1)%n]
		side := m.side(a, b)
		m.put(a.add(side), b.add(side), b.sub(side), a.sub(side))
		if i+1 < segments || segments == n {
			m.corner(a, b, l.points[(i+2)%n])
		}
	}
	if segments < n {
		m.end(l.points[0], l.points[1])
		m.end(l.points[n-1], l.points[n-2])
	}
}

// side is half the width at a right angle to a line from a to b.
func (m *pieceMaker) side(a, b point) point {
	d := b.sub(a)
	f := m.half / d.length()
	return point{-d.y * f, d.x * f}
}

func (m *pieceMaker) dot(p point) {
	switch m.cap {
	case "round":
		m.disc(p)
	case "square":
		h := m.half
		m.put(point{p.x - h, p.y - h}, point{p.x + h, p.y - h}, point{p.x + h, p.y + h}, point{p.x - h, p.y + h})
	}
}

// end draws the cap at a of a line that comes from b.
func (m *pieceMaker) end(a, b point) {
	switch m.cap {
	case "round":
		m.disc(a)
	case "square":
		side := m.side(b, a)
		out := point{side.y, -side.x}
		m.put(a.add(side), a.add(side).add(out), a.sub(side).add(out), a.sub(side))
	}
}

func (m *pieceMaker) disc(c point) {
	n := min(64, max(8, int(4*math.Sqrt(m.half))*2))
	piece := make([]point, n)
	for i := range piece {
		piece[i] = c.add(polar(2*math.Pi*float64(i)/float64(n), m.half))
	}
	m.put(piece...)
}

// corner draws the join at b of lines from a and to c.
func (m *pieceMaker) corner(a, b, c point) {
	in, out := m.side(a, b), m.side(b, c)
	turn := in.cross(out)
	if turn > 0 { // the open side of the corner is the other one
		in, out = in.times(-1), out.times(-1)
	}
	cos := in.dot(out) / (m.half * m.half)
	switch {
	case m.join == "round" && cos < 0.98:
		m.disc(b)
	case m.join != "bevel" && m.join != "round" && math.Sqrt(2/(1+cos)) <= m.miterLimit:
		// The tip lies where both outer edges meet.
		tip := in.add(out).times(1 / (1 + cos))
		m.put(b, b.add(in), b.add(tip), b.add(out))
	default:
		m.put(b, b.add(in), b.add(out))
	}
}

// dash cuts a subpath into its dashes. A pattern without length, and one that
// would make more dashes than anyone can see, is a solid line.
func (s stroke) dash(l line) []line {
	pattern := s.dashes
	if len(pattern)%2 == 1 {
		pattern = append(append([]float64{}, pattern...), pattern...)
	}
	var period, length float64
	for _, d := range pattern {
		if d < 0 {
			return []line{l}
		}
		period += d
	}
	points := l.points
	if l.closed {
		points = append(append([]point{}, points...), points[0])
	}
	for i := 1; i < len(points); i++ {
		length += points[i].sub(points[i-1]).length()
	}
	if !(period > 0) || len(points) < 2 || !(length/period*float64(len(pattern)) < maxDashes) {
		return []line{l}
	}
	return cut(points, pattern, math.Mod(math.Mod(s.offset, period)+period, period))
}

func cut(points []point, pattern []float64, offset float64) []line {
	i := 0
	for offset >= pattern[i] {
		offset -= pattern[i]
		i = (i + 1) % len(pattern)
	}
	left := pattern[i] - offset
	on := i%2 == 0
	var out []line
	cur := line{}
	if on {
		cur.points = append(cur.points, points[0])
	}
	flush := func() {
		if len(cur.points) > 1 {
			out = append(out, cur)
		}
		cur = line{}
	}
	for k := 1; k < len(points); k++ {
		a, b := points[k-1], points[k]
		length, done := b.sub(a).length(), 0.0
		for length-done > left {
			done += left
			at := lerp(a, b, done/length)
			if on {
				cur.points = append(cur.points, at)
				flush()
			} else {
				cur.points = append(cur.points, at)
			}
			on = !on
			i = (i + 1) % len(pattern)
			left = pattern[i]
		}
		left -= length - done
		if on && (len(cur.points) == 0 || cur.points[len(cur.points)-1] != b) {
			cur.points = append(cur.points, b)
		}
	}
	flush()
	return out
}
