package datasets

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
)

// Fen is an amount of money in 分 (0.01 元), exact.
type Fen int64

// FenOf converts an amount in 元 to Fen. It fails when the amount has a part
// smaller than 0.01 元 or does not fit DECIMAL(18,2).
func FenOf(yuan decimal.Decimal) (Fen, error) {
	shifted := yuan.Shift(2)
	if !shifted.IsInteger() {
		return 0, fmt.Errorf("amount %s 元 is finer than 0.01 元", yuan)
	}
	if shifted.Abs().GreaterThanOrEqual(decimal.New(1, 18)) {
		return 0, fmt.Errorf("amount %s 元 is too large", yuan)
	}
	return Fen(shifted.IntPart()), nil
}

// Decimal returns the amount in 元, exact.
func (f Fen) Decimal() decimal.Decimal { return decimal.New(int64(f), -2) }

// Yuan returns the amount in 元 for a model or a chart, no longer exact.
func (f Fen) Yuan() float64 { return float64(f) / 100 }

// String returns the amount in 元 with two decimals, "1234.50".
func (f Fen) String() string { return f.Decimal().StringFixed(2) }

// MarshalJSON writes the amount in 元 as a JSON number with two decimals.
func (f Fen) MarshalJSON() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalJSON reads an amount in 元.
func (f *Fen) UnmarshalJSON(b []byte) error {
	d, err := decimal.NewFromString(strings.Trim(string(b), `"`))
	if err != nil {
		return fmt.Errorf("amount %s: %w", b, err)
	}
	*f, err = FenOf(d)
	return err
}
