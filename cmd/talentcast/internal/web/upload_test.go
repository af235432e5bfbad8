package web

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// badIndicators is an indicator file with one good row and four bad ones.
const badIndicators = "\ufeff指标编号,指标名称,日期,数值,单位,发布日期,来源,备注\r\n" +
	"cn-rd-intensity,研发经费投入强度,2015-12-31,2.06,%,,test,\r\n" +
	"cn-rd-intensity,研发经费投入强度,2031-12-31,2.5,%,,test,\r\n" +
	"cn-rd-intensity,研发经费投入强度,2016-12-31,many,%,,test,\r\n" +
	"no-such-target,不知道,2016-12-31,1,%,,test,\r\n" +
	"cn-rd-intensity,研发经费投入强度,someday,2.1,%,,test,\r\n"

const goodIndicators = "指标编号,指标名称,日期,数值,单位,发布日期,来源,备注\r\n" +
	"cn-rd-intensity,研发经费投入强度,2014-12-31,2.02,%,,test,\r\n" +
	"cn-rd-intensity,研发经费投入强度,2013-12-31,1.99,%,,test,\r\n"

// form makes a request that uploads a file.
func form(t *testing.T, address, name string, body []byte, fields map[string]string) *http.Request {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range fields {
		if err := w.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	if name != "" {
		part, err := w.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(body); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, address, &b)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return r
}

// confirmed uploads a file by the page's form, confirms it and returns where the
// receipt is.
func confirmed(t *testing.T, s *fixture, address, name string, body []byte, fields map[string]string) string {
	t.Helper()
	res, page := send(t, s, form(t, address, name, body, fields))
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("upload: status %d: %s", res.StatusCode, text(page))
	}
	at := res.Header.Get("Location")
	answer := url.Values{"do": {"load"}}
	for k, v := range fields {
		answer.Set(k, v)
	}
	if res, page = send(t, s, post(at, answer)); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("confirm: status %d: %s", res.StatusCode, text(page))
	}
	res, page = get(t, s, res.Header.Get("Location"))
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("after loading: status %d: %s", res.StatusCode, text(page))
	}
	return res.Header.Get("Location")
}

// post makes a request that sends a form without a file.
func post(address string, values url.Values) *http.Request {
	r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

func TestUploadShowsWhatCameOfIt(t *testing.T) {
	s := scratch(t)
	to := confirmed(t, s, "/p/cn-rd/data", "指标 2015.csv", []byte(badIndicators), map[string]string{"by": "李工"})
	_, body := get(t, s, strings.TrimSuffix(to, "#receipt"))
	for _, w := range []string{"回执：指标 2015.csv", "李工", "no-such-target", "someday", "2031-12-31", "many"} {
		if !strings.Contains(body, w) {
			t.Errorf("%q is not on the receipt\n%s", w, text(body))
		}
	}
	// The good row counts at once.
	if _, body := get(t, s, "/p/cn-rd/t/cn-rd-2015"); !strings.Contains(body, "2.06%") {
		t.Errorf("the row loaded is not on the target's page\n%s", text(body))
	}
	// The same file again changes nothing and says so.
	if to := confirmed(t, s, "/p/cn-rd/data?lang=en", "again.csv", []byte(badIndicators), nil); !strings.Contains(to, "already=1") || !strings.Contains(to, "lang=en") {
		t.Errorf("sent on to %s", to)
	}
	_, body = get(t, s, "/p/cn-rd/data?batch=1&already=1")
	if !strings.Contains(body, "没有作任何改动") {
		t.Error("the second receipt does not say that nothing changed")
	}
}

func TestUploadRefusesWholeFiles(t *testing.T) {
	s := scratch(t)
	doc := readDescription(t, s)
	big := bytes.Repeat([]byte("x"), 1<<20+100)
	tests := []struct {
		name, file string
		body       []byte
		fields     map[string]string
		code       int
		want       string // on the page
	}{
		{"no file", "", nil, nil, 400, "没有收到文件"},
		{"empty", "empty.csv", nil, nil, 422, ""},
		{"not a workbook", "book.xlsx", []byte("this is no workbook"), nil, 422, ""},
		{"broken quote", "quote.csv", []byte("指标编号,日期,数值\n\"cn-rd-intensity,2014-12-31,2\n"), nil, 422, ""},
		{"picture", "x.png", []byte("\x89PNG\r\n\x1a\n0000"), nil, 422, ""},
		{"too large", "big.csv", big, nil, 413, "1 MB"},
		{"far too large", "big.csv", bytes.Repeat(big, 3), nil, 413, "1 MB"},
		{"unknown kind", "ok.csv", []byte(goodIndicators), map[string]string{"kind": "money"}, 400, "没有数据种类"},
		{"unknown encoding", "ok.csv", []byte(goodIndicators), map[string]string{"encoding": "ebcdic"}, 400, "没有编码"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			res, body := send(t, s, form(t, "/p/cn-rd/data", tt.file, tt.body, tt.fields))
			if res.StatusCode != tt.code || !strings.Contains(body, tt.want) || !strings.Contains(body, `role="alert"`) {
				t.Errorf("page: status %d, want %d with %q\n%s", res.StatusCode, tt.code, tt.want, text(body))
			}
			res, body = send(t, s, form(t, "/api/v1/policies/cn-rd/batches", tt.file, tt.body, tt.fields))
			if res.StatusCode != tt.code {
				t.Errorf("API: status %d, want %d: %s", res.StatusCode, tt.code, body)
			}
			checkError(t, doc, body)
		})
	}
	if _, body := get(t, s, "/api/v1/policies/cn-rd/batches"); !strings.Contains(body, `"batches":[]`) {
		t.Errorf("something was loaded: %s", body)
	}
	for _, address := range []string{"/p/nowhere/data", "/api/v1/policies/nowhere/batches"} {
		if res, _ := send(t, s, form(t, address, "ok.csv", []byte(goodIndicators), nil)); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d", address, res.StatusCode)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/api/v1/policies/cn-rd/batches", strings.NewReader("plain"))
	if res, _ := send(t, s, r); res.StatusCode != http.StatusBadRequest {
		t.Errorf("no form: status %d", res.StatusCode)
	}
}

