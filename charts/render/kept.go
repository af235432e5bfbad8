package render

import (
	"context"
	"crypto/sha256"
	"fmt"
	"sync"

	"talentcast/analytics/flight"
)

// drawings keeps what was drawn lately: readers of one page want the same pictures,
// and the same option and size give the same bytes.
type drawings struct {
	most  int // bytes; 0 keeps nothing
	group flight.Group

	mu    sync.Mutex
	of    map[string]string
	bytes int
}

// get returns the drawing of the option, drawn once for all who ask meanwhile; it is
// finished for the others when one of them leaves.
func (d *drawings) get(ctx context.Context, option string, size Size, draw func(context.Context) (string, error)) (string, error) {
	if d.most <= 0 {
		return draw(ctx)
	}
	key := fmt.Sprintf("%x %d %d", sha256.Sum256([]byte(option)), size.W, size.H)
	if svg, ok := d.kept(key); ok {
		return svg, nil
	}
	return flight.Do(ctx, &d.group, key, func(ctx context.Context) (string, error) {
		if svg, ok := d.kept(key); ok { // the drawing ended just now
			return svg, nil
		}
		svg, err := draw(ctx)
		if err == nil {
			d.keep(key, svg)
		}
		return svg, err
	})
}

func (d *drawings) kept(key string) (string, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	svg, ok := d.of[key]
	return svg, ok
}

// keep drops all there is when there is no room: what is still asked for comes back
// by itself.
func (d *drawings) keep(key, svg string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.of == nil || d.bytes+len(svg) > d.most {
		d.of, d.bytes = map[string]string{}, 0
	}
	if _, twice := d.of[key]; !twice && len(svg) <= d.most {
		d.of[key] = svg
		d.bytes += len(svg)
	}
}
