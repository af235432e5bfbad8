package report

import (
	"bytes"
	"encoding/csv"
	"io"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"talentcast/analytics"
	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/analytics/scenario"
	lights "talentcast/analytics/target"
	"talentcast/datasets"
)

func ptr(v float64) *float64 { return &v }

func day(y int, m time.Month, d int) outlook.Day { return outlook.Day{Time: analytics.Date(y, m, d)} }

// fixture is an outlook with one target of each sort, made by hand.
func fixture() *outlook.Outlook {
	people := datasets.Target{
		ID: "G-01", PlanID: "P1", NameZh: "高层次创新型人才", NameEn: "talent", ShortZh: "500优才", ShortEn: "500 talents", Measure: datasets.Cumulative,
		Low: ptr(500), High: ptr(600), Unit: "人", Start: analytics.Date(2012, 1, 1), Early: analytics.Date(2016, 12, 31), Late: analytics.Date(2021, 12, 31),
		Lead: []string{"zzb"}, Headline: 1,
	}
	main := outlook.Target{
		Target: people, Canonical: "G-01", Status: lights.Late, Freq: analytics.Monthly, Source: "records",
		Reason: outlook.Text{Zh: "近12个月月均4.1人。", En: "4.1 people a month."},
		Actual: ptr(173), ActualDate: day(2015, 6, 30), Completion: ptr(0.346), Elapsed: ptr(0.35),
		Attainment: &lights.Attainment{
			EarlyLow: lights.Probability{P: 0.02}, LateLow: lights.Probability{P: 0.97},
			Passage: lights.Passage{Lo80: analytics.Date(2018, 1, 31), Median: analytics.Date(2018, 9, 30), NotByHorizon: 0.03},
		},
		Pace:     &lights.Pace{RequiredEarly: 18.2, RequiredLate: 4.19, Recent: 4.1, RecentPeriods: 12},
		History:  []outlook.Point{{Date: day(2015, 5, 31), Value: 170}, {Date: day(2015, 6, 30), Value: 173}},
		Periodic: []outlook.Point{{Date: day(2015, 5, 31), Value: 4}, {Date: day(2015, 6, 30), Value: 3}},
		Fan:      []outlook.Band{{Date: day(2015, 7, 31), Mean: 177.123456, Q: [7]float64{174, 175, 176, 177, 178, 179, 180}}},
		Model: &outlook.Model{
			Name: "x", Text: outlook.Text{Zh: "组合。", En: "A combination."},
			Past: []outlook.PastForecast{{Origin: day(2014, 6, 30), Date: day(2015, 6, 30), Mean: 50, Lo80: 40, Hi80: 60, Actual: 49}},
		},
	}
	again := main
	again.ID, again.SameAs, again.Headline = "H-00", "G-01", 0
	duty := outlook.Target{
		Target: datasets.Target{ID: "13-02", NameZh: "招聘会", NameEn: "fair", Measure: datasets.PerPeriod, Low: ptr(1), Unit: "次/年"}, Canonical: "13-02", Status: lights.OffTrack,
		Duties: []outlook.Duty{{From: day(2013, 1, 1), To: day(2013, 12, 31), Need: 1, Done: 1, State: outlook.DutyDone}, {From: day(2014, 1, 1), To: day(2014, 12, 31), Need: 1, State: outlook.DutyMissed}},
	}
	limit := outlook.Target{
		Target: datasets.Target{ID: "04-05", NameZh: "补贴上限", NameEn: "cap", Measure: datasets.Cap, High: ptr(50), Unit: "%"}, Canonical: "04-05", Status: lights.OffTrack,
		Excess: []datasets.Excess{{Date: analytics.Date(2014, 3, 1), What: "=HYPERLINK()", Value: 55, Limit: 50}},
	}
	growth := outlook.Target{
		Target: datasets.Target{ID: "24-01", NameZh: "递增", NameEn: "growth", Measure: datasets.Growth, Low: ptr(5), Unit: "%"}, Canonical: "24-01", Status: lights.AtRisk,
		Growth: []outlook.Point{{Date: day(2013, 12, 31), Value: 4}, {Date: day(2014, 12, 31), Value: 7}},
	}
	none := outlook.Target{Target: datasets.Target{ID: "25-01", NameZh: "领导小组", NameEn: "group", Measure: datasets.Milestone, Low: ptr(1), Unit: "个"}, Canonical: "25-01", Status: lights.NoData}
	return &outlook.Outlook{
		Policy: datasets.Policy{
			ID: "liwan-555", NameZh: "荔湾555", NameEn: "Liwan 555",
			Plans: []datasets.Plan{{ID: "P1", NameZh: "五百优才", NameEn: "500"}}, Departments: []datasets.Department{{ID: "zzb", NameZh: "区委组织部", NameEn: "Organisation"}},
		},
		AsOf: day(2015, 6, 30), State: datasets.State{Version: "9-ab", Demo: true}, Seed: 555, Paths: 10000,
		Targets: []outlook.Target{main, again, duty, limit, growth, none}, Counts: map[lights.Status]int{},
		Verdict: outlook.Text{Zh: "结论", En: "verdict"},
	}
}

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
	for _, name := range PolicyChartNames() {
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

func sample() Table {
	return Table{
		Name: "x", Title: "表[1]: 试", Note: "截至2015年6月30日 · 演示数据", Lang: "zh", At: analytics.Date(2015, 6, 30),
		Columns: []Column{{Title: "名称"}, {Title: "数量", Unit: "人", Type: Number}, {Title: "占比", Type: Percent}, {Title: "日期", Type: Date}, {Title: "金额", Unit: "元", Type: Money}},
		Rows: [][]Cell{
			{"=cmd|' /C calc'!A0", 1234.5, 0.346, analytics.Date(2015, 6, 30), decimal.RequireFromString("1234567.80")},
			{"440103199001011234", math.NaN(), nil, time.Time{}, nil},
			{"张*明，\"引号\"\n换行", -3.0, 0.5, nil, decimal.RequireFromString("-0.01")},
		},
	}
}

func TestCSV(t *testing.T) {
	var b bytes.Buffer
	if err := sample().WriteCSV(&b, ""); err != nil {
		t.Fatal(err)
	}
	text, ok := strings.CutPrefix(b.String(), "\ufeff")
	if !ok {
		t.Error("no byte order mark")
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if rows[0][1] != "数量（人）" || rows[1][0] != "'=cmd|' /C calc'!A0" || rows[1][1] != "1234.5" || rows[1][3] != "2015-06-30" || rows[1][4] != "1234567.80" {
		t.Errorf("rows %q", rows)
	}
	if rows[2][0] != "440103199001011234" || rows[2][1] != "" || rows[3][1] != "-3" || rows[3][4] != "-0.01" {
		t.Errorf("rows %q", rows)
	}
	var g bytes.Buffer
	if err := sample().WriteCSV(&g, "gb18030"); err != nil {
		t.Fatal(err)
	}
	back, err := io.ReadAll(simplifiedchinese.GB18030.NewDecoder().Reader(&g))
	if err != nil || !strings.Contains(string(back), "数量（人）") {
		t.Errorf("gb18030 read back: %q, %v", back, err)
	}
	if err := sample().WriteCSV(io.Discard, "latin-9"); !fault.Is(err, fault.Invalid) {
		t.Errorf("unknown encoding: %v", err)
	}
}

func TestXLSX(t *testing.T) {
	var a, b bytes.Buffer
	if err := sample().WriteXLSX(&a); err != nil {
		t.Fatal(err)
	}
	if err := sample().WriteXLSX(&b); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the same table gives other bytes")
	}
	f, err := excelize.OpenReader(&a)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sheet := f.GetSheetName(0)
	for at, want := range map[string]string{
		"A1": "表[1]: 试", "B3": "数量（人）", "A4": "=cmd|' /C calc'!A0", "A5": "440103199001011234", "C4": "34.6%", "D4": "2015年6月30日", "E4": "1,234,567.80",
	} {
		if got, err := f.GetCellValue(sheet, at); err != nil || got != want {
			t.Errorf("%s is %q, want %q (%v)", at, got, want, err)
		}
	}
	if props, err := f.GetDocProps(); err != nil || props.Created != "2015-06-30T00:00:00Z" || props.Modified != props.Created {
		t.Errorf("the file's times are not the as-of date: %+v, %v", props, err)
	}
	if props, err := f.GetSheetProps(sheet); err != nil || props.FitToPage == nil || !*props.FitToPage {
		t.Errorf("the sheet is not set up for print: %+v, %v", props, err)
	}
	if panes, err := f.GetPanes(sheet); err != nil || !panes.Freeze || panes.YSplit != 3 {
		t.Errorf("the header is not frozen: %+v, %v", panes, err)
	}
	if formula, _ := f.GetCellFormula(sheet, "A4"); formula != "" {
		t.Errorf("text became the formula %q", formula)
	}
	if kind, _ := f.GetCellType(sheet, "B4"); kind != excelize.CellTypeNumber && kind != excelize.CellTypeUnset {
		t.Errorf("a number is stored as %v", kind)
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
	with.Scenario = scenario.Scenario{Intake: 1.2}
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
	with.Scenario = scenario.Scenario{Intake: 1.2}
	table := Comparison(base, with, "zh")
	if len(table.Rows) != 1 || table.Rows[0][6] != 2.0 {
		t.Errorf("comparison %v", table.Rows)
	}
	if !strings.Contains(table.Note, "×1.2") {
		t.Errorf("the note %q does not name the scenario", table.Note)
	}
}

func TestProbabilitiesAreNeverCertainInASheet(t *testing.T) {
	table := Table{Title: "x", Columns: []Column{{Title: "P", Type: Probability}}, Rows: [][]Cell{{1.0}, {0.0}, {0.346}}}
	var b bytes.Buffer
	if err := table.WriteXLSX(&b); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	// The reader does not choose between the parts of a format, spreadsheets do.
	for _, at := range []string{"A4", "A5", "A6"} {
		id, err := f.GetCellStyle("x", at)
		if err != nil {
			t.Fatal(err)
		}
		style, err := f.GetStyle(id)
		if err != nil || style.CustomNumFmt == nil || *style.CustomNumFmt != `[<0.01]"<1%";[>0.99]">99%";0%` {
			t.Errorf("%s is formatted by %+v (%v)", at, style, err)
		}
	}
	if raw, _ := f.GetCellValue("x", "A6", excelize.Options{RawCellValue: true}); raw != "0.346" {
		t.Errorf("the number itself is %q", raw)
	}
}

// Whatever a cell holds, the CSV reads back as the same table, with an
// apostrophe at most in front.
func FuzzCSV(f *testing.F) {
	for _, s := range []string{"", "=1+1", "＝1", "a,b", "\"", "\"\"\n\r\n", "\xff", "张三\t", "\ufeff", "'", "\x00"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, a, c string) {
		table := Table{Columns: []Column{{Title: "甲"}, {Title: "乙"}}, Rows: [][]Cell{{a, c}, {c, 1.5}}}
		for _, enc := range []string{"utf-8", "gb18030"} {
			var b bytes.Buffer
			if err := table.WriteCSV(&b, enc); err != nil {
				t.Fatal(err)
			}
			text := strings.TrimPrefix(b.String(), "\ufeff")
			if enc == "gb18030" {
				out, err := simplifiedchinese.GB18030.NewDecoder().String(b.String())
				if err != nil {
					t.Fatal(err)
				}
				text = out
			}
			rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
			if err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			if len(rows) != 3 || len(rows[1]) != 2 || rows[2][1] != "1.5" {
				t.Fatalf("%q %q came back as %q", a, c, rows)
			}
			for _, got := range []string{rows[1][0], rows[1][1], rows[2][0]} {
				if strings.ContainsAny(first(got), "=+-@\t\r\n＝＋－＠") {
					t.Errorf("%q starts like a formula", got)
				}
			}
			// Lines end in \r\n throughout: the writer drops a \r of its own.
			want := strings.ReplaceAll(strings.ToValidUTF8(neutral(a), "\ufffd"), "\r", "")
			if enc == "utf-8" && rows[1][0] != want {
				t.Errorf("%q came back as %q", want, rows[1][0])
			}
		}
	})
}

func first(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}

func FuzzXLSX(f *testing.F) {
	for _, s := range []string{"", "=1+1", "\x01", "\xff", "]]>", "张三\n李四", "_x000D_", "'Sheet'!A1", "history"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 10000 {
			return
		}
		table := Table{Title: s, Note: s, Columns: []Column{{Title: "甲"}}, Rows: [][]Cell{{s}}}
		var b bytes.Buffer
		if err := table.WriteXLSX(&b); err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		file, err := excelize.OpenReader(&b)
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		defer file.Close()
		if formula, _ := file.GetCellFormula(file.GetSheetName(0), "A4"); formula != "" {
			t.Errorf("%q became the formula %q", s, formula)
		}
	})
}

func FuzzNeutral(f *testing.F) {
	for _, s := range []string{"", "=1+1", "+1", "-1", "@x", "\t=1", "张三", "a=b", "\r\n=1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		out := neutral(s)
		if strings.ContainsAny(first(out), "=+-@\t\r\n＝＋－＠") {
			t.Errorf("%q still starts like a formula: %q", s, out)
		}
		if strings.TrimPrefix(out, "'") != strings.TrimPrefix(s, "'") && strings.TrimPrefix(out, "'") != s {
			t.Errorf("%q became %q", s, out)
		}
	})
}
