package datasets

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"talentcast/analytics"
)

// Excesses checks every cap of the policy against what had happened by the end
// of events, as known on the day known (see [Store.Flows]): what is over its
// limit, and by cap how many things were checked (rows, persons' years or
// periods; a cap with none has no entry).
func (s *Store) Excesses(ctx context.Context, policy string, known, events time.Time) ([]Excess, map[string]int, error) {
	p, err := s.Policy(ctx, policy)
	if err != nil {
		return nil, nil, err
	}
	var out []Excess
	checked := map[string]int{}
	for _, t := range p.Targets {
		if t.Measure != Cap || t.High == nil {
			continue
		}
		rows, err := s.capRows(ctx, &p, t, known, events)
		if err != nil {
			return nil, nil, fmt.Errorf("cap %s of %s: %w", t.ID, policy, err)
		}
		found := measured(t, rows)
		if len(found) > 0 {
			checked[t.ID] = len(found)
		}
		limit := decimal.NewFromFloat(*t.High)
		for _, m := range found {
			if m.value.GreaterThan(limit) {
				out = append(out, Excess{Target: t.ID, Date: m.date, What: m.what, Value: m.value.InexactFloat64(), Limit: *t.High, Record: m.record})
			}
		}
	}
	return out, checked, nil
}

type capRow struct {
	record              int64
	date                time.Time
	person, name        string
	amount, base, value decimal.NullDecimal
}

func (s *Store) capRows(ctx context.Context, p *Policy, t Target, known, events time.Time) ([]capRow, error) {
	over := t.Over
	if len(over) == 0 {
		over = []string{t.ID}
	}
	ids := make([]string, len(over))
	for i, id := range over {
		ids[i] = p.Canonical(id)
	}
	var rows []capRow
	err := s.query(ctx, "Store.checked", func(r *sql.Rows) error {
		var c capRow
		var amount, base, value sql.NullString
		err := r.Scan(&c.record, &c.date, &c.person, &c.name, &amount, &base, &value)
		for _, d := range []struct {
			to   *decimal.NullDecimal
			text sql.NullString
		}{{&c.amount, amount}, {&c.base, base}, {&c.value, value}} {
			if err == nil {
				*d.to, err = nullDecimal(d.text)
			}
		}
		rows = append(rows, c)
		return err
	}, p.ID, strings.Join(ids, ";"), known, events)
	return rows, err
}

// measure is one figure held against a cap.
type measure struct {
	what   string
	date   time.Time
	value  decimal.Decimal
	record int64
}

// measured are the figures of the rows that the cap's basis compares.
func measured(t Target, rows []capRow) []measure {
	hundred := decimal.NewFromInt(100)
	var out []measure
	sums := map[string]int{} // key → index in out
	add := func(key, what string, r capRow, v decimal.Decimal) {
		i, ok := sums[key]
		if !ok {
			i = len(out)
			sums[key] = i
			out = append(out, measure{what: what})
		}
		out[i].value = out[i].value.Add(v)
		out[i].date, out[i].record = r.date, r.record
	}
	for _, r := range rows {
		switch t.Basis {
		case RowShare:
			if r.amount.Valid && r.base.Valid && r.base.Decimal.IsPositive() {
				out = append(out, measure{r.name, r.date, r.amount.Decimal.Mul(hundred).DivRound(r.base.Decimal, 4), r.record})
			}
		case RowAmount:
			if r.amount.Valid {
				out = append(out, measure{r.name, r.date, r.amount.Decimal, r.record})
			}
		case PersonYear:
			if r.amount.Valid && r.person != "" {
				year := strconv.Itoa(r.date.Year())
				add(r.person+year, r.name+" "+year, r, r.amount.Decimal)
			}
		case PeriodAmount, PeriodCount, PeriodPersons:
			key := t.period(r.date)
			v := decimal.NewFromInt(1)
			switch t.Basis {
			case PeriodAmount:
				v = r.amount.Decimal
			case PeriodPersons:
				v = r.value.Decimal
			}
			add(key, key, r, v)
		}
	}
	return out
}

// period names the period of t.Every months that the date is in, counted from
// the window's start, or from January where the policy states none.
func (t Target) period(d time.Time) string {
	origin := t.Start
	if origin.IsZero() {
		origin = analytics.Date(2000, time.January, 1)
	}
	months := analytics.PeriodOf(d, analytics.Monthly).Sub(analytics.PeriodOf(origin, analytics.Monthly))
	k := months / max(1, t.Every)
	if months < 0 {
		k = (months - t.Every + 1) / t.Every
	}
	from := analytics.PeriodOf(origin, analytics.Monthly).Add(k * t.Every)
	return from.String() + "…" + from.Add(t.Every-1).String()
}
