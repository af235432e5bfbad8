package ingest

import (
	"bytes"
	"context"
	"fmt"

	"talentcast/analytics/fault"
)

// openOld reads a spreadsheet in an old format by way of the converter. A file
// that is old by its name only is read as what it is.
func openOld(ctx context.Context, name string, data []byte, o Options) (book, error) {
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return openXLSX(name, data, o.Limits)
	}
	if o.Convert == nil {
		return book{}, fault.Newf(fault.Unreadable,
			"%[1]s 是旧版表格格式，读不了；请用 Excel 或 WPS 打开，“另存为”选“Excel 工作簿（*.xlsx）”，再交新文件。",
			"%[1]s is in an old spreadsheet format that can't be read; open it in Excel or WPS, choose Save As, Excel Workbook (*.xlsx), and send the new file.", name)
	}
	made, err := o.Convert(ctx, name, data)
	if err != nil {
		return book{}, fmt.Errorf("convert %s: %w", name, err)
	}
	return openXLSX(name, made, o.Limits)
}
