package datasets

import (
	"cmp"
	"encoding/csv"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"talentcast/analytics"
)

func shippedByID(t *testing.T) map[string]Policy {
	t.Helper()
	all, err := ShippedPolicies()
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]Policy{}
	for _, p := range all {
		m[p.ID] = p
	}
	return m
}

func TestShippedPolicies(t *testing.T) {
	all, err := ShippedPolicies()
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, p := range all {
		ids = append(ids, p.ID)
		if v, ok := any(&p).(interface{ Validate() error }); !ok {
			t.Logf("%s: Policy has no Validate to check with", p.ID)
		} else if err := v.Validate(); err != nil {
			t.Errorf("%s: %v", p.ID, err)
		}
		if p.NameZh == "" || p.NameEn == "" || p.PlaceZh == "" || p.PlaceEn == "" || p.Source == "" || p.NoteZh == "" || p.NoteEn == "" {
			t.Errorf("%s lacks a name, place, source or note", p.ID)
		}
		for _, x := range p.Targets {
			if x.NameEn == x.NameZh || x.Unit == "" || (x.NoteZh == "") != (x.NoteEn == "") {
				t.Errorf("%s %s lacks an English name, a unit or one of its notes", p.ID, x.ID)
			}
			if i := strings.IndexFunc(x.NoteEn+x.NameEn, func(r rune) bool { return unicode.Is(unicode.Han, r) }); i >= 0 {
				t.Errorf("%s %s has Chinese in its English text", p.ID, x.ID)
			}
		}
	}
	want := []string{"liwan-555", "cn-rd", "cn-social-workers", "en-health-visitors", "gz-rd"}
	if d := gocmp.Diff(want, ids); d != "" {
		t.Errorf("policies (-want +got):\n%s", d)
	}
}

// The 137 commitments in the order of the text.
var liwanIDs = strings.Fields(`
G-01 G-02 G-03 H-00 H-01 H-02 H-03 H-04 H-05 H-06
01-01 01-02 01-03 01-04 01-05 02-01 02-02 02-03 03-01 03-02
04-01 04-02 04-03 04-04 04-05 04-06 05-01 05-02 05-03 05-04 05-05 05-06 05-07
06-01 06-02 06-03 07-01 07-02 07-03 07-04 07-05 07-06 08-01 08-02 08-03 08-04
09-01 09-02 10-01 10-02 11-01 11-02 11-03 11-04 11-05 11-06 11-07 11-08
12-01 12-02 12-03 12-04 12-05 12-06 12-07 12-08 12-09 12-10 12-11
P1-01 13-01 13-02 13-03 14-01 14-02 15-01 15-02 15-03 15-04 16-01 16-02 17-01 17-02 17-03
18-01 18-02 18-03 18-04 19-01 19-02 19-03 19-04 20-01 20-02
21-01 22-01 22-02 22-03 22-04 23-01 23-02 23-03 23-04 23-05 23-06 23-07 23-08 23-09 23-10
24-01 24-02 24-03 24-04 24-05 24-06 24-07 24-08 25-01 25-02 25-03 25-04 26-01 26-02
27-01 27-02 27-03 27-04 27-05 27-06 27-07 27-08 28-01 29-01 29-02 29-03 29-04 30-01`)

func TestLiwanTargets(t *testing.T) {
	p := shippedByID(t)["liwan-555"]
	var ids []string
	measures := map[Measure]int{}
	for _, x := range p.Targets {
		ids = append(ids, x.ID)
		measures[x.Measure]++
		if x.PlanID == "" {
			t.Errorf("%s is in no plan", x.ID)
		}
	}
	if len(liwanIDs) != 137 {
		t.Fatalf("the test lists %d ids", len(liwanIDs))
	}
	if d := gocmp.Diff(liwanIDs, ids); d != "" {
		t.Errorf("ids (-want +got):\n%s", d)
	}
	wantMeasures := map[Measure]int{
		Cumulative: 43, Stock: 5, Ratio: 2, Growth: 1, PerPeriod: 16,
		Milestone: 54, Cap: 10, Trend: 6,
	}
	if d := gocmp.Diff(wantMeasures, measures); d != "" {
		t.Errorf("measures (-want +got):\n%s", d)
	}
	if len(p.Plans) != 21 {
		t.Errorf("%d plans, want the programme, 12 plans, 5 platforms, funding, organisation and goals", len(p.Plans))
	}
}

