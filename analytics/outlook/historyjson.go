package outlook

import (
	"encoding/json"

	"talentcast/analytics/backtest"
)

// The JSON form of a history is what `talentcast backtest --json` prints.
// Figures that do not exist are null, dates "2015-06-30"; money is in 元, dates'
// errors in months, probabilities and shares from 0 to 1.

type historyJSON struct {
	Policy    string  `json:"policy"`
	NameZh    string  `json:"name_zh"`
	NameEn    string  `json:"name_en"`
	AsOf      Day     `json:"as_of"`
	Demo      bool    `json:"demo"`
	DataState string  `json:"data_state"`
	Every     string  `json:"every"`
	Seed      uint64  `json:"seed"`
	Paths     int     `json:"paths"`
	ErrorP    float64 `json:"probability_error"` // largest Monte-Carlo standard error

	Origins   []Day         `json:"origins"`
	Sentence  Text          `json:"sentence"`
	Caution   Text          `json:"caution"`
	Known     *float64      `json:"known_then"` // mean of figure known then ÷ known since
	Overall   Score         `json:"overall"`
	Goals     Score         `json:"goals"`
	ByHorizon []Score       `json:"by_horizon"`
	ByTarget  []Score       `json:"by_target"`
	Silent    []silenceJSON `json:"silent"`
	Failed    []failedJSON  `json:"failed"`

	Events    []eventJSON    `json:"events"`
	Intervals []intervalJSON `json:"intervals"`
	Dates     []dateJSON     `json:"dates"`
	Given     []GivenJSON    `json:"given"`
}

type silenceJSON struct {
	Target string `json:"target"`
	Reason Text   `json:"reason"`
}

type failedJSON struct {
	Origin Day  `json:"origin"`
	Reason Text `json:"reason"`
}

type eventJSON struct {
	Target  string   `json:"target"`
	Origin  Day      `json:"origin"`
	Date    Day      `json:"date"`
	Horizon int      `json:"horizon_months"`
	Goal    bool     `json:"goal"`
	Level   float64  `json:"level"`
	P       float64  `json:"p"`
	Line    *float64 `json:"line"`
	Came    bool     `json:"came"`
}

type intervalJSON struct {
	Target  string  `json:"target"`
	Origin  Day     `json:"origin"`
	Date    Day     `json:"date"`
	Horizon int     `json:"horizon_months"`
	Median  float64 `json:"median"`
	Actual  float64 `json:"actual"`
	In50    bool    `json:"in50"`
	In80    bool    `json:"in80"`
	In95    bool    `json:"in95"`
}

type dateJSON struct {
	Target  string   `json:"target"`
	Origin  Day      `json:"origin"`
	Horizon int      `json:"horizon_months"`
	Goal    bool     `json:"goal"`
	Level   float64  `json:"level"`
	Lo80    Day      `json:"lo80"`
	Median  Day      `json:"median"`
	Hi80    Day      `json:"hi80"`
	Came    Day      `json:"came"`
	Within  bool     `json:"within80"`
	CRPS    float64  `json:"crps_months"`
	Error   *float64 `json:"error_months"`
}

// GivenJSON is the JSON form of [Given].
type GivenJSON struct {
	Target string   `json:"target"`
	Origin Day      `json:"origin"`
	Early  *float64 `json:"early"`
	Late   *float64 `json:"late"`
	Actual float64  `json:"actual"`
	Since  *float64 `json:"actual_since"`
}

// JSON is the JSON form.
func (g Given) JSON() GivenJSON {
	return GivenJSON{g.Target, g.Origin, num(g.Early), num(g.Late), g.Actual, num(g.Since)}
}

type scoreJSON struct {
	Target  string `json:"target,omitempty"`
	Horizon int    `json:"horizon_months,omitempty"`
	Events  int    `json:"events"`
	Origins int    `json:"origins"`
	Targets int    `json:"targets"`
	Groups  int    `json:"groups"`
	Few     bool   `json:"few"`

	Mean      *float64 `json:"mean"`
	Rate      *float64 `json:"rate"`
	Brier     *float64 `json:"brier"`
	MCBrier   *float64 `json:"brier_monte_carlo"`
	Log       *float64 `json:"log"`
	ECE       *float64 `json:"ece"`
	ChanceECE *float64 `json:"ece_by_chance"`
	BaseBrier *float64 `json:"base_brier"`
	BaseSkill *float64 `json:"base_skill"`
	LineBrier *float64 `json:"line_brier"`
	LineSkill *float64 `json:"line_skill"`

	Bins []binJSON `json:"bins"`

	Intervals  int      `json:"intervals"`
	Coverage50 *float64 `json:"coverage50"`
	Coverage80 *float64 `json:"coverage80"`
	Coverage95 *float64 `json:"coverage95"`
	Mass50     *float64 `json:"mass50"`
	Mass80     *float64 `json:"mass80"`
	Mass95     *float64 `json:"mass95"`

	Dates       int      `json:"dates"`
	Reached     int      `json:"reached"`
	Timed       int      `json:"timed"`
	ReachedLate int      `json:"reached_though_expected_later"`
	ReachedNot  int      `json:"not_reached_though_expected"`
	DateBias    *float64 `json:"date_bias_months"`
	DateError   *float64 `json:"date_error_months"`
	DateCRPS    *float64 `json:"date_crps_months"`
	DateCover80 *float64 `json:"date_coverage80"`
	DateMass80  *float64 `json:"date_mass80"`
}

