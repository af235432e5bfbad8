package outlook

import (
	"hash/fnv"
	"math/rand/v2"

	"talentcast/analytics"
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
	leverChance
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
func (s *Service) simulate(p *prepared, root string, h int, shared sharedChance) simulation {
	return s.sumUp(p, root, h, func(l *leaf) matrix { return s.leafPaths(l, h, p.common, shared) })
}

// sumUp adds up the paths of the leaves under root, as draw gives them.
func (s *Service) sumUp(p *prepared, root string, h int, draw func(l *leaf) matrix) simulation {
	sim := simulation{paths: map[string]matrix{}}
	var walk func(id string) matrix
	walk = func(id string) matrix {
		var total matrix
		if l := p.leaves[id]; l != nil && l.fit.model != nil {
			sim.first = l.first()
			total = draw(l)
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

// piece is the number of paths drawn at a time: what they are made of stays in
// the processor's cache.
const piece = 256

// leafPaths draws the paths of one leaf's figure in the target's unit.
func (s *Service) leafPaths(l *leaf, h int, rho float64, shared sharedChance) matrix {
	out := s.matrix(h)
	var k *track
	view := make(matrix, h)
	for lo := 0; lo < s.cfg.Paths; lo += piece {
		hi := min(lo+piece, s.cfg.Paths)
		if k == nil || hi-lo != k.n {
			k = newTrack(l, h, hi-lo)
			k.asItIs = true
		}
		s.draw(k, lo, hi, rho, shared)
		for t := range view {
			view[t] = out[t][lo:hi]
		}
		k.play(view, scenario.Effect{}, nil)
	}
	return out
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
