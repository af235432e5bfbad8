package web

import (
	"archive/zip"
	"bytes"
	"net/url"
	"strings"
	"testing"
)

const wrongTotal = "凭证号,日期,环节,资金来源,金额（万元）\r\n" +
	"S-1,2014-01-15,到位,财政,4\r\nS-2,2014-01-15,到位,财政,5\r\n合计,,,,9.01\r\n"

func zipped(t *testing.T, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(parts[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// A total that does not fit is told before and after loading, and refuses
// nothing; the table may come in a ZIP.
func TestWrongTotalIsAWarning(t *testing.T) {
	s := scratch(t)
	data := zipped(t, "资金.csv", wrongTotal)
	res, _ := send(t, s, form(t, "/p/liwan-555/data", "2014.zip", data, nil))
	const says = "写的是 9.01 万元，逐行相加是 9 万元"
	for _, at := range []string{res.Header.Get("Location"), confirmed(t, s, "/p/liwan-555/data", "2014.zip", data, nil)} {
		u, err := url.Parse(at)
		if err != nil {
			t.Fatal(err)
		}
		u.Fragment = ""
		_, body := get(t, s, u.String())
		if !strings.Contains(body, says) || !strings.Contains(body, "但请核对") || !strings.Contains(body, "2014.zip") {
			t.Errorf("%s:\n%s", at, text(body))
		}
	}
}

func TestZIPOfSeveralTables(t *testing.T) {
	s := scratch(t)
	_, body := send(t, s, form(t, "/p/liwan-555/data", "2014.zip", zipped(t, "a.csv", wrongTotal, "b.csv", wrongTotal), nil))
	if !strings.Contains(body, "内有 2 个文件") {
		t.Errorf("%s", text(body))
	}
}
