package web

import (
	"encoding/json"
	"math"
	"net/http"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/outlook"
	"talentcast/cmd/talentcast/internal/report"
)

// modelAnswer is a target's model page as the API serves it.
type modelAnswer struct {
	Policy   string         `json:"policy"`
	Target   string         `json:"target"`
	AsOf     outlook.Day    `json:"as_of"`
	Demo     bool           `json:"demo"`
	Seed     uint64         `json:"seed"`
	Paths    int            `json:"paths"`
	State    string         `json:"data_state"`
	Model    any            `json:"model"` // null without a forecast
	Data     *outlook.Text  `json:"data"`
	Scale    *outlook.Text  `json:"scale"`
	Season   *outlook.Text  `json:"season"`
	PIT      []float64      `json:"pit"` // shares of tenths, the lowest first
	Widths   []widthJSON    `json:"widths"`
	Warnings []outlook.Text `json:"warnings"`
	Commands []string       `json:"commands"`
	History  string         `json:"history"` // running or done
	Score    *outlook.Score `json:"score"`   // null while running, and without an outcome
}

type widthJSON struct {
	FromN  int     `json:"from_n"`
	ToN    int     `json:"to_n"`
	FromH  int     `json:"from_step"`
	ToH    int     `json:"to_step"`
	Factor float64 `json:"factor"`
	Before float64 `json:"coverage95_before"`
	After  float64 `json:"coverage95_after"`
	Series int     `json:"series"`
}

func (s *Server) apiModel(c *gin.Context) {
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
	a := modelAnswer{
		Policy: o.Policy.ID, Target: t.ID, AsOf: o.AsOf, Demo: o.State.Demo, Seed: o.Seed, Paths: o.Paths, State: o.State.Version,
		PIT: []float64{}, Widths: []widthJSON{}, Warnings: []outlook.Text{}, Commands: report.Commands(o, t.ID), History: "running",
	}
	for _, w := range t.Warnings {
		a.Warnings = append(a.Warnings, outlook.Text{Zh: w.Zh, En: w.En})
	}
	if m := t.Model; m != nil {
		if a.Model, err = modelJSON(t); err != nil {
			s.fail(c, err)
			return
		}
		data, season := m.DataWords(), outlook.SeasonWords(t)
		a.Data, a.Season, a.PIT = &data, &season, orEmpty(m.PIT(10))
		if m.Observed > 0 {
			scale := m.Scale()
			a.Scale = &scale
		}
		for _, w := range m.Widths {
			a.Widths = append(a.Widths, widthJSON{w.FromN, w.ToN, w.FromH, w.ToH, w.Factor, w.Before, w.After, w.Series})
		}
	}
	h, _, err := s.scored(c, s.page(c, "model"), o)
	if err != nil {
		s.fail(c, err)
		return
	}
	if h != nil {
		a.History = "done"
		if sc, ok := h.OfTarget(t.ID); ok {
			a.Score = &sc
		}
	}
	c.JSON(http.StatusOK, a)
}

// modelJSON is the model as the target's own answer has it.
func modelJSON(t *outlook.Target) (any, error) {
	b, err := json.Marshal(*t)
	if err != nil {
		return nil, err
	}
	var x struct {
		Model json.RawMessage `json:"model"`
	}
	err = json.Unmarshal(b, &x)
	return x.Model, err
}

// modelsAnswer is the policy's model page.
type modelsAnswer struct {
	Policy   string         `json:"policy"`
	AsOf     outlook.Day    `json:"as_of"`
	Demo     bool           `json:"demo"`
	Seed     uint64         `json:"seed"`
	Paths    int            `json:"paths"`
	State    string         `json:"data_state"`
	History  string         `json:"history"`
	Score    *outlook.Score `json:"score"`
	Targets  []modelLine    `json:"targets"`
	Commands []string       `json:"commands"`
}

type modelLine struct {
	Target     string         `json:"target"`
	Name       string         `json:"name"` // combination, sum, or a single model's
	Text       outlook.Text   `json:"text"`
	Observed   int            `json:"observed"`
	Origins    int            `json:"origins"`
	MASE       *float64       `json:"mase"`
	Coverage80 *float64       `json:"coverage80"`
	Coverage95 *float64       `json:"coverage95"`
	Warnings   []outlook.Text `json:"warnings"`
}

func (s *Server) apiModels(c *gin.Context) {
	o, err := s.look(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	a := modelsAnswer{
		Policy: o.Policy.ID, AsOf: o.AsOf, Demo: o.State.Demo, Seed: o.Seed, Paths: o.Paths, State: o.State.Version,
		History: "running", Targets: []modelLine{}, Commands: report.Commands(o, ""),
	}
	for i := range o.Targets {
		t := &o.Targets[i]
		m := t.Model
		if t.SameAs != "" || m == nil {
			continue
		}
		l := modelLine{t.ID, m.Name, m.Text, m.Observed, m.Origins, known(m.MASE), known(m.Coverage80), known(m.Coverage95), []outlook.Text{}}
		for _, w := range t.Warnings {
			l.Warnings = append(l.Warnings, outlook.Text{Zh: w.Zh, En: w.En})
		}
		a.Targets = append(a.Targets, l)
	}
	h, _, err := s.scored(c, s.page(c, "models"), o)
	if err != nil {
		s.fail(c, err)
		return
	}
	if h != nil {
		a.History = "done"
		if h.Overall.Events > 0 {
			a.Score = &h.Overall
		}
	}
	c.JSON(http.StatusOK, a)
}

// known is a figure that exists; nil for NaN.
func known(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}
