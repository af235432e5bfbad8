package charts

import (
	"fmt"
	"math"
	"strings"

	echarts "github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"
)

// Node is a target and its parts.
type Node struct {
	Name  string
	Size  float64 // its goal: its share of the area
	Light Light
	Text  string // 39/120人 · 2021年底前 68%
	Parts []Node
	Rest  string // what the area is called that none of the parts takes
}

// TreeData is a tree of targets.
type TreeData struct {
	Frame
	Roots []Node
}

// Tree is a treemap: the area is the goal, colour and sign the light. What has parts
// is a frame around them with its name above; parts that don't make up the whole
// leave an area for the rest.
func Tree(d TreeData) (Chart, error) {
	const w, h = 900, 460
	if len(d.Roots) == 0 {
		return empty("tree", d.Frame, w, 240)
	}
	var data []any
	for _, n := range d.Roots {
		item, err := n.item()
		if err != nil {
			return Chart{}, err
		}
		data = append(data, item)
	}
	c := echarts.NewTreeMap()
	c.AddSeries(d.Title, []opts.TreeMapNode{})
	o, err := built(c)
	if err != nil {
		return Chart{}, err
	}
	delete(o, "legend")
	o["tooltip"] = map[string]any{"show": false}
	o.serie(0, map[string]any{
		"data": data, "left": 12, "right": 12, "top": 64, "bottom": 12, "roam": false, "nodeClick": false,
		"breadcrumb": map[string]any{"show": false},
		"label":      map[string]any{"show": true, "formatter": "tc:fmt:name", "fontSize": 13, "lineHeight": 19, "overflow": "break"},
		"upperLabel": map[string]any{"show": true, "height": 26, "formatter": "tc:fmt:name", "fontSize": 13, "fontWeight": "bold"},
		"itemStyle":  map[string]any{"borderColor": white, "borderWidth": 2, "gapWidth": 2},
		"levels": []any{
			map[string]any{"itemStyle": map[string]any{"borderColor": white, "borderWidth": 0, "gapWidth": 6}, "upperLabel": map[string]any{"show": false}},
			map[string]any{"itemStyle": map[string]any{"borderWidth": 3, "gapWidth": 3}},
			map[string]any{"itemStyle": map[string]any{"borderColor": white, "borderWidth": 2, "gapWidth": 2}},
		},
	})
	return o.chart("tree", d.Frame, w, h)
}

func (n Node) item() (map[string]any, error) {
	if math.IsNaN(n.Size) || n.Size <= 0 {
		return nil, fmt.Errorf("chart: tree: %s has the size %v", n.Name, n.Size)
	}
	fill, _ := lightColors(n.Light.Key)
	tint := lightTint(n.Light.Key)
	item := map[string]any{
		"name": n.Light.Icon + " " + n.Name + "\n" + strings.ReplaceAll(n.Text, " · ", "\n"), "value": n.Size,
		"itemStyle": map[string]any{"color": tint, "borderColor": fill, "borderWidth": 2}, "label": map[string]any{"color": ink},
	}
	if len(n.Parts) == 0 {
		return item, nil
	}
	item["name"] = n.Light.Icon + " " + n.Name + "  " + n.Text
	item["upperLabel"] = map[string]any{"color": ink, "backgroundColor": tint}
	var parts []any
	rest := n.Size
	for _, p := range n.Parts {
		rest -= p.Size
		part, err := p.item()
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	if rest > 0.005*n.Size { // what is of the target and of none of its parts
		parts = append(parts, map[string]any{
			"name": n.Rest, "value": rest, "itemStyle": map[string]any{"color": tintRest, "borderColor": grid, "borderWidth": 2}, "label": map[string]any{"color": faint},
		})
	}
	item["children"] = parts
	return item, nil
}
