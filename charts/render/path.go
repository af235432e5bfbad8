package render

import "math"

type point struct{ x, y float64 }

func (p point) add(q point) point      { return point{p.x + q.x, p.y + q.y} }
func (p point) sub(q point) point      { return point{p.x - q.x, p.y - q.y} }
func (p point) times(f float64) point  { return point{p.x * f, p.y * f} }
func (p point) length() float64        { return math.Hypot(p.x, p.y) }
func (p point) mid(q point) point      { return point{(p.x + q.x) / 2, (p.y + q.y) / 2} }
func (p point) cross(q point) float64  { return p.x*q.y - p.y*q.x }
func (p point) dot(q point) float64    { return p.x*q.x + p.y*q.y }
func lerp(p, q point, t float64) point { return p.add(q.sub(p).times(t)) }
func finite(p point) bool              { return !math.IsNaN(p.x+p.y) && !math.IsInf(p.x+p.y, 0) }
func polar(angle, radius float64) point {
	s, c := math.Sincos(angle)
	return point{c * radius, s * radius}
}

// matrix is the affine map x' = a x + c y + e, y' = b x + d y + f.
type matrix struct{ a, b, c, d, e, f float64 }

func identity() matrix { return matrix{a: 1, d: 1} }

// then is first m, then n.
func (m matrix) then(n matrix) matrix {
	return matrix{
		a: n.a*m.a + n.c*m.b, b: n.b*m.a + n.d*m.b,
		c: n.a*m.c + n.c*m.d, d: n.b*m.c + n.d*m.d,
		e: n.a*m.e + n.c*m.f + n.e, f: n.b*m.e + n.d*m.f + n.f,
	}
}

func (m matrix) of(p point) point { return point{m.a*p.x + m.c*p.y + m.e, m.b*p.x + m.d*p.y + m.f} }

func (m matrix) det() float64 { return m.a*m.d - m.b*m.c }

// scale is the factor by which m changes lengths on average.
func (m matrix) scale() float64 { return math.Sqrt(math.Abs(m.det())) }

func (m matrix) inverse() (matrix, bool) {
	det := m.det()
	if math.Abs(det) < 1e-12 || math.IsNaN(det) || math.IsInf(det, 0) {
		return matrix{}, false
	}
	i := matrix{a: m.d / det, b: -m.b / det, c: -m.c / det, d: m.a / det}
	i.e = -(i.a*m.e + i.c*m.f)
	i.f = -(i.b*m.e + i.d*m.f)
	return i, true
}

type op uint8

const (
	moveTo op = iota
	lineTo
	quadTo
	cubeTo
	closePath
)

// path is a list of segments; points holds 1, 1, 2, 3 and 0 points for each op.
type path struct {
	ops    []op
	points []point
	start  point // of the current subpath
	at     point
}

func (p *path) move(a point) {
	p.ops, p.points = append(p.ops, moveTo), append(p.points, a)
	p.start, p.at = a, a
}

func (p *path) line(a point) {
	p.ops, p.points = append(p.ops, lineTo), append(p.points, a)
	p.at = a
}

func (p *path) quad(a, b point) {
	p.ops, p.points = append(p.ops, quadTo), append(p.points, a, b)
	p.at = b
}

func (p *path) cube(a, b, c point) {
	p.ops, p.points = append(p.ops, cubeTo), append(p.points, a, b, c)
	p.at = c
}

func (p *path) close() {
	if len(p.ops) == 0 || p.ops[len(p.ops)-1] == closePath {
		return
	}
	p.ops = append(p.ops, closePath)
	p.at = p.start
}

