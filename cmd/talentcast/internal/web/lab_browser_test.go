package web

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// keep saves a scenario through the API and forgets it after the test.
func (f *fixture) keep(t *testing.T, name, levers string) keptSaid {
	t.Helper()
	k := postJSON[keptSaid](t, f, "POST", "/api/v1/policies/liwan-555/scenarios", map[string]any{"name": name, "levers": levers}, 201)
	t.Cleanup(func() {
		if err := f.store.DeleteScenario(t.Context(), liwan, k.ID); err != nil {
			t.Log(err)
		}
	})
	return k
}

const allSettled = `!document.querySelector("#levers").hasAttribute("aria-busy")`

// TestBrowserLab is the planner's whole way: move a lever, read, save, open by the
// link, compare, take it away.
func TestBrowserLab(t *testing.T) {
	b := open(t, scratchDemo(t))
	b.visit("/p/liwan-555/scenario?as_of=2015-06-30", 1366, 900)
	b.until(allDrawn)
	const tile = `document.querySelector("#tiles .better b, #tiles .same b").textContent`
	const cell = `document.querySelector('tr[data-target="G-01"] [data-k="early_with"]').textContent`
	before, headline, tiles := b.eval(cell), b.text("#headline"), b.eval(tile)
	// The slider moves by its arrow keys.
	b.do(chromedp.Focus(chromedp.CSS(`.lever[data-kind="intake"] input[type=range]`)))
	for range 6 {
		b.do(chromedp.KeyEvent(kb.ArrowRight))
	}
	b.until(`location.search.includes("levers=intake%3Atimes%3D1.3")`)
	b.until(allSettled)
	b.until(cell + " !== " + strconv.Quote(before))
	if b.text("#headline") == headline || b.eval(tile) == tiles {
		t.Error("sentence or tiles did not follow the lever")
	}
	if n := b.eval(`document.querySelectorAll("#compared tbody tr").length`); n == "0" {
		t.Error("no target is among those that change")
	}
	// What the address says is what a reload shows.
	after := b.eval(cell)
	b.do(chromedp.Reload())
	b.until(allDrawn)
	if again := b.eval(cell); again != after {
		t.Errorf("after a reload %s, before %s", again, after)
	}
	b.addCost()
	b.saveAndOpen(after)
	b.compareAndTake()
	b.clean()
}

// addCost adds a lever of the other half and reads the bill.
func (b *browser) addCost() {
	b.Helper()
	b.press(".add summary")
	b.press(`.add button[value="cost"]`)
	b.until(`document.querySelector('.lever[data-kind="cost"]')`)
	b.set(`.lever[data-kind="cost"] .main input[type=number]`, "2", "input")
	b.until(`document.querySelector("#bill tbody tr") && !document.querySelector("#bill").hidden`)
	if v := b.text("#tiles"); !strings.Contains(v, "元") {
		b.Errorf("no cost among the tiles: %s", v)
	}
	b.press(`.lever[data-kind="cost"] button[name=drop]`)
	b.until(`document.querySelector("#bill").hidden && !location.search.includes("cost")`)
}

func (b *browser) saveAndOpen(figure string) {
	b.Helper()
	b.press(`.tabs [data-tab="saved"]`)
	b.set(`#save [name=name]`, "多引进三成", "input")
	b.set(`#save [name=note]`, "试算", "input")
	b.press(`#save button`)
	b.until(`document.querySelectorAll("#saved li").length === 1`)
	b.press(`#saved [data-do="delete"]`)
	b.until(`!document.querySelector("#saved [data-sure]").hidden`)
	b.eval(`document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "Escape", bubbles: true}))`)
	b.until(`document.querySelector("#saved [data-sure]").hidden && document.activeElement.dataset.do === "delete"`)
	b.press(`#saved [data-do="duplicate"]`)
	b.until(`document.querySelectorAll("#saved li").length === 2`)
	b.press(`#saved li:last-child [data-do="lock"]`)
	b.until(`!document.querySelector('#saved li:last-child [data-do="unlock"]').hidden && document.querySelector('#saved li:last-child [data-do="delete"]').hidden`)
	b.shot("lab-saved-1366", true)
	b.do(chromedp.Navigate(b.base + "/p/liwan-555/scenario"))
	b.press(`.tabs [data-tab="saved"]`)
	b.until(`document.querySelectorAll("#saved li").length === 2`)
	b.press(`#saved li:last-child a[data-open]`)
	b.until(`location.search.includes("levers=intake%3Atimes%3D1.3") && document.querySelector('tr[data-target="G-01"]')`)
	if got := b.eval(`document.querySelector('tr[data-target="G-01"] [data-k="early_with"]').textContent`); got != figure {
		b.Errorf("opened by its link it says %s, when saved %s", got, figure)
	}
}

