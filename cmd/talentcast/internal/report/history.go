package report

import (
	"fmt"
	"math"
	"strings"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
)

// HistoryNote is the line under every title of a history.
func HistoryNote(h *outlook.History, lang string) string {
	parts := []string{
		h.Policy.Name(lang), pick(lang, "截至", "as of ") + phrase.Date(h.AsOf.Time, lang),
		fmt.Sprintf(pick(lang, "每次预测%d条路径，随机种子%d", "%d paths a forecast, seed %d"), h.Paths, h.Seed),
		pick(lang, "数据状态", "data state ") + h.State.Version,
	}
	if h.State.Demo {
		parts = append(parts, demoWord(lang))
	}
	return strings.Join(parts, " · ")
}

func historyTable(h *outlook.History, name, title, lang string, columns ...Column) Table {
	return Table{Name: name, Title: title, Note: HistoryNote(h, lang), Lang: lang, Demo: h.State.Demo, At: h.AsOf.Time, Columns: columns}
}

// HorizonText is a horizon in words: 6个月, 2年.
func HorizonText(months int, lang string) string {
	if months%12 == 0 {
		return fmt.Sprintf(pick(lang, "%d年", "%dy"), months/12)
	}
	return fmt.Sprintf(pick(lang, "%d个月", "%dm"), months)
}

// HistoryScores is how the forecasts have done: overall, by horizon, at the
// policy's own deadlines, and by target.
func HistoryScores(h *outlook.History, lang string) Table {
	t := historyTable(h, "backtest", pick(lang, "历史检验", "How earlier forecasts have done"), lang, scoreColumns(lang)...)
	add := func(id, name string, s outlook.Score) { t.Rows = append(t.Rows, scoreRow(id, name, s)) }
	add("", pick(lang, "全部", "all"), h.Overall)
	for _, s := range h.ByHorizon {
		add("", pick(lang, "提前", "")+HorizonText(s.Horizon, lang)+pick(lang, "", " ahead"), s)
	}
	if h.Goals.Events+h.Goals.Dates > 0 {
		add("", pick(lang, "政策目标与期限", "policy's own goals"), h.Goals)
	}
	for _, s := range h.ByTarget {
		if x, ok := h.Policy.Target(s.Target); ok {
			add(x.ID, x.Short(lang), s)
		}
	}
	return t
}

func scoreColumns(lang string) []Column {
	c := func(key, zh, en string, ty Type) Column { return Column{Key: key, Title: pick(lang, zh, en), Type: ty} }
	months := func(key, zh, en string) Column {
		return Column{Key: key, Title: pick(lang, zh, en), Unit: pick(lang, "月", "months"), Type: Number}
	}
	name := c("name", "范围", "what", Text)
	name.Keep = true
	return []Column{
		c("id", "编号", "id", Text), name,
		c("events", "事件", "events", Number), c("groups", "预测次数", "forecasts", Number), c("origins", "时点", "origins", Number),
		c("mean", "平均概率", "mean P", Percent), c("rate", "实际发生", "came", Percent),
		c("brier", "Brier", "Brier", Score), c("base_skill", "对基准率", "vs base", Percent), c("line_skill", "对直线", "vs line", Percent),
		c("log", "对数分", "log", Score), c("ece", "校准误差", "ECE", Score), c("chance", "偶然所致", "by chance", Score),
		c("intervals", "区间数", "intervals", Number), c("cover50", "50%覆盖", "50% held", Percent), c("cover80", "80%覆盖", "80% held", Percent), c("cover95", "95%覆盖", "95% held", Percent),
		c("mass80", "80%含路径", "80% paths", Percent),
		c("dates", "日期预测", "dates", Number), c("reached", "已达到", "reached", Number),
		months("date_error", "日期误差", "date error"), months("date_bias", "日期偏差", "date bias"), months("date_crps", "日期CRPS", "date CRPS"),
		c("date_cover", "日期80%覆盖", "dates 80% held", Percent),
	}
}

func scoreRow(id, name string, s outlook.Score) []Cell {
	n := func(v int) Cell { return float64(v) }
	return []Cell{
		id, name, n(s.Events), n(s.Groups), n(s.Origins), finite(s.Mean), finite(s.Rate),
		finite(s.Brier), finite(s.BaseSkill), finite(s.LineSkill), finite(s.Log), finite(s.ECE), finite(s.ChanceECE),
		n(s.Intervals), finite(s.Coverage[0]), finite(s.Coverage[1]), finite(s.Coverage[2]), finite(s.Mass[1]),
		n(s.Dates), n(s.Reached), tenth(s.DateError), tenth(s.DateBias), tenth(s.DateCRPS), finite(s.DateCoverage80),
	}
}

// tenth rounds months to one decimal: dates are known to the month at best.
func tenth(v float64) Cell { return finite(math.Round(v*10) / 10) }

// HistoryBins is the reliability table: of the events given some probability,
// what share came.
func HistoryBins(h *outlook.History, s outlook.Score, lang string) Table {
	t := historyTable(h, "reliability", pick(lang, "概率的可靠性", "Reliability of the probabilities"), lang,
		Column{Key: "bin", Title: pick(lang, "给出的概率", "probability given"), Keep: true},
		Column{Key: "events", Title: pick(lang, "事件", "events"), Type: Number},
		Column{Key: "mean", Title: pick(lang, "平均概率", "mean P"), Type: Percent},
		Column{Key: "rate", Title: pick(lang, "实际发生", "came"), Type: Percent})
	for _, b := range s.Bins {
		t.Rows = append(t.Rows, []Cell{
			fmt.Sprintf("%.0f–%.0f%%", b.From*100, b.To*100), float64(b.N), finite(b.Mean), finite(b.Rate),
		})
	}
	return t
}

// HistoryEvents is every event with its probability and what came.
func HistoryEvents(h *outlook.History, lang string) Table {
	c := func(key, zh, en string, ty Type) Column { return Column{Key: key, Title: pick(lang, zh, en), Type: ty} }
	t := historyTable(h, "events", pick(lang, "预测事件", "Events forecast"), lang,
		c("id", "编号", "id", Text), c("name", "目标", "target", Text), c("origin", "预测时点", "origin", Date), c("date", "预测对象", "for", Date),
		Column{Key: "horizon", Title: pick(lang, "提前", "ahead"), Unit: pick(lang, "月", "months"), Type: Number},
		c("kind", "种类", "kind", Text), c("level", "数值", "level", Number), c("unit", "单位", "unit", Text),
		c("p", "概率", "P", Probability), c("line", "直线外推", "straight line", Text), c("came", "实际", "came", Text))
	yes := map[bool]string{true: pick(lang, "是", "yes"), false: pick(lang, "否", "no")}
	for _, e := range h.Events {
		x, _ := h.Policy.Target(e.Target)
		kind, line := pick(lang, "中间高度", "height"), ""
		if e.Goal {
			kind = pick(lang, "政策目标", "goal")
		}
		if e.Line == 0 || e.Line == 1 { // NaN: nothing to extrapolate from yet
			line = yes[e.Line == 1]
		}
		t.Rows = append(t.Rows, []Cell{
			e.Target, x.Name(lang), date(e.Origin.Time), date(e.Date.Time), float64(e.Horizon), kind, e.Level, phrase.Unit(x.Unit, lang), finite(e.P), line, yes[e.Came],
		})
	}
	return t
}
