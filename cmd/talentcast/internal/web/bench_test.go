package web

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// BenchmarkPages answers warm requests for the pages people open most.
func BenchmarkPages(b *testing.B) {
	s, err := shared()
	if err != nil {
		b.Fatal(err)
	}
	for name, address := range map[string]string{
		"overview": "/p/liwan-555", "target": "/p/liwan-555/t/G-01", "scenario": "/p/liwan-555/scenario?intake=1.2",
		"chart": "/api/v1/policies/liwan-555/targets/G-01/charts/fan",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				w := httptest.NewRecorder()
				s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, address, nil))
				if w.Code != http.StatusOK {
					b.Fatalf("status %d", w.Code)
				}
			}
		})
	}
}
