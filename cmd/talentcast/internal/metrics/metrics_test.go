package metrics_test

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"talentcast/cmd/talentcast/internal/metrics"
	"talentcast/datasets"
)

func TestScrape(t *testing.T) {
	data := t.TempDir()
	s, err := datasets.Open(t.Context(), datasets.Config{Path: filepath.Join(data, "talentcast.duckdb")})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	m := metrics.New(s, data, "1.2")
	m.Request("/p/:policy", "GET", 200, 20*time.Millisecond)
	m.Request("/p/:policy", "GET", 200, 30*time.Millisecond)
	m.Request("", "GET", 404, time.Millisecond)
	for _, method := range []string{"MAKEDUP", "get", "X-1", ""} {
		m.Request("", method, 404, time.Millisecond)
	}
	m.Outlook(2 * time.Second)
	m.Wrap(http.NotFoundHandler()).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	srv := httptest.NewServer(m.Handler())
	defer srv.Close()
	res, err := http.Get(srv.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	got, err := parser.TextToMetricFamilies(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"talentcast_requests_total", "talentcast_request_seconds", "talentcast_requests_in_flight", "talentcast_outlook_seconds", "talentcast_build_info", "talentcast_database_bytes", "talentcast_disk_free_bytes", "go_goroutines", "process_resident_memory_bytes"} {
		if got[name] == nil {
			t.Errorf("no %s", name)
		}
	}
	sum, methods := 0.0, map[string]float64{}
	for _, x := range got["talentcast_requests_total"].GetMetric() {
		sum += x.GetCounter().GetValue()
		for _, l := range x.GetLabel() {
			if l.GetName() == "method" {
				methods[l.GetValue()] += x.GetCounter().GetValue()
			}
		}
	}
	if sum != 7 {
		t.Errorf("%g requests, want 7", sum)
	}
	if len(methods) != 2 || methods["GET"] != 3 || methods["other"] != 4 {
		t.Errorf("requests by method %v", methods)
	}
	if n := got["talentcast_requests_in_flight"].GetMetric()[0].GetGauge().GetValue(); n != 0 {
		t.Errorf("%g under way", n)
	}
}
