package access

import (
	"cmp"
	"context"
	"slices"
	"time"

	"talentcast/datasets"
)

// session is a session with when it was last written to the store, and when its
// account was last shown to be who it is.
type session struct {
	datasets.Session
	kept, proved time.Time
}

// keepSeen is how much of a session's last use may be lost when the service
// stops without warning.
const keepSeen = time.Minute

// begin opens a session for the account and returns its secret. Whoever was
// signed in with the old secret no longer is.
func (s *Service) begin(ctx context.Context, account int64, from Visitor) (string, error) {
	key := secret(32)
	now := s.cfg.Now().UTC()
	x := datasets.Session{Hash: hashed(key), Account: account, CreatedAt: now, Seen: now, Address: from.Address, Agent: clip(from.Agent, 200)}
	if err := s.cfg.Store.PutSession(ctx, x); err != nil {
		return "", err
	}
	s.mu.Lock()
	s.sessions[x.Hash] = &session{Session: x, kept: now, proved: now}
	s.mu.Unlock()
	if from.Old != "" {
		if err := s.SignOut(ctx, from.Old); err != nil {
			return "", err
		}
	}
	return key, nil
}

// Of is who holds the session of the secret, and nil when it does not hold (any
// more): idle or open for too long, ended, the account disabled.
func (s *Service) Of(ctx context.Context, key string) (*Principal, error) {
	if key == "" {
		return nil, nil
	}
	h, now := hashed(key), s.cfg.Now().UTC()
	s.mu.Lock()
	x := s.sessions[h]
	if x == nil {
		s.mu.Unlock()
		return nil, nil
	}
	a, ok := s.accounts[x.Account]
	if !ok || a.Disabled || !s.holds(x, now) {
		delete(s.sessions, h)
		s.mu.Unlock()
		s.waiting.dropSetups(h)
		return nil, s.cfg.Store.DropSessions(context.WithoutCancel(ctx), h)
	}
	x.Seen = now
	late := now.Sub(x.kept) >= keepSeen
	if late {
		x.kept = now
	}
	s.mu.Unlock()
	if late {
		return s.principal(a), s.cfg.Store.SeeSession(context.WithoutCancel(ctx), h, now)
	}
	return s.principal(a), nil
}

func (s *Service) holds(x *session, now time.Time) bool {
	return now.Sub(x.Seen) < s.cfg.Idle && now.Sub(x.CreatedAt) < s.cfg.Longest
}

// SignOut ends the session of the secret.
func (s *Service) SignOut(ctx context.Context, key string) error {
	return s.end(ctx, func(x *session) bool { return x.Hash == hashed(key) })
}

// SignOutEverywhere ends every session of the account but that of the secret,
// which may be empty.
func (s *Service) SignOutEverywhere(ctx context.Context, account int64, but string) error {
	return s.end(ctx, func(x *session) bool { return x.Account == account && (but == "" || x.Hash != hashed(but)) })
}

// sweep ends the sessions that no longer hold.
func (s *Service) sweep(ctx context.Context) error {
	now := s.cfg.Now().UTC()
	return s.end(ctx, func(x *session) bool { return !s.holds(x, now) })
}

func (s *Service) end(ctx context.Context, which func(*session) bool) error {
	var gone []string
	s.mu.Lock()
	for h, x := range s.sessions {
		if which(x) {
			gone = append(gone, h)
			delete(s.sessions, h)
		}
	}
	s.mu.Unlock()
	if len(gone) == 0 {
		return nil
	}
	s.waiting.dropSetups(gone...)
	return s.cfg.Store.DropSessions(context.WithoutCancel(ctx), gone...)
}

// OpenSession is a session as its account sees it.
type OpenSession struct {
	CreatedAt, Seen time.Time
	Address, Agent  string
	This            bool
}

// Sessions lists the open sessions of the account, the newest first.
func (s *Service) Sessions(account int64, this string) []OpenSession {
	now := s.cfg.Now().UTC()
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []OpenSession
	for h, x := range s.sessions {
		if x.Account == account && s.holds(x, now) {
			out = append(out, OpenSession{x.CreatedAt, x.Seen, x.Address, x.Agent, h == hashed(this)})
		}
	}
	slices.SortFunc(out, func(a, b OpenSession) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(a.Address, b.Address))
	})
	return out
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
