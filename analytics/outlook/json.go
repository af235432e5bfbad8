package outlook

import (
	"encoding/json"
	"math"
	"time"

	"talentcast/analytics/scenario"
	"talentcast/analytics/target"
	"talentcast/datasets"
)

// The JSON form of an outlook is the one that /api/v1 serves, `talentcast
// forecast --json` prints and openapi.json describes. A figure that does not
// exist is null; dates are "2015-06-30"; money is in 元.

type outlookJSON struct {
	Policy     string                `json:"policy"`
	NameZh     string                `json:"name_zh"`
	NameEn     string                `json:"name_en"`
	AsOf       Day                   `json:"as_of"`
	Demo       bool                  `json:"demo"`
	DataState  string                `json:"data_state"`
	Seed       uint64                `json:"seed"`
	Paths      int                   `json:"paths"`
	Scenario   scenario.Scenario     `json:"scenario"`
	Bill       *Bill                 `json:"bill,omitempty"`
	Held       []Held                `json:"held,omitempty"`
	Verdict    Text                  `json:"verdict"`
	Counts     map[target.Status]int `json:"counts"`
	Thresholds target.Thresholds     `json:"thresholds"`
	Targets    []Target              `json:"targets"`
}

// MarshalJSON writes the documented form.
func (o *Outlook) MarshalJSON() ([]byte, error) {
	return json.Marshal(outlookJSON{
		Policy: o.Policy.ID, NameZh: o.Policy.NameZh, NameEn: o.Policy.NameEn, AsOf: o.AsOf,
		Demo: o.State.Demo, DataState: o.State.Version, Seed: o.Seed, Paths: o.Paths,
		Scenario: o.Scenario, Bill: o.Bill, Held: o.Held,
		Verdict: o.Verdict, Counts: o.Counts, Thresholds: o.Thresholds, Targets: o.Targets,
	})
}

type targetJSON struct {
	ID        string           `json:"id"`
	SameAs    string           `json:"same_as,omitempty"`
	Canonical string           `json:"canonical"`
	Parent    string           `json:"parent,omitempty"`
	Para      string           `json:"para"`
	Plan      string           `json:"plan,omitempty"`
	NameZh    string           `json:"name_zh"`
	NameEn    string           `json:"name_en"`
	Measure   datasets.Measure `json:"measure"`
	Low       *float64         `json:"low"`
	High      *float64         `json:"high"`
	Unit      string           `json:"unit"`
	Start     Day              `json:"start"`
	Early     Day              `json:"early"`
	Late      Day              `json:"late"`
	Lead      []string         `json:"lead"`
	Coop      []string         `json:"coop"`

	Status   target.Status `json:"status"`
	StatusZh string        `json:"status_zh"`
	StatusEn string        `json:"status_en"`
	Reason   Text          `json:"reason"`
	Source   string        `json:"source,omitempty"`

	Actual       *float64 `json:"actual"`
	ActualDate   Day      `json:"actual_date"`
	Held         *float64 `json:"held"`
	Unregistered *float64 `json:"unregistered"`
	Completion   *float64 `json:"completion"`
	Elapsed      *float64 `json:"elapsed"`

	Attainment *attainmentJSON `json:"attainment"`
	Pace       *paceJSON       `json:"pace"`
	Second     *secondJSON     `json:"second_opinions"`
	Model      *modelJSON      `json:"model"`

	Duties   []dutyJSON        `json:"duties,omitempty"`
	Growth   []Point           `json:"growth,omitempty"`
	Excess   []excessJSON      `json:"excess,omitempty"`
	Checked  int               `json:"checked,omitempty"`
	Warnings []warningJSON     `json:"warnings"`
	Freq     string            `json:"frequency,omitempty"`
	History  []Point           `json:"history"`
	Added    []Point           `json:"added,omitempty"`
	Fan      []bandJSON        `json:"fan"`
	Notes    map[string]string `json:"notes,omitempty"`
}

