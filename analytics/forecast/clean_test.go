package forecast

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"talentcast/analytics"
)

// uneventful is a seeded series of the space without anything odd in it.
func uneventful(space analytics.Space, freq analytics.Frequency, n int, seed uint64) analytics.Series {
	r := rand.New(rand.NewPCG(seed, 1))
	y := analytics.Series{Start: start(freq), Space: space, Values: make([]float64, n)}
	level := 100.0
	for t := range y.Values {
		switch space {
		case analytics.Count:
			y.Values[t] = distuv.Poisson{Lambda: 12, Src: r}.Rand()
		case analytics.Money:
			y.Values[t] = 2e6 * math.Exp(0.3*r.NormFloat64())
		default:
			level *= math.Exp(0.02 + 0.02*r.NormFloat64())
			y.Values[t] = level
		}
	}
	return y
}

func TestCleanLeavesSteadySeriesAlone(t *testing.T) {
	for _, space := range []analytics.Space{analytics.Count, analytics.Money, analytics.Level} {
		found := 0
		const trials = 200
		for seed := range uint64(trials) {
			if _, w := Clean(uneventful(space, analytics.Monthly, 48, seed)); len(w) > 0 {
				found++
			}
		}
		if found > trials/50 {
			t.Errorf("%v: something found in %d of %d series without anything odd", space, found, trials)
		}
	}
}

func TestCleanFindsWhatAReaderWould(t *testing.T) {
	for _, c := range []struct {
		name  string
		space analytics.Space
		spoil func(v []float64)
		code  string
		check func(t *testing.T, before, after []float64)
	}{
		{"a month of bulk registration", analytics.Count, func(v []float64) { v[20] = 90 }, "spike", func(t *testing.T, before, after []float64) {
			if after[20] >= 60 || after[20] < 12 || after[19] != before[19] {
				t.Errorf("month 20 is taken as %v", after[20])
			}
		}},
		{"a payment a hundred times the others", analytics.Money, func(v []float64) { v[30] = 2e8 }, "spike", func(t *testing.T, _, after []float64) {
			if after[30] > 2e7 {
				t.Errorf("month 30 is taken as %v", after[30])
			}
		}},
		{"a wider definition", analytics.Level, func(v []float64) {
			for i := 24; i < len(v); i++ {
				v[i] *= 1.6
			}
		}, "break", func(t *testing.T, before, after []float64) {
			if r := after[10] / before[10]; math.Abs(r-1.6) > 0.1 || after[40] != before[40] {
				t.Errorf("before the break %v times, after it %v times", r, after[40]/before[40])
			}
		}},
		{"a programme that trebles", analytics.Count, func(v []float64) {
			for i := 24; i < len(v); i++ {
				v[i] *= 3
			}
		}, "break", func(t *testing.T, before, after []float64) {
			if n := len(after); n < 22 || n > 26 || after[n-1] != before[len(before)-1] {
				t.Errorf("%d of %d months kept", n, len(before))
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			y := uneventful(c.space, analytics.Monthly, 48, 7)
			c.spoil(y.Values)
			before := slices.Clone(y.Values)
			got, w := Clean(y)
			if len(w) == 0 || w[0].Code != c.code || w[0].Zh == "" || w[0].En == "" {
				t.Fatalf("warnings %+v", w)
			}
			if !slices.Equal(y.Values, before) {
				t.Error("Clean changed its argument")
			}
			c.check(t, before, got.Values)
			chosen, err := Choose(y, Candidates(c.space, analytics.Monthly), Settings{Sample: 50})
			if err != nil || !slices.ContainsFunc(chosen.Warnings(), func(x Warning) bool { return x.Code == c.code }) {
				t.Errorf("the choice does not pass the warning on: %v", err)
			}
		})
	}
}

func TestCleanSaysMoneyAndSharesInWords(t *testing.T) {
	y := uneventful(analytics.Money, analytics.Monthly, 48, 7)
	y.Values[30] = 2e8
	if _, w := Clean(y); len(w) == 0 || !strings.Contains(w[0].Zh, "2亿元") {
		t.Errorf("%+v", w)
	}
}

// A ramp is a trend, not a break.
func TestCleanKnowsATrend(t *testing.T) {
	y := uneventful(analytics.Count, analytics.Monthly, 48, 3)
	for i := range y.Values {
		y.Values[i] += float64(i)
	}
	if _, w := Clean(y); len(w) > 0 {
		t.Errorf("a ramp: %+v", w)
	}
}
