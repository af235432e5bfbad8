package web

import (
	"math"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/analytics/target"
)

// opinionView is what another method says of a target: its figure, its category,
// and how it differs from the light, if it does.
type opinionView struct{ Label, Figure, Word, Differs string }

// opinions are the second opinions beside the probability.
func (p *page) opinions(t *outlook.Target) []opinionView {
	s := t.Second
	if s == nil || t.Status == target.Met {
		return nil
	}
	var out []opinionView
	if g := s.Growth; g.Progress != "" {
		figure := p.T("second.noratio")
		if !math.IsNaN(g.Ratio) {
			figure = p.T("second.ratio", phrase.Percent(g.Ratio))
		}
		out = append(out, opinionView{p.T("second.eurostat"), figure, g.Progress.Word(p.Lang), g.Progress.Against(t.Status).Phrase(p.Lang)})
	}
	if c := s.Course; c.Course != "" {
		figure := p.T("second.line", p.by(t.Late), phrase.Amount(c.Value, t.Unit, p.Lang))
		out = append(out, opinionView{p.T("second.escap"), figure, c.Course.Word(p.Lang), c.Course.Against(t.Status).Phrase(p.Lang)})
	}
	return out
}
