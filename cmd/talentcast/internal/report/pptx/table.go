package pptx

import (
	"fmt"
	"strings"

	"talentcast/cmd/talentcast/internal/report/document"
	"talentcast/cmd/talentcast/internal/report/ooxml"
)

const (
	mostLetters, leastLetters = 14.0, 8.0 // points
	sideRoom                  = 5         // points beside the text of a cell
	restfulRow                = 34 * pt   // a row is not spread further than this
)

// fitted is how a table fits into its place: letters as large as the rows allow with
// their lines as they break, and where those would become too small, the first rows.
func fitted(t document.Table, widths []int, height int) (size float64, rows int, heights []int) {
	head := make([]document.Cell, len(t.Columns))
	for i, c := range t.Columns {
		head[i] = document.Cell{Text: c.Title, Bold: true}
	}
	for size = mostLetters; ; size -= 0.5 {
		heights = append(heights[:0], rowHeight(head, widths, size))
		room := height - heights[0]
		for rows = 0; rows < len(t.Rows); rows++ {
			h := rowHeight(t.Rows[rows], widths, size)
			if h > room {
				break
			}
			heights = append(heights, h)
			room -= h
		}
		if rows < len(t.Rows) && size > leastLetters {
			continue
		}
		if rows < len(t.Rows) { // the last one says how many more there are
			rest := rowHeight(head[:1], widths, size)
			for ; rows > 0 && room < rest; rows-- {
				room += heights[rows]
				heights = heights[:rows]
			}
			heights = append(heights, rest)
			room -= rest
		}
		spread(heights, room)
		return size, rows, heights
	}
}

// spread gives the rows what is left of the place, as far as it does them good.
func spread(heights []int, left int) {
	each := max(0, left) / max(1, len(heights))
	for i, h := range heights {
		heights[i] = max(h, min(restfulRow, h+each))
	}
}

// rowHeight is how high a row is at least with letters of the size.
func rowHeight(cells []document.Cell, widths []int, size float64) int {
	lines, apart := 1, 1.2
	for i, c := range cells {
		text := c.Shown()
		lines = max(lines, broken(text, float64(widths[i])/pt-2*sideRoom, size))
		if strings.IndexFunc(text, func(r rune) bool { return r >= 0x2E80 }) >= 0 {
			apart = 1.45 // fonts with Chinese stand further apart
		}
	}
	return int((float64(lines)*size*apart + 3) * pt)
}

// broken is over how many lines a text is broken: between words, and Chinese anywhere.
func broken(text string, width, size float64) int {
	lines, used, word := 1, 0.0, 0.0
	put := func(w float64) {
		if used > 0 && used+w > width {
			lines++
			used = 0
		}
		for used += w; used > width; used -= width { // a word wider than the cell
			lines++
		}
	}
	for _, r := range text {
		w := wide(string(r)) * size
		switch {
		case r >= 0x2E80:
			put(word)
			put(w)
			word = 0
		case r == ' ' || r == '-':
			put(word + w)
			word = 0
		default:
			word += w
		}
	}
	put(word)
	return lines
}

// table fits a table into its place.
func (x *writer) table(t document.Table, top, height int) {
	widths := shares(t.Columns)
	size, n, heights := fitted(t, widths, height)
	rows, more, sum := t.Rows[:n], len(t.Rows)-n, 0
	for _, h := range heights {
		sum += h
	}
	x.shapes++
	x.printf(`<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="%d" name="table %d" descr="%s"/><p:cNvGraphicFramePr><a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr><p:xfrm><a:off x="%d" y="%d"/><a:ext cx="%d" cy="%d"/></p:xfrm><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table"><a:tbl><a:tblPr firstRow="1"/><a:tblGrid>`,
		x.shapes, x.shapes, ooxml.Text(t.Caption), margin, top, bodyW, sum)
	for _, w := range widths {
		x.printf(`<a:gridCol w="%d"/>`, w)
	}
	x.printf(`</a:tblGrid><a:tr h="%d">`, heights[0])
	for _, c := range t.Columns {
		x.cell(document.Cell{Text: c.Title, Bold: true}, document.Center, size, "0B4F8A", "FFFFFF")
	}
	x.printf(`</a:tr>`)
	for i, r := range rows {
		fill := "FFFFFF"
		if i%2 == 1 {
			fill = "F3F5F8"
		}
		x.printf(`<a:tr h="%d">`, heights[1+i])
		for k, c := range r {
			x.cell(c, t.Columns[k].Align, size, fill, "16222E")
		}
		x.printf(`</a:tr>`)
	}
	if more > 0 {
		x.printf(`<a:tr h="%d">`, heights[len(heights)-1])
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
		algn, x.lang(), int(size*100), b, color, ooxml.Text(c.Shown()), sideRoom*pt, sideRoom*pt, pt, pt)
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
