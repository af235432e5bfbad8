package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/charts"
	"talentcast/cmd/talentcast/internal/access"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/datasets"
	"talentcast/ingest"
)

// planView is a target's plan by year, and the form that changes it.
type planView struct {
	Origin    string
	Rate      string // 年度计划完成率
	Warning   string
	Chart     chartView
	Years     []planYearView
	Revisions []revisionView // the newest first
	// Of the form.
	Fields      []field
	Known       field
	By, Reason  field
	Base        int
	Unit        string
	Problem     string // of the whole
	Open, Saved bool
	URL         string // that it is sent to
	Past        bool   // plans of an earlier day are only read
	Editable    bool
	LatestURL   string // where they can be changed
	HasOwn      bool
}

type planYearView struct {
	Year                        int
	Running                     bool
	Plan, Actual, Median, Range string
	P, Share, Added, Required   string
	Lamp                        lamp
	Word                        string
}

type revisionView struct {
	Revision                    int
	Known, At, By, Reason, Path string
	Current                     bool
}

// field is a field of a form with what was typed and what is wrong with it.
type field struct{ Name, Label, Value, Problem string }

// planDraft is what was typed into a plan and not kept.
type planDraft struct {
	years             map[int]string
	known, by, reason string
	problems          map[string]string // by field; "" of the whole
}

// plansOn reads the plans of a policy and settles the day as of which they are
// read: the one asked for, or today, whose plans are for the newest data.
func (s *Server) plansOn(c *gin.Context) (revisions []datasets.PlanRevision, day time.Time, err error) {
	if day, err = asOf(c); err != nil {
		return nil, day, err
	}
	if day.IsZero() {
		day = s.cfg.Now()
	}
	revisions, err = s.cfg.Store.Plans(c.Request.Context(), c.Param("policy"))
	return revisions, day, err
}

// planOf is the plan of one target as the address asks for it.
func (s *Server) planOf(c *gin.Context, o *outlook.Outlook, t *outlook.Target) (outlook.AnnualPlan, []datasets.PlanRevision, error) {
	revisions, day, err := s.plansOn(c)
	if err != nil {
		return outlook.AnnualPlan{}, nil, err
	}
	ends := s.cfg.Outlooks.YearEndsKept(o)
	if ends == nil {
		if ends, err = s.cfg.Outlooks.YearEnds(c.Request.Context(), outlook.Query{Policy: o.Policy.ID, AsOf: o.AsOf.Time}); err != nil {
			return outlook.AnnualPlan{}, nil, err
		}
	}
	plan, ok := o.PlanOf(t, revisions, day, ends)
	if !ok {
		return plan, nil, fault.Newf(fault.NotFound, "目标 %[1]s 没有数值或期限，不做年度分解；请选择累计、存量或比例类目标。",
			"The target %[1]s has no number or no deadline, so there is no plan by year; choose one that is counted, stocked or a share.", t.ID)
	}
	return plan, revisions, nil
}

// planPicture is the chart of a target's plan.
func (s *Server) planPicture(c *gin.Context, o *outlook.Outlook, t *outlook.Target) (charts.Chart, error) {
	plan, _, err := s.planOf(c, o, t)
	if err != nil {
		return charts.Chart{}, err
	}
	return report.PlanChart(o, t, plan, language(c))
}

