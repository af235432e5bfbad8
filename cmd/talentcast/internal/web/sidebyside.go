package web

import (
	"math"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/analytics/target"
	"talentcast/charts"
	"talentcast/cmd/talentcast/internal/report"
)

// comparedMost is how many scenarios stand side by side.
const comparedMost = 4

// sideBySide are saved scenarios on one state of the data, as of the date of the
// request, beside its baseline.
type sideBySide struct {
	Policy    string       `json:"policy"`
	AsOf      outlook.Day  `json:"as_of"`
	Demo      bool         `json:"demo"`
	Scenarios []keptInfo   `json:"scenarios"`
	Rows      []sideRow    `json:"rows"`
	Chart     charts.Chart `json:"chart"`
	CSV       string       `json:"csv"`
	XLSX      string       `json:"xlsx"`
}

// sideRow is one target: the baseline first, then the scenarios in their order.
type sideRow struct {
	Target  string     `json:"target"`
	Name    string     `json:"name"`
	Differs bool       `json:"differs"`
	Cells   []sideCell `json:"cells"`
}

type sideCell struct {
	Early      *float64      `json:"early"`
	Late       *float64      `json:"late"`
	Expected   outlook.Day   `json:"expected"`
	Status     target.Status `json:"status"`
	StatusText string        `json:"status_text"`
	StatusIcon string        `json:"status_icon"`
	// Words are the probabilities and the date as the table shows them; Delta is
	// the change against the baseline where there is one.
	EarlyText    string `json:"early_text"`
	LateText     string `json:"late_text"`
	ExpectedText string `json:"expected_text"`
	EarlyDelta   string `json:"early_delta"`
	LateDelta    string `json:"late_delta"`
	Direction    string `json:"direction"`
}

// chosenScenarios computes the scenarios of ?ids= on the request's data.
func (s *Server) chosenScenarios(c *gin.Context) (base *outlook.Outlook, with []report.Compared, infos []keptInfo, err error) {
	if base, err = s.look(c); err != nil {
		return nil, nil, nil, err
	}
	infos = []keptInfo{}
	seen := map[int64]bool{}
	for _, text := range strings.Split(c.Query("ids"), ",") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		id, err := strconv.ParseInt(text, 10, 64)
		if err != nil || seen[id] || len(with) == comparedMost {
			return nil, nil, nil, fault.Newf(fault.Invalid, "ids 应是至多 %[1]d 个不同的情景编号，用逗号隔开，如 1,2,3。",
				"ids are at most %[1]d different numbers of scenarios, apart by commas, such as 1,2,3.", comparedMost)
		}
		seen[id] = true
		x, err := s.cfg.Store.ScenarioOf(c.Request.Context(), base.Policy.ID, id)
		if err != nil {
			return nil, nil, nil, err
		}
		k, err := readKept(x)
		if err != nil {
			return nil, nil, nil, err
		}
		o, err := s.cfg.Outlooks.Try(c.Request.Context(), outlook.Query{Policy: base.Policy.ID, AsOf: base.AsOf.Time, Scenario: k.doc.Scenario})
		if err != nil {
			return nil, nil, nil, err
		}
		info, err := s.info(c, x, false)
		if err != nil {
			return nil, nil, nil, err
		}
		with, infos = append(with, report.Compared{Name: x.Name, Of: o}), append(infos, info)
	}
	return base, with, infos, nil
}

func (s *Server) apiSideBySide(c *gin.Context) {
	base, with, infos, err := s.chosenScenarios(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	p := s.page(c, "scenario")
	p.Policy, p.State = &base.Policy, &base.State
	out := sideBySide{
		Policy: base.Policy.ID, AsOf: base.AsOf, Demo: base.State.Demo, Scenarios: infos, Rows: []sideRow{},
		CSV: p.Under("/export/scenarios.csv", "ids", c.Query("ids")), XLSX: p.Under("/export/scenarios.xlsx", "ids", c.Query("ids")),
	}
	for i := range base.Targets {
		if t := &base.Targets[i]; forecast(t) {
			out.Rows = append(out.Rows, p.sideRow(t, with))
		}
	}
	if out.Chart, err = report.ScenariosChart(base, with, p.Lang); err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, out)
}

func (p *page) sideRow(t *outlook.Target, with []report.Compared) sideRow {
	row := sideRow{Target: t.ID, Name: t.Short(p.Lang), Cells: []sideCell{p.sideCell(t, nil)}}
	for _, x := range with {
		w, ok := x.Of.Target(t.ID)
		if !ok || w.Attainment == nil {
			row.Cells = append(row.Cells, sideCell{Direction: "same"})
			continue
		}
		cell := p.sideCell(w, &row.Cells[0])
		row.Differs = row.Differs || cell.Direction != "same" || cell.ExpectedText != row.Cells[0].ExpectedText
		row.Cells = append(row.Cells, cell)
	}
	return row
}

func (p *page) sideCell(t *outlook.Target, base *sideCell) sideCell {
	x := sideCell{
		Late: share(t.Attainment.LateLow), Expected: outlook.Day{Time: t.Attainment.Passage.Median}, Direction: "same",
		Status: t.Status, StatusText: t.Word(p.Lang), StatusIcon: t.Status.Icon(),
	}
	if !t.Early.Equal(t.Late) {
		x.Early = share(t.Attainment.EarlyLow)
	}
	x.EarlyText, x.LateText, x.ExpectedText = chance(x.Early), chance(x.Late), phrase.Month(x.Expected.Time, p.Lang)
	if base == nil {
		return x
	}
	x.EarlyDelta, x.LateDelta = points(base.Early, x.Early), points(base.Late, x.Late)
	switch d := delta(base.Early, x.Early) + delta(base.Late, x.Late); {
	case math.Abs(d) < 0.005:
	case d > 0:
		x.Direction = "better"
	default:
		x.Direction = "worse"
	}
	return x
}
