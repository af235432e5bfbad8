package compose

import (
	"math"
	"slices"
	"strings"
	"time"

	"talentcast/analytics"
	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	lights "talentcast/analytics/target"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/datasets"
)

// facts are what templates may speak of: figures written out, and yes or no. A
// figure that does not exist is empty, which a template can ask for with {{if}} and
// {{with}}. docs/reports.md lists them; a test holds the two together.
type facts struct {
	Policy     string // 荔湾区“555”大人才工程
	AsOf       string // 2015年6月30日
	Year       string // 2015
	Demo       bool
	Verdict    string // the outlook in one sentence
	Scenario   string // in words; empty for the baseline
	Department string // whom a notice goes to

	// How many targets there are, by light.
	Total, Met, Green, Yellow, Orange, Red, Grey, Tracked int

	Headlines []targetFacts // the targets shown first
	Urgent    []targetFacts // red, then orange
	Changes   []changeFacts // other lights since Since, worse ones first
	Since     string        // 2015年5月31日; empty where nothing is compared
	Money     moneyFacts
	Paths     int    // sample paths behind every probability
	Seed      string // of the random numbers
	ReplyBy   string // fifteen days after the as-of date
}

// targetFacts are what there is to say of one target.
type targetFacts struct {
	ID, Name, Full string // Name is the short one
	Lead, Coop     string // departments
	Unit           string
	Date           string // of the actual
	AsOf           string
	Kind           string // cumulative, stock, ratio, growth, per_period, milestone, cap, trend

	Goal, Actual                 string // 500人, 173人
	Completion, Elapsed          string // 34.6%, 35.0%
	Ahead, Behind                string // percentage points before or after the time elapsed: 0.4; both empty where they are even
	Early, Late                  string // 2016年底; Early is empty where there is one deadline
	EarlyP, LateP                string // 不足1%, 92%
	Expected, Interval           string // 2019年1月, 2017年11月至2021年7月
	Recent, NeedEarly, NeedLate  string // 5.92人/月
	YearShare, YearDone          string // what is due this year, and what is done of it
	Shortfall                    string // what is expected to be missing at the late deadline
	Light, Status                string // 黄灯, 滞后可达
	Reason                       string // why, in one sentence
	IsMet, NoData, HasP, Overdue bool   // HasP: there is a probability; Overdue: the late deadline has passed
	Again                        bool   // the date has just been said
}

// changeFacts are what became of a target.
type changeFacts struct {
	Name, Then, Now, Text string // Then and Now are lights in words
	Worse                 bool
}

// moneyFacts are what the fund comes to; empty where nothing is known.
type moneyFacts struct {
	Budget, Allotted, Spent string // 到位, 支出
	AllottedShare           string // of the budget
	SpentShare              string // of what has been allotted
	Left                    string // 结转
}

// planFacts are what there is to say of one plan.
type planFacts struct {
	Name                                                  string
	Total, Met, Green, Yellow, Orange, Red, Grey, Tracked int
}

// replyDays is how long a department has to answer a notice.
const replyDays = 15

func factsOf(in Input) facts {
	o := in.Outlook
	f := facts{
		Policy: o.Policy.Name(in.Lang), AsOf: phrase.Date(o.AsOf.Time, in.Lang), Year: o.AsOf.Format("2006"), Demo: o.State.Demo,
		Verdict: o.Verdict.In(in.Lang), Paths: o.Paths, Seed: phrase.Number(float64(o.Seed), 0),
		ReplyBy: phrase.Date(o.AsOf.AddDate(0, 0, replyDays), in.Lang),
	}
	if !o.Scenario.Baseline() {
		f.Scenario = report.ScenarioText(o, in.Lang)
	}
	all := tally(o, func(*outlook.Target) bool { return true })
	f.Total, f.Met, f.Green, f.Yellow, f.Orange, f.Red, f.Grey, f.Tracked = all.Total, all.Met, all.Green, all.Yellow, all.Orange, all.Red, all.Grey, all.Tracked
	for _, x := range o.Headlines() {
		f.Headlines = append(f.Headlines, targetOf(o, x, in.Lang))
	}
	for _, x := range urgent(o, func(*outlook.Target) bool { return true }) {
		f.Urgent = append(f.Urgent, targetOf(o, x, in.Lang))
	}
	f.changes(in)
	f.Money = moneyOf(o, in.Lang)
	return f
}

