package access

import (
	"context"
	"errors"
	"strings"
	"time"

	"talentcast/analytics/fault"
	"talentcast/datasets"
)

// Visitor is who signs in from where.
type Visitor struct {
	Address, Agent string
	Old            string // secret of the session that the new one replaces
}

// Outcome is what signing in came to: a session, or a question for a code.
type Outcome struct {
	Session string // the secret for the cookie
	Pending string // a code is asked for under this name
	Who     *Principal
}

// onceHolds is how long a password that must be changed can be used at all.
const onceHolds = 7 * 24 * time.Hour

func wrong() *fault.Error {
	return fault.New(fault.SignIn, "账号或密码不正确；请重新输入。", "The account or the password is wrong; enter them again.")
}

func wrongOld() *fault.Error {
	return fault.New(fault.SignIn, "现在的密码不正确，密码没有改动；请重新输入。", "The current password is wrong and the password was not changed; enter it again.")
}

func wrongCode() *fault.Error {
	return fault.New(fault.SignIn, "验证码不正确或已用过；请输入应用中现在显示的六位数字，或一个未用过的备用码。",
		"The code is wrong or was used; enter the six digits that the application shows now, or an unused recovery code.")
}

func disabled() *fault.Error {
	return fault.New(fault.Forbidden, "账号已停用；请联系管理员。", "The account is disabled; ask the administrator.")
}

// SignIn checks a login and its password, here or in the directory. Faults:
// SignIn when they don't fit, TooSoon after too many failures, Forbidden for a
// disabled account.
func (s *Service) SignIn(ctx context.Context, login, password string, from Visitor) (Outcome, error) {
	login = strings.TrimSpace(login)
	now := s.cfg.Now().UTC()
	if len(login) > 200 || len(password) > 4*MaxPassword {
		return Outcome{}, wrong()
	}
	if d := s.addresses.begin(BlockOf(from.Address), now); d > 0 {
		return Outcome{}, tooSoon(d)
	}
	a, known := s.account(login)
	var err error
	switch {
	case known && a.Source == sourceLocal:
		err = s.local(ctx, a, password, now)
	case s.cfg.LDAP != nil && (!known || a.Source == sourceLDAP):
		a, err = s.directory(ctx, login, password, now)
	default:
		err = s.stranger(ctx, login, password, now)
	}
	if err != nil {
		return Outcome{}, err
	}
	s.addresses.succeed(BlockOf(from.Address))
	if a.Disabled {
		return Outcome{}, disabled()
	}
	if a.TOTP != "" {
		return Outcome{Pending: s.waiting.add(a.ID, now), Who: principal(a)}, nil
	}
	return s.enter(ctx, a.ID, from)
}

