package web

import (
	"talentcast/analytics/target"
	"talentcast/datasets"
)

// lamp is a light with the measure it is of: a cap over its limit has its own word.
type lamp struct {
	target.Status
	Measure datasets.Measure
}

// String is the status alone, for the classes of the style sheet.
func (l lamp) String() string { return string(l.Status) }

// lampOf takes what templates hand over: a lamp, or a status of no one measure.
func lampOf(v any) lamp {
	switch v := v.(type) {
	case lamp:
		return v
	case target.Status:
		return lamp{Status: v}
	}
	return lamp{Status: target.NoData}
}
