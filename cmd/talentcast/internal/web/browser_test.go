package web

import (
	"context"
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser is a Chromium without a window that watches what pages do.
type browser struct {
	testing.TB
	ctx  context.Context
	base string

	mu       sync.Mutex
	problems []string // errors on the console, refused by policy, unanswered
	foreign  []string // addresses outside the server
}

// open starts Chromium on a server; the test is skipped, loudly, without one.
func open(t testing.TB, s *fixture) *browser {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		const why = "no Chromium on the PATH: the pages are NOT tested in a browser (apt install chromium)"
		fmt.Fprintln(os.Stderr, "***", t.Name()+":", why, "***")
		t.Skip(why)
	}
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	alloc, cancel := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("hide-scrollbars", true))...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 2*time.Minute)
	t.Cleanup(cancel)
	b := &browser{TB: t, ctx: ctx, base: srv.URL}
	if err := chromedp.Listen(ctx, b.watch); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	for _, err := range []error{
		call(ctx, network.Enable, network.EnableParams{}), call(ctx, log.Enable, cdp.Empty{}),
	} {
		if err != nil {
			t.Fatalf("start Chromium: %v", err)
		}
	}
	return b
}

func call[P, R any](ctx context.Context, cmd cdp.Command[P, R], params P) error {
	_, err := chromedp.Call(ctx, cmd, params)
	return err
}

func (b *browser) watch(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if u := e.Request.URL; !strings.HasPrefix(u, b.base+"/") && !strings.HasPrefix(u, "data:") {
			b.foreign = append(b.foreign, u)
		}
	case *runtime.EventExceptionThrown:
		b.problems = append(b.problems, "exception: "+e.ExceptionDetails.Text+" "+fmt.Sprint(e.ExceptionDetails.Exception))
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			for _, a := range e.Args {
				b.problems = append(b.problems, "console: "+string(a.Value))
			}
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError {
			b.problems = append(b.problems, "log: "+e.Entry.Text+" "+e.Entry.URL)
		}
	}
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.Fatalf("browser: %v", err)
	}
}

// visit opens an address in a window of the width and waits for its charts.
func (b *browser) visit(address string, w, h int64) {
	b.Helper()
	b.do(chromedp.EmulateViewport(w, h), chromedp.Navigate(b.base+address))
}

// until waits for a JavaScript expression to become true, across navigations.
func (b *browser) until(expression string) {
	b.Helper()
	var last error
	for range 150 {
		ok, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
		if ok && err == nil {
			return
		}
		last = err
		time.Sleep(100 * time.Millisecond)
	}
	page, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string]("location.href + ' ' + document.body.innerText.slice(0, 600)"))
	b.mu.Lock()
	defer b.mu.Unlock()
	b.Fatalf("never true: %s (%v)\non %s\nproblems: %v", expression, last, page, b.problems)
}

// text is that of the first element, once it is there. It is read in one step: a
// page that is still being taken down and put up has elements that are gone by the
// next.
func (b *browser) text(selector string) string {
	b.Helper()
	b.until(fmt.Sprintf(`document.querySelector(%q)`, selector))
	return strings.Join(strings.Fields(b.eval(fmt.Sprintf(`document.querySelector(%q).textContent`, selector))), " ")
}

// set gives a field a value as a reader would, with the event that follows.
func (b *browser) set(selector, value, event string) {
	b.Helper()
	b.eval(fmt.Sprintf(`(f => { f.value = %q; f.dispatchEvent(new Event(%q, {bubbles: true})) })(document.querySelector(%q))`, value, event, selector))
}

// press clicks wherever the element stands: pages scroll smoothly, and a click
// by the mouse may come before they have arrived.
func (b *browser) press(selector string) {
	b.Helper()
	b.eval(fmt.Sprintf(`document.querySelector(%q).click()`, selector))
}