// enter opens the session and notes the sign-in.
func (s *Service) enter(ctx context.Context, id int64, from Visitor) (Outcome, error) {
	err := s.change(ctx, id, func(a *datasets.Account) error {
		if a.Disabled { // meanwhile
			return disabled()
		}
		a.Failures, a.LockedUntil, a.SignedInAt = 0, time.Time{}, s.cfg.Now().UTC()
		return nil
	})
	if err != nil {
		return Outcome{}, err
	}
	key, err := s.begin(ctx, id, from)
	if err != nil {
		return Outcome{}, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return Outcome{Session: key, Who: s.principal(s.accounts[id])}, nil
}

// try counts a try of the account as failed before it is known to be, or says
// how long to wait. It returns until when it locked the account; zero if it did
// not.
func (s *Service) try(ctx context.Context, id int64, now time.Time) (locked time.Time, err error) {
	err = s.change(ctx, id, func(a *datasets.Account) error {
		if d := a.LockedUntil.Sub(now); d > 0 {
			return tooSoon(d)
		}
		a.Failures++
		if d := wait(a.Failures, freeTries); d > 0 {
			locked = now.Add(d)
			a.LockedUntil = locked
		}
		return nil
	})
	return locked, err
}

func (s *Service) local(ctx context.Context, a datasets.Account, password string, now time.Time) error {
	locked, err := s.try(ctx, a.ID, now)
	if err != nil {
		return err
	}
	var ok, current bool
	var failed error
	if err := s.hash(ctx, func() { ok, current, failed = fits(password, a.Password, s.cfg.Cost) }); err != nil {
		return err
	}
	if failed != nil || !ok {
		return errors.Join(wrong(), failed)
	}
	if a.MustChange && now.Sub(a.ChangedAt) > onceHolds {
		return fault.Newf(fault.Forbidden, "一次性密码已超过 %[1]d 天，不再有效；请找管理员重置。",
			"The one-time password is older than %[1]d days and no longer holds; ask the administrator for a new one.", int(onceHolds/(24*time.Hour)))
	}
	renewed := a.Password
	if !current { // kept at the cost of today
		if err := s.hash(ctx, func() { renewed = hashPassword(password, s.cfg.Cost) }); err != nil {
			return err
		}
	}
	return s.forgive(ctx, a, renewed, locked)
}

// forgive takes back the one failure that a try was counted as, and the lock if
// it was that try's. Others that came before or meanwhile stay until the sign-in
// is complete, lest a code be guessed for ever beside a password that is known.
// A password that was replaced while it was checked no longer counts.
func (s *Service) forgive(ctx context.Context, was datasets.Account, renewed string, locked time.Time) error {
	return s.change(ctx, was.ID, func(a *datasets.Account) error {
		if !a.ChangedAt.Equal(was.ChangedAt) {
			return wrong()
		}
		if a.Password == was.Password {
			a.Password = renewed
		}
		a.Failures = max(0, a.Failures-1)
		if !locked.IsZero() && a.LockedUntil.Equal(locked) {
			a.LockedUntil = time.Time{}
		}
		return nil
	})
}

// stranger takes as long, and waits as long, as for an account that there is.
func (s *Service) stranger(ctx context.Context, login, password string, now time.Time) error {
	if d := s.strangers.begin(strings.ToLower(login), now); d > 0 {
		return tooSoon(d)
	}
	if err := s.hash(ctx, func() { _, _, _ = fits(password, s.dummy, s.cfg.Cost) }); err != nil {
		return err
	}
	return wrong()
}

// ChangePassword changes the password of an account that knows the old one, and
// ends its other sessions and its tokens. Faults: SignIn, Invalid, TooSoon.
func (s *Service) ChangePassword(ctx context.Context, p *Principal, old, fresh, session string) error {
	a, ok := s.account(p.Login)
	if !ok || a.Source != sourceLocal {
		return fault.New(fault.Invalid, "这个账号的密码由单位的统一认证管理；请在那里修改。", "The password of this account is kept by your organisation's sign-in; change it there.")
	}
	if err := s.local(ctx, a, old, s.cfg.Now().UTC()); fault.Is(err, fault.SignIn) {
		return wrongOld()
	} else if err != nil {
		return err
	}
	if err := CheckPassword(fresh, a.Login); err != nil {
		return err
	}
	if old == fresh {
		return fault.New(fault.Invalid, "新密码与旧密码相同；请换一个。", "The new password is the old one; choose another.")
	}
	var h string
	if err := s.hash(ctx, func() { h = hashPassword(fresh, s.cfg.Cost) }); err != nil {
		return err
	}
	// The count of failures stays: codes may be among them.
	was := a.ChangedAt
	err := s.change(ctx, a.ID, func(a *datasets.Account) error {
		if !a.ChangedAt.Equal(was) { // reset meanwhile, say
			return wrong()
		}
		a.Password, a.MustChange, a.ChangedAt = h, false, s.cfg.Now().UTC()
		return nil
	})
	if err != nil {
		return err
	}
	return s.revoke(ctx, a.ID, session)
}
