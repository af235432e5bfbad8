package outlook

import (
	"fmt"

	"talentcast/analytics/phrase"
)

// Sentence says in words how the forecasts of a target have done; "" stands for
// the whole policy.
func (h *History) Sentence(id string) Text {
	s, ok := h.Overall, len(h.Events)+len(h.Intervals) > 0
	if id != "" {
		s, ok = h.OfTarget(id)
	}
	if !ok || s.Events == 0 && s.Intervals == 0 {
		return Text{
			"较早时点的预测还没有可以核对的结果。",
			"No earlier forecast has an outcome to be held against yet.",
		}
	}
	var t Text
	if s.Events > 0 {
		t = Text{
			fmt.Sprintf("过去%d个时点的%s个预测事件：给出的概率平均%s，实际发生%s", s.Origins, phrase.Number(float64(s.Events), 0), round(s.Mean), round(s.Rate)),
			fmt.Sprintf("%s events forecast from %d earlier dates: given a probability of %s on average, %s came", phrase.Number(float64(s.Events), 0), s.Origins, round(s.Mean), round(s.Rate)),
		}
	} else {
		t = Text{"过去的预测", "Earlier forecasts"}
	}
	if s.Intervals > 0 {
		t.Zh += fmt.Sprintf("；80%%区间覆盖%s", round(s.Coverage[1]))
		t.En += fmt.Sprintf("; the 80%% intervals held %s of what came", round(s.Coverage[1]))
	}
	t.Zh += "。"
	t.En += "."
	return t
}

// round is a share in whole per cent: what came of counted events, so that
// nothing at all is 0% and all of them 100%.
func round(share float64) string { return phrase.Number(share*100, 0) + "%" }

// Verdict says whether the probabilities were too high, too low, or neither
// beyond what chance explains; empty without events.
func (s Score) Verdict() Text {
	if s.Events == 0 {
		return Text{}
	}
	gap := s.Mean - s.Rate
	chance := max(2*s.gapError, 0.02) // less is of no consequence
	switch {
	case gap > chance:
		return Text{"给出的概率总体偏高。", "On the whole the probabilities were too high."}
	case gap < -chance:
		return Text{"给出的概率总体偏低。", "On the whole the probabilities were too low."}
	}
	return Text{"给出的概率总体上没有超出偶然的偏差。", "On the whole the probabilities are off by no more than chance explains."}
}

// Caution says how much stands behind a score, and that it is little where it is.
func (s Score) Caution() Text {
	if s.Events == 0 {
		return Text{}
	}
	t := Text{
		fmt.Sprintf("这些事件来自%d个时点、%d个目标的%d次预测；相邻时点的预测期重叠，事件之间并不独立。", s.Origins, s.Targets, s.Groups),
		fmt.Sprintf("The events come from %d forecasts (%d origins, %d targets); the spans of neighbouring origins overlap, so the events are not independent.", s.Groups, s.Origins, s.Targets),
	}
	if s.Targets == 1 {
		t = Text{
			fmt.Sprintf("这些事件来自%d个时点的预测；相邻时点的预测期重叠，事件之间并不独立。", s.Origins),
			fmt.Sprintf("The events come from the forecasts of %d origins, whose spans overlap, so they are not independent.", s.Origins),
		}
	}
	if s.Few() {
		t.Zh += "次数太少，只能作参考。"
		t.En += " They are too few to be more than a hint."
	}
	return t
}

// Late says how much of the figures was not yet known at the origins; empty
// where it is less than one per cent.
func (h *History) Late(id string) Text {
	known := h.Known(id)
	if !(known < 0.99) {
		return Text{}
	}
	return Text{
		fmt.Sprintf("预测时点上只登记了后来所知数的%s，其余为补报；预测以当时已知的数为起点。", round(known)),
		fmt.Sprintf("At the origins %s of the figures known since had been handed in; forecasts start from what was known.", round(known)),
	}
}
