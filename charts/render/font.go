package render

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// faces are the embedded weights.
type faces struct{ regular, bold *face }

func loadFaces() (*faces, error) {
	var out faces
	for w, f := range map[Weight]**face{Regular: &out.regular, Bold: &out.bold} {
		b, err := Font(w)
		if err != nil {
			return nil, err
		}
		if *f, err = newFace(b); err != nil {
			return nil, err
		}
	}
	return &out, nil
}

func (f *faces) of(s fontStyle) *face {
	if s.bold {
		return f.bold
	}
	return f.regular
}

// face answers widths and outlines of one font file, at one em, y upwards
// negative. Safe for concurrent use.
type face struct {
	font *sfnt.Font
	ppem fixed.Int26_6

	mu     sync.Mutex
	buf    sfnt.Buffer
	glyphs map[rune]*glyph
}

// glyph is one character at a size of one em.
type glyph struct {
	advance float64
	outline path // empty for a space
}

func newFace(ttf []byte) (*face, error) {
	f, err := sfnt.Parse(ttf)
	if err != nil {
		return nil, fmt.Errorf("parse embedded font: %w", err)
	}
	// At one pixel a font unit nothing is rounded.
	return &face{font: f, ppem: fixed.I(int(f.UnitsPerEm())), glyphs: map[rune]*glyph{}}, nil
}

func (f *face) glyph(r rune) *glyph {
	f.mu.Lock()
	defer f.mu.Unlock()
	if g, ok := f.glyphs[r]; ok {
		return g
	}
	g := f.load(r)
	// Characters that the font lacks share its one box: nobody can fill the
	// cache with what is not there.
	if len(f.glyphs) < f.font.NumGlyphs() {
		f.glyphs[r] = g
	}
	return g
}

func (f *face) load(r rune) *glyph {
	g := &glyph{}
	if invisible(r) {
		return g
	}
	if unicode.IsSpace(r) {
		r = ' '
	}
	id, err := f.font.GlyphIndex(&f.buf, r)
	if err != nil {
		return g
	}
	em := float64(f.ppem)
	if a, err := f.font.GlyphAdvance(&f.buf, id, f.ppem, font.HintingNone); err == nil {
		g.advance = float64(a) / em
	}
	segments, err := f.font.LoadGlyph(&f.buf, id, f.ppem, nil)
	if err != nil {
		return g
	}
	at := func(p fixed.Point26_6) point { return point{float64(p.X) / em, float64(p.Y) / em} }
	for _, s := range segments {
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			g.outline.close()
			g.outline.move(at(s.Args[0]))
		case sfnt.SegmentOpLineTo:
			g.outline.line(at(s.Args[0]))
		case sfnt.SegmentOpQuadTo:
			g.outline.quad(at(s.Args[0]), at(s.Args[1]))
		case sfnt.SegmentOpCubeTo:
			g.outline.cube(at(s.Args[0]), at(s.Args[1]), at(s.Args[2]))
		}
	}
	g.outline.close()
	return g
}

// invisible reports characters that join or vary others and take no room.
func invisible(r rune) bool {
	return unicode.Is(unicode.Cf, r) || r >= 0xFE00 && r <= 0xFE0F
}

// width is the advance of the text at one em.
func (f *face) width(text string) float64 {
	var w float64
	for _, r := range text {
		w += f.glyph(r).advance
	}
	return w
}

// measure is the width of text in a CSS font shorthand, in px.
func (f *faces) measure(text, css string) float64 {
	s := parseFont(css)
	return f.of(s).width(text) * s.size
}

// fontStyle is what of a CSS font matters here: there is one family and no
// italic.
type fontStyle struct {
	size float64 // px
	bold bool
}

const defaultFontSize = 12

// parseFont reads a CSS font shorthand such as "bold 18px sans-serif".
func parseFont(css string) fontStyle {
	s := fontStyle{size: defaultFontSize}
	for _, word := range strings.Fields(css) {
		if size, ok := strings.CutSuffix(strings.SplitN(word, "/", 2)[0], "px"); ok {
			if v, err := strconv.ParseFloat(size, 64); err == nil && v >= 0 && !math.IsInf(v, 0) {
				s.size = v
				return s // the family follows
			}
		}
		s.bold = s.bold || boldWeight(word)
	}
	return s
}

func boldWeight(word string) bool {
	if word == "bold" || word == "bolder" {
		return true
	}
	n, err := strconv.Atoi(word)
	return err == nil && n >= 600
}
