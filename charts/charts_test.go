package charts_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"maps"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"talentcast/analytics"
	"talentcast/charts"
	"talentcast/charts/render"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func monthEnd(i int) time.Time {
	return time.Date(2012, time.Month(2+i), 0, 0, 0, 0, 0, time.UTC)
}

func frame(lang string) charts.Frame {
	f := charts.Frame{Title: "G-01 高层次创新型人才", Subtitle: "截至2015年6月30日", Unit: "人", Lang: lang, Demo: true, Alt: "目标500人，完成概率97%。"}
	if lang == "en" {
		f.Title, f.Subtitle, f.Unit, f.Alt = "G-01 talent", "as of 30 Jun 2015", "people", "Goal 500 people, P 97%."
	}
	return f
}

func history(n int) []charts.Point {
	out := make([]charts.Point, n)
	for i := range out {
		out[i] = charts.Point{Date: monthEnd(i), Value: float64(i*i) / 4}
	}
	return out
}

func bands(from, n int, level, slope float64) []charts.Band {
	out := make([]charts.Band, n)
	for i := range out {
		m, w := level+slope*float64(i), 3*math.Sqrt(float64(i+1))
		out[i] = charts.Band{Date: monthEnd(from + i), Q: [7]float64{m - 2*w, m - 1.3*w, m - 0.7*w, m, m + 0.7*w, m + 1.3*w, m + 2*w}}
	}
	return out
}

