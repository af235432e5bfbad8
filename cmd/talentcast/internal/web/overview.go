package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/analytics/target"
	"talentcast/datasets"
)

// attentionRows is how many red and orange targets the first view has room for.
const attentionRows = 8

// filter narrows the table of targets; empty fields let everything through.
type filter struct {
	Plan, Dept, Text string
	Status           target.Status
}

func (f filter) set() bool { return f != filter{} }

type overviewBody struct {
	Verdict   string
	Moved     *movedView // nil until it has been computed
	Tiles     []tile
	Counts    []count
	Attention []targetView
	Alerts    int // of the last days
	Urgent    int // red and orange, of which Attention shows the first
	Filter    filter
	Filtered  bool
	Plans     []option
	Depts     []option
	Statuses  []option
	Groups    []group
	Shown     int
	Total     int
	Charts    []chartView
	NoData    bool
	Stale     string // where nothing has come in for long: until when the data reach
	Note      string
	Source    string
	// SourceLang is the language the source is named in, as it is not translated.
	SourceLang string
}

type tile struct {
	targetView
	Spark *spark
	Delta *tileDelta // nil where it is not known (yet)
}

// headlines are the tiles of the headline targets.
func (p *page) headlines(o *outlook.Outlook, moved *movedView) []tile {
	var out []tile
	for _, t := range o.Headlines() {
		x := tile{targetView: p.view(t), Spark: sparkOf(t)}
		if moved != nil {
			if i := slices.IndexFunc(moved.Deltas, func(d tileDelta) bool { return d.ID == t.ID }); i >= 0 {
				x.Delta = &moved.Deltas[i]
			}
		}
		out = append(out, x)
	}
	return out
}

// count is how many targets have a status; its address shows just those.
type count struct {
	Status  target.Status
	N       int
	URL     string
	Current bool
}

type option struct {
	Value, Text string
	Current     bool
}

// group is a plan with those of its targets that the filter lets through.
type group struct {
	ID, Name string
	Rows     []targetView
	Counts   []count
}

