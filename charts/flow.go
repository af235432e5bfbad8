package charts

import (
	"fmt"
	"math"

	echarts "github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// Stream is an amount that goes from one place to another.
type Stream struct {
	From, To string
	Value    float64
	Text     string // the amount in words
}

// FlowData is where money comes from and where it goes: places in columns from left
// to right, and the streams between them.
type FlowData struct {
	Frame
	// Columns are the places of each column, from above; a place is named once.
	Columns [][]Place
	Streams []Stream
}

// Place is where streams meet.
type Place struct {
	Name string
	Text string // its amount in words
	Tone Tone
}

// Tone is what a place is: it chooses its colour.
type Tone int

// The tones.
const (
	Source Tone = iota // where money comes from
	Pool               // where it gathers
	Use                // what it is spent on
	Left               // what is left
)

func (t Tone) color() string {
	switch t {
	case Source:
		return blue
	case Pool:
		return sky
	case Use:
		return green
	}
	return pale
}

// Flow is a Sankey diagram. Streams must run between places that there are, from a
// column to a later one.
func Flow(d FlowData) (Chart, error) {
	const w, h = 900, 460
	if len(d.Streams) == 0 {
		return empty("flow", d.Frame, w, 240)
	}
	column := map[string]int{}
	var nodes []any
	for depth, places := range d.Columns {
		for _, p := range places {
			if _, twice := column[p.Name]; twice {
				return Chart{}, fmt.Errorf("chart: flow: two places are called %s", p.Name)
			}
			column[p.Name] = depth
			label := map[string]any{"formatter": "tc:fmt:name", "color": ink, "fontSize": 12}
			if depth == len(d.Columns)-1 {
				label["position"] = "right"
			}
			nodes = append(nodes, map[string]any{
				"name": p.Name + "  " + p.Text, "depth": depth, "itemStyle": map[string]any{"color": p.Tone.color(), "borderWidth": 0}, "label": label,
			})
		}
	}
	names, right := map[string]string{}, 0.0
	for depth, places := range d.Columns {
		for _, p := range places {
			if depth == len(d.Columns)-1 { // its words stand beside it
				right = max(right, min(360, pixels(p.Name+"  "+p.Text)+36))
			}
			names[p.Name] = p.Name + "  " + p.Text
		}
	}
	var links []any
	for _, s := range d.Streams {
		from, okFrom := column[s.From]
		to, okTo := column[s.To]
		switch {
		case !okFrom || !okTo || from >= to:
			return Chart{}, fmt.Errorf("chart: flow: no stream can run from %q to %q", s.From, s.To)
		case math.IsNaN(s.Value) || s.Value <= 0:
			return Chart{}, fmt.Errorf("chart: flow: %v from %q to %q", s.Value, s.From, s.To)
		}
		links = append(links, map[string]any{"source": names[s.From], "target": names[s.To], "value": s.Value})
	}
	c := echarts.NewSankey()
	c.AddSeries(d.Title, []opts.SankeyNode{}, []opts.SankeyLink{})
	o, err := built(c)
	if err != nil {
		return Chart{}, err
	}
	delete(o, "legend")
	o["tooltip"] = map[string]any{"trigger": "item", "valueFormatter": "tc:fmt:yuan"}
	o.serie(0, map[string]any{
		"data": nodes, "links": links, "left": 24, "right": right, "top": 76, "bottom": 28, "nodeWidth": 16, "nodeGap": 24,
		"draggable": false, "layoutIterations": 32, "nodeAlign": "left",
		"lineStyle": map[string]any{"color": "source", "opacity": 0.25, "curveness": 0.5},
	})
	return o.chart("flow", d.Frame, w, h)
}
