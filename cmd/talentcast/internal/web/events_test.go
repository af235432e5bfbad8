package web

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// event is one server-sent event.
type event struct{ name, data string }

// events reads a stream to its end.
func events(t *testing.T, s http.Handler, address string) []event {
	t.Helper()
	srv := httptest.NewServer(s)
	defer srv.Close()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, srv.URL+address, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "text/event-stream")
	res, err := srv.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if k := res.Header.Get("Content-Type"); !strings.HasPrefix(k, "text/event-stream") {
		t.Fatalf("status %d, content type %q", res.StatusCode, k)
	}
	var out []event
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 8<<20)
	var e event
	for lines.Scan() {
		switch line := lines.Text(); {
		case strings.HasPrefix(line, "event: "):
			e.name = line[len("event: "):]
		case strings.HasPrefix(line, "data: "):
			e.data = line[len("data: "):]
		case line == "":
			out = append(out, e)
			e = event{}
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestHistoryAsEvents(t *testing.T) {
	s := scratch(t)
	policy, err := s.store.Policy(t.Context(), "cn-rd")
	if err != nil {
		t.Fatal(err)
	}
	if err := loadSamples(t.Context(), s.store, policy); err != nil {
		t.Fatal(err)
	}
	es := events(t, s, "/api/v1/policies/cn-rd/targets/cn-rd-2020/history?as_of=2018-12-31")
	if len(es) < 2 {
		t.Fatalf("%d events", len(es))
	}
	for i, e := range es {
		want, state := "progress", "running"
		if i == len(es)-1 {
			want, state = "done", "done"
		}
		var a struct{ State, Text string }
		if err := json.Unmarshal([]byte(e.data), &a); err != nil {
			t.Fatal(err)
		}
		if e.name != want || a.State != state || a.Text == "" {
			t.Errorf("event %d: %s, state %q, %q", i, e.name, a.State, a.Text)
		}
		if i > 0 && e.data == es[i-1].data {
			t.Errorf("event %d says the same again", i)
		}
	}
}
