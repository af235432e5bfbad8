package web

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"talentcast/cmd/talentcast/internal/access"
	"talentcast/cmd/talentcast/internal/audit"
)

// cheap keeps the tests quick; what a hash costs is not what they are about.
var cheap = access.Cost{KB: 64, Passes: 1, Lanes: 1}

const testPassword = "correct horse battery"

// guarded is a fixture with accounts, one a role, and an audit log.
type guarded struct {
	*fixture
	access *access.Service
	log    *audit.Log
	dir    string
	clock  *clock
}

type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

// guard puts accounts and an audit log before the store of a fixture. With roles
// it has an account of each, named after it.
func guardOn(t *testing.T, f *fixture, roles ...access.Role) *guarded {
	t.Helper()
	g := &guarded{dir: t.TempDir(), clock: &clock{now()}}
	var err error
	if g.access, err = access.New(t.Context(), access.Config{Store: f.store, Key: testKey, Now: g.clock.now, Cost: cheap}); err != nil {
		t.Fatal(err)
	}
	if g.log, err = audit.Open(audit.Config{Dir: g.dir, Key: testKey, Now: g.clock.now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.log.Close(); err != nil {
			t.Error(err)
		}
	})
	cfg := f.cfg
	cfg.Access, cfg.Audit, cfg.Trial = g.access, g.log, true
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	g.fixture = &fixture{s, f.store, f.log}
	for _, r := range roles {
		g.user(t, string(r), r)
	}
	return g
}

func (g *guarded) user(t *testing.T, login string, roles ...access.Role) {
	t.Helper()
	if g.access.Knows(login) != "" {
		return
	}
	dept := ""
	if slices.Contains(roles, access.Department) {
		dept = "rsj"
	}
	_, err := g.access.AddUser(t.Context(), nil, access.NewUser{Login: login, Roles: roles, Department: dept, Password: testPassword, Keep: true})
	if err != nil {
		t.Fatal(err)
	}
}

// visitor is a browser: it keeps its cookie and the token of its forms.
type visitor struct {
	*guarded
	cookie, token string
}

func (g *guarded) enter(t *testing.T, login string) *visitor {
	t.Helper()
	out, err := g.access.SignIn(t.Context(), login, testPassword, access.Visitor{Address: "192.0.2.9"})
	if err != nil || out.Session == "" {
		t.Fatalf("sign in as %s: %v", login, err)
	}
	return &visitor{g, out.Session, g.access.FormToken(out.Session)}
}

func (v *visitor) send(t *testing.T, r *http.Request) (answer, string) {
	t.Helper()
	r.AddCookie(&http.Cookie{Name: "talentcast-session", Value: v.cookie})
	return send(t, v.fixture, r)
}

func (v *visitor) get(t *testing.T, at string) (answer, string) {
	t.Helper()
	return v.send(t, httptest.NewRequest(http.MethodGet, at, nil))
}

func (v *visitor) post(t *testing.T, at string, form url.Values) (answer, string) {
	t.Helper()
	if form == nil {
		form = url.Values{}
	}
	form.Set("csrf", v.token)
	return v.send(t, formRequest(at, form))
}

// submit posts a form that answers with an address, and goes there as a browser does.
func (v *visitor) submit(t *testing.T, at string, form url.Values) (answer, string) {
	t.Helper()
	res, body := v.post(t, at, form)
	if res.StatusCode != http.StatusSeeOther {
		t.Errorf("%s answers with a page: %d", at, res.StatusCode)
		return res, body
	}
	return v.get(t, res.Header.Get("Location"))
}

