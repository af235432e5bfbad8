package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/cmd/talentcast/internal/access"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/datasets"
)

// healthBody is the page about the health of the data.
type healthBody struct {
	Lead       string
	Late       string
	Overdue    *tableView
	Missing    []missingView
	Deliveries []deliveryView
	Refused    []refusedView
	First      string // month of the strips' first cell
	Last       string
	Grace      int
}

// deliveryView is what one department has handed in of one kind.
type deliveryView struct {
	Dept, Kind, Status, Known, Due, Rhythm, Rows, URL string
	Overdue                                           bool
	Strip                                             []stripCell
	Filled                                            string
	Registered                                        []labelled
}

// stripCell is one month of a strip; Level goes from 0 for none to 3.
type stripCell struct {
	X, Level int
	Title    string
}

// refusedView counts refusals; URL leads to the receipt of the newest batch, if the
// reader may open it.
type refusedView struct{ Dept, Kind, Count, Reason, URL string }

// missingView is a department with the targets that it owes data of.
type missingView struct {
	Dept    string
	Targets []missingTarget
}

type missingTarget struct{ ID, Name, URL string }

// stripStep is the width of a month in a strip.
const stripStep = 6

// dataHealth tells the health of the data that the address asks for. With patience a
// page takes the one before rather than wait longer.
func (s *Server) dataHealth(c *gin.Context, patience time.Duration) (*outlook.Health, datasets.Policy, error) {
	day, err := asOf(c)
	if err != nil {
		return nil, datasets.Policy{}, err
	}
	ctx := c.Request.Context()
	policy, err := s.cfg.Store.Policy(ctx, c.Param("policy"))
	if err != nil {
		return nil, policy, err
	}
	h, older, err := s.cfg.Outlooks.RecentHealth(ctx, outlook.HealthQuery{Policy: policy.ID, AsOf: day, Grace: s.cfg.Grace}, patience)
	if older {
		outdated(c)
	}
	return h, policy, err
}

func (s *Server) apiHealth(c *gin.Context) {
	h, _, err := s.dataHealth(c, 0)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, h)
}

// exportHealth sends one of the tables about the health of the data.
func (s *Server) exportHealth(c *gin.Context) {
	name, ending, err := split(c.Param("file"), report.TableEndings()...)
	if err != nil {
		s.fail(c, err)
		return
	}
	h, policy, err := s.dataHealth(c, 0)
	if err != nil {
		s.fail(c, err)
		return
	}
	lang := language(c)
	t, err := report.HealthTable(h, policy, clip(name), lang)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.sendTable(c, t, savedName(policy.Name(lang)+" "+t.Title+" "+h.AsOf.Format("2006-01-02"), h.Demo, lang), ending)
}

// healthShell is a page about the health of the data, yet without its body.
func (s *Server) healthShell(c *gin.Context, name string) (*page, *outlook.Health, error) {
	h, policy, err := s.dataHealth(c, s.cfg.Patience)
	if err != nil {
		return nil, nil, err
	}
	state, err := s.cfg.Store.State(c.Request.Context(), policy.ID)
	if err != nil {
		return nil, nil, err
	}
	p, err := s.policyPage(c, name, &policy, &state)
	if err != nil {
		return nil, nil, err
	}
	p.AsOf = h.AsOf
	return p, h, nil
}

func (s *Server) healthPage(c *gin.Context) {
	p, h, err := s.healthShell(c, "health")
	if err != nil {
		s.failIn(c, err)
		return
	}
	opens, err := s.opens(c, p.Policy.ID)
	if err != nil {
		s.fail(c, err)
		return
	}
	if p.Body, err = p.health(h, opens); err != nil {
		s.fail(c, err)
		return
	}
	s.render(c, http.StatusOK, p)
}

