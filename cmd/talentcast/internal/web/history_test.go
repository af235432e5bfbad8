package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
)

// finished asks until the history is there.
func finished(t *testing.T, s http.Handler, address string) string {
	t.Helper()
	for range 600 {
		res, body := get(t, s, address)
		switch res.StatusCode {
		case http.StatusOK:
			return body
		case http.StatusAccepted:
			time.Sleep(100 * time.Millisecond)
		default:
			t.Fatalf("status %d: %s", res.StatusCode, body)
		}
	}
	t.Fatalf("%s is never finished", address)
	return ""
}

func TestHistoryOfATarget(t *testing.T) {
	s := scratch(t)
	policy, err := s.store.Policy(t.Context(), "cn-rd")
	if err != nil {
		t.Fatal(err)
	}
	if err := loadSamples(t.Context(), s.store, policy); err != nil {
		t.Fatal(err)
	}
	doc := readDescription(t, s)
	const path, address = "/api/v1/policies/{policy}/targets/{target}/history", "/api/v1/policies/cn-rd/targets/cn-rd-2020/history?as_of=2018-12-31"
	// A file that is asked for too early says so, and sets the work going.
	if res, body := get(t, s, "/p/cn-rd/t/cn-rd-2020/chart/odds.svg?as_of=2018-12-31"); res.StatusCode != http.StatusServiceUnavailable || !strings.Contains(body, "正在计算") {
		t.Errorf("status %d: %s", res.StatusCode, text(body))
	}
	res, body := get(t, s, address)
	if res.StatusCode == http.StatusAccepted {
		check(t, doc, path, "get", "202", body)
	}
	if res.Header.Get("Cache-Control") != "no-store" {
		t.Error("an answer that changes may be kept")
	}
	body = finished(t, s, address)
	check(t, doc, path, "get", "200", body)
	var a struct {
		Text  string
		Score struct {
			Events int
			Mean   *float64
		}
		Given []struct{ Origin string }
		Chart struct{ Alt string }
		Table struct {
			Columns []string
			Rows    [][]string
		}
	}
	if err := json.Unmarshal([]byte(body), &a); err != nil {
		t.Fatal(err)
	}
	if a.Score.Events < 50 || a.Score.Mean == nil || !strings.Contains(a.Text, "个预测事件") || !strings.Contains(a.Text, "80%区间覆盖") {
		t.Errorf("%d events, %q", a.Score.Events, a.Text)
	}
	// The window opens in 2006, so that the end of 2005 is the first origin.
	if len(a.Given) != 13 || a.Given[0].Origin != "2005-12-31" || !strings.Contains(a.Chart.Alt, "2020年底前完成") {
		t.Errorf("%d probabilities from %+v: %q", len(a.Given), a.Given[0], a.Chart.Alt)
	}
	for _, row := range a.Table.Rows {
		if len(row) != len(a.Table.Columns) {
			t.Errorf("row %v under %v", row, a.Table.Columns)
		}
	}
	if en := finished(t, s, address+"&lang=en"); !strings.Contains(en, `"text":"`) || hasHan(between(en, `"text":"`, `"`)) || hasHan(between(en, `"columns":[`, `]`)) {
		t.Errorf("in English: %s", between(en, `"text":"`, `"`))
	}
	for _, file := range []string{"chart/odds.svg", "chart/odds.json", "table/history.csv", "table/history.xlsx"} {
		if res, body := get(t, s, "/p/cn-rd/t/cn-rd-2020/"+file+"?as_of=2018-12-31"); res.StatusCode != http.StatusOK || len(body) < 200 {
			t.Errorf("%s: status %d, %d bytes", file, res.StatusCode, len(body))
		}
	}
	if res, _ := get(t, s, "/p/cn-rd/t/cn-rd-intensity/chart/odds.svg?as_of=2018-12-31"); res.StatusCode != http.StatusNotFound {
		t.Errorf("odds of a series without a goal: status %d", res.StatusCode)
	}
}

func between(s, from, to string) string {
	_, s, _ = strings.Cut(s, from)
	s, _, _ = strings.Cut(s, to)
	return s
}