func formRequest(at string, form url.Values) *http.Request {
	r := httptest.NewRequest(http.MethodPost, at, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

var routeParam = regexp.MustCompile(`:(\w+)`)

// filled is an address of the route: of things that are there, where reading
// them is cheap, else of some that are not.
func filled(route string) string {
	if route == "/p/:policy/health/rows" {
		route += "?department=rsj&kind=talent"
	}
	return routeParam.ReplaceAllStringFunc(route, func(p string) string {
		return map[string]string{
			":policy": liwan, ":target": "05-01", ":name": "app.css", ":file": "none.csv", ":dept": "rsj", ":chart": "none",
			":user": "nobody", ":batch": "0", ":profile": "0", ":scenario": "0", ":token": "none", ":report": "0", ":job": "none", ":note": "0",
		}[p]
	})
}

// TestEveryRouteForEveryRole walks all the routes that the server has, as every
// role, as nobody and on trial. A route that the table does not name fails.
func TestEveryRouteForEveryRole(t *testing.T) {
	g := guardOn(t, scratch(t), access.Roles()...)
	visitors := map[access.Role]*visitor{}
	for _, r := range access.Roles() {
		visitors[r] = g.enter(t, string(r))
	}
	walked := 0
	for _, r := range g.engine.Routes() {
		if r.Method == http.MethodHead {
			continue
		}
		route, known := access.RouteOf(r.Method, r.Path)
		if !known {
			t.Errorf("%s %s has no entry in access/rights.go: say what it does, and how the audit log treats it", r.Method, r.Path)
			continue
		}
		writes := r.Method != http.MethodGet
		if writes && route.Kind == access.Unlogged && route.Action != access.Open && route.Action != access.Try {
			t.Errorf("%s %s changes something and leaves no entry in the audit log", r.Method, r.Path)
		}
		if at := filled(r.Path); strings.Contains(at, ":") || strings.Contains(at, "//") {
			t.Errorf("%s: say in this test what stands for its parameters", r.Path)
			continue
		}
		walked++
		request := func() *http.Request {
			q := httptest.NewRequest(r.Method, filled(r.Path), nil)
			q.Header.Set("X-CSRF-Token", "none")
			return q
		}
		if route.Action == access.Open {
			if res, _ := send(t, g, request()); res.StatusCode == http.StatusForbidden || strings.HasPrefix(res.Header.Get("Location"), "/signin?next") {
				t.Errorf("%s %s is open and asks for a sign-in: %d", r.Method, r.Path, res.StatusCode)
			}
			continue
		}
		res, _ := send(t, g, request())
		if strings.HasPrefix(r.Path, "/api/v1") || writes {
			if res.StatusCode != http.StatusUnauthorized {
				t.Errorf("%s %s without a sign-in: %d, want 401", r.Method, r.Path, res.StatusCode)
			}
		} else if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), "/signin?next") {
			t.Errorf("%s %s without a sign-in: %d to %q", r.Method, r.Path, res.StatusCode, res.Header.Get("Location"))
		}
		for role, v := range visitors {
			if r.Path == "/signout" {
				continue // it ends the session that the others need
			}
			q := request()
			q.Header.Set("X-CSRF-Token", v.token)
			res, body := v.send(t, q)
			may := (&access.Principal{Roles: []access.Role{role}}).May(route.Action)
			if forbidden := res.StatusCode == http.StatusForbidden; forbidden == may {
				t.Errorf("%s %s as %s: %d, may %v\n%s", r.Method, r.Path, role, res.StatusCode, may, text(body))
			}
			if res.StatusCode >= 500 && res.StatusCode != http.StatusServiceUnavailable {
				t.Errorf("%s %s as %s: %d", r.Method, r.Path, role, res.StatusCode)
			}
			if writes && may {
				q := request()
				if res, _ := v.send(t, q); res.StatusCode != http.StatusForbidden {
					t.Errorf("%s %s as %s with a wrong token: %d, want 403", r.Method, r.Path, role, res.StatusCode)
				}
			}
		}
	}
	if walked < 60 {
		t.Errorf("only %d routes were walked", walked)
	}
}

// TestRightsAreAsAgreed states the table once more, in the words of the issue.
func TestRightsAreAsAgreed(t *testing.T) {
	can := func(r access.Role, a access.Action) access.Reach {
		return (&access.Principal{Roles: []access.Role{r}, Login: "x", Department: "rsj"}).Reach(a)
	}
	for _, tt := range []struct {
		role access.Role
		does access.Action
		want access.Reach
	}{
		{access.Auditor, access.ReadAudit, access.All},
		{access.Auditor, access.Rows, access.All},
		{access.Auditor, access.Load, access.None},
		{access.Auditor, access.Keep, access.None},
		{access.Auditor, access.Undo, access.None},
		{access.Auditor, access.Users, access.None},
		{access.Administrator, access.Users, access.All},
		{access.Administrator, access.Rows, access.None},
		{access.Administrator, access.ExportRows, access.None},
		{access.Administrator, access.Batches, access.None},
		{access.Administrator, access.ReadAudit, access.None},
		{access.Clerk, access.Batches, access.Own},
		{access.Clerk, access.Undo, access.Own},
		{access.Clerk, access.Rows, access.None},
		{access.Department, access.Rows, access.Own},
		{access.Department, access.Note, access.Own},
		{access.Department, access.Load, access.Own},
		{access.Department, access.Profiles, access.Own},
		{access.Clerk, access.Profiles, access.Own},
		{access.Auditor, access.Report, access.All},
		{access.Auditor, access.MakeReport, access.None},
		{access.Department, access.MakeReport, access.Own},
		{access.Leader, access.Keep, access.None},
		{access.Leader, access.View, access.All},
	} {
		if got := can(tt.role, tt.does); got != tt.want {
			t.Errorf("%s %s: %d, want %d", tt.role, tt.does, got, tt.want)
		}
	}
	for _, r := range access.Table() {
		if r.Action.Changes() && r.Reach[slices.Index(access.Roles(), access.Auditor)] != access.None {
			t.Errorf("an auditor may %s, which changes something", r.Action)
		}
	}
	p := &access.Principal{Roles: []access.Role{access.Planner}, ReadOnly: true, Token: true}
	if p.May(access.Keep) || !p.May(access.View) || p.May(access.Self) {
		t.Error("a read-only token may change something, or not see")
	}
}

