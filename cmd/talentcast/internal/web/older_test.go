package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"talentcast/analytics/outlook"
	"talentcast/datasets"
	"talentcast/ingest"
)

// gate holds up the reading of flows, and with it every new outlook.
type gate struct {
	*datasets.Store
	open chan struct{}
}

func (g *gate) Flows(ctx context.Context, policy string, known, events time.Time) ([]datasets.Flow, error) {
	<-g.open
	return g.Store.Flows(ctx, policy, known, events)
}

// After a load pages show the results from before, and say so, until the new ones
// are there; programs and exports wait for the new ones.
func TestPagesWhileNewDataAreComputed(t *testing.T) {
	f := scratch(t)
	p, err := f.store.Policy(t.Context(), liwan)
	if err != nil {
		t.Fatal(err)
	}
	if err := loadDemo(t.Context(), f.store, p); err != nil {
		t.Fatal(err)
	}
	g := &gate{f.store, make(chan struct{})}
	close(g.open)
	if f.cfg.Outlooks, err = outlook.New(g, outlook.Config{Now: now, Paths: 500}); err != nil {
		t.Fatal(err)
	}
	f.cfg.Patience = time.Hour
	pages := []string{"/p/liwan-555", "/p/liwan-555?lang=en", "/p/liwan-555/t/G-01", "/p/liwan-555/dept/rsj", "/p/liwan-555/commitments", "/p/liwan-555/wall", "/p/liwan-555/health"}
	each := func(older bool) {
		t.Helper()
		for _, at := range pages {
			res, body := get(t, f, at)
			if res.StatusCode != http.StatusOK || (res.Header.Get(olderHeader) != "") != older || strings.Contains(body, "notice older") != older {
				t.Errorf("%s: %d, %s %q; older %t", at, res.StatusCode, olderHeader, res.Header.Get(olderHeader), older)
			}
		}
	}
	each(false)
	g.open = make(chan struct{})
	f.cfg.Patience = time.Nanosecond
	_, err = ingest.Upload(t.Context(), f.store, "a.csv",
		[]byte("凭证号,日期,环节,资金来源,用途,金额（元）,登记日期,部门\nX-1,2015-06-03,到位,财政,人才发展专项资金,100.00,2015-06-04,区财政局\n"),
		ingest.Options{Policy: p, Kind: datasets.Fund, Key: testKey, Now: now()})
	if err != nil {
		t.Fatal(err)
	}
	f.Warm(liwan)
	each(true)
	head := httptest.NewRecorder()
	f.ServeHTTP(head, httptest.NewRequest(http.MethodHead, pages[0], nil))
	if head.Header().Get(olderHeader) != "1" {
		t.Error("a page's script is not told")
	}
	if _, body := get(t, f, pages[1]); !strings.Contains(body, "being computed anew") {
		t.Error("the English page does not say that it is older")
	}
	waited := make(chan answer)
	go func() {
		res, _ := get(t, f, "/api/v1/policies/liwan-555/outlook")
		waited <- res
	}()
	close(g.open)
	if res := <-waited; res.StatusCode != http.StatusOK || res.Header.Get(olderHeader) != "" {
		t.Errorf("the API: %d, %s %q", res.StatusCode, olderHeader, res.Header.Get(olderHeader))
	}
	f.cfg.Patience = time.Hour
	each(false)
}
