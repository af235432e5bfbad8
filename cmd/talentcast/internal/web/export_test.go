package web

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"mime"
	"net/http"
	"path"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestExports(t *testing.T) {
	s := server(t)
	batch, file := s.refused(t)
	refusals := "/p/liwan-555/batch/" + batch
	tests := []struct {
		address string
		code    int
		name    string // of the file
	}{
		{"/p/liwan-555/export/overview.csv?as_of=2015-06-30", 200, "荔湾区“555”大人才工程 目标总览 2015-06-30（演示数据）.csv"},
		{"/p/liwan-555/export/overview.xlsx?as_of=2015-06-30&lang=en", 200, "Liwan “555” Talent Programme All targets 2015-06-30 (demonstration data).xlsx"},
		{"/p/liwan-555/export/comparison.csv?intake=1.5", 200, "荔湾区“555”大人才工程 情景对比 2015-06-30（演示数据）.csv"},
		{"/p/liwan-555/export/comparison.xlsx", 200, ""},
		{"/p/liwan-555/export/batches.csv", 200, ""},
		{"/p/liwan-555/export/batches.xlsx", 200, ""},
		{"/p/cn-rd/export/overview.csv", 200, ""},
		{"/p/liwan-555/t/G-01/table/figures.csv", 200, ""},
		{"/p/liwan-555/t/G-01/table/figures.xlsx?intake=1.5", 200, ""},
		{"/p/liwan-555/t/G-01/table/rows.csv", 200, ""},
		{"/p/liwan-555/t/G-01/table/rows.xlsx", 200, ""},
		{"/p/liwan-555/t/G-01/table/backtest.csv", 200, ""},
		{refusals + "/refusals.csv", 200, strings.TrimSuffix(file, path.Ext(file)) + " 退回的行.csv"},
		{refusals + "/refusals.xlsx", 200, ""},
		{"/p/liwan-555/template/talent.csv", 200, "人才 模板.csv"},
		{"/p/liwan-555/template/indicator.xlsx", 200, "指标 模板.xlsx"},
		{"/p/liwan-555/t/G-01/chart/fan.svg?as_of=2015-06-30", 200, ""},
		{"/p/liwan-555/t/G-01/chart/fan.png", 200, ""},
		{"/p/liwan-555/t/G-01/chart/fan.json?intake=1.5", 200, ""},
		{"/p/liwan-555/t/G-01/chart/pace.svg?lang=en", 200, ""},
		{"/p/liwan-555/chart/status.svg", 200, ""},
		{"/p/liwan-555/chart/progress.png?scale=1", 200, ""},
		{"/p/liwan-555/chart/status.json", 200, ""},
		{"/p/liwan-555/export/overview.pdf", 404, ""},
		{"/p/liwan-555/export/nothing.csv", 404, ""},
		{"/p/liwan-555/export/overview.csv?encoding=latin1", 400, ""},
		{"/p/liwan-555/export/comparison.csv?intake=x", 400, ""},
		{"/p/nowhere/export/overview.csv", 404, ""},
		{"/p/nowhere/export/batches.csv", 404, ""},
		{"/p/liwan-555/t/ZZ/table/figures.csv", 404, ""},
		{"/p/liwan-555/t/G-01/table/nothing.csv", 404, ""},
		{"/p/liwan-555/t/G-01/chart/pie.svg", 404, ""},
		{"/p/liwan-555/t/G-01/chart/fan.gif", 404, ""},
		{"/p/liwan-555/t/G-01/chart/fan.png?scale=9", 400, ""},
		{"/p/liwan-555/chart/pie.svg", 404, ""},
		{"/p/liwan-555/batch/999/refusals.csv", 404, ""},
		{refusals + "/others.csv", 404, ""},
		{"/p/liwan-555/template/nothing.csv", 404, ""},
		{"/p/liwan-555/template/talent.doc", 404, ""},
	}
	for _, tt := range tests {
		t.Run(tt.address, func(t *testing.T) {
			res, body := get(t, s, tt.address)
			if res.StatusCode != tt.code {
				t.Fatalf("status %d, want %d: %s", res.StatusCode, tt.code, text(body))
			}
			if tt.code != http.StatusOK {
				return
			}
			disposition := res.Header.Get("Content-Disposition")
			kind, params, err := mime.ParseMediaType(disposition)
			if err != nil || kind != "attachment" {
				t.Fatalf("disposition %q: %v", disposition, err)
			}
			if tt.name != "" && params["filename"] != tt.name {
				t.Errorf("the file is called %q, want %q", params["filename"], tt.name)
			}
			if n := params["filename"]; strings.Contains(tt.address, "liwan-555/t/") && (!strings.Contains(n, " G-01 ") || !strings.Contains(strings.ToLower(n), "demo") && !strings.Contains(n, "演示数据")) {
				t.Errorf("the name %q does not say what the file is", n)
			}
			wellFormed(t, params["filename"], body)
		})
	}
}

// wellFormed reads a file as what its name says.
func wellFormed(t *testing.T, name, body string) {
	t.Helper()
	switch {
	case strings.HasSuffix(name, ".csv"):
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff"))).ReadAll()
		if err != nil || len(rows) == 0 {
			// The note above a table has fewer fields than the table.
			var perr *csv.ParseError
			if !errors.As(err, &perr) || !errors.Is(perr.Err, csv.ErrFieldCount) {
				t.Errorf("csv: %v", err)
			}
		}
	case strings.HasSuffix(name, ".xlsx"):
		if _, err := zip.NewReader(bytes.NewReader([]byte(body)), int64(len(body))); err != nil {
			t.Errorf("xlsx: %v", err)
		}
	case strings.HasSuffix(name, ".svg"):
		d := xml.NewDecoder(strings.NewReader(body))
		for {
			_, err := d.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("svg: %v", err)
			}
		}
		if strings.Contains(body, "<script") || !strings.Contains(body, "<path") {
			t.Error("the picture is empty or has script in it")
		}
	case strings.HasSuffix(name, ".png"):
		img, err := png.Decode(strings.NewReader(body))
		if err != nil {
			t.Fatalf("png: %v", err)
		}
		if img.Bounds().Dx() < 300 {
			t.Errorf("the picture is %v", img.Bounds())
		}
	case strings.HasSuffix(name, ".json"):
		if !json.Valid([]byte(body)) {
			t.Error("not JSON")
		}
	default:
		t.Errorf("a file %q", name)
	}
}

func TestCSVInGB18030(t *testing.T) {
	_, body := get(t, server(t), "/p/liwan-555/export/overview.csv?encoding=gb18030")
	if utf8.ValidString(body) {
		t.Error("the file is UTF-8")
	}
}

func TestInlinePictureIsNotSaved(t *testing.T) {
	res, _ := get(t, server(t), "/p/liwan-555/t/G-01/chart/fan.svg?inline=1")
	if d := res.Header.Get("Content-Disposition"); d != "" || res.Header.Get("Content-Type") != "image/svg+xml" {
		t.Errorf("disposition %q", d)
	}
}

func TestExportOfRowsIsLogged(t *testing.T) {
	s := server(t)
	get(t, s, "/p/liwan-555/t/H-03/table/rows.csv")
	if !strings.Contains(s.log.all(), "rows exported") || !strings.Contains(s.log.all(), "target=H-03") {
		t.Error("nothing in the log says who took the rows")
	}
}
