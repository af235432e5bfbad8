package datasets

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"talentcast/analytics/fault"
)

func TestAccountsAreKept(t *testing.T) {
	ctx := t.Context()
	s, err := Open(ctx, Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	at := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	want := Account{
		Login: "李工", Name: "李", Roles: []string{"clerk", "planner"}, Department: "rsj", Jurisdiction: "440103", Source: "local", Password: "$argon2id$x", MustChange: true,
		TOTP: "sealed", TOTPStep: 7, Recovery: []string{"a", "b"}, Failures: 3, LockedUntil: at, CreatedAt: at, ChangedAt: at,
	}
	if want.ID, err = s.PutAccount(ctx, want); err != nil || want.ID != 1 {
		t.Fatal(want.ID, err)
	}
	if _, err := s.PutAccount(ctx, Account{Login: "李工", CreatedAt: at, ChangedAt: at}); !fault.Is(err, fault.Conflict) {
		t.Errorf("a taken login: %v", err)
	}
	want.Disabled, want.LockedUntil, want.SignedInAt, want.Roles = true, time.Time{}, at, nil
	if _, err := s.PutAccount(ctx, want); err != nil {
		t.Fatal(err)
	}
	got, err := s.Accounts(ctx)
	if d := cmp.Diff([]Account{want}, got); d != "" || err != nil {
		t.Errorf("%v %s", err, d)
	}
	x := Session{Hash: "h", Account: 1, CreatedAt: at, Seen: at, Address: "192.0.2.1", Agent: "x"}
	for _, err := range []error{s.PutSession(ctx, x), s.SeeSession(ctx, "h", at.Add(time.Hour)), s.PutSession(ctx, Session{Hash: "i", Account: 1, CreatedAt: at, Seen: at}), s.DropSessions(ctx, "i", "none")} {
		if err != nil {
			t.Fatal(err)
		}
	}
	x.Seen = at.Add(time.Hour)
	sessions, err := s.Sessions(ctx)
	if d := cmp.Diff([]Session{x}, sessions); d != "" || err != nil {
		t.Errorf("%v %s", err, d)
	}
	k := Token{Account: 1, Hash: "k", Name: "robot", Roles: []string{"clerk"}, ReadOnly: true, CreatedAt: at, ExpiresAt: at.Add(time.Hour)}
	if k.ID, err = s.PutToken(ctx, k); err != nil {
		t.Fatal(err)
	}
	k.UsedAt = at
	if err := s.UseToken(ctx, k.ID, at); err != nil {
		t.Fatal(err)
	}
	tokens, err := s.Tokens(ctx)
	if d := cmp.Diff([]Token{k}, tokens); d != "" || err != nil {
		t.Errorf("%v %s", err, d)
	}
	if err := s.DropToken(ctx, k.ID); err != nil {
		t.Fatal(err)
	}
}

// TestAccountsDoNotWaitForALoad: a write under way holds nobody out.
func TestAccountsDoNotWaitForALoad(t *testing.T) {
	ctx := t.Context()
	s, err := Open(ctx, Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	s.writing.Lock()
	defer s.writing.Unlock()
	if _, err := s.PutAccount(ctx, Account{Login: "wang"}); err != nil {
		t.Error(err)
	}
}

// TestGivenUp: a query whose caller gave up says so, and is no failure of the store.
func TestGivenUp(t *testing.T) {
	s, err := Open(t.Context(), Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Accounts(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if err := given(ctx, "q", errors.New("INTERRUPT Error")); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
