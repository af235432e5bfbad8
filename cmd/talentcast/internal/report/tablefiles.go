package report

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"time"

	"github.com/shopspring/decimal"

	"talentcast/datasets"
)

// TableEndings lists the formats of a table alone.
func TableEndings() []string { return []string{"csv", "xlsx", "json", "parquet"} }

// TableType is the content type of a format of [TableEndings]; enc is that of
// CSV.
func TableType(ending, enc string) string {
	switch ending {
	case "xlsx":
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case "json":
		return "application/json; charset=utf-8"
	case "parquet":
		return "application/vnd.apache.parquet"
	}
	if enc == "gb18030" {
		return "text/csv; charset=gb18030"
	}
	return "text/csv; charset=utf-8"
}

// Write writes the table in a format of [TableEndings]; enc is that of CSV.
func (t Table) Write(ctx context.Context, w io.Writer, ending, enc string) error {
	switch ending {
	case "xlsx":
		return t.WriteXLSX(w)
	case "json":
		return t.WriteJSON(w)
	case "parquet":
		return t.WriteParquet(ctx, w)
	}
	return t.WriteCSV(w, enc)
}

// jsonTable is a table as programs read it.
type jsonTable struct {
	Name    string       `json:"name"`
	Title   string       `json:"title"`
	Note    string       `json:"note"`
	Demo    bool         `json:"demo"`
	Columns []jsonColumn `json:"columns"`
	Rows    [][]any      `json:"rows"`
}

type jsonColumn struct {
	Key   string `json:"key"`
	Title string `json:"title"`
	Unit  string `json:"unit,omitempty"`
}

// WriteJSON writes the table as an object: its columns with keys and units, its
// rows as arrays. Figures are numbers, money exactly and with two decimals,
// dates ISO; what does not exist is null.
func (t Table) WriteJSON(w io.Writer) error {
	out := jsonTable{Name: t.Name, Title: t.Title, Note: t.Note, Demo: t.Demo, Columns: []jsonColumn{}, Rows: [][]any{}}
	for _, c := range t.Columns {
		out.Columns = append(out.Columns, jsonColumn{c.Key, c.Title, c.Unit})
	}
	for _, row := range t.Rows {
		cells := make([]any, len(row))
		for i, v := range row {
			cells[i] = jsonCell(v)
		}
		out.Rows = append(out.Rows, cells)
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(out); err != nil {
		return fmt.Errorf("write json: %w", err)
	}
	return nil
}

func jsonCell(v Cell) any {
	switch v := present(v).(type) {
	case time.Time:
		return v.Format(time.DateOnly)
	case decimal.Decimal:
		return json.Number(v.StringFixed(2))
	default:
		return v
	}
}

// present is the cell, or nil for a figure that does not exist.
func present(v Cell) Cell {
	switch v := v.(type) {
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil
		}
	case time.Time:
		if v.IsZero() {
			return nil
		}
	}
	return v
}

// WriteParquet writes the table as Parquet: columns by their headers, numbers as
// DOUBLE, dates as DATE, money as DECIMAL(18,2). Parquet has no place for a note,
// so synthetic data are marked in a last column.
func (t Table) WriteParquet(ctx context.Context, w io.Writer) error {
	columns := make([]datasets.ParquetColumn, len(t.Columns))
	for i, c := range t.Columns {
		columns[i] = datasets.ParquetColumn{Name: c.Header(), Type: t.parquetType(i)}
	}
	mark := t.marked()
	if mark {
		columns = append(columns, datasets.ParquetColumn{Name: demoHeader(t.Lang)})
	}
	rows := make([][]any, len(t.Rows))
	for r, row := range t.Rows {
		rows[r] = make([]any, 0, len(columns))
		for i, v := range row {
			rows[r] = append(rows[r], parquetCell(present(v), columns[i].Type))
		}
		if mark {
			rows[r] = append(rows[r], demoWord(t.Lang))
		}
	}
	return datasets.WriteParquet(ctx, w, columns, rows)
}

// parquetType is what all cells of a column are; text where they differ.
func (t Table) parquetType(i int) datasets.ParquetType {
	kind, any := datasets.ParquetText, false
	for _, row := range t.Rows {
		var k datasets.ParquetType
		switch present(row[i]).(type) {
		case nil:
			continue
		case float64:
			k = datasets.ParquetNumber
		case time.Time:
			k = datasets.ParquetDate
		case decimal.Decimal:
			k = datasets.ParquetMoney
		default:
			return datasets.ParquetText
		}
		if any && k != kind {
			return datasets.ParquetText
		}
		kind, any = k, true
	}
	return kind
}

func parquetCell(v Cell, kind datasets.ParquetType) any {
	if v == nil || kind != datasets.ParquetText {
		return v
	}
	switch v := v.(type) {
	case string:
		return v // no program runs a cell of Parquet as a formula
	case float64, time.Time, decimal.Decimal:
		return plain(v)
	}
	return fmt.Sprint(v)
}
