package alert

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"talentcast/analytics"
	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/cmd/talentcast/internal/schedule"
	"talentcast/datasets"
	"talentcast/ingest"
)

// receiver stands for the three rooms and a plain address: the first answer is an
// error of the server, the second a refusal within a 200, then it is well.
type receiver struct {
	*httptest.Server
	got map[string][]string // bodies by path
	url map[string][]string // queries by path
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{got: map[string][]string{}, url: map[string][]string{}}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		b, _ := io.ReadAll(q.Body)
		r.got[q.URL.Path] = append(r.got[q.URL.Path], string(b))
		r.url[q.URL.Path] = append(r.url[q.URL.Path], q.URL.RawQuery)
		switch n := len(r.got[q.URL.Path]); {
		case n == 1:
			w.WriteHeader(http.StatusBadGateway)
		case n == 2 && q.URL.Path == "/feishu":
			_, _ = io.WriteString(w, `{"code":19021,"msg":"sign match fail"}`)
		case n == 2:
			_, _ = io.WriteString(w, `{"errcode":310000,"errmsg":"keywords not in content"}`)
		default:
			_, _ = io.WriteString(w, `{"errcode":0,"code":0}`)
		}
	}))
	t.Cleanup(r.Close)
	return r
}

func fund(file string, amounts ...string) string {
	var b strings.Builder
	b.WriteString("凭证号,日期,环节,资金来源,用途,金额（元）\n")
	for i, a := range amounts {
		b.WriteString(file + "-" + string(rune('a'+i)) + ",2013-0" + string(rune('1'+i)) + "-05,到位,财政,人才发展专项资金," + a + "\n")
	}
	return b.String()
}

