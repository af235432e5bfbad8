package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"time"

	"talentcast/analytics/fault"
	"talentcast/datasets"
)

// run is some rows of a sheet, to be checked together: a piece of text, or lines
// with the error that ended them.
type run struct {
	text  *piece
	lines []line
	done  int64
	err   error
}

// runLines is how many lines make a run where they come one by one.
const runLines = 512

// runs yields the sheet from the top.
func (s *sheet) runs() iter.Seq[run] {
	return func(yield func(run) bool) {
		if s.text != nil {
			for p, err := range s.text.pieces() {
				x := run{text: p, err: err}
				if err == nil {
					x.done = s.text.done(p)
				}
				if !yield(x) {
					return
				}
			}
			return
		}
		var x run
		for l, err := range s.lines {
			if err != nil {
				x.err = err
				break
			}
			x.lines, x.done = append(x.lines, l), l.done
			if len(x.lines) == runLines {
				if !yield(x) {
					return
				}
				x = run{lines: make([]line, 0, runLines)}
			}
		}
		yield(x)
	}
}

// checked is what came of a run.
type checked struct {
	records []datasets.Record
	keys    []keyMark // of each record
	cells   []string  // of each record: what to show where it repeats another
	aside   []aside
	read    int // rows of data
	done    int64
	err     error // that ends the file, behind all others
}

// aside is a row that is no record: left out for a reason, or refused.
type aside struct {
	before int // so many records stand before it
	row    int
	note   string
	bad    []datasets.Refusal
}

func (c *checked) reset() {
	*c = checked{records: c.records[:0], keys: c.keys[:0], cells: c.cells[:0], aside: c.aside[:0]}
}

// check checks a run.
func (w *row) check(x run, c *checked) {
	c.reset()
	c.done = x.done
	if x.text == nil {
		for _, l := range x.lines {
			if w.line(l, c); c.err != nil {
				return
			}
		}
		c.err = x.err
		return
	}
	text, err := w.sheet.text.text(w.r.name, x.text)
	if err != nil {
		c.err = err
		return
	}
	rows := splitter{text: text, sep: w.sheet.text.sep, row: x.text.row, line: x.text.line}
	for c.err == nil {
		no, cells, err := rows.next()
		switch {
		case errors.Is(err, io.EOF):
			return
		case err != nil:
			c.err = brokenQuote(w.r.name, err)
		default:
			w.line(line{no: no, cells: cells}, c)
		}
	}
}

// line checks one row of the sheet.
func (w *row) line(l line, c *checked) {
	n := filled(l.cells)
	if n > w.r.o.Limits.Columns {
		c.err = tooManyColumns(w.r.name, l.no, n, w.r.o.Limits.Columns)
		return
	}
	if l.no <= w.header.row || n == 0 {
		return
	}
	if code := notData(l.cells[:n]); code != "" {
		c.aside = append(c.aside, aside{before: len(c.records), row: l.no, note: code})
		return
	}
	c.read++
	w.take(l, w.wide)
	c.records = append(c.records, datasets.Record{})
	rec := &c.records[len(c.records)-1]
	w.record(rec)
	if len(w.bad) > 0 {
		c.records = c.records[:len(c.records)-1]
		c.aside = append(c.aside, aside{before: len(c.records), row: l.no, bad: w.bad})
		return
	}
	k := rec.Key
	if rec.Kind == datasets.Indicator { // each revision of a figure is a row of its own
		k += "|" + rec.Known.Format(time.DateOnly)
	}
	c.keys = append(c.keys, w.r.keys.mark(k))
	c.cells = append(c.cells, w.cells[w.own()])
}

// own is the column by which a row is told from another: the person's or the
// first.
func (w *row) own() int {
	switch w.header.layout.Kind {
	case datasets.Talent, datasets.SocialWorker, datasets.Training:
		return w.column("id")
	}
	return 0
}

// table reads the rows below the header of one sheet. Runs of rows are checked
// on all processors and taken up in the order of the file.
func (r *reading) table(ctx context.Context, t *found, size int64) error {
	r.totals = false
	if err := r.checkRows(ctx, t, size); err != nil || !r.totals {
		return err
	}
	return r.checkTotals(ctx, *t)
}

func (r *reading) checkRows(ctx context.Context, t *found, size int64) error {
	r.sheets = append(r.sheets, t.sheet.name)
	doubles := r.newRow(t)
	take := func(c *checked) error {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("read %s: %w", r.name, err)
		}
		if r.o.Progress != nil {
			r.o.Progress(min(c.done, size), size)
		}
		return r.accept(c, doubles)
	}
	if t.sheet.percent != nil && t.header.layout.Kind == datasets.Indicator {
		// What a cell is shown as is asked of the library that reads the rows.
		w := r.newRow(t)
		for x := range t.sheet.runs() {
			c := r.spare()
			w.check(x, c)
			if err := take(c); err != nil {
				return err
			}
		}
		return nil
	}
	return r.parallel(ctx, t, take)
}

