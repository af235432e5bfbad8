package target

// Word names the category as the method does.
func (p Progress) Word(lang string) string {
	switch p {
	case Significant:
		return pick(lang, "进展显著", "significant progress")
	case Moderate:
		return pick(lang, "进展中等", "moderate progress")
	case Insufficient:
		return pick(lang, "进展不足", "insufficient progress")
	case MovingAway:
		return pick(lang, "背离目标", "moving away")
	}
	return pick(lang, "无法判断", "can't be judged")
}

// Word names the category as the method does.
func (c Course) Word(lang string) string {
	switch c {
	case Maintain:
		return pick(lang, "保持即可", "on track")
	case Accelerate:
		return pick(lang, "需要加速", "accelerate")
	case Reverse:
		return pick(lang, "需要扭转", "reverse")
	}
	return pick(lang, "无法判断", "can't be judged")
}

// Disagreement says how a second opinion differs from the light.
type Disagreement string

// The disagreements.
const (
	Agrees      Disagreement = ""
	MoreHopeful Disagreement = "more_hopeful"
	LessHopeful Disagreement = "less_hopeful"
)

// Against compares the category with the light of the same target. Both are about
// the late deadline: significant progress goes with met, green and yellow,
// moderate with orange, the rest with red. A target without a light agrees.
func (p Progress) Against(s Status) Disagreement {
	rank := map[Progress]int{Significant: 2, Moderate: 1, Insufficient: 0, MovingAway: 0}
	r, ok := rank[p]
	light, lit := hope(s)
	if !ok || !lit {
		return Agrees
	}
	return compare(r, light)
}

// Against is as [Progress.Against]; accelerate goes with orange and red.
func (c Course) Against(s Status) Disagreement {
	light, lit := hope(s)
	switch {
	case !lit || c == "":
		return Agrees
	case c == Maintain:
		return compare(2, light)
	case c == Accelerate:
		return compare(min(1, light), light)
	}
	return compare(0, light)
}

// hope ranks the lights by what they say of the late deadline; false for those
// that say nothing of it.
func hope(s Status) (int, bool) {
	switch s {
	case Met, OnTrack, Late:
		return 2, true
	case AtRisk:
		return 1, true
	case OffTrack:
		return 0, true
	}
	return 0, false
}

func compare(opinion, light int) Disagreement {
	switch {
	case opinion > light:
		return MoreHopeful
	case opinion < light:
		return LessHopeful
	}
	return Agrees
}

// Phrase says in a few words how the opinion differs, and why it may; "" when it
// does not.
func (d Disagreement) Phrase(lang string) string {
	switch d {
	case MoreHopeful:
		return pick(lang, "比红绿灯乐观：只看平均速度，不计不确定性", "more hopeful than the light: it sees the mean pace, not the uncertainty")
	case LessHopeful:
		return pick(lang, "比红绿灯悲观：只看平均速度，不计概率分布", "less hopeful than the light: it sees the mean pace, not the distribution")
	}
	return ""
}
