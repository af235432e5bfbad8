package web

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/access"
	"talentcast/cmd/talentcast/internal/audit"
	"talentcast/datasets"
	"talentcast/ingest"
)

// patience is how long a request waits for a file to be read before it shows a
// page that tells how far it has come.
const patience = 1500 * time.Millisecond

// upload takes a file from the form and shows what loading it would do. Nothing
// is loaded until that is confirmed.
func (s *Server) upload(c *gin.Context) {
	token, f, err := s.takeIn(c)
	if err == nil {
		f, err = s.settle(c, f.policy, token)
	}
	if err == nil && f.err != nil {
		err = f.err
	}
	if err == nil && f.preview != nil && !f.preview.Mendable() {
		err = f.preview.Problem
	}
	if err != nil {
		if token != "" {
			s.waiting.drop(token)
		}
		code, why := s.explain(c, err)
		if why.Code == fault.NotFound {
			s.fail(c, err)
			return
		}
		s.dataPage(c, code, why.Text(language(c)))
		return
	}
	c.Redirect(http.StatusSeeOther, link(c.Request.URL.Query(), c.Request.URL.Path+"/check/"+token))
}

// takeIn reads the form, keeps its file and sets to reading it.
func (s *Server) takeIn(c *gin.Context) (token string, f heldFile, err error) {
	policy, up, set, err := s.form(c)
	if err != nil {
		return "", f, err
	}
	if token, err = s.waiting.add(policy.ID, owner(c), up, set); err != nil {
		up.drop()
		return "", f, err
	}
	if err = s.waiting.start(token, set, fileChecking, s.checkFile); err != nil {
		return token, f, err
	}
	f, err = s.waiting.get(policy.ID, token, owner(c))
	return token, f, err
}

// settle waits a moment for what is under way and returns the file then.
func (s *Server) settle(c *gin.Context, policy, token string) (heldFile, error) {
	f, err := s.waiting.get(policy, token, owner(c))
	if err != nil {
		return f, err
	}
	f.wait(c.Request.Context(), patience)
	return s.waiting.get(policy, token, owner(c))
}

// owner is whose a file is that whoever asks hands in.
func owner(c *gin.Context) string { return signature(me(c)).Who }

// held is the waiting file of the address, if it is of whoever asks.
func (s *Server) held(c *gin.Context) (heldFile, error) {
	return s.waiting.get(c.Param("policy"), c.Param("token"), owner(c))
}

// options are those with which a file is read.
func (s *Server) options(ctx context.Context, policyID string, set settings) (ingest.Options, error) {
	policy, err := s.cfg.Store.Policy(ctx, policyID)
	if err != nil {
		return ingest.Options{}, err
	}
	profiles, err := s.cfg.Store.Profiles(ctx, policyID)
	if err != nil {
		return ingest.Options{}, err
	}
	return ingest.Options{
		Policy: policy, Kind: datasets.Kind(set.kind), Encoding: set.encoding, Key: s.cfg.Key, Now: s.cfg.Now(), User: set.by,
		Demo: set.demo, Limits: s.cfg.Limits, Convert: s.cfg.Convert, Columns: set.columns, Profiles: ingest.ProfilesOf(profiles, set.office),
		Department: set.department, Sight: set.sight,
	}, nil
}

// checkFile is the step that looks at a file.
func (s *Server) checkFile(ctx context.Context, f heldFile, progress func(done, total int64)) (heldFile, error) {
	o, err := s.options(ctx, f.policy, f.settings)
	if err != nil {
		return f, err
	}
	o.Progress = progress
	body, err := f.file.Bytes()
	if err != nil {
		return f, err
	}
	if f.preview, err = ingest.Look(ctx, s.cfg.Store, f.name, body, o); err != nil {
		return f, err
	}
	f.state = fileChecked
	return f, nil
}