// parallel checks the runs of a sheet on all processors and hands what came of
// them to take in their order.
func (r *reading) parallel(ctx context.Context, t *found, take func(*checked) error) error {
	type job struct {
		run run
		out chan *checked
	}
	workers := runtime.GOMAXPROCS(0)
	jobs, order := make(chan job), make(chan job, 2*workers)
	ctx, stop := context.WithCancel(ctx)
	var all sync.WaitGroup
	defer all.Wait()
	defer stop()
	all.Go(func() {
		defer close(order)
		defer close(jobs)
		for x := range t.sheet.runs() {
			j := job{x, make(chan *checked, 1)}
			select {
			case order <- j:
			case <-ctx.Done():
				return
			}
			select {
			case jobs <- j:
			case <-ctx.Done():
				close(j.out)
				return
			}
		}
	})
	for range workers {
		all.Go(func() {
			w := r.newRow(t)
			for j := range jobs {
				c := r.spare()
				w.check(j.run, c)
				j.out <- c
			}
		})
	}
	for j := range order {
		c, ok := <-j.out
		if !ok {
			break
		}
		if err := take(c); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("read %s: %w", r.name, err)
	}
	return nil
}

func (r *reading) spare() *checked {
	if c, ok := r.spares.Get().(*checked); ok {
		return c
	}
	return &checked{}
}

// accept takes up what came of a run: what was left out, what was refused, and
// the records whose key no earlier row has.
func (r *reading) accept(c *checked, doubles *row) error {
	if r.batch.Read+c.read > r.o.Limits.Rows {
		return fault.Newf(fault.TooLarge, "%[1]s 的数据超过 %[2]d 行的上限；请按年份分成几个文件再交。",
			"%[1]s has more than %[2]d rows of data; split it by year and send the parts.", r.name, r.o.Limits.Rows)
	}
	if c.err != nil {
		return c.err
	}
	r.batch.Read += c.read
	kept, next := 0, 0
	for i := range c.records {
		next = r.putAside(c, next, i, doubles.sheet.name)
		rec := &c.records[i]
		sheet, row, double := r.keys.add(c.keys[i], uint16(len(r.sheets)-1), uint32(rec.Row))
		if double {
			doubles.no, doubles.bad = rec.Row, nil
			code := codeDouble
			if doubles.own() > 0 || rec.Kind == datasets.SocialWorker {
				code = codeDoublePerson
			}
			doubles.refuse(code, doubles.own(), c.cells[i], place{r.sheets[sheet], int(row)}.from(doubles.sheet.name))
			r.refuse(doubles.bad)
			continue
		}
		if kept != i {
			c.records[kept] = *rec
		}
		kept++
	}
	r.putAside(c, next, len(c.records), doubles.sheet.name)
	return r.emit(c, c.records[:kept])
}

// putAside takes up what stands before record i, from next on.
func (r *reading) putAside(c *checked, next, i int, sheet string) int {
	for ; next < len(c.aside) && c.aside[next].before <= i; next++ {
		switch a := c.aside[next]; {
		case a.note == codeTotalRow:
			r.totals = true
		case a.note != "":
			r.note(a.note, sheet, "", strconv.Itoa(a.row))
		default:
			r.refuse(a.bad)
		}
	}
	return next
}

// maxRefusals is how many refusals are kept one by one: enough to mend, and a
// file of nothing else must not fill the memory.
const maxRefusals = 100_000

// refuse takes up the refusals of one row.
func (r *reading) refuse(bad []datasets.Refusal) {
	r.batch.Refused++
	if len(r.batch.Refusals) < maxRefusals {
		r.batch.Refusals = append(r.batch.Refusals, bad...)
		return
	}
	for _, b := range bad {
		if r.unlisted == nil {
			r.unlisted = map[string]int{}
		}
		r.unlisted[b.Code]++
	}
}

// tellUnlisted puts on record how many refusals of each kind were not kept.
func (r *reading) tellUnlisted() {
	if len(r.unlisted) == 0 {
		return
	}
	text := ""
	var codes []string
	for c := range r.unlisted {
		codes = append(codes, c)
	}
	slices.Sort(codes)
	for _, c := range codes {
		if text != "" {
			text += ", "
		}
		text += fmt.Sprintf("%s %d", c, r.unlisted[c])
	}
	r.batch.Refusals = append(r.batch.Refusals, r.refusal(codeUnlisted, "", 0, "", "", text))
}

// mostFigures is how many reported figures are held against each other: more are
// not of one office.
const mostFigures = 100_000

// emit hands the good records on, or keeps them.
func (r *reading) emit(c *checked, good []datasets.Record) error {
	if r.batch.Kind == datasets.Indicator && len(r.figures) < mostFigures {
		r.figures = append(r.figures, good...)
	}
	if r.put == nil {
		r.batch.Records = append(r.batch.Records, good...)
		r.spares.Put(c)
		return nil
	}
	return r.put(good, func() { r.spares.Put(c) })
}
