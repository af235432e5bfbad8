package alert

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"talentcast/analytics"
	"talentcast/datasets"
)

// TestLongMessagesAreCut: a room that refuses what is too long gets as much as it
// takes, in whole lines, and is told that there is more.
func TestLongMessagesAreCut(t *testing.T) {
	for kind, most := range map[string]int{"wecom": 4096, "dingtalk": 20_000, "feishu": 20_000} {
		for name, c := range map[string]struct {
			lines []string
			lang  string
			rest  string // what the last line says
		}{
			"few":         {lines: repeated(3, 80), lang: "zh"},
			"many":        {lines: repeated(400, 80), lang: "zh", rest: "条，见提醒页"},
			"many in en":  {lines: repeated(400, 80), lang: "en", rest: "more: see the page of alerts"},
			"one, long":   {lines: repeated(1, 9000), lang: "zh"},
			"quotes":      {lines: repeated(2, 9000, `"<&`), lang: "zh", rest: "另有1条"},
			"all of them": {lines: slices.Concat(repeated(1, 9000), repeated(50, 80)), lang: "zh", rest: "另有50条"},
		} {
			t.Run(kind+" "+name, func(t *testing.T) {
				var body []byte
				srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					body, _ = io.ReadAll(r.Body)
					_, _ = io.WriteString(w, `{"errcode":0,"code":0}`)
				}))
				defer srv.Close()
				m := message{lang: c.lang, title: "提醒", lines: c.lines}
				if err := (Webhook{Kind: kind, URL: srv.URL}).post(t.Context(), srv.Client(), analytics.Date(2015, 7, 1), m); err != nil {
					t.Fatal(err)
				}
				text := sent(t, body)
				if kind == "wecom" && len(text) > most || len(body) > 20_000 || !utf8.ValidString(text) {
					t.Errorf("%d bytes of text in %d, want %d at most", len(text), len(body), most)
				}
				last := text[strings.LastIndex(text, "\n")+1:]
				if c.rest == "" && strings.Contains(last, "提醒页") || !strings.Contains(last, c.rest) {
					t.Errorf("ends with %q, want %q", last, c.rest)
				}
				if c.rest != "" && strings.Contains(name, "many") && len(text) < most/2 {
					t.Errorf("%d bytes only", len(text))
				}
			})
		}
	}
}

func repeated(n, runes int, of ...string) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = strings.Repeat(append(of, "才")[0], runes)
	}
	return out
}

func sent(t *testing.T, body []byte) string {
	t.Helper()
	var b struct {
		Markdown struct{ Content, Text string }
		Content  struct{ Text string }
	}
	if err := json.Unmarshal(body, &b); err != nil {
		t.Fatal(err)
	}
	return b.Markdown.Content + b.Markdown.Text + b.Content.Text
}

// TestAnswers: only what a room says itself counts as delivered.
func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		kind, said string
		taken      bool
	}{
		{"dingtalk", `{"errcode":0,"errmsg":"ok"}`, true},
		{"dingtalk", `{"errcode":"0"}`, true},
		{"dingtalk", `{"errcode":310000,"errmsg":"keywords not in content"}`, false},
		{"dingtalk", `{"errcode":"310000"}`, false},
		{"dingtalk", `{"code":0}`, false},
		{"dingtalk", `<html>sign in to the network</html>`, false},
		{"wecom", `{"errcode":0}`, true},
		{"wecom", `{"errcode":93000}`, false},
		{"wecom", `{}`, false},
		{"wecom", ``, false},
		{"feishu", `{"StatusCode":0,"StatusMessage":"success","code":0,"msg":"success"}`, true},
		{"feishu", `{"code":0}`, true},
		{"feishu", `{"StatusCode":0}`, true},
		{"feishu", `{"code":"19021","msg":"sign match fail"}`, false},
		{"feishu", `{"StatusCode":0,"code":9499}`, false},
		{"feishu", `{"errcode":0}`, false},
		{"feishu", `null`, false},
		{"feishu", `{"code":{}}`, false},
		{"plain", ``, true},
		{"plain", `ok`, true},
		{"plain", `{"errcode":1}`, false},
	} {
		if err := (Webhook{Kind: c.kind}).accepted([]byte(c.said)); (err == nil) != c.taken {
			t.Errorf("%s answers %q: %v", c.kind, c.said, err)
		}
	}
}

// TestEveryPromisedTry: after the first try there are six more, with the pauses that
// are documented, and then no other.
func TestEveryPromisedTry(t *testing.T) {
	began := analytics.Date(2015, 7, 1)
	now := began
	var at []string
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		at = append(at, now.Sub(began).String())
		_, _ = io.WriteString(w, "not the room")
	}))
	defer srv.Close()
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
	if err := s.Raise(t.Context(), ps[0].ID, nil, []datasets.Alert{{Kind: "light", Subject: "G-02", TextZh: "变红"}}, []string{"room"}); err != nil {
		t.Fatal(err)
	}
	w := &Watcher{Store: s, Config: Config{Webhooks: []Webhook{{Name: "room", Kind: "wecom", URL: srv.URL}}}, Now: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)}
	for range 900 { // a step every ten seconds of the first minutes, then every ten minutes
		if err := w.deliver(t.Context()); err != nil {
			t.Fatal(err)
		}
		if now.Sub(began) < 20*time.Minute {
			now = now.Add(10 * time.Second)
		} else {
			now = now.Add(10 * time.Minute)
		}
	}
	if want := "[0s 10s 1m10s 11m10s"; !strings.HasPrefix(fmt.Sprint(at), want) || len(at) != 1+6 {
		t.Errorf("tried at %v, want seven times", at)
	}
}
