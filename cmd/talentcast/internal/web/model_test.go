package web

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"talentcast/analytics/outlook"
)

// computed waits until the history of the policy is there.
func (f *fixture) computed(t *testing.T, policy, asOf string) {
	t.Helper()
	d, err := time.Parse(time.DateOnly, asOf)
	if err != nil {
		t.Fatal(err)
	}
	for {
		h, _, err := f.histories.get(t.Context(), outlook.Query{Policy: policy, AsOf: d})
		if err != nil {
			t.Fatal(err)
		}
		if h != nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func TestModelPages(t *testing.T) {
	s := server(t)
	doc := readDescription(t, s)
	_, body := get(t, s, "/p/liwan-555/t/05-01/model?as_of=2015-06-30")
	wants(t, "the model page", body, "按计数建模", "随机种子555", "talentcast forecast --policy liwan-555 --as-of 2015-06-30 --target 05-01", "PIT", "chart-backtest", "不作宽窄校正")
	_, body = get(t, s, "/p/cn-rd/t/cn-rd-2015/model")
	wants(t, "the model page of a yearly share", body, "年度数据，没有季节性", "校正前95%覆盖", "logit")
	_, body = get(t, s, "/p/liwan-555/t/05-03/model")
	wants(t, "the page of a cap", body, "没有预测")
	if _, body := get(t, s, "/p/liwan-555/t/05-01"); !strings.Contains(body, "/t/05-01/model") {
		t.Error("the target's page does not lead to its model")
	}
	s.computed(t, liwan, "2015-06-30")
	_, body = get(t, s, "/p/liwan-555/t/05-01/model?as_of=2015-06-30")
	wants(t, "the page with its history", body, "chart-reliability", "个预测事件")
	_, body = get(t, s, "/p/liwan-555/model?as_of=2015-06-30")
	wants(t, "the policy's page", body, "chart-reliability", "500优才", "提前1年", "/t/05-01/model")
	for _, tt := range []struct{ path, address string }{
		{"/api/v1/policies/{policy}/model", "/api/v1/policies/liwan-555/model?as_of=2015-06-30"},
		{"/api/v1/policies/{policy}/model", "/api/v1/policies/en-health-visitors/model"},
		{"/api/v1/policies/{policy}/targets/{target}/model", "/api/v1/policies/liwan-555/targets/05-01/model?as_of=2015-06-30"},
		{"/api/v1/policies/{policy}/targets/{target}/model", "/api/v1/policies/liwan-555/targets/05-03/model"},
		{"/api/v1/policies/{policy}/targets/{target}/model", "/api/v1/policies/cn-rd/targets/cn-rd-2015/model"},
		{"/api/v1/policies/{policy}/targets/{target}/charts/{chart}", "/api/v1/policies/liwan-555/targets/05-01/charts/pit?as_of=2015-06-30"},
		{"/api/v1/policies/{policy}/targets/{target}/charts/{chart}", "/api/v1/policies/liwan-555/targets/05-01/charts/reliability?as_of=2015-06-30"},
		{"/api/v1/policies/{policy}/targets/{target}/charts/{chart}", "/api/v1/policies/liwan-555/targets/05-01/charts/plan"},
		{"/api/v1/policies/{policy}/charts/{chart}", "/api/v1/policies/liwan-555/charts/reliability?as_of=2015-06-30"},
		{"/api/v1/policies/{policy}/charts/{chart}", "/api/v1/policies/liwan-555/charts/heat"},
	} {
		res, body := get(t, s, tt.address)
		if res.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d: %s", tt.address, res.StatusCode, body)
			continue
		}
		check(t, doc, tt.path, "get", "200", body)
	}
	for _, address := range []string{"/p/liwan-555/t/none/model", "/p/nowhere/model", "/api/v1/policies/liwan-555/targets/05-03/charts/pit", "/api/v1/policies/liwan-555/targets/05-03/plan"} {
		if res, _ := get(t, s, address); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: status %d", address, res.StatusCode)
		}
	}
}

// A cap that is over its limit is not "off track", wherever it stands.
func TestOverTheLimit(t *testing.T) {
	s := server(t)
	for _, address := range []string{"/p/liwan-555/t/05-03?as_of=2015-06-30", "/p/liwan-555/commitments?as_of=2015-06-30", "/p/liwan-555/dept/rsj?as_of=2015-06-30", "/p/liwan-555?as_of=2015-06-30&q=05-03", "/p/liwan-555/export/overview.csv?as_of=2015-06-30"} {
		_, body := get(t, s, address)
		wants(t, address, body, "超限")
	}
	_, body := get(t, s, "/api/v1/policies/liwan-555/targets/05-03?as_of=2015-06-30")
	wants(t, "the API", body, `"status_zh":"超限"`, `"status_en":"over the limit"`)
}
