package scenario

import (
	"context"
	"math"
	"slices"
)

// Probability answers a scenario with the probability that is sought.
type Probability func(ctx context.Context, s Scenario) (float64, error)

// At is a value of a lever and the probability with it.
type At struct {
	Value float64 `json:"value"`
	P     float64 `json:"p"`
}

// Sought is the answer to "what would it take".
type Sought struct {
	// Already: the probability is reached with the lever as it is.
	Already bool `json:"already"`
	// Reached: Least is the value nearest to where the lever is that reaches the
	// probability, rounded away from there to a fifth of its slider's step, and P what
	// it gives.
	Reached bool    `json:"reached"`
	From    At      `json:"from"`
	Least   float64 `json:"least"`
	P       float64 `json:"p"`
	// Best is the most that can be had up to the ceiling.
	Best At `json:"best"`
	// Curve is the probability over the lever's range, by value.
	Curve []At `json:"curve"`
}

// curvePoints is the number of points at which the curve is taken.
const curvePoints = 9

// Seek finds the least change of the main value of lever i that makes the
// probability at least p, between where it is and the ceiling; NaN for the end of
// its slider. The direction is the ceiling's. The probability is taken to change one
// way between them; where it does not, as under a budget, what is found reaches p
// but may not be the least.
func Seek(ctx context.Context, s Scenario, i int, ceiling, p float64, of Probability) (Sought, error) {
	l := s.Levers[i]
	spec, _ := SpecOf(l.Kind)
	f := spec.Fields[0]
	at := func(v float64) (float64, error) {
		c := s
		c.Levers = slices.Clone(s.Levers)
		c.Levers[i] = l.WithMain(v)
		return of(ctx, c)
	}
	from := l.Main()
	if math.IsNaN(ceiling) {
		ceiling = f.High
		if low, err := better(at, f.Low, f.High); err != nil {
			return Sought{}, err
		} else if low {
			ceiling = f.Low
		}
	}
	ceiling = min(f.Max, max(f.Min, ceiling))
	out := Sought{Curve: []At{}}
	for k := range curvePoints {
		v := from + (ceiling-from)*float64(k)/(curvePoints-1)
		if f.Whole {
			v = math.Round(v)
		}
		q, err := at(v)
		if err != nil {
			return out, err
		}
		out.Curve = append(out.Curve, At{v, q})
	}
	out.From, out.Best = out.Curve[0], out.Curve[0]
	first := -1
	for k, c := range out.Curve {
		if c.P > out.Best.P {
			out.Best = c
		}
		if first < 0 && c.P >= p {
			first = k
		}
	}
	switch {
	case first == 0:
		out.Already, out.Reached, out.Least, out.P = true, true, from, out.From.P
	case first > 0:
		tick := f.Step / 5
		if f.Whole {
			tick = 1
		}
		if err := out.narrow(at, first, p, tick); err != nil {
			return out, err
		}
	}
	slices.SortFunc(out.Curve, func(a, b At) int {
		if a.Value < b.Value {
			return -1
		}
		return 1
	})
	return out, nil
}

// better reports whether the low end of a range gives more than the high end.
func better(at func(float64) (float64, error), low, high float64) (bool, error) {
	a, err := at(low)
	if err != nil {
		return false, err
	}
	b, err := at(high)
	return a > b, err
}

// narrow halves the stretch in which p is reached until it is a tick, and rounds
// outward to ticks.
func (o *Sought) narrow(at func(float64) (float64, error), k int, p, tick float64) error {
	lo, hi := o.Curve[k-1], o.Curve[k]
	for math.Abs(hi.Value-lo.Value) > tick {
		v := (lo.Value + hi.Value) / 2
		q, err := at(v)
		if err != nil {
			return err
		}
		if q >= p {
			hi = At{v, q}
		} else {
			lo = At{v, q}
		}
	}
	o.Reached, o.Least, o.P = true, hi.Value, hi.P
	round := math.Ceil
	if hi.Value < lo.Value {
		round = math.Floor
	}
	v := round(hi.Value/tick-1e-9*math.Copysign(1, hi.Value-lo.Value)) * tick
	v = math.Round(v*1e6) / 1e6
	if end := o.Curve[len(o.Curve)-1].Value; (v-end)*(end-o.Curve[0].Value) > 0 {
		v = end // not past the ceiling
	}
	q, err := at(v)
	if err != nil {
		return err
	}
	if q >= p {
		o.Least, o.P = v, q
	}
	return nil
}

// Pair is two levers moved together, and whether that reaches the probability.
type Pair struct {
	A       float64 `json:"a"`
	B       float64 `json:"b"`
	P       float64 `json:"p"`
	Reached bool    `json:"reached"`
}

// SeekPair finds, for values of lever i from where it is to its ceiling, the least
// change of lever j that makes the probability at least p. best is the place of the
// pair that moves both least, as shares of their ranges; −1 where none reaches it.
func SeekPair(ctx context.Context, s Scenario, i, j int, ceilingA, ceilingB, p float64, of Probability) (pairs []Pair, best int, err error) {
	const points = 6
	a := s.Levers[i]
	spec, _ := SpecOf(a.Kind)
	from := a.Main()
	if math.IsNaN(ceilingA) {
		ceilingA = spec.Fields[0].High
	}
	best = -1
	least := math.Inf(1)
	for k := range points {
		share := float64(k) / (points - 1)
		c := s
		c.Levers = slices.Clone(s.Levers)
		c.Levers[i] = a.WithMain(from + (ceilingA-from)*share)
		got, err := Seek(ctx, c, j, ceilingB, p, of)
		if err != nil {
			return nil, -1, err
		}
		x := Pair{A: c.Levers[i].Main(), B: got.Best.Value, P: got.Best.P}
		if got.Reached {
			x.B, x.P, x.Reached = got.Least, got.P, true
			span := got.Curve[len(got.Curve)-1].Value - got.Curve[0].Value
			moved := share
			if span > 0 {
				moved += math.Abs(got.Least-got.From.Value) / span
			}
			if moved < least {
				least, best = moved, k
			}
		}
		pairs = append(pairs, x)
	}
	return pairs, best, nil
}
