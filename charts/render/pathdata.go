package render

import "strconv"

// parsePath reads the d attribute of an SVG path. As SVG asks, a fault ends the
// path before the segment at fault.
func parsePath(d string) path {
	s := pathScanner{text: d}
	var p path
	var command byte
	var control point // last control point, for S and T
	var last byte
	for {
		if c, ok := s.command(); ok {
			command = c
		} else if !s.more() || command == 0 || command == 'Z' || command == 'z' {
			return p
		}
		if last == 0 && command != 'M' && command != 'm' {
			return p
		}
		if !segment(&p, &s, command, last, &control) {
			return p
		}
		last = command
		switch command { // further pairs after a move are lines
		case 'M':
			command = 'L'
		case 'm':
			command = 'l'
		}
	}
}

// segment reads the numbers of one command and adds it.
func segment(p *path, s *pathScanner, command, last byte, control *point) bool {
	upper := command &^ 0x20
	var base point
	if command != upper {
		base = p.at
	}
	if upper == 'Z' {
		p.close()
		return true
	}
	if upper == 'A' {
		v, ok := s.arc()
		if ok {
			p.reopen()
			p.arc(v[0], v[1], v[2], v[3] != 0, v[4] != 0, base.add(point{v[5], v[6]}))
		}
		return ok
	}
	count := arity(upper)
	v, ok := s.numbers(count)
	if count == 0 || !ok {
		return false
	}
	to := func(i int) point { return base.add(point{v[i], v[i+1]}) }
	if upper != 'M' {
		p.reopen()
	}
	// S and T start with the mirror of the last control point.
	mirror := p.at
	if l := last &^ 0x20; upper == 'S' && (l == 'C' || l == 'S') || upper == 'T' && (l == 'Q' || l == 'T') {
		mirror = p.at.times(2).sub(*control)
	}
	switch upper {
	case 'M':
		p.move(to(0))
	case 'L':
		p.line(to(0))
	case 'H':
		p.line(point{base.x + v[0], p.at.y})
	case 'V':
		p.line(point{p.at.x, base.y + v[0]})
	case 'Q':
		*control = to(0)
		p.quad(to(0), to(2))
	case 'T':
		*control = mirror
		p.quad(mirror, to(0))
	case 'S':
		*control = to(0)
		p.cube(mirror, to(0), to(2))
	case 'C':
		*control = to(2)
		p.cube(to(0), to(2), to(4))
	}
	return true
}

// arity is how many numbers a command takes; 0 for what is no command.
func arity(command byte) int {
	switch command {
	case 'H', 'V':
		return 1
	case 'M', 'L', 'T':
		return 2
	case 'S', 'Q':
		return 4
	case 'C':
		return 6
	}
	return 0
}

// reopen starts a subpath where the last one was closed.
func (p *path) reopen() {
	if n := len(p.ops); n > 0 && p.ops[n-1] == closePath {
		p.move(p.start)
	}
}

type pathScanner struct {
	text string
	pos  int
}

func (s *pathScanner) space() {
	for s.pos < len(s.text) {
		switch s.text[s.pos] {
		case ' ', ',', '\t', '\n', '\r':
			s.pos++
		default:
			return
		}
	}
}

func (s *pathScanner) more() bool {
	s.space()
	return s.pos < len(s.text)
}

func (s *pathScanner) command() (byte, bool) {
	if !s.more() {
		return 0, false
	}
	c := s.text[s.pos]
	if c|0x20 >= 'a' && c|0x20 <= 'z' && c|0x20 != 'e' {
		s.pos++
		return c, true
	}
	return 0, false
}

func (s *pathScanner) numbers(n int) ([6]float64, bool) {
	var out [6]float64
	for i := range n {
		v, ok := s.number()
		if !ok {
			return out, false
		}
		out[i] = v
	}
	return out, true
}

// arc reads rx ry rotation large sweep x y; the two flags are single digits
// that need no separator.
func (s *pathScanner) arc() ([7]float64, bool) {
	var out [7]float64
	for i := range out {
		if i == 3 || i == 4 {
			if !s.more() || s.text[s.pos] != '0' && s.text[s.pos] != '1' {
				return out, false
			}
			out[i] = float64(s.text[s.pos] - '0')
			s.pos++
			continue
		}
		v, ok := s.number()
		if !ok {
			return out, false
		}
		out[i] = v
	}
	return out, true
}

// number reads one number: sign, digits, one point, exponent.
func (s *pathScanner) number() (float64, bool) {
	s.space()
	start := s.pos
	point, exponent := false, false
scan:
	for ; s.pos < len(s.text); s.pos++ {
		switch c := s.text[s.pos]; {
		case c >= '0' && c <= '9':
		case c == '.' && !point && !exponent:
			point = true
		case (c == 'e' || c == 'E') && !exponent && s.pos > start:
			exponent = true
		case (c == '-' || c == '+') && (s.pos == start || s.text[s.pos-1]|0x20 == 'e'):
		default:
			break scan
		}
	}
	v, err := strconv.ParseFloat(s.text[start:s.pos], 64)
	return v, err == nil
}
