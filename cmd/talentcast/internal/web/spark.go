package web

import (
	"fmt"
	"math"
	"strings"

	"talentcast/analytics/outlook"
)

// spark is the small picture on a tile: what was, the median of what is to be
// expected with its 80 % band, and the line to reach. Coordinates are in a box
// of sparkW by sparkH.
type spark struct {
	W, H, Foot, Base      int
	History, Median, Band string // points of a polyline or polygon
	Goal                  string // y of the line to reach; empty without one
	Now                   string // x of the as-of date
	EarlyX                string // x of the early deadline; empty outside the picture
	StartLabel            string
	EarlyLabel, LateLabel string
}

const (
	sparkW, sparkH       = 380, 80
	sparkLeft, sparkFoot = 2, 16
)

// sparkOf draws a target; nil where there is nothing to draw.
func sparkOf(t *outlook.Target) *spark {
	if len(t.History) == 0 || len(t.Fan) == 0 {
		return nil
	}
	first := t.History[0].Date.Time
	if !t.Start.IsZero() && t.Start.After(first) {
		first = t.Start
	}
	last := t.Fan[len(t.Fan)-1].Date.Time
	if !t.Late.IsZero() && t.Late.Before(last) {
		last = t.Late
	}
	span := last.Sub(first).Hours()
	if span <= 0 {
		return nil
	}
	low, high := math.Inf(1), math.Inf(-1)
	see := func(v float64) { low, high = min(low, v), max(high, v) }
	for _, p := range t.History {
		see(p.Value)
	}
	for _, b := range t.Fan {
		if !b.Date.After(last) {
			see(b.Q[1])
			see(b.Q[5])
		}
	}
	if t.Low != nil {
		see(*t.Low)
	}
	if low > 0 && low < high/2 {
		low = 0
	}
	if high <= low {
		high = low + 1
	}
	x := func(d outlook.Day) float64 {
		return sparkLeft + d.Sub(first).Hours()/span*(sparkW-2*sparkLeft)
	}
	y := func(v float64) float64 { return 4 + (high-v)/(high-low)*(sparkH-sparkFoot-6) }
	s := &spark{W: sparkW, H: sparkH, Foot: sparkH - sparkFoot, Base: sparkH - 4}
	var history, median, upper, lower []string
	at := func(x, y float64) string { return fmt.Sprintf("%.1f,%.1f", x, y) }
	for _, p := range t.History {
		if !p.Date.Before(first) {
			history = append(history, at(x(p.Date), y(p.Value)))
		}
	}
	if len(history) == 0 {
		return nil
	}
	now := t.History[len(t.History)-1]
	median = append(median, at(x(now.Date), y(now.Value)))
	upper = append(upper, median[0])
	for _, b := range t.Fan {
		if b.Date.After(last) {
			break
		}
		median = append(median, at(x(b.Date), y(b.Q[3])))
		upper = append(upper, at(x(b.Date), y(b.Q[5])))
		lower = append(lower, at(x(b.Date), y(b.Q[1])))
	}
	for i := len(lower) - 1; i >= 0; i-- {
		upper = append(upper, lower[i])
	}
	s.History, s.Median, s.Band = strings.Join(history, " "), strings.Join(median, " "), strings.Join(upper, " ")
	s.Now = fmt.Sprintf("%.1f", x(now.Date))
	if t.Low != nil {
		s.Goal = fmt.Sprintf("%.1f", y(*t.Low))
	}
	s.StartLabel = first.Format("2006")
	if !t.Early.IsZero() && !t.Early.Equal(t.Late) && t.Early.Before(last) {
		s.EarlyX, s.EarlyLabel = fmt.Sprintf("%.1f", x(outlook.Day{Time: t.Early})), t.Early.Format("2006-01")
	}
	s.LateLabel = last.Format("2006-01")
	return s
}