// TestLinksAreForThoseWhoMayFollow: what leads to a file or to rows is text for those
// who may not open them, and nobody's links are refused.
func TestLinksAreForThoseWhoMayFollow(t *testing.T) {
	g := guardOn(t, scratchDemo(t), access.Roles()...)
	led := regexp.MustCompile(`href="(/p/liwan-555/(?:data\?batch|health/rows)[^"#]*)`)
	for who, want := range map[string]bool{"leader": false, "planner": true, "auditor": true, "department": false, "clerk": false, "administrator": false} {
		v := g.enter(t, who)
		for _, at := range []string{"/p/liwan-555/t/G-01", "/p/liwan-555/health"} {
			_, body := v.get(t, at)
			files := false
			for _, m := range led.FindAllStringSubmatch(body, -1) {
				to := html.UnescapeString(m[1])
				files = files || strings.Contains(to, "data?batch")
				if res, _ := v.get(t, to); res.StatusCode != http.StatusOK {
					t.Errorf("%s: %s leads to %s: %d", who, at, to, res.StatusCode)
				}
			}
			if files != want {
				t.Errorf("%s: %s leads to files: %v", who, at, files)
			}
		}
	}
	_, body := g.enter(t, "department").get(t, "/p/liwan-555/health")
	if !strings.Contains(body, "/health/rows?department=rsj") || strings.Contains(body, "/health/rows?department=zzb") {
		t.Error("a department's rows are not its own")
	}
	const review = "/p/liwan-555/dept/rsj/review"
	for who, may := range map[string]bool{"planner": true, "department": true, "leader": false, "auditor": false} {
		_, body := g.enter(t, who).get(t, review)
		if fields := strings.Contains(body, "<textarea"); fields != may || fields != strings.Contains(body, `name="revision-`) {
			t.Errorf("%s writes in the self-review: %v", who, fields)
		}
	}
}

// TestOwnOffice: who has a department finds its page in the menu, and every page of
// alerts is found whether or not there are new ones.
func TestOwnOffice(t *testing.T) {
	g := guardOn(t, scratch(t), access.Department, access.Leader)
	for who, own := range map[string]bool{"department": true, "leader": false} {
		v := g.enter(t, who)
		for _, at := range []string{"/p/liwan-555?lang=en", "/p/liwan-555/changes?lang=en"} {
			_, body := v.get(t, at)
			if has := strings.Contains(body, `href="/p/liwan-555/dept/rsj?lang=en">My office</a>`); has != own {
				t.Errorf("%s: %s leads to the own office: %v", who, at, has)
			}
			if !strings.Contains(body, `href="/p/liwan-555/alerts?lang=en"`) {
				t.Errorf("%s: %s does not lead to the alerts", who, at)
			}
		}
	}
	if _, body := g.enter(t, "department").get(t, "/p/liwan-555/dept/rsj/review"); !strings.Contains(body, `href="/p/liwan-555/dept/rsj" aria-current="page">本部门`) {
		t.Error("the menu does not say where one is")
	}
}

// TestDepartmentsSayOnlyTheirOwn: plans, notes and self-reviews of another
// department's targets are not a department's to write; its own carry its account.
func TestDepartmentsSayOnlyTheirOwn(t *testing.T) {
	g := guardOn(t, scratch(t), access.Department, access.Planner)
	dept, planner := g.enter(t, "department"), g.enter(t, "planner")
	said := url.Values{"text": {"进度正常"}, "by": {"somebody else"}}
	if res, _ := dept.post(t, "/p/liwan-555/dept/zzb/note/G-01", said); res.StatusCode != http.StatusForbidden {
		t.Errorf("a note on another department's target: %d", res.StatusCode)
	}
	if res, _ := dept.post(t, "/p/liwan-555/dept/rsj/note/G-01", said); res.StatusCode != http.StatusForbidden {
		t.Errorf("a note on another department's target under its own address: %d", res.StatusCode)
	}
	if res, _ := dept.post(t, "/p/liwan-555/dept/zzb/review", url.Values{}); res.StatusCode != http.StatusForbidden {
		t.Errorf("another department's self-review: %d", res.StatusCode)
	}
	for _, v := range []*visitor{dept, planner} {
		if res, body := v.post(t, "/p/liwan-555/dept/rsj/note/05-01", said); res.StatusCode != http.StatusSeeOther {
			t.Errorf("a note: %d %s", res.StatusCode, text(body))
		}
	}
	notes, err := g.store.Notes(t.Context(), liwan, time.Time{})
	if err != nil || len(notes) != 2 || notes[0].By == "somebody else" || notes[0].By == notes[1].By {
		t.Errorf("notes %+v, %v", notes, err)
	}
	_, body := dept.get(t, "/p/liwan-555/dept/rsj?target=05-01")
	if !strings.Contains(body, `method="post" action="/p/liwan-555/dept/rsj/note/`) || strings.Contains(body, `name="by"`) {
		t.Error("the department's own page has no form, or asks for a name")
	}
	if _, body = dept.get(t, "/p/liwan-555/dept/zzb"); strings.Contains(body, `method="post" action="/p/liwan-555/dept/`) {
		t.Error("another department's page has a form that would be refused")
	}
}
