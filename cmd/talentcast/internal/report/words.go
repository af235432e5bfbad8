package report

import (
	"math"
	"strings"
	"time"

	"talentcast/analytics"
	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/datasets"
)

func pick(lang, zh, en string) string {
	if lang == phrase.En {
		return en
	}
	return zh
}

// ExpectedText is the median first-passage month, or that it is beyond the
// horizon; "" without a forecast.
func ExpectedText(x *outlook.Target, lang string) string {
	switch {
	case x.Attainment == nil || math.IsNaN(x.Attainment.Passage.NotByHorizon):
		return ""
	case x.Attainment.Passage.Median.IsZero():
		return pick(lang, "期内难以完成", "not within the horizon")
	}
	return passageDate(x, x.Attainment.Passage.Median, lang)
}

// IntervalText is the central 80 % of the first-passage date.
func IntervalText(x *outlook.Target, lang string) string {
	if x.Attainment == nil {
		return ""
	}
	p := x.Attainment.Passage
	if p.Lo80.IsZero() {
		return ""
	}
	hi := passageDate(x, p.Hi80, lang)
	if p.Hi80.IsZero() {
		hi = pick(lang, "期外", "beyond")
	}
	lo := passageDate(x, p.Lo80, lang)
	if lo == hi {
		return lo
	}
	return lo + pick(lang, "至", " – ") + hi
}

func passageDate(x *outlook.Target, d time.Time, lang string) string {
	if x.Freq == analytics.Yearly && !d.IsZero() {
		return d.Format("2006") + pick(lang, "年", "")
	}
	return phrase.Month(d, lang)
}

// PaceText is a pace with its unit and period.
func PaceText(v float64, x *outlook.Target, lang string) string {
	if math.IsNaN(v) {
		return ""
	}
	per := pick(lang, "/月", " a month")
	switch x.Freq {
	case analytics.Yearly:
		per = pick(lang, "/年", " a year")
	case analytics.Quarterly:
		per = pick(lang, "/季", " a quarter")
	}
	return phrase.Pace(v, x.Unit, lang) + per
}

// GoalText is the target's number or range with its unit.
func GoalText(t datasets.Target, lang string) string {
	low, high := t.Low, t.High
	switch {
	case low == nil && high == nil:
		return pick(lang, "未定数值", "no number")
	case low == nil:
		return "≤ " + phrase.Amount(*high, t.Unit, lang)
	case high == nil:
		return "≥ " + phrase.Amount(*low, t.Unit, lang)
	case *low == *high:
		return phrase.Amount(*low, t.Unit, lang)
	}
	return phrase.Number(*low, 2) + "–" + phrase.Amount(*high, t.Unit, lang)
}

// PlanName is the plan's name, or "".
func PlanName(p datasets.Policy, id, lang string) string {
	for _, x := range p.Plans {
		if x.ID == id {
			return x.Name(lang)
		}
	}
	return ""
}

// DepartmentNames joins the departments' names.
func DepartmentNames(p datasets.Policy, ids []string, lang string) string {
	names := make([]string, 0, len(ids))
	for _, id := range ids {
		if d, ok := p.Department(id); ok {
			names = append(names, d.Name(lang))
		}
	}
	return strings.Join(names, pick(lang, "、", ", "))
}

// MeasureName is the measure in words.
func MeasureName(m datasets.Measure, lang string) string {
	switch m {
	case datasets.Cumulative:
		return pick(lang, "累计", "cumulative")
	case datasets.Stock:
		return pick(lang, "存量", "stock")
	case datasets.Ratio:
		return pick(lang, "比例", "ratio")
	case datasets.Growth:
		return pick(lang, "年增幅", "growth")
	case datasets.PerPeriod:
		return pick(lang, "定期事项", "by period")
	case datasets.Milestone:
		return pick(lang, "节点", "milestone")
	case datasets.Cap:
		return pick(lang, "上限", "cap")
	case datasets.Trend:
		return pick(lang, "趋势", "trend")
	}
	return string(m)
}

// DutyWord is a duty's state in words.
func DutyWord(s outlook.DutyState, lang string) string {
	switch s {
	case outlook.DutyDone:
		return pick(lang, "√ 已办", "√ done")
	case outlook.DutyDue:
		return pick(lang, "● 本期待办", "● due")
	}
	return pick(lang, "× 未办", "× missed")
}

// KindName is a kind of data in words.
func KindName(k datasets.Kind, lang string) string {
	switch k {
	case datasets.Talent:
		return pick(lang, "人才", "talent")
	case datasets.SocialWorker:
		return pick(lang, "社工", "social workers")
	case datasets.Fund:
		return pick(lang, "资金", "fund")
	case datasets.Training:
		return pick(lang, "培训", "training")
	case datasets.Institution:
		return pick(lang, "机构", "institutions")
	case datasets.Activity:
		return pick(lang, "活动", "activities")
	case datasets.Post:
		return pick(lang, "岗位", "posts")
	case datasets.Indicator:
		return pick(lang, "指标", "indicators")
	}
	return string(k)
}

// ScenarioText names the levers of the outlook's scenario.
func ScenarioText(o *outlook.Outlook, lang string) string {
	return pick(lang, "情景：", "scenario: ") + o.Scenario.Text(lang, func(id string) string { return o.Scope(id, lang) })
}

// periodText is a date as the period it ends.
func periodText(t time.Time, freq analytics.Frequency, lang string) string {
	if freq == analytics.Yearly && !t.IsZero() {
		return t.Format("2006") + pick(lang, "年", "")
	}
	return phrase.Month(t, lang)
}
