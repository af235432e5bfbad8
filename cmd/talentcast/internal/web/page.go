package web

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/analytics/target"
	"talentcast/cmd/talentcast/internal/access"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/datasets"
)

//go:embed templates/*.html
var templateFiles embed.FS

// pages are the parsed templates by page name.
type pages map[string]pageTemplate

// page is what every template gets: the frame, and the page's own Body.
type page struct {
	Name    string // of the template
	Lang    string
	Title   string
	Policy  *datasets.Policy
	State   *datasets.State // nil where no policy's data are shown
	AsOf    outlook.Day     // shown
	Version string
	Menu    []menuEntry
	Dark    bool // whatever the reader's system has: for the wall
	Body    any
	User    *access.Principal // nil where nobody is signed in
	Trial   bool              // anybody may do everything, and the page says so
	Older   bool              // it shows what was computed before the latest data

	inner inner // the page within its frame, once it is written

	who    *access.Principal
	token  string // of the session, for its forms
	query  url.Values
	path   string
	today  string
	words  words
	assets map[string]asset
}

// menuEntry is a policy that can be switched to.
type menuEntry struct {
	ID, Name string
	Current  bool
}

func (s *Server) loadPages() (pages, error) {
	out := pages{}
	shared, err := template.New("").Funcs(template.FuncMap{
		"pair": func(p *page, v any) pair { return pair{p, v} },
	}).ParseFS(templateFiles, "templates/layout.html", "templates/parts.html")
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	for _, name := range pageNames {
		t, err := shared.Clone()
		if err != nil {
			return nil, fmt.Errorf("template %s: %w", name, err)
		}
		if t, err = t.ParseFS(templateFiles, "templates/"+name+".html"); err != nil {
			return nil, fmt.Errorf("template %s: %w", name, err)
		}
		out[name] = pageTemplate{t}
	}
	return out, nil
}

var pageNames = []string{"overview", "alerts", "changes", "commitments", "department", "review", "wall", "reports", "target", "model", "models", "scenario", "data", "check", "health", "delivery", "help", "api", "error", "signin", "account", "users", "audit"}

// pair hands a part of a page its own value together with the page.
type pair struct {
	P *page
	V any
}

// page starts a page in the request's language.
func (s *Server) page(c *gin.Context, name string) *page {
	p := &page{
		Name: name, Lang: language(c), Version: s.cfg.Version,
		query: c.Request.URL.Query(), path: c.Request.URL.Path, today: s.cfg.Now().Format(time.DateOnly), words: s.words, assets: s.assets, Older: c.GetBool(olderKey),
	}
	p.Title = p.T("title." + name)
	p.who = me(c)
	if p.who != nil && p.who.Account != 0 {
		p.User = p.who
		p.token = s.cfg.Access.FormToken(c.GetString(sessionKey))
	}
	p.Trial = p.who != nil && p.who.Trial && s.cfg.Access != nil
	return p
}

// policyPage starts a page about a policy, with the switch to the others.
func (s *Server) policyPage(c *gin.Context, name string, policy *datasets.Policy, state *datasets.State) (*page, error) {
	p := s.page(c, name)
	p.Policy, p.State = policy, state
	all, err := s.policies(c)
	if err != nil {
		return nil, err
	}
	for _, o := range all {
		p.Menu = append(p.Menu, menuEntry{o.ID, o.Name(p.Lang), o.ID == policy.ID})
	}
	return p, nil
}

// render writes a page. It is written to memory first, so that a fault in a
// template never leaves half a page; then it says false.
func (s *Server) render(c *gin.Context, code int, p *page) bool {
	var b bytes.Buffer
	err := error(nil)
	if p.inner.main == "" {
		p.inner, err = s.pages[p.Name].inner(p)
	}
	if err == nil {
		err = s.pages[p.Name].ExecuteTemplate(&b, "layout", p)
	}
	if err != nil {
		s.cfg.Log.ErrorContext(c.Request.Context(), "template", "id", c.GetString(requestID), "page", p.Name, "error", err)
		c.String(http.StatusInternalServerError, "%s", p.T("error.template", c.GetString(requestID)))
		return false
	}
	c.Data(code, "text/html; charset=utf-8", withToken(b.Bytes(), p.token))
	return true
}

// inner is what stands within the frame that all pages share.
type inner struct{ main, scripts template.HTML }

// pageTemplate is the frame with the parts of one page.
type pageTemplate struct{ *template.Template }

func (t pageTemplate) inner(p *page) (in inner, err error) {
	for _, part := range []struct {
		name string
		into *template.HTML
	}{{"main", &in.main}, {"scripts", &in.scripts}} {
		if t.Lookup(part.name) == nil {
			continue // a page without scripts of its own
		}
		var b bytes.Buffer
		if err := t.ExecuteTemplate(&b, part.name, p); err != nil {
			return in, err
		}
		*part.into = template.HTML(b.String()) //nolint:gosec // the template has escaped what is in it
	}
	return in, nil
}

// Main is the page within its frame.
func (p *page) Main() template.HTML { return p.inner.main }