// samples is one chart of every idea, and the odd ones.
func samples() map[string]func() (charts.Chart, error) {
	low, high := 60.0, 80.0
	fan := charts.FanData{
		Frame: frame("zh"), History: history(12), Bands: bands(12, 12, 32, 3), Low: &low, High: &high,
		LowText: "目标 60人", HighText: "上限目标 80人", AsOf: monthEnd(11), Early: monthEnd(17), Late: monthEnd(23),
		EarlyText: "2013年6月30日", LateText: "2013年底", FromZero: true, Plan: []charts.Point{{Date: monthEnd(0), Value: 0}, {Date: monthEnd(17), Value: 60}},
	}
	fan.Axis = "累计（人）"
	scenario := fan
	scenario.Frame = frame("en")
	scenario.Axis, scenario.EarlyText, scenario.LateText, scenario.LowText, scenario.HighText = "total (people)", "30 Jun 2013", "end of 2013", "goal 60 people", "ambition 80 people"
	scenario.Scenario, scenario.ScenarioName = bands(12, 12, 32, 4), "scenario"
	nasty := fan
	nasty.Title = `</script><b>__f__alert(1)__f__ "quoted" & 'more'`
	gap := fan
	gap.History = history(12)
	gap.History[4].Value = math.NaN()
	wide := fan
	wide.Bands = bands(12, 12, 32, 3)
	for i := range wide.Bands {
		wide.Bands[i].Q[6] = 1e6
	}
	yearly := charts.FanData{Frame: frame("zh"), Low: &low, LowText: "目标 60%", AsOf: yearEnd(2014), Early: yearEnd(2015), Late: yearEnd(2015), EarlyText: "2015年底", LateText: "2015年底"}
	yearly.Unit, yearly.Axis, yearly.Freq = "%", "比例（%）", analytics.Yearly
	for i := range 8 {
		yearly.History = append(yearly.History, charts.Point{Date: yearEnd(2007 + i), Value: 40 + 2*float64(i)})
	}
	yearly.Bands = []charts.Band{{Date: yearEnd(2015), Q: [7]float64{50, 52, 54, 56, 58, 60, 62}}}
	near := fan // labels that would run into each other
	near.Early, near.EarlyText, near.Low = monthEnd(12), "2013年1月31日", &high
	nearHigh := 82.0
	near.High, near.LowText, near.HighText = &nearHigh, "目标 80人", "上限目标 82人"
	out := map[string]func() (charts.Chart, error){
		"fan":          func() (charts.Chart, error) { return charts.Fan(fan) },
		"fan-scenario": func() (charts.Chart, error) { return charts.Fan(scenario) },
		"fan-nasty":    func() (charts.Chart, error) { return charts.Fan(nasty) },
		"fan-gap":      func() (charts.Chart, error) { return charts.Fan(gap) },
		"fan-wide":     func() (charts.Chart, error) { return charts.Fan(wide) },
		"fan-yearly":   func() (charts.Chart, error) { return charts.Fan(yearly) },
		"fan-near":     func() (charts.Chart, error) { return charts.Fan(near) },
		"fan-empty":    func() (charts.Chart, error) { return charts.Fan(charts.FanData{Frame: frame("zh")}) },
		"periodic": func() (charts.Chart, error) {
			return charts.Periodic(charts.PeriodicData{Frame: frame("zh"), Name: "每月新增", Added: history(8), Levels: []charts.Level{{Text: "近期 4人/月", Value: 4}, {Text: "2013年底前完成需 6人/月", Value: 6, Need: true}, {Text: "远超", Value: 600, Need: true}}})
		},
		"pace": func() (charts.Chart, error) {
			return charts.Pace(charts.PaceData{Frame: frame("zh"), Bars: []charts.Bar{{Name: "近期速度", Value: 4.1, Text: "4.1人/月"}, {Name: "2016年底前完成需", Value: 18, Need: true, Text: "18人/月"}}})
		},
		"pace-falling": func() (charts.Chart, error) {
			return charts.Pace(charts.PaceData{Frame: frame("en"), Bars: []charts.Bar{{Name: "recent pace", Value: -4.1, Text: "-4.1 people a month"}, {Name: "needed by end of 2016", Value: 2, Need: true, Text: "2 people a month"}}})
		},
		"backtest": func() (charts.Chart, error) {
			return charts.Backtest(charts.BacktestData{Frame: frame("zh"), Trials: []charts.Trial{{Origin: monthEnd(3), Mean: 5, Lo80: 3, Hi80: 8, Actual: 6}, {Origin: monthEnd(6), Mean: 7, Lo80: -4, Hi80: 10, Actual: 12}}})
		},
		"duty": func() (charts.Chart, error) {
			d := charts.DutyData{Frame: frame("zh")}
			for i, s := range []charts.State{charts.Done, charts.Missed, charts.Done, charts.Done, charts.Done, charts.Missed, charts.Due} {
				d.Cells = append(d.Cells, charts.Cell{Period: yearEnd(2012 + i).Format("2006年"), State: s, Word: map[charts.State]string{charts.Done: "√ 已办", charts.Missed: "× 未办", charts.Due: "● 本期待办"}[s], Figure: "1/1次"})
			}
			return charts.Duty(d)
		},
		"growth": func() (charts.Chart, error) {
			return charts.Growth(charts.GrowthData{Frame: frame("zh"), Floor: &charts.Level{Text: "下限 5%", Value: 5}, Bars: []charts.Bar{{Name: "2013年", Value: 7, State: charts.Done, Text: "√ 7%"}, {Name: "2014年", Value: 3, State: charts.Missed, Text: "× 3%"}, {Name: "2015年", Value: -6, State: charts.Missed, Text: "× -6%"}}})
		},
		"status": func() (charts.Chart, error) {
			return charts.Status(charts.StatusData{Frame: frame("zh"), Groups: []string{"甲计划", "乙计划"}, Lights: lights(), Counts: [][]int{{1, 2, 0, 3, 1, 0, 4}, {0, 3, 60, 1, 0, 0, 0}}})
		},
		"flow": func() (charts.Chart, error) {
			return charts.Flow(charts.FlowData{Frame: frame("zh"), Columns: [][]charts.Place{
				{{Name: "财政", Text: "800万元"}, {Name: "企业", Text: "200万元"}},
				{{Name: "累计到位", Text: "1,000万元", Tone: charts.Pool}},
				{{Name: "引进", Text: "600万元", Tone: charts.Use}, {Name: "结转结余", Text: "400万元", Tone: charts.Left}},
			}, Streams: []charts.Stream{{From: "财政", To: "累计到位", Value: 8e6}, {From: "企业", To: "累计到位", Value: 2e6}, {From: "累计到位", To: "引进", Value: 6e6}, {From: "累计到位", To: "结转结余", Value: 4e6}}})
		},
		"tree": func() (charts.Chart, error) {
			l := lights()
			return charts.Tree(charts.TreeData{Frame: frame("zh"), Roots: []charts.Node{{Name: "500优才", Size: 500, Light: l[2], Text: "173/500人 · 92%", Parts: []charts.Node{
				{Name: "硕士", Size: 200, Light: l[1], Text: "72/200人", Parts: []charts.Node{{Name: "博士", Size: 50, Light: l[4], Text: "18/50人"}}},
				{Name: "名医", Size: 100, Light: l[0], Text: "39/100人"},
				{Name: "名师", Size: 120, Light: l[3], Text: "43/120人"},
			}}}})
		},
		"calendar": func() (charts.Chart, error) {
			cell := func(s charts.State, sign string) charts.CalendarCell {
				return charts.CalendarCell{State: s, Sign: sign}
			}
			return charts.Calendar(charts.CalendarData{Frame: frame("zh"), Years: []string{"2013", "2014", "2015"}, Rows: []charts.CalendarRow{
				{Name: "21-01 人才招聘会", Cells: []charts.CalendarCell{cell(charts.Done, "√"), cell(charts.Missed, "×"), cell(charts.Due, "●")}},
				{Name: "22-03 两年一奖", Cells: []charts.CalendarCell{{}, cell(charts.Done, "√"), {}}},
			}})
		},
		"odds": func() (charts.Chart, error) {
			early, late := history(6), history(6)
			for i := range early {
				early[i].Value, late[i].Value = 0.1*float64(i), 0.5+0.08*float64(i)
			}
			early[2].Value = math.NaN()
			return charts.OddsChart(charts.OddsData{
				Frame: frame("zh"), Lines: []charts.Odds{{Name: "2021年底前", Points: late}, {Name: "2016年底前", Points: early}},
				Levels: []charts.Level{{Text: "80%", Value: 0.8}, {Text: "50%", Value: 0.5}},
			})
		},
		"progress": func() (charts.Chart, error) {
			return charts.Progress(charts.ProgressData{Frame: frame("zh"), Names: []string{"500优才", "5亿资金", "超额", "未知"}, Completion: []float64{0.346, 0.33, 3.2, math.NaN()}, Elapsed: []float64{0.35, 0.35, 1, 0.5}})
		},
	}
	maps.Copy(out, labSamples())
	maps.Copy(out, modelSamples(fan))
	return out
}

