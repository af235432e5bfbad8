package outlook

import (
	"fmt"
	"hash/fnv"
	"math"
	"strings"

	"talentcast/analytics"
	"talentcast/analytics/forecast"
)

// fit is a leaf's forecast; model is nil where there is nothing to fit.
type fit struct {
	model    forecast.Fitted
	note     *Model
	warnings []forecast.Warning
}

// fitLeaf chooses and fits the models of one leaf. A series that no model takes
// is a value, not an error: its target is shown without a forecast.
func fitLeaf(l *leaf) fit {
	h := fnv.New64a()
	h.Write([]byte(l.id))
	c, err := forecast.Choose(l.series, forecast.Candidates(l.space), forecast.Settings{Seed: h.Sum64()})
	if err != nil {
		return fit{warnings: []forecast.Warning{{
			Code: "unfitted",
			Zh:   "数据不足一个完整统计期，暂不预测。",
			En:   "There is not one whole period of data to forecast from.",
		}}}
	}
	return fit{model: c, note: noteOf(l, c), warnings: c.Warnings()}
}

// noteOf says in words and figures what was chosen, in the target's unit.
func noteOf(l *leaf, c *forecast.Chosen) *Model {
	m := &Model{Name: c.Name(), Origins: c.Origins, MASE: c.MASE, Coverage80: c.Coverage80, Coverage95: c.Coverage95}
	var zh, en []string
	for _, s := range c.Scores {
		m.Parts = append(m.Parts, Part{Name: s.Model, Weight: s.Weight, MASE: s.MASE, CRPS: s.CRPS * l.scale, Coverage: math.NaN()})
		nz, ne := modelName(s.Model)
		zh = append(zh, fmt.Sprintf("%s %.0f%%", nz, s.Weight*100))
		en = append(en, fmt.Sprintf("%s %.0f%%", ne, s.Weight*100))
	}
	for _, p := range c.Past {
		m.Past = append(m.Past, PastForecast{
			Origin: Day{p.Origin.End()}, Date: Day{p.Period.End()},
			Mean: p.Mean * l.scale, Lo80: p.Lo80 * l.scale, Hi80: p.Hi80 * l.scale, Actual: p.Actual * l.scale,
		})
	}
	n, per := l.series.Observed(), freqName(l.series.Freq())
	m.Text = Text{
		Zh: fmt.Sprintf("用%d个%s的数据，组合%s。", n, per.Zh, strings.Join(zh, "、")),
		En: fmt.Sprintf("From %d %s: a combination of %s.", n, per.En, strings.Join(en, ", ")),
	}
	if c.Origins > 0 {
		m.Text.Zh += fmt.Sprintf("从%d个较早时点回测，80%%区间实际覆盖%.0f%%。", c.Origins, c.Coverage80*100)
		m.Text.En += fmt.Sprintf(" Tested from %d earlier origins, its 80%% intervals held what came %.0f%% of the time.", c.Origins, c.Coverage80*100)
	}
	return m
}

func freqName(f analytics.Frequency) Text {
	switch f {
	case analytics.Yearly:
		return Text{"年度", "years"}
	case analytics.Quarterly:
		return Text{"季度", "quarters"}
	}
	return Text{"月份", "months"}
}

// modelName is a model's name as a reader may know it.
func modelName(name string) (zh, en string) {
	switch name {
	case "gamma-poisson":
		return "Gamma–Poisson 计数模型", "Gamma–Poisson counts"
	case "recent-rate":
		return "近期速率模型", "recent rate"
	case "ets":
		return "指数平滑（ETS）", "exponential smoothing (ETS)"
	case "theta":
		return "Theta 方法", "Theta"
	case "drift":
		return "带漂移的随机游走", "random walk with drift"
	case "log-trend":
		return "对数阻尼趋势", "damped log trend"
	}
	return name, name
}
