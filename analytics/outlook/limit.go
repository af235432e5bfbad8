package outlook

import (
	"context"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"talentcast/analytics"
	"talentcast/analytics/scenario"
)

// Bill is what a scenario costs beside the baseline, by the costs a head that it
// states.
type Bill struct {
	Lines []BillLine `json:"lines"`
	// Total is the sum of the lines, in 元: means over the paths.
	Base float64 `json:"base"`
	With float64 `json:"with"`
	// Years are what came of the budget, where there is one.
	Years []BudgetYear `json:"years,omitempty"`
}

// BillLine is one target's share: what is added from the as-of date to the end of
// the forecast, and what that costs.
type BillLine struct {
	Target    string  `json:"target"`
	Price     float64 `json:"price"` // 元 each
	BaseAdded float64 `json:"base_added"`
	WithAdded float64 `json:"with_added"`
	Base      float64 `json:"base"` // 元
	With      float64 `json:"with"`
}

// BudgetYear is one year under a budget: means over the paths, in 元.
type BudgetYear struct {
	Year      int     `json:"year"`
	Available float64 `json:"available"`
	Spent     float64 `json:"spent"`
	Left      float64 `json:"left"`
	// Binding is the share of paths on which the money did not suffice, Cut the
	// mean share of what was asked for that was kept on them.
	Binding float64 `json:"binding"`
	Cut     float64 `json:"cut"`
}

// group is a set of leaves that a limit holds together.
type group struct {
	leaves []string
	lever  scenario.Lever
}

// limit plays what ceilings and the budget hold together: the additions of all
// leaves in them, year by year, path by path.
func (s *Service) limit(ctx context.Context, r *run) error {
	ceilings, budget := r.groups(scenario.KindCeiling), r.groups(scenario.KindBudget)
	if len(ceilings)+len(budget) == 0 {
		return nil
	}
	if err := r.play(ctx, slices.Concat(ceilings, budget)); err != nil {
		return err
	}
	for _, g := range ceilings {
		r.ceil(g)
	}
	for _, g := range budget {
		if err := ctx.Err(); err != nil {
			return err
		}
		r.pay(g)
	}
	return nil
}

