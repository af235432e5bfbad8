package document

import "context"

// Drawer makes pictures of ECharts options; charts/render is one. Widths and
// heights are CSS px.
type Drawer interface {
	SVG(ctx context.Context, option []byte, w, h int) ([]byte, error)
	PNG(ctx context.Context, option []byte, w, h int, scale float64) ([]byte, error)
}
