package format

import (
	"context"

	"talentcast/charts/render"
)

// Pen is the renderer as documents use it: pictures on white, and vectors.
type Pen struct{ *render.Renderer }

// SVG draws an option as SVG.
func (p Pen) SVG(ctx context.Context, option []byte, w, h int) ([]byte, error) {
	return p.Renderer.SVG(ctx, option, render.Size{W: w, H: h})
}

// PNG draws an option on white.
func (p Pen) PNG(ctx context.Context, option []byte, w, h int, scale float64) ([]byte, error) {
	return p.Renderer.PNG(ctx, option, render.Size{W: w, H: h}, scale, "#ffffff")
}
