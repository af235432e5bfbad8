package render

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// node is an element of an SVG document.
type node struct {
	name     string
	attrs    []attr
	children []*node
	text     string // of a text element
}

type attr struct{ key, value string }

const (
	maxDepth  = 64
	svgSpace  = "http://www.w3.org/2000/svg"
	xmlSpace  = "http://www.w3.org/XML/1998/namespace"
	textShift = 0.36 // em from the middle of a line down to its baseline
)

// kept reports the elements that ECharts writes for still pictures. Others
// (images, scripts, style sheets, filters, patterns) are dropped with all they
// hold.
func kept(element string) bool {
	switch element {
	case "svg", "g", "defs", "clipPath", "linearGradient", "radialGradient", "stop",
		"path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text":
		return true
	}
	return false
}

// dropped reports the attributes that serve a pointer on a page or lead
// elsewhere.
func dropped(key string) bool {
	switch key {
	case "xmlns", "class", "pointer-events", "cursor", "filter", "version", "baseProfile", "href":
		return true
	}
	return strings.HasPrefix(key, "ecmeta_") || strings.HasPrefix(strings.ToLower(key), "on")
}

// parseSVG reads the elements worth keeping. Anything else is skipped; what is
// not well-formed is an error.
func parseSVG(r io.Reader) (*node, error) {
	d := xml.NewDecoder(r)
	var root *node
	var open []*node
	for {
		t, err := d.Token()
		switch {
		case errors.Is(err, io.EOF) && root != nil && len(open) == 0:
			return root, nil
		case err != nil:
			return nil, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if !kept(t.Name.Local) {
				if err := d.Skip(); err != nil {
					return nil, err
				}
				continue
			}
			n := &node{name: t.Name.Local, attrs: attributes(t.Attr)}
			switch {
			case len(open) >= maxDepth:
				return nil, fmt.Errorf("elements nested deeper than %d", maxDepth)
			case len(open) > 0:
				parent := open[len(open)-1]
				parent.children = append(parent.children, n)
			case root != nil || n.name != "svg":
				return nil, fmt.Errorf("the document is not one svg element")
			default:
				root = n
			}
			open = append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 && open[len(open)-1].name == "text" {
				open[len(open)-1].text += string(t)
			}
		}
	}
}

func attributes(in []xml.Attr) []attr {
	out := make([]attr, 0, len(in))
	for _, a := range in {
		key := a.Name.Local
		switch {
		case a.Name.Space == xmlSpace && key == "space":
			key = "xml:space"
		case a.Name.Space != "", dropped(key):
			continue
		}
		out = append(out, attr{key, a.Value})
	}
	return out
}

func (n *node) get(key string) string {
	for _, a := range n.attrs {
		if a.key == key {
			return a.value
		}
	}
	return ""
}

func (n *node) set(key, value string) {
	for i, a := range n.attrs {
		if a.key == key {
			n.attrs[i].value = value
			return
		}
	}
	n.attrs = append(n.attrs, attr{key, value})
}

func (n *node) remove(key string) {
	n.attrs = slices.DeleteFunc(n.attrs, func(a attr) bool { return a.key == key })
}

func (n *node) number(key string) float64 {
	v, _ := parseNumber(n.get(key))
	return v
}

// clean makes the document stand alone and the same at every run: identifiers
// are counted from prefix in the order they appear, references to what was
// dropped go, elements that paint nothing go, and text hangs on its baseline,
// since Office programs and librsvg know no dominant-baseline.
func (n *node) clean(prefix string, size Size) {
	n.attrs = nil
	n.set("xmlns", svgSpace)
	n.set("width", strconv.Itoa(size.W))
	n.set("height", strconv.Itoa(size.H))
	n.set("viewBox", fmt.Sprintf("0 0 %d %d", size.W, size.H))
	ids := map[string]string{}
	n.each(func(c *node) {
		if id := c.get("id"); id != "" {
			ids[id] = fmt.Sprintf("%s-%d", prefix, len(ids))
			c.set("id", ids[id])
		}
	})
	n.each(func(c *node) {
		for i, a := range c.attrs {
			if id, ok := reference(a.value); ok {
				c.attrs[i].value = "none"
				if ids[id] != "" {
					c.attrs[i].value = "url(#" + ids[id] + ")"
				}
			}
		}
		if c.name == "text" {
			c.settle()
		}
	})
	n.prune()
}

func (n *node) each(f func(*node)) {
	f(n)
	for _, c := range n.children {
		c.each(f)
	}
}

// settle moves a text that is centred on its line to its baseline.
func (n *node) settle() {
	if n.get("dominant-baseline") == "central" {
		n.set("y", hundredths(n.number("y")+textShift*parseStyle(n.get("style")).size))
	}
	if n.get("x") != "" {
		n.set("x", hundredths(n.number("x")))
	}
	n.remove("dominant-baseline")
}

func hundredths(v float64) string {
	return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64)
}

// prune drops what paints nothing: areas that only catch the pointer, and empty
// groups and texts.
func (n *node) prune() {
	n.children = slices.DeleteFunc(n.children, func(c *node) bool {
		switch c.name {
		case "clipPath", "linearGradient", "radialGradient":
			return false
		case "g", "defs":
			c.prune()
			return len(c.children) == 0
		case "text":
			return strings.TrimSpace(c.text) == ""
		}
		return c.blind()
	})
}

func (n *node) blind() bool {
	fill := n.get("fill") == "none" || n.get("fill-opacity") == "0"
	stroke := n.get("stroke")
	return fill && (stroke == "" || stroke == "none" || n.get("stroke-width") == "0")
}

// reference reads url(#id).
func reference(v string) (id string, ok bool) {
	v, ok = strings.CutPrefix(strings.TrimSpace(v), "url(#")
	if !ok {
		return "", false
	}
	return strings.CutSuffix(v, ")")
}

// bytes writes the document.
func (n *node) bytes() []byte {
	var b bytes.Buffer
	n.write(&b)
	return b.Bytes()
}

func (n *node) write(b *bytes.Buffer) {
	b.WriteByte('<')
	b.WriteString(n.name)
	for _, a := range n.attrs {
		b.WriteByte(' ')
		b.WriteString(a.key)
		b.WriteString(`="`)
		escape(b, a.value)
		b.WriteByte('"')
	}
	if n.text == "" && len(n.children) == 0 {
		b.WriteString("/>\n")
		return
	}
	b.WriteByte('>')
	if n.text != "" {
		escape(b, n.text)
	} else {
		b.WriteByte('\n')
	}
	for _, c := range n.children {
		c.write(b)
	}
	b.WriteString("</")
	b.WriteString(n.name)
	b.WriteString(">\n")
}

func escape(b *bytes.Buffer, s string) {
	// A bytes.Buffer never fails; EscapeText replaces what XML does not allow.
	_ = xml.EscapeText(b, []byte(s))
}

// xmlText replaces the characters that XML does not allow, which ECharts copies
// from the data, by U+FFFD.
func xmlText(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 {
			return r
		}
		return '\uFFFD'
	}, s)
}

// idPrefix sets the identifiers of one picture apart from another's on the same
// page.
func idPrefix(option []byte, size Size) string {
	h := fnv.New64a()
	_, _ = h.Write(option) // a hash never fails
	_, _ = fmt.Fprintf(h, "|%d|%d", size.W, size.H)
	return "c" + strconv.FormatUint(h.Sum64(), 36)[:6]
}
