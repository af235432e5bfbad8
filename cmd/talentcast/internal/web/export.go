package web

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/analytics/phrase"
	"talentcast/charts"
	"talentcast/cmd/talentcast/internal/access"
	"talentcast/cmd/talentcast/internal/report"
	"talentcast/cmd/talentcast/internal/report/compose"
	"talentcast/cmd/talentcast/internal/report/picture"
	"talentcast/datasets"
	"talentcast/ingest"
)

// exportRows bounds how many rows behind a figure leave in one file.
const exportRows = 1_000_000

// split takes "fan.svg" apart and checks the ending.
func split(file string, endings ...string) (name, ending string, err error) {
	ending = strings.TrimPrefix(path.Ext(file), ".")
	for _, e := range endings {
		if ending == e {
			return strings.TrimSuffix(file, "."+ending), ending, nil
		}
	}
	return "", "", fault.Newf(fault.NotFound,
		"不能导出为“%[1]s”；可用格式：%[2]s。", "%[1]q can't be exported; the formats are %[2]s.", clip(file), strings.Join(endings, ", "))
}

// download sends a file under a name that may be Chinese.
func download(c *gin.Context, name, ending, kind string, body []byte) {
	ascii := strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '"' || r == '\\' || r == '/' {
			return '-'
		}
		return r
	}, name)
	c.Header("Content-Disposition", fmt.Sprintf(`attachment; filename="%s.%s"; filename*=UTF-8''%s`,
		strings.Trim(ascii, "- "), ending, url.PathEscape(name+"."+ending)))
	c.Data(http.StatusOK, kind, body)
}

// sendTable writes a table in the format asked for. CSV can be had in GB18030 for
// the spreadsheet programs that ask for it.
func (s *Server) sendTable(c *gin.Context, t report.Table, name, ending string) {
	enc := c.Query("encoding")
	if enc != "" && enc != "utf-8" && enc != "gb18030" {
		s.fail(c, fault.Newf(fault.Invalid, "没有编码“%[1]s”；可用 utf-8 或 gb18030。", "There is no encoding %[1]q; use utf-8 or gb18030.", clip(enc)))
		return
	}
	var b bytes.Buffer
	if err := t.Write(c.Request.Context(), &b, ending, enc); err != nil {
		s.fail(c, fmt.Errorf("write table %s: %w", t.Name, err))
		return
	}
	download(c, name, ending, report.TableType(ending, enc), b.Bytes())
}

