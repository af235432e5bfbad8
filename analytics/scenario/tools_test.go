package scenario

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize/convex/lp"
)

// rising is a probability that is known: Φ-like in the lever's value.
func rising(place int, at, slope float64) Probability {
	return func(_ context.Context, s Scenario) (float64, error) {
		return 1 / (1 + math.Exp(-slope*(s.Levers[place].Main()-at))), nil
	}
}

func TestSeekFindsWhereTheCurveCrosses(t *testing.T) {
	ctx := context.Background()
	s := Of(Intake(1))
	for _, p := range []float64{0.3, 0.5, 0.8, 0.9} {
		got, err := Seek(ctx, s, 0, math.NaN(), p, rising(0, 1.5, 4))
		exact := 1.5 + math.Log(p/(1-p))/4
		if err != nil || !got.Reached || got.Least < exact || got.Least > exact+0.02+1e-9 || got.P < p {
			t.Errorf("P ≥ %v from %v on: %+v, %v", p, exact, got, err)
		}
	}
	// Less is more: the search goes down.
	got, err := Seek(ctx, s, 0, math.NaN(), 0.8, rising(0, 0.5, -6))
	if exact := 0.5 - math.Log(4)/6; err != nil || !got.Reached || got.Least > exact || got.Least < exact-0.02-1e-9 {
		t.Errorf("%+v, exactly %v, %v", got, exact, err)
	}
	never, err := Seek(ctx, s, 0, 2, 0.99, rising(0, 3, 2))
	if err != nil || never.Reached || never.Best.Value != 2 {
		t.Errorf("%+v, %v", never, err)
	}
	if already, err := Seek(ctx, s, 0, 3, 0.1, rising(0, 0, 1)); err != nil || !already.Already || already.Least != 1 {
		t.Errorf("%+v, %v", already, err)
	}
	stop := errors.New("stop")
	if _, err := Seek(ctx, s, 0, 3, 0.1, func(context.Context, Scenario) (float64, error) { return 0, stop }); !errors.Is(err, stop) {
		t.Errorf("the error is lost: %v", err)
	}
}

func TestSeekPairTradesOneForTheOther(t *testing.T) {
	both := func(_ context.Context, s Scenario) (float64, error) {
		return 1 / (1 + math.Exp(-4*(s.Levers[0].Main()+s.Levers[1].Main()-4))), nil
	}
	s := Of(Intake(1), Intake(1))
	s.Levers[1].Scope = "T"
	pairs, best, err := SeekPair(context.Background(), s, 0, 1, 3, 3, 0.8, both)
	if err != nil || best < 0 || len(pairs) != 6 {
		t.Fatalf("%+v %d %v", pairs, best, err)
	}
	want := 4 + math.Log(4)/4
	for _, p := range pairs {
		if p.Reached && p.A+p.B < want-1e-9 || p.A+3 > want+0.03 && !p.Reached {
			t.Errorf("%+v, where the sum must be %v", p, want)
		}
	}
}

// The g-function of Sobol has indices in closed form.
func TestSobolAgainstTheGFunction(t *testing.T) {
	a := []float64{0, 1, 4.5, 9}
	s := Scenario{}
	for i := range a {
		l := Intake(1)
		l.Scope, l.Low, l.High = string(rune('A'+i)), 1, 2
		l.Values["times"] = 1.5
		s.Levers = append(s.Levers, l)
	}
	g := func(_ context.Context, s Scenario) (float64, error) {
		v := 1.0
		for i, l := range s.Levers {
			v *= (math.Abs(4*(l.Main()-1)-2) + a[i]) / (1 + a[i])
		}
		return v, nil
	}
	got, err := Sobol(context.Background(), s, 6000, 1, g)
	if err != nil {
		t.Fatal(err)
	}
	v, all := make([]float64, len(a)), 1.0
	for i := range a {
		v[i] = 1 / (3 * (1 + a[i]) * (1 + a[i]))
		all *= 1 + v[i]
	}
	all--
	for i, x := range got {
		first := v[i] / all
		total := v[i] * (all + 1) / (1 + v[i]) / all
		if math.Abs(x.First-first) > 4*x.FirstSE+0.01 || math.Abs(x.Total-total) > 4*x.TotalSE+0.01 {
			t.Errorf("lever %d: %+v, exactly %.3f and %.3f", i, x, first, total)
		}
	}
	flat, err := Sobol(context.Background(), s, 16, 1, func(context.Context, Scenario) (float64, error) { return 0.5, nil })
	if err != nil || flat[0].First != 0 || flat[0].Total != 0 {
		t.Errorf("nothing varies: %+v, %v", flat, err)
	}
}