func TestUploadByAPI(t *testing.T) {
	s := scratch(t)
	doc := readDescription(t, s)
	for _, want := range []string{"201", "200"} {
		res, body := send(t, s, form(t, "/api/v1/policies/cn-rd/batches", `C:\data\rd.csv`, []byte(goodIndicators), map[string]string{"demo": "1", "kind": "indicator"}))
		if fmt.Sprint(res.StatusCode) != want {
			t.Fatalf("status %d, want %s: %s", res.StatusCode, want, body)
		}
		check(t, doc, "/api/v1/policies/{policy}/batches", "post", want, body)
		if !strings.Contains(body, `"file":"rd.csv"`) {
			t.Errorf("the folder is kept: %s", body)
		}
	}
	if _, body := get(t, s, "/p/cn-rd"); !strings.Contains(body, "演示数据") {
		t.Error("rows marked as synthetic do not mark the page")
	}
}

func TestOtherSitesCantUpload(t *testing.T) {
	s := scratch(t)
	for _, h := range []http.Header{
		{"Sec-Fetch-Site": {"cross-site"}}, {"Sec-Fetch-Site": {"same-site"}}, {"Origin": {"https://elsewhere.example"}},
	} {
		for _, address := range []string{"/p/cn-rd/data", "/api/v1/policies/cn-rd/batches"} {
			r := form(t, address, "ok.csv", []byte(goodIndicators), nil)
			for k, v := range h {
				r.Header[k] = v
			}
			if res, body := send(t, s, r); res.StatusCode != http.StatusForbidden {
				t.Errorf("%s with %v: status %d: %s", address, h, res.StatusCode, text(body))
			}
		}
	}
	r := form(t, "/p/cn-rd/data", "ok.csv", []byte(goodIndicators), nil)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if res, _ := send(t, s, r); res.StatusCode != http.StatusSeeOther {
		t.Errorf("from its own page: status %d", res.StatusCode)
	}
}

func TestPlainName(t *testing.T) {
	for in, want := range map[string]string{
		"a.csv": "a.csv", `C:\x\y 表.xlsx`: "y 表.xlsx", "../../etc/passwd": "passwd", "..": "upload", "": "upload", "/": "upload",
		strings.Repeat("长", 200) + ".csv": strings.Repeat("长", 116) + ".csv",
	} {
		if got := plainName(in); got != want {
			t.Errorf("plainName(%q) = %q, want %q", in, got, want)
		}
	}
}
