package forecast

import (
	"math"
	"math/rand/v2"
	"testing"
)

// events simulates n events over the last weeks whose delays are geometric with
// the given mean, and keeps those that are known by now.
func events(n, weeks int, mean float64, r *rand.Rand) []Delay {
	var out []Delay
	for range n {
		age := r.IntN(weeks)
		delay := int(math.Floor(math.Log(1-r.Float64()) / math.Log(mean/(1+mean))))
		if delay <= age {
			out = append(out, Delay{Age: age, Weeks: delay, N: 1})
		}
	}
	return out
}

// The truncated delays give back the distribution they were drawn from, which
// their plain frequencies would make too short.
func TestLagUndoesTheTruncation(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	const mean = 6.0
	seen := events(4000, 60, mean, r)
	l := EstimateLag(nil, seen)
	within, all := 0.0, 0.0
	for _, d := range seen {
		all += d.N
		if d.Weeks <= 8 {
			within += d.N
		}
	}
	for _, week := range []int{0, 2, 4, 8, 16} {
		want := 1 - math.Pow(mean/(1+mean), float64(week+1))
		if got := l.Known(week*7 + 6); math.Abs(got-want) > 0.02 {
			t.Errorf("within %d weeks %.3f are known, drawn with %.3f", week, got, want)
		}
	}
	if naive, want := within/all, 1-math.Pow(mean/(1+mean), 9); naive < want+0.02 {
		t.Errorf("the trial does not truncate: %.3f of those seen against %.3f", naive, want)
	}
}

func TestLagLeansOnAllWhereItHasFew(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	all := events(3000, 100, 5, r)
	prompt := []Delay{{Age: 90, Weeks: 0, N: 3}}
	few, many := EstimateLag(prompt, all), EstimateLag([]Delay{{Age: 90, Weeks: 0, N: 3000}}, all)
	plain := EstimateLag(nil, all)
	if !(plain.Known(13) < few.Known(13) && few.Known(13) < many.Known(13)) {
		t.Errorf("known within two weeks: all %.3f, with three of its own %.3f, with three thousand %.3f", plain.Known(13), few.Known(13), many.Known(13))
	}
	if many.Known(13) < 0.97 {
		t.Errorf("three thousand prompt rows leave %.3f", many.Known(13))
	}
}

func TestLagLaws(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	for _, l := range []Lag{{}, EstimateLag(nil, nil), EstimateLag(events(5, 20, 3, r), nil), EstimateLag(events(500, 400, 20, r), events(900, 10, 2, r))} {
		before := 0.0
		for day := range 500 {
			k := l.Known(day)
			if !(k >= before && k <= 1) {
				t.Fatalf("day %d: %v after %v", day, k, before)
			}
			before = k
		}
		if before != 1 {
			t.Errorf("%v known after five hundred days", before)
		}
	}
	if (Lag{}).Late() || EstimateLag(nil, nil).Late() {
		t.Error("without any event something is late")
	}
}
