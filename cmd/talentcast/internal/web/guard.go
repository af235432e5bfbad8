package web

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/cmd/talentcast/internal/access"
	"talentcast/cmd/talentcast/internal/audit"
	"talentcast/datasets"
)

const (
	principalKey = "principal"
	sessionKey   = "session"
	routeKey     = "route"
)

// trial is who everybody is where there are no accounts.
func trial() *access.Principal { return &access.Principal{Trial: true} }

// me is who asks.
func me(c *gin.Context) *access.Principal {
	if p, ok := c.Get(principalKey); ok {
		return p.(*access.Principal)
	}
	return trial()
}

// guard is the one place where a request meets the table of rights: who asks,
// whether the route is theirs, whether the policy is of their jurisdiction,
// whether a form is ours, and what is written down of it. What exports and
// queries of rows give away is checked again where they are made.
func (s *Server) guard(c *gin.Context) {
	route, known := access.RouteOf(c.Request.Method, c.FullPath())
	if s.cfg.Access == nil {
		s.watched(c, route)
		return
	}
	who, err := s.who(c)
	if err != nil {
		s.fail(c, err)
		c.Abort()
		return
	}
	c.Set(principalKey, who)
	c.Set(routeKey, route)
	if c.FullPath() == "" { // there is no such page, whoever asks
		c.Next()
		return
	}
	if err := s.admit(c, who, route, known); err != nil {
		s.turnAway(c, err, route)
		return
	}
	s.watched(c, route)
}

// admit says why the request may not go on.
func (s *Server) admit(c *gin.Context, who *access.Principal, route access.Route, known bool) error {
	switch {
	case !known:
		s.cfg.Log.ErrorContext(c.Request.Context(), "route without a right", "method", c.Request.Method, "route", c.FullPath())
		return access.Forbidden()
	case route.Action == access.Open:
		return nil
	case who == nil:
		return fault.New(fault.SignIn, "请先登录；程序请在请求头 Authorization: Bearer 中给出有效的令牌。",
			"Sign in first; a program gives a valid token as Authorization: Bearer.")
	case who.MustChange && c.FullPath() != "/account" && c.FullPath() != "/account/password" && c.FullPath() != "/signout":
		return mustChange()
	case who.MustCode && !slices.Contains([]string{"/account", "/account/code", "/account/code.png", "/account/password", "/signout"}, c.FullPath()):
		return mustCode()
	case !who.May(route.Action):
		return access.Forbidden()
	}
	if err := s.placed(c, who); err != nil {
		return err
	}
	return s.formIsOurs(c, who)
}

func mustChange() *fault.Error {
	return fault.New(fault.Forbidden, "请先修改初始密码。", "Change the initial password first.")
}

func mustCode() *fault.Error {
	return fault.New(fault.Forbidden, "你的角色须使用登录验证码；请先在“我的账号”中启用。", "Your role needs codes at sign-in; turn them on at your account first.")
}

// turnAway answers a request that may not go on: people are led to where they can
// put it right. What was refused to somebody who is signed in is written down.
func (s *Server) turnAway(c *gin.Context, err error, route access.Route) {
	c.Abort()
	api := strings.HasPrefix(c.Request.URL.Path, "/api/v1")
	reads := c.Request.Method == http.MethodGet || c.Request.Method == http.MethodHead
	switch f := fault.As(err); {
	case fault.Is(err, fault.SignIn) && !api && reads:
		c.Redirect(http.StatusSeeOther, link(c.Request.URL.Query(), "/signin", "as_of", "", "next", c.Request.URL.RequestURI()))
		return
	case fault.Is(err, fault.SignIn):
		c.Header("WWW-Authenticate", "Bearer")
	case f != nil && (f.En == mustChange().En || f.En == mustCode().En) && !api:
		c.Redirect(http.StatusSeeOther, link(c.Request.URL.Query(), "/account", "as_of", ""))
		return
	case fault.Is(err, fault.Forbidden):
		e := s.entry(c, route)
		e.Result, e.Status = audit.Refused, http.StatusForbidden
		if err := s.record(e); err != nil {
			s.cfg.Log.ErrorContext(c.Request.Context(), "audit", "id", c.GetString(requestID), "error", err)
		}
	}
	s.fail(c, err)
}

// who finds out by cookie or token who asks; nil for nobody.
func (s *Server) who(c *gin.Context) (*access.Principal, error) {
	ctx := c.Request.Context()
	if h := c.GetHeader("Authorization"); h != "" {
		key, ok := strings.CutPrefix(h, "Bearer ")
		if !ok || !strings.HasPrefix(c.Request.URL.Path, "/api/v1") {
			return nil, nil
		}
		return s.cfg.Access.OfToken(ctx, strings.TrimSpace(key))
	}
	if key := s.cookie(c); key != "" {
		p, err := s.cfg.Access.Of(ctx, key)
		if p != nil {
			c.Set(sessionKey, key)
		}
		if p != nil || err != nil {
			return p, err
		}
	}
	if !s.cfg.Trial || s.cfg.Access.Required() {
		return nil, nil
	}
	if passedOn(c.Request.Header) {
		return nil, fault.New(fault.Forbidden, "试用状态不能放在代理之后：经代理的人都能做任何事；请先设置管理员（talentcast user add 账号名 --role administrator）。",
			"On trial there may be no proxy in front, since everybody behind it could do everything; appoint an administrator first (talentcast user add NAME --role administrator).")
	}
	if !loopbackHost(c.Request.Host) {
		return nil, fault.New(fault.Forbidden, "试用状态只能用 http://127.0.0.1 访问；对外使用请先设置管理员。",
			"On trial this is reached as http://127.0.0.1 only; appoint an administrator before others use it.")
	}
	return trial(), nil
}

