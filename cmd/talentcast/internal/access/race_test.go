package access

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"talentcast/analytics/fault"
	"talentcast/datasets"
)

// held keeps every password from being worked out until the returned function is
// called.
func (w *world) held() (release func()) {
	for range cap(w.hashing) {
		w.hashing <- struct{}{}
	}
	return func() {
		for range cap(w.hashing) {
			<-w.hashing
		}
	}
}

// begun signs in behind what is held, and returns once the try is counted.
func (w *world) begun(t *testing.T, login, password string) <-chan error {
	t.Helper()
	a, _ := w.account(login)
	was := a.Failures
	done := make(chan error, 1)
	go func() {
		_, err := w.SignIn(context.Background(), login, password, home)
		done <- err
	}()
	for range 1000 {
		if a, _ = w.account(login); a.Failures > was {
			return done
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatal("the try was not counted")
	return nil
}

// withCode is an account that gives codes, and its secret.
func (w *world) withCode(t *testing.T, login string, roles ...Role) (*Principal, string) {
	t.Helper()
	w.user(t, login, roles...)
	out, err := w.SignIn(t.Context(), login, good, home)
	if err != nil {
		t.Fatal(err)
	}
	x, err := w.BeginCode(out.Who, out.Session)
	if err != nil {
		t.Fatal(err)
	}
	code, _ := totp.GenerateCode(x.Secret, w.now())
	if _, err := w.ConfirmCode(t.Context(), out.Who, out.Session, good, code); err != nil {
		t.Fatal(err)
	}
	return out.Who, x.Secret
}

// TestCodesBesideAPassword: whoever knows the password and signs in meanwhile, or
// over and over, has no more guesses at the code.
func TestCodesBesideAPassword(t *testing.T) {
	w := newWorld(t, nil)
	w.withCode(t, "wang", Planner)
	guesses := 0
	for range 5 {
		out, err := w.SignIn(t.Context(), "wang", good, home)
		if err != nil {
			break
		}
		release := w.held()
		done := w.begun(t, "wang", good)
		for range 12 {
			_, err := w.SignInCode(t.Context(), out.Pending, "000000", home)
			if f := fault.As(err); f != nil && f.En == wrongCode().En {
				guesses++
			}
		}
		release()
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	a, _ := w.account("wang")
	if guesses > freeTries || !a.LockedUntil.After(w.now()) || a.Failures < freeTries-1 {
		t.Errorf("%d guesses at codes, %d failures, locked until %v", guesses, a.Failures, a.LockedUntil)
	}
}

// TestForgivenIsItsOwnOnly: a right password takes back its own try and its own
// lock, no other's.
func TestForgivenIsItsOwnOnly(t *testing.T) {
	for name, cost := range map[string]Cost{"as it is": {64, 1, 1}, "renewed": {128, 1, 1}} {
		w := newWorld(t, nil)
		w.withCode(t, "wang", Planner)
		w.restart(t, func(c *Config) { c.Cost = cost })
		for range freeTries - 1 {
			if _, err := w.SignIn(t.Context(), "wang", "wrong", home); err == nil {
				t.Fatal("a wrong password is taken")
			}
		}
		if _, err := w.SignIn(t.Context(), "wang", good, home); err != nil { // the fifth, which locks until it is found right
			t.Errorf("%s: %v", name, err)
		}
		if a, _ := w.account("wang"); a.Failures != freeTries-1 || !a.LockedUntil.IsZero() {
			t.Errorf("%s: %d failures, locked until %v", name, a.Failures, a.LockedUntil)
		}
	}
}

// TestResetMeanwhile: a password that was replaced while it was checked is wrong,
// and none is kept over the new one.
func TestResetMeanwhile(t *testing.T) {
	w := newWorld(t, nil)
	w.user(t, "wang", Planner)
	w.restart(t, func(c *Config) { c.Cost = Cost{128, 1, 1} }) // so that it is renewed
	release := w.held()
	done := w.begun(t, "wang", good)
	w.later(time.Second)
	err := w.change(t.Context(), 1, func(a *datasets.Account) error {
		a.Password, a.ChangedAt = hashPassword("another password here", Cost{64, 1, 1}), w.now()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	release()
	if err := <-done; !fault.Is(err, fault.SignIn) {
		t.Errorf("the old password signs in: %v", err)
	}
	if _, err := w.SignIn(t.Context(), "wang", "another password here", home); err != nil {
		t.Errorf("the new one does not: %v", err)
	}
}

// TestTokensEndWithAStolenAccount: what a thief could have made is gone once the
// password is another or the account is shut out, also after it comes back.
func TestTokensEndWithAStolenAccount(t *testing.T) {
	const fresh = "another password here"
	for name, do := range map[string]func(*world, *Principal) error{
		"changed":  func(w *world, p *Principal) error { return w.ChangePassword(t.Context(), p, good, fresh, "") },
		"reset":    func(w *world, _ *Principal) error { _, err := w.Reset(t.Context(), nil, "li"); return err },
		"disabled": func(w *world, _ *Principal) error { return w.SetDisabled(t.Context(), nil, "li", true) },
	} {
		w := newWorld(t, nil)
		w.user(t, "wang", Planner)
		w.user(t, "li", Planner)
		token := func(login string) string {
			out, err := w.SignIn(t.Context(), login, good, home)
			if err != nil {
				t.Fatal(err)
			}
			key, err := w.AddToken(t.Context(), out.Who, "robot", []Role{Planner}, false, 30)
			if err != nil {
				t.Fatal(err)
			}
			return key
		}
		other, key := token("wang"), token("li")
		a, _ := w.account("li")
		w.waiting.add(a.ID, w.now()) // a sign-in that owes a code
		if err := do(w, principal(a)); err != nil {
			t.Fatal(err)
		}
		if err := w.SetDisabled(t.Context(), nil, "li", false); err != nil {
			t.Fatal(err)
		}
		if len(w.waiting.codes) != 0 {
			t.Errorf("%s: a sign-in goes on", name)
		}
		w.restart(t, nil)
		if kept, err := w.store.Tokens(t.Context()); err != nil || len(kept) != 1 {
			t.Errorf("%s: kept %+v, %v", name, kept, err)
		}
		if p, _ := w.OfToken(t.Context(), key); p != nil {
			t.Errorf("%s: the token holds", name)
		}
		if p, _ := w.OfToken(t.Context(), other); p == nil {
			t.Errorf("%s: another's token is gone", name)
		}
	}
}

// TestBlocks: whoever has a network of IPv6 is one; IPv4 stays as it is, however
// it is written.
func TestBlocks(t *testing.T) {
	for in, want := range map[string]string{
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::", "2001:db8:1:2::": "2001:db8:1:2::", "2001:db8:1:3::1": "2001:db8:1:3::", "fe80::1%eth0": "fe80::",
		"192.0.2.7": "192.0.2.7", "::ffff:192.0.2.7": "192.0.2.7", "": "", "unix": "unix",
	} {
		if got := BlockOf(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
	w := newWorld(t, nil)
	var last error
	for i := range freeAddressTries + 1 {
		_, last = w.SignIn(t.Context(), fmt.Sprintf("name%d", i), "wrong", Visitor{Address: fmt.Sprintf("2001:db8::%x", i)})
	}
	if !fault.Is(last, fault.TooMany) {
		t.Errorf("from a network of IPv6: %v", last)
	}
}