// loadFile is the step that loads a file. Its bytes are let go of; of its
// refused rows a workbook is kept for the clerk to fetch.
func (s *Server) loadFile(ctx context.Context, f heldFile, progress func(done, total int64)) (heldFile, error) {
	o, err := s.options(ctx, f.policy, f.settings)
	if err != nil {
		return f, err
	}
	o.Progress = progress
	r, err := s.load(ctx, f.name, f.file, o)
	if err := s.loaded(f, r, err); err != nil { // the rows are in: it can only be said
		s.cfg.Log.ErrorContext(ctx, "audit", "batch", r.Batch, "error", err)
	}
	if err != nil {
		return f, err
	}
	if r.Refused > 0 {
		if f.mend, err = f.refused(ctx, o); err != nil {
			s.cfg.Log.ErrorContext(ctx, "refused rows", "batch", r.Batch, "error", err)
		}
	}
	if err := s.remember(ctx, f); err != nil {
		s.cfg.Log.ErrorContext(ctx, "remember columns", "batch", r.Batch, "error", err)
	}
	f.file, f.preview = nil, nil
	f.state, f.batch, f.already = fileLoaded, r.Batch, r.Already
	return f, nil
}

// refused is a workbook of the file's refused rows.
func (f *heldFile) refused(ctx context.Context, o ingest.Options) ([]byte, error) {
	body, err := f.file.Bytes()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	_, err = ingest.Mend(ctx, f.name, body, o, &b)
	return b.Bytes(), err
}

// loaded writes down what loading a file in the background came to.
func (s *Server) loaded(f heldFile, r datasets.Receipt, err error) error {
	e := f.settings.actor
	e.From, e.Action, e.Result = f.settings.from, "load", audit.OK
	e.Object = map[string]string{"policy": f.policy, "file": f.name}
	switch {
	case fault.As(err) != nil:
		e.Result = audit.Refused
	case err != nil:
		e.Result = audit.Failed
	default:
		e.Object["batch"] = strconv.FormatInt(r.Batch, 10)
		e.Object["rows"] = fmt.Sprintf("%d+%d-%d", r.Loaded, r.Superseded, r.Refused)
	}
	return s.record(e)
}

// load loads a file and keeps what that changed on the dashboard.
func (s *Server) load(ctx context.Context, name string, file ingest.Bytes, o ingest.Options) (datasets.Receipt, error) {
	before, err := s.cfg.Outlooks.Actuals(ctx, o.Policy.ID, time.Time{})
	if err != nil {
		return datasets.Receipt{}, err
	}
	r, err := ingest.From(ctx, s.cfg.Store, name, file, o)
	if err != nil || r.Already || r.Loaded+r.Superseded == 0 {
		return r, err
	}
	s.Warm(o.Policy.ID)
	effects, err := s.cfg.Outlooks.Effects(ctx, o.Policy, before)
	if err == nil && len(effects) > 0 {
		err = s.cfg.Store.KeepEffects(ctx, r.Batch, effects)
	}
	if err != nil { // the rows are in: the receipt is only less full
		s.cfg.Log.ErrorContext(ctx, "effects", "batch", r.Batch, "error", err)
	}
	return r, nil
}

// remember keeps how the columns were assigned, where the clerk wants that.
func (s *Server) remember(ctx context.Context, f heldFile) error {
	if !f.settings.remember || f.settings.columns == nil || f.preview == nil || f.preview.Main() == nil {
		return nil
	}
	m := f.preview.Main()
	columns := m.Assigned()
	maps.Copy(columns, f.settings.columns)
	return s.cfg.Store.SaveProfile(ctx, f.policy, datasets.Profile{
		Office: f.settings.office, Signature: m.Signature, Kind: f.preview.Kind, Columns: columns, SavedAt: s.cfg.Now(), SavedBy: f.settings.by,
	})
}

// confirm takes what the clerk said on the page about a file: look again, load
// it, or drop it. What was not looked at yet is not loaded.
func (s *Server) confirm(c *gin.Context) {
	policy, token := c.Param("policy"), c.Param("token")
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, 1<<18)
	if err := c.Request.ParseForm(); err != nil {
		s.fail(c, s.badForm(err))
		return
	}
	f, err := s.held(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	note(c, "file", f.name)
	note(c, "do", plainValue(c.PostForm("do")))
	at := link(c.Request.URL.Query(), c.Request.URL.Path)
	if c.PostForm("do") == "drop" {
		s.waiting.drop(token)
		c.Redirect(http.StatusSeeOther, link(c.Request.URL.Query(), "/p/"+policy+"/data"))
		return
	}
	set, changed, err := s.said(c, f)
	if err != nil {
		s.fail(c, err)
		return
	}
	if c.PostForm("do") == "load" && !changed && f.preview != nil && f.preview.Problem == nil {
		err = s.waiting.start(token, set, fileLoading, s.loadFile)
	} else {
		err = s.waiting.start(token, set, fileChecking, s.checkFile)
		if c.PostForm("do") == "load" {
			at = link(c.Request.URL.Query(), c.Request.URL.Path, "again", "1")
		}
	}
	if err == nil {
		_, err = s.settle(c, policy, token)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, at)
}

