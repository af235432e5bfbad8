package web

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/outlook"
	"talentcast/analytics/scenario"
	"talentcast/cmd/talentcast/internal/access"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/datasets"
)

// scenarioTabs are the parts of the laboratory, each with an address of its own.
var scenarioTabs = []string{"lab", "seek", "why", "spend", "compare", "saved"}

type scenarioBody struct {
	Tab      string
	Tabs     []tabView
	Cards    []leverCard
	Kinds    []leverCard // one of each, to add
	Compared comparison
	Target   string
	Targets  []option
	Chart    *chartView
	Spend    []option // targets that money may go to
	More     []moreTable
	CSV      string
	XLSX     string
	Moved    int // rows of the comparison
	Still    int
	Blank    changeWords // for the row's template
}

// scopeList is what levers may act on.
type scopeList struct{ Plans, Targets []option }

// moreTable is a table that only some scenarios have.
type moreTable struct {
	ID, Tab, Title, Hint, CSV, XLSX string
	Table                           *tableView
}

type tabView struct {
	ID, Title, URL string
	Current        bool
}

func (s *Server) scenario(c *gin.Context) {
	if c.Query("id") != "" {
		s.openScenario(c)
		return
	}
	// The form has a field for each figure of each lever, for people; the address
	// has them in one.
	if to, ok, err := leverForm(c.Request.URL.Query()); err != nil {
		s.failIn(c, err)
		return
	} else if ok {
		c.Redirect(http.StatusSeeOther, c.Request.URL.Path+"?"+to.Encode())
		return
	}
	base, err := s.look(c)
	if err != nil {
		s.failIn(c, err)
		return
	}
	chosen, err := chosenTarget(c, base)
	if err != nil {
		s.failIn(c, err)
		return
	}
	with, sc, err := s.try(c, base, chosen)
	if err != nil {
		s.failIn(c, err)
		return
	}
	p, err := s.policyPage(c, "scenario", &base.Policy, &base.State)
	if err != nil {
		s.fail(c, err)
		return
	}
	p.AsOf = base.AsOf
	b, err := p.scenarioBody(base, with, chosen, sc)
	if err != nil {
		s.fail(c, err)
		return
	}
	p.Body = b
	s.render(c, http.StatusOK, p)
}

// try computes the scenario of the address as fast as a slider asks, with a fan
// for one target; the baseline itself where no lever is moved.
func (s *Server) try(c *gin.Context, base *outlook.Outlook, t *outlook.Target) (*outlook.Outlook, scenario.Scenario, error) {
	sc, err := levers(c)
	if err != nil {
		return nil, sc, err
	}
	var fans []string
	if t != nil {
		fans = append(fans, t.Canonical)
	}
	with, err := s.cfg.Outlooks.Try(c.Request.Context(), outlook.Query{Policy: base.Policy.ID, AsOf: base.AsOf.Time, Scenario: sc}, fans...)
	return s.withoutNames(c, with, access.Rows), sc, err
}

func (p *page) scenarioBody(base, with *outlook.Outlook, chosen *outlook.Target, sc scenario.Scenario) (scenarioBody, error) {
	b := scenarioBody{Tab: "lab", Compared: p.compared(base, with, sc)}
	for _, id := range scenarioTabs {
		if p.Query("tab") == id {
			b.Tab = id
		}
	}
	for i := range base.Targets {
		if t := &base.Targets[i]; forecast(t) {
			b.Targets = append(b.Targets, option{t.ID, t.ID + " " + t.Short(p.Lang), chosen != nil && t.ID == chosen.ID})
		}
	}
	b.Cards, b.Kinds = p.leverCards(sc, scopesOf(base, p.Lang)), p.newCards()
	for i := range base.Targets {
		if t := &base.Targets[i]; forecast(t) && t.Unit != "元" && !strings.Contains(t.Unit, "%") {
			b.Spend = append(b.Spend, option{Value: t.ID, Text: t.ID + " " + t.Short(p.Lang)})
		}
	}
	for _, r := range b.Compared.Rows {
		if r.Changed {
			b.Moved++
		} else {
			b.Still++
		}
	}
	b.CSV, b.XLSX = p.Under("/export/comparison.csv", p.moved()...), p.Under("/export/comparison.xlsx", p.moved()...)
	more := func(id, title, hint string, t *tableView) {
		b.More = append(b.More, moreTable{id, b.Tab, title, hint, p.Under("/export/"+id+".csv", p.moved()...), p.Under("/export/"+id+".xlsx", p.moved()...), t})
	}
	more("budget", p.T("scenario.budget"), p.T("scenario.budget.hint"), b.Compared.BudgetTable)
	more("bill", p.T("scenario.bill"), p.T("scenario.bill.hint"), b.Compared.BillTable)
	more("held", p.T("scenario.held"), p.T("scenario.held.hint"), b.Compared.HeldTable)
	if chosen != nil {
		b.Target = chosen.ID
		shown := with
		if sc.Baseline() {
			shown = nil
		}
		v, err := p.targetChart(base, chosen, "fan", shown)
		if err != nil {
			return b, err
		}
		b.Chart = &v
		b.Compared.Target = &targetMoved{ID: chosen.ID, Tiles: p.tiles(chosen, b.Compared)}
	}
	for _, id := range scenarioTabs {
		b.Tabs = append(b.Tabs, tabView{id, p.T("lab.tab." + id), p.Under("/scenario", append(p.moved(), "target", b.Target, "tab", id)...), id == b.Tab})
	}
	return b, nil
}