func (p *page) planView(o *outlook.Outlook, t *outlook.Target, plan outlook.AnnualPlan, revisions []datasets.PlanRevision, dept string, draft *planDraft) (planView, error) {
	v := planView{
		Origin: report.PlanOrigin(plan, p.Lang), Rate: report.YearRateText(plan), Base: plan.Latest, HasOwn: plan.Own,
		Unit: phrase.Unit(t.Unit, p.Lang), Past: p.Query("as_of") != "", Editable: p.Query("as_of") == "" && p.mayFor(access.Plan, t.Lead),
		URL: p.Under("/dept/" + dept + "/plan/" + t.ID), LatestURL: p.Under("/dept/"+dept, "target", t.ID, "as_of", "") + "#plan",
		Saved: p.Query("saved") == "plan", Open: p.Query("edit") == "1",
	}
	if plan.Warning != nil {
		v.Warning = plan.Warning.Text(p.Lang)
	}
	c, err := report.PlanChart(o, t, plan, p.Lang)
	if err != nil {
		return v, fmt.Errorf("chart of the plan of %s: %w", t.ID, err)
	}
	v.Chart = p.chart(c, p.API("/targets/"+t.ID+"/charts/plan"), "/t/"+t.ID+"/chart/plan", nil)
	v.Chart.Name = "plan"
	v.Chart.Table = p.table(report.PlanTable(o, t, plan, p.Lang), "/t/"+t.ID+"/table/plan")
	last := 0
	for i, y := range plan.Years {
		if y.Plan != nil {
			last = i
		}
	}
	for i, y := range plan.Years {
		if i <= last || y.Running {
			v.Years = append(v.Years, p.planYear(t, y))
		}
		v.Fields = append(v.Fields, draft.field(p, y))
	}
	for i := len(revisions) - 1; i >= 0; i-- {
		if r := revisions[i]; r.Target == t.Canonical {
			v.Revisions = append(v.Revisions, p.revision(t, r, plan.Revision))
		}
	}
	v.Known = field{Name: "known", Label: p.T("plan.known"), Value: p.today}
	v.By = field{Name: "by", Label: p.T("upload.by")}
	v.Reason = field{Name: "reason", Label: p.T("plan.reason")}
	if draft != nil {
		v.Open, v.Problem = true, draft.problems[""]
		v.Known.Value, v.By.Value, v.Reason.Value = draft.known, draft.by, draft.reason
		v.Known.Problem, v.By.Problem, v.Reason.Problem = draft.problems["known"], draft.problems["by"], draft.problems["reason"]
	}
	return v, nil
}

// field is a year's figure: as typed, or as it is planned now.
func (d *planDraft) field(p *page, y outlook.PlanYear) field {
	f := field{Name: "y" + strconv.Itoa(y.Year), Label: p.T("plan.yearend", y.Year)}
	if y.Plan != nil {
		f.Value = strconv.FormatFloat(*y.Plan, 'f', -1, 64)
	}
	if d != nil {
		f.Value, f.Problem = d.years[y.Year], d.problems[f.Name]
	}
	return f
}

func (p *page) planYear(t *outlook.Target, y outlook.PlanYear) planYearView {
	amount := func(v *float64) string {
		if v == nil {
			return phrase.Missing
		}
		return phrase.Amount(*v, t.Unit, p.Lang)
	}
	v := planYearView{
		Year: y.Year, Running: y.Running, Plan: amount(y.Plan), Actual: amount(y.Actual), Median: amount(y.Median),
		Share: amount(y.Share), Added: amount(y.Added), P: phrase.Missing, Required: phrase.Missing, Range: phrase.Missing,
		Lamp: lamp{Status: y.State.Light()}, Word: y.State.Words().In(p.Lang),
	}
	if y.Lo80 != nil && y.Hi80 != nil {
		v.Range = phrase.Number(*y.Lo80, 2) + "–" + phrase.Amount(*y.Hi80, t.Unit, p.Lang)
		if t.Unit == "元" {
			v.Range = phrase.Amount(*y.Lo80, t.Unit, p.Lang) + "–" + phrase.Amount(*y.Hi80, t.Unit, p.Lang)
		}
	}
	if y.P != nil {
		v.P = phrase.Probability(y.P.P)
	}
	if y.Required != nil {
		v.Required = orMissing(report.PaceText(*y.Required, t, p.Lang))
	}
	return v
}

func (p *page) revision(t *outlook.Target, r datasets.PlanRevision, current int) revisionView {
	var path []string
	for _, y := range r.Years {
		path = append(path, strconv.Itoa(y.Year)+" "+phrase.Amount(y.Amount.InexactFloat64(), t.Unit, p.Lang))
	}
	v := revisionView{
		Revision: r.Revision, Known: phrase.Date(r.Known, p.Lang), At: phrase.Date(r.At, p.Lang), By: r.By, Reason: r.Reason,
		Path: strings.Join(path, p.T("plan.comma")), Current: r.Revision == current,
	}
	if len(r.Years) == 0 {
		v.Path = p.T("plan.even")
	}
	return v
}

