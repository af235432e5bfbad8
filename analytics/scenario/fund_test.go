package scenario

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"talentcast/analytics"
)

// What the policy's arithmetic comes to, to the 分. At 5 % a year five budgets
// reach 5亿元 from 9,049万元 on and not from 9,048; ten reach it from 3,976: from
// 3,975, as the figure is often rounded, they fall 28,771.67元 short.
func TestFiveHundredMillionInFiveAndInTenBudgets(t *testing.T) {
	const goal = 500_000_000_00
	for _, c := range []struct {
		wan    float64
		years  int
		passes bool
	}{{9049, 5, true}, {9048, 5, false}, {9049, 4, false}, {3976, 10, true}, {3975, 10, false}} {
		sum := Fen(0)
		for _, v := range Appropriations(FenOf(c.wan), 5, c.years) {
			sum += v
		}
		if (sum >= goal) != c.passes {
			t.Errorf("%v万元 at 5 %% makes %d分 in %d years", c.wan, sum, c.years)
		}
		if c.wan == 3975 && goal-sum != 2_877_167 {
			t.Errorf("3,975万元 falls short by %d分", goal-sum)
		}
	}
}

func TestPlanComesYearByYear(t *testing.T) {
	e := Of(lever(t, "fund:base=1200,growth=10,share=50,start=2016-01")).Effect(subject(analytics.Money, 30))
	by := map[int]float64{}
	for k, v := range e.Plan.Amount {
		by[first.Add(k).Year()] += v
	}
	for y, want := range map[int]float64{2015: 0, 2016: 18e6, 2017: 19.8e6} {
		if math.Abs(by[y]-want) > 1e-6 {
			t.Errorf("%d brings %v元, want %v", y, by[y], want)
		}
	}
	if e.Plan.From != 6 {
		t.Errorf("the plan starts in month %d", e.Plan.From)
	}
	if e := Of(lever(t, "oneoff:amount=300,start=2015-09")).Effect(subject(analytics.Money, 6)); !slices.Equal(e.Adds, []float64{0, 0, 3e6, 0, 0, 0}) {
		t.Errorf("one-off money %v", e.Adds)
	}
}

// Money is conserved to the 分, never below zero, whatever is asked for.
func TestPurseConserves(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 2))
	for trial := range 3000 {
		streams := 1 + r.IntN(5)
		p := Purse{Carry: r.IntN(2) == 0}
		price := make([]Fen, streams)
		for k := range price {
			price[k] = Fen(r.IntN(3)) * Fen(r.IntN(50_000_000))
		}
		years := 1 + r.IntN(6)
		in, out, carried := Fen(0), Fen(0), Fen(0)
		for range years {
			p.Years = append(p.Years, Fen(r.IntN(2_000_000_000)))
		}
		for y := range years {
			asked := make([][]float64, streams)
			before := make([][]float64, streams)
			for k := range asked {
				asked[k] = make([]float64, 1+r.IntN(12))
				for m := range asked[k] {
					asked[k][m] = float64(r.IntN(20))
				}
				before[k] = slices.Clone(asked[k])
			}
			had := carried + p.Years[y]
			s := p.Year(y, asked, price)
			spent := Fen(0)
			for k := range asked {
				for m, n := range asked[k] {
					if n < 0 || n != math.Trunc(n) || price[k] == 0 && n != before[k][m] {
						t.Fatalf("trial %d: %v of %v are kept", trial, asked, before)
					}
					spent += Fen(n) * price[k]
				}
			}
			if s.Available != had || s.Cost != spent || s.Left != had-spent || s.Left < 0 {
				t.Fatalf("trial %d year %d: %+v, had %d, spent %d", trial, y, s, had, spent)
			}
			if s.Cut == 1 && !equal(asked, before) {
				t.Fatalf("trial %d: cut without need", trial)
			}
			carried = 0
			if p.Carry {
				carried = s.Left
			}
			in, out = in+p.Years[y], out+spent
		}
		if out > in {
			t.Fatalf("trial %d: %d come in and %d go out", trial, in, out)
		}
	}
}

func equal(a, b [][]float64) bool {
	return slices.EqualFunc(a, b, func(x, y []float64) bool { return slices.Equal(x, y) })
}

func TestCeilingHoldsAndCutsAlike(t *testing.T) {
	asked := [][]float64{{10, 10, 10}, {0, 60, 0}}
	Ceiling(45, asked)
	if asked[0][0]+asked[0][1]+asked[0][2] != 15 || asked[1][1] != 30 {
		t.Errorf("half of 90 is %v", asked)
	}
	Ceiling(100, asked)
	if asked[1][1] != 30 {
		t.Errorf("a ceiling above cuts to %v", asked)
	}
}
