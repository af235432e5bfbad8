package outlook

import (
	"fmt"
	"math"
	"strings"
	"time"

	"talentcast/analytics"
	"talentcast/analytics/phrase"
	"talentcast/analytics/target"
	"talentcast/datasets"
)

// judge gives the status and the sentence that says why.
func (s *Service) judge(t *Target, asOf time.Time) {
	switch t.Measure {
	case datasets.Cap:
		judgeCap(t)
	case datasets.PerPeriod:
		judgeDuties(t)
	case datasets.Growth:
		judgeGrowth(t)
	case datasets.Trend:
		judgeTrend(t)
	case datasets.Milestone:
		judgeMilestone(t, asOf)
	default:
		s.judgeNumber(t, asOf)
	}
}

func (s *Service) judgeNumber(t *Target, asOf time.Time) {
	switch {
	case t.Actual == nil:
		t.Status = target.NoData
		t.Reason = Text{"尚未收到任何数据。", "No data have been handed in."}
	case t.Low == nil:
		judgeTrend(t)
	case t.Late.IsZero():
		judgeUndated(t)
	case !t.Late.After(asOf):
		judgePast(t)
	case *t.Actual >= *t.Low:
		t.Status = target.Met
		t.Reason = metReason(t)
	case t.Attainment == nil:
		t.Status = target.NoData
		t.Reason = Text{"尚不足一个完整统计期，暂不预测。", "There is not yet one whole period to forecast from."}
	default:
		t.Status = s.cfg.Thresholds.Status(t.Attainment.EarlyLow.P, t.Attainment.LateLow.P, t.Early.Equal(t.Late))
		t.Reason = paceReason(t, asOf)
	}
}

// judgeUndated: a number without a deadline can be met but not be late.
func judgeUndated(t *Target) {
	t.Status = target.Tracked
	t.Reason = textf("目前%[1]s，要求%[2]s；政策未设期限。", "Now at %[1]s of %[2]s; the policy states no deadline.",
		amount(*t.Actual, t), amount(*t.Low, t))
	if *t.Actual >= *t.Low {
		t.Status = target.Met
		t.Reason = metReason(t)
	}
}

// judgePast: the last deadline has passed; what counts is how it stood then.
func judgePast(t *Target) {
	obs := observations(t.History)
	then := target.At(t.Late, obs)
	on := target.ReachedOn(*t.Low, obs)
	switch {
	case !on.IsZero() && !on.After(t.Late):
		t.Status = target.Met
		t.Reason = metReason(t)
	case !on.IsZero():
		t.Status = target.OffTrack
		t.Reason = Text{
			fmt.Sprintf("截至%s为%s，未达到%s；%s才达到。", onZh(t.Late), phrase.Amount(then, t.Unit, phrase.Zh), phrase.Amount(*t.Low, t.Unit, phrase.Zh), phrase.Month(on, phrase.Zh)),
			fmt.Sprintf("At %s by %s, short of %s, which was reached only in %s.", phrase.Amount(then, t.Unit, phrase.En), byEn(t.Late), phrase.Amount(*t.Low, t.Unit, phrase.En), phrase.Month(on, phrase.En)),
		}
	default:
		t.Status = target.OffTrack
		t.Reason = Text{
			fmt.Sprintf("期限已过：截至%s为%s，未达到%s。", onZh(t.Late), phrase.Amount(then, t.Unit, phrase.Zh), phrase.Amount(*t.Low, t.Unit, phrase.Zh)),
			fmt.Sprintf("The deadline has passed: at %s by %s, short of %s.", phrase.Amount(then, t.Unit, phrase.En), byEn(t.Late), phrase.Amount(*t.Low, t.Unit, phrase.En)),
		}
	}
}

func metReason(t *Target) Text {
	on := target.ReachedOn(*t.Low, observations(t.History))
	return Text{
		fmt.Sprintf("已于%s达到%s，目前%s。", phrase.Month(on, phrase.Zh), phrase.Amount(*t.Low, t.Unit, phrase.Zh), phrase.Amount(*t.Actual, t.Unit, phrase.Zh)),
		fmt.Sprintf("%s reached in %s; now at %s.", phrase.Amount(*t.Low, t.Unit, phrase.En), phrase.Month(on, phrase.En), phrase.Amount(*t.Actual, t.Unit, phrase.En)),
	}
}

