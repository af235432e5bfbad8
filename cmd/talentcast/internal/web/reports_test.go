package web

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"talentcast/cmd/talentcast/internal/access"
)

// submitted sends a form as a page of the server would.
func submitted(t *testing.T, s http.Handler, address string, values url.Values) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, address, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

// finishedJob waits for a job to end.
func finishedJob(t *testing.T, s http.Handler, policy, job string) jobAnswer {
	t.Helper()
	for range 600 {
		_, body := get(t, s, "/api/v1/policies/"+policy+"/reports/jobs/"+job)
		var a jobAnswer
		if err := json.Unmarshal([]byte(body), &a); err != nil {
			t.Fatal(err, body)
		}
		if a.State == "done" || a.State == "failed" || a.State == "cancelled" {
			return a
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the report is never finished")
	return jobAnswer{}
}

func TestAReportFromItsForm(t *testing.T) {
	s := server(t)
	res := submitted(t, s, "/p/liwan-555/reports?as_of=2015-06-30", url.Values{"kind": {"brief"}, "format": {"docx"}, "organ": {"区人才办"}})
	defer res.Body.Close()
	to := res.Header.Get("Location")
	u, err := url.Parse(to)
	if err != nil || res.StatusCode != http.StatusSeeOther || u.Query().Get("job") == "" || u.Query().Get("as_of") != "2015-06-30" {
		t.Fatalf("status %d, location %q", res.StatusCode, to)
	}
	a := finishedJob(t, s, liwan, u.Query().Get("job"))
	if a.State != "done" || a.URL == "" {
		t.Fatalf("%+v", a)
	}
	file, body := get(t, s, a.URL)
	if file.StatusCode != http.StatusOK || !strings.Contains(file.Header.Get("Content-Disposition"), ".docx") {
		t.Fatalf("status %d, %v", file.StatusCode, file.Header)
	}
	z, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	var text string
	for _, f := range z.File {
		if f.Name == "word/document.xml" {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			text = string(b)
		}
	}
	if !strings.Contains(text, "监测简报") || !strings.Contains(text, "500优才累计") || !strings.Contains(text, "演示数据") {
		t.Errorf("the document lacks its text:\n%.500s", text)
	}
	_, page := get(t, s, "/p/liwan-555/reports")
	if !strings.Contains(page, a.URL[:strings.IndexByte(a.URL+"?", '?')]) {
		t.Error("the report is not in the list")
	}
	_, list := get(t, s, "/api/v1/policies/liwan-555/reports")
	check(t, readDescription(t, s), "/api/v1/policies/{policy}/reports", "get", "200", list)
}

func TestReportFaults(t *testing.T) {
	s := server(t)
	for name, c := range map[string]struct {
		values url.Values
		want   string
	}{
		"no department":   {url.Values{"kind": {"supervision"}}, "要指明部门"},
		"unknown kind":    {url.Values{"kind": {"poem"}}, "没有报告种类"},
		"unknown format":  {url.Values{"kind": {"brief"}, "format": {"exe"}}, "没有报告格式"},
		"a bad date":      {url.Values{"kind": {"brief"}, "since": {"soon"}}, "无法识别"},
		"no such kept":    {url.Values{"kind": {"selection"}, "scenario": {"99999"}}, "没有第 99999 号情景"},
		"a file of no id": {nil, "没有第 0 号报告"},
	} {
		if c.values == nil {
			if res, body := get(t, s, "/p/liwan-555/reports/file/x"); res.StatusCode != http.StatusNotFound || !strings.Contains(body, c.want) {
				t.Errorf("%s: status %d", name, res.StatusCode)
			}
			continue
		}
		res := submitted(t, s, "/p/liwan-555/reports", c.values)
		body, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode < 400 || !strings.Contains(string(body), c.want) {
			t.Errorf("%s: status %d, no %q", name, res.StatusCode, c.want)
		}
	}
	if res, _ := get(t, s, "/api/v1/policies/liwan-555/reports/jobs/none"); res.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown job: status %d", res.StatusCode)
	}
}

func TestReportByTheAPI(t *testing.T) {
	s := server(t)
	doc := readDescription(t, s)
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, "/api/v1/policies/liwan-555/reports?lang=en", bytes.NewBufferString(`{"kind":"supervision","department":"rsj","format":"md"}`))
	r.Header.Set("Content-Type", "application/json")
	s.ServeHTTP(w, r)
	check(t, doc, "/api/v1/policies/{policy}/reports", "post", "202", w.Body.String())
	var a jobAnswer
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || w.Code != http.StatusAccepted {
		t.Fatal(err, w.Code, w.Body)
	}
	es := events(t, s, "/api/v1/policies/liwan-555/reports/jobs/"+a.Job+"?lang=en")
	last := es[len(es)-1]
	if err := json.Unmarshal([]byte(last.data), &a); err != nil || last.name != "done" || a.State != "done" {
		t.Fatalf("%s %s (%v)", last.name, last.data, err)
	}
	_, text := get(t, s, a.URL)
	if hasHan(text) || !strings.Contains(text, "Bureau") {
		t.Errorf("the notice in English:\n%.600s", text)
	}
}

