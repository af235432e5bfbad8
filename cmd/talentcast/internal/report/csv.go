package report

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"

	"talentcast/analytics/fault"
)

// WriteCSV writes the header and the rows in "utf-8" (with a byte order mark, so
// that Excel takes it for what it is) or "gb18030"; "" is utf-8. Another encoding
// is [fault.Invalid]. Numbers are plain, dates ISO; text that a spreadsheet would
// run as a formula gets an apostrophe in front. A CSV has no place for a note, so
// synthetic data are marked in a last column, row by row.
func (t Table) WriteCSV(w io.Writer, enc string) error {
	var closer io.Closer
	switch strings.ToLower(enc) {
	case "", "utf-8", "utf8":
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return fmt.Errorf("write csv: %w", err)
		}
	case "gb18030", "gbk":
		tw := transform.NewWriter(w, encoding.ReplaceUnsupported(simplifiedchinese.GB18030.NewEncoder()))
		w, closer = tw, tw
	default:
		return fault.Newf(fault.Invalid, "不支持编码 %[1]q；请用 utf-8 或 gb18030。", "There is no encoding %[1]q; use utf-8 or gb18030.", enc)
	}
	c := csv.NewWriter(w)
	c.UseCRLF = true
	var err error
	for _, record := range t.records() {
		err = errors.Join(err, c.Write(record))
	}
	c.Flush()
	err = errors.Join(err, c.Error())
	if closer != nil {
		err = errors.Join(err, closer.Close())
	}
	if err != nil {
		return fmt.Errorf("write csv: %w", err)
	}
	return nil
}

// records are the header and the rows as CSV has them.
func (t Table) records() [][]string {
	head := make([]string, len(t.Columns), len(t.Columns)+1)
	for i, c := range t.Columns {
		head[i] = neutral(c.Header())
	}
	mark := t.marked()
	if mark {
		head = append(head, demoHeader(t.Lang))
	}
	out := [][]string{head}
	for _, row := range t.Rows {
		record := make([]string, len(row), len(row)+1)
		for i, v := range row {
			record[i] = strings.ToValidUTF8(plain(v), "\ufffd")
		}
		if mark {
			record = append(record, demoWord(t.Lang))
		}
		out = append(out, record)
	}
	return out
}

// marked tells whether synthetic data need a column that says so.
func (t Table) marked() bool {
	return t.Demo && !slices.ContainsFunc(t.Columns, func(c Column) bool { return c.Key == demoKey })
}

// demoKey is the column that says which rows are synthetic.
const demoKey = "demo"

func demoHeader(lang string) string { return pick(lang, "数据性质", "data") }
