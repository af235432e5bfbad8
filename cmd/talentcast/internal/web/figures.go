package web

import (
	"math"
	"strconv"
	"strings"
	"time"

	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/analytics/target"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/datasets"
)

// targetView is a target as pages show it: every figure written out.
type targetView struct {
	ID, Name, Short, Para, Plan, URL string
	Repeats, RepeatsURL              string // the target it repeats, if it does

	Measure datasets.Measure
	Status  target.Status
	Lamp    lamp
	Reason  string

	Goal, Actual, ActualDate string
	RowsURL                  string // of the rows behind the actual; empty without one
	Completion, Elapsed      bar
	Early, Late              deadline
	Expected, Interval       string
	NotBy                    string // share of paths that do not get there
	Lead, Coop               string
	LeadURL                  string // of the page of the first department that leads it
}

// deadline is a date with the probabilities of having met the target by then.
type deadline struct {
	Date      string
	Low, High string // the commitment and the ambition; High empty where they are one
	Held      string // still held at the date, for what can be lost again
}

// bar is a share as text and as a length within 0 to 100.
type bar struct {
	Text   string
	Length float64
	Known  bool
}

func barOf(v *float64) bar {
	if v == nil || math.IsNaN(*v) {
		return bar{Text: phrase.Missing}
	}
	return bar{Text: phrase.Percent(*v), Length: math.Round(1000*min(1, max(0, *v))) / 10, Known: true}
}

func (p *page) view(t *outlook.Target) targetView {
	v := targetView{
		ID: t.ID, Name: t.Name(p.Lang), Short: t.Short(p.Lang), Para: p.para(t.Para), Plan: t.PlanID,
		URL:     p.Under("/t/" + t.ID),
		Measure: t.Measure, Status: t.Status, Lamp: lamp{t.Status, t.Measure}, Reason: t.Reason.In(p.Lang),
		Goal: report.GoalText(t.Target, p.Lang), Actual: phrase.Missing,
		Completion: barOf(t.Completion), Elapsed: barOf(t.Elapsed),
		Expected: phrase.Missing,
		Lead:     p.Departments(t.Lead), Coop: p.Departments(t.Coop),
	}
	if len(t.Lead) > 0 {
		v.LeadURL = p.Under("/dept/" + t.Lead[0])
	}
	if t.Measure == datasets.PerPeriod && t.Every > 0 {
		v.Goal = p.every(t.Every, v.Goal)
	}
	if t.SameAs != "" {
		v.Repeats, v.RepeatsURL = t.SameAs, p.Under("/t/"+t.SameAs)
	}
	if t.Actual != nil {
		v.Actual = phrase.Amount(*t.Actual, t.Unit, p.Lang)
		v.ActualDate = phrase.Date(t.ActualDate.Time, p.Lang)
		v.RowsURL = v.URL + "#rows"
	}
	v.Early, v.Late = deadline{Date: p.by(t.Early)}, deadline{Date: p.by(t.Late)}
	if t.Early.Equal(t.Late) {
		v.Early = deadline{}
	}
	if a := t.Attainment; a != nil && t.Status != target.Met {
		v.Early.fill(a.EarlyLow, a.EarlyHigh, a.EarlyHeld, t.Target)
		v.Late.fill(a.LateLow, a.LateHigh, a.LateHeld, t.Target)
		v.Expected, v.Interval = orMissing(report.ExpectedText(t, p.Lang)), report.IntervalText(t, p.Lang)
		if a.Passage.NotByHorizon >= 0.005 {
			v.NotBy = phrase.Probability(a.Passage.NotByHorizon)
		}
	}
	return v
}

// every writes what falls due again and again: 每年1次, 每两年3–4人.
func (p *page) every(months int, goal string) string {
	switch months {
	case 12:
		return p.T("every.year", goal)
	case 24:
		return p.T("every.two", goal)
	}
	return p.T("every.months", months, goal)
}

func (d *deadline) fill(low, high, held target.Probability, t datasets.Target) {
	if d.Date == "" {
		return
	}
	d.Low = phrase.Probability(low.P)
	if t.High != nil && t.Low != nil && *t.High != *t.Low {
		d.High = phrase.Probability(high.P)
	}
	if t.Measure != datasets.Cumulative && !math.IsNaN(held.P) {
		d.Held = phrase.Probability(held.P)
	}
}

// by writes a deadline: 2016年底, end of 2016; empty without one.
func (p *page) by(d time.Time) string {
	switch {
	case d.IsZero():
		return ""
	case d.Month() == time.December && d.Day() == 31:
		return p.T("deadline.yearend", d.Year())
	}
	return phrase.Date(d, p.Lang)
}

// numerals are those that parts of a document are numbered with.
const numerals = "一二三四五六七八九十"

// para names a place in the document: a numbered paragraph, or a part such as
// 四(一), whose numerals English pages write as figures.
func (p *page) para(s string) string {
	switch {
	case s == "":
		return phrase.Missing
	case !strings.ContainsAny(s, numerals):
		return p.T("para", s)
	case p.Lang != phrase.En:
		return p.T("part", s)
	}
	for i, r := range []rune(numerals) {
		s = strings.ReplaceAll(s, string(r), strconv.Itoa(i+1))
	}
	return p.T("part", s)
}

func orMissing(s string) string {
	if s == "" {
		return phrase.Missing
	}
	return s
}

// rank orders statuses as readers look for them.
func rank(s target.Status) int {
	for i, x := range target.Statuses() {
		if x == s {
			return i
		}
	}
	return len(target.Statuses())
}

// matches reports whether text holds every word of the query, whatever the case.
func matches(text, query string) bool {
	text = strings.ToLower(text)
	for _, w := range strings.Fields(strings.ToLower(query)) {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}
