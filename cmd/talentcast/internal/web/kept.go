package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/analytics/scenario"
	"talentcast/datasets"
)

// keptAnswer is what a scenario said when it was saved.
type keptAnswer struct {
	Latest  bool         `json:"latest"` // saved of the latest data, not of a date asked for
	Figures []keptFigure `json:"figures"`
}

// keptFigure is one headline target under a scenario.
type keptFigure struct {
	Target   string   `json:"target"`
	Early    *float64 `json:"early"`
	Late     *float64 `json:"late"`
	Expected string   `json:"expected"` // 2016-08-31; empty beyond the horizon
}

// keptInfo is a saved scenario as the API serves it.
type keptInfo struct {
	ID        int64        `json:"id"`
	Policy    string       `json:"policy"`
	Name      string       `json:"name"`
	Note      string       `json:"note"`
	Levers    string       `json:"levers"` // as an address carries them
	Text      string       `json:"text"`   // the same in words
	AsOf      outlook.Day  `json:"as_of"`
	Latest    bool         `json:"latest"`
	Seed      uint64       `json:"seed"`
	Paths     int          `json:"paths"`
	DataState string       `json:"data_state"`
	Program   string       `json:"program"`
	Locked    bool         `json:"locked"`
	SavedAt   time.Time    `json:"saved_at"`
	SavedBy   string       `json:"saved_by"`
	Then      []keptFigure `json:"then"`
	// MovedOn: the data have changed since. Now has today's answer then, and
	// Change says in words what became of it.
	MovedOn bool         `json:"moved_on"`
	Now     []keptFigure `json:"now"`
	Change  string       `json:"change"`
	URL     string       `json:"url"`  // of the page with it
	File    string       `json:"file"` // of the YAML
}

// readKept reads what is stored.
func readKept(x datasets.Scenario) (kept, error) {
	k := kept{Scenario: x}
	if err := json.Unmarshal([]byte(x.Body), &k.doc); err != nil {
		return k, fmt.Errorf("%w: %d: %w", errKept, x.ID, err)
	}
	if x.Answer != "" {
		if err := json.Unmarshal([]byte(x.Answer), &k.answer); err != nil {
			return k, fmt.Errorf("%w: %d: %w", errKept, x.ID, err)
		}
	}
	k.doc.Name, k.doc.Note = x.Name, x.Note
	return k, nil
}

// figuresOf are the headline targets under a scenario.
func figuresOf(o *outlook.Outlook) []keptFigure {
	out := []keptFigure{}
	for _, t := range o.Headlines() {
		if t.Attainment == nil || len(out) == 6 {
			continue
		}
		f := keptFigure{Target: t.ID, Late: share(t.Attainment.LateLow)}
		if !t.Early.Equal(t.Late) {
			f.Early = share(t.Attainment.EarlyLow)
		}
		if m := t.Attainment.Passage.Median; !m.IsZero() {
			f.Expected = m.Format(time.DateOnly)
		}
		out = append(out, f)
	}
	return out
}

// staleMost bounds how many scenarios of a list are computed anew on newer data.
const staleMost = 12

// info tells what is kept; anew also computes what it says on today's data where
// they have moved on.
func (s *Server) info(c *gin.Context, x datasets.Scenario, anew bool) (keptInfo, error) {
	k, err := readKept(x)
	if err != nil {
		return keptInfo{}, err
	}
	p := s.page(c, "scenario")
	policy, err := s.cfg.Store.Policy(c.Request.Context(), x.Policy)
	if err != nil {
		return keptInfo{}, err
	}
	p.Policy = &policy
	id := strconv.FormatInt(x.ID, 10)
	bare := &outlook.Outlook{Policy: policy}
	for _, t := range policy.Targets {
		bare.Targets = append(bare.Targets, outlook.Target{Target: t})
	}
	out := keptInfo{
		ID: x.ID, Policy: x.Policy, Name: x.Name, Note: x.Note, Levers: k.doc.Key(), Text: leverWords(bare, k.doc.Scenario, p.Lang),
		AsOf: day(k.doc.AsOf), Latest: k.answer.Latest, Seed: k.doc.Seed, Paths: k.doc.Paths, DataState: x.State, Program: k.doc.Program,
		Locked: x.Locked, SavedAt: x.At, SavedBy: x.By, Then: orEmpty(k.answer.Figures), Now: []keptFigure{},
		URL:  link(p.query, "/p/"+policy.ID+"/scenario", "id", id, "as_of", ""),
		File: link(p.query, "/api/v1/policies/"+policy.ID+"/scenarios/"+id+".yaml", "as_of", "", "lang", ""),
	}
	st, err := s.cfg.Store.State(c.Request.Context(), x.Policy)
	if err != nil {
		return out, err
	}
	out.MovedOn = x.State != "" && x.State != st.Version
	if !out.MovedOn || !anew {
		return out, nil
	}
	q := outlook.Query{Policy: x.Policy, Scenario: k.doc.Scenario}
	if !k.answer.Latest {
		q.AsOf = k.doc.AsOf
	}
	now, err := s.cfg.Outlooks.Try(c.Request.Context(), q)
	if err != nil {
		if f := fault.As(err); f != nil { // levers of a target that is no more
			out.Change = f.Text(p.Lang)
			return out, nil
		}
		return out, err
	}
	out.Now = figuresOf(now)
	out.Change = p.moves(now, out.Then, out.Now)
	return out, nil
}

