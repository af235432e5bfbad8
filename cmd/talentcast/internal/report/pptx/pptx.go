// Package pptx writes the slides of a document as a PowerPoint file: ECMA-376
// PresentationML, 16:9, one message a slide as its title, what shows it below, and
// the figures behind it as the speaker's notes.
package pptx

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"talentcast/cmd/talentcast/internal/report/document"
	"talentcast/cmd/talentcast/internal/report/native"
	"talentcast/cmd/talentcast/internal/report/ooxml"
)

const (
	nsP    = "http://schemas.openxmlformats.org/presentationml/2006/main"
	nsA    = "http://schemas.openxmlformats.org/drawingml/2006/main"
	nsSVG  = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"
	kinds  = "application/vnd.openxmlformats-officedocument.presentationml."
	spaces = `xmlns:a="` + nsA + `" xmlns:r="` + ooxml.Relations + `" xmlns:p="` + nsP + `"`
)

// The slide and where its parts stand, in EMU (12700 to a point).
const (
	pt             = 12700
	slideW, slideH = 12192000, 6858000
	margin         = 36 * pt
	titleTop       = 26 * pt
	titleH         = 62 * pt
	bodyTop        = titleTop + titleH + 10*pt
	footTop        = slideH - 30*pt
	bodyH          = footTop - bodyTop - 6*pt
	bodyW          = slideW - 2*margin
)

// Write writes the slides, with a title slide before them. The same document gives
// the same bytes.
func Write(ctx context.Context, w io.Writer, d document.Document, draw document.Drawer) error {
	x := &writer{d: d, draw: draw, pkg: ooxml.New()}
	x.frame()
	if err := x.slides(ctx); err != nil {
		return err
	}
	x.pkg.Properties(d, "talentcast")
	return x.pkg.Write(w, d.Stamp.AsOf)
}

type writer struct {
	d        document.Document
	draw     document.Drawer
	pkg      *ooxml.Package
	b        bytes.Buffer // of the slide at hand
	part     string       // its name
	shapes   int
	pictures int
}

func (x *writer) printf(format string, args ...any) { fmt.Fprintf(&x.b, format, args...) }

// slides writes every slide, then the presentation that lists them.
func (x *writer) slides(ctx context.Context) error {
	var ids []string
	put := func(n int, layout string, notes []string, write func() error) error {
		x.part = fmt.Sprintf("ppt/slides/slide%d.xml", n)
		x.b.Reset()
		x.shapes = 1
		x.pkg.Relate(x.part, "slideLayout", "../slideLayouts/"+layout)
		x.printf(ooxml.Header+`<p:sld %s><p:cSld><p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>`, spaces)
		if err := write(); err != nil {
			return err
		}
		x.printf(`</p:spTree></p:cSld><p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sld>`)
		x.pkg.Add(x.part, kinds+"slide+xml", bytes.Clone(x.b.Bytes()))
		x.notes(n, notes)
		ids = append(ids, x.pkg.Relate("ppt/presentation.xml", "slide", fmt.Sprintf("slides/slide%d.xml", n)))
		return nil
	}
	err := put(1, "slideLayout1.xml", []string{x.d.Stamp.Line(x.d.Lang)}, func() error {
		x.placeholder("ctrTitle", 0, x.d.Title)
		x.placeholder("subTitle", 1, subtitle(x.d))
		x.foot()
		return nil
	})
	if err != nil {
		return err
	}
	for i, s := range x.d.Slides {
		err := put(i+2, "slideLayout2.xml", s.Notes, func() error {
			x.placeholder("title", 0, s.Title)
			if err := x.body(ctx, s.Blocks); err != nil {
				return err
			}
			x.foot()
			return nil
		})
		if err != nil {
			return err
		}
	}
	x.presentation(ids)
	return nil
}

func subtitle(d document.Document) string {
	s := d.Subtitle
	if d.Stamp.Organ != "" {
		s += "　" + d.Stamp.Organ
	}
	if d.Stamp.Demo {
		s += "　" + document.DemoWord(d.Lang)
	}
	return s
}