// scopesOf lists what levers may act on: plans, and targets with figures.
func scopesOf(base *outlook.Outlook, lang string) *scopeList {
	out := &scopeList{}
	for _, x := range base.Policy.Plans {
		out.Plans = append(out.Plans, option{Value: x.ID, Text: outlook.Text{Zh: x.NameZh, En: x.NameEn}.In(lang)})
	}
	for i := range base.Targets {
		if t := &base.Targets[i]; t.SameAs == "" && t.Attainment != nil {
			out.Targets = append(out.Targets, option{Value: t.ID, Text: t.ID + " " + t.Short(lang)})
		}
	}
	return out
}

// at is the list with one of them chosen; one that isn't in it is added.
func (l *scopeList) at(id string) *scopeList {
	if id == "" {
		return l
	}
	out, found := &scopeList{}, false
	mark := func(from []option) (to []option) {
		for _, o := range from {
			o.Current = o.Value == id
			found = found || o.Current
			to = append(to, o)
		}
		return to
	}
	out.Plans, out.Targets = mark(l.Plans), mark(l.Targets)
	if !found {
		out.Targets = append(out.Targets, option{id, id, true})
	}
	return out
}

// leverForm turns the fields of the levers' form into an address: l0.kind, l0.scope,
// l0.times … for each lever, add= for one more, drop= for one less. ok is false
// where there are none of them. The two fields that the form had once are read too.
func leverForm(q url.Values) (to url.Values, ok bool, err error) {
	to = url.Values{}
	fields := map[int]map[string]string{}
	last := -1
	for k := range q {
		v := strings.TrimSpace(q.Get(k))
		if n, field, is := formField(k); is {
			if fields[n] == nil {
				fields[n] = map[string]string{}
			}
			fields[n][field], ok, last = v, true, max(last, n)
			continue
		}
		if v != "" && k != "add" && k != "drop" {
			to.Set(k, v)
		}
	}
	if text := q.Get("growth_pct"); text != "" {
		to.Del("growth_pct")
		v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		if err != nil {
			return nil, false, scenarioNumber("growth_pct", text)
		}
		to.Set("growth", strconv.FormatFloat(math.Round(v*1e4)/1e6, 'f', -1, 64))
		ok = true
	}
	if len(fields) == 0 && q.Get("add") == "" {
		return to, ok, nil
	}
	var sc scenario.Scenario
	if len(fields) == 0 {
		if sc.Levers, err = scenario.Parse(q.Get("levers")); err != nil {
			return nil, false, err
		}
	}
	for n := range last + 1 {
		f := fields[n]
		if f == nil || q.Get("drop") == strconv.Itoa(n) || len(sc.Levers) >= scenario.MaxLevers {
			continue
		}
		l, err := leverFrom(f)
		if err != nil {
			return nil, false, err
		}
		if l.Moved() || l.Scope != "" || n > 1 {
			sc.Levers = append(sc.Levers, l)
		}
	}
	if kind := q.Get("add"); kind != "" {
		sc.Levers = append(sc.Levers, scenario.Lever{Kind: scenario.Kind(kind)})
	}
	to.Del("intake")
	to.Del("growth")
	to.Del("levers")
	if key := sc.Key(); key != "" {
		to.Set("levers", key)
	}
	return to, true, nil
}

// formField takes "l3.times" apart.
func formField(k string) (n int, field string, ok bool) {
	head, field, found := strings.Cut(k, ".")
	if !found || !strings.HasPrefix(head, "l") {
		return 0, "", false
	}
	n, err := strconv.Atoi(head[1:])
	return n, field, err == nil && n >= 0 && n < 2*scenario.MaxLevers
}

