package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/shopspring/decimal"

	"talentcast/analytics"
	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/cmd/talentcast/internal/access"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/datasets"
	"talentcast/ingest"
)

// reviewBody is a department's self-review of a year: a form, and what is printed.
type reviewBody struct {
	Title   string
	Dept    option // the page of the department
	Year    int
	Years   []option
	Lines   []reviewLine
	By      field
	Problem string
	Saved   bool
	May     bool // the reader may say something
	Running bool // the year is not over on the as-of date
	URL     string
	XLSX    string
	CSV     string
	Sign    []string
}

// reviewLine is a line with its fields.
type reviewLine struct {
	No                           int
	ID, Name, URL                string
	Goal, Plan, Done, Rate, Word string
	Lamp                         lamp
	Score, Reason, Measures      field
	Revision                     int
	SavedText                    string
}

// reviewDraft is what was typed and not kept, by target.
type reviewDraft struct {
	fields   map[string]map[string]field // by target, then name
	by       field
	problem  string
	problems bool
}

// reviewing reads what a self-review is made of.
type reviewing struct {
	o     *outlook.Outlook
	dept  datasets.Department
	year  int
	lines []report.ReviewLine
}

func (s *Server) reviewing(c *gin.Context) (r reviewing, err error) {
	if r.o, err = s.look(c); err != nil {
		return r, err
	}
	var ok bool
	if r.dept, ok = r.o.Policy.Department(c.Param("dept")); !ok {
		return r, noDepartment(c.Param("dept"))
	}
	if r.year, err = whole(c, "year", r.o.AsOf.Year(), firstYear(r.o), r.o.AsOf.Year()); err != nil {
		return r, err
	}
	revisions, day, err := s.plansOn(c)
	if err != nil {
		return r, err
	}
	plans := map[string]outlook.AnnualPlan{}
	for _, t := range report.PlanTargets(r.o, r.dept.ID) {
		if p, ok := r.o.PlanOf(t, revisions, day, nil); ok {
			plans[t.ID] = p
		}
	}
	said, err := s.cfg.Store.SelfReviews(c.Request.Context(), r.o.Policy.ID, r.dept.ID, r.year)
	if err != nil {
		return r, err
	}
	r.lines = report.Review(r.o, r.dept.ID, r.year, plans, said, language(c))
	return r, nil
}

func (s *Server) review(c *gin.Context) { s.reviewPage(c, http.StatusOK, nil) }

func (s *Server) reviewPage(c *gin.Context, code int, draft *reviewDraft) {
	r, err := s.reviewing(c)
	if err != nil {
		s.failIn(c, err)
		return
	}
	p, err := s.policyPage(c, "review", &r.o.Policy, &r.o.State)
	if err != nil {
		s.fail(c, err)
		return
	}
	p.AsOf = r.o.AsOf
	name := p.Departments([]string{r.dept.ID})
	year := strconv.Itoa(r.year)
	base := "/dept/" + r.dept.ID
	b := reviewBody{
		Title: report.ReviewTitle(name, r.year, p.Lang), Dept: option{p.Under(base), name, false}, Year: r.year,
		By: field{Name: "by", Label: p.T("upload.by")}, Saved: p.Query("saved") == "review",
		May: p.mayFor(access.Note, []string{r.dept.ID}), Running: r.o.AsOf.Before(analytics.Date(r.year, 12, 31)),
		URL: p.Under(base+"/review", "year", year), XLSX: p.Under(base+"/table/review.xlsx", "year", year), CSV: p.Under(base+"/table/review.csv", "year", year),
		Sign: report.ReviewSignatures(p.Lang),
	}
	p.Title = b.Title
	for y := r.o.AsOf.Year(); y >= firstYear(r.o); y-- {
		b.Years = append(b.Years, option{p.Under(base+"/review", "year", strconv.Itoa(y)), strconv.Itoa(y), y == r.year})
	}
	for i, l := range r.lines {
		b.Lines = append(b.Lines, p.reviewLine(i+1, l, draft))
	}
	if draft != nil {
		b.By, b.Problem = draft.by, draft.problem
		b.By.Label = p.T("upload.by")
	}
	p.Body = b
	s.render(c, code, p)
}

