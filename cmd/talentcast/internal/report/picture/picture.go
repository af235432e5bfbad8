// Package picture writes a chart alone in the formats that people put into
// documents: pictures, vectors, and a workbook whose chart can be edited.
package picture

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"talentcast/analytics/fault"
	"talentcast/charts"
	"talentcast/charts/render"
	"talentcast/cmd/talentcast/internal/report/document"
	"talentcast/cmd/talentcast/internal/report/pdf"
	"talentcast/cmd/talentcast/internal/report/workbook"
)

// The sides of a picture, in CSS px.
const (
	Least = 160
	Most  = 4000
)

// Endings lists the formats.
func Endings() []string { return []string{"svg", "png", "pdf", "xlsx", "json"} }

// Type is the content type of a format.
func Type(ending string) string {
	switch ending {
	case "svg":
		return "image/svg+xml"
	case "png":
		return "image/png"
	case "pdf":
		return "application/pdf"
	case "xlsx":
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	}
	return "application/json; charset=utf-8"
}

// Ground is what is behind a chart.
type Ground string

// The grounds. Usual is clear for vectors, unless the theme is dark, and the
// theme's own colour for PNG.
const (
	Usual Ground = ""
	White Ground = "white" // that of the theme: dark for the dark one
	Clear Ground = "transparent"
)

// Settings are how a chart is to be written. The zero value is as on the page.
type Settings struct {
	Theme  charts.Theme
	W, H   int     // CSS px; 0 as on the page
	Scale  float64 // of PNG: pixels per CSS px; 0 is 2
	Ground Ground
}

// Check refuses settings that no picture can have, as [fault.Invalid].
func (s Settings) Check() error {
	for _, side := range []int{s.W, s.H} {
		if side != 0 && (side < Least || side > Most) {
			return fault.Newf(fault.Invalid, "图片边长 %[1]d 不可用；请取 %[2]d 至 %[3]d 之间的像素数。", "A picture can't have a side of %[1]d; take %[2]d to %[3]d pixels.", side, Least, Most)
		}
	}
	switch s.Ground {
	case Usual, White, Clear:
		return nil
	}
	return fault.Newf(fault.Invalid, "没有背景“%[1]s”；可用 white 或 transparent。", "There is no background %[1]q; use white or transparent.", string(s.Ground))
}

// Item is a chart with what is written beside it.
type Item struct {
	Chart charts.Chart
	// Editable is the chart in the terms of office programs; nil where they have no
	// kind for it, and then it can't be had as xlsx.
	Editable *document.Chart
	Stamp    document.Stamp
	Lang     string
}

// Write writes the chart. A format that it can't have is [fault.NotFound], and
// settings that can't be used are [fault.Invalid].
func Write(ctx context.Context, r *render.Renderer, x Item, ending string, s Settings) ([]byte, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	if ending == "xlsx" {
		return x.workbook(ctx)
	}
	c, err := x.Chart.Sized(s.W, s.H)
	if err == nil {
		c, err = c.In(s.Theme)
	}
	if err != nil {
		return nil, err
	}
	ground := s.Theme.Ground()
	if s.Ground == Clear || s.Ground == Usual && ending != "png" && s.Theme != charts.OnDark {
		ground = "" // paper is white of itself
	}
	size := render.Size{W: c.W, H: c.H}
	switch ending {
	case "png":
		if s.Scale == 0 {
			s.Scale = 2
		}
		return r.PNG(ctx, c.Option, size, s.Scale, ground)
	case "svg", "pdf", "json":
	default:
		return nil, fault.Newf(fault.NotFound, "图表不能导出为“%[1]s”；可用格式：%[2]s。", "A chart can't be had as %[1]q; the formats are %[2]s.", ending, strings.Join(Endings(), ", "))
	}
	if c.Option, err = grounded(c.Option, ground); err != nil {
		return nil, fmt.Errorf("chart %s: %w", c.Name, err)
	}
	switch ending {
	case "svg":
		return r.SVG(ctx, c.Option, size)
	case "pdf":
		return pdf.Chart(ctx, c.Option, c.W, c.H, x.document(), r)
	}
	return c.Option, nil
}

// grounded gives an option a background of its own, "" none.
func grounded(option []byte, color string) ([]byte, error) {
	if color == "" {
		return option, nil
	}
	var o map[string]json.RawMessage
	if err := json.Unmarshal(option, &o); err != nil {
		return nil, err
	}
	o["backgroundColor"] = json.RawMessage(`"` + color + `"`)
	return json.Marshal(o)
}

func (x Item) document() document.Document {
	return document.Document{Title: x.Chart.Title, Subtitle: x.Stamp.Line(x.Lang), Lang: x.Lang, Stamp: x.Stamp}
}

// workbook is the chart as Excel draws it, with its data beside it.
func (x Item) workbook(ctx context.Context) ([]byte, error) {
	if x.Editable == nil {
		return nil, fault.Newf(fault.NotFound, "“%[1]s”没有可编辑的 Excel 图表形式；请改用 SVG、PNG 或 PDF，或导出数据表。",
			"Excel has no chart of the kind of %[1]q; take it as SVG, PNG or PDF, or take its table.", x.Chart.Title)
	}
	d := x.document()
	d.Blocks = []document.Block{document.Figure{ID: x.Chart.Name, Caption: x.Chart.Title, Alt: x.Chart.Alt, Option: x.Chart.Option, W: x.Chart.W, H: x.Chart.H, Chart: x.Editable}}
	var b bytes.Buffer
	if err := workbook.Write(ctx, &b, d, nil); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
