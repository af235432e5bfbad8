package markup

import (
	"context"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"talentcast/cmd/talentcast/internal/report/document"
)

//go:embed page.html
var pageText string

//go:embed page.css
var pageCSS string

// view is the document as the template takes it.
type view struct {
	document.Document
	CSS      template.CSS
	Labels   map[string]string
	Parts    []part
	HTMLLang string
	DemoWord string
	Line     string
	Contents []entry
}

// part is one block, of which one field is set.
type part struct {
	Heading   *heading
	Paragraph *document.Paragraph
	Class     string
	List      *document.List
	Table     *document.Table
	Figure    *document.Figure
	SVG       template.HTML
	Contents  string
	Break     bool
}

type heading struct {
	Level    int
	Text, ID string
}

type entry struct {
	Level    int
	Text, ID string
}

// HTML writes the document as one file with its pictures within. Everything the
// document says is escaped; the pictures come from the renderer, whose SVG has
// neither script nor style sheet.
func HTML(ctx context.Context, w io.Writer, d document.Document, draw document.Drawer) error {
	t, err := template.New("page").Funcs(template.FuncMap{
		"label": func(v view, id string) string { return v.Labels[id] },
		"run":   func(v view, r document.Run) string { return document.Clean(r.In(v.Labels)) },
		"clean": document.Clean,
		"align": func(t document.Table, i int) string {
			return map[document.Align]string{document.Right: "num", document.Center: "mid"}[t.Columns[i].Align]
		},
	}).Parse(pageText)
	if err != nil {
		return fmt.Errorf("report as HTML: %w", err)
	}
	v := view{Document: d, CSS: template.CSS(pageCSS), Labels: d.Labels(), HTMLLang: "zh-CN", DemoWord: document.DemoWord(d.Lang), Line: d.Stamp.Line(d.Lang)}
	if d.Lang == "en" {
		v.HTMLLang = "en"
	}
	for i, b := range d.Blocks {
		p, err := partOf(ctx, b, i, draw)
		if err != nil {
			return err
		}
		if p.Heading != nil && p.Heading.Level <= 2 {
			v.Contents = append(v.Contents, entry(*p.Heading))
		}
		v.Parts = append(v.Parts, p)
	}
	if err := t.Execute(w, v); err != nil {
		return fmt.Errorf("report as HTML: %w", err)
	}
	return nil
}

func partOf(ctx context.Context, b document.Block, i int, draw document.Drawer) (part, error) {
	switch x := b.(type) {
	case document.Heading:
		return part{Heading: &heading{min(5, x.Level+1), x.Text, fmt.Sprintf("s%d", i)}}, nil
	case document.Paragraph:
		return part{Paragraph: &x, Class: [...]string{"body", "lead", "note", "mark"}[x.Style]}, nil
	case document.List:
		return part{List: &x}, nil
	case document.Table:
		return part{Table: &x}, nil
	case document.Figure:
		svg, err := draw.SVG(ctx, x.Option, x.W, x.H)
		if err != nil {
			return part{}, fmt.Errorf("picture %s: %w", x.ID, err)
		}
		text := string(svg)
		if k := strings.Index(text, "<svg"); k >= 0 {
			text = text[k:]
		}
		return part{Figure: &x, SVG: template.HTML(text)}, nil //nolint:gosec // the renderer's own SVG, cleaned
	case document.Contents:
		return part{Contents: x.Title}, nil
	}
	return part{Break: true}, nil
}
