package outlook

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"talentcast/analytics/phrase"
	"talentcast/analytics/target"
)

// verdict is the outlook in one sentence: the first headline target with expected
// date and probability, those of the others that are red or orange, then how many
// lights are.
func verdict(o *Outlook) Text {
	return Text{
		Zh: o.Policy.Name(phrase.Zh) + "：" + strings.Join(append(headlines(o, phrase.Zh), lights(o, phrase.Zh)), "；") + "。",
		En: o.Policy.Name(phrase.En) + ": " + strings.Join(append(headlines(o, phrase.En), lights(o, phrase.En)), "; ") + ".",
	}
}

// Headlines are the targets shown first: those the catalogue marks, or, where it
// marks none, the first three with a number.
func (o *Outlook) Headlines() []*Target {
	var marked, numbered []*Target
	for i := range o.Targets {
		t := &o.Targets[i]
		if t.Headline > 0 {
			marked = append(marked, t)
		}
		if t.SameAs == "" && t.Low != nil && len(numbered) < 3 {
			numbered = append(numbered, t)
		}
	}
	if len(marked) == 0 {
		return numbered
	}
	slices.SortStableFunc(marked, func(a, b *Target) int { return cmp.Compare(a.Headline, b.Headline) })
	return marked
}

func headlines(o *Outlook, lang string) []string {
	var parts []string
	for i, t := range o.Headlines() {
		if i == 0 || t.Status == target.OffTrack || t.Status == target.AtRisk {
			parts = append(parts, headline(o, t, lang))
		}
	}
	return parts
}

func headline(o *Outlook, t *Target, lang string) string {
	name, zh := t.Short(lang), lang != phrase.En
	switch {
	case t.Status == target.Met:
		return pick(zh, name+"已完成", name+" – met")
	case t.Attainment == nil || t.Status == target.NoData:
		return pick(zh, name+"无数据", name+" – no data")
	case !t.Late.After(o.AsOf.Time):
		return pick(zh, name+"期限已过、未完成", name+" – missed its deadline")
	}
	p := phrase.Probability(t.Attainment.LateLow.P)
	if m := t.Attainment.Passage.Median; !m.IsZero() {
		return pick(zh,
			fmt.Sprintf("%s预计%s完成，%s完成概率%s", name, phrase.Month(m, lang), byZh(t.Late), p),
			fmt.Sprintf("%s – expected in %s, probability by %s %s", name, phrase.Month(m, lang), byEn(t.Late), p))
	}
	return pick(zh,
		fmt.Sprintf("%s按当前趋势难以在%s完成，概率%s", name, byZh(t.Late), p),
		fmt.Sprintf("%s – not expected by %s, probability %s", name, byEn(t.Late), p))
}

func lights(o *Outlook, lang string) string {
	red, orange := o.Counts[target.OffTrack], o.Counts[target.AtRisk]
	if lang == phrase.En {
		return fmt.Sprintf("%d red, %d orange", red, orange)
	}
	return fmt.Sprintf("%d项红灯、%d项橙灯", red, orange)
}

func pick(zh bool, a, b string) string {
	if zh {
		return a
	}
	return b
}
