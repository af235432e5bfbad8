package render

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image/png"
	"strings"
	"sync"
	"time"

	"talentcast/analytics/fault"
)

// ErrClosed is returned after Close.
var ErrClosed = errors.New("render: the renderer is closed")

// The bounds of what is drawn.
const (
	minSide   = 16
	maxSide   = 4000
	maxScale  = 4
	maxPixels = 50_000_000
	maxOption = 8 << 20
)

// Options are the settings of a Renderer.
type Options struct {
	Workers int           // charts drawn at once, one script engine of about 50 MB each; 0 is 2
	Limit   time.Duration // the longest one chart may take; 0 is 10 s
	Keep    int           // bytes of drawings kept for those who ask again; 0 keeps none
}

// Size is the size of a picture in CSS px, each side 16 to 4000.
type Size struct{ W, H int }

// Renderer draws options. It is safe for concurrent use; calls beyond the
// number of workers wait.
type Renderer struct {
	limit time.Duration
	drawn drawings
	fonts *faces
	load  func() (*programs, error)

	slots   chan *engine // one entry a worker, nil where no engine runs yet
	closed  chan struct{}
	closing sync.Once
}

// New makes a renderer. Engines start with the first charts. It returns a
// fault.Unavailable when the assets were not built in.
func New(o Options) (*Renderer, error) {
	if o.Workers <= 0 {
		o.Workers = 2
	}
	if o.Limit <= 0 {
		o.Limit = 10 * time.Second
	}
	if _, err := Script(); err != nil {
		return nil, err
	}
	fonts, err := loadFaces()
	if err != nil {
		return nil, err
	}
	r := &Renderer{
		limit:  o.Limit,
		drawn:  drawings{most: o.Keep},
		fonts:  fonts,
		load:   sync.OnceValues(compile),
		slots:  make(chan *engine, o.Workers),
		closed: make(chan struct{}),
	}
	for range o.Workers {
		r.slots <- nil
	}
	return r, nil
}

// Close makes later calls fail with ErrClosed; charts being drawn are finished.
func (r *Renderer) Close() error {
	r.closing.Do(func() { close(r.closed) })
	return nil
}

// SVG draws an option as a standalone SVG document: no script, no style sheet,
// nothing fetched. The same option and size give the same bytes. An option that
// can't be drawn is a fault.Invalid, one over 8 MB a fault.TooLarge, one that
// takes longer than the limit a fault.Unavailable. It returns ctx's error when
// ctx ends first.
func (r *Renderer) SVG(ctx context.Context, option []byte, size Size) ([]byte, error) {
	root, err := r.tree(ctx, option, size)
	if err != nil {
		return nil, err
	}
	return root.bytes(), nil
}

// PNG draws an option as a picture of size × scale pixels. A scale of 0 is 1;
// more than 4 is refused. The background is a CSS colour; "" and "transparent"
// leave it clear. Errors as for SVG; a picture over 50 megapixels is a
// fault.TooLarge.
func (r *Renderer) PNG(ctx context.Context, option []byte, size Size, scale float64, background string) ([]byte, error) {
	if scale == 0 {
		scale = 1
	}
	if !(scale >= 0.1 && scale <= maxScale) {
		return nil, fault.Newf(fault.Invalid,
			"图片放大倍数 %g 不可用，请取 0.1 至 %d 之间的数。",
			"The scale %g can't be used; take one from 0.1 to %d.", scale, maxScale)
	}
	if float64(size.W)*float64(size.H)*scale*scale > maxPixels {
		return nil, fault.Newf(fault.TooLarge,
			"图片 %d×%d 放大 %g 倍后超过 5000 万像素，请缩小尺寸或倍数。",
			"A picture of %d×%d at a scale of %g has more than 50 megapixels; make it smaller.", size.W, size.H, scale)
	}
	ground, ok := parseColor(background)
	if !ok && background != "" {
		return nil, fault.Newf(fault.Invalid,
			"背景颜色“%s”无法识别，请写成 #ffffff 或 transparent。",
			"The background colour %q is not known; write it as #ffffff or transparent.", background)
	}
	root, err := r.tree(ctx, option, size)
	if err != nil {
		return nil, err
	}
	img := r.paint(root, size, scale, ground)
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&out, straight(img)); err != nil {
		return nil, fmt.Errorf("encode PNG: %w", err)
	}
	return out.Bytes(), nil
}

// tree is the cleaned SVG of an option.
func (r *Renderer) tree(ctx context.Context, option []byte, size Size) (*node, error) {
	if err := check(option, size); err != nil {
		return nil, err
	}
	text := string(option)
	svg, err := r.drawn.get(ctx, text, size, func(ctx context.Context) (string, error) { return r.run(ctx, text, size) })
	if err != nil {
		return nil, r.explain(ctx, err)
	}
	root, err := parseSVG(strings.NewReader(xmlText(svg)))
	if err != nil {
		return nil, fmt.Errorf("read the chart's SVG: %w", err)
	}
	root.clean(idPrefix(option, size), size)
	return root, nil
}

// run takes a worker, draws, and puts the worker back; a worker whose engine
// failed starts again with a new one.
func (r *Renderer) run(ctx context.Context, option string, size Size) (string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, r.limit, errLimit)
	defer cancel()
	select {
	case <-r.closed:
		return "", ErrClosed
	default:
	}
	var e *engine
	select {
	case e = <-r.slots:
	case <-ctx.Done():
		return "", context.Cause(ctx)
	case <-r.closed:
		return "", ErrClosed
	}
	if e == nil {
		p, err := r.load()
		if err == nil {
			e, err = newEngine(p, r.fonts)
		}
		if err != nil {
			r.slots <- nil
			return "", err
		}
	}
	svg, err := e.svg(ctx, option, size)
	if err != nil {
		e = nil
	}
	r.slots <- e
	return svg, err
}

var errLimit = errors.New("render: the chart took longer than the limit")

// explain turns an engine's error into a fault where the option is to blame.
func (r *Renderer) explain(ctx context.Context, err error) error {
	var failed *scriptError
	switch {
	case ctx.Err() != nil:
		return fmt.Errorf("draw chart: %w", context.Cause(ctx))
	case errors.Is(err, errLimit):
		return fault.Newf(fault.Unavailable,
			"图表在 %v 内没有画完。请减少数据点或系列后再试。",
			"The chart was not drawn within %v. Use fewer points or series and try again.", r.limit).Because(err)
	case errors.As(err, &failed):
		return fault.Newf(fault.Invalid,
			"图表配置无法绘制：%s。请检查图表的数据和设置。",
			"The chart option can't be drawn: %s. Check the chart's data and settings.", failed.reason()).Because(err)
	}
	return fmt.Errorf("draw chart: %w", err)
}

func check(option []byte, size Size) error {
	switch {
	case size.W < minSide || size.H < minSide || size.W > maxSide || size.H > maxSide:
		return fault.Newf(fault.Invalid,
			"图表尺寸 %d×%d 不可用，宽和高请取 %d 至 %d 之间。",
			"A chart can't be %d×%d; take a width and a height from %d to %d.", size.W, size.H, minSide, maxSide)
	case len(option) > maxOption:
		return fault.Newf(fault.TooLarge,
			"图表数据有 %d 字节，超过 %d 字节的上限。请减少数据点。",
			"The chart has %d bytes of data, more than the limit of %d. Use fewer points.", len(option), maxOption)
	case !json.Valid(option):
		return fault.New(fault.Invalid,
			"图表配置不是有效的 JSON，请检查。",
			"The chart option is not valid JSON; check it.")
	}
	return nil
}