// said reads the settings from the page's form, and whether they read the file
// otherwise than it was looked at.
func (s *Server) said(c *gin.Context, f heldFile) (set settings, changed bool, err error) {
	set = f.settings
	kind, err := kindOf(c.PostForm("kind"))
	if err != nil {
		return set, false, err
	}
	enc := c.PostForm("encoding")
	if err := encodingOf(enc); err != nil {
		return set, false, err
	}
	office, err := s.officeOf(c, c.PostForm("office"))
	if err != nil {
		return set, false, err
	}
	set.office, set.by, set.remember = office, me(c).By(clip(c.PostForm("by"))), c.PostForm("remember") == "1"
	set.actor, set.from = signature(me(c)), c.ClientIP()
	if set.department, set.sight, err = mayLoad(me(c)); err != nil { // it may have changed meanwhile
		return set, false, err
	}
	set.demo = c.PostForm("demo") == "1"
	shown := map[string]string{}
	if f.preview != nil && f.preview.Main() != nil {
		shown = shownColumns(f)
	}
	keys, to := c.PostFormArray("key"), c.PostFormArray("to")
	columns := map[string]string{}
	for i, k := range keys[:min(len(keys), len(to))] {
		if _, ok := shown[k]; ok {
			columns[k] = to[i]
		}
	}
	switch {
	case string(kind) != f.settings.kind && (f.preview == nil || kind != f.preview.Kind):
		set.kind, set.columns, changed = string(kind), nil, true // other columns stand to choose
	case len(columns) > 0 && !maps.Equal(columns, shown):
		set.columns, changed = columns, true
		if f.preview != nil {
			set.kind = string(f.preview.Kind)
		}
	}
	if enc != f.settings.encoding {
		set.encoding, changed = enc, true
	}
	return set, changed, nil
}

// shownColumns is what the page shows as assigned.
func shownColumns(f heldFile) map[string]string {
	out := f.preview.Main().Assigned()
	for k := range out {
		if to, ok := f.settings.columns[k]; ok {
			out[k] = to
		}
	}
	return out
}

// fileStatus tells the page how far a file has come.
func (s *Server) fileStatus(c *gin.Context) {
	f, err := s.held(c)
	if err != nil {
		code, why := s.explain(c, err)
		c.JSON(code, apiError{string(why.Code), why.Zh, why.En, c.GetString(requestID)})
		return
	}
	c.JSON(http.StatusOK, gin.H{"state": f.state, "busy": f.state.busy(), "done": f.done, "total": f.total})
}

// mendFile sends the refused rows of a file in its own columns: read from the
// waiting bytes, or as kept when it was loaded.
func (s *Server) mendFile(c *gin.Context) {
	f, err := s.held(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	out := f.mend
	if f.state == fileChecked && f.preview != nil && f.preview.Problem == nil {
		o, err := s.options(c.Request.Context(), f.policy, f.settings)
		if err != nil {
			s.fail(c, err)
			return
		}
		if out, err = f.refused(c.Request.Context(), o); err != nil {
			s.fail(c, err)
			return
		}
	}
	if len(out) == 0 {
		s.fail(c, fault.New(fault.NotFound, "这个文件没有退回的行，或已经清除；请重新上传原文件查看。", "No rows of this file were refused, or they were dropped; upload the file again to see."))
		return
	}
	s.cfg.Log.Log(c.Request.Context(), auditLevel, "refused rows fetched", "id", c.GetString(requestID), "policy", f.policy, "batch", f.batch)
	note(c, "file", f.name)
	download(c, mendName(f.name, s.page(c, "data").T("refusals.title")), "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", out)
}

func encodingOf(name string) error {
	if name == "" || slices.Contains(ingest.Encodings(), name) {
		return nil
	}
	return fault.Newf(fault.Invalid, "没有编码“%[1]s”；可用：%[2]v。", "There is no encoding %[1]q; there are %[2]v.", clip(name), ingest.Encodings())
}

// officeOf is the department whose columns are remembered, or "" for none: an account
// of a department lays none for another's files.
func (s *Server) officeOf(c *gin.Context, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	if who := me(c); who.Reach(access.Profiles) == access.Own && who.Department != "" && who.Department != id {
		return "", fault.New(fault.Forbidden, "只能记住本部门表格的列；请选择本部门，或不选部门。", "Columns can be remembered for your own department only; choose it, or none.")
	}
	policy, err := s.cfg.Store.Policy(c.Request.Context(), c.Param("policy"))
	if err != nil {
		return "", err
	}
	if _, ok := policy.Department(id); !ok {
		return "", fault.Newf(fault.Invalid, "没有部门“%[1]s”；请从列表中选择。", "There is no department %[1]q; choose one of the list.", clip(id))
	}
	return id, nil
}

// undo takes a batch back, after the page has asked.
func (s *Server) undo(c *gin.Context) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, 1<<14)
	done, effects, err := s.takeBack(c)
	if err != nil {
		code, why := s.explain(c, err)
		if why.Code == fault.NotFound {
			s.fail(c, err)
			return
		}
		s.dataPage(c, code, why.Text(language(c)))
		return
	}
	s.undone.put(undoneView{Undone: done, effects: effects})
	id := strconv.FormatInt(done.Batch.ID, 10)
	c.Redirect(http.StatusSeeOther, link(c.Request.URL.Query(), "/p/"+done.Policy+"/data", "batch", id, "undone", "1"))
}

