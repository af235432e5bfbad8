package charts

import (
	"fmt"
	"math"
	"strconv"

	echarts "github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// PITData says where in their forecasts the figures that came have fallen: the
// share of them in each of even parts of the distribution, the lowest first.
type PITData struct {
	Frame
	Shares []float64
	N      int // figures
}

// PIT draws the shares as bars against the even height that right distributions
// have: a hollow says too wide, a bulge at the ends too narrow, a slope that
// forecasts were too low or too high.
func PIT(d PITData) (Chart, error) {
	const w, h = 620, 360
	if d.N == 0 || len(d.Shares) == 0 {
		return empty("pit", d.Frame, w, 300)
	}
	sum, top := 0.0, 0.0
	for _, s := range d.Shares {
		if s < 0 || math.IsNaN(s) {
			return Chart{}, fmt.Errorf("chart: pit: %v is no share", s)
		}
		sum, top = sum+s, max(top, s)
	}
	if math.Abs(sum-1) > 1e-6 {
		return Chart{}, fmt.Errorf("chart: pit: the shares come to %v", sum)
	}
	k := len(d.Shares)
	labels, data := make([]string, k), make([]any, k)
	for i, s := range d.Shares {
		labels[i] = strconv.Itoa(100*i/k) + "–" + strconv.Itoa(100*(i+1)/k) + "%"
		data[i] = tidy(round1(100 * s))
	}
	name := pick(d.Lang, "落在该段的比例", "share that fell there")
	c := echarts.NewBar()
	c.AddSeries(name, []opts.BarData{})
	o, err := built(c)
	if err != nil {
		return Chart{}, err
	}
	d.Unit = "%"
	even := 100 / float64(k)
	x := namesAxis(labels)
	x["name"], x["nameLocation"], x["nameGap"] = pick(d.Lang, "在当时预测分布中的位置", "place in the forecast distribution"), "middle", 28
	d.Axis = pick(d.Lang, "比例（%）", "share (%)")
	y := valueAxis(d.Frame)
	reach(y, d.Frame, 0, max(100*top, 1.5*even))
	o.cartesian(d.Frame, x, y, nil)
	x["nameTextStyle"] = words(faint)
	delete(o, "legend")
	label := pick(d.Lang, "理想 ", "ideal ") + strconv.FormatFloat(round1(even), 'f', -1, 64) + "%"
	o.within(24, pixels(label)+20, 92, 44)
	o.serie(0, map[string]any{
		"data": data, "barCategoryGap": "12%", "itemStyle": map[string]any{"color": sky},
		"markLine": marks([]map[string]any{mark(label, green, "dashed", map[string]any{"yAxis": tidy(round1(even))}, "end")}),
	})
	return o.chart("pit", d.Frame, w, h)
}
