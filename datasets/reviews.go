package datasets

import (
	"context"
	"database/sql"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"talentcast/analytics/fault"
)

// SelfReview is what a department says of a target at the end of a year (自评).
type SelfReview struct {
	Target   string              `json:"target"`
	Revision int                 `json:"revision"` // from 1; 0 where nothing is said yet
	Score    decimal.NullDecimal `json:"score"`    // 0 to 100
	Reason   string              `json:"reason"`
	Measures string              `json:"measures"`
	At       time.Time           `json:"saved_at"`
	By       string              `json:"saved_by"`
	Base     int                 `json:"-"` // the revision that whoever saves it has seen
}

// CheckSelfReview is what is wrong with what is said; nil for nothing.
func CheckSelfReview(x SelfReview) error {
	if x.Score.Valid {
		if v := x.Score.Decimal; v.IsNegative() || v.GreaterThan(decimal.New(100, 0)) || !v.Equal(v.Round(2)) {
			return fault.New(fault.Invalid, "自评分请填 0 到 100 之间的数，至多两位小数。", "Give a score from 0 to 100 with two decimals at most.")
		}
	}
	if utf8.RuneCountInString(x.Reason) > MaxSaying || utf8.RuneCountInString(x.Measures) > MaxSaying {
		return fault.Newf(fault.Invalid, "每格至多 %[1]d 字；请缩短。", "A field has %[1]d characters at most; shorten it.", MaxSaying)
	}
	if !utf8.ValidString(x.Reason + x.Measures) {
		return fault.New(fault.Invalid, "有不是 UTF-8 的字符；请重新输入。", "The text is not UTF-8; type it again.")
	}
	return nil
}

// SaveSelfReviews keeps what a department says of several targets for a year, all
// or none.
//
// Faults: NotFound for an unknown policy, department or target, Invalid without a
// name or for what [CheckSelfReview] refuses, Conflict where someone has saved
// another revision of one since its Base.
func (s *Store) SaveSelfReviews(ctx context.Context, policy, dept string, year int, by string, reviews []SelfReview) error {
	p, err := s.Policy(ctx, policy)
	if err != nil {
		return err
	}
	if _, ok := p.Department(dept); !ok {
		return fault.Newf(fault.NotFound, "没有部门“%[1]s”。", "There is no department %[1]q.", dept)
	}
	if err := checkSaying(by, "-"); err != nil {
		return err
	}
	for _, x := range reviews {
		if _, ok := p.Target(x.Target); !ok {
			return fault.Newf(fault.NotFound, "没有目标“%[1]s”；请核对目标编号。", "There is no target %[1]q; check its number.", x.Target)
		}
		if err := CheckSelfReview(x); err != nil {
			return err
		}
	}
	err = s.transact(ctx, func(c *sql.Conn) error {
		for _, x := range reviews {
			if err := s.saveSelfReview(ctx, c, policy, dept, year, by, x); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("save self-review of %s: %w", dept, err)
	}
	return nil
}

func (s *Store) saveSelfReview(ctx context.Context, c *sql.Conn, policy, dept string, year int, by string, x SelfReview) error {
	var last int
	row := c.QueryRowContext(ctx, "SELECT coalesce(max(revision), 0) FROM self_review WHERE policy_id = ? AND dept_id = ? AND year = ? AND target_id = ?", policy, dept, year, x.Target)
	if err := row.Scan(&last); err != nil {
		return err
	}
	if last != x.Base {
		return fault.Newf(fault.Conflict, "目标 %[1]s 的自评已由他人改为第%[2]d版（您看到的是第%[3]d版）；您填的内容还在，请对照最新一版后再保存。",
			"The self-review of %[1]s has been changed to revision %[2]d by someone else (you saw %[3]d); what you typed is still here, compare it with the latest and save again.", x.Target, last, x.Base)
	}
	var score any
	if x.Score.Valid {
		score = x.Score.Decimal.String()
	}
	_, err := c.ExecContext(ctx, "INSERT INTO self_review VALUES (?, ?, ?, ?, ?, CAST(? AS DECIMAL(5,2)), ?, ?, ?, ?)",
		policy, dept, year, x.Target, last+1, score, x.Reason, x.Measures, s.now().UTC(), by)
	return err
}

// SelfReviews are the latest ones of a department for a year, by target.
func (s *Store) SelfReviews(ctx context.Context, policy, dept string, year int) (map[string]SelfReview, error) {
	out := map[string]SelfReview{}
	err := s.query(ctx, "Store.SelfReviews", func(r *sql.Rows) error {
		var x SelfReview
		var score sql.NullString
		if err := r.Scan(&x.Target, &x.Revision, &score, &x.Reason, &x.Measures, &x.At, &x.By); err != nil {
			return err
		}
		if score.Valid {
			v, err := decimal.NewFromString(score.String)
			if err != nil {
				return err
			}
			x.Score = decimal.NewNullDecimal(v)
		}
		out[x.Target] = x
		return nil
	}, policy, dept, year)
	if err != nil {
		return nil, fmt.Errorf("self-reviews of %s: %w", dept, err)
	}
	return out, nil
}
