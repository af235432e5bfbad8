package web

import (
	"errors"
	"net/http"
	"regexp"
	"strings"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/access"
	"talentcast/cmd/talentcast/internal/audit"
	"talentcast/ingest"
)

const objectKey = "audit-object"

// watched lets the request go on and writes down what the table of rights says
// is to be: before a change and after it, and of what is seen or taken away
// before the first byte leaves. What can't be written down is not done.
func (s *Server) watched(c *gin.Context, route access.Route) {
	if s.cfg.Audit == nil || route.Kind == access.Unlogged {
		c.Next()
		return
	}
	if c.FullPath() == "/signout" {
		s.leaving(c, route)
		return
	}
	if route.Kind == access.Changed {
		e := s.entry(c, route)
		e.Result = audit.Begun
		if err := s.record(e); err != nil {
			s.fail(c, err)
			c.Abort()
			return
		}
	}
	s.watch(c, route)
}

// leaving lets somebody sign out whether or not it can be written down: a session
// that can't be ended is worse than one whose end is missing in the log.
func (s *Server) leaving(c *gin.Context, route access.Route) {
	e := s.entry(c, route)
	e.Result = audit.Begun
	began := s.record(e)
	c.Next()
	e.Status, e.Result = c.Writer.Status(), result(c.Writer.Status())
	if err := errors.Join(began, s.record(e)); err != nil {
		s.cfg.Log.ErrorContext(c.Request.Context(), "audit", "id", c.GetString(requestID), "action", e.Action, "error", err)
	}
}

// watch writes the entry down when the answer begins.
func (s *Server) watch(c *gin.Context, route access.Route) {
	w := &recorded{ResponseWriter: c.Writer}
	w.record = func(status int) error {
		e := s.entry(c, route)
		e.Status, e.Result = status, result(status)
		if route.Kind == access.Seen && route.Action == access.Rows {
			return s.cfg.Audit.Note(e)
		}
		return s.record(e)
	}
	w.refuse = func(err error) string {
		_, f := s.explain(c, err)
		return f.Text(language(c)) + "\n"
	}
	c.Writer = w
	c.Next()
	c.Writer = w.ResponseWriter
	w.begin() // an answer without a body
}

// seeing writes down that rows about persons are on a page that mostly shows
// none: call it before the page is written.
func (s *Server) seeing(c *gin.Context, more ...string) error {
	if s.cfg.Audit == nil {
		return nil
	}
	for i := 0; i+1 < len(more); i += 2 {
		note(c, more[i], more[i+1])
	}
	e := s.entry(c, access.Route{Code: string(access.Rows)})
	e.Result, e.Status = audit.OK, http.StatusOK
	return s.cfg.Audit.Note(e)
}

func result(status int) string {
	switch {
	case status < 400:
		return audit.OK
	case status < 500:
		return audit.Refused
	}
	return audit.Failed
}

func (s *Server) record(e audit.Entry) error {
	if s.cfg.Audit == nil {
		return nil
	}
	return s.cfg.Audit.Write(e)
}

// note adds to what the entry of the request says it was about.
func note(c *gin.Context, key, value string) {
	object, _ := c.Get(objectKey)
	m, ok := object.(map[string]string)
	if !ok {
		m = map[string]string{}
		c.Set(objectKey, m)
	}
	m[key] = value
}

// entry is what is written down of the request: who, from where, and the object
// as far as the address names it. Free text of the address is left out, since
// people type names into it.
func (s *Server) entry(c *gin.Context, route access.Route) audit.Entry {
	e := signature(me(c))
	e.From, e.Request, e.Action = c.ClientIP(), c.GetString(requestID), route.Code
	e.Object = map[string]string{}
	if e.Action == "" {
		e.Action = c.Request.Method
		e.Object["route"] = c.FullPath()
	}
	for _, p := range c.Params {
		if p.Key == "user" {
			e.Object[p.Key] = s.accountName(p.Value)
			continue
		}
		if p.Key != "token" || c.FullPath() == "/account/tokens/:token/delete" {
			e.Object[p.Key] = plainValue(p.Value)
		}
	}
	q := c.Request.URL.Query()
	for _, k := range []string{"as_of", "since", "plan", "dept", "department", "kind", "status", "page", "limit", "offset", "target", "batch", "encoding", "tab", "inline", "lang", "from", "to", "action"} {
		if v := q.Get(k); v != "" {
			e.Object[k] = plainValue(v)
		}
	}
	if m, ok := c.Get(objectKey); ok {
		for k, v := range m.(map[string]string) {
			if k == "user" {
				v = s.accountName(v)
			}
			e.Object[k] = v
		}
	}
	s.formFields(c, route.Code, e.Object)
	return e
}

