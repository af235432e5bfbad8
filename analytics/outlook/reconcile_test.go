package outlook

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"talentcast/analytics"
	"talentcast/datasets"
)

// withTotals adds a total reported each half-year to the records of the parts.
func withTotals(total func(months float64) float64) []datasets.Record {
	rs := records()
	for i := 1; i <= 7; i++ {
		at := analytics.PeriodOf(analytics.Date(2012, time.Month(6*i), 1), analytics.Monthly).End()
		rs = append(rs, datasets.Record{
			Kind: datasets.Indicator, Target: "T2", Event: at, Known: at, Unit: "人",
			Value: number(math.Round(total(float64(6 * i)))), Key: fmt.Sprintf("total-%d", i),
		})
	}
	return rs
}

func code(x *Target, want string) bool {
	for _, w := range x.Warnings {
		if w.Code == want {
			return true
		}
	}
	return false
}

func TestTotalsOfTheirOwnDrawTheirParts(t *testing.T) {
	base := get(t, of(t, service(t, Config{}, records()...), Query{}), "T2")
	// The parts come at 1.8 a month: 77 by June 2015.
	for _, c := range []struct {
		name  string
		total func(m float64) float64
		code  string
		rises bool
	}{
		{"a total that grows faster", func(m float64) float64 { return 1.2*m + 0.02*m*m }, "reconciled", true},
		{"a total of another world", func(m float64) float64 { return 5000 * m }, "totals_disagree", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := service(t, Config{}, withTotals(c.total)...)
			x := get(t, of(t, s, Query{}), "T2")
			if !code(x, c.code) {
				t.Fatalf("warnings %+v", x.Warnings)
			}
			last, was := x.Fan[len(x.Fan)-1], base.Fan[len(base.Fan)-1]
			if c.rises && !(last.Mean > was.Mean+1) || !c.rises && last.Mean != was.Mean {
				t.Errorf("mean %.1f with the total's history, %.1f without", last.Mean, was.Mean)
			}
		})
	}
}

// However the paths are drawn anew, parts add up, and a scenario takes the
// baseline's.
func TestRedrawnPathsAddUp(t *testing.T) {
	s := service(t, Config{}, withTotals(func(m float64) float64 { return 1.2*m + 0.02*m*m })...)
	p, err := s.prepare(context.Background(), policy(), day("2015-06-30"))
	if err != nil {
		t.Fatal(err)
	}
	var shared sharedChance
	sim := s.simulate(p, "T", 78, shared)
	picked := s.pick(p, "T", sim, 78)
	if len(picked) != s.cfg.Paths || !slices.IsSorted(picked) {
		t.Fatalf("%d paths picked", len(picked))
	}
	sim.redrawn(picked)
	for k := range sim.paths["T"] {
		for i := range picked {
			if got, want := sim.paths["T"][k][i], sim.paths["A"][k][i]+sim.paths["B"][k][i]; got != want {
				t.Fatalf("step %d path %d: %v ≠ %v", k, i, got, want)
			}
		}
	}
}

func TestRedrawFollowsTheWeights(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	logs, total := make([]float64, 1000), 0.0
	for i := range logs {
		logs[i] = 2 * r.NormFloat64()
		total += math.Exp(logs[i])
	}
	counts := make([]int, len(logs))
	for _, k := range redraw(logs, 9) {
		counts[k]++
	}
	for i, n := range counts {
		if want := math.Exp(logs[i]) / total * 1000; float64(n) < math.Floor(want) || float64(n) > math.Ceil(want) {
			t.Fatalf("path %d is drawn %d times, by weight %.3f", i, n, want)
		}
	}
	if e := effect([]float64{0, 0, math.Inf(-1), math.Inf(-1)}); math.Abs(e-0.5) > 1e-12 {
		t.Errorf("two paths of four are in effect: %v", e)
	}
}
