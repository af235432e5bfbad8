package render

import (
	"bytes"
	"context"
	"image/color"
	"os"
	"path/filepath"
	"testing"
	"time"

	"talentcast/analytics/fault"
)

// Whatever the option, the answer is a well-formed picture or a fault.
func FuzzOption(f *testing.F) {
	for _, name := range charts {
		f.Add(option(f, name))
	}
	f.Add([]byte(`{"xAxis":{"type":"time"},"yAxis":{"type":"log"},"series":[{"type":"line","data":[["2015-06",0],["x",null]]}]}`))
	f.Add([]byte(`{"title":{"text":"\u0000<&>"},"radar":{"indicator":[{"name":"a"}]},"series":[{"type":"radar","data":[{"value":[1]}]}]}`))
	f.Add([]byte(`{"grid":{"left":1e308},"xAxis":{"splitNumber":1e9,"interval":1e-9},"yAxis":{},"series":{"type":"bar","data":[1]}}`))
	r := renderer(f, Options{Workers: 1, Limit: 2 * time.Second})
	f.Fuzz(func(t *testing.T, option []byte) {
		svg, err := r.SVG(context.Background(), option, Size{300, 200})
		if err != nil {
			if fault.As(err) == nil {
				t.Fatalf("not a fault: %v", err)
			}
			return
		}
		if err := wellFormed(svg); err != nil {
			t.Fatalf("not well-formed: %v\n%s", err, svg)
		}
		root, err := parseSVG(bytes.NewReader(svg))
		if err != nil {
			t.Fatalf("what was written can't be read: %v", err)
		}
		r.paint(root, Size{300, 200}, 1, color.NRGBA{})
	})
}

// Whatever SVG comes, cleaning and painting end without a panic, and what is
// written can be read again and says the same.
func FuzzSVG(f *testing.F) {
	golden, err := filepath.Glob(filepath.Join("testdata", "*.svg"))
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range golden {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`<svg><defs><clipPath id="a"><circle r="40" cx="50" cy="1e300"/></clipPath></defs>` +
		`<g clip-path="url(#a)" transform="matrix(1 2 3 4 5 6)"><path d="M1 2A1e-9 3 0 013 4zt5 6" stroke="red" stroke-dasharray="1e-9"/></g></svg>`))
	f.Add([]byte(`<svg><text style="font-size:1e300px" stroke="blue" stroke-width="1e9">国</text>` +
		`<radialGradient id="g"><stop offset="2" stop-color="hsl(1,2%,3%)"/></radialGradient><rect width="9" height="9" fill="url(#g)"/></svg>`))
	r := renderer(f, Options{Workers: 1})
	f.Fuzz(func(t *testing.T, svg []byte) {
		root, err := parseSVG(bytes.NewReader(svg))
		if err != nil {
			return
		}
		root.clean("c", Size{90, 60})
		out := root.bytes()
		again, err := parseSVG(bytes.NewReader(out))
		if err != nil {
			t.Fatalf("what was written can't be read: %v\n%s", err, out)
		}
		again.clean("c", Size{90, 60})
		if !bytes.Equal(out, again.bytes()) {
			t.Fatalf("cleaning twice changes it:\n%s\n%s", out, again.bytes())
		}
		r.paint(root, Size{90, 60}, 1, color.NRGBA{})
	})
}