// accountName is the account somebody names; a name that no account has may be
// anybody's.
func (s *Server) accountName(typed string) string {
	if s.cfg.Access != nil {
		if login := s.cfg.Access.Knows(typed); login != "" {
			return login
		}
	}
	return "?"
}

// formFields adds what a form says of an object that has no address yet.
func (s *Server) formFields(c *gin.Context, action string, object map[string]string) {
	if action != "token_add" && action != "report_make" {
		return
	}
	if c.Request.PostForm == nil {
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, 1<<16)
	}
	plain := []string{"kind", "format", "department"}
	if action == "token_add" {
		plain = []string{"days", "readonly"}
		if name := c.PostForm("name"); name != "" {
			object["name"] = ingest.FileName(name) // chosen as files' are, and no place for ID numbers
		}
		object["roles"] = plainList(c.PostFormArray("role"))
	}
	for _, k := range plain {
		if v := c.PostForm(k); v != "" && object[k] == "" {
			object[k] = plainValue(v)
		}
	}
}

func plainList(values []string) string {
	var out []string
	for _, v := range values {
		out = append(out, plainValue(v))
	}
	return strings.Join(out, ",")
}

// signature is an entry with who does it.
func signature(who *access.Principal) audit.Entry {
	e := audit.Entry{Who: audit.Nobody, Via: "page"}
	if who == nil || who.Trial {
		return e
	}
	e.Who, e.Place = who.Login, who.Jurisdiction
	if who.Token {
		e.Via = "token"
	}
	for i, r := range who.Roles {
		if i > 0 {
			e.Role += ","
		}
		e.Role += string(r)
	}
	return e
}

var (
	plainShape = regexp.MustCompile(`^[A-Za-z0-9._:-]{1,64}$`)
	digits     = regexp.MustCompile(`\d{11,}`)
	joints     = strings.NewReplacer(".", "", "_", "", ":", "", "-", "")
)

// plainValue is a value of the address if it is a code, a number or a date, and
// none that a person could be known by, however it is grouped.
func plainValue(v string) string {
	if v == "" || plainShape.MatchString(v) && !digits.MatchString(joints.Replace(v)) {
		return v
	}
	return "?"
}

// loggedPath is the address of the request for the log: the route's, with those of
// its values that are plain. People type names into addresses, and a token opens a
// file; an address of no route may hold anything.
func loggedPath(c *gin.Context) string {
	parts := strings.Split(c.FullPath(), "/")
	for i, part := range parts {
		name, ok := strings.CutPrefix(part, ":")
		if !ok || name == "user" || name == "token" {
			continue
		}
		parts[i] = plainValue(c.Param(name))
	}
	return strings.Join(parts, "/")
}

// recorded holds back the answer until it is written down that it was given.
type recorded struct {
	gin.ResponseWriter
	record func(status int) error
	refuse func(error) string
	begun  bool
	dead   bool // it could not be: something else was answered
}

func (w *recorded) begin() {
	if w.begun {
		return
	}
	w.begun = true
	err := w.record(w.Status())
	if err == nil {
		return
	}
	w.dead = true
	h := w.Header()
	for _, k := range []string{"Content-Disposition", "Content-Encoding", "Content-Length", "Location", "ETag", "Set-Cookie"} {
		h.Del(k)
	}
	h.Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.ResponseWriter.WriteString(w.refuse(err)) // nobody reads a failure to say so
}

// Write writes down, then sends.
func (w *recorded) Write(b []byte) (int, error) {
	if w.begin(); w.dead {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets deadlines be moved through it.
func (w *recorded) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteString is Write.
func (w *recorded) WriteString(s string) (int, error) { return w.Write([]byte(s)) }

// WriteHeaderNow writes down, then sends the head.
func (w *recorded) WriteHeaderNow() {
	if w.begin(); !w.dead {
		w.ResponseWriter.WriteHeaderNow()
	}
}

// Flush writes down, then sends what there is.
func (w *recorded) Flush() {
	if w.begin(); !w.dead {
		w.ResponseWriter.Flush()
	}
}

// mayRead is the second check where rows are queried: how far whoever asks may
// see them, and of which department.
func mayRead(c *gin.Context, a access.Action) (dept string, err error) {
	switch who := me(c); who.Reach(a) {
	case access.All:
		return "", nil
	case access.Own:
		if who.Department != "" {
			return who.Department, nil
		}
	}
	return "", access.Forbidden()
}

// notYours is the fault for a batch of somebody else.
func notYours() *fault.Error {
	return fault.New(fault.Forbidden, "这一批数据不是你或你的部门载入的；请找载入的人或规划人员。",
		"This batch was not loaded by you or your department; ask whoever loaded it, or a planner.")
}
