package web

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"talentcast/analytics"
	"talentcast/cmd/talentcast/internal/access"
	"talentcast/cmd/talentcast/internal/audit"
)

func (g *guarded) entries(t *testing.T, f audit.Filter) []audit.Entry {
	t.Helper()
	out, _, err := g.log.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestSignInByForm is the way in as a browser goes it: wrong, right, the first
// password changed, out again.
func TestSignInByForm(t *testing.T) {
	g := guardOn(t, scratch(t), access.Administrator)
	made, err := g.access.AddUser(t.Context(), nil, access.NewUser{Login: "li", Roles: []access.Role{access.Planner}})
	if err != nil {
		t.Fatal(err)
	}
	res, _ := get(t, g, "/p/liwan-555?lang=en&as_of=2015-06-30")
	to, err := url.Parse(res.Header.Get("Location"))
	if err != nil || res.StatusCode != http.StatusSeeOther || to.Path != "/signin" || to.Query().Get("next") != "/p/liwan-555?lang=en&as_of=2015-06-30" || to.Query().Get("lang") != "en" {
		t.Fatalf("%d to %s", res.StatusCode, res.Header.Get("Location"))
	}
	if _, body := get(t, g, to.String()); !strings.Contains(body, `autocomplete="current-password"`) || strings.Contains(body, "csrf") {
		t.Errorf("the page to sign in: %s", text(body))
	}
	res, body := send(t, g, formRequest("/signin", url.Values{"login": {"li"}, "password": {"wrong"}, "next": {"/x"}}))
	if res.StatusCode != http.StatusUnauthorized || !strings.Contains(body, "账号或密码不正确") || res.Header.Get("Set-Cookie") != "" {
		t.Errorf("a wrong password: %d %s", res.StatusCode, text(body))
	}
	res, _ = send(t, g, formRequest("/signin", url.Values{"login": {"li"}, "password": {made}, "next": {"//evil.example/"}}))
	cookie, err := http.ParseSetCookie(res.Header.Get("Set-Cookie"))
	if err != nil || res.Header.Get("Location") != "/account" || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" || len(cookie.Value) != 43 {
		t.Fatalf("%d to %s, %+v, %v", res.StatusCode, res.Header.Get("Location"), cookie, err)
	}
	v := &visitor{g, cookie.Value, g.access.FormToken(cookie.Value)}
	if res, _ := v.get(t, "/p/liwan-555"); res.Header.Get("Location") != "/account" {
		t.Errorf("the first password need not be changed: %d to %s", res.StatusCode, res.Header.Get("Location"))
	}
	if res, _ := v.get(t, "/api/v1/policies"); res.StatusCode != http.StatusForbidden {
		t.Errorf("the API goes without the change: %d", res.StatusCode)
	}
	if _, body := v.post(t, "/account/password", url.Values{"old": {made}, "new": {testPassword}, "again": {"x"}}); !strings.Contains(body, "两次输入的新密码不同") {
		t.Errorf("%s", text(body))
	}
	if res, body := v.post(t, "/account/password", url.Values{"old": {"x"}, "new": {testPassword}, "again": {testPassword}}); res.StatusCode != http.StatusUnauthorized || !strings.Contains(body, "现在的密码不正确") || !strings.Contains(body, `href="/account?lang=en"`) {
		t.Errorf("a wrong password: %d %s", res.StatusCode, text(body))
	}
	if res, body := v.submit(t, "/account/password", url.Values{"old": {made}, "new": {testPassword}, "again": {testPassword}}); res.StatusCode != http.StatusOK || !strings.Contains(body, "密码已修改") || !strings.Contains(body, "进入系统") {
		t.Errorf("%d %s", res.StatusCode, text(body))
	}
	res, body = v.get(t, "/p/liwan-555")
	if res.StatusCode != http.StatusOK || strings.Contains(body, "试用状态") || !strings.Contains(body, "退出登录") || strings.Contains(body, `href="/users"`) {
		t.Errorf("%d %s", res.StatusCode, text(body))
	}
	if strings.Count(body, `name="csrf"`) != strings.Count(body, `method="post"`) || !strings.Contains(body, `name="csrf-token" content="`+v.token) {
		t.Error("a form or the page lacks the token")
	}
	if res, _ = v.post(t, "/signout", nil); res.StatusCode != http.StatusSeeOther || !strings.Contains(res.Header.Get("Set-Cookie"), "Max-Age=0") {
		t.Errorf("out: %d %v", res.StatusCode, res.Header)
	}
	if res, _ = v.get(t, "/p/liwan-555"); res.StatusCode != http.StatusSeeOther {
		t.Error("the session holds after signing out")
	}
	var said []string
	for _, e := range g.entries(t, audit.Filter{}) {
		said = append(said, e.Who+" "+e.Action+" "+e.Result)
	}
	for _, want := range []string{"未登录 sign_in refused", "li sign_in ok", "li password refused", "li password ok", "li sign_out ok", "li sign_out begun"} {
		if !slices.Contains(said, want) {
			t.Errorf("no entry %q in %v", want, said)
		}
	}
	if strings.Contains(g.fixture.log.all(), made) || strings.Contains(g.fixture.log.all(), testPassword) {
		t.Error("a password is in the log")
	}
}

