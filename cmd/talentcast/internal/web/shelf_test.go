package web

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

// Those who ask at one time wait for the one who makes it, and one whose maker failed
// is made by the next.
func TestShelfIsFilledByOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := shelf[string, int]{most: 100}
		var made, served atomic.Int64
		finish := make(chan struct{})
		var g sync.WaitGroup
		for range 50 {
			g.Go(func() {
				v, release, err := s.claim(t.Context(), "page")
				if err != nil {
					t.Error(err)
					return
				}
				if release == nil {
					if v != 7 {
						t.Errorf("got %d, want 7", v)
					}
					served.Add(1)
					return
				}
				defer release()
				if made.Add(1) == 1 {
					<-finish // the first fails: it keeps nothing
					return
				}
				s.keep("page", 7, 10)
			})
		}
		synctest.Wait()
		if made.Load() != 1 || served.Load() != 0 {
			t.Errorf("%d make it and %d have it while the first is at it, want 1 and 0", made.Load(), served.Load())
		}
		gone, leave := context.WithCancel(t.Context())
		leave()
		if _, _, err := s.claim(gone, "page"); !errors.Is(err, context.Canceled) {
			t.Errorf("whoever leaves gets %v", err)
		}
		close(finish)
		g.Wait()
		if made.Load() != 2 || served.Load() != 48 {
			t.Errorf("made %d times and served %d, want 2 and 48", made.Load(), served.Load())
		}
	})
}

// A shelf never holds more than it may.
func TestShelfIsBounded(t *testing.T) {
	s := shelf[int, int]{most: 25}
	for i := range 100 {
		s.keep(i, i, 10)
		s.keep(i, i, 10) // again: it counts once
		if s.bytes > s.most || len(s.of)*10 != s.bytes {
			t.Fatalf("%d things, %d bytes, of %d", len(s.of), s.bytes, s.most)
		}
	}
	s.keep(-1, 0, 26)
	if _, ok := s.of[-1]; ok {
		t.Error("what is larger than the shelf is on it")
	}
}
