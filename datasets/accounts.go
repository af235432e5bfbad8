package datasets

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"talentcast/analytics/fault"
)

// Account is somebody who may use the system. What it may do is for package
// access to say; here it is only kept.
type Account struct {
	ID           int64
	Login        string
	Name         string
	Roles        []string
	Department   string // of the policies of the jurisdiction; "" for none
	Jurisdiction string
	Source       string // local, oidc, ldap
	Subject      string // what the source calls it; "" for a local one
	Password     string // a hash with its parameters; "" for none
	MustChange   bool   // the password, before anything else
	Disabled     bool
	TOTP         string    // encrypted; "" for none
	TOTPStep     int64     // the last one used
	Recovery     []string  // hashes of the codes not used yet
	Failures     int       // since the last sign-in
	LockedUntil  time.Time // zero for not
	CreatedAt    time.Time
	ChangedAt    time.Time // the password
	SignedInAt   time.Time // zero for never
}

// Session is a signed-in browser. Of its secret only the hash is kept.
type Session struct {
	Hash            string
	Account         int64
	CreatedAt, Seen time.Time
	Address, Agent  string
}

// Token lets a program act for an account. Of its secret only the hash is kept.
type Token struct {
	ID        int64
	Account   int64
	Hash      string
	Name      string
	Roles     []string
	ReadOnly  bool
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    time.Time // zero for never
}

// aside runs f in a transaction of its own that does not wait for a load under
// way: it may touch nothing but accounts, sessions, tokens and the head of the audit log.
func (s *Store) aside(ctx context.Context, f func(*sql.Conn) error) error {
	s.accounting.Lock()
	defer s.accounting.Unlock()
	return s.inTransaction(ctx, f, func(*sql.Conn) {})
}

