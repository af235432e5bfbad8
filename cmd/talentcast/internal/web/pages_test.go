package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"talentcast/analytics"
)

// answer is what a test looks at besides the body.
type answer struct {
	StatusCode int
	Header     http.Header
}

// get asks the server for an address.
func get(t *testing.T, h http.Handler, address string) (answer, string) {
	t.Helper()
	return send(t, h, httptest.NewRequest(http.MethodGet, address, nil))
}

func send(t *testing.T, h http.Handler, r *http.Request) (answer, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return answer{w.Code, w.Header()}, w.Body.String()
}

func TestPages(t *testing.T) {
	s := server(t)
	batch, file := s.refused(t)
	rows, _, err := s.store.Rows(t.Context(), liwan, "H-01", analytics.Date(2015, 6, 30), 1, 0)
	if err != nil || len(rows) == 0 {
		t.Fatalf("no rows of H-01: %v", err)
	}
	newest := fmt.Sprintf("%s · 第%d行", rows[0].File, rows[0].RowNo)
	if rows[0].Sheet != "" {
		newest = fmt.Sprintf("%s · %s · 第%d行", rows[0].File, rows[0].Sheet, rows[0].RowNo)
	}
	tests := []struct {
		address string
		code    int
		want    []string
	}{
		{"/", 302, nil},
		{"/p/liwan-555", 200, []string{"荔湾区“555”大人才工程", "500优才", "1800社工", "演示数据", "序时进度", "区人力社保局"}},
		{"/p/liwan-555?as_of=2014-06-30", 200, []string{"截至2014年6月30日所知"}},
		{"/p/liwan-555?lang=en", 200, []string{"Demonstration data", "Time elapsed", "Liwan “555” Talent Programme"}},
		{"/p/liwan-555?plan=P07&status=no_data", 200, []string{"清除筛选"}},
		{"/p/liwan-555?q=no+such+target", 200, []string{"没有符合条件的目标"}},
		{"/p/liwan-555?plan=P99", 400, []string{"没有计划“P99”"}},
		{"/p/liwan-555?dept=nobody", 400, []string{"没有部门"}},
		{"/p/liwan-555?status=pink", 400, []string{"没有状态"}},
		{"/p/liwan-555?as_of=30.6.2015", 400, []string{"截至日期“30.6.2015”无法识别", "2015-06-30"}},
		{"/p/liwan-555?as_of=2030-01-01", 400, []string{"之后"}},
		{"/p/liwan-555?as_of=1999-01-01", 400, []string{"早于最早的数据"}},
		{"/p/nowhere", 404, []string{"liwan-555", "cn-rd"}},
		{"/p/liwan-555/t/H-01?as_of=2015-06-30", 200, []string{"硕士研究生", "数字背后的数据", newest, "完成需", "回测"}},
		{"/p/liwan-555/t/G-01?page=3", 200, []string{"第 3 / ", "行</a>"}},
		{"/p/liwan-555/t/G-01?page=999", 200, []string{"第 1 / "}},
		{"/p/liwan-555/t/H-01?page=x", 400, []string{"page"}},
		{"/p/liwan-555/t/H-01?page=0", 400, nil},
		{"/p/liwan-555/t/H-00", 200, []string{"同一目标", "G-01"}},
		{"/p/liwan-555/t/ZZ-99", 404, []string{"ZZ-99", "G-01"}},
		{"/p/liwan-555/t/05-03?lang=en", 200, []string{"Check against the cap"}},
		{"/p/liwan-555/commitments", 200, []string{"项承诺", "五大人才资源开发平台", "应完成", "超过上限", "分子"}},
		{"/p/liwan-555/commitments?lang=en", 200, []string{"commitments", "Growth floors"}},
		{"/p/liwan-555/dept/rsj?as_of=2015-06-30", 200, []string{"区人力社保局", "牵头的目标", "2015年应完成", "配合的目标"}},
		{"/p/liwan-555/dept/rsj?lang=en", 200, []string{"Leads", "Cooperates"}},
		{"/p/liwan-555/dept/nobody", 404, []string{"没有部门"}},
		{"/p/liwan-555/wall", 200, []string{"500优才", "截至", "演示数据", "全屏"}},
		{"/p/liwan-555/wall?seconds=0", 400, nil},
		{"/p/liwan-555/scenario", 200, []string{"基准", "引进力度"}},
		{"/p/liwan-555/scenario?intake=1.5&growth=0.05&target=G-01", 200, []string{"引进力度1.5倍", "变为"}},
		{"/p/liwan-555/scenario?intake=1.5&growth_pct=5", 303, nil},
		{"/p/liwan-555/scenario?growth_pct=five", 400, nil},
		{"/p/liwan-555/scenario?intake=lots", 400, []string{"不是数"}},
		{"/p/liwan-555/scenario?intake=99", 400, []string{"超出 0 到 10 的范围"}},
		{"/p/liwan-555/scenario?intake=NaN", 400, nil},
		{"/p/liwan-555/scenario?target=ZZ", 404, nil},
		{"/p/liwan-555/data", 200, []string{"上传文件", file, "下载模板"}},
		{"/p/liwan-555/data?batch=" + batch, 200, []string{"回执：" + file, "怎么改"}},
		{"/p/liwan-555/data?batch=x", 404, nil},
		{"/p/cn-rd/data?batch=" + batch, 404, []string{"cn-rd"}},
		{"/p/cn-rd", 200, []string{"%"}},
		{"/p/en-health-visitors", 200, []string{"还没有数据"}},
		{"/help", 200, []string{"完成概率"}},
		{"/help?lang=en", 200, []string{"Probability"}},
		{"/api", 200, []string{"/api/v1/policies/{policy}/outlook"}},
		{"/healthz", 200, []string{"ok"}},
		{"/readyz", 200, []string{`"ready":true`}},
		{"/nothing/here", 404, []string{"没有网页"}},
		{"/p/liwan-555/", 301, nil},
	}
	for _, tt := range tests {
		t.Run(tt.address, func(t *testing.T) {
			res, body := get(t, s, tt.address)
			if res.StatusCode != tt.code {
				t.Fatalf("status %d, want %d\n%s", res.StatusCode, tt.code, text(body))
			}
			for _, w := range tt.want {
				if !strings.Contains(body, w) {
					t.Errorf("%q is not on the page\n%s", w, text(body))
				}
			}
			if strings.Contains(body, "{{") || strings.Contains(body, "ZgotmplZ") || strings.Contains(body, "%!") {
				t.Errorf("the page has raw template or format: %s", body)
			}
			if csp := res.Header.Get("Content-Security-Policy"); strings.Contains(csp, "unsafe") || !strings.Contains(csp, "default-src 'self'") {
				t.Errorf("policy %q", csp)
			}
		})
	}
}

// text is a page's words, for messages of failed tests.
func text(html string) string {
	var b strings.Builder
	tag := false
	for _, r := range html {
		switch {
		case r == '<':
			tag = true
		case r == '>':
			tag = false
			b.WriteByte(' ')
		case !tag:
			b.WriteRune(r)
		}
	}
	s := strings.Join(strings.Fields(b.String()), " ")
	return s[:min(len(s), 1500)]
}
