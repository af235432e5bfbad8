package web

import (
	"math"
	"slices"
	"strconv"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/cmd/talentcast/internal/access"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/datasets"
)

// rowsOnPage is how many of the rows behind a figure one page shows.
const rowsOnPage = 50

type targetBody struct {
	T            targetView
	Measure      string
	Plan         string
	Window       string
	Assumed      bool
	Source       string // records, reported or ""
	Held         string // of people counted: those still here
	Unregistered string // expected to have happened and not registered yet
	Milestone    bool
	Shortfall    []labelled // expected amount missing at each deadline
	Pace         []labelled
	Second       []opinionView
	Model        *modelView
	Duties       []dutyView
	Excess       []excessView
	Checked      int
	IsCap        bool
	Growth       []labelled
	Charts       []chartView
	Note         string
	Hedge        string
	Warnings     []string
	Parent       *targetView
	Children     []targetView
	Over         []targetView // for a cap: the targets whose rows are checked
	History      string       // address of how earlier forecasts have done; empty without a forecast
	Rows         rowsView
	Change       *changeView // nil until it has been computed
	Notes        notesView
	PlanRate     string // 年度计划完成率
	PlanURL      string // of its plan by year, on its department's page
	NotesURL     string // where notes are made
}

// labelled is a figure with its name.
type labelled struct{ Label, Value string }

type modelView struct {
	Name, Text, MASE, Cover80, Cover95 string
	Origins                            int
	Parts                              []partView
	Past                               []pastView
}

type partView struct {
	Name, Weight, MASE, CRPS string
	Length                   float64
}

type pastView struct {
	Origin, Date, Mean, Interval, Actual string
	Within                               bool
}

type dutyView struct {
	Period, Need, Done, Word string
	State                    outlook.DutyState
}

type excessView struct{ Date, What, Value, Limit string }

type rowsView struct {
	Rows        []rowView
	Total       int
	Page, Pages int
	Prev, Next  string // addresses; empty at the ends
	// Which columns any of the rows fills.
	HasPlace, HasFigure, HasEnd bool
}

// rowView is a stored row as shown. URL leads to the file it came from; it is empty
// where the reader may not open that.
type rowView struct {
	Date, End, Category, Name, Place, Dept, Figure, Known, From, URL, Target string

	Batch int64
}

func (s *Server) target(c *gin.Context) {
	o, err := s.glance(c)
	if err != nil {
		s.failIn(c, err)
		return
	}
	t, err := find(o, c.Param("target"))
	if err != nil {
		s.failIn(c, err)
		return
	}
	p, err := s.policyPage(c, "target", &o.Policy, &o.State)
	if err != nil {
		s.fail(c, err)
		return
	}
	p.AsOf = o.AsOf
	p.Title = t.Short(p.Lang)
	change, err := s.changeKept(c, p, o, t)
	if err != nil {
		s.failIn(c, err)
		return
	}
	key := s.printedKey(p, o)
	key.partly = change == nil // yet: it comes by itself
	if p.who.Reach(access.Batches) == access.Own {
		key.account = p.who.Account // which files its rows lead to
	}
	release, done := s.before(c, p, key)
	if done {
		return
	}
	defer release()
	b := p.targetBody(o, t)
	b.Change = change
	if b.Rows, err = s.rows(c, p, o, t); err != nil && !fault.Is(err, fault.Forbidden) {
		s.failIn(c, err)
		return
	}
	rows := len(b.Rows.Rows) > 0 || namesExcess(t)
	if rows {
		if err := s.seeing(c); err != nil {
			s.fail(c, err)
			return
		}
	}
	if err := s.planned(c, p, o, t, &b); err != nil {
		s.failIn(c, err)
		return
	}
	for _, name := range report.ChartNames(t) {
		v, err := p.targetChart(o, t, name, nil)
		if err != nil {
			s.fail(c, err)
			return
		}
		b.Charts = append(b.Charts, v)
	}
	p.Body = b
	s.print(c, p, key, rows)
}

