package docx

import (
	"context"
	"fmt"

	"talentcast/cmd/talentcast/internal/report/document"
	"talentcast/cmd/talentcast/internal/report/native"
	"talentcast/cmd/talentcast/internal/report/ooxml"
)

// table writes a table as wide as the text. Its header repeats on every page and no
// row is torn apart.
func (x *writer) table(t document.Table) {
	if t.Caption != "" {
		x.caption("Caption", t.ID, x.word("表", "Table "), "Table", t.Caption)
	}
	whole := textWidth
	if x.wide {
		whole = wideWidth
	}
	widths := shares(t.Columns, whole)
	x.printf(`<w:tbl><w:tblPr><w:tblStyle w:val="Figures"/><w:tblW w:w="%d" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/><w:tblCaption w:val="%s"/></w:tblPr><w:tblGrid>`, whole, ooxml.Text(t.Caption))
	for _, w := range widths {
		x.printf(`<w:gridCol w:w="%d"/>`, w)
	}
	x.printf(`</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`)
	for i, c := range t.Columns {
		x.cell(widths[i], "CellHead", run(c.Title, ""))
	}
	x.printf(`</w:tr>`)
	for _, row := range t.Rows {
		x.printf(`<w:tr><w:trPr><w:cantSplit/></w:trPr>`)
		for i, c := range row {
			style := "Cell"
			switch t.Columns[i].Align {
			case document.Right:
				style = "CellRight"
			case document.Center:
				style = "CellCenter"
			}
			text := run(c.Text, bold(c.Bold))
			if name := lightName(c.Light); name != "" {
				text = run(c.Light.Sign()+" "+c.Text, "Light"+name)
			}
			x.cell(widths[i], style, text)
		}
		x.printf(`</w:tr>`)
	}
	x.printf(`</w:tbl>`)
	if t.Note != "" {
		x.para("Note", run(t.Note, ""))
	} else {
		x.printf(`<w:p><w:pPr><w:pStyle w:val="Note"/></w:pPr></w:p>`) // two tables must not touch
	}
}

func (x *writer) cell(width int, style, runs string) {
	x.printf(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>`, width)
	x.para(style, runs)
	x.printf(`</w:tc>`)
}

// shares divides the width among columns; what rounding leaves goes to the first.
func shares(columns []document.Column, whole int) []int {
	sum := 0.0
	for _, c := range columns {
		sum += share(c)
	}
	out, used := make([]int, len(columns)), 0
	for i, c := range columns {
		out[i] = int(float64(whole) * share(c) / sum)
		used += out[i]
	}
	if len(out) > 0 {
		out[0] += whole - used
	}
	return out
}

func share(c document.Column) float64 {
	if c.Width <= 0 {
		return 1
	}
	return c.Width
}

func (x *writer) word(zh, en string) string {
	if x.d.Lang == "en" {
		return en
	}
	return zh
}

// pngScale is how fine the PNG beside the SVG is, in pixels to a CSS px.
const pngScale = 2

// chart writes a chart that Word draws itself.
func (x *writer) chart(f document.Figure) error {
	x.pictures++
	n := x.pictures
	id, err := native.Add(x.pkg, "word", main, "", n, f.Chart, x.d.Lang, x.d.Stamp.AsOf)
	if err != nil {
		return err
	}
	cx, cy := x.extent(f)
	x.printf(`<w:p><w:pPr><w:pStyle w:val="Figure"/></w:pPr><w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="%d" cy="%d"/><wp:docPr id="%d" name="%s" descr="%s"/><wp:cNvGraphicFramePr/><a:graphic><a:graphicData uri="%s"><c:chart xmlns:c="%s" r:id="%s"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`,
		cx, cy, n, ooxml.Text(x.labels[f.ID]), ooxml.Text(f.Alt), native.Graphic, native.Graphic, id)
	x.caption("FigureCaption", f.ID, x.word("图", "Figure "), "Figure", f.Caption)
	return nil
}

// extent is how large a figure is on the page.
func (x *writer) extent(f document.Figure) (cx, cy int) {
	width := textWidth
	if x.wide {
		width = wideWidth
	}
	cx = width * emu
	cy = cx * f.H / max(1, f.W)
	const mostHigh = 13500000 / 2 // half a page and a little
	if cy > mostHigh+mostHigh/3 {
		cy = mostHigh + mostHigh/3
		cx = cy * f.W / max(1, f.H)
	}
	return cx, cy
}

// figure writes a picture: SVG, and a PNG for programs that don't draw it.
func (x *writer) figure(ctx context.Context, f document.Figure) error {
	if x.d.Editable && f.Chart != nil {
		return x.chart(f)
	}
	svg, err := x.draw.SVG(ctx, f.Option, f.W, f.H)
	if err != nil {
		return fmt.Errorf("picture %s: %w", f.ID, err)
	}
	png, err := x.draw.PNG(ctx, f.Option, f.W, f.H, pngScale)
	if err != nil {
		return fmt.Errorf("picture %s: %w", f.ID, err)
	}
	x.pictures++
	n := x.pictures
	name := fmt.Sprintf("media/chart%d", n)
	x.pkg.Add("word/"+name+".png", "", png)
	x.pkg.Add("word/"+name+".svg", "", svg)
	idPNG, idSVG := x.pkg.Relate(main, "image", name+".png"), x.pkg.Relate(main, "image", name+".svg")
	cx, cy := x.extent(f)
	alt := ooxml.Text(f.Alt)
	x.printf(`<w:p><w:pPr><w:pStyle w:val="Figure"/></w:pPr><w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="%d" cy="%d"/><wp:docPr id="%d" name="%s" descr="%s"/><wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>`,
		cx, cy, n, ooxml.Text(x.labels[f.ID]), alt)
	x.printf(`<a:graphic><a:graphicData uri="%s"><pic:pic><pic:nvPicPr><pic:cNvPr id="%d" name="chart%d.png" descr="%s"/><pic:cNvPicPr/></pic:nvPicPr>`, nsPic, n, n, alt)
	x.printf(`<pic:blipFill><a:blip r:embed="%s"><a:extLst><a:ext uri="{96DAC541-7B7A-43D3-8B79-37D633B846F1}"><asvg:svgBlip xmlns:asvg="%s" r:embed="%s"/></a:ext></a:extLst></a:blip><a:stretch><a:fillRect/></a:stretch></pic:blipFill>`, idPNG, nsSVG, idSVG)
	x.printf(`<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="%d" cy="%d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>`, cx, cy)
	x.caption("FigureCaption", f.ID, x.word("图", "Figure "), "Figure", f.Caption)
	return nil
}
