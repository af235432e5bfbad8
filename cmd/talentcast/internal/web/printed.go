package web

import (
	"fmt"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/outlook"
)

// printed keeps the inner part of pages that readers with the same rights see
// alike, until the data change: writing the overview's table anew takes most of
// the time of a request. Frame, name of the reader and form tokens are written
// each time.
type printed = shelf[printedKey, printedMain]

// printedKey is all that the inner part of such a page depends on.
type printedKey struct {
	o     *outlook.Outlook // shared and read-only
	turn  uint64           // of the store: notes, plans and alerts are on pages too
	page  string
	at    string // path and parameters
	today string
	may   string // rights of the reader
	// account is the reader's where the page depends on who it is, and zero otherwise.
	account int64
	// partly is set where some of it is not known yet.
	partly bool
}

type printedMain struct {
	title string
	inner inner
	rows  bool // rows about persons are on it: who sees them is written down
}

const (
	mostPrinted = 32 << 20 // bytes
	longAddress = 512      // bytes; what is longer is nobody's bookmark
)

func (s *Server) printedKey(p *page, o *outlook.Outlook) printedKey {
	return printedKey{o: o, turn: s.cfg.Store.Turn(), page: p.Name, at: p.path + "?" + p.query.Encode(), today: p.today, may: p.rights()}
}

// rights says in a word what the reader may do and see.
func (p *page) rights() string {
	w := p.who
	if w == nil {
		return ""
	}
	roles := slices.Clone(w.Roles)
	slices.Sort(roles)
	return fmt.Sprintf("%v|%q|%q|%t%t%t%t", roles, w.Department, w.Jurisdiction, w.Trial, w.Token, w.ReadOnly, p.User != nil)
}

// before answers with what was printed before, if it was; done says so. Otherwise the
// caller prints the page, and calls release once it has.
func (s *Server) before(c *gin.Context, p *page, key printedKey) (release func(), done bool) {
	if len(key.at) > longAddress {
		return func() {}, false
	}
	got, release, err := s.printed.claim(c.Request.Context(), key)
	switch {
	case err != nil:
		s.fail(c, err)
		return nil, true
	case release != nil:
		return release, false
	case got.rows:
		if err := s.seeing(c); err != nil {
			s.fail(c, err)
			return nil, true
		}
	}
	p.Title, p.inner = got.title, got.inner
	s.render(c, http.StatusOK, p)
	return nil, true
}

// print renders the page and keeps what was written of it.
func (s *Server) print(c *gin.Context, p *page, key printedKey, rows bool) {
	if s.render(c, http.StatusOK, p) && len(key.at) <= longAddress {
		s.printed.keep(key, printedMain{p.Title, p.inner, rows}, len(p.inner.main))
	}
}
