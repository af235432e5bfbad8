package render

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/dop251/goja"
)

// programs are the scripts, compiled once and shared by all engines.
type programs struct{ echarts, formatters, engine *goja.Program }

func compile() (*programs, error) {
	script, err := Script()
	if err != nil {
		return nil, err
	}
	var p programs
	for _, s := range []struct {
		name, text string
		to         **goja.Program
	}{
		{"echarts.min.js", string(script), &p.echarts},
		{"formatters.js", formatters, &p.formatters},
		{"engine.js", engineScript, &p.engine},
	} {
		if *s.to, err = goja.Compile(s.name, s.text, false); err != nil {
			return nil, fmt.Errorf("compile %s: %w", s.name, err)
		}
	}
	return &p, nil
}

// engine is one script runtime with ECharts loaded; one goroutine at a time.
type engine struct {
	vm     *goja.Runtime
	render goja.Callable
	rng    *rand.Rand
}

const maxCallDepth = 2000

func newEngine(p *programs, f *faces) (*engine, error) {
	e := &engine{vm: goja.New()}
	e.vm.SetMaxCallStackSize(maxCallDepth)
	// The clock stands still and chance is the same for every picture, so that
	// one option gives one picture.
	e.vm.SetTimeSource(func() time.Time { return time.Unix(0, 0) })
	e.vm.SetRandSource(func() float64 { return e.rng.Float64() })
	e.reseed()
	noop := func(goja.FunctionCall) goja.Value { return e.vm.ToValue(0) }
	for _, name := range []string{"setTimeout", "clearTimeout"} {
		if err := e.vm.Set(name, noop); err != nil {
			return nil, err
		}
	}
	for _, program := range []*goja.Program{p.echarts, p.formatters} {
		if _, err := e.vm.RunProgram(program); err != nil {
			return nil, fmt.Errorf("load the chart script: %w", err)
		}
	}
	connect, err := e.vm.RunProgram(p.engine)
	if err != nil {
		return nil, fmt.Errorf("load the chart script: %w", err)
	}
	call, _ := goja.AssertFunction(connect)
	host := e.vm.NewObject()
	if err := host.Set("measure", f.measure); err != nil {
		return nil, err
	}
	render, err := call(goja.Undefined(), host)
	if err != nil {
		return nil, fmt.Errorf("start the chart script: %w", err)
	}
	e.render, _ = goja.AssertFunction(render)
	return e, nil
}

func (e *engine) reseed() { e.rng = rand.New(rand.NewPCG(1, 2)) }

// svg runs the option through ECharts. It returns ctx's error when ctx ends
// first. After any error the engine is to be thrown away: ECharts may have
// been stopped half-way.
func (e *engine) svg(ctx context.Context, option string, size Size) (svg string, err error) {
	e.reseed()
	stop := e.watch(ctx)
	defer stop()
	defer func() {
		if p := recover(); p != nil {
			err = &scriptError{fmt.Errorf("panic: %v", p)}
		}
	}()
	v, err := e.render(goja.Undefined(), e.vm.ToValue(option), e.vm.ToValue(size.W), e.vm.ToValue(size.H))
	var interrupted *goja.InterruptedError
	switch {
	case errors.As(err, &interrupted):
		return "", context.Cause(ctx)
	case err != nil:
		return "", &scriptError{err}
	}
	return v.String(), nil
}

// scriptError says that ECharts or the engine gave up on an option.
type scriptError struct{ err error }

func (e *scriptError) Error() string { return "chart script: " + e.err.Error() }
func (e *scriptError) Unwrap() error { return e.err }

// reason is the first line of what the script threw.
func (e *scriptError) reason() string {
	text := e.err.Error()
	var thrown *goja.Exception
	if errors.As(e.err, &thrown) && thrown.Value() != nil {
		text = thrown.Value().String()
	}
	text, _, _ = strings.Cut(text, "\n")
	if r := []rune(text); len(r) > 200 {
		text = string(r[:200]) + "…"
	}
	return strings.TrimRight(text, ". ")
}

// watch interrupts the engine when ctx ends; stop must be called, and leaves no
// interrupt behind.
func (e *engine) watch(ctx context.Context) (stop func()) {
	var wg sync.WaitGroup
	done := make(chan struct{})
	wg.Go(func() {
		select {
		case <-ctx.Done():
			e.vm.Interrupt("stopped")
		case <-done:
		}
	})
	return func() {
		close(done)
		wg.Wait()
		e.vm.ClearInterrupt()
	}
}