func (b *browser) compareAndTake() {
	b.Helper()
	b.press(`.tabs [data-tab="compare"]`)
	b.until(`document.querySelectorAll("#choices input").length === 2`)
	b.press(`#choices input`)
	b.until(`document.querySelector("#side tbody tr") && document.querySelector("#compare-chart canvas")`)
	b.press(`#choices label:last-child input`)
	b.until(`location.search.includes("ids=") && document.querySelectorAll("#side thead th[colspan]").length === 3`)
	b.until(`!document.querySelector('[data-panel="compare"]').hasAttribute("aria-busy")`)
	b.shot("lab-compare-1366", true)
	for _, kind := range []string{"csv", "xlsx"} {
		size := b.await(fmt.Sprintf(`fetch(document.querySelector("#compare-take [data-%s]").href).then(r => r.ok ? r.blob() : null).then(x => x ? x.size : 0)`, kind))
		if n, _ := strconv.Atoi(size); n < 1000 {
			b.Errorf("the comparison as %s has %s bytes", kind, size)
		}
	}
	b.do(chromedp.Reload())
	b.until(`document.querySelectorAll("#side thead th[colspan]").length === 3`)
}

// await runs a promise to its end.
func (b *browser) await(promise string) string {
	b.Helper()
	b.eval(`(window.awaited = undefined, ` + promise + `.then(v => { window.awaited = String(v) }), 0)`)
	b.until(`window.awaited !== undefined`)
	return b.eval(`window.awaited`)
}

// TestBrowserAsks asks what it would take, within reach and out of it, why, and where
// money does most.
func TestBrowserAsks(t *testing.T) {
	b := open(t, server(t))
	b.visit("/p/liwan-555/scenario?as_of=2015-06-30&levers=intake:times=1.1,sd=0.1&target=H-01&tab=seek", 1366, 1100)
	ask := func(panel string) string {
		b.press("#" + panel + " button:not([type=button])")
		b.until(fmt.Sprintf(`document.querySelector("#%s").getAttribute("aria-busy") === "false" && !document.querySelector('[data-panel~="%s"] [data-answer]').hidden`, panel, panel))
		return b.text(fmt.Sprintf(`section[data-panel="%s"] .said`, panel))
	}
	b.set(`#seek [name=p]`, "90", "input")
	if v := ask("seek"); !strings.Contains(v, "即可") {
		t.Errorf("within reach: %s", v)
	}
	b.shot("lab-seek-1366", true)
	b.set(`#seek [name=ceiling]`, "1.11", "input")
	b.set(`#seek [name=p]`, "99", "input")
	if v := ask("seek"); !strings.Contains(v, "做不到") || !strings.Contains(v, "最高为") {
		t.Errorf("out of reach: %s", v)
	}
	// Its address asks it again.
	b.do(chromedp.Reload())
	b.until(`document.querySelector('[data-panel="seek"] .said').textContent.includes("做不到")`)
	b.press(`.tabs [data-tab="why"]`)
	if v := ask("why"); !strings.Contains(v, "影响最大") {
		t.Errorf("why: %s", v)
	}
	const drawn = `document.querySelectorAll('[data-panel="why"] .figures canvas').length`
	if n := b.eval(drawn); n != "1" { // one lever alone has no share in anything
		t.Errorf("%s charts of why with one lever", n)
	}
	b.shot("lab-why-1366", true)
	b.press(`.tabs [data-tab="spend"]`)
	b.press("#spend button:not([type=button])")
	b.until(`!document.querySelector("#spend [data-problem]").hidden`)
	b.set(`#spend tr[data-target="G-01"] [name=price]`, "2", "input")
	b.set(`#spend tr[data-target="11-01"] [name=price]`, "1", "input")
	if v := ask("spend"); !strings.Contains(v, "预期达标") {
		t.Errorf("spend: %s", v)
	}
	b.shot("lab-spend-1366", true)
	b.visit("/p/liwan-555/scenario?as_of=2015-06-30&levers=intake:times=1.1,sd=0.1;delay:months=4&target=H-01&tab=why", 1366, 1100)
	if v := ask("why"); !strings.Contains(v, "影响最大") {
		t.Errorf("why with two levers: %s", v)
	}
	if n := b.eval(drawn); n != "2" {
		t.Errorf("%s charts of why with two levers", n)
	}
	b.clean()
}

