package pdf

import (
	"bytes"
	"context"
	"fmt"
	"image/color"

	"codeberg.org/go-pdf/fpdf"

	"talentcast/charts/render"
	"talentcast/cmd/talentcast/internal/report/document"
)

// picture is a chart ready to be drawn: as marks, or as a PNG.
type picture struct {
	marks []render.Mark
	png   []byte
}

func pictureOf(ctx context.Context, f document.Figure, draw document.Drawer) (p picture, err error) {
	if m, ok := draw.(Marker); ok {
		p.marks, err = m.Marks(ctx, f.Option, render.Size{W: f.W, H: f.H})
	} else {
		p.png, err = draw.PNG(ctx, f.Option, f.W, f.H, 2)
	}
	if err != nil {
		return p, fmt.Errorf("picture %s: %w", f.ID, err)
	}
	return p, nil
}

// figure draws a chart as wide as the text, and its caption below.
func (x *writer) figure(f document.Figure) {
	scale := x.width() / float64(max(1, f.W))
	if most := (x.floor() - x.top()) * 0.72; float64(f.H)*scale > most {
		scale = most / float64(f.H)
	}
	w, h := float64(f.W)*scale, float64(f.H)*scale
	x.room(h + x.look.caption*2 + 12)
	x.y += 6
	at := x.left() + (x.width()-w)/2
	p := x.pictures[f.ID]
	if p.png != nil {
		name := "png " + f.ID
		x.pdf.RegisterImageOptionsReader(name, fpdf.ImageOptions{ImageType: "PNG"}, bytes.NewReader(p.png))
		x.pdf.ImageOptions(name, at, x.y, w, h, false, fpdf.ImageOptions{ImageType: "PNG"}, 0, "")
	} else {
		pen{x.pdf, at, x.y, scale, x.printable}.draw(p.marks)
	}
	x.y += h + 4
	x.centred(x.labels[f.ID]+"　"+f.Caption, x.look.caption, 1.6, true)
	x.y += 8
}

// Chart writes a chart alone on a page of its size.
func Chart(ctx context.Context, option []byte, w, h int, stamp document.Document, draw Marker) ([]byte, error) {
	marks, err := draw.Marks(ctx, option, render.Size{W: w, H: h})
	if err != nil {
		return nil, err
	}
	regular, err := render.Font(render.Regular)
	if err != nil {
		return nil, err
	}
	strong, err := render.Font(render.Bold)
	if err != nil {
		return nil, err
	}
	const toPoints = 0.75 // a CSS px
	x := &writer{d: stamp}
	x.open(regular, strong)
	size := fpdf.SizeType{Wd: float64(w) * toPoints, Ht: float64(h) * toPoints}
	x.pdf.AddPageFormat("P", size)
	pen{x.pdf, 0, 0, toPoints, x.printable}.draw(marks)
	var b bytes.Buffer
	if err := x.pdf.Output(&b); err != nil {
		return nil, fmt.Errorf("chart as PDF: %w", err)
	}
	return b.Bytes(), nil
}

// pen draws marks from a corner, at a scale.
type pen struct {
	pdf         *fpdf.Fpdf
	x, y, scale float64
	printable   func(string) string // text as the document's language sets it
}

func (p pen) draw(marks []render.Mark) {
	for _, m := range marks {
		switch {
		case m.Clip != nil:
			p.clipped(m)
		case m.Fill != nil:
			p.fill(m.Fill)
		case m.Line != nil:
			p.stroke(m.Line)
		case m.Text != nil:
			p.text(m.Text)
		}
	}
	p.pdf.SetAlpha(1, "Normal")
	p.pdf.SetTextColor(0, 0, 0)
	p.pdf.SetDashPattern(nil, 0)
}

func (p pen) at(q render.Point) (x, y float64) { return p.x + q.X*p.scale, p.y + q.Y*p.scale }

// clipped draws within an outline; of several the first counts.
func (p pen) clipped(m render.Mark) {
	if len(m.Clip) == 0 {
		return
	}
	p.pdf.ClipPolygon(p.polygon(m.Clip[0]), false)
	p.draw(m.Within)
	p.pdf.ClipEnd()
}

