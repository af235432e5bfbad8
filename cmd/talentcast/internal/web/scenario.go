package web

import (
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/analytics/scenario"
	"talentcast/analytics/target"
)

// comparison is a scenario beside its baseline, as the API serves it and the
// scenario page shows it.
type comparison struct {
	Policy   string            `json:"policy"`
	AsOf     outlook.Day       `json:"as_of"`
	Demo     bool              `json:"demo"`
	Scenario scenario.Scenario `json:"scenario"`
	Headline outlook.Text      `json:"headline"`
	Changes  []change          `json:"changes"`
	Rows     []changeWords     `json:"rows"`
}

// change is what the levers do to one target. Probabilities are of the low end
// by the late deadline unless said; months are the medians of the first passage.
type change struct {
	Target     string        `json:"target"`
	EarlyBase  *float64      `json:"early_base"`
	EarlyWith  *float64      `json:"early_with"`
	LateBase   *float64      `json:"late_base"`
	LateWith   *float64      `json:"late_with"`
	Expected   outlook.Day   `json:"expected_base"`
	WithDate   outlook.Day   `json:"expected_with"`
	StatusBase target.Status `json:"status_base"`
	StatusWith target.Status `json:"status_with"`
}

// changeWords is the same in the words of the request's language, as the table
// shows it.
type changeWords struct {
	Target     string `json:"target"`
	EarlyBase  string `json:"early_base"`
	EarlyWith  string `json:"early_with"`
	EarlyDelta string `json:"early_delta"`
	LateBase   string `json:"late_base"`
	LateWith   string `json:"late_with"`
	LateDelta  string `json:"late_delta"`
	Base       string `json:"expected_base"`
	With       string `json:"expected_with"`
	DateDelta  string `json:"expected_delta"`
	Status     string `json:"status"`
	StatusText string `json:"status_text"`
	Direction  string `json:"direction"` // better, worse or same

	Name string `json:"name"`
	URL  string `json:"-"`
	Icon string `json:"status_icon"`
}

type scenarioBody struct {
	Intake, Growth string // as in the number boxes; growth in per cent
	MaxIntake      int
	Compared       comparison
	Baseline       bool
	Target         string
	Targets        []option
	Chart          *chartView
}

func (s *Server) scenario(c *gin.Context) {
	// The form has growth in per cent, for people; the address has the share.
	if c.Query("growth_pct") != "" {
		s.redirectLevers(c)
		return
	}
	base, with, err := s.compare(c)
	if err != nil {
		s.failIn(c, err)
		return
	}
	p, err := s.policyPage(c, "scenario", &base.Policy, &base.State)
	if err != nil {
		s.fail(c, err)
		return
	}
	p.AsOf = base.AsOf
	sc, _ := levers(c) // compare has read them
	shown := with
	if shown == nil {
		shown = base
	}
	b := scenarioBody{
		Intake: phrase.Number(mainOf(sc, scenario.KindIntake, 1), 3), Growth: phrase.Number(mainOf(sc, scenario.KindGrowth, 0), 3), MaxIntake: 10,
		Baseline: with == nil, Compared: p.compared(base, shown, sc),
	}
	chosen, err := chosenTarget(c, base)
	if err != nil {
		s.failIn(c, err)
		return
	}
	for i := range base.Targets {
		if t := &base.Targets[i]; forecast(t) {
			b.Targets = append(b.Targets, option{t.ID, t.ID + " " + t.Short(p.Lang), chosen != nil && t.ID == chosen.ID})
		}
	}
	if chosen != nil {
		b.Target = chosen.ID
		v, err := p.targetChart(base, chosen, "fan", with)
		if err != nil {
			s.fail(c, err)
			return
		}
		b.Chart = &v
	}
	p.Body = b
	s.render(c, http.StatusOK, p)
}

