package web

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/cmd/talentcast/internal/access"
	"talentcast/cmd/talentcast/internal/report/compose"
	"talentcast/cmd/talentcast/internal/report/format"
	"talentcast/cmd/talentcast/internal/report/markup"
	"talentcast/datasets"
)

// reportsBody is the page on which reports are written and fetched.
type reportsBody struct {
	Kinds, Formats, Depts, Kept []option
	Organ                       string
	Since                       string // as a date field takes it
	Scenario                    string // in words; empty for the baseline
	Problem                     string
	Preview                     string // address of the preview asked for; empty for none
	Job                         *jobView
	Made                        []reportView
	About                       []labelled // kinds, and what each is for
	Carried                     []labelled // what the address says besides the form's fields
}

// jobView is a report under way.
type jobView struct {
	ID, State, Text, URL, Events, Cancel string
	Busy                                 bool
}

// reportView is a report that was written.
type reportView struct {
	Name, Kind, Format, AsOf, Department, Scenario, At, By, Size, SHA256, URL string
}

func (s *Server) reports(c *gin.Context) {
	if c.Query("preview") == "1" {
		if _, err := s.order(c); err != nil { // said here rather than in the preview's frame
			code, f := s.explain(c, err)
			s.reportsPage(c, code, f.Text(language(c)))
			return
		}
	}
	s.reportsPage(c, http.StatusOK, "")
}

// reportsPage shows the page, with what was wrong with a request, if anything was.
func (s *Server) reportsPage(c *gin.Context, code int, problem string) {
	o, err := s.look(c)
	if err != nil {
		s.failIn(c, err)
		return
	}
	p, err := s.policyPage(c, "reports", &o.Policy, &o.State)
	if err != nil {
		s.fail(c, err)
		return
	}
	p.AsOf = o.AsOf
	b := reportsBody{Organ: said(c, "organ"), Since: said(c, "since"), Problem: problem}
	for _, k := range []string{"lang", "as_of", "levers"} {
		if v := c.Query(k); v != "" {
			b.Carried = append(b.Carried, labelled{k, v})
		}
	}
	if err := s.reportChoices(c, p, o, &b); err != nil {
		s.failIn(c, err)
		return
	}
	if id := c.Query("job"); id != "" {
		if j, ok := s.making.job(o.Policy.ID, id); ok {
			b.Job = s.jobView(p, j)
		}
	}
	if c.Query("preview") == "1" && problem == "" {
		b.Preview = p.Under("/reports/preview", pairsOf(c)...)
	}
	made, err := s.cfg.Store.Reports(c.Request.Context(), o.Policy.ID)
	if err != nil {
		s.failIn(c, err)
		return
	}
	for _, r := range made {
		b.Made = append(b.Made, p.reportView(o.Policy, r))
	}
	p.Body = b
	s.render(c, code, p)
}

// said is what a form or an address says of a field.
func said(c *gin.Context, name string) string {
	if v, ok := c.GetPostForm(name); ok {
		return clip(strings.TrimSpace(v))
	}
	return clip(strings.TrimSpace(c.Query(name)))
}

// reportFields are those that make a report what it is.
func reportFields() []string {
	return []string{"kind", "format", "department", "since", "organ", "editable", "levers"}
}

// pairsOf are the fields of the request, to be carried by an address.
func pairsOf(c *gin.Context) []string {
	var out []string
	for _, k := range reportFields() {
		if v := said(c, k); v != "" && k != "levers" {
			out = append(out, k, v)
		}
	}
	if v := c.Query("levers"); v != "" {
		out = append(out, "levers", v)
	}
	if ids := c.QueryArray("scenario"); len(ids) > 0 {
		out = append(out, "scenario", strings.Join(ids, ","))
	}
	return out
}

