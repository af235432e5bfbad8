package web

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestLongLoadsOutlastTheTimeout: a file that takes longer to come than a page may
// take is loaded all the same, and its receipt arrives.
func TestLongLoadsOutlastTheTimeout(t *testing.T) {
	s := scratch(t)
	srv := httptest.NewUnstartedServer(s)
	srv.Config.ReadTimeout, srv.Config.WriteTimeout = 500*time.Millisecond, 500*time.Millisecond
	srv.Start()
	defer srv.Close()
	body, w := io.Pipe()
	go func() {
		_, _ = io.WriteString(w, "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f.csv\"\r\n\r\n凭证号,日期,环节,资金来源,用途,金额（元）\r\n")
		time.Sleep(1500 * time.Millisecond)
		_, _ = io.WriteString(w, "PZ-1,2013-02-03,到位,财政,人才发展专项资金,1000\r\n\r\n--b--\r\n")
		_ = w.Close()
	}()
	res, err := http.Post(srv.URL+"/api/v1/policies/"+liwan+"/batches", "multipart/form-data; boundary=b", body) //nolint:noctx // the test's own server
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusCreated || !strings.Contains(string(text), `"loaded":1`) {
		t.Fatalf("%s %s %v", res.Status, text, err)
	}
}
