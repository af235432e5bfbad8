package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/report/compose"
	"talentcast/cmd/talentcast/internal/report/document"
	"talentcast/cmd/talentcast/internal/report/format"
	"talentcast/datasets"
)

const (
	// reportWorkers is how many reports are written at one time.
	reportWorkers = 2
	// reportJobs is how many may wait or be looked at; finished ones make room.
	reportJobs = 64
	// reportHold is how long a finished job can be asked about.
	reportHold = 30 * time.Minute
)

// order is what a report is to be: a kind, of whom, in which format.
type order struct {
	kind       compose.Kind
	format     format.Format
	want       compose.Wanted
	lang       string
	department string
	organ, by  string
	login      string // the account that asks; by may be what was typed
	editable   bool   // charts that Word and PowerPoint draw themselves
}

// making writes reports in the background, a few at a time, into a folder.
type making struct {
	dir    string
	temp   bool // the folder goes with the server
	ctx    context.Context
	stop   context.CancelFunc
	turn   chan struct{}
	active sync.WaitGroup

	mu   sync.Mutex
	jobs map[string]*reportJob
	last int
}

// reportJob is one report under way. Its fields are under the lock of making.
type reportJob struct {
	ID     string
	cancel context.CancelFunc
	policy string
	by     string // the account that asked for it
	state  string // waiting, gathering, drawing, done, failed, cancelled
	done   int    // pictures drawn
	total  int
	report datasets.Report
	err    error
	ended  time.Time
}

func newMaking(dir string) (*making, error) {
	m := &making{dir: dir, turn: make(chan struct{}, reportWorkers), jobs: map[string]*reportJob{}}
	if dir == "" {
		var err error
		if m.dir, err = os.MkdirTemp("", "talentcast-reports-"); err != nil {
			return nil, fmt.Errorf("folder of reports: %w", err)
		}
		m.temp = true
	} else if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fault.Newf(fault.Unavailable, "无法建立报告目录 %[1]s；请检查路径与权限。", "The folder of reports %[1]s can't be made; check the path and its permissions.", dir).Because(err)
	}
	m.ctx, m.stop = context.WithCancel(context.Background())
	return m, nil
}

func (m *making) close() {
	m.stop()
	m.active.Wait()
	if m.temp {
		_ = os.RemoveAll(m.dir) // it is the system's to clear otherwise
	}
}

// file is where a report lies.
func (m *making) file(id int64, format string) string {
	return filepath.Join(m.dir, strconv.FormatInt(id, 10)+"."+format)
}

// start begins a report and returns its job.
func (s *Server) start(o order) (string, error) {
	m := s.making
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, j := range m.jobs {
		if !j.ended.IsZero() && s.cfg.Now().Sub(j.ended) > reportHold {
			delete(m.jobs, id)
		}
	}
	if len(m.jobs) >= reportJobs {
		return "", fault.New(fault.Unavailable, "正在生成的报告太多；请稍后再试。", "Too many reports are being written; try again in a moment.")
	}
	m.last++
	ctx, cancel := context.WithCancel(m.ctx)
	j := &reportJob{ID: strconv.Itoa(m.last), cancel: cancel, policy: o.want.Query.Policy, by: o.login, state: "waiting"}
	m.jobs[j.ID] = j
	m.active.Go(func() {
		defer cancel()
		s.make(ctx, o, j)
	})
	return j.ID, nil
}

// make writes one report and records it.
func (s *Server) make(ctx context.Context, o order, j *reportJob) {
	m := s.making
	set := func(f func()) {
		m.mu.Lock()
		defer m.mu.Unlock()
		f()
	}
	r, err := func() (datasets.Report, error) {
		select {
		case m.turn <- struct{}{}:
			defer func() { <-m.turn }()
		case <-ctx.Done():
			return datasets.Report{}, ctx.Err()
		}
		set(func() { j.state = "gathering" })
		d, err := s.composed(ctx, o)
		if err != nil {
			return datasets.Report{}, err
		}
		set(func() { j.state, j.total = "drawing", pictures(d) })
		return s.keepReport(ctx, o, d, func() { set(func() { j.done++ }) })
	}()
	set(func() {
		j.report, j.err, j.ended = r, err, s.cfg.Now()
		switch {
		case err == nil:
			j.state = "done"
		case errors.Is(err, context.Canceled):
			j.state = "cancelled"
		default:
			j.state = "failed"
		}
	})
}

