package datasets

import (
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"talentcast/analytics/fault"
)

// Bounds of what departments say.
const (
	MaxSayingBy = 40   // characters of a name
	MaxSaying   = 2000 // characters of a reason or a note
)

// checkSaying wants to know who says something, and what.
func checkSaying(by, text string) error {
	switch {
	case by == "":
		return ErrNoBy()
	case text == "":
		return ErrNoReason()
	case utf8.RuneCountInString(by) > MaxSayingBy || utf8.RuneCountInString(text) > MaxSaying:
		return fault.Newf(fault.Invalid, "姓名至多 %[1]d 字，说明至多 %[2]d 字；请缩短。",
			"A name has %[1]d characters at most and a text %[2]d; shorten them.", MaxSayingBy, MaxSaying)
	case !utf8.ValidString(by + text):
		return fault.New(fault.Invalid, "有不是 UTF-8 的字符；请重新输入。", "The text is not UTF-8; type it again.")
	}
	return nil
}

// ErrNoBy asks who.
func ErrNoBy() error {
	return fault.New(fault.Invalid, "请填写经办人姓名。", "Say who you are.")
}

// ErrNoReason asks why.
func ErrNoReason() error {
	return fault.New(fault.Invalid, "请填写说明或理由。", "Give the text or the reason.")
}

// PlanProblem is what is wrong with a year of a plan; Year 0 is of the whole.
type PlanProblem struct {
	Year int
	Err  error // a [fault.Error]
}

// Planned reports whether a target has planned figures by year: one with a
// number and a window, that is counted, stocked or a share.
func (t Target) Planned() bool {
	switch t.Measure {
	case Cumulative, Stock, Ratio:
		return t.Low != nil && !t.Start.IsZero() && t.Late.After(t.Start)
	}
	return false
}

// PlanYears are the years that a plan of the target is made for: from the window's
// opening to the last deadline.
func (t Target) PlanYears() []int {
	if !t.Planned() {
		return nil
	}
	var out []int
	for y := t.Start.Year(); y <= t.Late.Year(); y++ {
		out = append(out, y)
	}
	return out
}

// CheckPlan finds what is wrong with a plan: years outside of the window or twice,
// figures below nothing, shares over 100 %, totals that fall, parts of people. The
// warning says that the last year stays below the goal; nil where it doesn't.
func (t Target) CheckPlan(years []YearPlan) (problems []PlanProblem, warning *fault.Error) {
	add := func(year int, zh, en string, args ...any) {
		problems = append(problems, PlanProblem{year, fault.Newf(fault.Invalid, zh, en, args...)})
	}
	if !t.Planned() {
		add(0, "目标 %[1]s 没有数值或期限，不做年度分解。", "The target %[1]s has no number or no deadline, so there is no plan by year.", t.ID)
		return problems, nil
	}
	most := decimal.New(1, 14)
	for i, y := range years {
		switch {
		case y.Year < t.Start.Year() || y.Year > t.Late.Year():
			add(y.Year, "%[3]s：%[1]d年不在目标期限内；请填%[2]s的年份。", "%[3]s: %[1]d is outside of the target's window; give years of %[2]s.", y.Year, span(t), t.ID)
		case i > 0 && y.Year <= years[i-1].Year:
			add(y.Year, "%[2]s：%[1]d年重复或次序不对；每年只填一次。", "%[2]s: %[1]d is there twice or out of order; give every year once.", y.Year, t.ID)
		case y.Amount.IsNegative() || y.Amount.GreaterThanOrEqual(most):
			add(y.Year, "%[2]s：%[1]d年的计划数不能为负，也不能超过14位；请改正。", "%[2]s: the plan of %[1]d must not be negative nor have more than 14 digits; correct it.", y.Year, t.ID)
		case t.Unit == "%" && y.Amount.GreaterThan(decimal.New(100, 0)):
			add(y.Year, "%[2]s：%[1]d年的比例超过100%%；请填 0 到 100 之间的数。", "%[2]s: the share of %[1]d is over 100 %%; give a number from 0 to 100.", y.Year, t.ID)
		case !y.Amount.Equal(y.Amount.Round(t.Places())):
			add(y.Year, "%[3]s：%[1]d年的计划数至多 %[2]d 位小数；请改正。", "%[3]s: the plan of %[1]d has %[2]d decimals at most; correct it.", y.Year, t.Places(), t.ID)
		case i > 0 && t.Measure == Cumulative && y.Amount.LessThan(years[i-1].Amount):
			add(y.Year, "%[3]s：%[1]d年的累计计划数小于%[2]d年；累计数不能下降。", "%[3]s: the planned total of %[1]d is below that of %[2]d; a total can't fall.", y.Year, years[i-1].Year, t.ID)
		}
	}
	if n := len(years); n > 0 && years[n-1].Amount.LessThan(decimal.NewFromFloat(*t.Low)) {
		warning = fault.Newf(fault.Invalid, "最后一年（%[1]d年）的计划数低于目标；按此计划目标不能完成。", "The plan of the last year, %[1]d, stays below the goal: by this plan the target is not met.", years[n-1].Year)
	}
	return problems, warning
}

func span(t Target) string { return t.Start.Format("2006") + "–" + t.Late.Format("2006") }

// Places is the number of decimals that a planned figure may have.
func (t Target) Places() int32 {
	switch t.Unit {
	case "元":
		return 2
	case "%":
		return 4
	case "人", "名", "次", "家", "所", "个", "场":
		return 0
	}
	return 4
}
