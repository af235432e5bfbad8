package web

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/pquerna/otp/totp"

	"talentcast/cmd/talentcast/internal/access"
)

// quiet drops what the browser says of answers that are refusals on purpose.
func (b *browser) quiet() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.problems = slices.DeleteFunc(b.problems, func(p string) bool { return strings.Contains(p, "status of 4") })
}

// signIn types into the page to sign in.
func (b *browser) signIn(login, password string) {
	b.Helper()
	b.until(`document.querySelector("input[name=login]")`)
	b.set("input[name=login]", login, "input")
	b.set("input[name=password]", password, "input")
	b.press(".enter button")
}

// TestBrowserAccounts goes the ways of an administrator, of somebody new, of a
// clerk and of an auditor, and looks at every page on them.
func TestBrowserAccounts(t *testing.T) {
	axe, err := os.ReadFile("../../../../node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Logf("axe-core is not installed (npm ci): %v", err)
	}
	g := guardOn(t, scratch(t))
	b := open(t, g.fixture)
	look := func(name string) {
		t.Helper()
		for _, w := range []int64{375, 1366} {
			b.do(chromedp.EmulateViewport(w, 900))
			if over, _ := strconv.Atoi(b.eval(`document.documentElement.scrollWidth - innerWidth`)); over > 0 {
				wide := b.eval(`[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".scroll, svg, canvas")).slice(0, 5).map(e => e.tagName + "." + e.className).join(" ")`)
				t.Errorf("%s is %d px too wide at %d: %s", name, over, w, wide)
			}
			b.shot(fmt.Sprintf("access-%s-%d", name, w), name != "trial")
		}
		if len(axe) > 0 {
			b.accessible(name, string(axe))
		}
	}
	b.visit("/p/liwan-555", 1366, 900)
	b.until(`document.querySelector(".trial")`)
	look("trial")
	for _, r := range []access.Role{access.Administrator, access.Auditor, access.Clerk} {
		g.user(t, string(r), r)
	}

	b.visit("/users", 1366, 900)
	b.until(`location.pathname === "/signin"`)
	look("signin")
	typed := `document.querySelector("input[name=password]").type`
	b.press(".enter [data-show] input")
	if got := b.eval(typed); got != "text" {
		t.Errorf("a password that is to be seen is of type %s", got)
	}
	b.press(".enter [data-show] input")
	if got := b.eval(typed); got != "password" {
		t.Errorf("a password that is not to be seen is of type %s", got)
	}
	b.signIn("administrator", "wrong")
	b.until(`document.querySelector(".notice.bad")`)
	look("signin-wrong")
	b.signIn("administrator", testPassword)
	b.until(`location.pathname === "/users" && document.querySelector("#rights")`)
	b.set(`#add ~ form input[name=login]`, "李工", "input")
	b.eval(`document.querySelector('#add ~ form input[value=department]').checked = true`)
	b.set(`#add ~ form select`, "rsj", "change")
	b.press(`#add ~ form button`)
	b.until(`document.querySelector(".secret code")`)
	made := b.text(".secret code")
	b.press("details.manage summary")
	look("users")
	b.visit("/p/liwan-555/data", 1366, 900)
	b.until(`document.querySelector(".oops")`)
	look("forbidden")
	b.press(".menu.user form button")
	b.until(`location.pathname === "/signin" && document.querySelector(".notice")`)

	b.signIn("李工", made)
	b.until(`location.pathname === "/account" && document.querySelector(".notice.warn")`)
	for value, want := range map[string]string{"短": "还差 11 个字符", "aaaabbbbcccc": "太容易猜到", "correct horse": "再长一些", testPassword: "长度很好"} {
		b.set("input[name=new]", value, "input")
		if got := b.text(".strength output"); !strings.Contains(got, want) {
			t.Errorf("of %s is said %s", value, got)
		}
	}
	look("first")
	for field, value := range map[string]string{"old": made, "new": testPassword, "again": testPassword} {
		b.set("input[name="+field+"]", value, "input")
	}
	b.press("#password ~ form button")
	b.until(`document.querySelector(".setup img")?.naturalWidth > 100`)
	code, err := totp.GenerateCode(b.text(".setup code"), g.clock.now())
	if err != nil {
		t.Fatal(err)
	}
	b.set("#code ~ form input[name=code]", code, "input")
	b.set("#code ~ form input[name=password]", testPassword, "input")
	b.press("#code ~ form button")
	b.until(`document.querySelectorAll(".codes li").length === 10`)
	b.set("#tokens ~ form input[name=name]", "报表程序", "input")
	b.press("#tokens ~ form button")
	b.until(`document.querySelector(".secret code")?.textContent.startsWith("tcast_")`)
	look("account")
	b.press(".menu.user form button")
	b.until(`location.pathname === "/signin"`)
	b.signIn("李工", testPassword)
	b.until(`document.querySelector("input[name=code]")`)
	look("code")

	b.visit("/signin?next=/p/liwan-555/data", 1366, 900)
	b.signIn("clerk", testPassword)
	b.until(`location.pathname === "/p/liwan-555/data"`)
	file := filepath.Join(t.TempDir(), "外来.csv")
	if err := os.WriteFile(file, []byte("姓名,身份证号,人才类别,认定日期\n演示甲,"+clerkID+",硕士研究生,2014-05-06\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	b.do(chromedp.SetUploadFiles(chromedp.CSS(`input[type=file]`), []string{file}), chromedp.Click(chromedp.CSS(".upload button")))
	b.until(`document.querySelector("#would")`)
	b.press(`button[value="load"]`)
	b.until(`document.querySelector("#receipt")`)
	if r := b.text("#receipt"); !strings.Contains(r, "clerk") {
		t.Errorf("the receipt does not say who loaded it: %s", r)
	}
	b.press(".menu.user form button")
	b.until(`location.pathname === "/signin"`)

	b.signIn("auditor", testPassword)
	b.until(`location.pathname === "/p/liwan-555"`)
	b.visit("/audit?verify=1", 1366, 900)
	if v := b.text("table.audit"); !strings.Contains(v, "外来.csv") || !strings.Contains(v, "新建用户") {
		t.Errorf("the log shows %s", v)
	}
	look("audit")
	b.quiet()
	b.clean()
}

// TestBrowserScriptsCarryTheToken: what scripts change, they change with the
// session's token.
func TestBrowserScriptsCarryTheToken(t *testing.T) {
	g := guardOn(t, scratchDemo(t), access.Administrator, access.Planner)
	b := open(t, g.fixture)
	b.visit("/signin?next="+"/p/liwan-555/scenario%3Ftab%3Dsaved%26intake%3D1.2", 1366, 900)
	b.signIn("planner", testPassword)
	b.until(`document.querySelector("#save input[name=name]")`)
	b.set("#save input[name=name]", "一点二倍", "input")
	b.press("#save button")
	b.until(`document.body.innerText.includes("一点二倍")`)
	for range 50 {
		if kept, err := g.store.Scenarios(t.Context(), liwan); err == nil && len(kept) == 1 && kept[0].By == "planner" {
			b.clean()
			return
		}
		b.eval(`1`)
	}
	t.Error("the scenario was not kept")
}

// TestBrowserChartsEscape: what is in a catalogue is text in a chart too, however
// it looks. A page that ran it would say so.
func TestBrowserChartsEscape(t *testing.T) {
	const evil = `</script><script>window.owned=1</script><img src=x onerror=window.owned=1>`
	s := scratchDemo(t)
	p, err := s.store.Policy(t.Context(), liwan)
	if err != nil {
		t.Fatal(err)
	}
	p.NameZh += evil
	p.Targets = slices.Clone(p.Targets)
	for i := range p.Targets {
		p.Targets[i].NameZh += evil
		if p.Targets[i].ShortZh != "" {
			p.Targets[i].ShortZh += evil
		}
		p.Targets[i].NoteZh += evil
	}
	p.Departments = slices.Clone(p.Departments)
	for i := range p.Departments {
		p.Departments[i].NameZh += evil
	}
	if _, err := s.store.PutPolicy(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	b := open(t, s)
	for _, at := range []string{"", "/t/G-01", "/commitments", "/scenario?target=G-01&intake=1.2", "/health", "/data", "/wall?seconds=600"} {
		b.visit("/p/liwan-555"+at, 1366, 900)
		b.until(`document.readyState === "complete" && [...document.querySelectorAll("figure[data-chart]")].filter(f => f.getBoundingClientRect().top < innerHeight && f.offsetParent).every(f => f.dataset.state === "drawn")`)
		for _, xy := range [][2]float64{{300, 400}, {683, 450}, {900, 600}} { // the tooltips of charts
			b.do(chromedp.MouseClickXY(xy[0], xy[1]))
			b.visit("/p/liwan-555"+at, 1366, 900)
		}
		if got := b.eval(`window.owned === undefined && !document.querySelector("img[src='x']")`); got != "true" {
			t.Errorf("%s runs what is in the data", at)
		}
	}
	b.clean()
}
