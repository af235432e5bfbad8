package outlook

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"talentcast/datasets"
)

// While a newer answer is worked on, the one before is given once the patience is
// over: counted from when the newer one was first wanted, not for each who asks.
func TestLatest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l latest[int]
		slow := func(v int) func(context.Context, bool) (int, error) {
			done := make(chan struct{})
			go func() { time.Sleep(10 * time.Second); close(done) }()
			return func(ctx context.Context, _ bool) (int, error) {
				select {
				case <-done: // as what is kept is looked at before anything is waited for
					return v, nil
				default:
				}
				select {
				case <-done:
					return v, nil
				case <-ctx.Done():
					return 0, ctx.Err()
				}
			}
		}
		ask := func(key string, work func(context.Context, bool) (int, error), want int, wantOlder bool, within time.Duration) {
			t.Helper()
			began := time.Now()
			v, older, err := l.get(t.Context(), "p", key, 2*time.Second, work)
			if err != nil || v != want || older != wantOlder || time.Since(began) != within {
				t.Errorf("%s: %d, older %t after %v, %v; want %d, %t after %v", key, v, older, time.Since(began), err, want, wantOlder, within)
			}
		}
		ask("1", slow(1), 1, false, 10*time.Second) // nothing before: all of it is waited for
		second := slow(2)
		ask("2", second, 1, true, 2*time.Second)
		ask("2", second, 1, true, 0) // the patience is over
		time.Sleep(9 * time.Second)
		ask("2", second, 2, false, 0)
		ask("2", nil, 2, false, 0) // known: nothing is worked on
		third := slow(3)
		time.Sleep(9 * time.Second)
		ask("3", third, 3, false, time.Second) // it comes within the patience

		broken := errors.New("broken")
		if _, _, err := l.get(t.Context(), "p", "4", time.Second, func(context.Context, bool) (int, error) { return 0, broken }); !errors.Is(err, broken) {
			t.Errorf("a failure is hidden behind the answer before: %v", err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if _, _, err := l.get(ctx, "p", "5", time.Second, slow(5)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("who leaves gets an answer: %v", err)
		}
		time.Sleep(time.Minute)
		l.keep("p", "4", 4) // an answer that came too late
		ask("6", slow(6), 3, true, 2*time.Second)
		time.Sleep(time.Minute)
	})
}

// stopped holds up what reads flows until it is let on.
type stopped struct {
	*datasets.Store
	on chan struct{}
}

func (s stopped) Flows(ctx context.Context, policy string, known, events time.Time) ([]datasets.Flow, error) {
	<-s.on
	return s.Store.Flows(ctx, policy, known, events)
}

func TestRecentShowsTheOutlookBefore(t *testing.T) {
	s := service(t, Config{}, records()...)
	store := s.store.(*datasets.Store)
	ctx, q := t.Context(), Query{Policy: "p"}
	before, older, err := s.Recent(ctx, q, time.Second)
	if err != nil || older {
		t.Fatalf("the first: older %t, %v", older, err)
	}
	health, older, err := s.RecentHealth(ctx, HealthQuery{Policy: "p"}, time.Second)
	if err != nil || older {
		t.Fatalf("the first health: older %t, %v", older, err)
	}
	if err := s.Warm(ctx, "p"); err != nil {
		t.Fatal(err)
	}
	changes, err := s.ChangeKept(before, time.Time{}, "")
	if err != nil || changes == nil || s.YearEndsKept(before) == nil {
		t.Fatalf("not computed ahead: changes %v, %v", changes, err)
	}
	hold := stopped{store, make(chan struct{})}
	s.store = hold
	_, err = store.Load(ctx, datasets.Batch{
		Policy: "p", File: "g.csv", SHA256: "y", LoadedAt: day("2015-07-02"), Read: 1, Demo: true,
		Records: []datasets.Record{{Kind: datasets.Talent, Target: "EASY", Event: day("2015-06-03"), Known: day("2015-06-03"), Key: "new", Category: "EASY", Person: "new"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if o, older, err := s.Recent(ctx, q, time.Nanosecond); err != nil || !older || o != before {
		t.Errorf("while it is computed: older %t, %v", older, err)
	}
	if h, older, err := s.RecentHealth(ctx, HealthQuery{Policy: "p"}, time.Nanosecond); err != nil || !older || h != health {
		t.Errorf("health while it is computed: older %t, %v", older, err)
	}
	if kept, err := s.ChangeKept(before, time.Time{}, "EASY"); err != nil || kept != changes || s.YearEndsKept(before) == nil {
		t.Errorf("what goes with the outlook before is not at hand: %v", err)
	}
	close(hold.on)
	now, older, err := s.Recent(ctx, q, time.Minute)
	if err != nil || older || now == before || now.State.Version == before.State.Version {
		t.Errorf("afterwards: older %t, %v", older, err)
	}
	if kept, err := s.ChangeKept(now, time.Time{}, ""); err != nil || kept != nil {
		t.Errorf("changes of before go with the outlook now (%v)", err)
	}
	if _, older, err := s.RecentHealth(ctx, HealthQuery{Policy: "p"}, time.Minute); err != nil || older {
		t.Errorf("health afterwards: older %t, %v", older, err)
	}
}
