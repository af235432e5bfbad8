package web

import (
	"context"
	"sync"
)

// shelf keeps what is costly to make and alike for many readers. It is made by one of
// those who ask at a time, in its own request, while the others wait for it: a page
// that two hundred ask for in the second after a load is written once. The zero shelf
// keeps nothing; set most.
type shelf[K comparable, V any] struct {
	most int // bytes

	mu    sync.Mutex
	of    map[K]V
	under map[K]chan struct{} // way; closed when it has ended
	bytes int
}

// claim returns what is kept under the key. Where nothing is, whoever calls makes it,
// may keep it, and calls release in any case: then the next takes its turn. The error
// is that of ctx.
func (s *shelf[K, V]) claim(ctx context.Context, key K) (v V, release func(), err error) {
	for {
		s.mu.Lock()
		got, ok := s.of[key]
		under, busy := s.under[key]
		if !ok && !busy {
			if s.under == nil {
				s.under = map[K]chan struct{}{}
			}
			s.under[key] = make(chan struct{})
		}
		s.mu.Unlock()
		switch {
		case ok:
			return got, nil, nil
		case !busy:
			return v, func() { s.release(key) }, nil
		}
		select {
		case <-under:
		case <-ctx.Done():
			return v, nil, context.Cause(ctx)
		}
	}
}

func (s *shelf[K, V]) release(key K) {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.under[key])
	delete(s.under, key)
}

// keep drops all there is when there is no room: what is still asked for comes back
// by itself.
func (s *shelf[K, V]) keep(key K, v V, size int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if size > s.most {
		return
	}
	if s.of == nil || s.bytes+size > s.most {
		s.of, s.bytes = map[K]V{}, 0
	}
	if _, twice := s.of[key]; !twice {
		s.bytes += size
	}
	s.of[key] = v
}