// Numbers and deadlines as the text has them, its lost dashes restored.
func TestLiwanNumbers(t *testing.T) {
	p := shippedByID(t)["liwan-555"]
	const none = -1
	for _, c := range []struct {
		id        string
		low, high float64
		unit      string
		every     int
		early     int // year whose last day is the deadline
		late      int
	}{
		{"G-01", 500, 500, "人", 0, 2016, 2021},
		{"G-02", 5e8, 5e8, "元", 0, 2016, 2021},
		{"G-03", 5, 5, "个平台", 0, 2016, 2021},
		{"H-06", 12, 12, "项", 0, 0, 0},
		{"01-01", 3, 4, "人", 12, 2016, 2021},
		{"01-02", 2, 3, "个岗位", 0, 0, 0},
		{"02-03", 1, none, "个团队", 0, 2016, 2021},
		{"03-01", 1000, 1000, "人", 0, 2016, 2021},
		{"04-03", 300, 300, "人", 0, 2016, 2021},
		{"04-05", none, 50, "%", 0, 0, 0},
		{"05-03", none, 10000, "元", 12, 0, 0},
		{"05-04", none, 5000, "元", 12, 0, 0},
		{"05-06", none, none, "%", 0, 0, 0},
		{"09-01", 5, 10, "人", 0, 2016, 2021},
		{"09-02", 15, 30, "人", 0, 2016, 2021},
		{"10-01", 8, 15, "人", 0, 2016, 2021},
		{"10-02", 15, 30, "人", 0, 2016, 2021},
		{"11-01", 1800, 1800, "人", 0, 2016, 2016},
		{"11-02", 3, 5, "人/社区", 0, 2016, 2016},
		{"11-03", 20, 20, "%", 0, 2015, 2015},
		{"11-04", 35, 35, "%", 0, 2015, 2015},
		{"12-10", 10, 10, "人", 12, 0, 0},
		{"13-02", 1, none, "次", 12, 0, 0},
		{"16-01", 5, 5, "所", 0, 2016, 2021},
		{"20-01", 50, 50, "个", 0, 2016, 2021},
		{"20-02", 5, none, "个", 0, 2016, 2021},
		{"21-01", none, none, "次", 0, 0, 0},
		{"23-01", 1, 1, "次", 24, 0, 0},
		{"23-02", none, 1, "个", 24, 0, 0},
		{"23-04", none, 1e6, "元", 0, 0, 0},
		{"23-06", none, 2, "个", 24, 0, 0},
		{"23-07", none, 5e5, "元", 0, 0, 0},
		{"23-08", none, 4e6, "元", 24, 0, 0},
		{"24-01", 5, none, "%", 12, 0, 0},
		{"27-03", 1, 1, "次", 24, 0, 0},
	} {
		x, ok := p.Target(c.id)
		if !ok {
			t.Errorf("%s is missing", c.id)
			continue
		}
		for _, n := range []struct {
			name string
			got  *float64
			want float64
		}{{"low", x.Low, c.low}, {"high", x.High, c.high}} {
			if (n.got == nil) != (n.want == none) || n.got != nil && *n.got != n.want {
				t.Errorf("%s %s = %v, want %v", c.id, n.name, deref(n.got), n.want)
			}
		}
		if x.Unit != c.unit || x.Every != c.every {
			t.Errorf("%s: unit %s every %d, want %s %d", c.id, x.Unit, x.Every, c.unit, c.every)
		}
		if !x.Early.Equal(yearEnd(c.early)) || !x.Late.Equal(yearEnd(c.late)) {
			t.Errorf("%s: deadlines %s, %s", c.id, x.Early.Format(time.DateOnly), x.Late.Format(time.DateOnly))
		}
	}
}

func deref(v *float64) any {
	if v == nil {
		return "none"
	}
	return *v
}

