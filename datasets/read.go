package datasets

import (
	"time"

	"github.com/shopspring/decimal"

	"talentcast/analytics"
)

// Flow is what happened for one target in one month, as known on the as-of
// date. Records that only repeat a person under the same root are left out.
type Flow struct {
	Target string
	Month  analytics.Period
	Joins  int64           // rows that count: people, institutions, activities
	Leaves int64           // of the target's rows, those that ended in this month
	Value  decimal.Decimal // sum of values (人数, 场次)
	Amount Fen             // sum of amounts
}

// Figure is a value reported for a target at a date: an indicator, or posts
// pooled over units.
type Figure struct {
	Target string
	Date   time.Time
	Value  decimal.Decimal // in the target's unit
	Num    decimal.NullDecimal
	Den    decimal.NullDecimal
	Known  time.Time
	Source string
}

// Excess is what exceeded a cap.
type Excess struct {
	Target string    `json:"target"` // the cap
	Date   time.Time `json:"-"`
	What   string    `json:"what"` // the row's key or name, the person's masked name, or the period
	Value  float64   `json:"value"`
	Limit  float64   `json:"limit"`
	Record int64     `json:"record,omitempty"`
}

// Row is a stored row as shown to a person, with where it came from.
type Row struct {
	ID       int64               `json:"id"`
	Target   string              `json:"target"`
	Kind     Kind                `json:"kind"`
	Category string              `json:"category"`
	Dept     string              `json:"department"`
	Name     string              `json:"name"`
	Place    string              `json:"place,omitempty"`
	Event    time.Time           `json:"-"`
	End      time.Time           `json:"-"`
	Known    time.Time           `json:"-"`
	Amount   *Fen                `json:"amount,omitempty"`
	Value    decimal.NullDecimal `json:"value,omitempty"`
	Stage    string              `json:"stage,omitempty"`
	Source   string              `json:"source,omitempty"`
	Unit     string              `json:"unit,omitempty"`
	File     string              `json:"file"`
	Sheet    string              `json:"sheet,omitempty"`
	RowNo    int                 `json:"row"`
	Batch    int64               `json:"batch"`
}

// State says what a policy's data are at the moment: two equal Versions have
// equal data.
type State struct {
	Version string    // changes with every batch that changed something, and with every undo
	Rows    int64     // versions of rows stored in batches that stand
	First   time.Time // earliest event; zero with no data
	Last    time.Time // latest event
	Known   time.Time // latest day on which something became known
	Demo    bool      // some of it is synthetic
}

// BatchInfo is a stored batch as listed.
type BatchInfo struct {
	ID         int64     `json:"id"`
	File       string    `json:"file"`
	Kind       Kind      `json:"kind"`
	SHA256     string    `json:"sha256"`
	Encoding   string    `json:"encoding,omitempty"`
	Demo       bool      `json:"demo"`
	LoadedAt   time.Time `json:"loaded_at"`
	LoadedBy   string    `json:"loaded_by"`
	Read       int       `json:"read"`
	Loaded     int       `json:"loaded"`
	Superseded int       `json:"superseded"`
	Unchanged  int       `json:"unchanged"`
	Refused    int       `json:"refused"`
	// UndoneAt is when the batch was taken back, and by whom; nil while it stands.
	UndoneAt *time.Time `json:"undone_at,omitempty"`
	UndoneBy string     `json:"undone_by,omitempty"`
}

// Latest is the day that the newest data stand for: the end of the month of the
// latest event, or the latest day on which something became known, but not after
// today; today where there are no data.
func (s State) Latest(today time.Time) time.Time {
	if s.First.IsZero() {
		return today
	}
	end := analytics.PeriodOf(s.Last, analytics.Monthly).End()
	if s.Known.After(end) {
		end = s.Known
	}
	if end.After(today) {
		end = today
	}
	return end
}
