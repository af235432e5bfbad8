package web

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/outlook"
	"talentcast/analytics/target"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/datasets"
)

const (
	// alertsShown bounds the page and the API; files hold alertsTaken.
	alertsShown = 200
	alertsTaken = 10_000
	// alertsNew is for how long an alert counts as new.
	alertsNew = 7 * 24 * time.Hour
)

// alertsBody is what people were told of a policy.
type alertsBody struct {
	Alerts    []alertView
	CSV, XLSX string
}

type alertView struct {
	At, Text, Sent, URL string
	Overdue             bool
	Was, Became         lamp
}

func (s *Server) alertsPage(c *gin.Context) {
	o, err := s.look(c)
	if err != nil {
		s.failIn(c, err)
		return
	}
	all, err := s.cfg.Store.Alerts(c.Request.Context(), o.Policy.ID, alertsShown)
	if err != nil {
		s.fail(c, err)
		return
	}
	p, err := s.policyPage(c, "alerts", &o.Policy, &o.State)
	if err != nil {
		s.fail(c, err)
		return
	}
	p.AsOf = o.AsOf
	b := alertsBody{CSV: p.Under("/export/alerts.csv"), XLSX: p.Under("/export/alerts.xlsx")}
	for _, a := range all {
		b.Alerts = append(b.Alerts, p.alertView(o, a))
	}
	p.Body = b
	s.render(c, http.StatusOK, p)
}

func (p *page) alertView(o *outlook.Outlook, a datasets.Alert) alertView {
	v := alertView{At: a.At.Local().Format("2006-01-02 15:04"), Text: report.AlertText(a, p.Lang), Sent: a.Sent}
	if a.Kind == "overdue" {
		v.Overdue, v.URL = true, p.Under("/health")
		return v
	}
	v.Was, v.Became = lamp{Status: target.Status(a.Was)}, lamp{Status: target.Status(a.Became)}
	if t, ok := o.Target(a.Subject); ok {
		v.Was.Measure, v.Became.Measure = t.Measure, t.Measure
		v.URL = p.Under("/t/" + t.ID)
	}
	return v
}

// alertsTable is what people were told, as a file.
func (s *Server) alertsTable(c *gin.Context, o *outlook.Outlook) (report.Table, error) {
	all, err := s.cfg.Store.Alerts(c.Request.Context(), o.Policy.ID, alertsTaken)
	if err != nil {
		return report.Table{}, err
	}
	return report.Alerts(o, all, language(c)), nil
}

func (s *Server) exportAlerts(c *gin.Context, ending string) {
	o, err := s.look(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	t, err := s.alertsTable(c, o)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.sendTable(c, t, fileName(o, t.Title, language(c)), ending)
}

func (s *Server) apiAlerts(c *gin.Context) {
	policy, err := s.cfg.Store.Policy(c.Request.Context(), c.Param("policy"))
	if err != nil {
		s.fail(c, err)
		return
	}
	all, err := s.cfg.Store.Alerts(c.Request.Context(), policy.ID, alertsShown)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, gin.H{"policy": policy.ID, "alerts": all})
}

// newAlerts counts those of the last days, for the overview.
func (s *Server) newAlerts(c *gin.Context, policy string) (int, error) {
	all, err := s.cfg.Store.Alerts(c.Request.Context(), policy, alertsShown)
	n := 0
	for _, a := range all {
		if s.cfg.Now().Sub(a.At) < alertsNew {
			n++
		}
	}
	return n, err
}
