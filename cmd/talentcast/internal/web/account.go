package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/access"
)

type accountBody struct {
	Problem, Done                   string
	Login, Name, Roles, Dept, Place string
	Local, MustChange, Code         bool
	Types, MustCode                 bool // the password is typed here; codes are owed
	Again, Outside                  bool // before a token: the password, or a sign-in elsewhere, once more
	GoOn                            bool // the first password was changed: the system is open now
	Left                            int
	Secret                          string   // of a code being set up
	Recovery                        []string // shown once
	Sessions                        []sessionView
	Tokens                          []tokenView
	Choices                         []option
	Token                           string // shown once
	Least, Days                     int
}

type sessionView struct {
	Since, Seen, Address, Agent, Raw string
	This                             bool
}

type tokenView struct {
	Name, Roles, Since, Until, Used, Delete string
	ReadOnly, Over                          bool
}

func (s *Server) accountPage(c *gin.Context) {
	b := accountBody{GoOn: c.Query("done") == "first"}
	if key, ok := accountDoings[c.Query("done")]; ok {
		b.Done = s.words.text(language(c), key)
	}
	s.showAccount(c, http.StatusOK, b)
}

// accountDoings are what a form of the page has done, as the address says to which
// it leads, and the texts for it.
var accountDoings = map[string]string{
	"password": "account.changed", "first": "account.changed", "code": "account.code.off", "sessions": "account.sessions.ended", "token": "account.token.gone",
}

const minuteFormat = "2006-01-02 15:04"

// showAccount shows one's account with what b says of what was just done.
func (s *Server) showAccount(c *gin.Context, code int, b accountBody) {
	who, a := me(c), s.cfg.Access
	p := s.page(c, "account")
	p.path = "/account" // of a form's answer too: that is where the other language is
	b.Login, b.Name, b.Roles, b.Dept, b.Place = who.Login, who.Name, p.roleNames(who.Roles), who.Department, who.Jurisdiction
	departments, err := s.departments(c, p.Lang)
	if err != nil {
		s.fail(c, err)
		return
	}
	for _, d := range departments {
		if d.Value == who.Department {
			b.Dept = d.Text
		}
	}
	b.Local, b.MustChange, b.Least, b.Days = a.Local(who), who.MustChange, access.MinPassword, 90
	b.Code, b.Left = a.HasCode(who)
	b.Types, b.MustCode = a.TypesPassword(who), who.MustCode && !b.Code
	stale := !a.Fresh(c.GetString(sessionKey))
	b.Again, b.Outside = stale && b.Types, stale && !b.Types
	if b.Types && !b.Code && !b.MustChange {
		x, err := a.BeginCode(who, c.GetString(sessionKey))
		if err != nil {
			s.fail(c, err)
			return
		}
		b.Secret = x.Secret
	}
	for _, x := range a.Sessions(who.Account, c.GetString(sessionKey)) {
		b.Sessions = append(b.Sessions, sessionView{x.CreatedAt.Local().Format(minuteFormat), x.Seen.Local().Format(minuteFormat), x.Address, browserName(x.Agent, p.Lang), x.Agent, x.This})
	}
	for _, x := range a.Tokens(who.Account) {
		v := tokenView{
			Name: x.Name, Since: x.CreatedAt.Local().Format(time.DateOnly), Until: x.ExpiresAt.Local().Format(time.DateOnly), ReadOnly: x.ReadOnly,
			Over: !s.cfg.Now().Before(x.ExpiresAt), Delete: p.URL("/account/tokens/"+strconv.FormatInt(x.ID, 10)+"/delete", "as_of", ""),
		}
		if !x.UsedAt.IsZero() {
			v.Used = x.UsedAt.Local().Format(time.DateOnly)
		}
		var roles []access.Role
		for _, r := range x.Roles {
			roles = append(roles, access.Role(r))
		}
		v.Roles = p.roleNames(roles)
		b.Tokens = append(b.Tokens, v)
	}
	for _, r := range who.Roles {
		if r != access.Administrator {
			b.Choices = append(b.Choices, option{string(r), p.T("role." + string(r)), true})
		}
	}
	p.Body = b
	s.render(c, code, p)
}

