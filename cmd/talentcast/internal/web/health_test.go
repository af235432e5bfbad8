package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"talentcast/analytics/outlook"
)

func TestHealthPage(t *testing.T) {
	s := server(t)
	res, body := get(t, s, "/p/liwan-555/health")
	if res.StatusCode != http.StatusOK {
		t.Fatalf("status %d", res.StatusCode)
	}
	for _, w := range []string{"数据质量", "区民政局", "逾期未报", "4周内", "谁还欠什么", "校验位", "专家顾问制度"} {
		if !strings.Contains(body, w) {
			t.Errorf("%q is not on the page\n%s", w, text(body))
		}
	}
	if res, _ = get(t, s, "/p/none/health"); res.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown policy: status %d", res.StatusCode)
	}
	if res, _ = get(t, s, "/p/liwan-555/health?as_of=never"); res.StatusCode != http.StatusBadRequest {
		t.Errorf("no date: status %d", res.StatusCode)
	}
}

// Earlier days know less, and shares known never fall with time.
func TestHealthByDate(t *testing.T) {
	s := server(t)
	rows := func(asOf string) (n int) {
		t.Helper()
		_, body := get(t, s, "/api/v1/policies/liwan-555/health?as_of="+asOf)
		var h outlook.Health
		if err := json.Unmarshal([]byte(body), &h); err != nil {
			t.Fatal(err)
		}
		for _, d := range h.Deliveries {
			n += d.Rows
			last := 0.0
			for _, r := range d.Registered {
				if r.Share < last || r.Share > 1 {
					t.Errorf("%s %s: shares %v", d.Dept, d.Kind, d.Registered)
				}
				last = r.Share
			}
			if d.Since < 0 {
				t.Errorf("%s %s was registered after the as-of date", d.Dept, d.Kind)
			}
		}
		return n
	}
	if early, late := rows("2013-12-31"), rows("2015-06-30"); early == 0 || early >= late {
		t.Errorf("%d rows at first, %d at last", early, late)
	}
}