// Accounts returns every account in the order in which they were made.
func (s *Store) Accounts(ctx context.Context) ([]Account, error) {
	var out []Account
	err := s.query(ctx, "Store.Accounts", func(r *sql.Rows) error {
		var a Account
		var roles, recovery string
		var locked, signed sql.NullTime
		err := r.Scan(&a.ID, &a.Login, &a.Name, &roles, &a.Department, &a.Jurisdiction, &a.Source, &a.Subject, &a.Password, &a.MustChange,
			&a.Disabled, &a.TOTP, &a.TOTPStep, &recovery, &a.Failures, &locked, &a.CreatedAt, &a.ChangedAt, &signed)
		a.Roles, a.Recovery, a.LockedUntil, a.SignedInAt = commas(roles), commas(recovery), locked.Time, signed.Time
		out = append(out, a)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("accounts: %w", err)
	}
	return out, nil
}

// PutAccount keeps an account: a new one where its ID is 0, else in place of the
// one of the ID. It returns the ID. Fault: Conflict for a login that is taken.
func (s *Store) PutAccount(ctx context.Context, a Account) (id int64, err error) {
	err = s.aside(ctx, func(c *sql.Conn) error {
		var taken int
		if err := c.QueryRowContext(ctx, "SELECT count(*) FROM account WHERE lower(login) = lower(?) AND account_id <> ?", a.Login, a.ID).Scan(&taken); err != nil {
			return err
		}
		if taken > 0 {
			return fault.Newf(fault.Conflict, "账号“%[1]s”已经存在；请换一个名称。", "There is an account %[1]q already; choose another name.", a.Login)
		}
		rest := []any{
			a.Login, a.Name, strings.Join(a.Roles, ","), a.Department, a.Jurisdiction, a.Source, a.Subject, a.Password, a.MustChange, a.Disabled,
			a.TOTP, a.TOTPStep, strings.Join(a.Recovery, ","), a.Failures, sometime(a.LockedUntil), a.CreatedAt.UTC(), a.ChangedAt.UTC(), sometime(a.SignedInAt),
		}
		if id = a.ID; id == 0 {
			if err := c.QueryRowContext(ctx, "SELECT coalesce(max(account_id), 0) + 1 FROM account").Scan(&id); err != nil {
				return err
			}
			_, err := c.ExecContext(ctx, "INSERT INTO account VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", append([]any{id}, rest...)...)
			return err
		}
		_, err := c.ExecContext(ctx, `UPDATE account SET login = ?, name = ?, roles = ?, department = ?, jurisdiction = ?, source = ?, subject = ?, password = ?,
			must_change = ?, disabled = ?, totp = ?, totp_step = ?, recovery = ?, failures = ?, locked_until = ?, created_at = ?, changed_at = ?, signed_in_at = ?
			WHERE account_id = ?`, append(rest, id)...)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("keep account: %w", err)
	}
	return id, nil
}

// Sessions returns every session kept, whether or not it still holds.
func (s *Store) Sessions(ctx context.Context) ([]Session, error) {
	var out []Session
	err := s.query(ctx, "Store.Sessions", func(r *sql.Rows) error {
		var x Session
		err := r.Scan(&x.Hash, &x.Account, &x.CreatedAt, &x.Seen, &x.Address, &x.Agent)
		out = append(out, x)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("sessions: %w", err)
	}
	return out, nil
}

// PutSession keeps a new session.
func (s *Store) PutSession(ctx context.Context, x Session) error {
	return s.said(ctx, "keep session", "INSERT INTO session VALUES (?, ?, ?, ?, ?, ?)", x.Hash, x.Account, x.CreatedAt.UTC(), x.Seen.UTC(), x.Address, x.Agent)
}

// SeeSession keeps when a session was last used.
func (s *Store) SeeSession(ctx context.Context, hash string, at time.Time) error {
	return s.said(ctx, "see session", "UPDATE session SET seen_at = ? WHERE hash = ?", at.UTC(), hash)
}

// DropSessions forgets the sessions of the hashes.
func (s *Store) DropSessions(ctx context.Context, hashes ...string) error {
	err := s.aside(ctx, func(c *sql.Conn) error {
		for _, h := range hashes {
			if _, err := c.ExecContext(ctx, "DELETE FROM session WHERE hash = ?", h); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("drop sessions: %w", err)
	}
	return nil
}

// Tokens returns every token kept, whether or not it still holds.
func (s *Store) Tokens(ctx context.Context) ([]Token, error) {
	var out []Token
	err := s.query(ctx, "Store.Tokens", func(r *sql.Rows) error {
		var x Token
		var roles string
		var used sql.NullTime
		err := r.Scan(&x.ID, &x.Account, &x.Hash, &x.Name, &roles, &x.ReadOnly, &x.CreatedAt, &x.ExpiresAt, &used)
		x.Roles, x.UsedAt = commas(roles), used.Time
		out = append(out, x)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("tokens: %w", err)
	}
	return out, nil
}

// PutToken keeps a new token and returns its number.
func (s *Store) PutToken(ctx context.Context, x Token) (id int64, err error) {
	err = s.aside(ctx, func(c *sql.Conn) error {
		if err := c.QueryRowContext(ctx, "SELECT coalesce(max(token_id), 0) + 1 FROM token").Scan(&id); err != nil {
			return err
		}
		_, err := c.ExecContext(ctx, "INSERT INTO token VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
			id, x.Account, x.Hash, x.Name, strings.Join(x.Roles, ","), x.ReadOnly, x.CreatedAt.UTC(), x.ExpiresAt.UTC(), sometime(x.UsedAt))
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("keep token: %w", err)
	}
	return id, nil
}

// UseToken keeps when a token was last used.
func (s *Store) UseToken(ctx context.Context, id int64, at time.Time) error {
	return s.said(ctx, "use token", "UPDATE token SET used_at = ? WHERE token_id = ?", at.UTC(), id)
}

// DropToken forgets a token.
func (s *Store) DropToken(ctx context.Context, id int64) error {
	return s.said(ctx, "drop token", "DELETE FROM token WHERE token_id = ?", id)
}

// said runs one statement aside.
func (s *Store) said(ctx context.Context, what, text string, args ...any) error {
	err := s.aside(ctx, func(c *sql.Conn) error {
		_, err := c.ExecContext(ctx, text, args...)
		return err
	})
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// ForgetSignIns drops every session and token, those too that nobody remembers to
// have revoked.
func (s *Store) ForgetSignIns(ctx context.Context) error {
	err := s.aside(ctx, func(c *sql.Conn) error {
		for _, text := range []string{"DELETE FROM session", "DELETE FROM token"} {
			if _, err := c.ExecContext(ctx, text); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("forget sign-ins: %w", err)
	}
	return nil
}

// RowsOfDepartment are those of Rows that are of the department.
func (s *Store) RowsOfDepartment(ctx context.Context, policy, target, dept string, asOf time.Time, limit, offset int) ([]Row, int, error) {
	p, err := s.Policy(ctx, policy)
	if err != nil {
		return nil, 0, err
	}
	return s.rowsOf(ctx, "Store.DeptRows", limit, policy, strings.Join(p.subtree(p.Canonical(target)), ";"), asOf, limit, offset, dept)
}

func commas(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

func sometime(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC()
}