// mainOf is the main value of the first lever of a kind on the whole policy.
func mainOf(sc scenario.Scenario, k scenario.Kind, still float64) float64 {
	for _, l := range sc.Levers {
		if l.Kind == k && l.Scope == "" {
			return l.Main()
		}
	}
	return still
}

func (s *Server) redirectLevers(c *gin.Context) {
	v, err := number(c, "growth_pct", 0)
	if err != nil {
		s.failIn(c, err)
		return
	}
	q := c.Request.URL.Query()
	q.Del("growth_pct")
	q.Set("growth", strconv.FormatFloat(math.Round(v*1e4)/1e6, 'f', -1, 64))
	for k := range q {
		if q.Get(k) == "" {
			q.Del(k)
		}
	}
	c.Redirect(http.StatusSeeOther, c.Request.URL.Path+"?"+q.Encode())
}

// forecast reports whether the target has a forecast that levers can move.
func forecast(t *outlook.Target) bool { return t.SameAs == "" && t.Attainment != nil && len(t.Fan) > 0 }

// chosenTarget is the target of ?target=, or the first headline with a forecast.
func chosenTarget(c *gin.Context, o *outlook.Outlook) (*outlook.Target, error) {
	if id := c.Query("target"); id != "" {
		return find(o, id)
	}
	for _, t := range o.Headlines() {
		if forecast(t) {
			return t, nil
		}
	}
	for i := range o.Targets {
		if forecast(&o.Targets[i]) {
			return &o.Targets[i], nil
		}
	}
	return nil, nil
}

// compared sets with beside base, target by target.
func (p *page) compared(base, with *outlook.Outlook, sc scenario.Scenario) comparison {
	out := comparison{
		Policy: base.Policy.ID, AsOf: base.AsOf, Demo: base.State.Demo, Scenario: sc,
		Headline: headline(base, with, sc), Changes: []change{}, Rows: []changeWords{},
	}
	for i := range base.Targets {
		a := &base.Targets[i]
		b, ok := with.Target(a.ID)
		if !ok || !forecast(a) || b.Attainment == nil {
			continue
		}
		ch := change{
			Target: a.ID, Expected: outlook.Day{Time: a.Attainment.Passage.Median}, WithDate: outlook.Day{Time: b.Attainment.Passage.Median},
			StatusBase: a.Status, StatusWith: b.Status,
			LateBase: share(a.Attainment.LateLow), LateWith: share(b.Attainment.LateLow),
		}
		if !a.Early.Equal(a.Late) {
			ch.EarlyBase, ch.EarlyWith = share(a.Attainment.EarlyLow), share(b.Attainment.EarlyLow)
		}
		out.Changes = append(out.Changes, ch)
		out.Rows = append(out.Rows, p.changeWords(a, b, ch))
	}
	return out
}

func (p *page) changeWords(a, b *outlook.Target, ch change) changeWords {
	w := changeWords{
		Target: a.ID, Name: a.Short(p.Lang), URL: p.Under("/t/" + a.ID),
		EarlyBase: chance(ch.EarlyBase), EarlyWith: chance(ch.EarlyWith), EarlyDelta: points(ch.EarlyBase, ch.EarlyWith),
		LateBase: chance(ch.LateBase), LateWith: chance(ch.LateWith), LateDelta: points(ch.LateBase, ch.LateWith),
		Base: phrase.Month(ch.Expected.Time, p.Lang), With: phrase.Month(ch.WithDate.Time, p.Lang),
		DateDelta: p.months(ch.Expected.Time, ch.WithDate.Time),
		Status:    string(b.Status), StatusText: b.Status.Word(p.Lang), Icon: b.Status.Icon(), Direction: "same",
	}
	switch d := delta(ch.LateBase, ch.LateWith) + delta(ch.EarlyBase, ch.EarlyWith); {
	case d >= 0.005:
		w.Direction = "better"
	case d <= -0.005:
		w.Direction = "worse"
	}
	return w
}

func share(p target.Probability) *float64 {
	if math.IsNaN(p.P) {
		return nil
	}
	return &p.P
}