func (s *Server) takeBack(c *gin.Context) (done datasets.Undone, effects []datasets.Effect, err error) {
	ctx := c.Request.Context()
	policy, err := s.cfg.Store.Policy(ctx, c.Param("policy"))
	if err != nil {
		return done, nil, err
	}
	id, err := strconv.ParseInt(c.Param("batch"), 10, 64)
	if err != nil {
		return done, nil, fault.Newf(fault.NotFound, "没有批次“%[1]s”；请在数据页查看已载入的文件。", "There is no batch %[1]q; the data page lists the files loaded.", clip(c.Param("batch")))
	}
	if err := c.Request.ParseForm(); err != nil {
		return done, nil, s.badForm(err)
	}
	all, err := s.cfg.Store.Batches(ctx, policy.ID)
	if err != nil {
		return done, nil, err
	}
	if i := slices.IndexFunc(all, func(b datasets.BatchInfo) bool { return b.ID == id }); i >= 0 {
		note(c, "file", all[i].File)
		if !s.ownBatch(c, access.Undo, all[i]) {
			return done, nil, notYours()
		}
	}
	before, err := s.cfg.Outlooks.Actuals(ctx, policy.ID, time.Time{})
	if err != nil {
		return done, nil, err
	}
	done, err = s.cfg.Store.Undo(ctx, datasets.Undoing{Policy: policy.ID, Batch: id, Everywhere: c.PostForm("everywhere") == "1", By: me(c).By(clip(c.PostForm("by")))})
	if err != nil {
		return done, nil, err
	}
	s.Warm(policy.ID)
	effects, err = s.cfg.Outlooks.Effects(ctx, policy, before)
	return done, effects, err
}

// ownProfile reports whether whoever asks may forget remembered columns: its own, and
// a department those of its files.
func ownProfile(who *access.Principal, x datasets.Profile) bool {
	return who.MayWith(access.Profiles, x.SavedBy != "" && x.SavedBy == who.Login || who.OfDepartment(access.Profiles, x.Office))
}

func (s *Server) forgetProfile(c *gin.Context) {
	id, err := strconv.ParseInt(c.Param("profile"), 10, 64)
	if err != nil {
		id = -1
	}
	ctx, policy := c.Request.Context(), c.Param("policy")
	all, err := s.cfg.Store.Profiles(ctx, policy)
	if err != nil {
		s.fail(c, err)
		return
	}
	if i := slices.IndexFunc(all, func(x datasets.Profile) bool { return x.ID == id }); i >= 0 && !ownProfile(me(c), all[i]) {
		s.fail(c, access.Forbidden())
		return
	}
	if err := s.cfg.Store.DeleteProfile(ctx, policy, id); err != nil {
		s.fail(c, err)
		return
	}
	c.Redirect(http.StatusSeeOther, link(c.Request.URL.Query(), "/p/"+c.Param("policy")+"/data")+"#profiles")
}

// failed is what went wrong in the last step, in words; "" for nothing.
func (s *Server) failed(c *gin.Context, f heldFile) string {
	if f.err == nil || errors.Is(f.err, context.Canceled) {
		return ""
	}
	_, why := s.explain(c, f.err)
	return why.Text(language(c))
}
