package scenario

import (
	"cmp"
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

// Thin keeps about n allocations, evenly by what they cost, the first and last among
// them.
func (f Frontier) Thin(n int) Frontier {
	if len(f) <= n || n < 2 {
		return f
	}
	last := f[len(f)-1].Cost
	out := Frontier{f[0]}
	for _, a := range f[1 : len(f)-1] {
		if a.Cost-out[len(out)-1].Cost >= last/Fen(n-1) {
			out = append(out, a)
		}
	}
	return append(out, f[len(f)-1])
}

// mostStates bounds the undominated part-allocations kept after each choice. Beyond
// it those that cost nearly the same give way to the best of them, and the result
// may miss the best by what a thirty-thousandth of the budget does.
const mostStates = 30_000

// state is an allocation of the choices so far that no other beats at its cost.
type state struct {
	cost  Fen
	met   float64
	take  int16
	after int32 // the state of the choices before, by place
}

// Allocate finds, for every amount up to the budget, the options that maximise the
// expected weighted number of targets met: the multiple-choice knapsack, by keeping
// after each choice every part-allocation that none beats at its cost (Nemhauser &
// Ullmann 1969). Expected met is a sum over choices, so they must not share a series.
func Allocate(choices []Choice, budget Fen) Frontier {
	layers := [][]state{{{}}}
	for _, ch := range choices {
		last := layers[len(layers)-1]
		var all []state
		for at, s := range last {
			for o, opt := range ch.Options {
				if cost := s.cost + opt.Cost; cost <= budget {
					all = append(all, state{cost, s.met + ch.Weight*opt.P, int16(o), int32(at)})
				}
			}
		}
		layers = append(layers, undominated(all, budget))
	}
	var out Frontier
	for at := range layers[len(layers)-1] {
		out = append(out, trace(choices, layers, at))
	}
	return out
}

// undominated keeps the states that give more than every cheaper one.
func undominated(all []state, budget Fen) []state {
	slices.SortFunc(all, func(a, b state) int {
		return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(b.met, a.met))
	})
	var out []state
	best := math.Inf(-1)
	for _, s := range all {
		if s.met > best+1e-12 {
			best = s.met
			out = append(out, s)
		}
	}
	if len(out) <= mostStates {
		return out
	}
	thin, bin := out[:0], Fen(-1)
	for _, s := range out { // the last of a bin gives most
		if b := s.cost / max(1, budget/mostStates); b != bin || s.cost == 0 {
			thin, bin = append(thin, s), b
		} else {
			thin[len(thin)-1] = s
		}
	}
	return thin
}

// trace follows the choices back from a state of the last layer.
func trace(choices []Choice, layers [][]state, at int) Allocation {
	end := layers[len(layers)-1][at]
	a := Allocation{Take: make([]int, len(choices)), Cost: end.cost, Met: end.met}
	for c := len(choices) - 1; c >= 0; c-- {
		s := layers[c+1][at]
		a.Take[c], at = int(s.take), int(s.after)
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
