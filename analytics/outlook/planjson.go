package outlook

import (
	"encoding/json"

	"talentcast/analytics/target"
)

type planJSON struct {
	Target   string         `json:"target"`
	Own      bool           `json:"own"`
	Revision int            `json:"revision"`
	Latest   int            `json:"latest_revision"`
	Known    Day            `json:"known"`
	At       Day            `json:"saved_on"`
	By       string         `json:"saved_by"`
	Reason   string         `json:"reason"`
	Rate     *float64       `json:"year_rate"`
	Warning  *Text          `json:"warning"`
	Years    []planYearJSON `json:"years"`
}

type planYearJSON struct {
	Year     int                 `json:"year"`
	Running  bool                `json:"running"`
	Plan     *float64            `json:"plan"`
	Actual   *float64            `json:"actual"`
	Lo80     *float64            `json:"lo80"`
	Median   *float64            `json:"median"`
	Hi80     *float64            `json:"hi80"`
	P        *target.Probability `json:"probability"`
	Share    *float64            `json:"share"`
	Added    *float64            `json:"added"`
	Required *float64            `json:"required"`
	State    PlanState           `json:"state"`
	Word     Text                `json:"word"`
}

// MarshalJSON writes the documented form.
func (p AnnualPlan) MarshalJSON() ([]byte, error) {
	j := planJSON{
		Target: p.Target, Own: p.Own, Revision: p.Revision, Latest: p.Latest, Known: p.Known, At: p.At,
		By: p.By, Reason: p.Reason, Rate: p.Rate, Years: []planYearJSON{},
	}
	if p.Warning != nil {
		j.Warning = &Text{p.Warning.Zh, p.Warning.En}
	}
	for _, y := range p.Years {
		j.Years = append(j.Years, planYearJSON{y.Year, y.Running, y.Plan, y.Actual, y.Lo80, y.Median, y.Hi80, y.P, y.Share, y.Added, y.Required, y.State, y.State.Words()})
	}
	return json.Marshal(j)
}

// Words say what the state means.
func (s PlanState) Words() Text {
	switch s {
	case PlanReached:
		return Text{"已达计划", "plan reached"}
	case PlanMissed:
		return Text{"未达计划", "plan missed"}
	case PlanLikely:
		return Text{"可望达到", "likely"}
	case PlanAtRisk:
		return Text{"有风险", "at risk"}
	case PlanDoubt:
		return Text{"难以达到", "unlikely"}
	}
	return Text{"暂无结论", "not known"}
}
