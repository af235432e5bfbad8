package web

import (
	"strconv"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
)

// What the overview may weigh: a meeting room's network is slow, and nothing of it
// is optional.
const mostKilobytes = 600

// weight is what the page has fetched, compressed, in kB, and when its first
// content was painted, in ms after the click.
func (b *browser) weight() (kilobytes, painted float64) {
	b.Helper()
	number := func(expression string) float64 {
		v, err := strconv.ParseFloat(b.eval(expression), 64)
		if err != nil {
			b.Fatal(err)
		}
		return v
	}
	kilobytes = number(`[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].reduce((sum, e) => sum + e.transferSize, 0) / 1000`)
	b.until(`performance.getEntriesByName("first-contentful-paint").length`)
	return kilobytes, number(`performance.getEntriesByName("first-contentful-paint")[0].startTime`)
}

// forget empties the browser's cache.
func (b *browser) forget() {
	b.Helper()
	if err := call(b.ctx, network.ClearBrowserCache, cdp.Empty{}); err != nil {
		b.Fatal(err)
	}
}

func TestBrowserBudget(t *testing.T) {
	b := open(t, server(t))
	b.visit("/p/liwan-555", 1366, 768)
	b.until(allDrawn)
	kilobytes, _ := b.weight()
	if kilobytes > mostKilobytes || kilobytes < 100 {
		t.Errorf("the overview with its charts weighs %.0f kB, at most %d may be", kilobytes, mostKilobytes)
	}
	t.Logf("the overview with its charts weighs %.0f kB", kilobytes)
}

// BenchmarkFirstPaint opens the overview of a warm server in a browser that has
// nothing of it yet.
func BenchmarkFirstPaint(b *testing.B) {
	s, err := shared()
	if err != nil {
		b.Fatal(err)
	}
	page := open(b, s)
	page.visit("/p/liwan-555", 1366, 768)
	page.until(allDrawn)
	sum, n, kilobytes := 0.0, 0, 0.0
	for b.Loop() {
		page.forget()
		page.visit("/p/liwan-555", 1366, 768)
		page.until(allDrawn)
		weight, painted := page.weight()
		sum, kilobytes = sum+painted, weight
		n++
	}
	b.ReportMetric(sum/float64(n), "ms-to-first-paint")
	b.ReportMetric(kilobytes, "kB")
}