// leverFrom is a lever as its form has it; empty fields stay as they are.
func leverFrom(f map[string]string) (scenario.Lever, error) {
	l := scenario.Lever{Kind: scenario.Kind(f["kind"]), Scope: f["scope"]}
	for k, v := range f {
		if k == "kind" || k == "scope" || v == "" {
			continue
		}
		if k == "sd" { // per cent for people
			x, err := strconv.ParseFloat(v, 64)
			if err != nil {
				return l, scenarioNumber(k, v)
			}
			v = strconv.FormatFloat(math.Round(x*1e6)/1e8, 'f', -1, 64)
		}
		if err := l.Set(k, v); err != nil {
			return l, err
		}
	}
	spec, ok := scenario.SpecOf(l.Kind)
	if !ok {
		return l, nil // for Validate to refuse
	}
	for _, x := range spec.Fields {
		if v, given := l.Values[x.ID]; given && v == x.Still {
			delete(l.Values, x.ID)
		}
	}
	return l, nil
}

// forecast reports whether the target has a forecast that levers can move.
func forecast(t *outlook.Target) bool { return t.SameAs == "" && t.Attainment != nil && len(t.Fan) > 0 }

// chosenTarget is the target of ?target=, or the first headline with a forecast.
func chosenTarget(c *gin.Context, o *outlook.Outlook) (*outlook.Target, error) {
	if id := c.Query("target"); id != "" {
		t, err := find(o, id)
		if err == nil && len(t.History) == 0 && len(t.Fan) == 0 {
			return nil, noForecast(id)
		}
		return t, err
	}
	for _, t := range o.Headlines() {
		if forecast(t) {
			return t, nil
		}
	}
	for i := range o.Targets {
		if forecast(&o.Targets[i]) {
			return &o.Targets[i], nil
		}
	}
	return nil, nil
}

// apiScenario answers in one go all that moves when a lever does.
func (s *Server) apiScenario(c *gin.Context) {
	base, err := s.look(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	var t *outlook.Target
	if c.Query("target") != "" {
		if t, err = chosenTarget(c, base); err != nil {
			s.fail(c, err)
			return
		}
	}
	with, sc, err := s.try(c, base, t)
	if err != nil {
		s.fail(c, err)
		return
	}
	p := s.page(c, "scenario")
	p.Policy, p.State = &base.Policy, &base.State
	a := p.compared(base, with, sc)
	if t != nil {
		if a.Target, err = p.targetMoved(base, with, t, a); err != nil {
			s.fail(c, err)
			return
		}
	}
	c.JSON(http.StatusOK, a)
}

func (p *page) targetMoved(base, with *outlook.Outlook, t *outlook.Target, a comparison) (*targetMoved, error) {
	if a.Scenario.Baseline() {
		with = nil
	}
	ch, err := report.Chart(base, t.ID, "fan", p.Lang, with)
	if err != nil {
		return nil, fmt.Errorf("chart of %s: %w", t.ID, err)
	}
	shown := base
	if with != nil {
		shown = with
	}
	tab, err := report.TargetTable(shown, t.ID, tableOf["fan"], p.Lang)
	if err != nil {
		return nil, fmt.Errorf("table of %s: %w", t.ID, err)
	}
	return &targetMoved{t.ID, orEmpty(p.tiles(t, a)), &ch, p.table(tab, "/t/"+t.ID+"/table/"+tableOf["fan"], p.moved()...)}, nil
}

// openScenario goes to a saved scenario: to its levers, as of the date it was
// saved for unless that was the latest.
func (s *Server) openScenario(c *gin.Context) {
	id, err := strconv.ParseInt(c.Query("id"), 10, 64)
	if err != nil {
		id = 0
	}
	x, err := s.cfg.Store.ScenarioOf(c.Request.Context(), c.Param("policy"), id)
	if err != nil {
		s.failIn(c, err)
		return
	}
	k, err := readKept(x)
	if err != nil {
		s.failIn(c, err)
		return
	}
	q := c.Request.URL.Query()
	q.Del("id")
	q.Set("saved", strconv.FormatInt(x.ID, 10))
	q.Set("levers", k.doc.Key())
	if k.doc.Key() == "" {
		q.Del("levers")
	}
	if !k.answer.Latest && q.Get("as_of") == "" {
		q.Set("as_of", k.doc.AsOf.Format("2006-01-02"))
	}
	c.Redirect(http.StatusSeeOther, c.Request.URL.Path+"?"+q.Encode())
}

// kept is a stored scenario, read.
type kept struct {
	datasets.Scenario
	doc    scenario.Document
	answer keptAnswer
}

var errKept = errors.New("a stored scenario can't be read")
