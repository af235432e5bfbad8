package report

import (
	"fmt"
	"math"
	"strings"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	lights "talentcast/analytics/target"
	"talentcast/charts"
)

// sentence joins what is said of something into one sentence.
func sentence(of string, said []string, lang string) string {
	return of + pick(lang, "：", ": ") + strings.Join(said, pick(lang, "，", ", ")) + pick(lang, "。", ".")
}

// fanAlt says what the fan chart shows: where the target stands, what it is to
// reach, and how likely it is to.
func fanAlt(o *outlook.Outlook, x *outlook.Target, lang string) string {
	var said []string
	add := func(zh, en string, args ...any) { said = append(said, fmt.Sprintf(pick(lang, zh, en), args...)) }
	if x.Actual != nil {
		add("截至%s实际%s", "%[2]s as of %[1]s", phrase.Date(o.AsOf.Time, lang), phrase.Amount(*x.Actual, x.Unit, lang))
	}
	if x.Low != nil || x.High != nil {
		add("目标%s", "goal %s", GoalText(x.Target, lang))
	}
	if a := x.Attainment; a != nil {
		if x.Status == lights.Met && !a.Passage.Median.IsZero() {
			add("已于%s完成", "met in %s", ExpectedText(x, lang))
			return sentence(x.Name(lang), said, lang)
		}
		if !x.Early.Equal(x.Late) && !math.IsNaN(a.EarlyLow.P) {
			add("%s前完成概率%s", "probability by %s %s", deadlineText(x.Early, lang), phrase.Probability(a.EarlyLow.P))
		}
		if !math.IsNaN(a.LateLow.P) {
			add("%s前完成概率%s", "probability by %s %s", deadlineText(x.Late, lang), phrase.Probability(a.LateLow.P))
		}
		switch interval := IntervalText(x, lang); {
		case interval == "":
		case a.Passage.Median.IsZero():
			add("完成日期的80%%区间%s", "80%% interval of the date %s", interval)
		default:
			add("预计%s完成（80%%区间%s）", "expected %s (80%% interval %s)", ExpectedText(x, lang), interval)
		}
	}
	if len(said) == 0 {
		said = append(said, pick(lang, fmt.Sprintf("共%d期数值", len(x.History)), fmt.Sprintf("%d figures", len(x.History))))
	}
	return sentence(x.Name(lang), said, lang)
}

func scenarioAlt(w *outlook.Target, lang string) string {
	if w.Attainment == nil || math.IsNaN(w.Attainment.LateLow.P) {
		return ""
	}
	return fmt.Sprintf(pick(lang, "情景下%s前完成概率%s。", " In the scenario the probability by %s is %s."),
		deadlineText(w.Late, lang), phrase.Probability(w.Attainment.LateLow.P))
}

func periodicAlt(x *outlook.Target, f charts.Frame) string {
	var said []string
	if n := len(x.Periodic); n > 0 {
		most := x.Periodic[0]
		for _, p := range x.Periodic {
			if p.Value > most.Value {
				most = p
			}
		}
		when := func(p outlook.Point) string { return periodText(p.Date.Time, f.Freq, f.Lang) }
		said = append(said, fmt.Sprintf(pick(f.Lang, "%s至%s%s", "%s to %s, %s"), when(x.Periodic[0]), when(x.Periodic[n-1]), addedName(f.Freq, f.Lang)),
			fmt.Sprintf(pick(f.Lang, "最多%s（%s）", "at most %s (%s)"), phrase.Amount(most.Value, x.Unit, f.Lang), when(most)))
	}
	if p := x.Pace; p != nil {
		if !math.IsNaN(p.Recent) {
			said = append(said, pick(f.Lang, "近期", "recently ")+PaceText(p.Recent, x, f.Lang))
		}
		if !math.IsNaN(p.RequiredLate) && p.RequiredLate > 0 {
			said = append(said, needed(x.Late, f.Lang)+pick(f.Lang, "", " ")+PaceText(p.RequiredLate, x, f.Lang))
		}
	}
	return sentence(x.Name(f.Lang), said, f.Lang)
}

func backtestAlt(x *outlook.Target, trials []charts.Trial, lang string) string {
	within := 0
	for _, t := range trials {
		if t.Lo80 <= t.Actual && t.Actual <= t.Hi80 {
			within++
		}
	}
	said := fmt.Sprintf(pick(lang, "%[1]d个时点的预测，后来的实际有%[2]d次落在80%%区间内", "of forecasts made at %[1]d dates, %[2]d had what came within their 80%% interval"), len(trials), within)
	return sentence(x.Name(lang), []string{said}, lang)
}

func dutyAlt(x *outlook.Target, lang string) string {
	by := map[outlook.DutyState]int{}
	var missed []string
	for _, u := range x.Duties {
		by[u.State]++
		if u.State == outlook.DutyMissed {
			missed = append(missed, dutyPeriod(u, lang))
		}
	}
	said := []string{fmt.Sprintf(pick(lang, "共%d期", "%d periods"), len(x.Duties)), fmt.Sprintf(pick(lang, "已办%d期", "%d done"), by[outlook.DutyDone])}
	if by[outlook.DutyDue] > 0 {
		said = append(said, fmt.Sprintf(pick(lang, "本期待办%d期", "%d due"), by[outlook.DutyDue]))
	}
	if len(missed) > 0 {
		said = append(said, fmt.Sprintf(pick(lang, "未办%d期（%s）", "%d missed (%s)"), len(missed), strings.Join(missed, pick(lang, "、", ", "))))
	}
	return sentence(x.Name(lang), said, lang)
}
