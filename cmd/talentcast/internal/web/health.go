package web

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/cmd/talentcast/internal/report"
)

// healthBody is the page about the quality of the data.
type healthBody struct {
	AsOf       string
	Overdue    int
	Late       string
	Deliveries []deliveryView
	Refused    *tableView
	Owed       *tableView
	First      string // month of the strips' first cell
	Last       string
}

// deliveryView is what one department has handed in of one kind.
type deliveryView struct {
	Dept, Kind, Status, Known, Usual, Rows string
	Since                                  int
	Overdue                                bool
	Strip                                  []stripCell
	Filled                                 string
	Registered                             []labelled
}

// stripCell is one month of a strip; Level goes from 0 for none to 3.
type stripCell struct {
	X, Level int
	Title    string
}

// stripStep is the width of a month in a strip.
const stripStep = 6

func (s *Server) dataHealth(c *gin.Context) (*outlook.Health, error) {
	day, err := asOf(c)
	if err != nil {
		return nil, err
	}
	return s.cfg.Outlooks.Health(c.Request.Context(), c.Param("policy"), day)
}

func (s *Server) apiHealth(c *gin.Context) {
	h, err := s.dataHealth(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, h)
}

func (s *Server) healthPage(c *gin.Context) {
	h, err := s.dataHealth(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	policy, err := s.cfg.Store.Policy(c.Request.Context(), h.Policy)
	if err != nil {
		s.fail(c, err)
		return
	}
	state, err := s.cfg.Store.State(c.Request.Context(), policy.ID)
	if err != nil {
		s.fail(c, err)
		return
	}
	p, err := s.policyPage(c, "health", &policy, &state)
	if err != nil {
		s.fail(c, err)
		return
	}
	p.AsOf = h.AsOf
	b := healthBody{
		AsOf: p.Date(h.AsOf), Late: report.LateSentence(h, p.Lang), First: h.Months[0], Last: h.Months[len(h.Months)-1],
		Refused: p.table(report.RefusedFor(h, policy, p.Lang), ""), Owed: p.table(report.OwedTargets(h, policy, p.Lang), ""),
	}
	cells := p.table(report.Deliveries(h, policy, p.Lang).Select("department", "kind", "rows"), "")
	for i, d := range h.Deliveries {
		v := p.delivery(h, d)
		v.Dept, v.Kind, v.Rows = cells.Rows[i][0], cells.Rows[i][1], cells.Rows[i][2]
		if d.Overdue {
			b.Overdue++
		}
		b.Deliveries = append(b.Deliveries, v)
	}
	p.Body = b
	s.render(c, http.StatusOK, p)
}

func (p *page) delivery(h *outlook.Health, d outlook.DataHealth) deliveryView {
	v := deliveryView{Status: report.Fresh(d, p.Lang), Known: p.Date(d.Known), Since: d.Since, Overdue: d.Overdue}
	if d.Usual != nil {
		v.Usual = p.T("health.usual", *d.Usual, *d.Longest)
	}
	most, filled := 1, 0
	for _, n := range d.RowsBy {
		most = max(most, n)
	}
	for i, n := range d.RowsBy {
		level := 0
		if n > 0 {
			filled++
			level = 1 + 2*n/most
		}
		v.Strip = append(v.Strip, stripCell{i * stripStep, min(level, 3), p.T("health.month", h.Months[i], n)})
	}
	v.Filled = p.T("health.filled", len(d.RowsBy), filled)
	for _, r := range d.Registered {
		v.Registered = append(v.Registered, labelled{p.T("health.weeks", r.Weeks), phrase.Percent(r.Share)})
	}
	return v
}
