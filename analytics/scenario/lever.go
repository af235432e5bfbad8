package scenario

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"talentcast/analytics"
	"talentcast/analytics/fault"
)

// Lever is one change of what drives targets.
type Lever struct {
	Kind Kind `json:"kind"`
	// Scope is the id of the plan or target whose series it acts on, with all
	// that adds to it; empty for the whole policy.
	Scope string `json:"scope,omitempty"`
	// Values are the kind's fields by their IDs; those missing stay as they are.
	Values map[string]float64 `json:"values"`
	// Start and End are the first and last month in which it acts; zero for the
	// first month forecast, and for ever.
	Start Month `json:"start,omitzero"`
	End   Month `json:"end,omitzero"`
	// Ramp is the number of months over which it comes to full effect; 0 for at
	// once.
	Ramp int `json:"ramp,omitempty"`
	// SD is the doubt about its main value, as a share of it: the value is
	// multiplied by a log-normal of mean 1, drawn once a path.
	SD float64 `json:"sd,omitempty"`
	// Low and High bound its main value where it is varied to see how much
	// depends on it; both zero for four fifths and six fifths of it.
	Low  float64 `json:"low,omitempty"`
	High float64 `json:"high,omitempty"`
}

// Month is a calendar month; the zero Month is none.
type Month struct{ analytics.Period }

// MonthOf is the month of a date.
func MonthOf(t time.Time) Month { return Month{analytics.PeriodOf(t, analytics.Monthly)} }

// ParseMonth reads 2016-01; empty is none.
func ParseMonth(s string) (Month, error) {
	if s = strings.TrimSpace(s); s == "" {
		return Month{}, nil
	}
	t, err := time.Parse("2006-01", s)
	if err != nil || t.Year() < 1900 || t.Year() > 2200 {
		return Month{}, fault.Newf(fault.Invalid, "月份“%[1]s”无法识别；请写成 2016-01 的形式。",
			"The month %[1]q can't be read; write it as 2016-01.", clip(s))
	}
	return MonthOf(t), nil
}

// IsZero reports whether it is no month.
func (m Month) IsZero() bool { return m.Freq == 0 }

// String writes 2016-01, or nothing.
func (m Month) String() string {
	if m.IsZero() {
		return ""
	}
	return m.Period.Start().Format("2006-01")
}

// MarshalText writes the month as [ParseMonth] reads it.
func (m Month) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (m *Month) UnmarshalText(b []byte) (err error) {
	*m, err = ParseMonth(string(b))
	return err
}

// Intake is a lever that multiplies what is taken in by the whole policy.
func Intake(times float64) Lever {
	return Lever{Kind: KindIntake, Values: map[string]float64{"times": times}}
}

// Growth is a lever that adds points to the yearly growth of money: 5 for 5 %.
func Growth(points float64) Lever {
	return Lever{Kind: KindGrowth, Values: map[string]float64{"points": points}}
}

// Value is the field's value, or what it is when nothing is changed.
func (l Lever) Value(field string) float64 {
	if v, ok := l.Values[field]; ok {
		return v
	}
	spec, _ := SpecOf(l.Kind)
	for _, f := range spec.Fields {
		if f.ID == field {
			return f.Still
		}
	}
	return 0
}

// Main is the value of the kind's main field.
func (l Lever) Main() float64 {
	spec, ok := SpecOf(l.Kind)
	if !ok {
		return 0
	}
	return l.Value(spec.Fields[0].ID)
}

// WithMain is the lever with another main value.
func (l Lever) WithMain(v float64) Lever {
	spec, ok := SpecOf(l.Kind)
	if !ok {
		return l
	}
	l.Values = maps.Clone(l.Values)
	if l.Values == nil {
		l.Values = map[string]float64{}
	}
	f := spec.Fields[0]
	if f.Whole {
		v = math.Round(v)
	}
	l.Values[f.ID] = v
	return l
}

// Range is within which the main value is varied, inside the field's bounds.
func (l Lever) Range() (low, high float64) {
	spec, ok := SpecOf(l.Kind)
	if !ok {
		return 0, 0
	}
	f := spec.Fields[0]
	switch v := l.Main(); {
	case l.Low != 0 || l.High != 0:
		low, high = l.Low, l.High
	case v == 0:
		low, high = f.Low, f.High
	case v < 0:
		low, high = 1.2*v, 0.8*v
	default:
		low, high = 0.8*v, 1.2*v
	}
	if f.Whole {
		low, high = math.Floor(low), math.Ceil(high)
	}
	return max(f.Min, low), min(f.Max, high)
}

