package outlook

import (
	"math"
	"math/rand/v2"
	"sync"

	"talentcast/analytics"
	"talentcast/analytics/forecast"
	"talentcast/datasets"
)

// A total whose parts have rows is the sum of its parts. Where a department also
// reports the total as such, and has for some years, that history says something
// of the sum which the parts' series don't. The paths of the tree are then
// weighted by the density that the total's own forecast gives their sum
// (probabilistic reconciliation by conditioning: Zambon, Azzimonti & Corani
// 2024), and drawn anew by those weights, whole trees at a time: parts still add
// up in every path.

// leastReports is the number of reports from which a total has a history.
const leastReports = 5

// findTotals finds the totals with a history of their own and fits it.
func (p *prepared) findTotals(fitted func(*leaf) fit) {
	p.totals = map[string]*leaf{}
	for _, t := range p.policy.Targets {
		if t.SameAs != "" || len(p.flows[t.ID]) > 0 || len(p.figuresOf(t)) < leastReports || len(p.subtreeFlows(t.ID)) == 0 {
			continue
		}
		var l *leaf
		switch t.Measure {
		case datasets.Cumulative:
			l = p.totalsLeaf(t)
		case datasets.Stock:
			l = p.levelLeaf(t)
		}
		if l == nil {
			continue
		}
		if l.fit = fitted(l); l.fit.model != nil {
			p.totals[t.ID] = l
		}
	}
}

// leastEffect is the share of the paths that must remain in effect; where the total
// and its parts say so different things that fewer would, the parts stand.
const leastEffect = 0.02

// picks is how the paths of a tree are drawn anew, by the trees' horizons.
type picks struct {
	mu   sync.Mutex
	done map[string][]int
	said map[string]forecast.Warning // by total
}

// pick returns the paths to take in place of 0 … n−1, nil for them as they are.
// The weights are those of the baseline, and scenarios take the same paths, so that
// they stay comparable with it path by path.
func (s *Service) pick(p *prepared, root string, sim simulation, h int) []int {
	var inTree []string
	for _, id := range sortedKeys(p.totals) {
		if p.policy.Root(id) == root && sim.paths[id] != nil {
			inTree = append(inTree, id)
		}
	}
	if len(inTree) == 0 {
		return nil
	}
	p.picks.mu.Lock()
	defer p.picks.mu.Unlock()
	key := pickKey(root, h)
	if kept, ok := p.picks.done[key]; ok {
		return kept
	}
	if p.picks.done == nil {
		p.picks.done, p.picks.said = map[string][]int{}, map[string]forecast.Warning{}
	}
	logs := make([]float64, s.cfg.Paths)
	for _, id := range inTree {
		own := make([]float64, s.cfg.Paths)
		if !s.density(p.totals[id], sim, id, own) {
			continue
		}
		if effect(own) < leastEffect {
			p.picks.said[id] = disagreement()
			continue
		}
		p.picks.said[id] = agreement()
		for i, v := range own {
			logs[i] += v
		}
	}
	p.picks.done[key] = redraw(logs, s.cfg.Seed)
	return p.picks.done[key]
}

// density writes, for each path, the log density of the sum at the last date
// that both reach, as the total's own forecast has it: log-normal by the moments
// of its paths.
func (s *Service) density(l *leaf, sim simulation, id string, dst []float64) bool {
	paths := sim.paths[id]
	end := sim.first.Add(len(paths) - 1).End()
	k := analytics.PeriodOf(end, l.series.Freq()).Sub(l.first())
	if l.first().Add(k).End().After(end) {
		k--
	}
	if k < 0 {
		return false
	}
	t := analytics.PeriodOf(l.first().Add(k).End(), sim.first.Freq).Sub(sim.first)
	if t < 0 || t >= len(paths) {
		return false
	}
	mean, sd := l.logMoments(k+1, s.cfg.Seed)
	if !(sd > 0) {
		return false
	}
	for i, v := range paths[t] {
		z := (math.Log(max(v, 0.5)) - mean) / sd
		dst[i] = -z * z / 2
	}
	return true
}

// logMoments are the mean and standard deviation of the log of the total h
// periods ahead, over 2,000 of its own paths.
func (l *leaf) logMoments(h int, seed uint64) (mean, sd float64) {
	const n = 2000
	r := rand.New(rand.NewPCG(seed, 77))
	z, path := make([]float64, h), make([]float64, h)
	squares := 0.0
	for range n {
		for t := range z {
			z[t] = r.NormFloat64()
		}
		l.fit.model.Path(path, forecast.Draw{Z: z, R: r})
		v := path[h-1] * l.scale
		if l.kind == flowLeaf {
			v = l.actual
			for _, add := range path {
				v += add
			}
		}
		x := math.Log(max(v, 0.5))
		mean += x / n
		squares += x * x / n
	}
	return mean, math.Sqrt(max(0, squares-mean*mean))
}

// effect is the effective share of paths under log weights: (Σw)²/(n·Σw²).
func effect(logs []float64) float64 {
	sum, squares := 0.0, 0.0
	top := math.Inf(-1)
	for _, v := range logs {
		top = max(top, v)
	}
	for _, v := range logs {
		w := math.Exp(v - top)
		sum += w
		squares += w * w
	}
	return sum * sum / squares / float64(len(logs))
}

// redraw draws as many paths as there are by their log weights, systematically
// (Kitagawa 1996): a path of weight w comes ⌊nw⌋ or ⌈nw⌉ times.
func redraw(logs []float64, seed uint64) []int {
	n := len(logs)
	top, total := math.Inf(-1), 0.0
	for _, v := range logs {
		top = max(top, v)
	}
	for _, v := range logs {
		total += math.Exp(v - top)
	}
	at := rand.New(rand.NewPCG(seed, 78)).Float64()
	out := make([]int, 0, n)
	sum := 0.0
	for i, v := range logs {
		sum += math.Exp(v-top) / total * float64(n)
		for at < sum && len(out) < n {
			out = append(out, i)
			at++
		}
	}
	for len(out) < n { // what rounding left over
		out = append(out, n-1)
	}
	return out
}

// redrawn puts the picked paths in place of all, in every node of the tree.
func (sim simulation) redrawn(picked []int) {
	if picked == nil {
		return
	}
	row := make([]float64, len(picked))
	for _, m := range sim.paths {
		for _, values := range m {
			for i, k := range picked {
				row[i] = values[k]
			}
			copy(values, row)
		}
	}
}

func agreement() forecast.Warning {
	return forecast.Warning{
		Code: "reconciled",
		Zh:   "总数另有历年上报数：各组成部分之和的模拟路径已按总数自身的走势加权，两者保持一致。",
		En:   "The total is also reported as such: the simulated sums of its parts are weighted by the course of the total itself, so that both agree.",
	}
}

func disagreement() forecast.Warning {
	return forecast.Warning{
		Code: "totals_disagree",
		Zh:   "上报的总数与各组成部分之和相差过大，无法协调；预测以各组成部分为准，请核对两处数据。",
		En:   "The total reported and the sum of the parts are too far apart to be reconciled; the forecast rests on the parts. Please check both.",
	}
}

// noteTotal tells the reader of a total how its own reports were used.
func (p *prepared) noteTotal(t *Target) {
	p.picks.mu.Lock()
	defer p.picks.mu.Unlock()
	if w, ok := p.picks.said[t.ID]; ok {
		t.Warnings = append(t.Warnings, w)
	}
}
