package report

import (
	"talentcast/analytics/outlook"
	"talentcast/datasets"
)

// AlertText is what people were told.
func AlertText(a datasets.Alert, lang string) string { return pick(lang, a.TextZh, a.TextEn) }

// Alerts is what people were told of a policy, the latest first.
func Alerts(o *outlook.Outlook, all []datasets.Alert, lang string) Table {
	col := func(key, zh, en string, ty Type) Column { return Column{Key: key, Title: pick(lang, zh, en), Type: ty} }
	t := table(o, "alerts", pick(lang, "提醒", "Alerts"), lang,
		col("at", "时间", "raised", Text), col("kind", "种类", "kind", Text), col("text", "内容", "what", Text), col("sent", "发送", "sent", Text), col("as_of", "截至日期", "as of", Date))
	for _, a := range all {
		kind := pick(lang, "灯色变化", "light")
		if a.Kind == "overdue" {
			kind = pick(lang, "数据逾期", "overdue")
		}
		t.Rows = append(t.Rows, []Cell{a.At.Local().Format("2006-01-02 15:04"), kind, AlertText(a, lang), a.Sent, a.AsOf})
	}
	return t
}
