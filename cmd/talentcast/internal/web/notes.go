package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/cmd/talentcast/internal/access"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/datasets"
)

// noteView is a note on a target; one that is withdrawn says so and stays.
type noteView struct {
	ID               int64
	Text, By, At     string
	Withdrawn        bool
	WithdrawnText    string
	URL              string // that a withdrawal is sent to; empty where none may be
	Problem          string
	DraftBy, DraftOf string // what was typed into a withdrawal that failed
}

// notesView is what is said of a target, and the form to say more.
type notesView struct {
	Notes    []noteView
	Editable bool
	URL      string
	Text, By field
	Saved    bool
}

// noteDraft is what was typed into a note, or into the withdrawal of one.
type noteDraft struct {
	id               int64 // 0 for a new one
	text, by         string
	problem          string
	textWant, byWant string // what is wrong with the fields
}

// notesOn are the notes of the policy as they stood on the day asked for.
func (s *Server) notesOn(c *gin.Context) ([]datasets.Note, error) {
	day, err := asOf(c)
	if err != nil {
		return nil, err
	}
	return s.cfg.Store.Notes(c.Request.Context(), c.Param("policy"), day)
}

// notesOf are those of one target.
func notesOf(all []datasets.Note, t *outlook.Target) []datasets.Note {
	out := []datasets.Note{}
	for _, n := range all {
		if n.Target == t.Canonical {
			out = append(out, n)
		}
	}
	return out
}

// notes writes the notes of a target for a page, and, under a department, the
// forms.
func (p *page) notes(all []datasets.Note, t *outlook.Target, dept string, draft *noteDraft) notesView {
	v := notesView{
		Editable: dept != "" && p.Query("as_of") == "" && p.mayFor(access.Note, t.Lead), Saved: p.Query("saved") == "note",
		Text: field{Name: "text", Label: p.T("note.text")}, By: field{Name: "by", Label: p.T("upload.by")},
	}
	base := p.Under("/dept/" + dept + "/note/" + t.ID)
	v.URL = base
	for _, n := range notesOf(all, t) {
		x := noteView{ID: n.ID, Text: n.Text, By: n.By, At: phrase.Date(n.At, p.Lang), Withdrawn: n.Withdrawn()}
		if n.Withdrawn() {
			x.WithdrawnText = p.T("note.withdrawn", phrase.Date(n.WithdrawnAt, p.Lang), n.WithdrawnBy, n.WithdrawnWhy)
		} else if v.Editable {
			x.URL = p.Under("/dept/" + dept + "/note/" + t.ID + "/" + strconv.FormatInt(n.ID, 10) + "/withdraw")
		}
		if draft != nil && draft.id == n.ID {
			x.Problem, x.DraftBy, x.DraftOf = draft.problem, draft.by, draft.text
		}
		v.Notes = append(v.Notes, x)
	}
	if draft != nil && draft.id == 0 {
		v.Text.Value, v.By.Value = draft.text, draft.by
		v.Text.Problem, v.By.Problem = draft.textWant, draft.byWant
		if v.Text.Problem == "" && v.By.Problem == "" {
			v.Text.Problem = draft.problem
		}
	}
	return v
}

// canonical is the target of the address that notes are kept under.
func (s *Server) canonical(c *gin.Context) (policy datasets.Policy, id string, err error) {
	if policy, err = s.cfg.Store.Policy(c.Request.Context(), c.Param("policy")); err != nil {
		return policy, "", err
	}
	t, ok := policy.Target(c.Param("target"))
	if !ok {
		return policy, "", fault.Newf(fault.NotFound, "没有目标“%[1]s”；请核对目标编号。", "There is no target %[1]q; check its number.", clip(c.Param("target")))
	}
	return policy, policy.Canonical(t.ID), nil
}

