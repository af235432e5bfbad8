package report

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"talentcast/analytics"
	"talentcast/analytics/fault"
	"talentcast/analytics/scenario"
	"talentcast/datasets"
)

func TestOverviewSaysWhatIsKnown(t *testing.T) {
	o := fixture()
	table := Overview(o, "zh")
	if len(table.Rows) != len(o.Targets) {
		t.Fatalf("%d rows for %d targets", len(table.Rows), len(o.Targets))
	}
	for _, row := range table.Rows {
		if len(row) != len(table.Columns) {
			t.Fatalf("a row of %d cells under %d columns", len(row), len(table.Columns))
		}
	}
	var b bytes.Buffer
	if err := table.Select("id", "target", "actual", "completion", "p_early", "p_late", "expected", "status", "nothing").WriteText(&b, 200); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"500–600人", "173人", "34.6%", "2%", "97%", "2018年9月", "◐ 滞后可达", "○ 无数据"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the overview lacks %q:\n%s", want, b.String())
		}
	}
	for _, want := range []string{"荔湾555", "2015年6月30日", "9-ab", "555", "演示数据"} {
		if !strings.Contains(table.Note, want) {
			t.Errorf("the note %q lacks %q", table.Note, want)
		}
	}
	if en := Overview(o, "en"); strings.ContainsAny(en.Note+en.Title+en.Rows[0][1].(string), "目标截至") {
		t.Errorf("Chinese in the English table: %q %q", en.Note, en.Rows[0])
	}
}

func TestEveryNamedTableAndChartIsThere(t *testing.T) {
	o := fixture()
	for i := range o.Targets {
		x := &o.Targets[i]
		for _, lang := range []string{"zh", "en"} {
			for _, name := range ChartNames(x) {
				if c, err := Chart(o, x.ID, name, lang, o); err != nil || c.Name != name {
					t.Errorf("%s chart %s: %v", x.ID, name, err)
				}
			}
			for _, name := range TableNames(x) {
				table, err := TargetTable(o, x.ID, name, lang)
				if err != nil || len(table.Rows) == 0 {
					t.Errorf("%s table %s: %v", x.ID, name, err)
				}
			}
		}
	}
	for _, name := range PolicyChartNames(o) {
		if _, err := PolicyChart(o, name, "zh"); err != nil {
			t.Error(err)
		}
	}
	if _, err := Chart(o, "G-01", "pie", "zh", nil); !fault.Is(err, fault.NotFound) || !strings.Contains(err.Error(), "fan") {
		t.Errorf("unknown chart: %v", err)
	}
	if _, err := Chart(o, "X", "fan", "zh", nil); !fault.Is(err, fault.NotFound) {
		t.Errorf("unknown target: %v", err)
	}
	if _, err := TargetTable(o, "G-01", "x", "zh"); !fault.Is(err, fault.NotFound) {
		t.Errorf("unknown table: %v", err)
	}
	if _, err := PolicyChart(o, "x", "zh"); !fault.Is(err, fault.NotFound) {
		t.Errorf("unknown policy chart: %v", err)
	}
}

// What a synthetic table leaves the house as says so: a sheet in its note, a CSV,
// which has none, in every row.
func TestDemoDataAreMarkedInFiles(t *testing.T) {
	o := fixture()
	rows := Records([]datasets.Row{{Target: "G-01", Name: "陈*宁", Event: analytics.Date(2015, 6, 1)}}, "zh")
	batch := datasets.BatchInfo{ID: 1, File: "talent.csv", Demo: true, LoadedAt: analytics.Date(2015, 7, 1)}
	for name, table := range map[string]Table{
		"overview": Overview(o, "zh"), "rows": rows.Of(o), "batches": Batches([]datasets.BatchInfo{batch}, "zh"),
		"refusals": Refusals([]datasets.Refusal{{Row: 3, Value: "x"}}, "zh").From(batch),
	} {
		var b bytes.Buffer
		if err := table.WriteCSV(&b, ""); err != nil {
			t.Fatal(err)
		}
		lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff"))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines[1:] {
			if line[len(line)-1] != "演示数据" {
				t.Errorf("%s: the row %q is not marked", name, line)
			}
		}
		if name != "batches" && !strings.Contains(table.Note, "演示数据") {
			t.Errorf("%s: the note %q is not marked", name, table.Note)
		}
	}
	o.State.Demo = false
	var b bytes.Buffer
	if err := Overview(o, "zh").WriteCSV(&b, ""); err != nil || strings.Contains(b.String(), "演示数据") {
		t.Errorf("real data are marked as synthetic (%v)", err)
	}
}

func TestPolicyTables(t *testing.T) {
	o := fixture()
	for _, name := range PolicyTableNames() {
		for _, lang := range []string{"zh", "en"} {
			table, err := PolicyTable(o, name, lang)
			if err != nil || table.Name != name || len(table.Rows) == 0 {
				t.Errorf("%s: %+v, %v", name, table, err)
			}
			for _, row := range table.Rows {
				if len(row) != len(table.Columns) {
					t.Errorf("%s: a row of %d cells under %d columns", name, len(row), len(table.Columns))
				}
			}
		}
	}
	if _, err := PolicyTable(o, "x", "zh"); !fault.Is(err, fault.NotFound) || !strings.Contains(err.Error(), "overview") {
		t.Errorf("unknown table: %v", err)
	}
	// Six rows, one of which repeats another: five targets.
	status, _ := PolicyTable(o, "status", "zh")
	last := status.Rows[len(status.Rows)-1]
	if last[0] != "合计" || last[len(last)-1] != 5.0 {
		t.Errorf("the totals are %v", last)
	}
}

