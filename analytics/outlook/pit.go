package outlook

import (
	"fmt"

	"talentcast/analytics"
	"talentcast/analytics/phrase"
	"talentcast/datasets"
)

// LeastPIT is how many figures are needed for a picture of where in their
// forecasts they have fallen.
const LeastPIT = 20

// PIT says where in their forecasts the figures that came have fallen: the share of
// them in each of n even parts of the forecast distributions, the lowest first. A
// count shares itself out over the part of the distribution that it takes up
// (Czado, Gneiting & Held 2009). The shares add up to 1; nil without a backtest.
func (m *Model) PIT(n int) []float64 {
	if m == nil || len(m.Past) == 0 {
		return nil
	}
	out := make([]float64, n)
	for _, p := range m.Past {
		lo, hi := p.Below*float64(n), p.UpTo*float64(n)
		if hi-lo < 1e-9 { // between two values of the sample
			out[min(n-1, int(lo))]++
			continue
		}
		for k := range out {
			if over := min(hi, float64(k+1)) - max(lo, float64(k)); over > 0 {
				out[k] += over / (hi - lo)
			}
		}
	}
	for k := range out {
		out[k] /= float64(len(m.Past))
	}
	return out
}

// Scale says on what scale the models work, and why.
func (m *Model) Scale() Text {
	switch m.Space {
	case analytics.Count:
		return Text{"按计数建模（负二项分布），不会预测出负数或小数的人。", "Modelled as counts (negative binomial): no forecast is negative or of part of a person."}
	case analytics.Money:
		return Text{"金额取对数建模：变动按比例计，且不为负。", "Money is modelled by its logarithm: it moves in proportion and is never negative."}
	case analytics.Ratio:
		return Text{"比例取 logit 变换建模，预测始终在0与100%之间。", "Shares are modelled on the logit scale and stay between 0 and 100 %."}
	}
	return Text{"按数值本身及其对数两种尺度建模，组合后取值。", "Modelled on the value itself and on its logarithm, combined."}
}

// SeasonWords say whether the months or quarters of a year are told apart.
func SeasonWords(t *Target) Text {
	m := t.Model
	switch {
	case m == nil || m.Observed == 0:
		return Text{"由组成部分相加，季节性在各部分中处理。", "A sum of parts; seasons are handled in each of them."}
	case t.Freq == analytics.Yearly:
		return Text{"年度数据，没有季节性。", "Yearly data have no season."}
	case m.Observed < 2*int(t.Freq):
		return Text{
			fmt.Sprintf("只有%d期数据，不足两年，不估计季节性。", m.Observed),
			fmt.Sprintf("With %d periods, less than two years, no season is estimated.", m.Observed),
		}
	case t.Measure == datasets.Cumulative:
		return Text{"各月季节因子向1收缩，数据支持多少用多少。", "Each month has a factor, shrunk towards 1 as far as the data do not speak for it."}
	}
	return Text{"是否有季节性由检验（OCSB）和信息准则决定。", "Whether there is a season is settled by a test (OCSB) and an information criterion."}
}

// DataWords say what the models were fitted to.
func (m *Model) DataWords() Text {
	if m.Observed == 0 {
		return Text{"各组成部分各自的数据。", "The data of each part."}
	}
	return Text{
		fmt.Sprintf("%s至%s，共%d期有数。", phrase.Month(m.From.Time, phrase.Zh), phrase.Month(m.To.Time, phrase.Zh), m.Observed),
		fmt.Sprintf("%s to %s, %d periods with a figure.", phrase.Month(m.From.Time, phrase.En), phrase.Month(m.To.Time, phrase.En), m.Observed),
	}
}