func (p *page) targetBody(o *outlook.Outlook, t *outlook.Target) targetBody {
	b := targetBody{
		T: p.view(t), Measure: report.MeasureName(t.Measure, p.Lang), Assumed: t.Assumed, Source: t.Source,
		Note: t.Note(p.Lang), Checked: t.Checked,
		IsCap: t.Measure == datasets.Cap, Milestone: t.Measure == datasets.Milestone,
	}
	if p.Lang == phrase.Zh {
		b.Hedge = t.Hedge // a word of the document; the note explains it in English
	}
	b.Plan = report.PlanName(o.Policy, t.PlanID, p.Lang)
	if !t.Start.IsZero() {
		b.Window = phrase.Date(t.Start, p.Lang)
	}
	if t.Unregistered != nil {
		b.Unregistered = phrase.Amount(*t.Unregistered, t.Unit, p.Lang)
	}
	if t.Held != nil && t.Actual != nil && *t.Held != *t.Actual {
		b.Held = phrase.Amount(*t.Held, t.Unit, p.Lang)
	}
	b.Pace, b.Shortfall = p.pace(t), p.shortfall(t)
	if len(t.Fan) > 0 {
		b.History = p.API("/targets/" + t.ID + "/history")
	}
	b.Second, b.Model = p.opinions(t), p.model(t)
	for _, d := range t.Duties {
		b.Duties = append(b.Duties, dutyView{p.span(d.From, d.To), phrase.Amount(d.Need, t.Unit, p.Lang), phrase.Number(d.Done, 2), report.DutyWord(d.State, p.Lang), d.State})
	}
	for _, e := range t.Excess {
		b.Excess = append(b.Excess, excessView{phrase.Date(e.Date, p.Lang), e.What, phrase.Amount(e.Value, t.Unit, p.Lang), phrase.Amount(e.Limit, t.Unit, p.Lang)})
	}
	for _, g := range t.Growth {
		b.Growth = append(b.Growth, labelled{strconv.Itoa(g.Date.Year()), phrase.Number(g.Value, 1) + "%"})
	}
	for _, w := range t.Warnings {
		if p.Lang == phrase.En {
			b.Warnings = append(b.Warnings, w.En)
		} else {
			b.Warnings = append(b.Warnings, w.Zh)
		}
	}
	if parent, ok := o.Target(t.ParentID); ok {
		v := p.view(parent)
		b.Parent = &v
	}
	for _, id := range t.Over {
		if x, ok := o.Target(id); ok && id != t.ID {
			b.Over = append(b.Over, p.view(x))
		}
	}
	for i := range o.Targets {
		if x := &o.Targets[i]; x.ParentID != "" && o.Policy.Canonical(x.ParentID) == t.Canonical && x.SameAs == "" {
			b.Children = append(b.Children, p.view(x))
		}
	}
	return b
}

// pace sets what is needed from now on against what has been.
func (p *page) pace(t *outlook.Target) []labelled {
	if t.Pace == nil {
		return nil
	}
	var out []labelled
	add := func(label string, v float64) {
		if !math.IsNaN(v) {
			out = append(out, labelled{label, report.PaceText(v, t, p.Lang)})
		}
	}
	add(p.T("pace.recent", t.Pace.RecentPeriods), t.Pace.Recent)
	if !t.Early.Equal(t.Late) {
		add(p.T("pace.required", p.by(t.Early)), t.Pace.RequiredEarly)
	}
	add(p.T("pace.required", p.by(t.Late)), t.Pace.RequiredLate)
	return out
}

func (p *page) shortfall(t *outlook.Target) []labelled {
	if t.Attainment == nil {
		return nil
	}
	var out []labelled
	if v := t.Attainment.EarlyShortfall; !math.IsNaN(v) && !t.Early.IsZero() && !t.Early.Equal(t.Late) {
		out = append(out, labelled{p.T("target.shortfall", p.by(t.Early)), phrase.Amount(v, t.Unit, p.Lang)})
	}
	if v := t.Attainment.LateShortfall; !math.IsNaN(v) && !t.Late.IsZero() {
		out = append(out, labelled{p.T("target.shortfall", p.by(t.Late)), phrase.Amount(v, t.Unit, p.Lang)})
	}
	return out
}

