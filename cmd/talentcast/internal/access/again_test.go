package access

import (
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"talentcast/analytics/fault"
)

// TestCodesAreNotReplaced: whoever has a session, and not the password, can
// neither turn codes on nor put others in the place of those that are on.
func TestCodesAreNotReplaced(t *testing.T) {
	w := newWorld(t, nil)
	w.user(t, "wang", Planner)
	out, _ := w.SignIn(t.Context(), "wang", good, home)
	x, err := w.BeginCode(out.Who, out.Session)
	if err != nil {
		t.Fatal(err)
	}
	code := func() string { c, _ := totp.GenerateCode(x.Secret, w.now()); return c }
	for password, want := range map[string]fault.Code{"": fault.Invalid, "wrong": fault.SignIn} {
		if _, err := w.ConfirmCode(t.Context(), out.Who, out.Session, password, code()); !fault.Is(err, want) {
			t.Errorf("turned on with the password %q: %v", password, err)
		}
	}
	codes, err := w.ConfirmCode(t.Context(), out.Who, out.Session, good, code())
	if err != nil {
		t.Fatal(err)
	}
	if len(w.waiting.setups) != 0 {
		t.Error("what was set up is remembered")
	}
	was, _ := w.account("wang")
	if _, err := w.BeginCode(out.Who, out.Session); !fault.Is(err, fault.Conflict) {
		t.Errorf("another secret is begun: %v", err)
	}
	if _, err := w.ConfirmCode(t.Context(), out.Who, out.Session, good, code()); !fault.Is(err, fault.Conflict) {
		t.Errorf("another secret is confirmed: %v", err)
	}
	if is, _ := w.account("wang"); is.TOTP != was.TOTP || len(is.Recovery) != recoveries {
		t.Error("the secret was replaced")
	}
	for password, want := range map[string]fault.Code{"": fault.Invalid, "wrong": fault.SignIn} {
		if err := w.CodeOff(t.Context(), out.Who, password, codes[0]); !fault.Is(err, want) {
			t.Errorf("turned off with the password %q: %v", password, err)
		}
	}
	if err := w.CodeOff(t.Context(), out.Who, good, codes[0]); err != nil {
		t.Error(err)
	}
	if y, err := w.BeginCode(out.Who, out.Session); err != nil || y.Secret == x.Secret {
		t.Errorf("anew: %v", err)
	}
	// Who holds another session of the account knows none of what is set up in this.
	other, err := w.SignIn(t.Context(), "wang", good, home)
	if err != nil {
		t.Fatal(err)
	}
	here, _ := w.BeginCode(out.Who, out.Session)
	there, _ := w.BeginCode(other.Who, other.Session)
	if err := w.SignOutEverywhere(t.Context(), 1, out.Session); err != nil || here.Secret == there.Secret || len(w.waiting.setups) != 1 {
		t.Errorf("two sessions set up the same, or what has ended is remembered: %v", err)
	}
	outside, err := w.vouched(t.Context(), identity{source: sourceOIDC, subject: "x", login: "li", roles: []Role{Planner}}, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.BeginCode(principal(outside), ""); !fault.Is(err, fault.Invalid) {
		t.Errorf("codes that nobody would ask for: %v", err)
	}
}

// TestAgain: after a quarter of an hour the password is asked for once more, with
// the lock of signing in.
func TestAgain(t *testing.T) {
	w := newWorld(t, nil)
	w.user(t, "wang", Administrator)
	out, _ := w.SignIn(t.Context(), "wang", good, home)
	again := func(password string) error { return w.Again(t.Context(), out.Who, out.Session, password) }
	if err := again(""); err != nil || !w.Fresh(out.Session) {
		t.Errorf("right after signing in: %v", err)
	}
	w.later(16 * time.Minute)
	if w.Fresh(out.Session) || w.Fresh("") || w.Fresh("none") {
		t.Error("fresh after sixteen minutes, or without a session")
	}
	if err := again(""); !fault.Is(err, fault.Invalid) {
		t.Errorf("without a password: %v", err)
	}
	if err := again(good); err != nil {
		t.Error(err)
	}
	w.later(10 * time.Minute)
	if err := again(""); err != nil {
		t.Errorf("ten minutes after: %v", err)
	}
	w.restart(t, nil)
	if w.Fresh(out.Session) {
		t.Error("fresh by what was before the restart")
	}
	for i := range freeTries {
		if err := again("wrong"); !fault.Is(err, fault.SignIn) {
			t.Errorf("try %d: %v", i, err)
		}
	}
	if err := again(good); !fault.Is(err, fault.TooMany) {
		t.Errorf("not locked: %v", err)
	}
	outside, err := w.vouched(t.Context(), identity{source: sourceOIDC, subject: "x", login: "li", roles: []Role{Planner}}, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Again(t.Context(), principal(outside), "none", good); !fault.Is(err, fault.SignIn) || w.TypesPassword(principal(outside)) {
		t.Errorf("a password that is the provider's: %v", err)
	}
}

// TestRequiredCodes: an account with one of the roles owes codes until it has set
// them up; others, and those of a provider, don't.
func TestRequiredCodes(t *testing.T) {
	w := newWorld(t, func(c *Config) { c.RequireCodes = []Role{Administrator} })
	w.user(t, "wang", Administrator, Planner)
	w.user(t, "li", Planner)
	outside, err := w.vouched(t.Context(), identity{source: sourceOIDC, subject: "x", login: "zhao", roles: []Role{Administrator}}, "")
	if err != nil || w.principal(outside).MustCode {
		t.Errorf("an account of a provider: %v", err)
	}
	li, _ := w.SignIn(t.Context(), "li", good, home)
	out, err := w.SignIn(t.Context(), "wang", good, home)
	if err != nil || !out.Who.MustCode || li.Who.MustCode {
		t.Fatalf("%+v %+v %v", out.Who, li.Who, err)
	}
	x, err := w.BeginCode(out.Who, out.Session)
	if err != nil {
		t.Fatal(err)
	}
	code, _ := totp.GenerateCode(x.Secret, w.now())
	if _, err := w.ConfirmCode(t.Context(), out.Who, out.Session, good, code); err != nil {
		t.Fatal(err)
	}
	if p, err := w.Of(t.Context(), out.Session); err != nil || p == nil || p.MustCode {
		t.Errorf("with codes: %+v %v", p, err)
	}
	if err := w.SetRoles(t.Context(), nil, "li", []Role{Administrator}, ""); err != nil {
		t.Fatal(err)
	}
	if p, _ := w.Of(t.Context(), li.Session); p == nil || !p.MustCode {
		t.Errorf("appointed while signed in: %+v", p)
	}
}

// TestLastAdministratorOutside: a directory that no longer makes somebody an
// administrator does not take the last one away, and so open the service.
func TestLastAdministratorOutside(t *testing.T) {
	w := newWorld(t, nil)
	says := func(roles ...Role) error {
		_, err := w.vouched(t.Context(), identity{source: sourceLDAP, subject: "uid=li", login: "li", roles: roles}, "")
		return err
	}
	w.user(t, "wang", Administrator)
	if err := says(Administrator, Planner); err != nil {
		t.Fatal(err)
	}
	if err := w.SetDisabled(t.Context(), nil, "wang", true); err != nil {
		t.Fatal(err)
	}
	if err := says(Planner); !fault.Is(err, fault.Conflict) {
		t.Errorf("the last administrator goes by the directory: %v", err)
	}
	if !w.Administered() || !w.Required() {
		t.Error("nobody is left to administer")
	}
	if err := w.SetDisabled(t.Context(), nil, "wang", false); err != nil {
		t.Fatal(err)
	}
	if err := says(Planner); err != nil {
		t.Errorf("one of two administrators: %v", err)
	}
}

// TestRequiredStays: with any account one signs in, also where none administers.
func TestRequiredStays(t *testing.T) {
	w := newWorld(t, nil)
	if w.Required() {
		t.Error("required without an account")
	}
	w.user(t, "li", Auditor)
	if err := w.SetDisabled(t.Context(), nil, "li", true); err != nil {
		t.Fatal(err)
	}
	w.restart(t, nil)
	if !w.Required() || w.Administered() {
		t.Error("an account without an administrator leaves everything open")
	}
}
