package render

import (
	"context"
	"fmt"
	"image"
	"math"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// browser starts a Chromium, or skips the test.
func browser(t *testing.T) context.Context {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		t.Skip("no chromium, chromium-browser or google-chrome on the path")
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx,
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.Headless, chromedp.DisableGPU,
		chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck,
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("hide-scrollbars", true),
		chromedp.Flag("force-color-profile", "srgb"),
		chromedp.Flag("disable-lcd-text", true),
		chromedp.WindowSize(size.W, size.H),
	)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return ctx
}

const page = `<!doctype html><meta charset="utf-8">
<style>
@font-face { font-family: "Noto Sans SC"; font-weight: 400; src: url(/regular.ttf) }
@font-face { font-family: "Noto Sans SC"; font-weight: 700; src: url(/bold.ttf) }
html, body { margin: 0; background: #fff }
#chart { width: %dpx; height: %dpx }
</style>
<div id="chart"></div>
<script src="/echarts.js"></script><script src="/formatters.js"></script>
<script>
var width = (text, font) => {
	var c = document.createElement("canvas").getContext("2d");
	c.font = font;
	return c.measureText(text).width;
};
var ready = Promise.all([
	document.fonts.load("12px Noto Sans SC", "国a"), document.fonts.load("bold 12px Noto Sans SC", "国a")
]);
var draw = async (name) => {
	await ready;
	var option = await (await fetch("/option/" + name)).json();
	option.animation = false;
	delete option.toolbox;
	var el = document.getElementById("chart");
	var old = echarts.getInstanceByDom(el);
	if (old) old.dispose();
	el.innerHTML = "";
	echarts.init(el, null, {renderer: "svg", locale: "ZH"}).setOption(talentcast.prepare(option));
	return settled();
};
var show = async (svg) => {
	await ready;
	var el = document.getElementById("chart");
	echarts.getInstanceByDom(el).dispose();
	el.innerHTML = svg;
	return settled();
};
var settled = async () => {
	await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
	return true;
};
</script>`

func serve(t *testing.T) *httptest.Server {
	t.Helper()
	files := http.NewServeMux()
	give := func(path, kind string, read func() ([]byte, error)) {
		files.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			b, err := read()
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			w.Header().Set("Content-Type", kind)
			w.Write(b)
		})
	}
	give("/{$}", "text/html", func() ([]byte, error) { return fmt.Appendf(nil, page, size.W, size.H), nil })
	give("/echarts.js", "text/javascript", Script)
	give("/formatters.js", "text/javascript", func() ([]byte, error) { return Formatters(), nil })
	give("/regular.ttf", "font/ttf", func() ([]byte, error) { return Font(Regular) })
	give("/bold.ttf", "font/ttf", func() ([]byte, error) { return Font(Bold) })
	for _, name := range charts {
		give("/option/"+name, "application/json", func() ([]byte, error) { return option(t, name), nil })
	}
	s := httptest.NewServer(files)
	t.Cleanup(s.Close)
	return s
}

// The same option in a browser gives nearly the same picture, and the browser
// paints our SVG nearly as we do. In the first case texts hang about a pixel
// lower there: browsers centre them by the font's line, not by its letters.
func TestLikeChromium(t *testing.T) {
	r := renderer(t, Options{Workers: 1})
	ctx := browser(t)
	s := serve(t)
	if err := chromedp.Do(ctx,
		chromedp.EmulateViewport(int64(size.W), int64(size.H)), chromedp.Navigate(s.URL+"/")); err != nil {
		t.Fatal(err)
	}
	for _, name := range charts {
		t.Run(name, func(t *testing.T) {
			o := option(t, name)
			svg, err := r.SVG(t.Context(), o, size)
			if err != nil {
				t.Fatal(err)
			}
			b, err := r.PNG(t.Context(), o, size, 1, "#fff")
			if err != nil {
				t.Fatal(err)
			}
			ours := decode(t, b)
			compare(t, "its picture of the option", shot(t, ctx, fmt.Sprintf("draw(%q)", name)), ours, 2.5, 0.02)
			compare(t, "its picture of our SVG", shot(t, ctx, fmt.Sprintf("show(%q)", svg)), ours, 1, 0.01)
		})
	}
	t.Run("text widths", func(t *testing.T) {
		for _, text := range []string{"国", "荔湾区优才引进", "iiiiillll", "WAVE 1,234.5", "2015年6月", "68.3%", "（博士、硕士）"} {
			for _, font := range []string{"12px Noto Sans SC", "bold 18px Noto Sans SC"} {
				theirs, err := chromedp.Run(ctx, chromedp.Evaluate[float64](fmt.Sprintf("width(%q, %q)", text, font)))
				if err != nil {
					t.Fatal(err)
				}
				if ours := r.fonts.measure(text, font); math.Abs(ours-theirs) > 0.02*theirs+0.2 {
					t.Errorf("%s in %s is %.2f px wide, in the browser %.2f px", text, font, ours, theirs)
				}
			}
		}
	})
}

// shot runs a script of the page and takes its picture.
func shot(t *testing.T, ctx context.Context, script string) image.Image {
	t.Helper()
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](script, chromedp.EvalAwaitPromise)); err != nil {
		t.Fatal(err)
	}
	b, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	return decode(t, b)
}

func compare(t *testing.T, what string, theirs, ours image.Image, maxMean, maxFar float64) {
	t.Helper()
	mean, far := difference(t, theirs, ours)
	t.Logf("%s: mean difference %.2f of 255, %.2f %% of pixels differ by more than 64", what, mean, 100*far)
	if mean > maxMean || far > maxFar {
		t.Errorf("%s is another one: mean difference %.2f of 255 (at most %g), %.2f %% of pixels far off (at most %g %%)",
			what, mean, maxMean, 100*far, 100*maxFar)
	}
}

// difference is the mean difference of a channel, and the share of pixels with
// a channel that differs by more than a quarter.
func difference(t *testing.T, a, b image.Image) (mean, far float64) {
	t.Helper()
	if a.Bounds() != b.Bounds() {
		t.Fatalf("the pictures differ in size: %v and %v", a.Bounds(), b.Bounds())
	}
	var sum float64
	n := 0
	for y := a.Bounds().Min.Y; y < a.Bounds().Max.Y; y++ {
		for x := a.Bounds().Min.X; x < a.Bounds().Max.X; x++ {
			r1, g1, b1, _ := a.At(x, y).RGBA()
			r2, g2, b2, _ := b.At(x, y).RGBA()
			most := 0.0
			for _, d := range [...]float64{float64(r1) - float64(r2), float64(g1) - float64(g2), float64(b1) - float64(b2)} {
				sum += math.Abs(d) / 257
				most = max(most, math.Abs(d)/257)
			}
			if most > 64 {
				n++
			}
		}
	}
	pixels := float64(a.Bounds().Dx() * a.Bounds().Dy())
	return sum / pixels / 3, float64(n) / pixels
}