func TestAlertsGoOut(t *testing.T) {
	now := analytics.Date(2015, 7, 1)
	r := newReceiver(t)
	env := map[string]string{"DING": "SECabc", "FEISHU": "xyz"}
	c, err := Read(strings.NewReader(`
webhooks:
  - {name: 钉钉, kind: dingtalk, url: "`+r.URL+`/dingtalk?access_token=t0k", secret_env: DING}
  - {name: 企业微信, kind: wecom, url: "`+r.URL+`/wecom"}
  - {name: 飞书, kind: feishu, url: "`+r.URL+`/feishu", secret_env: FEISHU}
  - {name: 其他, kind: plain, url: "`+r.URL+`/plain"}
`), func(k string) string { return env[k] })
	if err != nil {
		t.Fatal(err)
	}
	s, err := datasets.Open(t.Context(), datasets.Config{Path: filepath.Join(t.TempDir(), "a.duckdb"), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ps, err := datasets.ShippedPolicies()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.PutPolicy(t.Context(), ps[0]); err != nil {
		t.Fatal(err)
	}
	svc, err := outlook.New(s, outlook.Config{Paths: 200, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	w := &Watcher{Store: s, Outlooks: svc, Config: c, Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)}
	once := func() {
		t.Helper()
		if err := w.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	began, ended := map[string]int{}, map[bool]int{}
	w.Begin = func(_, channel string, alerts int) (func(error) error, error) {
		began[channel] += alerts
		return func(err error) error { ended[err == nil]++; return nil }, nil
	}
	once() // no data: nothing to see
	load(t, s, ps[0], "one", fund("a", "100000", "100000", "100000", "100000", "100000", "100000"))
	once()
	if a, _ := s.Alerts(t.Context(), ps[0].ID, 9); len(a) != 0 {
		t.Fatalf("the first look told %+v", a)
	}
	// A light that was another one when it was last seen.
	seen, err := s.Seen(t.Context(), ps[0].ID)
	if err != nil || seen["G-02"] == "" {
		t.Fatalf("%v, %v", seen, err)
	}
	seen["G-02"], seen["G-01"] = "on_track", "tracked"
	if err := s.Raise(t.Context(), ps[0].ID, seen, nil, nil); err != nil {
		t.Fatal(err)
	}
	load(t, s, ps[0], "two", fund("b", "1"))
	once()
	all, err := s.Alerts(t.Context(), ps[0].ID, 9)
	if err != nil || len(all) != 1 || all[0].Subject != "G-02" || !strings.Contains(all[0].TextZh, "5亿元") || !strings.Contains(all[0].TextZh, "绿灯") {
		t.Fatalf("%+v, %v", all, err)
	}
	for range 4 { // refused, refused within, taken, and then nothing more
		now = now.Add(time.Hour)
		once()
	}
	for path, n := range map[string]int{"/dingtalk": 3, "/wecom": 3, "/feishu": 3, "/plain": 3} {
		if len(r.got[path]) != n {
			t.Errorf("%s was asked %d times, want %d", path, len(r.got[path]), n)
			continue
		}
		var b map[string]any
		if err := json.Unmarshal([]byte(r.got[path][2]), &b); err != nil || !strings.Contains(r.got[path][2], "5亿元") {
			t.Errorf("%s got %s, %v", path, r.got[path][2], err)
		}
		switch path {
		case "/dingtalk":
			if b["msgtype"] != "markdown" || !strings.Contains(r.url[path][2], "access_token=t0k") || !strings.Contains(r.url[path][2], "sign=") || !strings.Contains(r.url[path][2], "timestamp=1435") {
				t.Errorf("%s %s", r.url[path][2], r.got[path][2])
			}
		case "/feishu":
			if b["msg_type"] != "text" || b["sign"] == nil || b["timestamp"] == nil {
				t.Errorf("%s", r.got[path][2])
			}
		}
	}
	if len(began) != 4 || ended[false] != 8 || ended[true] != 4 { // of four channels, two refusals each
		t.Errorf("written down before %v and after %v", began, ended)
	}
	if all, err = s.Alerts(t.Context(), ps[0].ID, 9); err != nil || strings.Count(all[0].Sent, "√") != 4 {
		t.Errorf("%+v, %v", all, err)
	}
}

// TestOverdueIsToldOnce: a delivery that fell due is told of when its grace is over,
// and not again the day after.
func TestOverdueIsToldOnce(t *testing.T) {
	now := analytics.Date(2013, 7, 1)
	s, err := datasets.Open(t.Context(), datasets.Config{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ps, err := datasets.ShippedPolicies()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.PutPolicy(t.Context(), ps[0]); err != nil {
		t.Fatal(err)
	}
	load(t, s, ps[0], "one", fund("a", "1", "1", "1", "1", "1", "1"))
	svc, err := outlook.New(s, outlook.Config{Paths: 200, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	w := &Watcher{Store: s, Outlooks: svc, Grace: 10, Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)}
	told := 0
	for range 8 {
		if err := w.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
		all, err := s.Alerts(t.Context(), ps[0].ID, 99)
		if err != nil {
			t.Fatal(err)
		}
		told = 0
		for _, a := range all {
			if a.Kind == "overdue" {
				told++
			}
		}
		now = now.AddDate(0, 0, 20)
	}
	if told != 1 {
		t.Errorf("told %d times that data are overdue, want once", told)
	}
}

func TestRead(t *testing.T) {
	for name, text := range map[string]string{
		"lang": "lang: fr", "mail without host": "to: [a@b.cn]", "kind": "webhooks: [{kind: irc, url: 'https://x'}]", "url": "webhooks: [{kind: plain, url: 'file:///etc/passwd'}]",
		"twice": "webhooks: [{name: a, kind: plain, url: 'http://x'}, {name: a, kind: plain, url: 'http://y'}]", "no secret": "webhooks: [{kind: plain, url: 'http://x', secret_env: NOPE}]",
		"unknown": "webhook: []", "torn": "webhooks: [", "large": "lang: " + strings.Repeat("z", 70_000),
	} {
		if _, err := Read(strings.NewReader(text), func(string) string { return "" }); fault.As(err) == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	torn := "webhooks:\n  - {kind: plain, url: 'http://x/?key=hunter2'\nlang: [zh\nto: hunter2\n"
	if _, err := Read(strings.NewReader(torn), os.Getenv); fault.As(err) == nil || strings.Contains(err.Error(), "hunter") {
		t.Errorf("a torn file is told as %v", err)
	}
	c, err := Read(strings.NewReader("\ufeffmail: {host: smtp.example, from: a@b.cn}\nto: [c@d.cn]"), func(string) string { return "" })
	if err != nil || len(c.channels()) != 1 || c.Mail != (schedule.Mail{Host: "smtp.example", From: "a@b.cn"}) {
		t.Errorf("%+v, %v", c, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add("webhooks: [{kind: plain, url: 'http://x'}]")
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := Read(strings.NewReader(text), func(string) string { return "" }); err != nil && fault.As(err) == nil {
			t.Errorf("no fault: %v", err)
		}
	})
}

func load(t *testing.T, s *datasets.Store, p datasets.Policy, name, text string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), name+".csv")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := ingest.File(t.Context(), s, file, ingest.Options{Policy: p, Now: analytics.Date(2013, 6, 30), Key: make([]byte, 32)})
	if err != nil || r.Loaded == 0 {
		t.Fatalf("%+v, %v", r, err)
	}
}
