package outlook

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"talentcast/analytics"
	"talentcast/analytics/fault"
	"talentcast/analytics/scenario"
	"talentcast/analytics/target"
	"talentcast/datasets"
)

func day(s string) time.Time {
	t, err := analytics.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return t
}

func ptr(v float64) *float64 { return &v }

func number(v float64) decimal.NullDecimal {
	return decimal.NullDecimal{Decimal: decimal.NewFromFloat(v), Valid: true}
}

func policy() datasets.Policy {
	start, early, late := day("2012-01-01"), day("2016-12-31"), day("2021-12-31")
	people := func(id string, low float64, parent string, rel datasets.Relation) datasets.Target {
		return datasets.Target{
			ID: id, NameZh: "目标" + id, NameEn: "target " + id, Measure: datasets.Cumulative, Low: ptr(low), High: ptr(low), Unit: "人",
			Start: start, Early: early, Late: late, ParentID: parent, Relation: rel,
		}
	}
	whole := people("T", 60, "", "")
	whole.Headline, whole.ShortZh, whole.ShortEn = 1, "60人才", "60 people"
	return datasets.Policy{
		ID: "p", NameZh: "试点政策", NameEn: "pilot", Frequency: analytics.Monthly,
		Targets: []datasets.Target{
			whole,
			{ID: "T2", NameZh: "再述", NameEn: "again", Measure: datasets.Cumulative, Low: ptr(60), Unit: "人", SameAs: "T"},
			people("A", 40, "T2", datasets.Part),
			people("A1", 10, "A", datasets.Subset),
			people("B", 20, "T2", datasets.Part),
			people("EASY", 1, "", ""), people("HARD", 5000, "", ""), people("NONE", 5, "", ""), people("TWO", 9, "", ""),
			{ID: "M", NameZh: "资金", NameEn: "fund", Measure: datasets.Cumulative, Low: ptr(5e8), Unit: "元", Start: start, Early: early, Late: late},
			{ID: "G", NameZh: "增幅", NameEn: "growth", Measure: datasets.Growth, Low: ptr(5), Unit: "%", Every: 12, Start: start},
			{ID: "R", NameZh: "占比", NameEn: "share", Measure: datasets.Ratio, Low: ptr(20), High: ptr(20), Unit: "%", Start: start, Early: day("2015-12-31"), Late: day("2015-12-31")},
			{ID: "S", NameZh: "机构", NameEn: "agencies", Measure: datasets.Stock, Low: ptr(30), Unit: "个", Start: start, Early: early, Late: late},
			{ID: "D", NameZh: "招聘会", NameEn: "fair", Measure: datasets.PerPeriod, Low: ptr(1), Unit: "次/年", Every: 12, Start: start},
			{ID: "C", NameZh: "上限", NameEn: "cap", Measure: datasets.Cap, High: ptr(600000), Unit: "元", Over: []string{"M"}, Basis: datasets.RowAmount},
			{ID: "X", NameZh: "方向", NameEn: "direction", Measure: datasets.Trend, Unit: "%"},
			{ID: "Y", NameZh: "建成", NameEn: "built", Measure: datasets.Milestone, Low: ptr(1), Unit: "个"},
			{ID: "P1", NameZh: "过期", NameEn: "past", Measure: datasets.Ratio, Low: ptr(3), High: ptr(3), Unit: "%", Start: start, Early: day("2014-12-31"), Late: day("2014-12-31"), Series: "R"},
		},
		Categories: []datasets.Category{
			{Target: "A", Kind: datasets.Talent, Name: "A", Value: datasets.Persons},
			{Target: "A1", Kind: datasets.Talent, Name: "A1", Value: datasets.Persons},
			{Target: "B", Kind: datasets.Talent, Name: "B", Value: datasets.Persons},
			{Target: "EASY", Kind: datasets.Talent, Name: "EASY", Value: datasets.Persons},
			{Target: "HARD", Kind: datasets.Talent, Name: "HARD", Value: datasets.Persons},
			{Target: "TWO", Kind: datasets.Talent, Name: "TWO", Value: datasets.Persons},
			{Target: "M", Kind: datasets.Fund, Name: "到位", Value: datasets.Amount},
			{Target: "G", Kind: datasets.Fund, Name: "预算/财政", Value: datasets.Amount},
			{Target: "S", Kind: datasets.Institution, Name: "机构", Value: datasets.Rows},
			{Target: "D", Kind: datasets.Activity, Name: "招聘会", Value: datasets.Rows},
		},
	}
}

