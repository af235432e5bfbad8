package access

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"talentcast/analytics/fault"
	"talentcast/datasets"
)

// LongestToken is for how many days a token may hold.
const LongestToken = 366

// tokenMark begins every token, so that one that lies about is known for what it is.
const tokenMark = "tcast_"

// AddToken makes a token for the account with some of its roles, and returns its
// secret, which is shown this once. Fault: Invalid.
func (s *Service) AddToken(ctx context.Context, p *Principal, name string, roles []Role, readOnly bool, days int) (string, error) {
	name = strings.TrimSpace(name)
	if name == "" || len([]rune(name)) > 60 {
		return "", fault.New(fault.Invalid, "请给令牌起一个 60 字以内的名称，说明给哪个程序用。", "Give the token a name of up to 60 characters that says which program uses it.")
	}
	if days < 1 || days > LongestToken {
		return "", fault.Newf(fault.Invalid, "令牌的有效期为 1 到 %[1]d 天；请重新填写。", "A token holds for 1 to %[1]d days; choose anew.", LongestToken)
	}
	var kept []string
	for _, r := range roles {
		if !slices.Contains(p.Roles, r) || r == Administrator {
			return "", fault.New(fault.Invalid, "令牌只能有账号自己的角色，且不能有管理员角色；请重新选择。", "A token has only roles of its account, and not that of the administrator; choose anew.")
		}
		kept = append(kept, string(r))
	}
	if len(kept) == 0 {
		return "", fault.New(fault.Invalid, "请为令牌至少选择一个角色。", "Choose at least one role for the token.")
	}
	now := s.cfg.Now().UTC()
	key := tokenMark + secret(32)
	x := datasets.Token{Account: p.Account, Hash: hashed(key), Name: name, Roles: kept, ReadOnly: readOnly, CreatedAt: now, ExpiresAt: now.AddDate(0, 0, days)}
	var err error
	if x.ID, err = s.cfg.Store.PutToken(ctx, x); err != nil {
		return "", err
	}
	s.mu.Lock()
	s.tokens[x.Hash] = &x
	s.mu.Unlock()
	return key, nil
}

// OfToken is who acts with the token, and nil when it does not hold.
func (s *Service) OfToken(ctx context.Context, key string) (*Principal, error) {
	now := s.cfg.Now().UTC()
	s.mu.Lock()
	x := s.tokens[hashed(key)]
	if x == nil || !now.Before(x.ExpiresAt) {
		s.mu.Unlock()
		return nil, nil
	}
	a, ok := s.accounts[x.Account]
	if !ok || a.Disabled || a.MustChange {
		s.mu.Unlock()
		return nil, nil
	}
	p := principal(a)
	p.Token, p.ReadOnly = true, x.ReadOnly
	p.Roles = slices.DeleteFunc(p.Roles, func(r Role) bool { return !slices.Contains(x.Roles, string(r)) })
	late := now.Sub(x.UsedAt) > time.Hour
	if late {
		x.UsedAt = now
	}
	id := x.ID
	s.mu.Unlock()
	if late {
		return p, s.cfg.Store.UseToken(context.WithoutCancel(ctx), id, now)
	}
	return p, nil
}

// Tokens lists the tokens of the account, the newest first.
func (s *Service) Tokens(account int64) []datasets.Token {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []datasets.Token
	for _, x := range s.tokens {
		if x.Account == account {
			t := *x
			t.Hash = ""
			out = append(out, t)
		}
	}
	slices.SortFunc(out, func(a, b datasets.Token) int { return cmp.Compare(b.ID, a.ID) })
	return out
}

// DropToken ends a token of the account. Fault: NotFound.
func (s *Service) DropToken(ctx context.Context, account, id int64) error {
	s.mu.Lock()
	found := false
	for h, x := range s.tokens {
		if x.ID == id && x.Account == account {
			delete(s.tokens, h)
			found = true
		}
	}
	s.mu.Unlock()
	if !found {
		return fault.New(fault.NotFound, "没有这个令牌；可能已经删除，请刷新页面。", "There is no such token; it may be deleted, reload the page.")
	}
	return s.cfg.Store.DropToken(context.WithoutCancel(ctx), id)
}

// revoke ends all by which an account is in, but the session of the secret, which
// may be empty: sessions, sign-ins that owe a code, tokens. Whoever took the
// account over may have made any of them.
func (s *Service) revoke(ctx context.Context, account int64, but string) error {
	s.waiting.dropOf(account)
	err := s.SignOutEverywhere(ctx, account, but)
	for _, x := range s.Tokens(account) {
		err = errors.Join(err, s.DropToken(ctx, account, x.ID))
	}
	return err
}