type attainmentJSON struct {
	EarlyLow       *probability `json:"early_low"`
	EarlyHigh      *probability `json:"early_high"`
	LateLow        *probability `json:"late_low"`
	LateHigh       *probability `json:"late_high"`
	EarlyHeld      *probability `json:"early_held"`
	LateHeld       *probability `json:"late_held"`
	Expected       Day          `json:"expected"`
	ExpectedLo80   Day          `json:"expected_lo80"`
	ExpectedHi80   Day          `json:"expected_hi80"`
	ExpectedLo95   Day          `json:"expected_lo95"`
	ExpectedHi95   Day          `json:"expected_hi95"`
	NotByHorizon   *float64     `json:"not_by_horizon"`
	EarlyShortfall *float64     `json:"early_shortfall"`
	LateShortfall  *float64     `json:"late_shortfall"`
	EarlyMean      *float64     `json:"early_mean"`
	LateMean       *float64     `json:"late_mean"`
}

type probability struct {
	P  float64 `json:"p"`
	SE float64 `json:"se"`
}

type paceJSON struct {
	RequiredEarly *float64 `json:"required_early"`
	RequiredLate  *float64 `json:"required_late"`
	Recent        *float64 `json:"recent"`
	RecentPeriods int      `json:"recent_periods"`
}

type secondJSON struct {
	Base     *float64   `json:"base"`
	BaseDate Day        `json:"base_date"`
	Eurostat growthJSON `json:"eurostat"`
	ESCAP    courseJSON `json:"escap"`
}

type growthJSON struct {
	Actual   *float64            `json:"actual_growth"`
	Required *float64            `json:"required_growth"`
	Linear   bool                `json:"linear"`
	Ratio    *float64            `json:"ratio"`
	Category target.Progress     `json:"category"`
	Text     Text                `json:"text"`
	Against  target.Disagreement `json:"against_light"`
}

type courseJSON struct {
	Anticipated *float64            `json:"anticipated"`
	Made        *float64            `json:"made"`
	Missing     *float64            `json:"missing"`
	Category    target.Course       `json:"category"`
	Text        Text                `json:"text"`
	Against     target.Disagreement `json:"against_light"`
}

type modelJSON struct {
	Name       string     `json:"name"`
	Text       Text       `json:"text"`
	Parts      []partJSON `json:"parts"`
	Origins    int        `json:"origins"`
	MASE       *float64   `json:"mase"`
	Coverage80 *float64   `json:"coverage80"`
	Coverage95 *float64   `json:"coverage95"`
	Past       []pastJSON `json:"past"`
}

type partJSON struct {
	Name   string   `json:"name"`
	Weight float64  `json:"weight"`
	MASE   *float64 `json:"mase"`
	CRPS   *float64 `json:"crps"`
}

type pastJSON struct {
	Origin Day      `json:"origin"`
	Date   Day      `json:"date"`
	Mean   *float64 `json:"mean"`
	Lo80   *float64 `json:"lo80"`
	Hi80   *float64 `json:"hi80"`
	Actual *float64 `json:"actual"`
}

type dutyJSON struct {
	From  Day       `json:"from"`
	To    Day       `json:"to"`
	Need  float64   `json:"need"`
	Done  float64   `json:"done"`
	State DutyState `json:"state"`
}

type excessJSON struct {
	Date  Day     `json:"date"`
	What  string  `json:"what"`
	Value float64 `json:"value"`
	Limit float64 `json:"limit"`
}

type warningJSON struct {
	Code string `json:"code"`
	Zh   string `json:"zh"`
	En   string `json:"en"`
}

type bandJSON struct {
	Date Day      `json:"date"`
	Mean float64  `json:"mean"`
	Q    quantile `json:"q"`
}

type quantile struct {
	Q025 float64 `json:"q2_5"`
	Q10  float64 `json:"q10"`
	Q25  float64 `json:"q25"`
	Q50  float64 `json:"q50"`
	Q75  float64 `json:"q75"`
	Q90  float64 `json:"q90"`
	Q975 float64 `json:"q97_5"`
}