type binJSON struct {
	From float64  `json:"from"`
	To   float64  `json:"to"`
	N    int      `json:"n"`
	Mean *float64 `json:"mean"`
	Rate *float64 `json:"rate"`
}

// MarshalJSON writes the documented form.
func (s Score) MarshalJSON() ([]byte, error) {
	return json.Marshal(scoreJSON{
		Target: s.Target, Horizon: s.Horizon, Events: s.Events, Origins: s.Origins, Targets: s.Targets, Groups: s.Groups, Few: s.Few(),
		Mean: num(s.Mean), Rate: num(s.Rate), Brier: num(s.Brier), MCBrier: num(s.MCBrier), Log: num(s.Log),
		ECE: num(s.ECE), ChanceECE: num(s.ChanceECE), BaseBrier: num(s.BaseBrier), BaseSkill: num(s.BaseSkill),
		LineBrier: num(s.LineBrier), LineSkill: num(s.LineSkill), Bins: binsOf(s.Bins),
		Intervals: s.Intervals, Coverage50: num(s.Coverage[0]), Coverage80: num(s.Coverage[1]), Coverage95: num(s.Coverage[2]),
		Mass50: num(s.Mass[0]), Mass80: num(s.Mass[1]), Mass95: num(s.Mass[2]),
		Dates: s.Dates, Reached: s.Reached, Timed: s.Timed, ReachedLate: s.ReachedLate, ReachedNot: s.ReachedNot,
		DateBias: num(s.DateBias), DateError: num(s.DateError), DateCRPS: num(s.DateCRPS),
		DateCover80: num(s.DateCoverage80), DateMass80: num(s.DateMass80),
	})
}

func binsOf(bins [10]backtest.Bin) []binJSON {
	out := make([]binJSON, len(bins))
	for i, b := range bins {
		out[i] = binJSON{b.From, b.To, b.N, num(b.Mean), num(b.Rate)}
	}
	return out
}

// MarshalJSON writes the documented form.
func (h *History) MarshalJSON() ([]byte, error) {
	j := historyJSON{
		Policy: h.Policy.ID, NameZh: h.Policy.NameZh, NameEn: h.Policy.NameEn, AsOf: h.AsOf, Demo: h.State.Demo, DataState: h.State.Version,
		Every: h.Every.String(), Seed: h.Seed, Paths: h.Paths, ErrorP: h.ProbabilityError(),
		Origins: nonNil(h.Origins), Sentence: h.Sentence(""), Caution: h.Overall.Caution(), Known: num(h.Known("")),
		Overall: h.Overall, Goals: h.Goals, ByHorizon: nonNil(h.ByHorizon), ByTarget: nonNil(h.ByTarget),
		Silent: []silenceJSON{}, Failed: []failedJSON{}, Events: []eventJSON{}, Intervals: []intervalJSON{}, Dates: []dateJSON{}, Given: []GivenJSON{},
	}
	for _, x := range h.Silent {
		j.Silent = append(j.Silent, silenceJSON(x))
	}
	for _, x := range h.Failed {
		j.Failed = append(j.Failed, failedJSON(x))
	}
	for _, e := range h.Events {
		j.Events = append(j.Events, eventJSON{e.Target, e.Origin, e.Date, e.Horizon, e.Goal, e.Level, e.P, num(e.Line), e.Came})
	}
	for _, v := range h.Intervals {
		j.Intervals = append(j.Intervals, intervalJSON{v.Target, v.Origin, v.Date, v.Horizon, v.Median, v.Actual, v.Within[0], v.Within[1], v.Within[2]})
	}
	for _, d := range h.Dates {
		j.Dates = append(j.Dates, dateJSON{d.Target, d.Origin, d.Horizon, d.Goal, d.Level, d.Lo80, d.Median, d.Hi80, d.Came, d.Within80, d.CRPS, num(d.Error)})
	}
	for _, g := range h.Given {
		j.Given = append(j.Given, g.JSON())
	}
	return json.Marshal(j)
}