// TestBrowserCancels: a question that is cancelled stops.
func TestBrowserCancels(t *testing.T) {
	b := open(t, server(t))
	b.visit("/p/liwan-555/scenario?as_of=2015-06-30&levers=intake:times=1.2;retention:times=0.8;delay:months=2&tab=why", 1366, 900)
	b.set(`#why [name=points]`, "256", "change")
	b.eval(`(document.querySelector("#why button:not([type=button])").click(), document.querySelector("#why [data-cancel]").click(), 0)`)
	b.until(`document.querySelector("#why [data-state]").textContent.includes("已取消") && !document.querySelector("#why button").disabled`)
	b.clean()
}

// TestBrowserLabPictures looks at the laboratory at the widths people have.
func TestBrowserLabPictures(t *testing.T) {
	s := server(t)
	a, c := s.keep(t, "多引进三成", "intake:times=1.3"), s.keep(t, "推迟半年、资金加快", "delay:months=6;growth:points=8")
	b := open(t, s)
	rich := "&levers=" + "intake@P01:times=1.3,start=2016-01,ramp=6;retention:times=1.2;cost:amount=2;budget:base=600"
	pages := map[string]string{
		"lab": "?as_of=2015-06-30" + rich, "lab-en": "?as_of=2015-06-30&lang=en" + rich, "lab-base": "?as_of=2015-06-30",
		"lab-seek": "?as_of=2015-06-30&tab=seek&lever=intake&target=H-01&p=90", "lab-why": "?as_of=2015-06-30&levers=intake:times=1.2,sd=0.1;delay:months=4&tab=why&points=32&target=H-01",
		"lab-spend": "?as_of=2015-06-30&tab=spend", "lab-compare": fmt.Sprintf("?as_of=2015-06-30&tab=compare&ids=%d,%d", a.ID, c.ID), "lab-saved": "?as_of=2015-06-30&tab=saved", "lab-seek-en": "?as_of=2015-06-30&tab=seek&lever=intake&target=H-01&p=90&lang=en",
	}
	look := func(name, mark string, w, h int64) {
		t.Helper()
		b.visit("/p/liwan-555/scenario"+pages[name], w, h)
		b.until(`document.readyState === "complete" && ` + allSettled + ` && !document.querySelector("form.ask[aria-busy=true]") && [...document.querySelectorAll("figure[data-chart]")].filter(f => f.offsetParent && f.getBoundingClientRect().top < innerHeight).every(f => f.dataset.state === "drawn")`)
		if strings.Contains(name, "compare") {
			b.until(`document.querySelector("#side tbody tr")`)
		}
		if strings.Contains(name, "seek") || strings.Contains(name, "why") {
			b.until(`document.querySelector('.figures canvas')`)
		}
		if over, _ := strconv.Atoi(b.eval(`document.documentElement.scrollWidth - innerWidth`)); over > 0 {
			wide := b.eval(`[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll, svg, canvas")).slice(0, 5).map(e => e.tagName + "." + e.className).join(" ")`)
			t.Errorf("%s is %d px too wide at %d: %s", name, over, w, wide)
		}
		b.shot(fmt.Sprintf("%s-%d%s", name, w, mark), false)
	}
	for _, name := range slices.Sorted(maps.Keys(pages)) {
		for _, size := range []struct{ w, h int64 }{{375, 3000}, {1366, 1600}, {1920, 1400}} {
			look(name, "", size.w, size.h)
		}
	}
	dark := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}}
	if err := call(b.ctx, emulation.SetEmulatedMedia, dark); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"lab", "lab-seek", "lab-compare", "lab-saved"} {
		look(name, "-dark", 1366, 1600)
	}
	look("lab", "-dark", 375, 3000)
	printed := emulation.SetEmulatedMediaParams{Media: "print"}
	if err := call(b.ctx, emulation.SetEmulatedMedia, printed); err != nil {
		t.Fatal(err)
	}
	if v := b.eval(`getComputedStyle(document.querySelector("#assumed")).display + document.querySelector("#assumed").textContent`); !strings.HasPrefix(v, "block") || !strings.Contains(v, "随机种子555") || !strings.Contains(v, "人均成本2万元") {
		t.Errorf("the assumptions do not print: %s", v)
	}
	b.shot("lab-print", true)
	b.clean()
}
