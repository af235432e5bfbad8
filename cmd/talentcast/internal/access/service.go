package access

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"talentcast/analytics/fault"
	"talentcast/datasets"
)

// Config says where accounts are kept and how signing in goes. Store and Key
// must be set.
type Config struct {
	Store *datasets.Store
	Key   []byte           // that lies beside the database, 16 bytes at least
	Now   func() time.Time // nil stands for time.Now
	Cost  Cost             // of hashing a password
	// Idle and Longest end a session: unused for so long, and in any case. Zero
	// stands for 30 minutes and 12 hours.
	Idle, Longest time.Duration
	OIDC          *OIDC // nil for none
	LDAP          *LDAP // nil for none
	// RequireCodes are the roles whose accounts must give codes, where their
	// password is typed here.
	RequireCodes []Role
}

// Service knows every account. It alone changes them while the store is open, so
// what it remembers is what is kept. It is safe for concurrent use.
type Service struct {
	cfg     Config
	keys    keys
	dummy   string // a hash that no password has
	hashing chan struct{}

	changing sync.Mutex // one change of accounts at a time
	mu       sync.RWMutex
	accounts map[int64]datasets.Account
	sessions map[string]*session // by hash
	tokens   map[string]*datasets.Token

	addresses, strangers, entries *tries // entries of the directory, by DN

	waiting pending
	oidc    oidcFlows
}

// New reads the accounts.
func New(ctx context.Context, cfg Config) (*Service, error) {
	if cfg.Store == nil {
		return nil, errors.New("access: Store must be set")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Idle <= 0 {
		cfg.Idle = 30 * time.Minute
	}
	if cfg.Longest <= 0 {
		cfg.Longest = 12 * time.Hour
	}
	cfg.Cost = cfg.Cost.orUsual()
	k, err := deriveKeys(cfg.Key)
	if err != nil {
		return nil, err
	}
	s := &Service{
		cfg: cfg, keys: k, dummy: hashPassword(secret(16), cfg.Cost), hashing: make(chan struct{}, 2),
		accounts: map[int64]datasets.Account{}, sessions: map[string]*session{}, tokens: map[string]*datasets.Token{},
		addresses: newTries(freeAddressTries), strangers: newTries(freeTries), entries: newTries(freeTries),
	}
	accounts, err := cfg.Store.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range accounts {
		s.accounts[a.ID] = a
	}
	sessions, err := cfg.Store.Sessions(ctx)
	if err != nil {
		return nil, err
	}
	for _, x := range sessions {
		s.sessions[x.Hash] = &session{Session: x, kept: x.Seen, proved: x.CreatedAt}
	}
	tokens, err := cfg.Store.Tokens(ctx)
	if err != nil {
		return nil, err
	}
	for _, x := range tokens {
		s.tokens[x.Hash] = &x
	}
	return s, s.sweep(ctx)
}

// Required reports whether one must sign in: there is an account, whatever it may
// do. Accounts are never taken away, so what once was required stays so, even
// when nobody is left who could administer.
func (s *Service) Required() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.accounts) > 0
}

// Administered reports whether there is an administrator who is not shut out.
func (s *Service) Administered() bool { return s.administrators() > 0 }

func isAdministrator(a datasets.Account) bool {
	if a.Disabled {
		return false
	}
	for _, r := range a.Roles {
		if Role(r) == Administrator {
			return true
		}
	}
	return false
}

// account returns the account of the login, whatever its case.
func (s *Service) account(login string) (datasets.Account, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, a := range s.accounts {
		if strings.EqualFold(a.Login, login) {
			return a, true
		}
	}
	return datasets.Account{}, false
}

// Knows is the login as the account has it; "" where there is none.
func (s *Service) Knows(login string) string {
	a, _ := s.account(strings.TrimSpace(login))
	return a.Login
}

// OfPending is the login of a sign-in that still owes its code.
func (s *Service) OfPending(name string) string {
	s.waiting.mu.Lock()
	x := s.waiting.codes[name]
	s.waiting.mu.Unlock()
	if x == nil {
		return ""
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.accounts[x.account].Login
}

// Local reports whether the account's password is kept here.
func (s *Service) Local(p *Principal) bool {
	a, ok := s.account(p.Login)
	return ok && a.Source == sourceLocal
}

// PlaceOf is the jurisdiction of the account of the login; "" where there is none.
func (s *Service) PlaceOf(login string) string {
	a, _ := s.account(strings.TrimSpace(login))
	return a.Jurisdiction
}

// DepartmentOf is the department of the account of the login; "" for none.
func (s *Service) DepartmentOf(login string) string {
	a, _ := s.account(login)
	return a.Department
}

// change alters an account as f says and keeps it.
func (s *Service) change(ctx context.Context, id int64, f func(*datasets.Account) error) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	s.mu.RLock()
	a, ok := s.accounts[id]
	s.mu.RUnlock()
	if !ok {
		return noAccount(fmt.Sprint(id))
	}
	if err := f(&a); err != nil {
		return err
	}
	if _, err := s.cfg.Store.PutAccount(context.WithoutCancel(ctx), a); err != nil {
		return err
	}
	s.mu.Lock()
	s.accounts[id] = a
	s.mu.Unlock()
	return nil
}

func noAccount(name string) *fault.Error {
	return fault.Newf(fault.NotFound, "没有账号“%[1]s”；请在用户列表中查看。", "There is no account %[1]q; see the list of users.", name)
}

// principal is who the account is.
func principal(a datasets.Account) *Principal {
	p := &Principal{
		Account: a.ID, Login: a.Login, Name: a.Name, Department: a.Department, Jurisdiction: a.Jurisdiction, MustChange: a.MustChange,
	}
	for _, r := range a.Roles {
		p.Roles = append(p.Roles, Role(r))
	}
	return p
}

// principal is who the account is in a browser, with what it owes.
func (s *Service) principal(a datasets.Account) *Principal {
	p := principal(a)
	p.MustCode = a.TOTP == "" && a.Source != sourceOIDC && slices.ContainsFunc(p.Roles, func(r Role) bool { return slices.Contains(s.cfg.RequireCodes, r) })
	return p
}

// hash works out or checks a password; two at a time, since each takes memory.
func (s *Service) hash(ctx context.Context, f func()) error {
	select {
	case s.hashing <- struct{}{}:
		defer func() { <-s.hashing }()
		f()
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