// placeholder is text in a place of the layout.
func (x *writer) placeholder(kind string, index int, text string) {
	x.shapes++
	idx := ""
	if index > 0 {
		idx = fmt.Sprintf(` idx="%d"`, index)
	}
	x.printf(`<p:sp><p:nvSpPr><p:cNvPr id="%d" name="%s %d"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph type="%s"%s/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr><a:normAutofit/></a:bodyPr><a:lstStyle/><a:p><a:r><a:rPr lang="%s"/><a:t>%s</a:t></a:r></a:p></p:txBody></p:sp>`,
		x.shapes, kind, x.shapes, kind, idx, x.lang(), ooxml.Text(text))
}

func (x *writer) lang() string {
	if x.d.Lang == "en" {
		return "en-GB"
	}
	return "zh-CN"
}

// foot is the stamp and the number of the slide.
func (x *writer) foot() {
	text := x.d.Stamp.Line(x.d.Lang)
	if x.d.Stamp.Demo {
		text = document.DemoMark(x.d.Lang) + " " + text
	}
	x.placeholder("ftr", 11, text)
	x.shapes++
	x.printf(`<p:sp><p:nvSpPr><p:cNvPr id="%d" name="number"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph type="sldNum" idx="12"/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:lstStyle/><a:p><a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:rPr lang="%s"/><a:t>‹#›</a:t></a:fld></a:p></p:txBody></p:sp>`, x.shapes, x.lang())
}

// body sets the blocks below the title: one above the other, a picture or table as
// large as there is room.
func (x *writer) body(ctx context.Context, blocks []document.Block) error {
	top, room := bodyTop, bodyH
	for i, b := range blocks {
		left := len(blocks) - i
		share := room / left
		switch b := b.(type) {
		case document.Figure:
			if err := x.figure(ctx, b, top, share); err != nil {
				return err
			}
		case document.Table:
			x.table(b, top, share)
		case document.List:
			x.text(b.Items, true, top, share)
		case document.Paragraph:
			x.text([][]document.Run{b.Runs}, false, top, share)
		default:
			continue
		}
		top += share
		room -= share
	}
	return nil
}

// fit is the largest size of letters, in points, at which a text of so many
// characters stays within a box: a Chinese character is a square.
func fit(paragraphs [][]document.Run, w, h int, most, least float64) float64 {
	for size := most; size > least; size-- {
		lines := 0.0
		for _, p := range paragraphs {
			width := 0.0
			for _, r := range p {
				width += wide(r.Text) * size
			}
			per := float64(w)/pt - 30
			lines += float64(int(width/per)) + 1 + 0.4
		}
		if lines*size*1.25 <= float64(h)/pt {
			return size
		}
	}
	return least
}

// wide is how many squares a text takes.
func wide(s string) float64 {
	w := 0.0
	for _, r := range s {
		if r < 0x2E80 {
			w += 0.55
		} else {
			w++
		}
	}
	return w
}

func (x *writer) text(items [][]document.Run, bullets bool, top, height int) {
	size := fit(items, bodyW, height, 22, 11)
	x.shapes++
	x.printf(`<p:sp><p:nvSpPr><p:cNvPr id="%d" name="text %d"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm><a:off x="%d" y="%d"/><a:ext cx="%d" cy="%d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr><p:txBody><a:bodyPr wrap="square" lIns="0" rIns="0"><a:normAutofit/></a:bodyPr><a:lstStyle/>`,
		x.shapes, x.shapes, margin, top, bodyW, height)
	for _, item := range items {
		mark := `<a:buNone/>`
		if bullets {
			mark = `<a:buFont typeface="Arial"/><a:buChar char="•"/>`
		}
		x.printf(`<a:p><a:pPr marL="%d" indent="-%d"><a:lnSpc><a:spcPct val="115000"/></a:lnSpc><a:spcAft><a:spcPts val="%d"/></a:spcAft>%s</a:pPr>`, 20*pt, 20*pt, int(size*40), mark)
		for _, r := range item {
			if r.Light != document.NoLight {
				x.run(r.Light.Sign()+" ", size, true, r.Light)
			}
			x.run(r.Text, size, r.Bold, document.NoLight)
		}
		x.printf(`</a:p>`)
	}
	x.printf(`</p:txBody></p:sp>`)
}