func (s *Server) reportChoices(c *gin.Context, p *page, o *outlook.Outlook, b *reportsBody) error {
	kind, chosen := said(c, "kind"), said(c, "format")
	if kind == "" {
		kind = string(compose.Brief)
	}
	if chosen == "" {
		chosen = "docx"
	}
	for _, k := range compose.Kinds() {
		b.Kinds = append(b.Kinds, option{string(k), k.Name(p.Lang), string(k) == kind})
		b.About = append(b.About, labelled{k.Name(p.Lang), p.T("reports.about." + string(k))})
	}
	for _, f := range format.All() {
		b.Formats = append(b.Formats, option{f.Name, f.Label, f.Name == chosen})
	}
	for _, d := range compose.Departments(o) {
		b.Depts = append(b.Depts, option{d.ID, d.Name(p.Lang), d.ID == said(c, "department")})
	}
	kept, err := s.cfg.Store.Scenarios(c.Request.Context(), o.Policy.ID)
	if err != nil {
		return err
	}
	ids := chosenIDs(c)
	for _, k := range kept {
		id := strconv.FormatInt(k.ID, 10)
		b.Kept = append(b.Kept, option{id, k.Name, slices.Contains(ids, id)})
	}
	sc, err := levers(c)
	if err != nil {
		return err
	}
	if !sc.Baseline() {
		b.Scenario = sc.Text(p.Lang, func(id string) string { return o.Scope(id, p.Lang) })
	}
	return nil
}

// chosenIDs are the saved scenarios that are ticked.
func chosenIDs(c *gin.Context) []string {
	ids := append(c.PostFormArray("scenario"), c.QueryArray("scenario")...)
	var out []string
	for _, s := range ids {
		out = append(out, strings.Split(s, ",")...)
	}
	return out
}

// order reads what is asked for, from a form or an address.
func (s *Server) order(c *gin.Context) (o order, err error) {
	if o.kind, err = compose.KindOf(orElse(said(c, "kind"), string(compose.Brief))); err != nil {
		return o, err
	}
	if o.format, err = format.Of(orElse(said(c, "format"), "docx")); err != nil {
		return o, err
	}
	base, err := s.look(c)
	if err != nil {
		return o, err
	}
	o.lang, o.department, o.organ, o.by = language(c), said(c, "department"), said(c, "organ"), me(c).By(said(c, "by"))
	o.login = me(c).Login
	o.editable = said(c, "editable") == "1"
	if o.kind != compose.Supervision {
		o.department = ""
	} else if o.department == "" {
		return o, fault.New(fault.Invalid, "督办单要指明部门；请选择一个部门。", "A notice goes to one department; choose it.")
	}
	o.want = compose.Wanted{Query: outlook.Query{Policy: base.Policy.ID, AsOf: base.AsOf.Time}, Grace: s.cfg.Grace}
	if o.want.Query.Scenario, err = levers(c); err != nil {
		return o, err
	}
	if text := said(c, "since"); text != "" {
		if o.want.Since, err = dayOf(text); err != nil {
			return o, err
		}
	}
	for _, id := range chosenIDs(c) {
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			continue
		}
		k, err := s.cfg.Store.ScenarioOf(c.Request.Context(), base.Policy.ID, n)
		if err != nil {
			return o, err
		}
		o.want.Names = append(o.want.Names, k.Name)
	}
	return o, nil
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// makeReport starts the report of a form and shows how far it has come.
func (s *Server) makeReport(c *gin.Context) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, 1<<16)
	o, err := s.order(c)
	var id string
	if err == nil {
		id, err = s.start(o)
	}
	if err != nil {
		code, f := s.explain(c, err)
		s.reportsPage(c, code, f.Text(language(c)))
		return
	}
	p := s.page(c, "reports")
	pairs := []string{"job", id, "kind", string(o.kind), "format", o.format.Name}
	c.Redirect(http.StatusSeeOther, p.URL(c.Request.URL.Path, pairs...)+"#job")
}