// Moved reports whether the lever does anything: a value away from where it
// changes nothing, or doubt about it.
func (l Lever) Moved() bool {
	spec, ok := SpecOf(l.Kind)
	if !ok {
		return true // for Validate to refuse
	}
	if l.SD != 0 || spec.Always {
		return true
	}
	for _, f := range spec.Fields {
		if v, ok := l.Values[f.ID]; ok && v != f.Still {
			return true
		}
	}
	for id := range l.Values { // a field that is none is for Validate too
		if _, ok := spec.Field(id); !ok {
			return true
		}
	}
	return false
}

// validate checks one lever; i is its place.
func (l Lever) validate(i int, in Scopes) error {
	spec, ok := SpecOf(l.Kind)
	if !ok {
		return fault.Newf(fault.Invalid, "第 %[1]d 个杠杆的种类“%[2]s”不认识；可以用的有：%[3]s。",
			"Lever %[1]d is of an unknown kind %[2]q; there are: %[3]s.", i+1, clip(string(l.Kind)), kindNames())
	}
	bad := func(zh, en string, args ...any) error {
		return fault.New(fault.Invalid,
			fmt.Sprintf("第 %d 个杠杆（%s）：", i+1, spec.Zh)+fmt.Sprintf(zh, args...),
			fmt.Sprintf("Lever %d (%s): ", i+1, spec.En)+fmt.Sprintf(en, args...))
	}
	for _, id := range slices.Sorted(maps.Keys(l.Values)) {
		f, ok := spec.Field(id)
		v := l.Values[id]
		switch {
		case !ok:
			return bad("没有“%[1]s”这一项；有：%[2]s。", "there is no %[1]q; there are: %[2]s.", clip(id), spec.fieldNames())
		case math.IsNaN(v) || v < f.Min || v > f.Max:
			return bad("%[1]s为%[2]v%[3]s，超出 %[4]v 到 %[5]v 的范围；请改在范围之内。",
				"%[6]s is %[2]v %[7]s; give a number from %[4]v to %[5]v.", f.Zh, v, f.UnitZh, f.Min, f.Max, f.En, f.UnitEn)
		case f.Whole && v != math.Trunc(v):
			return bad("%[1]s应为整数。", "%[2]s must be a whole number.", f.Zh, f.En)
		}
	}
	switch {
	case l.Scope != "" && in != nil && !in.Known(l.Scope):
		return bad("没有编号为“%[1]s”的计划或目标；请从列表中选择。", "there is no plan or target %[1]q; choose one from the list.", clip(l.Scope))
	case math.IsNaN(l.SD) || l.SD < 0 || l.SD > 1:
		return bad("不确定度 %[1]v 超出 0 到 1；0.1 表示约 ±10%%。", "its doubt of %[1]v is out of 0 to 1; 0.1 is about ±10%%.", l.SD)
	case l.SD > 0 && !spec.Uncertain:
		return bad("这一种不能带不确定度；请删去。", "this kind can't have doubt; remove it.")
	case l.Ramp < 0 || l.Ramp > 120:
		return bad("渐进月数 %[1]d 超出 0 到 120。", "a ramp of %[1]d months is out of 0 to 120.", l.Ramp)
	case !l.Start.IsZero() && !l.End.IsZero() && l.End.Sub(l.Start.Period) < 0:
		return bad("结束月份 %[1]s 早于开始月份 %[2]s；请核对。", "it ends in %[1]s, before it starts in %[2]s; check both.", l.End, l.Start)
	case math.IsNaN(l.Low) || math.IsNaN(l.High) || l.Low > l.High:
		return bad("范围的下限大于上限；请对调。", "the low end of its range is above the high end; swap them.")
	}
	return nil
}