// composed gathers what the report is about and writes its document.
func (s *Server) composed(ctx context.Context, o order) (document.Document, error) {
	in, err := compose.Gather(ctx, s.cfg.Outlooks, s.cfg.Store, o.kind, o.want)
	if err != nil {
		return document.Document{}, err
	}
	in.Lang, in.Version, in.Organ, in.Department = o.lang, s.cfg.Version, o.organ, o.department
	if in.Templates, err = s.wording(ctx, o.want.Query.Policy, o.lang); err != nil {
		return document.Document{}, err
	}
	d, err := compose.Compose(o.kind, in)
	d.Editable = o.editable
	return d, err
}

// wording are the sentences of a policy's reports.
func (s *Server) wording(ctx context.Context, policy, lang string) (*compose.Templates, error) {
	t, err := s.cfg.Store.ReportTemplate(ctx, policy, lang)
	if err != nil || t.Body == "" {
		if err != nil {
			return nil, err
		}
		return compose.Shipped(lang)
	}
	return compose.Parse(t.Body, lang)
}

// keepReport writes the file, then records it: what is recorded is there.
func (s *Server) keepReport(ctx context.Context, o order, d document.Document, drew func()) (datasets.Report, error) {
	var b bytes.Buffer
	if err := o.format.Write(ctx, &b, d, counting{format.Pen{Renderer: s.cfg.Renderer}, drew}); err != nil {
		return datasets.Report{}, fmt.Errorf("report as %s: %w", o.format.Name, err)
	}
	sum := sha256.Sum256(b.Bytes())
	name := d.Title
	if o.kind != compose.Supervision {
		name += " " + d.Stamp.AsOf.Format("2006-01-02")
	}
	r := datasets.Report{
		Policy: o.want.Query.Policy, Kind: string(o.kind), Lang: o.lang, Format: o.format.Name, Name: savedName(name, d.Stamp.Demo, o.lang),
		AsOf: d.Stamp.AsOf, Department: o.department, Scenario: d.Stamp.Scenario, State: d.Stamp.Data, Version: s.cfg.Version, Seed: d.Stamp.Version,
		Bytes: int64(b.Len()), SHA256: hex.EncodeToString(sum[:]), By: o.by,
	}
	id, err := s.cfg.Store.AddReport(ctx, r)
	if err != nil {
		return r, err
	}
	r.ID = id
	file := s.making.file(id, r.Format)
	if err := os.WriteFile(file+".part", b.Bytes(), 0o640); err != nil {
		return r, fmt.Errorf("keep report: %w", err)
	}
	if err := os.Rename(file+".part", file); err != nil {
		return r, fmt.Errorf("keep report: %w", err)
	}
	return r, nil
}

// pictures counts the charts of a document.
func pictures(d document.Document) int {
	n := 0
	for _, b := range d.Blocks {
		if f, ok := b.(document.Figure); ok && (!d.Editable || f.Chart == nil) {
			n++
		}
	}
	return n
}

// counting tells of every chart that is drawn.
type counting struct {
	format.Pen
	drew func()
}

func (c counting) SVG(ctx context.Context, option []byte, w, h int) ([]byte, error) {
	b, err := c.Pen.SVG(ctx, option, w, h)
	c.drew()
	return b, err
}

// job looks at a job; ok is false where there is none of the policy's.
func (m *making) job(policy, id string) (j reportJob, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found := m.jobs[id]
	if found == nil || found.policy != policy {
		return j, false
	}
	return *found, true
}
