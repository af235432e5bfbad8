package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/access"
	"talentcast/datasets"
)

// guarding is how the service keeps itself: who comes in, through what, and how
// long is remembered who did what.
type guarding struct {
	cert, key     string
	proxies       []string
	idle, longest time.Duration
	auditKeep     int      // days
	perAddress    int      // connections
	codes         []string // roles

	oidc     access.OIDC
	oidcFile string
	ldap     access.LDAP
	ldapFile string
	oidcRole []string
	ldapRole []string
}

func (g *guarding) flags(f *pflag.FlagSet) {
	f.StringVar(&g.cert, "tls-cert", "", "certificate file, to speak TLS without a proxy")
	f.StringVar(&g.key, "tls-key", "", "key file of the certificate")
	f.StringSliceVar(&g.proxies, "trusted-proxies", nil, "addresses or networks of proxies whose X-Forwarded-For is believed")
	f.DurationVar(&g.idle, "session-idle", 30*time.Minute, "an unused session ends after this")
	f.DurationVar(&g.longest, "session-longest", 12*time.Hour, "a session ends after this in any case")
	f.IntVar(&g.auditKeep, "audit-keep", 400, "days for which audit entries are kept, 180 at least; 0 for ever")
	f.IntVar(&g.perAddress, "limit-connections", 256, "open connections of one address; trusted proxies may have any number")
	f.StringSliceVar(&g.codes, "require-codes", nil, "roles whose accounts must give a code at sign-in and set it up right after the password, such as administrator; repeated, or several with commas; none without it")
	f.StringVar(&g.oidc.Issuer, "oidc-issuer", "", "OpenID Connect provider to sign in with")
	f.StringVar(&g.oidc.ClientID, "oidc-client", "", "client id at the provider")
	f.StringVar(&g.oidc.ClientSecret, "oidc-secret", "", "client secret; better from the environment or --oidc-secret-file")
	f.StringVar(&g.oidcFile, "oidc-secret-file", "", "file with the client secret")
	f.StringVar(&g.oidc.Redirect, "oidc-redirect", "", "address of this service's /signin/return, as people reach it")
	f.StringVar(&g.oidc.Groups, "oidc-groups", "groups", "claim with the groups")
	f.StringVar(&g.oidc.Department, "oidc-department", "department", "claim with the department's id")
	f.StringArrayVar(&g.oidcRole, "oidc-role", nil, "ROLE=GROUP: members of the group have the role; repeated, or several with semicolons")
	f.StringVar(&g.ldap.URL, "ldap-url", "", "directory to sign in with, ldaps://host")
	f.BoolVar(&g.ldap.StartTLS, "ldap-starttls", false, "encrypt an ldap:// connection")
	f.StringVar(&g.ldap.BindDN, "ldap-bind", "", "DN that searches the directory")
	f.StringVar(&g.ldap.BindPW, "ldap-password", "", "its password; better from the environment or --ldap-password-file")
	f.StringVar(&g.ldapFile, "ldap-password-file", "", "file with the password")
	f.StringVar(&g.ldap.Base, "ldap-base", "", "DN below which people are")
	f.StringVar(&g.ldap.Filter, "ldap-filter", "(uid=%s)", "filter that finds one person by the name typed")
	f.StringVar(&g.ldap.Groups, "ldap-groups", "memberOf", "attribute with the groups")
	f.StringVar(&g.ldap.Department, "ldap-department", "departmentNumber", "attribute with the department's id")
	f.StringArrayVar(&g.ldapRole, "ldap-role", nil, "ROLE=GROUP: members of the group have the role; repeated, or several with semicolons")
}

// check says what of the settings can't be used, before anything is opened.
func (g *guarding) check(addr string) error {
	if _, _, err := net.SplitHostPort(addr); err != nil {
		return fault.Newf(fault.Invalid, "监听地址 %[1]q 无法识别；请写成 127.0.0.1:8555。", "The address %[1]q can't be read; write it as 127.0.0.1:8555.", addr)
	}
	if (g.cert == "") != (g.key == "") {
		return fault.New(fault.Invalid, "--tls-cert 与 --tls-key 须同时给出。", "--tls-cert and --tls-key go together.")
	}
	if g.idle < time.Minute || g.longest < g.idle || g.longest > 7*24*time.Hour {
		return fault.New(fault.Invalid, "--session-idle 至少 1 分钟，--session-longest 不短于它且不超过 7 天（168h）。", "--session-idle is a minute at least, and --session-longest no shorter and no longer than 7 days (168h).")
	}
	for _, r := range g.codes {
		if !slices.Contains(access.Roles(), access.Role(r)) {
			return fault.Newf(fault.Invalid, "--require-codes 中没有角色 %[1]q；角色有：%[2]v。", "There is no role %[1]q for --require-codes; the roles are %[2]v.", r, access.Roles())
		}
	}
	return nil
}

// settle reads the secrets and tables of roles.
func (g *guarding) settle() (*access.OIDC, *access.LDAP, error) {
	var err error
	if g.oidc.ClientSecret, err = secretOf(g.oidc.ClientSecret, g.oidcFile); err != nil {
		return nil, nil, err
	}
	if g.ldap.BindPW, err = secretOf(g.ldap.BindPW, g.ldapFile); err != nil {
		return nil, nil, err
	}
	if g.oidc.Roles, err = rolesOf(g.oidcRole); err != nil {
		return nil, nil, err
	}
	if g.ldap.Roles, err = rolesOf(g.ldapRole); err != nil {
		return nil, nil, err
	}
	var o *access.OIDC
	var l *access.LDAP
	if g.oidc.Issuer != "" {
		if g.oidc.ClientID == "" || g.oidc.Redirect == "" {
			return nil, nil, fault.New(fault.Invalid, "使用 --oidc-issuer 时须给出 --oidc-client 和 --oidc-redirect。", "--oidc-issuer needs --oidc-client and --oidc-redirect.")
		}
		o = &g.oidc
	}
	if g.ldap.URL != "" {
		if err := g.ldap.Check(); err != nil {
			return nil, nil, err
		}
		l = &g.ldap
	}
	return o, l, nil
}

