package web

import (
	"embed"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/outlook"
	"talentcast/charts"
	"talentcast/cmd/talentcast/internal/access"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/datasets"
	"talentcast/ingest"
)

// openapi.json is written by hand; a test holds it against the routes and the
// answers.
//
//go:embed openapi.json
var description embed.FS

func (s *Server) apiDescription(c *gin.Context) {
	b, err := description.ReadFile("openapi.json")
	if err != nil {
		s.fail(c, err)
		return
	}
	c.Data(http.StatusOK, "application/json; charset=utf-8", b)
}

type policyInfo struct {
	ID           string    `json:"id"`
	NameZh       string    `json:"name_zh"`
	NameEn       string    `json:"name_en"`
	PlaceZh      string    `json:"place_zh"`
	PlaceEn      string    `json:"place_en"`
	Jurisdiction string    `json:"jurisdiction"`
	Frequency    string    `json:"frequency"`
	Targets      int       `json:"targets"`
	Data         dataState `json:"data"`
}

type dataState struct {
	Version string      `json:"version"`
	Rows    int64       `json:"rows"`
	First   outlook.Day `json:"first"`
	Last    outlook.Day `json:"last"`
	Known   outlook.Day `json:"known"`
	Demo    bool        `json:"demo"`
}

func (s *Server) policyInfo(c *gin.Context, p datasets.Policy) (policyInfo, error) {
	st, err := s.cfg.Store.State(c.Request.Context(), p.ID)
	if err != nil {
		return policyInfo{}, err
	}
	return policyInfo{
		p.ID, p.NameZh, p.NameEn, p.PlaceZh, p.PlaceEn, p.Jurisdiction, p.Frequency.String(), len(p.Targets),
		dataState{st.Version, st.Rows, day(st.First), day(st.Last), day(st.Known), st.Demo},
	}, nil
}

func day(t time.Time) outlook.Day { return outlook.Day{Time: t} }

