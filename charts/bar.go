package charts

import (
	"math"

	echarts "github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// State says how a duty or a year stands.
type State string

// The states.
const (
	Done   State = "done"
	Due    State = "due" // the period is still running
	Missed State = "missed"
)

// colors are a state's colour and that of words on it.
func (s State) colors() (fill, text string) {
	switch s {
	case Done:
		return green, white
	case Due:
		return tintMet, ink
	case Missed:
		return red, white
	}
	return pale, ink
}

// Bar is a named figure.
type Bar struct {
	Name  string
	Value float64
	Text  string // written at the bar's end
	Need  bool   // required, as against observed
	State State
}

// item is a data item of one colour with its own words.
func (b Bar) item(color string) map[string]any {
	return map[string]any{"value": value(b.Value), "name": b.Text, "itemStyle": map[string]any{"color": color}}
}

// items is a bar chart of one series of data items made by hand.
func items(name string, data []any) (option, error) {
	c := echarts.NewBar()
	c.AddSeries(name, []opts.BarData{})
	o, err := built(c)
	if err != nil {
		return nil, err
	}
	o.serie(0, map[string]any{"data": data})
	return o, nil
}

// ends are the lowest and the highest value of the bars, zero among them.
func ends(bars []Bar) (lo, hi float64) {
	for _, b := range bars {
		if !math.IsNaN(b.Value) && !math.IsInf(b.Value, 0) {
			lo, hi = min(lo, b.Value), max(hi, b.Value)
		}
	}
	return lo, hi
}