// groups are the limits of a kind with the leaves of monthly counts they hold.
func (r *run) groups(kind scenario.Kind) []group {
	var out []group
	for _, l := range r.sc.Levers {
		if l.Kind != kind || !l.Moved() {
			continue
		}
		g := group{lever: l}
		for _, id := range sortedKeys(r.lab.tracks) {
			if k := r.lab.tracks[id]; k.l.counts() && (l.Scope == "" || slices.Contains(r.lab.within[id], l.Scope)) {
				g.leaves = append(g.leaves, id)
			}
		}
		if len(g.leaves) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// play makes the additions of every leaf in a group.
func (r *run) play(ctx context.Context, groups []group) error {
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(r.s.cfg.Workers)
	seen := map[string]bool{}
	for _, gr := range groups {
		for _, id := range gr.leaves {
			if seen[id] {
				continue
			}
			seen[id] = true
			g.Go(func() error {
				if err := ctx.Err(); err != nil {
					return err
				}
				k := r.lab.tracks[id]
				out := r.s.matrix(k.h)
				k.playAdded(out, r.effects[id], r.doubts.pick(r.lab.picked[r.lab.roots[id]]))
				mu.Lock()
				defer mu.Unlock()
				r.limited[id] = out
				return nil
			})
		}
	}
	return g.Wait()
}

// span is the steps of a leaf within a calendar year.
func (k *track) span(year int) (from, to int) {
	first := k.l.first()
	from = analytics.Period{Freq: first.Freq, Index: year * int(first.Freq)}.Sub(first)
	to = from + int(first.Freq)
	return min(max(from, 0), k.h), min(max(to, 0), k.h)
}

// years are the first and last calendar year of a group's leaves.
func (r *run) span(g group) (first, last int) {
	for i, id := range g.leaves {
		k := r.lab.tracks[id]
		a, b := k.l.first().Year(), k.l.first().Add(k.h-1).Year()
		if i == 0 {
			first, last = a, b
		}
		first, last = min(first, a), max(last, b)
	}
	return first, last
}

// ceil applies a ceiling to every path. In the year that has begun only its rest
// is left of the ceiling.
func (r *run) ceil(g group) {
	first, last := r.span(g)
	most := g.lever.Value("per_year")
	start := g.lever.Start
	for y := first; y <= last; y++ {
		if !start.IsZero() && y < start.Year() || !g.lever.End.IsZero() && y > g.lever.End.Year() {
			continue
		}
		limit := most
		if y == first {
			limit = most * r.restOfYear()
		}
		r.eachPath(g, y, func(rows [][]float64) { scenario.Ceiling(limit, rows) })
	}
}

// restOfYear is the share of the as-of date's year that is still to come.
func (r *run) restOfYear() float64 {
	return 1 - analytics.PeriodOf(r.lab.p.asOf, analytics.Yearly).Elapsed(r.lab.p.asOf)
}

// eachPath hands the additions of one year of the group's leaves to f, path by
// path, and takes back what f makes of them.
func (r *run) eachPath(g group, year int, f func(rows [][]float64)) {
	rows := make([][]float64, len(g.leaves))
	at := make([]int, len(g.leaves))
	for j, id := range g.leaves {
		from, to := r.lab.tracks[id].span(year)
		rows[j], at[j] = make([]float64, to-from), from
	}
	for i := range r.s.cfg.Paths {
		for j, id := range g.leaves {
			added := r.limited[id]
			for t := range rows[j] {
				rows[j][t] = added[at[j]+t][i]
			}
		}
		f(rows)
		for j, id := range g.leaves {
			added := r.limited[id]
			for t, v := range rows[j] {
				added[at[j]+t][i] = v
			}
		}
	}
}

// pay lets the budget bind.
func (r *run) pay(g group) {
	first, last := r.span(g)
	from := first
	if !g.lever.Start.IsZero() {
		from = max(first, g.lever.Start.Year())
	}
	if from > last {
		return
	}
	years := scenario.Appropriations(scenario.FenOf(g.lever.Value("base")), g.lever.Value("growth"), last-from+1)
	if from == first { // of the year that has begun only the rest is still to spend
		years[0] = scenario.Fen(float64(years[0]) * r.restOfYear())
	}
	price := make([]scenario.Fen, len(g.leaves))
	for j, id := range g.leaves {
		price[j] = scenario.FenOf(r.price(id))
	}
	purses := make([]scenario.Purse, r.s.cfg.Paths)
	for i := range purses {
		purses[i] = scenario.Purse{Years: years, Carry: g.lever.Value("carry") != 0}
	}
	n := float64(r.s.cfg.Paths)
	for y := from; y <= last; y++ {
		if !g.lever.End.IsZero() && y > g.lever.End.Year() {
			break
		}
		out, bound, i := BudgetYear{Year: y}, 0.0, 0
		r.eachPath(g, y, func(rows [][]float64) {
			s := purses[i].Year(y-from, rows, price)
			i++
			out.Available += float64(s.Available) / 100 / n
			out.Spent += float64(s.Cost) / 100 / n
			out.Left += float64(s.Left) / 100 / n
			if s.Cut < 1 {
				bound++
				out.Cut += s.Cut
			}
		})
		out.Binding = bound / n
		if bound > 0 {
			out.Cut /= bound
		} else {
			out.Cut = 1
		}
		r.years = append(r.years, out)
	}
}

// price is the cost of one addition to the leaf in 万元: that of the narrowest
// scope that states one.
func (r *run) price(id string) float64 {
	best, wan := -1, 0.0
	for _, l := range r.sc.Levers {
		if l.Kind != scenario.KindCost {
			continue
		}
		rank := -1
		switch {
		case l.Scope == "":
			rank = 0
		case l.Scope == id:
			rank = 3
		case slices.Contains(r.lab.within[id], l.Scope):
			rank = 1
			if t, ok := r.lab.p.policy.Target(l.Scope); ok && t.ID != "" {
				rank = 2
			}
		}
		if rank > best {
			best, wan = rank, l.Value("amount")
		}
	}
	return wan
}

// bill adds up what the scenario's additions cost; nil where no cost is stated.
func (r *run) bill() *Bill {
	b := &Bill{Years: r.years}
	for _, id := range sortedKeys(r.lab.tracks) {
		k := r.lab.tracks[id]
		price := r.price(id) * 1e4
		if price == 0 || !k.l.counts() {
			continue
		}
		line := BillLine{Target: id, Price: price, BaseAdded: r.lab.added(r.s, id)}
		line.WithAdded = line.BaseAdded
		if _, moved := r.effects[id]; moved || r.limited[id] != nil {
			line.WithAdded = r.addedBy(id)
		}
		line.Base, line.With = line.BaseAdded*price, line.WithAdded*price
		b.Base += line.Base
		b.With += line.With
		b.Lines = append(b.Lines, line)
	}
	if len(b.Lines) == 0 && len(b.Years) == 0 {
		return nil
	}
	slices.SortStableFunc(b.Lines, func(x, y BillLine) int { return strings.Compare(x.Target, y.Target) })
	return b
}

// addedBy is the mean over the paths of all a leaf adds in the scenario.
func (r *run) addedBy(id string) float64 {
	if m := r.limited[id]; m != nil {
		return meanSum(m)
	}
	if sum, ok := r.sums[id]; ok {
		return sum
	}
	k := r.lab.tracks[id]
	out := r.s.matrix(k.h)
	defer r.s.release(out)
	k.playAdded(out, r.effects[id], r.doubts.pick(r.lab.picked[r.lab.roots[id]]))
	return meanSum(out)
}

// added is the same in the baseline.
func (b *lab) added(s *Service, id string) float64 {
	if sum, ok := b.sums.Load(id); ok {
		return sum.(float64)
	}
	sum := b.addedAnew(s, id)
	b.sums.Store(id, sum)
	return sum
}

func (b *lab) addedAnew(s *Service, id string) float64 {
	k := b.tracks[id]
	out := s.matrix(k.h)
	defer s.release(out)
	k.playAdded(out, scenario.Effect{}, nil)
	return meanSum(out)
}

func meanSum(m matrix) float64 {
	sum := 0.0
	for _, row := range m {
		for _, v := range row {
			sum += v
		}
	}
	if len(m) == 0 {
		return 0
	}
	return sum / float64(len(m[0]))
}
