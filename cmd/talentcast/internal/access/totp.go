package access

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"image/png"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"talentcast/analytics/fault"
	"talentcast/datasets"
)

const (
	codeStep    = 30 * time.Second
	codeMinutes = 5 // that a question for a code stays open
	codeTries   = 5
	recoveries  = 10
)

// pending are the sign-ins whose password fitted and that still owe a code, and
// the secrets that are being set up.
type pending struct {
	mu     sync.Mutex
	codes  map[string]*owed
	setups map[string]*otp.Key // by hash of the session, so that another of the account knows none
}

type owed struct {
	account int64
	until   time.Time
	tries   int
}

func (p *pending) add(account int64, now time.Time) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.codes == nil {
		p.codes = map[string]*owed{}
	}
	for k, x := range p.codes {
		if now.After(x.until) {
			delete(p.codes, k)
		}
	}
	name := secret(24)
	p.codes[name] = &owed{account: account, until: now.Add(codeMinutes * time.Minute)}
	return name
}

// take counts a try and returns whose it is; false when it is over.
func (p *pending) take(name string, now time.Time) (int64, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	x := p.codes[name]
	if x == nil || now.After(x.until) || x.tries >= codeTries {
		delete(p.codes, name)
		return 0, false
	}
	x.tries++
	return x.account, true
}

func (p *pending) drop(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.codes, name)
}

// dropOf forgets what the account has begun.
func (p *pending) dropOf(account int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	maps.DeleteFunc(p.codes, func(_ string, x *owed) bool { return x.account == account })
}

// dropSetups forgets what was being set up in the sessions of the hashes.
func (p *pending) dropSetups(hashes ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, h := range hashes {
		delete(p.setups, h)
	}
}

// SignInCode completes a sign-in with a code of the application or a recovery
// code. Faults: SignIn, TooSoon.
func (s *Service) SignInCode(ctx context.Context, name, code string, from Visitor) (Outcome, error) {
	now := s.cfg.Now().UTC()
	id, ok := s.waiting.take(name, now)
	if !ok {
		return Outcome{}, fault.New(fault.SignIn, "登录已过期，请从头登录。", "This sign-in has run out; begin again.")
	}
	if _, err := s.try(ctx, id, now); err != nil {
		return Outcome{}, err
	}
	if err := s.useCode(ctx, id, code, now); err != nil {
		return Outcome{Pending: name}, err
	}
	s.waiting.drop(name)
	return s.enter(ctx, id, from)
}

// useCode takes a code once.
func (s *Service) useCode(ctx context.Context, id int64, code string, now time.Time) error {
	code = strings.ToLower(strings.NewReplacer(" ", "", "-", "").Replace(code))
	return s.change(ctx, id, func(a *datasets.Account) error {
		if a.Disabled {
			return disabled()
		}
		key, err := s.keys.openFor(a.ID, a.TOTP)
		if err != nil {
			return err
		}
		if step, ok := stepOf(key, code, now); ok && step > a.TOTPStep {
			a.TOTPStep = step
			return nil
		}
		h := mac(s.keys.code, code)
		for i, x := range a.Recovery {
			if hmac.Equal([]byte(x), []byte(h)) {
				a.Recovery = slices.Delete(slices.Clone(a.Recovery), i, i+1)
				return nil
			}
		}
		return wrongCode()
	})
}

// stepOf is the step of time that a code is of: this one, or one beside it where
// clocks differ.
func stepOf(key, code string, now time.Time) (int64, bool) {
	for _, d := range []time.Duration{0, -codeStep, codeStep} {
		t := now.Add(d)
		want, err := totp.GenerateCode(key, t)
		if err == nil && hmac.Equal([]byte(want), []byte(code)) {
			return t.Unix() / int64(codeStep/time.Second), true
		}
	}
	return 0, false
}

// Setup is a secret that is being set up.
type Setup struct {
	Secret string // to be typed into the application
	key    *otp.Key
}

// mayBegin refuses to set codes up where they are on: whoever only holds a session
// would put their own in place. Those who sign in at a provider's page give their
// code there.
func mayBegin(a datasets.Account) error {
	switch {
	case a.Source == sourceOIDC:
		return fault.New(fault.Invalid, "这个账号经统一认证登录；请在那里启用验证码。", "This account signs in through your organisation; turn codes on there.")
	case a.TOTP != "":
		return fault.New(fault.Conflict, "登录验证码已经启用；要换手机或重新设置，请先停用（须输入密码和验证码）。",
			"Codes at sign-in are on already; to set them up anew, turn them off first, with the password and a code.")
	}
	return nil
}

