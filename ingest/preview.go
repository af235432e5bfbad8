package ingest

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"

	"talentcast/analytics/fault"
	"talentcast/datasets"
)

// Preview is how a file is understood and what loading it would do. It holds no
// ID number; names are masked in the columns that are known to hold them.
type Preview struct {
	File     string        `json:"file"`
	Bytes    int64         `json:"bytes"`
	Kind     datasets.Kind `json:"kind,omitempty"`
	Encoding string        `json:"encoding,omitempty"`
	// Problem is why the file as a whole can't be loaded as it is; nil if it can.
	// Sheets are told all the same, as far as they could be read, so that columns
	// can be assigned by hand.
	Problem *fault.Error `json:"-"`
	Sheets  []SheetView  `json:"sheets"`
	// Profile is what was remembered of files with such headers, if it was used.
	Profile *datasets.Profile `json:"profile,omitempty"`

	Read    int           `json:"read"`
	Refused int           `json:"refused"`
	Reasons []ReasonCount `json:"reasons"` // by code, the most frequent first

	LeftOut  []datasets.Refusal `json:"left_out"` // total rows, footnotes, sheets and columns that are no data
	Refusals []datasets.Refusal `json:"refusals"` // the first of them
	Rows     []RowView          `json:"-"`        // the first of the file, as understood
	Check    datasets.Check     `json:"check"`
}

// SheetView is one sheet and the header that was found in it.
type SheetView struct {
	Name      string       `json:"name,omitempty"`
	Used      bool         `json:"used"`       // its rows are read
	HeaderRow int          `json:"header_row"` // 0 where none was found
	Signature string       `json:"-"`
	Columns   []ColumnView `json:"columns"`
	Missing   []string     `json:"missing,omitempty"` // required columns that are not there
}

// ColumnView is one column of a sheet and what it was taken for.
type ColumnView struct {
	Key     string   `json:"key"`             // under which Options.Columns assigns it
	Header  string   `json:"header"`          // as the file writes it
	Column  string   `json:"column"`          // the ID of the kind's column; "" for none
	Unit    string   `json:"unit,omitempty"`  // of an amount
	Doubled bool     `json:"doubled"`         // its name means the same as an earlier one's
	Sample  []string `json:"sample,omitzero"` // its first cells, masked
}

// ReasonCount is how often rows were refused for one reason.
type ReasonCount struct {
	Code     string `json:"code"`
	Count    int    `json:"count"`
	ReasonZh string `json:"reason_zh"` // of the first of them
	ReasonEn string `json:"reason_en"`
	RemedyZh string `json:"remedy_zh"`
	RemedyEn string `json:"remedy_en"`
	Rows     []int  `json:"rows"` // the first of them
}

// RowView is one row as understood: a record, or why it is refused.
type RowView struct {
	Sheet   string             `json:"sheet,omitempty"`
	Row     int                `json:"row"`
	Record  *datasets.Record   `json:"-"`
	Refused []datasets.Refusal `json:"refused,omitempty"`
}

const (
	previewRows     = 20
	previewRefusals = 100
	previewSamples  = 3
	reasonRows      = 5
)

// Look reads a file and tells what loading it would do, and does nothing. A file
// that can't be loaded as a whole is told of in Preview.Problem; the error is for
// what is no fault of the file.
func Look(ctx context.Context, s *datasets.Store, name string, data []byte, o Options) (*Preview, error) {
	r, err := read(ctx, name, data, o)
	if r == nil {
		return nil, err
	}
	p := &Preview{
		File: r.name, Bytes: int64(len(data)), Encoding: r.batch.Encoding, Kind: r.batch.Kind, Profile: r.profile,
		Check:   datasets.Check{ElsewhereShown: []datasets.Alike{}, NearShown: []datasets.Alike{}},
		Reasons: []ReasonCount{}, LeftOut: []datasets.Refusal{}, Refusals: []datasets.Refusal{}, Rows: []RowView{}, Sheets: []SheetView{},
	}
	for _, t := range r.tops {
		v := t.view()
		v.Used = err == nil && t.header.complete() && t.header.layout.Kind == p.Kind && !slices.Contains(r.skipped, t.sheet)
		p.Sheets = append(p.Sheets, v)
		if p.Kind == "" && t.header.matched() >= 2 {
			p.Kind = t.header.layout.Kind
		}
	}
	if err != nil {
		if p.Problem = fault.As(err); p.Problem == nil {
			return nil, err
		}
		p.Kind = cmp.Or(o.Kind, p.Kind)
		for i := range p.Sheets {
			p.Sheets[i].lack(p.Kind)
		}
		return p, nil
	}
	if p.Check, err = s.Check(ctx, &r.batch, o.Sight); err != nil {
		return nil, fmt.Errorf("look at %s: %w", r.name, err)
	}
	p.sum(&r.batch)
	return p, nil
}

// sum fills in what was read and what was refused.
func (p *Preview) sum(b *datasets.Batch) {
	p.Read = b.Read
	by := map[string]int{}
	bad := map[place][]datasets.Refusal{}
	for _, f := range b.Refusals {
		if f.Row == 0 {
			p.LeftOut = append(p.LeftOut, f)
			continue
		}
		if len(p.Refusals) < previewRefusals {
			p.Refusals = append(p.Refusals, f)
		}
		at := place{f.Sheet, f.Row}
		bad[at] = append(bad[at], f)
		i, ok := by[f.Code]
		if !ok {
			i = len(p.Reasons)
			by[f.Code] = i
			p.Reasons = append(p.Reasons, ReasonCount{
				Code: f.Code, ReasonZh: f.ReasonZh, ReasonEn: f.ReasonEn, RemedyZh: f.RemedyZh, RemedyEn: f.RemedyEn, Rows: []int{},
			})
		}
		r := &p.Reasons[i]
		if r.Count++; len(r.Rows) < reasonRows && (len(r.Rows) == 0 || r.Rows[len(r.Rows)-1] != f.Row) {
			r.Rows = append(r.Rows, f.Row)
		}
	}
	p.Refused = len(bad)
	slices.SortStableFunc(p.Reasons, func(a, b ReasonCount) int { return cmp.Compare(b.Count, a.Count) })
	p.firstRows(b, bad)
}

