package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	lights "talentcast/analytics/target"
	"talentcast/datasets"
)

// ReviewLine is a line of a department's self-review (自评表): a target it leads with
// what was planned and done in the year, and what it says itself.
type ReviewLine struct {
	Target     *outlook.Target
	Goal       string
	Plan, Done string
	Rate       *float64 // done ÷ planned; nil where nothing is
	Light      lights.Status
	Word       string
	Said       datasets.SelfReview
}

// Review is the self-review of a department for a year, by the plans that hold.
func Review(o *outlook.Outlook, dept string, year int, plans map[string]outlook.AnnualPlan, said map[string]datasets.SelfReview, lang string) []ReviewLine {
	var out []ReviewLine
	for i := range o.Targets {
		x := &o.Targets[i]
		if x.SameAs != "" || !slices.Contains(x.Lead, dept) || !x.Start.IsZero() && x.Start.Year() > year {
			continue
		}
		l := ReviewLine{Target: x, Goal: GoalText(x.Target, lang), Plan: phrase.Missing, Done: phrase.Missing, Light: x.Status, Word: x.Word(lang), Said: said[x.ID]}
		switch {
		case x.Planned():
			l.planned(plans[x.ID], year, lang)
		case x.Measure == datasets.PerPeriod:
			l.duties(year, lang)
		case x.Measure == datasets.Cap:
			l.excess(year, lang)
		case x.Actual != nil:
			l.Plan, l.Done = l.Goal, phrase.Amount(*x.Actual, x.Unit, lang)
		}
		out = append(out, l)
	}
	return out
}

func (l *ReviewLine) planned(p outlook.AnnualPlan, year int, lang string) {
	for _, y := range p.Years {
		if y.Year != year {
			continue
		}
		if y.Plan != nil {
			l.Plan = phrase.Amount(*y.Plan, l.Target.Unit, lang)
		}
		if y.Actual != nil {
			l.Done = phrase.Amount(*y.Actual, l.Target.Unit, lang)
		}
		if y.Plan != nil && y.Actual != nil && *y.Plan > 0 {
			rate := *y.Actual / *y.Plan
			l.Rate = &rate
		}
		l.Light, l.Word = y.State.Light(), y.State.Words().In(lang)
	}
}

func (l *ReviewLine) duties(year int, lang string) {
	need, done, missed, due := 0.0, 0.0, false, false
	for _, d := range l.Target.Duties {
		if d.To.Year() == year {
			need, done = need+d.Need, done+d.Done
			missed, due = missed || d.State == outlook.DutyMissed, due || d.State == outlook.DutyDue
		}
	}
	if need == 0 {
		l.Light, l.Word = lights.NoData, pick(lang, "本年不到期", "not due this year")
		return
	}
	rate := done / need
	l.Plan, l.Done, l.Rate = phrase.Number(need, 2), phrase.Number(done, 2), &rate
	switch {
	case missed:
		l.Light, l.Word = lights.OffTrack, dutyPlain(outlook.DutyMissed, lang)
	case due:
		l.Light, l.Word = lights.AtRisk, dutyPlain(outlook.DutyDue, lang)
	default:
		l.Light, l.Word = lights.Met, dutyPlain(outlook.DutyDone, lang)
	}
}

func (l *ReviewLine) excess(year int, lang string) {
	n := 0
	for _, e := range l.Target.Excess {
		if e.Date.Year() == year {
			n++
		}
	}
	l.Plan = l.Goal
	l.Done = fmt.Sprintf(pick(lang, "超限%d笔", "%d over the limit"), n)
	if l.Target.Checked > 0 && n == 0 {
		l.Light, l.Word = lights.OnTrack, lights.OnTrack.Word(lang)
	}
}

// dutyPlain is a duty's state without its sign: the light has one.
func dutyPlain(s outlook.DutyState, lang string) string {
	return strings.TrimLeft(DutyWord(s, lang), "√×● ")
}

// ReviewTitle is what stands over a self-review.
func ReviewTitle(dept string, year int, lang string) string {
	return fmt.Sprintf(pick(lang, "%s%d年度人才工作目标自评表", "%s: self-review of %d"), dept, year)
}

// ReviewTable is the self-review as a file, on A4 across, with lines to sign.
func ReviewTable(o *outlook.Outlook, dept string, year int, lines []ReviewLine, lang string) Table {
	name := DepartmentNames(o.Policy, []string{dept}, lang)
	t := table(o, "review", ReviewTitle(name, year, lang), lang,
		Column{Key: "no", Title: pick(lang, "序号", "no.")}, Column{Key: "id", Title: pick(lang, "编号", "id")}, Column{Key: "target", Title: pick(lang, "目标", "target"), Wide: true},
		Column{Key: "goal", Title: pick(lang, "总目标", "goal")}, Column{Key: "plan", Title: pick(lang, "本年末计划", "planned by the year's end")},
		Column{Key: "done", Title: pick(lang, "完成情况", "done")}, Column{Key: "rate", Title: pick(lang, "完成率", "rate"), Type: Percent},
		Column{Key: "status", Title: pick(lang, "状态", "status")}, Column{Key: "score", Title: pick(lang, "自评分", "score"), Type: Number},
		Column{Key: "reason", Title: pick(lang, "未完成或差异原因", "reasons"), Wide: true}, Column{Key: "measures", Title: pick(lang, "下一步措施", "measures"), Wide: true},
		Column{Key: "by", Title: pick(lang, "填报人", "filled in by")})
	for i, l := range lines {
		var score Cell
		if l.Said.Score.Valid {
			score = l.Said.Score.Decimal.InexactFloat64()
		}
		t.Rows = append(t.Rows, []Cell{
			strconv.Itoa(i + 1), l.Target.ID, l.Target.Name(lang), l.Goal, l.Plan, l.Done, number(l.Rate), l.Light.Icon() + " " + l.Word,
			score, l.Said.Reason, l.Said.Measures, l.Said.By,
		})
	}
	t.Sign = ReviewSignatures(lang)
	return t
}

// ReviewSignatures are the lines at the foot of a self-review.
func ReviewSignatures(lang string) []string {
	if lang == phrase.En {
		return []string{"Filled in by: ____________", "Checked by: ____________", "Head of department (seal): ____________", "Date: ____________"}
	}
	return []string{"填表人：____________", "审核人：____________", "单位负责人（盖章）：____________", "日期：______年____月____日"}
}
