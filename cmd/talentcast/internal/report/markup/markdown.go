// Package markup writes documents as Markdown and as one HTML file that needs
// nothing else: pictures are in it, scripts are not.
package markup

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"strings"

	"talentcast/cmd/talentcast/internal/report/document"
)

// Markdown writes the document with its pictures as SVG within.
func Markdown(ctx context.Context, w io.Writer, d document.Document, draw document.Drawer) error {
	var b strings.Builder
	labels := d.Labels()
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# %s\n", plain(d.Title))
	line("%s\n", plain(d.Subtitle))
	if d.Stamp.Demo {
		line("**%s**\n", document.DemoWord(d.Lang))
	}
	for _, block := range d.Blocks {
		switch x := block.(type) {
		case document.Heading:
			line("%s %s\n", strings.Repeat("#", min(6, x.Level+1)), plain(x.Text))
		case document.Paragraph:
			text := runs(x.Runs, labels)
			switch x.Style {
			case document.Lead, document.Mark:
				text = "**" + text + "**"
			case document.Note:
				text = "*" + text + "*"
			}
			line("%s\n", text)
		case document.List:
			for i, item := range x.Items {
				mark := "-"
				if x.Ordered {
					mark = fmt.Sprintf("%d.", i+1)
				}
				line("%s %s", mark, runs(item, labels))
			}
			line("")
		case document.Table:
			table(&b, x, labels)
		case document.Figure:
			svg, err := draw.SVG(ctx, x.Option, x.W, x.H)
			if err != nil {
				return fmt.Errorf("picture %s: %w", x.ID, err)
			}
			line("![%s](data:image/svg+xml;base64,%s)\n", plain(x.Alt), base64.StdEncoding.EncodeToString(svg))
			line("%s %s\n", labels[x.ID], plain(x.Caption))
		}
	}
	line("---\n\n%s", plain(d.Stamp.Line(d.Lang)))
	_, err := io.WriteString(w, b.String())
	return err
}

func table(b *strings.Builder, t document.Table, labels map[string]string) {
	if t.Caption != "" {
		fmt.Fprintf(b, "%s %s\n\n", labels[t.ID], plain(t.Caption))
	}
	row := func(cells []string) { fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | ")) }
	head, rule := make([]string, len(t.Columns)), make([]string, len(t.Columns))
	for i, c := range t.Columns {
		head[i] = cell(c.Title)
		rule[i] = map[document.Align]string{document.Left: ":--", document.Right: "--:", document.Center: ":-:"}[c.Align]
	}
	row(head)
	row(rule)
	for _, r := range t.Rows {
		cells := make([]string, len(r))
		for i, c := range r {
			cells[i] = cell(c.Shown())
			if c.Bold {
				cells[i] = "**" + cells[i] + "**"
			}
		}
		row(cells)
	}
	if t.Note != "" {
		fmt.Fprintf(b, "\n*%s*\n", plain(t.Note))
	}
	b.WriteString("\n")
}

func runs(rs []document.Run, labels map[string]string) string {
	var b strings.Builder
	for _, r := range rs {
		text := plain(r.In(labels))
		if r.Bold {
			text = "**" + text + "**"
		}
		b.WriteString(text)
	}
	return b.String()
}

// escapes keeps text from being read as Markdown or HTML.
var escapes = strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "`", "\\`", "<", "&lt;", ">", "&gt;", "[", `\[`, "]", `\]`, "#", `\#`)

func plain(s string) string { return escapes.Replace(document.Clean(s)) }

func cell(s string) string { return strings.ReplaceAll(plain(s), "|", `\|`) }