// firstRows merges the first records and the first refused rows by where they
// stand. Both are in the order of the file.
func (p *Preview) firstRows(b *datasets.Batch, bad map[place][]datasets.Refusal) {
	order := map[string]int{}
	for i, s := range p.Sheets {
		order[s.Name] = i
	}
	rows := make([]RowView, 0, 2*previewRows)
	for i := range b.Records[:min(previewRows, len(b.Records))] {
		r := &b.Records[i]
		if _, withheld := bad[place{r.Sheet, r.Row}]; !withheld {
			rows = append(rows, RowView{Sheet: r.Sheet, Row: r.Row, Record: r})
		}
	}
	for _, f := range b.Refusals {
		at := place{f.Sheet, f.Row}
		if refused, ok := bad[at]; ok && len(rows) < cap(rows) {
			rows = append(rows, RowView{Sheet: f.Sheet, Row: f.Row, Refused: refused})
			delete(bad, at)
		}
	}
	slices.SortStableFunc(rows, func(a, b RowView) int {
		return cmp.Or(cmp.Compare(order[a.Sheet], order[b.Sheet]), cmp.Compare(a.Row, b.Row))
	})
	p.Rows = rows[:min(previewRows, len(rows))]
}

// view shows the header found, or the row that is most like one.
func (t top) view() SheetView {
	v := SheetView{Name: t.sheet, Columns: []ColumnView{}, Missing: t.header.missing}
	i := slices.IndexFunc(t.head, func(l line) bool { return l.no == t.header.row })
	if i < 0 {
		i = t.likely()
	}
	if i < 0 {
		return v
	}
	row := t.head[i]
	v.HeaderRow, v.Signature = row.no, signature(row.cells)
	for at, key := range headerKeys(row.cells) {
		if key == "" {
			continue
		}
		c := ColumnView{Key: key, Header: short(clean(row.cells[at]))}
		var kind Type
		if k := slices.Index(t.header.at, at); k >= 0 {
			col := t.header.layout.Columns[k]
			c.Column, kind = col.ID, col.Type
			if kind == Money {
				c.Unit = t.header.units[k]
			}
		}
		c.Doubled = slices.Contains(t.header.doubled, clean(row.cells[at])) && c.Column == ""
		c.Sample = sample(t.head[i+1:], at, kind)
		v.Columns = append(v.Columns, c)
	}
	return v
}

// lack lists the required columns of the kind that none of the sheet's is.
func (v *SheetView) lack(kind datasets.Kind) {
	l, _ := LayoutOf(kind)
	v.Missing = nil
	for _, c := range l.Columns {
		if c.Required && !slices.ContainsFunc(v.Columns, func(x ColumnView) bool { return x.Column == c.ID }) {
			v.Missing = append(v.Missing, c.Header)
		}
	}
}

// likely is the first row with the most cells, if it names its columns rather
// than holding data: -1 where it has an ID number.
func (t top) likely() int {
	best, most := -1, 1
	for i, l := range t.head {
		n := 0
		for _, c := range l.cells {
			if clean(c) != "" {
				n++
			}
		}
		if n > most {
			best, most = i, n
		}
	}
	if best >= 0 {
		for _, c := range t.head[best].cells {
			if c = clean(c); veil(c) != c {
				return -1
			}
		}
	}
	return best
}

func sample(rows []line, at int, kind Type) []string {
	var out []string
	for _, l := range rows {
		if at >= len(l.cells) || len(out) == previewSamples {
			continue
		}
		c := clean(l.cells[at])
		switch {
		case blank(c):
			continue
		case kind == PersonID:
			c = maskID(c)
		case kind == PersonName:
			c = maskName(c)
		}
		out = append(out, short(veil(c)))
	}
	return out
}

// longNumber is what may be an ID number, if a damaged one.
var longNumber = regexp.MustCompile(`\d[\d -]{13,}[\dXx]`)

// veil masks all that could be an ID number. It is for cells of which nobody has
// said yet what they are.
func veil(s string) string { return longNumber.ReplaceAllStringFunc(scrub(s), maskID) }

// Assigned is what the preview took columns for, as Options.Columns says it.
func (v SheetView) Assigned() map[string]string {
	out := map[string]string{}
	for _, c := range v.Columns {
		out[c.Key] = c.Column
	}
	return out
}

// Main is the sheet whose columns are shown for assignment: the first that is
// read, or else the first with columns; nil where there is none.
func (p *Preview) Main() *SheetView {
	var first *SheetView
	for i := range p.Sheets {
		s := &p.Sheets[i]
		if s.Used {
			return s
		}
		if first == nil && len(s.Columns) > 0 && s.Name != sheetGuide && s.Name != sheetChoices {
			first = s
		}
	}
	return first
}

// Mendable tells whether assigning columns by hand may help.
func (p *Preview) Mendable() bool { return p.Problem == nil || p.Main() != nil }
