package pdf

import (
	"fmt"
	"strconv"
	"strings"

	"talentcast/cmd/talentcast/internal/report/document"
)

// write lays the document out.
func (x *writer) write() {
	x.page()
	x.centred(x.d.Title, x.look.title, 1.5, false)
	if x.d.Subtitle != "" {
		x.centred(x.d.Subtitle, x.look.subtitle, 1.4, false)
	}
	x.y += 8
	n := 0
	for i, b := range x.d.Blocks {
		if wide := x.lies(i); wide != x.wide {
			x.wide = wide
			x.page()
		}
		switch b := b.(type) {
		case document.Heading:
			x.heading(b, n)
			n++
		case document.Paragraph:
			x.paragraph(b)
		case document.List:
			x.list(b)
		case document.Table:
			x.table(b)
		case document.Figure:
			x.figure(b)
		case document.Contents:
			x.contents(b)
		case document.Break:
			if x.y > x.top() && x.lies(i+1) == x.wide {
				x.page()
			}
		}
	}
}

// lies reports whether a block is on a landscape page: a wide table, and what leads
// up to one.
func (x *writer) lies(i int) bool {
	for ; i < len(x.d.Blocks); i++ {
		switch b := x.d.Blocks[i].(type) {
		case document.Table:
			return b.Wide
		case document.Heading:
		default:
			return false
		}
	}
	return false
}

func (x *writer) centred(text string, size, lead float64, bold bool) {
	for _, l := range x.wrap(x.pieces([]document.Run{{Text: text}}, size, bold), x.width(), 0, size) {
		x.room(size * lead)
		x.line(l, x.left()+(x.width()-lineWidth(l))/2, x.y+size, size)
		x.y += size * lead
	}
}

func (x *writer) heading(h document.Heading, n int) {
	level := min(4, max(1, h.Level))
	size := x.look.heading[level-1]
	lines := x.wrap(x.pieces([]document.Run{{Text: h.Text}}, size, level != 2), x.width(), x.look.indent*size, size)
	// A heading stays with two lines of what follows.
	x.room(float64(len(lines))*size*1.7 + 8 + 2*x.look.line)
	x.y += 8
	x.found[n] = x.pdf.PageNo()
	link := x.linkTo(n)
	x.pdf.SetLink(link, x.y, -1)
	x.font(size, true)
	x.pdf.Bookmark(printable(h.Text), level-1, x.y)
	x.lines(lines, x.look.indent*size, size, size*1.7)
}

// linkTo is the link to the n-th heading.
func (x *writer) linkTo(n int) int {
	if _, ok := x.links[n]; !ok {
		x.links[n] = x.pdf.AddLink()
	}
	return x.links[n]
}

func (x *writer) lines(lines [][]letter, indent, size, height float64) {
	for i, l := range lines {
		x.room(height)
		at := x.left()
		if i == 0 {
			at += indent
		}
		x.line(l, at, x.y+(height+size*0.72)/2, size)
		x.y += height
	}
}

func (x *writer) paragraph(p document.Paragraph) {
	size, height, indent, bold := x.look.body, x.look.line, x.look.indent*x.look.body, false
	switch p.Style {
	case document.Lead:
		bold = true
	case document.Note:
		size, height, indent = x.look.note, x.look.note*1.5, 0
	case document.Mark:
		x.mark(p)
		return
	}
	x.lines(x.wrap(x.pieces(p.Runs, size, bold), x.width(), indent, size), indent, size, height)
	if x.look.indent == 0 {
		x.y += 5
	}
}

// mark is a warning in a box.
func (x *writer) mark(p document.Paragraph) {
	size := x.look.caption
	lines := x.wrap(x.pieces(p.Runs, size, false), x.width()-16, 0, size)
	height := float64(len(lines))*size*1.5 + 8
	x.room(height + 6)
	x.pdf.SetFillColor(0xff, 0xf7, 0xdc)
	x.pdf.SetDrawColor(0x9a, 0x6b, 0x00)
	x.pdf.SetLineWidth(0.7)
	x.pdf.Rect(x.left(), x.y, x.width(), height, "FD")
	x.ink(0x5c, 0x43, 0x00)
	y := x.y + 4
	for _, l := range lines {
		x.line(l, x.left()+8, y+size*1.1, size)
		y += size * 1.5
	}
	x.ink(0, 0, 0)
	x.y += height + 8
}

func (x *writer) list(l document.List) {
	size, height := x.look.body, x.look.line
	hang := size * 1.6
	for i, item := range l.Items {
		sign := "•"
		if l.Ordered {
			sign = strconv.Itoa(i+1) + "."
		}
		lines := x.wrap(x.pieces(item, size, false), x.width()-hang, 0, size)
		for k, line := range lines {
			x.room(height)
			base := x.y + (height+size*0.72)/2
			if k == 0 {
				x.font(size, false)
				x.put(x.left()+size*0.4, base, sign)
			}
			x.line(line, x.left()+hang, base, size)
			x.y += height
		}
	}
}

// contents lists headings of two levels with their pages, as the first pass found
// them.
func (x *writer) contents(c document.Contents) {
	size := x.look.contents
	height := size * 1.6
	x.y += 6
	x.centred(c.Title, size+2, 1.8, true)
	n := -1
	for _, b := range x.d.Blocks {
		h, ok := b.(document.Heading)
		if !ok {
			continue
		}
		n++
		if h.Level > 2 {
			continue
		}
		x.room(height)
		x.font(size, false)
		number := ""
		if p := x.pages[n]; p > 0 {
			number = fmt.Sprint(p)
		}
		at := x.left() + float64(h.Level-1)*size*1.5
		room := x.left() + x.width() - at - x.pdf.GetStringWidth("0000")
		text := x.clip(h.Text, room)
		base := x.y + size
		x.put(at, base, text)
		from, to := at+x.pdf.GetStringWidth(text)+4, x.left()+x.width()-x.pdf.GetStringWidth(number)-4
		if dots := int((to - from) / x.pdf.GetStringWidth(".")); dots > 2 {
			x.put(to-float64(dots)*x.pdf.GetStringWidth("."), base, strings.Repeat(".", dots))
		}
		x.put(x.left()+x.width()-x.pdf.GetStringWidth(number), base, number)
		x.pdf.Link(x.left(), x.y, x.width(), height, x.linkTo(n))
		x.y += height
	}
	x.y += 8
}
