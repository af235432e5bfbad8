package outlook

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

	"talentcast/analytics"
	"talentcast/analytics/forecast"
	"talentcast/analytics/phrase"
)

// late is what has happened of a leaf and is not registered yet, as far as its
// past delays tell. Of the counts of the last months only a share is known; the
// rest is expected at the rate of the months before.
type late struct {
	mean  float64 // in the leaf's unit
	shape float64 // of the Gamma whose spread the mean has
	count bool    // whole things, not money
}

// matureShare is the share known from which a month counts as complete.
const matureShare = 0.98

// complete estimates what is unregistered of the leaf's whole months and of the
// month that is running, adds it to the series that the models see, and keeps it
// for the paths. The leaf's actual stays what is known.
func (p *prepared) complete(l *leaf) {
	if l.kind == levelLeaf || l.series.Freq() != analytics.Monthly {
		return
	}
	lag := p.lag(l.id)
	n := len(l.series.Values)
	if n == 0 || !lag.Late() {
		return
	}
	share := make([]float64, n)
	for i := range share {
		share[i] = p.registered(lag, l.series.Start.Add(i))
	}
	rate, evidence := matureRate(l.series.Values, share)
	if rate == 0 {
		return
	}
	owed := 0.0 // of whole people: what rounding left out so far
	for i, v := range l.series.Values {
		if share[i] >= 1 {
			continue
		}
		// One month's worth of the rate before beside what the month itself shows.
		full := (v + rate) / (share[i] + 1)
		missing := (1 - share[i]) * full
		l.late.mean += missing
		if l.space == analytics.Count {
			owed += missing
			missing = math.Floor(owed + 0.5)
			owed -= missing
		}
		l.series.Values[i] += missing
	}
	if l.partial > 0 {
		l.late.mean += (1 - p.registered(lag, l.first())) * rate * l.partial
	}
	l.late.count = l.space == analytics.Count
	l.late.shape = max(2, evidence)
}

// lag is the distribution of a target's delays, leaning on the policy's.
func (p *prepared) lag(id string) forecast.Lag {
	var own, all []forecast.Delay
	for _, d := range p.delays {
		x := forecast.Delay{Age: d.Age, Weeks: d.Weeks, N: float64(d.Rows)}
		all = append(all, x)
		if d.Target != "" && p.policy.Canonical(d.Target) == id {
			own = append(own, x)
		}
	}
	return forecast.EstimateLag(own, all)
}

// registered is the share of a month's events that are known, over those of its
// days that are past.
func (p *prepared) registered(lag forecast.Lag, m analytics.Period) float64 {
	sum, days := 0.0, 0.0
	last := m.End()
	if last.After(p.asOf) {
		last = p.asOf
	}
	for d := m.Start(); !d.After(last); d = d.AddDate(0, 0, 1) {
		sum += lag.Known(int(p.known.Sub(d) / (24 * time.Hour)))
		days++
	}
	if days == 0 {
		return 1
	}
	return sum / days
}

// matureRate is the mean of the last twelve months that count as complete, and
// the amount behind it in counts; of all months where none does.
func matureRate(values, share []float64) (rate, evidence float64) {
	sum, months, known := 0.0, 0.0, 0.0
	for i := len(values) - 1; i >= 0 && months < 12; i-- {
		if share[i] >= matureShare {
			sum += values[i]
			months++
			known++
		}
	}
	for i := len(values) - 1; i >= 0 && known == 0; i-- {
		sum += values[i]
		months += share[i]
	}
	if months == 0 {
		return 0, 0
	}
	return sum / months, months
}

// draw is what one path has of it.
func (u late) draw(r *rand.Rand) float64 {
	if u.mean <= 0 {
		return 0
	}
	v := distuv.Gamma{Alpha: u.shape, Beta: u.shape / u.mean, Src: r}.Rand()
	if u.count {
		return distuv.Poisson{Lambda: v, Src: r}.Rand()
	}
	return v
}

// noteLate tells the reader of a target what is expected to be registered late
// in it and in all that adds to it.
func (p *prepared) noteLate(t *Target) {
	mean := 0.0
	var walk func(id string)
	walk = func(id string) {
		if l := p.leaves[id]; l != nil {
			mean += l.late.mean
		}
		for _, c := range p.children[id] {
			walk(c)
		}
	}
	walk(t.ID)
	least := 0.5
	if t.Unit == "元" {
		least = 1e4
	}
	if mean < least || t.Actual == nil || mean < *t.Actual*0.002 {
		return
	}
	amount := mean
	if t.Unit != "元" {
		amount = math.Round(mean)
	}
	t.Unregistered = &amount
	t.Warnings = append(t.Warnings, forecast.Warning{
		Code: "late_registration",
		Zh:   fmt.Sprintf("按以往的登记时滞推算，约有%s已经发生、尚未登记；预测已把它计入，实际完成数没有。", phrase.Amount(amount, t.Unit, phrase.Zh)),
		En:   fmt.Sprintf("By past delays of registration, about %s should still come in for this period; the forecast counts them, the actual does not.", phrase.Amount(amount, t.Unit, phrase.En)),
	})
}
