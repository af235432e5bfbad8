package web

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/analytics/scenario"
)

// leverCard is a lever as the page has it.
type leverCard struct {
	N                                 int
	Kind, Name, Hint                  string
	Scope                             string
	Scopes                            *scopeList // nil in a card to be added: the page has them
	Fields                            []fieldCard
	Start, End, Ramp, SD, Low, High   string
	HasStart, HasEnd, HasRamp, Doubts bool
	Fixed                             bool // stands there from the start
	Always                            bool // acts whatever its values: waits for a first figure
	Set                               bool // has something in its details
}

// fieldCard is one number of a lever.
type fieldCard struct {
	ID, Label, Unit string
	Min, Max        string
	Low, High, Step string // of the slider
	Value, Slider   string
	Main, Choice    bool // Choice: 1 or 0
	Still           string
}

func (s *Server) apiLevers(c *gin.Context) {
	c.JSON(http.StatusOK, gin.H{"levers": scenario.Specs()})
}

// leverCards are the levers of the scenario; the two that are asked for most stand
// first, moved or not.
func (p *page) leverCards(sc scenario.Scenario, scopes *scopeList) []leverCard {
	var out []leverCard
	rest := slices.Clone(sc.Levers)
	for _, kind := range []scenario.Kind{scenario.KindIntake, scenario.KindGrowth} {
		l := scenario.Lever{Kind: kind}
		if i := slices.IndexFunc(rest, func(x scenario.Lever) bool { return x.Kind == kind && x.Scope == "" }); i >= 0 {
			l = rest[i]
			rest = slices.Delete(rest, i, i+1)
		}
		out = append(out, p.card(l))
		out[len(out)-1].Fixed = true
	}
	for _, l := range rest {
		out = append(out, p.card(l))
	}
	for i := range out {
		out[i].N, out[i].Scopes = i, scopes.at(out[i].Scope)
	}
	return out
}

// newCards are one of each kind, as they are added.
func (p *page) newCards() []leverCard {
	var out []leverCard
	for _, spec := range scenario.Specs() {
		out = append(out, p.card(scenario.Lever{Kind: spec.Kind}))
	}
	return out
}

func (p *page) card(l scenario.Lever) leverCard {
	spec, _ := scenario.SpecOf(l.Kind)
	at := func(v float64) string {
		if v == 0 {
			return ""
		}
		return plain(v)
	}
	c := leverCard{
		Kind: string(l.Kind), Name: outlook.Text{Zh: spec.Zh, En: spec.En}.In(p.Lang), Hint: outlook.Text{Zh: spec.HintZh, En: spec.HintEn}.In(p.Lang),
		Scope: l.Scope, Start: l.Start.String(), End: l.End.String(), Ramp: at(float64(l.Ramp)), SD: at(100 * l.SD), Low: at(l.Low), High: at(l.High),
		HasEnd: spec.Timed, Doubts: spec.Uncertain, Always: spec.Always,
		HasStart: spec.Timed || slices.Contains([]scenario.Kind{scenario.KindDelay, scenario.KindShock, scenario.KindOneOff}, l.Kind),
		HasRamp:  spec.Timed && !slices.Contains([]scenario.Kind{scenario.KindCeiling, scenario.KindBudget, scenario.KindFund}, l.Kind),
	}
	c.Set = c.Start+c.End+c.Ramp+c.SD+c.Low+c.High != ""
	for i, f := range spec.Fields {
		c.Fields = append(c.Fields, p.field(l, spec, f, i == 0))
	}
	return c
}

func (p *page) field(l scenario.Lever, spec scenario.Spec, f scenario.Field, main bool) fieldCard {
	v, given := l.Values[f.ID]
	out := fieldCard{
		ID: f.ID, Label: outlook.Text{Zh: f.Zh, En: f.En}.In(p.Lang), Unit: outlook.Text{Zh: f.UnitZh, En: f.UnitEn}.In(p.Lang),
		Min: plain(f.Min), Max: plain(f.Max), Low: plain(f.Low), High: plain(f.High), Step: plain(f.Step), Main: main, Still: plain(f.Still),
		Choice: f.Whole && f.Min == 0 && f.Max == 1,
	}
	out.Value, out.Slider = plain(l.Value(f.ID)), plain(min(f.High, max(f.Low, l.Value(f.ID))))
	// What is without bound, and what must be said before it acts, is left empty.
	if main && !given && (spec.Always || f.Still > f.High) {
		out.Value = ""
	}
	if given && f.Still > f.High && v == f.Still {
		out.Value = ""
	}
	return out
}

// plain writes a number as a form takes it.
func plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

func scenarioNumber(name, text string) error {
	return fault.Newf(fault.Invalid, "“%[1]s”的值“%[2]s”不是数；请填 1.2 这样的数。",
		"The value %[2]q of %[1]s is not a number; give one such as 1.2.", clip(name), clip(text))
}

func noForecast(id string) error {
	return fault.Newf(fault.Invalid, "目标 %[1]s 没有预测图（没有数值或没有数据）；请在情景页换一个目标。",
		"Target %[1]s has no forecast to draw (no number, or no data); choose another on the scenario page.", clip(id))
}

// LeverWords says in words what a scenario of the page's policy is.
func leverWords(o *outlook.Outlook, sc scenario.Scenario, lang string) string {
	return sc.Text(lang, func(id string) string { return o.Scope(id, lang) })
}
