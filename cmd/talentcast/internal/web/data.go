package web

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/fault"
	"talentcast/analytics/phrase"
	"talentcast/cmd/talentcast/internal/access"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/cmd/talentcast/internal/spool"
	"talentcast/datasets"
	"talentcast/ingest"
)

// refusalsOnPage is how many refusals the receipt shows; the file has all.
const refusalsOnPage = 200

type dataBody struct {
	Kinds     []option
	Encodings []option
	Limit     string
	Bytes     int64  // the limit, for the page to say before a large file is sent
	Problem   string // why an upload loaded nothing
	Receipt   *receiptView
	Batches   []batchView
	Templates []templateView
	Offices   []option
	Profiles  []profileView
	Undone    *undoneView
}

type profileView struct{ Office, Kind, Columns, At, By, Delete string }

type receiptView struct {
	batchView
	Already  bool
	Warnings []string // what was read all the same
	Refusals []refusalView
	More     int
	CSV      string
	XLSX     string
	Mend     string // the refused rows in the file's own columns, while they are kept
	Effects  []string
	Undo     string // address of the form that takes the batch back; "" where it was
	Undone   string // when and by whom it was
}

type refusalView struct{ Sheet, Row, Column, Value, Reason, Remedy string }

type batchView struct {
	ID, File, Kind, Encoding, At, By                    string
	Read, Loaded, Superseded, Unchanged, Refused, Rowed int
	Demo, Gone                                          bool
	URL                                                 string
}

type templateView struct{ Kind, CSV, XLSX string }

func (s *Server) data(c *gin.Context) {
	s.dataPage(c, http.StatusOK, "")
}

// dataPage shows the upload form, the receipt asked for by ?batch=, and what
// was loaded.
func (s *Server) dataPage(c *gin.Context, code int, problem string) {
	policy, err := s.cfg.Store.Policy(c.Request.Context(), c.Param("policy"))
	if err != nil {
		s.fail(c, err)
		return
	}
	state, err := s.cfg.Store.State(c.Request.Context(), policy.ID)
	if err != nil {
		s.fail(c, err)
		return
	}
	p, err := s.policyPage(c, "data", &policy, &state)
	if err != nil {
		s.fail(c, err)
		return
	}
	p.path = "/p/" + policy.ID + "/data" // of a form's answer too: that is where the other language is
	b, err := s.dataBody(c, p, problem)
	if err != nil {
		s.failIn(c, err)
		return
	}
	p.Body = b
	s.render(c, code, p)
}

// dataBody is what the data page shows of the page's policy.
func (s *Server) dataBody(c *gin.Context, p *page, problem string) (dataBody, error) {
	policy := p.Policy
	b := dataBody{Problem: problem, Bytes: s.cfg.MaxUpload, Limit: phrase.Number(float64(s.cfg.MaxUpload)/(1<<20), 0) + " MB"}
	for _, k := range datasets.Kinds() {
		b.Kinds = append(b.Kinds, option{string(k), report.KindName(k, p.Lang), false})
		b.Templates = append(b.Templates, templateView{
			report.KindName(k, p.Lang), p.Under("/template/" + string(k) + ".csv"), p.Under("/template/" + string(k) + ".xlsx"),
		})
	}
	for _, e := range ingest.Encodings() {
		b.Encodings = append(b.Encodings, option{e, strings.ToUpper(e), false})
	}
	for _, d := range policy.Departments {
		b.Offices = append(b.Offices, option{d.ID, d.Name(p.Lang), false})
	}
	if id := c.Query("batch"); id != "" && problem == "" {
		v, err := s.receipt(c, p, id)
		if err != nil {
			return b, err
		}
		b.Receipt = v
		if c.Query("undone") == "1" {
			b.Undone = s.undone.get(policy.ID, v.ID)
		}
		if b.Undone != nil {
			b.Undone.tell(p)
		}
	}
	all, err := s.cfg.Store.Batches(c.Request.Context(), policy.ID)
	if err != nil {
		return b, err
	}
	for _, x := range s.mine(c, all) {
		b.Batches = append(b.Batches, p.batchView(x))
	}
	profiles, err := s.cfg.Store.Profiles(c.Request.Context(), policy.ID)
	for _, x := range profiles {
		b.Profiles = append(b.Profiles, p.profileView(x))
	}
	return b, err
}

