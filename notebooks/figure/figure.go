// Package figure is what the notebooks have in common: they read the result
// tables of docs/bench, draw in the look of the product's charts, and put
// sentences and tables beside them whose figures are computed in the cell.
package figure

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"

	"github.com/janpfeifer/gonb/gonbui"

	"talentcast/charts"
	"talentcast/charts/render"
)

// The colours of the product's charts.
const (
	Ink    = "#1b2733"
	Faint  = "#6b7885"
	Lines  = "#e3e8ed"
	Blue   = "#0b5fa5"
	Sky    = "#56a3dc"
	Orange = "#d9730d"
	Green  = "#0a7d5a"
	Grey   = "#8a949e"
	Purple = "#7a4fa3"
)

// M is a part of an ECharts option.
type M = map[string]any

// Must returns v, and stops the cell on an error.
func Must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Path is that of a file of the repository.
func Path(name string) string { return filepath.Join(os.Getenv("TALENTCAST_ROOT"), name) }

// Row is a row of a table, by column.
type Row map[string]string

// F is the figure in the column; NaN where it is empty.
func (r Row) F(column string) float64 {
	if r[column] == "" {
		return math.NaN()
	}
	return Must(strconv.ParseFloat(r[column], 64))
}

// N is the whole number in the column.
func (r Row) N(column string) int { return Must(strconv.Atoi(r[column])) }

// Table reads a CSV file of the repository, a BOM left out.
func Table(name string) []Row {
	b := Must(os.ReadFile(Path(name)))
	rows := Must(csv.NewReader(strings.NewReader(strings.TrimPrefix(string(b), "\ufeff"))).ReadAll())
	out := make([]Row, 0, len(rows))
	for _, row := range rows[1:] {
		r := Row{}
		for i, column := range rows[0] {
			r[column] = row[i]
		}
		out = append(out, r)
	}
	return out
}

// Where keeps the rows whose columns have the values: column, value, column, …
func Where(rows []Row, columnValues ...string) []Row {
	var out []Row
next:
	for _, r := range rows {
		for i := 0; i+1 < len(columnValues); i += 2 {
			if r[columnValues[i]] != columnValues[i+1] {
				continue next
			}
		}
		out = append(out, r)
	}
	return out
}

// Say puts a paragraph.
func Say(format string, args ...any) { markdown(fmt.Sprintf(format, args...) + "\n") }

// markdown waits until the kernel has it: a cell that ends first loses its last
// outputs on a busy machine.
func markdown(text string) {
	gonbui.DisplayMarkdown(text)
	gonbui.Sync()
}

// Grid puts a table; all columns but the first are set to the right.
func Grid(head []string, rows [][]string) {
	var b strings.Builder
	b.WriteString("| " + strings.Join(head, " | ") + " |\n|---|" + strings.Repeat("---:|", len(head)-1) + "\n")
	for _, r := range rows {
		b.WriteString("| " + strings.Join(r, " | ") + " |\n")
	}
	markdown(b.String())
}

// Num writes a figure with the decimals, "—" where there is none.
func Num(v float64, decimals int) string {
	if math.IsNaN(v) {
		return "—"
	}
	return strconv.FormatFloat(v, 'f', decimals, 64)
}

// Pct writes a share as per cent.
func Pct(share float64) string {
	if math.IsNaN(share) {
		return "—"
	}
	return Num(100*share, 1) + "%"
}

// Of is a value as ECharts takes it: "-" leaves a gap.
func Of(v float64) any {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "-"
	}
	return math.Round(v*1e6) / 1e6
}

// Values is an axis of figures from lo to hi; NaN leaves an end to ECharts.
func Values(name string, lo, hi float64) M {
	m := axis("value", name)
	m["splitLine"] = M{"lineStyle": M{"color": Lines}}
	m["axisLine"], m["axisTick"], m["scale"] = M{"show": false}, M{"show": false}, true
	if !math.IsNaN(lo) {
		m["min"] = lo
	}
	if !math.IsNaN(hi) {
		m["max"] = hi
	}
	return m
}

// Classes is an axis of words.
func Classes(name string, words []string) M {
	m := axis("category", name)
	m["data"] = words
	m["axisTick"] = M{"show": false}
	return m
}

// Across puts the axis's name below its middle.
func Across(m M) M {
	m["nameLocation"], m["nameGap"] = "middle", 30
	m["nameTextStyle"] = M{"color": Faint, "fontSize": 12}
	return m
}

func axis(kind, name string) M {
	return M{
		"type": kind, "name": name, "nameTextStyle": M{"color": Faint, "fontSize": 12, "align": "left"},
		"axisLabel": M{"color": Faint, "fontSize": 12}, "axisLine": M{"lineStyle": M{"color": Grey}},
	}
}

