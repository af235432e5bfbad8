package ingest

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"talentcast/analytics/fault"
)

// isOld tells by the name whether a spreadsheet is in an old format.
func isOld(name string) bool {
	ext := strings.ToLower(filepath.Ext(name))
	return ext == ".xls" || ext == ".et"
}

// openOld reads a spreadsheet in an old format by way of the converter.
func openOld(ctx context.Context, name string, data []byte, o Options) (book, error) {
	made, err := converted(ctx, name, data, o)
	if err != nil {
		return book{}, err
	}
	return openXLSX(name, made, o.Limits)
}

// converted is an old spreadsheet as an XLSX, and any other file as it is; one
// that is old by its name only is an XLSX already.
func converted(ctx context.Context, name string, data []byte, o Options) ([]byte, error) {
	if !isOld(name) || bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return data, nil
	}
	if o.Convert == nil {
		return nil, fault.Newf(fault.Unreadable,
			"%[1]s 是旧版表格格式，读不了；请用 Excel 或 WPS 打开，“另存为”选“Excel 工作簿（*.xlsx）”，再交新文件。",
			"%[1]s is in an old spreadsheet format that can't be read; open it in Excel or WPS, choose Save As, Excel Workbook (*.xlsx), and send the new file.", name)
	}
	made, err := o.Convert(ctx, name, data)
	if err != nil {
		return nil, fmt.Errorf("convert %s: %w", name, err)
	}
	return made, nil
}