func secretOf(value, file string) (string, error) {
	if file == "" {
		return value, nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return "", fault.Newf(fault.Invalid, "无法读取密钥文件 %[1]s；请检查路径和权限。", "The secret in %[1]s can't be read; check the path and its permissions.", file).Because(err)
	}
	return strings.TrimSpace(string(b)), nil
}

// rolesOf reads ROLE=GROUP, several with semicolons; a group's name may hold more
// equal signs.
func rolesOf(pairs []string) (map[access.Role][]string, error) {
	out := map[access.Role][]string{}
	for _, p := range strings.Split(strings.Join(pairs, ";"), ";") { // an environment variable holds several so
		if p = strings.TrimSpace(p); p == "" {
			continue
		}
		role, group, ok := strings.Cut(p, "=")
		if !ok || group == "" || !slices.Contains(access.Roles(), access.Role(role)) {
			return nil, fault.Newf(fault.Invalid, "%[1]q 不是 角色=组；角色有：%[2]v。", "%[1]q is not ROLE=GROUP; the roles are %[2]v.", p, access.Roles())
		}
		out[access.Role(role)] = append(out[access.Role(role)], group)
	}
	return out, nil
}

func (a *app) accounts(ctx context.Context, store *datasets.Store, key []byte, g guarding) (*access.Service, error) {
	o, l, err := g.settle()
	if err != nil {
		return nil, err
	}
	return access.New(ctx, access.Config{Store: store, Key: key, Now: a.now, Idle: g.idle, Longest: g.longest, OIDC: o, LDAP: l, RequireCodes: asRoles(g.codes)})
}

// onlyHere reports whether nobody but this machine reaches the address.
func onlyHere(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}

// mayListen refuses addresses that others can reach as long as anybody could do
// anything there, and says what there is to know. measured is the address of the
// figures for Prometheus, "" for none.
func (a *app) mayListen(addr, measured string, accounts *access.Service, g guarding) error {
	required, local := accounts.Required(), onlyHere(addr)
	if !accounts.Administered() {
		for _, at := range []string{addr, measured} {
			if at != "" && !onlyHere(at) {
				return tooOpen(at)
			}
		}
	}
	switch {
	case !required && len(g.proxies) > 0:
		return fault.New(fault.Invalid,
			"还没有管理员，不能放在代理之后：经代理的人都能做任何事；请先运行 talentcast user add 账号名 --role administrator，或去掉 --trusted-proxies。",
			"There is no administrator, so there may be no proxy in front, since everybody behind it could do everything; run talentcast user add NAME --role administrator first, or leave out --trusted-proxies.")
	case !required:
		fmt.Fprintln(a.err, a.text("试用状态：没有管理员，本机任何人都可以查看和更改数据。设置管理员：talentcast user add 账号名 --role administrator（须先停止服务）。",
			"On trial: there is no administrator, and anybody on this machine can see and change the data. To appoint one: talentcast user add NAME --role administrator (stop the service first)."))
	case !accounts.Administered():
		fmt.Fprintln(a.err, a.text("注意：有账号而没有可用的管理员，人人须登录；请停止服务后用 talentcast user role 账号名 administrator 或 talentcast user enable 账号名 设置一个。",
			"Mind: there are accounts and no administrator who may come in, and everybody signs in; stop the service and appoint one with talentcast user role NAME administrator or talentcast user enable NAME."))
	}
	if required && !local && g.cert == "" && len(g.proxies) == 0 {
		fmt.Fprintln(a.err, a.text("注意：连接未加密，密码会以明文传送；请用 --tls-cert 和 --tls-key，或放在 HTTPS 代理之后并设 --trusted-proxies。",
			"Mind: connections are not encrypted, and passwords travel in clear; use --tls-cert and --tls-key, or stand behind an HTTPS proxy and set --trusted-proxies."))
	}
	return nil
}

func tooOpen(addr string) *fault.Error {
	return fault.Newf(fault.Invalid,
		"地址 %[1]s 会对其他机器开放，而还没有管理员；请先运行 talentcast user add 账号名 --role administrator，或使用 127.0.0.1 试用。",
		"The address %[1]s is open to other machines, and there is no administrator; run talentcast user add NAME --role administrator first, or use 127.0.0.1 on trial.", addr)
}

func (g *guarding) scheme() string {
	if g.cert != "" {
		return "https"
	}
	return "http"
}

// wrap bounds the connections of an address and speaks TLS where that is set.
func (g *guarding) wrap(l net.Listener) (net.Listener, error) {
	l = newCrowd(l, cmp.Or(max(g.perAddress, 0), 256), g.proxies)
	if g.cert == "" {
		return l, nil
	}
	pair, err := tls.LoadX509KeyPair(g.cert, g.key)
	if err != nil {
		return nil, fault.New(fault.Invalid, "证书或密钥无法使用；请检查 --tls-cert 和 --tls-key。", "The certificate or its key can't be used; check --tls-cert and --tls-key.").Because(err)
	}
	return tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}}), nil
}
