package web

import (
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"talentcast/analytics"
	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/analytics/scenario"
	"talentcast/cmd/talentcast/internal/access"
)

// language is the one asked for; Chinese unless it is English.
func language(c *gin.Context) string {
	if c.Query("lang") == phrase.En {
		return phrase.En
	}
	return phrase.Zh
}

// asOf reads ?as_of=2015-06-30; empty stands for the latest data.
func asOf(c *gin.Context) (time.Time, error) {
	text := strings.TrimSpace(c.Query("as_of"))
	if text == "" {
		return time.Time{}, nil
	}
	t, err := analytics.ParseDate(text)
	if err != nil {
		return time.Time{}, fault.Newf(fault.Invalid,
			"截至日期“%[1]s”无法识别；请写成 2015-06-30 的形式。",
			"The as-of date %[1]q can't be read; write it as 2015-06-30.", clip(text))
	}
	return t, nil
}

// dayOf reads a date of a form.
func dayOf(text string) (time.Time, error) {
	t, err := analytics.ParseDate(text)
	if err != nil {
		return t, fault.Newf(fault.Invalid, "日期“%[1]s”无法识别；请写成 2015-05-31 的形式。", "The date %[1]q can't be read; write it as 2015-05-31.", clip(text))
	}
	return t, nil
}

// since reads ?since=2015-05-31; empty stands for the end of the month before.
func since(c *gin.Context) (time.Time, error) {
	text := strings.TrimSpace(c.Query("since"))
	if text == "" {
		return time.Time{}, nil
	}
	t, err := analytics.ParseDate(text)
	if err != nil {
		return time.Time{}, fault.Newf(fault.Invalid,
			"比较日期“%[1]s”无法识别；请写成 2015-05-31 的形式。",
			"The date to compare with, %[1]q, can't be read; write it as 2015-05-31.", clip(text))
	}
	return t, nil
}

// levers reads ?levers=intake@P00:times=1.2;growth:points=5, and for what is asked
// most ?intake=1.2&growth=0.05. Their bounds are checked with the policy at hand.
func levers(c *gin.Context) (scenario.Scenario, error) {
	intake, err := number(c, "intake", 1)
	if err != nil {
		return scenario.Scenario{}, err
	}
	growth, err := number(c, "growth", 0)
	if err != nil {
		return scenario.Scenario{}, err
	}
	more, err := scenario.Parse(c.Query("levers"))
	if err != nil {
		return scenario.Scenario{}, err
	}
	s := scenario.Scenario{Name: clip(strings.TrimSpace(c.Query("name")))}
	if intake != 1 {
		s.Levers = append(s.Levers, scenario.Intake(intake))
	}
	if growth != 0 {
		s.Levers = append(s.Levers, scenario.Growth(math.Round(growth*1e10)/1e8))
	}
	s.Levers = append(s.Levers, more...)
	return s, nil
}

func number(c *gin.Context, name string, unset float64) (float64, error) {
	text := strings.TrimSpace(c.Query(name))
	if text == "" {
		return unset, nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, fault.Newf(fault.Invalid,
			"参数 %[1]s 的值“%[2]s”不是数；请填 1.2 这样的数。",
			"The value %[2]q of %[1]s is not a number; give one such as 1.2.", name, clip(text))
	}
	return v, nil
}

// whole reads a whole number within bounds.
func whole(c *gin.Context, name string, unset, least, most int) (int, error) {
	text := strings.TrimSpace(c.Query(name))
	if text == "" {
		return unset, nil
	}
	v, err := strconv.Atoi(text)
	if err != nil || v < least || v > most {
		return 0, fault.Newf(fault.Invalid,
			"参数 %[1]s 的值“%[2]s”不可用；请填 %[3]d 到 %[4]d 之间的整数。",
			"The value %[2]q of %[1]s can't be used; give a whole number from %[3]d to %[4]d.", name, clip(text), least, most)
	}
	return v, nil
}