func (p *page) model(t *outlook.Target) *modelView {
	m := t.Model
	if m == nil {
		return nil
	}
	v := &modelView{
		Name: m.Name, Text: m.Text.In(p.Lang), Origins: m.Origins,
		MASE: phrase.Number(m.MASE, 2), Cover80: phrase.Percent(m.Coverage80), Cover95: phrase.Percent(m.Coverage95),
	}
	for _, x := range m.Parts {
		v.Parts = append(v.Parts, partView{x.Name, phrase.Percent(x.Weight), phrase.Number(x.MASE, 2), phrase.Number(x.CRPS, 2), 100 * min(1, max(0, x.Weight))})
	}
	for _, x := range m.Past {
		v.Past = append(v.Past, pastView{
			phrase.Date(x.Origin.Time, p.Lang), phrase.Date(x.Date.Time, p.Lang), phrase.Amount(x.Mean, t.Unit, p.Lang),
			phrase.Amount(x.Lo80, t.Unit, p.Lang) + " – " + phrase.Amount(x.Hi80, t.Unit, p.Lang),
			phrase.Amount(x.Actual, t.Unit, p.Lang), x.Lo80 <= x.Actual && x.Actual <= x.Hi80,
		})
	}
	return v
}

// span writes a period in which something is due: a year, or from month to month.
func (p *page) span(from, to outlook.Day) string {
	whole := from.YearDay() == 1 && to.Month() == 12 && to.Day() == 31
	switch {
	case whole && from.Year() == to.Year():
		return p.T("period.year", from.Year())
	case whole:
		return p.T("period.years", from.Year(), to.Year())
	}
	return phrase.Month(from.Time, p.Lang) + " – " + phrase.Month(to.Time, p.Lang)
}

// rows are one page of the rows behind a target's figure.
func (s *Server) rows(c *gin.Context, p *page, o *outlook.Outlook, t *outlook.Target) (rowsView, error) {
	return s.rowsOf(c, p, "/t/"+t.ID, nil, func(limit, offset int) ([]datasets.Row, int, error) {
		return s.readRows(c, access.Rows, o, t, limit, offset)
	})
}

// readRows are the rows behind a target's figure, as far as whoever asks may do
// the action with them.
func (s *Server) readRows(c *gin.Context, a access.Action, o *outlook.Outlook, t *outlook.Target, limit, offset int) ([]datasets.Row, int, error) {
	dept, err := mayRead(c, a)
	if err != nil {
		return nil, 0, err
	}
	if dept != "" {
		return s.cfg.Store.RowsOfDepartment(c.Request.Context(), o.Policy.ID, t.Canonical, dept, o.AsOf.Time, limit, offset)
	}
	return s.cfg.Store.Rows(c.Request.Context(), o.Policy.ID, t.Canonical, o.AsOf.Time, limit, offset)
}

// rowsOf are the page of rows that the address asks for, as far as the reader may open
// them with a link to the file that they came from.
func (s *Server) rowsOf(c *gin.Context, p *page, path string, pairs []string, read func(limit, offset int) ([]datasets.Row, int, error)) (rowsView, error) {
	v, err := p.rows(c, path, pairs, read)
	if err != nil {
		return v, err
	}
	opens, err := s.opens(c, p.Policy.ID)
	for i := range v.Rows {
		if r := &v.Rows[i]; opens(r.Batch) {
			r.URL = p.Under("/data", "batch", strconv.FormatInt(r.Batch, 10)) + "#receipt"
		}
	}
	return v, err
}