// sendChart writes a chart in the format asked for: theme, sides, background and
// scale are in the query. "inline" shows it in the page instead of saving it.
func (s *Server) sendChart(c *gin.Context, x picture.Item, name, ending string) {
	set, err := pictureSettings(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	body, err := picture.Write(c.Request.Context(), s.cfg.Renderer, x, ending, set)
	if err != nil {
		s.fail(c, err)
		return
	}
	if c.Query("inline") == "1" && ending != "json" && ending != "xlsx" {
		c.Data(http.StatusOK, picture.Type(ending), body)
		return
	}
	download(c, name, ending, picture.Type(ending), body)
}

func pictureSettings(c *gin.Context) (s picture.Settings, err error) {
	if s.Theme, err = charts.ThemeOf(c.Query("theme")); err != nil {
		return s, err
	}
	s.Ground = picture.Ground(clip(c.Query("background")))
	if s.W, err = whole(c, "width", 0, picture.Least, picture.Most); err != nil {
		return s, err
	}
	if s.H, err = whole(c, "height", 0, picture.Least, picture.Most); err != nil {
		return s, err
	}
	scale, err := whole(c, "scale", 2, 1, 3)
	s.Scale = float64(scale)
	return s, err
}

// item is a chart of an outlook with all that may be written beside it; id is the
// target's, "" for the policy.
func (s *Server) item(c *gin.Context, o *outlook.Outlook, id string, ch charts.Chart) picture.Item {
	lang := language(c)
	return picture.Item{Chart: ch, Editable: report.Editable(o, id, ch.Name, lang), Stamp: compose.Stamp(o, lang, s.cfg.Version), Lang: lang}
}

// fileName is what a saved file is called: policy, what it is, as-of date.
func fileName(o *outlook.Outlook, what, lang string) string {
	return savedName(o.Policy.Name(lang)+" "+what+" "+o.AsOf.Format("2006-01-02"), o.State.Demo, lang)
}

// savedName makes a name fit for a file, with a mark where the data are synthetic.
func savedName(name string, demo bool, lang string) string {
	if demo {
		if lang == phrase.En {
			name += " (demonstration data)"
		} else {
			name += "（演示数据）"
		}
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`+"\n\r\t", r) {
			return '-'
		}
		return r
	}, name)
}

func (s *Server) exportPolicyTable(c *gin.Context) {
	name, ending, err := split(c.Param("file"), report.TableEndings()...)
	if err != nil {
		s.fail(c, err)
		return
	}
	lang := language(c)
	if name == "batches" {
		if !me(c).May(access.Batches) {
			s.fail(c, access.Forbidden())
			return
		}
		s.exportBatches(c, ending)
		return
	}
	if name == "alerts" {
		s.exportAlerts(c, ending)
		return
	}
	if name == "changes" {
		s.exportChanges(c, ending)
		return
	}
	if name == "scenarios" {
		base, with, _, err := s.chosenScenarios(c)
		if err != nil {
			s.fail(c, err)
			return
		}
		t := report.Scenarios(base, with, lang)
		s.sendTable(c, t, fileName(base, t.Title, lang), ending)
		return
	}
	base, with, err := s.compare(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	if with == nil {
		with = base
	}
	var t report.Table
	switch name {
	case "comparison":
		t = report.Comparison(base, with, lang)
	case "bill":
		t = report.Bill(with, lang)
	case "budget":
		t = report.Budget(with, lang)
	case "held":
		t = report.Held(with, lang)
	default:
		if t, err = report.PolicyTable(with, clip(name), lang); err != nil {
			s.fail(c, err)
			return
		}
	}
	s.sendTable(c, t, fileName(base, t.Title, lang), ending)
}

func (s *Server) exportChanges(c *gin.Context, ending string) {
	o, err := s.look(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	from, err := since(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	changes, err := s.cfg.Outlooks.Change(c.Request.Context(), outlook.Query{Policy: o.Policy.ID, AsOf: o.AsOf.Time}, from)
	if err != nil {
		s.fail(c, err)
		return
	}
	t := report.Changes(changes, language(c))
	s.sendTable(c, t, fileName(o, t.Title, language(c)), ending)
}

func (s *Server) exportBatches(c *gin.Context, ending string) {
	policy, err := s.cfg.Store.Policy(c.Request.Context(), c.Param("policy"))
	if err != nil {
		s.fail(c, err)
		return
	}
	bs, err := s.cfg.Store.Batches(c.Request.Context(), policy.ID)
	if err != nil {
		s.fail(c, err)
		return
	}
	t := report.Batches(s.mine(c, bs), language(c))
	s.sendTable(c, t, policy.Name(language(c))+" "+t.Title, ending)
}

func (s *Server) exportPolicyChart(c *gin.Context) {
	name, ending, err := split(c.Param("file"), picture.Endings()...)
	if err != nil {
		s.fail(c, err)
		return
	}
	o, err := s.look(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	ch, err := s.policyPicture(c, o, name)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.sendChart(c, s.item(c, o, "", ch), fileName(o, ch.Title, language(c)), ending)
}

func (s *Server) exportChart(c *gin.Context) {
	name, ending, err := split(c.Param("file"), picture.Endings()...)
	if err != nil {
		s.fail(c, err)
		return
	}
	base, with, t, err := s.compareFor(c, c.Param("target"))
	if err != nil {
		s.fail(c, err)
		return
	}
	ch, err := s.targetPicture(c, base, with, t, name)
	if err != nil {
		s.fail(c, err)
		return
	}
	o := base
	if with != nil {
		o = with
	}
	s.sendChart(c, s.item(c, o, t.ID, ch), fileName(base, t.ID+" "+ch.Title, language(c)), ending)
}

// targetPicture is one of a target's charts; "odds" needs the history too.
func (s *Server) targetPicture(c *gin.Context, base, with *outlook.Outlook, t *outlook.Target, name string) (charts.Chart, error) {
	switch name {
	case "plan":
		return s.planPicture(c, base, t)
	case "pit":
		return s.pitPicture(c, base, t)
	case "reliability":
		return s.reliabilityPicture(c, base, t)
	}
	if name != "odds" {
		return report.Chart(base, t.ID, name, language(c), with)
	}
	h, err := s.keptHistory(c, base)
	if err != nil {
		return charts.Chart{}, err
	}
	ch, ok, err := report.OddsChart(h, base, t, language(c))
	if err == nil && !ok {
		err = fault.Newf(fault.NotFound, "目标 %[1]s 没有较早时点的完成概率。", "The target %[1]s has no earlier probability.", t.ID)
	}
	return ch, err
}

func (s *Server) exportTable(c *gin.Context) {
	name, ending, err := split(c.Param("file"), report.TableEndings()...)
	if err != nil {
		s.fail(c, err)
		return
	}
	base, with, t, err := s.compareFor(c, c.Param("target"))
	if err != nil {
		s.fail(c, err)
		return
	}
	if with == nil {
		with = base
	}
	tab, err := s.targetTable(c, with, t, name)
	if err != nil {
		s.fail(c, err)
		return
	}
	s.sendTable(c, tab, fileName(base, t.ID+" "+tab.Title, language(c)), ending)
}

// targetTable makes one of a target's tables. Rows about persons leave a trace
// in the log, masked as they are.
func (s *Server) targetTable(c *gin.Context, o *outlook.Outlook, t *outlook.Target, name string) (report.Table, error) {
	lang := language(c)
	switch name {
	case "rows":
	case "plan":
		plan, _, err := s.planOf(c, o, t)
		if err != nil {
			return report.Table{}, err
		}
		return report.PlanTable(o, t, plan, lang), nil
	case "notes":
		return s.notesTable(c, o, t)
	case "history":
		h, err := s.keptHistory(c, o)
		if err != nil {
			return report.Table{}, err
		}
		return report.HistoryOfTarget(h, t.ID, lang), nil
	default:
		return s.plainTable(c, o, t, name)
	}
	rows, total, err := s.readRows(c, access.ExportRows, o, t, exportRows, 0)
	if err != nil {
		return report.Table{}, err
	}
	s.cfg.Log.Log(c.Request.Context(), auditLevel, "rows exported", "id", c.GetString(requestID), "policy", o.Policy.ID,
		"target", t.ID, "as_of", o.AsOf.Format("2006-01-02"), "rows", len(rows), "of", total)
	note(c, "rows", strconv.Itoa(len(rows)))
	return report.Records(rows, lang).Of(o), nil
}

// plainTable makes a table of what the outlook says of a target. What exceeds a cap
// may be a person, and is named for those alone who may take rows away.
func (s *Server) plainTable(c *gin.Context, o *outlook.Outlook, t *outlook.Target, name string) (report.Table, error) {
	o = s.withoutNames(c, o, access.ExportRows)
	if t, ok := o.Target(t.ID); ok && name == "excess" && namesExcess(t) {
		note(c, "rows", strconv.Itoa(len(t.Excess)))
	}
	return report.TargetTable(o, t.ID, name, language(c))
}

func (s *Server) exportRefusals(c *gin.Context) {
	name, ending, err := split(c.Param("file"), report.TableEndings()...)
	if err == nil && name != "refusals" {
		err = fault.Newf(fault.NotFound, "批次只有 refusals 一张表，没有“%[1]s”。", "A batch has one table, refusals, and no %[1]q.", clip(name))
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	b, refusals, err := s.batch(c, c.Param("batch"))
	if err != nil {
		s.fail(c, err)
		return
	}
	lang := language(c)
	t := report.Refusals(refusals, lang).From(b)
	s.sendTable(c, t, strings.TrimSuffix(b.File, path.Ext(b.File))+" "+t.Title, ending)
}

// batch finds a batch of the address's policy with what it set aside.
func (s *Server) batch(c *gin.Context, id string) (datasets.BatchInfo, []datasets.Refusal, error) {
	policy, err := s.cfg.Store.Policy(c.Request.Context(), c.Param("policy"))
	if err != nil {
		return datasets.BatchInfo{}, nil, err
	}
	all, err := s.cfg.Store.Batches(c.Request.Context(), policy.ID)
	if err != nil {
		return datasets.BatchInfo{}, nil, err
	}
	n, err := strconv.ParseInt(id, 10, 64)
	for _, b := range all {
		if err == nil && b.ID == n {
			if !s.ownBatch(c, access.Batches, b) {
				return b, nil, notYours()
			}
			refusals, err := s.cfg.Store.Refusals(c.Request.Context(), n)
			return b, refusals, err
		}
	}
	return datasets.BatchInfo{}, nil, fault.Newf(fault.NotFound,
		"政策 %[2]s 没有批次“%[1]s”；请在数据页查看已载入的文件。",
		"Policy %[2]s has no batch %[1]q; the data page lists the files loaded.", clip(id), policy.ID)
}

func (s *Server) template(c *gin.Context) {
	name, ending, err := split(c.Param("file"), "csv", "xlsx")
	if err != nil {
		s.fail(c, err)
		return
	}
	policy, err := s.cfg.Store.Policy(c.Request.Context(), c.Param("policy"))
	if err != nil {
		s.fail(c, err)
		return
	}
	kind, err := kindOf(name)
	if err != nil || kind == "" {
		s.fail(c, fault.Newf(fault.NotFound, "没有数据种类“%[1]s”的模板；可用：%[2]v。", "There is no template of %[1]q; there are %[2]v.", clip(name), datasets.Kinds()))
		return
	}
	var b bytes.Buffer
	if err := ingest.Template(kind, ending, &b, policy); err != nil {
		s.fail(c, err)
		return
	}
	what := "模板"
	if language(c) == phrase.En {
		what = "template"
	}
	download(c, report.KindName(kind, language(c))+" "+what, ending, mime.TypeByExtension("."+ending), b.Bytes())
}
