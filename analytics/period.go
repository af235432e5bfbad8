package analytics

import (
	"fmt"
	"time"
)

// Frequency is the number of periods in a year.
type Frequency int

// The frequencies a series can have.
const (
	Yearly    Frequency = 1
	Quarterly Frequency = 4
	Monthly   Frequency = 12
)

// ParseFrequency reads "yearly", "quarterly" or "monthly".
func ParseFrequency(s string) (Frequency, error) {
	switch s {
	case "yearly":
		return Yearly, nil
	case "quarterly":
		return Quarterly, nil
	case "monthly":
		return Monthly, nil
	}
	return 0, fmt.Errorf("frequency %q is not one of yearly, quarterly, monthly", s)
}

// String returns the name that [ParseFrequency] reads.
func (f Frequency) String() string {
	switch f {
	case Yearly:
		return "yearly"
	case Quarterly:
		return "quarterly"
	case Monthly:
		return "monthly"
	}
	return fmt.Sprintf("Frequency(%d)", int(f))
}

// Valid reports whether f is one of the declared frequencies.
func (f Frequency) Valid() bool { return f == Yearly || f == Quarterly || f == Monthly }

// Period is one calendar year, quarter or month. The zero Period is not valid;
// make one with [PeriodOf]. Periods of one frequency are comparable with ==.
type Period struct {
	Freq Frequency
	// Index counts periods since the start of year 0, so that consecutive
	// periods have consecutive indices.
	Index int
}

// PeriodOf returns the period of frequency f that the calendar date of t is in.
func PeriodOf(t time.Time, f Frequency) Period {
	months := 12 / int(f)
	return Period{Freq: f, Index: t.Year()*int(f) + (int(t.Month())-1)/months}
}

// Start is the first day of p, at midnight UTC.
func (p Period) Start() time.Time {
	months := 12 / int(p.Freq)
	year, k := p.Index/int(p.Freq), p.Index%int(p.Freq)
	return Date(year, time.Month(k*months+1), 1)
}

// End is the last day of p, at midnight UTC: a thing known at the end of p is
// known on that day.
func (p Period) End() time.Time { return p.Add(1).Start().AddDate(0, 0, -1) }

// Add returns the period k periods after p.
func (p Period) Add(k int) Period { return Period{p.Freq, p.Index + k} }

// Sub returns the number of periods from q to p. Both must have one frequency.
func (p Period) Sub(q Period) int { return p.Index - q.Index }

// Year is the calendar year of p.
func (p Period) Year() int { return p.Index / int(p.Freq) }

// Elapsed is the share of p that has passed at the end of the day t, in [0, 1].
func (p Period) Elapsed(t time.Time) float64 {
	days := p.End().Sub(p.Start()).Hours()/24 + 1
	gone := t.Sub(p.Start()).Hours()/24 + 1
	return min(1, max(0, gone/days))
}

// String returns "2015", "2015Q2" or "2015-06".
func (p Period) String() string {
	switch p.Freq {
	case Yearly:
		return fmt.Sprintf("%04d", p.Year())
	case Quarterly:
		return fmt.Sprintf("%04dQ%d", p.Year(), p.Index%4+1)
	case Monthly:
		return fmt.Sprintf("%04d-%02d", p.Year(), p.Index%12+1)
	}
	return fmt.Sprintf("Period(%d/%d)", p.Index, int(p.Freq))
}

// Date is the calendar date y-m-d at midnight UTC, the form in which every date
// of this module is kept.
func Date(y int, m time.Month, d int) time.Time {
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// ParseDate reads "2015-06-30".
func ParseDate(s string) (time.Time, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("date %q is not of the form 2015-06-30", s)
	}
	return t, nil
}
