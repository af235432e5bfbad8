// Package format lists the formats of documents and who writes each.
package format

import (
	"context"
	"io"
	"strings"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/report/document"
	"talentcast/cmd/talentcast/internal/report/docx"
	"talentcast/cmd/talentcast/internal/report/markup"
	"talentcast/cmd/talentcast/internal/report/pdf"
	"talentcast/cmd/talentcast/internal/report/pptx"
	"talentcast/cmd/talentcast/internal/report/workbook"
)

// Format is a format of documents.
type Format struct {
	Name  string // docx, also the ending
	Label string // Word
	Type  string // content type
	Write func(ctx context.Context, w io.Writer, d document.Document, draw document.Drawer) error
}

// All lists the formats, the most asked for first.
func All() []Format {
	const office = "application/vnd.openxmlformats-officedocument."
	return []Format{
		{"docx", "Word", office + "wordprocessingml.document", docx.Write},
		{"pptx", "PowerPoint", office + "presentationml.presentation", pptx.Write},
		{"pdf", "PDF", "application/pdf", pdf.Write},
		{"xlsx", "Excel", office + "spreadsheetml.sheet", workbook.Write},
		{"html", "HTML", "text/html; charset=utf-8", markup.HTML},
		{"md", "Markdown", "text/markdown; charset=utf-8", markup.Markdown},
	}
}

// Names lists the endings.
func Names() []string {
	var out []string
	for _, f := range All() {
		out = append(out, f.Name)
	}
	return out
}

// Of finds a format by its ending. Others are [fault.Invalid].
func Of(ending string) (Format, error) {
	for _, f := range All() {
		if f.Name == strings.ToLower(ending) {
			return f, nil
		}
	}
	return Format{}, fault.Newf(fault.Invalid, "没有报告格式“%[1]s”；可用：%[2]s。", "There is no format of reports %[1]q; there are %[2]s.", ending, strings.Join(Names(), ", "))
}
