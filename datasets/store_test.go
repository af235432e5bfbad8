package datasets

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"talentcast/analytics"
	"talentcast/analytics/fault"
)

// TestMain lets the test binary be the second process that holds a file.
func TestMain(m *testing.M) {
	if path := os.Getenv("TALENTCAST_TEST_HOLD"); path != "" {
		s, err := Open(context.Background(), Config{Path: path})
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("held")
		_, _ = bufio.NewReader(os.Stdin).ReadString('\n')
		_ = s.Close()
		os.Exit(0)
	}
	if path := os.Getenv("TALENTCAST_OPEN"); path != "" {
		s, err := Open(context.Background(), Config{Path: path})
		if err == nil {
			err = s.Close()
		}
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func date(s string) time.Time {
	t, err := analytics.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return t
}

func exact(s string) decimal.NullDecimal {
	return decimal.NullDecimal{Decimal: decimal.RequireFromString(s), Valid: true}
}

func ptr(v float64) *float64 { return &v }

// testPolicy has a tree of each relation, a fund, a duty and caps of every basis.
func testPolicy() Policy {
	return Policy{
		ID: "test", NameZh: "测试政策", NameEn: "test", Jurisdiction: "440103", Frequency: analytics.Monthly,
		Departments: []Department{{ID: "d1", NameZh: "一局"}},
		Targets: []Target{
			{ID: "T", NameZh: "总数", Measure: Cumulative, Low: ptr(10), High: ptr(10), Unit: "人", Start: date("2012-01-01"), Early: date("2016-12-31"), Late: date("2021-12-31"), Lead: []string{"d1"}},
			{ID: "T0", NameZh: "总数（再述）", Measure: Cumulative, Low: ptr(10), High: ptr(10), Unit: "人", SameAs: "T"},
			{ID: "A", NameZh: "甲", Measure: Cumulative, Low: ptr(5), Unit: "人", ParentID: "T0", Relation: Part},
			{ID: "B", NameZh: "乙", Measure: Cumulative, Low: ptr(5), Unit: "人", ParentID: "T0", Relation: Part},
			{ID: "A1", NameZh: "甲中", Measure: Cumulative, Low: ptr(2), Unit: "人", ParentID: "A", Relation: Subset},
			{ID: "M", NameZh: "资金", Measure: Cumulative, Low: ptr(1e6), Unit: "元"},
			{ID: "R", NameZh: "岗位占比", Measure: Ratio, Low: ptr(20), Unit: "%"},
			{ID: "I", NameZh: "指标", Measure: Stock, Low: ptr(5), Unit: "个"},
			{ID: "D", NameZh: "招聘会", Measure: PerPeriod, Low: ptr(1), Unit: "次", Every: 12},
			{ID: "C1", NameZh: "占比上限", Measure: Cap, High: ptr(50), Over: []string{"A1"}, Basis: RowShare},
			{ID: "C2", NameZh: "单笔上限", Measure: Cap, High: ptr(600), Over: []string{"A1"}, Basis: RowAmount},
			{ID: "C3", NameZh: "人年上限", Measure: Cap, High: ptr(1000), Over: []string{"A1"}, Basis: PersonYear},
			{ID: "C4", NameZh: "周期金额上限", Measure: Cap, High: ptr(1500), Over: []string{"A1"}, Basis: PeriodAmount, Every: 24, Start: date("2012-01-01")},
			{ID: "C5", NameZh: "周期次数上限", Measure: Cap, High: ptr(2), Over: []string{"A1"}, Basis: PeriodCount, Every: 24, Start: date("2012-01-01")},
		},
		Categories: []Category{
			{Target: "A", Kind: Talent, Name: "甲类", Value: Persons},
			{Target: "A1", Kind: Talent, Name: "甲中类", Value: Persons},
			{Target: "B", Kind: Talent, Name: "乙类", Value: Persons},
			{Target: "M", Kind: Fund, Name: "到位", Value: Amount},
			{Target: "", Kind: Fund, Name: "支出", Value: Amount},
			{Target: "D", Kind: Activity, Name: "招聘会", Value: Rows},
			{Target: "R", Kind: Post, Name: "岗位", Value: Share},
		},
	}
}

func openTest(t *testing.T) *Store {
	t.Helper()
	s, err := Open(context.Background(), Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := s.PutPolicy(context.Background(), testPolicy()); err != nil {
		t.Fatal(err)
	}
	return s
}

func person(key, who, category, target, event, known string) Record {
	return Record{Kind: Talent, Key: key, Person: who, Name: "张*明", Category: category, Target: target, Dept: "d1", Event: date(event), Known: date(known), Row: 2}
}

func batch(sha string, rs ...Record) Batch {
	return Batch{Policy: "test", Jurisdiction: "440103", Kind: Talent, File: sha + ".csv", SHA256: sha, LoadedAt: date("2015-07-01"), LoadedBy: "t", Read: len(rs), Records: rs}
}

func mustLoad(t *testing.T, s *Store, b Batch) Receipt {
	t.Helper()
	r, err := s.Load(context.Background(), b)
	if err != nil {
		t.Fatal(err)
	}
	if !r.Already && r.Read != r.Loaded+r.Superseded+r.Unchanged+r.Refused {
		t.Errorf("%s: read %d ≠ %d new + %d corrected + %d unchanged + %d refused", b.File, r.Read, r.Loaded, r.Superseded, r.Unchanged, r.Refused)
	}
	return r
}

// joins sums the joins by target as of a date.
func joins(t *testing.T, s *Store, asOf string) map[string]int64 {
	t.Helper()
	fs, err := s.Flows(context.Background(), "test", date(asOf), date(asOf))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int64{}
	for _, f := range fs {
		out[f.Target] += f.Joins
	}
	return out
}

func TestReopenKeepsEverything(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "t.duckdb")
	s, err := Open(ctx, Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	p := testPolicy()
	if changed, err := s.PutPolicy(ctx, p); err != nil || !changed {
		t.Fatalf("first PutPolicy: changed %v, %v", changed, err)
	}
	mustLoad(t, s, batch("a", person("k1", "p1", "甲类", "A", "2012-03-05", "2012-03-06")))
	before, err := s.State(ctx, "test")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, err = Open(ctx, Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if changed, err := s.PutPolicy(ctx, p); err != nil || changed {
		t.Errorf("the same policy again: changed %v, %v", changed, err)
	}
	after, err := s.State(ctx, "test")
	if err != nil || after != before {
		t.Errorf("state after reopening %+v, before %+v, %v", after, before, err)
	}
	got, err := s.Policy(ctx, "test")
	if err != nil || len(got.Targets) != len(p.Targets) || !got.Targets[0].Late.Equal(p.Targets[0].Late) || got.Frequency != p.Frequency {
		t.Errorf("policy after reopening: %+v, %v", got, err)
	}
}

func TestShippedPoliciesCanBeStored(t *testing.T) {
	ctx := context.Background()
	s := openTest(t)
	ps, err := ShippedPolicies()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range ps {
		if _, err := s.PutPolicy(ctx, p); err != nil {
			t.Errorf("%s: %v", p.ID, err)
			continue
		}
		got, err := s.Policy(ctx, p.ID)
		if err != nil {
			t.Error(err)
			continue
		}
		if a, b := fmt.Sprintf("%+v", describe(got)), fmt.Sprintf("%+v", describe(p)); a != b {
			t.Errorf("%s comes back changed:\n%.300s\n%.300s", p.ID, a, b)
		}
	}
	if _, err := s.Policy(ctx, "nope"); !fault.Is(err, fault.NotFound) || !strings.Contains(err.Error(), "liwan-555") {
		t.Errorf("an unknown policy: %v", err)
	}
}

// describe is the policy's stored form, in which pointers show their values.
func describe(p Policy) string {
	b, err := marshalPolicy(p)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

func TestLoadTwiceChangesNothing(t *testing.T) {
	s := openTest(t)
	b := batch("a", person("k1", "p1", "甲类", "A", "2012-03-05", "2012-03-06"), person("k2", "p2", "乙类", "B", "2012-04-05", "2012-04-06"))
	b.Refusals = []Refusal{{Row: 4, Code: "id", ReasonZh: "身份证号校验位不符"}, {Row: 4, Code: "date"}, {Row: 0, Code: "total"}}
	b.Read = 3
	if r := mustLoad(t, s, b); r.Loaded != 2 || r.Refused != 1 || r.Already {
		t.Errorf("first load %+v", r)
	}
	state, _ := s.State(context.Background(), "test")
	if r := mustLoad(t, s, b); !r.Already || r.Loaded != 2 {
		t.Errorf("second load %+v", r)
	}
	// Other bytes that say the same: a batch of its own, with nothing new in it.
	again := b
	again.SHA256 = "b"
	if r := mustLoad(t, s, again); r.Unchanged != 2 || r.Loaded != 0 {
		t.Errorf("same rows in another file %+v", r)
	}
	if now, _ := s.State(context.Background(), "test"); now != state {
		t.Errorf("the data state moved from %+v to %+v", state, now)
	}
	if fs, err := s.Refusals(context.Background(), 1); err != nil || len(fs) != 3 || fs[0].ReasonZh != "身份证号校验位不符" {
		t.Errorf("refusals %+v, %v", fs, err)
	}
	if bs, err := s.Batches(context.Background(), "test"); err != nil || len(bs) != 2 || bs[0].ID != 2 {
		t.Errorf("batches %+v, %v", bs, err)
	}
}

func TestCorrectionSupersedesAndThePastStands(t *testing.T) {
	s := openTest(t)
	mustLoad(t, s, batch("a", person("k1", "p1", "甲类", "A", "2013-03-05", "2013-03-06")))
	corrected := person("k1", "p1", "乙类", "B", "2013-05-01", "2014-02-01")
	if r := mustLoad(t, s, batch("b", corrected)); r.Superseded != 1 {
		t.Errorf("correction %+v", r)
	}
	for _, c := range []struct {
		asOf string
		a, b int64
	}{{"2013-03-05", 0, 0}, {"2013-03-06", 1, 0}, {"2014-01-31", 1, 0}, {"2014-02-01", 0, 1}} {
		if j := joins(t, s, c.asOf); j["A"] != c.a || j["B"] != c.b {
			t.Errorf("as of %s: %v, want A %d B %d", c.asOf, j, c.a, c.b)
		}
	}
	// An older version that comes in late changes the past, not the present.
	old := person("k1", "p1", "甲中类", "A1", "2013-03-05", "2013-03-05")
	mustLoad(t, s, batch("c", old))
	if j := joins(t, s, "2014-02-01"); j["B"] != 1 || j["A1"] != 0 {
		t.Errorf("a version known earlier displaced a later one: %v", j)
	}
	if j := joins(t, s, "2013-03-05"); j["A1"] != 1 {
		t.Errorf("as of its own day the early version is missing: %v", j)
	}
}

func TestPersonCountsOnceUnderOneRoot(t *testing.T) {
	s := openTest(t)
	mustLoad(t, s, batch("a",
		person("k1", "p1", "乙类", "B", "2013-03-05", "2013-03-06"),
		person("k2", "p1", "甲中类", "A1", "2012-09-05", "2014-01-06"), // the earlier event counts
		person("k3", "p2", "甲类", "A", "2013-03-05", "2013-03-06"),
		person("k4", "", "甲类", "A", "2013-03-05", "2013-03-06"), // no person: a row each
		person("k5", "", "甲类", "A", "2013-03-05", "2013-03-06"),
	))
	if j := joins(t, s, "2013-12-31"); j["B"] != 1 || j["A1"] != 0 || j["A"] != 3 {
		t.Errorf("before the second recognition is known: %v", j)
	}
	if j := joins(t, s, "2014-12-31"); j["B"] != 0 || j["A1"] != 1 || j["A"] != 3 {
		t.Errorf("once it is: %v", j)
	}
}

func TestLeaversMoneyAndQuantities(t *testing.T) {
	ctx := context.Background()
	s := openTest(t)
	left := person("k1", "p1", "甲类", "A", "2013-03-05", "2013-03-06")
	left.End = date("2014-05-20")
	fund := func(key, category, target, amount string) Record {
		return Record{Kind: Fund, Key: key, Category: category, Target: target, Event: date("2014-01-10"), Known: date("2014-01-10"), Amount: exact(amount)}
	}
	mustLoad(t, s, batch("a", left, fund("v1", "到位", "M", "1234567.89"), fund("v2", "到位", "M", "0.02"), fund("v3", "支出", "", "99.99")))
	fs, err := s.Flows(ctx, "test", date("2014-12-31"), date("2014-12-31"))
	if err != nil {
		t.Fatal(err)
	}
	var leaves int64
	var money Fen
	for _, f := range fs {
		leaves += f.Leaves
		if f.Target == "M" {
			money += f.Amount
		}
	}
	if leaves != 1 || money != 123456791 {
		t.Errorf("leaves %d, money %s", leaves, money)
	}
	fs, _ = s.Flows(ctx, "test", date("2014-05-19"), date("2014-05-19"))
	for _, f := range fs {
		if f.Leaves != 0 {
			t.Errorf("a departure shows before its day: %+v", f)
		}
	}
}

func TestFiguresAndPooledPosts(t *testing.T) {
	s := openTest(t)
	post := func(unit, at, have, of string) Record {
		return Record{Kind: Post, Key: unit + at, Name: unit, Category: "岗位", Target: "R", Event: date(at), Known: date(at), Value: exact(have), BaseValue: exact(of)}
	}
	indicator := func(at, known, v string) Record {
		return Record{Kind: Indicator, Key: "I" + at, Target: "I", Event: date(at), Known: date(known), Value: exact(v), Source: "年报"}
	}
	mustLoad(t, s, batch("a",
		post("甲所", "2014-06-30", "10", "100"), post("乙所", "2014-12-31", "30", "100"), post("甲所", "2015-06-30", "20", "100"),
		indicator("2013-12-31", "2014-03-01", "3.5"), indicator("2014-12-31", "2015-03-01", "4")))
	fs, err := s.Figures(context.Background(), "test", date("2015-06-30"), date("2015-06-30"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range fs {
		got = append(got, fmt.Sprintf("%s %s %s", f.Target, f.Date.Format(time.DateOnly), f.Value))
	}
	want := "I 2013-12-31 3.5|I 2014-12-31 4|R 2014-06-30 10|R 2014-12-31 20|R 2015-06-30 25"
	if g := strings.Join(got, "|"); g != want {
		t.Errorf("figures\n%s, want\n%s", g, want)
	}
	fs, _ = s.Figures(context.Background(), "test", date("2015-02-28"), date("2015-02-28"))
	if len(fs) != 3 {
		t.Errorf("a figure shows before it was published: %+v", fs)
	}
}

func TestCaps(t *testing.T) {
	s := openTest(t)
	paid := func(key, who, at, amount, base string) Record {
		r := person(key, who, "甲中类", "A1", at, at)
		r.Amount, r.BaseAmount = exact(amount), exact(base)
		return r
	}
	mustLoad(t, s, batch("a",
		paid("k1", "p1", "2012-03-01", "500", "1000"),
		paid("k2", "p1", "2012-09-01", "501", "1000"), // over 50 %; 1,001 in the year
		paid("k3", "p2", "2013-09-01", "700", "2000"), // over 600; third of the two years; 1,701 in them
		paid("k4", "p2", "2014-01-01", "400", "1000"), // the next two years
	))
	ex, checked, err := s.Excesses(context.Background(), "test", date("2014-12-31"), date("2014-12-31"))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]float64{}
	for _, e := range ex {
		got[e.Target] = append(got[e.Target], e.Value)
	}
	for cap, want := range map[string][]float64{"C1": {50.1}, "C2": {700}, "C3": {1001}, "C4": {1701}, "C5": {3}} {
		if fmt.Sprint(got[cap]) != fmt.Sprint(want) {
			t.Errorf("%s: over the limit %v, want %v", cap, got[cap], want)
		}
	}
	if checked["C1"] != 4 || checked["C3"] != 3 || checked["C5"] != 2 {
		t.Errorf("checked %v", checked)
	}
	if _, checked, _ := s.Excesses(context.Background(), "test", date("2011-12-31"), date("2011-12-31")); len(checked) != 0 {
		t.Errorf("checked before any row: %v", checked)
	}
}

func TestRowsBehindAFigure(t *testing.T) {
	ctx := context.Background()
	s := openTest(t)
	mustLoad(t, s, batch("a",
		person("k1", "p1", "甲类", "A", "2013-03-05", "2013-03-06"), person("k2", "p2", "甲中类", "A1", "2013-04-05", "2013-04-06"),
		person("k3", "p3", "乙类", "B", "2013-05-05", "2013-05-06")))
	rows, total, err := s.Rows(ctx, "test", "T0", date("2013-12-31"), 2, 0)
	if err != nil || total != 3 || len(rows) != 2 || rows[0].Target != "B" || rows[0].File != "a.csv" || rows[0].RowNo != 2 {
		t.Errorf("rows of the whole tree: %d of %d %+v, %v", len(rows), total, rows, err)
	}
	rows, total, err = s.Rows(ctx, "test", "A", date("2013-12-31"), 10, 1)
	if err != nil || total != 2 || len(rows) != 1 || rows[0].Target != "A" {
		t.Errorf("second page of A: %d of %d %+v, %v", len(rows), total, rows, err)
	}
}

func TestFailedLoadLeavesNothing(t *testing.T) {
	ctx := context.Background()
	s := openTest(t)
	for name, bad := range map[string]Record{
		"no key":       {Kind: Talent, Event: date("2013-01-01"), Known: date("2013-01-01")},
		"not UTF-8":    {Kind: Talent, Key: "k\xff", Event: date("2013-01-01"), Known: date("2013-01-01")},
		"no date":      {Kind: Talent, Key: "k"},
		"finer than 分": {Kind: Fund, Key: "k", Event: date("2013-01-01"), Known: date("2013-01-01"), Amount: exact("0.001")},
		"too large":    {Kind: Fund, Key: "k", Event: date("2013-01-01"), Known: date("2013-01-01"), Amount: exact("10000000000000000")},
	} {
		b := batch("bad", person("k1", "p1", "甲类", "A", "2013-03-05", "2013-03-06"), bad)
		if _, err := s.Load(ctx, b); err == nil {
			t.Errorf("%s: loaded", name)
		}
		if st, err := s.State(ctx, "test"); err != nil || st.Rows != 0 {
			t.Errorf("%s: %d rows stayed, %v", name, st.Rows, err)
		}
		if bs, err := s.Batches(ctx, "test"); err != nil || len(bs) != 0 {
			t.Errorf("%s: %d batches stayed, %v", name, len(bs), err)
		}
	}
	// The store is usable afterwards.
	mustLoad(t, s, batch("good", person("k1", "p1", "甲类", "A", "2013-03-05", "2013-03-06")))
}

func TestCancelledLoadLeavesNothing(t *testing.T) {
	s := openTest(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Load(ctx, batch("a", person("k1", "p1", "甲类", "A", "2013-03-05", "2013-03-06"))); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled load returned %v", err)
	}
	if st, err := s.State(context.Background(), "test"); err != nil || st.Rows != 0 {
		t.Errorf("%d rows stayed, %v", st.Rows, err)
	}
}

func TestSecondProcessIsToldWhoHoldsTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "held.duckdb")
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "TALENTCAST_TEST_HOLD="+path)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		in.Close()
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}()
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil || line != "held\n" {
		t.Fatalf("the other process said %q, %v", line, err)
	}
	_, err = Open(context.Background(), Config{Path: path})
	if !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), fmt.Sprintf("PID %d", cmd.Process.Pid)) {
		t.Errorf("opening a held file: %v", err)
	}
}