// moves says what became of an answer: 500优才 34% → 41%.
func (p *page) moves(o *outlook.Outlook, then, now []keptFigure) string {
	var parts []string
	for _, a := range then {
		for _, b := range now {
			if a.Target != b.Target {
				continue
			}
			from, to := a.Late, b.Late
			if math.Abs(delta(a.Early, b.Early)) > math.Abs(delta(a.Late, b.Late)) {
				from, to = a.Early, b.Early
			}
			if math.Abs(delta(from, to)) >= 0.005 {
				parts = append(parts, o.Scope(a.Target, p.Lang)+" "+chance(from)+" → "+chance(to))
			}
		}
	}
	if len(parts) == 0 {
		return p.T("saved.same")
	}
	return strings.Join(parts, p.T("saved.and"))
}

// keepQuestion is what a scenario is saved with; levers that are not given are
// those of the address, or stay as they are.
type keepQuestion struct {
	Name   *string `json:"name"`
	Note   *string `json:"note"`
	By     string  `json:"by"`
	Levers *string `json:"levers"`
}

// keep computes the scenario and stores it, in place of the one of the id, if any.
func (s *Server) keep(c *gin.Context, id int64, doc scenario.Document, latest bool, by string) (keptInfo, error) {
	policy := c.Param("policy")
	ctx := c.Request.Context()
	q := outlook.Query{Policy: policy, Scenario: doc.Scenario}
	if !latest {
		q.AsOf = doc.AsOf
	}
	o, err := s.cfg.Outlooks.Try(ctx, q)
	if err != nil {
		return keptInfo{}, err
	}
	doc.Policy, doc.AsOf, doc.Seed, doc.Paths, doc.State, doc.Program = o.Policy.ID, o.AsOf.Time, o.Seed, o.Paths, o.State.Version, s.cfg.Version
	x := datasets.Scenario{ID: id, Policy: o.Policy.ID, Name: doc.Name, Note: doc.Note, State: o.State.Version, By: me(c).By(clip(strings.TrimSpace(by)))}
	b, err := json.Marshal(doc)
	if err != nil {
		return keptInfo{}, fmt.Errorf("save scenario: %w", err)
	}
	a, err := json.Marshal(keptAnswer{latest, figuresOf(o)})
	if err != nil {
		return keptInfo{}, fmt.Errorf("save scenario: %w", err)
	}
	x.Body, x.Answer = string(b), string(a)
	if id, err = s.cfg.Store.SaveScenario(ctx, x); err != nil {
		return keptInfo{}, err
	}
	return s.infoOf(c, id)
}

func (s *Server) infoOf(c *gin.Context, id int64) (keptInfo, error) {
	x, err := s.cfg.Store.ScenarioOf(c.Request.Context(), c.Param("policy"), id)
	if err != nil {
		return keptInfo{}, err
	}
	return s.info(c, x, true)
}

func (s *Server) apiScenarios(c *gin.Context) {
	policy, err := s.cfg.Store.Policy(c.Request.Context(), c.Param("policy"))
	if err != nil {
		s.fail(c, err)
		return
	}
	all, err := s.cfg.Store.Scenarios(c.Request.Context(), policy.ID)
	if err != nil {
		s.fail(c, err)
		return
	}
	out := []keptInfo{}
	stale := 0
	for _, x := range all {
		info, err := s.info(c, x, stale < staleMost)
		if err != nil {
			s.fail(c, err)
			return
		}
		if info.MovedOn {
			stale++
		}
		out = append(out, info)
	}
	c.JSON(http.StatusOK, gin.H{"policy": policy.ID, "scenarios": out})
}

