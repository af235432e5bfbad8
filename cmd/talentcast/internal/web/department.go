package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"talentcast/analytics"
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
	Lead    []departmentRow
	Coop    []targetView
	Overdue []deliveryView
	Others  []option // the other departments
	Year    string
}

// departmentRow is a target that the department leads: what it takes from now on.
type departmentRow struct {
	targetView
	Need  string // a month, by the late deadline
	Due   string // this year's even share of what was missing when it began
	Added string // this year so far
}

// department shows the targets of one department: those it leads, those it
// cooperates on, and what it owes.
func (s *Server) department(c *gin.Context) {
	o, err := s.look(c)
	if err != nil {
		s.failIn(c, err)
		return
	}
	d, ok := o.Policy.Department(c.Param("dept"))
	if !ok {
		s.failIn(c, fault.Newf(fault.NotFound, "没有部门“%[1]s”；请在总览的筛选框中选择。", "There is no department %[1]q; choose one in the overview's filter.", clip(c.Param("dept"))))
		return
	}
	p, err := s.policyPage(c, "department", &o.Policy, &o.State)
	if err != nil {
		s.fail(c, err)
		return
	}
	p.AsOf = o.AsOf
	p.Title = p.Departments([]string{d.ID})
	b := departmentBody{Name: p.Title, Year: o.AsOf.Format("2006")}
	n := map[target.Status]int{}
	for i := range o.Targets {
		t := &o.Targets[i]
		switch {
		case t.SameAs != "":
		case slices.Contains(t.Lead, d.ID):
			b.Lead = append(b.Lead, p.departmentRow(t, o.AsOf.Time))
			n[t.Status]++
		case slices.Contains(t.Coop, d.ID):
			b.Coop = append(b.Coop, p.view(t))
		}
	}
	slices.SortStableFunc(b.Lead, func(x, y departmentRow) int { return rank(x.Status) - rank(y.Status) })
	for _, st := range target.Statuses() {
		if n[st] > 0 {
			b.Counts = append(b.Counts, count{Status: st, N: n[st], URL: p.Under("", "dept", d.ID, "status", string(st)) + "#targets"})
		}
	}
	if b.Overdue, err = s.overdue(c, p, d.ID); err != nil {
		s.failIn(c, err)
		return
	}
	for _, x := range o.Policy.Departments {
		b.Others = append(b.Others, option{p.Under("/dept/" + x.ID), p.Departments([]string{x.ID}), x.ID == d.ID})
	}
	p.Body = b
	s.render(c, http.StatusOK, p)
}

// overdue are the department's deliveries that are overdue.
func (s *Server) overdue(c *gin.Context, p *page, dept string) ([]deliveryView, error) {
	h, _, err := s.dataHealth(c)
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

func (p *page) departmentRow(t *outlook.Target, asOf time.Time) departmentRow {
	r := departmentRow{targetView: p.view(t), Need: phrase.Missing, Due: phrase.Missing, Added: phrase.Missing}
	if t.Status == target.Met || t.Actual == nil || t.Low == nil || t.Measure != datasets.Cumulative {
		return r
	}
	if t.Pace != nil {
		r.Need = orMissing(strings.TrimSpace(report.PaceText(t.Pace.RequiredLate, t, p.Lang)))
	}
	if t.Late.IsZero() || !t.Late.After(asOf) {
		return r
	}
	before := 0.0 // when the year began
	newYear := analytics.Date(asOf.Year(), time.January, 1)
	for _, h := range t.History {
		if h.Date.Before(newYear) {
			before = h.Value
		}
	}
	years := float64(t.Late.Year() - asOf.Year() + 1)
	r.Due = phrase.Amount(max(0, *t.Low-before)/years, t.Unit, p.Lang)
	r.Added = phrase.Amount(*t.Actual-before, t.Unit, p.Lang)
	return r
}