func yearEnd(y int) time.Time {
	if y == 0 {
		return time.Time{}
	}
	return analytics.Date(y, 12, 31)
}

// Every row of these groups shares the window, and their numbers add up.
func TestLiwanSums(t *testing.T) {
	p := shippedByID(t)["liwan-555"]
	sum := func(ids ...string) float64 {
		var s float64
		for _, id := range ids {
			x, ok := p.Target(id)
			if !ok || x.Low == nil || x.High == nil || *x.Low != *x.High || x.Measure != Cumulative {
				t.Fatalf("%s is not a cumulative target with one number", id)
			}
			if !x.Start.Equal(analytics.Date(2012, 1, 1)) || !x.Late.Equal(yearEnd(2021)) || !x.Early.Equal(yearEnd(2016)) {
				t.Errorf("%s: window %v to %v, %v", id, x.Start, x.Early, x.Late)
			}
			s += *x.Low
		}
		return s
	}
	for _, c := range []struct {
		what string
		ids  string
		want float64
	}{
		{"the parts of the 500", "H-01 H-03 H-04 H-05", 500},
		{"doctors", "H-02", 50},
		{"plan 2", "02-01 02-02", 80},
		{"plan 4", "04-01 04-02 04-03", 450},
		{"plan 5", "05-01 05-02", 150},
		{"plan 6", "06-01 06-02", 60},
		{"66666", "07-01 07-02 07-03 07-04 07-05", 30},
		{"plan 8", "08-01 08-02 08-03", 130},
		{"plan 12", "12-01 12-02 12-03 12-04 12-05 12-06 12-07 12-08", 120},
		{"cadres", "01-03", 100},
		{"enterprise innovators", "03-02", 200},
	} {
		if got := sum(strings.Fields(c.ids)...); got != c.want {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
	}
}

func TestLiwanTree(t *testing.T) {
	p := shippedByID(t)["liwan-555"]
	links, same, heads := map[string]string{}, map[string]string{}, map[int]string{}
	for _, x := range p.Targets {
		if x.ParentID != "" {
			links[x.ID] = string(x.Relation) + " " + x.ParentID
		}
		if x.SameAs != "" {
			same[x.ID] = x.SameAs
			of, _ := p.Target(x.SameAs)
			if !gocmp.Equal(x.Low, of.Low) || x.Measure != of.Measure || x.Unit != of.Unit || !x.Late.Equal(of.Late) {
				t.Errorf("%s repeats %s with other numbers", x.ID, of.ID)
			}
		}
		if x.Headline > 0 {
			heads[x.Headline] = x.ID
		}
	}
	wantLinks := map[string]string{
		"H-01": "part H-00", "H-03": "part H-00", "H-04": "part H-00", "H-05": "part H-00", "H-02": "subset H-01",
		"02-02": "subset 02-01", "03-02": "subset 03-01", "20-02": "subset 20-01", "12-10": "detail 12-09",
		"23-02": "detail 23-01", "23-03": "detail 23-01", "23-04": "detail 23-01", "23-05": "detail 23-01",
		"23-06": "detail 23-01", "23-07": "detail 23-01", "23-08": "detail 23-01",
	}
	if d := gocmp.Diff(wantLinks, links); d != "" {
		t.Errorf("parents (-want +got):\n%s", d)
	}
	wantSame := map[string]string{"H-00": "G-01", "07-06": "H-04", "08-01": "H-03", "24-02": "G-02"}
	if d := gocmp.Diff(wantSame, same); d != "" {
		t.Errorf("same as (-want +got):\n%s", d)
	}
	if d := gocmp.Diff(map[int]string{1: "G-01", 2: "11-01", 3: "G-02"}, heads); d != "" {
		t.Errorf("headlines (-want +got):\n%s", d)
	}
	var children []string
	for _, x := range p.Children("G-01") {
		children = append(children, x.ID)
	}
	if d := gocmp.Diff([]string{"H-01", "H-03", "H-04", "H-05"}, children); d != "" {
		t.Errorf("children of the 500 (-want +got):\n%s", d)
	}
}

func TestLiwanLeads(t *testing.T) {
	p := shippedByID(t)["liwan-555"]
	leads := map[string]int{} // targets led, shared ones for each
	var noLead []string
	for _, x := range p.Targets {
		if len(x.Lead) == 0 {
			noLead = append(noLead, x.ID)
		}
		for _, id := range x.Lead {
			leads[id]++
		}
	}
	want := map[string]int{
		"zzb": 33, "rsj": 51, "kxj": 3, "fgj": 2, "jmj": 6, "gsl": 6, "wgj": 16, "jyj": 6,
		"wsj": 4, "jyl": 2, "swj": 2, "mzj": 8, "czj": 8, "xcb": 1,
	}
	if d := gocmp.Diff(want, leads); d != "" {
		t.Errorf("targets by lead department (-want +got):\n%s", d)
	}
	wantNone := strings.Fields("G-01 G-02 G-03 H-00 H-01 H-02 H-03 H-04 H-05 H-06 P1-01")
	if d := gocmp.Diff(wantNone, noLead); d != "" {
		t.Errorf("targets without a lead (-want +got):\n%s", d)
	}
	if x, _ := p.Target("10-01"); !slices.Equal(x.Lead, []string{"jyl", "swj"}) || !slices.Equal(x.Coop, []string{"rsj", "gtj"}) {
		t.Errorf("10-01 is led by %v with %v", x.Lead, x.Coop)
	}
}

// Caps check rows that some category files; cumulative counts of people can be
// fed; and a name means one target within its kind and plan.
func TestLiwanCategories(t *testing.T) {
	p := shippedByID(t)["liwan-555"]
	fed := map[string]bool{}
	kinds := map[Kind]int{}
	for _, c := range p.Categories {
		fed[c.Target] = true
		kinds[c.Kind]++
		if c.Target != "" && p.Canonical(c.Target) != c.Target {
			t.Errorf("%s %s files rows under %s, which repeats another", c.Kind, c.Name, c.Target)
		}
		if x, ok := p.Target(c.Target); ok && x.Measure == Trend {
			t.Errorf("%s %s counts for a trend", c.Kind, c.Name)
		}
	}
	for _, k := range Kinds() {
		if (kinds[k] == 0) != (k == Indicator) {
			t.Errorf("%d categories of kind %s", kinds[k], k)
		}
	}
	for _, x := range p.Targets {
		for _, id := range x.Over {
			if !fed[id] {
				t.Errorf("cap %s is over %s, which no row can be filed under", x.ID, id)
			}
		}
		if (x.Measure == Cap) != (len(x.Over) > 0 && x.Basis != "") {
			t.Errorf("%s: measure %s over %v by %q", x.ID, x.Measure, x.Over, x.Basis)
		}
		// The 500 itself is fed through its parts.
		if (x.Measure == Cumulative || x.Measure == PerPeriod) && x.SameAs == "" && x.ID != "G-01" && !fed[x.ID] {
			t.Errorf("no row can count for %s", x.ID)
		}
	}
	if names := categoryTargets(p, Talent, "领军人才"); len(names) != 5 {
		t.Errorf("领军人才 means %v", names)
	}
}

func categoryTargets(p Policy, kind Kind, name string) []string {
	ids := map[string]bool{}
	for _, c := range p.Categories {
		if c.Kind == kind && (c.Name == name || slices.Contains(c.Synonyms, name)) {
			ids[c.Target] = true
		}
	}
	return slices.SortedFunc(maps.Keys(ids), cmp.Compare[string])
}

func TestRealPolicies(t *testing.T) {
	all := shippedByID(t)
	for _, c := range []struct {
		policy, target string
		measure        Measure
		low            float64
		start, late    string
		series         string
	}{
		{"gz-rd", "gz-rd-expenditure", Stock, 84e9, "2016-01-01", "2020-12-31", ""},
		{"gz-rd", "gz-rd-intensity", Ratio, 3, "2016-01-01", "2020-12-31", ""},
		{"cn-rd", "cn-rd-2010", Ratio, 2, "2006-01-01", "2010-12-31", "cn-rd-intensity"},
		{"cn-rd", "cn-rd-2015", Ratio, 2.2, "2011-01-01", "2015-12-31", "cn-rd-intensity"},
		{"cn-rd", "cn-rd-2020", Ratio, 2.5, "2006-01-01", "2020-12-31", "cn-rd-intensity"},
		{"en-health-visitors", "en-health-visitors", Stock, 12292, "2010-05-01", "2015-04-01", ""},
	} {
		p := all[c.policy]
		x, ok := p.Target(c.target)
		if !ok || x.Measure != c.measure || x.Low == nil || *x.Low != c.low || x.Series != c.series ||
			x.Start.Format(time.DateOnly) != c.start || x.Late.Format(time.DateOnly) != c.late || !x.Early.Equal(x.Late) {
			t.Errorf("%s: %+v", c.target, x)
		}
	}
	for policy, ids := range map[string]string{
		"gz-rd": "gz-rd-personnel gz-rd-fte", "cn-rd": "cn-rd-intensity",
		"cn-social-workers": "cn-licensed-social-workers",
	} {
		for id := range strings.FieldsSeq(ids) {
			p := all[policy]
			if x, ok := p.Target(id); !ok || x.Measure != Trend || x.Low != nil || x.High != nil {
				t.Errorf("%s: %+v, want a trend without numbers", id, x)
			}
		}
	}
}

// Every sample row names a target of its policy, in a unit that converts to the
// target's, and the series are whole.
func TestSamples(t *testing.T) {
	all := shippedByID(t)
	rows := map[string]int{}
	last := map[string][2]string{}
	for _, dir := range []string{"gz-rd", "cn-rd", "en-health-visitors", "cn-social-workers"} {
		b, err := fs.ReadFile(Samples(), dir+"/indicators.csv")
		if err != nil {
			t.Fatal(err)
		}
		data, isBOM := strings.CutPrefix(string(b), "\ufeff")
		records, err := csv.NewReader(strings.NewReader(data)).ReadAll()
		if err != nil || !isBOM {
			t.Fatalf("%s: BOM %v, %v", dir, isBOM, err)
		}
		if d := gocmp.Diff(strings.Split("指标编号,指标名称,日期,数值,单位,发布日期,来源,备注", ","), records[0]); d != "" {
			t.Errorf("%s header (-want +got):\n%s", dir, d)
		}
		p := all[dir]
		for i, r := range records[1:] {
			x, ok := p.Target(r[0])
			_, dateErr := analytics.ParseDate(r[2])
			_, valueErr := decimal.NewFromString(r[3])
			unit := r[4] == x.Unit || r[4] == "亿元" && x.Unit == "元"
			if !ok || r[1] != x.NameZh || dateErr != nil || valueErr != nil || !unit || !strings.HasPrefix(r[6], "http") {
				t.Errorf("%s row %d: %v", dir, i+2, r)
			}
			if r[2] <= last[r[0]][0] {
				t.Errorf("%s row %d: %s is not after %s", dir, i+2, r[2], last[r[0]][0])
			}
			rows[r[0]]++
			last[r[0]] = [2]string{r[2], r[3]}
		}
	}
	wantRows := map[string]int{
		"gz-rd-expenditure": 23, "gz-rd-personnel": 14, "gz-rd-fte": 23, "gz-rd-intensity": 23,
		"cn-rd-intensity": 28, "en-health-visitors": 14, "cn-licensed-social-workers": 9,
	}
	if d := gocmp.Diff(wantRows, rows); d != "" {
		t.Errorf("rows (-want +got):\n%s", d)
	}
	wantLast := map[string][2]string{
		"gz-rd-expenditure": {"2022-12-31", "988.36"}, "gz-rd-personnel": {"2022-12-31", "27.87"},
		"gz-rd-fte": {"2022-12-31", "18.32"}, "gz-rd-intensity": {"2022-12-31", "3.43"},
		"cn-rd-intensity": {"2023-12-31", "2.57729"}, "en-health-visitors": {"2015-03-31", "12077"},
		"cn-licensed-social-workers": {"2022-12-31", "93.1"},
	}
	if d := gocmp.Diff(wantLast, last); d != "" {
		t.Errorf("last rows (-want +got):\n%s", d)
	}
}