func chance(p *float64) string {
	if p == nil {
		return phrase.Missing
	}
	return phrase.Probability(*p)
}

func delta(a, b *float64) float64 {
	if a == nil || b == nil {
		return 0
	}
	return *b - *a
}

// points writes a change of probability in percentage points: +12, −3, 0.
func points(a, b *float64) string {
	if a == nil || b == nil {
		return ""
	}
	switch d := math.Round(100 * (*b - *a)); {
	case d > 0:
		return fmt.Sprintf("+%.0f", d)
	case d < 0:
		return fmt.Sprintf("−%.0f", -d)
	}
	return "0"
}

// months writes by how much a date moves.
func (p *page) months(a, b time.Time) string {
	if a.IsZero() || b.IsZero() {
		return ""
	}
	n := (b.Year()-a.Year())*12 + int(b.Month()) - int(a.Month())
	switch {
	case n < 0:
		return p.T("scenario.earlier", -n)
	case n > 0:
		return p.T("scenario.later", n)
	}
	return p.T("scenario.unmoved")
}

// headline says in a sentence what the levers do to the first headline target
// that has a forecast, and to how many lights.
func headline(base, with *outlook.Outlook, sc scenario.Scenario) outlook.Text {
	if sc.Baseline() {
		return outlook.Text{
			Zh: "未调整任何杠杆：以下为基准情形。",
			En: "No lever is moved: what follows is the baseline.",
		}
	}
	better, worse := 0, 0
	for i := range base.Targets {
		a := &base.Targets[i]
		b, ok := with.Target(a.ID)
		if !ok || !forecast(a) || b.Attainment == nil {
			continue
		}
		switch d := delta(share(a.Attainment.LateLow), share(b.Attainment.LateLow)); {
		case d >= 0.005:
			better++
		case d <= -0.005:
			worse++
		}
	}
	zh := sc.Text(phrase.Zh, func(id string) string { return base.Scope(id, phrase.Zh) }) + "："
	en := sc.Text(phrase.En, func(id string) string { return base.Scope(id, phrase.En) }) + ": "
	moved := false
	for _, a := range base.Headlines() {
		b, ok := with.Target(a.ID)
		if !ok || !forecast(a) || b.Attainment == nil {
			continue
		}
		// The deadline at which the levers show most.
		date, from, to := a.Late, a.Attainment.LateLow, b.Attainment.LateLow
		if e, f := a.Attainment.EarlyLow, b.Attainment.EarlyLow; math.Abs(f.P-e.P) > math.Abs(to.P-from.P) {
			date, from, to = a.Early, e, f
		}
		if !(math.Abs(to.P-from.P) >= 0.005) {
			continue
		}
		moved = true
		pa, pb := phrase.Probability(from.P), phrase.Probability(to.P)
		zh += fmt.Sprintf("%s在%s前完成的概率由%s变为%s；", a.Short(phrase.Zh), deadlineIn(date, phrase.Zh), pa, pb)
		en += fmt.Sprintf("P(%s by %s) from %s to %s; ", a.Short(phrase.En), deadlineIn(date, phrase.En), pa, pb)
	}
	if !moved {
		zh += "总体目标的概率基本不变；"
		en += "the headline targets hardly move; "
	}
	return outlook.Text{
		Zh: zh + fmt.Sprintf("最后期限前完成的概率上升%d项、下降%d项。", better, worse),
		En: en + fmt.Sprintf("by the last deadline %d are up, %d down.", better, worse),
	}
}

// deadlineIn writes a deadline within a sentence: 2021年底, the end of 2021.
func deadlineIn(d time.Time, lang string) string {
	switch {
	case d.Month() != time.December || d.Day() != 31:
		return phrase.Date(d, lang)
	case lang == phrase.En:
		return fmt.Sprintf("the end of %d", d.Year())
	}
	return fmt.Sprintf("%d年底", d.Year())
}
