package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"talentcast/cmd/talentcast/internal/access"
)

// TestUnwritableAudit: what can't be written down is not done, and not shown
// where it must be; other pages go on.
func TestUnwritableAudit(t *testing.T) {
	g := guardOn(t, scratch(t), access.Administrator, access.Planner)
	v := g.enter(t, "planner")
	if err := g.log.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(g.dir, 0o500); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(g.dir); err != nil && os.Geteuid() != 0 {
		t.Log(err)
	}
	for at, want := range map[string]int{"/p/liwan-555": 200, "/p/liwan-555/t/G-01": 200, "/p/liwan-555/export/overview.csv": 503, "/api/v1/policies/liwan-555/targets/G-01/rows": 503} {
		res, body := v.get(t, at)
		if res.StatusCode != want || want == 503 && (!strings.Contains(body, "审计记录无法写入") || res.Header.Get("Content-Disposition") != "") {
			t.Errorf("%s: %d, want %d: %s", at, res.StatusCode, want, text(body))
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/api/v1/policies/liwan-555/scenarios?intake=1.2", strings.NewReader(`{"name":"一"}`))
	r.Header.Set("X-CSRF-Token", v.token)
	if res, _ := v.send(t, r); res.StatusCode != 503 {
		t.Errorf("a scenario is kept: %d", res.StatusCode)
	}
	if kept, err := g.store.Scenarios(t.Context(), liwan); err != nil || len(kept) != 0 {
		t.Errorf("kept %v, %v", kept, err)
	}
	if res, _ := send(t, g, formRequest("/signin", url.Values{"login": {"planner"}, "password": {testPassword}})); res.StatusCode != 503 {
		t.Errorf("a sign-in that nobody writes down: %d", res.StatusCode)
	}
	// One that could be written until it was done leaves no session behind.
	out, err := g.access.SignIn(t.Context(), "planner", testPassword, access.Visitor{})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	c := gin.CreateTestContextOnly(w, g.engine)
	c.Request = formRequest("/signin", nil)
	g.signedIn(c, out, "/")
	if p, _ := g.access.Of(t.Context(), out.Session); w.Code != 503 || p != nil || w.Header().Get("Set-Cookie") != "" {
		t.Errorf("a sign-in that could not be written down: %d %v, %+v", w.Code, w.Header(), p)
	}
	// Whoever is in can get out.
	if res, _ := v.post(t, "/signout", nil); res.StatusCode != http.StatusSeeOther || !strings.Contains(res.Header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("signing out: %d %v", res.StatusCode, res.Header)
	}
	if kept, err := g.store.Sessions(t.Context()); err != nil || len(kept) != 0 {
		t.Errorf("sessions %+v, %v", kept, err)
	}
}

func TestRates(t *testing.T) {
	g := guardOn(t, scratch(t), access.Administrator)
	cfg := g.cfg
	cfg.Rates = Rates{Read: Rate{0.01, 5}, Change: Rate{0.01, 2}, SignIn: Rate{0.01, 3}}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	count := func(method, at string, n int) (codes []int, last answer, body string) {
		for range n {
			last, body = send(t, s, httptest.NewRequest(method, at, nil))
			codes = append(codes, last.StatusCode)
		}
		return codes, last, body
	}
	codes, res, body := count(http.MethodGet, "/signin?lang=en", 6)
	if !slices.Equal(codes, []int{200, 200, 200, 200, 200, 429}) || !strings.Contains(body, "Too many requests") || res.Header.Get("Retry-After") == "" {
		t.Errorf("%v %v %s", codes, res.Header, text(body))
	}
	if codes, _, _ := count(http.MethodPost, "/signin", 4); !slices.Equal(codes, []int{401, 401, 401, 429}) {
		t.Errorf("signing in: %v", codes)
	}
	if codes, _, _ := count(http.MethodPost, "/api/v1/policies/liwan-555/scenarios", 3); !slices.Equal(codes, []int{401, 401, 429}) {
		t.Errorf("changes: %v", codes)
	}
	if codes, _, _ := count(http.MethodGet, "/healthz", 20); slices.Contains(codes, 429) {
		t.Errorf("health: %v", codes)
	}
	var v6 []int
	for i := range 6 {
		r := httptest.NewRequest(http.MethodGet, "/signin", nil)
		r.RemoteAddr = fmt.Sprintf("[2001:db8::%x]:1", i)
		res, _ := send(t, s, r)
		v6 = append(v6, res.StatusCode)
	}
	if !slices.Equal(v6, []int{200, 200, 200, 200, 200, 429}) {
		t.Errorf("from a network of IPv6: %v", v6)
	}
	l := limiter{rate: Rate{1, 1}}
	at := now()
	for i := range 3 * mostLimited {
		l.take(strconv.Itoa(i), at.Add(time.Duration(i)*time.Millisecond))
	}
	if len(l.of) > mostLimited {
		t.Errorf("%d are counted", len(l.of))
	}
}

// TestTrial: without an administrator everything goes, and every page says so.
func TestTrial(t *testing.T) {
	g := guardOn(t, scratch(t))
	for at, want := range map[string]int{"/p/liwan-555": 200, "/p/liwan-555/data": 200, "/p/cn-rd": 200, "/help": 200, "/audit": 200, "/signin": 200, "/users": 403, "/account": 403} {
		r := httptest.NewRequest(http.MethodGet, at, nil)
		r.Host = "127.0.0.1:8555"
		res, body := send(t, g, r)
		if res.StatusCode != want || !strings.Contains(body, "试用状态") && at != "/signin" {
			t.Errorf("%s: %d, want %d: %s", at, res.StatusCode, want, text(body))
		}
	}
	for host, want := range map[string]int{"localhost": 200, "LOCALHOST:1": 200, "[::1]:8555": 200, "evil.example": 403, "127.0.0.1.evil.example:8555": 403, "": 403} {
		r := httptest.NewRequest(http.MethodGet, "/p/liwan-555", nil)
		r.Host = host
		if res, _ := send(t, g, r); res.StatusCode != want {
			t.Errorf("as %q: %d, want %d", host, res.StatusCode, want)
		}
	}
	g.user(t, "wang", access.Administrator)
	if res, _ := get(t, g, "/p/liwan-555"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("with an administrator: %d", res.StatusCode)
	}
}

// TestTrialHasNoProxy: who comes through a proxy on this machine is somebody else.
func TestTrialHasNoProxy(t *testing.T) {
	g := guardOn(t, scratch(t))
	for name, want := range map[string]int{"Forwarded": 403, "X-Forwarded-For": 403, "X-Forwarded-Host": 403, "X-FORWARDED-PROTO": 403, "X-Real-IP": 403, "Via": 403, "X-Request-Id": 200} {
		r := httptest.NewRequest(http.MethodGet, "/p/liwan-555", nil)
		r.Host = "127.0.0.1:8555"
		r.Header.Set(name, "")
		if res, body := send(t, g, r); res.StatusCode != want || want == 403 && !strings.Contains(body, "代理") {
			t.Errorf("%s: %d, want %d: %s", name, res.StatusCode, want, text(body))
		}
	}
	g.user(t, "wang", access.Administrator)
	r := httptest.NewRequest(http.MethodGet, "/signin", nil)
	r.Header.Set("X-Forwarded-For", "192.0.2.3")
	if res, _ := send(t, g, r); res.StatusCode != http.StatusOK {
		t.Errorf("behind a proxy with an administrator: %d", res.StatusCode)
	}
}

// TestTrialIsSaidAtTheStart: a server that others reach is never on trial, whoever
// its accounts are, and whatever the Host says.
func TestTrialIsSaidAtTheStart(t *testing.T) {
	g := guardOn(t, scratch(t))
	cfg := g.cfg
	cfg.Trial = false
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	status := func(h http.Handler) int {
		r := httptest.NewRequest(http.MethodGet, "/p/liwan-555", nil)
		r.Host = "localhost"
		res, _ := send(t, h, r)
		return res.StatusCode
	}
	if got := status(s); got != http.StatusSeeOther {
		t.Errorf("told not to be: %d, want the page to sign in", got)
	}
	g.user(t, "li", access.Auditor)
	if got := status(g); got != http.StatusSeeOther {
		t.Errorf("with an account: %d, want the page to sign in", got)
	}
}

// TestAccountPagesInEnglish have no Chinese but the switch to it.
func TestAccountPagesInEnglish(t *testing.T) {
	g := guardOn(t, scratch(t), access.Administrator, access.Auditor, access.Clerk)
	pages := map[string][]string{"administrator": {"/users", "/account", "/p/liwan-555/data"}, "auditor": {"/audit?verify=1", "/account"}, "clerk": {"/account", "/audit"}}
	for who, all := range pages {
		v := g.enter(t, who)
		for _, at := range all {
			mark := "?"
			if strings.Contains(at, "?") {
				mark = "&"
			}
			_, body := v.get(t, at+mark+"lang=en")
			if body = marked.ReplaceAllString(body, ""); hasHan(body) {
				i := strings.IndexFunc(body, func(r rune) bool { return hasHan(string(r)) })
				t.Errorf("%s: …%s…", at, body[max(0, i-80):min(len(body), i+80)])
			}
		}
	}
	if _, body := get(t, g, "/signin?lang=en"); hasHan(marked.ReplaceAllString(body, "")) {
		t.Error("/signin has Chinese")
	}
}

// TestUsersPages are the administrator's.
func TestUsersPages(t *testing.T) {
	g := guardOn(t, scratch(t), access.Administrator, access.Auditor)
	v := g.enter(t, "administrator")
	_, body := v.post(t, "/users", url.Values{"login": {"李工"}, "name": {"<b>李</b>"}, "role": {"department"}, "department": {"rsj"}})
	if !strings.Contains(body, "一次性密码") || strings.Contains(body, "<b>李</b>") {
		t.Fatalf("%s", text(body))
	}
	at := "/users/" + url.PathEscape("李工")
	for _, tt := range []struct {
		at   string
		form url.Values
		code int
		want string
	}{
		{"/users", url.Values{"login": {"李工"}, "role": {"leader"}}, 409, "已经存在"},
		{"/users", url.Values{"login": {"赵工"}, "role": {"department"}, "department": {"none"}}, 400, "没有部门"},
		{"/users", url.Values{"login": {"a b"}, "role": {"department", "clerk"}, "department": {"rsj"}}, 400, `value="clerk" checked`},
		{"/users", url.Values{"login": {"a b"}, "role": {"department", "clerk"}, "department": {"rsj"}}, 400, `value="rsj" selected`},
		{at + "/roles", url.Values{"role": {"clerk"}}, 200, "账号 李工 已更改"},
		{at + "/roles", nil, 400, "至少选择一个角色"},
		{at + "/disable", nil, 200, "已停用"},
		{at + "/enable", nil, 200, "已更改"},
		{at + "/reset", nil, 200, "一次性密码"},
		{"/users/none/disable", nil, 404, "没有账号"},
		{"/users/administrator/disable", nil, 409, "最后一个管理员"},
	} {
		send := v.post
		if tt.code == 200 && !strings.HasSuffix(tt.at, "/reset") { // what is shown once, is shown by the answer
			send = v.submit
		}
		if res, body := send(t, tt.at, tt.form); res.StatusCode != tt.code || !strings.Contains(body, tt.want) || !strings.Contains(body, `lang="en" hreflang="en"`) || strings.Contains(body, `href="`+tt.at+`?lang`) && tt.at != "/users" {
			t.Errorf("%s: %d, want %d %s: %s", tt.at, res.StatusCode, tt.code, tt.want, text(body))
		}
	}
	a := g.enter(t, "auditor")
	if _, body := a.get(t, "/audit?who=ADMIN&verify=1&lang=en"); !strings.Contains(body, "disable account") || !strings.Contains(body, "user=李工") || !strings.Contains(body, "The chain holds") {
		t.Errorf("%s", text(body))
	}
	for _, file := range []string{"audit.csv", "audit.jsonl", "audit.xlsx"} {
		if res, body := a.get(t, "/audit/export/"+file+"?action=user_add"); res.StatusCode != 200 || file == "audit.csv" && !strings.Contains(body, "李工") {
			t.Errorf("%s: %d", file, res.StatusCode)
		}
	}
	if res, _ := a.get(t, "/audit?from=nonsense"); res.StatusCode != 400 {
		t.Errorf("a date that is none: %d", res.StatusCode)
	}
}

// TestReadiness: a service that ends says so while it answers on.
func TestReadiness(t *testing.T) {
	f := scratch(t)
	f.Drain()
	if res, body := get(t, f, "/readyz"); res.StatusCode != 503 || !strings.Contains(body, "stopping") {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	if res, _ := get(t, f, "/healthz"); res.StatusCode != 200 {
		t.Errorf("healthz %d", res.StatusCode)
	}
}
