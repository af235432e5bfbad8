package web

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// wallBody is what hangs on the meeting-room wall: one slide after the other.
type wallBody struct {
	Verdict   string
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
	o, err := s.look(c)
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
	b := wallBody{Verdict: o.Verdict.In(p.Lang), Counts: p.counts(o, filter{}), Seconds: seconds}
	for _, t := range o.Headlines() {
		b.Tiles = append(b.Tiles, tile{p.view(t), sparkOf(t)})
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
