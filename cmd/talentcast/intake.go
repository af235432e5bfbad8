package main

import (
	"github.com/spf13/pflag"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/office"
	"talentcast/ingest"
)

// intake is how files are taken in, on the command line and by the server alike:
// the limits on them and what converts old formats.
type intake struct {
	fileMB, unzippedMB                                    int64
	ratio, entries, depth, texts, rows, columns, cellSize int
	soffice                                               string
}

// flags adds the flags; fileMB is the default limit of one file.
func (in *intake) flags(f *pflag.FlagSet, fileMB int64) {
	f.Int64Var(&in.fileMB, "limit-file", fileMB, "MB of one file")
	f.Int64Var(&in.unzippedMB, "limit-unzipped", 1024, "MB of an XLSX or ZIP when unpacked")
	f.IntVar(&in.ratio, "limit-ratio", 200, "times its size in the archive that a part over 1 MB may unpack to")
	f.IntVar(&in.entries, "limit-entries", 10_000, "parts of an XLSX, files in a ZIP or folder")
	f.IntVar(&in.depth, "limit-depth", 64, "levels of nesting in XLSX and JSON")
	f.IntVar(&in.texts, "limit-texts", 5_000_000, "different texts in an XLSX")
	f.IntVar(&in.rows, "limit-rows", 2_000_000, "rows of data in one file")
	f.IntVar(&in.columns, "limit-columns", 200, "columns")
	f.IntVar(&in.cellSize, "limit-cell", 2000, "characters in a cell; over it the row is refused")
	f.StringVar(&in.soffice, "soffice", "", "LibreOffice, for .xls and .et; empty to look for it, off for none")
}

// intakeFlag tells flags that every command that takes files in has, and that
// have an environment variable therefore.
func intakeFlag(name string) bool {
	var in intake
	f := pflag.NewFlagSet("", pflag.ContinueOnError)
	in.flags(f, 0)
	return f.Lookup(name) != nil
}

func (in *intake) limits() (ingest.Limits, error) {
	for _, n := range []int64{
		in.fileMB, in.unzippedMB, int64(in.ratio), int64(in.entries), int64(in.depth), int64(in.texts),
		int64(in.rows), int64(in.columns), int64(in.cellSize),
	} {
		if n < 1 || n > 1<<40 {
			return ingest.Limits{}, fault.New(fault.Invalid, "各项上限（--limit-…）须是正整数。", "The limits (--limit-…) must be whole numbers above zero.")
		}
	}
	return ingest.Limits{
		Bytes: in.fileMB << 20, Unzipped: in.unzippedMB << 20, Ratio: in.ratio, Entries: in.entries, Depth: in.depth,
		Strings: in.texts, Rows: in.rows, Columns: in.columns, Cell: in.cellSize,
	}, nil
}

// converter is what reads old formats: nil where LibreOffice is not there, or
// not wanted. One that was named and is not there is a fault.
func (in *intake) converter() (ingest.Converter, error) {
	if in.soffice == "off" {
		return nil, nil
	}
	c, err := office.New(office.Config{Program: in.soffice, Bytes: in.fileMB << 20})
	switch {
	case err == nil:
		return c.Convert, nil
	case in.soffice == "":
		return nil, nil // a file that needs it is told so
	}
	return nil, fault.Newf(fault.Invalid, "不能用 %[1]s 转换旧版表格；请检查 --soffice 的路径，或写 off。",
		"%[1]s can't be used to convert old spreadsheets; check the path in --soffice, or say off.", in.soffice).Because(err)
}