func (x *writer) run(text string, size float64, bold bool, light document.Light) {
	b := ""
	if bold {
		b = ` b="1"`
	}
	fill := ""
	if light != document.NoLight {
		fill = `<a:solidFill><a:srgbClr val="` + light.Color() + `"/></a:solidFill>`
	}
	x.printf(`<a:r><a:rPr lang="%s" sz="%d"%s>%s</a:rPr><a:t>%s</a:t></a:r>`, x.lang(), int(size*100), b, fill, ooxml.Text(text))
}

// chart is one that PowerPoint draws itself.
func (x *writer) chart(f document.Figure, top, height int) error {
	x.pictures++
	id, err := native.Add(x.pkg, "ppt", x.part, "../", x.pictures, f.Chart, x.d.Lang, x.d.Stamp.AsOf)
	if err != nil {
		return err
	}
	x.shapes++
	x.printf(`<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="%d" name="chart %d" descr="%s"/><p:cNvGraphicFramePr><a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr><p:xfrm><a:off x="%d" y="%d"/><a:ext cx="%d" cy="%d"/></p:xfrm><a:graphic><a:graphicData uri="%s"><c:chart xmlns:c="%s" r:id="%s"/></a:graphicData></a:graphic></p:graphicFrame>`,
		x.shapes, x.pictures, ooxml.Text(f.Alt), margin, top, bodyW, height, native.Graphic, native.Graphic, id)
	return nil
}

// figure is a picture as large as the place allows, SVG with a PNG beside it.
func (x *writer) figure(ctx context.Context, f document.Figure, top, height int) error {
	if x.d.Editable && f.Chart != nil {
		return x.chart(f, top, height)
	}
	svg, err := x.draw.SVG(ctx, f.Option, f.W, f.H)
	if err != nil {
		return fmt.Errorf("picture %s: %w", f.ID, err)
	}
	png, err := x.draw.PNG(ctx, f.Option, f.W, f.H, 2)
	if err != nil {
		return fmt.Errorf("picture %s: %w", f.ID, err)
	}
	x.pictures++
	name := fmt.Sprintf("media/chart%d", x.pictures)
	x.pkg.Add("ppt/"+name+".png", "", png)
	x.pkg.Add("ppt/"+name+".svg", "", svg)
	idPNG, idSVG := x.pkg.Relate(x.part, "image", "../"+name+".png"), x.pkg.Relate(x.part, "image", "../"+name+".svg")
	cx, cy := bodyW, bodyW*f.H/max(1, f.W)
	if cy > height {
		cx, cy = height*f.W/max(1, f.H), height
	}
	x.shapes++
	x.printf(`<p:pic><p:nvPicPr><p:cNvPr id="%d" name="chart %d" descr="%s"/><p:cNvPicPr><a:picLocks noChangeAspect="1"/></p:cNvPicPr><p:nvPr/></p:nvPicPr><p:blipFill><a:blip r:embed="%s"><a:extLst><a:ext uri="{96DAC541-7B7A-43D3-8B79-37D633B846F1}"><asvg:svgBlip xmlns:asvg="%s" r:embed="%s"/></a:ext></a:extLst></a:blip><a:stretch><a:fillRect/></a:stretch></p:blipFill><p:spPr><a:xfrm><a:off x="%d" y="%d"/><a:ext cx="%d" cy="%d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>`,
		x.shapes, x.pictures, ooxml.Text(f.Alt), idPNG, nsSVG, idSVG, (slideW-cx)/2, top+(height-cy)/2, cx, cy)
	return nil
}