func (b *browser) eval(expression string) string {
	b.Helper()
	s, err := chromedp.Run(b.ctx, chromedp.Evaluate[string]("String("+expression+")"))
	if err != nil {
		b.Fatalf("%s: %v", expression, err)
	}
	return s
}

// shot writes a picture of the window into the folder TALENTCAST_SCREENSHOTS,
// or does nothing where it is not set. whole takes the page beyond the fold too.
func (b *browser) shot(name string, whole bool) {
	b.Helper()
	dir := os.Getenv("TALENTCAST_SCREENSHOTS")
	if dir == "" {
		return
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.Fatal(err)
	}
	action := chromedp.CaptureScreenshot()
	if whole {
		action = chromedp.FullScreenshot(100)
	}
	png, err := chromedp.Run(b.ctx, action)
	if err != nil {
		b.Fatalf("picture %s: %v", name, err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		b.Fatal(err)
	}
}

// clean fails the test on anything a page should not have done.
func (b *browser) clean() {
	b.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.problems {
		b.Errorf("a page had a problem: %s", p)
	}
	for _, u := range b.foreign {
		b.Errorf("a page asked for something outside the server: %s", u)
	}
}

const allDrawn = `document.querySelectorAll("figure[data-chart]").length > 0 &&
	[...document.querySelectorAll("figure[data-chart]")].every(f => f.dataset.state === "drawn" && f.querySelector("canvas, svg"))`

func TestBrowserOverviewToTarget(t *testing.T) {
	b := open(t, server(t))
	b.visit("/p/liwan-555", 1366, 768)
	if v := b.text("#verdict"); !strings.Contains(v, "500优才预计") || !strings.Contains(v, "红灯") {
		t.Errorf("verdict %q", v)
	}
	// The first view holds sentence, tiles, what needs attention and what changed.
	b.until(`document.querySelector(".moves li, .card[aria-labelledby=moved] p") && !document.querySelector("[data-part][aria-busy]")`)
	if y, _ := strconv.Atoi(b.eval(`Math.round(document.querySelector(".split").getBoundingClientRect().bottom)`)); y > 768 || y < 400 {
		t.Errorf("the first view ends at %d px, the window at 768", y)
	}
	if d := b.text(`.delta[data-delta="G-01"]`); !strings.Contains(d, "较5月底 +") {
		t.Errorf("the tile of the 500 says %q of the change", d)
	}
	if scrolls := b.eval(`document.documentElement.scrollWidth > innerWidth`); scrolls == "true" {
		t.Error("the overview scrolls sideways")
	}
	b.do(chromedp.Click(chromedp.CSS(".tile h2 a")))
	b.until(`location.pathname === "/p/liwan-555/t/G-01"`)
	b.until(`document.querySelector("#chart-fan")?.dataset.state === "drawn" && document.querySelector("#chart-fan canvas")`)
	if w, _ := strconv.Atoi(b.eval(`document.querySelector("#chart-fan canvas").clientWidth`)); w < 500 {
		t.Errorf("the fan chart is %d px wide", w)
	}
	// The policy keeps the page from inline styles; the tooltip must do without.
	b.do(chromedp.MouseClickXY(500, 450))
	b.clean()
}

func TestBrowserLanguageFilterAndDate(t *testing.T) {
	b := open(t, server(t))
	b.visit("/p/liwan-555?as_of=2015-06-30", 1366, 768)
	b.do(chromedp.Click(chromedp.CSS("a.lang")))
	b.until(`document.documentElement.lang === "en" && location.search.includes("as_of=2015-06-30")`)
	if v := b.text("#verdict"); !strings.Contains(v, "expected") && !strings.Contains(v, "P") || hasHan(v) {
		t.Errorf("verdict in English %q", v)
	}
	all, _ := strconv.Atoi(b.eval(`document.querySelectorAll("tr[data-id]").length`))
	b.set("#f-plan", "P07", "change")
	b.until(`location.search.includes("plan=P07") && location.search.includes("lang=en") && location.search.includes("as_of=2015-06-30")`)
	b.until(`document.querySelectorAll("tr[data-id]").length > 0`)
	if n, _ := strconv.Atoi(b.eval(`document.querySelectorAll("tr[data-id]").length`)); n == 0 || n >= all {
		t.Errorf("%d of %d targets pass the filter of a plan", n, all)
	}
	before := b.text("#verdict")
	b.do(chromedp.SetValue(chromedp.CSS("#as_of"), "2013-12-31"), chromedp.Click(chromedp.CSS(".asof button")))
	b.until(`location.search.includes("as_of=2013-12-31") && document.querySelector("#verdict")`)
	if after := b.text("#verdict"); after == before {
		t.Errorf("the verdict is the same as of another date: %s", after)
	}
	if !strings.Contains(b.eval("location.search"), "plan=P07") {
		t.Error("the filter was lost with the date")
	}
	b.clean()
}

func TestBrowserUpload(t *testing.T) {
	b := open(t, scratch(t))
	file := filepath.Join(t.TempDir(), "指标.csv")
	if err := os.WriteFile(file, []byte(badIndicators), 0o600); err != nil {
		t.Fatal(err)
	}
	large := filepath.Join(t.TempDir(), "large.csv")
	if err := os.WriteFile(large, make([]byte, 2<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	b.visit("/p/cn-rd/data", 1366, 768)
	b.do(chromedp.SetUploadFiles(chromedp.CSS(`input[type=file]`), []string{large}))
	b.until(`document.querySelector("input[type=file]").validationMessage.includes("1 MB")`)
	b.do(chromedp.SetUploadFiles(chromedp.CSS(`input[type=file]`), []string{file}), chromedp.Click(chromedp.CSS(".upload button")))
	b.until(`document.querySelector("#would")`)
	b.do(chromedp.Click(chromedp.CSS(`button[value="load"]`)))
	b.until(`document.querySelector("#receipt .refusals tbody tr")`)
	if r := b.text("#receipt"); !strings.Contains(r, "指标.csv") {
		t.Errorf("receipt %q", r)
	}
	b.shot("data-refusals-1366", true)
	b.clean()
}

// TestBrowserClerk is the clerk's whole way: drop a file with headers of its own,
// assign the columns, look, confirm, read the receipt, take it back.
func TestBrowserClerk(t *testing.T) {
	b := open(t, scratch(t))
	file := filepath.Join(t.TempDir(), "外来.csv")
	if err := os.WriteFile(file, []byte(foreignTalent), 0o600); err != nil {
		t.Fatal(err)
	}
	wide := func(what string) {
		t.Helper()
		for _, w := range []int64{375, 1366} {
			b.do(chromedp.EmulateViewport(w, 900))
			if over, _ := strconv.Atoi(b.eval(`document.documentElement.scrollWidth - innerWidth`)); over > 0 {
				t.Errorf("%s is %d px too wide at %d", what, over, w)
			}
			b.shot(fmt.Sprintf("clerk-%s-%d", what, w), true)
		}
	}
	b.visit("/p/liwan-555/data", 1366, 900)
	b.do(chromedp.SetUploadFiles(chromedp.CSS(`input[type=file]`), []string{file}), chromedp.Click(chromedp.CSS(".upload button")))
	b.until(`document.querySelector('select[name="kind"]') && document.querySelector(".notice.bad")`)
	wide("unknown")
	b.set(`form.check select[name="kind"]`, "talent", "change")
	b.press(`button[value="check"]`)
	b.until(`document.querySelectorAll('select[name="to"]').length === 4`)
	for i, to := range []string{"name", "id", "category", "date"} {
		b.set(fmt.Sprintf("#to-%d", i), to, "change")
	}
	wide("assigned")
	b.press(`button[value="check"]`)
	b.until(`document.querySelector("#would")`)
	if v := b.text("main"); !strings.Contains(v, "演*甲") || strings.Contains(v, clerkID) {
		t.Errorf("preview %s", v)
	}
	wide("preview")
	b.press(`button[value="load"]`)
	b.until(`document.querySelector("#receipt .effects li")`)
	if v := b.text("#receipt"); !strings.Contains(v, "500优才") || !strings.Contains(v, "校验位") {
		t.Errorf("receipt %s", v)
	}
	wide("receipt")
	b.press(".undo summary")
	b.shot("clerk-undo-1366", true)
	b.press(".undo button.danger")
	b.until(`document.body.innerText.includes("已撤销批次 1")`)
	wide("undone")
	b.clean()
}

// TestBrowserPictures visits every page at the widths people have, in both
// themes, checks that nothing sticks out sideways, and takes pictures.
func TestBrowserPictures(t *testing.T) {
	s := server(t)
	batch, _ := s.refused(t)
	b := open(t, s)
	pages := map[string]string{
		"overview": "/p/liwan-555?as_of=2015-06-30", "target": "/p/liwan-555/t/G-01?as_of=2015-06-30", "cap": "/p/liwan-555/t/04-05", "duty": "/p/liwan-555/t/13-01",
		"scenario": "/p/liwan-555/scenario?as_of=2015-06-30&intake=1.3&growth=0.05", "data": "/p/liwan-555/data?batch=" + batch, "help": "/help", "health": "/p/liwan-555/health", "health-en": "/p/liwan-555/health?lang=en", "delivery": "/p/liwan-555/health/rows?department=mzj&kind=socialworker", "no-data": "/p/en-health-visitors/health",
		"commitments": "/p/liwan-555/commitments", "commitments-en": "/p/liwan-555/commitments?lang=en", "wall": "/p/liwan-555/wall?seconds=600", "department": "/p/liwan-555/dept/rsj?as_of=2015-06-30",
		"overview-en": "/p/liwan-555?as_of=2015-06-30&lang=en", "rd": "/p/cn-rd/t/cn-rd-2015?as_of=2012-12-31", "error": "/p/liwan-555/t/none",
	}
	widths := []struct{ w, h int64 }{{375, 2600}, {768, 1024}, {1366, 768}, {1920, 1080}}
	for _, name := range slices.Sorted(maps.Keys(pages)) {
		for _, size := range widths {
			b.visit(pages[name], size.w, size.h)
			b.until(`[...document.querySelectorAll("figure[data-chart]")].filter(f => f.getBoundingClientRect().top < innerHeight).every(f => f.dataset.state === "drawn")`)
			if over, _ := strconv.Atoi(b.eval(`document.documentElement.scrollWidth - innerWidth`)); over > 0 {
				wide := b.eval(`[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll, svg, canvas")).slice(0, 5).map(e => e.tagName + "." + e.className).join(" ")`)
				t.Errorf("%s is %d px too wide at %d: %s", name, over, size.w, wide)
			}
			b.shot(fmt.Sprintf("%s-%d", name, size.w), false)
		}
	}
	b.visit(pages["overview"], 1366, 3400)
	b.until(allDrawn + ` || document.body.scrollHeight > 3400`)
	b.shot("overview-below-1366", false)
	b.visit(pages["target"], 1366, 3400)
	b.until(allDrawn)
	b.shot("target-below-1366", false)
	dark := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}}
	if err := call(b.ctx, emulation.SetEmulatedMedia, dark); err != nil {
		t.Fatal(err)
	}
	b.visit(pages["health"], 375, 2600)
	b.shot("health-375-dark", false)
	for _, name := range []string{"overview", "target", "scenario", "health"} {
		b.visit(pages[name], 1366, 768)
		b.until(`[...document.querySelectorAll("figure[data-chart]")].filter(f => f.getBoundingClientRect().top < innerHeight).every(f => f.dataset.state === "drawn")`)
		b.shot(name+"-1366-dark", false)
	}
	b.mu.Lock()
	b.problems = slices.DeleteFunc(b.problems, func(p string) bool { return strings.Contains(p, "404") && strings.Contains(p, "/t/none") })
	b.mu.Unlock()
	b.clean()
}
