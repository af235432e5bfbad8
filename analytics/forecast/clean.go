package forecast

import (
	"fmt"
	"math"
	"slices"

	"talentcast/analytics"
	"talentcast/analytics/phrase"
)

// Clean looks for one-off spikes and for a break in the level of y and returns
// the series as the models should see it, with a warning for each thing found:
// a spike is drawn in to the edge of what its neighbours make plausible, a break
// of a flow leaves the time before it out where enough came since, and that of a
// level joins the earlier part to the later one. What is reported stays as it
// is: only the models see the difference. y is not changed.
//
// Both tests work on a scale where scatter is even (2√(y+⅜) for counts, logs for
// money and positive levels, logits for shares), after the season, by medians
// and median absolute deviations, and are meant to find what any reader of the
// chart would point at. Short series, and those where spikes are the rule, are
// left alone.
func Clean(y analytics.Series) (analytics.Series, []Warning) {
	c := cleaner{y: y, freq: int(y.Freq())}
	if !c.prepare() {
		return y, nil
	}
	c.spikes()
	c.breaks()
	if len(c.warn) == 0 {
		return y, nil
	}
	return c.y, c.warn
}

type cleaner struct {
	y     analytics.Series
	freq  int
	scale scale
	root  bool      // counts, on the square-root scale
	x     []float64 // on the scale, without season
	term  []float64 // the season that was taken out
	warn  []Warning
}

// leastToClean is the number of values from which a series is looked at.
func leastToClean(freq int) int {
	if freq == 1 {
		return 10
	}
	return max(16, 3*freq/2)
}

// prepare takes the series to its scale; gaps make it give up.
func (c *cleaner) prepare() bool {
	v := c.y.Values
	if len(v) < leastToClean(c.freq) || c.y.Observed() < len(v) {
		return false
	}
	c.y.Values = slices.Clone(v)
	c.root = c.y.Space == analytics.Count
	c.scale = newScale(c.y, c.y.Space == analytics.Level && !(c.y.Least() > 0))
	c.x = make([]float64, len(v))
	for t, w := range v {
		c.x[t] = c.to(w)
	}
	before := slices.Clone(c.x)
	adjust(c.x, c.freq, scale{})
	c.term = make([]float64, len(v))
	for t := range v {
		c.term[t] = before[t] - c.x[t]
	}
	return true
}

func (c *cleaner) to(v float64) float64 {
	if c.root {
		return 2 * math.Sqrt(v+0.375)
	}
	return c.scale.to(v)
}

func (c *cleaner) from(x float64) float64 {
	if c.root {
		return math.Round(max(0, x*x/4-0.375))
	}
	return c.scale.from(x)
}

// The thresholds, in robust standard deviations.
const (
	spikeAt = 6.0 // from the median of the neighbours
	drawnTo = 3.0 // what a spike is drawn in to
	breakAt = 8.0 // a change among changes, for levels
	shiftAt = 6.0 // the t of a shift, for flows
)

// spikes finds single values far from those on either side. With less than two
// on a side a trend can't be told from a spike, nor at the end a new level.
func (c *cleaner) spikes() {
	n := len(c.x)
	off, far := make([]float64, n), make([]float64, n)
	for t := range c.x {
		left, right := slices.Clone(c.x[max(0, t-3):t]), slices.Clone(c.x[t+1:min(n, t+4)])
		// Far is what a spike is from both sides, and a step from neither.
		if a, b := c.x[t]-middle(left), c.x[t]-middle(right); a*b > 0 {
			far[t] = math.Copysign(min(math.Abs(a), math.Abs(b)), a)
		}
		off[t] = c.x[t] - middle(append(left, right...))
	}
	s := deviation(off)
	if c.root {
		s = max(s, 1) // the standard deviation of a Poisson on this scale
	}
	var found []int
	for t := range n {
		if s > 0 && t > 1 && t < n-2 && math.Abs(far[t]) > spikeAt*s {
			found = append(found, t)
		}
	}
	if len(found) == 0 || len(found) > max(1, n/24) {
		return
	}
	for _, t := range found {
		was := c.y.Values[t]
		c.x[t] -= far[t] - math.Copysign(drawnTo*s, far[t])
		c.y.Values[t] = c.from(c.x[t] + c.term[t])
		c.warn = append(c.warn, c.spike(t, was))
	}
}