func yearEnd(y int) time.Time { return time.Date(y, 12, 31, 0, 0, 0, 0, time.UTC) }

func lights() []charts.Light {
	return []charts.Light{
		{Key: "off_track", Icon: "×", Word: "难以完成"},
		{Key: "at_risk", Icon: "▲", Word: "有风险"},
		{Key: "late", Icon: "◐", Word: "滞后可达"},
		{Key: "on_track", Icon: "●", Word: "正常"},
		{Key: "met", Icon: "√", Word: "已完成"},
		{Key: "tracked", Icon: "↗", Word: "跟踪趋势"},
		{Key: "no_data", Icon: "○", Word: "无数据"},
	}
}

func TestGoldenOptions(t *testing.T) {
	for name, make := range samples() {
		c, err := make()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var b bytes.Buffer
		if err := json.Indent(&b, c.Option, "", "  "); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		path := filepath.Join("testdata", name+".json")
		if *update {
			if err := os.MkdirAll("testdata", 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), b.String()); d != "" {
			t.Errorf("%s differs from its golden file (-want +got; -update rewrites it):\n%s", name, d)
		}
	}
}

// What goes into a page must not be able to leave the string it stands in, run,
// or fetch anything.
func TestOptionsAreInert(t *testing.T) {
	for name, make := range samples() {
		c, err := make()
		if err != nil {
			t.Fatal(err)
		}
		s := string(c.Option)
		for _, bad := range []string{"<", ">", "http:", "https:", "//", "function"} {
			if strings.Contains(s, bad) {
				t.Errorf("%s holds %q", name, bad)
			}
		}
		if name != "fan-nasty" && strings.Contains(s, "__f__") {
			t.Errorf("%s holds the marks between which go-echarts writes code", name)
		}
		if c.Alt == "" || c.W <= 0 || c.H <= 0 || !strings.Contains(s, "aria") {
			t.Errorf("%s: %+v", name, c)
		}
		if again, _ := make(); !bytes.Equal(again.Option, c.Option) {
			t.Errorf("%s: two makings differ", name)
		}
	}
}

// A title is text, whatever it holds.
func TestTitlesStayText(t *testing.T) {
	c, err := samples()["fan-nasty"]()
	if err != nil {
		t.Fatal(err)
	}
	var o struct{ Title struct{ Text string } }
	if err := json.Unmarshal(c.Option, &o); err != nil || o.Title.Text != c.Title {
		t.Errorf("the title %q became %q (%v)", c.Title, o.Title.Text, err)
	}
}

