// Package demo writes synthetic office files for the Liwan policy: what its
// departments might have handed in, in the templates, with the habits and the
// mistakes of offices. Nothing in them is real, and every file says so in its
// name. README.md beside this file lists the assumptions.
package demo

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"talentcast/analytics"
	"talentcast/datasets"
	"talentcast/ingest"
)

// Generate writes the files for the months from first to last into dir, which
// it makes, and returns their paths in the order in which they should be
// loaded. Equal arguments give equal bytes.
func Generate(dir string, seed uint64, first, last analytics.Period, p datasets.Policy) ([]string, error) {
	if last.Sub(first) < 0 {
		return nil, fmt.Errorf("demo data: %v is before %v", last, first)
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("demo data: %w", err)
	}
	g := &generator{
		policy: p, first: first, last: last, end: last.End(),
		r: rand.New(rand.NewPCG(seed, 0x555)), ids: map[string]bool{},
	}
	g.talent()
	g.socialWorkers()
	g.fund()
	g.training()
	g.institutions()
	g.activities()
	g.posts()
	g.indicators()
	var paths []string
	for _, f := range g.files {
		path := filepath.Join(dir, f.name)
		b, err := f.bytes(g.end)
		if err != nil {
			return nil, fmt.Errorf("demo data: %s: %w", f.name, err)
		}
		if err := os.WriteFile(path, b, 0o640); err != nil {
			return nil, fmt.Errorf("demo data: %w", err)
		}
		paths = append(paths, path)
	}
	return paths, nil
}

type generator struct {
	policy      datasets.Policy
	first, last analytics.Period
	end         time.Time // the last day that the offices know of
	r           *rand.Rand
	ids         map[string]bool
	files       []file
}

// pace is how busy a month is, 1 on average over the years the policy runs at
// full speed: a slow first year, then a rise; graduates in summer, a rush before
// the year closes, a dip around the Spring Festival.
func (g *generator) pace(m analytics.Period) float64 {
	ramp := 1.25
	switch m.Year() {
	case 2012:
		ramp = 0.45
	case 2013:
		ramp = 0.95
	}
	season := [12]float64{0.8, 0.45, 0.8, 0.9, 0.95, 1.1, 1.5, 1.35, 1.15, 0.9, 0.85, 1.25}
	return ramp * season[m.Start().Month()-1]
}

// months runs f over the months.
func (g *generator) months(f func(analytics.Period)) {
	for m := g.first; m.Sub(g.last) <= 0; m = m.Add(1) {
		f(m)
	}
}

// poisson draws a count by inverting one uniform.
func (g *generator) poisson(mean float64) int {
	u, p := g.r.Float64(), math.Exp(-mean)
	k, cum := 0, p
	for cum < u && k < 1000 {
		k++
		p *= mean / float64(k)
		cum += p
	}
	return k
}

// dayIn is a day of the month, weekends included.
func (g *generator) dayIn(m analytics.Period) time.Time {
	return m.Start().AddDate(0, 0, g.r.IntN(m.End().Day()))
}

// registered is the day on which the office enters what happened on a day: most
// of it within weeks, some of it a quarter late.
func (g *generator) registered(event time.Time) time.Time {
	late := 3 + g.r.IntN(25)
	if g.r.Float64() < 0.25 {
		late += 20 + g.r.IntN(60)
	}
	return event.AddDate(0, 0, late)
}

// known reports whether the office has entered it by the end.
func (g *generator) known(d time.Time) bool { return !d.After(g.end) }

func iso(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

func chinese(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("2006年1月2日")
}

// person is a synthetic person: a name from common characters, and an ID number
// with a right check digit whose birth date, before 1904, no one at work has.
type person struct{ name, id string }

func (g *generator) person() person {
	surnames := []rune("陈林黄李张梁何刘吴罗郭邓冯曾谢")
	given := []rune("伟芳敏静丽强磊洋艳勇军杰娟涛明超霞平刚华")
	name := string([]rune{surnames[g.r.IntN(len(surnames))], given[g.r.IntN(len(given))], given[g.r.IntN(len(given))]})
	for {
		born := analytics.Date(1900, 1, 1).AddDate(0, 0, g.r.IntN(4*365))
		digits := "440103" + born.Format("20060102") + fmt.Sprintf("%03d", g.r.IntN(1000))
		id := digits + string(ingest.IDCheck(digits))
		if !g.ids[id] {
			g.ids[id] = true
			return person{name, id}
		}
	}
}

// wrongCheck is the number with a check character that does not fit.
func wrongCheck(id string) string {
	last := byte('1')
	if id[17] == '1' {
		last = '2'
	}
	return id[:17] + string(last)
}
