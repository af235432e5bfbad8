package render

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"talentcast/analytics/fault"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var size = Size{W: 900, H: 520}

var charts = []string{"fan", "bar", "pie", "gauge", "sankey"}

func renderer(t testing.TB, o Options) *Renderer {
	t.Helper()
	r, err := New(o)
	if fault.Is(err, fault.Unavailable) {
		t.Skipf("charts can't be drawn here: %v", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func option(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func wellFormed(svg []byte) error {
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		if _, err := d.Token(); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

func TestSVGGolden(t *testing.T) {
	r := renderer(t, Options{Workers: 1})
	for _, name := range charts {
		t.Run(name, func(t *testing.T) {
			got, err := r.SVG(t.Context(), option(t, name), size)
			if err != nil {
				t.Fatal(err)
			}
			if err := wellFormed(got); err != nil {
				t.Errorf("not well-formed: %v", err)
			}
			golden := filepath.Join("testdata", name+".svg")
			if *update {
				if err := os.WriteFile(golden, got, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), string(got)); diff != "" {
				t.Errorf("differs from %s (-want +got):\n%s", golden, diff)
			}
		})
	}
}

// One option is one picture, whatever was drawn before and by which worker.
func TestSVGDeterministic(t *testing.T) {
	r := renderer(t, Options{Workers: 2})
	want := map[string]string{}
	for _, name := range charts {
		svg, err := r.SVG(t.Context(), option(t, name), size)
		if err != nil {
			t.Fatal(err)
		}
		want[name] = string(svg)
	}
	var wg sync.WaitGroup
	for i := range 3 * len(charts) {
		name := charts[i%len(charts)]
		o := option(t, name)
		wg.Go(func() {
			svg, err := r.SVG(context.Background(), o, size)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			} else if string(svg) != want[name] {
				t.Errorf("%s came out differently", name)
			}
		})
	}
	wg.Wait()
}

func TestSVGEscapes(t *testing.T) {
	r := renderer(t, Options{Workers: 1})
	title := `甲</script><script>alert(1)</script> & "乙" '丙' ]]> \u0001\ud800 __f__1__f__`
	o := fmt.Sprintf(`{"title":{"text":%s,"link":"javascript:alert(1)"},
		"graphic":[{"type":"image","style":{"image":"http://x.invalid/a.png","width":50,"height":50}}],
		"xAxis":{"data":["<a onclick=x>"]},"yAxis":{},
		"series":[{"type":"effectScatter","data":[1],"symbol":"image://http://x.invalid/b.png"}]}`,
		strings.NewReplacer(`"乙"`, `\"乙\"`).Replace(`"`+title+`"`))
	svg, err := r.SVG(t.Context(), []byte(o), size)
	if err != nil {
		t.Fatal(err)
	}
	if err := wellFormed(svg); err != nil {
		t.Fatalf("not well-formed: %v", err)
	}
	for _, bad := range []string{"<script", "</script", "x.invalid", "javascript:", "<image", "<style", "<a ", "\x01", "class=", "ecmeta"} {
		if bytes.Contains(svg, []byte(bad)) {
			t.Errorf("the SVG holds %q", bad)
		}
	}
	for _, good := range []string{"甲&lt;/script&gt;", "&amp;", "__f__1__f__", "&lt;a onclick=x&gt;"} {
		if !bytes.Contains(svg, []byte(good)) {
			t.Errorf("the SVG lacks %q:\n%s", good, svg)
		}
	}
}

func TestFaults(t *testing.T) {
	r := renderer(t, Options{Workers: 1})
	ok := `{"series":[]}`
	tests := []struct {
		name, option string
		size         Size
		code         fault.Code
	}{
		{"not JSON", `{`, size, fault.Invalid},
		{"not an object", `[1]`, size, fault.Invalid},
		{"null", `null`, size, fault.Invalid},
		{"unknown formatter", `{"yAxis":{"axisLabel":{"formatter":"tc:fmt:nothing"}}}`, size, fault.Invalid},
		{"formatter from the prototype", `{"yAxis":{"axisLabel":{"formatter":"tc:fmt:toString"}}}`, size, fault.Invalid},
		{"axis that is not there", `{"series":[{"type":"line","data":[1,2]}]}`, size, fault.Invalid},
		{"deep", strings.Repeat(`{"a":`, 500) + "1" + strings.Repeat("}", 500), size, fault.Invalid},
		{"too deep for JSON", strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000), size, fault.Invalid},
		{"too long", `{"a":"` + strings.Repeat("x", maxOption) + `"}`, size, fault.TooLarge},
		{"no width", ok, Size{0, 100}, fault.Invalid},
		{"negative", ok, Size{100, -5}, fault.Invalid},
		{"huge", ok, Size{100_000, 100}, fault.Invalid},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := r.SVG(t.Context(), []byte(tt.option), tt.size)
			f := fault.As(err)
			if f == nil || f.Code != tt.code {
				t.Fatalf("got %v, want a fault %s", err, tt.code)
			}
			if f.Zh == "" || f.En == "" {
				t.Errorf("no sentence in %+v", f)
			}
			if _, err := r.SVG(t.Context(), []byte(ok), size); err != nil {
				t.Errorf("a good chart after it: %v", err)
			}
		})
	}
	for name, draw := range map[string]func() ([]byte, error){
		"scale":  func() ([]byte, error) { return r.PNG(t.Context(), []byte(ok), size, 9, "") },
		"NaN":    func() ([]byte, error) { return r.PNG(t.Context(), []byte(ok), size, -1, "") },
		"pixels": func() ([]byte, error) { return r.PNG(t.Context(), []byte(ok), Size{4000, 4000}, 4, "") },
		"colour": func() ([]byte, error) { return r.PNG(t.Context(), []byte(ok), size, 1, "no such colour") },
	} {
		if _, err := draw(); fault.As(err) == nil {
			t.Errorf("%s: got %v, want a fault", name, err)
		}
	}
}

// Keys of the option that name prototypes must not reach those of the script.
func TestPrototypeKeys(t *testing.T) {
	r := renderer(t, Options{Workers: 1})
	o := `{"__proto__":{"title":{"text":"泄漏"}},"constructor":{"prototype":{"title":{"text":"泄漏"}}},
		"legend":{"__proto__":{"x":1}},"series":[]}`
	if _, err := r.SVG(t.Context(), []byte(o), size); err != nil {
		t.Fatal(err)
	}
	svg, err := r.SVG(t.Context(), []byte(`{"series":[]}`), size)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(svg, []byte("泄漏")) {
		t.Error("one option changed the next chart")
	}
}

// slow is an option that takes the engine far longer than the tests wait.
func slow() []byte {
	var b strings.Builder
	b.WriteString(`{"xAxis":{"type":"value"},"yAxis":{},"series":[{"type":"scatter","data":[[0,0]`)
	for i := range 300_000 {
		fmt.Fprintf(&b, ",[%d,%d]", i, i%97)
	}
	b.WriteString(`]}]}`)
	return []byte(b.String())
}

func TestInterrupt(t *testing.T) {
	r := renderer(t, Options{Workers: 1})
	if _, err := r.SVG(t.Context(), option(t, "pie"), size); err != nil {
		t.Fatal(err)
	}
	o := slow()
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := r.SVG(ctx, o, size); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the context's error", err)
	}
	r.limit = 50 * time.Millisecond
	if _, err := r.SVG(t.Context(), o, size); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v, want a fault of the limit", err)
	}
	r.limit = time.Minute
	if _, err := r.SVG(t.Context(), option(t, "pie"), size); err != nil {
		t.Errorf("the worker is lost: %v", err)
	}
}