// A line across the chart does not widen its axis, so the builder has to.
func TestAxesReachTheGoal(t *testing.T) {
	goal := 5000.0
	f := charts.FanData{Frame: frame("zh"), History: history(12), Bands: bands(12, 12, 32, 3), Low: &goal, LowText: "目标", FromZero: true}
	axis := func(c charts.Chart, err error) (lo, hi float64, option string) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		var o struct{ YAxis []struct{ Min, Max float64 } }
		if err := json.Unmarshal(c.Option, &o); err != nil {
			t.Fatal(err)
		}
		return o.YAxis[0].Min, o.YAxis[0].Max, string(c.Option)
	}
	if lo, hi, s := axis(charts.Fan(f)); lo != 0 || hi < goal || strings.Contains(s, "超出图面") {
		t.Errorf("the axis runs from %v to %v, the goal is %v", lo, hi, goal)
	}
	// A runaway 95 % does not flatten the rest, and is owned up to.
	f.Low = nil
	for i := range f.Bands {
		f.Bands[i].Q[6] = 1e9
	}
	if _, hi, s := axis(charts.Fan(f)); hi > 500 || !strings.Contains(s, "超出图面") {
		t.Errorf("the axis runs to %v", hi)
	}
	level := f
	level.FromZero, level.Bands = false, nil
	level.History = []charts.Point{{Date: monthEnd(0), Value: 96.2}, {Date: monthEnd(1), Value: 97.9}}
	if lo, hi, _ := axis(charts.Fan(level)); lo < 90 || hi > 100 {
		t.Errorf("a level's axis runs from %v to %v", lo, hi)
	}
	g := charts.GrowthData{Frame: frame("zh"), Floor: &charts.Level{Text: "下限", Value: 5}, Bars: []charts.Bar{{Name: "2013", Value: -2}}}
	if lo, hi, _ := axis(charts.Growth(g)); lo > -2 || hi < 5 {
		t.Errorf("the growth axis runs from %v to %v", lo, hi)
	}
}

func TestDemoDataIsMarked(t *testing.T) {
	for name, make := range samples() {
		c, _ := make()
		if s := string(c.Option); !strings.Contains(s, "演示数据") && !strings.Contains(s, "demonstration data") {
			t.Errorf("%s does not say that its data are synthetic", name)
		}
	}
}

func TestBadDataIsAnError(t *testing.T) {
	back := history(3)
	back[0], back[2] = back[2], back[0]
	crossed := bands(0, 3, 5, 1)
	crossed[1].Q[3] = 99
	for name, make := range map[string]func() (charts.Chart, error){
		"dates run back":  func() (charts.Chart, error) { return charts.Fan(charts.FanData{Frame: frame("zh"), History: back}) },
		"quantiles cross": func() (charts.Chart, error) { return charts.Fan(charts.FanData{Frame: frame("zh"), Bands: crossed}) },
		"periodic dates": func() (charts.Chart, error) {
			return charts.Periodic(charts.PeriodicData{Frame: frame("zh"), Added: back})
		},
		"interval upside down": func() (charts.Chart, error) {
			return charts.Backtest(charts.BacktestData{Frame: frame("zh"), Trials: []charts.Trial{{Lo80: 2, Hi80: 1}}})
		},
		"no probability": func() (charts.Chart, error) {
			return charts.OddsChart(charts.OddsData{Frame: frame("zh"), Lines: []charts.Odds{{Points: []charts.Point{{Date: monthEnd(1), Value: 1.2}}}}})
		},
		"odds dates": func() (charts.Chart, error) {
			return charts.OddsChart(charts.OddsData{Frame: frame("zh"), Lines: []charts.Odds{{Points: back}}})
		},
		"rows missing": func() (charts.Chart, error) {
			return charts.Status(charts.StatusData{Frame: frame("zh"), Groups: []string{"a"}})
		},
		"figures missing": func() (charts.Chart, error) {
			return charts.Progress(charts.ProgressData{Frame: frame("zh"), Names: []string{"a"}})
		},
	} {
		if c, err := make(); err == nil {
			t.Errorf("%s made %s", name, c.Option)
		}
	}
}

func TestEveryChartRenders(t *testing.T) {
	r, err := render.New(render.Options{})
	if err != nil {
		t.Skipf("SKIPPED, charts are not rendered: %v", err)
	}
	defer r.Close()
	for name, make := range samples() {
		c, err := make()
		if err != nil {
			t.Fatal(err)
		}
		svg, err := r.SVG(context.Background(), c.Option, render.Size{W: c.W, H: c.H})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want := "G-01"
		if name == "fan-nasty" {
			want = "&lt;/script&gt;"
		}
		if !bytes.Contains(svg, []byte(want)) {
			t.Errorf("%s: the picture lacks its title", name)
		}
	}
}