// note adds a note, or, with a number in the address, withdraws one.
func (s *Server) note(c *gin.Context) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, 1<<16)
	if err := c.Request.ParseForm(); err != nil {
		s.fail(c, s.badForm(err))
		return
	}
	policy, id, err := s.canonical(c)
	if err != nil {
		s.failIn(c, err)
		return
	}
	d := &noteDraft{text: strings.TrimSpace(c.PostForm("text")), by: me(c).By(strings.TrimSpace(c.PostForm("by")))}
	err = s.keepNote(c, policy.ID, id, d)
	if err == nil {
		to := link(c.Request.URL.Query(), "/p/"+policy.ID+"/dept/"+c.Param("dept"), "target", c.Param("target"), "as_of", "", "saved", "note")
		c.Redirect(http.StatusSeeOther, to+"#notes")
		return
	}
	code, f := s.explain(c, err)
	if f.Code == fault.NotFound || f.Code == fault.Forbidden {
		s.failIn(c, err)
		return
	}
	lang := language(c)
	d.problem = f.Text(lang)
	if d.text == "" {
		d.textWant = fault.As(datasets.ErrNoReason()).Text(lang)
	}
	if d.by == "" {
		d.byWant = fault.As(datasets.ErrNoBy()).Text(lang)
	}
	s.departmentPage(c, code, deptDraft{target: c.Param("target"), note: d})
}

func (s *Server) keepNote(c *gin.Context, policy, target string, d *noteDraft) error {
	ctx := c.Request.Context()
	if err := s.ownsTarget(c, policy); err != nil {
		return err
	}
	if c.Param("note") == "" {
		_, err := s.cfg.Store.AddNote(ctx, policy, datasets.Note{Target: target, Text: d.text, By: d.by})
		return err
	}
	var err error
	if d.id, err = noteID(c); err != nil {
		return err
	}
	return s.cfg.Store.WithdrawNote(ctx, policy, target, d.id, d.by, d.text)
}

// ownsTarget refuses notes on what another department leads.
func (s *Server) ownsTarget(c *gin.Context, policy string) error {
	p, err := s.cfg.Store.Policy(c.Request.Context(), policy)
	if err != nil {
		return err
	}
	t, _ := p.Target(c.Param("target"))
	return owns(me(c), access.Note, t.Lead)
}

func noteID(c *gin.Context) (int64, error) {
	id, err := strconv.ParseInt(c.Param("note"), 10, 64)
	if err != nil {
		return 0, fault.Newf(fault.NotFound, "没有第“%[1]s”条说明；请刷新页面。", "There is no note %[1]q; reload the page.", clip(c.Param("note")))
	}
	return id, nil
}

// noteJSON is a note as the API serves it.
type noteJSON struct {
	datasets.Note
	WithdrawnAt *time.Time `json:"withdrawn_at"`
}

func (s *Server) apiNotes(c *gin.Context) { s.answerNotes(c, http.StatusOK) }

func (s *Server) answerNotes(c *gin.Context, code int) {
	policy, id, err := s.canonical(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	all, err := s.notesOn(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	out := []noteJSON{}
	for _, n := range all {
		if n.Target != id {
			continue
		}
		x := noteJSON{Note: n}
		if n.Withdrawn() {
			x.WithdrawnAt = &n.WithdrawnAt
		}
		out = append(out, x)
	}
	c.JSON(code, gin.H{"policy": policy.ID, "target": id, "notes": out})
}

// noteQuestion is a note, or why one is withdrawn.
type noteQuestion struct {
	Text string `json:"text"`
	By   string `json:"by"`
}

func (s *Server) apiNote(c *gin.Context) {
	var q noteQuestion
	policy, id, err := s.canonical(c)
	if err == nil {
		err = body(c, &q)
	}
	if err == nil {
		err = s.keepNote(c, policy.ID, id, &noteDraft{text: strings.TrimSpace(q.Text), by: me(c).By(strings.TrimSpace(q.By))})
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	s.answerNotes(c, http.StatusCreated)
}

// notesTable is what is said of a target, as a file.
func (s *Server) notesTable(c *gin.Context, o *outlook.Outlook, t *outlook.Target) (report.Table, error) {
	all, err := s.notesOn(c)
	if err != nil {
		return report.Table{}, err
	}
	return report.Notes(o, t, notesOf(all, t), language(c)), nil
}
