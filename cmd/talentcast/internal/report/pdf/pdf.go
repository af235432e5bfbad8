// Package pdf writes documents as PDF: A4, embedded fonts of which only the
// letters used are kept, text that can be selected and searched, bookmarks, and
// charts as vectors. The layout is that of package docx, without Word.
package pdf

import (
	"context"
	"fmt"
	"io"
	"strings"
	"unicode"

	"codeberg.org/go-pdf/fpdf"

	"talentcast/charts/render"
	"talentcast/cmd/talentcast/internal/report/document"
)

// Marker draws charts as vectors; a Drawer that is none gives pictures.
type Marker interface {
	Marks(ctx context.Context, option []byte, size render.Size) ([]render.Mark, error)
}

// A4 and the margins of GB/T 9704-2012, in points.
const (
	mm          = 72 / 25.4
	short, long = 210 * mm, 297 * mm
	top, bottom = 37 * mm, 35 * mm
	left, right = 28 * mm, 26 * mm
	wideMargin  = 20 * mm
	family      = "noto"
)

// look is how a document is set, in points.
type look struct {
	title, subtitle, body, line, cell, caption, note, contents float64
	heading                                                    [4]float64
	indent                                                     float64 // of a first line, in characters
}

func lookOf(lang string) look {
	if lang == "en" {
		return look{title: 20, subtitle: 12, body: 11, line: 16.5, cell: 8.5, caption: 9.5, note: 8, contents: 10.5, heading: [4]float64{15, 13, 11.5, 11}}
	}
	return look{title: 22, subtitle: 14, body: 15, line: 27, cell: 9, caption: 11, note: 9, contents: 12, heading: [4]float64{16, 15.5, 15, 15}, indent: 2}
}

// Write writes the document. The same document gives the same bytes.
func Write(ctx context.Context, w io.Writer, d document.Document, draw document.Drawer) error {
	pictures := map[string]picture{}
	for _, b := range d.Blocks {
		if f, ok := b.(document.Figure); ok {
			p, err := pictureOf(ctx, f, draw)
			if err != nil {
				return err
			}
			pictures[f.ID] = p
		}
	}
	regular, err := render.Font(render.Regular)
	if err != nil {
		return err
	}
	strong, err := render.Font(render.Bold)
	if err != nil {
		return err
	}
	// Once to learn on which pages headings come to stand, and once to write.
	pages := map[int]int{}
	for pass := range 2 {
		x := &writer{d: d, look: lookOf(d.Lang), labels: d.Labels(), pictures: pictures, pages: pages, links: map[int]int{}}
		x.open(regular, strong)
		x.write()
		if err := x.pdf.Error(); err != nil {
			return fmt.Errorf("report as PDF: %w", err)
		}
		if pass == 0 {
			pages = x.found
			continue
		}
		if err := x.pdf.Output(w); err != nil {
			return fmt.Errorf("report as PDF: %w", err)
		}
	}
	return nil
}

type writer struct {
	pdf      *fpdf.Fpdf
	d        document.Document
	look     look
	labels   map[string]string
	pictures map[string]picture
	pages    map[int]int // page of the n-th heading, as the pass before found it
	found    map[int]int // as this one does
	links    map[int]int // link of the n-th heading
	wide     bool
	y        float64
}

// open starts the file: nothing in it comes from the clock.
func (x *writer) open(regular, strong []byte) {
	x.found = map[int]int{}
	p := fpdf.NewCustom(&fpdf.InitType{UnitStr: "pt", Size: fpdf.SizeType{Wd: short, Ht: long}})
	p.SetCatalogSort(true)
	p.SetCreationDate(x.d.Stamp.AsOf)
	p.SetModificationDate(x.d.Stamp.AsOf)
	p.SetAutoPageBreak(false, 0)
	p.AddUTF8FontFromBytes(family, "", regular)
	p.AddUTF8FontFromBytes(family, "B", strong)
	p.SetTitle(printable(x.d.Title), true)
	p.SetSubject(printable(x.d.Stamp.Line(x.d.Lang)), true)
	p.SetCreator("talentcast", true)
	p.SetProducer("talentcast", true)
	author := x.d.Stamp.Organ
	if author == "" {
		author = "talentcast"
	}
	p.SetAuthor(printable(author), true)
	if x.d.Stamp.Demo {
		p.SetKeywords(document.DemoWord(x.d.Lang), true)
	}
	lang := "zh-CN"
	if x.d.Lang == "en" {
		lang = "en-GB"
	}
	p.SetLang(lang)
	x.pdf = p
}