func (p *page) reviewLine(no int, l report.ReviewLine, draft *reviewDraft) reviewLine {
	x := reviewLine{
		No: no, ID: l.Target.ID, Name: l.Target.Name(p.Lang), URL: p.Under("/t/" + l.Target.ID), Goal: l.Goal, Plan: l.Plan, Done: l.Done,
		Rate: phrase.Missing, Word: l.Word, Lamp: lamp{Status: l.Light}, Revision: l.Said.Revision,
		Reason: field{Value: l.Said.Reason}, Measures: field{Value: l.Said.Measures},
	}
	if l.Rate != nil {
		x.Rate = phrase.Percent(*l.Rate)
	}
	if l.Said.Score.Valid {
		x.Score.Value = l.Said.Score.Decimal.String()
	}
	if l.Said.Revision > 0 {
		x.SavedText = p.T("review.said", l.Said.By, phrase.Date(l.Said.At, p.Lang), l.Said.Revision)
	}
	if draft != nil {
		f := draft.fields[l.Target.ID]
		x.Score, x.Reason, x.Measures = f["score"], f["reason"], f["measures"]
	}
	for _, f := range []struct {
		to        *field
		name, key string
	}{{&x.Score, "score", "review.score"}, {&x.Reason, "reason", "review.reason"}, {&x.Measures, "measures", "review.measures"}} {
		f.to.Name, f.to.Label = f.name+"-"+l.Target.ID, l.Target.ID+" "+p.T(f.key)
	}
	return x
}

// saveReview keeps the lines that were changed, or shows the form again with what
// is wrong.
func (s *Server) saveReview(c *gin.Context) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, 1<<20)
	if err := c.Request.ParseForm(); err != nil {
		s.fail(c, s.badForm(err))
		return
	}
	r, err := s.reviewing(c)
	if err != nil {
		s.failIn(c, err)
		return
	}
	if err := owns(me(c), access.Note, []string{r.dept.ID}); err != nil {
		s.failIn(c, err)
		return
	}
	changed, d := typedReview(c, r)
	code := http.StatusBadRequest
	if !d.problems {
		err := s.cfg.Store.SaveSelfReviews(c.Request.Context(), r.o.Policy.ID, r.dept.ID, r.year, d.by.Value, changed)
		if err == nil {
			c.Redirect(http.StatusSeeOther, link(c.Request.URL.Query(), "/p/"+r.o.Policy.ID+"/dept/"+r.dept.ID+"/review", "year", strconv.Itoa(r.year), "saved", "review"))
			return
		}
		var f *fault.Error
		code, f = s.explain(c, err)
		d.problem = f.Text(language(c))
	}
	s.reviewPage(c, code, d)
}

// typedReview reads the form: the lines that say something else than what is kept,
// and all fields as typed.
func typedReview(c *gin.Context, r reviewing) ([]datasets.SelfReview, *reviewDraft) {
	lang := language(c)
	d := &reviewDraft{fields: map[string]map[string]field{}, by: field{Name: "by", Value: me(c).By(strings.TrimSpace(c.PostForm("by")))}}
	var changed []datasets.SelfReview
	for _, l := range r.lines {
		id := l.Target.ID
		text := func(name string) string { return strings.TrimSpace(c.PostForm(name + "-" + id)) }
		x := datasets.SelfReview{Target: id, Reason: text("reason"), Measures: text("measures")}
		x.Base, _ = strconv.Atoi(c.PostForm("revision-" + id))
		score := field{Value: text("score")}
		if score.Value != "" {
			v, ok := ingest.PlanAmount(score.Value, "")
			x.Score = decimal.NewNullDecimal(v)
			if !ok {
				score.Problem = fault.Newf(fault.Invalid, "“%[1]s”不是数；请填 0 到 100。", "%[1]q is not a number; give 0 to 100.", clip(score.Value)).Text(lang)
			}
		}
		if err := datasets.CheckSelfReview(x); err != nil && score.Problem == "" {
			score.Problem = fault.As(err).Text(lang)
		}
		d.problems = d.problems || score.Problem != ""
		d.fields[id] = map[string]field{"score": score, "reason": {Value: x.Reason}, "measures": {Value: x.Measures}}
		same := x.Score.Valid == l.Said.Score.Valid && x.Score.Decimal.Equal(l.Said.Score.Decimal) && x.Reason == l.Said.Reason && x.Measures == l.Said.Measures
		if !same {
			changed = append(changed, x)
		}
	}
	if d.by.Value == "" {
		d.by.Problem, d.problems = fault.As(datasets.ErrNoBy()).Text(lang), true
	}
	return changed, d
}

// exportDepartment sends the self-review of a year, or the plans, of a department.
func (s *Server) exportDepartment(c *gin.Context) {
	name, ending, err := split(c.Param("file"), report.TableEndings()...)
	if err != nil {
		s.fail(c, err)
		return
	}
	t, o, err := s.departmentTable(c, name)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.sendTable(c, t, fileName(o, t.Title, language(c)), ending)
}

