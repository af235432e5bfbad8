package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/analytics/target"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/datasets"
)

// departmentBody is what one department has to answer for.
type departmentBody struct {
	Name    string
	Counts  []count
	Lead    []departmentRow // planned by year
	Checked []departmentRow // its other commitments
	Total   int             // of both
	Coop    []targetView
	Overdue []deliveryView
	Others  []option // the other departments
	Year    string
	// Chosen is the target whose plan and notes are shown; nil where the department
	// leads none.
	Chosen *chosenLead
	// Reviews are the years that can be reviewed, the newest first.
	Reviews []option
	Notice  string // address of the page that writes its 督办单
	Plans   string // address of the plans of all its targets, without an ending
}

// chosenLead is one of the department's targets with what it plans and says.
type chosenLead struct {
	targetView
	Others []option
	Plan   *planView // nil for a target that is not planned by year
	Notes  notesView
}

// departmentRow is a target that the department leads: what it takes from now on.
type departmentRow struct {
	targetView
	Need   string // a month, by the late deadline
	Due    string // this year's share, by the plan
	Added  string // this year so far
	Rate   string // 年度计划完成率
	Choose string // address of its plan and notes
}

// deptDraft is what was typed on the page and could not be kept.
type deptDraft struct {
	target string
	plan   *planDraft
	note   *noteDraft
}

// department shows the targets of one department: those it leads, those it
// cooperates on, what it owes, plans and says.
func (s *Server) department(c *gin.Context) {
	s.departmentPage(c, http.StatusOK, deptDraft{target: c.Query("target")})
}

func (s *Server) departmentPage(c *gin.Context, code int, draft deptDraft) {
	o, err := s.glance(c)
	if err != nil {
		s.failIn(c, err)
		return
	}
	d, ok := o.Policy.Department(c.Param("dept"))
	if !ok {
		s.failIn(c, noDepartment(c.Param("dept")))
		return
	}
	p, err := s.policyPage(c, "department", &o.Policy, &o.State)
	if err != nil {
		s.fail(c, err)
		return
	}
	p.AsOf, p.path = o.AsOf, "/p/"+o.Policy.ID+"/dept/"+d.ID // a form may have been sent to an address below
	p.Title = p.Departments([]string{d.ID})
	key := s.printedKey(p, o)
	if p.who != nil {
		key.account = p.who.Account // who may withdraw which note
	}
	plain := code == http.StatusOK && draft.plan == nil && draft.note == nil
	if plain {
		release, done := s.before(c, p, key)
		if done {
			return
		}
		defer release()
	}
	b := departmentBody{Name: p.Title, Year: o.AsOf.Format("2006"), Plans: "/dept/" + d.ID + "/table/plans"}
	if err := s.lead(c, p, o, d.ID, &b, draft); err != nil {
		s.failIn(c, err)
		return
	}
	if b.Overdue, err = s.overdue(c, p, d.ID); err != nil {
		s.failIn(c, err)
		return
	}
	b.Notice = p.Under("/reports", "kind", "supervision", "department", d.ID, "target", "", "saved", "")
	for _, x := range o.Policy.Departments {
		b.Others = append(b.Others, option{p.Under("/dept/" + x.ID), p.Departments([]string{x.ID}), x.ID == d.ID})
	}
	for y := o.AsOf.Year(); y >= firstYear(o) && len(b.Reviews) < 12; y-- {
		b.Reviews = append(b.Reviews, option{p.Under("/dept/"+d.ID+"/review", "year", strconv.Itoa(y)), strconv.Itoa(y), y == o.AsOf.Year()})
	}
	p.Body = b
	if !plain {
		s.render(c, code, p)
		return
	}
	s.print(c, p, key, false)
}

func noDepartment(id string) error {
	return fault.Newf(fault.NotFound, "没有部门“%[1]s”；请在总览的筛选框中选择。", "There is no department %[1]q; choose one in the overview's filter.", clip(id))
}

// firstYear is that in which the first window of the policy opens.
func firstYear(o *outlook.Outlook) int {
	first := o.AsOf.Year()
	for _, t := range o.Targets {
		if !t.Start.IsZero() {
			first = min(first, t.Start.Year())
		}
	}
	return first
}

