package scenario

import (
	"math"
	"slices"
)

// Choice is one thing money may be spent on: its options, of which one is taken.
// The first costs nothing more than what is done anyway.
type Choice struct {
	ID      string
	Weight  float64 // of its being met
	Options []Option
}

// Option is a level of effort, what it costs besides, and the probability that it
// gives.
type Option struct {
	Level float64 `json:"level"`
	Cost  Fen     `json:"cost"`
	P     float64 `json:"p"`
}

// Allocation takes one option of each choice, by their places.
type Allocation struct {
	Take []int
	Cost Fen
	Met  float64 // expected weighted number met
}

// Frontier is the best that can be had for each amount of money: allocations with
// rising cost and rising numbers met.
type Frontier []Allocation

// grains is the number of parts the budget is counted in. A cost is rounded up to
// a whole part, so that what is allocated never exceeds the budget.
const grains = 2000

// Allocate finds, for every amount up to the budget, the options that maximise the
// expected weighted number of targets met: the multiple-choice knapsack by dynamic
// programming, which is exact for costs in whole parts of the budget, a
// two-thousandth each. Expected met is a sum over choices, so they must not share a
// series.
func Allocate(choices []Choice, budget Fen) Frontier {
	grain := max(1, (budget+grains-1)/grains)
	n := int(budget / grain)
	best := make([]float64, n+1) // by parts spent at most
	take := make([][]int16, len(choices))
	for c, ch := range choices {
		next := make([]float64, n+1)
		take[c] = make([]int16, n+1)
		for b := range next {
			next[b] = math.Inf(-1)
			for o, opt := range ch.Options {
				parts := int((opt.Cost + grain - 1) / grain)
				if parts > b {
					continue
				}
				if v := best[b-parts] + ch.Weight*opt.P; v > next[b]+1e-12 {
					next[b], take[c][b] = v, int16(o)
				}
			}
		}
		best = next
	}
	var out Frontier
	last := math.Inf(-1)
	for b := 0; b <= n; b++ {
		if !(best[b] > last+1e-9) {
			continue
		}
		last = best[b]
		out = append(out, trace(choices, take, grain, b))
	}
	return out
}

// trace follows the choices back from b parts.
func trace(choices []Choice, take [][]int16, grain Fen, b int) Allocation {
	a := Allocation{Take: make([]int, len(choices))}
	for c := len(choices) - 1; c >= 0; c-- {
		o := int(take[c][b])
		opt := choices[c].Options[o]
		a.Take[c] = o
		a.Cost += opt.Cost
		a.Met += choices[c].Weight * opt.P
		b -= int((opt.Cost + grain - 1) / grain)
	}
	return a
}

// Cheapest takes of each choice the cheapest option that gives its target at least
// the probability; missing lists those for which none does: of them the likeliest
// option is taken.
func Cheapest(choices []Choice, p float64) (a Allocation, missing []string) {
	a.Take = make([]int, len(choices))
	for c, ch := range choices {
		at, ok := -1, false
		for o, opt := range ch.Options {
			switch {
			case opt.P >= p && (!ok || opt.Cost < ch.Options[at].Cost):
				at, ok = o, true
			case !ok && (at < 0 || opt.P > ch.Options[at].P):
				at = o
			}
		}
		if !ok {
			missing = append(missing, ch.ID)
		}
		a.Take[c] = at
		a.Cost += ch.Options[at].Cost
		a.Met += ch.Weight * ch.Options[at].P
	}
	slices.Sort(missing)
	return a, missing
}
