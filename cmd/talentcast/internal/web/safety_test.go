package web

import (
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/fault"
)

func TestStatusOfFaults(t *testing.T) {
	for code, want := range map[fault.Code]int{
		fault.Invalid: 400, fault.NotFound: 404, fault.Unreadable: 422, fault.Conflict: 409, fault.TooLarge: 413, fault.Unavailable: 503, fault.SignIn: 401, fault.Forbidden: 403, fault.TooMany: 429, "other": 500,
	} {
		if got := status(code); got != want {
			t.Errorf("status(%s) = %d, want %d", code, got, want)
		}
	}
}

// TestInternalErrorsStayInside: neither an error nor a panic shows what it is,
// and both are in the log under the number that is shown.
func TestInternalErrorsStayInside(t *testing.T) {
	s := scratch(t)
	s.engine.GET("/fails", func(c *gin.Context) { s.fail(c, errors.New("secret of the disk")) })
	s.engine.GET("/panics", func(*gin.Context) { panic("secret of the heap") })
	s.engine.GET("/api/v1/panics", func(*gin.Context) { panic("secret of the heap") })
	for _, address := range []string{"/fails", "/panics", "/api/v1/panics"} {
		r := httptest.NewRequest(http.MethodGet, address, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		res, body := send(t, s, r)
		if res.Header.Get("Content-Encoding") == "gzip" {
			body = unzip(t, body)
		}
		id := res.Header.Get("X-Request-Id")
		if res.StatusCode != http.StatusInternalServerError || strings.Contains(body, "secret") || id == "" || !strings.Contains(body, id) {
			t.Errorf("%s: status %d, id %q\n%s", address, res.StatusCode, id, text(body))
		}
		if !strings.Contains(s.log.all(), id) || !strings.Contains(s.log.all(), "secret") {
			t.Errorf("%s is not in the log", address)
		}
	}
}

// TestPathsAreLoggedPlain: the log has the route and the codes of an address, and
// nothing that somebody typed into it, for errors too.
func TestPathsAreLoggedPlain(t *testing.T) {
	s := scratch(t)
	s.engine.GET("/users/:user/fails", func(c *gin.Context) { s.fail(c, errors.New("inside")) })
	s.engine.GET("/p/:policy/fails/:target", func(c *gin.Context) { s.fail(c, errors.New("inside")) })
	for address, want := range map[string]string{
		"/p/liwan-555/fails/G-01":                        "path=/p/liwan-555/fails/G-01",
		"/p/440106199001011234/fails/G-01":               "path=/p/?/fails/G-01",
		"/p/440106-19900101-1234/fails/4401061990010112": "path=/p/?/fails/?",
		"/p/liwan-555/fails/张伟秘密":                        "path=/p/liwan-555/fails/?",
		"/users/zhangwei/fails":                          "path=/users/:user/fails",
		"/p/440106199001011235":                          "path=/p/?",
		"/p/liwan-555/t/张伟秘密":                            "path=/p/liwan-555/t/?",
		"/static/张伟秘密":                                   "path=/static/?",
		"/张伟秘密":                                          `path=""`,
	} {
		u := url.URL{Path: address}
		res, _ := get(t, s, u.EscapedPath())
		id := res.Header.Get("X-Request-Id")
		lines := 0
		for line := range strings.Lines(s.log.all()) {
			if !strings.Contains(line, "id="+id) {
				continue
			}
			if lines++; !strings.Contains(line, want) {
				t.Errorf("%s is logged as %s", address, line)
			}
		}
		if lines == 0 || strings.Contains(address, "fails") && lines != 2 {
			t.Errorf("%s: %d lines in the log", address, lines)
		}
	}
	for _, typed := range []string{"4401061990", "19900101", "张伟", "zhangwei", "%E5%BC%A0"} {
		if strings.Contains(s.log.all(), typed) {
			t.Errorf("%s is in the log", typed)
		}
	}
}

func unzip(t *testing.T, s string) string {
	t.Helper()
	z, err := gzip.NewReader(strings.NewReader(s))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAssets(t *testing.T) {
	s := server(t)
	total := 0
	for name, a := range s.assets {
		res, body := get(t, s, "/static/"+name+"?v="+a.hash)
		if res.StatusCode != http.StatusOK || body != string(a.plain) || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") || res.Header.Get("Content-Type") == "" {
			t.Errorf("%s: status %d, %v", name, res.StatusCode, res.Header)
		}
		r := httptest.NewRequest(http.MethodGet, "/static/"+name, nil)
		r.Header.Set("Accept-Encoding", "gzip")
		res, body = send(t, s, r)
		if unzip(t, body) != string(a.plain) || strings.Contains(res.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s compressed is another file, or kept for ever without its hash", name)
		}
		total += len(body)
		r.Header.Set("If-None-Match", res.Header.Get("ETag"))
		if res, _ := send(t, s, r); res.StatusCode != http.StatusNotModified {
			t.Errorf("%s unchanged: status %d", name, res.StatusCode)
		}
	}
	r := httptest.NewRequest(http.MethodGet, "/p/liwan-555", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	_, page := send(t, s, r)
	t.Logf("all assets %d kB compressed, the overview %d kB", total>>10, len(page)>>10)
	if sum := total + len(page); sum > 600<<10 {
		t.Errorf("assets and overview are %d kB compressed; the bound is 600", sum>>10)
	}
	if res, _ := get(t, s, "/static/none.js"); res.StatusCode != http.StatusNotFound {
		t.Errorf("a file that is not there: %d", res.StatusCode)
	}
}

// TestPagesEscape: what people put into addresses and data is text.
func TestPagesEscape(t *testing.T) {
	s := server(t)
	for _, address := range []string{
		"/p/liwan-555?q=%3Cscript%3Ealert(1)%3C/script%3E", "/p/liwan-555?as_of=%3Cscript%3Ealert(1)%3C/script%3E",
		"/p/liwan-555/t/%3Cscript%3Ealert(1)%3Cscript%3E", "/p/%22onload=%22x", "/p/liwan-555?lang=%3Cscript%3E",
	} {
		_, body := get(t, s, address)
		if strings.Contains(body, "<script>alert") || strings.Contains(body, `"onload=`) {
			t.Errorf("%s comes back unescaped", address)
		}
	}
}
