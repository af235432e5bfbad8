package web

import "testing"

// TestBrowserWallLeads: the wall leads back, by its link and by Escape.
func TestBrowserWallLeads(t *testing.T) {
	b := open(t, server(t))
	b.visit("/p/liwan-555/wall?lang=en", 1366, 768)
	b.until(`document.querySelector("#wall.ready") && document.querySelector('#wall-back[href="/p/liwan-555?lang=en"]').getBoundingClientRect().height > 0`)
	b.eval(`(document.dispatchEvent(new KeyboardEvent("keydown", {key: "Escape", bubbles: true})), 0)`)
	b.until(`location.pathname === "/p/liwan-555" && document.querySelector("h1")`)
}

// TestBrowserPhone: at the width of a phone nothing but what scrolls by itself is wider
// than the page, in English too, and names are whole.
func TestBrowserPhone(t *testing.T) {
	b := open(t, server(t))
	for _, at := range []string{"/p/liwan-555/t/G-01?lang=en&as_of=2015-06-30&change=1", "/p/liwan-555?moved=1", "/p/liwan-555?moved=1&lang=en", "/p/liwan-555/dept/rsj/review", "/p/liwan-555/reports"} {
		b.visit(at, 375, 812)
		b.until(`document.readyState === "complete" && ![...document.querySelectorAll("[data-part]")].some(e => e.hasAttribute("aria-busy"))`)
		if over := b.eval(`document.documentElement.scrollWidth - innerWidth`); over != "0" {
			t.Errorf("%s is %s px wider than the phone", at, over)
		}
		if cut := b.eval(`[...document.querySelectorAll(".moves li > a")].filter(e => e.scrollWidth > e.clientWidth + 1).length`); cut != "0" {
			t.Errorf("%s cuts %s names", at, cut)
		}
	}
}
