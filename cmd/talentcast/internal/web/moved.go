package web

import (
	"cmp"
	"math"
	"net/http"
	"slices"
	"time"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/cmd/talentcast/internal/report"
)

const (
	// movedRows is how many changes the first view has room for.
	movedRows = 7
	// movedPoints is the least change of a probability that is worth a line.
	movedPoints = 0.03
)

// movedView is what is otherwise than at the end of the month before. Computing it
// takes seconds the first time, so a page goes out without it and asks for it.
type movedView struct {
	Since string
	Rows  []movedRow
	More  int    // that moved beside Rows
	URL   string // of all of them
	// Deltas are the changes of the headline targets, by id, for their tiles.
	Deltas []tileDelta
}

type movedRow struct {
	Name, URL string
	Then, Now lamp
	Other     bool // another light
	Up        bool // the probability rose
	What      string
	Why       string
}

type tileDelta struct{ ID, Text, Sign string }

// moved is the part of the overview that tells what changed, on its own.
func (s *Server) moved(c *gin.Context) {
	o, err := s.look(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	from, err := since(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	changes, err := s.cfg.Outlooks.Change(c.Request.Context(), outlook.Query{Policy: o.Policy.ID, AsOf: o.AsOf.Time}, from)
	if err != nil {
		s.fail(c, err)
		return
	}
	p := s.page(c, "overview")
	p.Policy, p.State, p.AsOf = &o.Policy, &o.State, o.AsOf
	s.renderPart(c, p, "moved", p.changed(o, changes))
}

// movedKept is the same where it has been computed before, or asked for without
// script; nil otherwise.
func (s *Server) movedKept(c *gin.Context, p *page, o *outlook.Outlook) (*movedView, error) {
	changes, err := s.cfg.Outlooks.ChangeKept(o, time.Time{}, "")
	if changes == nil && c.Query("moved") == "1" {
		changes, err = s.cfg.Outlooks.Change(c.Request.Context(), outlook.Query{Policy: o.Policy.ID, AsOf: o.AsOf.Time}, time.Time{})
	}
	if err != nil || changes == nil {
		return nil, err
	}
	v := p.changed(o, changes)
	return &v, nil
}

// changed puts the changes in the order in which readers want to know: lights that
// got worse, lights that got better, then probabilities by how far they moved.
func (p *page) changed(o *outlook.Outlook, changes *outlook.Changes) movedView {
	v := movedView{Since: phrase.Date(changes.Since.Time, p.Lang), URL: p.Under("/changes")}
	var told []*outlook.Change
	for i := range changes.Targets {
		x := &changes.Targets[i]
		if x.ID != x.Canonical || !x.Moved() {
			continue
		}
		if x.Then.Status != x.Now.Status || shift(x) >= movedPoints {
			told = append(told, x)
		} else {
			v.More++
		}
	}
	slices.SortStableFunc(told, func(a, b *outlook.Change) int {
		return cmp.Or(cmp.Compare(urgency(a), urgency(b)), cmp.Compare(shift(b), shift(a)))
	})
	v.More += max(0, len(told)-movedRows)
	for _, x := range told[:min(movedRows, len(told))] {
		v.Rows = append(v.Rows, p.movedRow(o, x))
	}
	for _, t := range o.Headlines() {
		if x, ok := changes.Target(t.ID); ok && x.Figure != nil {
			d := tileDelta{ID: t.ID, Text: p.T("moved.since", p.shortDay(changes.Since.Time, o.AsOf.Time), report.DifferenceText(x.Figure.Total.Value, x.Unit, p.Lang)), Sign: sign(x.Figure.Total.Value)}
			if x.Probability != nil && x.Probability.Total.Clear() {
				d.Text = p.T("moved.both", d.Text, phrase.Points(x.Probability.Total.Value))
			}
			v.Deltas = append(v.Deltas, d)
		}
	}
	return v
}

func (p *page) movedRow(o *outlook.Outlook, x *outlook.Change) movedRow {
	r := movedRow{
		Name: x.Name(p.Lang), URL: p.Under("/t/"+x.ID) + "#change", Then: lamp{x.Then.Status, x.Measure}, Now: lamp{x.Now.Status, x.Measure},
		Other: x.Then.Status != x.Now.Status, Why: x.Text.In(p.Lang),
	}
	if t, ok := o.Target(x.ID); ok {
		r.Name = t.Short(p.Lang)
	}
	switch {
	case x.Probability != nil && x.Probability.Total.Clear():
		r.Up = x.Probability.Total.Value > 0
		r.What = p.T("moved.odds", phrase.Odds(x.Then.Late.P), phrase.Odds(x.Now.Late.P))
	case x.Figure != nil && x.Figure.Total.Value != 0:
		r.Up = x.Figure.Total.Value > 0
		r.What = report.DifferenceText(x.Figure.Total.Value, x.Unit, p.Lang)
	}
	return r
}

// urgency is 0 for a light that got worse, 1 for one that got better, 2 for the
// same one.
func urgency(x *outlook.Change) int {
	switch then, now := rank(x.Then.Status), rank(x.Now.Status); {
	case then == now:
		return 2
	case now < then:
		return 0
	}
	return 1
}

// shift is how far the probability moved beyond chance, 0 where it did not.
func shift(x *outlook.Change) float64 {
	if x.Probability == nil || !x.Probability.Total.Clear() {
		return 0
	}
	return math.Abs(x.Probability.Total.Value)
}

// shortDay names a day before another where there is little room: 5月底, 15 Mar.
func (p *page) shortDay(d, asOf time.Time) string {
	end := d.AddDate(0, 0, 1).Day() == 1
	switch {
	case d.Year() != asOf.Year() && (!end || !d.AddDate(1, 0, 0).After(asOf)):
		return phrase.Date(d, p.Lang)
	case end:
		return p.T("moved.monthend", phrase.MonthOnly(d, p.Lang))
	}
	return phrase.Date(d, p.Lang)
}

func sign(v float64) string {
	switch {
	case v > 0:
		return "+"
	case v < 0:
		return "−"
	}
	return ""
}

// changesBody is everything that changed, and since when.
type changesBody struct {
	Since, SinceValue, Latest string
	Table                     *tableView
}

func (s *Server) changesPage(c *gin.Context) {
	o, err := s.look(c)
	if err != nil {
		s.failIn(c, err)
		return
	}
	from, err := since(c)
	if err != nil {
		s.failIn(c, err)
		return
	}
	changes, err := s.cfg.Outlooks.Change(c.Request.Context(), outlook.Query{Policy: o.Policy.ID, AsOf: o.AsOf.Time}, from)
	if err != nil {
		s.failIn(c, err)
		return
	}
	p, err := s.policyPage(c, "changes", &o.Policy, &o.State)
	if err != nil {
		s.fail(c, err)
		return
	}
	p.AsOf = o.AsOf
	p.Body = changesBody{
		Since: phrase.Date(changes.Since.Time, p.Lang), SinceValue: changes.Since.Format(time.DateOnly),
		Latest: o.AsOf.AddDate(0, 0, -1).Format(time.DateOnly),
		Table:  p.table(report.Changes(changes, p.Lang), "/export/changes", "since", c.Query("since")),
	}
	s.render(c, http.StatusOK, p)
}