func TestNextPath(t *testing.T) {
	for next, want := range map[string]string{
		"/p/x?as_of=2015-06-30": "/p/x?as_of=2015-06-30", "": "/", "p/x": "/", "//evil.example": "/", "https://evil.example/": "/", `/\evil.example`: "/", "/\t/evil.example": "/", "javascript:alert(1)": "/", "/%zz": "/",
	} {
		if got := nextPath(next); got != want {
			t.Errorf("nextPath(%q) = %q, want %q", next, got, want)
		}
	}
}

// TestCookiesOfTLS: behind TLS, the server's own or a believed proxy's, the
// cookie is Secure and bound to the host.
func TestCookiesOfTLS(t *testing.T) {
	g := guardOn(t, scratch(t), access.Administrator)
	cfg := g.cfg
	cfg.Proxies = []string{"192.0.2.0/24"}
	proxied, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer proxied.Close()
	cfg.Proxies, cfg.TLS = nil, true
	direct, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer direct.Close()
	form := url.Values{"login": {"administrator"}, "password": {testPassword}}
	for name, tt := range map[string]struct {
		h      http.Handler
		proto  string
		secure bool
	}{
		"plain": {g, "", false}, "a proxy that is not believed": {g, "https", false}, "a proxy": {proxied, "https", true},
		"a proxy without TLS": {proxied, "http", false}, "direct": {direct, "", true},
	} {
		r := formRequest("/signin", form)
		r.Header.Set("X-Forwarded-Proto", tt.proto)
		r.Header.Set("X-Forwarded-For", "198.51.100.7")
		res, _ := send(t, tt.h, r)
		c, err := http.ParseSetCookie(res.Header.Get("Set-Cookie"))
		if err != nil || c.Secure != tt.secure || strings.HasPrefix(c.Name, "__Host-") != tt.secure {
			t.Errorf("%s: %+v %v", name, c, err)
		}
		if hsts := res.Header.Get("Strict-Transport-Security"); (hsts != "") != (tt.h == direct) {
			t.Errorf("%s: HSTS %q", name, hsts)
		}
		from := g.entries(t, audit.Filter{Action: "sign_in", Limit: 1})[0].From
		if want := map[bool]string{true: "198.51.100.7", false: "192.0.2.1"}[tt.h == proxied]; from != want {
			t.Errorf("%s: from %s, want %s", name, from, want)
		}
	}
}

