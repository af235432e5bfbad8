package report

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
)

// past is a history made by hand: one target, three origins.
func past(o *outlook.Outlook) *outlook.History {
	p := o.Policy
	p.Targets = append(p.Targets, o.Targets[0].Target)
	score := outlook.Score{Target: "G-01", Events: 12, Groups: 3, Origins: 3, Targets: 1, Mean: 0.52, Rate: 0.5, Brier: 0.1234, LineSkill: math.NaN(), DateError: 2.345}
	score.Bins[3].N, score.Bins[3].Mean, score.Bins[3].Rate = 12, 0.52, 0.5
	for i := range score.Bins {
		score.Bins[i].From, score.Bins[i].To = float64(i)/10, float64(i+1)/10
	}
	return &outlook.History{
		Policy: p, AsOf: o.AsOf, State: o.State, Paths: 1000, Seed: 555, Overall: score, ByTarget: []outlook.Score{score}, ByHorizon: []outlook.Score{{Horizon: 6}, {Horizon: 24}},
		Events: []outlook.Event{
			{Target: "G-01", Origin: day(2014, 6, 30), Date: day(2014, 12, 31), Horizon: 6, Level: 150, P: 0.3, Line: 1, Came: true},
			{Target: "G-01", Origin: day(2014, 6, 30), Date: day(2016, 12, 31), Horizon: 30, Goal: true, Level: 500, P: 0.001, Line: math.NaN()},
		},
		Given: []outlook.Given{
			{Target: "G-01", Origin: day(2014, 6, 30), Early: 0.01, Late: 0.4}, {Target: "G-01", Origin: day(2014, 12, 31), Early: 0.02, Late: 0.6},
		},
	}
}

func TestHistoryTables(t *testing.T) {
	o := fixture()
	h := past(o)
	for _, lang := range []string{phrase.Zh, phrase.En} {
		for name, tab := range map[string]Table{
			"scores": HistoryScores(h, lang), "bins": HistoryBins(h, h.Overall, lang), "events": HistoryEvents(h, lang), "target": HistoryOfTarget(h, "G-01", lang),
		} {
			if len(tab.Rows) == 0 || tab.Title == "" || !tab.Demo || !strings.Contains(tab.Note, demoWord(lang)) || !strings.Contains(tab.Note, "1000") {
				t.Errorf("%s in %s: %+v", name, lang, tab)
			}
			for _, row := range tab.Rows {
				if len(row) != len(tab.Columns) {
					t.Errorf("%s: %d cells under %d columns", name, len(row), len(tab.Columns))
				}
			}
			var b bytes.Buffer
			if err := tab.WriteText(&b, 400); err != nil || strings.Contains(b.String(), "NaN") {
				t.Errorf("%s: %v\n%s", name, err, b.String())
			}
		}
	}
	var b bytes.Buffer
	if err := HistoryScores(h, phrase.Zh).WriteText(&b, 400); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"全部", "提前6个月", "提前2年", "0.123", "2.3", "52.0%", "500优才"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in\n%s", want, b.String())
		}
	}
	b.Reset()
	if err := HistoryEvents(h, phrase.Zh).WriteText(&b, 400); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<1%", "中间高度", "政策目标", "是"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in\n%s", want, b.String())
		}
	}
	if err := HistoryScores(h, phrase.Zh).WriteXLSX(&b); err != nil {
		t.Error(err)
	}
}

func TestOddsChartEndsWithTheOutlook(t *testing.T) {
	o := fixture()
	h := past(o)
	c, ok, err := OddsChart(h, o, &o.Targets[0], phrase.Zh)
	if err != nil || !ok {
		t.Fatalf("%v %v", ok, err)
	}
	// 40 % and 60 % were given; the outlook of today says 97 %.
	if s := string(c.Option); !strings.Contains(s, `["2015-06-30",97]`) || !strings.Contains(s, `["2014-06-30",40]`) || !strings.Contains(c.Alt, "40%") || !strings.Contains(c.Alt, "97%") {
		t.Errorf("%s\n%s", c.Alt, c.Option)
	}
	h.Given = nil
	if _, ok, err := OddsChart(h, o, &o.Targets[0], phrase.En); ok || err != nil {
		t.Errorf("a line of one point: %v %v", ok, err)
	}
}
