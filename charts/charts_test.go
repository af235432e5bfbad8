package charts_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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
		EarlyText: "早期限", LateText: "晚期限", FromZero: true,
	}
	scenario := fan
	scenario.Frame = frame("en")
	scenario.Scenario, scenario.ScenarioName = bands(12, 12, 32, 4), "scenario"
	nasty := fan
	nasty.Title = `</script><b>__f__alert(1)__f__ "quoted" & 'more'`
	gap := fan
	gap.History = history(12)
	gap.History[4].Value = math.NaN()
	return map[string]func() (charts.Chart, error){
		"fan":          func() (charts.Chart, error) { return charts.Fan(fan) },
		"fan-scenario": func() (charts.Chart, error) { return charts.Fan(scenario) },
		"fan-nasty":    func() (charts.Chart, error) { return charts.Fan(nasty) },
		"fan-gap":      func() (charts.Chart, error) { return charts.Fan(gap) },
		"fan-empty":    func() (charts.Chart, error) { return charts.Fan(charts.FanData{Frame: frame("zh")}) },
		"periodic": func() (charts.Chart, error) {
			return charts.Periodic(charts.PeriodicData{Frame: frame("zh"), Name: "每月新增", Added: history(8), Levels: []charts.Level{{Text: "近期", Value: 4}, {Text: "需", Value: 6, Need: true}}})
		},
		"pace": func() (charts.Chart, error) {
			return charts.Pace(charts.PaceData{Frame: frame("zh"), Bars: []charts.Bar{{Name: "近期速度", Value: 4.1, Text: "4.1人/月"}, {Name: "2016年底前完成需", Value: 18, Need: true, Text: "18人/月"}}})
		},
		"backtest": func() (charts.Chart, error) {
			return charts.Backtest(charts.BacktestData{Frame: frame("zh"), Trials: []charts.Trial{{Origin: monthEnd(3), Mean: 5, Lo80: 3, Hi80: 8, Actual: 6}, {Origin: monthEnd(6), Mean: 7, Lo80: 4, Hi80: 10, Actual: 12}}})
		},
		"duty": func() (charts.Chart, error) {
			return charts.Duty(charts.DutyData{Frame: frame("zh"), Need: 1, Bars: []charts.Bar{{Name: "2013", Value: 1, State: "done", Text: "√ 已办"}, {Name: "2014", State: "missed", Text: "× 未办"}}})
		},
		"growth": func() (charts.Chart, error) {
			return charts.Growth(charts.GrowthData{Frame: frame("zh"), Floor: charts.Level{Text: "下限 5%", Value: 5}, Bars: []charts.Bar{{Name: "2013", Value: 7, State: "done", Text: "√ 7%"}, {Name: "2014", Value: 3, State: "missed", Text: "× 3%"}}})
		},
		"status": func() (charts.Chart, error) {
			return charts.Status(charts.StatusData{Frame: frame("zh"), Groups: []string{"甲计划", "乙计划"}, Lights: []charts.Light{{Key: "off_track", Word: "× 难以完成"}, {Key: "on_track", Word: "● 正常"}}, Counts: [][]int{{1, 2}, {0, 3}}})
		},
		"progress": func() (charts.Chart, error) {
			return charts.Progress(charts.ProgressData{Frame: frame("zh"), Names: []string{"500优才", "5亿资金"}, Completion: []float64{0.346, 0.33}, Elapsed: []float64{0.35, 0.35}})
		},
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
		if c.Alt == "" || c.W <= 0 || c.H <= 0 || !strings.Contains(s, "aria") {
			t.Errorf("%s: %+v", name, c)
		}
		if again, _ := make(); !bytes.Equal(again.Option, c.Option) {
			t.Errorf("%s: two makings differ", name)
		}
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
