// Package scenario changes what drives the targets and leaves everything else,
// chance included, as it is in the baseline: so a difference between the two is
// what the levers did.
//
// A [Scenario] is a list of levers ([Lever]); [Specs] lists their kinds. What
// the levers do to one series is its [Effect]. [Purse] lets money bind, [Seek]
// asks what it would take, [Tornado] and [Sobol] why, [Allocate] where money
// does most. The package knows no store and no model: it is given functions.
package scenario

import (
	"fmt"
	"strings"

	"talentcast/analytics/fault"
)

// Scenario is a set of levers over a baseline. The zero Scenario is the
// baseline itself.
type Scenario struct {
	Name   string  `json:"name,omitempty"`
	Note   string  `json:"note,omitempty"`
	Levers []Lever `json:"levers,omitempty"`
}

// MaxLevers bounds a scenario: more than a page shows are a slip.
const MaxLevers = 40

// Of returns the scenario of the levers.
func Of(levers ...Lever) Scenario { return Scenario{Levers: levers} }

// Baseline reports whether no lever is moved.
func (s Scenario) Baseline() bool {
	for _, l := range s.Levers {
		if l.Moved() {
			return false
		}
	}
	return true
}

// Moved is the scenario with only those levers that are moved: equal answers have
// equal keys.
func (s Scenario) Moved() Scenario {
	out := Scenario{Name: s.Name, Note: s.Note}
	for _, l := range s.Levers {
		if l.Moved() {
			out.Levers = append(out.Levers, l)
		}
	}
	return out
}

// Key is the same for scenarios whose levers are the same, whatever they are
// called. It reads as in an address: see [Parse].
func (s Scenario) Key() string {
	parts := make([]string, len(s.Levers))
	for i, l := range s.Levers {
		parts[i] = l.String()
	}
	return strings.Join(parts, ";")
}

// Scopes says what a lever's scope may be; a policy's plans and targets.
type Scopes interface {
	// Known reports whether the id is a plan's or a target's.
	Known(id string) bool
}

// Validate checks units, bounds, dates, scopes, and levers that contradict each
// other. Faults are Invalid, and name the lever by its place.
func (s Scenario) Validate(in Scopes) error {
	if len(s.Levers) > MaxLevers {
		return fault.Newf(fault.Invalid, "情景里有 %[1]d 个杠杆，最多 %[2]d 个；请删去不用的。",
			"The scenario has %[1]d levers; %[2]d are the most. Remove those not needed.", len(s.Levers), MaxLevers)
	}
	for i, l := range s.Levers {
		if err := l.validate(i, in); err != nil {
			return err
		}
	}
	return s.contradiction()
}

// contradiction finds two levers of which only one can hold.
func (s Scenario) contradiction() error {
	seen := map[string]int{}
	for i, l := range s.Levers {
		spec, _ := SpecOf(l.Kind)
		if !spec.Alone {
			continue
		}
		key := fmt.Sprintf("%s|%s", l.Kind, l.Scope)
		if j, double := seen[key]; double {
			return fault.Newf(fault.Invalid,
				"第 %[1]d 个和第 %[2]d 个杠杆都在同一范围设定“%[3]s”，互相矛盾；请只保留一个。",
				"Levers %[1]d and %[2]d both set %[4]q for the same scope and contradict each other; keep one of them.",
				j+1, i+1, spec.Zh, spec.En)
		}
		seen[key] = i
	}
	return nil
}