// receipt is what a batch did, with what it changed on the dashboard.
func (s *Server) receipt(c *gin.Context, p *page, id string) (*receiptView, error) {
	info, refusals, err := s.batch(c, id)
	if err != nil {
		return nil, err
	}
	if len(refusals) > 0 {
		if err := s.seeing(c, "refusals", strconv.Itoa(len(refusals))); err != nil {
			return nil, err
		}
	}
	v := p.receipt(info, refusals)
	if !s.ownBatch(c, access.Undo, info) {
		v.Undo = ""
	}
	effects, err := s.cfg.Store.Effects(c.Request.Context(), info.ID)
	if err != nil {
		return nil, err
	}
	v.Effects = report.Effects(effects, *p.Policy, p.Lang)
	if f, err := s.waiting.get(p.Policy.ID, c.Query("file"), owner(c)); err == nil && f.batch == info.ID && len(f.mend) > 0 {
		v.Mend = p.Under("/data/check/" + f.token + "/refused.xlsx")
	}
	return v, nil
}

func (p *page) batchView(b datasets.BatchInfo) batchView {
	id := strconv.FormatInt(b.ID, 10)
	return batchView{
		ID: id, File: b.File, Kind: report.KindName(b.Kind, p.Lang), Encoding: b.Encoding, At: b.LoadedAt.Format("2006-01-02 15:04"), By: b.LoadedBy,
		Read: b.Read, Loaded: b.Loaded, Superseded: b.Superseded, Unchanged: b.Unchanged, Refused: b.Refused,
		Demo: b.Demo, Gone: b.UndoneAt != nil, URL: p.Under("/data", "batch", id) + "#receipt",
	}
}

func (p *page) receipt(b datasets.BatchInfo, refusals []datasets.Refusal) *receiptView {
	v := &receiptView{batchView: p.batchView(b), Already: p.Query("already") == "1"}
	at := "/batch/" + v.ID + "/refusals"
	if b.UndoneAt == nil {
		v.Undo = p.Under("/batch/" + v.ID + "/undo")
	} else {
		v.Undone = p.T("undo.was", b.UndoneAt.Format("2006-01-02 15:04"), b.UndoneBy)
	}
	v.CSV, v.XLSX = p.Under(at+".csv"), p.Under(at+".xlsx")
	var rest []datasets.Refusal
	for _, r := range refusals {
		if ingest.Warns(r.Code) {
			v.Warnings = append(v.Warnings, p.sentence(r))
		} else {
			rest = append(rest, r)
		}
	}
	shown := rest[:min(len(rest), refusalsOnPage)]
	v.More = len(rest) - len(shown)
	for _, r := range shown {
		x := refusalView{Sheet: r.Sheet, Column: r.Column, Value: r.Value, Reason: r.ReasonZh, Remedy: r.RemedyZh}
		if p.Lang == phrase.En {
			x.Reason, x.Remedy = r.ReasonEn, r.RemedyEn
		}
		if r.Row > 0 {
			x.Row = strconv.Itoa(r.Row)
		}
		v.Refusals = append(v.Refusals, x)
	}
	return v
}

// sentence is what a note says and what to do about it.
func (p *page) sentence(r datasets.Refusal) string {
	if p.Lang == phrase.En {
		return r.ReasonEn + ". " + r.RemedyEn
	}
	return r.ReasonZh + "。" + r.RemedyZh
}

// form reads a multipart form with a file and how it is to be read.
func (s *Server) form(c *gin.Context) (policy datasets.Policy, up uploaded, set settings, err error) {
	if policy, err = s.cfg.Store.Policy(c.Request.Context(), c.Param("policy")); err != nil {
		return policy, up, set, err
	}
	defer s.unhurried(c)()
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, s.cfg.MaxUpload+1<<16)
	form, err := c.Request.MultipartReader()
	if err != nil {
		return policy, up, set, noFile().Because(err)
	}
	if up, err = s.readForm(form); err != nil {
		return policy, up, set, err
	}
	defer func() {
		if err != nil {
			up.drop()
		}
	}()
	kind, err := kindOf(up.fields["kind"])
	if err != nil {
		return policy, up, set, err
	}
	note(c, "file", up.name)
	if err := encodingOf(up.fields["encoding"]); err != nil {
		return policy, up, set, err
	}
	office, err := s.officeOf(c, up.fields["office"])
	if err != nil {
		return policy, up, set, err
	}
	department, sight, err := mayLoad(me(c))
	if err != nil {
		return policy, up, set, err
	}
	return policy, up, settings{
		kind: string(kind), encoding: up.fields["encoding"], by: me(c).By(clip(up.fields["by"])), actor: signature(me(c)), from: c.ClientIP(), office: office, demo: up.fields["demo"] == "1",
		department: department, sight: sight,
	}, nil
}

// mayLoad says of whom whoever asks may hand in rows ("" for anybody), and what it may
// be told of rows that are there already.
func mayLoad(who *access.Principal) (department string, sight datasets.Sight, err error) {
	switch who.Reach(access.Rows) {
	case access.None:
		sight.Blind = true
	case access.Own:
		sight.Dept = who.Department
		sight.Blind = who.Department == ""
	}
	switch who.Reach(access.Load) {
	case access.All:
		return "", sight, nil
	case access.Own:
		if who.Department != "" {
			return who.Department, sight, nil
		}
	}
	return "", sight, access.Forbidden()
}

