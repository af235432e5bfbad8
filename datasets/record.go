package datasets

import (
	"time"

	"github.com/shopspring/decimal"
)

// Kind is a sort of input, with a template of its own.
type Kind string

// The kinds.
const (
	Talent       Kind = "talent"       // 人才
	SocialWorker Kind = "socialworker" // 社工
	Fund         Kind = "fund"         // 资金
	Training     Kind = "training"     // 培训
	Institution  Kind = "institution"  // 机构
	Activity     Kind = "activity"     // 活动
	Post         Kind = "post"         // 岗位
	Indicator    Kind = "indicator"    // 指标
)

// Kinds lists them in the order in which they are shown.
func Kinds() []Kind {
	return []Kind{Talent, SocialWorker, Fund, Training, Institution, Activity, Post, Indicator}
}

// Record is one checked row, ready to store. Every kind fills the columns that
// it has; the rest stay zero.
type Record struct {
	Kind Kind
	// Key says what the row is about, the same in every version of it: the
	// person and category, the voucher number, the indicator and its date.
	Key      string
	Target   string // canonical id, or "" where it counts for none
	Category string
	Plan     string
	Dept     string // department id

	Person string // keyed hash of the ID number, hex; never the number
	Name   string // masked name (张*明), or the organisation's or activity's name
	Place  string // 社区, 街道, unit

	Event time.Time // the day it happened or holds for
	End   time.Time // the day it ended (left, closed); zero if not
	Known time.Time // the day from which the office knew this version

	Amount     decimal.NullDecimal // 元, at most two decimals
	BaseAmount decimal.NullDecimal // 元: the whole that Amount is a part of
	Value      decimal.NullDecimal // count or figure, in Unit
	BaseValue  decimal.NullDecimal
	Unit       string
	Stage      string // fund: 预算, 到位, 支出
	Source     string // fund: 财政, 企业, 社会, 其他; indicator: where published
	Note       string

	Sheet string
	Row   int // as the clerk sees it, from 1
}

// Refusal is a row, or one value of it, that was set aside.
type Refusal struct {
	Sheet    string `json:"sheet,omitempty"`
	Row      int    `json:"row"` // 0 for the file as a whole
	Column   string `json:"column,omitempty"`
	Value    string `json:"value,omitempty"` // masked where it is an ID number
	Code     string `json:"code"`
	ReasonZh string `json:"reason_zh"`
	ReasonEn string `json:"reason_en"`
	RemedyZh string `json:"remedy_zh"`
	RemedyEn string `json:"remedy_en"`
}

// Batch is one file's worth of rows, loaded whole or not at all.
type Batch struct {
	Policy       string
	Jurisdiction string
	Kind         Kind
	File         string // name only, no folder
	SHA256       string // of the file's bytes, hex
	Bytes        int64
	Encoding     string
	Demo         bool // synthetic: 演示数据
	LoadedAt     time.Time
	LoadedBy     string
	Read         int // data rows in the file
	Records      []Record
	// Feed stands in for Records where these are too many to be in memory.
	Feed Feed
	// Distinct says that all records are of the batch's kind and that no key is
	// there twice, so that they need not be compared with each other.
	Distinct bool
	Refused  int // rows refused; 0 to count them in Refusals
	Refusals []Refusal
	// Dept is the department that alone hands in; "" for anybody's. Rows about what
	// another department has handed in are withheld: they correct nothing, and are
	// refused as Withheld words it.
	Dept     string
	Withheld Refusal
}

// Sight is how far whoever hands a file in may see the rows that others handed in.
// The zero Sight is all of them.
type Sight struct {
	Blind bool   // only the file's own
	Dept  string // only those of the department; "" for every department's
}

// Receipt says what loading a batch did. Read = Loaded + Superseded + Unchanged
// + rows refused.
type Receipt struct {
	Batch      int64  `json:"batch"`
	Policy     string `json:"policy"`
	File       string `json:"file"`
	Kind       Kind   `json:"kind"`
	Encoding   string `json:"encoding,omitempty"`
	Already    bool   `json:"already"` // these bytes were loaded before: nothing changed
	Read       int    `json:"read"`
	Loaded     int    `json:"loaded"`     // rows about something new
	Superseded int    `json:"superseded"` // rows that correct an earlier version
	Unchanged  int    `json:"unchanged"`  // rows that say what is known
	Refused    int    `json:"refused"`    // rows set aside

	Refusals []Refusal `json:"refusals,omitempty"`
}