// savePlan keeps what was typed into the form, or shows it again with what is
// wrong beside each field.
func (s *Server) savePlan(c *gin.Context) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, 1<<16)
	if err := c.Request.ParseForm(); err != nil {
		s.fail(c, s.badForm(err))
		return
	}
	policy, err := s.cfg.Store.Policy(c.Request.Context(), c.Param("policy"))
	if err != nil {
		s.failIn(c, err)
		return
	}
	t, ok := policy.Target(c.Param("target"))
	if !ok || !t.Planned() {
		s.failIn(c, fault.Newf(fault.NotFound, "目标“%[1]s”没有年度分解；请从部门页选择。", "The target %[1]q has no plan by year; choose one on the department's page.", clip(c.Param("target"))))
		return
	}
	if err := owns(me(c), access.Plan, t.Lead); err != nil {
		s.failIn(c, err)
		return
	}
	x, draft := s.typedPlan(c, t)
	code := http.StatusBadRequest
	if len(draft.problems) == 0 {
		err := s.cfg.Store.SavePlans(c.Request.Context(), policy.ID, []datasets.PlanRevision{x})
		if err == nil {
			to := link(c.Request.URL.Query(), "/p/"+policy.ID+"/dept/"+c.Param("dept"), "target", t.ID, "as_of", "", "saved", "plan")
			c.Redirect(http.StatusSeeOther, to+"#plan")
			return
		}
		var f *fault.Error
		code, f = s.explain(c, err)
		draft.problems[""] = f.Text(language(c))
	}
	s.departmentPage(c, code, deptDraft{target: t.ID, plan: draft})
}

// typedPlan reads the form: the revision it means, and the fields as typed with
// what is wrong with them.
func (s *Server) typedPlan(c *gin.Context, t datasets.Target) (datasets.PlanRevision, *planDraft) {
	lang := language(c)
	d := &planDraft{
		years: map[int]string{}, problems: map[string]string{},
		known: strings.TrimSpace(c.PostForm("known")), by: me(c).By(strings.TrimSpace(c.PostForm("by"))), reason: strings.TrimSpace(c.PostForm("reason")),
	}
	x := datasets.PlanRevision{Target: t.ID, By: d.by, Reason: d.reason}
	x.Base, _ = strconv.Atoi(c.PostForm("revision"))
	for _, y := range t.PlanYears() {
		name := "y" + strconv.Itoa(y)
		d.years[y] = strings.TrimSpace(c.PostForm(name))
		if d.years[y] == "" {
			continue
		}
		v, ok := ingest.PlanAmount(d.years[y], t.Unit)
		if !ok {
			d.problems[name] = fault.Newf(fault.Invalid, "“%[1]s”不是数；请填 %[2]s 这样的数。", "%[1]q is not a number; give one such as %[2]s.", clip(d.years[y]), "120").Text(lang)
			continue
		}
		x.Years = append(x.Years, datasets.YearPlan{Year: y, Amount: v})
	}
	if c.PostForm("do") == "even" {
		x.Years, d.problems = nil, map[string]string{}
	} else if len(x.Years) == 0 && len(d.problems) == 0 {
		d.problems[""] = fault.New(fault.Invalid, "请至少填写一年的计划数；要恢复匀速推进请用“恢复默认”。", "Plan at least one year; to go back to even progress use the button for it.").Text(lang)
	} else {
		problems, _ := t.CheckPlan(x.Years)
		for _, p := range problems {
			d.problems["y"+strconv.Itoa(p.Year)] = fault.As(p.Err).Text(lang)
		}
	}
	if d.by == "" {
		d.problems["by"] = fault.As(datasets.ErrNoBy()).Text(lang)
	}
	if d.reason == "" {
		d.problems["reason"] = fault.As(datasets.ErrNoReason()).Text(lang)
	}
	if d.known != "" {
		day, ok := ingest.PlanDay(d.known)
		if !ok || day.After(s.cfg.Now()) {
			d.problems["known"] = fault.New(fault.Invalid, "请填今天或以前的日期，写成 2015-06-30 的样子。", "Give today or an earlier day, written as 2015-06-30.").Text(lang)
		}
		x.Known = day
	}
	return x, d
}

