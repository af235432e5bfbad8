package compose

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"talentcast/analytics"
	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	lights "talentcast/analytics/target"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/cmd/talentcast/internal/report/document"
	"talentcast/datasets"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func ptr(v float64) *float64 { return &v }

func day(y int, m time.Month, d int) outlook.Day { return outlook.Day{Time: analytics.Date(y, m, d)} }

func people(id, zh, en string, status lights.Status, actual, goal, early, late float64) outlook.Target {
	t := outlook.Target{
		Target: datasets.Target{
			ID: id, PlanID: "P1", NameZh: zh, NameEn: en, ShortZh: zh, ShortEn: en, Measure: datasets.Cumulative, Low: &goal, High: &goal, Unit: "人",
			Start: analytics.Date(2012, 1, 1), Early: analytics.Date(2016, 12, 31), Late: analytics.Date(2021, 12, 31), Lead: []string{"zzb"},
		},
		Canonical: id, Status: status, Freq: analytics.Monthly, Source: "records", Reason: outlook.Text{Zh: "近12个月月均4.1人。", En: "4.1 people a month."},
		Actual: &actual, ActualDate: day(2015, 6, 30), Completion: ptr(actual / goal), Elapsed: ptr(0.35),
		Attainment: &lights.Attainment{EarlyLow: lights.Probability{P: early}, LateLow: lights.Probability{P: late}, Passage: lights.Passage{Median: analytics.Date(2018, 9, 30), Lo80: analytics.Date(2018, 1, 31)}},
		Pace:       &lights.Pace{RequiredEarly: 18.2, RequiredLate: 4.19, Recent: 4.1, RecentPeriods: 12},
		History:    []outlook.Point{{Date: day(2014, 12, 31), Value: 142}, {Date: day(2015, 6, 30), Value: actual}},
		Fan:        []outlook.Band{{Date: day(2015, 7, 31), Mean: 177, Q: [7]float64{174, 175, 176, 177, 178, 179, 180}}},
	}
	return t
}

// example is a policy with a target of each sort.
func example() *outlook.Outlook {
	main := people("G-01", "优才", "talents", lights.Late, 173, 500, 0.02, 0.97)
	main.Headline = 1
	red := people("G-02", "名医", "doctors", lights.OffTrack, 3, 100, 0.001, 0.2)
	met := people("G-03", "名师", "teachers", lights.Met, 120, 100, 1, 1)
	duty := outlook.Target{
		Target: datasets.Target{ID: "13-02", PlanID: "P2", NameZh: "招聘会", NameEn: "job fair", Measure: datasets.PerPeriod, Low: ptr(1), Unit: "次", Lead: []string{"rsj"}}, Canonical: "13-02", Status: lights.OffTrack,
		Reason: outlook.Text{Zh: "应完成2期，已完成1期，缺1期。", En: "Of 2 periods due, 1 done and 1 missed."},
	}
	limit := outlook.Target{
		Target: datasets.Target{ID: "04-05", PlanID: "P2", NameZh: "补贴上限", NameEn: "limit", Measure: datasets.Cap, High: ptr(50), Unit: "%"}, Canonical: "04-05", Status: lights.OnTrack,
		Reason: outlook.Text{Zh: "核对74项，均未超过上限。", En: "All 74 within the limit."},
	}
	none := outlook.Target{Target: datasets.Target{ID: "25-01", PlanID: "P2", NameZh: "领导小组", NameEn: "group", Measure: datasets.Milestone, Low: ptr(1), Unit: "个", Lead: []string{"zzb"}}, Canonical: "25-01", Status: lights.NoData}
	o := &outlook.Outlook{
		Policy: datasets.Policy{
			ID: "p", NameZh: "某区人才工程", NameEn: "A programme",
			Plans:       []datasets.Plan{{ID: "P1", NameZh: "优才计划", NameEn: "Talents"}, {ID: "P2", NameZh: "平台计划", NameEn: "Platforms"}},
			Departments: []datasets.Department{{ID: "zzb", NameZh: "区委组织部", NameEn: "Organisation"}, {ID: "rsj", NameZh: strings.Repeat("很长的部门名称", 29), NameEn: "Human Resources"}, {ID: "idle", NameZh: "区某局", NameEn: "Idle"}},
		},
		AsOf: day(2015, 6, 30), State: datasets.State{Version: "9-ab", Demo: true, Rows: 10}, Seed: 555, Paths: 10000,
		Money:   []datasets.Money{{Year: 2013, Stage: "预算", Source: "财政", Amount: 500_000_00}, {Year: 2013, Stage: "到位", Source: "财政", Amount: 400_000_00}, {Year: 2014, Stage: "支出", Source: "财政", Plan: "P1", Purpose: "引进", Amount: 150_000_00}},
		Targets: []outlook.Target{main, red, met, duty, limit, none}, Counts: map[lights.Status]int{lights.OffTrack: 2, lights.Late: 1, lights.Met: 1, lights.OnTrack: 1, lights.NoData: 1},
		Verdict: outlook.Text{Zh: "某区人才工程：优才预计2018年9月完成，2021年底前完成概率97%；2项红灯、0项橙灯。", En: "A programme: talents – expected in Sep 2018."},
	}
	return o
}

