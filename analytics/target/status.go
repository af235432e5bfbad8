package target

// Status is the traffic light of a target.
type Status string

// The statuses, from the best.
const (
	Met      Status = "met"       // the low end is reached
	OnTrack  Status = "on_track"  // green
	Late     Status = "late"      // yellow: late but in reach
	AtRisk   Status = "at_risk"   // orange
	OffTrack Status = "off_track" // red
	Tracked  Status = "tracked"   // no number to meet, so no light: shown as a trend
	NoData   Status = "no_data"   // grey
)

// Statuses lists them in the order in which they are shown: worst first, since
// that is what a reader looks for.
func Statuses() []Status {
	return []Status{OffTrack, AtRisk, Late, OnTrack, Met, Tracked, NoData}
}

// Light is the colour's name as people say it, 红灯 or "red".
func (s Status) Light(lang string) string {
	zh, en := "灰灯", "grey"
	switch s {
	case Met:
		zh, en = "已完成", "met"
	case OnTrack:
		zh, en = "绿灯", "green"
	case Late:
		zh, en = "黄灯", "yellow"
	case AtRisk:
		zh, en = "橙灯", "orange"
	case OffTrack:
		zh, en = "红灯", "red"
	case Tracked:
		zh, en = "不设灯", "no light"
	}
	return pick(lang, zh, en)
}

// Word says what the light means; it always stands beside the colour.
func (s Status) Word(lang string) string {
	zh, en := "无数据", "no data"
	switch s {
	case Met:
		zh, en = "已完成", "met"
	case OnTrack:
		zh, en = "正常", "on track"
	case Late:
		zh, en = "滞后可达", "late but in reach"
	case AtRisk:
		zh, en = "有风险", "at risk"
	case OffTrack:
		zh, en = "难以完成", "off track"
	case Tracked:
		zh, en = "跟踪趋势", "trend only"
	}
	return pick(lang, zh, en)
}

// Icon is a sign that tells the statuses apart without colour.
func (s Status) Icon() string {
	switch s {
	case Met:
		return "√"
	case OnTrack:
		return "●"
	case Late:
		return "◐"
	case AtRisk:
		return "▲"
	case OffTrack:
		return "×"
	case Tracked:
		return "↗"
	}
	return "○"
}

func pick(lang, zh, en string) string {
	if lang == "en" {
		return en
	}
	return zh
}

// Thresholds are the probabilities that separate the lights. They are
// configuration; [DefaultThresholds] are the documented ones.
type Thresholds struct {
	Green  float64 `json:"green"`  // P(met by early) at least
	Yellow float64 `json:"yellow"` // P(met by late) at least
	Orange float64 `json:"orange"` // P(met by late) at least
}

// DefaultThresholds: green from 0.8 by the early deadline, yellow from 0.8 and
// orange from 0.5 by the late one.
func DefaultThresholds() Thresholds { return Thresholds{Green: 0.8, Yellow: 0.8, Orange: 0.5} }

// Status of a target that is not met, from the probabilities of meeting its low
// end. Where the policy states one deadline only, early equals late, and what
// is not green is at best orange: there is no later date to be in reach of.
func (th Thresholds) Status(early, late float64, oneDeadline bool) Status {
	switch {
	case early >= th.Green:
		return OnTrack
	case late >= th.Yellow && !oneDeadline:
		return Late
	case late >= th.Orange:
		return AtRisk
	}
	return OffTrack
}