// BeginCode returns the secret that the account may set up in the session, the
// same one until it is confirmed or the session ends. Faults: Conflict when codes are on,
// Invalid where they are not given here.
func (s *Service) BeginCode(p *Principal, session string) (Setup, error) {
	a, _ := s.account(p.Login)
	if err := mayBegin(a); err != nil {
		return Setup{}, err
	}
	s.waiting.mu.Lock()
	defer s.waiting.mu.Unlock()
	if s.waiting.setups == nil {
		s.waiting.setups = map[string]*otp.Key{}
	}
	k := s.waiting.setups[hashed(session)]
	if k == nil {
		var err error
		if k, err = totp.Generate(totp.GenerateOpts{Issuer: "talentcast", AccountName: p.Login, SecretSize: 20}); err != nil {
			return Setup{}, fmt.Errorf("set up a code: %w", err)
		}
		s.waiting.setups[hashed(session)] = k
	}
	return Setup{Secret: k.Secret(), key: k}, nil
}

// PNG is the secret as a picture for the application to read.
func (x Setup) PNG() ([]byte, error) {
	img, err := x.key.Image(240, 240)
	if err != nil {
		return nil, fmt.Errorf("draw a code: %w", err)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, fmt.Errorf("draw a code: %w", err)
	}
	return b.Bytes(), nil
}

// ConfirmCode turns codes on for whoever knows the password, once the application
// shows the right code, and returns the recovery codes, which are shown this once.
// Faults: as BeginCode and SignIn, Invalid for a wrong code.
func (s *Service) ConfirmCode(ctx context.Context, p *Principal, session, password, code string) ([]string, error) {
	x, err := s.BeginCode(p, session)
	if err != nil {
		return nil, err
	}
	if err := s.prove(ctx, p, password); err != nil {
		return nil, err
	}
	now := s.cfg.Now().UTC()
	step, ok := stepOf(x.Secret, strings.ReplaceAll(code, " ", ""), now)
	if !ok {
		return nil, fault.New(fault.Invalid, "验证码不正确；请确认手机时间准确，再输入应用中现在显示的六位数字。",
			"The code is wrong; see that the telephone's clock is right, then enter the six digits that the application shows now.")
	}
	var codes, hashes []string
	for range recoveries {
		b := make([]byte, 10)
		_, _ = rand.Read(b) // never fails
		c := strings.ToLower(base32.StdEncoding.EncodeToString(b))
		hashes = append(hashes, mac(s.keys.code, c))
		codes = append(codes, c[:4]+"-"+c[4:8]+"-"+c[8:12]+"-"+c[12:])
	}
	sealed, err := s.keys.sealFor(p.Account, x.Secret)
	if err != nil {
		return nil, err
	}
	err = s.change(ctx, p.Account, func(a *datasets.Account) error {
		if err := mayBegin(*a); err != nil { // meanwhile
			return err
		}
		a.TOTP, a.TOTPStep, a.Recovery = sealed, step, hashes
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.waiting.dropSetups(hashed(session))
	return codes, nil
}

// CodeOff turns codes off for an account that knows its password and can still
// give one.
func (s *Service) CodeOff(ctx context.Context, p *Principal, password, code string) error {
	if on, _ := s.HasCode(p); !on {
		return fault.New(fault.Invalid, "登录验证码没有启用。", "Codes at sign-in are not turned on.")
	}
	if err := s.prove(ctx, p, password); err != nil {
		return err
	}
	now := s.cfg.Now().UTC()
	if _, err := s.try(ctx, p.Account, now); err != nil {
		return err
	}
	if err := s.useCode(ctx, p.Account, code, now); err != nil {
		return err
	}
	return s.change(ctx, p.Account, func(a *datasets.Account) error {
		a.TOTP, a.TOTPStep, a.Recovery, a.Failures, a.LockedUntil = "", 0, nil, 0, time.Time{}
		return nil
	})
}

// HasCode reports whether the account gives a code when it signs in, and how
// many recovery codes are left.
func (s *Service) HasCode(p *Principal) (on bool, left int) {
	a, _ := s.account(p.Login)
	return a.TOTP != "", len(a.Recovery)
}
