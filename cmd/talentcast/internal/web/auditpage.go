package web

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"talentcast/analytics"
	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/access"
	"talentcast/cmd/talentcast/internal/audit"
)

// auditOnPage is how many entries the page shows; the file has all.
const auditOnPage = 200

type auditBody struct {
	Entries        []audit.Line
	More           int
	Filter         audit.Filter
	From, To       string
	Actions        []option
	Results        []option
	CSV, XLSX, All string
	Check, Checked string
	Broken         bool
}

// auditFilter is what the address asks for, within the jurisdiction.
func auditFilter(c *gin.Context) (audit.Filter, error) {
	f := audit.Filter{Who: strings.TrimSpace(c.Query("who")), Action: c.Query("action"), Policy: c.Query("in"), Result: c.Query("result")}
	if who := me(c); !who.Trial {
		f.Place = who.Jurisdiction
	}
	for _, d := range []struct {
		to   *time.Time
		name string
	}{{&f.From, "from"}, {&f.To, "to"}} {
		text := strings.TrimSpace(c.Query(d.name))
		if text == "" {
			continue
		}
		t, err := analytics.ParseDate(text)
		if err != nil {
			return f, fault.Newf(fault.Invalid, "日期“%[1]s”无法识别；请写成 2015-06-30 的形式。", "The date %[1]q can't be read; write it as 2015-06-30.", clip(text))
		}
		*d.to = t
	}
	return f, nil
}

func noAudit() *fault.Error {
	return fault.New(fault.Unavailable, "本服务没有审计记录。", "This service keeps no audit log.")
}

func (s *Server) auditPage(c *gin.Context) {
	if s.cfg.Audit == nil {
		s.fail(c, noAudit())
		return
	}
	f, err := auditFilter(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	f.Limit = auditOnPage
	entries, more, err := s.cfg.Audit.Read(f)
	if err != nil {
		s.fail(c, err)
		return
	}
	p := s.page(c, "audit")
	lines := audit.Lines(entries, p.Lang)
	for i, x := range lines {
		var roles []access.Role
		for _, r := range strings.Split(x.Role, ",") {
			if r != "" {
				roles = append(roles, access.Role(r))
			}
		}
		lines[i].Role = p.roleNames(roles)
	}
	b := auditBody{Entries: lines, More: more, Filter: f, From: dayOrNone(f.From), To: dayOrNone(f.To)}
	for _, a := range audit.Actions(p.Lang) {
		b.Actions = append(b.Actions, option{a[0], a[1], a[0] == f.Action})
	}
	for _, r := range []string{audit.OK, audit.Refused, audit.Failed, audit.Begun} {
		b.Results = append(b.Results, option{r, audit.ResultName(r, p.Lang), r == f.Result})
	}
	same := []string{"as_of", "", "who", f.Who, "action", f.Action, "in", f.Policy, "result", f.Result, "from", b.From, "to", b.To}
	b.CSV, b.XLSX, b.All = p.URL("/audit/export/audit.csv", same...), p.URL("/audit/export/audit.xlsx", same...), p.URL("/audit/export/audit.jsonl", same...)
	b.Check = p.URL("/audit", append(same, "verify", "1")...)
	if c.Query("verify") == "1" {
		v, err := s.cfg.Audit.Verify()
		why := fault.As(err)
		switch {
		case why != nil:
			b.Broken, b.Checked = true, why.Text(p.Lang)
		case err != nil:
			s.fail(c, err)
			return
		default:
			b.Checked = p.T("audit.holds", v.Entries, v.First, v.Last, v.Head)
		}
	}
	p.Body = b
	s.render(c, http.StatusOK, p)
}

func dayOrNone(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

func (s *Server) exportAudit(c *gin.Context) {
	name, ending, err := split(c.Param("file"), "csv", "xlsx", "jsonl")
	if err == nil && name != "audit" {
		err = fault.Newf(fault.NotFound, "没有“%[1]s”。", "There is no %[1]q.", clip(name))
	}
	if err == nil && s.cfg.Audit == nil {
		err = noAudit()
	}
	f, bad := auditFilter(c)
	if err == nil {
		err = bad
	}
	if err != nil {
		s.fail(c, err)
		return
	}
	entries, _, err := s.cfg.Audit.Read(f)
	if err != nil {
		s.fail(c, err)
		return
	}
	t := audit.Table(entries, language(c))
	what := t.Title + " " + s.cfg.Now().Format(time.DateOnly)
	if ending != "jsonl" {
		s.sendTable(c, t, what, ending)
		return
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(true)
	for i := len(entries) - 1; i >= 0; i-- { // as they were written
		if err := enc.Encode(entries[i]); err != nil {
			s.fail(c, err)
			return
		}
	}
	download(c, what, ending, mime.FormatMediaType("application/x-ndjson", map[string]string{"charset": "utf-8"}), b.Bytes())
}
