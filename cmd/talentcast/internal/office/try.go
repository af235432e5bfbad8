package office

import (
	"bytes"
	"context"
	"errors"

	"talentcast/analytics/fault"
)

// specimen is a spreadsheet of one row in the oldest format: the records of a
// worksheet, its dimensions, a text, a number and the end.
const specimen = "\x09\x00\x04\x00\x02\x00\x10\x00" +
	"\x00\x00\x08\x00\x00\x00\x01\x00\x00\x00\x02\x00" +
	"\x04\x00\x12\x00\x00\x00\x00\x00\x00\x00\x00\x0atalentcast" +
	"\x03\x00\x0f\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x5c\x81\x40" +
	"\x0a\x00\x00\x00"

// Try converts a spreadsheet that is known to be well: LibreOffice may be there and
// yet lack the part for tables, or not be let do what it needs. The fault is
// Unavailable, and its cause is what went wrong.
func (c *Converter) Try(ctx context.Context) error {
	select {
	case c.turn <- struct{}{}:
		defer func() { <-c.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return c.try(ctx)
}

// try is Try for who has the turn. A file that can't be converted is told apart by
// it from a LibreOffice that can convert none: that is nothing the clerk can mend.
func (c *Converter) try(ctx context.Context) error {
	out, err := c.apart(ctx, "specimen.xls", []byte(specimen))
	if err == nil && !bytes.HasPrefix(out, []byte("PK")) {
		err = errors.New("what LibreOffice wrote is no XLSX")
	}
	if err == nil || ctx.Err() != nil {
		return ctx.Err()
	}
	if f := fault.As(err); f != nil {
		err = f.Err // the sentence is about a file
	}
	return fault.New(fault.Unavailable,
		"服务器上的 LibreOffice 转换不了任何旧版表格，不是这个文件的问题；请告诉管理员运行 talentcast doctor，或先用 Excel 或 WPS 打开，“另存为”选“Excel 工作簿（*.xlsx）”，再交新文件。",
		"LibreOffice on the server can convert no old spreadsheet at all, so the file is not to blame; tell the administrator to run talentcast doctor, or open the file in Excel or WPS, choose Save As, Excel Workbook (*.xlsx), and send the new one.").Because(err)
}
