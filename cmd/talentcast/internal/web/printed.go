package web

import (
	"fmt"
	"net/http"
	"slices"
	"sync"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/outlook"
)

// printed keeps the inner part of pages that readers with the same rights see
// alike, until the data change: writing the overview's table anew takes most of
// the time of a request. Frame, name of the reader and form tokens are written
// each time.
type printed struct {
	mu    sync.Mutex
	of    map[printedKey]printedMain
	bytes int
}

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

// before answers with what was printed before, if it was.
func (s *Server) before(c *gin.Context, p *page, key printedKey) bool {
	s.printed.mu.Lock()
	got, ok := s.printed.of[key]
	s.printed.mu.Unlock()
	if !ok {
		return false
	}
	if got.rows {
		if err := s.seeing(c); err != nil {
			s.fail(c, err)
			return true
		}
	}
	p.Title, p.inner = got.title, got.inner
	s.render(c, http.StatusOK, p)
	return true
}

// print renders the page and keeps what was written of it.
func (s *Server) print(c *gin.Context, p *page, key printedKey, rows bool) {
	if !s.render(c, http.StatusOK, p) || len(key.at) > longAddress {
		return
	}
	w := &s.printed
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.of == nil || w.bytes+len(p.inner.main) > mostPrinted { // those still asked for come back by themselves
		w.of, w.bytes = map[printedKey]printedMain{}, 0
	}
	if _, twice := w.of[key]; !twice {
		w.bytes += len(p.inner.main)
	}
	w.of[key] = printedMain{p.Title, p.inner, rows}
}
