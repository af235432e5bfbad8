package web

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"regexp"
	"slices"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/access"
)

const (
	tokenField     = "csrf"
	tokenHeader    = "X-CSRF-Token"
	tokenFormBytes = 1 << 18
	tokenPeek      = 2048 // of a form with a file, whose first field must be the token
	tokenInput     = `<input type="hidden" name="` + tokenField + `" value="`
)

// postForm finds the forms of a page that change something. Attributes are
// escaped, so no value can hold the end of the tag.
var postForm = regexp.MustCompile(`(?i)<form\b[^>]*\bmethod="post"[^>]*>`)

// withToken puts the session's token into every form of the page: first, as a
// form with a file must have it.
func withToken(page []byte, token string) []byte {
	if token == "" {
		return page
	}
	field := []byte(tokenInput + token + `">`) // base64 of a URL: nothing to escape
	return postForm.ReplaceAllFunc(page, func(tag []byte) []byte { return append(bytes.Clone(tag), field...) })
}

// formIsOurs wants a change that a browser sends for its session to carry the
// session's token, which no other site can know. Programs with a token of their
// own need none: nobody can make a browser send theirs.
func (s *Server) formIsOurs(c *gin.Context, who *access.Principal) error {
	session := c.GetString(sessionKey)
	switch c.Request.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return nil
	}
	if who.Token || session == "" {
		return nil
	}
	token, err := sentToken(c)
	if err != nil {
		return err
	}
	if !s.cfg.Access.FormTokenFits(session, token) {
		return fault.New(fault.Forbidden, "页面已过期，或请求不是从本系统的页面发出，未作改动；请刷新页面再试。",
			"The page is out of date or the request does not come from this system's pages, and nothing was changed; reload the page and try again.")
	}
	return nil
}

// sentToken reads the token from the header or the form.
func sentToken(c *gin.Context) (string, error) {
	if h := c.GetHeader(tokenHeader); h != "" {
		return h, nil
	}
	kind, params, _ := mime.ParseMediaType(c.GetHeader("Content-Type")) // one that can't be read is none of these
	switch kind {
	case "application/x-www-form-urlencoded":
		c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, tokenFormBytes)
		if err := c.Request.ParseForm(); err != nil {
			return "", fault.New(fault.Invalid, "提交的表单无法读取；请刷新页面再试。", "The form can't be read; reload the page and try again.").Because(err)
		}
		return c.Request.PostForm.Get(tokenField), nil
	case "multipart/form-data":
		body := c.Request.Body
		b := bufio.NewReaderSize(body, tokenPeek)
		head, err := b.Peek(tokenPeek)
		if err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		c.Request.Body = struct {
			io.Reader
			io.Closer
		}{b, body}
		return firstField(head, params["boundary"]), nil
	}
	return "", nil
}

// firstField is the token where it is the first field of the form that head is
// the beginning of; "" where it is not, or where there is no form.
func firstField(head []byte, boundary string) string {
	if part, err := multipart.NewReader(bytes.NewReader(head), boundary).NextPart(); err == nil && part.FormName() == tokenField {
		token, _ := io.ReadAll(io.LimitReader(part, 200)) // cut off, it does not fit
		return string(token)
	}
	return ""
}

// May reports whether whoever reads the page may do the action at all.
func (p *page) May(action string) bool { return p.who.May(access.Action(action)) }

// mayFor reports whether the reader may do the action for one of the departments.
func (p *page) mayFor(a access.Action, depts []string) bool { return owns(p.who, a, depts) == nil }

// owns refuses what is another department's: whoever may do the action only for
// the own one must be of one of those that lead.
func owns(who *access.Principal, a access.Action, leads []string) error {
	if who.Reach(a) == access.All || slices.ContainsFunc(leads, func(d string) bool { return who.OfDepartment(a, d) }) {
		return nil
	}
	return access.Forbidden()
}

// Token is what a script sends along with a change; "" where none is needed.
func (p *page) Token() string { return p.token }