// Line is a line series; dash is "solid", "dashed" or "dotted".
func Line(name, color, dash string, data []any) M {
	return M{
		"type": "line", "name": name, "data": data, "symbol": "circle", "symbolSize": 7,
		"lineStyle": M{"color": color, "type": dash, "width": 2}, "itemStyle": M{"color": color},
	}
}

// Dots is a scatter series.
func Dots(name, color, symbol string, size float64, data []any) M {
	return M{"type": "scatter", "name": name, "data": data, "symbol": symbol, "symbolSize": size, "itemStyle": M{"color": color, "opacity": 1}, "z": 4}
}

// Rule is a line across the chart: at is M{"xAxis": v} or M{"yAxis": v}.
func Rule(label, color string, at M) M {
	position := "end"
	if at["yAxis"] != nil { // the next panel stands at the line's end
		position = "insideEndTop"
	}
	at["label"] = M{"formatter": "tc:fmt:name", "color": color, "fontSize": 12, "position": position}
	at["lineStyle"] = M{"color": color, "type": "dashed", "width": 1.5}
	at["name"] = label
	return M{"silent": true, "symbol": "none", "data": []any{at}}
}

// Panel is one of several pictures beside each other.
type Panel struct {
	Title  string
	X, Y   M
	Series []M
}

// Panels draws pictures beside each other under one title and one legend.
func Panels(title, sub string, w, h int, legend []string, panels ...Panel) {
	PanelsWith(nil, title, sub, w, h, legend, panels...)
}

// PanelsWith is [Panels] with more of an option.
func PanelsWith(more M, title, sub string, w, h int, legend []string, panels ...Panel) {
	o := head(title, sub)
	maps.Copy(o, more)
	var grids, xs, ys, series []any
	titles := []any{o["title"]}
	each := (float64(w) - 24) / float64(len(panels))
	for i, p := range panels {
		left := 12 + float64(i)*each
		grids = append(grids, M{"left": left, "width": each - 30, "top": 128, "bottom": 44, "containLabel": true})
		titles = append(titles, M{"text": p.Title, "left": left + 6, "top": 84, "textStyle": M{"fontSize": 13, "color": Ink}})
		p.X["gridIndex"], p.Y["gridIndex"] = i, i
		xs, ys = append(xs, p.X), append(ys, p.Y)
		for _, s := range p.Series {
			s["xAxisIndex"], s["yAxisIndex"] = i, i
			series = append(series, s)
		}
	}
	o["title"], o["grid"], o["xAxis"], o["yAxis"], o["series"] = titles, grids, xs, ys, series
	o["legend"] = M{"data": legend, "top": 56, "left": 12, "itemWidth": 18, "itemHeight": 10, "itemGap": 14, "textStyle": M{"color": Ink, "fontSize": 12}}
	Show(charts.Chart{Name: "panels", Title: title, Option: Must(json.Marshal(o)), W: w, H: h})
}

func head(title, sub string) M {
	return M{
		"title": M{
			"text": title, "subtext": sub, "left": 12, "top": 8,
			"textStyle": M{"color": Ink, "fontSize": 16, "fontWeight": "bold"}, "subtextStyle": M{"color": Faint, "fontSize": 12},
		},
		"tc:lang": "zh", "animation": false,
	}
}

// With adds series of dates and values, and their names in the legend, to one of
// the product's charts, and widens its value axis to hold them.
func With(c charts.Chart, series ...M) charts.Chart {
	var o struct {
		Series []any          `json:"series"`
		Legend map[string]any `json:"legend"`
		YAxis  []M            `json:"yAxis"`
	}
	var all M
	if err := json.Unmarshal(c.Option, &o); err != nil {
		panic(err)
	}
	if err := json.Unmarshal(c.Option, &all); err != nil {
		panic(err)
	}
	names, _ := o.Legend["data"].([]any)
	for _, s := range series {
		o.Series = append(o.Series, s)
		names = append(names, s["name"])
		points, _ := s["data"].([]any)
		for _, p := range points {
			v, _ := p.([]any)[1].(float64)
			widen(o.YAxis[0], v)
		}
	}
	o.Legend["data"] = names
	all["series"], all["legend"], all["yAxis"] = o.Series, o.Legend, o.YAxis
	c.Option = Must(json.Marshal(all))
	return c
}

// widen moves the ends of an axis by whole steps until it holds v.
func widen(axis M, v float64) {
	lo, ok := axis["min"].(float64)
	hi, _ := axis["max"].(float64)
	step, _ := axis["interval"].(float64)
	if !ok || !(step > 0) {
		return
	}
	axis["min"], axis["max"] = min(lo, step*math.Floor(v/step)), max(hi, step*math.Ceil(v/step))
}

var renderer = sync.OnceValue(func() *render.Renderer { return Must(render.New(render.Options{})) })

// Show draws a chart.
func Show(c charts.Chart) {
	gonbui.DisplaySVG(string(Must(renderer().SVG(context.Background(), c.Option, render.Size{W: c.W, H: c.H}))))
	gonbui.Sync()
}