// records: A one a month, B one every second, A1 one a quarter, and so on to
// June 2015, with a duty missed in 2013.
func records() []datasets.Record {
	var rs []datasets.Record
	add := func(r datasets.Record, kind datasets.Kind, target string, at time.Time) {
		r.Kind, r.Target, r.Event, r.Known = kind, target, at, at
		r.Key = fmt.Sprintf("%s-%s-%d", target, at.Format(time.DateOnly), len(rs))
		if kind == datasets.Talent {
			r.Category, r.Person = target, r.Key
		}
		rs = append(rs, r)
	}
	for i := range 42 {
		at := day("2012-01-15").AddDate(0, i, 0)
		add(datasets.Record{}, datasets.Talent, "A", at)
		if i%2 == 0 {
			add(datasets.Record{}, datasets.Talent, "B", at)
			add(datasets.Record{Category: "机构"}, datasets.Institution, "S", at)
		}
		if i%3 == 0 {
			add(datasets.Record{}, datasets.Talent, "A1", at)
			add(datasets.Record{}, datasets.Talent, "HARD", at)
		}
		add(datasets.Record{Category: "到位", Amount: number(450000 + 10000*float64(i))}, datasets.Fund, "M", at)
	}
	add(datasets.Record{}, datasets.Talent, "EASY", day("2013-02-01"))
	add(datasets.Record{}, datasets.Talent, "TWO", day("2014-02-01"))
	add(datasets.Record{}, datasets.Talent, "TWO", day("2015-02-01"))
	for y, v := range map[int]float64{2012: 1000, 2013: 1100, 2014: 1120, 2015: 1200} {
		add(datasets.Record{Category: "预算/财政", Amount: number(v)}, datasets.Fund, "G", analytics.Date(y, 1, 5))
	}
	for _, s := range []string{"2012-05-01", "2014-05-01"} {
		add(datasets.Record{Category: "招聘会"}, datasets.Activity, "D", day(s))
	}
	for y, v := range map[int]float64{2010: 11, 2011: 12, 2012: 13, 2013: 15, 2014: 17} {
		add(datasets.Record{Value: number(v), Unit: "%"}, datasets.Indicator, "R", analytics.Date(y, 12, 31))
		add(datasets.Record{Value: number(v * 2), Unit: "%"}, datasets.Indicator, "X", analytics.Date(y, 12, 31))
	}
	add(datasets.Record{Value: number(1)}, datasets.Indicator, "Y", day("2014-09-30"))
	return rs
}