// TestFormsNeedTheToken: forms with files too, and only those of the session.
func TestFormsNeedTheToken(t *testing.T) {
	g := guardOn(t, scratch(t), access.Administrator, access.Clerk)
	v := g.enter(t, "clerk")
	upload := func(token string, first bool) int {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		field := func() {
			if err := w.WriteField("csrf", token); err != nil {
				t.Fatal(err)
			}
		}
		if first {
			field()
		}
		part, err := w.CreateFormFile("file", "指标.csv")
		if err == nil {
			_, err = io.WriteString(part, badIndicators+strings.Repeat(" \n", 4000))
		}
		if err != nil {
			t.Fatal(err)
		}
		if !first {
			field()
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest(http.MethodPost, "/p/liwan-555/data", &b)
		r.Header.Set("Content-Type", w.FormDataContentType())
		res, _ := v.send(t, r)
		return res.StatusCode
	}
	if code := upload(v.token, true); code == http.StatusForbidden || code >= 500 {
		t.Errorf("an upload with the token: %d", code)
	}
	for _, tt := range []struct {
		token string
		first bool
	}{{"", true}, {g.enter(t, "clerk").token, true}, {v.token, false}} {
		if code := upload(tt.token, tt.first); code != http.StatusForbidden {
			t.Errorf("an upload with token %q, first %v: %d, want 403", tt.token, tt.first, code)
		}
	}
	r := httptest.NewRequest(http.MethodDelete, "/api/v1/policies/liwan-555/scenarios/1", nil)
	if res, _ := v.send(t, r); res.StatusCode != http.StatusForbidden {
		t.Errorf("a deletion without a token: %d", res.StatusCode)
	}
}

// TestTokensOfTheAPI act without a form's token, within their roles, and only on
// the API.
func TestTokensOfTheAPI(t *testing.T) {
	g := guardOn(t, scratch(t), access.Administrator, access.Planner)
	p := g.enter(t, "planner")
	_, body := p.post(t, "/account/tokens", url.Values{"name": {"robot"}, "days": {"30"}, "role": {"planner"}})
	i := strings.Index(body, "tcast_")
	if i < 0 {
		t.Fatalf("no token: %s", text(body))
	}
	key := body[i : i+49]
	ask := func(method, at, key, data string) int {
		r := httptest.NewRequest(method, at, strings.NewReader(data))
		r.Header.Set("Authorization", "Bearer "+key)
		r.Header.Set("Content-Type", "application/json")
		res, _ := send(t, g, r)
		return res.StatusCode
	}
	const keep = `{"name":"一"}`
	for _, tt := range []struct {
		method, at, key, data string
		want                  int
	}{
		{"GET", "/api/v1/policies", key, "", 200},
		{"POST", "/api/v1/policies/liwan-555/scenarios?intake=1.2", key, keep, 201},
		{"GET", "/api/v1/policies", key + "x", "", 401},
		{"GET", "/api/v1/policies", "", "", 401},
		{"POST", "/api/v1/policies/liwan-555/scenarios", "tcast_x", keep, 401},
		{"GET", "/p/liwan-555", key, "", 303},
		{"GET", "/users", key, "", 303},
		{"POST", "/api/v1/policies/liwan-555/batches", key, "", 403},
	} {
		if got := ask(tt.method, tt.at, tt.key, tt.data); got != tt.want {
			t.Errorf("%s %s: %d, want %d", tt.method, tt.at, got, tt.want)
		}
	}
	all := g.entries(t, audit.Filter{Action: "scenario_add"})
	if len(all) != 2 || all[0].Via != "token" || all[0].Who != "planner" || all[0].Result != audit.OK || all[1].Result != audit.Begun {
		t.Errorf("entries %+v", all)
	}
	kept, err := g.store.Scenarios(t.Context(), liwan)
	if err != nil || len(kept) != 1 || kept[0].By != "planner" {
		t.Errorf("kept %+v, %v", kept, err)
	}
}

// TestJurisdiction: policies of others are not there.
func TestJurisdiction(t *testing.T) {
	g := guardOn(t, scratch(t), access.Administrator, access.Planner)
	v := g.enter(t, "planner")
	for at, want := range map[string]int{"/p/liwan-555": 200, "/p/gz-rd": 404, "/p/none": 404, "/api/v1/policies/gz-rd/outlook": 404, "/p/gz-rd/export/overview.csv": 404} {
		res, body := v.get(t, at)
		if res.StatusCode != want || strings.Contains(body, "cn-rd") {
			t.Errorf("%s: %d, want %d: %s", at, res.StatusCode, want, text(body))
		}
	}
	if _, body := v.get(t, "/api/v1/policies"); strings.Contains(body, "gz-rd") || !strings.Contains(body, liwan) {
		t.Errorf("policies %s", body)
	}
	if _, err := g.access.AddUser(t.Context(), nil, access.NewUser{Login: "away", Roles: []access.Role{access.Planner}, Jurisdiction: "CN", Password: testPassword, Keep: true}); err != nil {
		t.Fatal(err)
	}
	if res, _ := g.enter(t, "away").get(t, "/p/liwan-555"); res.StatusCode != http.StatusNotFound {
		t.Errorf("from elsewhere: %d", res.StatusCode)
	}
}

// TestRowsAreGuardedAgain: who may see rows about persons sees them, departments
// theirs, and nobody else a name, on pages, in the API or in files.
func TestRowsAreGuardedAgain(t *testing.T) {
	g := guardOn(t, server(t), access.Roles()...)
	day := analytics.Date(2015, 6, 30)
	all, total, err := g.store.Rows(t.Context(), liwan, "G-01", day, 1000, 0)
	if err != nil || total == 0 {
		t.Fatal(err)
	}
	own := 0
	for _, r := range all {
		if r.Dept == "rsj" {
			own++
		}
	}
	_, own, err = g.store.RowsOfDepartment(t.Context(), liwan, "G-01", "rsj", day, 1, 0)
	if err != nil || own == total {
		t.Fatalf("%d of %d rows are of the department, %v", own, total, err)
	}
	name := all[0].Name
	for _, role := range access.Roles() {
		v := g.enter(t, string(role))
		rows := map[access.Reach]int{access.None: -1, access.Own: own, access.All: total}
		who := &access.Principal{Roles: []access.Role{role}, Department: "rsj"}
		res, body := v.get(t, "/api/v1/policies/liwan-555/targets/G-01/rows?as_of=2015-06-30&limit=1")
		var a struct{ Total int }
		_ = json.Unmarshal([]byte(body), &a) // a refusal has none
		if want := rows[who.Reach(access.Rows)]; want < 0 && res.StatusCode != 403 || want >= 0 && a.Total != want {
			t.Errorf("%s: %d rows by the API (%d), want %d", role, a.Total, res.StatusCode, want)
		}
		_, body = v.get(t, "/p/liwan-555/t/G-01?as_of=2015-06-30")
		if has := strings.Contains(body, `id="rows"`); has != who.May(access.Rows) {
			t.Errorf("%s: rows on the page %v", role, has)
		}
		if !who.May(access.Rows) && strings.Contains(body, name) {
			t.Errorf("%s sees the name of a person", role)
		}
		res, body = v.get(t, "/p/liwan-555/t/G-01/table/rows.csv?as_of=2015-06-30")
		lines := strings.Count(body, "\n")
		if want := rows[who.Reach(access.ExportRows)]; want < 0 && res.StatusCode != 403 || want >= 0 && (lines < want || lines > want+4) {
			t.Errorf("%s: %d lines of a file (%d), want %d rows", role, lines, res.StatusCode, want)
		}
		for _, at := range []string{"/p/liwan-555/commitments", "/p/liwan-555/t/04-05", "/api/v1/policies/liwan-555/outlook", "/p/liwan-555/t/04-05/table/excess.csv"} {
			_, body := v.get(t, at)
			for _, r := range all {
				if !who.May(access.Rows) && strings.Contains(r.Name, "*") && strings.Contains(body, r.Name) {
					t.Errorf("%s sees the name of a person at %s", role, at)
					break
				}
			}
		}
		if res, _ := v.get(t, "/p/liwan-555/health/rows?department=rsj&kind=talent"); (res.StatusCode == 200) != who.May(access.Rows) {
			t.Errorf("%s: rows of its department: %d", role, res.StatusCode)
		}
		if res, _ := v.get(t, "/p/liwan-555/health/rows?department=kjj&kind=talent"); (res.StatusCode == 200) != (who.Reach(access.Rows) == access.All) && res.StatusCode != 400 {
			t.Errorf("%s: rows of another department: %d", role, res.StatusCode)
		}
	}
	seen := map[string]bool{}
	for _, e := range g.entries(t, audit.Filter{}) {
		if e.Action == "rows" || e.Action == "export" {
			seen[e.Who+" "+e.Action+" "+e.Object["target"]+" "+e.Object["file"]+" "+e.Result] = true
		}
	}
	for _, want := range []string{"planner rows G-01  ok", "planner export G-01 rows.csv ok", "department rows G-01  ok", "administrator rows G-01  refused", "leader export G-01 rows.csv refused"} {
		if !seen[want] {
			t.Errorf("no entry %q in %v", want, seen)
		}
	}
}

// TestOwnBatches: a clerk sees and undoes what it loaded, a department what its
// accounts did, and the log says who.
func TestOwnBatches(t *testing.T) {
	g := guardOn(t, scratch(t), access.Roles()...)
	g.user(t, "clerk2", access.Clerk)
	load := func(who, file, text string) string {
		t.Helper()
		v := g.enter(t, who)
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		part, err := w.CreateFormFile("file", file)
		if err == nil {
			_, err = io.WriteString(part, text)
		}
		if err != nil || w.WriteField("by", "somebody else") != nil || w.Close() != nil {
			t.Fatal("write the form", err)
		}
		r := httptest.NewRequest(http.MethodPost, "/api/v1/policies/liwan-555/batches", &b)
		r.Header.Set("Content-Type", w.FormDataContentType())
		r.Header.Set("X-CSRF-Token", v.token)
		res, body := v.send(t, r)
		var got struct{ Batch int64 }
		if err := json.Unmarshal([]byte(body), &got); err != nil || res.StatusCode != 201 {
			t.Fatalf("%d %s %v", res.StatusCode, body, err)
		}
		return strconv.FormatInt(got.Batch, 10)
	}
	head := "姓名,身份证号,人才类别,认定日期\n"
	a := load("clerk", "甲.csv", head+"演示甲,"+clerkID+",硕士研究生,2014-05-06\n")
	b := load("department", "乙.csv", head+"演示乙,"+clerkID+"x,硕士研究生,2014-05-07\n演示丙,,硕士研究生,2014-05-08\n")
	for who, want := range map[string][]string{"clerk": {a}, "clerk2": nil, "department": {b}, "planner": {a, b}, "auditor": {a, b}} {
		v := g.enter(t, who)
		_, body := v.get(t, "/api/v1/policies/liwan-555/batches")
		var got struct{ Batches []struct{ ID int64 } }
		if err := json.Unmarshal([]byte(body), &got); err != nil || len(got.Batches) != len(want) {
			t.Errorf("%s sees %s, want %v", who, body, want)
		}
		for _, id := range []string{a, b} {
			res, _ := v.get(t, "/p/liwan-555/batch/"+id+"/refusals.csv")
			if (res.StatusCode == 200) != slices.Contains(want, id) {
				t.Errorf("%s takes the refusals of %s: %d", who, id, res.StatusCode)
			}
		}
	}
	for _, tt := range []struct {
		who, batch string
		want       int
	}{{"clerk2", a, 403}, {"department", a, 403}, {"auditor", a, 403}, {"administrator", a, 403}, {"clerk", b, 403}, {"clerk", a, 303}, {"planner", b, 303}} {
		v := g.enter(t, tt.who)
		if res, body := v.post(t, "/p/liwan-555/batch/"+tt.batch+"/undo", url.Values{"by": {"x"}}); res.StatusCode != tt.want {
			t.Errorf("%s undoes %s: %d, want %d: %s", tt.who, tt.batch, res.StatusCode, tt.want, text(body))
		}
	}
	all := g.entries(t, audit.Filter{Action: "load", Result: audit.OK})
	if len(all) != 2 || all[1].Who != "clerk" || all[1].Object["file"] != "甲.csv" || all[1].Object["batch"] != a {
		t.Errorf("entries %+v", all)
	}
	b2, err := os.ReadFile(g.dir + "/2026-03.jsonl")
	if err != nil || bytes.Contains(b2, []byte(clerkID)) || bytes.Contains(b2, []byte("演示甲")) {
		t.Errorf("a person is in the audit log, %v", err)
	}
}