// weights is, for h periods from first on, the share of its full effect that the
// lever has in each.
func (l Lever) weights(first analytics.Period, h int) []float64 {
	w := make([]float64, h)
	months := 12 / int(first.Freq)
	start := l.Start
	if start.IsZero() {
		start = MonthOf(first.Start())
	}
	for t := range w {
		m := analytics.PeriodOf(first.Add(t).Start(), analytics.Monthly)
		for k := range months {
			w[t] += l.weight(m.Add(k), start) / float64(months)
		}
	}
	return w
}

func (l Lever) weight(m analytics.Period, start Month) float64 {
	k := m.Sub(start.Period)
	if k < 0 || !l.End.IsZero() && m.Sub(l.End.Period) > 0 {
		return 0
	}
	if l.Ramp <= 1 {
		return 1
	}
	return min(1, float64(k+1)/float64(l.Ramp))
}

// String writes the lever as [Parse] reads it: intake@P00:times=1.2,start=2016-01.
func (l Lever) String() string {
	var b strings.Builder
	b.WriteString(string(l.Kind))
	if l.Scope != "" {
		b.WriteString("@" + l.Scope)
	}
	sep := byte(':')
	add := func(k, v string) {
		b.WriteByte(sep)
		sep = ','
		b.WriteString(k + "=" + v)
	}
	for _, k := range slices.Sorted(maps.Keys(l.Values)) {
		add(k, number(l.Values[k]))
	}
	if !l.Start.IsZero() {
		add("start", l.Start.String())
	}
	if !l.End.IsZero() {
		add("end", l.End.String())
	}
	for _, x := range []struct {
		k string
		v float64
	}{{"ramp", float64(l.Ramp)}, {"sd", l.SD}, {"low", l.Low}, {"high", l.High}} {
		if x.v != 0 {
			add(x.k, number(x.v))
		}
	}
	return b.String()
}

func number(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// Parse reads levers as an address carries them: levers apart by semicolons, each
// kind@scope:field=value,…,start=2016-01,end=2018-12,ramp=6,sd=0.1,low=…,high=….
// It does not validate.
func Parse(s string) ([]Lever, error) {
	const most = 8000
	if len(s) > most {
		return nil, fault.Newf(fault.Invalid, "杠杆的写法超过 %[1]d 字；请把情景保存后用链接打开。",
			"The levers take more than %[1]d characters; save the scenario and open it by its link.", most)
	}
	var out []Lever
	for _, part := range strings.Split(s, ";") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		l, err := parseLever(part)
		if err != nil {
			return nil, err
		}
		if out = append(out, l); len(out) > MaxLevers {
			break // Validate says so
		}
	}
	return out, nil
}

func parseLever(s string) (Lever, error) {
	head, rest, _ := strings.Cut(s, ":")
	kind, scope, _ := strings.Cut(head, "@")
	l := Lever{Kind: Kind(strings.TrimSpace(kind)), Scope: strings.TrimSpace(scope), Values: map[string]float64{}}
	for _, pair := range strings.Split(rest, ",") {
		if strings.TrimSpace(pair) == "" {
			continue
		}
		k, v, _ := strings.Cut(pair, "=")
		if err := l.Set(strings.TrimSpace(k), strings.TrimSpace(v)); err != nil {
			return l, err
		}
	}
	return l, nil
}

// Set gives the lever a field of its kind, or start, end, ramp, sd, low or high,
// as text.
func (l *Lever) Set(field, text string) (err error) {
	switch field {
	case "start":
		l.Start, err = ParseMonth(text)
		return err
	case "end":
		l.End, err = ParseMonth(text)
		return err
	}
	v, perr := strconv.ParseFloat(text, 64)
	if perr != nil || math.IsInf(v, 0) {
		return fault.Newf(fault.Invalid, "“%[1]s”的值“%[2]s”不是数；请填 1.2 这样的数。",
			"The value %[2]q of %[1]s is not a number; give one such as 1.2.", clip(field), clip(text))
	}
	switch field {
	case "ramp":
		if v != math.Trunc(v) || math.Abs(v) > 1e6 {
			v = -1 // for Validate to refuse
		}
		l.Ramp = int(v)
	case "sd":
		l.SD = v
	case "low":
		l.Low = v
	case "high":
		l.High = v
	default:
		if l.Values == nil {
			l.Values = map[string]float64{}
		}
		l.Values[field] = v
	}
	return nil
}

// clip shortens what a reader typed before it is shown.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}