func (s *Server) apiPolicies(c *gin.Context) {
	all, err := s.policies(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	out := []policyInfo{}
	for _, p := range all {
		info, err := s.policyInfo(c, p)
		if err != nil {
			s.fail(c, err)
			return
		}
		out = append(out, info)
	}
	c.JSON(http.StatusOK, gin.H{"policies": out})
}

// policyDetail is a policy with what its targets refer to.
type policyDetail struct {
	policyInfo
	Source      string                `json:"source"`
	NoteZh      string                `json:"note_zh"`
	NoteEn      string                `json:"note_en"`
	Departments []datasets.Department `json:"departments"`
	Plans       []datasets.Plan       `json:"plans"`
	TargetIDs   []string              `json:"target_ids"`
	Charts      []string              `json:"charts"`
}

func (s *Server) apiPolicy(c *gin.Context) {
	p, err := s.cfg.Store.Policy(c.Request.Context(), c.Param("policy"))
	if err != nil {
		s.fail(c, err)
		return
	}
	info, err := s.policyInfo(c, p)
	if err != nil {
		s.fail(c, err)
		return
	}
	d := policyDetail{info, p.Source, p.NoteZh, p.NoteEn, orEmpty(p.Departments), orEmpty(p.Plans), []string{}, report.AllPolicyCharts()}
	for _, t := range p.Targets {
		d.TargetIDs = append(d.TargetIDs, t.ID)
	}
	c.JSON(http.StatusOK, d)
}

func orEmpty[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func (s *Server) apiOutlook(c *gin.Context) {
	base, with, err := s.compare(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	if anyExcess(base) {
		if err := s.seeing(c); err != nil {
			s.fail(c, err)
			return
		}
	}
	if with != nil {
		c.JSON(http.StatusOK, with)
		return
	}
	b, err := s.outlookJSON(c, base)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.Data(http.StatusOK, "application/json; charset=utf-8", b)
}

// mostWritten bounds the outlooks that are kept as JSON, a megabyte each.
const mostWritten = 8 << 20

// outlookJSON is written once for all programs that ask.
func (s *Server) outlookJSON(c *gin.Context, o *outlook.Outlook) ([]byte, error) {
	b, release, err := s.written.claim(c.Request.Context(), o)
	if err != nil || release == nil {
		return b, err
	}
	defer release()
	if b, err = json.Marshal(o); err == nil {
		s.written.keep(o, b, len(b))
	}
	return b, err
}

// targetAnswer is one target with what it takes to read it.
type targetAnswer struct {
	Policy string         `json:"policy"`
	AsOf   outlook.Day    `json:"as_of"`
	Demo   bool           `json:"demo"`
	Charts []string       `json:"charts"`
	Tables []string       `json:"tables"`
	Target outlook.Target `json:"target"`
}

func (s *Server) apiTarget(c *gin.Context) {
	base, with, err := s.compare(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	if with == nil {
		with = base
	}
	t, err := find(with, c.Param("target"))
	if err != nil {
		s.fail(c, err)
		return
	}
	if namesExcess(t) {
		if err := s.seeing(c); err != nil {
			s.fail(c, err)
			return
		}
	}
	c.JSON(http.StatusOK, targetAnswer{
		base.Policy.ID, base.AsOf, base.State.Demo, orEmpty(report.ChartNames(t)), append(report.TableNames(t), "rows"), *t,
	})
}

// rowAnswer is a stored row with its dates.
type rowAnswer struct {
	datasets.Row
	Event outlook.Day `json:"event"`
	End   outlook.Day `json:"end"`
	Known outlook.Day `json:"known"`
}

type rowsAnswer struct {
	Policy string      `json:"policy"`
	Target string      `json:"target"`
	AsOf   outlook.Day `json:"as_of"`
	Total  int         `json:"total"`
	Limit  int         `json:"limit"`
	Offset int         `json:"offset"`
	Rows   []rowAnswer `json:"rows"`
}

func (s *Server) apiRows(c *gin.Context) {
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
	limit, err := whole(c, "limit", rowsOnPage, 1, 1000)
	if err != nil {
		s.fail(c, err)
		return
	}
	offset, err := whole(c, "offset", 0, 0, 1_000_000_000)
	if err != nil {
		s.fail(c, err)
		return
	}
	rows, total, err := s.readRows(c, access.Rows, o, t, limit, offset)
	if err != nil {
		s.fail(c, err)
		return
	}
	a := rowsAnswer{o.Policy.ID, t.ID, o.AsOf, total, limit, offset, []rowAnswer{}}
	for _, r := range rows {
		a.Rows = append(a.Rows, rowAnswer{r, day(r.Event), day(r.End), day(r.Known)})
	}
	c.JSON(http.StatusOK, a)
}

// chartAnswer is written without HTML escaping of its own: the option is JSON
// that the builder escaped.
func chartAnswer(c *gin.Context, ch charts.Chart) {
	c.JSON(http.StatusOK, ch)
}

func (s *Server) apiPolicyChart(c *gin.Context) {
	o, err := s.look(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	ch, err := s.policyPicture(c, o, c.Param("chart"))
	if err != nil {
		s.fail(c, err)
		return
	}
	chartAnswer(c, ch)
}

func (s *Server) apiChart(c *gin.Context) {
	base, with, t, err := s.compareFor(c, c.Param("target"))
	if err != nil {
		s.fail(c, err)
		return
	}
	ch, err := s.targetPicture(c, base, with, t, c.Param("chart"))
	if err != nil {
		s.fail(c, err)
		return
	}
	chartAnswer(c, ch)
}

func (s *Server) apiBatches(c *gin.Context) {
	policy, err := s.cfg.Store.Policy(c.Request.Context(), c.Param("policy"))
	if err != nil {
		s.fail(c, err)
		return
	}
	all, err := s.cfg.Store.Batches(c.Request.Context(), policy.ID)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, gin.H{"policy": policy.ID, "batches": s.mine(c, all)})
}

func (s *Server) apiUpload(c *gin.Context) {
	r, err := s.receive(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	r.Refusals = orEmpty(r.Refusals)
	code := http.StatusCreated
	if r.Already {
		code = http.StatusOK
	}
	c.JSON(code, r)
}

func (s *Server) apiRefusals(c *gin.Context) {
	b, refusals, err := s.batch(c, c.Param("batch"))
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, gin.H{"policy": c.Param("policy"), "batch": b, "refusals": orEmpty(refusals)})
}

// checkAnswer is a preview with why the file as a whole can't be loaded.
type checkAnswer struct {
	*ingest.Preview
	Problem *apiError `json:"problem"` // null where it can
}

// apiCheck tells what loading a file would do, and does nothing.
func (s *Server) apiCheck(c *gin.Context) {
	policy, up, set, err := s.form(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	body, err := up.file.Bytes()
	if err = errors.Join(err, up.file.Close()); err != nil {
		s.fail(c, err)
		return
	}
	o, err := s.options(c.Request.Context(), policy.ID, set)
	if err != nil {
		s.fail(c, err)
		return
	}
	p, err := ingest.Look(c.Request.Context(), s.cfg.Store, up.name, body, o)
	if err != nil {
		s.fail(c, err)
		return
	}
	a := checkAnswer{Preview: p}
	if f := p.Problem; f != nil {
		a.Problem = &apiError{string(f.Code), f.Zh, f.En, c.GetString(requestID)}
	}
	c.JSON(http.StatusOK, a)
}

// undoneAnswer is what taking a batch back did.
type undoneAnswer struct {
	datasets.Undone
	From    outlook.Day       `json:"from"` // first day without it; null for all days
	Effects []datasets.Effect `json:"effects"`
}

func (s *Server) apiUndo(c *gin.Context) {
	done, effects, err := s.takeBack(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, undoneAnswer{done, day(done.From), orEmpty(effects)})
}

type operation struct{ Method, Path, Summary string }

// operations lists what openapi.json describes, for the page about it.
func operations(lang string) ([]operation, error) {
	b, err := description.ReadFile("openapi.json")
	if err != nil {
		return nil, err
	}
	var doc struct {
		Paths map[string]map[string]struct {
			Summary string `json:"summary"`
			Zh      string `json:"x-summary-zh"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		return nil, err
	}
	var out []operation
	for path, methods := range doc.Paths {
		for method, op := range methods {
			o := operation{method, path, op.Summary}
			if lang != "en" {
				o.Summary = op.Zh
			}
			out = append(out, o)
		}
	}
	return out, nil
}
