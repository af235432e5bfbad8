package datasets

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"talentcast/analytics"
	"talentcast/analytics/fault"
)

// YearPlan is where a target's figure is to stand at the end of a year.
type YearPlan struct {
	Year   int             `json:"year"`
	Amount decimal.Decimal `json:"amount"` // in the target's unit
}

// PlanRevision is a planned path of a target as it was set once. One without
// years goes back to even progress.
type PlanRevision struct {
	Target   string     `json:"target"`
	Revision int        `json:"revision"` // from 1; 0 in one to be saved
	Known    time.Time  `json:"-"`        // the day from which it holds
	At       time.Time  `json:"saved_at"`
	By       string     `json:"saved_by"`
	Reason   string     `json:"reason"`
	Years    []YearPlan `json:"years"` // by year
	// Base is the revision that whoever saves it has seen, 0 for none. It is not
	// kept.
	Base int `json:"-"`
}

// SavePlans keeps revisions of several targets of a policy, all or none.
//
// Faults: NotFound for an unknown policy or target, Invalid for what
// [Target.CheckPlan] refuses, without who or why, or known after today; Conflict
// where someone has saved another revision since Base.
func (s *Store) SavePlans(ctx context.Context, policy string, plans []PlanRevision) error {
	p, err := s.Policy(ctx, policy)
	if err != nil {
		return err
	}
	for i := range plans {
		if err := s.checkPlan(p, &plans[i]); err != nil {
			return err
		}
	}
	err = s.annotate(ctx, func(c *sql.Conn) error {
		for _, x := range plans {
			if err := s.savePlan(ctx, c, policy, x); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("save plans of %s: %w", policy, err)
	}
	return nil
}

func (s *Store) checkPlan(p Policy, x *PlanRevision) error {
	t, ok := p.Target(x.Target)
	if !ok {
		return fault.Newf(fault.NotFound, "没有目标“%[1]s”；请核对目标编号。", "There is no target %[1]q; check its number.", x.Target)
	}
	if t.SameAs != "" {
		return fault.Newf(fault.Invalid, "目标 %[1]s 与 %[2]s 是同一项；请在 %[2]s 上填写年度计划。", "The target %[1]s repeats %[2]s; set the plan of %[2]s.", t.ID, p.Canonical(t.ID))
	}
	if err := checkSaying(x.By, x.Reason); err != nil {
		return err
	}
	y, m, d := s.now().Date()
	today := analytics.Date(y, m, d)
	if x.Known.IsZero() {
		x.Known = today
	}
	if x.Known.After(today) {
		return fault.New(fault.Invalid, "计划的确定日期不能在今天之后；请改为今天或以前。", "A plan can't be known from a day after today; give today or an earlier day.")
	}
	if len(x.Years) == 0 {
		return nil
	}
	if problems, _ := t.CheckPlan(x.Years); len(problems) > 0 {
		return problems[0].Err
	}
	return nil
}

func (s *Store) savePlan(ctx context.Context, c *sql.Conn, policy string, x PlanRevision) error {
	var last int
	row := c.QueryRowContext(ctx, "SELECT coalesce(max(revision), 0) FROM plan_revision WHERE policy_id = ? AND target_id = ?", policy, x.Target)
	if err := row.Scan(&last); err != nil {
		return err
	}
	if last != x.Base {
		return fault.Newf(fault.Conflict, "目标 %[1]s 的计划已由他人改为第%[2]d版（您看到的是第%[3]d版）；您填的内容还在，请对照最新一版后再保存。",
			"The plan of %[1]s has been changed to revision %[2]d by someone else (you saw %[3]d); what you typed is still here, compare it with the latest and save again.", x.Target, last, x.Base)
	}
	if _, err := c.ExecContext(ctx, "INSERT INTO plan_revision VALUES (?, ?, ?, ?, ?, ?, ?)", policy, x.Target, last+1, x.Known, s.now().UTC(), x.By, x.Reason); err != nil {
		return err
	}
	for _, y := range x.Years {
		if _, err := c.ExecContext(ctx, "INSERT INTO plan_year VALUES (?, ?, ?, ?, CAST(? AS DECIMAL(18,4)))", policy, x.Target, last+1, y.Year, y.Amount.String()); err != nil {
			return err
		}
	}
	return nil
}

// Plans are all revisions of the plans of a policy, by target and revision.
// The answer is shared: treat it as read-only.
func (s *Store) Plans(ctx context.Context, policy string) ([]PlanRevision, error) {
	return remember(ctx, s, fmt.Sprintf("plans %q", policy), func(ctx context.Context) ([]PlanRevision, error) {
		return s.plans(ctx, policy)
	})
}

func (s *Store) plans(ctx context.Context, policy string) ([]PlanRevision, error) {
	var out []PlanRevision
	err := s.query(ctx, "Store.Plans", func(r *sql.Rows) error {
		var x PlanRevision
		var year sql.NullInt64
		var amount sql.NullString
		if err := r.Scan(&x.Target, &x.Revision, &x.Known, &x.At, &x.By, &x.Reason, &year, &amount); err != nil {
			return err
		}
		if n := len(out); n == 0 || out[n-1].Target != x.Target || out[n-1].Revision != x.Revision {
			out = append(out, x)
		}
		if !year.Valid {
			return nil
		}
		v, err := decimal.NewFromString(amount.String)
		if err != nil {
			return err
		}
		last := &out[len(out)-1]
		last.Years = append(last.Years, YearPlan{int(year.Int64), v})
		return nil
	}, policy)
	if err != nil {
		return nil, fmt.Errorf("plans of %s: %w", policy, err)
	}
	return out, nil
}

// PlanOn is the revision of a target's plan that held on a day: of those known by
// then the one known last, the later written one first. ok is false where none was.
func PlanOn(plans []PlanRevision, target string, day time.Time) (x PlanRevision, ok bool) {
	for _, p := range plans {
		if p.Target == target && !p.Known.After(day) && (!ok || !p.Known.Before(x.Known)) {
			x, ok = p, true
		}
	}
	return x, ok
}

// LastRevision is the number of the newest revision of a target's plan; 0 for
// none.
func LastRevision(plans []PlanRevision, target string) int {
	n := 0
	for _, p := range plans {
		if p.Target == target {
			n = max(n, p.Revision)
		}
	}
	return n
}