// accountFault shows the account with what is wrong.
func (s *Server) accountFault(c *gin.Context, err error) {
	code, why := s.explain(c, err)
	s.showAccount(c, code, accountBody{Problem: why.Text(language(c))})
}

// accountDone leads to the page that says what was done, so that loading it again
// does not send the form again.
func (s *Server) accountDone(c *gin.Context, what string) {
	c.Redirect(http.StatusSeeOther, link(c.Request.URL.Query(), "/account", "as_of", "", "done", what))
}

func (s *Server) changePassword(c *gin.Context) {
	fresh := c.PostForm("new")
	if fresh != c.PostForm("again") {
		s.accountFault(c, fault.New(fault.Invalid, "两次输入的新密码不同；请重新输入。", "The new passwords differ; type them again."))
		return
	}
	if err := s.cfg.Access.ChangePassword(c.Request.Context(), me(c), c.PostForm("old"), fresh, c.GetString(sessionKey)); err != nil {
		s.accountFault(c, err)
		return
	}
	if me(c).MustChange {
		s.accountDone(c, "first")
		return
	}
	s.accountDone(c, "password")
}

func (s *Server) codePicture(c *gin.Context) {
	x, err := s.cfg.Access.BeginCode(me(c), c.GetString(sessionKey))
	if err != nil {
		s.fail(c, err)
		return
	}
	b, err := x.PNG()
	if err != nil {
		s.fail(c, err)
		return
	}
	c.Data(http.StatusOK, "image/png", b)
}

func (s *Server) codeOn(c *gin.Context) {
	codes, err := s.cfg.Access.ConfirmCode(c.Request.Context(), me(c), c.GetString(sessionKey), c.PostForm("password"), c.PostForm("code"))
	if err != nil {
		s.accountFault(c, err)
		return
	}
	s.showAccount(c, http.StatusOK, accountBody{Recovery: codes, Done: s.page(c, "account").T("account.code.on")})
}

func (s *Server) codeOff(c *gin.Context) {
	if err := s.cfg.Access.CodeOff(c.Request.Context(), me(c), c.PostForm("password"), c.PostForm("code")); err != nil {
		s.accountFault(c, err)
		return
	}
	s.accountDone(c, "code")
}

func (s *Server) endSessions(c *gin.Context) {
	if err := s.cfg.Access.SignOutEverywhere(c.Request.Context(), me(c).Account, c.GetString(sessionKey)); err != nil {
		s.accountFault(c, err)
		return
	}
	s.accountDone(c, "sessions")
}

// again wants the password in the form where the sign-in is no longer fresh.
func (s *Server) again(c *gin.Context) error {
	return s.cfg.Access.Again(c.Request.Context(), me(c), c.GetString(sessionKey), c.PostForm("password"))
}

func (s *Server) addToken(c *gin.Context) {
	if err := s.again(c); err != nil {
		s.accountFault(c, err)
		return
	}
	days, err := strconv.Atoi(c.PostForm("days"))
	if err != nil {
		days = 0 // its fault says what may be given
	}
	var roles []access.Role
	for _, r := range c.PostFormArray("role") {
		roles = append(roles, access.Role(r))
	}
	key, err := s.cfg.Access.AddToken(c.Request.Context(), me(c), c.PostForm("name"), roles, c.PostForm("readonly") == "1", days)
	if err != nil {
		s.accountFault(c, err)
		return
	}
	s.showAccount(c, http.StatusOK, accountBody{Token: key})
}

func (s *Server) dropToken(c *gin.Context) {
	id, err := strconv.ParseInt(c.Param("token"), 10, 64)
	if err != nil {
		id = -1
	}
	if err := s.cfg.Access.DropToken(c.Request.Context(), me(c).Account, id); err != nil {
		s.accountFault(c, err)
		return
	}
	s.accountDone(c, "token")
}
