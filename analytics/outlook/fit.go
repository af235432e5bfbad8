package outlook

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat/distuv"

	"talentcast/analytics"
	"talentcast/analytics/forecast"
)

// fit is a leaf's forecast; model is nil where there is nothing to fit.
type fit struct {
	model    forecast.Fitted
	trials   []forecast.Trial
	note     *Model
	warnings []forecast.Warning
}

// fitLeaf chooses and fits the models of one leaf. A series that no model takes
// is a value, not an error: its target is shown without a forecast.
func fitLeaf(l *leaf) fit {
	h := fnv.New64a()
	h.Write([]byte(l.id))
	c, err := forecast.Choose(l.series, forecast.Candidates(l.space, l.series.Freq()), forecast.Settings{Seed: h.Sum64()})
	if err != nil {
		return fit{warnings: []forecast.Warning{{
			Code: "unfitted",
			Zh:   "数据不足一个完整统计期，暂不预测。",
			En:   "There is not one whole period of data to forecast from.",
		}}}
	}
	return fit{model: c, trials: c.Trials, note: noteOf(l, c), warnings: c.Warnings()}
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
	m.Past = pastOf(c.Past, l.scale)
	m.Space, m.Observed = l.space, l.series.Observed()
	m.From, m.To = Day{l.series.Start.End()}, Day{l.first().Add(-1).End()}
	if l.space == analytics.Level || l.space == analytics.Ratio || l.space == analytics.Real {
		m.Widths = forecast.WidthsFor(l.series.Freq(), m.Observed)
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

func pastOf(past []forecast.Past, scale float64) []PastForecast {
	out := make([]PastForecast, len(past))
	for i, p := range past {
		out[i] = PastForecast{
			Origin: Day{p.Origin.End()}, Date: Day{p.Period.End()},
			Mean: p.Mean * scale, Lo80: p.Lo80 * scale, Hi80: p.Hi80 * scale, Actual: p.Actual * scale,
			Below: p.Below, UpTo: p.UpTo,
		}
	}
	return out
}

// sumTrials adds up the trials of several leaves at the origins and steps that
// all of them have. Their samples are paired with the correlation rho that the
// forecast itself gives the leaves, by a common normal of each pairing, and spread
// by their momentum. The MASE
// scale of a sum is not known from its parts' and stays empty.
func sumTrials(leaves []*leaf, rho, momentum float64, seed uint64) []forecast.Trial {
	type step struct{ origin, period int }
	sums := map[step]*forecast.Trial{}
	seen := map[step]int{}
	r := rand.New(rand.NewPCG(seed, 99))
	common, pace := make([]float64, 400), make([]float64, 400)
	for i := range common {
		common[i], pace[i] = math.Sqrt(rho)*r.NormFloat64(), r.NormFloat64()
	}
	own := math.Sqrt(1 - rho)
	for _, l := range leaves {
		for _, t := range l.fit.trials {
			k := step{t.Origin.Index, t.Period.Index}
			seen[k]++
			s := sums[k]
			if s == nil {
				s = &forecast.Trial{Origin: t.Origin, Period: t.Period, Sample: make([]float64, len(common))}
				sums[k] = s
			}
			s.Actual += t.Actual
			for i := range s.Sample {
				u := distuv.UnitNormal.CDF(common[i] + own*r.NormFloat64())
				s.Sample[i] += t.Sample[min(len(t.Sample)-1, int(u*float64(len(t.Sample))))]
			}
		}
	}
	var out []forecast.Trial
	for k, s := range sums {
		if seen[k] == len(leaves) {
			sd := momentum * math.Sqrt(float64(s.Period.Sub(s.Origin))/12/3)
			for i := range s.Sample {
				s.Sample[i] *= math.Exp(sd*pace[i] - sd*sd/2)
			}
			slices.Sort(s.Sample)
			out = append(out, *s)
		}
	}
	slices.SortFunc(out, func(a, b forecast.Trial) int {
		return cmp.Or(a.Origin.Index-b.Origin.Index, a.Period.Index-b.Period.Index)
	})
	return out
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
	case "damped-counts":
		return "阻尼趋势计数模型", "damped-trend counts"
	case "tsb":
		return "间歇计数（TSB）", "intermittent counts (TSB)"
	case "recent-rate":
		return "近期速率模型", "recent rate"
	case "ets":
		return "指数平滑（ETS）", "exponential smoothing (ETS)"
	case "log-ets":
		return "对数指数平滑（ETS）", "exponential smoothing of logarithms (ETS)"
	case "dot":
		return "动态优化 Theta", "dynamic optimised Theta"
	case "theta":
		return "Theta 方法", "Theta"
	case "log-theta":
		return "对数 Theta", "Theta of logarithms"
	case "arima":
		return "ARIMA", "ARIMA"
	case "annual":
		return "年度汇总", "annual view"
	case "drift":
		return "带漂移的随机游走", "random walk with drift"
	case "log-trend":
		return "对数阻尼趋势", "damped log trend"
	}
	return name, name
}
