package web

import (
	"context"
	"fmt"
	"os"
	"strings"

	"talentcast/analytics/outlook"
	"talentcast/cmd/talentcast/internal/report/compose"
	"talentcast/cmd/talentcast/internal/report/document"
	"talentcast/cmd/talentcast/internal/report/format"
	"talentcast/cmd/talentcast/internal/schedule"
)

// Make writes a scheduled report of the latest data, and keeps and records it like
// those of the page.
func (s *Server) Make(ctx context.Context, e schedule.Entry) (schedule.Written, error) {
	var o order
	var err error
	if o.kind, err = compose.KindOf(e.Kind); err != nil {
		return schedule.Written{}, err
	}
	if o.format, err = format.Of(e.Format); err != nil {
		return schedule.Written{}, err
	}
	o.lang, o.department, o.organ, o.by = e.Lang, e.Department, e.Organ, e.Name
	o.editable = e.Editable
	o.want = compose.Wanted{Query: outlook.Query{Policy: e.Policy}, Grace: s.cfg.Grace}
	d, err := s.composed(ctx, o)
	if err != nil {
		return schedule.Written{}, err
	}
	r, err := s.keepReport(ctx, o, d, func() {})
	if err != nil {
		return schedule.Written{}, err
	}
	body, err := os.ReadFile(s.making.file(r.ID, r.Format))
	if err != nil {
		return schedule.Written{}, fmt.Errorf("read report: %w", err)
	}
	return schedule.Written{Name: r.Name + "." + r.Format, Type: o.format.Type, Body: body, Text: lead(d)}, nil
}

// lead is what a letter says: the first sentences of the report, and what it is of.
func lead(d document.Document) string {
	said := []string{d.Title}
	for _, b := range d.Blocks {
		if p, ok := b.(document.Paragraph); ok && p.Style != document.Note && len(said) < 4 {
			said = append(said, document.Plain(p.Runs, nil))
		}
	}
	return strings.Join(append(said, d.Stamp.Line(d.Lang)), "\n\n")
}
