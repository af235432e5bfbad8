package report

import (
	"fmt"

	"talentcast/analytics/phrase"
	"talentcast/datasets"
)

// Effects tells what changed on the dashboard: 500优才 380人 → 392人（+12人）.
func Effects(es []datasets.Effect, policy datasets.Policy, lang string) []string {
	var out []string
	for _, e := range es {
		t, ok := policy.Target(e.Target)
		if !ok {
			continue
		}
		name := TargetName(policy, t.ID, lang)
		switch {
		case e.Was == nil && e.Now == nil:
		case e.Was == nil:
			out = append(out, fmt.Sprintf(pick(lang, "%s：首次有数，%s", "%s: first figure, %s"), name, phrase.Amount(*e.Now, t.Unit, lang)))
		case e.Now == nil:
			out = append(out, fmt.Sprintf(pick(lang, "%s：%s → 无数据", "%s: %s → no data"), name, phrase.Amount(*e.Was, t.Unit, lang)))
		default:
			out = append(out, fmt.Sprintf(pick(lang, "%s %s（%s → %s）", "%s %s (%s → %s)"),
				name, phrase.Difference(*e.Now-*e.Was, t.Unit, lang), phrase.Amount(*e.Was, t.Unit, lang), phrase.Amount(*e.Now, t.Unit, lang)))
		}
	}
	return out
}
