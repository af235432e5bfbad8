package web

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// TestBrowserTakesAway: what leaves a page beside the usual formats. The menu asks
// for a picture as it is wanted, and a table is copied as one.
func TestBrowserTakesAway(t *testing.T) {
	s := server(t)
	b := open(t, s)
	b.visit("/p/liwan-555/t/G-01?as_of=2015-06-30", 1366, 1000)
	b.until(`document.querySelector("#chart-fan canvas, #chart-fan svg")`)
	b.press("#chart-fan .more summary")
	b.set("#chart-fan [name=theme]", "dark", "change")
	b.set("#chart-fan [name=width]", "640", "input")
	b.shot("take-chart", false)
	got := b.eval(`(() => { const f = document.querySelector("#chart-fan .more form"), q = new URLSearchParams(new FormData(f));
		return q.get("as_of") + " " + q.get("theme") + " " + q.get("width") + " " + new URL(f.querySelector("button").formAction).pathname })()`)
	if got != "2015-06-30 dark 640 /p/liwan-555/t/G-01/chart/fan.png" {
		t.Errorf("the form asks for %q", got)
	}
	for _, ending := range []string{"pdf", "xlsx", "svg"} {
		res, _ := get(t, s, "/p/liwan-555/t/G-01/chart/fan."+ending+"?as_of=2015-06-30&theme=print&background=transparent")
		if res.StatusCode != 200 {
			t.Errorf("fan.%s: %d", ending, res.StatusCode)
		}
	}
	for _, at := range []string{"chart/fan.png?theme=neon", "chart/fan.png?width=3", "chart/fan.png?background=red", "chart/fan.emf", "chart/backtest.xlsx", "table/figures.csv?encoding=ebcdic", "table/figures.doc"} {
		if res, _ := get(t, s, "/p/liwan-555/t/G-01/"+at); res.StatusCode != 400 && res.StatusCode != 404 {
			t.Errorf("%s: %d, want it refused", at, res.StatusCode)
		}
	}

	b.visit("/p/liwan-555?as_of=2015-06-30", 1366, 1000)
	b.until(`document.querySelector("[data-copy]:not([hidden])")`)
	b.eval(`window.addEventListener("copy", e => { window.copied = e.clipboardData.getData("text/plain"); window.rich = e.clipboardData.getData("text/html") })`)
	b.eval(`document.querySelectorAll("details.more").forEach(d => d.open = [...d.querySelectorAll("[data-copy]")].length > 0)`)
	b.do(chromedp.Click(chromedp.CSS("[data-copy]")))
	b.until(`document.querySelector("[data-copy]").textContent === document.querySelector("[data-copy]").dataset.done`)
	b.until(`window.copied.includes("硕士研究生") && window.copied.includes("\t") && window.rich.startsWith("<table")`)
	b.shot("take-table", false)
	b.clean()
}