func (s *Server) apiKeep(c *gin.Context) {
	var q keepQuestion
	if err := body(c, &q); err != nil {
		s.fail(c, err)
		return
	}
	sc, err := levers(c)
	if err == nil && q.Levers != nil {
		sc.Levers, err = scenario.Parse(*q.Levers)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	d, err := asOf(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	doc := scenario.Document{Scenario: scenario.Scenario{Name: trimmed(q.Name), Note: trimmed(q.Note), Levers: sc.Levers}, AsOf: d}
	info, err := s.keep(c, 0, doc, d.IsZero(), q.By)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusCreated, info)
}

func trimmed(s *string) string {
	if s == nil {
		return ""
	}
	return strings.TrimSpace(*s)
}

// scenarioID is the number of the address, and whether the file is asked for.
func scenarioID(c *gin.Context) (id int64, file bool, err error) {
	text, file := strings.CutSuffix(c.Param("scenario"), ".yaml")
	id, err = strconv.ParseInt(text, 10, 64)
	if err != nil || id <= 0 {
		return 0, file, fault.Newf(fault.NotFound, "没有“%[1]s”号情景；请在情景页的列表中选择。", "There is no scenario %[1]q; choose one from the list.", clip(text))
	}
	return id, file, nil
}

func (s *Server) apiKept(c *gin.Context) {
	id, file, err := scenarioID(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	if file {
		s.sendScenario(c, id)
		return
	}
	s.answerKept(c, id)
}

func (s *Server) answerKept(c *gin.Context, id int64) {
	info, err := s.infoOf(c, id)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, info)
}

// sendScenario sends the file, with all that gives the same numbers again.
func (s *Server) sendScenario(c *gin.Context, id int64) {
	x, err := s.cfg.Store.ScenarioOf(c.Request.Context(), c.Param("policy"), id)
	if err != nil {
		s.fail(c, err)
		return
	}
	k, err := readKept(x)
	if err != nil {
		s.fail(c, err)
		return
	}
	var b bytes.Buffer
	if err := k.doc.Write(&b); err != nil {
		s.fail(c, err)
		return
	}
	download(c, savedName(x.Name, false, phrase.Zh), "yaml", "application/yaml; charset=utf-8", b.Bytes())
}

func (s *Server) apiRekeep(c *gin.Context) {
	var q keepQuestion
	id, file, err := scenarioID(c)
	if err == nil && file {
		err = fault.New(fault.Invalid, "请用不带 .yaml 的地址更改。", "Change it at the address without .yaml.")
	}
	if err == nil {
		err = body(c, &q)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	x, err := s.cfg.Store.ScenarioOf(c.Request.Context(), c.Param("policy"), id)
	if err != nil {
		s.fail(c, err)
		return
	}
	k, err := readKept(x)
	if err != nil {
		s.fail(c, err)
		return
	}
	if q.Name != nil {
		k.doc.Name = trimmed(q.Name)
	}
	if q.Note != nil {
		k.doc.Note = trimmed(q.Note)
	}
	if q.Levers == nil { // only its label: what it said stays
		x.Name, x.Note = k.doc.Name, k.doc.Note
		if _, err := s.cfg.Store.SaveScenario(c.Request.Context(), x); err != nil {
			s.fail(c, err)
			return
		}
		s.answerKept(c, id)
		return
	}
	if k.doc.Levers, err = scenario.Parse(*q.Levers); err != nil {
		s.fail(c, err)
		return
	}
	d, err := asOf(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	k.doc.AsOf = d
	info, err := s.keep(c, id, k.doc, d.IsZero(), q.By)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusOK, info)
}

func (s *Server) apiForget(c *gin.Context) {
	id, _, err := scenarioID(c)
	if err == nil {
		err = s.cfg.Store.DeleteScenario(c.Request.Context(), c.Param("policy"), id)
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	c.Status(http.StatusNoContent)
}

// apiLock locks, or unlocks.
func (s *Server) apiLock(locked bool) gin.HandlerFunc {
	return func(c *gin.Context) {
		id, _, err := scenarioID(c)
		if err == nil {
			err = s.cfg.Store.LockScenario(c.Request.Context(), c.Param("policy"), id, locked)
		}
		if err != nil {
			s.fail(c, err)
			return
		}
		s.answerKept(c, id)
	}
}

func (s *Server) apiDuplicate(c *gin.Context) {
	id, _, err := scenarioID(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	x, err := s.cfg.Store.ScenarioOf(c.Request.Context(), c.Param("policy"), id)
	if err != nil {
		s.fail(c, err)
		return
	}
	x.ID, x.Locked = 0, false
	mark := s.page(c, "scenario").T("saved.copy")
	name := []rune(x.Name)
	if most := datasets.MaxScenarioName - len([]rune(mark)); len(name) > most {
		name = name[:most]
	}
	x.Name = string(name) + mark
	if id, err = s.cfg.Store.SaveScenario(c.Request.Context(), x); err != nil {
		s.fail(c, err)
		return
	}
	info, err := s.infoOf(c, id)
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusCreated, info)
}

// apiImport keeps a scenario from a file.
func (s *Server) apiImport(c *gin.Context) {
	doc, err := scenario.Read(http.MaxBytesReader(c.Writer, c.Request.Body, 2*scenario.MaxFile))
	if err == nil && doc.Policy != "" && doc.Policy != c.Param("policy") {
		err = fault.Newf(fault.Invalid, "这个情景文件属于政策 %[1]s，不是 %[2]s；请到那个政策的情景页导入。",
			"The scenario file is of the policy %[1]s, not of %[2]s; import it there.", clip(doc.Policy), c.Param("policy"))
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	if doc.Name == "" {
		doc.Name = s.page(c, "scenario").T("saved.imported")
	}
	info, err := s.keep(c, 0, doc, doc.AsOf.IsZero(), c.Query("by"))
	if err != nil {
		s.fail(c, err)
		return
	}
	c.JSON(http.StatusCreated, info)
}
