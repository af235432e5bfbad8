package web

import (
	"cmp"
	"maps"
	"net/http"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/phrase"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/datasets"
	"talentcast/ingest"
)

// checkBody is the page on which a file is looked at before it is loaded.
type checkBody struct {
	File, Facts     string
	Busy            bool
	State, Status   string // sentence, and the address that tells how far it is
	Problem, Notice string
	Can             bool // it may be loaded as it is
	Action          string
	Kinds           []option
	Encodings       []option
	Offices         []option
	By              string
	Demo            bool
	Columns         []columnChoice
	Missing         string
	Sheets          string // those besides the one whose columns are shown
	Read            int
	Refused         int
	Check           datasets.Check
	Mend            string
	Reasons         *tableView
	Rows            *tableView
	Elsewhere, Near *tableView
	LeftOut         []string
	Warnings        []string // what is read all the same
	Profile         string
	Template        string // of the kind that the file is taken for, where it can't be loaded
}

// columnChoice is a column of the file and what it may be taken for.
type columnChoice struct {
	Key, Header, Sample string
	Doubled, None       bool
	Options             []option
}

// checkPage shows how an uploaded file is understood, or how far it has come.
// A file that was loaded leads to its receipt.
func (s *Server) checkPage(c *gin.Context) {
	policy, err := s.cfg.Store.Policy(c.Request.Context(), c.Param("policy"))
	if err != nil {
		s.fail(c, err)
		return
	}
	f, err := s.held(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	if f.state == fileLoaded {
		pairs := []string{"batch", strconv.FormatInt(f.batch, 10), "file", f.token}
		if f.already {
			pairs = append(pairs, "already", "1")
		}
		c.Redirect(http.StatusSeeOther, link(c.Request.URL.Query(), "/p/"+policy.ID+"/data", pairs...)+"#receipt")
		return
	}
	state, err := s.cfg.Store.State(c.Request.Context(), policy.ID)
	if err != nil {
		s.fail(c, err)
		return
	}
	p, err := s.policyPage(c, "check", &policy, &state)
	if err != nil {
		s.fail(c, err)
		return
	}
	b := p.check(f)
	if failed := s.failed(c, f); failed != "" {
		b.Problem, b.Can = failed, false
	}
	p.Body = b
	s.render(c, http.StatusOK, p)
}

// check is what the page shows of a file.
func (p *page) check(f heldFile) *checkBody {
	at := "/data/check/" + f.token
	b := &checkBody{
		File: f.name, Busy: f.state.busy(), State: p.T("check.checking"), Status: p.Under(at + "/status"),
		Action: p.Under(at), By: f.settings.by, Demo: f.settings.demo,
	}
	if f.state == fileLoading {
		b.State = p.T("check.loading")
	}
	v := f.preview
	if b.Busy || v == nil {
		return b
	}
	b.choices(p, f)
	b.Facts = joined(joined(report.KindName(v.Kind, p.Lang), cmp.Or(v.Encoding, strings.ToUpper(strings.TrimPrefix(filepath.Ext(v.File), ".")))), phrase.Number(float64(v.Bytes)/1024, 1)+" KB")
	b.Can = v.Problem == nil
	if v.Problem != nil {
		b.Problem = v.Problem.Text(p.Lang)
		if v.Kind != "" {
			b.Template = p.Under("/template/" + string(v.Kind) + ".xlsx")
		}
		return b
	}
	if p.Query("again") == "1" {
		b.Notice = p.T("check.changed")
	}
	b.Read, b.Refused, b.Check = v.Read, v.Refused, v.Check
	b.Rows = p.table(report.Understood(v, *p.Policy, p.Lang), "")
	if len(v.Reasons) > 0 {
		b.Reasons, b.Mend = p.table(report.Reasons(v, p.Lang), ""), p.Under(at+"/refused.xlsx")
	}
	if len(v.Check.ElsewhereShown) > 0 {
		b.Elsewhere = p.table(report.Alike(v.Check.ElsewhereShown, *p.Policy, p.Lang), "")
	}
	if len(v.Check.NearShown) > 0 {
		b.Near = p.table(report.Alike(v.Check.NearShown, *p.Policy, p.Lang), "")
	}
	for _, r := range v.LeftOut {
		if ingest.Warns(r.Code) {
			b.Warnings = append(b.Warnings, p.sentence(r))
			continue
		}
		why := r.ReasonZh
		if p.Lang == phrase.En {
			why = r.ReasonEn
		}
		b.LeftOut = append(b.LeftOut, why)
	}
	return b
}

// choices are what the clerk may change: kind, encoding, office and columns.
func (b *checkBody) choices(p *page, f heldFile) {
	v := f.preview
	for _, k := range datasets.Kinds() {
		b.Kinds = append(b.Kinds, option{string(k), report.KindName(k, p.Lang), k == v.Kind})
	}
	if v.Encoding != "" {
		for _, e := range ingest.Encodings() {
			b.Encodings = append(b.Encodings, option{e, strings.ToUpper(e), e == f.settings.encoding})
		}
	}
	for _, d := range p.Policy.Departments {
		b.Offices = append(b.Offices, option{d.ID, d.Name(p.Lang), d.ID == f.settings.office})
	}
	if v.Profile != nil {
		b.Profile = p.T("check.profile", v.Profile.SavedAt.Format("2006-01-02"), v.Profile.SavedBy)
	}
	m := v.Main()
	if m == nil || v.Kind == "" {
		return
	}
	b.Missing = strings.Join(m.Missing, p.T("list.sep"))
	shown := shownColumns(f)
	for _, x := range m.Columns {
		b.Columns = append(b.Columns, columnChoice{
			Key: x.Key, Header: x.Header, Sample: strings.Join(x.Sample, p.T("list.sep")), Doubled: x.Doubled, None: shown[x.Key] == "",
			Options: p.columnOptions(v.Kind, x, shown[x.Key]),
		})
	}
	b.Sheets = p.sheets(v, m)
}

// columnOptions are the columns of the kind; an amount can be had with its unit
// too, for a file that states none.
func (p *page) columnOptions(kind datasets.Kind, x ingest.ColumnView, current string) []option {
	out := []option{{"", report.ColumnName(kind, "", "", p.Lang), current == ""}}
	l, _ := ingest.LayoutOf(kind)
	for _, c := range l.Columns {
		unit := ""
		if x.Column == c.ID && !strings.Contains(current, ":") {
			unit = x.Unit
		}
		out = append(out, option{c.ID, report.ColumnName(kind, c.ID, unit, p.Lang), current == c.ID})
		if c.Type != ingest.Money {
			continue
		}
		for _, u := range []string{"元", "万元", "亿元"} {
			v := c.ID + ":" + u
			out = append(out, option{v, report.ColumnName(kind, c.ID, u, p.Lang), current == v})
		}
	}
	return out
}

func (p *page) sheets(v *ingest.Preview, m *ingest.SheetView) string {
	if len(v.Sheets) < 2 && m.Name == "" {
		return p.T("check.header", m.HeaderRow)
	}
	var names []string
	for _, s := range v.Sheets {
		if s.Used {
			names = append(names, p.T("check.sheet", s.Name, s.HeaderRow))
		}
	}
	return cmp.Or(strings.Join(names, p.T("list.sep")), p.T("check.sheet", m.Name, m.HeaderRow))
}

// undoneView tells what taking a batch back did.
type undoneView struct {
	datasets.Undone
	effects []datasets.Effect
	Text    string
	Repeats string
	Effects []string
}

// mostUndone is how many of the latest are remembered; what was undone before says so
// on its receipt.
const mostUndone = 32

// undoneLately remembers what taking batches back did, for the page that it leads to:
// it can't be read from the store afterwards.
type undoneLately struct {
	mu sync.Mutex
	of []undoneView
}

func (l *undoneLately) put(u undoneView) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.of = append(l.of, u)
	l.of = l.of[max(0, len(l.of)-mostUndone):]
}

