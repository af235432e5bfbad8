package batch

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"talentcast/analytics"
)

// ParsePeriod reads a date as people write it (2015-06-30, 2015/6/30, 2015-06,
// 2015Q2, 2015, 20150630, 2015年6月30日) and returns the period it lies in.
func ParsePeriod(s string, freq analytics.Frequency) (analytics.Period, error) {
	s = strings.TrimSpace(s)
	if year, quarter, ok := strings.Cut(strings.ToUpper(s), "Q"); ok {
		y, err1 := strconv.Atoi(strings.Trim(year, " -"))
		q, err2 := strconv.Atoi(strings.TrimSpace(quarter))
		if err1 == nil && err2 == nil && y >= 1 && y <= 9999 && q >= 1 && q <= 4 {
			return analytics.PeriodOf(analytics.Date(y, time.Month(q*3), 1), freq), nil
		}
	}
	plain := strings.NewReplacer("年", "-", "月", "-", "日", "", "/", "-", ".", "-").Replace(s)
	plain = strings.TrimRight(plain, "-")
	if at := strings.IndexAny(plain, "T "); at > 0 {
		plain = plain[:at]
	}
	for _, layout := range []string{"2006-1-2", "2006-1", "2006", "20060102", "200601"} {
		if t, err := time.Parse(layout, plain); err == nil {
			return analytics.PeriodOf(analytics.Date(t.Year(), t.Month(), t.Day()), freq), nil
		}
	}
	return analytics.Period{}, fmt.Errorf("date %q is not of the form 2015-06-30, 2015-06, 2015Q2 or 2015", s)
}
