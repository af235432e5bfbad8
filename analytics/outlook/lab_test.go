package outlook

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"talentcast/analytics/fault"
	"talentcast/analytics/forecast"
	"talentcast/analytics/scenario"
	"talentcast/analytics/target"
)

// steady is a count that comes at a constant rate, whose future is known in closed
// form.
type steady float64

func (r steady) Name() string                      { return "steady" }
func (r steady) Warnings() []forecast.Warning      { return nil }
func (r steady) Mean(dst []float64)                { fill(dst, float64(r)) }
func (r steady) Quantile(dst []float64, _ float64) { fill(dst, float64(r)) }
func (r steady) Path(dst []float64, d forecast.Draw) {
	law := r.Rates(dst, d)
	for t := range dst {
		m := 1.0
		if d.Mult != nil {
			m = d.Mult[t]
		}
		dst[t] = law.Count(forecast.Tail(d.Z[t]), float64(r)*m)
	}
}

func (r steady) Rates(mu []float64, _ forecast.Draw) forecast.Law {
	fill(mu, float64(r))
	return forecast.Poisson()
}

func fill(dst []float64, v float64) {
	for i := range dst {
		dst[i] = v
	}
}

// steadyLab is a laboratory in which A and HARD come at a constant rate a month.
func steadyLab(t *testing.T, s *Service, rate float64) *lab {
	t.Helper()
	p, err := s.prepare(context.Background(), policy(), day("2015-06-30"))
	if err != nil {
		t.Fatal(err)
	}
	p.common, p.momentum = 0, 0
	for _, id := range []string{"A", "HARD"} {
		p.leaves[id].fit.model, p.leaves[id].late = steady(rate), late{}
	}
	state, err := s.store.State(context.Background(), "p")
	if err != nil {
		t.Fatal(err)
	}
	return s.newLab(p, s.assemble(p, state))
}

func levers(t testing.TB, text string) scenario.Scenario {
	t.Helper()
	ls, err := scenario.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return scenario.Of(ls...)
}

