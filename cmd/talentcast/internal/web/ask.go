package web

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/analytics/scenario"
	"talentcast/charts"
	"talentcast/cmd/talentcast/internal/report"
)

// asking bounds how many long questions are answered at one time: each keeps a
// processor busy for seconds.
const asking = 2

// turn waits until a long question may be answered; the caller must call done. It
// ends with the request.
func (s *Server) turn(ctx context.Context) (done func(), err error) {
	select {
	case s.asks <- struct{}{}:
		return func() { <-s.asks }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// body reads a small JSON body into v and refuses what it does not know.
func body(c *gin.Context, v any) error {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, 2*scenario.MaxFile)
	d := json.NewDecoder(c.Request.Body)
	d.DisallowUnknownFields()
	err := d.Decode(v)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return fault.New(fault.TooLarge, "请求太大；请减少内容。", "The request is too large; send less.").Because(err)
	case errors.Is(err, io.EOF):
		return nil // nothing said: the defaults
	case err != nil:
		return fault.New(fault.Invalid, "请求内容不是所要的 JSON；请对照 /api 的说明检查字段名和数值。",
			"The body is not the JSON that is asked for; check names and values against /api.").Because(err)
	}
	return nil
}

// aim is the target and deadline of a question.
type aim struct {
	Target string `json:"target"`
	Early  bool   `json:"early"`
	High   bool   `json:"high"`
}

// asked is a question settled: the baseline, the target and the levers.
type asked struct {
	p        *page
	question report.Question
	query    outlook.Query
}

// settleAsk reads what every question has: levers and date from the address, the
// target from the body.
func (s *Server) settleAsk(c *gin.Context, a aim) (asked, error) {
	sc, err := levers(c)
	if err != nil {
		return asked{}, err
	}
	base, err := s.look(c)
	if err != nil {
		return asked{}, err
	}
	t, err := find(base, a.Target)
	if err != nil {
		return asked{}, err
	}
	p := s.page(c, "scenario")
	p.Policy, p.State = &base.Policy, &base.State
	o := outlook.Aim{Target: t.Canonical, Early: a.Early, High: a.High}
	return asked{p, report.Question{O: base, Target: t, Aim: o, Levers: sc.Levers, Lang: p.Lang}, outlook.Query{Policy: base.Policy.ID, AsOf: base.AsOf.Time, Scenario: sc}}, nil
}

// lever finds the lever that a text such as "intake@P00" means, by kind and scope
// among those of the scenario; one that isn't there is added, unmoved.
func (a *asked) lever(text string) (int, error) {
	ls, err := scenario.Parse(text)
	if err != nil {
		return 0, err
	}
	if len(ls) != 1 {
		return 0, fault.New(fault.Invalid, "请指明一个杠杆，如 intake 或 intake@P00。", "Name one lever, such as intake or intake@P00.")
	}
	all := a.query.Scenario.Levers
	i := slices.IndexFunc(all, func(l scenario.Lever) bool { return l.String() == ls[0].String() })
	if i < 0 {
		i = slices.IndexFunc(all, func(l scenario.Lever) bool { return l.Kind == ls[0].Kind && l.Scope == ls[0].Scope })
	}
	if i < 0 {
		a.query.Scenario.Levers = append(slices.Clone(all), ls[0])
		a.question.Levers = a.query.Scenario.Levers
		i = len(all)
	}
	return i, nil
}

type seekQuestion struct {
	aim
	P       float64  `json:"p"`       // 0 stands for 0.8
	Lever   string   `json:"lever"`   // intake@P00
	Ceiling *float64 `json:"ceiling"` // null for the end of its slider
	// Second is another lever, moved together with the first.
	Second        string   `json:"second"`
	SecondCeiling *float64 `json:"second_ceiling"`
}

type seekAnswer struct {
	Policy  string           `json:"policy"`
	AsOf    outlook.Day      `json:"as_of"`
	Text    outlook.Text     `json:"text"`
	Reached bool             `json:"reached"`
	Sought  *scenario.Sought `json:"sought"` // null with two levers
	Pairs   []scenario.Pair  `json:"pairs"`
	Best    int              `json:"best"` // place of the pair that moves both least; −1 for none
	// Levers are the scenario with the answer put in, as an address carries them;
	// empty where it can't be reached.
	Levers string       `json:"levers"`
	Table  *tableView   `json:"table"`
	Chart  charts.Chart `json:"chart"`
}

func orNaN(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}