func input(kind Kind, lang string) Input {
	o := example()
	in := Input{Outlook: o, Lang: lang, Version: "1.0"}
	in.Changes = &outlook.Changes{Policy: o.Policy, Since: day(2015, 5, 31), AsOf: o.AsOf, Targets: []outlook.Change{{
		ID: "G-02", Canonical: "G-02", NameZh: "名医", NameEn: "doctors", Unit: "人", Then: outlook.Standing{Status: lights.AtRisk}, Now: outlook.Standing{Status: lights.OffTrack}, Text: outlook.Text{Zh: "转差。", En: "Worse."},
	}}}
	in.Health = &outlook.Health{AsOf: o.AsOf, Deliveries: []outlook.DataHealth{{Dept: "rsj", Kind: datasets.Activity, Due: day(2015, 5, 10), Known: day(2015, 4, 1), Overdue: 51}}}
	if kind == Supervision {
		in.Department = "zzb"
	}
	if kind == Selection {
		with := example()
		with.Targets[0].Attainment.LateLow.P = 0.5
		with.Targets[1].Attainment.LateLow.P = 0.6
		in.Scenarios = []report.Compared{{Name: "加大引进", Of: with}, {Name: "不变", Of: example()}}
	}
	return in
}

// outline is a document as text, to be read and compared.
func outline(d document.Document) string {
	var b strings.Builder
	labels := d.Labels()
	fmt.Fprintf(&b, "= %s\n%s\n%s\n", d.Title, d.Subtitle, d.Stamp.Line(d.Lang))
	block := func(x document.Block, in string) {
		switch x := x.(type) {
		case document.Heading:
			fmt.Fprintf(&b, "%s%s %s\n", in, strings.Repeat("#", x.Level), x.Text)
		case document.Paragraph:
			fmt.Fprintf(&b, "%s[%d] %s\n", in, x.Style, document.Plain(x.Runs, labels))
		case document.List:
			for _, item := range x.Items {
				fmt.Fprintf(&b, "%s- %s\n", in, document.Plain(item, labels))
			}
		case document.Table:
			fmt.Fprintf(&b, "%s%s %s\n", in, labels[x.ID], x.Caption)
			for _, c := range x.Columns {
				fmt.Fprintf(&b, "%s| %s ", in, c.Title)
			}
			b.WriteByte('\n')
			for _, r := range x.Rows {
				for _, c := range r {
					fmt.Fprintf(&b, "%s| %s ", in, c.Shown())
				}
				b.WriteByte('\n')
			}
			if x.Note != "" {
				fmt.Fprintf(&b, "%s(%s)\n", in, x.Note)
			}
		case document.Figure:
			fmt.Fprintf(&b, "%s%s %s: %s (%d×%d, editable %v)\n", in, labels[x.ID], x.Caption, x.Alt, x.W, x.H, x.Chart != nil)
		case document.Contents:
			fmt.Fprintf(&b, "%s<%s>\n", in, x.Title)
		}
	}
	for _, x := range d.Blocks {
		block(x, "")
	}
	for _, s := range d.Slides {
		fmt.Fprintf(&b, "-- %s\n", s.Title)
		for _, x := range s.Blocks {
			block(x, "   ")
		}
		for _, n := range s.Notes {
			fmt.Fprintf(&b, "   ~ %s\n", n)
		}
	}
	return b.String()
}

func TestGoldenReports(t *testing.T) {
	for _, kind := range Kinds() {
		for _, lang := range []string{"zh", "en"} {
			d, err := Compose(kind, input(kind, lang))
			if err != nil {
				t.Fatal(kind, lang, err)
			}
			got := outline(d)
			file := filepath.Join("testdata", string(kind)+"-"+lang+".txt")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				continue
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(bytes.ReplaceAll(want, []byte("\r\n"), []byte("\n"))), got); diff != "" {
				t.Errorf("%s differs (-want +got; -update rewrites it):\n%s", file, diff)
			}
			again, err := Compose(kind, input(kind, lang))
			if err != nil || outline(again) != got {
				t.Errorf("%s %s: not the same again (%v)", kind, lang, err)
			}
		}
	}
}

// wrong is what a sentence written for a figure that does not exist looks like.
var wrong = regexp.MustCompile(`NaN|<no value>|%!|0001|（）|\(\)|，，|。。|，。|；。|、、|“”|\bnil\b`)

