package web

import (
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/analytics/target"
	"talentcast/datasets"
)

// commitmentsBody is every commitment of the policy by how it is checked.
type commitmentsBody struct {
	Total      int
	Heat       *chartView
	Calendar   *chartView
	Duties     []targetView
	Milestones []milestoneView
	Caps       []capView
	Floors     []floorView
	Shares     []shareView
	Tracked    []targetView
	Forecast   int // targets with a number and a deadline, which the overview shows
	NoData     []targetView
}

type milestoneView struct {
	targetView
	Done string // the date on which it was reported done
}

type capView struct {
	targetView
	Checked int
	Excess  []excessView
}

type floorView struct {
	targetView
	Years []floorYear
}

// floorYear is a year's growth beside its floor.
type floorYear struct {
	Year, Text string
	Kept       bool
	Length     float64 // of its bar, 0 to 100
}

type shareView struct {
	targetView
	Num, Den string
}

func (s *Server) commitments(c *gin.Context) {
	o, err := s.glance(c)
	if err != nil {
		s.failIn(c, err)
		return
	}
	p, err := s.policyPage(c, "commitments", &o.Policy, &o.State)
	if err != nil {
		s.fail(c, err)
		return
	}
	p.AsOf = o.AsOf
	key := s.printedKey(p, o)
	release, done := s.before(c, p, key)
	if done {
		return
	}
	defer release()
	b := commitmentsBody{}
	for i := range o.Targets {
		if t := &o.Targets[i]; t.SameAs == "" {
			b.Total++
			p.commit(&b, t)
		}
	}
	made, err := s.drawn.charts(o, p.Lang)
	if err != nil {
		s.fail(c, err)
		return
	}
	for name, into := range map[string]**chartView{"calendar": &b.Calendar, "heat": &b.Heat} {
		if !slices.Contains(made.names, name) {
			continue
		}
		v, err := p.policyChart(o, name, made.charts[name])
		if err != nil {
			s.fail(c, err)
			return
		}
		*into = &v
	}
	rows := anyExcess(o)
	if rows {
		if err := s.seeing(c); err != nil {
			s.fail(c, err)
			return
		}
	}
	p.Body = b
	s.print(c, p, key, rows)
}

// commit puts a commitment where it belongs.
func (p *page) commit(b *commitmentsBody, t *outlook.Target) {
	v := p.view(t)
	if t.Status == target.NoData {
		b.NoData = append(b.NoData, v)
	}
	switch t.Measure {
	case datasets.PerPeriod:
		b.Duties = append(b.Duties, v)
	case datasets.Milestone:
		m := milestoneView{targetView: v}
		if t.Status == target.Met && t.Low != nil {
			for _, h := range t.History {
				if h.Value >= *t.Low {
					m.Done = phrase.Date(h.Date.Time, p.Lang)
					break
				}
			}
		}
		b.Milestones = append(b.Milestones, m)
	case datasets.Cap:
		x := capView{targetView: v, Checked: t.Checked}
		for _, e := range t.Excess {
			x.Excess = append(x.Excess, excessView{phrase.Date(e.Date, p.Lang), e.What, phrase.Amount(e.Value, t.Unit, p.Lang), phrase.Amount(e.Limit, t.Unit, p.Lang)})
		}
		b.Caps = append(b.Caps, x)
	case datasets.Growth:
		b.Floors = append(b.Floors, p.floor(v, t))
	case datasets.Ratio:
		x := shareView{targetView: v, Num: phrase.Missing, Den: phrase.Missing}
		if t.Num != nil && t.Den != nil {
			x.Num, x.Den = phrase.Number(*t.Num, 2), phrase.Number(*t.Den, 2)
		}
		b.Shares = append(b.Shares, x)
	case datasets.Trend:
		b.Tracked = append(b.Tracked, v)
	default:
		b.Forecast++
	}
}

func (p *page) floor(v targetView, t *outlook.Target) floorView {
	f := floorView{targetView: v}
	top := 1.0
	if t.Low != nil {
		top = max(top, 2**t.Low)
	}
	for _, g := range t.Growth {
		top = max(top, g.Value)
	}
	for _, g := range t.Growth {
		f.Years = append(f.Years, floorYear{
			Year: strconv.Itoa(g.Date.Year()), Text: phrase.Number(g.Value, 1) + "%",
			Kept: t.Low == nil || g.Value >= *t.Low, Length: 100 * max(0, g.Value) / top,
		})
	}
	return f
}