// A table that a target has not must be refused, not made of nothing.
func TestTablesThatATargetHasNot(t *testing.T) {
	o := fixture()
	for i := range o.Targets {
		x := &o.Targets[i]
		for _, name := range []string{"figures", "periodic", "backtest", "duties", "growth", "excess"} {
			_, err := TargetTable(o, x.ID, name, "zh")
			if has := slices.Contains(TableNames(x), name); has != (err == nil) || err != nil && !fault.Is(err, fault.NotFound) {
				t.Errorf("%s %s: listed %v, %v", x.ID, name, has, err)
			}
		}
	}
}

func TestChartsSayWhatTheyShow(t *testing.T) {
	o := fixture()
	for _, c := range []struct {
		name, lang string
		want       []string
	}{
		{"fan", "zh", []string{"高层次创新型人才：", "173人", "500–600人", "2016年底", "2%", "97%", "2018年9月"}},
		{"fan", "en", []string{"talent: ", "173 people", "end of 2016", "97%", "Sep 2018"}},
		{"pace", "zh", []string{"近期速度4.1人/月", "18.2人/月", "4.19人/月"}},
		{"periodic", "zh", []string{"2015年5月至2015年6月", "最多4人"}},
		{"backtest", "zh", []string{"1个时点", "1次"}},
	} {
		made, err := Chart(o, "G-01", c.name, c.lang, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range c.want {
			if !strings.Contains(made.Alt, want) {
				t.Errorf("%s: %q lacks %q", c.name, made.Alt, want)
			}
		}
		if !strings.HasPrefix(made.Title, o.Targets[0].Name(c.lang)) || !strings.Contains(string(made.Option), "G-01") {
			t.Errorf("%s: the picture does not name its target: %q", c.name, made.Title)
		}
	}
	duty, err := Chart(o, "13-02", "duty", "zh", nil)
	if err != nil || !strings.Contains(duty.Alt, "未办1期（2014年）") {
		t.Errorf("duty: %q, %v", duty.Alt, err)
	}
	with := fixture()
	with.Scenario = scenario.Of(scenario.Intake(1.2))
	c, err := Chart(o, "G-01", "fan", "zh", with)
	if err != nil || !strings.Contains(string(c.Option), "情景80%区间") || !strings.Contains(c.Alt, "情景下") {
		t.Errorf("the scenario is not drawn: %q, %v", c.Alt, err)
	}
}

// A narrow terminal loses columns, but not what the table is for.
func TestNarrowTextKeepsTheStatus(t *testing.T) {
	var b bytes.Buffer
	table := Overview(fixture(), "zh").Select("id", "name", "target", "actual", "completion", "elapsed", "p_early", "p_late", "expected", "status")
	if err := table.WriteText(&b, 90); err != nil {
		t.Fatal(err)
	}
	head, _, _ := strings.Cut(b.String(), "\n")
	for _, want := range []string{"编号", "目标", "晚期限前概率", "状态"} {
		if !strings.Contains(head, want) {
			t.Errorf("%q lacks %q", head, want)
		}
	}
	b.Reset()
	evil := Table{Columns: []Column{{Title: "x"}}, Rows: [][]Cell{{"a\x1b[2Jb\nc"}}}
	if err := evil.WriteText(&b, 80); err != nil || strings.ContainsAny(b.String(), "\x1b") || strings.Count(b.String(), "\n") != 2 {
		t.Errorf("control characters reach the terminal: %q", b.String())
	}
}

func TestTextFitsTheTerminal(t *testing.T) {
	for _, limit := range []int{20, 40, 80, 200} {
		var b bytes.Buffer
		if err := Overview(fixture(), "zh").WriteText(&b, limit); err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(b.String(), "\n") {
			if n := columns(line); n > max(limit, 12) {
				t.Errorf("limit %d: a line of %d columns: %s", limit, n, line)
			}
		}
	}
	if columns("ab中文") != 6 || cut("中文字符", 5) != "中文…" {
		t.Errorf("columns %d, cut %q", columns("ab中文"), cut("中文字符", 5))
	}
}

func TestComparison(t *testing.T) {
	base, with := fixture(), fixture()
	a := *with.Targets[0].Attainment
	a.LateLow.P = 0.99
	with.Targets[0].Attainment = &a
	with.Scenario = scenario.Of(scenario.Intake(1.2))
	table := Comparison(base, with, "zh")
	if len(table.Rows) != 1 || table.Rows[0][6] != 2.0 {
		t.Errorf("comparison %v", table.Rows)
	}
	if !strings.Contains(table.Note, "引进力度1.2倍") {
		t.Errorf("the note %q does not name the scenario", table.Note)
	}
}