func TestClose(t *testing.T) {
	r := renderer(t, Options{})
	r.Close()
	if _, err := r.SVG(t.Context(), []byte(`{}`), size); !errors.Is(err, ErrClosed) {
		t.Errorf("got %v, want ErrClosed", err)
	}
}

// A line handed over as bare numbers must look like one handed over as it is.
func TestPackedLines(t *testing.T) {
	r := renderer(t, Options{Workers: 1})
	const text = `{"xAxis":{"type":"category","data":["a","b","c","d"]},"yAxis":{},"series":[
		{"type":"line","stack":"s","symbol":"none","areaStyle":{},"data":[1,"-",3,4]%[1]s},
		{"type":"line","stack":"s","symbol":"none","areaStyle":{},"data":[2,2,null,1]%[1]s},
		{"type":"line","showSymbol":false,"smooth":true,"data":[5,6,2.5]%[1]s}]}`
	draw := func(extra string) string {
		svg, err := r.tree(t.Context(), fmt.Appendf(nil, text, extra), size)
		if err != nil {
			t.Fatal(err)
		}
		svg.clean("same", size)
		return string(svg.bytes())
	}
	if diff := cmp.Diff(draw(`,"label":{"show":false}`), draw("")); diff != "" {
		t.Errorf("(-as it is +packed):\n%s", diff)
	}
}

