package docx

import (
	"fmt"
	"strings"

	"talentcast/cmd/talentcast/internal/report/document"
)

// look is how a document is set. The Chinese one follows GB/T 9704-2012; its fonts
// are those that offices have, with what to use where they are missing.
type look struct {
	title, heading1, heading2, heading3, body, table, latin string
	size                                                    int // of the body, in half points
	line                                                    int // exact distance of lines, in twentieths of a point; 0 for single
	indent                                                  int // first line, in hundredths of a character
}

// The margins of GB/T 9704: 37 mm above, 35 below, 28 left, 26 right, in
// twentieths of a point; A4 is 11906 by 16838.
const (
	pageW, pageH                   = 11906, 16838
	marginTop, marginBottom        = 2098, 1984
	marginLeft, marginRight        = 1588, 1474
	textWidth                      = pageW - marginLeft - marginRight
	wideWidth                      = pageH - 2*wideMargin
	wideMargin                     = 1134 // 20 mm all around on landscape pages
	emu                            = 635  // to a twentieth of a point
	headerDistance, footerDistance = 851, 1191
)

func lookOf(lang string) look {
	if lang == "en" {
		return look{title: "Georgia", heading1: "Arial", heading2: "Arial", heading3: "Arial", body: "Georgia", table: "Arial", latin: "Georgia", size: 22}
	}
	return look{
		title: "方正小标宋简体", heading1: "黑体", heading2: "楷体_GB2312", heading3: "仿宋_GB2312", body: "仿宋_GB2312", table: "宋体", latin: "Times New Roman",
		size: 32, line: 570, indent: 200,
	}
}

// leastLine is the closest that lines of the body may stand, in twentieths of a point.
const leastLine = 460

// onePage sets the lines of a document closer, which GB/T 9704 allows for, where that
// keeps it to one page: its end would stand alone on the second.
func (l look) onePage(d document.Document) look {
	if !d.OnePage || l.line == 0 {
		return l
	}
	for line := l.line; line >= leastLine; line -= 10 {
		if used, ok := l.height(d, line); !ok {
			return l
		} else if used <= pageH-marginTop-marginBottom-3*line/2 { // it is an estimate
			l.line = line
			return l
		}
	}
	return l
}

// height is about how high the document comes to stand with lines at the distance, in
// twentieths of a point; ok is false where there is more than paragraphs in it.
func (l look) height(d document.Document, line int) (used int, ok bool) {
	lines := func(text string, half int) int {
		return 1 + int((squares(text)+float64(l.indent)/100)*float64(half*10)/textWidth)
	}
	used = 700*lines(d.Title, 44) + 420
	if d.Subtitle != "" {
		used += line
	}
	for _, b := range d.Blocks {
		p, is := b.(document.Paragraph)
		if !is {
			return 0, false
		}
		text := document.Plain(p.Runs, nil)
		switch p.Style {
		case document.Mark, document.Note:
			used += 320*lines(text, l.size-8) + 400
		default:
			used += line * lines(text, l.size)
		}
	}
	return used, true
}

// squares is how many Chinese characters wide a text is.
func squares(text string) float64 {
	w := 0.0
	for _, r := range text {
		if r < 0x2E80 && !strings.ContainsRune("“”‘’…", r) {
			w += 0.52
		} else {
			w++
		}
	}
	return w
}

// alternatives are what a program takes where a font is missing.
var alternatives = [][3]string{
	{"方正小标宋简体", "FZXiaoBiaoSong-B05S", "roman"},
	{"仿宋_GB2312", "仿宋", "roman"},
	{"楷体_GB2312", "楷体", "roman"},
	{"黑体", "SimHei", "swiss"},
	{"宋体", "SimSun", "roman"},
	{"Times New Roman", "Liberation Serif", "roman"},
	{"Georgia", "Gelasio", "roman"},
	{"Arial", "Liberation Sans", "swiss"},
}

func fontTable() string {
	var b strings.Builder
	b.WriteString(`<w:fonts xmlns:w="` + nsW + `">`)
	for _, a := range alternatives {
		fmt.Fprintf(&b, `<w:font w:name="%s"><w:altName w:val="%s"/><w:family w:val="%s"/></w:font>`, a[0], a[1], a[2])
	}
	b.WriteString(`</w:fonts>`)
	return b.String()
}

