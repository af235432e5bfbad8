package web

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"talentcast/charts"
)

// wallBody is what hangs on the meeting-room wall: one slide after the other.
type wallBody struct {
	Verdict   string
	Moved     *movedView
	Counts    []count
	Tiles     []tile
	Charts    []wallChart
	Attention []targetView
	Urgent    int
	Seconds   int // a slide stays
}

type wallChart struct {
	targetView
	Chart chartView
}

// wallRows is how many red and orange targets can be read from six metres.
const wallRows = 7

func (s *Server) wall(c *gin.Context) {
	seconds, err := whole(c, "seconds", 15, 3, 600)
	if err != nil {
		s.failIn(c, err)
		return
	}
	o, err := s.glance(c)
	if err != nil {
		s.failIn(c, err)
		return
	}
	p, err := s.policyPage(c, "wall", &o.Policy, &o.State)
	if err != nil {
		s.fail(c, err)
		return
	}
	p.AsOf = o.AsOf
	p.Title = o.Policy.Name(p.Lang)
	theme, err := charts.ThemeOf(c.Query("theme"))
	if err != nil {
		s.failIn(c, err)
		return
	}
	p.Dark = c.Query("theme") == "" || theme == charts.OnDark // rooms with a wall screen are dim
	b := wallBody{Verdict: o.Verdict.In(p.Lang), Counts: p.counts(o, filter{}), Seconds: seconds}
	if b.Moved, err = s.movedKept(c, p, o); err != nil {
		s.fail(c, err)
		return
	}
	b.Tiles = p.headlines(o, b.Moved)
	for _, t := range o.Headlines() {
		if !forecast(t) {
			continue
		}
		v, err := p.targetChart(o, t, "fan", nil)
		if err != nil {
			s.fail(c, err)
			return
		}
		v.Name = "fan-" + t.ID
		b.Charts = append(b.Charts, wallChart{p.view(t), v})
	}
	b.Attention, b.Urgent = p.attention(o)
	b.Attention = b.Attention[:min(wallRows, len(b.Attention))]
	p.Body = b
	s.render(c, http.StatusOK, p)
}