func TestDamagedAndForeignFiles(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	foreign := filepath.Join(dir, "foreign.duckdb")
	if err := os.WriteFile(foreign, []byte(strings.Repeat("not a database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(ctx, Config{Path: foreign}); !fault.Is(err, fault.Unreadable) {
		t.Errorf("a foreign file: %v", err)
	}
	newer := filepath.Join(dir, "newer.duckdb")
	s, err := Open(ctx, Config{Path: newer})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.Exec("INSERT INTO schema_version VALUES (99, TIMESTAMP '2030-01-01')"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.Exec("INSERT INTO schema_version SELECT v, TIMESTAMP '2030-01-01' FROM range(1, 99) t(v) WHERE v NOT IN (SELECT version FROM schema_version)"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(ctx, Config{Path: newer}); !fault.Is(err, fault.Unreadable) || !strings.Contains(err.Error(), "99") {
		t.Errorf("a newer schema: %v", err)
	}
}

func TestEngineIsShutOff(t *testing.T) {
	s := openTest(t)
	file := filepath.Join(t.TempDir(), "x.csv")
	if err := os.WriteFile(file, []byte("a\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, stmt := range []string{
		"SELECT * FROM read_csv('" + file + "')",
		"COPY policy TO '" + file + "2'",
		"INSTALL httpfs",
		"ATTACH '" + file + "3'",
		"SET enable_external_access = true",
	} {
		if _, err := s.db.Exec(stmt); err == nil {
			t.Errorf("%s was allowed", stmt)
		}
	}
}

func TestReadersDuringLoads(t *testing.T) {
	ctx := context.Background()
	s := openTest(t)
	var g sync.WaitGroup
	for i := range 4 {
		g.Add(2)
		go func() {
			defer g.Done()
			for j := range 5 {
				k := fmt.Sprintf("k%d-%d", i, j)
				if _, err := s.Load(ctx, batch(k, person(k, k, "甲类", "A", "2013-03-05", "2013-03-06"))); err != nil {
					t.Error(err)
				}
			}
		}()
		go func() {
			defer g.Done()
			for range 10 {
				if _, err := s.Flows(ctx, "test", date("2014-01-01"), date("2014-01-01")); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	g.Wait()
	if j := joins(t, s, "2014-01-01"); j["A"] != 20 {
		t.Errorf("after 20 loads: %v", j)
	}
}

func TestValidate(t *testing.T) {
	for name, spoil := range map[string]func(*Policy){
		"no targets":           func(p *Policy) { p.Targets = nil },
		"target twice":         func(p *Policy) { p.Targets[1].ID = "T" },
		"unknown parent":       func(p *Policy) { p.Targets[2].ParentID = "X" },
		"parent circle":        func(p *Policy) { p.Targets[0].ParentID, p.Targets[0].Relation = "A1", Part },
		"same-as circle":       func(p *Policy) { p.Targets[0].SameAs = "T0" },
		"low above high":       func(p *Policy) { p.Targets[0].High = ptr(1) },
		"early after late":     func(p *Policy) { p.Targets[0].Early = date("2030-01-01") },
		"unknown measure":      func(p *Policy) { p.Targets[0].Measure = "sum" },
		"unknown relation":     func(p *Policy) { p.Targets[2].Relation = "" },
		"unknown department":   func(p *Policy) { p.Targets[0].Lead = []string{"x"} },
		"cap without a limit":  func(p *Policy) { p.Targets[9].High = nil },
		"cap without a basis":  func(p *Policy) { p.Targets[9].Basis = "" },
		"cap without period":   func(p *Policy) { p.Targets[12].Every = 0 },
		"category to nowhere":  func(p *Policy) { p.Categories[0].Target = "X" },
		"category of no kind":  func(p *Policy) { p.Categories[0].Kind = "x" },
		"category of no value": func(p *Policy) { p.Categories[0].Value = "x" },
		"trend with a number":  func(p *Policy) { p.Targets[7].Measure = Trend },
		"no frequency":         func(p *Policy) { p.Frequency = 0 },
	} {
		p := testPolicy()
		spoil(&p)
		if err := p.Validate(); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := testPolicy().Validate(); err != nil {
		t.Errorf("the sound policy: %v", err)
	}
}

func TestFen(t *testing.T) {
	for _, c := range []struct{ yuan, want string }{{"0", "0.00"}, {"12.3", "12.30"}, {"-0.01", "-0.01"}, {"9999999999999999.99", "9999999999999999.99"}} {
		f, err := FenOf(decimal.RequireFromString(c.yuan))
		if err != nil || f.String() != c.want {
			t.Errorf("%s → %s, %v", c.yuan, f, err)
		}
		b, _ := f.MarshalJSON()
		var back Fen
		if err := back.UnmarshalJSON(b); err != nil || back != f {
			t.Errorf("%s through JSON: %s, %v", c.yuan, back, err)
		}
	}
	for _, bad := range []string{"0.001", "10000000000000000"} {
		if f, err := FenOf(decimal.RequireFromString(bad)); err == nil {
			t.Errorf("%s became %s", bad, f)
		}
	}
}

func BenchmarkLoad100k(b *testing.B) {
	rs := make([]Record, 100_000)
	for i := range rs {
		k := fmt.Sprintf("k%d", i)
		rs[i] = person(k, k, "甲类", "A", "2013-03-05", "2013-03-06")
	}
	for b.Loop() {
		s, err := Open(context.Background(), Config{})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.PutPolicy(context.Background(), testPolicy()); err != nil {
			b.Fatal(err)
		}
		if _, err := s.Load(context.Background(), batch("x", rs...)); err != nil {
			b.Fatal(err)
		}
		if _, err := s.Flows(context.Background(), "test", date("2014-01-01"), date("2014-01-01")); err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func TestReady(t *testing.T) {
	s, err := Open(t.Context(), Config{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Ready(t.Context()); err == nil {
		t.Error("a closed store is ready")
	}
}
