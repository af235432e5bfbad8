package datasets

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/shopspring/decimal"
)

// Money is what fund rows of one sort come to in a year.
type Money struct {
	Year    int    `json:"year"`
	Stage   string `json:"stage"`  // 预算, 到位, 支出
	Source  string `json:"source"` // 财政, 企业, 社会, 其他
	Plan    string `json:"plan"`
	Purpose string `json:"purpose"`
	Amount  Fen    `json:"amount"`
}

// Money returns what the fund's rows come to by the end of events, by the latest
// versions known on the day known.
func (s *Store) Money(ctx context.Context, policy string, known, events time.Time) ([]Money, error) {
	var out []Money
	err := s.query(ctx, "Store.Money", func(r *sql.Rows) error {
		var m Money
		var amount string
		if err := r.Scan(&m.Year, &m.Stage, &m.Source, &m.Plan, &m.Purpose, &amount); err != nil {
			return err
		}
		yuan, err := decimal.NewFromString(amount)
		if err != nil {
			return err
		}
		m.Amount, err = FenOf(yuan)
		out = append(out, m)
		return err
	}, policy, known, events)
	if err != nil {
		return nil, fmt.Errorf("money of %s: %w", policy, err)
	}
	return out, nil
}
