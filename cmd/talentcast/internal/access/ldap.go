package access

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/go-ldap/ldap/v3"

	"talentcast/analytics/fault"
	"talentcast/datasets"
)

// LDAP says how to sign in with a directory: the service binds with its own
// account, searches who signs in, and binds as them with their password.
type LDAP struct {
	URL            string // ldaps://host, or ldap://host with StartTLS
	StartTLS       bool
	TLS            *tls.Config // nil for the system's roots
	BindDN, BindPW string
	Base           string
	Filter         string // with %s for the escaped login; empty for (uid=%s)
	Groups         string // attribute; empty for memberOf
	Name           string // attribute; empty for cn
	Department     string // attribute; empty for departmentNumber
	Roles          map[Role][]string
	Jurisdiction   string
}

const ldapTimeout = 10 * time.Second

// Check says whether the settings can be used: a password must not travel in
// clear, but on this machine.
func (l *LDAP) Check() error {
	if strings.Contains(l.URL, "@") { // before it is shown by any fault
		return fault.New(fault.Invalid, "目录地址中不能有账号和密码；请用 --ldap-bind 和 --ldap-password-file。",
			"The directory's address can't hold a name and password; use --ldap-bind and --ldap-password-file.")
	}
	u, err := url.Parse(l.URL)
	if err != nil || u.Host == "" || u.Scheme != "ldap" && u.Scheme != "ldaps" {
		return fault.Newf(fault.Invalid, "目录地址 %[1]q 无法识别；请写成 ldaps://主机。", "The directory's address %[1]q can't be read; write it as ldaps://host.", l.URL)
	}
	if ip := net.ParseIP(u.Hostname()); u.Scheme == "ldap" && !l.StartTLS && u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fault.New(fault.Invalid, "目录须经加密连接：请用 ldaps://，或加 --ldap-starttls。", "The directory needs an encrypted connection: use ldaps://, or add --ldap-starttls.")
	}
	if l.Base == "" || l.Filter != "" && strings.Count(l.Filter, "%s") != 1 {
		return fault.New(fault.Invalid, "请给出 --ldap-base，且 --ldap-filter 中恰有一个 %s。", "Give --ldap-base, and exactly one %s in --ldap-filter.")
	}
	return nil
}

// directory signs somebody in by the directory.
func (s *Service) directory(ctx context.Context, login, password string, now time.Time) (datasets.Account, error) {
	x, err := s.bound(ctx, login, password, now)
	if err != nil {
		return datasets.Account{}, err
	}
	return s.vouched(ctx, x, s.cfg.LDAP.Jurisdiction)
}

// bound is who the directory says somebody with the password is. It is asked only
// as often as for an account of our own: by what was typed, and by the entry that
// it finds, since it takes other spellings of a name for the same.
func (s *Service) bound(ctx context.Context, login, password string, now time.Time) (identity, error) {
	typed := strings.ToLower(login)
	if d := s.strangers.begin(typed, now); d > 0 {
		return identity{}, tooSoon(d)
	}
	if login == "" || password == "" { // an empty password is an anonymous bind, which succeeds
		return identity{}, wrong()
	}
	x, err := s.cfg.LDAP.ask(ctx, login, password, func(dn string) error {
		if d := s.entries.begin(strings.ToLower(dn), now); d > 0 {
			return tooSoon(d)
		}
		return nil
	})
	if err != nil {
		return identity{}, err
	}
	s.strangers.succeed(typed)
	s.entries.succeed(strings.ToLower(x.subject))
	return x, nil
}

// ask searches the login and binds as its entry, if may lets it.
func (l *LDAP) ask(ctx context.Context, login, password string, may func(dn string) error) (identity, error) {
	silent := func(err error) error {
		return fault.New(fault.Unavailable, "单位目录暂时不可用；请稍后再试，或用本地账号登录。",
			"The directory does not answer; try again later, or use a local account.").Because(err)
	}
	conn, err := l.dial(ctx)
	if err != nil {
		return identity{}, silent(err)
	}
	defer conn.Close()
	if l.BindDN != "" {
		if err := conn.Bind(l.BindDN, l.BindPW); err != nil {
			return identity{}, silent(err)
		}
	}
	entry, err := l.find(conn, login)
	switch {
	case err != nil:
		return identity{}, silent(err)
	case entry == nil:
		return identity{}, wrong()
	}
	if err := may(entry.DN); err != nil {
		return identity{}, err
	}
	if err := conn.Bind(entry.DN, password); err != nil {
		if ldap.IsErrorWithCode(err, ldap.LDAPResultInvalidCredentials) {
			return identity{}, wrong()
		}
		return identity{}, silent(err)
	}
	return identity{
		source: sourceLDAP, subject: entry.DN, login: login,
		name: entry.GetAttributeValue(or(l.Name, "cn")), department: clip(entry.GetAttributeValue(or(l.Department, "departmentNumber")), 40),
		roles: mapRoles(l.Roles, entry.GetAttributeValues(or(l.Groups, "memberOf"))),
	}, nil
}

func (l *LDAP) dial(ctx context.Context) (*ldap.Conn, error) {
	d := &net.Dialer{Timeout: ldapTimeout}
	if t, ok := ctx.Deadline(); ok {
		d.Deadline = t
	}
	conf := l.TLS
	if conf == nil {
		conf = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	if u, err := url.Parse(l.URL); err == nil && conf.ServerName == "" {
		conf = conf.Clone()
		conf.ServerName = u.Hostname()
	}
	conn, err := ldap.DialURL(l.URL, ldap.DialWithDialer(d), ldap.DialWithTLSConfig(conf))
	if err != nil {
		return nil, err
	}
	conn.SetTimeout(ldapTimeout)
	if l.StartTLS {
		if err := conn.StartTLS(conf); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
	}
	return conn, nil
}

// find searches the one entry of the login; nil when there is none.
func (l *LDAP) find(conn *ldap.Conn, login string) (*ldap.Entry, error) {
	filter := fmt.Sprintf(or(l.Filter, "(uid=%s)"), ldap.EscapeFilter(login))
	r, err := conn.Search(ldap.NewSearchRequest(l.Base, ldap.ScopeWholeSubtree, ldap.NeverDerefAliases, 2, int(ldapTimeout/time.Second), false,
		filter, []string{or(l.Groups, "memberOf"), or(l.Name, "cn"), or(l.Department, "departmentNumber")}, nil))
	if err != nil && !ldap.IsErrorWithCode(err, ldap.LDAPResultNoSuchObject) {
		return nil, err
	}
	if r == nil || len(r.Entries) != 1 { // of two with the name, neither
		return nil, nil
	}
	return r.Entries[0], nil
}

func or(s, usual string) string {
	if s == "" {
		return usual
	}
	return s
}
