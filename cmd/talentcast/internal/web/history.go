package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/charts"
	"talentcast/cmd/talentcast/internal/report"
)

const (
	// historyOrigins bounds what a page's history costs: six years of quarters.
	historyOrigins = 24
	// historyJobs bounds how many histories wait for their turn.
	historyJobs = 8
)

// historyOptions are those of every history on a page: one worker, so that
// pages asked for meanwhile have a processor left.
func historyOptions() outlook.HistoryOptions {
	return outlook.HistoryOptions{Most: historyOrigins, Workers: 1}
}

// histories computes histories in the background, one at a time; the finished
// ones are kept by the outlook service, by the state of the data.
type histories struct {
	svc    *outlook.Service
	stop   context.CancelFunc
	ctx    context.Context // ends with the server, not with a request
	turn   chan struct{}
	active sync.WaitGroup

	mu   sync.Mutex
	jobs map[string]*historyJob
}

type historyJob struct {
	done, total int
	err         error // set once it has failed
}

func newHistories(svc *outlook.Service) *histories {
	ctx, stop := context.WithCancel(context.Background())
	return &histories{svc: svc, ctx: ctx, stop: stop, turn: make(chan struct{}, 1), jobs: map[string]*historyJob{}}
}

// close stops what is under way and waits for it.
func (hs *histories) close() {
	hs.stop()
	hs.active.Wait()
}

// get returns the history, or how far it has come: the first call sets it to
// work. A failure is told once; the next call tries again.
func (hs *histories) get(ctx context.Context, q outlook.Query) (h *outlook.History, job historyJob, err error) {
	h, key, err := hs.svc.HistoryKept(ctx, q, historyOptions())
	if err != nil || h != nil {
		return h, job, err
	}
	hs.mu.Lock()
	defer hs.mu.Unlock()
	if j := hs.jobs[key]; j != nil {
		if j.err != nil {
			delete(hs.jobs, key)
			return nil, job, j.err
		}
		return nil, *j, nil
	}
	if len(hs.jobs) >= historyJobs {
		return nil, job, fault.New(fault.Unavailable,
			"正在为其他页面计算历史检验；请几分钟后刷新。", "Histories for other pages are being computed; reload in a few minutes.")
	}
	j := &historyJob{}
	hs.jobs[key] = j
	hs.active.Go(func() { hs.work(q, key, j) })
	return nil, *j, nil
}

func (hs *histories) work(q outlook.Query, key string, j *historyJob) {
	var err error
	select {
	case <-hs.ctx.Done():
		return
	case hs.turn <- struct{}{}:
		_, err = hs.svc.History(hs.ctx, q, historyOptions(), func(done, total int) {
			hs.mu.Lock()
			defer hs.mu.Unlock()
			j.done, j.total = done, total
		})
		<-hs.turn
	}
	hs.mu.Lock()
	defer hs.mu.Unlock()
	if err == nil || errors.Is(err, context.Canceled) {
		delete(hs.jobs, key)
		return
	}
	j.err = err
}

// historyAnswer is how earlier forecasts of a target have done, or how far the
// work on it has come.
type historyAnswer struct {
	Policy string      `json:"policy"`
	Target string      `json:"target"`
	AsOf   outlook.Day `json:"as_of"`
	Demo   bool        `json:"demo"`
	State  string      `json:"state"` // running or done
	Done   int         `json:"done"`  // origins
	Total  int         `json:"total"`
	Text   string      `json:"text"` // in the language asked for
	Paths  int         `json:"paths"`

	Score     *outlook.Score      `json:"score"` // null without an outcome
	ByHorizon []outlook.Score     `json:"by_horizon"`
	Given     []outlook.GivenJSON `json:"given"`
	Sentences []outlook.Text      `json:"sentences"`
	Table     *historyRows        `json:"table"`
	Chart     *charts.Chart       `json:"chart"`
}

// historyRows is the table as the page shows it.
type historyRows struct {
	Columns []string   `json:"columns"`
	Rows    [][]string `json:"rows"`
}

