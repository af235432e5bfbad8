// Package phrase writes figures as people in the two interface languages write
// them: 173人, 1.63亿元, 34.6%, 2015年6月30日. Every page, table, document and
// sentence uses it, so that a figure reads the same wherever it stands.
package phrase

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Zh and En are the languages.
const (
	Zh = "zh"
	En = "en"
)

// Missing stands where a figure does not exist.
const Missing = "—"

// Number writes v with at most the given decimals, trailing zeros dropped and
// thousands separated. NaN and Inf are [Missing].
func Number(v float64, decimals int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return Missing
	}
	s := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	whole, frac, _ := strings.Cut(s, ".")
	frac = strings.TrimRight(frac, "0")
	var b strings.Builder
	if v < 0 && (strings.Trim(whole, "0") != "" || frac != "") {
		b.WriteByte('-')
	}
	for i, d := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	if frac != "" {
		b.WriteByte('.')
		b.WriteString(frac)
	}
	return b.String()
}

// Amount writes a figure with its unit. 元 becomes 元, 万元 or 亿元 by size;
// counts have no decimals unless they are means below 100.
func Amount(v float64, unit, lang string) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return Missing
	}
	switch unit {
	case "元":
		return money(v, lang)
	case "%", "% of GDP":
		return Number(v, 2) + "%"
	case "":
		return Number(v, 2)
	}
	decimals := 0
	if v != math.Trunc(v) && math.Abs(v) < 100 {
		decimals = 1
	}
	if strings.HasPrefix(unit, "万") {
		decimals = 2
	}
	return spaced(Number(v, decimals), unit, lang)
}

// spaced is the number with its unit: Chinese measure words stand close, Latin ones
// apart, and English ones in the singular after one.
func spaced(number, unit, lang string) string {
	u := Unit(unit, lang)
	if u == "" || u == "%" || lang != En && u[0] >= 0x80 {
		return number + u
	}
	if strings.TrimLeft(number, "-"+minus) == "1" {
		for _, w := range [][2]string{{"people", "person"}, {"posts", "post"}, {"stations", "station"}, {"platforms", "platform"}, {"times", "time"}} {
			if rest, ok := strings.CutPrefix(u, w[0]); ok {
				u = w[1] + rest
			}
		}
	}
	return number + " " + u
}

// Pace writes what is added per period. A target of five people in ten years
// moves in hundredths a month, so small paces keep two decimals; a share moves
// in percentage points.
func Pace(v float64, unit, lang string) string {
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return Missing
	case unit == "%" || unit == "% of GDP":
		if lang == En {
			return Number(v, 2) + " points"
		}
		return Number(v, 2) + "个百分点"
	case unit != "元" && math.Abs(v) < 10:
		return spaced(Number(v, 2), unit, lang)
	}
	return Amount(v, unit, lang)
}

func money(v float64, lang string) string {
	switch a := math.Abs(v); {
	case lang == En && a >= 1e9:
		return "¥" + Number(v/1e9, 2) + "bn"
	case lang == En && a >= 1e6:
		return "¥" + Number(v/1e6, 2) + "m"
	case lang == En && a >= 1e4:
		return "¥" + Number(v/1e3, 1) + "k"
	case lang == En:
		return "¥" + Number(v, 2)
	case a >= 1e8:
		return Number(v/1e8, 2) + "亿元"
	case a >= 1e4:
		return Number(v/1e4, 2) + "万元"
	}
	return Number(v, 2) + "元"
}

// Unit names a unit in the language.
func Unit(unit, lang string) string {
	if lang == En {
		return unitEn(unit)
	}
	return unit
}

func unitEn(unit string) string {
	switch unit {
	case "人", "名":
		return "people"
	case "元":
		return "yuan"
	case "万人":
		return "×10,000 people"
	case "人年", "人/年":
		return "people a year"
	case "万人年":
		return "×10,000 person-years"
	case "个岗位":
		return "posts"
	case "所":
		return "stations"
	case "人/社区":
		return "per community"
	case "人/次":
		return "people a time"
	case "次/年":
		return "times a year"
	case "次/两年":
		return "times in two years"
	case "个平台":
		return "platforms"
	case "名编制":
		return "posts"
	}
	for _, r := range unit {
		if r > 0x7f {
			return "" // a Chinese measure word has no English counterpart
		}
	}
	return unit
}

// Percent writes a share as a percentage with one decimal: 0.346 → 34.6%.
func Percent(share float64) string {
	if math.IsNaN(share) || math.IsInf(share, 0) {
		return Missing
	}
	return strconv.FormatFloat(share*100, 'f', 1, 64) + "%"
}

// Probability writes a probability in whole per cent. It never says 0% or 100%:
// a share of simulated paths can't prove either.
func Probability(p float64) string {
	switch {
	case math.IsNaN(p):
		return Missing
	case p < 0.01:
		return "<1%"
	case p > 0.99:
		return ">99%"
	}
	return strconv.Itoa(int(math.Round(p*100))) + "%"
}

// Date writes 2015年6月30日 or 30 Jun 2015; a zero time is [Missing].
func Date(t time.Time, lang string) string {
	switch {
	case t.IsZero():
		return Missing
	case lang == En:
		return t.Format("2 Jan 2006")
	}
	return t.Format("2006年1月2日")
}

// MonthOnly writes a month without its year: 5月, May.
func MonthOnly(t time.Time, lang string) string {
	if lang == En {
		return t.Format("Jan")
	}
	return t.Format("1月")
}

// Month writes 2015年6月 or Jun 2015; a zero time is [Missing].
func Month(t time.Time, lang string) string {
	switch {
	case t.IsZero():
		return Missing
	case lang == En:
		return t.Format("Jan 2006")
	}
	return t.Format("2006年1月")
}
