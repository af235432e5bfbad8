package web

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// healthAnswer is what the tests read of the API's answer.
type healthAnswer struct {
	AsOf       string `json:"as_of"`
	Deliveries []struct {
		Dept       string `json:"department"`
		Kind       string `json:"kind"`
		Rows       int    `json:"rows"`
		Known      string `json:"last_known"`
		Overdue    int    `json:"overdue_days"`
		Registered []struct {
			Share float64 `json:"share"`
		} `json:"registered"`
	} `json:"deliveries"`
}

func healthOf(t *testing.T, s *fixture, address string) (h healthAnswer) {
	t.Helper()
	_, body := get(t, s, address)
	if err := json.Unmarshal([]byte(body), &h); err != nil {
		t.Fatalf("%v\n%s", err, body)
	}
	return h
}

func TestHealthPage(t *testing.T) {
	s := server(t)
	res, body := get(t, s, "/p/liwan-555/health")
	if res.StatusCode != http.StatusOK {
		t.Fatalf("status %d", res.StatusCode)
	}
	for _, w := range []string{"数据健康", "演示数据", "区民政局", "逾期未报", "预测按各目标以往的时滞", "4周内", "谁还欠什么", "校验位", "专家顾问制度", "/health/table/overdue.xlsx"} {
		if !strings.Contains(body, w) {
			t.Errorf("%q is not on the page\n%s", w, text(body))
		}
	}
	for address, code := range map[string]int{
		"/p/none/health": http.StatusNotFound, "/p/liwan-555/health?as_of=never": http.StatusBadRequest,
		"/p/liwan-555/health/table/none.csv": http.StatusNotFound, "/p/liwan-555/health/table/overdue.doc": http.StatusNotFound,
		"/p/liwan-555/health/rows?kind=none": http.StatusBadRequest,
	} {
		if res, _ := get(t, s, address); res.StatusCode != code {
			t.Errorf("%s: status %d, want %d", address, res.StatusCode, code)
		}
	}
}

func TestHealthPageWithoutData(t *testing.T) {
	s := scratch(t)
	res, body := get(t, s, "/p/liwan-555/health")
	if res.StatusCode != http.StatusOK || !strings.Contains(body, "还没有数据") || strings.Contains(body, "演示数据") {
		t.Errorf("status %d\n%s", res.StatusCode, text(body))
	}
	if _, body = get(t, s, "/p/liwan-555/health/table/deliveries.csv"); !strings.Contains(body, "部门") {
		t.Errorf("table %s", body)
	}
}

// Of real data what is due goes by the calendar: silence makes it overdue.
func TestHealthGoesByTheCalendar(t *testing.T) {
	h := healthOf(t, server(t), "/api/v1/policies/cn-rd/health")
	if h.AsOf != now().Format("2006-01-02") || len(h.Deliveries) != 1 || h.Deliveries[0].Overdue < 365 {
		t.Errorf("%+v", h)
	}
	h = healthOf(t, server(t), "/api/v1/policies/cn-rd/health?as_of=2024-06-30")
	if h.Deliveries[0].Overdue != 0 {
		t.Errorf("half a year after the last figure: %+v", h.Deliveries)
	}
}

// Earlier days know less, and shares known never fall with time.
func TestHealthByDate(t *testing.T) {
	s := server(t)
	rows := func(asOf string) (n int) {
		t.Helper()
		for _, d := range healthOf(t, s, "/api/v1/policies/liwan-555/health?as_of="+asOf).Deliveries {
			n += d.Rows
			last := 0.0
			for _, r := range d.Registered {
				if r.Share < last || r.Share > 1 {
					t.Errorf("%s %s: shares %v", d.Dept, d.Kind, d.Registered)
				}
				last = r.Share
			}
			if d.Known > asOf {
				t.Errorf("%s %s was registered after the as-of date", d.Dept, d.Kind)
			}
		}
		return n
	}
	if early, late := rows("2013-12-31"), rows("2015-06-30"); early == 0 || early >= late {
		t.Errorf("%d rows at first, %d at last", early, late)
	}
}

// The number of rows of a delivery leads to just as many rows, each with its
// file and row.
func TestHealthOpensToRows(t *testing.T) {
	s := server(t)
	total := regexp.MustCompile(`共 ?([\d,]+)`)
	for _, d := range healthOf(t, s, "/api/v1/policies/liwan-555/health").Deliveries {
		_, body := get(t, s, "/p/liwan-555/health/rows?department="+d.Dept+"&kind="+d.Kind)
		m := total.FindStringSubmatch(text(body))
		if m == nil || strings.ReplaceAll(m[1], ",", "") != strconv.Itoa(d.Rows) {
			t.Fatalf("%s %s: %v, want %d rows\n%s", d.Dept, d.Kind, m, d.Rows, text(body))
		}
		if !strings.Contains(body, "演示数据_") || !strings.Contains(body, "#receipt") {
			t.Errorf("%s %s: a row does not lead to its file", d.Dept, d.Kind)
		}
	}
}

func TestHealthTables(t *testing.T) {
	s := server(t)
	for name, want := range map[string]string{"deliveries": "区民政局", "months": "2015-06", "overdue": "逾期天数", "missing": "专家顾问制度", "refused": "校验位"} {
		res, body := get(t, s, "/p/liwan-555/health/table/"+name+".csv")
		if res.StatusCode != http.StatusOK || !strings.Contains(body, want) || !strings.Contains(body, "演示数据") {
			t.Errorf("%s: %d %.200s", name, res.StatusCode, body)
		}
		if res, body = get(t, s, "/p/liwan-555/health/table/"+name+".xlsx"); res.StatusCode != http.StatusOK || !strings.HasPrefix(body, "PK") {
			t.Errorf("%s.xlsx: %d", name, res.StatusCode)
		}
	}
}