func (p *page) health(h *outlook.Health, opens func(batch int64) bool) (*healthBody, error) {
	b := &healthBody{Late: report.LateSentence(h, *p.Policy, p.Lang), First: h.Months[0], Last: h.Months[len(h.Months)-1], Grace: h.Grace}
	cells := func(name string) ([][]string, error) {
		t, err := report.HealthTable(h, *p.Policy, name, p.Lang)
		return p.table(t, "").Rows, err
	}
	t, err := report.HealthTable(h, *p.Policy, "overdue", p.Lang)
	if err != nil {
		return nil, err
	}
	b.Overdue = p.table(t, "/health/table/overdue")
	b.Lead = p.T("health.lead", p.Date(h.AsOf), len(b.Overdue.Rows))
	if len(h.Deliveries) == 0 {
		b.Lead = p.T("health.empty", p.Date(h.AsOf))
	}
	rows, err := cells("deliveries")
	if err != nil {
		return nil, err
	}
	for i, d := range h.Deliveries {
		v := p.delivery(h, d)
		v.Dept, v.Kind, v.Rows = rows[i][0], rows[i][1], phrase.Number(float64(d.Rows), 0)
		b.Deliveries = append(b.Deliveries, v)
	}
	if rows, err = cells("refused"); err != nil {
		return nil, err
	}
	for i, r := range h.Refused {
		v := refusedView{Dept: rows[i][0], Kind: rows[i][1], Count: rows[i][2], Reason: rows[i][3]}
		if opens(r.Batch) {
			v.URL = p.Under("/data", "batch", strconv.FormatInt(r.Batch, 10)) + "#receipt"
		}
		b.Refused = append(b.Refused, v)
	}
	for _, o := range h.Owed {
		v := missingView{Dept: p.Departments([]string{o.Dept})}
		for _, id := range o.Targets {
			v.Targets = append(v.Targets, missingTarget{id, report.TargetName(*p.Policy, id, p.Lang), p.Under("/t/" + id)})
		}
		b.Missing = append(b.Missing, v)
	}
	return b, nil
}

func (p *page) delivery(h *outlook.Health, d outlook.DataHealth) deliveryView {
	v := deliveryView{
		Status: report.Fresh(d, p.Lang), Known: p.Date(d.Known), Rhythm: report.Rhythm(d, p.Lang), Overdue: d.Overdue > 0,
	}
	if p.mayFor(access.Rows, []string{d.Dept}) {
		v.URL = p.Under("/health/rows", "department", d.Dept, "kind", string(d.Kind))
	}
	if !d.Due.IsZero() {
		v.Due = p.Date(d.Due)
	}
	most := 1
	for _, n := range d.RowsBy {
		most = max(most, n)
	}
	for i, n := range d.RowsBy {
		level := 0
		if n > 0 {
			level = min(1+2*n/most, 3)
		}
		v.Strip = append(v.Strip, stripCell{i * stripStep, level, p.T("health.month", h.Months[i], n)})
	}
	v.Filled = p.T("health.filled", len(d.RowsBy), report.MonthsWithRows(d))
	for _, r := range d.Registered {
		if r.Weeks == 4 || r.Weeks == 13 {
			v.Registered = append(v.Registered, labelled{p.T("health.weeks", r.Weeks), phrase.Percent(r.Share)})
		}
	}
	return v
}

// deliveryBody is the page of the rows behind a delivery.
type deliveryBody struct {
	Title string
	Rows  rowsView
}

// deliveryRows shows the rows that a department has handed in of a kind.
func (s *Server) deliveryRows(c *gin.Context) {
	kind, err := kindOf(c.Query("kind"))
	if err != nil {
		s.failIn(c, err)
		return
	}
	dept := c.Query("department")
	if _, err := s.officeOf(c, dept); err != nil {
		s.failIn(c, err)
		return
	}
	p, h, err := s.healthShell(c, "delivery")
	if err != nil {
		s.failIn(c, err)
		return
	}
	if own, err := mayRead(c, access.Rows); err != nil || own != "" && own != dept {
		s.failIn(c, access.Forbidden())
		return
	}
	b := deliveryBody{Title: joined(report.OfficeName(*p.Policy, dept, p.Lang), report.KindName(kind, p.Lang))}
	b.Rows, err = s.rowsOf(c, p, "/health/rows", []string{"department", dept, "kind", string(kind)}, func(limit, offset int) ([]datasets.Row, int, error) {
		return s.cfg.Store.DeliveredRows(c.Request.Context(), h.Policy, dept, kind, h.AsOf.Time, limit, offset)
	})
	if err != nil {
		s.failIn(c, err)
		return
	}
	p.Title, p.Body = b.Title, b
	s.render(c, http.StatusOK, p)
}