func (s *Server) departmentTable(c *gin.Context, name string) (report.Table, *outlook.Outlook, error) {
	switch name {
	case "review":
		r, err := s.reviewing(c)
		if err != nil {
			return report.Table{}, nil, err
		}
		return report.ReviewTable(r.o, r.dept.ID, r.year, r.lines, language(c)), r.o, nil
	case "plans":
		o, err := s.look(c)
		if err != nil {
			return report.Table{}, nil, err
		}
		if _, ok := o.Policy.Department(c.Param("dept")); !ok {
			return report.Table{}, nil, noDepartment(c.Param("dept"))
		}
		revisions, day, err := s.plansOn(c)
		if err != nil {
			return report.Table{}, nil, err
		}
		targets := report.PlanTargets(o, c.Param("dept"))
		if len(targets) == 0 {
			return report.Table{}, nil, fault.New(fault.NotFound, "该部门没有可做年度分解的目标。", "The department leads no target that is planned by year.")
		}
		return report.Plans(o, targets, revisions, day, language(c)), o, nil
	}
	return report.Table{}, nil, fault.Newf(fault.NotFound, "没有表“%[1]s”；可用：review, plans。", "There is no table %[1]q; there are review, plans.", clip(name))
}

// reviewAnswer is a self-review as the API serves it.
type reviewAnswer struct {
	Policy     string           `json:"policy"`
	Department string           `json:"department"`
	Year       int              `json:"year"`
	AsOf       outlook.Day      `json:"as_of"`
	Demo       bool             `json:"demo"`
	Lines      []reviewLineJSON `json:"lines"`
}

type reviewLineJSON struct {
	Target   string   `json:"target"`
	Goal     string   `json:"goal"`
	Plan     string   `json:"plan"`
	Done     string   `json:"done"`
	Rate     *float64 `json:"rate"`
	Status   string   `json:"status"`
	Word     string   `json:"word"`
	Score    *float64 `json:"score"`
	Reason   string   `json:"reason"`
	Measures string   `json:"measures"`
	Revision int      `json:"revision"`
	By       string   `json:"saved_by"`
}

func (s *Server) apiReview(c *gin.Context) { s.answerReview(c, http.StatusOK) }

func (s *Server) answerReview(c *gin.Context, code int) {
	r, err := s.reviewing(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	a := reviewAnswer{Policy: r.o.Policy.ID, Department: r.dept.ID, Year: r.year, AsOf: r.o.AsOf, Demo: r.o.State.Demo, Lines: []reviewLineJSON{}}
	for _, l := range r.lines {
		x := reviewLineJSON{
			Target: l.Target.ID, Goal: l.Goal, Plan: l.Plan, Done: l.Done, Rate: l.Rate, Status: string(l.Light), Word: l.Word,
			Reason: l.Said.Reason, Measures: l.Said.Measures, Revision: l.Said.Revision, By: l.Said.By,
		}
		if l.Said.Score.Valid {
			v := l.Said.Score.Decimal.InexactFloat64()
			x.Score = &v
		}
		a.Lines = append(a.Lines, x)
	}
	c.JSON(code, a)
}

// reviewQuestion is what a department says of some of its targets.
type reviewQuestion struct {
	By    string `json:"by"`
	Lines []struct {
		Target   string              `json:"target"`
		Revision int                 `json:"revision"`
		Score    decimal.NullDecimal `json:"score"`
		Reason   string              `json:"reason"`
		Measures string              `json:"measures"`
	} `json:"lines"`
}

func (s *Server) apiSaveReview(c *gin.Context) {
	var q reviewQuestion
	r, err := s.reviewing(c)
	if err == nil {
		err = owns(me(c), access.Note, []string{r.dept.ID})
	}
	if err == nil {
		err = body(c, &q)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	var said []datasets.SelfReview
	for _, l := range q.Lines {
		said = append(said, datasets.SelfReview{Target: l.Target, Base: l.Revision, Score: l.Score, Reason: strings.TrimSpace(l.Reason), Measures: strings.TrimSpace(l.Measures)})
	}
	if err := s.cfg.Store.SaveSelfReviews(c.Request.Context(), r.o.Policy.ID, r.dept.ID, r.year, me(c).By(strings.TrimSpace(q.By)), said); err != nil {
		s.fail(c, err)
		return
	}
	s.answerReview(c, http.StatusCreated)
}
