// Package web serves the pages and the JSON API: what every figure is, why, and
// what would change it, in Chinese and English. Pages are written on the server
// and readable without script; scripts only draw charts and save a reload.
package web

import (
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/fault"
	"talentcast/analytics/outlook"
	"talentcast/charts/render"
	"talentcast/cmd/talentcast/internal/access"
	"talentcast/cmd/talentcast/internal/audit"
	"talentcast/datasets"
	"talentcast/ingest"
)

// Config says what the server shows and within which bounds. Store, Outlooks
// and Renderer must be set.
type Config struct {
	Store    *datasets.Store
	Outlooks *outlook.Service
	Renderer *render.Renderer
	// Key turns the ID numbers of uploaded files into hashes, 16 bytes at least.
	Key           []byte
	DefaultPolicy string           // shown at "/"; empty for the first stored
	Grace         int              // days after its due date in which a delivery is not overdue yet
	Now           func() time.Time // nil stands for time.Now
	Version       string
	Log           *slog.Logger     // nil discards
	MaxUpload     int64            // bytes of one file; 0 stands for 64 MB
	Limits        ingest.Limits    // on what is in a file; their Bytes are MaxUpload
	Convert       ingest.Converter // of old spreadsheets; nil for none
	Incoming      string           // folder for large files while they are read, sealed; empty for the system's own
	Reports       string           // folder in which reports are kept; empty for one that goes with the server

	Access *access.Service // nil lets everybody do everything: for tests
	// Trial lets everybody on this machine in, until there is an account. It is for
	// whoever listens to say, once: only then is known that nobody else gets there.
	Trial bool
	Audit *audit.Log // nil writes nothing down
	// Patience is how long a page waits for an outlook with the latest data before it
	// shows the one before, which is then computed ahead; 0 stands for as long as it
	// takes.
	Patience time.Duration
	Proxies  []string // addresses whose X-Forwarded-For is believed; none for nil
	TLS      bool     // the service itself speaks TLS
	Rates    Rates    // zero stands for the usual ones
	// Observe is told of every answer; route is the pattern, "" for none. Nil for
	// nobody.
	Observe func(route, method string, status int, took time.Duration)
}

// Server answers requests. It is safe for concurrent use.
type Server struct {
	cfg    Config
	engine *gin.Engine
	words  words
	pages  pages
	assets map[string]asset
	gzips  sync.Pool

	histories *histories
	waiting   *waiting      // files to be confirmed
	asks      chan struct{} // long questions under way
	drawn     drawn
	printed   printed
	written   shelf[*outlook.Outlook, []byte] // outlooks as JSON, for programs
	warming   *warming
	making    *making // reports
	undone    undoneLately
	plain     plainOutlooks
	limits    limits
	proxies   []netip.Prefix
	draining  atomic.Bool
}

// New makes a server. It fails when a template, a text or an asset that the
// program should carry is missing or broken.
func New(cfg Config) (*Server, error) {
	if cfg.Store == nil || cfg.Outlooks == nil || cfg.Renderer == nil {
		return nil, errors.New("web: Store, Outlooks and Renderer must be set")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.MaxUpload <= 0 {
		cfg.MaxUpload = 64 << 20
	}
	cfg.Limits.Bytes = cfg.MaxUpload
	s := &Server{cfg: cfg, histories: newHistories(cfg.Outlooks), waiting: newWaiting(cfg.MaxUpload), warming: newWarming(), asks: make(chan struct{}, asking), limits: newLimits(cfg.Rates)}
	s.printed.most, s.written.most = mostPrinted, mostWritten
	s.gzips.New = func() any {
		w, _ := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed) // twice as fast, a fifth longer; the level is a valid one
		return w
	}
	var err error
	if s.words, err = loadWords(); err != nil {
		return nil, err
	}
	if s.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	if s.pages, err = s.loadPages(); err != nil {
		return nil, err
	}
	if s.making, err = newMaking(cfg.Reports); err != nil {
		return nil, err
	}
	s.engine = s.routes()
	err = s.engine.SetTrustedProxies(cfg.Proxies)
	for _, p := range cfg.Proxies {
		prefix, bad := netip.ParsePrefix(p)
		if addr, single := netip.ParseAddr(p); single == nil {
			prefix, bad = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		s.proxies, err = append(s.proxies, prefix), errors.Join(err, bad)
	}
	if err != nil {
		return nil, fault.Newf(fault.Invalid, "代理地址 %[1]q 无法识别；请写成 10.0.0.1 或 10.0.0.0/8。", "The proxies %[1]q can't be read; write them as 10.0.0.1 or 10.0.0.0/8.", cfg.Proxies).Because(err)
	}
	return s, nil
}

// Finish waits for loads under way, also those whose clerk's request has been
// answered with how far they have come. Call it once no request comes in any more;
// its error is that of ctx.
func (s *Server) Finish(ctx context.Context) error { return s.waiting.finish(ctx) }

// Close stops the work in the background and waits for it. Call it before the
// store is closed.
func (s *Server) Close() {
	s.making.close()
	s.waiting.close()
	s.warming.close()
	s.histories.close()
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.secure(w, r)
	if strings.Contains(r.URL.RawQuery, ";") { // levers stand apart by them; the parser would drop the whole pair
		u := *r.URL
		u.RawQuery = strings.ReplaceAll(u.RawQuery, ";", "%3B")
		with := *r
		with.URL = &u
		r = &with
	}
	s.engine.ServeHTTP(w, r)
}