func (s *Server) apiPlan(c *gin.Context) {
	o, err := s.look(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.answerPlan(c, o, http.StatusOK)
}

// planAnswer is a target's plan with all its revisions.
type planAnswer struct {
	Policy    string             `json:"policy"`
	AsOf      outlook.Day        `json:"as_of"`
	Demo      bool               `json:"demo"`
	Unit      string             `json:"unit"`
	Plan      outlook.AnnualPlan `json:"plan"`
	Revisions []planRevisionJSON `json:"revisions"`
}

type planRevisionJSON struct {
	datasets.PlanRevision
	Known outlook.Day `json:"known"`
}

func (s *Server) answerPlan(c *gin.Context, o *outlook.Outlook, code int) {
	t, err := find(o, c.Param("target"))
	if err != nil {
		s.fail(c, err)
		return
	}
	plan, revisions, err := s.planOf(c, o, t)
	if err != nil {
		s.fail(c, err)
		return
	}
	a := planAnswer{Policy: o.Policy.ID, AsOf: o.AsOf, Demo: o.State.Demo, Unit: t.Unit, Plan: plan, Revisions: []planRevisionJSON{}}
	for _, r := range revisions {
		if r.Target == t.Canonical {
			r.Years = orEmpty(r.Years)
			a.Revisions = append(a.Revisions, planRevisionJSON{r, outlook.Day{Time: r.Known}})
		}
	}
	c.JSON(code, a)
}

// planQuestion is a plan to be kept: years from "2012" to the figure, none to go
// back to even progress, and the revision that it was made from.
type planQuestion struct {
	Revision int               `json:"revision"`
	Years    map[string]string `json:"years"`
	Known    string            `json:"known"`
	By       string            `json:"by"`
	Reason   string            `json:"reason"`
}

func (s *Server) apiSavePlan(c *gin.Context) {
	var q planQuestion
	if err := body(c, &q); err != nil {
		s.fail(c, err)
		return
	}
	ctx := c.Request.Context()
	policy, err := s.cfg.Store.Policy(ctx, c.Param("policy"))
	if err != nil {
		s.fail(c, err)
		return
	}
	q.By = me(c).By(q.By)
	x, err := q.plan(policy, c.Param("target"))
	if t, ok := policy.Target(c.Param("target")); ok && err == nil {
		err = owns(me(c), access.Plan, t.Lead)
	}
	if err == nil {
		err = s.cfg.Store.SavePlans(ctx, policy.ID, []datasets.PlanRevision{x})
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	o, err := s.latest(ctx, policy.ID)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.answerPlan(c, o, http.StatusCreated)
}

func (s *Server) latest(ctx context.Context, policy string) (*outlook.Outlook, error) {
	return s.cfg.Outlooks.Of(ctx, outlook.Query{Policy: policy})
}

var errYear = errors.New("not a year")

func (q planQuestion) plan(policy datasets.Policy, id string) (datasets.PlanRevision, error) {
	x := datasets.PlanRevision{Target: id, Base: q.Revision, By: strings.TrimSpace(q.By), Reason: strings.TrimSpace(q.Reason)}
	t, ok := policy.Target(id)
	if !ok {
		return x, fault.Newf(fault.NotFound, "没有目标“%[1]s”；请核对目标编号。", "There is no target %[1]q; check its number.", clip(id))
	}
	if q.Known != "" {
		if x.Known, ok = ingest.PlanDay(q.Known); !ok {
			return x, fault.Newf(fault.Invalid, "确定日期“%[1]s”无法识别；请写成 2015-06-30 的形式。", "The date %[1]q can't be read; write it as 2015-06-30.", clip(q.Known))
		}
	}
	for text := range q.Years {
		if y, err := strconv.Atoi(text); err != nil || y < t.Start.Year() || y > t.Late.Year() {
			return x, fault.Newf(fault.Invalid, "年份“%[1]s”不可用；请填目标期限内的年份。", "The year %[1]q can't be used; give years of the target's window.", clip(text)).Because(errYear)
		}
	}
	for _, y := range t.PlanYears() {
		text, there := q.Years[strconv.Itoa(y)]
		if !there {
			continue
		}
		v, ok := ingest.PlanAmount(text, t.Unit)
		if !ok {
			return x, fault.Newf(fault.Invalid, "%[2]d年的“%[1]s”不是数；请填 120 这样的数。", "%[1]q of %[2]d is not a number; give one such as 120.", clip(text), y)
		}
		x.Years = append(x.Years, datasets.YearPlan{Year: y, Amount: v})
	}
	return x, nil
}
