package web

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/access"
)

type usersBody struct {
	Problem, Done string
	Made, MadeFor string // a password, shown once
	Users         []userView
	Roles         []option
	Departments   []option
	Place         string
	Table         []rightView
	New           newUserView
	Again         bool // one's own password is wanted with every form
	Outside       bool // or a sign-in elsewhere
}

// newUserView is the form of a new account as it was filled in.
type newUserView struct {
	Login, Name, Department string
	Roles                   []string
}

type userView struct {
	Login, Name, Dept, Source, Seen, State string
	RoleNames                              string
	Roles                                  []option
	Departments                            []option
	Disabled, This, Local, Code            bool
	At                                     string // address of its forms
}

// rightView is a row of the table of rights, in words.
type rightView struct {
	Action  string
	Reaches []string
}

func (s *Server) usersPage(c *gin.Context) {
	b := usersBody{}
	if login := s.cfg.Access.Knows(c.Query("done")); login != "" { // what else an address says, nobody did
		b.Done = s.words.text(language(c), "users.changed", login)
	}
	s.showUsers(c, http.StatusOK, b)
}

func (s *Server) showUsers(c *gin.Context, code int, b usersBody) {
	p := s.page(c, "users")
	p.path = "/users" // of a form's answer too: that is where the other language is
	who := me(c)
	b.Place = who.Jurisdiction
	stale, types := !s.cfg.Access.Fresh(c.GetString(sessionKey)), s.cfg.Access.TypesPassword(who)
	b.Again, b.Outside = stale && types, stale && !types
	departments, err := s.departments(c, p.Lang)
	if err != nil {
		s.fail(c, err)
		return
	}
	for _, r := range access.Roles() {
		b.Roles = append(b.Roles, option{string(r), p.T("role." + string(r)), slices.Contains(b.New.Roles, string(r))})
	}
	for _, d := range departments {
		b.Departments = append(b.Departments, option{d.Value, d.Text, d.Value == b.New.Department})
	}
	for _, u := range s.cfg.Access.Users(who) {
		b.Users = append(b.Users, p.userView(u, departments))
	}
	for _, r := range access.Table() {
		v := rightView{Action: p.T("right." + string(r.Action))}
		for _, x := range r.Reach {
			v.Reaches = append(v.Reaches, p.T([]string{"reach.none", "reach.own", "reach.all"}[x]))
		}
		b.Table = append(b.Table, v)
	}
	p.Body = b
	s.render(c, code, p)
}

func (p *page) userView(u access.User, departments []option) userView {
	v := userView{
		Login: u.Login, Name: u.Name, Source: p.T("source.account." + u.Source), RoleNames: p.roleNames(u.Roles), Disabled: u.Disabled,
		This: u.Login == p.who.Login, Local: u.Source == "local", Code: u.Code, At: "/users/" + url.PathEscape(u.Login), Seen: p.T("users.never"),
	}
	if !u.SignedInAt.IsZero() {
		v.Seen = u.SignedInAt.Local().Format(minuteFormat)
	}
	switch {
	case u.Disabled:
		v.State = p.T("users.disabled")
	case !u.LockedUntil.IsZero():
		v.State = p.T("users.locked", u.LockedUntil.Local().Format("15:04"))
	case u.MustChange:
		v.State = p.T("users.mustchange")
	default:
		v.State = p.T("users.active")
	}
	for _, r := range access.Roles() {
		v.Roles = append(v.Roles, option{string(r), p.T("role." + string(r)), slices.Contains(u.Roles, r)})
	}
	known := false
	for _, d := range departments {
		d.Current = d.Value == u.Department
		if d.Current {
			v.Dept, known = d.Text, true
		}
		v.Departments = append(v.Departments, d)
	}
	if !known && u.Department != "" { // of a policy that is no more, or of the directory
		v.Dept = u.Department
		v.Departments = append(v.Departments, option{u.Department, u.Department, true})
	}
	return v
}