func (p pen) polygon(ps []render.Point) []fpdf.PointType {
	out := make([]fpdf.PointType, len(ps))
	for i, q := range ps {
		out[i].X, out[i].Y = p.at(q)
	}
	return out
}

func (p pen) trace(ps []render.Point, closed bool) {
	for i, q := range ps {
		x, y := p.at(q)
		if i == 0 {
			p.pdf.MoveTo(x, y)
		} else {
			p.pdf.LineTo(x, y)
		}
	}
	if closed {
		p.pdf.ClosePath()
	}
}

func (p pen) fill(f *render.Fill) {
	if f.To != nil {
		p.run(f)
		return
	}
	p.alpha(f.Color)
	p.pdf.SetFillColor(int(f.Color.R), int(f.Color.G), int(f.Color.B))
	for _, o := range f.Outlines {
		p.trace(o, true)
	}
	p.pdf.DrawPath("f")
}

// run fills with a colour that turns into another along a line, within the
// outline's box.
func (p pen) run(f *render.Fill) {
	for _, o := range f.Outlines {
		if len(o) < 3 {
			continue
		}
		least, most := o[0], o[0]
		for _, q := range o {
			least.X, least.Y = min(least.X, q.X), min(least.Y, q.Y)
			most.X, most.Y = max(most.X, q.X), max(most.Y, q.Y)
		}
		w, h := most.X-least.X, most.Y-least.Y
		if w <= 0 || h <= 0 {
			continue
		}
		// The library counts from the lower left corner of the box.
		share := func(q render.Point) (float64, float64) { return (q.X - least.X) / w, 1 - (q.Y-least.Y)/h }
		x1, y1 := share(f.Along[0])
		x2, y2 := share(f.Along[1])
		p.alpha(color.NRGBA{A: uint8((int(f.Color.A) + int(f.To.A)) / 2)})
		p.pdf.ClipPolygon(p.polygon(o), false)
		x, y := p.at(least)
		p.pdf.LinearGradient(x, y, w*p.scale, h*p.scale, int(f.Color.R), int(f.Color.G), int(f.Color.B), int(f.To.R), int(f.To.G), int(f.To.B), x1, y1, x2, y2)
		p.pdf.ClipEnd()
	}
}

func (p pen) stroke(l *render.Line) {
	p.alpha(l.Color)
	p.pdf.SetDrawColor(int(l.Color.R), int(l.Color.G), int(l.Color.B))
	p.pdf.SetLineWidth(l.Width * p.scale)
	join, ends := "miter", "butt"
	if l.Round {
		join, ends = "round", "round"
	}
	p.pdf.SetLineJoinStyle(join)
	p.pdf.SetLineCapStyle(ends)
	var dashes []float64
	for _, d := range l.Dashes {
		dashes = append(dashes, d*p.scale)
	}
	p.pdf.SetDashPattern(dashes, 0)
	for i, o := range l.Paths {
		p.trace(o, l.Closed[i])
	}
	p.pdf.DrawPath("D")
	p.pdf.SetDashPattern(nil, 0)
}

func (p pen) text(t *render.Text) {
	style := ""
	if t.Bold {
		style = "B"
	}
	p.pdf.SetFont(family, style, t.Size*p.scale)
	x, y := p.at(t.At)
	text := p.printable(t.Text)
	turned := t.Angle > 0.1 || t.Angle < -0.1
	if turned {
		p.pdf.TransformBegin()
		p.pdf.TransformRotate(t.Angle, x, y)
	}
	if t.Halo != nil {
		p.alpha(*t.Halo)
		p.pdf.SetDrawColor(int(t.Halo.R), int(t.Halo.G), int(t.Halo.B))
		p.pdf.SetLineWidth(t.HaloWidth * p.scale)
		p.pdf.SetTextRenderingMode(1)
		p.pdf.Text(x, y, text)
		p.pdf.SetTextRenderingMode(0)
	}
	p.alpha(t.Color)
	p.pdf.SetTextColor(int(t.Color.R), int(t.Color.G), int(t.Color.B))
	p.pdf.Text(x, y, text)
	if turned {
		p.pdf.TransformEnd()
	}
}

func (p pen) alpha(c color.NRGBA) { p.pdf.SetAlpha(float64(c.A)/255, "Normal") }
