package datasets

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// fed is a batch whose records come by a feed, in runs of seven.
func fed(sha string, end error, rs ...Record) Batch {
	b := batch(sha, rs...)
	b.Records, b.Distinct, b.Read = nil, true, 0
	b.Feed = func(_ context.Context, b *Batch, put func([]Record, func()) error) error {
		for len(rs) > 0 {
			n := min(7, len(rs))
			if err := put(rs[:n], nil); err != nil {
				return err
			}
			rs, b.Read = rs[n:], b.Read+n
		}
		return end
	}
	return b
}

func people(n int) []Record {
	rs := make([]Record, n)
	for i := range rs {
		who := fmt.Sprintf("p%d", i)
		rs[i] = person("talent|"+who+"|甲类", who, "甲类", "A", "2013-03-05", "2013-03-06")
	}
	return rs
}

func TestFeedIsLoaded(t *testing.T) {
	ctx := context.Background()
	s := openTest(t)
	if r := mustLoad(t, s, fed("a", nil, people(5000)...)); r.Loaded != 5000 || r.Read != 5000 {
		t.Errorf("first: %+v", r)
	}
	// By way of the stage now: one is corrected, one is new.
	rs := people(5001)
	rs[3].Name = "李*"
	if r := mustLoad(t, s, fed("b", nil, rs...)); r.Loaded != 1 || r.Superseded != 1 || r.Unchanged != 4999 {
		t.Errorf("second: %+v", r)
	}
	var persons int
	if err := s.db.QueryRowContext(ctx, "SELECT count(DISTINCT person) FROM record WHERE person LIKE 'p%'").Scan(&persons); err != nil || persons != 5001 {
		t.Errorf("%d persons, %v", persons, err)
	}
	if j := joins(t, s, "2014-01-01"); j["A"] != 5001 {
		t.Errorf("joins %v", j)
	}
}

// A feed that ends with an error, or hands on what its kind can't have, leaves
// nothing.
func TestFailedFeedLeavesNothing(t *testing.T) {
	s := openTest(t)
	broken := errors.New("broken off")
	other, place, key := people(1)[0], people(1)[0], people(1)[0]
	other.Kind = Fund
	place.Value = exact("3")
	key.Person = "somebody else"
	for name, c := range map[string]struct {
		b    Batch
		want string
	}{
		"broken off":        {fed("a", broken, people(5000)...), "broken off"},
		"another kind":      {fed("b", nil, append(people(10), other)...), "a row of fund"},
		"a foreign column":  {fed("c", nil, append(people(10), place)...), "with value"},
		"another one's key": {fed("d", nil, append(people(10), key)...), "not its person's"},
	} {
		if _, err := s.Load(context.Background(), c.b); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if st, err := s.State(context.Background(), "test"); err != nil || st.Rows != 0 {
			t.Errorf("%s: %d rows stayed, %v", name, st.Rows, err)
		}
	}
}
