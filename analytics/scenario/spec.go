package scenario

import (
	"slices"
	"strings"
)

// Kind is a sort of lever.
type Kind string

// The kinds.
const (
	KindIntake    Kind = "intake"    // 引进力度
	KindSplit     Kind = "split"     // 引进与培养的比重
	KindExam      Kind = "exam"      // 报考、通过率与登记时滞（社工）
	KindCeiling   Kind = "ceiling"   // 年接纳上限
	KindDelay     Kind = "delay"     // 推迟
	KindShock     Kind = "shock"     // 冲击（如停一年）
	KindRetention Kind = "retention" // 流失
	KindRenewal   Kind = "renewal"   // 管理期满续聘
	KindGrowth    Kind = "growth"    // 资金年增幅调整
	KindFund      Kind = "fund"      // 资金安排
	KindOneOff    Kind = "oneoff"    // 一次性资金
	KindCost      Kind = "cost"      // 人均成本
	KindBudget    Kind = "budget"    // 经费约束
)

// Spec describes a kind: what it is called, its fields, and what it may carry.
type Spec struct {
	Kind      Kind    `json:"kind"`
	Zh        string  `json:"zh"`
	En        string  `json:"en"`
	HintZh    string  `json:"hint_zh"`
	HintEn    string  `json:"hint_en"`
	Fields    []Field `json:"fields"`    // the first is the main one
	Uncertain bool    `json:"uncertain"` // may have doubt
	Timed     bool    `json:"timed"`     // has a start, a ramp and an end
	Alone     bool    `json:"alone"`     // one a scope
	Always    bool    `json:"-"`         // acts whatever its values
	Money     bool    `json:"money"`     // about money
}

