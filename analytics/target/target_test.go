package target

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/quick"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

	"talentcast/analytics"
)

func month(y int, m time.Month) analytics.Period {
	return analytics.PeriodOf(analytics.Date(y, m, 1), analytics.Monthly)
}

// poissonTotals simulates n running totals over h months from start, with a
// constant monthly rate: the case whose attainment is known in closed form.
func poissonTotals(start, rate float64, n, h int, first analytics.Period, r *rand.Rand) Paths {
	p := Paths{First: first, At: make([][]float64, h)}
	d := distuv.Poisson{Lambda: rate, Src: r}
	total := make([]float64, n)
	for i := range total {
		total[i] = start
	}
	for t := range p.At {
		p.At[t] = make([]float64, n)
		for i := range total {
			total[i] += d.Rand()
			p.At[t][i] = total[i]
		}
	}
	return p
}

func TestAttainAgreesWithPoissonClosedForm(t *testing.T) {
	const (
		actual, rate = 173.0, 8.0
		n            = 20000
	)
	first := month(2015, 7)
	f := poissonTotals(actual, rate, n, 78, first, rand.New(rand.NewPCG(555, 1)))
	asOf := analytics.Date(2015, 6, 30)
	past := []Observation{{asOf, actual}}
	g := Goal{Low: 330, High: 360, Start: analytics.Date(2012, 1, 1), Early: analytics.Date(2016, 12, 31), Late: analytics.Date(2021, 12, 31), Flow: true}
	a := Attain(g, past, asOf, f)

	exact := func(level float64, months int) float64 {
		return 1 - distuv.Poisson{Lambda: rate * float64(months)}.CDF(level-actual-1)
	}
	for _, c := range []struct {
		name string
		got  Probability
		want float64
	}{
		{"early low", a.EarlyLow, exact(330, 18)},
		{"early high", a.EarlyHigh, exact(360, 18)},
		{"late low", a.LateLow, exact(330, 78)},
		{"early held", a.EarlyHeld, exact(330, 18)},
	} {
		if se := math.Sqrt(c.want * (1 - c.want) / n); math.Abs(c.got.P-c.want) > 4*se+1e-9 {
			t.Errorf("%s: P = %.4f, closed form %.4f, four standard errors %.4f", c.name, c.got.P, c.want, 4*se)
		}
	}
	// The first passage by month k is the probability of having reached it then.
	k := 0
	for ; exact(330, k+1) < 0.5; k++ {
	}
	want := first.Add(k).End()
	if d := a.Passage.Median.Sub(want).Hours() / 24; math.Abs(d) > 31 {
		t.Errorf("median first passage %v, closed form %v", a.Passage.Median, want)
	}
	if want := rate * 18; math.Abs(a.EarlyExpected-actual-want) > 4*math.Sqrt(want/n) {
		t.Errorf("expected at the early deadline %.2f, want %.2f", a.EarlyExpected, actual+want)
	}
}

func TestAttainPastDeadline(t *testing.T) {
	past := []Observation{
		{analytics.Date(2018, 12, 31), 600},
		{analytics.Date(2019, 12, 31), 678},
		{analytics.Date(2020, 12, 31), 775},
		{analytics.Date(2021, 12, 31), 882},
	}
	g := Goal{Low: 840, High: 840, Early: analytics.Date(2020, 12, 31), Late: analytics.Date(2020, 12, 31)}
	a := Attain(g, past, analytics.Date(2021, 12, 31), Paths{})
	if a.LateLow.P != 0 || a.LateLow.SE != 0 || a.LateHeld.P != 0 {
		t.Errorf("reached after the deadline counts as reached by it: %+v", a)
	}
	if want := 65.0; a.LateShortfall != want {
		t.Errorf("shortfall %v, want %v", a.LateShortfall, want)
	}
	if !a.Passage.Median.Equal(analytics.Date(2021, 12, 31)) {
		t.Errorf("first passage %v", a.Passage.Median)
	}
	g.Low, g.High = 700, 700
	if a := Attain(g, past, analytics.Date(2021, 12, 31), Paths{}); a.LateLow.P != 1 || a.LateHeld.P != 1 {
		t.Errorf("775 at the deadline does not meet 700: %+v", a)
	}
}

func TestReachedIsNotHeld(t *testing.T) {
	first := month(2015, 7)
	// Both paths touch 5; only the first is there at the deadline.
	f := Paths{First: first, At: [][]float64{{4, 5}, {5, 4}}}
	end := first.Add(1).End()
	a := Attain(Goal{Low: 5, High: 5, Early: end, Late: end}, nil, analytics.Date(2015, 6, 30), f)
	if a.LateLow.P != 1 || a.LateHeld.P != 0.5 {
		t.Errorf("reached %v held %v, want 1 and 0.5", a.LateLow.P, a.LateHeld.P)
	}
}

func TestAttainWithoutNumberOrDeadline(t *testing.T) {
	f := Paths{First: month(2015, 7), At: [][]float64{{1, 2}}}
	if a := Attain(Goal{Low: math.NaN(), High: math.NaN()}, nil, time.Time{}, f); !math.IsNaN(a.LateLow.P) {
		t.Errorf("a goal without a number has the probability %v", a.LateLow.P)
	}
	a := Attain(Goal{Low: 2, High: 2}, nil, analytics.Date(2015, 6, 30), f)
	if !math.IsNaN(a.LateLow.P) || a.Passage.NotByHorizon != 0.5 {
		t.Errorf("no deadline: %+v", a)
	}
}