func (s *Server) apiHistory(c *gin.Context) {
	o, err := s.look(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	t, err := find(o, c.Param("target"))
	if err != nil {
		s.fail(c, err)
		return
	}
	p := s.page(c, "target")
	if streams(c) {
		s.stream(c, func() (any, bool, error) {
			a, done, err := s.historyAnswer(c, p, o, t)
			return a, done, err
		})
		return
	}
	a, done, err := s.historyAnswer(c, p, o, t)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.Header("Cache-Control", "no-store")
	if !done {
		c.JSON(http.StatusAccepted, a)
		return
	}
	c.JSON(http.StatusOK, a)
}

// historyAnswer is the history of a target, or how far the work on it has come.
func (s *Server) historyAnswer(c *gin.Context, p *page, o *outlook.Outlook, t *outlook.Target) (a historyAnswer, done bool, err error) {
	h, job, err := s.histories.get(c.Request.Context(), outlook.Query{Policy: o.Policy.ID, AsOf: o.AsOf.Time})
	if err != nil {
		return a, false, err
	}
	a = historyAnswer{
		Policy: o.Policy.ID, Target: t.ID, AsOf: o.AsOf, Demo: o.State.Demo, State: "running", Done: job.done, Total: job.total,
		ByHorizon: []outlook.Score{}, Given: []outlook.GivenJSON{}, Sentences: []outlook.Text{},
	}
	if h == nil {
		a.Text = p.progress(job)
		return a, false, nil
	}
	return a, true, a.fill(p, h, o, t)
}

func (p *page) progress(j historyJob) string {
	if j.total == 0 {
		return p.T("history.waiting")
	}
	return p.T("history.running", j.done, j.total)
}

func (a *historyAnswer) fill(p *page, h *outlook.History, o *outlook.Outlook, t *outlook.Target) error {
	a.State, a.Done, a.Total, a.Paths = "done", len(h.Origins), len(h.Origins), h.Paths
	sentence := h.Sentence(t.ID)
	a.Text = sentence.In(p.Lang)
	a.Sentences = append(a.Sentences, sentence)
	if sc, ok := h.OfTarget(t.ID); ok {
		a.Score = &sc
		for _, x := range []outlook.Text{sc.Verdict(), h.Late(t.ID), sc.Caution()} {
			if x != (outlook.Text{}) {
				a.Sentences = append(a.Sentences, x)
			}
		}
		a.ByHorizon = orEmpty(h.TargetHorizons(t.ID))
		a.Table = p.historyRows(report.HistoryOfTarget(h, t.ID, p.Lang))
	}
	for _, g := range h.GivenOf(t.ID) {
		a.Given = append(a.Given, g.JSON())
	}
	chart, ok, err := report.OddsChart(h, o, t, p.Lang)
	if err != nil {
		return fmt.Errorf("history of %s: %w", t.ID, err)
	}
	if ok {
		a.Chart = &chart
	}
	return nil
}

// historyRows keeps the columns that a reader asks about first; the file has
// the rest.
func (p *page) historyRows(t report.Table) *historyRows {
	t = t.Select("name", "events", "mean", "rate", "brier", "line_skill", "cover80", "date_error")
	out := &historyRows{}
	for _, c := range t.Columns {
		out.Columns = append(out.Columns, c.Header())
	}
	for _, row := range t.Rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = written(t.Columns[i], cell, p.Lang)
		}
		out.Rows = append(out.Rows, cells)
	}
	return out
}

// keptHistory is the history behind a file that is taken away; what is not
// computed yet is set to work and asked for again.
func (s *Server) keptHistory(c *gin.Context, o *outlook.Outlook) (*outlook.History, error) {
	h, _, err := s.histories.get(c.Request.Context(), outlook.Query{Policy: o.Policy.ID, AsOf: o.AsOf.Time})
	if err == nil && h == nil {
		err = fault.New(fault.Unavailable, "历史检验正在计算；请稍后再试。", "The history is being computed; try again in a moment.")
	}
	return h, err
}