// opens tells which batches of the policy the reader may look at.
func (s *Server) opens(c *gin.Context, policy string) (func(batch int64) bool, error) {
	mine := map[int64]bool{}
	switch me(c).Reach(access.Batches) {
	case access.All:
		return func(int64) bool { return true }, nil
	case access.Own:
		all, err := s.cfg.Store.Batches(c.Request.Context(), policy)
		if err != nil {
			return func(int64) bool { return false }, err
		}
		for _, b := range s.mine(c, all) {
			mine[b.ID] = true
		}
	}
	return func(batch int64) bool { return mine[batch] }, nil
}

// rows are the page of rows that the address asks for; the pages beside it are
// under the path with the pairs.
func (p *page) rows(c *gin.Context, path string, pairs []string, read func(limit, offset int) ([]datasets.Row, int, error)) (rowsView, error) {
	n, err := whole(c, "page", 1, 1, 1_000_000)
	if err != nil {
		return rowsView{}, err
	}
	rows, total, err := read(rowsOnPage, (n-1)*rowsOnPage)
	if err == nil && len(rows) == 0 && n > 1 {
		n = 1 // past the end, as after a change of date: begin again
		rows, total, err = read(rowsOnPage, 0)
	}
	if err != nil {
		return rowsView{}, err
	}
	v := rowsView{Total: total, Page: n, Pages: max(1, (total+rowsOnPage-1)/rowsOnPage)}
	for _, r := range rows {
		x := p.row(r)
		v.Rows = append(v.Rows, x)
		v.HasPlace, v.HasFigure, v.HasEnd = v.HasPlace || x.Place != "", v.HasFigure || x.Figure != "", v.HasEnd || x.End != ""
	}
	at := func(n int) string {
		return p.Under(path, append(slices.Clone(pairs), "page", strconv.Itoa(n))...) + "#rows"
	}
	if n > 1 {
		v.Prev = at(n - 1)
	}
	if n*rowsOnPage < total {
		v.Next = at(n + 1)
	}
	return v, nil
}

func (p *page) row(r datasets.Row) rowView {
	v := rowView{
		Date: phrase.Date(r.Event, p.Lang), Known: phrase.Date(r.Known, p.Lang), Category: r.Category, Name: r.Name, Place: r.Place,
		Dept: p.Departments(nonEmpty(r.Dept)), From: r.File, Batch: r.Batch, Target: r.Target,
	}
	if !r.End.IsZero() {
		v.End = phrase.Date(r.End, p.Lang)
	}
	switch {
	case r.Amount != nil:
		v.Figure = phrase.Amount(r.Amount.Yuan(), "元", p.Lang)
	case r.Value.Valid:
		f, _ := r.Value.Decimal.Float64()
		v.Figure = phrase.Amount(f, r.Unit, p.Lang)
	}
	if r.Stage != "" {
		v.Category = joined(v.Category, r.Stage)
	}
	if r.Source != "" && r.Kind == datasets.Fund {
		v.Category = joined(v.Category, r.Source)
	}
	if r.Sheet != "" {
		v.From += " · " + r.Sheet
	}
	v.From += " · " + p.T("rows.at", r.RowNo)
	return v
}

func joined(a, b string) string {
	if a == "" {
		return b
	}
	return a + " · " + b
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// planned sets what the target's department plans and says of it.
func (s *Server) planned(c *gin.Context, p *page, o *outlook.Outlook, t *outlook.Target, b *targetBody) error {
	all, err := s.notesOn(c)
	if err != nil {
		return err
	}
	b.Notes = p.notes(all, t, "", nil)
	if len(t.Lead) == 0 || t.SameAs != "" {
		return nil
	}
	at := p.Under("/dept/"+t.Lead[0], "target", t.ID)
	b.NotesURL = at + "#notes"
	revisions, day, err := s.plansOn(c)
	if err != nil {
		return err
	}
	if plan, ok := o.PlanOf(t, revisions, day, nil); ok {
		b.PlanRate, b.PlanURL = report.YearRateText(plan), at+"#plan"
	}
	return nil
}