// arc adds the elliptical arc of SVG's A command (SVG 1.1, appendix F.6) as
// cubic curves of at most a quarter turn.
func (p *path) arc(rx, ry, degrees float64, large, sweep bool, to point) {
	from := p.at
	rx, ry = math.Abs(rx), math.Abs(ry)
	if from == to {
		return
	}
	if rx < 1e-9 || ry < 1e-9 {
		p.line(to)
		return
	}
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	half := from.sub(to).times(0.5)
	u := point{(cos*half.x + sin*half.y) / rx, (-sin*half.x + cos*half.y) / ry}
	d := u.dot(u)
	if d > 1 { // radii too small: the smallest that reach
		grow := math.Sqrt(d)
		rx, ry, u, d = rx*grow, ry*grow, u.times(1/grow), 1
	}
	k := math.Sqrt(math.Max(0, 1/d-1))
	if large == sweep {
		k = -k
	}
	// On the unit circle around c the arc runs from u to -u.
	c := point{k * u.y, -k * u.x}
	first, last := u.sub(c), u.times(-1).sub(c)
	begin := math.Atan2(first.y, first.x)
	turn := math.Atan2(last.y, last.x) - begin
	if sweep && turn < 0 {
		turn += 2 * math.Pi
	} else if !sweep && turn > 0 {
		turn -= 2 * math.Pi
	}
	ellipse := matrix{a: rx * cos, b: rx * sin, c: -ry * sin, d: ry * cos}
	centre := from.mid(to).add(ellipse.of(c))
	ellipse.e, ellipse.f = centre.x, centre.y
	p.turn(ellipse, begin, turn)
	p.points[len(p.points)-1], p.at = to, to
}

// turn adds a part of the unit circle, mapped by m, from the current point.
func (p *path) turn(m matrix, begin, turn float64) {
	n := max(1, int(math.Ceil(math.Abs(turn)/(math.Pi/2)-1e-9)))
	step := turn / float64(n)
	handle := 4.0 / 3 * math.Tan(step/4)
	for i := range n {
		a := begin + float64(i)*step
		b := a + step
		from, to := polar(a, 1), polar(b, 1)
		p.cube(
			m.of(from.add(point{-from.y, from.x}.times(handle))),
			m.of(to.sub(point{-to.y, to.x}.times(handle))),
			m.of(to),
		)
	}
}

func (p *path) ellipse(c point, rx, ry float64) {
	p.move(point{c.x + rx, c.y})
	p.turn(matrix{a: rx, d: ry, e: c.x, f: c.y}, 0, 2*math.Pi)
	p.close()
}

// line is a flattened subpath; a closed one does not repeat its first point.
type line struct {
	points []point
	closed bool
}

// flatten maps the path by m and turns curves into chords that stay within a
// tenth of a unit. Points that are not numbers are left out.
func (p *path) flatten(m matrix) []line {
	var out []line
	var cur line
	end := func() {
		if len(cur.points) > 0 {
			out = append(out, cur)
		}
		cur = line{}
	}
	var at, start point
	put := func(q point) {
		if finite(q) && (len(cur.points) == 0 || cur.points[len(cur.points)-1] != q) {
			cur.points = append(cur.points, q)
		}
		at = q
	}
	i := 0
	next := func() point { i++; return m.of(p.points[i-1]) }
	for _, o := range p.ops {
		if o != moveTo && o != closePath && len(cur.points) == 0 {
			put(start)
		}
		switch o {
		case moveTo:
			end()
			start = next()
			put(start)
		case lineTo:
			put(next())
		case quadTo:
			a, b := next(), next()
			curve(at, lerp(at, a, 2.0/3), lerp(b, a, 2.0/3), b, put)
		case cubeTo:
			a, b, c := next(), next(), next()
			curve(at, a, b, c, put)
		case closePath:
			if n := len(cur.points); n > 1 && cur.points[n-1] == cur.points[0] {
				cur.points = cur.points[:n-1]
			}
			cur.closed = true
			end()
			at = start
		}
	}
	end()
	return out
}

const (
	flatness  = 0.1
	maxChords = 200
)

func curve(a, b, c, d point, put func(point)) {
	// The second difference bounds how far a chord leaves the curve.
	bend := max(a.sub(b.times(2)).add(c).length(), b.sub(c.times(2)).add(d).length())
	n := maxChords
	if f := math.Ceil(math.Sqrt(bend * 0.75 / flatness)); f < maxChords {
		n = max(1, int(f))
	}
	for i := 1; i < n; i++ {
		t := float64(i) / float64(n)
		u := 1 - t
		put(a.times(u * u * u).add(b.times(3 * u * u * t)).add(c.times(3 * u * t * t)).add(d.times(t * t * t)))
	}
	put(d)
}
