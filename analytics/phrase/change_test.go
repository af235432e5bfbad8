package phrase

import (
	"math"
	"testing"
)

func TestDifferences(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Points(-0.0512), "−5.1"},
		{Points(0.003), "+0.3"},
		{Points(0.0004), "0.0"},
		{Points(math.NaN()), Missing},
		{Odds(0.7124), "71.2%"},
		{Odds(0.9999), ">99%"},
		{Odds(0), "<1%"},
		{Odds(math.NaN()), Missing},
		{Difference(3, "人", Zh), "+3人"},
		{Difference(-12000, "元", Zh), "−1.2万元"},
		{Difference(0.3, "%", Zh), "+0.3个百分点"},
		{Difference(math.Inf(1), "人", Zh), Missing},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}