func TestNoSentenceForWhatDoesNotExist(t *testing.T) {
	for _, status := range lights.Statuses() {
		for _, lang := range []string{"zh", "en"} {
			for _, kind := range Kinds() {
				in := input(kind, lang)
				for i := range in.Outlook.Targets {
					in.Outlook.Targets[i].Status = status // all red, all green, …
				}
				d, err := Compose(kind, in)
				if err != nil {
					t.Fatal(kind, status, err)
				}
				if bad := wrong.FindString(outline(d)); bad != "" {
					i := strings.Index(outline(d), bad)
					t.Errorf("%s %s %s: %q in …%s…", kind, lang, status, bad, outline(d)[max(0, i-60):min(len(outline(d)), i+60)])
				}
			}
		}
	}
}

func TestAnEmptyPolicy(t *testing.T) {
	for _, kind := range Kinds() {
		in := input(kind, "zh")
		in.Outlook.Targets, in.Outlook.Money, in.Changes, in.Health = nil, nil, nil, nil
		d, err := Compose(kind, in)
		if err != nil {
			t.Fatal(kind, err)
		}
		if bad := wrong.FindString(outline(d)); bad != "" {
			t.Errorf("%s: %q in\n%s", kind, bad, outline(d))
		}
	}
}

// said is a fault in Chinese; "" for none.
func said(err error) string {
	if f := fault.As(err); f != nil {
		return f.Text("zh")
	}
	return ""
}

func TestComposeFaults(t *testing.T) {
	for name, c := range map[string]struct {
		kind   Kind
		change func(*Input)
		want   string
	}{
		"no department":      {Supervision, func(in *Input) { in.Department = "" }, "要指明部门"},
		"unknown department": {Supervision, func(in *Input) { in.Department = "x" }, "没有部门"},
		"no scenarios":       {Selection, func(in *Input) { in.Scenarios = nil }, "至少要有一个情景"},
		"unknown kind":       {"poem", func(*Input) {}, "没有报告种类"},
	} {
		in := input(c.kind, "zh")
		c.change(&in)
		if _, err := Compose(c.kind, in); !strings.Contains(said(err), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	in := input(Supervision, "zh")
	in.Department = "idle"
	d, err := Compose(Supervision, in)
	if err != nil || !strings.Contains(outline(d), "区某局没有牵头的目标") {
		t.Errorf("a department without targets: %v", err)
	}
}

// TestTheSampleSentence is the sentence of the issue that asked for reports.
func TestTheSampleSentence(t *testing.T) {
	ts, err := Shipped("zh")
	if err != nil {
		t.Fatal(err)
	}
	x := example().Targets[0]
	x.Attainment.Passage.Median = time.Time{}
	got, err := ts.say("target", targetOf(example(), &x, "zh"))
	if err != nil {
		t.Fatal(err)
	}
	const want = "截至2015年6月30日，优才累计173人，完成率34.6%，落后序时进度0.4个百分点；按当前趋势，2016年底前完成概率2%，2021年底前完成概率97%。"
	if got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestEditedTemplates(t *testing.T) {
	ts, err := Parse(`{{define "summary"}}共{{.Total}}项。{{end}}`, "zh")
	if err != nil {
		t.Fatal(err)
	}
	in := input(Brief, "zh")
	in.Templates = ts
	d, err := Compose(Brief, in)
	if err != nil || !strings.Contains(outline(d), "[1] 共6项。") {
		t.Errorf("%v\n%s", err, outline(d))
	}
	for name, c := range map[string]struct{ text, want string }{
		"not closed":      {"\n{{define \"summary\"}}{{if .Total}}x{{end}}", "第 2"},
		"unknown field":   {"{{define \"summary\"}}\n{{.Tottal}}{{end}}", "2"},
		"unknown name":    {`{{define "poem"}}x{{end}}`, "没有名为"},
		"a call":          {`{{define "summary"}}{{template "target" .}}{{end}}`, "不能互相调用"},
		"endless":         {`{{define "summary"}}{{range 1000000000}}{{end}}{{end}}`, "只能用于列表"},
		"nested":          {`{{define "summary"}}{{range .Urgent}}{{range .Changes}}{{end}}{{end}}{{end}}`, "不能再有"},
		"too large":       {strings.Repeat("x", MostTemplate+1), "超过"},
		"writes too much": {`{{define "summary"}}{{printf "%99999s" .Policy}}{{end}}`, "太长"},
	} {
		if _, err := Parse(c.text, "zh"); !strings.Contains(said(err), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzTemplates(f *testing.F) {
	f.Add(ShippedText("zh"))
	f.Add(`{{define "summary"}}{{range .Urgent}}{{.Name}}{{end}}{{end}}`)
	f.Fuzz(func(t *testing.T, text string) {
		ts, err := Parse(text, "zh")
		if err != nil {
			return
		}
		in := input(Evaluation, "zh")
		in.Templates = ts
		_, _ = Compose(Evaluation, in) // a fault, or a document: it ends
	})
}
