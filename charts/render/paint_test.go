package render

import (
	"image"
	"image/color"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// picture paints the inside of an svg element of 20 × 10 px, white below.
func picture(t *testing.T, inside string) *image.RGBA {
	t.Helper()
	root, err := parseSVG(strings.NewReader("<svg>" + inside + "</svg>"))
	if err != nil {
		t.Fatal(err)
	}
	r := &Renderer{}
	return r.paint(root, Size{20, 10}, 1, color.NRGBA{255, 255, 255, 255})
}

// rows writes a picture as text: # for more than half dark, + for touched.
func rows(img *image.RGBA) []string {
	var out []string
	for y := range img.Rect.Dy() {
		var b strings.Builder
		for x := range img.Rect.Dx() {
			switch g := img.RGBAAt(x, y).G; {
			case g < 0x70:
				b.WriteByte('#')
			case g < 0xF0:
				b.WriteByte('+')
			default:
				b.WriteByte('.')
			}
		}
		out = append(out, b.String())
	}
	return out
}

const empty = "...................."

func blank(n int) []string {
	var out []string
	for range n {
		out = append(out, empty)
	}
	return out
}

func TestPaintShapes(t *testing.T) {
	bar := "..######............"
	tests := []struct {
		name, svg string
		want      []string
	}{
		{"rect", `<rect x="2" y="3" width="6" height="2"/>`, []string{bar, bar}},
		{"path", `<path d="M2 3h6v2H2z"/>`, []string{bar, bar}},
		{"relative", `<path d="m2 3l6 0 0 2-6 0Z"/>`, []string{bar, bar}},
		{"polygon", `<polygon points="2,3 8,3 8,5 2,5"/>`, []string{bar, bar}},
		{"stroke", `<path d="M2 4L8 4" fill="none" stroke="#000" stroke-width="2"/>`, []string{bar, bar}},
		{"stroke scaled in one direction", `<path d="M1 2L4 2" transform="scale(2 1) translate(0 2)" fill="none" stroke="#000" stroke-width="2"/>`, []string{bar, bar}},
		{"square caps", `<path d="M3 4L7 4" fill="none" stroke="#000" stroke-width="2" stroke-linecap="square"/>`, []string{bar, bar}},
		{
			"dashes", `<path d="M2 4L14 4" fill="none" stroke="#000" stroke-width="2" stroke-dasharray="4,2"/>`,
			[]string{"..####..####........", "..####..####........"},
		},
		{
			"dashes that start late", `<path d="M2 4L14 4" fill="none" stroke="#000" stroke-width="2" stroke-dasharray="4,2" stroke-dashoffset="5"/>`,
			[]string{"...####..####.......", "...####..####......."},
		},
		{"turned", `<rect width="2" height="6" transform="translate(8 3) rotate(90)"/>`, []string{bar, bar}},
		{
			"beyond the border", `<rect x="-1e7" y="3" width="3e7" height="2"/>`,
			[]string{strings.Repeat("#", 20), strings.Repeat("#", 20)},
		},
		{
			"left of the picture up to its right border", `<path d="M-50 3L20 3L20 5L-50 5Z"/>`,
			[]string{strings.Repeat("#", 20), strings.Repeat("#", 20)},
		},
		{
			"clipped", `<defs><clipPath id="k"><path d="M2 3l6 0l0 2l-6 0Z"/></clipPath></defs><g clip-path="url(#k)"><rect width="20" height="10"/></g>`,
			[]string{bar, bar},
		},
		{"clipped by a triangle", `<defs><clipPath id="k"><path d="M0 3L8 3L8 5L2 5Z"/></clipPath></defs>` +
			`<rect x="2" width="20" height="10" clip-path="url(#k)"/>`, []string{bar, bar}},
		{"clipped by a hidden one", `<rect x="2" y="3" width="6" height="2" clip-path="url(#none)"/>`, []string{bar, bar}},
		{
			"half clear", `<rect x="2" y="3" width="6" height="2" opacity="0.5"/>`,
			[]string{"..++++++............", "..++++++............"},
		},
		{
			"hole", `<path d="M2 3L8 3L8 5L2 5ZM4 3L4 5L6 5L6 3Z"/>`,
			[]string{"..##..##............", "..##..##............"},
		},
		{"nothing", `<rect x="2" y="3" width="6" height="2" fill="none"/>`, []string{empty, empty}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := append(append(blank(3), tt.want...), blank(5)...)
			if diff := cmp.Diff(want, rows(picture(t, tt.svg))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestPaintGradient(t *testing.T) {
	img := picture(t, `<defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="0">
		<stop offset="0%" stop-color="#000"/><stop offset="100%" stop-color="rgb(200,0,0)" stop-opacity="0.5"/></linearGradient></defs>
		<rect width="20" height="10" fill="url(#g)"/>`)
	last := -1
	for x := range 20 {
		c := img.RGBAAt(x, 5)
		if int(c.R) < last {
			t.Errorf("red falls at %d", x)
		}
		last = int(c.R)
	}
	if c := img.RGBAAt(0, 5); c.R > 15 {
		t.Errorf("the first pixel is %v", c)
	}
	if c := img.RGBAAt(19, 5); math.Abs(float64(c.R)-225) > 8 || math.Abs(float64(c.G)-124) > 8 {
		t.Errorf("the last pixel is %v", c)
	}
}

func TestArc(t *testing.T) {
	// A circle of two arcs, in each of the ways to write one.
	for _, d := range []string{
		"M10 0A10 10 0 1 1 -10 0A10 10 0 1 1 10 0", "M10 0a10 10 0 11-20 0a10 10 0 0120 0",
		"M10 0A10 10 0 0 0 -10 0A1 1 0 0 0 10 0", // a radius too small grows
	} {
		p := parsePath(d)
		var length float64
		for _, l := range p.flatten(identity()) {
			for i, q := range l.points {
				if math.Abs(q.length()-10) > 0.01 {
					t.Errorf("%s: %v is off the circle", d, q)
				}
				if i > 0 {
					length += q.sub(l.points[i-1]).length()
				}
			}
		}
		if math.Abs(length-20*math.Pi) > 0.5 {
			t.Errorf("%s: length %.2f, want %.2f", d, length, 20*math.Pi)
		}
	}
}

func TestParsePathStopsAtFault(t *testing.T) {
	for d, segments := range map[string]int{
		"": 0, "L1 2": 0, "M1": 0, "M1 2": 1, "M1 2 3 4": 2, "M1,2L3": 1, "M1 2Z": 2, "M1 2ZZZ": 2, "M1 2Z3 4": 2,
		"M1.5.5": 1, "M1-2": 1, "M1e1-2e-1": 1, "M1 2A1 1 0 2 0 3 4": 1, "M1 2Q1 2 3 4T5 6": 3, "M1 2X": 1, "M1 2L1e999 0": 1,
	} {
		if p := parsePath(d); len(p.ops) != segments {
			t.Errorf("%q has %d segments, want %d", d, len(p.ops), segments)
		}
	}
}

func TestParseColor(t *testing.T) {
	for text, want := range map[string]color.NRGBA{
		"#fff": {255, 255, 255, 255}, "#12345678": {0x12, 0x34, 0x56, 0x78}, "#1234": {0x11, 0x22, 0x33, 0x44},
		"rgb(1,2,3)": {1, 2, 3, 255}, "rgba(1, 2, 3, 0.5)": {1, 2, 3, 128}, "rgb(100% 0% 0% / 50%)": {255, 0, 0, 128},
		"Red": {255, 0, 0, 255}, "transparent": {}, "hsl(120,100%,50%)": {0, 255, 0, 255}, "hsla(240,100%,50%,0.5)": {0, 0, 255, 128},
		"rgb(300,-5,0)": {255, 0, 0, 255},
	} {
		if got, ok := parseColor(text); !ok || got != want {
			t.Errorf("%s = %v %v, want %v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "#12", "#ggg", "rgb(1,2)", "rgb(a,b,c)", "url(#x)", "no such", "#1234567890"} {
		if got, ok := parseColor(text); ok {
			t.Errorf("%q is read as %v", text, got)
		}
	}
}

func TestParseFont(t *testing.T) {
	for css, want := range map[string]fontStyle{
		"12px sans-serif":            {size: 12},
		"bold 18px Noto Sans SC":     {size: 18, bold: true},
		"normal 600 14.5px/20px x":   {size: 14.5, bold: true},
		"italic 400 10px bold":       {size: 10},
		"":                           {size: 12},
		"nonsense":                   {size: 12},
		"-5px x":                     {size: 12},
		"normal normal bolder 9px x": {size: 9, bold: true},
	} {
		if got := parseFont(css); got != want {
			t.Errorf("%q = %+v, want %+v", css, got, want)
		}
	}
}
