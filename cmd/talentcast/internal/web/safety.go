package web

import (
	"compress/gzip"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"talentcast/analytics/fault"
	"talentcast/cmd/talentcast/internal/access"
)

// auditLevel is above warnings, so that no usual setting of the log hides who
// took person-level rows away.
const auditLevel = slog.LevelWarn + 1

// contentPolicy lets a page use nothing but what this server serves: no inline
// script or style, nothing from outside, no frame around it.
const contentPolicy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
	"connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

const requestID = "request-id"

// identify gives the request an id that the log and an error page share, and
// logs how it was answered.
func (s *Server) identify(c *gin.Context) {
	var b [6]byte
	_, _ = rand.Read(b[:]) // never fails
	id := hex.EncodeToString(b[:])
	c.Set(requestID, id)
	c.Header("X-Request-Id", id)
	if s.cfg.Access != nil {
		c.Set(principalKey, (*access.Principal)(nil)) // until the guard knows better
	}
	start := time.Now()
	c.Next()
	if s.cfg.Observe != nil {
		s.cfg.Observe(c.FullPath(), c.Request.Method, c.Writer.Status(), time.Since(start))
	}
	s.cfg.Log.InfoContext(c.Request.Context(), "request", "id", id, "method", c.Request.Method,
		"path", loggedPath(c), "status", c.Writer.Status(), "took", time.Since(start).Round(time.Microsecond))
}

// recover turns a panic into an answer without internals.
func (s *Server) recover(c *gin.Context) {
	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if err, ok := p.(error); ok && errors.Is(err, http.ErrAbortHandler) {
			panic(p)
		}
		s.cfg.Log.ErrorContext(c.Request.Context(), "panic", "id", c.GetString(requestID), "value", fmt.Sprint(p), "stack", string(debug.Stack()))
		if !c.Writer.Written() {
			s.fail(c, fmt.Errorf("panic: %v", p))
		}
		c.Abort()
	}()
	c.Next()
}

// secure sets what every answer says to the browser, redirects and errors of
// the router included.
func (s *Server) secure(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", contentPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	h.Set("X-Permitted-Cross-Domain-Policies", "none")
	if s.cfg.TLS {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	// What is shown changes with every file loaded; static files set their own.
	h.Set("Cache-Control", "no-store")
	// Only an upload has a body to speak of, and it sets its own bound.
	if r.Method != http.MethodPost && r.Body != nil {
		r.Body = http.MaxBytesReader(w, r.Body, 1<<16)
	}
}

// sameOrigin refuses what another site makes the reader's browser send.
func (s *Server) sameOrigin(c *gin.Context) {
	if err := http.NewCrossOriginProtection().Check(c.Request); err != nil {
		s.failWith(c, http.StatusForbidden, fault.New(fault.Invalid,
			"该请求来自其他网站，已拒绝；请从本系统的页面操作。",
			"This request comes from another site and was refused; use this system's own pages.").Because(err))
		c.Abort()
		return
	}
	c.Next()
}

// gzipped compresses text; what is compressed already goes through as it is.
type gzipped struct {
	gin.ResponseWriter
	pool    *sync.Pool
	gz      *gzip.Writer
	decided bool
}

func (w *gzipped) decide() {
	if w.decided {
		return
	}
	w.decided = true
	h := w.Header()
	kind := h.Get("Content-Type")
	text := strings.HasPrefix(kind, "text/") || strings.HasPrefix(kind, "application/json") || strings.HasPrefix(kind, "image/svg")
	if !text || h.Get("Content-Encoding") != "" || w.Status() == http.StatusNotModified {
		return
	}
	h.Set("Content-Encoding", "gzip")
	h.Del("Content-Length")
	w.gz = w.pool.Get().(*gzip.Writer)
	w.gz.Reset(w.ResponseWriter)
}

func (w *gzipped) Write(b []byte) (int, error) {
	w.decide()
	if w.gz != nil {
		return w.gz.Write(b)
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap lets deadlines be moved through it.
func (w *gzipped) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (w *gzipped) WriteString(s string) (int, error) { return w.Write([]byte(s)) }

func (s *Server) compress(c *gin.Context) {
	c.Header("Vary", "Accept-Encoding")
	if c.Request.Method == http.MethodHead || streams(c) || !strings.Contains(c.GetHeader("Accept-Encoding"), "gzip") {
		c.Next()
		return
	}
	w := &gzipped{ResponseWriter: c.Writer, pool: &s.gzips}
	c.Writer = w
	defer func() {
		c.Writer = w.ResponseWriter // what is written after a panic is not compressed
		if w.gz == nil {
			return
		}
		if err := w.gz.Close(); err != nil {
			s.cfg.Log.DebugContext(c.Request.Context(), "write", "id", c.GetString(requestID), "error", err)
		}
		s.gzips.Put(w.gz)
	}()
	c.Next()
}
