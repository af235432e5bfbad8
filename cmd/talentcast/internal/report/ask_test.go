package report

import (
	"strings"
	"testing"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/analytics/scenario"
)

// TestSharesShownAreShares: estimates below none and above all are shown within, the
// table keeps them, and a lever alone has no chart of shares.
func TestSharesShownAreShares(t *testing.T) {
	o := fixture()
	levers, err := scenario.Parse("intake:times=1.2;retention:times=0.9")
	if err != nil {
		t.Fatal(err)
	}
	q := Question{O: o, Target: &o.Targets[0], Levers: levers, Lang: phrase.Zh}
	w := &outlook.Why{
		Points: 64, Tornado: []scenario.Bar{{Lever: 0}, {Lever: 1}},
		Sobol: []scenario.Index{{Lever: 0, First: 1.23, FirstSE: 0.13, Total: 1.1, TotalSE: 0.1}, {Lever: 1, First: -0.08, FirstSE: 0.05, Total: 0.02, TotalSE: 0.03}},
	}
	c, ok, err := q.SobolChart(w)
	if text := string(c.Option) + c.Alt; err != nil || !ok || !strings.Contains(text, "100% ±13") || !strings.Contains(text, "0% ±5") || strings.Contains(text, "123") || strings.Contains(text, "-8") {
		t.Errorf("%v, %v: %s", ok, err, text)
	}
	if rows := q.WhyTable(w).Rows; rows[0][5] != 1.23 || rows[1][5] != -0.08 {
		t.Errorf("the table lost what was estimated: %v", rows)
	}
	w.Sobol = w.Sobol[:1]
	if _, ok, err := q.SobolChart(w); ok || err != nil {
		t.Errorf("one lever has shares: %v", err)
	}
}