// Monotone laws: a higher target is never likelier, a later deadline never less
// likely, the median passage of a higher target never earlier.
func TestAttainMonotone(t *testing.T) {
	first := month(2015, 7)
	asOf := analytics.Date(2015, 6, 30)
	law := func(seed uint64, lo8, step8 uint8) bool {
		f := poissonTotals(20, 2, 200, 36, first, rand.New(rand.NewPCG(seed, 2)))
		low := 20 + float64(lo8%80)
		high := low + float64(step8%40)
		g := Goal{Low: low, High: high, Early: analytics.Date(2016, 12, 31), Late: analytics.Date(2018, 6, 30), Flow: true}
		a := Attain(g, []Observation{{asOf, 20}}, asOf, f)
		b := Attain(Goal{Low: high, High: high, Early: g.Early, Late: g.Late, Flow: true}, []Observation{{asOf, 20}}, asOf, f)
		return a.EarlyLow.P >= a.EarlyHigh.P && a.LateLow.P >= a.EarlyLow.P && a.EarlyHigh.P == b.EarlyLow.P &&
			a.Passage.NotByHorizon <= b.Passage.NotByHorizon &&
			(b.Passage.Median.IsZero() || !a.Passage.Median.After(b.Passage.Median)) &&
			math.Abs(a.LateLow.P+a.Passage.NotByHorizon-1) < 1e-12
	}
	if err := quick.Check(law, &quick.Config{MaxCount: 200}); err != nil {
		t.Error(err)
	}
}

func TestRequiredPace(t *testing.T) {
	first := month(2015, 7)
	for _, c := range []struct {
		name          string
		level, actual float64
		part          float64
		deadline      time.Time
		want          float64
	}{
		{"eighteen whole months", 500, 173, 1, analytics.Date(2016, 12, 31), 327.0 / 18},
		{"half of the first month gone", 500, 173, 0.5, analytics.Date(2016, 12, 31), 327.0 / 17.5},
		{"already there", 500, 500, 1, analytics.Date(2016, 12, 31), 0},
		{"deadline passed", 500, 173, 1, analytics.Date(2014, 12, 31), math.NaN()},
		{"no deadline", 500, 173, 1, time.Time{}, math.NaN()},
	} {
		got := RequiredPace(c.level, c.actual, first, c.part, c.deadline)
		if got != c.want && !(math.IsNaN(got) && math.IsNaN(c.want)) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestThresholds(t *testing.T) {
	th := DefaultThresholds()
	for _, c := range []struct {
		early, late float64
		one         bool
		want        Status
	}{
		{0.8, 0.9, false, OnTrack},
		{0.79, 0.8, false, Late},
		{0.1, 0.79, false, AtRisk},
		{0, 0.49, false, OffTrack},
		{0.79, 0.79, true, AtRisk},
		{0.81, 0.81, true, OnTrack},
		{0.2, 0.2, true, OffTrack},
	} {
		if got := th.Status(c.early, c.late, c.one); got != c.want {
			t.Errorf("Status(%v, %v, %v) = %v, want %v", c.early, c.late, c.one, got, c.want)
		}
	}
}

func TestStatusesAreTold(t *testing.T) {
	icons := map[string]bool{}
	for _, s := range Statuses() {
		if icons[s.Icon()] {
			t.Errorf("%s shares its icon %s", s, s.Icon())
		}
		icons[s.Icon()] = true
		for _, lang := range []string{"zh", "en"} {
			if s.Word(lang) == "" || s.Light(lang) == "" {
				t.Errorf("%s has no word in %s", s, lang)
			}
		}
	}
}

func TestQuantilesAgreeWithSorting(t *testing.T) {
	p := []float64{0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975}
	law := func(seed uint64, n16 uint16, span uint8) bool {
		r := rand.New(rand.NewPCG(seed, 3))
		x := make([]float64, int(n16)%3000+1)
		for i := range x {
			x[i] = float64(r.IntN(int(span) + 1)) // many ties
			if seed%2 == 0 {
				x[i] = r.NormFloat64()
			}
		}
		sorted := slices.Clone(x)
		slices.Sort(sorted)
		got, before := make([]float64, len(p)), slices.Clone(x)
		Quantiles(got, x, p)
		for i, q := range p {
			want := sorted[max(0, int(math.Ceil(q*float64(len(x))-1e-9))-1)]
			if got[i] != want {
				return false
			}
		}
		return slices.Equal(x, before)
	}
	if err := quick.Check(law, &quick.Config{MaxCount: 300}); err != nil {
		t.Error(err)
	}
}

func BenchmarkQuantiles(b *testing.B) {
	p := []float64{0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975}
	r := rand.New(rand.NewPCG(1, 1))
	x, dst := make([]float64, 10000), make([]float64, len(p))
	for i := range x {
		x[i] = math.Floor(100 + 20*r.NormFloat64())
	}
	for b.Loop() {
		Quantiles(dst, x, p)
	}
}