// lead fills in the department's targets and what is planned and said of the one
// that is chosen.
func (s *Server) lead(c *gin.Context, p *page, o *outlook.Outlook, dept string, b *departmentBody, draft deptDraft) error {
	revisions, day, err := s.plansOn(c)
	if err != nil {
		return err
	}
	n := map[target.Status]int{}
	var led []*outlook.Target
	for i := range o.Targets {
		t := &o.Targets[i]
		switch {
		case t.SameAs != "":
		case slices.Contains(t.Lead, dept):
			led = append(led, t)
			n[t.Status]++
		case slices.Contains(t.Coop, dept):
			b.Coop = append(b.Coop, p.view(t))
		}
	}
	slices.SortStableFunc(led, func(x, y *outlook.Target) int { return rank(x.Status) - rank(y.Status) })
	for _, t := range led {
		plan, _ := o.PlanOf(t, revisions, day, nil)
		r := p.departmentRow(t, plan, o.AsOf.Year())
		r.Choose = p.Under("/dept/"+dept, "target", t.ID) + map[bool]string{true: "#plan", false: "#notes"}[t.Planned()]
		if b.Total++; t.Planned() {
			b.Lead = append(b.Lead, r)
		} else {
			b.Checked = append(b.Checked, r)
		}
	}
	for _, st := range target.Statuses() {
		if n[st] > 0 {
			b.Counts = append(b.Counts, count{Status: st, N: n[st], URL: p.Under("", "dept", dept, "status", string(st)) + "#targets"})
		}
	}
	b.Chosen, err = s.chosen(c, p, o, dept, led, draft)
	return err
}

// chosen is the target asked for, else the first that is planned by year.
func (s *Server) chosen(c *gin.Context, p *page, o *outlook.Outlook, dept string, led []*outlook.Target, draft deptDraft) (*chosenLead, error) {
	var t *outlook.Target
	for _, x := range led {
		if x.ID == draft.target || t == nil && x.Planned() {
			t = x
		}
	}
	if t == nil && len(led) > 0 {
		t = led[0]
	}
	if t == nil {
		return nil, nil
	}
	out := &chosenLead{targetView: p.view(t)}
	for _, x := range led {
		out.Others = append(out.Others, option{x.ID, x.ID + " " + x.Short(p.Lang), x.ID == t.ID})
	}
	if t.Planned() {
		plan, revisions, err := s.planOf(c, o, t)
		if err != nil {
			return nil, err
		}
		v, err := p.planView(o, t, plan, revisions, dept, draft.plan)
		if err != nil {
			return nil, err
		}
		out.Plan = &v
	}
	all, err := s.notesOn(c)
	if err != nil {
		return nil, err
	}
	out.Notes = p.notes(all, t, dept, draft.note)
	return out, nil
}

// overdue are the department's deliveries that are overdue.
func (s *Server) overdue(c *gin.Context, p *page, dept string) ([]deliveryView, error) {
	h, _, err := s.dataHealth(c, s.cfg.Patience)
	if err != nil {
		return nil, err
	}
	var out []deliveryView
	for _, x := range h.Deliveries {
		if x.Dept != dept || x.Overdue == 0 {
			continue
		}
		out = append(out, deliveryView{
			Kind: report.KindName(x.Kind, p.Lang), Known: phrase.Date(x.Known.Time, p.Lang), Due: phrase.Date(x.Due.Time, p.Lang),
			Status: p.T("department.overdue", x.Overdue), URL: p.Under("/health"),
		})
	}
	return out, nil
}

// departmentRow is a row of the department's table, by the plan of the running
// year.
func (p *page) departmentRow(t *outlook.Target, plan outlook.AnnualPlan, year int) departmentRow {
	r := departmentRow{targetView: p.view(t), Need: phrase.Missing, Due: phrase.Missing, Added: phrase.Missing, Rate: report.YearRateText(plan)}
	for _, y := range plan.Years {
		if y.Year != year {
			continue
		}
		if y.Share != nil {
			r.Due = phrase.Amount(*y.Share, t.Unit, p.Lang)
		}
		if y.Added != nil {
			r.Added = phrase.Amount(*y.Added, t.Unit, p.Lang)
		}
	}
	if t.Status != target.Met && t.Measure == datasets.Cumulative && t.Pace != nil {
		r.Need = orMissing(strings.TrimSpace(report.PaceText(t.Pace.RequiredLate, t, p.Lang)))
	}
	return r
}
