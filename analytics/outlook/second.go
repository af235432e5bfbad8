package outlook

import (
	"time"

	"talentcast/analytics/target"
	"talentcast/datasets"
)

// second asks the methods that know no probabilities. Progress is measured from
// the day before the window opened: from nothing for a total, from the level
// reported last by then for a level, or the first one reported.
func second(t *Target) *Second {
	if t.Low == nil || t.Late.IsZero() || len(t.History) == 0 {
		return nil
	}
	obs := observations(t.History)
	tr := target.Track{Past: obs, Goal: *t.Low, Deadline: t.Late, Sum: t.Measure == datasets.Cumulative}
	tr.Base, tr.BaseDate = baseOf(t, obs)
	s := &Second{tr.Base, Day{tr.BaseDate}, target.GrowthAssessment(tr), target.AnticipatedProgress(tr)}
	if s.Growth.Progress == "" && s.Course.Course == "" {
		return nil
	}
	return s
}

// baseOf is what a target's progress is measured from, and of when; there must be
// an observation.
func baseOf(t *Target, obs []target.Observation) (base float64, date time.Time) {
	base, date = obs[0].Value, obs[0].Date
	if t.Start.IsZero() {
		return base, date
	}
	before := t.Start.AddDate(0, 0, -1)
	if t.Measure == datasets.Cumulative {
		return 0, before
	}
	for _, o := range obs {
		if !o.Date.After(before) {
			base, date = o.Value, o.Date
		}
	}
	return base, date
}