// paceReason sets the recent pace against the required ones.
func paceReason(t *Target, asOf time.Time) Text {
	pc := t.Pace
	if pc == nil || math.IsNaN(pc.RequiredLate) {
		return Text{}
	}
	per, meanZh, spanZh, addZh := "month", "月均", "个月", ""
	switch t.Freq {
	case analytics.Quarterly:
		per, meanZh, spanZh = "quarter", "季均", "个季度"
	case analytics.Yearly:
		per, meanZh, spanZh = "year", "年均", "年"
	}
	if t.Measure != datasets.Cumulative {
		addZh = "增加"
	}
	var zh, en strings.Builder
	rate := func(v float64, lang string) string { return phrase.Pace(v, t.Unit, lang) }
	if math.IsNaN(pc.Recent) {
		zh.WriteString("仅有一期数据")
		en.WriteString("Only one period has been reported")
	} else {
		fmt.Fprintf(&zh, "近%d%s%s%s%s", pc.RecentPeriods, spanZh, meanZh, addZh, rate(pc.Recent, phrase.Zh))
		fmt.Fprintf(&en, "%s a %s over the last %d %ss", rate(pc.Recent, phrase.En), per, pc.RecentPeriods, per)
	}
	early := t.Early.After(asOf) && !math.IsNaN(pc.RequiredEarly) && !t.Early.Equal(t.Late)
	if early {
		fmt.Fprintf(&zh, "，%s完成需%s%s", byZh(t.Early), meanZh, rate(pc.RequiredEarly, phrase.Zh))
		fmt.Fprintf(&en, "; %s a %s needed to finish by %s", rate(pc.RequiredEarly, phrase.En), per, byEn(t.Early))
	}
	fmt.Fprintf(&zh, "，%s完成需%s%s。", byZh(t.Late), meanZh, rate(pc.RequiredLate, phrase.Zh))
	if early {
		fmt.Fprintf(&en, ", %s by %s.", rate(pc.RequiredLate, phrase.En), byEn(t.Late))
	} else {
		fmt.Fprintf(&en, "; %s a %s needed to finish by %s.", rate(pc.RequiredLate, phrase.En), per, byEn(t.Late))
	}
	return Text{zh.String(), en.String()}
}

func judgeTrend(t *Target) {
	if t.Actual == nil {
		t.Status = target.NoData
		t.Reason = Text{"只定方向、未定数值；尚未收到数据。", "A direction without a number; no data have been handed in."}
		return
	}
	t.Status = target.Tracked
	n := len(t.History)
	if n < 2 {
		t.Reason = textf("目前%[1]s；只定方向、未定数值，数据只有一期。", "Now at %[1]s; a direction without a number, reported once.", amount(*t.Actual, t))
		return
	}
	first, last := t.History[0], t.History[n-1]
	zh, en := "持平", "unchanged"
	switch {
	case last.Value > first.Value:
		zh, en = "上升", "up"
	case last.Value < first.Value:
		zh, en = "下降", "down"
	}
	t.Reason = Text{
		fmt.Sprintf("%s%s，较%s的%s%s；政策未定数值，只跟踪趋势。", phrase.Month(last.Date.Time, phrase.Zh), phrase.Amount(last.Value, t.Unit, phrase.Zh), phrase.Month(first.Date.Time, phrase.Zh), phrase.Amount(first.Value, t.Unit, phrase.Zh), zh),
		fmt.Sprintf("%s in %s, %s from %s in %s; the policy states no number, so only the trend is tracked.", phrase.Amount(last.Value, t.Unit, phrase.En), phrase.Month(last.Date.Time, phrase.En), en, phrase.Amount(first.Value, t.Unit, phrase.En), phrase.Month(first.Date.Time, phrase.En)),
	}
}

func judgeMilestone(t *Target, asOf time.Time) {
	need := 1.0
	if t.Low != nil {
		need = *t.Low
	}
	switch {
	case t.Actual == nil:
		t.Status = target.NoData
		t.Reason = Text{"尚未报告完成情况。", "Whether it is done has not been reported."}
	case *t.Actual >= need:
		t.Status = target.Met
		on := target.ReachedOn(need, observations(t.History))
		t.Reason = Text{"已于" + phrase.Month(on, phrase.Zh) + "报告完成。", "Reported done in " + phrase.Month(on, phrase.En) + "."}
	case !t.Late.IsZero() && !t.Late.After(asOf):
		t.Status = target.OffTrack
		t.Reason = Text{"期限已过，尚未报告完成。", "The deadline has passed and it is not reported done."}
	default:
		// Partly done: in step with the window where there is one.
		t.Status = target.AtRisk
		if t.Elapsed != nil && *t.Actual/need >= *t.Elapsed {
			t.Status = target.OnTrack
		}
		t.Reason = Text{
			fmt.Sprintf("已报告%s，要求%s，尚未完成。", phrase.Amount(*t.Actual, t.Unit, phrase.Zh), phrase.Amount(need, t.Unit, phrase.Zh)),
			fmt.Sprintf("%s of %s reported: not yet done.", phrase.Number(*t.Actual, 2), phrase.Number(need, 2)),
		}
	}
}

