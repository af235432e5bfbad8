package outlook

import (
	"hash/fnv"
	"math"
	"math/rand/v2"

	"talentcast/analytics"
	"talentcast/analytics/forecast"
	"talentcast/analytics/scenario"
	"talentcast/analytics/target"
)

// simulation is the joint future of one tree of targets: for every node, all
// sample paths of its figure. Path i of every node of every tree shares one
// history of common chance, so trees may be simulated one by one and still
// belong to each other.
type simulation struct {
	first analytics.Period // the first period simulated
	paths map[string]matrix
}

// stream names the independent sources of chance of a leaf's path.
type stream uint64

const (
	ownChance stream = iota + 1
	parameters
	leaving
	commonChance
	lateChance
	momentumChance
)

// generator restarts src for one path of one leaf. Restarting for every path
// keeps scenario and baseline on the same random numbers whatever a lever does
// to an earlier path.
func generator(src *rand.PCG, seed uint64, id string, s stream, path int) {
	h := fnv.New64a()
	h.Write([]byte(id))
	src.Seed(seed^h.Sum64(), uint64(s)<<40|uint64(path))
}

// sharedChance is what all monthly leaves of a policy have in common, row by path.
type sharedChance struct {
	noise [][]float64 // standard normals, of each month
	pace  [][]float64 // factors of the rates of counts
}

// normals returns n×h standard normals, row by path, that all leaves share.
func normals(seed uint64, s stream, n, h int) [][]float64 {
	src := rand.NewPCG(0, 0)
	r := rand.New(src)
	flat := make([]float64, n*h)
	rows := make([][]float64, n)
	for i := range rows {
		rows[i] = flat[i*h : (i+1)*h : (i+1)*h]
		generator(src, seed, "", s, i)
		for t := range rows[i] {
			rows[i][t] = r.NormFloat64()
		}
	}
	return rows
}

// simulate draws the tree under root over h periods.
func (s *Service) simulate(p *prepared, root string, sc scenario.Scenario, h int, shared sharedChance) simulation {
	sim := simulation{paths: map[string]matrix{}}
	var walk func(id string) matrix
	walk = func(id string) matrix {
		var total matrix
		if l := p.leaves[id]; l != nil && l.fit.model != nil {
			sim.first = l.first()
			total = s.leafPaths(l, sc, h, p.common, shared)
		}
		for _, c := range p.children[id] {
			part := walk(c)
			if part == nil {
				continue
			}
			sum := s.matrix(h)
			for t, row := range part {
				copy(sum[t], row)
				if total == nil {
					continue
				}
				for i, v := range total[t] {
					sum[t][i] += v
				}
			}
			s.release(total)
			total = sum
		}
		if total != nil {
			sim.paths[id] = total
		}
		return total
	}
	walk(root)
	return sim
}

// matrix holds the paths of one node, a row a period. It is millions of numbers
// that are needed for milliseconds, so it is handed from node to node instead of
// being made and collected each time.
type matrix [][]float64

// matrix returns one of h periods whose values are whatever was there.
func (s *Service) matrix(h int) matrix {
	if m, ok := s.spare.Get().(*matrix); ok && cap(*m) >= h {
		return (*m)[:h]
	}
	n := s.cfg.Paths
	flat := make([]float64, h*n)
	rows := make(matrix, h)
	for t := range rows {
		rows[t] = flat[t*n : (t+1)*n : (t+1)*n]
	}
	return rows
}

// release gives back a matrix that no one reads any more.
func (s *Service) release(m matrix) {
	if m != nil {
		m = m[:cap(m)]
		s.spare.Put(&m)
	}
}

// first is the first period to forecast.
func (l *leaf) first() analytics.Period { return l.series.Start.Add(len(l.series.Values)) }

// leafPaths draws the paths of one leaf's figure in the target's unit.
func (s *Service) leafPaths(l *leaf, sc scenario.Scenario, h int, rho float64, shared sharedChance) matrix {
	out := s.matrix(h)
	mult := sc.Multipliers(l.space, l.first(), h)
	if l.partial > 0 && l.kind != levelLeaf && h > 0 {
		mult = atLeastOnes(mult, h)
		mult[0] *= 1 - l.partial
	}
	if l.series.Freq() != analytics.Monthly {
		rho, shared = 0, sharedChance{}
	}
	levers := mult
	if shared.pace != nil && l.counts() {
		levers, mult = atLeastOnes(mult, h), make([]float64, h)
	} else {
		shared.pace = nil
	}
	own := math.Sqrt(1 - rho)
	load := math.Sqrt(rho)
	chance, params, leave, unseen := rand.NewPCG(0, 0), rand.NewPCG(0, 0), rand.NewPCG(0, 0), rand.NewPCG(0, 0)
	normals, r, rl, ru := rand.New(chance), rand.New(params), rand.New(leave), rand.New(unseen)
	z, dst := make([]float64, h), make([]float64, h)
	for i := range s.cfg.Paths {
		generator(chance, s.cfg.Seed, l.id, ownChance, i)
		generator(params, s.cfg.Seed, l.id, parameters, i)
		for t := range z {
			z[t] = own * normals.NormFloat64()
		}
		if shared.noise != nil && rho > 0 {
			for t := range z {
				z[t] += load * shared.noise[i][t]
			}
		}
		if shared.pace != nil {
			for t, v := range levers {
				mult[t] = v * shared.pace[i][t]
			}
		}
		l.fit.model.Path(dst, forecast.Draw{Z: z, Mult: mult, R: r})
		base := l.actual
		if l.late.mean > 0 {
			generator(unseen, s.cfg.Seed, l.id, lateChance, i)
			base += l.late.draw(ru)
		}
		switch l.kind {
		case flowLeaf:
			total := base
			for t, v := range dst {
				total += v
				out[t][i] = total
			}
		case levelLeaf:
			for t, v := range dst {
				out[t][i] = v * l.scale
			}
		case stockLeaf:
			generator(leave, s.cfg.Seed, l.id, leaving, i)
			l.hazard.path(base, l.partial, dst, rl)
			for t, v := range dst {
				out[t][i] = v
			}
		}
	}
	return out
}

// atLeastOnes is mult, or as many ones where there is none.
func atLeastOnes(mult []float64, h int) []float64 {
	if mult == nil {
		mult = make([]float64, h)
		for t := range mult {
			mult[t] = 1
		}
	}
	return mult
}

// path turns joins into the level they make of the stock, with members leaving
// by a monthly hazard drawn from its posterior: Beta with the prior
// (0.5, 119.5), one departure in twenty years of membership, worth half a
// departure of evidence. Each member leaves by a draw of its own, so a whole
// stock never leaves in step.
func (z hazard) path(level, partial float64, joins []float64, r *rand.Rand) {
	a, b := 0.5+z.leaves, 119.5+max(0, z.exposure-z.leaves)
	hz := betaDraw(a, b, r)
	for t, in := range joins {
		rate := hz
		if t == 0 {
			rate *= 1 - partial
		}
		level += in - binomialDraw(level, rate, r)
		joins[t] = level
	}
}

// summary draws the fan of a node from its paths.
func summary(first analytics.Period, paths [][]float64) []Band {
	bands := make([]Band, len(paths))
	for t, row := range paths {
		b := &bands[t]
		b.Date = Day{first.Add(t).End()}
		sum := 0.0
		for _, v := range row {
			sum += v
		}
		b.Mean = sum / float64(len(row))
		target.Quantiles(b.Q[:], row, Levels[:])
	}
	return bands
}