// previewReport shows the report as a page of its own, for a frame: without
// script, and with no more rights than to look as it does.
func (s *Server) previewReport(c *gin.Context) {
	o, err := s.order(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	done, err := s.turn(c.Request.Context())
	if err != nil {
		s.fail(c, err)
		return
	}
	defer done()
	d, err := s.composed(c.Request.Context(), o)
	if err != nil {
		s.fail(c, err)
		return
	}
	var b bytes.Buffer
	if err := markup.HTML(c.Request.Context(), &b, d, format.Pen{Renderer: s.cfg.Renderer}); err != nil {
		s.fail(c, err)
		return
	}
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox")
	h.Set("X-Frame-Options", "SAMEORIGIN")
	c.Data(http.StatusOK, "text/html; charset=utf-8", b.Bytes())
}

// reportFile hands out a report that was written.
func (s *Server) reportFile(c *gin.Context) {
	r, err := s.reportAsked(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	body, err := os.ReadFile(s.making.file(r.ID, r.Format))
	if errors.Is(err, os.ErrNotExist) {
		s.fail(c, fault.Newf(fault.NotFound, "报告“%[1]s”的文件已不在服务器上；请重新生成。", "The file of the report %[1]q is no longer on the server; write it again.", r.Name).Because(err))
		return
	}
	if err != nil {
		s.fail(c, fmt.Errorf("report %d: %w", r.ID, err))
		return
	}
	f, err := format.Of(r.Format)
	if err != nil {
		s.fail(c, err)
		return
	}
	download(c, r.Name, r.Format, f.Type, body)
}

func (s *Server) reportAsked(c *gin.Context) (datasets.Report, error) {
	id, err := strconv.ParseInt(c.Param("report"), 10, 64)
	if err != nil {
		id = 0
	}
	return s.cfg.Store.ReportOf(c.Request.Context(), c.Param("policy"), id)
}

func (p *page) reportView(policy datasets.Policy, r datasets.Report) reportView {
	v := reportView{
		Name: r.Name, Kind: compose.Kind(r.Kind).Name(p.Lang), Format: r.Format, AsOf: phrase.Date(r.AsOf, p.Lang), Scenario: r.Scenario,
		At: r.At.Format("2006-01-02 15:04"), By: r.By, Size: fmt.Sprintf("%d KB", (r.Bytes+1023)/1024), SHA256: r.SHA256, URL: p.Under("/reports/file/" + strconv.FormatInt(r.ID, 10)),
	}
	if d, ok := policy.Department(r.Department); ok {
		v.Department = d.Name(p.Lang)
	}
	if f, err := format.Of(r.Format); err == nil {
		v.Format = f.Label
	}
	return v
}

// jobView is how far a report has come, in words.
func (s *Server) jobView(p *page, j reportJob) *jobView {
	v := &jobView{ID: j.ID, State: j.state, Events: p.API("/reports/jobs/" + j.ID), Text: s.jobText(p, j)}
	if mayCancel(p.who, j) {
		v.Cancel = p.Under("/reports/job/" + j.ID + "/cancel")
	}
	switch j.state {
	case "done":
		v.URL = p.Under("/reports/file/" + strconv.FormatInt(j.report.ID, 10))
	case "waiting", "gathering", "drawing":
		v.Busy = true
	}
	return v
}

func (s *Server) jobText(p *page, j reportJob) string {
	switch j.state {
	case "drawing":
		return p.T("reports.drawing", min(j.done, j.total), j.total)
	case "failed":
		if f := fault.As(j.err); f != nil {
			return f.Text(p.Lang)
		}
		return p.T("reports.failed")
	case "done":
		return p.T("reports.done", j.report.Name+"."+j.report.Format)
	}
	return p.T("reports." + j.state)
}

// cancelReport ends a report under way.
func (s *Server) cancelReport(c *gin.Context) {
	j, ok := s.making.job(c.Param("policy"), c.Param("job"))
	if !ok {
		s.fail(c, noJob(c.Param("job")))
		return
	}
	if !mayCancel(me(c), j) {
		s.fail(c, fault.New(fault.Forbidden, "这份报告不是你要的；请找生成它的人或规划人员。", "You did not ask for this report; ask whoever did, or a planner."))
		return
	}
	j.cancel()
	p := s.page(c, "reports")
	c.Redirect(http.StatusSeeOther, p.URL("/p/"+c.Param("policy")+"/reports", "job", j.ID)+"#job")
}

// mayCancel reports whether whoever asks may end the report: its own, or anybody's.
func mayCancel(who *access.Principal, j reportJob) bool {
	return who.MayWith(access.MakeReport, j.by != "" && j.by == who.Login)
}

func noJob(id string) error {
	return fault.Newf(fault.NotFound, "没有正在生成的报告 %[1]s；请在列表中查看已生成的报告。", "No report %[1]s is being written; the list has those written.", clip(id))
}
