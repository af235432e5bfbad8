package access

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"talentcast/analytics/fault"
	"talentcast/datasets"
)

var testKey = []byte("a key for tests only")

const good = "correct horse battery"

type world struct {
	*Service
	store *datasets.Store
	at    time.Time
	mu    sync.Mutex
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

func (w *world) later(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = w.at.Add(d)
}

func newWorld(t *testing.T, change func(*Config)) *world {
	t.Helper()
	w := &world{at: time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)}
	var err error
	if w.store, err = datasets.Open(t.Context(), datasets.Config{Now: w.now}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.store.Close(); err != nil {
			t.Error(err)
		}
	})
	w.restart(t, change)
	return w
}

// restart reads everything anew from the store.
func (w *world) restart(t *testing.T, change func(*Config)) {
	t.Helper()
	cfg := Config{Store: w.store, Key: testKey, Now: w.now, Cost: Cost{64, 1, 1}}
	if change != nil {
		change(&cfg)
	}
	var err error
	if w.Service, err = New(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
}

func (w *world) user(t *testing.T, login string, roles ...Role) {
	t.Helper()
	if _, err := w.AddUser(t.Context(), nil, NewUser{Login: login, Roles: roles, Password: good, Keep: true}); err != nil {
		t.Fatal(err)
	}
}

var home = Visitor{Address: "192.0.2.1", Agent: "test"}

func TestPasswordHashes(t *testing.T) {
	c := Cost{64, 1, 1}
	h := hashPassword(good, c)
	if !strings.HasPrefix(h, "$argon2id$v=19$m=64,t=1,p=1$") || strings.Contains(h, good) || h == hashPassword(good, c) {
		t.Errorf("hash %s", h)
	}
	for _, tt := range []struct {
		password    string
		cost        Cost
		ok, current bool
	}{{good, c, true, true}, {good, Cost{128, 1, 1}, true, false}, {good + " ", c, false, true}, {"", c, false, true}} {
		if ok, current, err := fits(tt.password, h, tt.cost); ok != tt.ok || current != tt.current || err != nil {
			t.Errorf("%q at %v: %v %v %v", tt.password, tt.cost, ok, current, err)
		}
	}
	// The same text typed on another keyboard: composed or not.
	if ok, _, _ := fits("caf\u00e9 caf\u00e9 caf\u00e9", hashPassword("cafe\u0301 cafe\u0301 cafe\u0301", c), c); !ok {
		t.Error("the decomposed form of a password does not fit")
	}
	for _, bad := range []string{"", "$argon2id$", "$argon2i$v=19$m=64,t=1,p=1$AAAA$AAAA", "$argon2id$v=19$m=99999999,t=1,p=1$AAAA$AAAA", "$argon2id$v=19$m=64,t=0,p=0$AAAA$AAAA"} {
		if ok, _, err := fits(good, bad, c); ok || err == nil {
			t.Errorf("the hash %q is taken", bad)
		}
	}
}

func TestPasswordRules(t *testing.T) {
	for password, ok := range map[string]bool{
		good: true, "春眠不觉晓处处闻啼鸟夜来": true, "short": false, strings.Repeat("ab", 65): false, "password1234": false, "Password!!2026": false,
		"aaaaaaaaaaaa": false, "123456789012": false, "abcdefghijkl": false, "987654321098": false, "qwertyqwerty12": false, "wang has a dog": false,
		"Talentcast2026!": false, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff": false,
	} {
		if err := CheckPassword(password, "wang"); (err == nil) != ok {
			t.Errorf("%q: %v", password, err)
		}
	}
	if a, b := oncePassword(), oncePassword(); a == b || CheckPassword(a, "wang") != nil {
		t.Errorf("made up %s and %s", a, b)
	}
}

func TestSignInAndSessions(t *testing.T) {
	w := newWorld(t, nil)
	if w.Required() {
		t.Error("a sign-in is required without an administrator")
	}
	w.user(t, "wang", Administrator)
	if !w.Required() {
		t.Error("no sign-in is required with an administrator")
	}
	out, err := w.SignIn(t.Context(), " WANG ", good, home)
	if err != nil {
		t.Fatal(err)
	}
	who := func() *Principal {
		t.Helper()
		p, err := w.Of(t.Context(), out.Session)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	if p := who(); p == nil || p.Login != "wang" || !p.May(Users) || p.May(Rows) {
		t.Fatalf("signed in as %+v", p)
	}
	w.later(20 * time.Minute)
	if who() == nil {
		t.Error("a session in use ended")
	}
	w.restart(t, nil)
	if who() == nil {
		t.Error("a session ended with the service")
	}
	w.later(29 * time.Minute)
	again, err := w.SignIn(t.Context(), "wang", good, Visitor{Address: "192.0.2.1", Old: out.Session})
	if err != nil || again.Session == out.Session || who() != nil {
		t.Errorf("the old session holds after a new sign-in: %v", err)
	}
	out = again
	w.later(31 * time.Minute)
	if who() != nil {
		t.Error("an idle session holds")
	}
	out, _ = w.SignIn(t.Context(), "wang", good, home)
	for range 30 {
		w.later(25 * time.Minute)
		who()
	}
	if who() != nil {
		t.Error("a session holds for more than twelve hours")
	}
	a, _ := w.SignIn(t.Context(), "wang", good, home)
	b, _ := w.SignIn(t.Context(), "wang", good, home)
	if got := w.Sessions(1, b.Session); len(got) != 2 || !got[0].This && !got[1].This {
		t.Errorf("sessions %+v", got)
	}
	if err := w.SignOutEverywhere(t.Context(), 1, b.Session); err != nil {
		t.Fatal(err)
	}
	if p, _ := w.Of(t.Context(), a.Session); p != nil {
		t.Error("the other session holds")
	}
	if p, _ := w.Of(t.Context(), b.Session); p == nil {
		t.Error("this session ended")
	}
	if !w.FormTokenFits(b.Session, w.FormToken(b.Session)) || w.FormTokenFits(b.Session, w.FormToken(a.Session)) || w.FormTokenFits(b.Session, "") {
		t.Error("tokens of forms are mixed up")
	}
}

// TestNothingSecretIsKept looks for what was shown or typed in all that is stored.
func TestNothingSecretIsKept(t *testing.T) {
	w := newWorld(t, nil)
	w.user(t, "wang", Planner)
	out, _ := w.SignIn(t.Context(), "wang", good, home)
	x, err := w.BeginCode(out.Who, out.Session)
	if err != nil {
		t.Fatal(err)
	}
	code, _ := totp.GenerateCode(x.Secret, w.now())
	codes, err := w.ConfirmCode(t.Context(), out.Who, out.Session, good, code)
	if err != nil {
		t.Fatal(err)
	}
	tok, err := w.AddToken(t.Context(), out.Who, "robot", []Role{Planner}, true, 30)
	if err != nil {
		t.Fatal(err)
	}
	accounts, _ := w.store.Accounts(t.Context())
	sessions, _ := w.store.Sessions(t.Context())
	tokens, _ := w.store.Tokens(t.Context())
	kept := fmt.Sprintf("%+v %+v %+v", accounts, sessions, tokens)
	for what, s := range map[string]string{"password": good, "session": out.Session, "token": tok, "secret": x.Secret, "recovery code": strings.ReplaceAll(codes[0], "-", "")} {
		if strings.Contains(kept, s) {
			t.Errorf("the %s is kept in clear", what)
		}
	}
	if len(accounts) != 1 || len(sessions) != 1 || len(tokens) != 1 || accounts[0].TOTP == "" || len(accounts[0].Recovery) != recoveries {
		t.Errorf("kept: %s", kept)
	}
	k, _ := deriveKeys([]byte("another key for tests"))
	if _, err := k.openFor(accounts[0].ID, accounts[0].TOTP); err == nil {
		t.Error("another key opens the secret")
	}
	if _, err := w.keys.openFor(accounts[0].ID+1, accounts[0].TOTP); err == nil {
		t.Error("the secret opens for another account")
	}
}

func TestLockout(t *testing.T) {
	w := newWorld(t, nil)
	w.user(t, "wang", Leader)
	try := func(login, password string) error {
		_, err := w.SignIn(t.Context(), login, password, Visitor{Address: "192.0.2.7"})
		return err
	}
	for _, login := range []string{"wang", "nobody"} { // whether there is one can't be told
		for i := range freeTries {
			if err := try(login, "wrong"); !fault.Is(err, fault.SignIn) {
				t.Fatalf("%s, try %d: %v", login, i, err)
			}
		}
		var soon *TooSoon
		if err := try(login, good); !errors.As(err, &soon) || soon.After != time.Minute {
			t.Errorf("%s, locked: %v", login, err)
		}
	}
	w.restart(t, nil) // a lock is kept
	if err := try("wang", good); !fault.Is(err, fault.TooMany) {
		t.Errorf("after a restart: %v", err)
	}
	w.later(time.Minute)
	if err := try("wang", "wrong"); !fault.Is(err, fault.SignIn) {
		t.Errorf("after the wait: %v", err)
	}
	w.later(time.Minute)
	if err := try("wang", good); !fault.Is(err, fault.TooMany) {
		t.Errorf("the second wait is no longer than the first: %v", err)
	}
	w.later(time.Minute)
	if err := try("wang", good); err != nil {
		t.Errorf("after the second wait: %v", err)
	}
	for i, want := range []time.Duration{0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60} {
		if got := wait(i, freeTries); got != want*time.Minute {
			t.Errorf("%d failures wait %v, want %d minutes", i, got, want)
		}
	}
	// Many at once gain nothing.
	var wg sync.WaitGroup
	var mu sync.Mutex
	counted := map[bool]int{}
	for range 40 {
		wg.Go(func() {
			_, err := w.SignIn(context.Background(), "wang", "wrong", Visitor{Address: "192.0.2.8"})
			mu.Lock()
			defer mu.Unlock()
			counted[fault.Is(err, fault.TooMany)]++
		})
	}
	wg.Wait()
	if counted[false] > freeTries {
		t.Errorf("%d tries at once were let through", counted[false])
	}
	// An address that tries many names waits too.
	w.later(25 * time.Hour)
	for i := range freeAddressTries {
		if err := try(fmt.Sprintf("name%d", i), "wrong"); !fault.Is(err, fault.SignIn) {
			t.Fatalf("name %d: %v", i, err)
		}
	}
	if err := try("name", "wrong"); !fault.Is(err, fault.TooMany) {
		t.Errorf("the address goes on: %v", err)
	}
}

func TestCodes(t *testing.T) {
	w := newWorld(t, nil)
	w.user(t, "wang", Planner)
	out, _ := w.SignIn(t.Context(), "wang", good, home)
	x, _ := w.BeginCode(out.Who, out.Session)
	if b, err := x.PNG(); err != nil || len(b) < 100 {
		t.Errorf("picture: %d bytes, %v", len(b), err)
	}
	if _, err := w.ConfirmCode(t.Context(), out.Who, out.Session, good, "000000"); !fault.Is(err, fault.Invalid) {
		t.Errorf("a wrong code turns codes on: %v", err)
	}
	code := func() string { c, _ := totp.GenerateCode(x.Secret, w.now()); return c }
	used := code()
	codes, err := w.ConfirmCode(t.Context(), out.Who, out.Session, good, used)
	if err != nil || len(codes) != recoveries {
		t.Fatal(err)
	}
	enter := func(c string) error {
		out, err := w.SignIn(t.Context(), "wang", good, home)
		if err != nil || out.Session != "" || out.Pending == "" {
			t.Fatalf("password: %+v, %v", out, err)
		}
		in, err := w.SignInCode(t.Context(), out.Pending, c, home)
		if err == nil && in.Session == "" {
			t.Error("no session")
		}
		return err
	}
	if err := enter(used); err == nil {
		t.Error("the code that turned codes on is taken again")
	}
	w.later(time.Minute)
	used = code()
	if err := enter(used); err != nil {
		t.Error(err)
	}
	if err := enter(used); err == nil {
		t.Error("a code is taken twice")
	}
	if err := enter(strings.ToUpper(codes[3])); err != nil {
		t.Errorf("recovery code: %v", err)
	}
	if err := enter(codes[3]); err == nil {
		t.Error("a recovery code is taken twice")
	}
	if on, left := w.HasCode(out.Who); !on || left != recoveries-1 {
		t.Errorf("%v, %d left", on, left)
	}
	// A password that is known does not let codes be guessed for ever.
	var last error
	for range 4 * freeTries {
		last = enter2(t, w)
	}
	if !fault.Is(last, fault.TooMany) {
		t.Errorf("codes can be guessed: %v", last)
	}
	w.later(2 * time.Hour)
	if err := w.CodeOff(t.Context(), out.Who, good, "123456"); err == nil {
		t.Error("a wrong code turns codes off")
	}
	w.later(2 * time.Hour)
	if err := w.CodeOff(t.Context(), out.Who, good, codes[5]); err != nil {
		t.Error(err)
	}
	if out, err := w.SignIn(t.Context(), "wang", good, home); err != nil || out.Session == "" {
		t.Errorf("without codes: %v", err)
	}
}

// enter2 signs in with a wrong code.
func enter2(t *testing.T, w *world) error {
	t.Helper()
	out, err := w.SignIn(t.Context(), "wang", good, home)
	if err != nil {
		return err
	}
	_, err = w.SignInCode(t.Context(), out.Pending, "000000", home)
	return err
}

func TestTokens(t *testing.T) {
	w := newWorld(t, nil)
	w.user(t, "wang", Planner, Clerk, Administrator)
	out, _ := w.SignIn(t.Context(), "wang", good, home)
	for _, bad := range []struct {
		name  string
		roles []Role
		days  int
	}{{"", []Role{Planner}, 1}, {"x", nil, 1}, {"x", []Role{Auditor}, 1}, {"x", []Role{Administrator}, 1}, {"x", []Role{Planner}, 0}, {"x", []Role{Planner}, 400}, {"x", []Role{Planner}, -5}, {"x", []Role{Planner}, 213504}, {"x", []Role{Planner}, 1 << 40}} {
		if _, err := w.AddToken(t.Context(), out.Who, bad.name, bad.roles, false, bad.days); !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	key, err := w.AddToken(t.Context(), out.Who, "robot", []Role{Planner}, true, 30)
	if err != nil {
		t.Fatal(err)
	}
	who := func() *Principal { p, _ := w.OfToken(t.Context(), key); return p }
	if p := who(); p == nil || p.May(Keep) || !p.May(Rows) || p.May(Users) || p.May(Load) {
		t.Errorf("the token is %+v", p)
	}
	if err := w.SetRoles(t.Context(), nil, "wang", []Role{Leader, Administrator}, ""); err != nil {
		t.Fatal(err)
	}
	if p := who(); p == nil || p.May(View) {
		t.Error("a token keeps a role that its account lost")
	}
	w.restart(t, nil)
	w.later(31 * 24 * time.Hour)
	if who() != nil {
		t.Error("a token holds after its time")
	}
	list := w.Tokens(1)
	if len(list) != 1 || list[0].Hash != "" {
		t.Fatalf("%+v", list)
	}
	if err := w.DropToken(t.Context(), 2, list[0].ID); !fault.Is(err, fault.NotFound) {
		t.Errorf("another's token: %v", err)
	}
	if err := w.DropToken(t.Context(), 1, list[0].ID); err != nil {
		t.Error(err)
	}
}

func TestUsers(t *testing.T) {
	w := newWorld(t, nil)
	w.user(t, "wang", Administrator)
	admin := &Principal{Login: "wang", Jurisdiction: DefaultJurisdiction, Roles: []Role{Administrator}}
	made, err := w.AddUser(t.Context(), admin, NewUser{Login: "李工", Roles: []Role{Department}, Department: "rsj", Jurisdiction: "440104"})
	if err != nil || made == "" {
		t.Fatal(err)
	}
	out, err := w.SignIn(t.Context(), "李工", made, home)
	if err != nil || !out.Who.MustChange || out.Who.Jurisdiction != DefaultJurisdiction {
		t.Fatalf("%+v, %v", out.Who, err)
	}
	for _, bad := range []string{made, "short", "李工李工李工李工李工李工"} {
		if err := w.ChangePassword(t.Context(), out.Who, made, bad, out.Session); !fault.Is(err, fault.Invalid) {
			t.Errorf("changed to %s: %v", bad, err)
		}
	}
	if err := w.ChangePassword(t.Context(), out.Who, "wrong", good, out.Session); !fault.Is(err, fault.SignIn) {
		t.Errorf("changed without the old one: %v", err)
	}
	if err := w.ChangePassword(t.Context(), out.Who, made, good, out.Session); err != nil {
		t.Fatal(err)
	}
	if p, _ := w.Of(t.Context(), out.Session); p == nil || p.MustChange {
		t.Errorf("after the change: %+v", p)
	}
	for _, bad := range []NewUser{
		{Login: "x", Roles: []Role{Leader}},
		{Login: "a b", Roles: []Role{Leader}},
		{Login: "ok"},
		{Login: "ok", Roles: []Role{"king"}},
		{Login: "ok", Roles: []Role{Department}},
		{Login: "ok", Roles: []Role{Auditor, Planner}},
		{Login: "ok", Roles: []Role{Leader}, Password: "short"},
	} {
		if _, err := w.AddUser(t.Context(), nil, bad); !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	if _, err := w.AddUser(t.Context(), nil, NewUser{Login: "WANG", Roles: []Role{Leader}}); !fault.Is(err, fault.Conflict) {
		t.Errorf("a taken name: %v", err)
	}
	if err := w.SetDisabled(t.Context(), admin, "李工", true); err != nil {
		t.Fatal(err)
	}
	if p, _ := w.Of(t.Context(), out.Session); p != nil {
		t.Error("a disabled account is signed in")
	}
	if _, err := w.SignIn(t.Context(), "李工", good, home); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a disabled account signs in: %v", err)
	}
	elsewhere := &Principal{Login: "zhao", Jurisdiction: "440104", Roles: []Role{Administrator}}
	if err := w.SetDisabled(t.Context(), elsewhere, "李工", false); !fault.Is(err, fault.NotFound) {
		t.Errorf("an administrator of another jurisdiction: %v", err)
	}
	if len(w.Users(elsewhere)) != 0 || len(w.Users(admin)) != 2 {
		t.Error("the lists of users are mixed up")
	}
	if err := w.SetRoles(t.Context(), admin, "wang", []Role{Leader}, ""); !fault.Is(err, fault.Conflict) {
		t.Errorf("the last administrator is gone: %v", err)
	}
	if made, err = w.Reset(t.Context(), nil, "wang"); err != nil {
		t.Fatal(err)
	}
	w.later(8 * 24 * time.Hour)
	if _, err := w.SignIn(t.Context(), "wang", made, home); !fault.Is(err, fault.Forbidden) {
		t.Errorf("a one-time password holds after eight days: %v", err)
	}
}
