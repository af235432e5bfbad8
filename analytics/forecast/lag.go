package forecast

import "slices"

// Delay is n events that were Age weeks old on the day of reading and became
// known Weeks weeks after they happened. What is not known yet is not in it, so
// Weeks never exceeds Age: the delays are truncated on the right.
type Delay struct {
	Age, Weeks int
	N          float64
}

// Lag is the distribution of the time from an event until it is known, within
// lagWeeks; the zero Lag is none.
type Lag struct {
	known []float64 // share known within 0, 1, 2 … whole weeks
}

// lagWeeks is the delay after which a row is taken not to come any more: what
// comes later is news when it comes.
const lagWeeks = 52

// EstimateLag estimates the delays of one source from its own events and from
// those of all sources, each of which counts as lagPrior events of its own
// together, by the reverse-time hazard for right-truncated data: of the events
// known within x weeks and old enough to have been known by then, the share that
// became known in week x just (Lagakos, Barraj & De Gruttola 1988; the
// chain-ladder of Lawless 1994 in one dimension). With no events at all nothing
// is taken to be late.
func EstimateLag(own, all []Delay) Lag {
	const lagPrior = 20
	hits, risk := hazards(own)
	allHits, allRisk := hazards(all)
	l := Lag{known: make([]float64, lagWeeks+1)}
	share := 1.0
	for x := lagWeeks; x >= 0; x-- {
		l.known[x] = share
		n, at := hits[x], risk[x]
		if allRisk[x] > 0 {
			n += lagPrior * allHits[x] / allRisk[x]
			at += lagPrior
		}
		if at > 0 && x > 0 {
			share *= 1 - n/at
		}
	}
	return l
}

// hazards counts, by week, the events that became known in it, and those known
// by then among the events old enough.
func hazards(events []Delay) (hits, risk [lagWeeks + 1]float64) {
	for _, d := range events {
		if d.Weeks > lagWeeks {
			continue
		}
		hits[d.Weeks] += d.N
		for x := d.Weeks; x <= min(d.Age, lagWeeks); x++ {
			risk[x] += d.N
		}
	}
	return hits, risk
}

// Known is the share of events of some days' age that are known; 1 beyond a
// year, and for the zero Lag.
func (l Lag) Known(days int) float64 {
	week := days / 7
	if week >= len(l.known)-1 || len(l.known) == 0 {
		return 1
	}
	if days < 0 {
		return 0
	}
	// Within a week the share rises evenly to the next.
	before := 0.0
	if week > 0 {
		before = l.known[week-1]
	}
	return before + (l.known[week]-before)*float64(days%7+1)/7
}

// Late reports whether any event is taken to be known later than within its
// first week.
func (l Lag) Late() bool {
	return slices.ContainsFunc(l.known, func(k float64) bool { return k < 0.999 })
}