// receive reads a form and loads its file, without asking.
func (s *Server) receive(c *gin.Context) (_ datasets.Receipt, err error) {
	policy, up, set, err := s.form(c)
	if err != nil {
		return datasets.Receipt{}, err
	}
	defer func() { err = errors.Join(err, up.file.Close()) }()
	o, err := s.options(c.Request.Context(), policy.ID, set)
	if err != nil {
		return datasets.Receipt{}, err
	}
	r, err := s.load(c.Request.Context(), up.name, up.file, o)
	if err == nil {
		note(c, "batch", strconv.FormatInt(r.Batch, 10))
		note(c, "rows", fmt.Sprintf("%d+%d-%d", r.Loaded, r.Superseded, r.Refused))
	}
	return r, err
}

// uploaded is what a form brought. Its file is to be closed.
type uploaded struct {
	name   string
	file   *spool.File
	fields map[string]string
}

// readForm reads the parts of a form; of several files it takes the first.
func (s *Server) readForm(form *multipart.Reader) (up uploaded, err error) {
	up.fields = map[string]string{}
	defer func() {
		if err != nil {
			up.drop()
		}
	}()
	for range 16 {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return up, s.badForm(err)
		}
		if part.FormName() != "file" {
			b, err := io.ReadAll(io.LimitReader(part, 256))
			if err != nil {
				return up, s.badForm(err)
			}
			up.fields[part.FormName()] = strings.TrimSpace(string(b))
			continue
		}
		if part.FileName() == "" || up.name != "" {
			continue
		}
		up.name = plainName(part.FileName())
		if err := s.takePart(part, &up); err != nil {
			return up, err
		}
	}
	if up.name == "" {
		return up, noFile()
	}
	return up, nil
}

// takePart reads the file itself.
func (s *Server) takePart(part io.Reader, up *uploaded) (err error) {
	if up.file, err = spool.Take(io.LimitReader(part, s.cfg.MaxUpload+1), s.cfg.Incoming); err != nil {
		var path *fs.PathError
		if errors.As(err, &path) { // it is the server's disk, not the line
			return noRoom(err)
		}
		return s.badForm(err)
	}
	if up.file.Size() > s.cfg.MaxUpload {
		return s.tooLarge()
	}
	return nil
}

// drop lets go of a file that nobody will read.
func (up *uploaded) drop() {
	if up.file != nil {
		_ = up.file.Close() // it has no name
		up.file = nil
	}
}

func noRoom(err error) error {
	return fault.New(fault.Unavailable,
		"服务器的磁盘写不进去，没有载入任何数据；请告诉管理员检查数据目录所在的磁盘，然后重新上传。",
		"The server's disk can't be written to and nothing was loaded; ask the administrator to look at the disk that holds the data folder, then upload the file again.").Because(err)
}

// plainName is a file's name without any folder or ID number, and not too long.
func plainName(name string) string {
	name = ingest.FileName(name)
	if name == "." || name == ".." || name == "/" {
		return "upload"
	}
	if r := []rune(name); len(r) > 120 {
		name = string(r[len(r)-120:]) // the end says what format it is
	}
	return name
}

func (s *Server) badForm(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return s.tooLarge()
	}
	return fault.New(fault.Invalid,
		"上传中断，或提交的内容不是表单；没有载入任何数据，请重新上传。",
		"The upload broke off or is not a form; nothing was loaded, upload the file again.").Because(err)
}

func (s *Server) tooLarge() *fault.Error {
	return fault.Newf(fault.TooLarge,
		"文件超过 %[1]d MB 的上限，没有载入；请拆成几个文件，或用命令行 talentcast ingest 载入。",
		"The file is over the limit of %[1]d MB and was not loaded; split it, or load it with talentcast ingest on the command line.",
		s.cfg.MaxUpload>>20)
}

func noFile() *fault.Error {
	return fault.New(fault.Invalid,
		"没有收到文件；请先选择一个 CSV 或 XLSX 文件，再点上传。",
		"No file came; choose a CSV or XLSX file, then upload it.")
}

func kindOf(name string) (datasets.Kind, error) {
	if k := datasets.Kind(name); name == "" || slices.Contains(datasets.Kinds(), k) {
		return k, nil
	}
	return "", fault.Newf(fault.Invalid, "没有数据种类“%[1]s”；可用：%[2]v。", "There is no kind of data %[1]q; there are %[2]v.", clip(name), datasets.Kinds())
}
