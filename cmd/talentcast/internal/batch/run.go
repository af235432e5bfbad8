package batch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strconv"

	"golang.org/x/sync/errgroup"
)

// Refusal is a series that was not forecast.
type Refusal struct {
	Row int
	ID  string
	Err error
}

// Summary is what came of a run.
type Summary struct {
	Series   int // forecast
	Refused  int
	Warnings map[string]int // series by warning code
}

// Run forecasts every series of rd on all processors and writes the rows
// id,h,mean,lo…,hi…[,p] to w, in the order of the input. refuse is told of each
// series that can't be forecast, in order, and done after every series; neither
// may be nil. Memory holds a few series for each processor whatever the file's
// size (long files are grouped by the reader).
func Run(ctx context.Context, rd *Reader, w io.Writer, o Options, refuse func(Refusal), done func()) (Summary, error) {
	if err := o.Check(); err != nil {
		return Summary{}, err
	}
	sum := Summary{Warnings: map[string]int{}}
	workers := runtime.GOMAXPROCS(0)
	type job struct {
		s   Series
		out chan answer
	}
	jobs, order := make(chan job), make(chan job, 8*workers)
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(jobs)
		defer close(order)
		for {
			s, err := rd.Next()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			j := job{s, make(chan answer, 1)}
			for _, c := range []chan job{order, jobs} {
				select {
				case c <- j:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
		}
	})
	for range workers {
		g.Go(func() error {
			for j := range jobs {
				j.out <- answered(j.s, o)
			}
			return nil
		})
	}
	g.Go(func() error {
		if _, err := io.WriteString(w, o.header()); err != nil {
			return fmt.Errorf("write the forecasts: %w", err)
		}
		for j := range order {
			var a answer
			select {
			case a = <-j.out:
			case <-ctx.Done():
				return ctx.Err()
			}
			done()
			if a.err != nil {
				sum.Refused++
				refuse(Refusal{j.s.Row, j.s.ID, a.err})
				continue
			}
			sum.Series++
			for _, c := range a.codes {
				sum.Warnings[c]++
			}
			if _, err := w.Write(a.rows); err != nil {
				return fmt.Errorf("write the forecasts: %w", err)
			}
		}
		return nil
	})
	return sum, g.Wait()
}

// answer is one series' rows, ready to be written.
type answer struct {
	rows  []byte
	codes []string
	err   error
}

// answered forecasts a series. A fault in a model must not take the other series
// with it.
func answered(s Series, o Options) (a answer) {
	defer func() {
		if p := recover(); p != nil {
			a = answer{err: fmt.Errorf("the forecaster failed on it: %v", p)}
		}
	}()
	f, err := One(s, o)
	if err != nil {
		return answer{err: err}
	}
	for _, w := range f.Warnings {
		a.codes = append(a.codes, w.Code)
	}
	for t, v := range f.Point {
		a.rows = append(appendID(a.rows, s.ID), ',')
		a.rows = strconv.AppendInt(a.rows, int64(t+1), 10)
		a.rows = appendNumber(append(a.rows, ','), v)
		for l := range o.Levels {
			a.rows = appendNumber(append(a.rows, ','), f.Lo[l][t])
			a.rows = appendNumber(append(a.rows, ','), f.Hi[l][t])
		}
		if f.P != nil {
			a.rows = strconv.AppendFloat(append(a.rows, ','), f.P[t], 'f', 4, 64)
		}
		a.rows = append(a.rows, '\n')
	}
	return a
}

// header names the columns: id,h,mean,lo80,hi80,lo95,hi95 and p.
func (o Options) header() string {
	h := "id,h,mean"
	for _, l := range o.Levels {
		n := strconv.FormatFloat(l, 'g', -1, 64)
		h += ",lo" + n + ",hi" + n
	}
	if o.Target != nil {
		h += ",p"
	}
	return h + "\n"
}

// appendNumber writes seven significant digits: more than any forecast has.
func appendNumber(b []byte, v float64) []byte { return strconv.AppendFloat(b, v, 'g', 7, 64) }

// appendID writes an id, quoted where CSV asks for it.
func appendID(b []byte, id string) []byte {
	for _, c := range id {
		if c == ',' || c == '"' || c == '\n' || c == '\r' {
			b = append(b, '"')
			for _, d := range []byte(id) {
				if d == '"' {
					b = append(b, '"')
				}
				b = append(b, d)
			}
			return append(b, '"')
		}
	}
	return append(b, id...)
}