// The box of the text on the page.
func (x *writer) left() float64 {
	if x.wide {
		return wideMargin
	}
	return left
}

func (x *writer) width() float64 {
	if x.wide {
		return long - 2*wideMargin
	}
	return short - left - right
}

func (x *writer) top() float64 {
	if x.wide {
		return wideMargin + 12
	}
	return top
}

func (x *writer) floor() float64 {
	if x.wide {
		return short - wideMargin - 8
	}
	return long - bottom
}

// page starts a page, with what every page carries.
func (x *writer) page() {
	if x.wide {
		x.pdf.AddPageFormat("L", fpdf.SizeType{Wd: short, Ht: long})
	} else {
		x.pdf.AddPageFormat("P", fpdf.SizeType{Wd: short, Ht: long})
	}
	x.y = x.top()
	head := x.top() - 24
	if !x.wide {
		head = top - 34
	}
	x.ink(0x4a, 0x58, 0x66)
	text := x.d.Stamp.Line(x.d.Lang)
	if x.d.Stamp.Demo {
		text = document.DemoMark(x.d.Lang) + " " + text
	}
	x.font(8, false)
	x.put(x.left(), head, x.clip(text, x.width()))
	x.pdf.SetDrawColor(0x99, 0x99, 0x99)
	x.pdf.SetLineWidth(0.5)
	x.pdf.Line(x.left(), head+4, x.left()+x.width(), head+4)
	x.font(13, false)
	number := fmt.Sprintf("— %d —", x.pdf.PageNo())
	foot := x.floor() + 34
	if x.wide {
		foot = short - 22
	}
	x.put(x.left()+(x.width()-x.pdf.GetStringWidth(number))/2, foot, number)
	x.ink(0, 0, 0)
}

// room makes sure that there are so many points left on the page.
func (x *writer) room(height float64) {
	if x.y+height > x.floor() && x.y > x.top() {
		x.page()
	}
}

func (x *writer) font(size float64, bold bool) {
	style := ""
	if bold {
		style = "B"
	}
	x.pdf.SetFont(family, style, size)
}

func (x *writer) ink(r, g, b int) { x.pdf.SetTextColor(r, g, b) }

// put writes a line of text from its baseline's start.
func (x *writer) put(at, y float64, text string) { x.pdf.Text(at, y, text) }

// clip shortens text to a width.
func (x *writer) clip(text string, width float64) string {
	rs := []rune(x.printable(text))
	if x.pdf.GetStringWidth(string(rs)) <= width {
		return string(rs)
	}
	for len(rs) > 0 && x.pdf.GetStringWidth(string(rs)+"…") > width {
		rs = rs[:len(rs)-1]
	}
	return string(rs) + "…"
}

// printable is text as the document's language sets it.
func (x *writer) printable(s string) string {
	if x.d.Lang == "en" {
		s = narrow(s)
	}
	return printable(s)
}

// narrow sets curly quotes straight: the font has them as wide as a Chinese character,
// which tears English apart. Those around Chinese stay.
func narrow(s string) string {
	rs := []rune(s)
	around := func(i int) bool { return i >= 0 && i < len(rs) && unicode.Is(unicode.Han, rs[i]) }
	for i, r := range rs {
		switch {
		case strings.ContainsRune("“‘", r) && around(i+1), strings.ContainsRune("”’", r) && around(i-1):
		case r == '“' || r == '”':
			rs[i] = '"'
		case r == '‘' || r == '’':
			rs[i] = '\''
		}
	}
	return string(rs)
}

// printable is text that the fonts' tables reach: characters beyond the basic plane
// (emoji, the rarest names) become 〓, which printers set for a missing letter.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r > 0xffff {
			return '〓'
		}
		return r
	}, document.Clean(s))
}