func (s *Server) apiSeek(c *gin.Context) {
	var q seekQuestion
	if err := body(c, &q); err != nil {
		s.fail(c, err)
		return
	}
	if q.P == 0 {
		q.P = 0.8
	}
	a, err := s.settleAsk(c, q.aim)
	if err != nil {
		s.fail(c, err)
		return
	}
	ans, err := s.seek(c.Request.Context(), &a, q)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, ans)
}

func (s *Server) seek(ctx context.Context, a *asked, q seekQuestion) (*seekAnswer, error) {
	i, err := a.lever(q.Lever)
	if err != nil {
		return nil, err
	}
	out := &seekAnswer{Policy: a.query.Policy, AsOf: a.question.O.AsOf, Pairs: []scenario.Pair{}, Best: -1}
	done, err := s.turn(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	if q.Second != "" {
		return out, s.seekPair(ctx, a, q, i, out)
	}
	got, err := s.cfg.Outlooks.Seek(ctx, a.query, a.question.Aim, i, orNaN(q.Ceiling), q.P)
	if err != nil {
		return nil, err
	}
	l := a.question.Levers[i]
	ceiling := got.Curve[len(got.Curve)-1].Value
	if got.Curve[0].Value < got.From.Value {
		ceiling = got.Curve[0].Value
	}
	out.Sought, out.Reached, out.Text = &got, got.Reached, a.question.SoughtText(l, got, q.P, ceiling)
	out.Table = a.p.asked(a.question.SoughtTable(l, got, q.P))
	if got.Reached {
		out.Levers = a.with(map[int]float64{i: got.Least})
	}
	out.Chart, err = a.question.SoughtChart(l, got, q.P)
	return out, err
}

func (s *Server) seekPair(ctx context.Context, a *asked, q seekQuestion, i int, out *seekAnswer) error {
	j, err := a.lever(q.Second)
	if err != nil {
		return err
	}
	pairs, best, err := s.cfg.Outlooks.SeekPair(ctx, a.query, a.question.Aim, i, j, orNaN(q.Ceiling), orNaN(q.SecondCeiling), q.P)
	if err != nil {
		return err
	}
	x, y := a.question.Levers[i], a.question.Levers[j]
	out.Pairs, out.Best, out.Reached, out.Text = pairs, best, best >= 0, a.question.PairText(x, y, pairs, best, q.P)
	out.Table = a.p.asked(a.question.PairTable(x, y, pairs))
	if best >= 0 {
		out.Levers = a.with(map[int]float64{i: pairs[best].A, j: pairs[best].B})
	}
	out.Chart, err = a.question.PairChart(x, y, pairs, out.Text.In(a.p.Lang))
	return err
}

// with is the key of the scenario with other main values.
func (a *asked) with(values map[int]float64) string {
	sc := scenario.Scenario{Levers: slices.Clone(a.query.Scenario.Levers)}
	for i, v := range values {
		sc.Levers[i] = sc.Levers[i].WithMain(math.Round(v*1e6) / 1e6)
	}
	return sc.Moved().Key()
}

// asked is a table of an answer: it can't be fetched again by an address.
func (p *page) asked(t report.Table) *tableView {
	v := p.table(t, "")
	v.CSV, v.XLSX = "", ""
	return v
}

type whyQuestion struct {
	aim
	Points *int `json:"points"` // null stands for 64
}

type whyAnswer struct {
	Policy string       `json:"policy"`
	AsOf   outlook.Day  `json:"as_of"`
	Text   outlook.Text `json:"text"`
	*outlook.Why
	Levers           []string      `json:"levers"` // in words, by place
	Table            *tableView    `json:"table"`
	DifferencesTable *tableView    `json:"differences_table"`
	TornadoChart     *charts.Chart `json:"tornado_chart"`
	SobolChart       *charts.Chart `json:"sobol_chart"`
}

func (s *Server) apiWhy(c *gin.Context) {
	var q whyQuestion
	if err := body(c, &q); err != nil {
		s.fail(c, err)
		return
	}
	points := 64
	if q.Points != nil {
		points = *q.Points
	}
	a, err := s.settleAsk(c, q.aim)
	if err != nil {
		s.fail(c, err)
		return
	}
	done, err := s.turn(c.Request.Context())
	if err != nil {
		s.fail(c, err)
		return
	}
	defer done()
	w, err := s.cfg.Outlooks.Why(c.Request.Context(), a.query, a.question.Aim, points)
	if err != nil {
		s.fail(c, err)
		return
	}
	w.Tornado, w.Differences = orEmpty(w.Tornado), orEmpty(w.Differences)
	ans, err := a.why(w)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, ans)
}

