package charts_test

import (
	"encoding/json"
	"math"
	"testing"

	"talentcast/charts"
)

// modelSamples are the charts of plans by year and of the model page.
func modelSamples(fan charts.FanData) map[string]func() (charts.Chart, error) {
	fan.PlanName = "年度计划"
	fan.Plan = []charts.Point{{Date: monthEnd(0), Value: 0}, {Date: monthEnd(11), Value: 25}, {Date: monthEnd(23), Value: 60}}
	line := charts.ReliabilityLine{Name: "本政策 240个事件", Points: []charts.ReliabilityPoint{{0.05, 0.02, 60}, {0.35, 0.41, 30}, {0.55, 0, 0}, {0.93, 0.96, 150}}}
	also := charts.ReliabilityLine{Name: "真实序列", Points: []charts.ReliabilityPoint{{0.05, 0.06, 90}, {0.95, 0.93, 90}}, Also: true}
	return map[string]func() (charts.Chart, error){
		"plan": func() (charts.Chart, error) { return charts.Fan(fan) },
		"heat": func() (charts.Chart, error) {
			return charts.Heat(charts.HeatData{Frame: frame("zh"), Groups: []string{"甲计划", "乙计划"}, Lights: lights(), Counts: [][]int{{1, 2, 0, 3, 1, 0, 4}, {0, 3, 60, 1, 0, 0, 0}}})
		},
		"heat-empty": func() (charts.Chart, error) { return charts.Heat(charts.HeatData{Frame: frame("zh")}) },
		"reliability": func() (charts.Chart, error) {
			return charts.Reliability(charts.ReliabilityData{Frame: frame("zh"), Lines: []charts.ReliabilityLine{line, also}})
		},
		"reliability-empty": func() (charts.Chart, error) {
			return charts.Reliability(charts.ReliabilityData{Frame: frame("en")})
		},
		"pit": func() (charts.Chart, error) {
			return charts.PIT(charts.PITData{Frame: frame("zh"), N: 40, Shares: []float64{0.1, 0.2, 0.4, 0.2, 0.1}})
		},
		"pit-empty": func() (charts.Chart, error) { return charts.PIT(charts.PITData{Frame: frame("zh")}) },
	}
}

func TestBadModelChartsAreErrors(t *testing.T) {
	for name, make := range map[string]func() (charts.Chart, error){
		"a rate over 1": func() (charts.Chart, error) {
			return charts.Reliability(charts.ReliabilityData{Frame: frame("zh"), Lines: []charts.ReliabilityLine{{Points: []charts.ReliabilityPoint{{0.5, 1.2, 3}}}}})
		},
		"shares of more than all": func() (charts.Chart, error) {
			return charts.PIT(charts.PITData{Frame: frame("zh"), N: 4, Shares: []float64{0.9, 0.9}})
		},
		"no share": func() (charts.Chart, error) {
			return charts.PIT(charts.PITData{Frame: frame("zh"), N: 4, Shares: []float64{math.NaN(), 1}})
		},
		"counts missing": func() (charts.Chart, error) {
			return charts.Heat(charts.HeatData{Frame: frame("zh"), Groups: []string{"a"}, Lights: lights()})
		},
	} {
		if c, err := make(); err == nil {
			t.Errorf("%s made %s", name, c.Option)
		}
	}
}

// An empty cell of the heat map is left empty: a "0" would read as a finding.
func TestHeatLeavesNothingEmpty(t *testing.T) {
	c, err := modelSamples(charts.FanData{})["heat"]()
	if err != nil {
		t.Fatal(err)
	}
	var o struct {
		Series []struct {
			Data []struct {
				Name  string
				Value [2]int
			}
		}
	}
	if err := json.Unmarshal(c.Option, &o); err != nil {
		t.Fatal(err)
	}
	if n := len(o.Series[0].Data); n != 8 {
		t.Errorf("%d cells, want those of the 8 numbers that are not 0", n)
	}
	if top := o.Series[0].Data[0]; top.Name != "1" || top.Value != [2]int{0, 1} {
		t.Errorf("the first group's first cell is %+v", top)
	}
}