func TestTornadoPutsTheWidestFirst(t *testing.T) {
	s := Of(Intake(1.5), Growth(5))
	of := func(_ context.Context, s Scenario) (float64, error) {
		return 0.1*s.Levers[0].Main() + 0.05*s.Levers[1].Main(), nil
	}
	bars, err := Tornado(context.Background(), s, of)
	if err != nil || len(bars) != 2 || bars[0].Lever != 1 || math.Abs(bars[0].Swing()-0.1) > 1e-9 || math.Abs(bars[1].Swing()-0.06) > 1e-9 {
		t.Errorf("%+v, %v", bars, err)
	}
}

func TestDifferencesFindWhatMadeIt(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 5))
	cause, noise, made := make([]float64, 2000), make([]float64, 2000), make([]bool, 2000)
	for i := range made {
		cause[i], noise[i] = r.NormFloat64(), r.NormFloat64()
		made[i] = cause[i] > 0.5
	}
	d := Differences([]Input{{"noise", noise}, {"cause", cause}}, made)
	if len(d) != 2 || d[0].Name != "cause" || d[0].Apart < 1 || math.Abs(d[1].Apart) > 0.2 {
		t.Errorf("%+v", d)
	}
	if d := Differences([]Input{{"cause", cause}}, make([]bool, 2000)); len(d) != 0 {
		t.Errorf("nobody made it: %+v", d)
	}
}

func randomChoices(r *rand.Rand) []Choice {
	out := make([]Choice, 1+r.IntN(4))
	for c := range out {
		out[c] = Choice{ID: string(rune('A' + c)), Weight: 0.5 + r.Float64()}
		cost, p := Fen(0), r.Float64()*0.4
		for range 1 + r.IntN(5) {
			out[c].Options = append(out[c].Options, Option{Cost: cost, P: p})
			cost += Fen(1+r.IntN(40)) * 1000
			p = min(1, p+0.4*r.Float64())
		}
	}
	return out
}

// exhaustive tries every allocation.
func exhaustive(choices []Choice, budget Fen) (best float64) {
	best = math.Inf(-1)
	var try func(c int, cost Fen, met float64)
	try = func(c int, cost Fen, met float64) {
		if cost > budget {
			return
		}
		if c == len(choices) {
			best = max(best, met)
			return
		}
		for _, o := range choices[c].Options {
			try(c+1, cost+o.Cost, met+choices[c].Weight*o.P)
		}
	}
	try(0, 0, 0)
	return best
}

// relaxed is the bound of linear programming: shares of options instead of one.
func relaxed(t *testing.T, choices []Choice, budget Fen) float64 {
	var c []float64
	var rows [][]float64
	n := 1
	for _, ch := range choices {
		n += len(ch.Options)
	}
	rows = append(rows, make([]float64, n))
	at := 0
	for _, ch := range choices {
		row := make([]float64, n)
		for _, o := range ch.Options {
			c = append(c, -ch.Weight*o.P)
			rows[0][at], row[at] = float64(o.Cost)/1000, 1
			at++
		}
		rows = append(rows, row)
	}
	c, rows[0][at] = append(c, 0), 1 // what is not spent
	b := []float64{float64(budget) / 1000}
	flat := []float64{}
	for i, row := range rows {
		flat = append(flat, row...)
		if i > 0 {
			b = append(b, 1)
		}
	}
	v, _, err := lp.Simplex(c, mat.NewDense(len(rows), n, flat), b, 1e-10, nil)
	if err != nil {
		t.Fatal(err)
	}
	return -v
}

func TestAllocateAgainstTryingAll(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	for range 300 {
		choices := randomChoices(r)
		budget := Fen(1+r.IntN(120)) * 1000
		f := Allocate(choices, budget)
		got, want := f[len(f)-1], exhaustive(choices, budget)
		if math.Abs(got.Met-want) > 1e-9 || got.Cost > budget {
			t.Fatalf("%+v in a budget of %d: %+v, best is %v", choices, budget, got, want)
		}
		if bound := relaxed(t, choices, budget); got.Met > bound+1e-7 {
			t.Fatalf("%v is met, more than the bound of %v", got.Met, bound)
		}
		for k, a := range f {
			if k > 0 && (a.Met <= f[k-1].Met || a.Cost <= f[k-1].Cost) || math.Abs(a.Met-exhaustive(choices, a.Cost)) > 1e-9 {
				t.Fatalf("step %d of the frontier: %+v after %+v", k, a, f[max(0, k-1)])
			}
		}
	}
}

func TestCheapest(t *testing.T) {
	choices := []Choice{
		{ID: "A", Weight: 1, Options: []Option{{Cost: 0, P: 0.2}, {Cost: 100, P: 0.85}, {Cost: 300, P: 0.9}}},
		{ID: "B", Weight: 2, Options: []Option{{Cost: 0, P: 0.1}, {Cost: 500, P: 0.4}}},
	}
	a, missing := Cheapest(choices, 0.8)
	if a.Take[0] != 1 || a.Take[1] != 1 || a.Cost != 600 || len(missing) != 1 || missing[0] != "B" || math.Abs(a.Met-1.65) > 1e-12 {
		t.Errorf("%+v, missing %v", a, missing)
	}
}
