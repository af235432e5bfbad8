package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/target"
)

// helpBody is what the figures mean: terms and lights from the texts.
type helpBody struct {
	Terms  []labelled
	Lights []lightRule
	Steps  []string
}

type lightRule struct {
	Status target.Status
	Rule   string
}

// helpTerms are the keys of the explained terms, help.term.<key> and
// help.meaning.<key>.
func helpTerms() []string {
	return []string{"asof", "actual", "completion", "elapsed", "range", "probability", "held", "expected", "required", "recent", "bands", "change", "second", "history", "demo"}
}

func (s *Server) help(c *gin.Context) {
	p := s.page(c, "help")
	var b helpBody
	for _, k := range helpTerms() {
		b.Terms = append(b.Terms, labelled{p.T("help.term." + k), p.T("help.meaning." + k)})
	}
	for _, st := range target.Statuses() {
		b.Lights = append(b.Lights, lightRule{st, p.T("help.light." + string(st))})
	}
	for _, k := range []string{"series", "models", "paths", "count"} {
		b.Steps = append(b.Steps, p.T("help.step."+k))
	}
	p.Body = b
	s.render(c, http.StatusOK, p)
}

func (s *Server) apiPage(c *gin.Context) {
	p := s.page(c, "api")
	ops, err := operations(p.Lang)
	if err != nil {
		s.fail(c, err)
		return
	}
	for i := range ops {
		ops[i].Method = strings.ToUpper(ops[i].Method)
	}
	slices.SortFunc(ops, func(a, b operation) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method))
	})
	p.Body = ops
	s.render(c, http.StatusOK, p)
}
