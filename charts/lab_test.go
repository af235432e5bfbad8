package charts_test

import (
	"math"
	"testing"

	"talentcast/charts"
)

// labSamples are the charts of the scenario laboratory.
func labSamples() map[string]func() (charts.Chart, error) {
	return map[string]func() (charts.Chart, error){
		"curve": func() (charts.Chart, error) {
			return charts.Curve(charts.CurveData{
				Frame: frame("zh"), XAxis: "引进力度（倍）", Name: "完成概率", Share: true,
				Points: []charts.CurvePoint{{X: 1, Y: 0.34}, {X: 1.5, Y: 0.86}, {X: 2, Y: 0.99}, {X: 3, Y: 1}},
				Level:  &charts.Level{Text: "要求 80%", Value: 0.8}, At: []charts.Level{{Text: "现在 1倍", Value: 1}, {Text: "至少 1.36倍", Value: 1.36, Need: true}},
			})
		},
		"curve-pair": func() (charts.Chart, error) {
			f := frame("en")
			f.Unit, f.Axis = "points", "growth (points)"
			return charts.Curve(charts.CurveData{Frame: f, XAxis: "intake (times)", Name: "growth", Points: []charts.CurvePoint{{X: 1, Y: 30, Miss: true}, {X: 2, Y: 12.5}, {X: 3, Y: 0}}})
		},
		"frontier": func() (charts.Chart, error) {
			f := frame("zh")
			f.Axis = "预期达标项数"
			return charts.Frontier(charts.FrontierData{
				Frame: f, Name: "预期达标项数", At: []charts.Level{{Text: "可用 500万元", Value: 5e6}},
				Points: []charts.FrontierPoint{{Money: 0, Met: 0.61}, {Money: 1.2e6, Met: 1.1, Text: "H-01 ×1.5"}, {Money: 4.75e6, Met: 1.72, Text: "H-01 ×2，H-02 ×1.5"}},
			})
		},
		"tornado": func() (charts.Chart, error) {
			return charts.Tornado(charts.TornadoData{
				Frame: frame("zh"), LowName: "取低值", HighName: "取高值", Direction: "概率变化（百分点）",
				Swings: []charts.Swing{{Name: "引进力度1.2倍", Low: -0.22, High: 0.16, LowText: "0.96倍 → 39%", HighText: "1.44倍 → 77%"}, {Name: "流失1.1倍", Low: 0.04, High: -0.05, LowText: "0.88倍 → 65%", HighText: "1.32倍 → 56%"}},
			})
		},
		"parts": func() (charts.Chart, error) {
			return charts.Parts(charts.PartsData{
				Frame: frame("en"), FirstName: "alone", TotalName: "with others",
				Parts: []charts.Part{{Name: "Intake ×1.2", First: 0.71, Total: 0.78, FirstText: "71% ±5", TotalText: "78% ±4"}, {Name: "Leaving ×1.1", First: -0.01, Total: 0.02, FirstText: "-1% ±6", TotalText: "2% ±1"}},
			})
		},
		"compare": func() (charts.Chart, error) {
			return charts.Compare(charts.CompareData{
				Frame: frame("zh"), Names: []string{"500优才", "1800社工"},
				Rows: []charts.Row{{Name: "基准", Values: []float64{0.34, 0.999}}, {Name: "多引进", Values: []float64{0.81, math.NaN()}}, {Name: "少花钱", Values: []float64{0.002, 0.5}}},
			})
		},
	}
}

func TestBadLabDataIsAnError(t *testing.T) {
	for name, make := range map[string]func() (charts.Chart, error){
		"settings run back": func() (charts.Chart, error) {
			return charts.Curve(charts.CurveData{Frame: frame("zh"), Points: []charts.CurvePoint{{X: 2}, {X: 1}}})
		},
		"no probability": func() (charts.Chart, error) {
			return charts.Curve(charts.CurveData{Frame: frame("zh"), Share: true, Points: []charts.CurvePoint{{Y: 1.2}}})
		},
		"money runs back": func() (charts.Chart, error) {
			return charts.Frontier(charts.FrontierData{Frame: frame("zh"), Points: []charts.FrontierPoint{{Money: 2}, {Money: 1}}})
		},
		"no difference": func() (charts.Chart, error) {
			return charts.Tornado(charts.TornadoData{Frame: frame("zh"), Swings: []charts.Swing{{Low: math.NaN()}}})
		},
		"figures missing": func() (charts.Chart, error) {
			return charts.Compare(charts.CompareData{Frame: frame("zh"), Names: []string{"a"}, Rows: []charts.Row{{Name: "b"}}})
		},
		"too many": func() (charts.Chart, error) {
			return charts.Compare(charts.CompareData{Frame: frame("zh"), Names: []string{"a"}, Rows: make([]charts.Row, 6)})
		},
	} {
		if c, err := make(); err == nil {
			t.Errorf("%s made %s", name, c.Option)
		}
	}
}
