package access

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"talentcast/analytics/fault"
)

// OIDC says how to sign in through an OpenID Connect provider: authorization
// code with PKCE, state and nonce. The service calls the issuer's addresses and
// no others.
type OIDC struct {
	Issuer, ClientID, ClientSecret string
	Redirect                       string // https://host/signin/return
	Groups                         string // claim with the groups; empty for "groups"
	Department                     string // claim with the department; empty for "department"
	Roles                          map[Role][]string
	Jurisdiction                   string
	HTTP                           *http.Client // nil for one with a timeout
}

// oidcFlows are the sign-ins that are under way at the provider.
type oidcFlows struct {
	mu       sync.Mutex
	provider *oidc.Provider
	open     map[string]oidcFlow // by state
}

type oidcFlow struct {
	nonce, verifier, next string
	until                 time.Time
}

const (
	oidcMinutes = 10
	oidcMost    = 1000
)

// HasOIDC reports whether one can sign in through a provider.
func (s *Service) HasOIDC() bool { return s.cfg.OIDC != nil }

func oidcUnavailable(err error) error {
	return fault.New(fault.Unavailable, "统一认证暂时不可用；请稍后再试，或用本地账号登录。",
		"Your organisation's sign-in does not answer; try again later, or use a local account.").Because(err)
}

// provider is the issuer as it describes itself; asked once, and again until it
// answers.
func (s *Service) provider(ctx context.Context) (*oidc.Provider, *oauth2.Config, context.Context, error) {
	c := s.cfg.OIDC
	if c == nil {
		return nil, nil, nil, fault.New(fault.NotFound, "没有设置统一认证；请用本地账号登录。", "No provider is set up; use a local account.")
	}
	client := c.HTTP
	if client == nil {
		client = &http.Client{Timeout: 15 * time.Second}
	}
	ctx = oidc.ClientContext(ctx, client)
	s.oidc.mu.Lock()
	p := s.oidc.provider
	s.oidc.mu.Unlock()
	if p == nil {
		var err error
		// The keys are fetched later too, so the request's end must not end them.
		if p, err = oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), client), c.Issuer); err != nil {
			return nil, nil, nil, oidcUnavailable(err)
		}
		s.oidc.mu.Lock()
		s.oidc.provider = p
		s.oidc.mu.Unlock()
	}
	return p, &oauth2.Config{
		ClientID: c.ClientID, ClientSecret: c.ClientSecret, RedirectURL: c.Redirect, Endpoint: p.Endpoint(),
		Scopes: []string{oidc.ScopeOpenID, "profile", "email", "groups"},
	}, ctx, nil
}

// BeginOIDC returns the provider's address to go to, and the state that must come
// back in the same browser. next is where to go then.
func (s *Service) BeginOIDC(ctx context.Context, next string) (address, state string, err error) {
	_, conf, _, err := s.provider(ctx)
	if err != nil {
		return "", "", err
	}
	now := s.cfg.Now()
	f := oidcFlow{nonce: secret(24), verifier: oauth2.GenerateVerifier(), next: next, until: now.Add(oidcMinutes * time.Minute)}
	state = secret(24)
	s.oidc.mu.Lock()
	defer s.oidc.mu.Unlock()
	if s.oidc.open == nil {
		s.oidc.open = map[string]oidcFlow{}
	}
	for k, x := range s.oidc.open {
		if now.After(x.until) || len(s.oidc.open) >= oidcMost {
			delete(s.oidc.open, k)
		}
	}
	s.oidc.open[state] = f
	return conf.AuthCodeURL(state, oidc.Nonce(f.nonce), oauth2.S256ChallengeOption(f.verifier)), state, nil
}

// EndOIDC takes what came back. Faults: SignIn, Forbidden, Conflict, Unavailable.
func (s *Service) EndOIDC(ctx context.Context, state, kept, code string, from Visitor) (Outcome, string, error) {
	s.oidc.mu.Lock()
	f, ok := s.oidc.open[state]
	delete(s.oidc.open, state) // whatever comes of it, once
	s.oidc.mu.Unlock()
	if !ok || state == "" || state != kept || s.cfg.Now().After(f.until) || code == "" {
		return Outcome{}, "", fault.New(fault.SignIn, "统一认证的登录已过期，或不是从本浏览器发起；请从头登录。", "This sign-in has run out or began in another browser; begin again.")
	}
	x, err := s.identify(ctx, f, code)
	if err != nil {
		return Outcome{}, "", err
	}
	a, err := s.vouched(ctx, x, s.cfg.OIDC.Jurisdiction)
	if err != nil {
		return Outcome{}, "", err
	}
	if a.Disabled {
		return Outcome{}, "", disabled()
	}
	out, err := s.enter(ctx, a.ID, from)
	return out, f.next, err
}

// identify exchanges the code and reads the identity that the provider signed.
func (s *Service) identify(ctx context.Context, f oidcFlow, code string) (identity, error) {
	p, conf, ctx, err := s.provider(ctx)
	if err != nil {
		return identity{}, err
	}
	tok, err := conf.Exchange(ctx, code, oauth2.VerifierOption(f.verifier))
	if err != nil {
		return identity{}, oidcUnavailable(err)
	}
	raw, _ := tok.Extra("id_token").(string)
	id, err := p.Verifier(&oidc.Config{ClientID: conf.ClientID, Now: s.cfg.Now}).Verify(ctx, raw)
	if err != nil {
		return identity{}, wrongIdentity(err)
	}
	if id.Nonce != f.nonce {
		return identity{}, wrongIdentity(fmt.Errorf("the nonce is another"))
	}
	var claims map[string]any
	if err := id.Claims(&claims); err != nil {
		return identity{}, wrongIdentity(err)
	}
	c := s.cfg.OIDC
	text := func(k string) string { v, _ := claims[k].(string); return v }
	x := identity{
		source: sourceOIDC, subject: id.Issuer + " " + id.Subject, login: clip(cmp.Or(text("preferred_username"), text("email"), id.Subject), 64),
		name: text("name"), department: clip(text(cmp.Or(c.Department, "department")), 40),
	}
	var groups []string
	switch v := claims[cmp.Or(c.Groups, "groups")].(type) {
	case string:
		groups = []string{v}
	case []any:
		for _, g := range v {
			if t, ok := g.(string); ok {
				groups = append(groups, t)
			}
		}
	}
	x.roles = mapRoles(c.Roles, groups)
	return x, nil
}

func wrongIdentity(err error) error {
	return fault.New(fault.SignIn, "统一认证返回的身份不可信；请从头登录，仍不行请联系管理员。",
		"The identity that came back can't be trusted; begin again, and if that fails too, ask the administrator.").Because(err)
}