// breaks finds one change of level that no trend explains.
func (c *cleaner) breaks() {
	if c.y.Space == analytics.Count || c.y.Space == analytics.Money {
		c.shift()
		return
	}
	n := len(c.x)
	d := make([]float64, n-1)
	for t := range d {
		d[t] = c.x[t+1] - c.x[t]
	}
	usual := middle(slices.Clone(d))
	off := make([]float64, len(d))
	for t := range d {
		off[t] = d[t] - usual
	}
	s := deviation(off)
	at := -1
	for t, v := range off {
		if s > 0 && math.Abs(v) > breakAt*s {
			if at >= 0 {
				return // more than one: jumps are its way
			}
			at = t
		}
	}
	if at < 2 || at > n-4 {
		return
	}
	for t := range at + 1 {
		c.y.Values[t] = c.from(c.x[t] + off[at] + c.term[t])
	}
	c.warn = append(c.warn, c.level(at+1))
}

// shift finds the split of a flow into two levels that leaves the least squares,
// if it is clear and a straight line does not do as well.
func (c *cleaner) shift() {
	n := len(c.x)
	least := max(5, c.freq/2)
	total := squares(c.x)
	best, at := math.Inf(1), 0
	for k := least; k <= n-least; k++ {
		if rss := squares(c.x[:k]) + squares(c.x[k:]); rss < best {
			best, at = rss, k
		}
	}
	if at == 0 || !(best > 0) {
		return
	}
	slope, _ := lineSlope(c.x)
	line := total - slope*slope*float64(n)*(float64(n)*float64(n)-1)/12
	s := math.Sqrt(best / float64(n-2))
	gap := average(c.x[at:]) - average(c.x[:at])
	t := math.Abs(gap) / (s * math.Sqrt(1/float64(at)+1/float64(n-at)))
	if t < shiftAt || best > 0.7*line || math.Abs(gap) < 2*s {
		return
	}
	c.warn = append(c.warn, c.flow(at, n-at >= max(8, c.freq)))
	if n-at >= max(8, c.freq) {
		c.y.Start = c.y.Start.Add(at)
		c.y.Values = c.y.Values[at:]
	}
}

func (c *cleaner) spike(t int, was float64) Warning {
	p := c.y.Start.Add(t)
	return Warning{
		Code: "spike",
		Zh:   fmt.Sprintf("%v的数值%s明显偏离前后各期，疑为一次性因素；预测时按%s计，实际数不变。请核实。", p, c.figure(was, phrase.Zh), c.figure(c.y.Values[t], phrase.Zh)),
		En:   fmt.Sprintf("The value %s of %v lies far from its neighbours, which looks like a one-off; the models see %s, the record is unchanged. Please check it.", c.figure(was, phrase.En), p, c.figure(c.y.Values[t], phrase.En)),
	}
}

func (c *cleaner) level(t int) Warning {
	p := c.y.Start.Add(t)
	return Warning{
		Code: "break",
		Zh:   fmt.Sprintf("%v起水平突变，疑为口径调整或一次性变动；预测时已把此前各期衔接到新水平，实际数不变。请核实。", p),
		En:   fmt.Sprintf("The level jumps in %v, which looks like a change of definition or a one-off; the models see the time before joined to the new level, the record is unchanged. Please check it.", p),
	}
}

func (c *cleaner) flow(t int, cut bool) Warning {
	p := c.y.Start.Add(t)
	w := Warning{
		Code: "break",
		Zh:   fmt.Sprintf("%v起每期数量的水平明显改变", p),
		En:   fmt.Sprintf("The amount per period changes its level in %v", p),
	}
	if cut {
		w.Zh += "；预测只依据此后的数据。"
		w.En += "; the forecast rests on what came since."
	} else {
		w.Zh += "，但此后的数据还少；预测仍依据全部数据，请谨慎看待。"
		w.En += ", but little came since; the forecast still rests on all of it. Read it with care."
	}
	return w
}

// figure is a value in words: money in yuan, shares in per cent.
func (c *cleaner) figure(v float64, lang string) string {
	switch c.y.Space {
	case analytics.Money:
		return phrase.Amount(v, "元", lang)
	case analytics.Ratio:
		return phrase.Number(100*v, 2) + "%"
	}
	return phrase.Number(v, 2)
}

// middle is the median; it sorts x.
func middle(x []float64) float64 {
	slices.Sort(x)
	n := len(x)
	if n == 0 {
		return 0
	}
	return (x[(n-1)/2] + x[n/2]) / 2
}

// deviation is the median absolute deviation from 0, scaled to the standard
// deviation of a normal.
func deviation(x []float64) float64 {
	a := make([]float64, len(x))
	for i, v := range x {
		a[i] = math.Abs(v)
	}
	return 1.4826 * middle(a)
}

// squares is the sum of squares about the mean.
func squares(x []float64) float64 {
	mean, sum := average(x), 0.0
	for _, v := range x {
		sum += (v - mean) * (v - mean)
	}
	return sum
}