// Field is one number of a lever.
type Field struct {
	ID     string  `json:"id"`
	Zh     string  `json:"zh"`
	En     string  `json:"en"`
	UnitZh string  `json:"unit_zh"`
	UnitEn string  `json:"unit_en"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
	// Still is the value that changes nothing.
	Still float64 `json:"still"`
	// Low, High and Step are a slider's.
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	Step  float64 `json:"step"`
	Whole bool    `json:"whole"`
}

// Field returns the field with the id.
func (s Spec) Field(id string) (Field, bool) {
	i := slices.IndexFunc(s.Fields, func(f Field) bool { return f.ID == id })
	if i < 0 {
		return Field{}, false
	}
	return s.Fields[i], true
}

func (s Spec) fieldNames() string {
	var names []string
	for _, f := range s.Fields {
		names = append(names, f.ID)
	}
	return strings.Join(names, ", ")
}

// SpecOf returns the description of a kind.
func SpecOf(k Kind) (Spec, bool) {
	for _, s := range Specs() {
		if s.Kind == k {
			return s, true
		}
	}
	return Spec{}, false
}

func kindNames() string {
	var names []string
	for _, s := range Specs() {
		names = append(names, string(s.Kind))
	}
	return strings.Join(names, ", ")
}

// The bounds of multipliers and of money in 万元: a thousand 亿元 is more than a
// district will ever have.
const (
	maxTimes = 10
	maxMoney = 1e7
)

// Specs lists the kinds in the order in which they are shown.
func Specs() []Spec {
	return append(peopleSpecs(), moneySpecs()...)
}

func times(id, zh, en string) Field {
	return Field{ID: id, Zh: zh, En: en, UnitZh: "倍", UnitEn: "times", Max: maxTimes, Still: 1, High: 3, Step: 0.05}
}

func percent(id, zh, en string, still float64) Field {
	return Field{ID: id, Zh: zh, En: en, UnitZh: "%", UnitEn: "%", Max: 100, Still: still, High: 100, Step: 1}
}

func money(id, zh, en string) Field {
	return Field{ID: id, Zh: zh, En: en, UnitZh: "万元", UnitEn: "¥10k", Max: maxMoney, High: 20000, Step: 50}
}

func peopleSpecs() []Spec {
	return []Spec{
		{
			Kind: KindIntake, Zh: "引进力度", En: "Intake",
			HintZh: "每月新增的人数或个数变为原来的几倍", HintEn: "what is added a month, as a multiple of the baseline",
			Fields: []Field{times("times", "倍数", "Multiple")}, Uncertain: true, Timed: true,
		},
		{
			Kind: KindSplit, Zh: "引进与培养", En: "Recruited and trained",
			HintZh: "现有新增中引进所占比重，以及引进、培养各变为原来的几倍", HintEn: "the share recruited of what is added now, and the multiples of those recruited and those trained",
			Fields: []Field{
				times("imported", "引进倍数", "Recruited"), times("trained", "培养倍数", "Trained"),
				{ID: "share", Zh: "引进占比", En: "Share recruited", UnitZh: "%", UnitEn: "%", Max: 100, Still: 50, High: 100, Step: 1},
			}, Uncertain: true, Timed: true,
		},
		{
			Kind: KindExam, Zh: "考试通过", En: "Examination",
			HintZh: "报考人数、通过率和登记时滞的现状与设想；用于社工", HintEn: "candidates, pass rate and delay of registration, now and then; for social workers",
			Fields: []Field{
				{ID: "candidates", Zh: "设想报考人数", En: "Candidates then", UnitZh: "人", UnitEn: "", Max: 1e6, Still: 1000, High: 3000, Step: 10},
				{ID: "candidates_now", Zh: "现状报考人数", En: "Candidates now", UnitZh: "人", UnitEn: "", Min: 1, Max: 1e6, Still: 1000, Low: 1, High: 3000, Step: 10},
				{ID: "pass", Zh: "设想通过率", En: "Pass rate then", UnitZh: "%", UnitEn: "%", Max: 100, Still: 20, High: 100, Step: 0.5},
				{ID: "pass_now", Zh: "现状通过率", En: "Pass rate now", UnitZh: "%", UnitEn: "%", Min: 0.1, Max: 100, Still: 20, Low: 0.5, High: 100, Step: 0.5},
				{ID: "lag", Zh: "登记时滞变化", En: "Change of delay", UnitZh: "个月", UnitEn: "months", Min: -12, Max: 36, Low: -6, High: 12, Step: 1, Whole: true},
			}, Uncertain: true, Timed: true,
		},
		{
			Kind: KindCeiling, Zh: "年接纳上限", En: "Capacity",
			HintZh: "范围内每个日历年最多新增多少，超出的不再接纳", HintEn: "the most that can be added in the scope in a calendar year; what is over is turned away",
			Fields: []Field{{ID: "per_year", Zh: "每年至多", En: "At most a year", UnitZh: "人（个）", UnitEn: "a year", Max: 1e6, Still: 1e6, High: 500, Step: 5, Whole: true}},
			Timed:  true, Alone: true,
		},
		{
			Kind: KindDelay, Zh: "推迟", En: "Delay",
			HintZh: "从开始月份起，新增整体推迟若干个月，期间没有新增", HintEn: "from its start on everything comes this many months later, and nothing in between",
			Fields: []Field{{ID: "months", Zh: "推迟", En: "By", UnitZh: "个月", UnitEn: "months", Max: 60, High: 24, Step: 1, Whole: true}},
			Alone:  true,
		},
		{
			Kind: KindShock, Zh: "冲击", En: "Shock",
			HintZh: "从开始月份起的若干个月里失去一部分新增；失去一整年即 100%、12 个月", HintEn: "a share of what is added is lost for some months from its start; a lost year is 100 % of 12 months",
			Fields:    []Field{percent("lost", "失去", "Lost", 0), {ID: "months", Zh: "持续", En: "For", UnitZh: "个月", UnitEn: "months", Min: 1, Max: 120, Still: 12, Low: 1, High: 36, Step: 1, Whole: true}},
			Uncertain: false,
		},
		{
			Kind: KindRetention, Zh: "流失", En: "Leaving",
			HintZh: "离开的速度变为原来的几倍；影响在册人数和机构存量", HintEn: "the rate of leaving as a multiple; moves those still here and stocks",
			Fields: []Field{times("times", "倍数", "Multiple")}, Uncertain: true, Timed: true,
		},
		{
			Kind: KindRenewal, Zh: "期满续聘", En: "Renewal",
			HintZh: "管理期满时续聘的比例；影响在册人数，不影响累计认定数", HintEn: "the share renewed when the management period ends; moves those still here, not those ever recognised",
			Fields: []Field{percent("share", "续聘率", "Renewed", 100), {ID: "years", Zh: "管理期", En: "Period", UnitZh: "年", UnitEn: "years", Min: 1, Max: 20, Still: 5, Low: 1, High: 10, Step: 1, Whole: true}},
			Alone:  true,
		},
	}
}

func moneySpecs() []Spec {
	growth := Field{ID: "growth", Zh: "年递增", En: "Yearly growth", UnitZh: "%", UnitEn: "%", Min: -50, Max: 100, Still: 5, Low: -10, High: 30, Step: 0.5}
	return []Spec{
		{
			Kind: KindGrowth, Zh: "资金年增幅", En: "Growth of money",
			HintZh: "在基准走势上逐年多增（减）的百分点", HintEn: "points added to (or taken off) the yearly growth of the baseline's money",
			Fields:    []Field{{ID: "points", Zh: "增减", En: "Points", UnitZh: "个百分点", UnitEn: "points", Min: -50, Max: 100, Low: -20, High: 30, Step: 0.5}},
			Uncertain: true, Timed: true, Money: true,
		},
		{
			Kind: KindFund, Zh: "资金安排", En: "Appropriation",
			HintZh: "用逐年安排代替基准走势：首年数额、年递增、企业和社会出资占财政的比例", HintEn: "a yearly plan in place of the baseline's money: the first year's amount, its growth, and what enterprises and society add as a share of it",
			Fields:    []Field{money("base", "首年安排", "First year"), growth, {ID: "share", Zh: "企业和社会配套", En: "Enterprises and society", UnitZh: "%", UnitEn: "%", Max: 500, High: 100, Step: 1}},
			Uncertain: true, Timed: true, Alone: true, Always: true, Money: true,
		},
		{
			Kind: KindOneOff, Zh: "一次性资金", En: "One-off money",
			HintZh: "在开始月份一次到位", HintEn: "comes at once in the month of its start",
			Fields: []Field{money("amount", "数额", "Amount")}, Money: true,
		},
		{
			Kind: KindCost, Zh: "人均成本", En: "Cost a head",
			HintZh: "范围内每新增一人（个）需要的经费；用来计算费用", HintEn: "what each one added in the scope costs; for the bill",
			Fields: []Field{{ID: "amount", Zh: "每人（个）", En: "Each", UnitZh: "万元", UnitEn: "¥10k", Max: 1e5, High: 100, Step: 0.5}},
			Alone:  true, Money: true,
		},
		{
			Kind: KindBudget, Zh: "经费约束", En: "Budget",
			HintZh: "每个日历年可用于新增的经费；不够时各项按同一比例削减，余款可以结转", HintEn: "what may be spent on additions in a calendar year; where it does not suffice all are cut by one share, and what is left may be carried over",
			Fields: []Field{
				money("base", "首年经费", "First year"), growth,
				{ID: "carry", Zh: "余款结转", En: "Carried over", UnitZh: "（1 是，0 否）", UnitEn: "(1 yes, 0 no)", Max: 1, Still: 1, High: 1, Step: 1, Whole: true},
			},
			Alone: true, Always: true, Money: true, Timed: true,
		},
	}
}
