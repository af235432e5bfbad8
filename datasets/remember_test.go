package datasets

import (
	"context"
	"fmt"
	"sync"
	"testing"
)

// TestRememberedAnswers: whoever has written sees it in what is read next, while
// others read all the time; and an answer that somebody stopped waiting for is no
// loss to the others.
func TestRememberedAnswers(t *testing.T) {
	const id = "liwan-555"
	s, ctx := shippedStore(t), t.Context()
	before := s.Turn()
	var g sync.WaitGroup
	stop := make(chan struct{})
	for range 4 {
		g.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				gone, cancel := context.WithCancel(ctx)
				cancel()
				_, _ = s.Notes(gone, id, s.now()) // nobody waits for it
				if _, err := s.Notes(ctx, id, s.now()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range 30 {
		if _, err := s.AddNote(ctx, id, Note{Target: "G-01", Text: fmt.Sprint("说明 ", i), By: "李工"}); err != nil {
			t.Fatal(err)
		}
		notes, err := s.Notes(ctx, id, s.now())
		if err != nil || len(notes) != i+1 {
			t.Fatalf("after note %d there are %d, %v", i+1, len(notes), err)
		}
	}
	close(stop)
	g.Wait()
	if s.Turn() != before+30 {
		t.Errorf("%d turns for 30 writes", s.Turn()-before)
	}
}