// TestPreviewKeepsTheView: who may only look sends the form for a look, and the address
// that it makes keeps language, date and levers and holds no token.
func TestPreviewKeepsTheView(t *testing.T) {
	g := guardOn(t, scratch(t), access.Auditor, access.Planner)
	const view = "?as_of=2015-06-30&lang=en&levers=intake%3Atimes%3D1.3"
	for _, who := range []string{"auditor", "planner"} {
		v := g.enter(t, who)
		_, body := v.get(t, "/p/liwan-555/reports"+view)
		form := between(body, `<form method="get" action="/p/liwan-555/reports" class="report">`, "</form>")
		if makes := strings.Contains(form, `formmethod="post"`); makes != (who == "planner") || makes != strings.Contains(form, v.token) {
			t.Errorf("%s: the button that has it written is %v\n%s", who, makes, form)
		}
		wants(t, who, form, `name="lang" value="en"`, `name="as_of" value="2015-06-30"`, `name="levers" value="intake:times=1.3"`, `name="preview" value="1"`)
		res, body := v.get(t, "/p/liwan-555/reports"+view+"&kind=brief&organ=Office&preview=1")
		if res.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d %s", who, res.StatusCode, text(body))
		}
		frame, err := url.Parse(html.UnescapeString(between(body, `<iframe src="`, `"`)))
		if q := frame.Query(); err != nil || q.Get("as_of") != "2015-06-30" || q.Get("lang") != "en" || q.Get("levers") != "intake:times=1.3" || q.Has("csrf") {
			t.Errorf("%s: the frame shows %s", who, frame)
		}
		if res, _ := v.get(t, "/p/liwan-555/reports?preview=1&kind=supervision"); res.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: a notice to nobody is previewed: %d", who, res.StatusCode)
		}
	}
	v := g.enter(t, "planner")
	if res, _ := v.post(t, "/p/liwan-555/reports"+view, url.Values{"kind": {"brief"}, "format": {"md"}, "lang": {"en"}}); res.StatusCode != http.StatusSeeOther {
		t.Errorf("the report: %d", res.StatusCode)
	}
}

func TestReportPreviewIsBoxedIn(t *testing.T) {
	s := server(t)
	res, body := get(t, s, "/p/liwan-555/reports/preview?kind=brief")
	if res.StatusCode != http.StatusOK || !strings.Contains(body, "监测简报") {
		t.Fatalf("status %d", res.StatusCode)
	}
	policy := res.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || !strings.Contains(policy, "sandbox") || strings.Contains(policy, "script-src") {
		t.Errorf("policy %q", policy)
	}
}

func TestBrowserReport(t *testing.T) {
	b := open(t, server(t))
	b.visit("/p/liwan-555/reports?as_of=2015-06-30", 1366, 900)
	b.until(`document.querySelector("[data-of=supervision]").hidden`)
	b.press(`[value=supervision]`)
	b.until(`!document.querySelector("[data-of=supervision]").hidden`)
	b.press(`[value=brief]`)
	b.set("[name=format]", "pdf", "change")
	b.do(chromedp.Click(chromedp.CSS(".report .buttons button")))
	b.until(`document.querySelector("#job [data-file]")?.getAttribute("href")?.includes("/reports/file/")`)
	b.visit("/p/liwan-555/reports?preview=1&kind=evaluation&as_of=2015-06-30", 1366, 900)
	b.until(`document.querySelector(".preview iframe")`)
	b.clean()
}
