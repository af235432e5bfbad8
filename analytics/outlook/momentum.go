package outlook

import (
	"math"

	"gonum.org/v1/gonum/stat"

	"talentcast/analytics"
)

// momentum is the yearly standard deviation, on the log scale, of what all
// intakes of a policy have in common beyond a month's chance: a programme that
// gathers pace or tires does so in most of its parts at once, while each part's
// model doubts its own trend alone. Without it a total is too sure of itself.
//
// It is estimated from the policy's own past: the sum of all leaves' forecasts a
// year ahead, or as far as they were tried, against what came, at every origin
// that all of them have. What the squared log error exceeds the sum's own spread
// by is put down to momentum, whose random walk makes a sum since the origin vary
// by τ√(years/3). The origins overlap: they count as the spans that would fit
// side by side, against a prior of two spans at 0.2 a year.
func (p *prepared) estimateMomentum() float64 {
	const prior, priorSpans = 0.2, 2.0
	var leaves []*leaf
	all := 0
	for _, id := range sortedKeys(p.leaves) {
		l := p.leaves[id]
		if !l.counts() {
			continue
		}
		all++
		if len(l.fit.trials) > 0 {
			leaves = append(leaves, l)
		}
	}
	switch {
	case all < 3: // there is nothing to have in common
		return 0
	case len(leaves) < 3:
		return prior
	}
	excess, n := 0.0, 0.0
	first, last, longest := math.MaxInt, 0, 0
	for _, t := range sumTrials(leaves, p.common, 0, 0) {
		h := t.Period.Sub(t.Origin)
		longest = max(longest, h)
		first, last = min(first, t.Origin.Index), max(last, t.Period.Index)
	}
	if longest == 0 {
		return prior
	}
	years := float64(longest) / 12
	for _, t := range sumTrials(leaves, p.common, 0, 0) {
		mean := stat.Mean(t.Sample, nil)
		if t.Period.Sub(t.Origin) != longest || mean < 1 || t.Actual < 1 {
			continue
		}
		e := math.Log(t.Actual / mean)
		excess += e*e - stat.Variance(t.Sample, nil)/(mean*mean)
		n++
	}
	if n == 0 {
		return prior
	}
	spans := max(1, float64(last-first)/float64(longest))
	seen := max(0, excess/n) / (years / 3)
	return min(0.5, math.Sqrt((seen*spans+prior*prior*priorSpans)/(spans+priorSpans)))
}

// counts reports whether the leaf is of monthly counts of what arrives.
func (l *leaf) counts() bool {
	return l.space == analytics.Count && l.kind != levelLeaf && l.series.Freq() == analytics.Monthly
}

// paces returns, for every path and month, the factor that momentum multiplies
// the rates of all counts by: the exponential of a random walk, of mean 1.
func paces(seed uint64, n, h int, momentum float64) [][]float64 {
	rows := normals(seed, momentumChance, n, h)
	step := momentum / math.Sqrt(12)
	for _, row := range rows {
		walk := 0.0
		for t, z := range row {
			walk += step*z - step*step/2
			row[t] = math.Exp(walk)
		}
	}
	return rows
}
