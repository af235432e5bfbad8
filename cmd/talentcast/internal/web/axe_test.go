package web

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestBrowserAccessible checks every page against WCAG 2.2 AA with axe-core.
func TestBrowserAccessible(t *testing.T) {
	axe, err := os.ReadFile("../../../../node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Skipf("axe-core is not installed (npm ci): %v", err)
	}
	s := server(t)
	batch, _ := s.refused(t)
	b := open(t, s)
	pages := map[string]string{
		"overview": "/p/liwan-555?as_of=2015-06-30", "overview-en": "/p/liwan-555?as_of=2015-06-30&lang=en", "commitments": "/p/liwan-555/commitments", "wall": "/p/liwan-555/wall?seconds=600", "department": "/p/liwan-555/dept/rsj?as_of=2015-06-30", "plan": "/p/liwan-555/dept/rsj?target=05-01&edit=1", "review": "/p/liwan-555/dept/rsj/review?year=2014", "model": "/p/liwan-555/t/05-01/model", "models": "/p/liwan-555/model",
		"target": "/p/liwan-555/t/G-01?as_of=2015-06-30", "cap": "/p/liwan-555/t/04-05", "duty": "/p/liwan-555/t/13-01", "scenario": "/p/liwan-555/scenario?as_of=2015-06-30&intake=1.3", "seek": "/p/liwan-555/scenario?tab=seek", "why": "/p/liwan-555/scenario?tab=why", "spend": "/p/liwan-555/scenario?tab=spend", "compare": "/p/liwan-555/scenario?tab=compare", "saved": "/p/liwan-555/scenario?tab=saved",
		"data": "/p/liwan-555/data?batch=" + batch, "health": "/p/liwan-555/health", "help": "/help", "api": "/api",
	}
	for _, name := range slices.Sorted(maps.Keys(pages)) {
		b.visit(pages[name], 1366, 768)
		b.until(`[...document.querySelectorAll("figure[data-chart]")].filter(f => f.getBoundingClientRect().top < innerHeight && f.offsetParent).every(f => f.dataset.state === "drawn")`)
		for _, scheme := range []string{"light", "dark"} {
			b.scheme(scheme)
			b.accessible(name+" "+scheme, string(axe))
		}
	}
}

// accessible runs axe-core on the page as it stands.
func (b *browser) accessible(name, axe string) {
	b.Helper()
	if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](axe+`; "there"`)); err != nil {
		b.Fatal(err)
	}
	b.eval(`(window.found = null, axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}).then(r => { window.passed = r.passes.length; window.found = r.violations; }), "")`)
	b.until(`window.found !== null`)
	if b.eval(`window.passed > 5`) != "true" {
		b.Errorf("%s: nothing was checked", name)
	}
	var found []struct {
		ID, Help string
		Nodes    []struct{ HTML, FailureSummary string }
	}
	if err := json.Unmarshal([]byte(b.eval(`JSON.stringify(window.found)`)), &found); err != nil {
		b.Fatal(err)
	}
	for _, v := range found {
		b.Errorf("%s: %s (%s), %d places, the first %s\n%s", name, v.ID, v.Help, len(v.Nodes), v.Nodes[0].HTML, v.Nodes[0].FailureSummary)
	}
}

// scheme makes the system of the reader a light or a dark one.
func (b *browser) scheme(name string) {
	b.Helper()
	err := call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}},
	})
	if err != nil {
		b.Fatal(err)
	}
}
