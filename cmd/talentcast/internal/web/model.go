package web

import (
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/charts"
	"talentcast/cmd/talentcast/internal/report"
)

// modelBody is all that an auditor may ask of a target's forecast.
type modelBody struct {
	T           targetView
	Model       *modelView
	Data        string
	Scale       string
	Season      string
	Backtest    *chartView
	PIT         *chartView
	PITText     string // where there is no picture
	Reliability *chartView
	Waiting     string // how far the earlier forecasts have come; empty when done
	Sentences   []string
	Widths      []widthView
	Warnings    []string
	Seed        uint64
	Paths       int
	State       string
	Commands    []string
}

// widthView is what real series of about this length have taught.
type widthView struct{ Lengths, Steps, Factor, Before, After, Series string }

// policyModelBody is the same of a whole policy.
type policyModelBody struct {
	Reliability *chartView
	Waiting     string
	Sentences   []string
	Horizons    *historyRows
	Models      []policyModelRow
	Take        option // address of the table
	Seed        uint64
	Paths       int
	State       string
	Commands    []string
}

type policyModelRow struct {
	targetView
	Model              *modelView
	Observed, Warnings int
	ModelURL           string
}

// scored reads how earlier forecasts have done; nil while that is computed.
func (s *Server) scored(c *gin.Context, p *page, o *outlook.Outlook) (h *outlook.History, waiting string, err error) {
	h, job, err := s.histories.get(c.Request.Context(), outlook.Query{Policy: o.Policy.ID, AsOf: o.AsOf.Time})
	if fault.Is(err, fault.Unavailable) {
		return nil, fault.As(err).Text(p.Lang), nil
	}
	if err != nil {
		return nil, "", err
	}
	if h == nil {
		return nil, p.T("modelpage.waiting", job.done, job.total), nil
	}
	return h, "", nil
}

func (s *Server) modelPage(c *gin.Context) {
	o, err := s.look(c)
	if err != nil {
		s.failIn(c, err)
		return
	}
	t, err := find(o, c.Param("target"))
	if err != nil {
		s.failIn(c, err)
		return
	}
	p, err := s.policyPage(c, "model", &o.Policy, &o.State)
	if err != nil {
		s.fail(c, err)
		return
	}
	p.AsOf = o.AsOf
	p.Title = t.Short(p.Lang) + " " + p.T("title.model")
	b := modelBody{
		T: p.view(t), Model: p.model(t), Seed: o.Seed, Paths: o.Paths, State: o.State.Version, Commands: report.Commands(o, t.ID),
	}
	for _, w := range t.Warnings {
		b.Warnings = append(b.Warnings, outlook.Text{Zh: w.Zh, En: w.En}.In(p.Lang))
	}
	if t.Model != nil {
		if err := s.modelOf(c, p, o, t, &b); err != nil {
			s.failIn(c, err)
			return
		}
	}
	p.Body = b
	s.render(c, http.StatusOK, p)
}

func (s *Server) modelOf(c *gin.Context, p *page, o *outlook.Outlook, t *outlook.Target, b *modelBody) error {
	m := t.Model
	b.Data, b.Season = m.DataWords().In(p.Lang), outlook.SeasonWords(t).In(p.Lang)
	if m.Observed > 0 {
		b.Scale = m.Scale().In(p.Lang)
	}
	for _, w := range m.Widths {
		b.Widths = append(b.Widths, p.width(w))
	}
	if len(m.Past) > 0 {
		v, err := p.targetChart(o, t, "backtest", nil)
		if err != nil {
			return err
		}
		b.Backtest = &v
	}
	own := func(ch charts.Chart) *chartView {
		v := p.chart(ch, p.API("/targets/"+t.ID+"/charts/"+ch.Name), "/t/"+t.ID+"/chart/"+ch.Name, nil)
		return &v
	}
	pit, ok, err := report.PITChart(o, t, p.Lang)
	if err != nil {
		return err
	}
	if b.PITText = p.T("modelpage.fewpit", len(m.Past), outlook.LeastPIT); ok {
		b.PIT, b.PITText = own(pit), ""
	}
	h, waiting, err := s.scored(c, p, o)
	if err != nil {
		return err
	}
	if b.Waiting = waiting; h == nil {
		return nil
	}
	b.Sentences = append(b.Sentences, h.Sentence(t.ID).In(p.Lang))
	if sc, ok := h.OfTarget(t.ID); ok {
		for _, x := range []outlook.Text{sc.Verdict(), h.Late(t.ID), sc.Caution()} {
			if x != (outlook.Text{}) {
				b.Sentences = append(b.Sentences, x.In(p.Lang))
			}
		}
	}
	rel, ok, err := report.ReliabilityChart(h, o, t, p.Lang)
	if err == nil && ok {
		b.Reliability = own(rel)
	}
	return err
}

