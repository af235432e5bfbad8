package web

import (
	"net/http"
	"net/netip"
	"strings"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/access"
	"talentcast/cmd/talentcast/internal/audit"
)

// accountRoutes are those of signing in, one's account, users and the audit log.
func (s *Server) accountRoutes(e *gin.Engine) {
	get := func(path string, h gin.HandlerFunc) {
		e.GET(path, s.withAccounts(h))
		e.HEAD(path, s.withAccounts(h))
	}
	post := func(path string, h gin.HandlerFunc) { e.POST(path, s.withAccounts(h)) }
	get("/signin", s.signInPage)
	post("/signin", s.signIn)
	post("/signin/code", s.signInCode)
	get("/signin/oidc", s.signInOIDC)
	get("/signin/return", s.signInReturn)
	post("/signout", s.signOut)
	get("/account", s.accountPage)
	get("/account/code.png", s.codePicture)
	post("/account/password", s.changePassword)
	post("/account/code", s.codeOn)
	post("/account/code/off", s.codeOff)
	post("/account/sessions/end", s.endSessions)
	post("/account/tokens", s.addToken)
	post("/account/tokens/:token/delete", s.dropToken)
	get("/users", s.usersPage)
	post("/users", s.addUser)
	post("/users/:user/roles", s.setRoles)
	post("/users/:user/disable", s.setDisabled(true))
	post("/users/:user/enable", s.setDisabled(false))
	post("/users/:user/reset", s.resetUser)
	get("/audit", s.auditPage)
	get("/audit/export/:file", s.exportAudit)
}

// withAccounts answers that there are none where the server was made without.
func (s *Server) withAccounts(h gin.HandlerFunc) gin.HandlerFunc {
	return func(c *gin.Context) {
		if s.cfg.Access == nil {
			s.fail(c, fault.New(fault.Unavailable, "本服务没有账号管理。", "This service has no accounts."))
			return
		}
		if c.Request.Method == http.MethodPost {
			c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, 1<<14)
			if err := c.Request.ParseForm(); err != nil {
				s.fail(c, s.badForm(err))
				return
			}
		}
		h(c)
	}
}

// encrypted reports whether the reader's connection is: to the service itself, or
// to a proxy that is believed.
func (s *Server) encrypted(c *gin.Context) bool {
	if c.Request.TLS != nil || s.cfg.TLS {
		return true
	}
	addr, err := netip.ParseAddr(c.RemoteIP())
	if err != nil || c.GetHeader("X-Forwarded-Proto") != "https" {
		return false
	}
	for _, p := range s.proxies {
		if p.Contains(addr.Unmap()) {
			return true
		}
	}
	return false
}

// cookieName has the prefix that binds the cookie to this host, where browsers
// allow that.
func (s *Server) cookieName(c *gin.Context, what string) string {
	if s.encrypted(c) {
		return "__Host-talentcast-" + what
	}
	return "talentcast-" + what
}

func (s *Server) cookie(c *gin.Context) string {
	v, err := c.Request.Cookie(s.cookieName(c, "session"))
	if err != nil || len(v.Value) > 100 {
		return ""
	}
	return v.Value
}

// setCookie sets a cookie that ends with the browser; "" takes it away. Lax, not
// strict: who comes back from the organisation's sign-in, or follows a link in a
// letter, is signed in.
func (s *Server) setCookie(c *gin.Context, what, value string) {
	age := 0
	if value == "" {
		age = -1
	}
	http.SetCookie(c.Writer, &http.Cookie{
		Name: s.cookieName(c, what), Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: s.encrypted(c), SameSite: http.SameSiteLaxMode,
	})
}

type signInBody struct {
	Problem, Login, Next, Pending, OIDC string
	Out                                 bool
}

func (s *Server) signInPage(c *gin.Context) {
	if p := me(c); p != nil && p.Account != 0 {
		c.Redirect(http.StatusSeeOther, nextPath(c.Query("next")))
		return
	}
	s.showSignIn(c, http.StatusOK, signInBody{Next: c.Query("next"), Out: c.Query("out") == "1"})
}

func (s *Server) showSignIn(c *gin.Context, code int, b signInBody) {
	p := s.page(c, "signin")
	b.Next = nextPath(b.Next)
	if s.cfg.Access.HasOIDC() {
		b.OIDC = link(c.Request.URL.Query(), "/signin/oidc", "as_of", "", "next", b.Next)
	}
	p.Body = b
	s.render(c, code, p)
}

func (s *Server) visitor(c *gin.Context) access.Visitor {
	return access.Visitor{Address: c.ClientIP(), Agent: c.Request.UserAgent(), Old: s.cookie(c)}
}