func service(t testing.TB, cfg Config, rs ...datasets.Record) *Service {
	t.Helper()
	ctx := context.Background()
	store, err := datasets.Open(ctx, datasets.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	if _, err := store.PutPolicy(ctx, policy()); err != nil {
		t.Fatal(err)
	}
	_, err = store.Load(ctx, datasets.Batch{Policy: "p", File: "f.csv", SHA256: "x", LoadedAt: day("2015-07-01"), Read: len(rs), Records: rs, Demo: true})
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Paths == 0 {
		cfg.Paths = 1000
	}
	cfg.Now = func() time.Time { return day("2026-01-01") }
	s, err := New(store, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func of(t testing.TB, s *Service, q Query) *Outlook {
	t.Helper()
	q.Policy = "p"
	o, err := s.Of(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func get(t testing.TB, o *Outlook, id string) *Target {
	t.Helper()
	x, ok := o.Target(id)
	if !ok {
		t.Fatalf("no target %s", id)
	}
	return x
}

func TestOutlookOfEveryMeasure(t *testing.T) {
	o := of(t, service(t, Config{}, records()...), Query{})
	if want := day("2015-06-30"); !o.AsOf.Equal(want) {
		t.Errorf("as of %v, want the end of the last month, %v", o.AsOf, want)
	}
	for _, c := range []struct {
		id     string
		status target.Status
		actual float64 // NaN for none
		reason string
	}{
		{"T", target.Met, 77, "已于"},
		{"A", target.Met, 56, ""},
		{"A1", target.Met, 14, ""},
		{"B", target.Met, 21, ""},
		{"EASY", target.Met, 1, "2013年2月"},
		{"HARD", target.OffTrack, 14, "近12个月月均"},
		{"NONE", target.NoData, math.NaN(), "尚未收到"},
		{"M", target.OffTrack, 42*450000 + 10000*41*42/2, "万元"},
		{"G", target.AtRisk, 7.14, "2015年增长7.1%"},
		{"R", target.OffTrack, 17, "年均增加"},
		{"S", target.Late, 21, "月均增加0.5个"},
		{"D", target.AtRisk, 2, "缺1期"},
		{"C", target.OffTrack, math.NaN(), "核对42项"},
		{"X", target.Tracked, 34, "上升"},
		{"Y", target.Met, 1, "2014年9月"},
		{"P1", target.Met, 17, ""},
	} {
		x := get(t, o, c.id)
		if x.Status != c.status {
			t.Errorf("%s is %s (%s), want %s", c.id, x.Status, x.Reason.Zh, c.status)
		}
		if !strings.Contains(x.Reason.Zh, c.reason) || x.Reason.En == "" {
			t.Errorf("%s says %q / %q, want %q", c.id, x.Reason.Zh, x.Reason.En, c.reason)
		}
		switch {
		case math.IsNaN(c.actual):
			if x.Actual != nil {
				t.Errorf("%s has the actual %v", c.id, *x.Actual)
			}
		case x.Actual == nil || math.Abs(*x.Actual-c.actual) > 0.01:
			t.Errorf("%s has the actual %v, want %v", c.id, x.Actual, c.actual)
		}
	}
	if x := get(t, o, "T2"); x.NameZh != "再述" || *x.Actual != 77 || x.Canonical != "T" {
		t.Errorf("the repeated row: %+v", x.Target)
	}
	total := 0
	for _, n := range o.Counts {
		total += n
	}
	if total != len(o.Targets)-1 {
		t.Errorf("%d lights for %d targets, one of them shown twice", total, len(o.Targets))
	}
	if !strings.Contains(o.Verdict.Zh, "60人才已完成") || !strings.Contains(o.Verdict.En, "60 people – met") {
		t.Errorf("verdict %q / %q", o.Verdict.Zh, o.Verdict.En)
	}
	if x := get(t, o, "TWO"); len(x.Warnings) == 0 && x.Attainment.Passage.NotByHorizon == 0 {
		t.Errorf("two arrivals in 42 months are forecast without doubt: %+v", x.Attainment)
	}
}

func TestPartsAddUpInEveryPath(t *testing.T) {
	s := service(t, Config{}, records()...)
	p, err := s.prepare(context.Background(), policy(), day("2015-06-30"))
	if err != nil {
		t.Fatal(err)
	}
	sim := s.simulate(p, "T", 78, sharedChance{
		noise: normals(s.cfg.Seed, commonChance, s.cfg.Paths, 78), pace: paces(s.cfg.Seed, s.cfg.Paths, 78, 0.2),
	})
	a1, a, b, whole := sim.paths["A1"], sim.paths["A"], sim.paths["B"], sim.paths["T"]
	for k := range whole {
		for i := range whole[k] {
			if whole[k][i] != a[k][i]+b[k][i] {
				t.Fatalf("step %d path %d: %v ≠ %v + %v", k, i, whole[k][i], a[k][i], b[k][i])
			}
			if a[k][i] < a1[k][i] {
				t.Fatalf("step %d path %d: a part of %v has %v", k, i, a[k][i], a1[k][i])
			}
			if k > 0 && whole[k][i] < whole[k-1][i] {
				t.Fatalf("step %d path %d: a cumulative total falls", k, i)
			}
		}
	}
}

func TestSameSeedSameFigures(t *testing.T) {
	mk := func(seed uint64, workers int) string {
		o := of(t, service(t, Config{Seed: seed, Workers: workers}, records()...), Query{AsOf: day("2014-03-15")})
		b, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	one := mk(7, 1)
	if mk(7, 2) != one {
		t.Error("the same seed gives other figures with another number of workers")
	}
	if mk(8, 1) == one {
		t.Error("another seed gives the very same figures")
	}
	if strings.Contains(one, "NaN") {
		t.Error("the JSON holds a NaN")
	}
}

func TestScenarioIsMonotoneAndSharesChance(t *testing.T) {
	s := service(t, Config{}, records()...)
	asOf := day("2013-06-30")
	base := of(t, s, Query{AsOf: asOf})
	if same := of(t, s, Query{AsOf: asOf, Scenario: scenario.Scenario{Name: "nothing moved", Levers: []scenario.Lever{scenario.Intake(1)}}}); same != base {
		t.Error("a scenario that moves nothing is not the baseline itself")
	}
	last := -1.0
	for _, intake := range []float64{0.25, 0.5, 0.9, 1, 1.1, 1.5, 3} {
		o := of(t, s, Query{AsOf: asOf, Scenario: scenario.Of(scenario.Intake(intake))})
		p := get(t, o, "T").Attainment.EarlyLow.P
		if p < last {
			t.Errorf("at %v of the intake P falls from %v to %v", intake, last, p)
		}
		last = p
	}
	low := get(t, of(t, s, Query{AsOf: asOf, Scenario: scenario.Of(scenario.Growth(-20))}), "M").Attainment.LateExpected
	high := get(t, of(t, s, Query{AsOf: asOf, Scenario: scenario.Of(scenario.Growth(20))}), "M").Attainment.LateExpected
	if mid := get(t, base, "M").Attainment.LateExpected; !(low < mid && mid < high) {
		t.Errorf("growth −20 %% / 0 / +20 %% gives %v / %v / %v", low, mid, high)
	}
	if a, b := get(t, base, "R").Attainment, get(t, of(t, s, Query{AsOf: asOf, Scenario: scenario.Of(scenario.Intake(2))}), "R").Attainment; *a != *b {
		t.Error("the intake lever moved a ratio")
	}
	if _, err := s.Of(context.Background(), Query{Policy: "p", Scenario: scenario.Of(scenario.Intake(99))}); !fault.Is(err, fault.Invalid) {
		t.Errorf("intake ×99: %v", err)
	}
}

func TestAsOfDates(t *testing.T) {
	s := service(t, Config{}, records()...)
	for when, want := range map[string]fault.Code{"1999-01-01": fault.Invalid, "2027-01-01": fault.Invalid} {
		if _, err := s.Of(context.Background(), Query{Policy: "p", AsOf: day(when)}); !fault.Is(err, want) {
			t.Errorf("as of %s: %v", when, err)
		}
	}
	if _, err := s.Of(context.Background(), Query{Policy: "nope"}); !fault.Is(err, fault.NotFound) {
		t.Errorf("unknown policy: %v", err)
	}
	// In mid-month what has come counts, and the month is not taken for a whole.
	o := of(t, s, Query{AsOf: day("2014-06-20")})
	x := get(t, o, "A")
	if *x.Actual != 40 || !x.Fan[0].Date.Equal(day("2014-06-30")) {
		t.Errorf("as of 20 June: actual %v, first forecast for %v", *x.Actual, x.Fan[0].Date)
	}
	if !x.History[len(x.History)-1].Date.Equal(day("2014-06-20")) {
		t.Errorf("history ends on %v", x.History[len(x.History)-1].Date)
	}
	// After every deadline only what happened counts.
	late := of(t, s, Query{AsOf: day("2024-12-31")})
	if h := get(t, late, "HARD"); h.Status != target.OffTrack || h.Attainment.LateLow != (target.Probability{}) {
		t.Errorf("after the deadline: %s %+v", h.Status, h.Attainment)
	}
}

func TestNoDataAtAll(t *testing.T) {
	o := of(t, service(t, Config{}), Query{})
	for _, x := range o.Targets {
		if x.Status != target.NoData && x.SameAs == "" {
			t.Errorf("%s is %s without any data", x.ID, x.Status)
		}
	}
}

func TestQueriesAtOneTimeAreComputedOnce(t *testing.T) {
	s := service(t, Config{}, records()...)
	got := make(chan *Outlook, 8)
	for range 8 {
		go func() {
			o, err := s.Of(context.Background(), Query{Policy: "p"})
			if err != nil {
				t.Error(err)
			}
			got <- o
		}()
	}
	first := <-got
	for range 7 {
		if o := <-got; o != first {
			t.Error("two answers for one question")
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Of(ctx, Query{Policy: "p", AsOf: day("2014-01-31")}); err == nil {
		t.Error("a reader who left got an answer")
	}
}

func BenchmarkOutlookCold(b *testing.B) {
	s := service(b, Config{Paths: 10000}, records()...)
	i := 0
	for b.Loop() {
		i++
		s.fits, s.kept = cache[string, *prepared]{max: 1}, cache[string, *Outlook]{max: 1}
		if _, err := s.Of(context.Background(), Query{Policy: "p"}); err != nil {
			b.Fatal(err)
		}
	}
}
