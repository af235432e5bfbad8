package scenario

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat"
)

// Bar is one lever of a tornado: what comes with its main value low and high, all
// else as the scenario has it.
type Bar struct {
	Lever int `json:"lever"`
	Low   At  `json:"low"`
	High  At  `json:"high"`
}

// Swing is how far the answer moves over the lever's range.
func (b Bar) Swing() float64 { return math.Abs(b.High.P - b.Low.P) }

// Tornado varies each moved lever alone over its range; the widest swing first.
func Tornado(ctx context.Context, s Scenario, of Probability) ([]Bar, error) {
	var out []Bar
	for i, l := range s.Levers {
		if !l.Moved() {
			continue
		}
		low, high := l.Range()
		b := Bar{Lever: i, Low: At{Value: low}, High: At{Value: high}}
		for _, at := range []*At{&b.Low, &b.High} {
			c := s
			c.Levers = slices.Clone(s.Levers)
			c.Levers[i] = l.WithMain(at.Value)
			p, err := of(ctx, c)
			if err != nil {
				return nil, err
			}
			at.P = p
		}
		out = append(out, b)
	}
	slices.SortStableFunc(out, func(a, b Bar) int {
		switch {
		case a.Swing() > b.Swing():
			return -1
		case a.Swing() < b.Swing():
			return 1
		}
		return 0
	})
	return out, nil
}

// Index is a lever's share in the variance of the answer when all levers vary over
// their ranges, each value as likely as any other: First what it explains alone,
// Total with all it does together with others. The standard errors are those of
// 200 bootstrap samples.
type Index struct {
	Lever   int     `json:"lever"`
	First   float64 `json:"first"`
	Total   float64 `json:"total"`
	FirstSE float64 `json:"first_se"`
	TotalSE float64 `json:"total_se"`
}

// Sobol estimates the Sobol indices of the moved levers by the estimators that
// Saltelli et al. (2010, table 2) find best, their own for the first order and
// Jansen's for the total, over two Latin hypercubes of n points, which takes
// n·(levers + 2) answers. Where the answer does not vary the indices are 0.
func Sobol(ctx context.Context, s Scenario, n int, seed uint64, of Probability) ([]Index, error) {
	var moved []int
	for i, l := range s.Levers {
		if low, high := l.Range(); l.Moved() && high > low {
			moved = append(moved, i)
		}
	}
	if len(moved) == 0 || n < 2 {
		return []Index{}, nil
	}
	r := rand.New(rand.NewPCG(seed, 20))
	a, b := hypercube(n, len(moved), r), hypercube(n, len(moved), r)
	answer := func(u []float64) (float64, error) {
		c := s
		c.Levers = slices.Clone(s.Levers)
		for k, i := range moved {
			low, high := s.Levers[i].Range()
			c.Levers[i] = s.Levers[i].WithMain(low + (high-low)*u[k])
		}
		return of(ctx, c)
	}
	fa, fb := make([]float64, n), make([]float64, n)
	mixed := make([][]float64, len(moved))
	for k := range mixed {
		mixed[k] = make([]float64, n)
	}
	for row := range n {
		var err error
		if fa[row], err = answer(a[row]); err != nil {
			return nil, err
		}
		if fb[row], err = answer(b[row]); err != nil {
			return nil, err
		}
		for k := range moved {
			u := slices.Clone(a[row])
			u[k] = b[row][k]
			if mixed[k][row], err = answer(u); err != nil {
				return nil, err
			}
		}
	}
	out := make([]Index, len(moved))
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	for k, i := range moved {
		out[k].Lever = i
		out[k].First, out[k].Total = indices(fa, fb, mixed[k], all)
		out[k].FirstSE, out[k].TotalSE = bootstrap(fa, fb, mixed[k], r)
	}
	return out, nil
}

// hypercube is a Latin hypercube sample: every column has one point in each nth.
func hypercube(n, dims int, r *rand.Rand) [][]float64 {
	rows := make([][]float64, n)
	for i := range rows {
		rows[i] = make([]float64, dims)
	}
	for k := range dims {
		for i, at := range r.Perm(n) {
			rows[i][k] = (float64(at) + r.Float64()) / float64(n)
		}
	}
	return rows
}

func indices(fa, fb, mixed []float64, rows []int) (first, total float64) {
	both := make([]float64, 0, 2*len(rows))
	for _, i := range rows {
		both = append(both, fa[i], fb[i])
	}
	mean, v := stat.PopMeanVariance(both, nil)
	if v < 1e-12 {
		return 0, 0
	}
	alone, with := 0.0, 0.0
	for _, i := range rows {
		alone += (fb[i] - mean) * (mixed[i] - fa[i])
		with += (fa[i] - mixed[i]) * (fa[i] - mixed[i])
	}
	n := float64(len(rows))
	return alone / n / v, with / n / v / 2
}

func bootstrap(fa, fb, mixed []float64, r *rand.Rand) (first, total float64) {
	const samples = 200
	f, t := make([]float64, samples), make([]float64, samples)
	rows := make([]int, len(fa))
	for s := range samples {
		for i := range rows {
			rows[i] = r.IntN(len(fa))
		}
		f[s], t[s] = indices(fa, fb, mixed, rows)
	}
	return stat.StdDev(f, nil), stat.StdDev(t, nil)
}

// Input is something that differs from path to path.
type Input struct {
	Name   string
	Values []float64 // by path
}

// Difference is what an input is on the paths that make it and on those that don't.
type Difference struct {
	Name string  `json:"name"`
	Made float64 `json:"made"` // mean over the paths that make it
	Not  float64 `json:"not"`
	// Apart is their difference in standard deviations of the input over all paths.
	Apart float64 `json:"apart"`
}

// Differences sets the inputs of the paths that make it against those of the rest,
// what is furthest apart first. With nobody on one side there is nothing to compare.
func Differences(inputs []Input, made []bool) []Difference {
	out := []Difference{}
	for _, in := range inputs {
		var yes, no []float64
		for i, v := range in.Values {
			if made[i] {
				yes = append(yes, v)
			} else {
				no = append(no, v)
			}
		}
		if len(yes) == 0 || len(no) == 0 {
			continue
		}
		d := Difference{Name: in.Name, Made: stat.Mean(yes, nil), Not: stat.Mean(no, nil)}
		if sd := stat.PopStdDev(in.Values, nil); sd > 0 {
			d.Apart = (d.Made - d.Not) / sd
		}
		out = append(out, d)
	}
	slices.SortStableFunc(out, func(a, b Difference) int {
		switch x, y := math.Abs(a.Apart), math.Abs(b.Apart); {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	return out
}