func (p *page) width(w outlook.Width) widthView {
	between := func(lo, hi int) string {
		switch {
		case hi == 0:
			return p.T("modelpage.from", lo)
		case lo == hi:
			return fmt.Sprint(lo)
		}
		return fmt.Sprintf("%d–%d", lo, hi)
	}
	return widthView{
		between(w.FromN, w.ToN), between(w.FromH, w.ToH), phrase.Number(w.Factor, 2),
		phrase.Percent(w.Before), phrase.Percent(w.After), phrase.Number(float64(w.Series), 0),
	}
}

func (s *Server) policyModelPage(c *gin.Context) {
	o, err := s.look(c)
	if err != nil {
		s.failIn(c, err)
		return
	}
	p, err := s.policyPage(c, "models", &o.Policy, &o.State)
	if err != nil {
		s.fail(c, err)
		return
	}
	p.AsOf = o.AsOf
	b := policyModelBody{Seed: o.Seed, Paths: o.Paths, State: o.State.Version, Commands: report.Commands(o, ""), Take: option{Text: "XLSX", Value: p.Under("/export/models.xlsx")}}
	for i := range o.Targets {
		t := &o.Targets[i]
		if t.SameAs == "" && t.Model != nil {
			b.Models = append(b.Models, policyModelRow{p.view(t), p.model(t), t.Model.Observed, len(t.Warnings), p.Under("/t/" + t.ID + "/model")})
		}
	}
	h, waiting, err := s.scored(c, p, o)
	if err != nil {
		s.failIn(c, err)
		return
	}
	if b.Waiting = waiting; h != nil {
		b.Sentences = []string{h.Sentence("").In(p.Lang)}
		if h.Overall.Events > 0 {
			b.Sentences = append(b.Sentences, h.Overall.Verdict().In(p.Lang), h.Overall.Caution().In(p.Lang))
		}
		ch, ok, err := report.ReliabilityChart(h, o, nil, p.Lang)
		if err != nil {
			s.fail(c, err)
			return
		}
		if ok {
			v := p.chart(ch, p.API("/charts/reliability"), "/chart/reliability", nil)
			b.Reliability = &v
		}
		scores := report.HistoryScores(h, p.Lang)
		scores.Rows = scores.Rows[:min(len(scores.Rows), 1+len(h.ByHorizon))]
		b.Horizons = p.historyRows(scores)
	}
	p.Body = b
	s.render(c, http.StatusOK, p)
}

// policyPicture is one of a policy's charts; "reliability" needs the history.
func (s *Server) policyPicture(c *gin.Context, o *outlook.Outlook, name string) (charts.Chart, error) {
	if name != "reliability" {
		return report.PolicyChart(o, name, language(c))
	}
	return s.reliabilityPicture(c, o, nil)
}

func (s *Server) reliabilityPicture(c *gin.Context, o *outlook.Outlook, t *outlook.Target) (charts.Chart, error) {
	h, err := s.keptHistory(c, o)
	if err != nil {
		return charts.Chart{}, err
	}
	ch, ok, err := report.ReliabilityChart(h, o, t, language(c))
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "还没有可以核对的预测，画不出可靠性图。", "No earlier forecast has an outcome yet, so there is no reliability to draw.")
	}
	return ch, err
}

func (s *Server) pitPicture(c *gin.Context, o *outlook.Outlook, t *outlook.Target) (charts.Chart, error) {
	ch, ok, err := report.PITChart(o, t, language(c))
	if err == nil && !ok {
		err = fault.Newf(fault.NotFound, "目标 %[1]s 的回测不足 %[2]d 个，画不出这张图。", "The target %[1]s has fewer than %[2]d earlier forecasts, too few for this chart.", t.ID, outlook.LeastPIT)
	}
	return ch, err
}
