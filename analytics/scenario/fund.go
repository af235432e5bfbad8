package scenario

import (
	"math"

	"github.com/shopspring/decimal"
)

// Fen is an amount in 分: what is counted exactly.
type Fen int64

// fenPerWan is 分 in 万元.
const fenPerWan = 1_000_000

// yuan turns 万元 as a lever has them into 元.
func yuan(wan float64) float64 { return float64(FenOf(wan)) / 100 }

// FenOf rounds 万元 to 分.
func FenOf(wan float64) Fen { return Fen(math.Round(wan * fenPerWan)) }

// Appropriations are what is set aside in each of n years: base in the first,
// and growth per cent more each year, rounded to 分 year by year, half away from
// zero.
func Appropriations(base Fen, growth float64, n int) []Fen {
	out := make([]Fen, n)
	grow := decimal.NewFromFloat(growth).Shift(-2).Add(decimal.New(1, 0))
	v := decimal.New(int64(base), 0)
	for i := range out {
		if v.GreaterThan(decimal.New(math.MaxInt64/4, 0)) { // beyond what any policy has
			v = decimal.New(math.MaxInt64/4, 0)
		}
		v = v.Round(0)
		out[i] = Fen(v.IntPart())
		v = v.Mul(grow)
	}
	return out
}

// Plan is money that comes by a yearly plan in place of the baseline's: each
// year's amount in equal parts over the periods of the year.
type Plan struct {
	Lever  int
	SD     float64
	From   int       // the first period under it
	Amount []float64 // 元 by period; 0 before From
}

func newPlan(i int, l Lever, x Subject) *Plan {
	p := &Plan{Lever: i, SD: l.SD, Amount: make([]float64, x.H)}
	w := l.weights(x.First, x.H)
	for p.From < x.H && w[p.From] == 0 {
		p.From++
	}
	if p.From == x.H {
		return p
	}
	first := x.First.Add(p.From).Year()
	last := x.First.Add(x.H - 1).Year()
	years := Appropriations(FenOf(l.Value("base")), l.Value("growth"), last-first+1)
	share := 1 + l.Value("share")/100
	for t := p.From; t < x.H; t++ {
		p.Amount[t] = float64(years[x.First.Add(t).Year()-first]) / 100 * share / float64(x.First.Freq)
	}
	return p
}

// Purse is money of which no more can be spent than there is: each year's amount,
// and what is carried over.
type Purse struct {
	Years []Fen // what comes in each year
	Carry bool  // what is left stays
	left  Fen
}

// Spent is how one year went, in 分: Available = Cost + Left.
type Spent struct {
	Available, Cost, Left Fen
	// Cut is the share of what was asked for that could be paid, 1 for all.
	Cut float64
}

// Year pays for the additions of year y: asked[k][t] of them at the cost of
// price[k] each. Where the money does not suffice, every stream keeps the whole
// part of one share of its running total of the year, so that streams and months
// are cut alike; what that leaves over buys one more, at the year's end, for the
// streams that lost most to rounding. asked is changed to what is kept. Additions
// that cost nothing are not cut. Years must be paid in order.
func (p *Purse) Year(y int, asked [][]float64, price []Fen) Spent {
	if y < len(p.Years) {
		p.left += p.Years[y]
	}
	s := Spent{Available: p.left, Cut: 1}
	demand := 0.0
	for k, row := range asked {
		for _, n := range row {
			demand += n * float64(price[k])
		}
	}
	if demand > float64(p.left) {
		s.Cut = max(0, math.Nextafter(float64(p.left)/demand, 0))
		lost := make([]float64, len(asked))
		for k, row := range asked {
			if price[k] > 0 {
				lost[k] = cut(row, s.Cut)
			}
		}
		p.round(asked, price, lost)
	}
	s.Cost = cost(asked, price)
	for k := 0; s.Cost > s.Available && k < len(asked); { // what rounding may have let through
		if price[k] == 0 || !dropOne(asked[k]) {
			k++
			continue
		}
		s.Cost = cost(asked, price)
	}
	p.left -= s.Cost
	s.Left = p.left
	if !p.Carry {
		p.left = 0
	}
	return s
}

// cut keeps the whole part of a share of the running total, and returns the part
// of one that is lost by it.
func cut(row []float64, share float64) float64 {
	asked, kept := 0.0, 0.0
	for t, n := range row {
		asked += n
		now := math.Floor(asked * share)
		row[t] = now - kept
		kept = now
	}
	return asked*share - kept
}

// round spends what rounding left over: one more for each stream that lost part of
// one, those first that lost most, as far as the money goes.
func (p *Purse) round(asked [][]float64, price []Fen, lost []float64) {
	left := p.left - cost(asked, price)
	for range asked {
		most := -1
		for k, v := range lost {
			if v > 1e-9 && price[k] <= left && len(asked[k]) > 0 && (most < 0 || v > lost[most]) {
				most = k
			}
		}
		if most < 0 {
			return
		}
		asked[most][len(asked[most])-1]++
		left -= price[most]
		lost[most] = 0
	}
}

func dropOne(row []float64) bool {
	for t := len(row) - 1; t >= 0; t-- {
		if row[t] >= 1 {
			row[t]--
			return true
		}
	}
	return false
}

func cost(rows [][]float64, price []Fen) (sum Fen) {
	for k, row := range rows {
		n := 0.0
		for _, v := range row {
			n += v
		}
		sum += Fen(n) * price[k]
	}
	return sum
}

// Ceiling keeps what a group of streams adds in a year within most, cutting as
// [Purse.Year] does.
func Ceiling(most float64, asked [][]float64) {
	sum := 0.0
	for _, row := range asked {
		for _, n := range row {
			sum += n
		}
	}
	if sum <= most {
		return
	}
	share := most / sum
	for _, row := range asked {
		cut(row, share)
	}
}
