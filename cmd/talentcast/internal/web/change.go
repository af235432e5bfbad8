package web

import (
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/cmd/talentcast/internal/report"
)

// changeView is what became of a target since an earlier day, and why.
type changeView struct {
	Since, Text string
	// SinceValue and Latest are dates as a date field takes them: the day compared
	// with, and the last that can be.
	SinceValue, Latest string
	Moved              bool
	Then, Now          lamp
	Rows               []beforeAfter
	Causes             []cause
	HasP, HasF         bool // whether probability and figure are split
}

type beforeAfter struct{ Label, Then, Now string }

// cause is a part of a change: in points of probability, in the target's unit,
// in rows; Chance marks what is within the error of the simulation.
type cause struct {
	Label, Points, Figure, Rows string
	Chance, Total               bool
}

func (s *Server) apiChanges(c *gin.Context) {
	d, err := asOf(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	from, err := since(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	changes, err := s.cfg.Outlooks.Change(c.Request.Context(), outlook.Query{Policy: c.Param("policy"), AsOf: d}, from)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, changes)
}

// targetChange is the part of a target's page that tells what changed, on its own.
func (s *Server) targetChange(c *gin.Context) {
	o, err := s.look(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	t, err := find(o, c.Param("target"))
	if err != nil {
		s.fail(c, err)
		return
	}
	from, err := since(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	changes, err := s.cfg.Outlooks.ChangeOf(c.Request.Context(), outlook.Query{Policy: o.Policy.ID, AsOf: o.AsOf.Time}, from, t.ID)
	if err != nil {
		s.fail(c, err)
		return
	}
	p := s.page(c, "target")
	p.Policy, p.State, p.AsOf = &o.Policy, &o.State, o.AsOf
	p.path = "/p/" + o.Policy.ID + "/t/" + t.ID // of the page that it stands in
	s.renderPart(c, p, "change", p.change(o, t, changes))
}

// changeKept is the same where it has been computed before, or asked for by a day or
// without script; nil otherwise.
func (s *Server) changeKept(c *gin.Context, p *page, o *outlook.Outlook, t *outlook.Target) (*changeView, error) {
	from, err := since(c)
	if err != nil {
		return nil, err
	}
	changes, err := s.cfg.Outlooks.ChangeKept(o, from, t.ID)
	if err == nil && changes == nil && (!from.IsZero() || c.Query("change") == "1") {
		changes, err = s.cfg.Outlooks.ChangeOf(c.Request.Context(), outlook.Query{Policy: o.Policy.ID, AsOf: o.AsOf.Time}, from, t.ID)
	}
	if err != nil || changes == nil {
		return nil, err
	}
	v := p.change(o, t, changes)
	return &v, nil
}

func (p *page) change(o *outlook.Outlook, t *outlook.Target, changes *outlook.Changes) changeView {
	x, ok := changes.Target(t.ID)
	if !ok {
		return changeView{}
	}
	v := changeView{
		Since: phrase.Date(changes.Since.Time, p.Lang), Text: x.Text.In(p.Lang), Moved: x.Moved(),
		Then: lamp{x.Then.Status, x.Measure}, Now: lamp{x.Now.Status, x.Measure}, HasP: x.Probability != nil, HasF: x.Figure != nil,
	}
	v.SinceValue = changes.Since.Format(time.DateOnly)
	v.Latest = o.AsOf.AddDate(0, 0, -1).Format(time.DateOnly)
	v.Rows = p.standings(t, x)
	v.Causes = p.causes(x)
	return v
}

// standings sets the target then beside the target now.
func (p *page) standings(t *outlook.Target, x *outlook.Change) []beforeAfter {
	var out []beforeAfter
	add := func(label string, then, now string) {
		if then != phrase.Missing || now != phrase.Missing {
			out = append(out, beforeAfter{label, then, now})
		}
	}
	amount := func(v float64) string { return phrase.Amount(v, x.Unit, p.Lang) }
	add(p.T("col.actual"), amount(x.Then.Figure), amount(x.Now.Figure))
	if !t.Early.Equal(t.Late) {
		add(p.T("change.odds", p.by(t.Early)), phrase.Odds(x.Then.Early.P), phrase.Odds(x.Now.Early.P))
	}
	add(p.T("change.odds", p.by(t.Late)), phrase.Odds(x.Then.Late.P), phrase.Odds(x.Now.Late.P))
	add(p.T("expected"), phrase.Month(x.Then.Expected, p.Lang), phrase.Month(x.Now.Expected, p.Lang))
	return out
}

// causes are the parts of the change and their sum.
func (p *page) causes(x *outlook.Change) []cause {
	total, revised, fresh, model := x.Rounded()
	points := func(v float64) string {
		if x.Probability == nil {
			return ""
		}
		return phrase.Points(v)
	}
	figure := func(pick func(*outlook.Shares) outlook.Share) string {
		if x.Figure == nil {
			return ""
		}
		return report.DifferenceText(pick(x.Figure).Value, x.Unit, p.Lang)
	}
	chance := func(pick func(*outlook.Shares) outlook.Share) bool {
		return x.Probability != nil && pick(x.Probability).Value != 0 && !pick(x.Probability).Clear()
	}
	part := func(label string, v float64, rows string, pick func(*outlook.Shares) outlook.Share) cause {
		return cause{Label: label, Points: points(v), Figure: figure(pick), Rows: rows, Chance: chance(pick)}
	}
	out := []cause{
		part(p.T("change.new"), fresh, strconv.Itoa(x.Rows.New), func(s *outlook.Shares) outlook.Share { return s.New }),
		part(p.T("change.revised"), revised, strconv.Itoa(x.Rows.Revised()), func(s *outlook.Shares) outlook.Share { return s.Revised }),
	}
	if x.Probability != nil {
		m := part(p.T("change.model"), model, "", func(s *outlook.Shares) outlook.Share { return s.Model })
		m.Figure = ""
		out = append(out, m)
	}
	all := part(p.T("change.total"), total, strconv.Itoa(x.Rows.New+x.Rows.Revised()), func(s *outlook.Shares) outlook.Share { return s.Total })
	all.Total = true
	if x.Probability == nil && (x.Figure == nil || math.IsNaN(x.Figure.Total.Value)) {
		return nil
	}
	return append(out, all)
}