// departments are those of the policies of the jurisdiction, each once.
func (s *Server) departments(c *gin.Context, lang string) ([]option, error) {
	all, err := s.policies(c)
	if err != nil {
		return nil, err
	}
	var out []option
	for _, p := range all {
		for _, d := range p.Departments {
			if !slices.ContainsFunc(out, func(o option) bool { return o.Value == d.ID }) {
				out = append(out, option{d.ID, d.Name(lang), false})
			}
		}
	}
	return out, nil
}

func (s *Server) usersFault(c *gin.Context, err error) {
	code, why := s.explain(c, err)
	b := usersBody{Problem: why.Text(language(c))}
	if c.FullPath() == "/users" { // the other forms are of accounts that are there
		b.New = newUserView{clip(c.PostForm("login")), clip(c.PostForm("name")), c.PostForm("department"), c.PostFormArray("role")}
	}
	s.showUsers(c, code, b)
}

// wantedRoles are the roles and the department of a form.
func (s *Server) wantedRoles(c *gin.Context) (roles []access.Role, dept string, err error) {
	for _, r := range c.PostFormArray("role") {
		roles = append(roles, access.Role(r))
	}
	dept = c.PostForm("department")
	known, err := s.departments(c, language(c))
	if err == nil && dept != "" && !slices.ContainsFunc(known, func(o option) bool { return o.Value == dept }) {
		err = fault.Newf(fault.Invalid, "没有部门“%[1]s”；请从列表中选择。", "There is no department %[1]q; choose one of the list.", clip(dept))
	}
	return roles, dept, err
}

func (s *Server) addUser(c *gin.Context) {
	roles, dept, err := s.wantedRoles(c)
	login := c.PostForm("login")
	note(c, "user", login)
	made := ""
	if err == nil {
		err = s.again(c)
	}
	if err == nil {
		made, err = s.cfg.Access.AddUser(c.Request.Context(), me(c), access.NewUser{Login: login, Name: c.PostForm("name"), Roles: roles, Department: dept})
	}
	if err != nil {
		s.usersFault(c, err)
		return
	}
	note(c, "roles", roleList(roles))
	s.showUsers(c, http.StatusOK, usersBody{Made: made, MadeFor: s.cfg.Access.Knows(login)})
}

func roleList(roles []access.Role) string {
	out := ""
	for i, r := range roles {
		if i > 0 {
			out += ","
		}
		out += string(r)
	}
	return out
}

func (s *Server) setRoles(c *gin.Context) {
	roles, dept, err := s.wantedRoles(c)
	note(c, "user", c.Param("user"))
	note(c, "roles", roleList(roles))
	if err == nil {
		err = s.again(c)
	}
	if err == nil {
		err = s.cfg.Access.SetRoles(c.Request.Context(), me(c), c.Param("user"), roles, dept)
	}
	s.userDone(c, err)
}

func (s *Server) setDisabled(off bool) gin.HandlerFunc {
	return func(c *gin.Context) {
		note(c, "user", c.Param("user"))
		err := s.again(c)
		if err == nil {
			err = s.cfg.Access.SetDisabled(c.Request.Context(), me(c), c.Param("user"), off)
		}
		s.userDone(c, err)
	}
}

// userDone leads to the page that says whose account was changed, so that loading it
// again does not send the form again.
func (s *Server) userDone(c *gin.Context, err error) {
	if err != nil {
		s.usersFault(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, link(c.Request.URL.Query(), "/users", "as_of", "", "done", c.Param("user")))
}

func (s *Server) resetUser(c *gin.Context) {
	note(c, "user", c.Param("user"))
	made, err := "", s.again(c)
	if err == nil {
		made, err = s.cfg.Access.Reset(c.Request.Context(), me(c), c.Param("user"))
	}
	if err != nil || made == "" { // of the directory: no password is ours to make
		s.userDone(c, err)
		return
	}
	s.showUsers(c, http.StatusOK, usersBody{Made: made, MadeFor: s.cfg.Access.Knows(c.Param("user"))})
}
