package outlook

import (
	"encoding/json"

	"talentcast/analytics/target"
)

// The JSON form of changes is what /api/v1 serves and `talentcast forecast
// --since --json` prints; see json.go for the rules.

type changesJSON struct {
	Policy    string   `json:"policy"`
	NameZh    string   `json:"name_zh"`
	NameEn    string   `json:"name_en"`
	Since     Day      `json:"since"`
	AsOf      Day      `json:"as_of"`
	Demo      bool     `json:"demo"`
	DataState string   `json:"data_state"`
	Seed      uint64   `json:"seed"`
	Paths     int      `json:"paths"`
	Targets   []Change `json:"targets"`
}

// MarshalJSON writes the documented form.
func (c *Changes) MarshalJSON() ([]byte, error) {
	return json.Marshal(changesJSON{
		c.Policy.ID, c.Policy.NameZh, c.Policy.NameEn, c.Since, c.AsOf, c.State.Demo, c.State.Version, c.Seed, c.Paths, nonNil(c.Targets),
	})
}

type changeJSON struct {
	ID          string       `json:"id"`
	Canonical   string       `json:"canonical"`
	NameZh      string       `json:"name_zh"`
	NameEn      string       `json:"name_en"`
	Unit        string       `json:"unit"`
	Then        standingJSON `json:"then"`
	Now         standingJSON `json:"now"`
	Probability *sharesJSON  `json:"probability"`
	Figure      *sharesJSON  `json:"figure"`
	Rows        RowChanges   `json:"rows"`
	Text        Text         `json:"text"`
}

type standingJSON struct {
	Status   target.Status `json:"status"`
	Figure   *float64      `json:"figure"`
	EarlyLow *probability  `json:"early_low"`
	LateLow  *probability  `json:"late_low"`
	Expected Day           `json:"expected"`
}

type sharesJSON struct {
	Revised Share `json:"revised"`
	New     Share `json:"new"`
	Model   Share `json:"model"`
	Total   Share `json:"total"`
}

// MarshalJSON writes the documented form.
func (c Change) MarshalJSON() ([]byte, error) {
	at := func(s Standing) standingJSON {
		return standingJSON{s.Status, num(s.Figure), prob(s.Early), prob(s.Late), Day{s.Expected}}
	}
	return json.Marshal(changeJSON{
		c.ID, c.Canonical, c.NameZh, c.NameEn, c.Unit, at(c.Then), at(c.Now),
		(*sharesJSON)(c.Probability), (*sharesJSON)(c.Figure), c.Rows, c.Text,
	})
}

// Name is the target's name in the language.
func (c *Change) Name(lang string) string { return Text{c.NameZh, c.NameEn}.In(lang) }
