package web

import (
	"strings"
	"testing"

	"talentcast/analytics"
	"talentcast/datasets"
)

func TestAlertsAreShown(t *testing.T) {
	f := scratch(t)
	if _, body := get(t, f, "/p/liwan-555/alerts"); !strings.Contains(body, "还没有提醒") {
		t.Error("no word where there are none")
	}
	all := []datasets.Alert{
		{Kind: "light", Subject: "G-01", Was: "on_track", Became: "off_track", TextZh: "500优才：由绿灯转为红灯 <b>", TextEn: "500: green to red", AsOf: analytics.Date(2015, 6, 30), State: "x"},
		{Kind: "overdue", Subject: "due:rsj/talent", Became: "due 2015-05-31", TextZh: "区人力社保局：逾期", TextEn: "overdue", AsOf: analytics.Date(2015, 6, 30), State: "x"},
	}
	if err := f.store.Raise(t.Context(), liwan, map[string]string{"G-01": "off_track"}, all, []string{"mail"}); err != nil {
		t.Fatal(err)
	}
	_, body := get(t, f, "/p/liwan-555/alerts")
	wants(t, "the page", body, "500优才：由绿灯转为红灯 &lt;b&gt;", "/p/liwan-555/t/G-01", "数据逾期", "mail ×0")
	_, body = get(t, f, "/api/v1/policies/liwan-555/alerts")
	wants(t, "the API", body, `"subject":"G-01"`, `"sent":"mail ×0"`)
	_, body = get(t, f, "/p/liwan-555/export/alerts.csv")
	wants(t, "the file", body, "数据逾期", "500优才")
	if _, body = get(t, f, "/p/liwan-555"); !strings.Contains(body, "/p/liwan-555/alerts") {
		t.Error("the overview does not lead to new alerts")
	}
}