// get is a copy of what is remembered of the policy's batch, or nil.
func (l *undoneLately) get(policy, batch string) *undoneView {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := len(l.of) - 1; i >= 0; i-- {
		if u := l.of[i]; u.Policy == policy && strconv.FormatInt(u.Batch.ID, 10) == batch {
			return &u
		}
	}
	return nil
}

func (u *undoneView) tell(p *page) {
	u.Text = p.T("undo.done", u.Batch.ID, u.Batch.File, u.Rows, u.Holds)
	if !u.From.IsZero() {
		u.Text += p.T("undo.from", phrase.Date(u.From, p.Lang))
	}
	u.Repeats = strings.Join(u.Repeat, p.T("list.sep"))
	u.Effects = report.Effects(u.effects, *p.Policy, p.Lang)
}

func (p *page) profileView(x datasets.Profile) profileView {
	var columns []string
	for _, k := range slices.Sorted(maps.Keys(x.Columns)) {
		if id, unit, _ := strings.Cut(x.Columns[k], ":"); id != "" {
			columns = append(columns, k+" → "+report.ColumnName(x.Kind, id, unit, p.Lang))
		}
	}
	v := profileView{
		Office: cmp.Or(report.DepartmentNames(*p.Policy, []string{x.Office}, p.Lang), p.T("profiles.any")), Kind: report.KindName(x.Kind, p.Lang),
		Columns: strings.Join(columns, p.T("list.sep")), At: x.SavedAt.Format("2006-01-02"), By: x.SavedBy,
	}
	if ownProfile(p.who, x) {
		v.Delete = p.Under("/profile/" + strconv.FormatInt(x.ID, 10) + "/delete")
	}
	return v
}

func mendName(file, what string) string { return strings.TrimSuffix(file, path.Ext(file)) + " " + what }
