package pptx

import (
	"fmt"

	"talentcast/cmd/talentcast/internal/report/document"
	"talentcast/cmd/talentcast/internal/report/ooxml"
)

// table fits a table into its place: letters as large as the rows allow, and where
// they would become too small, the first rows and how many more there are.
func (x *writer) table(t document.Table, top, height int) {
	rows := t.Rows
	const leastRow = 15 * pt // of 8-point letters
	most := height/leastRow - 1
	more := 0
	if len(rows) > most {
		more = len(rows) - most + 1
		rows = rows[:most-1]
	}
	lines := len(rows) + 1
	if more > 0 {
		lines++
	}
	each := min(34*pt, height/max(1, lines))
	size := min(14.0, float64(each)/pt*0.42)
	widths := shares(t.Columns)
	x.shapes++
	x.printf(`<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="%d" name="table %d" descr="%s"/><p:cNvGraphicFramePr><a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr><p:xfrm><a:off x="%d" y="%d"/><a:ext cx="%d" cy="%d"/></p:xfrm><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table"><a:tbl><a:tblPr firstRow="1"/><a:tblGrid>`,
		x.shapes, x.shapes, ooxml.Text(t.Caption), margin, top, bodyW, each*lines)
	for _, w := range widths {
		x.printf(`<a:gridCol w="%d"/>`, w)
	}
	x.printf(`</a:tblGrid><a:tr h="%d">`, each)
	for _, c := range t.Columns {
		x.cell(document.Cell{Text: c.Title, Bold: true}, document.Center, size, "0B4F8A", "FFFFFF")
	}
	x.printf(`</a:tr>`)
	for i, r := range rows {
		fill := "FFFFFF"
		if i%2 == 1 {
			fill = "F3F5F8"
		}
		x.printf(`<a:tr h="%d">`, each)
		for k, c := range r {
			x.cell(c, t.Columns[k].Align, size, fill, "16222E")
		}
		x.printf(`</a:tr>`)
	}
	if more > 0 {
		x.printf(`<a:tr h="%d">`, each)
		text := fmt.Sprintf("另有 %d 行，见报告附表", more)
		if x.d.Lang == "en" {
			text = fmt.Sprintf("and %d more rows in the report's tables", more)
		}
		for k := range t.Columns {
			c := document.Cell{}
			if k == 0 {
				c.Text = text
			}
			x.cell(c, document.Left, size, "FFFFFF", "4A5866")
		}
		x.printf(`</a:tr>`)
	}
	x.printf(`</a:tbl></a:graphicData></a:graphic></p:graphicFrame>`)
}

func (x *writer) cell(c document.Cell, align document.Align, size float64, fill, ink string) {
	algn := map[document.Align]string{document.Left: "l", document.Right: "r", document.Center: "ctr"}[align]
	color := ink
	if c.Light != document.NoLight {
		color = c.Light.Color()
	}
	b := ""
	if c.Bold || c.Light != document.NoLight {
		b = ` b="1"`
	}
	x.printf(`<a:tc><a:txBody><a:bodyPr/><a:lstStyle/><a:p><a:pPr algn="%s"/><a:r><a:rPr lang="%s" sz="%d"%s><a:solidFill><a:srgbClr val="%s"/></a:solidFill></a:rPr><a:t>%s</a:t></a:r></a:p></a:txBody><a:tcPr marL="%d" marR="%d" marT="%d" marB="%d" anchor="ctr">`,
		algn, x.lang(), int(size*100), b, color, ooxml.Text(c.Shown()), 5*pt, 5*pt, pt, pt)
	for _, side := range []string{"lnL", "lnR", "lnT", "lnB"} {
		x.printf(`<a:%s w="6350"><a:solidFill><a:srgbClr val="C9D2DB"/></a:solidFill></a:%s>`, side, side)
	}
	x.printf(`<a:solidFill><a:srgbClr val="%s"/></a:solidFill></a:tcPr></a:tc>`, fill)
}

func shares(columns []document.Column) []int {
	share := func(c document.Column) float64 {
		if c.Width <= 0 {
			return 1
		}
		return c.Width
	}
	sum := 0.0
	for _, c := range columns {
		sum += share(c)
	}
	out := make([]int, len(columns))
	for i, c := range columns {
		out[i] = int(float64(bodyW) * share(c) / sum)
	}
	return out
}
