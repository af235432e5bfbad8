// Package docx writes documents as Word files: ECMA-376 WordprocessingML, in the
// layout of GB/T 9704-2012 for Chinese. Everything is set by styles, headings are
// real ones, so that a contents table works, and captions number themselves.
//
// Charts are pictures, as SVG with a PNG for programs that draw none: they look
// the same everywhere and in print. Where a document asks for charts to be edited,
// those that Word has a kind for are its own, with their figures inside.
package docx

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"talentcast/cmd/talentcast/internal/report/document"
	"talentcast/cmd/talentcast/internal/report/ooxml"
)

const (
	nsW   = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	nsWP  = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
	nsA   = "http://schemas.openxmlformats.org/drawingml/2006/main"
	nsPic = "http://schemas.openxmlformats.org/drawingml/2006/picture"
	nsSVG = "http://schemas.microsoft.com/office/drawing/2016/SVG/main"

	kinds = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	main  = "word/document.xml"
)

// lightName is a light's name in its style's; "" for none.
func lightName(l document.Light) string {
	switch l {
	case document.Met:
		return "Met"
	case document.Green:
		return "Green"
	case document.Yellow:
		return "Yellow"
	case document.Orange:
		return "Orange"
	case document.Red:
		return "Red"
	case document.Grey:
		return "Grey"
	}
	return ""
}

// Write writes the document. The same document gives the same bytes.
func Write(ctx context.Context, w io.Writer, d document.Document, draw document.Drawer) error {
	x := &writer{d: d, draw: draw, pkg: ooxml.New(), labels: d.Labels()}
	if err := x.body(ctx); err != nil {
		return err
	}
	x.parts()
	return x.pkg.Write(w, d.Stamp.AsOf)
}

type writer struct {
	d        document.Document
	draw     document.Drawer
	pkg      *ooxml.Package
	labels   map[string]string
	b        bytes.Buffer
	pictures int
	marks    int // bookmarks
	headings []heading
	wide     bool // on landscape pages
	header   string
	footer   string
}

type heading struct {
	level      int
	text, mark string
}

func (x *writer) printf(format string, args ...any) { fmt.Fprintf(&x.b, format, args...) }

// body writes word/document.xml.
func (x *writer) body(ctx context.Context) error {
	x.pkg.Ending("png", "image/png")
	x.pkg.Ending("svg", "image/svg+xml")
	x.pkg.Relate("", "officeDocument", main)
	x.header, x.footer = x.pkg.Relate(main, "header", "header1.xml"), x.pkg.Relate(main, "footer", "footer1.xml")
	for _, r := range [][2]string{{"styles", "styles.xml"}, {"fontTable", "fontTable.xml"}, {"settings", "settings.xml"}, {"numbering", "numbering.xml"}} {
		x.pkg.Relate(main, r[0], r[1])
	}
	x.collect()
	x.printf(ooxml.Header+`<w:document xmlns:w="%s" xmlns:r="%s" xmlns:wp="%s" xmlns:a="%s" xmlns:pic="%s"><w:body>`, nsW, ooxml.Relations, nsWP, nsA, nsPic)
	x.para("Title", run(x.d.Title, ""))
	if x.d.Subtitle != "" {
		x.para("Subtitle", run(x.d.Subtitle, ""))
	}
	n := 0
	for i, b := range x.d.Blocks {
		if wide := x.lies(i); wide != x.wide {
			x.turn(wide)
		}
		switch b := b.(type) {
		case document.Heading:
			n++
			x.heading(b, x.headings[n-1].mark)
		case document.Paragraph:
			x.para([...]string{"Body", "Lead", "Note", "Mark"}[b.Style], x.runs(b.Runs))
		case document.List:
			x.list(b)
		case document.Table:
			x.table(b)
		case document.Figure:
			if err := x.figure(ctx, b); err != nil {
				return err
			}
		case document.Contents:
			x.contents(b)
		case document.Break:
			if x.lies(i+1) != x.wide {
				continue // the pages turn here anyway
			}
			x.printf(`<w:p><w:r><w:br w:type="page"/></w:r></w:p>`)
		}
	}
	x.section(x.wide)
	x.printf(`</w:body></w:document>`)
	x.pkg.Add(main, kinds+"document.main+xml", x.b.Bytes())
	return nil
}

// collect lists the headings before they come, for the contents.
func (x *writer) collect() {
	for _, b := range x.d.Blocks {
		if h, ok := b.(document.Heading); ok {
			x.headings = append(x.headings, heading{h.Level, h.Text, fmt.Sprintf("_Toc%08d", len(x.headings)+1)})
		}
	}
}

// lies reports whether a block is on a landscape page: a wide table, and what leads
// up to one.
func (x *writer) lies(i int) bool {
	for ; i < len(x.d.Blocks); i++ {
		switch b := x.d.Blocks[i].(type) {
		case document.Table:
			return b.Wide
		case document.Heading:
		default:
			return false
		}
	}
	return false
}