// passedOn reports whether a proxy says that it sends the request for somebody,
// who is then not on this machine, whatever the connection and the Host say.
func passedOn(h http.Header) bool {
	for name := range h {
		if name == "Forwarded" || name == "Via" || name == "X-Real-Ip" || strings.HasPrefix(name, "X-Forwarded-") {
			return true
		}
	}
	return false
}

// loopbackHost reports whether the reader's browser believes to talk to its own
// machine. A page elsewhere can give its own name the address 127.0.0.1 and then
// read what is here as its own; its requests carry that name.
func loopbackHost(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// placed refuses policies of other jurisdictions as if they were not there.
func (s *Server) placed(c *gin.Context, who *access.Principal) error {
	id := c.Param("policy")
	if id == "" || who.Trial {
		return nil
	}
	all, err := s.policies(c)
	if err != nil {
		return err
	}
	var ids []string
	for _, p := range all {
		if p.ID == id {
			return nil
		}
		ids = append(ids, p.ID)
	}
	return fault.Newf(fault.NotFound, "没有政策 %[1]q；可以查看的有：%[2]s。", "There is no policy %[1]q; you can see %[2]s.", clip(id), strings.Join(ids, ", "))
}

// policies are those of the jurisdiction of whoever asks.
func (s *Server) policies(c *gin.Context) ([]datasets.Policy, error) {
	all, err := s.cfg.Store.Policies(c.Request.Context())
	if err != nil {
		return nil, err
	}
	who, out := me(c), []datasets.Policy{}
	for _, p := range all {
		if who.Sees(p.Jurisdiction) {
			out = append(out, p)
		}
	}
	return out, nil
}

// nextPath is the address of this server that a sign-in leads to; an address of
// another, however it is written, is not followed.
func nextPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return next
}

// mine are the batches that whoever asks may see.
func (s *Server) mine(c *gin.Context, all []datasets.BatchInfo) []datasets.BatchInfo {
	out := []datasets.BatchInfo{}
	for _, b := range all {
		if s.ownBatch(c, access.Batches, b) {
			out = append(out, b)
		}
	}
	return out
}

// ownBatch reports whether the action may be done on the batch: by a clerk on
// what it handed in, by a department on what its accounts did.
func (s *Server) ownBatch(c *gin.Context, a access.Action, b datasets.BatchInfo) bool {
	who := me(c)
	return who.MayWith(a, b.LoadedBy != "" && (b.LoadedBy == who.Login || who.OfDepartment(a, s.departmentOf(b.LoadedBy))))
}

// departmentOf is that of an account; "" where there are none.
func (s *Server) departmentOf(login string) string {
	if s.cfg.Access == nil {
		return ""
	}
	return s.cfg.Access.DepartmentOf(login)
}

// plainOutlooks remembers outlooks without what is over a cap by name, since
// their charts are remembered by outlook.
type plainOutlooks struct {
	mu sync.Mutex
	of map[*outlook.Outlook]*outlook.Outlook
}

// unnamed stands for what exceeds a cap where it may not be named.
const unnamed = "—"

// namesExcess reports whether a target says what exceeds its cap, which may be a
// person: who sees or takes that is written down, as for a row.
func namesExcess(t *outlook.Target) bool { return len(t.Excess) > 0 && t.Excess[0].What != unnamed }

func anyExcess(o *outlook.Outlook) bool {
	for i := range o.Targets {
		if namesExcess(&o.Targets[i]) {
			return true
		}
	}
	return false
}

// withoutNames is the outlook as whoever asks may see it, or take it away (a is Rows or
// ExportRows): what exceeds a cap may be a person, and stays unnamed for those who may
// not have rows.
func (s *Server) withoutNames(c *gin.Context, o *outlook.Outlook, a access.Action) *outlook.Outlook {
	if o == nil || me(c).Reach(a) == access.All || !anyExcess(o) {
		return o
	}
	s.plain.mu.Lock()
	defer s.plain.mu.Unlock()
	if got, ok := s.plain.of[o]; ok {
		return got
	}
	if s.plain.of == nil || len(s.plain.of) >= mostDrawn {
		s.plain.of = map[*outlook.Outlook]*outlook.Outlook{}
	}
	copied := *o
	copied.Targets = append([]outlook.Target(nil), o.Targets...)
	for i := range copied.Targets {
		t := &copied.Targets[i]
		t.Excess = append([]datasets.Excess(nil), t.Excess...)
		for k := range t.Excess {
			t.Excess[k].What, t.Excess[k].Record = unnamed, 0
		}
	}
	s.plain.of[o] = &copied
	return &copied
}