func (a *asked) why(w *outlook.Why) (whyAnswer, error) {
	q := a.question
	out := whyAnswer{
		Policy: a.query.Policy, AsOf: q.O.AsOf, Text: q.WhyText(w), Why: w, Levers: []string{},
		Table: a.p.asked(q.WhyTable(w)), DifferencesTable: a.p.asked(q.DifferencesTable(w)),
	}
	for _, l := range q.Levers {
		out.Levers = append(out.Levers, l.Text(q.Lang, report.ScopeName(q.O, q.Lang)))
	}
	for _, x := range []struct {
		make func(*outlook.Why) (charts.Chart, bool, error)
		to   **charts.Chart
	}{{q.TornadoChart, &out.TornadoChart}, {q.SobolChart, &out.SobolChart}} {
		c, ok, err := x.make(w)
		if err != nil {
			return out, err
		}
		if ok {
			*x.to = &c
		}
	}
	return out, nil
}

type spendOption struct {
	Level float64 `json:"level"`
	Cost  float64 `json:"cost"` // 元
	P     float64 `json:"p"`
}

type spendShare struct {
	Target  string        `json:"target"`
	Name    string        `json:"name"`
	Best    spendOption   `json:"best"` // of the whole budget
	Least   spendOption   `json:"least"`
	Missing bool          `json:"missing"` // the probability can't be had: Least is the likeliest
	Options []spendOption `json:"options"`
}

type frontierPoint struct {
	Cost float64 `json:"cost"` // 元
	Met  float64 `json:"met"`
}

type spendAnswer struct {
	Policy        string          `json:"policy"`
	AsOf          outlook.Day     `json:"as_of"`
	Text          outlook.Text    `json:"text"`
	Shares        []spendShare    `json:"shares"`
	Frontier      []frontierPoint `json:"frontier"`
	Levers        string          `json:"levers"` // the scenario with the split put in
	Table         *tableView      `json:"table"`
	FrontierTable *tableView      `json:"frontier_table"`
	Chart         charts.Chart    `json:"chart"`
}

func (s *Server) apiSpend(c *gin.Context) {
	var ask outlook.Spending
	if err := body(c, &ask); err != nil {
		s.fail(c, err)
		return
	}
	if ask.P == 0 {
		ask.P = 0.8
	}
	sc, err := levers(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	base, err := s.look(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	done, err := s.turn(c.Request.Context())
	if err != nil {
		s.fail(c, err)
		return
	}
	defer done()
	got, err := s.cfg.Outlooks.Spend(c.Request.Context(), outlook.Query{Policy: base.Policy.ID, AsOf: base.AsOf.Time, Scenario: sc}, ask)
	if err != nil {
		s.fail(c, err)
		return
	}
	p := s.page(c, "scenario")
	p.Policy, p.State = &base.Policy, &base.State
	out := spendAnswer{
		Policy: base.Policy.ID, AsOf: base.AsOf, Text: report.SpendText(base, ask, got), Frontier: []frontierPoint{},
		Table: p.asked(report.SpendTable(base, got, p.Lang)), FrontierTable: p.asked(report.FrontierTable(base, got, p.Lang)),
	}
	out.split(base, sc, got, p.Lang)
	if out.Chart, err = report.SpendChart(base, ask, got, p.Lang); err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, out)
}

// split is who gets how much, in figures.
func (out *spendAnswer) split(base *outlook.Outlook, sc scenario.Scenario, got *outlook.Spent, lang string) {
	option := func(o scenario.Option) spendOption { return spendOption{o.Level, float64(o.Cost) / 100, o.P} }
	for _, a := range got.Frontier {
		out.Frontier = append(out.Frontier, frontierPoint{float64(a.Cost) / 100, a.Met})
	}
	out.Shares = []spendShare{}
	if len(got.Frontier) == 0 {
		return
	}
	last := got.Frontier[len(got.Frontier)-1]
	applied := []string{sc.Moved().Key()}
	for i, ch := range got.Choices {
		x := spendShare{
			Target: ch.ID, Name: base.Scope(ch.ID, lang), Best: option(ch.Options[last.Take[i]]), Least: option(ch.Options[got.Cheapest.Take[i]]),
			Missing: slices.Contains(got.Missing, ch.ID),
		}
		for _, o := range ch.Options {
			x.Options = append(x.Options, option(o))
		}
		if x.Best.Level != 1 {
			l := scenario.Intake(math.Round(x.Best.Level*1e4) / 1e4)
			l.Scope = ch.ID
			applied = append(applied, l.String())
		}
		out.Shares = append(out.Shares, x)
	}
	out.Levers = strings.Trim(strings.Join(applied, ";"), ";")
}