func (s *Server) home(c *gin.Context) {
	id := s.cfg.DefaultPolicy
	all, err := s.policies(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	known := slices.ContainsFunc(all, func(p datasets.Policy) bool { return p.ID == id })
	if !known && len(all) > 0 {
		id = all[0].ID
	}
	if len(all) == 0 {
		_, err := s.cfg.Store.Policy(c.Request.Context(), id) // its fault says what to do
		if err == nil {
			err = fault.New(fault.NotFound, "你的辖区还没有政策；请联系管理员。", "There is no policy of your jurisdiction yet; ask the administrator.")
		}
		s.fail(c, err)
		return
	}
	c.Redirect(http.StatusFound, link(c.Request.URL.Query(), "/p/"+url.PathEscape(id)))
}

func (s *Server) overview(c *gin.Context) {
	o, err := s.glance(c)
	if err != nil {
		s.failIn(c, err)
		return
	}
	f, err := readFilter(c, o)
	if err != nil {
		s.failIn(c, err)
		return
	}
	p, err := s.policyPage(c, "overview", &o.Policy, &o.State)
	if err != nil {
		s.fail(c, err)
		return
	}
	p.AsOf = o.AsOf
	p.Title = o.Policy.Name(p.Lang)
	moved, err := s.movedKept(c, p, o)
	if err != nil {
		s.fail(c, err)
		return
	}
	key := s.printedKey(p, o)
	key.partly = moved == nil // yet: it comes by itself
	release, done := s.before(c, p, key)
	if done {
		return
	}
	defer release()
	b := overviewBody{
		Verdict: o.Verdict.In(p.Lang), Filter: f, Filtered: f.set(),
		NoData: o.State.Rows == 0, Note: o.Policy.Note(p.Lang), Source: o.Policy.Source, SourceLang: "en",
	}
	if strings.ContainsFunc(b.Source, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		b.SourceLang = "zh-CN"
	}
	b.Moved = moved
	if b.Alerts, err = s.newAlerts(c, o.Policy.ID); err != nil {
		s.fail(c, err)
		return
	}
	b.Tiles = p.headlines(o, b.Moved)
	if c.Query("as_of") == "" && stale(o, s.cfg.Now()) {
		b.Stale = phrase.Date(o.State.Last, p.Lang)
	}
	b.Counts = p.counts(o, f)
	b.Attention, b.Urgent = p.attention(o)
	b.Groups, b.Shown, b.Total = p.groups(o, f)
	b.Plans, b.Depts, b.Statuses = p.options(o, f)
	made, err := s.drawn.charts(o, p.Lang)
	if err != nil {
		s.fail(c, err)
		return
	}
	for _, name := range made.names {
		if name == "calendar" || name == "heat" { // on the page of all commitments
			continue
		}
		v, err := p.policyChart(o, name, made.charts[name])
		if err != nil {
			s.fail(c, err)
			return
		}
		b.Charts = append(b.Charts, v)
	}
	p.Body = b
	s.print(c, p, key, false)
}

// staleDays is after how many days without anything new a page says so: two
// months, as most is handed in monthly.
const staleDays = 62

// stale reports whether figures may be out of date though targets still run. What
// is made up for demonstration does not grow old.
func stale(o *outlook.Outlook, now time.Time) bool {
	if o.State.Demo || o.State.Rows == 0 || now.Sub(o.State.Last) < staleDays*24*time.Hour {
		return false
	}
	return slices.ContainsFunc(o.Targets, func(t outlook.Target) bool { return t.Late.After(now) })
}

// readFilter reads ?plan=&dept=&status=&q=. What the policy does not know is a
// fault: an empty table would pass for an answer.
func readFilter(c *gin.Context, o *outlook.Outlook) (filter, error) {
	f := filter{
		Plan: c.Query("plan"), Dept: c.Query("dept"), Status: target.Status(c.Query("status")),
		Text: strings.TrimSpace(c.Query("q")),
	}
	if f.Plan != "" && !slices.ContainsFunc(o.Policy.Plans, func(p datasets.Plan) bool { return p.ID == f.Plan }) {
		return f, fault.Newf(fault.Invalid, "没有计划“%[1]s”；请在总览的筛选框中选择。", "There is no plan %[1]q; choose one in the overview's filter.", clip(f.Plan))
	}
	if _, ok := o.Policy.Department(f.Dept); f.Dept != "" && !ok {
		return f, fault.Newf(fault.Invalid, "没有部门“%[1]s”；请在总览的筛选框中选择。", "There is no department %[1]q; choose one in the overview's filter.", clip(f.Dept))
	}
	if f.Status != "" && !slices.Contains(target.Statuses(), f.Status) {
		return f, fault.Newf(fault.Invalid, "没有状态“%[1]s”；请在总览的筛选框中选择。", "There is no status %[1]q; choose one in the overview's filter.", clip(string(f.Status)))
	}
	return f, nil
}

func (f filter) lets(t *outlook.Target, text string) bool {
	return (f.Plan == "" || t.PlanID == f.Plan) &&
		(f.Dept == "" || slices.Contains(t.Lead, f.Dept) || slices.Contains(t.Coop, f.Dept)) &&
		(f.Status == "" || t.Status == f.Status) &&
		matches(text, f.Text)
}

// counts lists the statuses that occur, worst first. A target shown in two
// places counts once.
func (p *page) counts(o *outlook.Outlook, f filter) []count {
	var out []count
	for _, st := range target.Statuses() {
		if n := o.Counts[st]; n > 0 {
			url := p.Under("", "status", string(st))
			if f.Status == st {
				url = p.Under("")
			}
			out = append(out, count{st, n, url + "#targets", f.Status == st})
		}
	}
	return out
}

// attention lists what is red, then what is orange.
func (p *page) attention(o *outlook.Outlook) ([]targetView, int) {
	var all []targetView
	for i := range o.Targets {
		t := &o.Targets[i]
		if t.SameAs == "" && (t.Status == target.OffTrack || t.Status == target.AtRisk) {
			all = append(all, p.view(t))
		}
	}
	slices.SortStableFunc(all, func(a, b targetView) int { return rank(a.Status) - rank(b.Status) })
	return all[:min(attentionRows, len(all))], len(all)
}

// groups sorts what the filter lets through under its plans, in the policy's
// order; targets outside every plan come last.
func (p *page) groups(o *outlook.Outlook, f filter) (groups []group, shown, total int) {
	at := map[string]int{}
	for _, plan := range o.Policy.Plans {
		at[plan.ID] = len(groups)
		groups = append(groups, group{ID: plan.ID, Name: plan.Name(p.Lang)})
	}
	at[""] = len(groups)
	groups = append(groups, group{Name: p.T("overview.noplan")})
	for i := range o.Targets {
		t := &o.Targets[i]
		v := p.view(t)
		total++
		if !f.lets(t, strings.Join([]string{t.ID, t.NameZh, t.NameEn, t.ShortZh, t.ShortEn, v.Lead, v.Coop}, " ")) {
			continue
		}
		shown++
		k, ok := at[t.PlanID]
		if !ok {
			k = at[""]
		}
		groups[k].Rows = append(groups[k].Rows, v)
	}
	groups = slices.DeleteFunc(groups, func(g group) bool { return len(g.Rows) == 0 })
	for i := range groups {
		groups[i].Counts = tally(groups[i].Rows)
	}
	return groups, shown, total
}

func tally(rows []targetView) []count {
	n := map[target.Status]int{}
	for _, r := range rows {
		if r.Repeats == "" {
			n[r.Status]++
		}
	}
	var out []count
	for _, st := range target.Statuses() {
		if n[st] > 0 {
			out = append(out, count{Status: st, N: n[st]})
		}
	}
	return out
}

func (p *page) options(o *outlook.Outlook, f filter) (plans, depts, statuses []option) {
	for _, x := range o.Policy.Plans {
		plans = append(plans, option{x.ID, x.Name(p.Lang), x.ID == f.Plan})
	}
	for _, x := range o.Policy.Departments {
		depts = append(depts, option{x.ID, x.Name(p.Lang), x.ID == f.Dept})
	}
	for _, st := range target.Statuses() {
		statuses = append(statuses, option{string(st), st.Icon() + " " + st.Light(p.Lang) + " · " + st.Word(p.Lang), st == f.Status})
	}
	return plans, depts, statuses
}

// failIn answers with an error page that keeps the frame of the policy, so that
// a reader who mistyped a date can choose another.
func (s *Server) failIn(c *gin.Context, err error) {
	policy, perr := s.cfg.Store.Policy(c.Request.Context(), c.Param("policy"))
	if perr != nil {
		s.fail(c, err)
		return
	}
	code, f := s.explain(c, err)
	p, perr := s.policyPage(c, "error", &policy, nil)
	if perr != nil {
		s.fail(c, err)
		return
	}
	p.Body = errorBody{Status: code, Sentence: f.Text(p.Lang), Request: c.GetString(requestID)}
	s.render(c, code, p)
}
