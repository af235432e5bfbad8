// Package flight answers those who ask for the same thing at one time by one piece of
// work.
package flight

import (
	"context"

	"golang.org/x/sync/singleflight"
)

// Group is a set of pieces of work under way, by key. The zero Group is ready; it is
// safe for concurrent use.
type Group struct{ g singleflight.Group }

// Do returns what work under the key comes to, whether it began it or found it under
// way. Work outlives whoever began it, as the others, or the next, want the same
// answer: its context does not end with ctx. When ctx ends first, Do returns its
// error. All work under one key must have the same T; the answer is shared.
func Do[T any](ctx context.Context, g *Group, key string, work func(context.Context) (T, error)) (T, error) {
	lasting := context.WithoutCancel(ctx)
	ch := g.g.DoChan(key, func() (any, error) { return work(lasting) })
	var none T
	select {
	case <-ctx.Done():
		return none, context.Cause(ctx)
	case r := <-ch:
		if r.Err != nil {
			return none, r.Err
		}
		return r.Val.(T), nil
	}
}