// MarshalJSON writes the documented form.
func (t Target) MarshalJSON() ([]byte, error) {
	j := targetJSON{
		ID: t.ID, SameAs: t.SameAs, Canonical: t.Canonical, Parent: t.ParentID, Para: t.Para, Plan: t.PlanID,
		NameZh: t.NameZh, NameEn: t.NameEn, Measure: t.Measure, Low: t.Low, High: t.High, Unit: t.Unit,
		Start: Day{t.Start}, Early: Day{t.Early}, Late: Day{t.Late}, Lead: t.Lead, Coop: t.Coop,
		Status: t.Status, StatusZh: t.Word("zh"), StatusEn: t.Word("en"), Reason: t.Reason, Source: t.Source,
		Actual: t.Actual, ActualDate: t.ActualDate, Held: t.Held, Unregistered: t.Unregistered, Completion: t.Completion, Elapsed: t.Elapsed,
		Attainment: attainmentOf(t.Attainment), Pace: paceOf(t.Pace), Second: secondOf(t.Second, t.Status), Model: modelOf(t.Model),
		Growth: t.Growth, Checked: t.Checked, History: nonNil(t.History), Added: t.Periodic,
		Warnings: []warningJSON{}, Fan: []bandJSON{},
	}
	if t.Freq != 0 {
		j.Freq = t.Freq.String()
	}
	if t.NoteZh != "" || t.NoteEn != "" {
		j.Notes = map[string]string{"zh": t.NoteZh, "en": t.NoteEn}
	}
	for _, d := range t.Duties {
		j.Duties = append(j.Duties, dutyJSON(d))
	}
	for _, e := range t.Excess {
		j.Excess = append(j.Excess, excessJSON{Day{e.Date}, e.What, e.Value, e.Limit})
	}
	for _, w := range t.Warnings {
		j.Warnings = append(j.Warnings, warningJSON{w.Code, w.Zh, w.En})
	}
	for _, b := range t.Fan {
		j.Fan = append(j.Fan, bandJSON{b.Date, b.Mean, quantile{b.Q[0], b.Q[1], b.Q[2], b.Q[3], b.Q[4], b.Q[5], b.Q[6]}})
	}
	return json.Marshal(j)
}

func nonNil[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func attainmentOf(a *target.Attainment) *attainmentJSON {
	if a == nil {
		return nil
	}
	day := func(t time.Time) Day { return Day{t} }
	return &attainmentJSON{
		EarlyLow: prob(a.EarlyLow), EarlyHigh: prob(a.EarlyHigh), LateLow: prob(a.LateLow), LateHigh: prob(a.LateHigh),
		EarlyHeld: prob(a.EarlyHeld), LateHeld: prob(a.LateHeld),
		Expected: day(a.Passage.Median), ExpectedLo80: day(a.Passage.Lo80), ExpectedHi80: day(a.Passage.Hi80),
		ExpectedLo95: day(a.Passage.Lo95), ExpectedHi95: day(a.Passage.Hi95), NotByHorizon: num(a.Passage.NotByHorizon),
		EarlyShortfall: num(a.EarlyShortfall), LateShortfall: num(a.LateShortfall),
		EarlyMean: num(a.EarlyExpected), LateMean: num(a.LateExpected),
	}
}

func paceOf(p *target.Pace) *paceJSON {
	if p == nil {
		return nil
	}
	return &paceJSON{num(p.RequiredEarly), num(p.RequiredLate), num(p.Recent), p.RecentPeriods}
}

func secondOf(s *Second, light target.Status) *secondJSON {
	if s == nil {
		return nil
	}
	g, c := s.Growth, s.Course
	return &secondJSON{
		num(s.Base), s.BaseDate,
		growthJSON{num(g.Actual), num(g.Required), g.Linear, num(g.Ratio), g.Progress, Text{g.Progress.Word("zh"), g.Progress.Word("en")}, g.Progress.Against(light)},
		courseJSON{num(c.Value), num(c.Made), num(c.Missing), c.Course, Text{c.Course.Word("zh"), c.Course.Word("en")}, c.Course.Against(light)},
	}
}

func modelOf(m *Model) *modelJSON {
	if m == nil {
		return nil
	}
	j := &modelJSON{
		Name: m.Name, Text: m.Text, Origins: m.Origins, MASE: num(m.MASE),
		Coverage80: num(m.Coverage80), Coverage95: num(m.Coverage95), Parts: []partJSON{}, Past: []pastJSON{},
	}
	for _, p := range m.Parts {
		j.Parts = append(j.Parts, partJSON{p.Name, p.Weight, num(p.MASE), num(p.CRPS)})
	}
	for _, p := range m.Past {
		j.Past = append(j.Past, pastJSON{p.Origin, p.Date, num(p.Mean), num(p.Lo80), num(p.Hi80), num(p.Actual)})
	}
	return j
}

func prob(p target.Probability) *probability {
	if math.IsNaN(p.P) {
		return nil
	}
	return &probability{p.P, p.SE}
}

// num is nil for what JSON can't say.
func num(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}