func judgeDuties(t *Target) {
	if t.Actual == nil {
		t.Status = target.NoData
		t.Reason = Text{"尚未收到任何记录。", "No record has been handed in."}
		return
	}
	if len(t.Duties) == 0 {
		t.Status = target.Tracked
		t.Reason = textf("已记录%[1]s次；政策未定间隔，不判逾期。", "%[1]s recorded; the policy states no interval, so none is overdue.", phrase.Number(countPositive(t.added()), 0))
		return
	}
	done, missed, lastMissed := 0, 0, false
	for _, d := range t.Duties {
		switch d.State {
		case DutyDone:
			done++
			lastMissed = false
		case DutyMissed:
			missed++
			lastMissed = true
		}
	}
	switch {
	case lastMissed:
		t.Status = target.OffTrack
	case missed > 0:
		t.Status = target.AtRisk
	default:
		t.Status = target.OnTrack
	}
	t.Reason = textf("应完成%[1]d期，已完成%[2]d期，缺%[3]d期。", "Of %[1]d periods due, %[2]d done and %[3]d missed.", done+missed, done, missed)
}

func judgeCap(t *Target) {
	switch {
	case t.Checked == 0:
		t.Status = target.NoData
		t.Reason = Text{"没有可核对的记录。", "There is no record to check."}
	case len(t.Excess) > 0:
		t.Status = target.OffTrack
		t.Reason = textf("核对%[1]d项，%[2]d项超过上限。", "Of %[1]d checked, %[2]d over the limit.", t.Checked, len(t.Excess))
	default:
		t.Status = target.OnTrack
		t.Reason = textf("核对%[1]d项，均未超过上限。", "All %[1]d checked are within the limit.", t.Checked)
	}
}

func judgeGrowth(t *Target) {
	if len(t.Growth) == 0 || t.Low == nil {
		t.Status = target.NoData
		t.Reason = Text{"不足两个年度的数据，无法计算增幅。", "Two whole years are needed to compute growth."}
		return
	}
	below := 0
	for _, g := range t.Growth {
		if g.Value < *t.Low {
			below++
		}
	}
	last := t.Growth[len(t.Growth)-1]
	switch {
	case last.Value < *t.Low:
		t.Status = target.OffTrack
	case below > 0:
		t.Status = target.AtRisk
	default:
		t.Status = target.OnTrack
	}
	t.Reason = textf("%[1]d年增长%[2]s%%，要求不低于%[3]s%%；共%[4]d个年度，%[5]d个年度未达到。",
		"%[2]s%% in %[1]d against a floor of %[3]s%%; of %[4]d years, %[5]d fell short.",
		last.Date.Year(), phrase.Number(last.Value, 1), phrase.Number(*t.Low, 1), len(t.Growth), below)
}

func countPositive(points []Point) float64 {
	n := 0.0
	for _, p := range points {
		n += p.Value
	}
	return n
}

// bilingual is an argument written differently in each language.
type bilingual struct{ zh, en string }

func amount(v float64, t *Target) bilingual {
	return bilingual{phrase.Amount(v, t.Unit, phrase.Zh), phrase.Amount(v, t.Unit, phrase.En)}
}

func textf(zh, en string, args ...any) Text {
	za, ea := make([]any, len(args)), make([]any, len(args))
	for i, a := range args {
		za[i], ea[i] = a, a
		if b, ok := a.(bilingual); ok {
			za[i], ea[i] = b.zh, b.en
		}
	}
	return Text{fmt.Sprintf(zh, za...), fmt.Sprintf(en, ea...)}
}

// byZh writes a deadline: 2016年底前, or 2015年4月1日前.
func byZh(d time.Time) string { return onZh(d) + "前" }

// onZh writes the date of a deadline: 2016年底, or 2015年4月1日.
func onZh(d time.Time) string {
	if d.Month() == time.December && d.Day() == 31 {
		return fmt.Sprintf("%d年底", d.Year())
	}
	return phrase.Date(d, phrase.Zh)
}

// byEn writes a deadline to follow "by": the end of 2016, or 1 Apr 2015.
func byEn(d time.Time) string {
	if d.Month() == time.December && d.Day() == 31 {
		return fmt.Sprintf("the end of %d", d.Year())
	}
	return phrase.Date(d, phrase.En)
}
