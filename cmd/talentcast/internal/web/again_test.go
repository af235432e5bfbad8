package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"talentcast/cmd/talentcast/internal/access"
	"talentcast/cmd/talentcast/internal/audit"
)

// TestPasswordAgain: a browser left open makes no token and no account; the
// password typed once more is enough for a while.
func TestPasswordAgain(t *testing.T) {
	g := guardOn(t, scratch(t), access.Administrator, access.Planner)
	v, p := g.enter(t, "administrator"), g.enter(t, "planner")
	g.clock.at = g.clock.at.Add(16 * time.Minute)
	token := url.Values{"name": {"robot"}, "days": {"30"}, "role": {"planner"}}
	if _, body := p.get(t, "/account"); !strings.Contains(body, "登录已超过 15 分钟") {
		t.Error("the page does not ask for the password")
	}
	for _, tt := range []struct {
		v        *visitor
		at       string
		form     url.Values
		password string
		code     int
		want     string
	}{
		{p, "/account/tokens", token, "", 400, "输入你自己的密码"},
		{p, "/account/tokens", token, "wrong", 401, "密码不正确"},
		{p, "/account/tokens", token, testPassword, 200, "tcast_"},
		{v, "/users", url.Values{"login": {"zhao"}, "role": {"leader"}}, "", 400, "输入你自己的密码"},
		{v, "/users/planner/roles", url.Values{"role": {"clerk"}}, "", 400, "输入你自己的密码"},
		{v, "/users/planner/reset", url.Values{}, "", 400, "输入你自己的密码"},
		{v, "/users/planner/disable", url.Values{}, "wrong", 401, "密码不正确"},
		{v, "/users/planner/enable", url.Values{}, "", 400, "输入你自己的密码"},
		{v, "/users", url.Values{"login": {"zhao"}, "role": {"leader"}}, testPassword, 200, "一次性密码"},
		{v, "/users/planner/roles", url.Values{"role": {"clerk"}}, "", 303, ""}, // a moment later
	} {
		tt.form.Set("password", tt.password)
		if res, body := tt.v.post(t, tt.at, tt.form); res.StatusCode != tt.code || !strings.Contains(body, tt.want) {
			t.Errorf("%s with %q: %d, want %d %s: %s", tt.at, tt.password, res.StatusCode, tt.code, tt.want, text(body))
		}
	}
	if _, body := v.get(t, "/users"); strings.Contains(body, "登录已超过 15 分钟") {
		t.Error("the page asks for the password just typed")
	}
}

// TestCodeForms: with codes on, nothing of a new secret is shown or taken; turning
// them on and off takes the password.
func TestCodeForms(t *testing.T) {
	g := guardOn(t, scratch(t), access.Planner)
	v := g.enter(t, "planner")
	who, _ := g.access.Of(t.Context(), v.cookie)
	x, err := g.access.BeginCode(who, v.cookie)
	if err != nil {
		t.Fatal(err)
	}
	code, _ := totp.GenerateCode(x.Secret, g.clock.now())
	if res, _ := v.get(t, "/account/code.png"); res.StatusCode != 200 {
		t.Errorf("the picture: %d", res.StatusCode)
	}
	if res, _ := v.post(t, "/account/code", url.Values{"code": {code}}); res.StatusCode != 400 {
		t.Errorf("turned on without a password: %d", res.StatusCode)
	}
	if res, body := v.post(t, "/account/code", url.Values{"code": {code}, "password": {testPassword}}); res.StatusCode != 200 || !strings.Contains(body, "备用码") {
		t.Errorf("%d %s", res.StatusCode, text(body))
	}
	if res, _ := v.get(t, "/account/code.png"); res.StatusCode != 409 {
		t.Errorf("the picture with codes on: %d", res.StatusCode)
	}
	if res, _ := v.post(t, "/account/code", url.Values{"code": {code}, "password": {testPassword}}); res.StatusCode != 409 {
		t.Errorf("turned on twice: %d", res.StatusCode)
	}
	if res, _ := v.post(t, "/account/code/off", url.Values{"code": {code}}); res.StatusCode != 400 {
		t.Errorf("turned off without a password: %d", res.StatusCode)
	}
}

// TestRequiredCodes: whose role needs codes sets them up right after the password,
// before anything else.
func TestRequiredCodes(t *testing.T) {
	g := guardOn(t, scratch(t), access.Administrator, access.Planner)
	a, err := access.New(t.Context(), access.Config{Store: g.store, Key: testKey, Now: g.clock.now, Cost: cheap, RequireCodes: []access.Role{access.Administrator}})
	if err != nil {
		t.Fatal(err)
	}
	g.access = a
	cfg := g.cfg
	cfg.Access = a
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	g.fixture = &fixture{s, g.store, g.fixture.log}
	res, _ := send(t, g, formRequest("/signin", url.Values{"login": {"administrator"}, "password": {testPassword}, "next": {"/users"}}))
	if res.Header.Get("Location") != "/account" {
		t.Errorf("after the password: to %s", res.Header.Get("Location"))
	}
	v := g.enter(t, "administrator")
	for at, want := range map[string]int{"/users": 303, "/p/liwan-555": 303, "/api/v1/policies": 403, "/account": 200, "/account/code.png": 200} {
		if res, _ := v.get(t, at); res.StatusCode != want {
			t.Errorf("%s: %d, want %d", at, res.StatusCode, want)
		}
	}
	if res, _ := v.post(t, "/users", url.Values{"login": {"zhao"}, "role": {"leader"}}); res.StatusCode != 303 || a.Knows("zhao") != "" {
		t.Errorf("an account is made without a code: %d", res.StatusCode)
	}
	if _, body := v.get(t, "/account"); !strings.Contains(body, "须使用登录验证码") || strings.Contains(body, `id="tokens"`) {
		t.Error("the page does not say what is owed")
	}
	if res, _ := g.enter(t, "planner").get(t, "/p/liwan-555"); res.StatusCode != 200 {
		t.Errorf("another role: %d", res.StatusCode)
	}
	who, _ := a.Of(t.Context(), v.cookie)
	x, _ := a.BeginCode(who, v.cookie)
	code, _ := totp.GenerateCode(x.Secret, g.clock.now())
	if _, body := v.post(t, "/account/code", url.Values{"code": {code}, "password": {testPassword}}); !strings.Contains(body, "备用码") || strings.Contains(body, "须使用登录验证码") {
		t.Errorf("%s", text(body))
	}
	if res, _ := v.get(t, "/users"); res.StatusCode != http.StatusOK {
		t.Errorf("with codes: %d", res.StatusCode)
	}
}

// TestEntriesHaveTheirPlace: what is written of an account before anybody is
// signed in is its jurisdiction's to read.
func TestEntriesHaveTheirPlace(t *testing.T) {
	g := guardOn(t, scratch(t), access.Administrator)
	for range 7 {
		_, _ = send(t, g, formRequest("/signin", url.Values{"login": {"ADMINISTRATOR"}, "password": {"wrong"}}))
	}
	_, _ = send(t, g, formRequest("/signin", url.Values{"login": {"nobody"}, "password": {"wrong"}}))
	of := map[string]int{}
	for _, e := range g.entries(t, audit.Filter{}) {
		of[e.Action+" "+e.Object["user"]+" "+e.Place]++
	}
	if of["sign_in administrator 440103"] != 5 || of["locked_out administrator 440103"] != 2 || of["sign_in  "] != 1 {
		t.Errorf("entries %v", of)
	}
}