// clip shortens what a request carries before it is shown.
func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// look computes the outlook that the address asks for, without levers.
func (s *Server) look(c *gin.Context) (*outlook.Outlook, error) {
	d, err := asOf(c)
	if err != nil {
		return nil, err
	}
	o, err := s.cfg.Outlooks.Of(c.Request.Context(), outlook.Query{Policy: c.Param("policy"), AsOf: d})
	return s.withoutNames(c, o, access.Rows), err
}

// glance is look for a page: where the data have just changed, it takes the outlook
// before rather than wait for the new one, and the page says so.
func (s *Server) glance(c *gin.Context) (*outlook.Outlook, error) {
	d, err := asOf(c)
	if err != nil {
		return nil, err
	}
	o, older, err := s.cfg.Outlooks.Recent(c.Request.Context(), outlook.Query{Policy: c.Param("policy"), AsOf: d}, s.cfg.Patience)
	if older {
		outdated(c)
	}
	return s.withoutNames(c, o, access.Rows), err
}

const (
	olderKey = "older"
	// olderHeader tells a page's script that what it shows is about to be renewed.
	olderHeader = "Talentcast-Older"
)

// outdated notes that the answer is from before the latest data.
func outdated(c *gin.Context) {
	c.Set(olderKey, true)
	c.Header(olderHeader, "1")
}

// compare computes the baseline and, where a lever is moved, the scenario
// beside it; nil where none is.
func (s *Server) compare(c *gin.Context) (base, with *outlook.Outlook, err error) {
	sc, err := levers(c)
	if err != nil {
		return nil, nil, err
	}
	if base, err = s.look(c); err != nil || sc.Baseline() {
		return base, nil, err
	}
	with, err = s.cfg.Outlooks.Of(c.Request.Context(), outlook.Query{Policy: base.Policy.ID, AsOf: base.AsOf.Time, Scenario: sc})
	return base, s.withoutNames(c, with, access.Rows), err
}

// compareFor is compare for one target, at the speed of a slider: only it has a fan
// in the scenario.
func (s *Server) compareFor(c *gin.Context, id string) (base, with *outlook.Outlook, t *outlook.Target, err error) {
	if base, err = s.look(c); err != nil {
		return nil, nil, nil, err
	}
	if t, err = find(base, id); err != nil {
		return nil, nil, nil, err
	}
	with, sc, err := s.try(c, base, t)
	if err != nil || sc.Baseline() {
		return base, nil, t, err
	}
	return base, with, t, nil
}

// find returns the target of the address, or a fault that names some there are.
func find(o *outlook.Outlook, id string) (*outlook.Target, error) {
	if t, ok := o.Target(id); ok {
		return t, nil
	}
	known := near(o, id)
	return nil, fault.Newf(fault.NotFound,
		"政策 %[2]s 中没有目标“%[1]s”；已有的如：%[3]s。全部目标见总览。",
		"Policy %[2]s has no target %[1]q; there are such as %[3]s. The overview lists all.",
		clip(id), o.Policy.ID, strings.Join(known, ", "))
}

// near lists up to twelve ids, those that begin alike first.
func near(o *outlook.Outlook, id string) []string {
	var alike, others []string
	for _, t := range o.Targets {
		if len(id) >= 2 && strings.HasPrefix(t.ID, id[:2]) {
			alike = append(alike, t.ID)
		} else {
			others = append(others, t.ID)
		}
	}
	all := append(alike, others...)
	return all[:min(12, len(all))]
}

// link builds an address that keeps the language and the as-of date of the
// request. More pairs of key and value are added; an empty value drops the key.
func link(kept url.Values, path string, pairs ...string) string {
	q := url.Values{}
	for _, k := range []string{"lang", "as_of"} {
		if v := kept.Get(k); v != "" {
			q.Set(k, v)
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i], pairs[i+1])
		if pairs[i+1] == "" {
			q.Del(pairs[i])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}
