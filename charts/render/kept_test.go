package render

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
)

// A drawing that is asked for again is not drawn again, and is the same.
func TestDrawingsAreKept(t *testing.T) {
	drawn := 0
	d := drawings{most: 100}
	draw := func(svg string) func(context.Context) (string, error) {
		return func(context.Context) (string, error) { drawn++; return svg, nil }
	}
	ask := func(option string, size Size, svg, want string, times int) {
		t.Helper()
		got, err := d.get(t.Context(), option, size, draw(svg))
		if err != nil || got != want || drawn != times {
			t.Errorf("%s %v: %q after %d drawings, %v; want %q after %d", option, size, got, drawn, err, want, times)
		}
	}
	small, large := Size{100, 50}, Size{200, 50}
	ask("a", small, "A", "A", 1)
	ask("a", small, "other", "A", 1)
	ask("a", large, "AA", "AA", 2)
	ask("b", small, strings.Repeat("B", 90), strings.Repeat("B", 90), 3)
	ask("a", small, "A", "A", 3)
	ask("c", small, strings.Repeat("C", 50), strings.Repeat("C", 50), 4) // there is no room: all before it go
	ask("a", small, "again", "again", 5)
	ask("huge", small, strings.Repeat("H", 101), strings.Repeat("H", 101), 6)
	ask("huge", small, "drawn again", "drawn again", 7)

	broken := errors.New("broken")
	if _, err := d.get(t.Context(), "bad", small, func(context.Context) (string, error) { return "", broken }); !errors.Is(err, broken) {
		t.Error(err)
	}
	ask("bad", small, "good", "good", 8)
	if d.bytes > d.most {
		t.Errorf("%d bytes are kept, more than %d", d.bytes, d.most)
	}
}

// Those who ask at one time share a drawing; one who leaves does not take it away.
func TestDrawingIsShared(t *testing.T) {
	d := drawings{most: 100}
	began, on := make(chan struct{}), make(chan struct{})
	ctx, leave := context.WithCancel(t.Context())
	var first sync.WaitGroup
	first.Go(func() {
		_, err := d.get(ctx, "a", Size{}, func(ctx context.Context) (string, error) {
			close(began)
			<-on
			return "A", ctx.Err()
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("who left got %v", err)
		}
	})
	<-began
	leave()
	first.Wait()
	close(on)
	if svg, err := d.get(t.Context(), "a", Size{}, func(context.Context) (string, error) { return "", errors.New("drawn again") }); err != nil || svg != "A" {
		t.Errorf("%q, %v", svg, err)
	}
}

// With and without keeping, pictures are the same to the byte.
func TestKeptDrawingsAreTheSame(t *testing.T) {
	option := []byte(`{"animation":false,"xAxis":{"data":["一","二"]},"yAxis":{},"series":[{"type":"bar","data":[1,2]}]}`)
	var want []byte
	for i, keep := range []int{0, 1 << 20} {
		r, err := New(Options{Keep: keep})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		for range 2 {
			svg, err := r.SVG(t.Context(), option, Size{300, 200})
			if err != nil {
				t.Fatal(err)
			}
			if want == nil {
				want = svg
			}
			if !bytes.Equal(svg, want) {
				t.Errorf("renderer %d draws otherwise", i)
			}
		}
	}
}