// tried plays levers in the laboratory with every fan.
func tried(t testing.TB, s *Service, b *lab, text string) *Outlook {
	t.Helper()
	o, err := s.try(context.Background(), b, levers(t, text), func(string) bool { return true })
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// Counts that come at a constant rate are Poisson, whatever multiplies the rate:
// the probability of n more by a date is known. Between the knots too.
func TestIntakeAgainstThePoissonDistribution(t *testing.T) {
	const paths = 20_000
	s := service(t, Config{Paths: paths}, records()...)
	b := steadyLab(t, s, 2.4)
	for _, times := range []float64{0.1, 0.6, 0.9, 0.95, 1.1, 1.17, 1.25, 1.49, 1.8, 2.7, 3.2, 8} {
		more := math.Round(78*2.4*times + 1.5*math.Sqrt(78*2.4*times)) // in the upper tail
		low := 14 + more                                               // HARD has 14
		b.base.Targets[b.index["HARD"]].Low = &low
		o := tried(t, s, b, "intake:times="+scenario.Intake(times).String()[len("intake:times="):])
		a := get(t, o, "HARD").Attainment
		want := 1 - distuv.Poisson{Lambda: 78 * 2.4 * times}.CDF(more-1)
		if diff := math.Abs(a.LateLow.P - want); diff > 4*math.Sqrt(want*(1-want)/paths) {
			t.Errorf("at %v times P is %.4f, exactly %.4f", times, a.LateLow.P, want)
		}
		mean := 14 + 78*2.4*times
		if sd := math.Sqrt(78 * 2.4 * times / paths); math.Abs(a.LateExpected-mean) > 5*sd {
			t.Errorf("at %v times %.3f are expected, exactly %.3f", times, a.LateExpected, mean)
		}
	}
}

// Levers of every kind at rest, alone or beside one on another series, leave the
// baseline's figures as they are, to the last path.
func TestNothingMovedNothingChanged(t *testing.T) {
	s := service(t, Config{}, records()...)
	base := of(t, s, Query{})
	// A budget nobody reaches plays every count anew.
	for _, text := range []string{"budget:base=10000000;cost:amount=0.0001", "intake@TWO:times=2", "ceiling:per_year=900000", "retention@TWO:times=3"} {
		o, err := s.Try(context.Background(), Query{Policy: "p", Scenario: levers(t, text)})
		if err != nil {
			t.Fatal(err)
		}
		for i := range base.Targets {
			x, y := base.Targets[i], o.Targets[i]
			if x.ID == "TWO" {
				continue
			}
			if (x.Attainment == nil) != (y.Attainment == nil) || x.Attainment != nil && !sameAttainment(*x.Attainment, *y.Attainment) || x.Status != y.Status {
				t.Errorf("%s: %s has %+v and had %+v", text, x.ID, y.Attainment, x.Attainment)
			}
		}
	}
}

// sameAttainment compares figures of which those not stated are NaN.
func sameAttainment(a, b target.Attainment) bool {
	x, err := json.Marshal(map[string]any{"a": finiteAttainment(a)})
	if err != nil {
		panic(err)
	}
	y, err := json.Marshal(map[string]any{"a": finiteAttainment(b)})
	if err != nil {
		panic(err)
	}
	return string(x) == string(y)
}

func finiteAttainment(a target.Attainment) target.Attainment {
	for _, v := range []*float64{
		&a.EarlyLow.P, &a.EarlyLow.SE, &a.EarlyHigh.P, &a.EarlyHigh.SE, &a.LateLow.P, &a.LateLow.SE, &a.LateHigh.P, &a.LateHigh.SE,
		&a.EarlyHeld.P, &a.EarlyHeld.SE, &a.LateHeld.P, &a.LateHeld.SE, &a.EarlyShortfall, &a.LateShortfall, &a.EarlyExpected, &a.LateExpected,
	} {
		if math.IsNaN(*v) {
			*v = -1
		}
	}
	return a
}

// More intake never lowers a probability, a later start never raises one, however
// small the step; small steps give small answers.
func TestSmallMovesGiveSmoothMonotoneAnswers(t *testing.T) {
	s := service(t, Config{Paths: 4000}, records()...)
	q := Query{Policy: "p", AsOf: day("2013-06-30")}
	at := func(text string) *Outlook {
		q.Scenario = levers(t, text)
		o, err := s.Try(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	ids := []string{"T", "A", "B", "S", "M"}
	last := map[string]float64{}
	for k := range 60 {
		o := at("intake:times=" + digits(0.6+0.02*float64(k)) + ";growth:points=" + digits(-10+0.5*float64(k)))
		for _, id := range ids {
			p := get(t, o, id).Attainment.LateExpected
			if k > 0 && p < last[id] {
				t.Fatalf("step %d: %s falls from %v to %v", k, id, last[id], p)
			}
			if k > 0 && p-last[id] > 0.1*max(1, last[id]) {
				t.Fatalf("step %d: %s jumps from %v to %v", k, id, last[id], p)
			}
			last[id] = p
		}
	}
	clear(last)
	for k, start := range []string{"2013-07", "2013-09", "2014-01", "2015-01", "2016-06", "2020-01", "2030-01"} {
		o := at("intake:times=1.6,ramp=6,start=" + start)
		for _, id := range ids {
			p := get(t, o, id).Attainment.LateLow.P
			if k > 0 && p > last[id] {
				t.Errorf("from %s on %s is likelier, %v after %v", start, id, p, last[id])
			}
			last[id] = p
		}
	}
}

func digits(v float64) string {
	b, _ := json.Marshal(math.Round(v*1e6) / 1e6) // a finite number
	return string(b)
}

const everyKind = "intake@A:times=1.3,sd=0.2,start=2015-10,ramp=6;split@B:imported=2,trained=0.5,share=40;exam@TWO:candidates=1500,lag=2;" +
	"ceiling@A:per_year=30;delay@HARD:months=3,start=2016-01;shock@S:lost=50,months=6,start=2016-01;retention:times=2;renewal@A:share=60,years=5;" +
	"growth:points=3,sd=0.1;oneoff:amount=500,start=2016-03;cost:amount=2;budget:base=60,growth=5"

func TestPartsAddUpUnderEveryLever(t *testing.T) {
	s := service(t, Config{}, records()...)
	b := steadyLab(t, s, 2)
	r := s.newRun(b, levers(t, everyKind))
	if err := s.limit(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	sim := s.sumUp(b.p, "T", b.horizons["T"], r.paths)
	for k := range sim.paths["T"] {
		for i, v := range sim.paths["T"][k] {
			if v != sim.paths["A"][k][i]+sim.paths["B"][k][i] || v != math.Trunc(v) || k > 0 && v < sim.paths["T"][k-1][i] {
				t.Fatalf("step %d path %d: %v of %v and %v", k, i, v, sim.paths["A"][k][i], sim.paths["B"][k][i])
			}
		}
	}
	for _, y := range r.years {
		if math.Abs(y.Available-y.Spent-y.Left) > 1e-6 || y.Left < 0 || y.Binding < 0 || y.Binding > 1 {
			t.Errorf("budget year %+v", y)
		}
	}
	if len(r.years) == 0 || r.years[len(r.years)-1].Binding == 0 {
		t.Error("the budget never binds")
	}
}

func TestSameSeedSameScenario(t *testing.T) {
	play := func(seed uint64, workers int) string {
		s := service(t, Config{Seed: seed, Workers: workers, Paths: 500}, records()...)
		o, err := s.Try(context.Background(), Query{Policy: "p", Scenario: levers(t, everyKind)}, "T", "A", "S")
		if err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	one := play(7, 1)
	if play(7, 2) != one {
		t.Error("the same seed gives another scenario with another number of workers")
	}
	if play(8, 1) == one {
		t.Error("another seed gives the very same scenario")
	}
}

// A ceiling holds in every year of every path.
func TestCeilingHolds(t *testing.T) {
	s := service(t, Config{}, records()...)
	b := steadyLab(t, s, 3)
	r := s.newRun(b, levers(t, "ceiling@T:per_year=25"))
	if err := s.limit(context.Background(), r); err != nil {
		t.Fatal(err)
	}
	for year := 2015; year <= 2021; year++ {
		most := 25.0
		if year == 2015 {
			most *= r.restOfYear()
		}
		for i := range s.cfg.Paths {
			sum := 0.0
			for id, m := range r.limited {
				from, to := b.tracks[id].span(year)
				for _, row := range m[from:to] {
					sum += row[i]
				}
			}
			if sum > most {
				t.Fatalf("%v are taken in in %d, with a ceiling of %v", sum, year, most)
			}
		}
	}
}

// A constant rate of leaving keeps a geometric share; those whose period ends and
// are not renewed go.
func TestRetentionIsGeometric(t *testing.T) {
	const n, h, rate = 4000, 48, 0.02
	k := &track{l: &leaf{}, h: h, n: n}
	r := rand.New(rand.NewPCG(3, 3))
	base, hz, leave := make([]float64, n), make([]float64, n), rows32(h, n)
	fill(base, 200)
	fill(hz, rate)
	for t := range leave {
		for i := range leave[t] {
			leave[t][i] = float32(r.Float64())
		}
	}
	mean := func(row []float64) (m float64) {
		for _, v := range row {
			m += v / n
		}
		return m
	}
	out := newMatrix(h, n)
	k.keep(out, scenario.Effect{}, nil, base, hz, leave, nil)
	for _, at := range []int{0, 11, 47} {
		stay := math.Pow(1-rate, float64(at+1))
		if want, se := 200*stay, math.Sqrt(200*stay*(1-stay)/n); math.Abs(mean(out[at])-want) > 5*se {
			t.Errorf("after %d months %.2f stay, exactly %.2f", at+1, mean(out[at]), want)
		}
	}
	// 200 joined twelve months before the first: at the end of their two years 60 %
	// of those still here are renewed.
	joined := make([]float64, 12)
	joined[0] = 200
	e := scenario.Effect{Renewal: &scenario.Renewal{Share: 0.6, After: 24}}
	out = newMatrix(h, n)
	k.keep(out, e, nil, base, hz, leave, joined)
	before, after := mean(out[11]), mean(out[12])
	if want := before*(1-rate) - 0.4*200*math.Pow(1-rate, 24); math.Abs(after-want) > 1 {
		t.Errorf("%.1f are left of %.1f, expected %.1f", after, before, want)
	}
}

// However many processors there are, a path is the same.
func TestStayersAreTheSameOnAnyMachine(t *testing.T) {
	const n, h = 501, 40
	play := func(processors int) matrix {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
		k := &track{l: &leaf{}, h: h, n: n}
		r := rand.New(rand.NewPCG(4, 4))
		base, hz, leave, doubt, out := make([]float64, n), make([]float64, n), rows32(h, n), make([]float64, n), newMatrix(h, n)
		fill(base, 100)
		for i := range n {
			hz[i], doubt[i] = 0.02*r.Float64(), 0.5+r.Float64()
			for t := range h {
				leave[t][i], out[t][i] = float32(r.Float64()), float64(r.IntN(5))
			}
		}
		weight := make([]float64, h)
		for t := range weight {
			weight[t] = float64(t) / h
		}
		e := scenario.Effect{
			Leaving: []scenario.Factor{{Value: 1.5, SD: 0.2, Weight: weight}, {Lever: 1, Value: 0.9, Weight: weight}},
			Renewal: &scenario.Renewal{Share: 0.5, After: 12},
		}
		k.keep(out, e, doubts{0: doubt}, base, hz, leave, []float64{7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18})
		return out
	}
	one := play(1)
	for _, processors := range []int{2, 3, 8} {
		if !reflect.DeepEqual(play(processors), one) {
			t.Errorf("%d processors make other paths than one", processors)
		}
	}
}

func TestHeldIsBesideEverRecognised(t *testing.T) {
	s := service(t, Config{}, records()...)
	o, err := s.Try(context.Background(), Query{Policy: "p", Scenario: levers(t, "renewal:share=50,years=3;retention:times=4")})
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(o.Held, func(h Held) bool { return h.Target == "A" })
	if i < 0 {
		t.Fatalf("no view of A among %+v", o.Held)
	}
	h := o.Held[i]
	base := of(t, s, Query{})
	if a, b := get(t, o, "A").Attainment, get(t, base, "A").Attainment; !sameAttainment(*a, *b) {
		t.Error("leaving moved those ever recognised")
	}
	if !(*h.With.Late < *h.Base.Late) || !(*h.Base.Late <= get(t, base, "A").Attainment.LateExpected) || *h.With.PLate > *h.Base.PLate {
		t.Errorf("held %v of %v", *h.With.Late, *h.Base.Late)
	}
}

func TestBadScenarios(t *testing.T) {
	s := service(t, Config{}, records()...)
	for text, code := range map[string]fault.Code{
		"intake@NOWHERE:times=2": fault.Invalid, "intake:times=-2": fault.Invalid, "fund:base=1;fund:base=2": fault.Invalid,
		"intake:times=2,start=2017-01,end=2016-01": fault.Invalid, "nothing:a=1": fault.Invalid,
	} {
		if _, err := s.Try(context.Background(), Query{Policy: "p", Scenario: levers(t, text)}); !fault.Is(err, code) {
			t.Errorf("%s: %v", text, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	if _, err := s.Try(ctx, Query{Policy: "p", Scenario: levers(t, "intake:times=1.1")}); err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := s.Try(ctx, Query{Policy: "p", Scenario: levers(t, "intake:times=1.2")}); !errors.Is(err, context.Canceled) {
		t.Errorf("the reader has left, and gets %v", err)
	}
	if _, err := s.Seek(ctx, Query{Policy: "p", Scenario: levers(t, "intake:times=1.2")}, Aim{Target: "TWO"}, 0, math.NaN(), 0.8); !errors.Is(err, context.Canceled) {
		t.Errorf("the reader has left, and gets %v", err)
	}
}

func TestWhatItWouldTake(t *testing.T) {
	s := service(t, Config{Paths: 4000}, records()...)
	ctx := context.Background()
	q := Query{Policy: "p", Scenario: levers(t, "intake:times=1")}
	got, err := s.Seek(ctx, q, Aim{Target: "TWO"}, 0, math.NaN(), 0.7)
	if err != nil || !got.Reached || got.Already || got.P < 0.7 || got.Least <= 1 {
		t.Fatalf("%+v, %v", got, err)
	}
	// A hundredth less does not do.
	q.Scenario = levers(t, "intake:times="+digits(got.Least-0.01))
	o, err := s.Try(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	if p := get(t, o, "TWO").Attainment.LateLow.P; p >= 0.7 {
		t.Errorf("%v times is said to be the least, and with a hundredth less P is %v", got.Least, p)
	}
	q.Scenario = levers(t, "intake:times=1")
	never, err := s.Seek(ctx, q, Aim{Target: "HARD"}, 0, 3, 0.5)
	if err != nil || never.Reached || never.Best.P >= 0.5 || len(never.Curve) == 0 {
		t.Errorf("5,000 can't be had: %+v, %v", never, err)
	}
	already, err := s.Seek(ctx, q, Aim{Target: "S"}, 0, 3, 0.05)
	if err != nil || !already.Already {
		t.Errorf("what is had already: %+v, %v", already, err)
	}
	for _, c := range []struct {
		aim  Aim
		at   int
		p    float64
		code fault.Code
	}{{Aim{Target: "ZZ"}, 0, 0.8, fault.NotFound}, {Aim{Target: "X"}, 0, 0.8, fault.Invalid}, {Aim{Target: "TWO"}, 7, 0.8, fault.Invalid}, {Aim{Target: "TWO"}, 0, 1.5, fault.Invalid}, {Aim{Target: "R", Early: true}, 0, math.NaN(), fault.Invalid}} {
		if _, err := s.Seek(ctx, q, c.aim, c.at, math.NaN(), c.p); !fault.Is(err, c.code) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	q.Scenario = levers(t, "intake:times=1;shock:lost=60,months=12,start=2016-01")
	pairs, best, err := s.SeekPair(ctx, q, Aim{Target: "TWO"}, 1, 0, 0, 3, 0.72)
	if err != nil || best < 0 || !pairs[best].Reached {
		t.Errorf("%+v %d %v", pairs, best, err)
	}
}

func TestWhyTellsTheLeversApart(t *testing.T) {
	s := service(t, Config{Paths: 2000}, records()...)
	q := Query{Policy: "p", Scenario: levers(t, "intake@TWO:times=1.5,sd=0.3;intake@HARD:times=1.5")}
	w, err := s.Why(context.Background(), q, Aim{Target: "TWO"}, 32)
	if err != nil {
		t.Fatal(err)
	}
	if len(w.Tornado) != 2 || w.Tornado[0].Lever != 0 || w.Tornado[0].Swing() <= 0 || w.Tornado[1].Swing() != 0 {
		t.Errorf("tornado %+v", w.Tornado)
	}
	if len(w.Sobol) != 2 || w.Sobol[0].First < 0.8 || w.Sobol[1].Total > 0.05 {
		t.Errorf("Sobol %+v", w.Sobol)
	}
	if len(w.Differences) < 2 || w.Differences[0].Apart <= 0 {
		t.Errorf("differences %+v", w.Differences)
	}
	if !(w.P > w.BaseP) {
		t.Errorf("with more intake P is %v after %v", w.P, w.BaseP)
	}
}

func TestSpendingGoesWhereItDoesMost(t *testing.T) {
	s := service(t, Config{Paths: 2000}, records()...)
	q := Query{Policy: "p"}
	ask := Spending{Budget: 40, P: 0.7, Over: []SpendTarget{{Target: "TWO", Price: 1}, {Target: "HARD", Price: 1}}}
	got, err := s.Spend(context.Background(), q, ask)
	if err != nil {
		t.Fatal(err)
	}
	end := got.Frontier[len(got.Frontier)-1]
	if end.Take[0] == 0 || end.Take[1] != 0 || end.Cost > scenario.FenOf(40) || got.Frontier[0].Cost != 0 {
		t.Errorf("HARD can't be met, and gets money: %+v", end)
	}
	if !slices.Equal(got.Missing, []string{"HARD"}) {
		t.Errorf("missing %v", got.Missing)
	}
	ask.Over = []SpendTarget{{Target: "A", Price: 1}, {Target: "T", Price: 1}}
	if _, err := s.Spend(context.Background(), q, ask); !fault.Is(err, fault.Invalid) {
		t.Errorf("a part and its whole: %v", err)
	}
}
