package web

import (
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/outlook"
	"talentcast/datasets"
)

// jobAnswer is how far a report has come.
type jobAnswer struct {
	Job    string `json:"job"`
	Policy string `json:"policy"`
	State  string `json:"state"` // waiting, gathering, drawing, done, failed or cancelled
	Done   int    `json:"done"`  // charts drawn
	Total  int    `json:"total"`
	Text   string `json:"text"` // in the language asked for
	URL    string `json:"url"`  // of the file, once it is done
	Report int64  `json:"report"`
}

func (s *Server) jobAnswer(c *gin.Context, p *page, id string) (jobAnswer, bool, error) {
	j, ok := s.making.job(c.Param("policy"), id)
	if !ok {
		return jobAnswer{}, false, noJob(id)
	}
	a := jobAnswer{Job: j.ID, Policy: j.policy, State: j.state, Done: min(j.done, j.total), Total: j.total, Text: s.jobText(p, j), Report: j.report.ID}
	if j.state == "done" {
		a.URL = link(p.query, "/p/"+j.policy+"/reports/file/"+strconv.FormatInt(j.report.ID, 10))
	}
	return a, j.state == "done" || j.state == "failed" || j.state == "cancelled", nil
}

func (s *Server) apiReportJob(c *gin.Context) {
	p := s.page(c, "reports")
	if streams(c) {
		s.stream(c, func() (any, bool, error) { return answerOf(s.jobAnswer(c, p, c.Param("job"))) })
		return
	}
	a, _, err := s.jobAnswer(c, p, c.Param("job"))
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, a)
}

func answerOf(a jobAnswer, end bool, err error) (any, bool, error) { return a, end, err }

// apiReports lists the reports written of a policy.
func (s *Server) apiReports(c *gin.Context) {
	policy, err := s.cfg.Store.Policy(c.Request.Context(), c.Param("policy"))
	if err != nil {
		s.fail(c, err)
		return
	}
	made, err := s.cfg.Store.Reports(c.Request.Context(), policy.ID)
	if err != nil {
		s.fail(c, err)
		return
	}
	type row struct {
		datasets.Report
		AsOf outlook.Day `json:"as_of"`
		URL  string      `json:"url"`
	}
	out := struct {
		Policy  string `json:"policy"`
		Reports []row  `json:"reports"`
	}{policy.ID, []row{}}
	for _, r := range made {
		out.Reports = append(out.Reports, row{r, outlook.Day{Time: r.AsOf}, "/p/" + policy.ID + "/reports/file/" + strconv.FormatInt(r.ID, 10)})
	}
	c.JSON(http.StatusOK, out)
}

// apiMakeReport starts a report.
func (s *Server) apiMakeReport(c *gin.Context) {
	var q struct {
		Kind       string   `json:"kind"`
		Format     string   `json:"format"`
		Department string   `json:"department"`
		Since      string   `json:"since"`
		Organ      string   `json:"organ"`
		Editable   bool     `json:"editable"`  // charts, in Word and PowerPoint
		Scenarios  []string `json:"scenarios"` // names of saved ones
	}
	if err := body(c, &q); err != nil {
		s.fail(c, err)
		return
	}
	for k, v := range map[string]string{"kind": q.Kind, "format": q.Format, "department": q.Department} {
		note(c, k, plainValue(v))
	}
	o, err := s.orderOf(c, q.Kind, q.Format, q.Department, q.Since)
	if err != nil {
		s.fail(c, err)
		return
	}
	o.organ, o.editable, o.want.Names = clip(q.Organ), q.Editable, q.Scenarios
	id, err := s.start(o)
	if err != nil {
		s.fail(c, err)
		return
	}
	a, _, err := s.jobAnswer(c, s.page(c, "reports"), id)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusAccepted, a)
}

// orderOf is order with the fields of a JSON body.
func (s *Server) orderOf(c *gin.Context, kind, ending, department, since string) (order, error) {
	q := c.Request.URL.Query()
	for k, v := range map[string]string{"kind": kind, "format": ending, "department": department, "since": since} {
		q.Set(k, v)
	}
	u := *c.Request.URL
	u.RawQuery = q.Encode()
	with := c.Copy()
	with.Request = c.Request.Clone(c.Request.Context())
	with.Request.URL = &u
	return s.order(with)
}