// Scripts are those that the page has besides those of every page.
func (p *page) Scripts() template.HTML { return p.inner.scripts }

// renderPart writes a part of a page, for a script to put in its place.
func (s *Server) renderPart(c *gin.Context, p *page, part string, v any) {
	var b bytes.Buffer
	if err := s.pages[p.Name].ExecuteTemplate(&b, part, pair{p, v}); err != nil {
		s.fail(c, fmt.Errorf("template of %s: %w", part, err))
		return
	}
	c.Data(http.StatusOK, "text/html; charset=utf-8", withToken(b.Bytes(), p.token))
}

// T is the interface's text of the key.
func (p *page) T(key string, args ...any) string { return p.words.text(p.Lang, key, args...) }

// URL is an address that keeps language and as-of date.
func (p *page) URL(path string, pairs ...string) string { return link(p.query, path, pairs...) }

// Under is an address under the page's policy.
func (p *page) Under(path string, pairs ...string) string {
	return link(p.query, "/p/"+url.PathEscape(p.Policy.ID)+path, pairs...)
}

// API is the address in the API of something of the page's policy.
func (p *page) API(path string, pairs ...string) string {
	return link(p.query, "/api/v1/policies/"+url.PathEscape(p.Policy.ID)+path, pairs...)
}

// Other is the code of the other language.
func (p *page) Other() string {
	if p.Lang == phrase.En {
		return phrase.Zh
	}
	return phrase.En
}

// OtherName is the other language's name in itself.
func (p *page) OtherName() string {
	if p.Lang == phrase.En {
		return "中文"
	}
	return "English"
}

// OtherURL is this view in the other language.
func (p *page) OtherURL() string {
	q := url.Values{}
	for k, v := range p.query {
		q[k] = v
	}
	q.Del("lang")
	if p.Other() == phrase.En {
		q.Set("lang", phrase.En)
	}
	if len(q) == 0 {
		return p.path
	}
	return p.path + "?" + q.Encode()
}

// HTMLLang is the language tag of the page.
func (p *page) HTMLLang() string {
	if p.Lang == phrase.En {
		return "en"
	}
	return "zh-CN"
}

// Query is a parameter of the request.
func (p *page) Query(name string) string { return p.query.Get(name) }

// LightWord is a status as colour and word: 黄灯 · 滞后可达.
func (p *page) LightWord(s any) string {
	l := lampOf(s)
	light, word := l.Light(p.Lang), p.Word(s)
	if light == word {
		return word
	}
	return light + " · " + word
}

// Path is the address of the page without its parameters.
func (p *page) Path() string { return p.path }

// Kept lists the parameters of the request but those named, for a form that
// changes only these.
func (p *page) Kept(but ...string) []labelled {
	var out []labelled
	for _, k := range slices.Sorted(maps.Keys(p.query)) {
		if v := p.query.Get(k); v != "" && !slices.Contains(but, k) {
			out = append(out, labelled{k, v})
		}
	}
	return out
}

// AsOfValue is the as-of date as a date field takes it.
func (p *page) AsOfValue() string {
	if p.AsOf.IsZero() {
		return p.query.Get("as_of")
	}
	return p.AsOf.Format(time.DateOnly)
}

// FirstDay is the earliest date that can be asked for; empty without data.
func (p *page) FirstDay() string {
	if p.State == nil || p.State.First.IsZero() {
		return ""
	}
	return p.State.First.Format(time.DateOnly)
}

// Today is the last date that can be asked for.
func (p *page) Today() string { return p.today }

// Latest is this view as of the latest data.
func (p *page) Latest() string {
	q := url.Values{}
	for _, x := range p.Kept("as_of") {
		q.Set(x.Label, x.Value)
	}
	return p.path + "?" + q.Encode()
}

// Three is as many as a repeated header needs.
func (p *page) Three() []struct{} { return make([]struct{}, 3) }

// Asset is the address of a static file; it changes with the file.
func (p *page) Asset(name string) string { return "/static/" + name + "?v=" + p.assets[name].hash }

// Date writes a date.
func (p *page) Date(d outlook.Day) string { return phrase.Date(d.Time, p.Lang) }

// Light is the colour's name of a status.
func (p *page) Light(s target.Status) string { return s.Light(p.Lang) }

// Word says what a status means.
func (p *page) Word(s any) string {
	l := lampOf(s)
	return outlook.StatusWord(l.Status, l.Measure, p.Lang)
}

// OwnOffice is the page of the reader's own department, if the policy has it.
func (p *page) OwnOffice() *option {
	if p.who == nil || p.Policy == nil || p.who.Department == "" {
		return nil
	}
	if _, ok := p.Policy.Department(p.who.Department); !ok {
		return nil
	}
	path := "/dept/" + url.PathEscape(p.who.Department)
	at := "/p/" + url.PathEscape(p.Policy.ID) + path
	return &option{Value: p.Under(path), Current: p.path == at || strings.HasPrefix(p.path, at+"/")}
}

// Departments writes the names of departments.
func (p *page) Departments(ids []string) string {
	return report.DepartmentNames(*p.Policy, ids, p.Lang)
}