// styles are all there are: nothing in the text is set by hand.
func styles(d document.Document) string {
	lang := d.Lang
	l := lookOf(lang).onePage(d)
	tag := "zh-CN"
	if lang == "en" {
		tag = "en-GB"
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<w:styles xmlns:w="%s"><w:docDefaults><w:rPrDefault><w:rPr>%s<w:sz w:val="%d"/><w:szCs w:val="%d"/><w:lang w:val="en-US" w:eastAsia="%s"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>`,
		nsW, fonts(l.latin, l.body), l.size, l.size, tag)
	style := func(kind, id, name, based, next, ppr, rpr string, extra ...string) {
		fmt.Fprintf(&b, `<w:style w:type="%s" w:styleId="%s"%s><w:name w:val="%s"/>`, kind, id, strings.Join(extra, ""), name)
		if based != "" {
			fmt.Fprintf(&b, `<w:basedOn w:val="%s"/>`, based)
		}
		if next != "" {
			fmt.Fprintf(&b, `<w:next w:val="%s"/>`, next)
		}
		b.WriteString(`<w:qFormat/>`)
		if ppr != "" {
			b.WriteString(`<w:pPr>` + ppr + `</w:pPr>`)
		}
		if rpr != "" {
			b.WriteString(`<w:rPr>` + rpr + `</w:rPr>`)
		}
		b.WriteString(`</w:style>`)
	}
	p := func(id, name, based, next, ppr, rpr string, extra ...string) {
		style("paragraph", id, name, based, next, ppr, rpr, extra...)
	}
	spacing := `<w:spacing w:after="120" w:line="300" w:lineRule="auto"/>`
	if l.line > 0 {
		spacing = fmt.Sprintf(`<w:spacing w:line="%d" w:lineRule="exact"/>`, l.line)
	}
	indent := ""
	if l.indent > 0 {
		indent = fmt.Sprintf(`<w:ind w:firstLineChars="%d" w:firstLine="%d"/>`, l.indent, l.size*20)
	}
	p("Normal", "Normal", "", "", `<w:widowControl w:val="0"/>`+spacing+`<w:jc w:val="both"/>`, "", ` w:default="1"`)
	p("Body", "Body Text", "Normal", "", indent, "")
	p("Lead", "Lead", "Body", "Body", "", `<w:b/>`)
	p("Title", "Title", "Normal", "Body", spacingOf(l, 0, 0, 700)+`<w:jc w:val="center"/>`, fonts(l.latin, l.title)+size(44))
	p("Subtitle", "Subtitle", "Normal", "Body", `<w:spacing w:before="60" w:after="360"/><w:jc w:val="center"/>`, fonts(l.latin, l.heading2)+size(l.size-2))
	heading := func(n int, font string, bold bool, sz int) {
		rpr := fonts(l.latin, font) + size(sz)
		if lang == "en" {
			rpr = fonts(font, font) + size(sz)
		}
		if bold {
			rpr = strings.Replace(rpr, "<w:sz ", "<w:b/><w:sz ", 1)
		} else {
			rpr = strings.Replace(rpr, "<w:sz ", `<w:b w:val="0"/><w:sz `, 1)
		}
		p(fmt.Sprintf("Heading%d", n), fmt.Sprintf("heading %d", n), "Normal", "Body",
			fmt.Sprintf(`<w:keepNext/><w:keepLines/>%s%s<w:jc w:val="left"/><w:outlineLvl w:val="%d"/>`, spacingOf(l, 120, 0, l.line), indent, n-1), rpr)
	}
	if lang == "en" {
		heading(1, l.heading1, true, 30)
		heading(2, l.heading2, true, 26)
		heading(3, l.heading3, true, 23)
		heading(4, l.heading3, false, 22)
	} else {
		heading(1, l.heading1, false, 32)
		heading(2, l.heading2, false, 32)
		heading(3, l.heading3, true, 32)
		heading(4, l.heading3, false, 32)
	}
	small := l.size - 8
	if lang == "en" {
		small = 18
	}
	p("ListItem", "List Paragraph", "Normal", "", `<w:ind w:left="640" w:hanging="640"/>`, "")
	p("Caption", "caption", "Normal", "Body", `<w:keepNext/>`+single(120, 60)+`<w:jc w:val="center"/>`, fonts(l.latin, l.heading1)+size(small+1))
	p("FigureCaption", "Figure Caption", "Normal", "Body", single(40, 200)+`<w:jc w:val="center"/>`, fonts(l.latin, l.heading1)+size(small+1))
	p("Figure", "Figure", "Normal", "FigureCaption", `<w:keepNext/>`+single(160, 0)+`<w:jc w:val="center"/>`, "")
	p("Note", "Note", "Normal", "Body", single(60, 160)+`<w:jc w:val="left"/>`, fonts(l.latin, l.table)+size(small-5))
	p("Mark", "Mark", "Normal", "Body", `<w:pBdr><w:top w:val="single" w:sz="6" w:space="4" w:color="9A6B00"/><w:left w:val="single" w:sz="6" w:space="4" w:color="9A6B00"/><w:bottom w:val="single" w:sz="6" w:space="4" w:color="9A6B00"/><w:right w:val="single" w:sz="6" w:space="4" w:color="9A6B00"/></w:pBdr><w:shd w:val="clear" w:color="auto" w:fill="FFF7DC"/>`+single(60, 200)+`<w:jc w:val="left"/>`, fonts(l.latin, l.heading1)+size(small)+color("5C4300"))
	p("Cell", "Table Text", "Normal", "", single(20, 20)+`<w:jc w:val="left"/>`, fonts(l.latin, l.table)+size(small-5))
	p("CellRight", "Table Figure", "Cell", "", `<w:jc w:val="right"/>`, "")
	p("CellCenter", "Table Center", "Cell", "", `<w:jc w:val="center"/>`, "")
	p("CellHead", "Table Head", "Cell", "", `<w:keepNext/><w:jc w:val="center"/>`, fonts(l.latin, l.heading1))
	p("ContentsHead", "TOC Heading", "Normal", "", `<w:keepNext/>`+single(240, 120)+`<w:jc w:val="center"/>`, fonts(l.latin, l.heading1)+size(l.size))
	for n := 1; n <= 2; n++ {
		p(fmt.Sprintf("TOC%d", n), fmt.Sprintf("toc %d", n), "Normal", "", fmt.Sprintf(`<w:tabs><w:tab w:val="right" w:leader="dot" w:pos="%d"/></w:tabs>%s<w:ind w:left="%d"/><w:jc w:val="left"/>`, textWidth, single(40, 40), (n-1)*420), size(small+2))
	}
	p("Header", "header", "Normal", "", `<w:pBdr><w:bottom w:val="single" w:sz="4" w:space="2" w:color="999999"/></w:pBdr>`+single(0, 0)+`<w:jc w:val="left"/>`, fonts(l.latin, l.table)+size(16)+color("4A5866"))
	p("Footer", "footer", "Normal", "", single(0, 0)+`<w:jc w:val="center"/>`, fonts(l.latin, "宋体")+size(28))
	style("character", "Strong", "Strong", "", "", "", `<w:b/>`)
	for l := document.Met; l <= document.Grey; l++ {
		style("character", "Light"+lightName(l), "Light "+lightName(l), "", "", "", `<w:b/>`+color(l.Color()))
	}
	b.WriteString(`<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="85" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="85" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>`)
	b.WriteString(`<w:style w:type="table" w:styleId="Figures"><w:name w:val="Figures"/><w:basedOn w:val="TableNormal"/><w:tblPr><w:tblBorders>`)
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		sz := 4
		if side == "top" || side == "bottom" {
			sz = 8
		}
		fmt.Fprintf(&b, `<w:%s w:val="single" w:sz="%d" w:space="0" w:color="7A8794"/>`, side, sz)
	}
	b.WriteString(`</w:tblBorders></w:tblPr><w:tblStylePr w:type="firstRow"><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="E9EEF4"/></w:tcPr></w:tblStylePr></w:style></w:styles>`)
	return b.String()
}

func fonts(latin, asian string) string {
	return fmt.Sprintf(`<w:rFonts w:ascii="%s" w:hAnsi="%s" w:eastAsia="%s" w:cs="%s"/>`, latin, latin, asian, latin)
}

func size(half int) string { return fmt.Sprintf(`<w:sz w:val="%d"/><w:szCs w:val="%d"/>`, half, half) }

func color(hex string) string { return `<w:color w:val="` + hex + `"/>` }

// single is one line's own height, with space before and after.
func single(before, after int) string {
	return fmt.Sprintf(`<w:spacing w:before="%d" w:after="%d" w:line="240" w:lineRule="auto"/>`, before, after)
}

func spacingOf(l look, before, after, line int) string {
	if l.line == 0 || line == 0 {
		return fmt.Sprintf(`<w:spacing w:before="%d" w:after="%d"/>`, before+120, after+80)
	}
	return fmt.Sprintf(`<w:spacing w:before="%d" w:after="%d" w:line="%d" w:lineRule="exact"/>`, before, after, line)
}