// tally counts targets by light, those that repeat another left out.
func tally(o *outlook.Outlook, of func(*outlook.Target) bool) planFacts {
	var p planFacts
	for i := range o.Targets {
		x := &o.Targets[i]
		if x.SameAs != "" || !of(x) {
			continue
		}
		p.Total++
		switch x.Status {
		case lights.Met:
			p.Met++
		case lights.OnTrack:
			p.Green++
		case lights.Late:
			p.Yellow++
		case lights.AtRisk:
			p.Orange++
		case lights.OffTrack:
			p.Red++
		case lights.Tracked:
			p.Tracked++
		default:
			p.Grey++
		}
	}
	return p
}

// urgent lists what is red, then what is orange.
func urgent(o *outlook.Outlook, of func(*outlook.Target) bool) []*outlook.Target {
	var out []*outlook.Target
	for _, st := range []lights.Status{lights.OffTrack, lights.AtRisk} {
		for i := range o.Targets {
			if x := &o.Targets[i]; x.SameAs == "" && x.Status == st && of(x) {
				out = append(out, x)
			}
		}
	}
	return out
}

func targetOf(o *outlook.Outlook, x *outlook.Target, lang string) targetFacts {
	t := targetFacts{
		ID: x.ID, Name: x.Short(lang), Full: x.Name(lang), Lead: report.DepartmentNames(o.Policy, x.Lead, lang), Coop: report.DepartmentNames(o.Policy, x.Coop, lang),
		Unit: phrase.Unit(x.Unit, lang), AsOf: phrase.Date(o.AsOf.Time, lang), Kind: string(x.Measure),
		Light: x.Status.Light(lang), Status: x.Status.Word(lang), Reason: x.Reason.In(lang),
		IsMet: x.Status == lights.Met, NoData: x.Status == lights.NoData,
		Overdue: !x.Late.IsZero() && !x.Late.After(o.AsOf.Time) && x.Status != lights.Met,
	}
	if x.Low != nil || x.High != nil {
		t.Goal = report.GoalText(x.Target, lang)
	}
	if x.Actual != nil {
		t.Actual, t.Date = phrase.Amount(*x.Actual, x.Unit, lang), phrase.Date(x.ActualDate.Time, lang)
	}
	t.progress(x)
	t.odds(x, lang)
	if p := x.Pace; p != nil && !t.IsMet {
		t.Recent, t.NeedLate = report.PaceText(p.Recent, x, lang), report.PaceText(p.RequiredLate, x, lang)
		if t.Early != "" {
			t.NeedEarly = report.PaceText(p.RequiredEarly, x, lang)
		}
	}
	t.YearShare, t.YearDone = thisYear(x, o.AsOf.Time, lang)
	return t
}

// progress sets 完成率 beside 序时进度.
func (t *targetFacts) progress(x *outlook.Target) {
	if x.Completion == nil || math.IsNaN(*x.Completion) {
		return
	}
	t.Completion = phrase.Percent(*x.Completion)
	if x.Elapsed == nil || math.IsNaN(*x.Elapsed) {
		return
	}
	t.Elapsed = phrase.Percent(*x.Elapsed)
	// Points are those of the figures as they are shown: 34.6 and 35.0 are 0.4 apart.
	points := math.Round(*x.Completion*1000) - math.Round(*x.Elapsed*1000)
	switch {
	case points > 0:
		t.Ahead = phrase.Number(points/10, 1)
	case points < 0:
		t.Behind = phrase.Number(-points/10, 1)
	}
}

func (t *targetFacts) odds(x *outlook.Target, lang string) {
	if !x.Early.IsZero() && !x.Early.Equal(x.Late) {
		t.Early = deadline(x.Early, lang)
	}
	t.Late = deadline(x.Late, lang)
	a := x.Attainment
	if a == nil || t.IsMet || t.Overdue || math.IsNaN(a.LateLow.P) {
		return
	}
	t.HasP = true
	t.LateP = inWords(a.LateLow.P, lang)
	if t.Early != "" && !math.IsNaN(a.EarlyLow.P) {
		t.EarlyP = inWords(a.EarlyLow.P, lang)
	}
	if !a.Passage.Median.IsZero() {
		t.Expected = report.ExpectedText(x, lang)
	}
	t.Interval = report.IntervalText(x, lang)
	if a.LateShortfall > 0 && !math.IsNaN(a.LateShortfall) {
		t.Shortfall = phrase.Amount(a.LateShortfall, x.Unit, lang)
	}
}

