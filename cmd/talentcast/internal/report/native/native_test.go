package native

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"talentcast/cmd/talentcast/internal/report/document"
	"talentcast/cmd/talentcast/internal/report/ooxml"
)

func fan() *document.Chart {
	gap := math.NaN()
	return &document.Chart{
		Kind: document.Fan, Title: "优才", X: "时间", Y: "人", Categories: []string{"2015-05", "2015-06", "2015-07"},
		Series: []document.Series{
			{Name: "下限", Values: []float64{gap, 170, 172}, Clear: true},
			{Name: "80%区间", Values: []float64{gap, 0, 9}, Area: true, Color: "A9CBE8"},
			{Name: "80%区间（上）", Values: []float64{gap, 0, 4}, Area: true, Color: "A9CBE8"},
			{Name: "实际 <&>", Values: []float64{165, 170, gap}, Color: "1B2733"},
		},
	}
}

// TestAddedCharts: the part is well formed, shows its figures without the workbook
// and points into it, and the workbook has them in the cells it points to.
func TestAddedCharts(t *testing.T) {
	at := time.Date(2015, 6, 30, 0, 0, 0, 0, time.UTC)
	for kind, marks := range map[document.Kind][]string{
		document.Fan:     {"<c:areaChart>", "<c:lineChart>", `<c:delete val="1"/>`},
		document.Lines:   {"<c:lineChart>"},
		document.Columns: {`<c:barDir val="col"/>`},
		document.Bars:    {`<c:barDir val="bar"/>`},
		document.Stacked: {`<c:grouping val="stacked"/>`, `<c:overlap val="100"/>`},
	} {
		c := fan()
		c.Kind = kind
		files := [2]map[string][]byte{written(t, c, at), written(t, c, at)}
		for name, body := range files[0] {
			if !bytes.Equal(body, files[1][name]) {
				t.Errorf("kind %d: %s differs from one writing to the next", kind, name)
			}
		}
		part := string(files[0]["word/charts/chart1.xml"])
		wellFormed(t, part)
		for _, want := range append(marks, "Sheet1!$B$2:$B$4", "<c:v>172</c:v>", "实际 &lt;&amp;&gt;", "externalData") {
			if !strings.Contains(part, want) {
				t.Errorf("kind %d: no %q in %s", kind, want, part)
			}
		}
		if strings.Contains(part, "NaN") {
			t.Errorf("kind %d: a gap is written as a number", kind)
		}
		book, err := excelize.OpenReader(bytes.NewReader(files[0]["word/embeddings/chart1.xlsx"]))
		if err != nil {
			t.Fatal(err)
		}
		for cell, want := range map[string]string{"A1": "时间", "A4": "2015-07", "B4": "172", "B2": "", "E1": "实际 <&>", "E2": "165"} {
			if got, err := book.GetCellValue("Sheet1", cell); got != want || err != nil {
				t.Errorf("%s is %q, want %q (%v)", cell, got, want, err)
			}
		}
		if err := book.Close(); err != nil {
			t.Error(err)
		}
	}
}

func written(t *testing.T, c *document.Chart, at time.Time) map[string][]byte {
	t.Helper()
	p := ooxml.New()
	if id, err := Add(p, "word", "word/document.xml", "", 1, c, "zh", at); err != nil || id != "rId1" {
		t.Fatal(id, err)
	}
	var b bytes.Buffer
	if err := p.Write(&b, at); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		if out[f.Name], err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func wellFormed(t *testing.T, text string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("%v in %s", err, text)
		}
	}
}
