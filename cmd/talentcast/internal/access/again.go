package access

import (
	"context"
	"time"

	"talentcast/analytics/fault"
)

// freshFor is how long after the password was typed it is not asked for again.
const freshFor = 15 * time.Minute

// Fresh reports whether whoever holds the session of the secret typed the password
// a short while ago: a browser left open is then not enough for what is sensitive.
func (s *Service) Fresh(session string) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	x := s.sessions[hashed(session)]
	return x != nil && s.cfg.Now().Sub(x.proved) < freshFor
}

// Again wants the password of the account once more, unless the session is fresh,
// and makes it so. Faults: Invalid without one, else as SignIn.
func (s *Service) Again(ctx context.Context, p *Principal, session, password string) error {
	if s.Fresh(session) {
		return nil
	}
	if err := s.prove(ctx, p, password); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if x := s.sessions[hashed(session)]; x != nil {
		x.proved = s.cfg.Now().UTC()
	}
	return nil
}

// prove checks the account's own password, here or in the directory, with the
// locks of signing in.
func (s *Service) prove(ctx context.Context, p *Principal, password string) error {
	now := s.cfg.Now().UTC()
	a, ok := s.account(p.Login)
	switch {
	case !ok || a.Source == sourceOIDC:
		return fault.New(fault.SignIn, "登录已久；请退出，经统一认证重新登录后再做这一步。",
			"This sign-in is old; sign out, sign in anew through your organisation, and do this then.")
	case password == "":
		return fault.New(fault.Invalid, "请在表单中输入你自己的密码再提交。", "Enter your own password in the form and send it again.")
	case len(password) > 4*MaxPassword:
		return wrong()
	case a.Source == sourceLocal:
		return s.local(ctx, a, password, now)
	case s.cfg.LDAP == nil:
		return fault.New(fault.Unavailable, "单位目录已不再使用，无法核对密码；请找管理员另建本地账号。",
			"The directory is no longer set up, and the password can't be checked; ask the administrator for a local account.")
	}
	x, err := s.bound(ctx, a.Login, password, now)
	if err == nil && x.subject != a.Subject {
		return wrong()
	}
	return err
}

// TypesPassword reports whether the account's password is typed here, whoever
// keeps it, and not at a provider's page.
func (s *Service) TypesPassword(p *Principal) bool {
	a, ok := s.account(p.Login)
	return ok && a.Source != sourceOIDC
}