func TestHistoryFaults(t *testing.T) {
	s := server(t)
	doc := readDescription(t, s)
	for address, code := range map[string]int{
		"/api/v1/policies/nowhere/targets/G-01/history":                     404,
		"/api/v1/policies/liwan-555/targets/ZZ/history":                     404,
		"/api/v1/policies/liwan-555/targets/G-01/history?as_of=soon":        400,
		"/api/v1/policies/liwan-555/targets/G-01/history?as_of=2999-01-01":  400,
		"/p/liwan-555/t/ZZ/table/history.csv":                               404,
		"/api/v1/policies/liwan-555/targets/G-01/history?as_of=1999-01-01":  400,
		"/api/v1/policies/en-health-visitors/targets/nothing-there/history": 404,
	} {
		res, body := get(t, s, address)
		if res.StatusCode != code {
			t.Errorf("%s: status %d, want %d", address, res.StatusCode, code)
			continue
		}
		if strings.HasPrefix(address, "/api") {
			checkError(t, doc, body)
		}
	}
}

// The work is bounded, a failure is told once, and a closed server works on
// nothing.
func TestHistoriesAreBounded(t *testing.T) {
	s := scratch(t)
	hs := newHistories(s.cfg.Outlooks)
	hs.turn <- struct{}{} // nobody's turn comes
	day := time.Date(2020, 1, 31, 0, 0, 0, 0, time.UTC)
	for i := range historyJobs {
		q := outlook.Query{Policy: "cn-rd", AsOf: day.AddDate(0, 0, i)}
		for range 2 { // asking twice is one job
			if h, _, err := hs.get(t.Context(), q); h != nil || err != nil {
				t.Fatalf("job %d: %v %v", i, h, err)
			}
		}
	}
	if _, _, err := hs.get(t.Context(), outlook.Query{Policy: "cn-rd", AsOf: day.AddDate(1, 0, 0)}); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a job too many: %v", err)
	}
	hs.close()
	failing := newHistories(s.cfg.Outlooks)
	defer failing.close()
	_, key, err := s.cfg.Outlooks.HistoryKept(t.Context(), outlook.Query{Policy: "cn-rd", AsOf: day}, historyOptions())
	if err != nil {
		t.Fatal(err)
	}
	boom := errors.New("the store is gone")
	failing.jobs[key] = &historyJob{err: boom}
	if _, _, err := failing.get(t.Context(), outlook.Query{Policy: "cn-rd", AsOf: day}); !errors.Is(err, boom) {
		t.Errorf("the failure is lost: %v", err)
	}
	if _, _, err := failing.get(t.Context(), outlook.Query{Policy: "cn-rd", AsOf: day}); err != nil {
		t.Errorf("after a failure it is not tried again: %v", err)
	}
}

func TestBrowserHistory(t *testing.T) {
	s := server(t)
	b := open(t, s)
	const shown = `document.querySelector("#history").dataset.state === "done" && document.querySelector("#chart-odds canvas")`
	address := "/p/cn-rd/t/cn-rd-2020?as_of=2018-12-31"
	if os.Getenv("TALENTCAST_SCREENSHOTS") != "" { // the larger policy makes the better picture
		finished(t, s, "/api/v1/policies/liwan-555/targets/G-01/history?as_of=2015-06-30")
		address = "/p/liwan-555/t/G-01?as_of=2015-06-30"
	}
	for _, width := range []int64{1366, 375} {
		b.visit(address, width, 900)
		b.eval(`document.querySelector("#history").scrollIntoView({behavior: "instant"})`)
		b.until(shown)
		if said := b.text("#history .said"); !strings.Contains(said, "个时点") || !strings.Contains(said, "80%区间覆盖") {
			t.Errorf("the history says %q", said)
		}
		if rows, _ := strconv.Atoi(b.eval(`document.querySelectorAll("#history tbody tr").length`)); rows < 4 {
			t.Errorf("%d rows: all, and each horizon", rows)
		}
		if over, _ := strconv.Atoi(b.eval(`document.documentElement.scrollWidth - innerWidth`)); over > 0 {
			t.Errorf("%d px too wide at %d", over, width)
		}
		b.until(allDrawn) // what is drawn late moves what is below
		b.eval(`document.querySelector("#history").scrollIntoView({behavior: "instant"})`)
		b.shot(fmt.Sprintf("history-%d", width), false)
	}
	b.clean()
}