// turn ends a section in which pages stand or lie.
func (x *writer) turn(wide bool) {
	x.printf(`<w:p><w:pPr>`)
	x.section(x.wide)
	x.printf(`</w:pPr></w:p>`)
	x.wide = wide
}

func (x *writer) section(wide bool) {
	x.printf(`<w:sectPr><w:headerReference w:type="default" r:id="%s"/><w:footerReference w:type="default" r:id="%s"/><w:type w:val="nextPage"/>`, x.header, x.footer)
	if wide {
		x.printf(`<w:pgSz w:w="%d" w:h="%d" w:orient="landscape"/><w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="567" w:footer="567" w:gutter="0"/>`,
			pageH, pageW, wideMargin, wideMargin, wideMargin, wideMargin)
	} else {
		x.printf(`<w:pgSz w:w="%d" w:h="%d"/><w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="%d" w:footer="%d" w:gutter="0"/>`,
			pageW, pageH, marginTop, marginRight, marginBottom, marginLeft, headerDistance, footerDistance)
	}
	x.printf(`</w:sectPr>`)
}

func (x *writer) para(style, runs string) {
	x.printf(`<w:p><w:pPr><w:pStyle w:val="%s"/></w:pPr>%s</w:p>`, style, runs)
}

// run is a stretch of text in a character style.
func run(text, style string) string {
	rpr := ""
	if style != "" {
		rpr = `<w:rPr><w:rStyle w:val="` + style + `"/></w:rPr>`
	}
	return `<w:r>` + rpr + `<w:t xml:space="preserve">` + ooxml.Text(text) + `</w:t></w:r>`
}

func (x *writer) runs(rs []document.Run) string {
	var b strings.Builder
	for _, r := range rs {
		switch {
		case r.Ref != "":
			b.WriteString(field(`REF `+mark(r.Ref)+` \h`, x.labels[r.Ref]))
		case r.Light != document.NoLight:
			b.WriteString(run(r.Light.Sign()+" ", "Light"+lightName(r.Light)) + run(r.Text, bold(r.Bold)))
		default:
			b.WriteString(run(r.Text, bold(r.Bold)))
		}
	}
	return b.String()
}

func bold(is bool) string {
	if is {
		return "Strong"
	}
	return ""
}

// field is a field with the result it has for now.
func field(code, result string) string {
	return `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> ` + ooxml.Text(code) + ` </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>` +
		run(result, "") + `<w:r><w:fldChar w:fldCharType="end"/></w:r>`
}

// mark is the name of the bookmark of a table or figure.
func mark(id string) string { return "_Ref_" + id }

func (x *writer) heading(h document.Heading, name string) {
	x.marks++
	x.para(fmt.Sprintf("Heading%d", min(4, max(1, h.Level))), fmt.Sprintf(`<w:bookmarkStart w:id="%d" w:name="%s"/>%s<w:bookmarkEnd w:id="%d"/>`, x.marks, name, run(h.Text, ""), x.marks))
}

// caption numbers itself: 表 SEQ, with a bookmark around the number to refer to.
func (x *writer) caption(style, id, word, sequence, text string) {
	x.marks++
	n := strings.TrimPrefix(x.labels[id], word)
	x.para(style, fmt.Sprintf(`<w:bookmarkStart w:id="%d" w:name="%s"/>%s%s<w:bookmarkEnd w:id="%d"/>%s`,
		x.marks, mark(id), run(word, ""), field("SEQ "+sequence+` \* ARABIC`, n), x.marks, run("　"+text, "")))
}

func (x *writer) list(l document.List) {
	num := 1
	if l.Ordered {
		num = 2
	}
	for _, item := range l.Items {
		x.printf(`<w:p><w:pPr><w:pStyle w:val="ListItem"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="%d"/></w:numPr></w:pPr>%s</w:p>`, num, x.runs(item))
	}
}

// contents is a field that lists headings of two levels, with what it comes to for
// now; Word asks to bring page numbers up to date when it opens the file.
func (x *writer) contents(c document.Contents) {
	x.para("ContentsHead", run(c.Title, ""))
	x.printf(`<w:p><w:pPr><w:pStyle w:val="TOC1"/></w:pPr><w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r><w:r><w:instrText xml:space="preserve"> TOC \o "1-2" \h \z \u </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r></w:p>`)
	for _, h := range x.headings {
		if h.level > 2 {
			continue
		}
		x.printf(`<w:p><w:pPr><w:pStyle w:val="TOC%d"/></w:pPr><w:hyperlink w:anchor="%s" w:history="1">%s<w:r><w:tab/></w:r>%s</w:hyperlink></w:p>`, h.level, h.mark, run(h.text, ""), field("PAGEREF "+h.mark+` \h`, ""))
	}
	x.printf(`<w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>`)
}
