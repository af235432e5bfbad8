package flight

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestThoseWhoAskTogetherShareTheWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g Group
		begun := 0
		work := func(context.Context) (int, error) {
			begun++
			time.Sleep(time.Second)
			return begun, nil
		}
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				if v, err := Do(t.Context(), &g, "a", work); v != 1 || err != nil {
					t.Errorf("%d, %v", v, err)
				}
			})
		}
		all.Wait()
		if v, err := Do(t.Context(), &g, "a", work); v != 2 || err != nil {
			t.Errorf("the next gets %d, %v", v, err)
		}
	})
}

func TestWorkOutlivesWhoBeganIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g Group
		brief, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		work := func(ctx context.Context) (string, error) {
			time.Sleep(3 * time.Second)
			return "done", ctx.Err()
		}
		if _, err := Do(brief, &g, "a", work); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("who left got %v", err)
		}
		began := time.Now()
		v, err := Do(t.Context(), &g, "a", func(context.Context) (string, error) { return "begun again", nil })
		if v != "done" || err != nil || time.Since(began) != 2*time.Second {
			t.Errorf("%q after %v, %v", v, time.Since(began), err)
		}
	})
}

func TestFailureIsEverybodys(t *testing.T) {
	var g Group
	broken := errors.New("broken")
	if v, err := Do(t.Context(), &g, "a", func(context.Context) (int, error) { return 7, broken }); v != 0 || !errors.Is(err, broken) {
		t.Errorf("%d, %v", v, err)
	}
	reason := errors.New("why")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(reason)
	if _, err := Do(ctx, &g, "b", func(context.Context) (int, error) { <-t.Context().Done(); return 0, nil }); !errors.Is(err, reason) {
		t.Errorf("%v", err)
	}
}
