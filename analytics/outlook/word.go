package outlook

import (
	"talentcast/analytics/target"
	"talentcast/datasets"
)

// StatusWord says what a light means for a measure: a cap that is over its limit is
// not "off track" but over the limit.
func StatusWord(s target.Status, m datasets.Measure, lang string) string {
	if m == datasets.Cap && s == target.OffTrack {
		return Text{"超限", "over the limit"}.In(lang)
	}
	return s.Word(lang)
}

// Word says what the target's light means.
func (t *Target) Word(lang string) string { return StatusWord(t.Status, t.Measure, lang) }