// inWords is a probability as a sentence has it: 不足1%, 97%, 超过99%.
func inWords(p float64, lang string) string {
	s := phrase.Probability(p)
	s = strings.Replace(s, "<", pick(lang, "不足", "under "), 1)
	return strings.Replace(s, ">", pick(lang, "超过", "over "), 1)
}

// deadline is a date as a sentence has it: 2016年底.
func deadline(d time.Time, lang string) string {
	switch {
	case d.IsZero():
		return ""
	case d.Month() == time.December && d.Day() == 31:
		return pick(lang, d.Format("2006")+"年底", "the end of "+d.Format("2006"))
	}
	return phrase.Date(d, lang)
}

// thisYear is the even share of this year in what was missing when it began, and
// what has been added since; empty where a share makes no sense.
func thisYear(x *outlook.Target, asOf time.Time, lang string) (share, done string) {
	if x.Measure != datasets.Cumulative || x.Status == lights.Met || x.Actual == nil || x.Low == nil || x.Late.IsZero() || !x.Late.After(asOf) {
		return "", ""
	}
	before := 0.0
	newYear := analytics.Date(asOf.Year(), time.January, 1)
	for _, h := range x.History {
		if h.Date.Before(newYear) {
			before = h.Value
		}
	}
	years := float64(x.Late.Year() - asOf.Year() + 1)
	due := max(0, *x.Low-before) / years
	if x.Unit != "元" {
		due = math.Ceil(due)
	}
	return phrase.Amount(due, x.Unit, lang), phrase.Amount(*x.Actual-before, x.Unit, lang)
}

// changes are the other lights since the day compared with.
func (f *facts) changes(in Input) {
	if in.Changes == nil {
		return
	}
	f.Since = phrase.Date(in.Changes.Since.Time, in.Lang)
	rank := func(s lights.Status) int { return slices.Index(lights.Statuses(), s) }
	for i := range in.Changes.Targets {
		x := &in.Changes.Targets[i]
		if x.ID != x.Canonical || x.Then.Status == x.Now.Status {
			continue
		}
		c := changeFacts{Name: x.Name(in.Lang), Then: x.Then.Status.Word(in.Lang), Now: x.Now.Status.Word(in.Lang), Text: x.Text.In(in.Lang), Worse: rank(x.Now.Status) < rank(x.Then.Status)}
		if t, ok := in.Outlook.Target(x.ID); ok {
			c.Name = t.Short(in.Lang)
		}
		f.Changes = append(f.Changes, c)
	}
	slices.SortStableFunc(f.Changes, func(a, b changeFacts) int {
		switch {
		case a.Worse == b.Worse:
			return 0
		case a.Worse:
			return -1
		}
		return 1
	})
}

func moneyOf(o *outlook.Outlook, lang string) moneyFacts {
	sums := map[string]datasets.Fen{}
	for _, m := range o.Money {
		sums[m.Stage] += m.Amount
	}
	yuan := func(f datasets.Fen) float64 { return float64(f) / 100 }
	amount := func(stage string) string {
		if sums[stage] == 0 {
			return ""
		}
		return phrase.Amount(yuan(sums[stage]), "元", lang)
	}
	share := func(a, b string) string {
		if sums[a] == 0 || sums[b] == 0 {
			return ""
		}
		return phrase.Percent(yuan(sums[a]) / yuan(sums[b]))
	}
	m := moneyFacts{Budget: amount("预算"), Allotted: amount("到位"), Spent: amount("支出"), AllottedShare: share("到位", "预算"), SpentShare: share("支出", "到位")}
	if left := sums["到位"] - sums["支出"]; m.Allotted != "" && m.Spent != "" && left > 0 {
		m.Left = phrase.Amount(yuan(left), "元", lang)
	}
	return m
}