func (s *Server) signIn(c *gin.Context) {
	login := c.PostForm("login")
	// Without the audit log nobody comes in: what they do could not be written.
	if err := s.auditReady(); err != nil {
		s.fail(c, err)
		return
	}
	out, err := s.cfg.Access.SignIn(c.Request.Context(), login, c.PostForm("password"), s.visitor(c))
	if err != nil {
		s.signInFailed(c, err, s.cfg.Access.Knows(login), signInBody{Login: clip(login), Next: c.PostForm("next")})
		return
	}
	s.signedIn(c, out, c.PostForm("next"))
}

func (s *Server) signInCode(c *gin.Context) {
	pending := c.PostForm("pending")
	login := s.cfg.Access.OfPending(pending)
	if err := s.auditReady(); err != nil {
		s.fail(c, err)
		return
	}
	out, err := s.cfg.Access.SignInCode(c.Request.Context(), pending, c.PostForm("code"), s.visitor(c))
	if err != nil {
		s.signInFailed(c, err, login, signInBody{Pending: out.Pending, Next: c.PostForm("next")})
		return
	}
	s.signedIn(c, out, c.PostForm("next"))
}

func (s *Server) auditReady() error {
	if s.cfg.Audit == nil {
		return nil
	}
	return s.cfg.Audit.Ready()
}

// signInFailed shows the page again with what is wrong, and writes it down: with
// the account's name if there is one. What else was typed may be a password.
func (s *Server) signInFailed(c *gin.Context, err error, login string, b signInBody) {
	e := s.entry(c, access.Route{Code: "sign_in"})
	e.Result, e.Place = audit.Refused, s.cfg.Access.PlaceOf(login)
	e.Object = map[string]string{"user": login}
	if fault.Is(err, fault.TooMany) {
		e.Action = "locked_out"
	}
	code, why := s.explain(c, err)
	e.Status = code
	if err := s.record(e); err != nil {
		s.fail(c, err)
		return
	}
	b.Problem = why.Text(language(c))
	s.showSignIn(c, code, b)
}

func (s *Server) signedIn(c *gin.Context, out access.Outcome, next string) {
	if out.Pending != "" {
		s.showSignIn(c, http.StatusOK, signInBody{Pending: out.Pending, Next: next})
		return
	}
	c.Set(principalKey, out.Who)
	e := s.entry(c, access.Route{Code: "sign_in"})
	e.Result, e.Status, e.Object = audit.OK, http.StatusSeeOther, nil
	if err := s.record(e); err != nil {
		// Nobody holds its secret yet; nobody shall.
		if err := s.cfg.Access.SignOut(c.Request.Context(), out.Session); err != nil {
			s.cfg.Log.ErrorContext(c.Request.Context(), "sign out", "id", c.GetString(requestID), "error", err)
		}
		c.Set(principalKey, (*access.Principal)(nil))
		s.fail(c, err)
		return
	}
	s.setCookie(c, "session", out.Session)
	if out.Who.MustChange || out.Who.MustCode {
		c.Redirect(http.StatusSeeOther, link(c.Request.URL.Query(), "/account", "as_of", ""))
		return
	}
	c.Redirect(http.StatusSeeOther, nextPath(next))
}

func (s *Server) signInOIDC(c *gin.Context) {
	to, state, err := s.cfg.Access.BeginOIDC(c.Request.Context(), nextPath(c.Query("next")))
	if err != nil {
		s.fail(c, err)
		return
	}
	s.setCookie(c, "state", state)
	c.Redirect(http.StatusSeeOther, to)
}

func (s *Server) signInReturn(c *gin.Context) {
	kept := ""
	if v, err := c.Request.Cookie(s.cookieName(c, "state")); err == nil {
		kept = v.Value
	}
	s.setCookie(c, "state", "")
	if err := s.auditReady(); err != nil {
		s.fail(c, err)
		return
	}
	out, next, err := s.cfg.Access.EndOIDC(c.Request.Context(), c.Query("state"), kept, c.Query("code"), s.visitor(c))
	if err != nil {
		s.signInFailed(c, err, "", signInBody{})
		return
	}
	s.signedIn(c, out, next)
}

func (s *Server) signOut(c *gin.Context) {
	if err := s.cfg.Access.SignOut(c.Request.Context(), c.GetString(sessionKey)); err != nil {
		s.fail(c, err)
		return
	}
	s.setCookie(c, "session", "")
	c.Header("Clear-Site-Data", `"cache"`)
	c.Redirect(http.StatusSeeOther, link(c.Request.URL.Query(), "/signin", "as_of", "", "out", "1"))
}

// roleNames are the roles in words.
func (p *page) roleNames(roles []access.Role) string {
	var out []string
	for _, r := range roles {
		out = append(out, p.T("role."+string(r)))
	}
	return strings.Join(out, p.T("list.sep"))
}
