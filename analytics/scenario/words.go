package scenario

import (
	"fmt"
	"strings"

	"talentcast/analytics/phrase"
)

// Text says in words what the levers are; name turns a scope into what people call
// it, and is not asked for the whole policy.
func (s Scenario) Text(lang string, name func(scope string) string) string {
	var parts []string
	for _, l := range s.Levers {
		if l.Moved() {
			parts = append(parts, l.Text(lang, name))
		}
	}
	if len(parts) == 0 {
		return pick(lang, "未调整任何杠杆", "no lever is moved")
	}
	return strings.Join(parts, pick(lang, "；", "; "))
}

// Text says in words what the lever is: 引进力度1.2倍（五百优才计划，2016年1月起）.
func (l Lever) Text(lang string, name func(scope string) string) string {
	spec, ok := SpecOf(l.Kind)
	if !ok {
		return string(l.Kind)
	}
	var values []string
	for i, f := range spec.Fields {
		v, given := l.Values[f.ID]
		if !given && (i > 0 || !spec.Always) || given && v == f.Still && i > 0 && !spec.Always {
			continue
		}
		values = append(values, f.text(l.Value(f.ID), lang, i == 0 || len(spec.Fields) == 1))
	}
	out := pick(lang, spec.Zh, spec.En+" ") + strings.Join(values, pick(lang, "、", ", "))
	var more []string
	if l.Scope != "" {
		more = append(more, name(l.Scope))
	}
	more = append(more, l.span(lang)...)
	if len(more) > 0 {
		out += fmt.Sprintf(pick(lang, "（%s）", " (%s)"), strings.Join(more, pick(lang, "，", ", ")))
	}
	return out
}

func (f Field) text(v float64, lang string, main bool) string {
	n := phrase.Number(v, 2)
	if f.Min < 0 && v > 0 {
		n = "+" + n
	}
	switch {
	case f.UnitZh == "万元" && lang == phrase.En:
		n = phrase.Amount(v*1e4, "元", lang)
	case f.UnitEn == "times" && lang == phrase.En:
		n = "×" + n
	case f.UnitEn == "%":
		n += "%"
	case lang == phrase.En && f.UnitEn != "":
		n += " " + f.UnitEn
	case lang != phrase.En:
		n += f.UnitZh
	}
	if main {
		return n
	}
	return pick(lang, f.Zh, f.En+" ") + n
}

// span says when it acts and how sure it is.
func (l Lever) span(lang string) []string {
	var out []string
	month := func(m Month) string { return phrase.Month(m.Start(), lang) }
	switch {
	case !l.Start.IsZero() && !l.End.IsZero():
		out = append(out, fmt.Sprintf(pick(lang, "%s至%s", "%s to %s"), month(l.Start), month(l.End)))
	case !l.Start.IsZero():
		out = append(out, fmt.Sprintf(pick(lang, "%s起", "from %s"), month(l.Start)))
	case !l.End.IsZero():
		out = append(out, fmt.Sprintf(pick(lang, "至%s", "to %s"), month(l.End)))
	}
	if l.Ramp > 1 {
		out = append(out, fmt.Sprintf(pick(lang, "%d个月内逐步到位", "over %d months"), l.Ramp))
	}
	if l.SD > 0 {
		out = append(out, fmt.Sprintf("±%s%%", phrase.Number(l.SD*100, 1)))
	}
	return out
}

func pick(lang, zh, en string) string {
	if lang == phrase.En {
		return en
	}
	return zh
}
