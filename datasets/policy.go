package datasets

import (
	"time"

	"talentcast/analytics"
)

// Policy is a document with targets. It is data: any district loads its own.
type Policy struct {
	ID           string `json:"id"`
	NameZh       string `json:"name_zh"`
	NameEn       string `json:"name_en"`
	Jurisdiction string `json:"jurisdiction"` // GB/T 2260 code, or ISO 3166 outside China
	PlaceZh      string `json:"place_zh"`
	PlaceEn      string `json:"place_en"`
	// Source says where the policy can be read; Note what a reader should know.
	Source string `json:"source"`
	NoteZh string `json:"note_zh"`
	NoteEn string `json:"note_en"`
	// Frequency is that of the forecasts: Monthly where records carry dates.
	Frequency analytics.Frequency `json:"-"`

	Departments []Department `json:"departments"`
	Plans       []Plan       `json:"plans"`
	Targets     []Target     `json:"targets"`
	Categories  []Category   `json:"categories"`
}

// Department is an office that leads or cooperates on targets and hands in rows.
type Department struct {
	ID       string   `json:"id"`
	NameZh   string   `json:"name_zh"`
	NameEn   string   `json:"name_en"`
	Synonyms []string `json:"synonyms,omitempty"`
}

// Plan is a part of the policy that targets are grouped by.
type Plan struct {
	ID     string `json:"id"`
	NameZh string `json:"name_zh"`
	NameEn string `json:"name_en"`
}

// Measure is how a target's actual is computed.
type Measure string

// The measures.
const (
	Cumulative Measure = "cumulative" // total since the window's start
	Stock      Measure = "stock"      // level at a date
	Ratio      Measure = "ratio"      // share, in the target's unit (%)
	Growth     Measure = "growth"     // year-on-year growth, in %
	PerPeriod  Measure = "per_period" // a count due in every period
	Milestone  Measure = "milestone"  // done or not
	Cap        Measure = "cap"        // must not be exceeded
	Trend      Measure = "trend"      // direction only: no number, hence no probability
)

// Relation is what a target is to its parent.
type Relation string

// The relations.
const (
	Part   Relation = "part"   // with its siblings it makes up the whole parent
	Subset Relation = "subset" // counted in the parent, beside others
	Detail Relation = "detail" // describes the parent; does not add
)

// Target is one checkable commitment of a policy.
type Target struct {
	ID     string `json:"id"`   // as in the catalogue, "H-03"
	Para   string `json:"para"` // paragraph of the source
	PlanID string `json:"plan,omitempty"`
	NameZh string `json:"name_zh"`
	NameEn string `json:"name_en"`
	// ShortZh and ShortEn are what people call it, 500优才; may be empty.
	ShortZh string `json:"short_zh,omitempty"`
	ShortEn string `json:"short_en,omitempty"`

	Measure Measure `json:"measure"`
	// Low is the commitment, High the ambition; equal where the text gives one
	// number, both nil where it gives none.
	Low  *float64 `json:"low"`
	High *float64 `json:"high"`
	Unit string   `json:"unit"` // 人, 元, %, 所 …; Low and High are in it
	// Every is the number of months in which a PerPeriod, Growth or Cap target
	// falls due again (12, 24); 0 for once.
	Every int `json:"every,omitempty"`

	// Start opens the window; Early and Late are the deadlines. A zero time
	// stands for "not stated".
	Start time.Time `json:"-"`
	Early time.Time `json:"-"`
	Late  time.Time `json:"-"`

	ParentID string   `json:"parent,omitempty"`
	Relation Relation `json:"relation,omitempty"`
	// SameAs names the target that this row shows in another place.
	SameAs string `json:"same_as,omitempty"`
	// Series names the target whose figures this one is held against, where
	// several goals are set for one series of figures; empty for its own.
	Series string `json:"series,omitempty"`

	Lead []string `json:"lead"` // department ids
	Coop []string `json:"coop"`

	// Headline orders the tiles of the overview, from 1; 0 is not a tile.
	Headline int `json:"headline,omitempty"`
	// Over and Basis say, for a Cap, whose rows are checked and how.
	Over  []string `json:"over,omitempty"`
	Basis Basis    `json:"basis,omitempty"`

	// Assumed marks a window's start that the text leaves open.
	Assumed bool   `json:"assumed,omitempty"`
	Hedge   string `json:"hedge,omitempty"` // 左右, 争取 …
	NoteZh  string `json:"note_zh,omitempty"`
	NoteEn  string `json:"note_en,omitempty"`
}

// Basis is what a Cap compares with its limit.
type Basis string

// The bases.
const (
	RowShare      Basis = "row_share"      // each row's amount ÷ base amount, in %
	RowAmount     Basis = "row_amount"     // each row's amount, in 元
	PersonYear    Basis = "person_year"    // a person's amounts in a calendar year, in 元
	PeriodAmount  Basis = "period_amount"  // all amounts in a period of Every months, in 元
	PeriodCount   Basis = "period_count"   // rows in a period of Every months
	PeriodPersons Basis = "period_persons" // sum of values (人数) in a period of Every months
)

// Category is a word that a row may carry in its category column, and what the
// row then counts for.
type Category struct {
	Target string `json:"target"` // "" for rows that are kept but count for no target
	Kind   Kind   `json:"kind"`
	Plan   string `json:"plan,omitempty"`
	Name   string `json:"name"`
	// Synonyms are other spellings accepted in files.
	Synonyms []string `json:"synonyms,omitempty"`
	Value    Value    `json:"value"`
}

// Value is what a row of a category adds to its target.
type Value string

// The values.
const (
	Persons  Value = "persons"  // one person; the same person again adds nothing
	Rows     Value = "rows"     // one
	Quantity Value = "quantity" // its value column
	Amount   Value = "amount"   // its amount column
	Share    Value = "share"    // value ÷ base value, pooled over units
	Point    Value = "point"    // its value is the target's figure at its date
)

// Target returns the target with the id.
func (p *Policy) Target(id string) (Target, bool) {
	for _, t := range p.Targets {
		if t.ID == id {
			return t, true
		}
	}
	return Target{}, false
}

// Canonical follows SameAs to the target that holds the figures.
func (p *Policy) Canonical(id string) string {
	for range p.Targets {
		t, ok := p.Target(id)
		if !ok || t.SameAs == "" {
			return id
		}
		id = t.SameAs
	}
	return id
}

// Children returns the targets that add to id: Part and Subset, not Detail, and
// not rows that repeat another.
func (p *Policy) Children(id string) []Target {
	var out []Target
	for _, t := range p.Targets {
		if t.ParentID != "" && t.SameAs == "" && t.Relation != Detail && p.Canonical(t.ParentID) == id {
			out = append(out, t)
		}
	}
	return out
}

// Root follows parents, through SameAs, to the top of the tree that id adds to.
// A person counts once under one root.
func (p *Policy) Root(id string) string {
	id = p.Canonical(id)
	for range p.Targets {
		t, ok := p.Target(id)
		if !ok || t.ParentID == "" || t.Relation == Detail {
			return id
		}
		id = p.Canonical(t.ParentID)
	}
	return id
}

// Department returns the department with the id.
func (p *Policy) Department(id string) (Department, bool) {
	for _, d := range p.Departments {
		if d.ID == id {
			return d, true
		}
	}
	return Department{}, false
}