func decode(t *testing.T, b []byte) image.Image {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// inked is the share of pixels of r that are darker than a light grey.
func inked(img image.Image, r image.Rectangle) float64 {
	n := 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if cr, cg, cb, _ := img.At(x, y).RGBA(); cr+cg+cb < 3*0xa000 {
				n++
			}
		}
	}
	return float64(n) / float64(r.Dx()*r.Dy())
}

func TestPNG(t *testing.T) {
	r := renderer(t, Options{Workers: 1})
	for _, scale := range []float64{1, 2} {
		b, err := r.PNG(t.Context(), option(t, "fan"), size, scale, "#fff")
		if err != nil {
			t.Fatal(err)
		}
		img := decode(t, b)
		if got, want := img.Bounds().Size(), image.Pt(int(900*scale), int(520*scale)); got != want {
			t.Fatalf("size %v, want %v", got, want)
		}
		at := func(x0, y0, x1, y1 float64) image.Rectangle {
			return image.Rect(int(x0*scale), int(y0*scale), int(x1*scale), int(y1*scale))
		}
		for _, part := range []struct {
			name     string
			where    image.Rectangle
			low, top float64
		}{
			{"title", at(290, 18, 600, 40), 0.1, 0.4},
			{"first axis label", at(46, 466, 100, 482), 0.05, 0.4},
			{"value labels", at(28, 100, 62, 470), 0.01, 0.2},
			{"left margin", at(0, 0, 25, 520), 0, 0},
			{"below the axis labels", at(0, 490, 900, 520), 0, 0},
			{"line of actuals", at(80, 300, 500, 460), 0.005, 0.1},
		} {
			if got := inked(img, part.where); got < part.low || got > part.top {
				t.Errorf("scale %g: %s is inked to %.3f, want %g to %g", scale, part.name, got, part.low, part.top)
			}
		}
	}
}

func TestPNGBackground(t *testing.T) {
	r := renderer(t, Options{Workers: 1})
	for background, want := range map[string][4]uint32{
		"":                    {0, 0, 0, 0},
		"transparent":         {0, 0, 0, 0},
		"white":               {0xffff, 0xffff, 0xffff, 0xffff},
		"rgba(255,0,0,0.502)": {0x8080, 0, 0, 0x8080},
	} {
		b, err := r.PNG(t.Context(), []byte(`{"series":[]}`), Size{40, 30}, 1, background)
		if err != nil {
			t.Fatal(err)
		}
		cr, cg, cb, ca := decode(t, b).At(20, 15).RGBA()
		if got := [4]uint32{cr, cg, cb, ca}; got != want {
			t.Errorf("%q: got %x, want %x", background, got, want)
		}
	}
}

func TestAssets(t *testing.T) {
	if len(Formatters()) == 0 {
		t.Error("no formatters")
	}
	if !strings.Contains(formatters, `"`+FontFamily+`"`) {
		t.Error("formatters.js names another font list than FontFamily")
	}
	if _, err := asset("nothing.ttf"); !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "make assets") {
		t.Errorf("got %v, want a fault that names make assets", err)
	}
	script, err := Script()
	if fault.Is(err, fault.Unavailable) {
		t.Skipf("charts can't be drawn here: %v", err)
	}
	if !bytes.Contains(script, []byte("renderToSVGString")) {
		t.Errorf("the script is not ECharts (%v)", err)
	}
	for _, w := range []Weight{Regular, Bold} {
		if b, err := Font(w); err != nil || !bytes.HasPrefix(b, []byte{0, 1, 0, 0}) {
			t.Errorf("weight %d is not TrueType (%v)", w, err)
		}
	}
}

func BenchmarkSVG(b *testing.B) {
	r := renderer(b, Options{Workers: 1})
	o := option(b, "fan")
	draw := func() {
		if _, err := r.SVG(b.Context(), o, size); err != nil {
			b.Fatal(err)
		}
	}
	draw()
	for b.Loop() {
		draw()
	}
}

func BenchmarkPNG(b *testing.B) {
	r := renderer(b, Options{Workers: 1})
	root, err := r.tree(b.Context(), option(b, "fan"), size)
	if err != nil {
		b.Fatal(err)
	}
	ground, _ := parseColor("#fff")
	for _, scale := range []float64{1, 2} {
		b.Run(fmt.Sprintf("%gx", scale), func(b *testing.B) {
			for b.Loop() {
				img := r.paint(root, size, scale, ground)
				if err := png.Encode(io.Discard, straight(img)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
