package ingest

import (
	"cmp"

	"talentcast/analytics/fault"
)

// Limits protect against files too large, or made too intricate, to be what an
// office means to send. A zero limit is the default. Whoever runs into one is
// told which in a sentence.
type Limits struct {
	Bytes    int64 // of the file; default 128 MB
	Unzipped int64 // of all parts of an XLSX or ZIP; default 1 GB
	Ratio    int   // a part's size to that in the archive, for parts over 1 MB; default 200
	Entries  int   // in an XLSX or ZIP; default 10,000
	Depth    int   // of elements within elements, in XLSX and JSON; default 64
	Strings  int   // and formats that an XLSX keeps apart from its cells; default 5,000,000
	Rows     int   // of data; default 2,000,000
	Columns  int   // up to the last that is not empty; default 200
	Cell     int   // characters in a cell; default 2,000; over it the row is refused
}

func (l Limits) orDefault() Limits {
	return Limits{
		Bytes:    orElse(l.Bytes, 128<<20),
		Unzipped: orElse(l.Unzipped, 1<<30),
		Ratio:    orElse(l.Ratio, 200),
		Entries:  orElse(l.Entries, 10_000),
		Depth:    orElse(l.Depth, 64),
		Strings:  orElse(l.Strings, 5_000_000),
		Rows:     orElse(l.Rows, 2_000_000),
		Columns:  orElse(l.Columns, 200),
		Cell:     orElse(l.Cell, 2000),
	}
}

// orElse is the limit if one is set.
func orElse[T int | int64](limit, otherwise T) T { return cmp.Or(max(limit, 0), otherwise) }

func tooDeep(name string, limit int) error {
	return fault.Newf(fault.TooLarge,
		"%[1]s 的内容嵌套超过 %[2]d 层，不像正常的表格；请用 Excel 或 WPS 另存为 .xlsx 或 .csv 再交。",
		"%[1]s nests its content more than %[2]d levels deep, which no table does; save it as .xlsx or .csv in Excel or WPS and send that.", name, limit)
}

func tooManyColumns(name string, row, n, limit int) error {
	return fault.Newf(fault.TooLarge, "%[1]s 第 %[2]d 行有 %[3]d 列，超过上限 %[4]d 列；请删去多余的列再交。",
		"%[1]s has %[3]d columns in row %[2]d, over the limit of %[4]d; delete those not needed and send it again.",
		name, row, n, limit)
}
